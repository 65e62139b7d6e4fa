"""Tables: CSV or TSV with a header line and one record a row.

Columns: `id` and `text`, and `label` or `references` (several joined by " | ") are needed; `patient_id`, `group`,
`date`, `sex`, `age_band`, `origin`, `style` (what the texts are; "term") and `provenance` are optional. Other columns are
left in the file.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from helpers.collect import intake

REFERENCE_SEPARATOR = " | "
_SAME_NAME = ("date", "sex", "age_band", "origin", "group")


def rows(path: Path) -> Iterator[intake.Row]:
    """Every line of a `.csv` or `.tsv` file, or of all of a folder."""
    for file in intake.files(path, "*.[ct]sv"):
        yield from _rows(file)


def _rows(file: Path) -> Iterator[intake.Row]:
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        reader = csv.DictReader(lines, delimiter="\t" if file.suffix == ".tsv" else ",")
        for number, value in enumerate(reader, start=2):
            if None in value or None in value.values():
                yield intake.Row(file.name, str(number), {}, "wrong number of cells")
                continue
            references = [part.strip() for part in value.get("references", "").split(REFERENCE_SEPARATOR)]
            fields = {
                "record_id": value.get("id", "").strip(),
                "patient_key": value.get("patient_id", ""),
                "kind": "table",
                "style": value.get("style") or "term",
                "text": value.get("text"),
                "labels": [value["label"]] if value.get("label") else [],
                "references": [part for part in references if part],
                "provenance": json.dumps({"file": file.name, "stated": value.get("provenance", "")}),
                **{name: value.get(name, "") for name in _SAME_NAME},
            }
            yield intake.Row(file.name, str(number), fields)
