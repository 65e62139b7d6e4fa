"""The de-identification gate: what was still readable afterwards, against limits, tied to the very files it judged."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pandas as pd

from helpers.clinical.deid import scoring
from helpers.clinical.deid.spans import Span
from helpers.core import deid_report, files, manifests
from helpers.metrics import intervals
from helpers.preprocess import leaks, review

MIN_CLASS_SPANS = 20


@dataclass(frozen=True)
class Report:
    """Evidence of de-identification; counts and shares only, no text.

    Args:
        assessed: Whether gold spans were there; without them only `method` and `output` mean anything.
        leaks_by_class: label, direct, spans, leaked, leak_frac, low, high (95 % Wilson), char_recall, char_precision.
        by_style: style, notes, spans, leaked, leak_frac, low, high, clean_frac (notes with no leak).
        totals: Numbers over all records: see `assess`.
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


@dataclass(frozen=True)
class Gate:
    """The decision and, where it refuses, every reason."""

    passed: bool
    reasons: tuple[str, ...]


def assess(
    records: pd.DataFrame, replaced: Sequence[Sequence[Span]], clean_texts: Sequence[str], *, method: str, output: str
) -> Report:
    """`report` of one frame; see `leaks.tally` for the arguments."""
    return report([leaks.tally(records, replaced, clean_texts)], method=method, output=output)


def report(tallies: Sequence[leaks.Tally], *, method: str, output: str) -> Report:
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


def decide(
    report: Report,
    *,
    max_patient_leak_frac: float,
    max_class_leak_frac: float,
    min_term_retention: float,
    approval: str | None = None,
    reviewed: review.Evidence | None = None,
) -> Gate:
    """Hold a report against the limits of the profile.

    Args:
        report: From `assess`.
        max_patient_leak_frac: Largest allowed upper bound of the share of patients with a direct identifier left.
        max_class_leak_frac: Largest allowed leak share of any class with at least 20 gold spans.
        min_term_retention: Smallest allowed share of clinical terms that survive.
        approval: Reference of the card's approval for identified in-house training. It stands in for gold spans where
            there are none, and never for failed figures.
        reviewed: What people found in a sample of the sources without gold spans. It outweighs an approval: a bound above
            `max_patient_leak_frac` is refused.
    """
    reasons, notes = _without_gold(report, max_patient_leak_frac, approval, reviewed)
    if report.assessed:
        reasons += _measured(report, max_patient_leak_frac, max_class_leak_frac)
    retention = report.totals["term_retention"]
    if (report.assessed or reviewed) and retention < min_term_retention:
        reasons.append(f"clinical terms kept {retention:.3f}, limit {min_term_retention:.3f}")
    return Gate(not reasons, tuple(reasons or notes))


def _without_gold(
    report: Report, limit: float, approval: str | None, reviewed: review.Evidence | None
) -> tuple[list[str], list[str]]:
    """Reasons to refuse, and notes on what was accepted, for the sources of which only people can know."""
    if report.assessed and not report.unassessed:
        return [], []
    which = f"no gold spans in {', '.join(report.unassessed)}" if report.unassessed else "no gold spans"
    if reviewed:
        read = f"{which}; {reviewed.leaking} of {reviewed.reviewed} reviewed patients with a leak"
        bound = f"upper 95 % bound {reviewed.high:.3f}, limit {limit:.3f}"
        return ([f"{read}: {bound}"], []) if reviewed.high > limit else ([], [f"{read}: {bound}"])
    if approval and approval.strip():
        return [], [f"not assessed: {which}; accepted under {approval.strip()}"]
    return [f"not assessed: {which}, no reviewed sample and no approval on the card"], []


def _measured(report: Report, max_patient_leak_frac: float, max_class_leak_frac: float) -> list[str]:
    """Reasons to refuse for what the gold spans show."""
    reasons = []
    bound = report.totals["patient_leak_high"]
    if report.totals["patients"] == 0:
        reasons.append("gold spans, but no record of a patient")
    elif bound > max_patient_leak_frac:
        reasons.append(
            f"patients with a direct identifier left: upper 95 % bound {bound:.3f}, limit {max_patient_leak_frac:.3f}"
        )
    frequent = report.leaks_by_class[report.leaks_by_class["spans"] >= MIN_CLASS_SPANS]
    for row in frequent[frequent["leak_frac"] > max_class_leak_frac].itertuples():
        reasons.append(
            f"{row.label}: {row.leaked} of {row.spans} left ({row.leak_frac:.3f}), limit {max_class_leak_frac:.3f}"
        )
    return reasons


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


def save(
    report: Report,
    gate: Gate,
    path: Path,
    *,
    records_files: Mapping[str, Path],
    reviewed: review.Evidence | None = None,
) -> None:
    """Write report, decision and what readers found as JSON with the SHA-256 of each records file they belong to."""
    content = {
        "schema_version": deid_report.SCHEMA_VERSION,
        "passed": gate.passed,
        "reasons": list(gate.reasons),
        "assessed": report.assessed,
        "method": report.method,
        "output": report.output,
        "totals": {name: None if pd.isna(value) else value for name, value in report.totals.items()},
        "leaks_by_class": _rows(report.leaks_by_class),
        "by_style": _rows(report.by_style),
        "headline": _rows(report.headline),
        "unassessed": list(report.unassessed),
        "review": asdict(reviewed) if reviewed else None,
        "records": {name: manifests.sha256(file) for name, file in sorted(records_files.items())},
    }
    files.write_json(path, content)


def load(path: Path) -> tuple[Report, Gate]:
    """Read what `save` wrote.

    Raises:
        PhiError: If there is no readable report.
    """
    content = deid_report.read(path)
    totals = {name: float("nan") if value is None else value for name, value in content["totals"].items()}
    classes, styles = pd.DataFrame(content["leaks_by_class"]), pd.DataFrame(content["by_style"])
    headline, unassessed = pd.DataFrame(content.get("headline")), tuple(content.get("unassessed", ()))
    road = content["method"], content["output"]
    report = Report(content["assessed"], classes, styles, totals, *road, headline, unassessed)
    return report, Gate(content["passed"], tuple(content["reasons"]))


def require(path: Path, *, records_files: Mapping[str, Path]) -> Gate:
    """The passing decision for exactly these files; raises as `deid_report.require`."""
    return Gate(True, deid_report.require(path, records_files=records_files))


def require_evidence(path: Path, *, records_files: Mapping[str, Path], has_real_persons: bool) -> Gate:
    """The same for records that others are to read; raises as `deid_report.require_evidence`."""
    reasons = deid_report.require_evidence(path, records_files=records_files, has_real_persons=has_real_persons)
    return Gate(True, reasons)


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


def _rows(frame: pd.DataFrame) -> list[dict[str, object]]:
    return json.loads(frame.to_json(orient="records", double_precision=15))
