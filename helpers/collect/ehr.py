"""Electronic health records: one FHIR R4 bundle a patient, as JSON files.

The label stands in `Bundle.meta.tag` under `fhir.LABEL_SYSTEM`, the group of a split under `fhir.GROUP_SYSTEM` (the
patient where there is none). The record id is the bundle's id, or the file's name. Gold spans of the first note, where
somebody marked them, stand in a `*.gold.jsonl` of the same folder as {"id", "spans", "style", "origin"}.
"""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.clinical import fhir
from helpers.collect import intake
from helpers.collect.notes import age_band
from helpers.core.errors import RecordError


def read(path: Path, *, source: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read a bundle, or every `.json` file of a folder.

    Returns:
        Records, and the quarantine of `intake.sort_out`; a file that is no valid bundle is there with its reason.
    """
    gold = _gold(path if path.is_dir() else path.parent)
    return intake.sort_out([_row(file, gold) for file in intake.files(path, "*.json")], source=source)


def _gold(folder: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.glob("*.gold.jsonl")):
        found.update((str(value.get("id")), value) for _, value in intake.json_lines(file) if value is not None)
    return found


def _row(file: Path, gold: dict[str, dict[str, Any]]) -> intake.Row:
    try:
        chart = fhir.read_bundle(file.read_bytes())
    except RecordError as error:
        return intake.Row(file.name, "bundle", {}, str(error).split(". ")[0].rstrip("."))
    key = chart.id or file.stem
    marked = gold.get(key, {})
    spans = marked.get("spans", [])
    if any(not 0 <= span["start"] < span["end"] <= len(chart.notes[0] if chart.notes else "") for span in spans):
        return intake.Row(file.name, "bundle", {}, "gold span outside the first note")
    label = chart.tags.get(fhir.LABEL_SYSTEM, "")
    fields = {
        "record_id": key,
        "patient_key": chart.patient_id,
        "group": chart.tags.get(fhir.GROUP_SYSTEM, ""),
        "kind": "ehr",
        "style": f"fhir_bundle:{marked['style']}" if marked.get("style") else "fhir_bundle",
        "text": chart.text,
        "labels": [label] if label else [],
        "spans": spans,
        "identifiers": list(chart.identifiers),
        "date": chart.seen,
        "sex": chart.sex,
        "age_band": age_band(chart.birth_date, chart.seen),
        "origin": marked.get("origin", ""),
        "provenance": json.dumps({"file": file.name, **marked.get("provenance", {})}),
    }
    return intake.Row(file.name, "bundle", fields)
