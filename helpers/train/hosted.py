"""Fine-tune at a provider: chats of the records, the guard, the job, and `hosted.json` in the end."""

import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from datasets import Dataset

from helpers.core import manifests, outbound
from helpers.core import records as record_frames
from helpers.core.errors import RecordError, StageError
from helpers.core.outbound import Outbound
from helpers.core.tasks import Prompt, Task
from helpers.core.train_settings import Train
from helpers.lm import egress, hosted, hosted_answers, hosted_tuned, prompts, provider
from helpers.train import examples, hosted_job
from helpers.train.outcome import Fit

_CHARS_PER_TOKEN = 4  # of English text, roughly: the provider alone counts exactly


def chats(records: pd.DataFrame, *, prompt: Prompt, labels: Sequence[str]) -> examples.Rows:
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
    return examples.Rows(Dataset.from_list(rows), sum(chars) // _CHARS_PER_TOKEN, sum(answers) // _CHARS_PER_TOKEN, 0)


def epochs_within(rows: examples.Rows, *, epochs: float, token_budget: int) -> int:
    """Whole epochs, fewer where they would see more than `token_budget` tokens; at least one."""
    return max(1, min(round(epochs), token_budget // max(1, rows.tokens)))


def steps_of(rows: examples.Rows, *, epochs: int, batch_size: int) -> int:
    """Optimizer steps of whole epochs."""
    return epochs * math.ceil(len(rows.dataset) / batch_size)


def describe(rows: examples.Rows, *, epochs: int, steps: int, usd_per_mtok: float) -> pd.DataFrame:
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


@dataclass(frozen=True)
class Sending:
    """Leave to send records to a provider for training; stands where other routes have a model."""

    leaving: Outbound
    permit: egress.Permit
    labels: tuple[str, ...]  # closed label set; empty for written answers


def prepare(
    train: pd.DataFrame, watched: pd.DataFrame, *, settings: Train, task: Task, leaving: Outbound | None
) -> dict[str, Any]:
    """Ask the egress guard and turn records into chats: model, tokenizer, rows, held_out, steps and table of `Prepared`.

    Raises:
        EgressError: If the records may not be sent to the provider.
        RecordError: If nothing is left to train on.
        StageError: Outside a run, where nothing may leave.
    """
    leaving = outbound.needed(leaving)
    permit = egress.permit(leaving, leaving.api.base_url, purpose="training")
    permit.check([*train["text"], *watched["text"]])
    labels = tuple(record_frames.label_set(train))
    rows, held_out = (chats(part, prompt=task.prompt, labels=labels) for part in (train, watched))
    epochs = epochs_within(rows, epochs=settings.epochs, token_budget=settings.token_budget)
    steps = steps_of(rows, epochs=epochs, batch_size=settings.batch_size)
    table = describe(rows, epochs=epochs, steps=steps, usd_per_mtok=leaving.api.training_usd_per_mtok)
    model = Sending(leaving, permit, labels)
    return {
        "model": model, "tokenizer": None, "rows": rows, "held_out": held_out, "steps": steps, "table": table
    }  # fmt: skip


def before(sending: Sending, few: pd.DataFrame, *, prompt: Prompt, max_new_tokens: int) -> list[str]:
    """What the untuned model answers to a few records."""
    leaving = sending.leaving
    permit = egress.permit(leaving, leaving.api.base_url, purpose="inference")
    asked = {"prompt": prompt, "labels": sending.labels, "max_new_tokens": max_new_tokens, "seed": leaving.seed}
    return hosted.predict(leaving.api, permit, few, name="before", **asked).answers["text"].tolist()


def fit(
    sending: Sending,
    rows: examples.Rows,
    held_out: examples.Rows,
    *,
    prompt: Prompt,
    scratch: Path,
    out: Path,
    epochs: int,
    batch_size: int,
    poll_s: float,
    hours: float,
    seed: int,
) -> Fit:
    """Have the provider fine-tune, wait for it, delete what was uploaded, and write `hosted.json` into `out`.

    Args:
        sending: From `prepare`, for exactly these records.
        rows: From `chats`.
        held_out: The same of the validation records.
        prompt: The task's.
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
    leaving, permit, labels = sending.leaving, sending.permit, sending.labels
    api, began = leaving.api, time.perf_counter()
    settings = {"n_epochs": epochs, "batch_size": batch_size}
    contents = {"train": _jsonl(rows), "validation": _jsonl(held_out)}
    mark = manifests.digest(api.model, settings, seed, {side: text.decode() for side, text in contents.items()})[:32]
    with provider.connect(api, permit) as client, provider.told(api.model, permit.host):
        begun = hosted_job.begin(
            client, api.model, contents, settings=settings, mark=mark, seed=seed, kept=scratch / "job.json"
        )
        job = hosted_job.wait(client, begun["job"], poll_s=poll_s, hours=hours)
        log = hosted_job.log(client, job.id)
        hosted_job.take_back(client, begun["files"].values(), leaving=leaving, host=permit.host, job=job)
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
        labels=labels,
        prompt_sha256=hosted_tuned.prompt_sha256(prompt, labels),
        api=api,
        terms=leaving.terms,
        beside=leaving.beside,
    )
    hosted_tuned.save(found, out)
    return Fit(
        folder=out,
        log=log,
        steps=int(log["step"].max()) if len(log) else 0,
        tokens=tokens,
        best_validation_loss=float(log["eval_loss"].min()),
        train_wall_s=time.perf_counter() - began,
        resumed_at_step=0,
    )


def _jsonl(rows: examples.Rows) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows.dataset).encode()
