"""What a health record is to teach, where the record does not say so itself: a CSV with a header line.

Three forms, told by the first column:

- `patient_id,label`: the label of each patient (FHIR `Patient.id`, OMOP `person_id`).
- `note_id,label`: the label of each note, for OMOP with `unit: note`.
- `code,label`: a value set. The first condition whose code is in it gives the label. A column `system` may say whose code
  it is (the system's address in FHIR, the vocabulary in OMOP); without one any system will do.

An optional column `before` (ISO date, in the first two forms) says when the label was given. The record then ends on the
evening before; with a value set it always does, for what follows a diagnosis gives it away. Without such a file the label
is the tag of `fhir.LABEL_SYSTEM` on the Patient resource.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from helpers.clinical import timeline
from helpers.clinical.timeline import Event
from helpers.core.errors import RecordError

FORMS = ("patient_id", "note_id", "code")


class Told(NamedTuple):
    """The label of a record, what of the record may be shown with it, or why there is none."""

    label: str
    events: list[Event]
    reason: str = ""


@dataclass(frozen=True)
class Labels:
    """A table of labels; `by` is one of `FORMS`, or "" for no table."""

    by: str = ""
    of_id: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # id -> label, before
    of_code: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (system or "", code) -> label


def read(path: Path | None) -> Labels:
    """Read a table of labels, an empty one for None.

    Raises:
        RecordError: If there is no such file, it has none of the three forms, or naming the lines that do not fit.
    """
    if path is None:
        return Labels()
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            columns, rows = reader.fieldnames or [], list(enumerate(reader, start=2))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise RecordError(
            "A table of labels cannot be read", found=path.name, expected="a CSV file in UTF-8",
            remedy="mend the source's `labels` in the task",
        ) from None  # fmt: skip
    if not columns or columns[0] not in FORMS or "label" not in columns:
        raise RecordError(
            "A table of labels has another form",
            found=f"{len(columns)} columns, none of them fitting" if not columns else f"columns {', '.join(columns)}",
            expected=f"one of {', '.join(FORMS)} as the first column, and a column `label`",
        )
    return _table(columns[0], rows)


def tell(labels: Labels, events: Iterable[Event], *, ids: Mapping[str, str], tag: str = "") -> Told:
    """Find the label of one record.

    Args:
        labels: The source's table.
        events: All events of the record.
        ids: The record's `patient_id`, and `note_id` where it is one note.
        tag: The label that the record itself carries; used where there is no table.
    """
    events = list(events)
    if labels.by == "code":
        return _by_code(labels.of_code, events)
    if not labels.by:
        return Told(tag, events)
    label, limit = labels.of_id.get(ids.get(labels.by, ""), ("", ""))
    return Told(label, timeline.before(events, limit) if limit else events)


def _by_code(of_code: Mapping[tuple[str, str], str], events: list[Event]) -> Told:
    named = [
        (event, of_code[key])
        for event in events
        if event.kind == "condition"
        for system, code in event.codes
        for key in ((system, code), ("", code))
        if key in of_code
    ]
    if not named:
        return Told("", events)
    if any(len(timeline.day(event.when)) < len("2000-01-01") for event, _ in named):
        return Told("", [], "a condition that gives the label has no full date")
    first = min(timeline.day(event.when) for event, _ in named)
    chosen = {label for event, label in named if timeline.day(event.when) == first}
    if len(chosen) > 1:
        return Told("", [], "conditions of one day give different labels")
    return Told(chosen.pop(), timeline.before(events, first))


def _table(by: str, rows: list[tuple[int, dict[str, str]]]) -> Labels:
    of_id: dict[str, tuple[str, str]] = {}
    of_code: dict[tuple[str, str], str] = {}
    wrong: list[int] = []
    for line, row in rows:
        if None in row or None in row.values() or not row[by].strip() or not row["label"].strip():
            wrong.append(line)
            continue
        label, limit = row["label"].strip(), row.get("before", "").strip()
        key, value = (row.get("system", "").strip(), row[by].strip()), (label, limit)
        known = of_code.get(key) if by == "code" else of_id.get(key[1])
        if not _is_date(limit) or known not in (None, label if by == "code" else value):
            wrong.append(line)
        elif by == "code":
            of_code[key] = label
        else:
            of_id[key[1]] = value
    if wrong or not rows:
        raise RecordError(
            "A table of labels has lines that do not fit",
            found=f"{len(wrong)}: lines {', '.join(map(str, wrong[:10]))}" if wrong else "no line below the header",
            expected=f"a {by} and a label in every line, one label for each {by}, `before` as an ISO date or empty",
        )
    return Labels(by, of_id, of_code)


def _is_date(text: str) -> bool:
    try:
        return not text or len(text) == len(date.fromisoformat(text).isoformat())
    except ValueError:
        return False
