"""Gather a task's records from all its sources, with nothing dropped in silence."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.collect import intake, notes, permission, tables
from helpers.collect.health_records import ehr
from helpers.collect.literature import journals
from helpers.collect.own_tables import own_files
from helpers.collect.simulated import embedded
from helpers.core import paths
from helpers.core.errors import RecordError
from helpers.core.tasks import Source

_LOADERS = {"clinical_note": notes.read, "ehr": ehr.read, "journal": journals.read, "table": tables.read}
_EMBEDDED = "embedded:"
RECORDS_PER_LABEL = 12  # a small sample holds fewer labels rather than fewer records of each


def gather(
    sources: Sequence[Source],
    *,
    folder: Path,
    seed: int,
    patients_per_disease: int = 1,
    max_records: int | None = None,
    labels: Sequence[str] = (),
    beside: str = "",
    scratch: Path | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read every source into one record frame.

    Args:
        sources: Of a task; `embedded:<task>` is first written into `folder`, other paths are read where they are: a
            relative one from `beside`, from here, from the project's root or its folder of published data sets, where it
            is found first.
        folder: Where the raw files of embedded sources go.
        seed: Seed of the simulated patients.
        patients_per_disease: Patients drawn for each disease of an embedded source.
        max_records: Records kept of all sources together, as `sample` says; None keeps all.
        labels: Labels that may occur; records with another are set aside. Empty takes all.
        beside: Folder of the task file.
        scratch: Where a source may keep what it need not fetch again after an interruption.

    Returns:
        Records by id, and the quarantine: source, file, row, reason.

    Raises:
        RecordError: If a source does not exist, nothing in it could be read, or more was set aside than it allows.
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
            path = written[name][source.kind]
        elif not source.is_own:
            path = source.path if _is_service(source) else _existing(source.path, beside)
        if source.is_own:
            cards = permission.folder_of(source.card, own_folder=beside)
            records, aside = own_files.read(source, beside=beside, scratch=scratch, cards=cards)
        else:
            records, aside = _LOADERS[source.kind](path, source=source.card, **_options(source, beside, scratch))
        records, strange = intake.outside(records, labels)
        aside = pd.concat([aside, strange], ignore_index=True)
        _check_yield(records, aside, source)
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
    that a sample of 120 holds ten labels with twelve records each. Sides that a publisher has named keep their shares.
    The choice of groups is independent of a split by hash and of the order of rows.
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
    turn = order.groupby(["published_split", "_label"]).cumcount()
    order = order.assign(_turn=turn).sort_values(["_turn", "_label"])
    sides = [side.head(round(count * len(side) / len(order))) for _, side in order.groupby("published_split")]
    kept = pd.concat(sides)
    return kept.drop(columns=["_label", "_hash", "_turn"])


def _is_service(source: Source) -> bool:
    if source.kind == "ehr":
        return ehr.is_server(source.path) or ehr.is_database(source.path)
    return source.kind == "journal" and source.path.startswith(journals.PUBMED)


def _options(source: Source, beside: str, scratch: Path | None) -> dict[str, Any]:
    cards = permission.folder_of(source.card, own_folder=beside)
    if source.kind == "journal":
        return {"answer": source.answer, "cache": scratch, "cards": cards}
    if source.kind != "ehr":
        return {}
    told = _existing(source.labels, beside) if source.labels else None
    return {"labels": told, "unit": source.unit, "scratch": scratch, "cards": cards}


def _check_yield(records: pd.DataFrame, aside: pd.DataFrame, source: Source) -> None:
    """Refuse a source of which nothing, or too little, could be read; where the first row of each reason stands is said."""
    groups = aside.groupby("reason", sort=False)["row"]
    reasons = "; ".join(f"{reason}: {len(rows)}{_first(rows)}" for reason, rows in groups)
    if records.empty:
        form = "the block in the task" if source.is_own else _LOADERS[source.kind].__module__
        raise RecordError(
            f"Nothing could be read from the {source.kind} source `{source.card}`",
            found=reasons or "no file of that kind",
            expected=f"at least one record in the form that {form} describes",
            remedy="mend the path, the block or the file",
        )
    frac = len(aside) / (len(aside) + len(records))
    if source.is_own and frac > source.max_set_aside_frac:
        raise RecordError(
            f"Too much of the {source.kind} source `{source.card}` would be set aside",
            found=f"{len(aside)} of {len(aside) + len(records)} rows ({reasons})",
            expected=f"a share of at most {source.max_set_aside_frac:g}",
            remedy="mend the file, or raise `max_set_aside_frac` of this source in the task if these rows may go",
        )


def _first(rows: pd.Series) -> str:
    """Number of the first row; an id, which may point to a person, is not shown."""
    return f", first in row {rows.iloc[0]}" if rows.iloc[0].isdigit() else ""


def _existing(path: str, beside: str) -> Path:
    for candidate in (Path(beside) / path, Path(path), paths.ROOT / path, paths.data() / path):
        if candidate.exists():
            return candidate
    raise RecordError(
        "A source does not exist", found=Path(path).name, expected="a file or folder",
        remedy="mend the source's path in the task, or use embedded:<name>; a URL, glob or archive needs `columns`",
    )  # fmt: skip
