"""04 for causal language models: from records and settings to examples, from examples to the folder `tuned/`."""

import dataclasses
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from peft import LoraConfig

from helpers.core.tasks import Task
from helpers.core.train_settings import Train
from helpers.lm import memory, models, shapes
from helpers.train import distributed, examples, methods, pretrain, sft, tracking
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
    devices: int,
    seed: int,
    text: pretrain.Corpus,
) -> Prepared:
    """Load the model that 03 selected and turn records into examples.

    Arguments are those of `routes.prepare`.

    Raises:
        ProfileError: If the model cannot be loaded, or settings do not fit the task or the machine.
        RecordError: If nothing is left to train on, or nothing to tell apart.
    """
    precision = methods.weights_precision(settings.method, settings.precision)
    loading = {"name": selection["llm"], "revision": selection["revision"], "precision": precision, "device": device}
    model, tokenizer = models.load_causal(**loading)
    max_length = methods.longest(model, settings.max_length)
    shape = {"prompt": task.prompt, "max_length": max_length, "too_long": settings.too_long}
    rows = examples.tokenise(train, tokenizer, **shape)
    methods.check_answers(rows, kind=task.kind)
    rows = examples.skip_longest(rows, settings.skip_longest)
    rows = methods.balance(rows, how=settings.balance, kind=task.kind, seed=seed)
    held_out = examples.tokenise(watched, tokenizer, **shape)
    steps = examples.steps_within(
        rows,
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        token_budget=settings.token_budget,
        pack_length=max_length if settings.packing else None,
    )
    facts = {"method": settings.method, "max_length_tokens": max_length}
    facts |= {"chat_template": "its own" if models.has_own_template(tokenizer) else "plain"}
    facts |= {"repeated": rows.repeated, "skipped_longest": rows.skipped_longest, "devices": devices}
    told = {"texts read before the task": len(text.texts), "chat template": facts["chat_template"]}
    told = pd.Series(told, dtype=object).rename("value").to_frame()
    return Prepared(
        settings=settings,
        task=task,
        device=device,
        devices=devices,
        loading=loading,
        model=model,
        tokenizer=tokenizer,
        rows=rows,
        held_out=held_out,
        steps=steps,
        text=text,
        table=pd.concat([examples.describe(rows, steps=steps, batch_size=settings.batch_size), told]),
        facts=facts,
    )


def adapter(prepared: Prepared) -> LoraConfig | None:
    """What learns, as the settings say; None for the whole model."""
    settings = prepared.settings
    return methods.adapter(
        prepared.model,
        method=settings.method,
        r=settings.lora_r,
        alpha=settings.lora_alpha,
        dropout=settings.lora_dropout,
        top_layers=settings.adapter_layers,
    )


def fit(
    prepared: Prepared,
    *,
    checkpoints: Path,
    out: Path,
    seed: int,
    grown: Path | None = None,
    tracked: Path | None = None,
    name: str = "",
) -> Fit:
    """Read what is to be read before the task, then train, going on from the last checkpoint in `checkpoints`.

    Args:
        prepared: From `prepare`.
        checkpoints: Folder that survives a kill.
        out: Folder `tuned/`.
        seed: Of the training.
        grown: Folder for what reading before the task leads to; `pretrained/` beside `out` when left out.
        tracked: Folder for what a tracking tool keeps; beside `checkpoints` when left out.
        name: Of the run, for the tracking tool.

    Raises:
        StageError: As `sft.fit` and `distributed.fit`.
        EgressError: As `tracking.into`.
    """
    settings = prepared.settings
    used = methods.kernels(
        prepared.model,
        wanted=settings.kernels,
        device=prepared.device,
        precision=settings.precision,
        packing=settings.packing,
    )
    common = {
        "batch_size": settings.batch_size,
        "micro_batch_size": settings.micro_batch_size,
        "evaluations": settings.evaluations,
        "max_length": prepared.facts["max_length_tokens"],
        "precision": settings.precision,
        "device": prepared.device,
        "devices": prepared.devices,
        "seed": seed,
        "liger": used["layers"] == "liger",
    }
    trainer = partial(
        distributed.fit,
        devices=prepared.devices,
        loading=prepared.loading,
        sharing=settings.distributed,
        job=checkpoints.parent / "job",
        labelled_positions_only=settings.labelled_positions_only,
        remember_lower=settings.remember_lower,
        patience=settings.patience,
        needs_gib=partial(_needs_gib, prepared),
    )
    before = pretrain.fit(
        prepared.model,
        prepared.tokenizer,
        prepared.text,
        lora=adapter(prepared),
        trainer=trainer,
        checkpoints=checkpoints.with_name("checkpoints_text"),
        out=grown or out.with_name("pretrained"),
        token_budget=settings.pretrain_token_budget,
        learning_rate=settings.pretrain_learning_rate,
        **common,
    )
    config = sft.sft_config(
        checkpoints,
        steps=prepared.steps,
        learning_rate=settings.learning_rate,
        packing=settings.packing,
        track=settings.track,
        run_name=name or None,
        **common,
    )
    with tracking.into(settings.track, tracked or checkpoints.with_name("tracking"), name=prepared.task.name):
        fitted = trainer(
            before.model, prepared.tokenizer, prepared.rows, prepared.held_out, config=config, lora=before.lora, out=out
        )
    return dataclasses.replace(fitted, facts=fitted.facts | prepared.facts | used | before.metrics)


def _needs_gib(prepared: Prepared) -> float:
    settings, on_gpu = prepared.settings, prepared.device == "cuda"
    return memory.peak_gib(
        shapes.of(prepared.model.config),
        method=settings.method,
        precision=settings.precision,
        micro_batch_size=settings.micro_batch_size,
        longest=prepared.facts["max_length_tokens"],
        lora_r=settings.lora_r,
        adapted_layers=settings.adapter_layers,
        checkpointing=on_gpu,
        gpus=prepared.devices if on_gpu else 0,
        remembered_tokens=prepared.rows.tokens + prepared.held_out.tokens if settings.remember_lower else 0,
    )
