"""Clinical notes: JSON lines with one note an object, and the patient's registered demographics beside the text.

Fields of a line: `id`, `text` and `label` are needed; `patient_id`, `group`, `date` (ISO), `style`, `origin` and
`provenance` (an object) are optional; `patient` is an object with any of `DEMOGRAPHICS`, `sex` and `birth_date`.
Gold spans, where somebody marked them, stand in `<name>.gold.jsonl` as {"id", "spans": [{"start", "end", "label"}]}.
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from helpers.collect import intake

# Registered field -> identifier label. Names are taken whole and in parts.
DEMOGRAPHICS = {
    "given": "NAME", "middle": "NAME", "surname": "NAME", "contact_name": "NAME", "birth_date": "DATE", "mrn": "MRN",
    "account": "ACCOUNT", "ssn": "SSN", "member_id": "HEALTH_PLAN", "phone": "PHONE", "work_phone": "PHONE",
    "email": "EMAIL", "street": "ADDRESS", "city": "LOCATION", "county": "LOCATION", "zip": "LOCATION",
}  # fmt: skip


def rows(path: Path) -> Iterator[intake.Row]:
    """Every line of a `.jsonl` file, or of all of a folder."""
    for file in intake.files(path, "*.jsonl"):
        yield from _rows(file)


def age_band(birth: str, seen: str) -> str:
    """Band of the age in years between two ISO dates, "" where one is missing or wrong.

    >>> age_band("1926-03-01", "2018-05-02")
    '90+'
    """
    try:
        born, then = date.fromisoformat(birth), date.fromisoformat(seen[:10])
    except ValueError:
        return ""
    return band(then.year - born.year - ((then.month, then.day) < (born.month, born.day)))


def band(years: float) -> str:
    """Band of an age in years, "" where it is negative."""
    bands = ((18, "0-17"), (40, "18-39"), (65, "40-64"), (90, "65-89"))
    return "" if years < 0 else next((band for limit, band in bands if years < limit), "90+")


def _rows(file: Path) -> Iterator[intake.Row]:
    gold = intake.gold_spans(file)
    for number, value in intake.json_lines(file):
        if value is None:
            yield intake.Row(file.name, str(number), {}, "not a JSON object")
            continue
        spans = gold.get(str(value.get("id")), [])
        text = value.get("text")
        if isinstance(text, str) and any(not 0 <= span["start"] < span["end"] <= len(text) for span in spans):
            yield intake.Row(file.name, str(number), {}, "gold span outside the text")
            continue
        yield intake.Row(file.name, str(number), _fields(value, spans, file))


def _fields(value: dict[str, Any], spans: list[dict[str, Any]], file: Path) -> dict[str, Any]:
    person = value.get("patient") if isinstance(value.get("patient"), dict) else {}
    person = {key: str(entry) for key, entry in person.items() if entry}
    full = " ".join(person[part] for part in ("given", "middle", "surname") if part in person)
    known = [{"label": "NAME", "value": full}] if full else []
    known += [{"label": label, "value": person[key]} for key, label in DEMOGRAPHICS.items() if key in person]
    seen = str(value.get("date") or "")
    provenance = value.get("provenance") if isinstance(value.get("provenance"), dict) else {}
    return {
        "record_id": str(value.get("id") or ""),
        "patient_key": str(value.get("patient_id") or ""),
        "group": str(value.get("group") or ""),
        "kind": "clinical_note",
        "style": str(value.get("style") or ""),
        "text": value.get("text"),
        "labels": [str(value["label"])] if value.get("label") else [],
        "spans": spans,
        "identifiers": known,
        "date": seen,
        "sex": person.get("sex", ""),
        "age_band": age_band(person.get("birth_date", ""), seen),
        "origin": str(value.get("origin") or ""),
        "provenance": json.dumps({"file": file.name, **provenance}),
    }
