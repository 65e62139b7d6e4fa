"""Ask a hosted model by the OpenAI interface: several at once, again when it stumbles, never twice the same.

Prompts come from the one builder, texts pass the egress guard, keys come from the environment. Answers are kept on disk in
a folder of the run, 0700, for they are about records: they count as PHI like the records themselves.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openai
import pandas as pd
from openai.types.chat import ChatCompletion
from tqdm.auto import tqdm

from helpers.core import files, manifests
from helpers.core.errors import ClinTuneError, EgressError, ProfileError, StageError
from helpers.core.profiles import HostedModel
from helpers.core.tasks import Prompt
from helpers.lm import egress, hosted_answers, prompts

_PASSING = (openai.RateLimitError, openai.InternalServerError, openai.APIConnectionError)  # time-outs are the last's


@dataclass(frozen=True)
class Asked:
    """What a hosted model answered to n records, and what that took."""

    answers: pd.DataFrame  # a prediction frame
    prompt_tokens: int
    answer_tokens: int
    without_answer: dict[str, int]  # why -> how many abstained
    from_cache: int

    def usd_per_1000(self, api: HostedModel) -> float:
        """Cost of a thousand such records at the profile's prices, as if none had been answered before."""
        usd = self.prompt_tokens * api.input_usd_per_mtok + self.answer_tokens * api.output_usd_per_mtok
        return usd / 1e6 / len(self.answers) * 1000


@dataclass(frozen=True)
class Candidate:
    """A hosted model among the candidates of 03, or why it is not."""

    answers: dict[str, pd.DataFrame] = field(default_factory=dict)
    facts: dict[str, dict[str, str]] = field(default_factory=dict)
    not_run: dict[str, str] = field(default_factory=dict)


def candidate(
    api: HostedModel | None,
    records: pd.DataFrame,
    *,
    leaving: dict[str, Any],
    prompt: Prompt,
    labels: Sequence[str],
    examples: Sequence[prompts.Example],
    max_new_tokens: int,
    seed: int,
) -> Candidate:
    """Ask zero-shot and few-shot, if there is such a model, a key, and leave to send the records.

    Args:
        api: From the profile; None gives an empty candidate.
        records: To answer.
        leaving: `Run.leaving` of every side of the split that records and examples come from.
        prompt: The task's.
        labels: Closed label set; empty for free text.
        examples: Of the few-shot prompt.
        max_new_tokens: Of a written answer.
        seed: Passed on, for providers that heed it.

    Raises:
        ProfileError: As `predict`.
        StageError: As `predict`.
    """
    if api is None:
        return Candidate()
    names = {f"{api.model} zero-shot": (), f"{api.model} few-shot": examples}
    if not os.environ.get(api.key_variable):
        return Candidate(not_run=dict.fromkeys(names, "not run: no key"))
    try:
        permit = egress.permit(api.base_url, purpose="inference", **leaving)
    except EgressError:  # the reasons are on the ledger
        return Candidate(not_run=dict.fromkeys(names, "not run: not permitted"))
    common = {"prompt": prompt, "labels": labels, "max_new_tokens": max_new_tokens, "seed": seed}
    common["cache"] = cache_of(leaving["run_dir"])
    asked = {
        name: predict(api, permit, records, name=name, examples=shown, **common) for name, shown in names.items()
    }
    terms = leaving["terms"]
    where = f"{permit.host}, {terms.region}, kept {terms.retention_days} days"
    facts = {
        name: {
            "licence": api.licence,
            "weights_gib": "at the provider",
            "usd_per_1000": f"{found.usd_per_1000(api):.4f}",
            "data_goes": where,
        }
        for name, found in asked.items()
    }
    return Candidate({name: found.answers for name, found in asked.items()}, facts)


