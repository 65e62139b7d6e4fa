"""The connection to a provider: its own client on a permitted origin, answers kept, refusals in our words.

Keys come from the environment only. Answers are kept on disk in a folder of the run, 0700, for they are about records: they
count as PHI like the records themselves.
"""

import json
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openai
from openai.types.chat import ChatCompletion
from tqdm.auto import tqdm

from helpers.core import files, manifests
from helpers.core.errors import ClinTuneError, ProfileError, StageError
from helpers.core.settings import HostedModel
from helpers.lm import egress

_PASSING = (openai.RateLimitError, openai.InternalServerError, openai.APIConnectionError)  # time-outs are the last's


@dataclass(frozen=True)
class Reply:
    """One answer of a provider, or why there is none."""

    completion: ChatCompletion | None
    reason: str  # why there is none
    latency_s: float
    from_cache: bool


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


def ask(
    client: openai.OpenAI, asked: Sequence[dict[str, Any]], *, api: HostedModel, cache: Path | None, desc: str
) -> list[Reply]:
    """Send requests, several at once, and return their answers in order.

    Args:
        client: From `connect`.
        asked: Arguments of `chat.completions.create`.
        api: How many at once.
        cache: Folder of answers; a request whose answer lies there is not sent. None keeps nothing.
        desc: Of the progress bar.

    Raises:
        ProfileError: As `told`; answers so far are kept.
        StageError: As `told`; answers so far are kept.
    """
    keys = [manifests.digest(str(client.base_url), request) for request in asked]
    with ThreadPoolExecutor(api.concurrency) as pool:
        jobs = {
            key: pool.submit(_one, client, request, cache / f"{key}.json" if cache else None)
            for key, request in dict(zip(keys, asked, strict=True)).items()  # the same question once
        }
        try:
            with told(api.model, client.base_url.host):
                found = {key: job.result() for key, job in tqdm(jobs.items(), desc=desc, unit="record", leave=False)}
        except ClinTuneError:
            pool.shutdown(cancel_futures=True)
            raise
    return [found[key] for key in keys]


def _one(client: openai.OpenAI, request: dict[str, Any], kept: Path | None) -> Reply:
    if kept and kept.is_file():
        said = json.loads(kept.read_text(encoding="utf-8"))
        return Reply(ChatCompletion.model_validate(said["completion"]), "", said["latency_s"], True)
    began = time.perf_counter()
    try:
        completion = client.chat.completions.create(**request)
    except (openai.APIResponseValidationError, json.JSONDecodeError):
        return Reply(None, "not a completion", time.perf_counter() - began, False)
    except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
        return Reply(None, f"status {error.status_code}", time.perf_counter() - began, False)
    latency_s = time.perf_counter() - began
    if kept:
        files.write_json(kept, {"completion": completion.model_dump(mode="json"), "latency_s": latency_s})
    return Reply(completion, "", latency_s, False)


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
    except (openai.BadRequestError, openai.UnprocessableEntityError, openai.ConflictError) as error:
        code = f", {error.code}" if error.code else ""
        raise StageError(
            f"{host} refused the request", found=f"status {error.status_code}{code}", remedy="check select.hosted"
        ) from None
    except (openai.APIResponseValidationError, json.JSONDecodeError):
        raise StageError(
            f"{host} answered in another form than OpenAI's interface", remedy="check select.hosted.base_url"
        ) from None
    except _PASSING as error:
        status = getattr(error, "status_code", None)
        code = f", {error.code}" if error.code else ""
        raise StageError(
            f"{host} gave no answer, tried again and again",
            found=f"status {status}{code}" if status else type(error).__name__,
            remedy="run the stage again later (answers so far are kept), or lower select.hosted.concurrency",
        ) from None
