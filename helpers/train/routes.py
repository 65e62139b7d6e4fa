"""04 by its route: what is trained on, and the training; the one place where the settings of 04 meet its trainers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.core import records
from helpers.core.outbound import Outbound
from helpers.core.tasks import Task
from helpers.core.train_settings import Train
from helpers.lm import encoders, predictors
from helpers.train import causal, encoder, examples, pretrain
from helpers.train import hosted as hosted_training
from helpers.train.outcome import Fit
from helpers.train.prepared import Prepared


def prepare(
    train: pd.DataFrame,
    watched: pd.DataFrame,
    *,
    settings: Train,
    task: Task,
    selection: Mapping[str, Any],
    device: str,
    seed: int,
    devices: int = 1,
    text: pretrain.Corpus = pretrain.NOTHING,
    leaving: Outbound | None = None,
) -> Prepared:
    """Load the model that 03 selected and turn records into examples.

    Args:
        train: Records to learn from.
        watched: Validation records whose loss chooses the checkpoint.
        settings: Of 04.
        task: What is learnt.
        selection: What 03 chose: llm, revision, encoder.
        device: cpu or cuda.
        seed: Of a new head's first weights, and of records that are repeated for balance.
        devices: GPUs, or processes.
        text: What a language model reads before the task.
        leaving: Both sides as they leave this machine; the hosted route needs it.

    Raises:
        EgressError: If the records may not be sent to the provider.
        ProfileError: If the model cannot be loaded.
        RecordError: If nothing is left to train on.
    """
    if settings.route == "causal":
        common = {"settings": settings, "task": task, "selection": selection, "device": device, "seed": seed}
        return causal.prepare(train, watched, devices=devices, text=text, **common)
    if settings.route == "hosted":
        sent = hosted_training.prepare(train, watched, settings=settings, task=task, leaving=leaving)
        return Prepared(settings=settings, task=task, device=device, **sent)
    labels = records.label_set(train)
    model = encoders.fresh(selection["encoder"], kind=task.kind, labels=labels, device=device, seed=seed)
    rows, held_out = encoder.tokenise(train, model), encoder.tokenise(watched, model, learnt=False)
    unknown = sum(label not in labels for own in watched["labels"] for label in own)
    budget = {"epochs": settings.epochs, "batch_size": settings.batch_size, "token_budget": settings.token_budget}
    steps = examples.steps_within(rows, **budget)
    return Prepared(
        settings=settings,
        task=task,
        device=device,
        model=model,
        tokenizer=model.tokenizer,
        rows=rows,
        held_out=held_out,
        steps=steps,
        table=encoder.describe(
            rows, steps=steps, batch_size=settings.batch_size, limit=model.head.max_tokens, unknown=unknown
        ),
    )


def before(prepared: Prepared, few: pd.DataFrame, *, max_new_tokens: int) -> list[str]:
    """What the untouched model answers to a few records."""
    if prepared.settings.route == "causal":
        asked = {"prompt": prepared.task.prompt, "max_new_tokens": max_new_tokens}
        return predictors.predict(prepared.model, prepared.tokenizer, few, name="before", **asked)["text"].tolist()
    if prepared.settings.route == "encoder":
        return ["no head yet"] * len(few)
    prompt = prepared.task.prompt
    return hosted_training.before(prepared.model, few, prompt=prompt, max_new_tokens=max_new_tokens)


def fit(
    prepared: Prepared, *, checkpoints: Path, out: Path, seed: int, tracked: Path | None = None, name: str = ""
) -> Fit:
    """Train, going on from the last checkpoint in `checkpoints` if there is one, and write `out`, the folder `tuned/`.

    Args:
        prepared: From `prepare`.
        checkpoints: Folder that survives a kill.
        out: Folder `tuned/`.
        seed: Of the training.
        tracked: Folder for what a tracking tool keeps; beside `checkpoints` when left out.
        name: Of the run, for that tool.

    Raises:
        StageError: As the trainer of the route.
    """
    settings = prepared.settings
    if settings.route == "causal":
        return causal.fit(prepared, checkpoints=checkpoints, out=out, seed=seed, tracked=tracked, name=name)
    if settings.route == "encoder":
        args = encoder.training_arguments(
            checkpoints,
            steps=prepared.steps,
            batch_size=settings.batch_size,
            micro_batch_size=settings.micro_batch_size,
            learning_rate=settings.learning_rate,
            evaluations=settings.evaluations,
            precision=settings.precision,
            device=prepared.device,
            seed=seed,
        )
        classes = len(prepared.model.head.labels)
        weights = encoder.class_weights(prepared.rows, classes) if settings.class_weights else None
        options = {"args": args, "out": out, "patience": settings.patience, "weights": weights}
        return encoder.fit(prepared.model, prepared.rows, prepared.held_out, **options)
    return hosted_training.fit(
        prepared.model,
        prepared.rows,
        prepared.held_out,
        prompt=prepared.task.prompt,
        scratch=checkpoints,
        out=out,
        epochs=hosted_training.epochs_within(prepared.rows, epochs=settings.epochs, token_budget=settings.token_budget),
        batch_size=settings.batch_size,
        poll_s=settings.hosted_poll_s,
        hours=settings.hosted_hours,
        seed=seed,
    )
