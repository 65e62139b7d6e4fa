"""Fine-tune a whole encoder with transformers' Trainer: a label for a text, or a tag for each of its words."""

import hashlib
import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from datasets import Dataset
from transformers import (
    DataCollatorForTokenClassification,
    DataCollatorWithPadding,
    EarlyStoppingCallback,
    EvalPrediction,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)
from transformers.trainer_utils import get_last_checkpoint

from helpers.clinical import mentions
from helpers.core.errors import RecordError, StageError
from helpers.lm import encoders, products, tagging
from helpers.lm.encoders import Encoder
from helpers.metrics import entity_scores
from helpers.train import order
from helpers.train.sft import Rows


@dataclass(frozen=True)
class Fit:
    """What a training run leaves behind."""

    folder: Path
    log: pd.DataFrame  # step, epoch, loss, eval_loss, eval_score, learning_rate, grad_norm; NaN where not logged
    steps: int
    tokens: int
    best_validation_loss: float  # of the checkpoint that was kept
    best_validation_score: float  # accuracy, or F1 over mentions
    train_wall_s: float
    resumed_at_step: int
    facts: dict[str, Any] = field(default_factory=dict)  # further ones for the metrics


def tokenise(records: pd.DataFrame, encoder: Encoder) -> Rows:
    """One example for each label of a record, or one with a tag for each word where mentions are to be found.

    Longer texts are cut at the encoder's own limit and counted.

    Raises:
        RecordError: If nothing is to be learnt: no example, a single label, or no mention at all.
    """
    whole = encoder.tokenizer(records["text"].tolist())["input_ids"]
    batch = encoders.encode(encoder, records["text"].tolist())
    rows, cut = [], 0
    for i in range(len(records)):
        if encoder.head.kind == "classification":
            targets = [encoder.head.labels.index(label) for label in records["labels"].iloc[i]]
        else:
            places = mentions.in_order(mentions.read(records["references"].iloc[i][0]), records["text"].iloc[i])
            targets = [tagging.tags(batch.word_ids(i), batch["offset_mapping"][i], places)]
        cut += len(targets) * (len(whole[i]) > encoder.head.max_tokens)
        inputs = {name: batch[name][i] for name in encoder.tokenizer.model_input_names if name in batch}
        rows += [inputs | {"labels": target} for target in targets]
    seen = Counter(label for row in rows for label in np.atleast_1d(row["labels"]) if label != tagging.NOT_COUNTED)
    if len(seen) < 2:
        named = encoder.head.labels[next(iter(seen))] if seen else "none"
        raise RecordError(
            "There is nothing to tell apart in the training records",
            found=f"{len(rows)} examples, all with the same answer" + ("" if named == "O" else f" `{named}`"),
            expected="at least two labels" if encoder.head.kind == "classification" else "at least one mention",
            remedy="check the task's labels and the records of 02_preprocess",
        )
    tokens = sum(len(row["input_ids"]) for row in rows)
    return Rows(Dataset.from_list(rows), tokens, sum(seen.values()), dropped_too_long=0, truncated=cut)


def describe(rows: Rows, *, steps: int, batch_size: int, limit: int) -> pd.DataFrame:
    """What training is about to see, as a table."""
    facts = {
        "examples": len(rows.dataset),
        "tokens in one epoch": rows.tokens,
        "answers (counted by the loss)": rows.labelled_tokens,
        f"cut at {limit} tokens": rows.truncated,
        "optimizer steps": steps,
        "epochs within the token budget": round(steps * batch_size / len(rows.dataset), 2),
    }
    return pd.Series(facts, dtype=object).rename("value").to_frame()


def class_weights(rows: Rows, classes: int) -> list[float]:
    """Weights that make every class count alike: inverse to its frequency, 1 on average over the examples."""
    counts = np.bincount(
        [label for target in rows.dataset["labels"] for label in np.atleast_1d(target) if label != tagging.NOT_COUNTED],
        minlength=classes,
    )
    present = np.count_nonzero(counts)
    return [float(counts.sum() / (present * count)) if count else 0.0 for count in counts]


