"""How much of the identifiers was still readable after de-identification, where gold spans tell."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from helpers.clinical.deid import scoring
from helpers.clinical.deid.spans import Span
from helpers.metrics import intervals
from helpers.preprocess import leaks


@dataclass(frozen=True)
class Report:
    """Evidence of de-identification; counts and shares only, no text.

    Args:
        assessed: Whether gold spans were there; without them only `method` and `output` mean anything.
        leaks_by_class: label, direct, spans, leaked, leak_frac, low, high (95 % Wilson), char_recall, char_precision.
        by_style: style, notes, spans, leaked, leak_frac, low, high, clean_frac (notes with no leak).
        totals: Numbers over all records: see `of`.
        method: HIPAA road.
        output: What replaced an identifier.
        headline: figure, value, low, high, n: `scoring.figures` over the judged records, resampled by patient.
        unassessed: Sources of patients without any gold span; no figure here says anything about them.
    """

    assessed: bool
    leaks_by_class: pd.DataFrame
    by_style: pd.DataFrame
    totals: dict[str, float]
    method: str
    output: str
    headline: pd.DataFrame = field(default_factory=pd.DataFrame)
    unassessed: tuple[str, ...] = ()


def assess(
    records: pd.DataFrame, replaced: Sequence[Sequence[Span]], clean_texts: Sequence[str], *, method: str, output: str
) -> Report:
    """`of` the one tally of a frame; see `leaks.tally` for the arguments."""
    return of([leaks.tally(records, replaced, clean_texts)], method=method, output=output)


def of(tallies: Sequence[leaks.Tally], *, method: str, output: str) -> Report:
    """Compare what was replaced with the gold spans of the records before de-identification.

    Args:
        tallies: Of all records, in whatever parts; a patient stands in one part.
        method: As given to `deidentify.apply`.
        output: As given to `deidentify.apply`.

    Returns:
        A report whose totals are: notes, patients, patients_leaking, patient_leak_frac, patient_leak_high (one-sided upper
        95 % Clopper-Pearson bound of the share of patients with any direct identifier left), char_recall, char_precision,
        over_redaction_frac (share of other letters and digits removed), notes_clean_frac, terms_before, term_retention.
        Records of patients from a source without any gold span count only for the terms, and their source is named in
        `unassessed`. `assessed` is False where no record carries gold.
    """
    with_gold = frozenset().union(*(tally.with_gold for tally in tallies))
    people_of = frozenset().union(*(tally.people_of for tally in tallies))
    unassessed = tuple(sorted(people_of - with_gold))
    every = pd.concat([tally.notes for tally in tallies], ignore_index=True)
    notes = every[~(every["person"] & every["source"].isin(unassessed))]
    scores = [
        scoring.Score(table, (), 0, 0)
        for tally in tallies
        for (source, person), table in tally.by_label.items()
        if not (person and source in unassessed)
    ]
    assessed = bool(notes["spans_of_any"].sum())
    whole = scoring.summary(scores).set_index("label").loc["ALL"]
    people = notes[notes["person"]]
    patients = people.groupby("patient")["direct"].any()
    leaking, count = int(patients.sum()), len(patients)
    terms_before, terms_kept = (sum(tally.terms[i] for tally in tallies) for i in (0, 1))
    totals = {
        "notes": float(len(notes)),
        "patients": float(count),
        "patients_leaking": float(leaking),
        "patient_leak_frac": leaking / count if count else float("nan"),
        "patient_leak_high": intervals.clopper_pearson_upper(leaking, count) if count else float("nan"),
        "char_recall": float(whole["char_recall"]),
        "char_precision": float(whole["char_precision"]),
        "over_redaction_frac": _share(notes["removed"].sum(), notes["plain"].sum()),
        "notes_clean_frac": float((people["leaked"] == 0).mean()) if len(people) else float("nan"),
        "terms_before": float(terms_before),
        "term_retention": _share(terms_kept, terms_before),
    }
    counted = notes.drop(columns=[*leaks.KEYS, "direct", "spans_of_any"])
    headline = scoring.figures_of_counts(counted, patients=notes["patient"].tolist()) if assessed else pd.DataFrame()
    headline = headline.rename_axis("figure").reset_index() if assessed else headline
    return Report(assessed, _classes(scores), _styles(notes), totals, method, output, headline, unassessed)


def in_words(report: Report) -> str:
    """What the share of clean notes and patients means, one sentence a line, with the figures of this run."""
    if not report.assessed:
        return "Nothing was measured: no record carries gold spans."
    shares = report.headline.set_index("figure")["value"]
    said = []
    for who in ("notes", "patients"):
        if pd.notna(share := shares[f"clean_{who}"]):
            clean = math.floor(1000 * share + 1e-6) / 10  # never rounded up: 99.97 % is not all
            said.append(f"Clean {who} at {clean:g} % still means leaks in {100 - clean:.3g} % of the {who}.")
    if report.unassessed:
        said.append(f"Nothing of this was measured on {', '.join(report.unassessed)}.")
    return "\n".join([*said, "Evidence on simulated notes says nothing about a hospital's own."])


def _classes(scores: Sequence[scoring.Score]) -> pd.DataFrame:
    table = scoring.summary(scores)
    table = table[(table["spans"] > 0) & (table["label"] != "ALL")].reset_index(drop=True)
    bounds = [
        intervals.wilson(int(leaked), int(spans)) for leaked, spans in zip(table["leaked"], table["spans"], strict=True)
    ]
    return pd.DataFrame(
        {
            "label": table["label"],
            "direct": ~table["label"].isin(leaks.INDIRECT),
            "spans": table["spans"],
            "leaked": table["leaked"],
            "leak_frac": table["leak_frac"],
            "low": [low for low, _ in bounds],
            "high": [high for _, high in bounds],
            "char_recall": table["char_recall"],
            "char_precision": table["char_precision"],
        }
    )


def _styles(notes: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for style, part in notes.groupby("style"):
        spans, leaked = int(part["spans_of_any"].sum()), int(part["leaked"].sum())
        low, high = intervals.wilson(leaked, spans) if spans else (float("nan"), float("nan"))
        rows.append(
            {
                "style": style,
                "notes": len(part),
                "spans": spans,
                "leaked": leaked,
                "leak_frac": _share(leaked, spans),
                "low": low,
                "high": high,
                "clean_frac": float((part["leaked"] == 0).mean()),
            }
        )
    return pd.DataFrame(rows)


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else float("nan")
