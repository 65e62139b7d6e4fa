"""Fine-tune with TRL's SFTTrainer on prompt and completion; the loss counts the completion only."""

import hashlib
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from unittest import mock

import pandas as pd
import torch
import trl.trainer.utils
from datasets import Dataset
from peft import LoraConfig, PeftModel
from torch.distributed.tensor import DTensor
from transformers import EarlyStoppingCallback, PreTrainedModel, PreTrainedTokenizerBase, set_seed
from transformers.trainer_utils import get_last_checkpoint
from trl import SFTConfig, SFTTrainer

from helpers.core.errors import RecordError, StageError
from helpers.core.tasks import Prompt
from helpers.lm import products, prompts
from helpers.train import folded, guards, order, remembered


@dataclass(frozen=True)
class Rows:
    """Tokenised examples, and what was left out."""

    dataset: Dataset  # input_ids, completion_mask (1 where the loss counts)
    tokens: int
    labelled_tokens: int
    dropped_too_long: int
    truncated: int = 0  # examples whose text lost its end
    repeated: int = 0  # examples that are there again, see `methods.balance`


@dataclass(frozen=True)
class Fit:
    """What a training run leaves behind."""

    adapter: Path  # or, of full training, the folder of the whole model
    log: pd.DataFrame  # step, epoch, loss, eval_loss, learning_rate, grad_norm; NaN where not logged
    steps: int
    tokens: int
    best_validation_loss: float
    train_wall_s: float
    resumed_at_step: int
    facts: dict[str, Any] = field(default_factory=dict)  # further ones for the metrics


def tokenise(
    records: pd.DataFrame,
    tokenizer: PreTrainedTokenizerBase,
    *,
    prompt: Prompt,
    max_length: int,
    too_long: Literal["drop", "truncate"] = "drop",
) -> Rows:
    """Build one example for each answer of each record, by the prompt builder that evaluation and serving use.

    A record's answers are its labels, or its references for generation. Examples over `max_length` tokens are counted and
    dropped, or lose the end of the record's text; prompt and answer stay whole.

    Raises:
        RecordError: If nothing is left to train on.
    """
    rows, dropped, truncated = [], 0, 0
    for text, labels, references in zip(records["text"], records["labels"], records["references"], strict=True):
        question = prompts.encode(tokenizer, prompts.render(tokenizer, prompt, text))
        for answer in labels or references:
            completion = prompts.encode_answer(tokenizer, answer)
            asked = question
            if len(question) + len(completion) > max_length:
                short = too_long == "truncate" and prompts.shortened(
                    tokenizer, prompt, text, most=max_length - len(completion)
                )
                if not short:
                    dropped += 1
                    continue
                truncated += 1
                asked = prompts.encode(tokenizer, prompts.render(tokenizer, prompt, short))
            rows.append(
                {
                    "input_ids": asked + completion,
                    "completion_mask": [0] * len(asked) + [1] * len(completion),
                }
            )
    if not rows:
        raise RecordError(
            "There is nothing to train on",
            found=f"{len(records)} records, {dropped} examples over {max_length} tokens",
            remedy="raise train.max_length or set train.too_long=truncate, or check the labels in 02_preprocess",
        )
    return Rows(
        Dataset.from_list(rows),
        sum(len(row["input_ids"]) for row in rows),
        sum(sum(row["completion_mask"]) for row in rows),
        dropped,
        truncated,
    )


def steps_within(
    rows: Rows, *, epochs: float, batch_size: int, token_budget: int, pack_length: int | None = None
) -> int:
    """Optimizer steps for `epochs`, or fewer where they would see more than `token_budget` tokens; at least one.

    With packing, a step takes `batch_size` sequences of about `pack_length` tokens and not as many records.
    """
    length = pack_length or rows.tokens / len(rows.dataset)
    by_epochs = epochs * rows.tokens / length / batch_size
    by_budget = token_budget / (length * batch_size)
    return max(1, int(min(by_epochs, by_budget) + 1e-9))  # so that no whole step is lost in rounding


def describe(rows: Rows, *, steps: int, batch_size: int) -> pd.DataFrame:
    """What training is about to see, as a table."""
    facts = {
        "examples": len(rows.dataset),
        "tokens in one epoch": rows.tokens,
        "answer tokens (counted by the loss)": rows.labelled_tokens,
        "dropped as too long": rows.dropped_too_long,
        "cut as too long": rows.truncated,
        "there again, for balance": rows.repeated,
        "optimizer steps": steps,
        "epochs within the token budget": round(steps * batch_size / len(rows.dataset), 2),
    }
    return pd.Series(facts, dtype=object).rename("value").to_frame()


