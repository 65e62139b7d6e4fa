"""The steps of 02 over records of any number: each reads the parts that the one before wrote, one at a time.

A part is one bucket of 01, so that it holds whole patients; where the parts are worked on, `batches.each` says.
"""

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.clinical.deid.spans import Span
from helpers.core import batches, records
from helpers.core.errors import RecordError
from helpers.core.tasks import Form, Kind
from helpers.preprocess import cleaning, conflicts, doubles, leaks, part_steps, repeated, review, splits, viewer


@dataclass(frozen=True)
class Repaired:
    """Parts after `repair`; what was set aside (source, reason, records), records by side, and what was mended."""

    files: tuple[Path, ...]
    set_aside: pd.DataFrame
    sides: pd.DataFrame
    changed: Counter[tuple[str, str]]


@dataclass(frozen=True)
class Clean:
    """Parts after `deidentify`, and what is to be known of it.

    Args:
        files: Parts without identifiers.
        counts: Frame label, layer, spans: what was replaced.
        tallies: For `leak_report.of`.
        examples: Some records before, and the spans that were replaced in them, for `viewer.show`.
        counted: Of all records, for `viewer.show`.
        with_gold: Some records before that carry gold spans, for `operating_points.measure`.
        legible: Files for `review.draw`.
        seconds: Time taken, of all parts together.
        scanned: Records looked through.
    """

    files: tuple[Path, ...]
    counts: pd.DataFrame
    tallies: tuple[leaks.Tally, ...]
    examples: tuple[pd.DataFrame, list[Sequence[Span]]]
    counted: pd.DataFrame
    with_gold: pd.DataFrame
    legible: tuple[Path, ...]
    seconds: float
    scanned: int

    def review_sheet(self, unassessed: Sequence[str], *, n: int, seed: int) -> pd.DataFrame:
        """`review.draw` from these records."""
        return review.draw(lambda: batches.frames(*self.legible), sources=unassessed, n=n, seed=seed)


@dataclass(frozen=True)
class Standard:
    """Parts after `standardise`.

    Args:
        files: Parts.
        set_aside: Frame source, reason, records.
        sketches: Of the texts of each part.
        changed: What was rewritten.
        shared: From `repeated.shared`.
        copied: From `repeated.copied_forward`.
    """

    files: tuple[Path, ...]
    set_aside: pd.DataFrame
    sketches: tuple[np.ndarray, ...]
    changed: Counter[tuple[str, str]]
    shared: pd.DataFrame
    copied: pd.DataFrame


def repair(
    path: Path,
    *,
    min_chars: int,
    test_fold: int,
    parts: int,
    fold_parts: int,
    scratch: Path,
    execution: batches.Execution = "local",
) -> Repaired:
    """`cleaning.repair` and `splits.assign` of every batch of 01's records.

    Raises:
        RecordError: If no record can be used.
    """
    published = splits.publishing_validation(batches.frames(path, columns=["source", "published_split"]))
    folds = {"test_fold": test_fold, "parts": parts, "fold_parts": fold_parts, "with_validation": published}
    work = partial(part_steps.repair, folder=_fresh(scratch / "repaired"), min_chars=min_chars, folds=folds)
    done = batches.each(work, batches.of(path), execution=execution, what="repair")
    set_aside = cleaning.added(counts for _, counts, *_ in done)
    sides = pd.concat([counts for *_, counts, _ in done]).groupby(level=0).sum().sort_values(ascending=False)
    changed = sum((mended for *_, mended in done), Counter())
    files = _some([file for file, *_ in done], set_aside)
    return Repaired(files, set_aside, sides.rename("records").to_frame(), changed)


def deidentify(
    repaired: Repaired, *, gold_notes: int, scratch: Path, execution: batches.Execution = "local", **options: Any
) -> Clean:
    """`deidentify.apply` to every part, with the evidence for the gate.

    Args:
        repaired: From `repair`.
        gold_notes: Records with gold spans to return.
        scratch: Folder for the parts.
        execution: See `batches.each`.
        options: Of `deidentify.apply`.
    """
    if execution == "ray":
        options["workers"] = 1  # the parts themselves are spread over the cores
    work = partial(part_steps.deidentify, folder=_fresh(scratch / "clean"), legible=_fresh(scratch / "legible"),
                   gold_notes=gold_notes, options=options)  # fmt: skip
    done: list[part_steps.Treated] = batches.each(work, repaired.files, execution=execution, what="de-identify")
    reports = [one.report for one in done]
    before = pd.concat([one.examples[0] for one in done], ignore_index=True)
    found = [spans for one in done for spans in one.examples[1]]
    with_gold = pd.concat([one.with_gold for one in done]).sort_values("record_id", ignore_index=True)
    return Clean(
        files=tuple(one.file for one in done),
        counts=_summed([report.counts for report in reports], ["label", "layer"]),
        tallies=tuple(one.tally for one in done),
        examples=viewer.examples(before, found),
        counted=_summed([one.counted for one in done], ["label"]),
        with_gold=records.sample(with_gold, gold_notes).reset_index(drop=True),
        legible=tuple(one.legible for one in done if one.legible),
        seconds=sum(report.seconds for report in reports),
        scanned=sum(report.scanned for report in reports),
    )


