"""The de-identification gate: what was still readable afterwards, against limits, tied to the very files it judged."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from helpers.core import deid_report, files, manifests
from helpers.preprocess import review
from helpers.preprocess.leak_report import Report

MIN_CLASS_SPANS = 20


@dataclass(frozen=True)
class Gate:
    """The decision and, where it refuses, every reason."""

    passed: bool
    reasons: tuple[str, ...]


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
        report: From `leak_report.of`.
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


def _rows(frame: pd.DataFrame) -> list[dict[str, object]]:
    return json.loads(frame.to_json(orient="records", double_precision=15))
