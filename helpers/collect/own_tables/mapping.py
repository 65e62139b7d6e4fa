"""From the cells of a user's own table to the fields of a record, as the `columns` of its block say."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from helpers.clinical import mentions
from helpers.clinical.deid.spans import LABELS
from helpers.collect import intake
from helpers.collect.notes import age_band, band
from helpers.collect.own_tables import cells, iso_dates
from helpers.core.errors import RecordError
from helpers.core.task_sources import Columns, Source

OLDEST_YEARS = 130


def check(source: Source) -> None:
    """Refuse a block whose known identifiers have labels that de-identification does not know.

    Raises:
        RecordError: Naming the columns.
    """
    unknown = [name for name, label in (source.columns or Columns()).identifiers.items() if label not in LABELS]
    if unknown:
        raise RecordError(
            f"Identifier columns of the source `{source.card}` have no label",
            found=", ".join(unknown),
            expected=f"column: label, of {', '.join(LABELS)}",
            remedy="mend `columns.identifiers` in the task",
        )


def to_row(found: cells.Cells, source: Source, *, file: str, form: str, text: str | None = None) -> intake.Row:
    """A record's fields, or the reason why the row is none.

    Dates become ISO; one that cannot be read, or could be two days, is left empty, for the record is whole without it, and
    a remark in `provenance` counts it. An empty patient, where patients are mapped, sets the row aside: nobody could
    keep it on one side of a split.

    Args:
        found: Mapped cells of one row.
        source: Its block.
        file: Name of its file, for provenance and quarantine.
        form: The file's format; the record's style where no column says it.
        text: The text where it does not stand in the table.
    """
    if found.reason:
        return intake.Row(file, found.row, {}, found.reason)
    columns = source.columns or Columns()
    several = columns.text if isinstance(columns.text, list) else []
    lists = (columns.labels, columns.references, columns.mentions, *several)
    if any(isinstance(value, dict) or (isinstance(value, list) and name not in lists)
           for name, value in found.values.items()):  # fmt: skip
        return intake.Row(file, found.row, {}, "a list or object where one value belongs")
    said = {
        name: plain(found.values.get(column)) for name, column in columns if isinstance(column, str) and name != "text"
    }
    if columns.patient_key and not said["patient_key"]:
        return intake.Row(file, found.row, {}, "no patient")
    remarks = [found.remark] if found.remark else []
    day, born = (_day(found.values, column, source, remarks) for column in (columns.date, columns.birth_date))
    fields = {
        "record_id": said["record_id"] if columns.record_id else _hash_of(found.values),
        "patient_key": said.get("patient_key", ""),
        "group": said.get("group", ""),
        "kind": source.kind,
        "style": said.get("style") or form,
        "text": _text(found.values, columns) if text is None else text,
        "labels": _several(found.values.get(columns.labels), source.label_separator),
        "references": _references(found.values, columns, source.label_separator),
        "identifiers": _known(found.values, columns, born, source.date_format),
        "date": day,
        "sex": said.get("sex", ""),
        "age_band": said.get("age_band") or _aged(said.get("age", ""), born, day, remarks),
        "origin": said.get("origin", ""),
    }
    if source.split is not None and source.split.column:
        fields["published_split"] = source.split.side_of(plain(found.values.get(source.split.column)))
    provenance = {"file": file, "row": found.row} | ({"remarks": remarks} if remarks else {})
    return intake.Row(file, found.row, {**fields, "provenance": json.dumps(provenance)})


def plain(value: Any) -> str:
    """A cell as text: "" for nothing, 7 for 7.0, true for True, ISO for a day; white space around it goes.

    >>> plain(7.0), plain(True), plain(None), plain(" a ")
    ('7', 'true', '', 'a')
    """
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def _text(values: Mapping[str, Any], columns: Columns) -> Any:
    if not isinstance(columns.text, list):
        return values.get(columns.text)
    cells_ = [values.get(name) for name in columns.text]
    parts = [part for cell in cells_ for part in (cell if isinstance(cell, list) else [cell])]
    return "\n\n".join(said for part in parts if (said := plain(part)))


def _references(values: Mapping[str, Any], columns: Columns, separator: str | None) -> list[str]:
    """What is to be written; of mentions one answer that names them all, repeated ones as often as they come."""
    if columns.mentions is None:
        return _several(values.get(columns.references), separator)
    said = values.get(columns.mentions)
    parts = _parts(said, separator)
    if not parts and not isinstance(said, list):
        return []  # an empty cell may be one that nobody has looked at
    return [mentions.write(name for part in parts for name in mentions.read(part))]


def _several(value: Any, separator: str | None) -> list[str]:
    return list(dict.fromkeys(_parts(value, separator)))


def _parts(value: Any, separator: str | None) -> list[str]:
    if not isinstance(value, list):
        value = plain(value).split(separator) if separator else [value]
    return [said for part in value if (said := plain(part))]


def _day(values: Mapping[str, Any], column: str | None, source: Source, remarks: list[str]) -> str:
    day, remark = iso_dates.iso(values.get(column), source.date_format)
    if remark and remark not in remarks:
        remarks.append(remark)
    return day


def _aged(age: str, born: str, day: str, remarks: list[str]) -> str:
    if not age:
        return age_band(born, day)
    try:
        years = float(age.replace(",", "."))
    except ValueError:
        years = -1.0
    if not 0 <= years <= OLDEST_YEARS:
        remarks.append("an age that cannot be read, left empty")
        return ""
    return band(years)


def _known(values: Mapping[str, Any], columns: Columns, born: str, formats: list[str]) -> list[dict[str, str]]:
    """What is known of the patient; dates the ISO way, where they can be read, so that every form of them is found."""
    known = []
    for name, label in columns.identifiers.items():
        day = iso_dates.iso(values[name], formats)[0] if label == "DATE" else ""
        known.append({"label": label, "value": day or plain(values[name])})
    if columns.birth_date:
        known.append({"label": "DATE", "value": born or plain(values[columns.birth_date])})
    return [item for item in known if item["value"]]


def _hash_of(values: Mapping[str, Any]) -> str:
    """An id that the order of rows does not change; rows that say the same have the same."""
    said = json.dumps({name: values[name] for name in sorted(values)}, default=str, sort_keys=True)
    return "row-" + hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:24]
