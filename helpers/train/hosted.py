"""Fine-tune at a provider: upload, job, wait, and take the records back; every step can be killed and gone on from.

What was begun is found again by the id kept in `scratch`, or, if the kill came before it was written, by the names of the
files and the mark on the job. However a job ends, its files are deleted at the provider, and the receipts go on the ledger.
"""

import json
import math
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openai
import pandas as pd
from datasets import Dataset
from openai.types.fine_tuning import FineTuningJob
from tqdm.auto import tqdm

from helpers.core import files, ledger, manifests
from helpers.core.errors import RecordError, StageError
from helpers.core.outbound import Outbound
from helpers.core.tasks import Prompt
from helpers.lm import egress, hosted_answers, hosted_tuned, prompts, provider
from helpers.train import sft

_CHARS_PER_TOKEN = 4  # of English text, roughly: the provider alone counts exactly
_LIVE = ("validating_files", "queued", "running")


def chats(records: pd.DataFrame, *, prompt: Prompt, labels: Sequence[str]) -> sft.Rows:
    """One chat for each answer of each record, by the prompt builder that evaluation and serving use.

    Returns:
        Rows with a column messages; their tokens are estimated.

    Raises:
        RecordError: If nothing is left to train on.
    """
    rows = []
    for text, own, references in zip(records["text"], records["labels"], records["references"], strict=True):
        for answer in own or references:
            said = {"role": "assistant", "content": hosted_answers.written(answer, labels=labels)}
            rows.append({"messages": [*prompts.messages(prompt, text), said]})
    if not rows:
        raise RecordError(
            "There is nothing to train on", found=f"{len(records)} records", remedy="check the labels in 02"
        )
    chars = [sum(len(message["content"]) for message in row["messages"]) for row in rows]
    answers = [len(row["messages"][-1]["content"]) for row in rows]
    return sft.Rows(Dataset.from_list(rows), sum(chars) // _CHARS_PER_TOKEN, sum(answers) // _CHARS_PER_TOKEN, 0)


def epochs_within(rows: sft.Rows, *, epochs: float, token_budget: int) -> int:
    """Whole epochs, fewer where they would see more than `token_budget` tokens; at least one."""
    return max(1, min(round(epochs), token_budget // max(1, rows.tokens)))


def steps_of(rows: sft.Rows, *, epochs: int, batch_size: int) -> int:
    """Optimizer steps of whole epochs."""
    return epochs * math.ceil(len(rows.dataset) / batch_size)


def describe(rows: sft.Rows, *, epochs: int, steps: int, usd_per_mtok: float) -> pd.DataFrame:
    """What is about to be sent and what it will cost, as a table."""
    facts = {
        "examples": len(rows.dataset),
        "tokens in one epoch (estimated)": rows.tokens,
        "answer tokens (estimated)": rows.labelled_tokens,
        "optimizer steps": steps,
        "epochs within the token budget": epochs,
        "USD (estimated)": round(rows.tokens * epochs * usd_per_mtok / 1e6, 4),
    }
    return pd.Series(facts, dtype=object).rename("value").to_frame()


def fit(
    rows: sft.Rows,
    held_out: sft.Rows,
    *,
    leaving: Outbound,
    permit: egress.Permit,
    prompt: Prompt,
    labels: Sequence[str],
    scratch: Path,
    out: Path,
    epochs: int,
    batch_size: int,
    poll_s: float,
    hours: float,
    seed: int,
) -> sft.Fit:
    """Have the provider fine-tune, wait for it, delete what was uploaded, and write `hosted.json` into `out`.

    Args:
        rows: From `chats`.
        held_out: The same of the validation records.
        leaving: With the model to tune.
        permit: For training on exactly these records.
        prompt: The task's.
        labels: Closed label set.
        scratch: Survives a kill.
        out: The folder `tuned/`.
        epochs: From `epochs_within`.
        batch_size: Chats in a step.
        poll_s: Seconds between two looks at the job.
        hours: After which the job is cancelled.
        seed: Passed on.

    Raises:
        ProfileError: As `provider.told`.
        StageError: If the job failed, was cancelled or took too long, a file could not be deleted, or the provider did not
            answer; run again to go on waiting.
    """
    api, began = leaving.api, time.perf_counter()
    settings = {"n_epochs": epochs, "batch_size": batch_size}
    contents = {"train": _jsonl(rows), "validation": _jsonl(held_out)}
    mark = manifests.digest(api.model, settings, seed, {side: text.decode() for side, text in contents.items()})[:32]
    with provider.connect(api, permit) as client, provider.told(api.model, permit.host):
        begun = _begin(client, api.model, contents, settings=settings, mark=mark, seed=seed, kept=scratch / "job.json")
        job = _wait(client, begun["job"], poll_s=poll_s, hours=hours)
        log = _log(client, job.id)
        _take_back(client, begun["files"].values(), leaving=leaving, host=permit.host, job=job)
    if job.status != "succeeded" or not job.fine_tuned_model:
        (scratch / "job.json").unlink()
        raise StageError(
            f"{permit.host} gave no tuned model",
            found=f"job {job.id} {job.status}" + (f", {job.error.code}" if job.error and job.error.code else ""),
            expected="succeeded",
            remedy="look at the job at the provider; its files are deleted there; run 04 again to begin a new one",
        )
    tokens = job.trained_tokens or 0
    found = hosted_tuned.HostedTuned(
        host=permit.host,
        model=job.fine_tuned_model,
        job=job.id,
        trained_tokens=tokens,
        usd=tokens * api.training_usd_per_mtok / 1e6,
        prompt=prompt,
        labels=tuple(labels),
        prompt_sha256=hosted_tuned.prompt_sha256(prompt, list(labels)),
        api=api,
        terms=leaving.terms,
        beside=leaving.beside,
    )
    hosted_tuned.save(found, out)
    return sft.Fit(
        adapter=out,
        log=log,
        steps=int(log["step"].max()) if len(log) else 0,
        tokens=tokens,
        best_validation_loss=float(log["eval_loss"].min()),
        train_wall_s=time.perf_counter() - began,
        resumed_at_step=0,
    )


def _begin(
    client: openai.OpenAI,
    model: str,
    contents: dict[str, bytes],
    *,
    settings: dict[str, Any],
    mark: str,
    seed: int,
    kept: Path,
) -> dict[str, Any]:
    """Files and job, as kept from before, as found at the provider, or new."""
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


def _wait(client: openai.OpenAI, job_id: str, *, poll_s: float, hours: float) -> FineTuningJob:
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


def _log(client: openai.OpenAI, job_id: str) -> pd.DataFrame:
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


def _take_back(client: openai.OpenAI, ids: Iterable[str], *, leaving: Outbound, host: str, job: FineTuningJob) -> None:
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


def _jsonl(rows: sft.Rows) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows.dataset).encode()
