"""04 by its route: what is trained on, and the training; the one place where the settings of 04 meet its trainers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.core.errors import StageError
from helpers.core.profiles import Train
from helpers.core.tasks import Task
from helpers.lm import models, predictors
from helpers.train import sft


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A model and its examples, ready to train."""

    settings: Train
    task: Task
    device: str
    model: Any
    tokenizer: Any
    rows: sft.Rows
    held_out: sft.Rows
    steps: int
    table: pd.DataFrame  # what training is about to see


def prepare(
    train: pd.DataFrame,
    watched: pd.DataFrame,
    *,
    settings: Train,
    task: Task,
    selection: Mapping[str, Any],
    device: str,
) -> Prepared:
    """Load the model that 03 selected and turn records into examples.

    Args:
        train: Records to learn from.
        watched: Validation records whose loss chooses the checkpoint.
        settings: Of 04.
        task: What is learnt.
        selection: What 03 chose: llm, revision, encoder.
        device: cpu or cuda.

    Raises:
        ProfileError: If the model cannot be loaded.
        RecordError: If nothing is left to train on.
    """
    if settings.route == "causal":
        model, tokenizer = models.load_causal(
            selection["llm"], precision=settings.precision, device=device, revision=selection["revision"]
        )
        shape = {"prompt": task.prompt, "max_length": settings.max_length}
        rows = sft.tokenise(train, tokenizer, **shape)
        held_out = sft.tokenise(watched, tokenizer, **shape)
        budget = {"epochs": settings.epochs, "batch_size": settings.batch_size, "token_budget": settings.token_budget}
        steps = sft.steps_within(rows, **budget)
        table = sft.describe(rows, steps=steps, batch_size=settings.batch_size)
    else:
        raise _not_yet(settings.route)
    return Prepared(
        settings=settings,
        task=task,
        device=device,
        model=model,
        tokenizer=tokenizer,
        rows=rows,
        held_out=held_out,
        steps=steps,
        table=table,
    )


def before(prepared: Prepared, records: pd.DataFrame, *, max_new_tokens: int) -> list[str]:
    """What the untouched model answers to a few records."""
    if prepared.settings.route == "causal":
        asked = {"prompt": prepared.task.prompt, "max_new_tokens": max_new_tokens}
        return predictors.predict(prepared.model, prepared.tokenizer, records, name="before", **asked)["text"].tolist()
    raise _not_yet(prepared.settings.route)


def fit(prepared: Prepared, *, checkpoints: Path, out: Path, seed: int) -> sft.Fit:
    """Train, going on from the last checkpoint in `checkpoints` if there is one, and write `out`, the folder `tuned/`.

    Raises:
        StageError: As the trainer of the route.
    """
    settings = prepared.settings
    if settings.route == "causal":
        config = sft.sft_config(
            checkpoints,
            steps=prepared.steps,
            batch_size=settings.batch_size,
            micro_batch_size=settings.micro_batch_size,
            learning_rate=settings.learning_rate,
            evaluations=settings.evaluations,
            max_length=settings.max_length,
            precision=settings.precision,
            device=prepared.device,
            seed=seed,
        )
        lora = sft.lora_config(
            prepared.model,
            r=settings.lora_r,
            alpha=settings.lora_alpha,
            dropout=settings.lora_dropout,
            top_layers=settings.adapter_layers,
        )
        return sft.fit(
            prepared.model,
            prepared.tokenizer,
            prepared.rows,
            prepared.held_out,
            config=config,
            lora=lora,
            out=out,
            labelled_positions_only=settings.labelled_positions_only,
        )
    raise _not_yet(settings.route)


def _not_yet(route: str) -> StageError:
    # hosted: the upload, the job and its receipt belong in the branches above
    return StageError(f"Route `{route}` cannot be trained yet", expected="train.route causal", remedy="leave it out")
