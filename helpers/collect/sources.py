"""Gather a task's records from all its sources, with nothing dropped in silence."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import pandas as pd

from helpers.collect import ehr, embedded, intake, journals, notes, tables
from helpers.core import paths
from helpers.core.errors import RecordError
from helpers.core.tasks import Answer

_LOADERS = {"clinical_note": notes.read, "ehr": ehr.read, "journal": journals.read, "table": tables.read}
_EMBEDDED = "embedded:"
RECORDS_PER_LABEL = 12  # a small sample holds fewer labels rather than fewer records of each


class SourceLike(Protocol):
    """What is needed of a source; `helpers.core.tasks.Source` has it."""

    card: str
    kind: str
    path: str
    answer: Answer | None


def gather(
    sources: Sequence[SourceLike],
    *,
    folder: Path,
    seed: int,
    patients_per_disease: int = 1,
    max_records: int | None = None,
    cache: Path | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read every source into one record frame.

    Args:
        sources: Card, kind and path of each; `embedded:<task>` is first written into `folder`, other paths are read
            where they are (a relative one from the project's root when it is not found from here).
        folder: Where the raw files of embedded sources go.
        seed: Seed of the simulated patients.
        patients_per_disease: Patients drawn for each disease of an embedded source.
        max_records: Records kept of all sources together, as `sample` says; None keeps all.
        cache: Where answers of a server are kept until the stage is complete; needed where a source asks one.

    Returns:
        Records by id, and the quarantine: source, file, row, reason.

    Raises:
        RecordError: If a source does not exist, or if nothing in it could be read.
    """
    frames, asides = [], []
    written: dict[str, dict[str, Path]] = {}
    for source in sources:
        if source.kind not in _LOADERS:
            raise RecordError("A source has an unknown kind", found=source.kind, expected=", ".join(_LOADERS))
        if source.path.startswith(_EMBEDDED):
            name = source.path.removeprefix(_EMBEDDED)
            if name not in written:
                written[name] = embedded.write(name, folder, seed=seed, patients_per_disease=patients_per_disease)
            if source.kind not in written[name]:
                raise RecordError(
                    f"The embedded data `{name}` have no {source.kind}", expected=", ".join(written[name])
                )
            path: Path | str = written[name][source.kind]
        else:
            path = source.path if source.path.startswith(journals.PUBMED) else _existing(source.path)
        options = {"answer": source.answer, "cache": cache} if source.kind == "journal" else {}
        records, aside = _LOADERS[source.kind](path, source=source.card, **options)
        if records.empty:
            raise RecordError(
                f"Nothing could be read from the {source.kind} source `{source.card}`",
                found=aside["reason"].value_counts().to_dict() or "no file of that kind",
                expected=f"at least one record in the form that {_LOADERS[source.kind].__module__} describes",
                remedy="mend the path or the files named in the quarantine",
            )
        frames.append(records)
        asides.append(aside)
    every = pd.concat(frames, ignore_index=True)
    again = every["record_id"].duplicated(keep="first")
    if again.any():
        repeated = every.loc[again, ["source", "record_id"]]
        asides.append(pd.DataFrame({"source": repeated["source"], "file": "", "row": repeated["record_id"],
                                    "reason": "duplicate id across sources"}))  # fmt: skip
        every = every[~again]
    if max_records is not None:
        every = sample(every, max_records)
    quarantine = pd.concat(asides, ignore_index=True)[intake.QUARANTINE_COLUMNS]
    return every.sort_values("record_id", ignore_index=True), quarantine


def sample(records: pd.DataFrame, count: int) -> pd.DataFrame:
    """Keep `count` records, whole groups first come first served by the hash of their id, spread over the labels.

    With labels, the commonest `count / 12` of them (two at least) take turns: each in turn gives its next record, so
    that a sample of 120 holds ten labels with twelve records each. The choice of groups is independent of the split
    and of the order of rows.
    """
    if len(records) <= count:
        return records
    order = records.assign(
        _label=[labels[0] if labels else "" for labels in records["labels"]],
        _hash=[hashlib.sha256(f"sample|{group}".encode()).hexdigest() for group in records["group"]],
    ).sort_values(["_hash", "record_id"])
    sizes = order.groupby("_label").size().reset_index(name="n").sort_values(["n", "_label"], ascending=[False, True])
    chosen = sizes["_label"].head(max(2, count // RECORDS_PER_LABEL)).tolist()
    order = order[order["_label"].isin(chosen)]
    turn = order.groupby("_label").cumcount()
    kept = order.assign(_turn=turn).sort_values(["_turn", "_label"]).head(count)
    return kept.drop(columns=["_label", "_hash", "_turn"])


def _existing(path: str) -> Path:
    for candidate in (Path(path), paths.ROOT / path):
        if candidate.exists():
            return candidate
    raise RecordError(
        "A source does not exist", found=Path(path).name, expected="a file or folder",
        remedy="mend the source's path in the task, or use embedded:<name>",
    )  # fmt: skip