def arguments(
    folder: Path,
    *,
    steps: int,
    batch_size: int,
    micro_batch_size: int,
    learning_rate: float,
    evaluations: int,
    precision: str,
    device: str,
    seed: int,
) -> TrainingArguments:
    """The one place where a profile becomes the Trainer's settings."""
    every = max(1, steps // evaluations)
    on_gpu = device == "cuda"
    return TrainingArguments(
        output_dir=str(folder),
        max_steps=steps,
        per_device_train_batch_size=min(micro_batch_size, batch_size),
        per_device_eval_batch_size=min(micro_batch_size, batch_size),
        gradient_accumulation_steps=max(1, batch_size // micro_batch_size),
        learning_rate=learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=min(steps - 1, max(1, steps // 10)),
        weight_decay=0.01,
        label_names=["labels"],
        train_sampling_strategy="group_by_length",
        eval_strategy="steps",
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="eval_score",
        greater_is_better=True,
        logging_steps=max(1, steps // 40),
        logging_nan_inf_filter=False,
        include_num_input_tokens_seen="non_padding",
        bf16=on_gpu and precision != "fp32",
        use_cpu=not on_gpu,
        dataloader_pin_memory=on_gpu,
        report_to=[],
        seed=seed,
        data_seed=seed,
    )


def fit(
    encoder: Encoder,
    train: Rows,
    validation: Rows,
    *,
    args: TrainingArguments,
    out: Path,
    patience: int | None = None,
    weights: Sequence[float] | None = None,
) -> Fit:
    """Train all weights, going on from the last checkpoint in `args.output_dir` if there is one, and save the best.

    The checkpoint with the best validation accuracy, or F1 over mentions, is kept; of equal ones the first.

    Args:
        encoder: From `encoders.fresh`; it is changed.
        train: Examples to learn from.
        validation: Examples that choose the checkpoint.
        args: From `arguments`.
        out: Folder to write.
        patience: Evaluations without a better score after which training stops; None never.
        weights: Of the classes in the loss; None counts all alike.

    Raises:
        StageError: If the loss is not finite, or nothing moved.
    """
    set_seed(args.seed)
    began = time.perf_counter()
    collator = DataCollatorWithPadding if encoder.head.kind == "classification" else DataCollatorForTokenClassification
    trainer = Trainer(
        model=encoder.model.train(),
        args=args,
        data_collator=collator(encoder.tokenizer),
        train_dataset=train.dataset,
        eval_dataset=validation.dataset,
        processing_class=encoder.tokenizer,
        compute_loss_func=_loss(weights),
        compute_metrics=_accuracy if encoder.head.kind == "classification" else _f1,
        callbacks=[_FiniteLoss(), *([EarlyStoppingCallback(patience)] if patience else [])],
    )
    order.by_length(trainer, seed=args.seed)
    before = fingerprint(encoder.model)
    checkpoint = get_last_checkpoint(args.output_dir) if Path(args.output_dir).is_dir() else None
    with products.by_onednn(args.use_cpu):
        trainer.train(resume_from_checkpoint=checkpoint)
    if fingerprint(encoder.model) == before:
        raise StageError("Training left the encoder as it was", remedy="raise train.learning_rate or train.epochs")
    encoders.save(Encoder(encoder.model.eval(), encoder.tokenizer, encoder.head), out)
    log = pd.DataFrame(trainer.state.log_history)
    columns = ["step", "epoch", "loss", "eval_loss", "eval_score", "learning_rate", "grad_norm"]
    log = log.reindex(columns=columns).dropna(subset=["loss", "eval_loss"], how="all")
    kept = log.loc[log["eval_score"].idxmax()]
    return Fit(
        folder=out,
        log=log,
        steps=trainer.state.global_step,
        tokens=int(trainer.state.num_input_tokens_seen),
        best_validation_loss=float(kept["eval_loss"]),
        best_validation_score=float(kept["eval_score"]),
        train_wall_s=time.perf_counter() - began,
        resumed_at_step=int(checkpoint.rsplit("-", 1)[-1]) if checkpoint else 0,
    )


def fingerprint(model: torch.nn.Module) -> str:
    """SHA-256 over all parameters."""
    digest = hashlib.sha256()
    for name, value in sorted(model.named_parameters()):
        digest.update(name.encode())
        digest.update(value.detach().cpu().contiguous().view(torch.uint8).numpy().data)
    return digest.hexdigest()


class _FiniteLoss(TrainerCallback):
    """Stops at the first loss that is not finite; the checkpoints before it stay."""

    def on_log(self, args: Any, state: Any, control: Any, logs: dict | None = None, **others: Any) -> None:
        """Look at what was just logged."""
        if not all(math.isfinite(logs[name]) for name in ("loss", "eval_loss") if name in (logs or {})):
            raise StageError(
                f"The training loss is not finite at step {state.global_step}", remedy="lower train.learning_rate"
            )


def _loss(weights: Sequence[float] | None) -> Callable[..., torch.Tensor]:
    """Cross entropy over what is counted; the sum is shared by the items of all micro batches of a step."""

    def loss(outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
        logits = outputs["logits"].float().flatten(0, -2)
        given = None if weights is None else torch.tensor(weights, device=logits.device)
        total = torch.nn.functional.cross_entropy(
            logits, labels.flatten(), weight=given, ignore_index=tagging.NOT_COUNTED, reduction="sum"
        )
        return total / (num_items_in_batch or labels.ne(tagging.NOT_COUNTED).sum())

    return loss


def _accuracy(found: EvalPrediction) -> dict[str, float]:
    return {"score": float((found.predictions.argmax(-1) == found.label_ids).mean())}


def _f1(found: EvalPrediction) -> dict[str, float]:
    """F1 over mentions as runs of words: the same words, all of them, and no others."""
    right = wrong = missed = 0
    for scores, gold in zip(found.predictions, found.label_ids, strict=True):
        counted = gold != tagging.NOT_COUNTED
        words = [(at, at + 1) for at in range(int(counted.sum()))]
        pair = [tagging.spans(row.tolist(), words) for row in (gold[counted], scores[counted].argmax(-1))]
        outcome = entity_scores.match(*pair)
        right, wrong, missed = right + outcome[0], wrong + outcome[1], missed + outcome[2]
    f1 = entity_scores.precision_recall_f1(right, wrong, missed)[2]
    return {"score": 0.0 if math.isnan(f1) else f1}
