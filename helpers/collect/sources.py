"""Gather a task's records from all its sources, with nothing dropped in silence."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from helpers.collect import arrivals, buckets, notes, quarantine, tables
from helpers.collect.health_records import ehr
from helpers.collect.literature import journals
from helpers.collect.own_tables import own_files
from helpers.collect.simulated import embedded
from helpers.core import batches, data_cards, paths, records
from helpers.core.errors import RecordError
from helpers.core.task_sources import Source

_LOADERS = {"clinical_note": notes.rows, "ehr": ehr.rows, "journal": journals.rows, "table": tables.rows}
_EMBEDDED = "embedded:"
RECORDS_PER_LABEL = 12  # a small sample holds fewer labels rather than fewer records of each


@dataclass(frozen=True)
class Collected:
    """What became of a task's sources.

    Args:
        records: Records written.
        set_aside: source, reason and number of rows that are no records.
    """

    records: int
    set_aside: pd.DataFrame


@dataclass(frozen=True)
class Part:
    """Rows that are read in one go, on whatever machine: some files of a user's own tables, else a whole source."""

    source: Source
    files: own_files.Files | None  # None reads the whole source
    beside: str
    path: Path | str  # as the loader takes it
    cache: Path | None
    labels: frozenset[str]
    to: Path

    def arrive(self) -> arrivals.Arrived:
        """Read and check the rows."""
        if self.source.is_own:
            cards = data_cards.folder_of(self.source.card, own_folder=self.beside)
            rows = own_files.rows(self.source, beside=self.beside, scratch=self.cache, cards=cards, part=self.files)
        else:
            rows = _LOADERS[self.source.kind](self.path, **_options(self.source, self.beside, self.cache))
        return arrivals.write(rows, source=self.source.card, labels=self.labels, to=self.to)


def collect(
    sources: Sequence[Source],
    *,
    records_file: Path,
    quarantine_file: Path,
    folder: Path,
    scratch: Path,
    cache: Path | None,
    seed: int,
    patients_per_disease: int = 1,
    max_records: int | None = None,
    labels: Sequence[str] = (),
    beside: str = "",
    execution: batches.Execution = "local",
) -> Collected:
    """Read every source into one Parquet file of records, holding a small part of them in memory at a time.

    Of records with the same id the first one stays. But for that, neither the order of rows nor their division into files
    changes a record, or its place.

    Args:
        sources: Of a task; `embedded:<task>` is first written into `folder`, other paths are read where they are: a
            relative one from `beside`, from here, from the project's root or its folder of published data sets, where it
            is found first.
        records_file: Parquet to write, see `buckets.fill`.
        quarantine_file: CSV to write: source, file, row, reason.
        folder: Where the raw files of embedded sources go.
        scratch: Folder for records on their way; it is emptied.
        cache: Folder for what a source need not fetch again after an interruption.
        seed: Seed of the simulated patients.
        patients_per_disease: Patients drawn for each disease of an embedded source.
        max_records: Records kept of all sources together, as `sample` says; None keeps all.
        labels: Labels that may occur; records with another are set aside. Empty takes all.
        beside: Folder of the task file.
        execution: Where the parts are read, see `batches.each`.

    Raises:
        RecordError: If a source does not exist, nothing in it could be read, or more was set aside than it allows.
    """
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    written: dict[str, dict[str, Path]] = {}
    arrived, keep, counts = [], [], []
    earlier = np.empty(0, dtype=np.uint64)
    for at, source in enumerate(sources):
        path = _path(source, beside, written, folder, seed=seed, patients_per_disease=patients_per_disease)
        files = own_files.parts(source, beside=beside) if source.is_own else [None]
        parts = [
            Part(source, some, beside, path, cache, frozenset(labels), scratch / f"{at:03d}-{i:06d}")
            for i, some in enumerate(files)
        ]
        came = batches.each(Part.arrive, parts, execution=execution, what=f"collect {source.card}")
        masks, counted = quarantine.settle(came, earlier, source=source.card, path=quarantine_file, first=not arrived)
        kept = sum(int(mask.sum()) for mask in masks)
        _check_yield(kept, counted, source)
        earlier = np.union1d(earlier, np.concatenate([one.ids[mask] for one, mask in zip(came, masks, strict=True)]))
        arrived, keep, counts = arrived + came, keep + masks, [*counts, counted.assign(source=source.card)]
    if max_records is not None:
        keep = _sampled(arrived, keep, max_records)
    count = buckets.fill(arrived, keep, path=records_file, scratch=scratch)
    shutil.rmtree(scratch)
    set_aside = pd.concat(counts, ignore_index=True).groupby(["source", "reason"])["rows"].sum().reset_index()
    return Collected(count, set_aside)


