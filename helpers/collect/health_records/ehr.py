"""Electronic health records, told by the source's path.

- A `.json` file or a folder of them: FHIR R4 bundles of one patient each, read as `fhir.read_bundle` says. The label stands
  in `Bundle.meta.tag` under `fhir.LABEL_SYSTEM`, the group of a split under `fhir.GROUP_SYSTEM` (the patient where there is
  none). The record id is the bundle's id, or the file's name. Gold spans of the first note, where somebody marked them,
  stand in a `*.gold.jsonl` of the same folder as {"id", "spans", "style", "origin"}.
- The same with a table of `labels`: timelines, for any bundles (`fhir_bulk.bundle_rows`).
- An `.ndjson` file or a folder of them, gzipped or not: FHIR bulk data (`fhir_bulk`).
- `fhir+https://host/base`: a live FHIR server (`fhir_server`).
- `omop:NAME` or `omop:file.sqlite`: an OMOP CDM 5.4 database (`omop`).

`labels` says how the last four get their labels; FHIR sources without it take the tag on the Patient resource.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from helpers.clinical import fhir
from helpers.collect import intake
from helpers.collect.health_records import fhir_bulk, fhir_server, omop
from helpers.collect.health_records import labels as labelling
from helpers.collect.notes import age_band
from helpers.core import paths
from helpers.core.errors import RecordError


def rows(
    path: Path | str,
    *,
    source: str,
    labels: Path | None = None,
    unit: omop.Unit = "patient",
    scratch: Path | None = None,
    cards: Path = paths.DATA_CARDS,
) -> Iterator[intake.Row]:
    """Every record of a source of health records; what is not valid comes with its reason.

    Args:
        path: A file, a folder, or an address as above.
        source: Name of the data card.
        labels: Table of labels, see `helpers.collect.health_records.labels`.
        unit: A record a patient; or, of OMOP alone, a record a note.
        scratch: Folder for what is worth keeping if the reading is interrupted.
        cards: Folder of the data cards; a server must be named in `hosts` of its card.
    """
    table = labelling.read(labels)
    if scratch is not None:
        scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    if unit == "note" and not is_database(path):
        raise RecordError(
            "Only an OMOP source gives a record a note", found=f"unit `{unit}`", expected="unit `patient`"
        )
    if is_database(path):
        return omop.rows(str(path), table, unit=unit)
    if is_server(path):
        return fhir_server.rows(str(path), table, card=source, scratch=scratch, cards=cards)
    if fhir_bulk.files(Path(path)):
        return fhir_bulk.rows(Path(path), table, scratch=scratch)
    if table.by:
        return fhir_bulk.bundle_rows(Path(path), table)
    return _charts(Path(path))


def is_server(path: Path | str) -> bool:
    """Whether a source's path is a FHIR server's address."""
    return str(path).startswith(fhir_server.PREFIX)


def is_database(path: Path | str) -> bool:
    """Whether a source's path is an OMOP database."""
    return str(path).startswith(omop.PREFIX)


def _charts(path: Path) -> Iterator[intake.Row]:
    gold = _gold(path if path.is_dir() else path.parent)
    for file in intake.files(path, "*.json"):
        yield _row(file, gold)


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
