"""Put finished parts together into one output, in one step."""

import json
import os
import shutil
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq

from helpers.core.errors import StageError
from helpers.preprocess import deid_batch


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


def finish(parts: Sequence[Path], target: Path, plan: deid_batch.Plan) -> None:
    """The output of a run, of whatever kind."""
    if plan.kind in ("txt", "fhir_folder"):
        _unfold(parts, target)
    elif plan.kind == "parquet":
        unfinished = _unfinished(target)
        with pq.ParquetWriter(unfinished, deid_batch.output_schema(plan)) as writer:
            for part in parts:
                writer.write_table(pq.read_table(part))
        os.replace(unfinished, target)
    elif plan.kind in ("csv", "tsv"):
        join(parts, target, deid_batch.header_line(plan))
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
