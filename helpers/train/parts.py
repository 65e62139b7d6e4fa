"""Fine-tune on a part of the training records and answer validation records: one point of a learning curve."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.core.tasks import Task
from helpers.core.train_settings import Train
from helpers.lm import tuned
from helpers.train import routes


def answer(
    part: pd.DataFrame,
    watched: pd.DataFrame,
    asked: pd.DataFrame,
    *,
    name: str,
    folder: Path,
    settings: Train,
    task: Task,
    selection: Mapping[str, Any],
    labels: list[str],
    seed: int,
    device: str,
    max_new_tokens: int,
) -> pd.DataFrame:
    """Fine-tune from the untouched model, as 04 does, and answer.

    Args:
        part: Records to train on.
        watched: Validation records whose loss chooses the checkpoint.
        asked: Records to answer.
        name: Of the model in the answers.
        folder: For checkpoints and tuned model; a killed training goes on from the last checkpoint in it.
        settings: Of 04, with the token budget of this part.
        task: What is learnt.
        selection: llm, revision and encoder, as 03 hands them to 04.
        labels: Closed label set; empty for generation.
        seed: Of the training.
        device: cpu or cuda.
        max_new_tokens: Of a written answer.

    Returns:
        A prediction frame in the order of `asked`.

    Raises:
        RecordError: If nothing of the part is short enough.
        StageError: As `routes.fit`.
    """
    settings = settings.model_copy(update={"track": "none"})  # only 04 is tracked
    prepared = routes.prepare(
        part, watched, settings=settings, task=task, selection=selection, device=device, seed=seed
    )
    out = folder / tuned.FOLDER
    routes.fit(prepared, checkpoints=folder / "checkpoints", out=out, seed=seed)
    return tuned.predict(
        settings.route,
        out,
        asked,
        name=name,
        kind=task.kind,
        prompt=task.prompt,
        llm=selection["llm"],
        revision=selection["revision"],
        precision=settings.precision,
        device=device,
        labels=labels,
        max_new_tokens=max_new_tokens,
    )
