"""Journal knowledge: JSON lines with one statement an object, and no person in it.

Fields of a line: `id`, `text` and `label` are needed; `group`, `date` and `provenance` (an object, such as PMIDs and
the release of a database) are optional. Publications are provenance and never part of the text.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from helpers.collect import intake


def read(path: Path, *, source: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read a `.jsonl` file, or all of a folder.

    Returns:
        Records, and the quarantine of `intake.sort_out`.
    """
    rows = [row for file in intake.files(path, "*.jsonl") for row in _rows(file)]
    return intake.sort_out(rows, source=source)


def _rows(file: Path) -> Iterator[intake.Row]:
    for number, value in intake.json_lines(file):
        if value is None:
            yield intake.Row(file.name, str(number), {}, "not a JSON object")
            continue
        provenance = value.get("provenance") if isinstance(value.get("provenance"), dict) else {}
        fields = {
            "record_id": str(value.get("id") or ""),
            "group": str(value.get("group") or ""),
            "kind": "journal",
            "style": "literature_statement",
            "text": value.get("text"),
            "labels": [str(value["label"])] if value.get("label") else [],
            "date": str(value.get("date") or ""),
            "provenance": json.dumps({"file": file.name, **provenance}),
        }
        yield intake.Row(file.name, str(number), fields)