def gather(
    sources: Sequence[Source], *, folder: Path, scratch: Path | None = None, **options: Any
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`collect` into memory, with `scratch` as its cache: records sorted by id, and the quarantine."""
    with TemporaryDirectory() as temporary:
        files = {"records_file": Path(temporary) / "records.parquet", "quarantine_file": Path(temporary) / "aside.csv"}
        collect(sources, folder=folder, scratch=Path(temporary) / "arrived", cache=scratch, **files, **options)
        found = records.read(files["records_file"]).sort_values("record_id", ignore_index=True)
        return found, pd.read_csv(files["quarantine_file"], dtype=str, keep_default_na=False)


def sample(frame: pd.DataFrame, count: int) -> pd.DataFrame:
    """Keep `count` records, whole groups first come first served by the hash of their id, spread over the labels.

    With labels, the commonest `count / 12` of them (two at least) take turns: each in turn gives its next record, so
    that a sample of 120 holds ten labels with twelve records each. Sides that a publisher has named keep their shares.
    The choice of groups is independent of a split by hash and of the order of rows.
    """
    if len(frame) <= count:
        return frame
    order = frame.assign(
        _label=[labels[0] if labels else "" for labels in frame["labels"]],
        _hash=[hashlib.sha256(f"sample|{group}".encode()).hexdigest() for group in frame["group"]],
    ).sort_values(["_hash", "record_id"])
    sizes = order.groupby("_label").size().reset_index(name="n").sort_values(["n", "_label"], ascending=[False, True])
    chosen = sizes["_label"].head(max(2, count // RECORDS_PER_LABEL)).tolist()
    order = order[order["_label"].isin(chosen)]
    turn = order.groupby(["published_split", "_label"]).cumcount()
    order = order.assign(_turn=turn).sort_values(["_turn", "_label"])
    sides = [side.head(round(count * len(side) / len(order))) for _, side in order.groupby("published_split")]
    kept = pd.concat(sides).head(count)  # shares that are rounded up may give one too many
    return kept.drop(columns=["_label", "_hash", "_turn"])


def _path(source: Source, beside: str, written: dict[str, dict[str, Path]], folder: Path, **drawn: int) -> Path | str:
    """Where a source's loader finds it; embedded data are written first, those of a task once."""
    if source.path.startswith(_EMBEDDED):
        name = source.path.removeprefix(_EMBEDDED)
        if name not in written:
            written[name] = embedded.write(name, folder, **drawn)
        if source.kind not in written[name]:
            raise RecordError(f"The embedded data `{name}` have no {source.kind}", expected=", ".join(written[name]))
        return written[name][source.kind]
    return source.path if source.is_own or _is_service(source) else _existing(source.path, beside)


def _sampled(arrived: Sequence[arrivals.Arrived], keep: Sequence[np.ndarray], count: int) -> list[np.ndarray]:
    """What `sample` keeps; of every record it needs id, group, labels and side in memory."""
    columns = ["record_id", "group", "labels", "published_split"]
    light = [
        records.from_table(pa.concat_tables([arrivals.SCHEMA.empty_table(), *arrivals.read(part.kept)]).select(columns))
        for part in arrived
    ]
    every = pd.concat(light, ignore_index=True)
    chosen = np.zeros(len(every), dtype=bool)
    chosen[sample(every[np.concatenate(keep)], count).index] = True
    return np.split(chosen, np.cumsum([len(mask) for mask in keep])[:-1])


def _is_service(source: Source) -> bool:
    if source.kind == "ehr":
        return ehr.is_server(source.path) or ehr.is_database(source.path)
    return source.kind == "journal" and source.path.startswith(journals.PUBMED)


def _options(source: Source, beside: str, cache: Path | None) -> dict[str, Any]:
    cards = data_cards.folder_of(source.card, own_folder=beside)
    if source.kind == "journal":
        return {"source": source.card, "answer": source.answer, "cache": cache, "cards": cards}
    if source.kind != "ehr":
        return {}
    told = _existing(source.labels, beside) if source.labels else None
    return {"source": source.card, "labels": told, "unit": source.unit, "scratch": cache, "cards": cards}


def _check_yield(kept: int, aside: pd.DataFrame, source: Source) -> None:
    """Refuse a source of which nothing, or too little, could be read; where the first row of each reason stands is said."""
    is_read = aside["reason"] == quarantine.ACROSS
    kept, aside = kept + int(aside.loc[is_read, "rows"].sum()), aside[~is_read]
    reasons = "; ".join(f"{row.reason}: {row.rows}{_first(row.first)}" for row in aside.itertuples())
    if not kept:
        form = "the block in the task" if source.is_own else _LOADERS[source.kind].__module__
        raise RecordError(
            f"Nothing could be read from the {source.kind} source `{source.card}`",
            found=reasons or "no file of that kind",
            expected=f"at least one record in the form that {form} describes",
            remedy="mend the path, the block or the file",
        )
    lost = int(aside["rows"].sum())
    if source.is_own and lost / (lost + kept) > source.max_set_aside_frac:
        raise RecordError(
            f"Too much of the {source.kind} source `{source.card}` would be set aside",
            found=f"{lost} of {lost + kept} rows ({reasons})",
            expected=f"a share of at most {source.max_set_aside_frac:g}",
            remedy="mend the file, or raise `max_set_aside_frac` of this source in the task if these rows may go",
        )


def _first(row: str) -> str:
    """Number of the first row; an id, which may point to a person, is not shown."""
    return f", first in row {row}" if row.isdigit() else ""


def _existing(path: str, beside: str) -> Path:
    for folder in paths.looked_in(beside):
        if (folder / path).exists():
            return folder / path
    raise RecordError(
        "A source does not exist", found=Path(path).name, expected="a file or folder",
        remedy="mend the source's path in the task, or use embedded:<name>; a URL, glob or archive needs `columns`",
    )  # fmt: skip
