"""Minutes, GiB and USD that fine-tuning will take, from the model's configuration and the measured speed of this machine.

What is counted are matrix products and the tensors that training keeps; what is not counted (normalisation, data, saving)
is in the efficiencies. On GPUs nothing was measured here: tests/select/test_resources.py holds the estimates against
published figures.
"""

import math
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.lm.memory import Method, peak_gib
from helpers.lm.shapes import Shape

COUNTS = (1, 2, 4, 8)  # GPUs tried, the fewest that are enough are shown


@dataclass(frozen=True)
class Gpu:
    """One card: dense peak in TFLOP/s (bf16; T4: fp16) and memory in GiB by its data sheet, USD an hour of one."""

    tflops: float
    gib: float
    usd_per_hour: float


@dataclass(frozen=True)
class Operations:
    """Floating-point operations of training."""

    frozen: float  # of blocks that are only computed forwards
    trained: float  # of blocks through which gradients go

    @property
    def total(self) -> float:
        """Both together."""
        return self.frozen + self.trained


# Prices: list price of one GPU at modal.com, on demand, in USD an hour, as read on 7 May 2026
# (techbytes.app/posts/serverless-gpu-pricing-matrix-modal-replicate-lambda-2026). Others ask from half to twice as much.
PRICES_AS_OF = "2026-05-07"
GPUS = {
    "T4": Gpu(65.0, 15.0, 0.59),
    "L4": Gpu(121.0, 22.5, 0.80),
    "A100 80 GB": Gpu(312.0, 80.0, 2.50),
    "H100 80 GB": Gpu(989.0, 80.0, 3.95),
}

# Shares of the fp32 matrix-product speed that are reached (LOG.md). Where gradients go, small products of the adapter and
# work on single elements take their time beside the large products.
CPU_FROZEN_EFFICIENCY = 0.95
CPU_TRAINED_EFFICIENCY = 0.65
GPU_EFFICIENCY = 0.33  # share of a GPU's peak
LAUNCH_S = 3e-3  # Python and kernel starts, a block and pass over a micro batch; chosen for the LoRA run cited next
QLORA_SLOWDOWN = 1.5  # unpacking 4-bit weights: 10,060 against 6,686 s (lightning.ai/pages/community/lora-insights)
GPU_SCALING = 0.9  # of the speed that each further GPU adds


def measure_gflops(*, size: int = 1024, repeats: int = 8) -> float:
    """Fastest of several fp32 matrix products on this machine, in GFLOP/s (numpy's BLAS)."""
    left, right = np.ones((size, size), dtype=np.float32), np.ones((size, size), dtype=np.float32)
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        left @ right
        seconds.append(time.perf_counter() - began)
    return 2 * size**3 / min(seconds) / 1e9


def operations(
    shape: Shape,
    *,
    method: Method,
    tokens: float,
    length: float,
    adapted_layers: int | None = None,
    remembered_epochs: float = 1.0,
    checkpointing: bool = False,
) -> Operations:
    """Count the matrix products of training.

    Args:
        shape: Of the model.
        method: As of `memory.peak_gib`.
        tokens: Seen in all epochs together.
        length: Of a sequence on average, in tokens.
        adapted_layers: Top blocks that are adapted; None for all.
        remembered_epochs: Epochs for which what the frozen lower blocks give is computed once and remembered; 1 for none.
        checkpointing: The blocks are computed twice.
    """
    upper = shape.layers if adapted_layers is None or method == "full" else min(adapted_layers, shape.layers)
    forward = 2 * shape.matrices + 4 * length * shape.hidden  # a token and block; attention sees every pair
    passes = (3 if method == "full" else 2) + checkpointing
    below = (shape.layers - upper) * forward / max(1.0, remembered_epochs)
    return Operations(tokens * below, tokens * upper * passes * forward)


