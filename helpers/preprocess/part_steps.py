"""What each step of 02 does to one part; `passes` takes it to all of them, here or on other machines."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.clinical.deid.spans import Span
from helpers.core import batches, records
from helpers.core.tasks import Form, Kind
from helpers.preprocess import cleaning, duplicates, leaks, repeated, review, splits, viewer
from helpers.preprocess.deidentify import DeidReport, apply

SCHEMA = pa.schema([*records.RECORD_SCHEMA, ("side", pa.string())])
"""Of a part: records, and the side of the split that they are on."""


class Standardised(NamedTuple):
    """Where a part lies now (None where no record is left), what was set aside, its sketch, and what was rewritten."""

    file: Path | None
    set_aside: pd.DataFrame
    sketch: np.ndarray
    changed: Counter[tuple[str, str]]


class Treated(NamedTuple):
    """Of one part what `passes.Clean` says of all."""

    file: Path
    legible: Path | None
    report: DeidReport
    tally: leaks.Tally
    examples: tuple[pd.DataFrame, list[Sequence[Span]]]
    counted: pd.DataFrame
    with_gold: pd.DataFrame


def repair(
    batch: batches.Batch, *, folder: Path, min_chars: int, folds: Mapping[str, Any]
) -> tuple[Path | None, pd.DataFrame, pd.Series, Counter[tuple[str, str]]]:
    """`cleaning.repair` and `splits.assign`: the file written, what was set aside, records by side, what was mended."""
    changed: Counter[tuple[str, str]] = Counter()
    clean, unusable = cleaning.repair(batch.frame(), min_chars=min_chars, changed=changed)
    clean = clean.assign(side=splits.assign(clean, **folds))
    file = _written(clean, folder / f"{batch.row_group:06d}.parquet")
    return file, cleaning.counts(unusable), clean["side"].value_counts(), changed


def deidentify(file: Path, *, folder: Path, legible: Path, gold_notes: int, options: Mapping[str, Any]) -> Treated:
    """`deidentify.apply`, with what gate, viewer and readers need of it."""
    before = records.read(file)
    clean, report = apply(before, **options)
    readable = review.legible(before, report.spans)
    return Treated(
        file=_written(clean, folder / file.name),
        legible=_written(readable, legible / file.name, review.LEGIBLE),
        report=DeidReport((), report.counts, report.seconds, report.spoiled, report.scanned),
        tally=leaks.tally(before, report.spans, clean["text"]),
        examples=viewer.examples(before, report.spans),
        counted=viewer.counts(before, report.spans),
        with_gold=records.sample(before[before["spans"].map(len) > 0], gold_notes),
    )


def standardise(
    file: Path, *, folder: Path, sections: Sequence[str], min_jaccard: float, form: Form, kind: Kind
) -> Standardised:
    """`cleaning.standardise` and `duplicates.sketch`."""
    changed: Counter[tuple[str, str]] = Counter()
    standard, empty = cleaning.standardise(records.read(file), sections=sections, form=form, kind=kind, changed=changed)
    sketch = duplicates.sketch(standard["text"].tolist(), min_jaccard=min_jaccard, form=form)
    return Standardised(_written(standard, folder / file.name), cleaning.counts(empty), sketch, changed)


def without_shared(
    file: Path, *, folder: Path, shared: pd.DataFrame, min_jaccard: float, form: Form, kind: Kind
) -> Standardised:
    """`repeated.settle` with its boilerplate removed, and `duplicates.sketch`."""
    clean, bare = repeated.settle(records.read(file), shared, how="remove", form=form)
    if kind == "extraction":
        clean, lost = cleaning.with_mentions(clean)
        bare = pd.concat([bare, lost], ignore_index=True)
    sketch = duplicates.sketch(clean["text"].tolist(), min_jaccard=min_jaccard, form=form)
    return Standardised(_written(clean, folder / file.name), cleaning.counts(bare), sketch, Counter())


def of_side(file: Path, side: str, stay: np.ndarray) -> pa.Table:
    """The rows of a part that stay and are on one side of the split."""
    table = pq.read_table(file)
    here = np.asarray(table["side"].to_pylist(), dtype=object) == side
    return table.filter(pa.array(here & stay))


def _written(frame: pd.DataFrame, path: Path, schema: pa.Schema = SCHEMA) -> Path | None:
    """The path, None where there is no record and so no file."""
    if frame.empty:
        return None
    records.write(frame, path, schema)
    return path
