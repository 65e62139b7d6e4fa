"""A model that was tuned at a provider: what 04 leaves of it (`hosted.json`), and how it is asked."""

from pathlib import Path

import pandas as pd
from pydantic import Field, ValidationError

from helpers.core import files, manifests
from helpers.core.errors import StageError
from helpers.core.outbound import Outbound
from helpers.core.settings import Egress, HostedModel, Strict
from helpers.core.tasks import Prompt
from helpers.lm import egress, hosted, prompts, provider

NAME = "hosted.json"


class HostedTuned(Strict):
    """All that is known of it here; the weights lie with the provider."""

    host: str
    model: str = Field(description="Of the tuned model at the provider.")
    job: str
    trained_tokens: int
    usd: float = Field(description="At the profile's price of training.")
    prompt: Prompt
    labels: tuple[str, ...] = Field(description="Closed label set; empty for written answers.")
    prompt_sha256: str = Field(description="Of prompt and labels, as it was trained.")
    api: HostedModel
    terms: Egress
    beside: str = Field(description="Folder of a user's task file, beside which cards may lie.")


def prompt_sha256(prompt: Prompt, labels: list[str] | tuple[str, ...]) -> str:
    """Hash of what stands around a record's text."""
    return manifests.digest(prompt, list(labels))


def save(found: HostedTuned, folder: Path) -> Path:
    """Write `hosted.json` into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    return files.write_json(folder / NAME, found.model_dump(mode="json"))


def load(folder: Path) -> HostedTuned:
    """Read `hosted.json`.

    Raises:
        StageError: If there is none, or it was edited.
    """
    path = folder / NAME
    if not path.is_file():
        raise StageError("There is no hosted model", expected=NAME, remedy="run 04_train with train.route hosted")
    try:
        found = HostedTuned.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        raise StageError(
            f"{NAME} does not describe a hosted model",
            found=f"{error.error_count()} wrong fields",
            remedy="run 04 again",
        ) from None
    if found.prompt_sha256 != prompt_sha256(found.prompt, found.labels):
        raise StageError(f"The prompt in {NAME} is not the one that was trained", remedy="run 04_train again")
    return found


def describe(folder: Path) -> dict[str, str]:
    """Title, licence, size of the weights and place of the model that was tuned, for tables and cards."""
    found = load(folder)
    where = f"{found.host}, {found.terms.region}, kept {found.terms.retention_days} days"
    title = f"{found.api.model}, tuned as {found.model}"
    return {"title": title, "licence": found.api.licence, "weights_gib": "at the provider", "data_goes": where}


def predict(
    folder: Path, records: pd.DataFrame, *, leaving: Outbound, prompt: Prompt, name: str, max_new_tokens: int
) -> pd.DataFrame:
    """Answer records with the tuned model.

    Raises:
        EgressError: If they may not be sent.
        StageError: If another prompt was trained; and as `hosted.predict`.
    """
    found = load(folder)
    if prompt != found.prompt:
        raise StageError(
            "The task's prompt is not the one that was trained", remedy="run 04_train again, or restore the prompt"
        )
    return _asked(found.model, found, records, leaving=leaving, name=name, max_new_tokens=max_new_tokens)


def base(
    folder: Path,
    records: pd.DataFrame,
    *,
    leaving: Outbound,
    name: str,
    examples: list[prompts.Example],
    max_new_tokens: int,
) -> pd.DataFrame:
    """Answer records with the model that was tuned, before it was.

    Raises:
        EgressError: If they may not be sent.
        StageError: As `hosted.predict`.
    """
    found = load(folder)
    options = {"leaving": leaving, "name": name, "examples": examples, "max_new_tokens": max_new_tokens}
    return _asked(found.api.model, found, records, **options)


def _asked(
    model: str,
    found: HostedTuned,
    records: pd.DataFrame,
    *,
    leaving: Outbound,
    name: str,
    max_new_tokens: int,
    examples: list[prompts.Example] | tuple[()] = (),
) -> pd.DataFrame:
    return hosted.predict(
        found.api,
        egress.permit(leaving, found.api.base_url, purpose="inference"),
        records,
        prompt=found.prompt,
        name=name,
        labels=found.labels,
        examples=examples,
        max_new_tokens=max_new_tokens,
        seed=leaving.seed,
        cache=provider.cache_of(leaving.run_dir),
        model=model,
    ).answers
