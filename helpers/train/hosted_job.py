"""A fine-tuning job at a provider; every step can be killed and gone on from.

What was begun is found again by the ids that were kept, or, if the kill came before they were, by the names of the files and
the mark on the job. However a job ends, its files are deleted at the provider, and the receipts go on the ledger.
"""

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openai
import pandas as pd
from openai.types.fine_tuning import FineTuningJob
from tqdm.auto import tqdm

from helpers.core import files, ledger
from helpers.core.errors import StageError
from helpers.core.outbound import Outbound

_LIVE = ("validating_files", "queued", "running")


def begin(
    client: openai.OpenAI,
    model: str,
    contents: dict[str, bytes],
    *,
    settings: dict[str, Any],
    mark: str,
    seed: int,
    kept: Path,
) -> dict[str, Any]:
    """Files and job, as kept from before, as found at the provider, or new; their ids are kept before anything waits.

    Args:
        client: From `lm.provider.connect`.
        model: To tune.
        contents: Side of the split -> chats as JSON lines.
        settings: n_epochs and batch_size.
        mark: Hash of all that makes the job what it is.
        seed: Passed on.
        kept: File for the ids.
    """
    if kept.is_file():
        return json.loads(kept.read_text(encoding="utf-8"))
    names = {side: f"clintune-{mark}-{side}.jsonl" for side in contents}
    there = {file.filename: file.id for file in client.files.list(purpose="fine-tune")}
    ids = {
        side: there.get(name) or client.files.create(file=(name, contents[side]), purpose="fine-tune").id
        for side, name in names.items()
    }
    jobs = (job for job in client.fine_tuning.jobs.list() if job.training_file == ids["train"])
    job = next((job for job in jobs if (job.metadata or {}).get("clintune") == mark), None)
    job = job or client.fine_tuning.jobs.create(
        model=model,
        training_file=ids["train"],
        validation_file=ids["validation"],
        method={"type": "supervised", "supervised": {"hyperparameters": settings}},
        metadata={"clintune": mark},
        suffix="clintune",
        seed=seed,
    )
    begun = {"job": job.id, "files": ids}
    files.write_json(kept, begun)
    return begun


def wait(client: openai.OpenAI, job_id: str, *, poll_s: float, hours: float) -> FineTuningJob:
    """Look at a job until it has ended; after `hours` since its creation it is cancelled."""
    with tqdm(desc=job_id, unit="look", leave=False) as bar:
        while True:
            job = client.fine_tuning.jobs.retrieve(job_id)
            bar.set_postfix_str(job.status)
            bar.update()
            if job.status not in _LIVE:
                return job
            if time.time() > job.created_at + hours * 3600:
                return client.fine_tuning.jobs.cancel(job_id)
            time.sleep(poll_s)


def log(client: openai.OpenAI, job_id: str) -> pd.DataFrame:
    """Losses by step as the provider tells them in its events, oldest first."""
    said = [event.data for event in client.fine_tuning.jobs.list_events(job_id) if event.type == "metrics"]
    rows = [
        {"step": data["step"], "loss": data.get("train_loss"), "eval_loss": _validation_loss(data)}
        for data in reversed(said)
        if isinstance(data, dict) and "step" in data
    ]
    columns = ["step", "epoch", "loss", "eval_loss", "learning_rate", "grad_norm"]
    return pd.DataFrame(rows, columns=columns, dtype=float).sort_values("step", kind="stable").reset_index(drop=True)


def _validation_loss(data: dict[str, Any]) -> float | None:
    return data.get("full_valid_loss", data.get("valid_loss"))  # over all validation chats where that is told


def take_back(client: openai.OpenAI, ids: Iterable[str], *, leaving: Outbound, host: str, job: FineTuningJob) -> None:
    """Delete files at the provider and put each receipt on the ledger; one that is gone already counts as deleted."""
    left = []
    for name in ids:
        try:
            deleted = client.files.delete(name).deleted
        except openai.NotFoundError:
            deleted = True
        ledger.append(
            leaving.run_dir,
            "hosted training file deleted" if deleted else "hosted training file not deleted",
            stage=leaving.stage,
            host=host,
            file=name,
            job=job.id,
            job_status=job.status,
        )
        left += [] if deleted else [name]
    if left:
        raise StageError(
            f"{host} did not delete {len(left)} uploaded file(s)",
            found=", ".join(left),
            expected="a receipt for each",
            remedy="run 04 again, or delete them at the provider by hand",
        )
