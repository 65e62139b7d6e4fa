"""The folder that serving needs and nothing else: model, tokenizer, and serving.json, written last."""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from helpers.core import files as written
from helpers.core.errors import StageError
from helpers.core.tasks import Kind
from helpers.core.train_settings import Route

MODEL, TOKENIZER, SERVING = "model.gguf", "tokenizer.json", "serving.json"
STEPS = ("repair", "sections", "normalise")

_SCHEMA_VERSION = 2


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What is served, for which task, and on whose authority."""

    folder: Path
    route: Route  # by which it was tuned, and so what serves it
    task: str
    title: str
    kind: Kind
    labels: tuple[str, ...]  # of a classification only
    before: str  # rendered prompt up to the record's text
    after: str  # and from there to where the answer begins
    end_of_turn: str  # token that ends an answer
    steps: tuple[str, ...]  # of STEPS, what 02_preprocess did to a text, in that order
    sections: tuple[str, ...]  # of a note that make the model's input
    max_new_tokens: int
    context_tokens: int
    caution: str
    run_id: str
    verdict: str
    standing: str  # champion | demonstration | refused | undecided
    files: dict[str, str]  # name -> sha256, the model first

    @property
    def model(self) -> Path:
        """The file with the weights: GGUF of a language model, safetensors of an encoder."""
        return self.folder / next(iter(self.files))

    @property
    def tokenizer(self) -> Path:
        """Fast tokenizer, the one training and evaluation used."""
        return self.folder / TOKENIZER

    @property
    def model_name(self) -> str:
        """Run and hash: what an answer says it came from."""
        return f"{self.run_id}@{self.files[self.model.name][:12]}"


def write(
    folder: Path,
    *,
    files: Mapping[str, Path],
    route: Route = "causal",
    task: str,
    title: str,
    kind: Kind,
    labels: Sequence[str],
    before: str,
    after: str,
    end_of_turn: str,
    steps: Sequence[str],
    sections: Sequence[str],
    max_new_tokens: int,
    context_tokens: int,
    caution: str,
    run_id: str,
    verdict: str,
    standing: str = "undecided",
) -> Bundle:
    """Gather a bundle; files that are not in `folder` yet are copied into it.

    Args:
        folder: Where it goes.
        files: Name in the bundle -> where the file lies now, the model first; from `serving.files`.
        route: By which the model was tuned.
        task: Name of the task.
        title: What the model does, in a few words.
        kind: Of the task.
        labels: Of a classification, in the order of the evaluation.
        before: First value of `lm.prompts.frame`.
        after: Second value of `lm.prompts.frame`.
        end_of_turn: The tokenizer's end token, as text.
        steps: How 02_preprocess prepared a text: some of `repair`, `sections`, `normalise`.
        sections: Wanted sections, for the step `sections`.
        max_new_tokens: Of a generated answer.
        context_tokens: Of prompt and answer together.
        caution: Printed with every answer.
        run_id: Run that trained the model.
        verdict: Of 05_evaluate.
        standing: Of the promotion; set it later with `set_standing`.

    Raises:
        StageError: If a file is missing, or the fields do not fit together.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in files.items():
        if not source.is_file():
            raise StageError(f"A bundle needs {name}", found=f"no {source.name}", remedy="run 06_deploy from its start")
        if source.resolve() != (folder / name).resolve():
            shutil.copyfile(source, folder / name)
    found = Bundle(
        folder=folder,
        route=route,
        task=task,
        title=title,
        kind=kind,
        labels=tuple(labels),
        before=before,
        after=after,
        end_of_turn=end_of_turn,
        steps=tuple(steps),
        sections=tuple(sections),
        max_new_tokens=max_new_tokens,
        context_tokens=context_tokens,
        caution=" ".join(caution.split()),
        run_id=run_id,
        verdict=verdict,
        standing=standing,
        files={name: _sha256(folder / name) for name in files},
    )
    _check(found)
    _save(found)
    return found


def load(folder: Path) -> Bundle:
    """Read a bundle and check its files against the hashes in serving.json.

    Raises:
        StageError: If it is missing, unfinished, of another version, or changed since it was written.
    """
    folder = Path(folder)
    path = folder / SERVING
    if not path.is_file():
        raise StageError(
            "There is no served model in this folder", found=folder.name, expected=SERVING, remedy="run 06_deploy"
        )
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise StageError(f"{SERVING} is not JSON", found=error.msg, remedy="run 06_deploy again") from None
    wanted = {field.name for field in fields(Bundle)} - {"folder"}
    if values.pop("schema_version", None) != _SCHEMA_VERSION or set(values) != wanted:
        raise StageError(
            f"{SERVING} is of another version",
            expected=f"schema_version {_SCHEMA_VERSION}",
            remedy="run 06_deploy again",
        )
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    found = Bundle(folder=folder, **values)
    for name, expected in found.files.items():
        actual = _sha256(folder / name) if (folder / name).is_file() else "no file"
        if actual != expected:
            raise StageError(
                f"{name} has changed since the bundle was written",
                found=f"sha256 {actual[:12]}",
                expected=f"sha256 {expected[:12]}",
                remedy="run 06_deploy again",
            )
    _check(found)
    return found


def set_standing(bundle: Bundle, standing: str) -> Bundle:
    """Write the promotion's decision into the bundle."""
    changed = Bundle(**{**_values(bundle), "folder": bundle.folder, "standing": standing})
    _save(changed)
    return changed


def _values(bundle: Bundle) -> dict[str, Any]:
    return {key: value for key, value in asdict(bundle).items() if key != "folder"}


def _save(bundle: Bundle) -> None:
    written.write_json(bundle.folder / SERVING, {"schema_version": _SCHEMA_VERSION, **_values(bundle)})


def _check(bundle: Bundle) -> None:
    problems = []
    if (bundle.kind == "classification") != bool(bundle.labels):
        problems.append(f"{len(bundle.labels)} labels for a {bundle.kind} task")
    if len(set(bundle.labels)) != len(bundle.labels):
        problems.append("labels that repeat")
    unknown = [step for step in bundle.steps if step not in STEPS]
    if unknown:
        problems.append(f"unknown steps {unknown}")
    if not 0 < bundle.max_new_tokens < bundle.context_tokens:
        problems.append(f"{bundle.max_new_tokens} new tokens in a context of {bundle.context_tokens}")
    if problems:
        raise StageError("A serving bundle does not hold together", found="; ".join(problems), remedy="run 06_deploy")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
