"""What learns, from which records and by which kernels: the choices of 04 beside the plain LoRA of `sft`."""

import dataclasses
import random
from collections import defaultdict
from typing import Literal

from peft import LoraConfig
from transformers import PreTrainedModel
from transformers.utils import is_flash_attn_2_available, is_liger_kernel_available

from helpers.core.errors import ProfileError, RecordError
from helpers.core.tasks import Kind
from helpers.train import examples, sft

Method = Literal["lora", "qlora", "dora", "full"]


def adapter(
    model: PreTrainedModel, *, method: Method, r: int, alpha: int, dropout: float = 0.0, top_layers: int | None = None
) -> LoraConfig | None:
    """The adapter of a method; None for full training. See `sft.lora_config` for the arguments.

    Source:
        Hu et al. 2022, LoRA; Dettmers et al. 2023, QLoRA; Liu et al. 2024, DoRA.
    """
    if method == "full":
        return None
    lora = sft.lora_config(model, r=r, alpha=alpha, dropout=dropout, top_layers=top_layers)
    lora.use_dora = method == "dora"
    return lora


def weights_precision(method: Method, precision: str) -> str:
    """Number format in which the model is loaded: weights that learn are kept in fp32, whatever the arithmetic.

    An optimizer's steps are often smaller than bf16 can tell apart, so that a model in bf16 would stand still.
    """
    return "fp32" if method == "full" else precision


def longest(model: PreTrainedModel, max_length: int) -> int:
    """Tokens a sequence may have: `max_length`, or fewer where the model knows no more positions."""
    known = getattr(model.config.get_text_config(), "max_position_embeddings", None) or max_length
    return min(max_length, known)


def balance(rows: examples.Rows, *, how: Literal["none", "class"], kind: Kind, seed: int) -> examples.Rows:
    """Repeat examples until every answer is there exactly as often as the commonest one.

    An example of a rarer answer comes so many times as goes into that number; for the rest, some of them, drawn by the
    seed, come once more.

    Args:
        rows: From `examples.tokenise`.
        how: `none` gives them back as they are.
        kind: Of the task; only a classification has classes.
        seed: Of the draw.

    Raises:
        ProfileError: If the task has no classes.
    """
    if how == "none":
        return rows
    if kind != "classification":
        raise ProfileError(
            "Only the classes of a classification can be balanced",
            found=f"train.balance={how} for a task of kind {kind}",
            remedy="set train.balance=none",
        )
    of_answer: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for number, (tokens, mask) in enumerate(
        zip(rows.dataset["input_ids"], rows.dataset["completion_mask"], strict=True)
    ):
        of_answer[tuple(tokens[-sum(mask) :])].append(number)
    most, draw = max(map(len, of_answer.values())), random.Random(seed)
    taken = []
    for _, numbers in sorted(of_answer.items()):
        times, rest = divmod(most, len(numbers))
        taken += numbers * times + sorted(draw.sample(numbers, rest))
    dataset = rows.dataset.select(taken)
    return dataclasses.replace(
        rows,
        dataset=dataset,
        tokens=sum(map(len, dataset["input_ids"])),
        labelled_tokens=sum(map(sum, dataset["completion_mask"])),
        repeated=len(taken) - len(rows.dataset),
    )


def check_answers(rows: examples.Rows, *, kind: Kind) -> None:
    """Refuse a classification whose examples all have the same answer: there is nothing to tell apart.

    Raises:
        RecordError: If so.
    """
    answers = {
        tuple(tokens[-sum(mask) :])
        for tokens, mask in zip(rows.dataset["input_ids"], rows.dataset["completion_mask"], strict=True)
    }
    if kind == "classification" and len(answers) < 2:
        raise RecordError(
            "All training examples have the same label",
            found=f"{len(rows.dataset)} examples, 1 label",
            expected="two labels at least",
            remedy="check the labels in 01_collect, or collect.max_records and train.max_length",
        )


def kernels(
    model: PreTrainedModel, *, wanted: Literal["auto", "off"], device: str, precision: str, packing: bool
) -> dict[str, str]:
    """Switch the model to flash attention where it can be had, and say which kernels training will use.

    Flash attention is used for training only: it knows no tree-shaped mask, by which labels are scored in 03 and 05.

    Returns:
        `attention` (as transformers names it), `layers` (liger, or torch) to name in the metrics.

    Raises:
        ProfileError: If packing is asked for without flash attention: records in one sequence would read each other.
    """
    flash = (
        wanted == "auto"
        and device == "cuda"
        and precision != "fp32"
        and is_flash_attn_2_available()
        and bool(getattr(model, "_supports_flash_attn", False))
    )
    if flash:
        model.set_attn_implementation("flash_attention_2")
    elif packing:
        raise ProfileError(
            "Packing needs flash attention, which keeps the records of a sequence apart",
            found=f"device {device}, precision {precision}, flash-attn {'' if is_flash_attn_2_available() else 'not '}there",
            remedy="pip install flash-attn and set train.kernels=auto, or set train.packing=false",
        )
    liger = wanted == "auto" and device == "cuda" and is_liger_kernel_available() and _liger_knows(model)
    return {"attention": model.config._attn_implementation or "eager", "layers": "liger" if liger else "torch"}


def _liger_knows(model: PreTrainedModel) -> bool:
    from liger_kernel.transformers.monkey_patch import MODEL_TYPE_TO_APPLY_LIGER_FN  # needs Triton, so a GPU

    return model.config.model_type in MODEL_TYPE_TO_APPLY_LIGER_FN
