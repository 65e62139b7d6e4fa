"""The bytes of an output: part by part, and put together in one step."""

import csv
import io
import json
import os
import shutil
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from helpers.core.errors import StageError
from helpers.preprocess.deid_plan import Plan


def line(value: Any) -> str:
    """One line of JSON."""
    return json.dumps(value, ensure_ascii=False) + "\n"


def part(rows: Sequence[tuple[str, Any]], plan: Plan) -> bytes:
    """A part of the output: of a folder, JSON lines of file name and content that are unfolded at the end.

    Args:
        rows: File name without its ending ("" where there are no files), and a row, or of FHIR a resource's line.
        plan: Of the run.
    """
    if plan.kind == "txt":
        return "".join(line([f"{name}.txt", row["text"]]) for name, row in rows).encode()
    if plan.kind == "fhir_folder":
        return "".join(line([f"{name}.json", row]) for name, row in rows).encode()
    if plan.kind == "fhir":
        return "".join(row for _, row in rows).encode()
    if plan.kind == "jsonl":
        return "".join(line(row) for _, row in rows).encode("utf-8", "backslashreplace")
    if plan.kind == "parquet":
        buffer = io.BytesIO()
        pq.write_table(pa.Table.from_pylist([row for _, row in rows], schema=_schema(plan)), buffer)
        return buffer.getvalue()
    return _csv([[row[name] for name in plan.header] for _, row in rows], plan)


def write_bytes(path: Path, data: bytes) -> None:
    """Put `data` in place in one step, readable by the owner only.

    Raises:
        StageError: If it cannot be written.
    """
    join((), path, head=data)


def join(parts: Sequence[Path], path: Path, head: bytes = b"") -> None:
    """Put `head` and the parts after it in place in one step, readable by the owner only.

    Raises:
        StageError: If it cannot be written.
    """
    unfinished = _unfinished(path)
    try:
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(head)
            for part in parts:
                with part.open("rb") as piece:
                    shutil.copyfileobj(piece, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except OSError as error:
        raise _full(path, error) from error
    finally:
        unfinished.unlink(missing_ok=True)


def finish(parts: Sequence[Path], target: Path, plan: Plan) -> None:
    """The output of a run, of whatever kind."""
    if plan.kind in ("txt", "fhir_folder"):
        _unfold(parts, target)
    elif plan.kind == "parquet":
        unfinished = _unfinished(target)
        with pq.ParquetWriter(unfinished, _schema(plan)) as writer:
            for path in parts:
                writer.write_table(pq.read_table(path))
        os.replace(unfinished, target)
    elif plan.kind in ("csv", "tsv"):
        join(parts, target, _csv([plan.header], plan))
    else:
        join(parts, target)


def digest(path: Path) -> str:
    """Hash of a file, or of names and contents of a folder."""
    total = sha256()
    for item in sorted(path.iterdir()) if path.is_dir() else [path]:
        total.update(item.name.encode() + b"\0" if path.is_dir() else b"")
        with item.open("rb") as file:
            while block := file.read(1 << 20):
                total.update(block)
    return total.hexdigest()


def _csv(rows: Sequence[Sequence[str]], plan: Plan) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter="\t" if plan.kind == "tsv" else ",", lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _schema(plan: Plan) -> pa.Schema:
    """The input's columns without its metadata (which may quote values); replaced columns are strings."""
    strings = {plan.text, plan.record, plan.patient, *plan.labels}
    return pa.schema([(item.name, pa.string() if item.name in strings else item.type) for item in plan.schema])


def _unfold(parts: Sequence[Path], target: Path) -> None:
    folder = _unfinished(target)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    for part in parts:
        with part.open(encoding="utf-8") as lines:
            for line in lines:
                name, content = json.loads(line)
                (folder / name).write_text(content, encoding="utf-8", newline="")
    if target.is_dir():
        shutil.rmtree(target)
    os.replace(folder, target)


def _unfinished(path: Path) -> Path:
    return path.with_name(f".{path.name}.unfinished")


def _full(path: Path, error: OSError) -> StageError:
    return StageError(
        f"{path.name} could not be written", found=error.strerror, remedy="free some disk space and run again"
    )