def cache_of(run_dir: Path) -> Path:
    """Folder of the run's answers, for its owner only."""
    folder = run_dir / "hosted_answers"
    folder.mkdir(exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    return folder


def connect(api: HostedModel, permit: egress.Permit) -> openai.OpenAI:
    """The provider's own client, on a connection that reaches only the permitted origin.

    Raises:
        ProfileError: If the environment holds no key.
    """
    key = os.environ.get(api.key_variable)
    if not key:
        raise ProfileError(
            f"There is no key for {permit.host}",
            found=f"{api.key_variable} is not set",
            remedy=f"export {api.key_variable}=…; keys are read from the environment only",
        )
    return openai.OpenAI(
        api_key=key,
        base_url=permit.url,
        max_retries=api.max_retries,
        timeout=api.timeout_s,
        http_client=permit.client(timeout_s=api.timeout_s),
        _strict_response_validation=True,
    )


def predict(
    api: HostedModel,
    permit: egress.Permit,
    records: pd.DataFrame,
    *,
    prompt: Prompt,
    name: str,
    labels: Sequence[str] = (),
    examples: Sequence[prompts.Example] = (),
    max_new_tokens: int = 32,
    seed: int = 1,
    cache: Path,
    model: str = "",
) -> Asked:
    """Answer every record; what cannot be read or was refused is abstained and counted.

    Args:
        api: Model, prices and patience.
        permit: For exactly these records and examples.
        records: To answer.
        prompt: The task's.
        name: Of the model in the answers.
        labels: Closed label set, to which a schema holds the answer; few-shot prompts name them too, as for local models.
        examples: Few-shot examples.
        max_new_tokens: Of a written answer; a label gets what it needs.
        seed: Passed on.
        cache: Folder of answers; the same question is not sent twice.
        model: Another model of the provider, such as a fine-tuned one; `api.model` when "".

    Raises:
        EgressError: If a text is not one of those permitted.
        ProfileError: If there is no key, or the provider does not know it, the model or the request.
        StageError: If the provider kept failing (answers so far are kept), or none of the answers could be read.
    """
    permit.check([*records["text"], *(text for text, _ in examples)])
    shown = [(text, hosted_answers.written(answer, labels=labels)) for text, answer in examples]
    longest = max((len(hosted_answers.written(label, labels=labels)) for label in labels), default=max_new_tokens)
    request: dict[str, Any] = {"model": model or api.model, "max_completion_tokens": longest, "seed": seed}
    if api.temperature is not None:
        request["temperature"] = api.temperature
    if labels:
        request["response_format"] = hosted_answers.response_format(labels)
        request |= {"logprobs": True, "top_logprobs": api.top_logprobs} if api.top_logprobs else {}
    named = labels if examples else ()
    asked = [
        request | {"messages": prompts.messages(prompt, text, examples=shown, labels=named)}
        for text in records["text"]
    ]
    with connect(api, permit) as client:
        found = _all(client, asked, api=api, cache=cache, desc=name)
    return _collected(found, records, name=name, labels=labels)


@dataclass(frozen=True)
class _Reply:
    completion: ChatCompletion | None
    reason: str  # why there is none
    latency_s: float
    from_cache: bool


def _all(
    client: openai.OpenAI, asked: Sequence[dict[str, Any]], *, api: HostedModel, cache: Path, desc: str
) -> list[_Reply]:
    with ThreadPoolExecutor(api.concurrency) as pool:
        waiting = [pool.submit(_one, client, request, cache) for request in asked]
        try:
            return [job.result() for job in tqdm(waiting, desc=desc, unit="record", leave=False)]
        except ClinTuneError:
            pool.shutdown(cancel_futures=True)
            raise


def _one(client: openai.OpenAI, request: dict[str, Any], cache: Path) -> _Reply:
    kept = cache / f"{manifests.digest(str(client.base_url), request)}.json"
    if kept.is_file():
        said = json.loads(kept.read_text(encoding="utf-8"))
        return _Reply(ChatCompletion.model_validate(said["completion"]), "", said["latency_s"], True)
    began = time.perf_counter()
    try:
        with told(str(request["model"]), client.base_url.host):
            completion = client.chat.completions.create(**request)
    except openai.APIResponseValidationError:
        return _Reply(None, "not a completion", time.perf_counter() - began, False)
    except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
        return _Reply(None, f"status {error.status_code}", time.perf_counter() - began, False)
    latency_s = time.perf_counter() - began
    files.write_json(kept, {"completion": completion.model_dump(mode="json"), "latency_s": latency_s})
    return _Reply(completion, "", latency_s, False)


@contextmanager
def told(what: str, host: str) -> Iterator[None]:
    """Say what a provider's refusal means and what to do; its own words stay out, for they may quote a request.

    Raises:
        ProfileError: If the key, the model or the permission is at fault.
        StageError: If the provider kept failing.
    """
    try:
        yield
    except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
        raise ProfileError(
            f"{host} refused the key", found=f"status {error.status_code}", remedy="check the key in the environment"
        ) from None
    except openai.NotFoundError as error:
        raise ProfileError(
            f"{host} does not know {what}", found=f"status {error.status_code}", remedy="check select.hosted.model"
        ) from None
    except _PASSING as error:
        status = getattr(error, "status_code", None)
        code = f", {error.code}" if error.code else ""
        raise StageError(
            f"{host} gave no answer, tried again and again",
            found=f"status {status}{code}" if status else type(error).__name__,
            remedy="run the stage again later (answers so far are kept), or lower select.hosted.concurrency",
        ) from None


def _collected(found: Sequence[_Reply], records: pd.DataFrame, *, name: str, labels: Sequence[str]) -> Asked:
    rows, reasons = [], Counter()
    for reply in found:
        text, reason = hosted_answers.read(reply.completion, labels=labels) if reply.completion else ("", reply.reason)
        stated = hosted_answers.probabilities(reply.completion, text, labels=labels) if labels and not reason else {}
        reasons.update([reason] if reason else [])
        rows.append((text, text if labels else "", stated, bool(reason), reply.latency_s))
    if rows and sum(reasons.values()) == len(rows):
        raise StageError(
            f"None of {len(rows)} answers of {name} could be read",
            found=", ".join(f"{reason}: {count}" for reason, count in reasons.items()),
            expected="structured output as the schema says" if labels else "text",
            remedy="check that the model offers it; for 400 try select.hosted.temperature: null or top_logprobs: 0",
        )
    frame = pd.DataFrame(rows, columns=["text", "label", "probabilities", "abstained", "latency_s"])
    frame.insert(0, "record_id", records["record_id"].to_numpy())
    frame.insert(1, "group", records["group"].to_numpy())
    frame.insert(2, "model", name)
    used = [reply.completion.usage for reply in found if reply.completion and reply.completion.usage]
    return Asked(
        answers=frame,
        prompt_tokens=sum(usage.prompt_tokens for usage in used),
        answer_tokens=sum(usage.completion_tokens for usage in used),
        without_answer=dict(reasons),
        from_cache=sum(reply.from_cache for reply in found),
    )
