"""Recall against over-redaction: our two modes over thresholds and the installed adapters, on the gold notes of a run."""

from collections.abc import Iterator, Sequence

import pandas as pd

from helpers.clinical.deid import adapters, engine, scoring
from helpers.clinical.deid.spans import Span
from helpers.core import figures
from helpers.core import records as schema
from helpers.preprocess import deid_pictures

THRESHOLDS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95)
"""Tagged spans with a lower score are left out (scores compare within a layer only); 0 is the mode as it runs."""

_FIRM = ("known", "rules", "note")
COLUMNS = tuple("engine threshold char_recall recall_low recall_high over_redaction over_low over_high notes".split())


def measure(
    records: pd.DataFrame, *, adapter_names: Sequence[str] = (), most_notes: int = 60, seed: int = 1
) -> pd.DataFrame:
    """Score every engine on the same gold notes, without the patient's known demographics, which adapters cannot use.

    Args:
        records: Repaired records; those without gold spans are left out.
        adapter_names: See `adapters.load`; drawn without thresholds.
        most_notes: Chosen by the hash of the record id.
        seed: Of the bootstrap over patients.

    Returns:
        `COLUMNS`, one row an engine and threshold; no row where no record carries gold.

    Raises:
        StageError: If a named adapter is unknown or not installed.
    """
    some = schema.sample(records[records["spans"].map(len) > 0], most_notes)
    rows = [
        {"engine": name, "threshold": threshold, **_figures(some, found, seed), "notes": len(some)}
        for name, threshold, found in (_runs(some, adapter_names) if len(some) else ())
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def pictures(points: pd.DataFrame) -> list[figures.Picture]:
    """The figure of what `measure` gave; none where there were no gold spans."""
    return [] if points.empty else [deid_pictures.recall_against_over_redaction(points)]


def _runs(some: pd.DataFrame, adapter_names: Sequence[str]) -> Iterator[tuple[str, float, list[list[Span]]]]:
    for mode in ("balanced", "strict"):
        found = [engine.find(text, mode=mode) for text in some["text"]]
        for threshold in THRESHOLDS:
            yield f"ours, {mode}", threshold, [_above(threshold, spans) for spans in found]
    for name in adapter_names:
        adapter = adapters.load(name)
        yield name, 0.0, [adapter.find(text) for text in some["text"]]


def _above(threshold: float, spans: Sequence[Span]) -> list[Span]:
    return [span for span in spans if span.layer in _FIRM or span.score >= threshold]


def _figures(some: pd.DataFrame, found: Sequence[Sequence[Span]], seed: int) -> dict[str, float]:
    scores = [
        scoring.compare(gold, spans, text) for gold, spans, text in zip(some["spans"], found, some["text"], strict=True)
    ]
    table = scoring.figures(scores, patients=some["patient_key"].tolist(), resamples=500, seed=seed)
    recall, over = table.loc["char_recall"], table.loc["over_redaction"]
    return {
        "char_recall": recall["value"],
        "recall_low": recall["low"],
        "recall_high": recall["high"],
        "over_redaction": over["value"],
        "over_low": over["low"],
        "over_high": over["high"],
    }
