"""Ask a hosted model by the OpenAI interface, behind the same `predict` as local models.

Prompts come from the one builder, and texts pass the egress guard before a socket opens.
"""

import os
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openai
import pandas as pd

from helpers.core import records as frames
from helpers.core.errors import EgressError, StageError
from helpers.core.outbound import Outbound
from helpers.core.settings import HostedModel
from helpers.core.tasks import Prompt
from helpers.lm import egress, hosted_answers, prompts, provider


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
    leaving: Outbound,
    records: pd.DataFrame,
    *,
    prompt: Prompt,
    labels: Sequence[str],
    examples: Sequence[prompts.Example],
    max_new_tokens: int,
) -> Candidate:
    """Ask the profile's hosted model zero-shot and few-shot, if it names one, there is a key, and records may be sent.

    Args:
        leaving: Every side of the split that records and examples come from.
        records: To answer.
        prompt: The task's.
        labels: Closed label set; empty for free text.
        examples: Of the few-shot prompt.
        max_new_tokens: Of a written answer.

    Raises:
        ProfileError: As `predict`.
        StageError: As `predict`.
    """
    api, terms = leaving.api, leaving.terms
    if api is None:
        return Candidate()
    names = {f"{api.model} zero-shot": (), f"{api.model} few-shot": examples}
    if not os.environ.get(api.key_variable):
        return Candidate(not_run=dict.fromkeys(names, "not run: no key"))
    try:
        permit = egress.permit(leaving, api.base_url, purpose="inference")
    except EgressError:  # the reasons are on the ledger
        return Candidate(not_run=dict.fromkeys(names, "not run: not permitted"))
    common = {"prompt": prompt, "labels": labels, "max_new_tokens": max_new_tokens, "seed": leaving.seed}
    common["cache"] = provider.cache_of(leaving.run_dir)
    asked = {name: predict(api, permit, records, name=name, examples=shown, **common) for name, shown in names.items()}
    where = f"{permit.host}, {terms.region}, kept {terms.retention_days} days"
    facts = {
        name: {
            "title": api.model,
            "licence": api.licence,
            "weights_gib": "at the provider",
            "usd_per_1000": f"{found.usd_per_1000(api):.4f}",
            "data_goes": where,
        }
        for name, found in asked.items()
    }
    return Candidate({name: found.answers for name, found in asked.items()}, facts)


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
    cache: Path | None = None,
    model: str = "",
    client: openai.OpenAI | None = None,
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
        cache: Folder of answers, so that the same question is not sent twice; None keeps nothing.
        client: From `provider.connect` with the same permit, to be used again; a new one when None.
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
        request | {"messages": prompts.messages(prompt, text, examples=shown, labels=named)} for text in records["text"]
    ]
    with nullcontext(client) if client else provider.connect(api, permit) as connected:
        found = provider.ask(connected, asked, api=api, cache=cache, desc=name)
    return _collected(found, records, name=name, labels=labels)


def _collected(found: Sequence[provider.Reply], records: pd.DataFrame, *, name: str, labels: Sequence[str]) -> Asked:
    read = [
        hosted_answers.read(reply.completion, labels=labels) if reply.completion else ("", reply.reason)
        for reply in found
    ]
    reasons = Counter(reason for _, reason in read if reason)
    if read and reasons.total() == len(read):
        raise StageError(
            f"None of {len(read)} answers of {name} could be read",
            found=", ".join(f"{reason}: {count}" for reason, count in reasons.items()),
            expected="structured output as the schema says" if labels else "text",
            remedy="check that the model offers it; for 400 try select.hosted.temperature: null or top_logprobs: 0",
        )
    answers = frames.predictions(
        records,
        model=name,
        text=[text for text, _ in read],
        label=[text if labels else "" for text, _ in read],
        probabilities=[
            hosted_answers.probabilities(reply.completion, text, labels=labels) if labels and not reason else {}
            for reply, (text, reason) in zip(found, read, strict=True)
        ],
        latency_s=[reply.latency_s for reply in found],
        abstained=[reason != "" for _, reason in read],
    )
    used = [reply.completion.usage for reply in found if reply.completion and reply.completion.usage]
    return Asked(
        answers=answers,
        prompt_tokens=sum(usage.prompt_tokens for usage in used),
        answer_tokens=sum(usage.completion_tokens for usage in used),
        without_answer=dict(reasons),
        from_cache=sum(reply.from_cache for reply in found),
    )