def lora_config(
    model: PreTrainedModel, *, r: int, alpha: int, dropout: float = 0.0, top_layers: int | None = None
) -> LoraConfig:
    """Adapt every linear module of the transformer blocks, or of the `top_layers` last blocks only."""
    head = model.get_output_embeddings()
    names = {
        name.rsplit(".", 1)[-1]
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and module is not head
    }
    count = model.config.get_text_config().num_hidden_layers
    layers = None if top_layers is None else list(range(max(0, count - top_layers), count))
    return LoraConfig(
        task_type="CAUSAL_LM",
        r=r,
        lora_alpha=alpha,
        lora_dropout=dropout,
        target_modules=sorted(names),
        layers_to_transform=layers,
    )


def sft_config(
    folder: Path,
    *,
    steps: int,
    batch_size: int,
    micro_batch_size: int,
    learning_rate: float,
    evaluations: int,
    max_length: int,
    precision: str,
    device: str,
    seed: int,
    devices: int = 1,
    packing: bool = False,
    liger: bool = False,
    track: str = "none",
    run_name: str | None = None,
) -> SFTConfig:
    """The one place where a profile becomes TRL settings; `batch_size` is shared by the devices."""
    every = max(1, steps // evaluations)
    on_gpu = device == "cuda"
    share = batch_size // devices
    return SFTConfig(
        output_dir=str(folder),
        max_steps=steps,
        per_device_train_batch_size=min(micro_batch_size, share),
        per_device_eval_batch_size=min(micro_batch_size, share),
        gradient_accumulation_steps=max(1, share // micro_batch_size),
        learning_rate=learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=min(steps - 1, max(1, steps // 20)),  # a single step is not spent on warming up
        max_length=max_length,
        completion_only_loss=True,
        packing=packing,
        eval_packing=False,
        train_sampling_strategy="random" if packing else "group_by_length",
        use_liger_kernel=liger,
        eval_strategy="steps",
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=2,
        load_best_model_at_end=True,
        restore_callback_states_from_checkpoint=True,  # early stopping goes on counting where it was killed
        metric_for_best_model="eval_loss",
        greater_is_better=False,
        logging_steps=max(1, steps // 40),
        logging_nan_inf_filter=False,  # else a loss that is not finite is logged as the average of the others
        include_num_input_tokens_seen="non_padding",  # kept in the checkpoints, so that a resumed run counts all
        bf16=on_gpu and precision != "fp32",
        gradient_checkpointing=on_gpu,
        use_cpu=not on_gpu,
        dataloader_pin_memory=on_gpu,
        report_to=[] if track == "none" else [track],
        run_name=run_name,
        seed=seed,
        data_seed=seed,
    )


def fit(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    train: Rows,
    validation: Rows,
    *,
    config: SFTConfig,
    lora: LoraConfig | None,
    out: Path,
    labelled_positions_only: bool = True,
    fast_products: bool = True,
    remember_lower: bool = False,
    remember_max_gib: float = 2.0,
    patience: int | None = None,
    needs_gib: float | None = None,
) -> Fit:
    """Train, continuing from the last checkpoint in `config.output_dir` if there is one, and save the best weights.

    What learns is the adapter that `lora` puts on the model, or without it the adapter that the model already has, or,
    where it has none, all of its weights; the last is saved as a whole model with its tokenizer.

    Args:
        model: Base model; it gets the adapter.
        tokenizer: Its tokenizer.
        train: From `tokenise`.
        validation: Whose loss chooses the checkpoint that is kept.
        config: From `sft_config`.
        lora: From `lora_config`.
        out: Folder for the adapter.
        labelled_positions_only: Score the vocabulary only where the loss is counted (CPU).
        fast_products: One product for a weight and its adapter, by the faster library (CPU; see `train.folded` and
            `lm.products`).
        remember_lower: Compute frozen lower layers once for each record (CPU; see `train.remembered`).
        remember_max_gib: Most memory that may take; where it takes more, they are computed each time, with a warning.
        patience: Evaluations without a better validation loss before training stops; None never stops early.
        needs_gib: Estimated peak memory, told when memory runs out.

    Raises:
        StageError: If a loss is not finite, memory runs out, what learns did not move, or a base weight beside it did.
    """
    set_seed(config.seed)
    began = time.perf_counter()
    trainer = SFTTrainer(
        model=model,
        args=config,
        train_dataset=train.dataset,
        eval_dataset=validation.dataset,
        processing_class=tokenizer,
        peft_config=lora,
        callbacks=[guards.Finite(), *([EarlyStoppingCallback(patience)] if patience else [])],
    )
    order.by_length(trainer, seed=config.seed)
    adapted = isinstance(trainer.model, PeftModel)
    base_before = fingerprint(trainer.model, adapter=False)
    adapter_before = fingerprint(trainer.model, adapter=True)
    checkpoint = get_last_checkpoint(config.output_dir) if Path(config.output_dir).is_dir() else None
    with ExitStack() as ways:
        ways.enter_context(guards.memory(config, needs_gib=needs_gib))
        ways.enter_context(_labelled_positions(labelled_positions_only and config.use_cpu))
        ways.enter_context(products.by_onednn(fast_products and config.use_cpu))
        ways.enter_context(folded.products(fast_products and config.use_cpu))
        is_remembered = False
        if remember_lower and config.use_cpu and adapted:
            memory = remembered.lower_layers(
                trainer.model.get_base_model(),
                trainer.data_collator(_shortest_and_longest(trainer.train_dataset)),
                pad_id=tokenizer.pad_token_id,
                tokens=train.tokens + validation.tokens,
                max_gib=remember_max_gib,
            )
            is_remembered = ways.enter_context(memory)
        trainer.train(resume_from_checkpoint=checkpoint)
    log = pd.DataFrame(trainer.state.log_history)
    losses = [entry[name] for entry in trainer.state.log_history for name in ("loss", "eval_loss") if name in entry]
    if not all(map(math.isfinite, losses)):
        raise StageError("The training loss is not finite", remedy="lower train.learning_rate")
    base_moved = fingerprint(trainer.model, adapter=False) != base_before
    if not (base_moved or (adapted and fingerprint(trainer.model, adapter=True) != adapter_before)):
        what = "adapter" if adapted else "model"
        raise StageError(f"Training left the {what} as it was", remedy="raise train.learning_rate or train.epochs")
    if adapted and base_moved:
        raise StageError("Training changed a weight of the base model", expected="adapter weights only")
    _save(trainer, tokenizer, out, whole=not adapted)
    columns = ["step", "epoch", "loss", "eval_loss", "learning_rate", "grad_norm"]
    return Fit(
        adapter=out,
        log=log.reindex(columns=columns).dropna(subset=["loss", "eval_loss"], how="all"),
        steps=trainer.state.global_step,
        tokens=int(trainer.state.num_input_tokens_seen),
        best_validation_loss=float(trainer.state.best_metric),
        train_wall_s=time.perf_counter() - began,
        resumed_at_step=int(checkpoint.rsplit("-", 1)[-1]) if checkpoint else 0,
        facts={"lower_layers_remembered": is_remembered},
    )


def _shortest_and_longest(dataset: Dataset) -> list[dict]:
    order = sorted(range(len(dataset)), key=lambda row: len(dataset[row]["input_ids"]))
    return [dataset[order[0]], dataset[order[-1]]]


def _save(trainer: SFTTrainer, tokenizer: PreTrainedTokenizerBase, out: Path, *, whole: bool) -> None:
    """Write safetensors, from the first process only; weights that are shared out over devices are gathered by all."""
    state = trainer.accelerator.get_state_dict(trainer.model) if trainer.is_fsdp_enabled else None
    if trainer.is_world_process_zero():
        trainer.model.save_pretrained(out, state_dict=state, safe_serialization=True)
        if whole:
            tokenizer.save_pretrained(out)
    trainer.accelerator.wait_for_everyone()


def fingerprint(model: torch.nn.Module, *, adapter: bool) -> str:
    """SHA-256 over the adapter's parameters, or over all others."""
    digest = hashlib.sha256()
    for name, value in sorted(model.named_parameters()):
        if ("lora_" in name) == adapter:
            if isinstance(value, DTensor):
                value = value.full_tensor()  # shared out over devices by FSDP2
            digest.update(name.encode())
            digest.update(value.detach().cpu().contiguous().view(torch.uint8).numpy().data)
    return digest.hexdigest()


def samples(
    records: pd.DataFrame, answers: dict[str, Sequence[str]], *, show_text: bool, chars: int = 200
) -> pd.DataFrame:
    """A table of the same records answered by several models; the record's text only where every card allows it."""
    table = pd.DataFrame({"record_id": records["record_id"].to_numpy()})
    if show_text:
        table["text"] = records["text"].str.slice(0, chars).to_numpy()
        table["wanted"] = [
            (labels or references)[0]
            for labels, references in zip(records["labels"], records["references"], strict=True)
        ]
    return table.assign(**answers)


@contextmanager
def _labelled_positions(active: bool) -> Iterator[None]:
    """Have TRL's fused head score only the positions where the loss is counted, as it does on Triton devices.

    TRL scores every position elsewhere to keep tile shapes constant, which a plain CPU does not need; with short
    completions that is half of each step. The losses are the same (tests/train/test_sft.py compares them).
    """
    if active:
        with mock.patch.object(trl.trainer.utils, "_use_triton", lambda device: True):
            yield
    else:
        yield
