"""How a file is de-identified: which column is what, and the settings an unfinished run must find again."""

import csv
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from helpers.clinical.deid import engine, surrogates
from helpers.core.errors import RecordError
from helpers.preprocess import deid_inputs


@dataclass(frozen=True)
class Plan:
    """How every record of a run is treated.

    Args:
        kind: See `deid_inputs.kind_of`.
        mode: See `engine.find`.
        output: What replaces an identifier.
        method: HIPAA road.
        key: Secret.
        text: Column of the note.
        record: Column of the record id, "" for none.
        patient: Column of the patient id, "" for none.
        labels: Identifier columns and their labels.
        header: Columns in their order.
        schema: Arrow schema of the input, for Parquet.
    """

    kind: str
    mode: engine.Mode
    output: surrogates.Output
    method: surrogates.Method
    key: bytes = field(repr=False)
    text: str = "text"
    record: str = "id"
    patient: str = "patient"
    labels: dict[str, str] = field(default_factory=dict)
    header: tuple[str, ...] = ()
    schema: pa.Schema | None = None


def of(
    source: Path,
    *,
    kind: str,
    mode: engine.Mode,
    output: surrogates.Output,
    method: surrogates.Method,
    key: bytes,
    given: tuple[str, str, str],
    columns: Mapping[str, str],
) -> Plan:
    """Look at the input's first records and settle which column is what.

    Args:
        source: See `deid_inputs.EXPECTED`.
        kind: See `deid_inputs.kind_of`.
        mode: See `engine.find`.
        output: What replaces an identifier.
        method: HIPAA road.
        key: Secret.
        given: Columns of the note, the record id and the patient id; by their usual names where "".
        columns: Identifier columns and their labels, besides those that are detected.

    Raises:
        RecordError: If the input or its header cannot be read, or a column is missing.
    """
    schema = None
    try:
        if kind == "parquet":
            schema = pq.read_schema(source)
        header = deid_inputs.header(source, kind)
    except (ValueError, OSError, csv.Error):
        raise RecordError("The input cannot be read", found=f"no valid {kind} file") from None
    if len(set(header)) < len(header) or any(char > "\ud7ff" and char < "\ue000" for name in header for char in name):
        raise RecordError("The header cannot be used", expected="UTF-8 and every column name once")
    named = {kind_name: kind_name for kind_name in ("text", "id", "patient")}
    if kind in ("csv", "tsv", "parquet", "jsonl"):
        rows = islice((unit.row for unit in deid_inputs.read(source, kind) if not unit.reason), 200)
        seen = header or list(dict.fromkeys(name for row in rows for name in row))
        missing = len([name for name in (*given, *columns) if name and name not in seen])
        if missing:
            raise RecordError("Named columns are not in the input", found=f"{missing} of the names", expected=seen)
        usual = (deid_inputs.TEXT_NAMES, deid_inputs.ID_NAMES, deid_inputs.PATIENT_NAMES)
        for role, own, names in zip(named, given, usual, strict=True):
            plain = {deid_inputs.plain(name): name for name in reversed(seen)}
            named[role] = own or next((plain[name] for name in names if name in plain), "")
        if not named["text"]:
            raise RecordError("No column holds the text", expected=deid_inputs.TEXT_NAMES, remedy="name --text-column")
        labels = deid_inputs.detect(source, kind, {*named.values(), *columns}) | dict(columns)
    else:
        labels = {}
    return Plan(
        kind, mode, output, method, key, named["text"], named["id"], named["patient"], labels, tuple(header), schema
    )


def settings(source: Path, plan: Plan, *, spans: bool, part: int) -> dict[str, Any]:
    """What must be the same for an unfinished run to go on: the plan, the input, the engine and its data."""
    kept = {name: value for name, value in asdict(plan).items() if name not in ("key", "schema", "header")}
    secret = surrogates.code("settings", key=plan.key, prefix="k-")
    engine_code = sha256()
    for module in sorted(Path(engine.__file__).parent.glob("*.py")):
        engine_code.update(module.read_bytes())
    return {
        **json.loads(json.dumps(kept)),
        "key": secret,
        "spans": spans,
        "part": part,
        "input_sha256": deid_inputs.digest(source, plan.kind),
        "weights_sha256": weights_hash(),
        "engine_sha256": engine_code.hexdigest(),
    }


def weights_hash() -> str:
    """Hash of the engine's data files."""
    total = sha256()
    folder = resources.files("helpers.clinical.deid") / "data"
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_file():
            total.update(item.name.encode() + b"\0" + item.read_bytes())
    return total.hexdigest()
