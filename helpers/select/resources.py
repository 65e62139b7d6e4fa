"""Minutes and GiB that fine-tuning will take, from the model's configuration and a measured speed of this machine."""

import math
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

GIB = 2**30
BYTES = {"fp32": 4.0, "bf16": 2.0, "4bit": 0.58}  # a weight; NF4 with its block constants

# Dense matrix-product peak of the cards' data sheets, TFLOP/s in bf16 (T4: fp16), and memory in GiB. A fine-tuning
# step reaches about a third of it.
GPUS = {"T4": (65.0, 15.0), "L4": (121.0, 22.5), "A100 80 GB": (312.0, 80.0), "H100 80 GB": (989.0, 80.0)}
GPU_EFFICIENCY = 0.33
CPU_EFFICIENCY = 0.35  # share of the matrix-product speed that a LoRA step reaches, measured with SmolLM2 (LOG.md)


@dataclass(frozen=True)
class Shape:
    """What a decoder's configuration says about its size."""

    parameters: float
    layers: int
    hidden: int
    vocabulary: int


def shape_of(config: object) -> Shape:
    """Count a decoder's parameters from its configuration alone."""
    text = config.get_text_config() if hasattr(config, "get_text_config") else config
    hidden, layers, vocabulary = text.hidden_size, text.num_hidden_layers, text.vocab_size
    heads = text.num_attention_heads
    head = getattr(text, "head_dim", None) or hidden // heads
    keys = (getattr(text, "num_key_value_heads", None) or heads) * head
    block = 2 * hidden * heads * head + 2 * hidden * keys + 3 * hidden * text.intermediate_size + 2 * hidden
    embeddings = vocabulary * hidden * (1 if text.tie_word_embeddings else 2)
    return Shape(layers * block + hidden + embeddings, layers, hidden, vocabulary)


def measure_gflops(*, size: int = 1024, repeats: int = 8) -> float:
    """Fastest of several fp32 matrix products on this machine, in GFLOP/s (numpy's BLAS)."""
    left, right = np.ones((size, size), dtype=np.float32), np.ones((size, size), dtype=np.float32)
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        left @ right
        seconds.append(time.perf_counter() - began)
    return 2 * size**3 / min(seconds) / 1e9


def training_memory_gib(shape: Shape, *, precision: str, batch_size: int, tokens: int, lora_r: int) -> float:
    """Peak memory of LoRA training: frozen weights, adapter with its optimizer, activations and the runtime.

    Args:
        shape: Of the base model.
        precision: Of the frozen weights.
        batch_size: Sequences in a step.
        tokens: Tokens in the longest sequence.
        lora_r: Adapter rank.
    """
    weights = shape.parameters * BYTES[precision]
    adapter = shape.layers * 7 * 2 * 2.0 * shape.hidden * lora_r * 16  # seven modules; weight, gradient, two moments
    width = 4 if precision == "fp32" else 2
    activations = batch_size * tokens * shape.layers * shape.hidden * 34 * width / 2
    return (weights + adapter + activations) / GIB + 0.9


def training_minutes(shape: Shape, *, tokens: int, gflops: float, efficiency: float) -> float:
    """Minutes to see `tokens` once each: four floating-point operations a frozen parameter and token."""
    return 4 * shape.parameters * tokens / (gflops * 1e9 * efficiency) / 60


def estimate(
    shape: Shape,
    *,
    precision: str,
    batch_size: int,
    longest: int,
    tokens: int,
    lora_r: int,
    gflops: float,
    memory_gib: float,
) -> pd.DataFrame:
    """Training minutes and memory on this machine and on common GPUs.

    Returns:
        machine, precision, minutes, needs_gib, has_gib, fits; one row a machine.
    """
    here = training_memory_gib(shape, precision=precision, batch_size=batch_size, tokens=longest, lora_r=lora_r)
    minutes = training_minutes(shape, tokens=tokens, gflops=gflops, efficiency=CPU_EFFICIENCY)
    rows = [("this machine (CPU)", precision, minutes, here, memory_gib)]
    for name, (tflops, gib) in GPUS.items():
        for number in ("bf16", "4bit"):
            need = training_memory_gib(shape, precision=number, batch_size=batch_size, tokens=longest, lora_r=lora_r)
            minutes = training_minutes(shape, tokens=tokens, gflops=tflops * 1000, efficiency=GPU_EFFICIENCY)
            rows.append((name, number, minutes, need, gib))
    frame = pd.DataFrame(rows, columns=["machine", "precision", "minutes", "needs_gib", "has_gib"])
    frame["fits"] = frame["needs_gib"] <= frame["has_gib"]
    return frame.assign(minutes=frame["minutes"].map(lambda value: math.ceil(value * 10) / 10)).round(
        {"needs_gib": 1, "has_gib": 1}
    )
