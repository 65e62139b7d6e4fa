"""Peak memory of fine-tuning, from a model's sizes alone: what 03 estimates, and what 04 tells when memory runs out."""

from typing import Literal

from helpers.core.machine import GIB
from helpers.lm.shapes import Shape

Method = Literal["lora", "qlora", "dora", "full"]  # dora is counted as lora, which it needs a little more than

# Bytes a frozen weight takes; of 4 bit the blocks' matrices only: NF4 and one fp32 constant for 64 weights (Dettmers et al.
# 2023, QLoRA, section 3). A trained weight takes 16 bytes in fp32 (weight, gradient, two moments of AdamW) and 18 in mixed
# precision (Hugging Face, "Model memory anatomy").
BYTES = {"fp32": 4.0, "bf16": 2.0, "4bit": 0.5625}
TRAINED_BYTES = {"fp32": 16.0, "bf16": 18.0, "4bit": 16.0}

CPU_RUNTIME_GIB = 0.6
GPU_RUNTIME_GIB = 0.7
# Numbers kept for the backward pass, a token, for each output of a block's matrices: on a GPU as counted, and as Raschka's
# run says; on a CPU as measured (LOG.md), where freed memory is not given back at once.
GPU_KEPT = 2.0
CPU_KEPT = 3.7


def peak_gib(
    shape: Shape,
    *,
    method: Method,
    precision: str,
    micro_batch_size: int,
    longest: int,
    lora_r: int = 16,
    adapted_layers: int | None = None,
    checkpointing: bool = False,
    gpus: int = 0,
    remembered_tokens: float = 0,
) -> float:
    """Peak memory of training, on each of several GPUs: weights, what is trained with its optimizer, activations, runtime.

    Args:
        shape: Of the model.
        method: `lora` and `qlora` train an adapter on all linear modules of the blocks, `full` trains everything.
        precision: Of the frozen weights; of `qlora` that of what is not in 4 bit; `4bit` with `lora` is `qlora`.
        micro_batch_size: Sequences held at once on one device.
        longest: Tokens of the longest sequence.
        lora_r: Rank of the adapter.
        adapted_layers: Top blocks that are adapted, below which nothing is kept; None for all.
        checkpointing: Keep the blocks' inputs only, and compute each block again.
        gpus: Over which weights and optimizer are spread (FSDP); 0 for a CPU.
        remembered_tokens: For which what the frozen lower blocks give is remembered, one fp32 number an output.
    """
    trained_layers = shape.layers if adapted_layers is None or method == "full" else min(adapted_layers, shape.layers)
    width = 4 if precision == "fp32" else 2
    if method == "full":
        states = shape.parameters * TRAINED_BYTES[precision]
    else:
        blocks = shape.block_parameters
        frozen = BYTES["4bit" if method == "qlora" else precision]
        adapter = trained_layers * shape.widths * lora_r * TRAINED_BYTES["fp32"]
        other = BYTES["bf16" if precision == "4bit" else precision]  # embeddings and head stay as they are
        states = blocks * frozen + (shape.parameters - blocks) * other + adapter
    tokens = micro_batch_size * longest
    block = (GPU_KEPT if gpus else CPU_KEPT) * shape.outputs * width
    kept = shape.hidden * width * shape.layers + block if checkpointing else block * trained_layers
    gathered = shape.matrices * width if gpus > 1 else 0.0
    runtime_gib = GPU_RUNTIME_GIB if gpus else CPU_RUNTIME_GIB
    remembered = remembered_tokens * shape.hidden * 4
    return (states / max(1, gpus) + gathered + tokens * kept + remembered) / GIB + runtime_gib
