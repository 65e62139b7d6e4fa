"""Fine-tune a whole encoder with transformers' Trainer: a label for a text, or a tag for each of its words."""

import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
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
    TrainingArguments,
    set_seed,
)
from transformers.trainer_utils import get_last_checkpoint

from helpers.clinical import mentions
from helpers.core.errors import RecordError, StageError
from helpers.lm import encoders, products, tagging
from helpers.lm.encoders import Encoder
from helpers.metrics import entity_scores
from helpers.train import arguments, guards, order
from helpers.train.examples import Rows
from helpers.train.outcome import Fit


def tokenise(records: pd.DataFrame, encoder: Encoder, *, learnt: bool = True) -> Rows:
    """One example for each label of a record, or one with a tag for each word where mentions are to be found.

    Longer texts are cut at the encoder's own limit and counted.

    Args:
        records: To learn from, or to watch.
        encoder: With its head.
        learnt: Whether they are learnt from. Of watched ones, an answer that the head does not know is left out.

    Raises:
        RecordError: If nothing is to be learnt: no example, a single label, or no mention at all; of watched records, if
            the head knows none of their answers.
    """
    batch = encoders.encode(encoder, records["text"].tolist())
    cut = encoders.cut(batch)
    rows, truncated = [], 0
    for i in range(len(records)):
        if encoder.head.kind == "classification":
            known = [label for label in records["labels"].iloc[i] if label in encoder.head.labels]
            targets = [encoder.head.labels.index(label) for label in known]
        else:
            places = mentions.in_order(mentions.read(records["references"].iloc[i][0]), records["text"].iloc[i])
            targets = [tagging.tags(batch.word_ids(i), batch["offset_mapping"][i], places)]
        truncated += len(targets) * cut[i]
        inputs = {name: batch[name][i] for name in encoder.tokenizer.model_input_names if name in batch}
        rows += [inputs | {"labels": target} for target in targets]
    seen = Counter(label for row in rows for label in np.atleast_1d(row["labels"]) if label != tagging.NOT_COUNTED)
    if not learnt and not rows:
        raise RecordError(
            "None of the watched validation records has an answer that the training records have",
            found=f"{len(records)} records",
            remedy="take more records, or check the split of 02_preprocess",
        )
    if learnt and len(seen) < 2:
        named = encoder.head.labels[next(iter(seen))] if seen else "none"
        raise RecordError(
            "There is nothing to tell apart in the training records",
            found=f"{len(rows)} examples, all with the same answer" + ("" if named == "O" else f" `{named}`"),
            expected="at least two labels" if encoder.head.kind == "classification" else "at least one mention",
            remedy="check the task's labels and the records of 02_preprocess",
        )
    tokens = sum(len(row["input_ids"]) for row in rows)
    return Rows(Dataset.from_list(rows), tokens, sum(seen.values()), dropped_too_long=0, truncated=truncated)


def describe(rows: Rows, *, steps: int, batch_size: int, limit: int, unknown: int = 0) -> pd.DataFrame:
    """What training is about to see, as a table; `unknown` counts answers of watched records that cannot be learnt."""
    facts = {
        "examples": len(rows.dataset),
        "tokens in one epoch": rows.tokens,
        "answers (counted by the loss)": rows.labelled_tokens,
        f"cut at {limit} tokens": rows.truncated,
        "optimizer steps": steps,
        "epochs within the token budget": round(steps * batch_size / len(rows.dataset), 2),
    }
    if unknown:
        facts["answers of validation records that no training record has"] = unknown
    return pd.Series(facts, dtype=object).rename("value").to_frame()


def class_weights(rows: Rows, classes: int) -> list[float]:
    """Weights that make every class count alike: inverse to its frequency, 1 on average over the examples."""
    counts = np.bincount(
        [label for target in rows.dataset["labels"] for label in np.atleast_1d(target) if label != tagging.NOT_COUNTED],
        minlength=classes,
    )
    present = np.count_nonzero(counts)
    return [float(counts.sum() / (present * count)) if count else 0.0 for count in counts]


def training_arguments(folder: Path, **shared: Any) -> TrainingArguments:
    """The one place where a profile becomes the Trainer's settings; `shared` are further ones of `arguments.shared`."""
    return TrainingArguments(
        **arguments.shared(folder, warmup_one_in=10, **shared),
        weight_decay=0.01,
        label_names=["labels"],
        train_sampling_strategy="group_by_length",
        metric_for_best_model="eval_score",
        greater_is_better=True,
        report_to=[],
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
        args: From `training_arguments`.
        out: Folder to write.
        patience: Evaluations without a better score after which training stops; None never.
        weights: Of the classes in the loss; None counts all alike.

    Raises:
        StageError: If a loss or gradient is not finite, memory runs out, or nothing moved.
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
        callbacks=[guards.Finite(), *([EarlyStoppingCallback(patience)] if patience else [])],
    )
    order.by_length(trainer, seed=args.seed)
    before = guards.fingerprint(encoder.model, adapter=False)
    checkpoint = get_last_checkpoint(args.output_dir) if Path(args.output_dir).is_dir() else None
    with guards.memory(args), products.by_onednn(args.use_cpu):
        trainer.train(resume_from_checkpoint=checkpoint)
    if guards.fingerprint(encoder.model, adapter=False) == before:
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
        train_wall_s=time.perf_counter() - began,
        resumed_at_step=int(checkpoint.rsplit("-", 1)[-1]) if checkpoint else 0,
        facts={"best_validation_score": float(kept["eval_score"])},
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
