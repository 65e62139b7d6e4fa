"""Where every loader's rows become records, or go to quarantine with a reason and no text."""

import json
from collections.abc import Iterable, Iterator, Set
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from helpers.core import records

QUARANTINE_COLUMNS = ["source", "file", "row", "reason"]
DUPLICATE = "duplicate id"


class Row(NamedTuple):
    """One row of a source file: its fields as the record schema names them, or the reason why it has none."""

    file: str
    row: str  # line number, bundle or key: enough to find it again
    fields: dict[str, Any]
    reason: str = ""


def sort_out(rows: Iterable[Row], *, source: str, needs_answer: bool = True) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split rows into a record frame and a quarantine frame (`QUARANTINE_COLUMNS`).

    A row is set aside when its reader gave a reason, when it has no id, no text, neither label nor reference (unless
    `needs_answer` is False), or an id that came before. Nothing is dropped without a line in the quarantine.
    """
    kept: list[dict[str, Any]] = []
    aside: list[tuple[str, str, str, str]] = []
    seen: set[str] = set()
    for row in rows:
        reason = problem(row, needs_answer=needs_answer)
        if not reason and row.fields["record_id"] in seen:
            reason = DUPLICATE
        if reason:
            aside.append((source, row.file, row.row, reason))
            continue
        seen.add(row.fields["record_id"])
        kept.append({**row.fields, "source": source})
    return records.to_frame(kept), pd.DataFrame(aside, columns=QUARANTINE_COLUMNS)


def problem(row: Row, *, needs_answer: bool = True, labels: Set[str] = frozenset()) -> str:
    """Why a row is no record, "" where it is one; whether its id came before is for the caller to know.

    Args:
        row: As its reader gave it.
        needs_answer: Whether it needs a label or a reference.
        labels: That may occur; empty takes all.
    """
    fields = row.fields
    if row.reason:
        return row.reason
    if not str(fields.get("record_id") or "").strip():
        return "no id"
    if not isinstance(fields.get("text"), str) or not fields["text"].strip():
        return "no text"
    if needs_answer and not fields.get("labels") and not fields.get("references"):
        return "no label"
    if labels and not set(fields.get("labels", ())) <= labels:
        return "label outside the task's labels"
    return ""


def remarks(frame: pd.DataFrame) -> pd.DataFrame:
    """What had to be left empty or read in another way in records that were kept: source, remark, records."""
    said = frame["provenance"].map(lambda text: _stated(text).get("remarks", []))
    counted = frame.assign(remark=said).explode("remark").dropna(subset="remark")
    return counted.groupby(["source", "remark"]).size().rename("records").reset_index()


def files(path: Path, pattern: str) -> list[Path]:
    """The file itself, or every file of a folder that fits `pattern`, sorted by name; gold files are left out."""
    if path.is_file():
        return [path]
    return sorted(found for found in path.glob(pattern) if ".gold." not in found.name)


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Line number and object of each line that is not blank; None where the line is no JSON object."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    value = json.loads(line)
                except json.JSONDecodeError:
                    value = None
                yield number, value if isinstance(value, dict) else None


def gold_spans(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Gold spans by record id from `<name>.gold.jsonl` beside a source file; empty where there is none."""
    gold = path.with_suffix(".gold.jsonl")
    if not gold.is_file():
        return {}
    return {str(value.get("id")): value.get("spans", []) for _, value in json_lines(gold) if value is not None}


def _stated(provenance: str) -> dict[str, Any]:
    return json.loads(provenance) if provenance else {}
