"""An OMOP CDM 5.4 database as patient timelines: one record a person, or one a note.

The source's path is `omop:NAME`, where the environment's NAME holds the database's address (it may contain a password), or
`omop:` and the path of an SQLite file. See `omop_database` for what is read. OMOP has no labels: the source needs a table
of them (`helpers/collect/health_records/labels.py`), whose `patient_id` is a `person_id` and whose `system` is a
`vocabulary_id`.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

from helpers.clinical import timeline
from helpers.clinical.timeline import Event
from helpers.collect import intake
from helpers.collect.health_records import labels
from helpers.collect.health_records import omop_database as database
from helpers.collect.health_records.labels import Labels
from helpers.collect.notes import age_band
from helpers.core.errors import RecordError

PREFIX = "omop:"
PERSONS_AT_ONCE = 200

Unit = Literal["patient", "note"]


def rows(address: str, table: Labels, *, unit: Unit = "patient") -> Iterator[intake.Row]:
    """Read a database: one row a person, or one a note; only `PERSONS_AT_ONCE` persons are held at a time.

    Args:
        address: As the source's path gives it, with `omop:`.
        table: What tells the labels.
        unit: What makes a record.

    Raises:
        RecordError: If tables or columns are missing, or there are no labels.
        StageError: If the database cannot be reached or breaks off.
    """
    if not table.by:
        raise RecordError(
            "An OMOP source needs labels",
            expected="`labels` of the source: a CSV as helpers/collect/health_records/labels.py says",
        )
    lost: Counter[str] = Counter()
    with database.connected(address.removeprefix(PREFIX)) as connection:
        charted = database.present(connection)
        last = None
        while True:
            persons = database.persons(connection, last, PERSONS_AT_ONCE)
            until = persons[-1]["person_id"] if len(persons) == PERSONS_AT_ONCE else None
            events, notes = database.events(connection, charted, last, until), database.notes(connection, last, until)
            known = {person["person_id"] for person in persons}
            lost.update(one.kind for key, some in events.items() if key not in known for one in some)
            lost.update("note" for key, some in notes.items() if key not in known for _ in some)
            for person in persons:
                yield from _rows_of(person, events[person["person_id"]], notes[person["person_id"]], table, unit)
            if until is None:
                break
            last = until
    for kind, count in lost.items():
        yield intake.Row(kind, "", {}, f"{count} {kind} of persons who are not in person")


def _rows_of(
    person: dict[str, Any], events: list[Event], notes: list[tuple[str, Event]], table: Labels, unit: Unit
) -> Iterator[intake.Row]:
    key = str(person["person_id"])
    if unit == "patient":
        told = labels.tell(table, [*events, *(note for _, note in notes)], ids={"patient_id": key})
        yield _row(person, key, told, timeline.render(told.events), "omop_timeline")
        return
    for note_id, note in notes:
        told = labels.tell(table, [*events, note], ids={"patient_id": key, "note_id": note_id})
        if not told.reason and note not in told.events:
            told = labels.Told("", [], "a note of the day of its label or later")
        yield _row(person, f"note-{note_id}", told._replace(events=[note]), note.text, "omop_note")


def _row(person: dict[str, Any], record_id: str, told: labels.Told, text: str, style: str) -> intake.Row:
    if told.reason:
        return intake.Row("person" if style == "omop_timeline" else "note", record_id, {}, told.reason)
    seen = max((timeline.day(event.when) for event in told.events), default="")
    year, month, day = person["year_of_birth"], person["month_of_birth"], person["day_of_birth"]
    born = f"{year:04}-{month or 7:02}-{day or 1:02}" if year else ""  # the middle of a year of which no more is known
    known = [("ID", person["person_source_value"]), ("DATE", born if month and day else "")]
    fields = {
        "record_id": record_id,
        "patient_key": str(person["person_id"]),
        "kind": "ehr",
        "style": style,
        "text": text,
        "labels": [told.label] if told.label else [],
        "identifiers": [{"label": label, "value": str(value)} for label, value in known if value],
        "date": seen,
        "sex": (person["sex"] or "").lower() if person["gender_concept_id"] else "",
        "age_band": age_band(born, seen),
        "provenance": json.dumps({"cdm": "OMOP 5.4"}),
    }
    return intake.Row(style, record_id, fields)