def standardise(
    clean: Clean,
    *,
    sections: Sequence[str],
    min_jaccard: float,
    form: Form,
    scratch: Path,
    kind: Kind = "classification",
    boilerplate: repeated.How = "report",
    boilerplate_frac: float = 0.2,
    execution: batches.Execution = "local",
) -> Standard:
    """`cleaning.standardise` of every part, `repeated.settle` if it is to be removed, and `duplicates.sketch`.

    Raises:
        RecordError: If no record can be used.
    """
    options = {"min_jaccard": min_jaccard, "form": form, "kind": kind}
    work = partial(part_steps.standardise, folder=_fresh(scratch / "standard"), sections=sections, **options)
    done: list[part_steps.Standardised] = batches.each(work, clean.files, execution=execution, what="standardise")
    changed = sum((part.changed for part in done), Counter())
    set_aside = [part.set_aside for part in done]
    files = _some([part.file for part in done], cleaning.added(set_aside))
    sampled = repeated.sample(batches.frames(*files, columns=repeated.COLUMNS), form=form)
    shared = repeated.shared(sampled, min_frac=boilerplate_frac)
    if boilerplate == "remove" and len(shared):
        work = partial(part_steps.without_shared, folder=_fresh(scratch / "stripped"), shared=shared, **options)
        done = batches.each(work, files, execution=execution, what="boilerplate")
        set_aside += [part.set_aside for part in done]
        files = _some([part.file for part in done], cleaning.added(set_aside))
    sketches = tuple(part.sketch for part in done if part.file)
    copied = repeated.copied_forward(sampled, shared)
    return Standard(files, cleaning.added(set_aside), sketches, changed, shared, copied)


def split(
    standard: Standard,
    files: Mapping[str, Path],
    *,
    min_jaccard: float,
    form: Form,
    scratch: Path,
    label_conflicts: conflicts.How = "keep",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write the records of each side to its file, a part a row group, without duplicates.

    Args:
        standard: From `standardise`.
        files: Side (train, validation, test) -> Parquet file to write.
        min_jaccard: As given to `standardise`.
        form: As given to `standardise`.
        scratch: Folder for what does not fit into memory.
        label_conflicts: See `conflicts.settle`.

    Returns:
        The dropped duplicates, and what was set aside (source, reason, records).
    """
    store = scratch / "shingles"
    stay, dropped = doubles.find(standard.files, standard.sketches, min_jaccard=min_jaccard, form=form, store=store)
    unclear = pa.array(conflicts.undecided(dropped, how=label_conflicts), pa.string())
    set_aside = []
    for file, rows in zip(standard.files, stay, strict=True):
        table = pq.read_table(file, columns=["record_id", "source"])
        is_unclear = rows & pc.is_in(table["record_id"], unclear).to_numpy()
        sources = table["source"].filter(pa.array(is_unclear)).to_pylist()
        set_aside.append(cleaning.counts(pd.DataFrame({"source": sources, "reason": conflicts.REASON})))
        rows &= ~is_unclear
    for side, path in files.items():
        batches.write(
            (part_steps.of_side(file, side, rows) for file, rows in zip(standard.files, stay, strict=True)), path
        )
    return dropped, cleaning.added(set_aside)


def _some(files: Sequence[Path | None], set_aside: pd.DataFrame) -> tuple[Path, ...]:
    found = tuple(file for file in files if file)
    if not found:
        raise RecordError(
            "No record can be used",
            found="; ".join(
                f"{reason}: {rows}" for reason, rows in set_aside.groupby("reason")["records"].sum().items()
            ),
            remedy="mend the sources, or the settings that set the records aside",
        )
    return found


def _summed(frames: Sequence[pd.DataFrame], by: list[str]) -> pd.DataFrame:
    return pd.concat(frames).groupby(by).sum().reset_index()


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