def minutes_here(work: Operations, *, gflops: float) -> float:
    """Minutes on this machine's cores.

    Args:
        work: From `operations`.
        gflops: From `measure_gflops`, while nothing else runs.
    """
    return (work.frozen / CPU_FROZEN_EFFICIENCY + work.trained / CPU_TRAINED_EFFICIENCY) / (gflops * 1e9) / 60


def minutes_on(
    gpu: Gpu, work: Operations, *, shape: Shape, micro_batches: float, method: Method, gpus: int = 1
) -> float:
    """Minutes on `gpus` cards: the products, and what starting the kernels of each block takes beside them.

    Args:
        gpu: The card.
        work: From `operations`.
        shape: Of the model.
        micro_batches: In all epochs together.
        method: As of `memory.peak_gib`.
        gpus: Cards.
    """
    speed = gpu.tflops * 1e12 * GPU_EFFICIENCY * (1 + (gpus - 1) * GPU_SCALING)
    started = micro_batches * shape.layers * LAUNCH_S / gpus
    slower = QLORA_SLOWDOWN if method == "qlora" else 1.0
    return (work.total / speed + started) * slower / 60


def estimate(
    shape: Shape,
    *,
    tokens: int,
    length: float,
    longest: int,
    micro_batch_size: int,
    gflops: float,
    memory_gib_here: float,
    method: Method = "lora",
    precision: str = "fp32",
    lora_r: int = 16,
    adapted_layers: int | None = None,
    remembered_epochs: float = 1.0,
    methods: tuple[Method, ...] = ("lora", "qlora", "full"),
) -> pd.DataFrame:
    """Training minutes, memory and price on this machine and on common GPUs, each with the fewest cards that are enough.

    Args:
        shape: Of the model.
        tokens: Seen in all epochs together.
        length: Of a sequence on average, in tokens.
        longest: Tokens of the longest sequence.
        micro_batch_size: Sequences held at once on one device.
        gflops: Of this machine, from `measure_gflops`.
        memory_gib_here: Main memory of this machine.
        method: Of the row of this machine.
        precision: Of the row of this machine; GPUs take bf16.
        lora_r: Rank of the adapter.
        adapted_layers: Top blocks that are adapted; None for all.
        remembered_epochs: As of `operations`, for this machine.
        methods: One row each for every GPU.

    Returns:
        machine, gpus, method, minutes, needs_gib, has_gib (of one card), fits, usd (NaN here).
    """
    lora = {"lora_r": lora_r, "adapted_layers": adapted_layers}
    batch = {"micro_batch_size": micro_batch_size, "longest": longest}
    kept = tokens / remembered_epochs if remembered_epochs > 1 else 0
    here = peak_gib(shape, method=method, precision=precision, remembered_tokens=kept, **batch, **lora)
    seen = {"tokens": tokens, "length": length, "adapted_layers": adapted_layers}
    minutes = minutes_here(operations(shape, method=method, remembered_epochs=remembered_epochs, **seen), gflops=gflops)
    rows = [("this machine (CPU)", 0, method, minutes, here, memory_gib_here, math.nan)]
    micro_batches = tokens / length / micro_batch_size
    for name, gpu in GPUS.items():
        for other in methods:
            work = operations(shape, method=other, checkpointing=True, **seen)
            for gpus in COUNTS:
                need = peak_gib(
                    shape, method=other, precision="bf16", checkpointing=True, gpus=gpus, **batch, **lora
                )  # fmt: skip
                if need <= gpu.gib:
                    break
            minutes = minutes_on(gpu, work, shape=shape, micro_batches=micro_batches, method=other, gpus=gpus)
            rows.append((name, gpus, other, minutes, need, gpu.gib, minutes / 60 * gpus * gpu.usd_per_hour))
    frame = pd.DataFrame(rows, columns=["machine", "gpus", "method", "minutes", "needs_gib", "has_gib", "usd"])
    frame.insert(6, "fits", frame["needs_gib"] <= frame["has_gib"])
    frame["minutes"] = frame["minutes"].map(lambda value: math.ceil(value * 10) / 10)
    return frame.round({"needs_gib": 1, "has_gib": 1, "usd": 2})
