"""What the records are like, counted a batch at a time: counts of batches add up, so that memory holds any number."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from helpers.preprocess.deidentify import PERSONAL_KINDS

SIDES = ("train", "validation", "test")
STEP = 16
"""Lengths are counted in steps of so many tokens."""
COLUMNS = ["source", "kind", "text", "labels", "references", "date", "sex", "age_band", "origin"]
_DEMOGRAPHICS = ("sex", "age_band", "origin")
_NOT_SAID = frozenset(("", "unknown", "unk", "not stated", "not known", "n/a", "na", "nan", "none", "null", "-", "?"))
_PIECE = re.compile(r"[^\W\d_]{1,5}|\d|[^\w\s]|_")
_DATE_FORMS = (
    ("day", re.compile(r"\d{4}-\d\d-\d\d")),
    ("month", re.compile(r"\d{4}-\d\d")),
    ("year", re.compile(r"\d{4}")),
)


@dataclass(frozen=True)
class Tally:
    """Counts of records.

    Args:
        records: By source, kind and side.
        missing: By source, kind and column: records in which it is empty or says that it is not known.
        labels: By side and label, the first of each record.
        tokens: By source, side and estimated tokens of the prompt, in steps of `STEP`.
        dates: By source and how far the date is told: day, month, year, another form, none.
    """

    records: Counter[tuple[str, str, str]]
    missing: Counter[tuple[str, str, str]]
    labels: Counter[tuple[str, str]]
    tokens: Counter[tuple[str, str, int]]
    dates: Counter[tuple[str, str]]


def tally(batch: pd.DataFrame, *, side: str, prompt: str = "") -> Tally:
    """Count one batch.

    Args:
        batch: Records as they leave 02, with at least `COLUMNS`.
        side: Of the split.
        prompt: What stands around every text, for the length of the whole.
    """
    places = list(zip(batch["source"], batch["kind"], strict=True))
    missing: Counter[tuple[str, str, str]] = Counter()
    for column in (*_DEMOGRAPHICS, "date"):
        values = zip(places, batch[column], strict=True)
        missing.update((*place, column) for place, value in values if column in _asked(place[1]) and _is_missing(value))
    answered = zip(places, batch["labels"], batch["references"], strict=True)
    missing.update(
        (*place, "answer") for place, labels, references in answered if not len(labels) and not len(references)
    )
    around = estimated_tokens(prompt)
    lengths = (math.ceil((around + estimated_tokens(text)) / STEP) * STEP for text in batch["text"])
    return Tally(
        records=Counter((*place, side) for place in places),
        missing=missing,
        labels=Counter((side, labels[0]) for labels in batch["labels"] if len(labels)),
        tokens=Counter((source, side, length) for (source, _), length in zip(places, lengths, strict=True)),
        dates=Counter((source, _date_form(value)) for (source, _), value in zip(places, batch["date"], strict=True)),
    )


def merge(tallies: Iterable[Tally]) -> Tally:
    """The counts of several batches, in any order, added up."""
    total = Tally(*(Counter() for _ in fields(Tally)))
    for one in tallies:
        for field in fields(Tally):
            getattr(total, field.name).update(getattr(one, field.name))
    return total


def estimated_tokens(text: str) -> int:
    """Tokens of a text, roughly and without a tokenizer: pieces of five letters, single digits and signs.

    Measured with SmolLM2's tokenizer on the three default tasks it says 15 % too few to 23 % too many (LOG.md).
    """
    return sum(1 for _ in _PIECE.finditer(text))


def by_source(counted: Tally) -> pd.DataFrame:
    """Records of each source: source, kind, and one column a side."""
    rows = pd.DataFrame(
        [(*key, count) for key, count in counted.records.items()], columns=["source", "kind", "side", "records"]
    )
    table = rows.pivot_table(index=["source", "kind"], columns="side", values="records", aggfunc="sum", fill_value=0)
    return table.reindex(columns=SIDES, fill_value=0).rename_axis(columns=None).reset_index()


def missing(counted: Tally) -> pd.DataFrame:
    """Columns that lack something: source, kind, column, records, missing, missing_frac.

    Demographics are asked of patients only, and dates of all but tables: a molecule has neither.
    """
    sizes: Counter[tuple[str, str]] = Counter()
    for (source, kind, _), count in counted.records.items():
        sizes[source, kind] += count
    rows = [
        (
            source,
            kind,
            column,
            size,
            counted.missing[source, kind, column],
            counted.missing[source, kind, column] / size,
        )
        for (source, kind), size in sorted(sizes.items())
        for column in _asked(kind)
    ]
    return pd.DataFrame(rows, columns=["source", "kind", "column", "records", "missing", "missing_frac"])


def balance(counted: Tally) -> pd.DataFrame:
    """Records of each label: label, one column a side, records, frac; the commonest first."""
    labels = sorted({label for _, label in counted.labels})
    table = pd.DataFrame(
        [(label, *(counted.labels[side, label] for side in SIDES)) for label in labels], columns=["label", *SIDES]
    )
    table["records"] = table[list(SIDES)].sum(axis=1).astype(int)
    table["frac"] = table["records"] / max(int(table["records"].sum()), 1)
    return table.sort_values(["records", "label"], ascending=[False, True], ignore_index=True)


def imbalance(counted: Tally) -> pd.DataFrame:
    """How even the labels are on each side.

    Returns:
        side, labels (that occur), absent (of those of all sides), largest, smallest (records), ratio (largest by smallest
        of those that occur), effective (number of equally large labels with the same entropy: Hill 1973, order 1),
        majority_frac.
    """
    every = {label for _, label in counted.labels}
    rows = []
    for side in SIDES:
        sizes = np.array(
            [count for (where, _), count in counted.labels.items() if where == side and count], dtype=float
        )
        if len(sizes):
            shares = sizes / sizes.sum()
            effective = float(np.exp(-(shares * np.log(shares)).sum()))
            extremes = (int(sizes.max()), int(sizes.min()), float(sizes.max() / sizes.min()))
            rows.append((side, len(sizes), len(every) - len(sizes), *extremes, effective, float(shares.max())))
    return pd.DataFrame(
        rows, columns=["side", "labels", "absent", "largest", "smallest", "ratio", "effective", "majority_frac"]
    )


def lengths(counted: Tally, *, limits: Sequence[int]) -> pd.DataFrame:
    """Estimated tokens of prompts: source, records, median, p95, longest, and the share over each limit.

    Args:
        counted: From `tally` or `merge`.
        limits: Tokens; a length counts as over a limit if the whole step it lies in does.
    """
    rows = []
    for source in sorted({source for source, *_ in counted.tokens}):
        sizes: Counter[int] = Counter()
        for (where, _, length), count in counted.tokens.items():
            sizes[length] += count if where == source else 0
        values = np.repeat(list(sizes), list(sizes.values()))
        shares = {f"over_{limit}_frac": float((values - STEP >= limit).mean()) for limit in sorted(set(limits))}
        said = {"median": np.median(values), "p95": np.quantile(values, 0.95, method="higher"), "longest": values.max()}
        rows.append({"source": source, "records": len(values)} | {name: int(n) for name, n in said.items()} | shares)
    return pd.DataFrame(rows)


def dates(counted: Tally) -> pd.DataFrame:
    """How far the date of a record is told: source, told, records."""
    rows = [(*key, count) for key, count in sorted(counted.dates.items())]
    return pd.DataFrame(rows, columns=["source", "told", "records"])


def _asked(kind: str) -> tuple[str, ...]:
    if kind in PERSONAL_KINDS:
        return (*_DEMOGRAPHICS, "date", "answer")
    return ("answer",) if kind == "table" else ("date", "answer")


def _is_missing(value: object) -> bool:
    return value is None or value != value or str(value).strip().casefold() in _NOT_SAID


def _date_form(value: object) -> str:
    if _is_missing(value):
        return "none"
    return next((name for name, pattern in _DATE_FORMS if pattern.fullmatch(str(value))), "another form")
