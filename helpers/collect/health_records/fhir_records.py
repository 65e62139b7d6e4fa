"""One record a patient from a store of FHIR resources: the timeline as text, the label, the known demographics."""

import json
import sqlite3
from collections.abc import Iterator

from helpers.clinical import fhir, fhir_events, timeline
from helpers.clinical.fhir_references import Find
from helpers.collect import intake
from helpers.collect.health_records import fhir_store, labels
from helpers.collect.health_records.labels import Labels
from helpers.collect.notes import age_band


def rows(store: sqlite3.Connection, table: Labels, *, elsewhere: Find = lambda _: None) -> Iterator[intake.Row]:
    """Read every patient of a filled store.

    Args:
        store: As `fhir_store.fill` left it.
        table: What tells the labels.
        elsewhere: Asked for resources that are pointed to and not in the store.

    Yields:
        A row for each patient, and quarantine rows for resources whose patient is not there. What of a patient could not be
        read is counted in the row's `provenance`: `unread` and `unresolved` by type, `retracted`.
    """
    for one in fhir_store.compartments(store):
        yield one if isinstance(one, intake.Row) else _row(one, table, lambda key: _find(store, elsewhere, key))


def _row(one: fhir_store.Compartment, table: Labels, find: Find) -> intake.Row:
    patient = fhir.check(one.patient)
    tags = fhir.tags(one.patient)
    history = fhir_events.history(one.resources, find)
    key = str(patient.id or "") or f"{one.file}#{one.place}"
    told = labels.tell(table, history.events, ids={"patient_id": key}, tag=tags.get(fhir.LABEL_SYSTEM, ""))
    if told.reason:
        return intake.Row(one.file, one.place, {}, told.reason)
    seen = max((timeline.day(event.when) for event in told.events), default="")
    counted = {
        "unread": {**one.unread, **history.unread},
        "unresolved": history.unresolved,
        "retracted": history.retracted,
        "cut": len(history.events) - len(told.events),
    }
    fields = {
        "record_id": key,
        "patient_key": key,
        "group": tags.get(fhir.GROUP_SYSTEM, ""),
        "kind": "ehr",
        "style": "fhir_timeline",
        "text": timeline.render(told.events),
        "labels": [told.label] if told.label else [],
        "identifiers": list(fhir.identifiers(patient)),
        "date": seen,
        "sex": patient.gender or "",
        "age_band": age_band(str(patient.birthDate or ""), seen),
        "provenance": json.dumps({"file": one.file, **{name: what for name, what in counted.items() if what}}),
    }
    return intake.Row(one.file, one.place, fields)


def _find(store: sqlite3.Connection, elsewhere: Find, key: str) -> dict | None:
    return fhir_store.find(store, key) or elsewhere(key)
