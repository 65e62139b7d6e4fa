"""FHIR bulk data: a folder of `.ndjson` files (or `.ndjson.gz`), one resource a line; and bundles by the same road.

The files may be in any order and hold any mixture of types: they are brought together by patient on disk, so that memory
holds one patient at a time however large the export.
"""

import gzip
import json
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from helpers.collect import intake
from helpers.collect.health_records import fhir_records, fhir_store
from helpers.collect.health_records.fhir_store import Item
from helpers.collect.health_records.labels import Labels
from helpers.core.errors import RecordError

MAX_LINE = 64 * 2**20  # bytes of one resource; a longer one is set aside


def files(path: Path) -> list[Path]:
    """The NDJSON files at `path`, itself or a folder, by name; none where there are none."""
    found = [path] if path.is_file() else [*path.glob("*.ndjson"), *path.glob("*.ndjson.gz")]
    return sorted(file for file in found if file.name.endswith((".ndjson", ".ndjson.gz")))


def rows(path: Path, table: Labels, *, scratch: Path | None = None) -> Iterator[intake.Row]:
    """Read an export: one row a patient, and the quarantine rows of what is set aside.

    Args:
        path: A file, or a folder of files.
        table: What tells the labels.
        scratch: Where the store lies meanwhile, the system's own temporary folder for None. It needs about as much room as
            the unpacked export.

    Raises:
        RecordError: If a gzip file is broken off or damaged. What it lacks could belong to any patient, so none is read.
    """
    for other in sorted(path.glob("*.json")) if path.is_dir() else []:
        yield intake.Row(other.name, "file", {}, "a .json file beside .ndjson files is not read")
    with (
        tempfile.TemporaryDirectory(prefix="fhir-", dir=scratch) as folder,  # mode 0700: patients' records lie in it
        fhir_store.opened(Path(folder) / "resources.sqlite") as store,
    ):
        for file in files(path):
            yield from fhir_store.fill(store, _lines(file))
        yield from fhir_records.rows(store, table)


def bundle_rows(path: Path, table: Labels) -> Iterator[intake.Row]:
    """Read bundles, one or several patients each, as timelines; ids need to be unique within a file only."""
    for file in intake.files(path, "*.json"):
        with fhir_store.opened() as store:
            yield from fhir_store.fill(store, entries(file.name, file.read_bytes()))
            yield from fhir_records.rows(store, table)


def entries(name: str, content: bytes) -> Iterator[Item]:
    """The resources in a bundle; one item with a reason where it is no bundle."""
    try:
        bundle = fhir_store.parse(content)
    except RecordError:
        yield Item(name, "bundle", reason="A bundle is not JSON")
        return
    if bundle.get("resourceType") != "Bundle" or not isinstance(bundle.get("entry") or [], list):
        yield Item(name, "bundle", reason="A file is not a Bundle")
        return
    for number, entry in enumerate(bundle.get("entry") or [], start=1):
        entry = entry if isinstance(entry, dict) else {}
        if isinstance(entry.get("resource"), dict):
            body = json.dumps(entry["resource"]).encode()
            yield Item(name, f"entry {number}", body, str(entry.get("fullUrl") or ""))
        elif "response" not in entry:
            yield Item(name, f"entry {number}", reason="An entry without a resource")


def _lines(file: Path) -> Iterator[Item]:
    with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as content:
        try:
            for number, line in enumerate(_whole(content), start=1):
                if len(line) > MAX_LINE:
                    yield Item(file.name, str(number), reason=f"a line of more than {MAX_LINE // 2**20} MiB")
                elif line.strip():
                    yield Item(file.name, str(number), line)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise RecordError(
                f"{file.name} is not whole", found=type(error).__name__, expected="a complete gzip file",
                remedy="export or copy it again; until then no patient's record is known to be complete",
            ) from None  # fmt: skip


def _whole(content: BinaryIO) -> Iterator[bytes]:
    """Lines; of one that is too long its beginning only, so that no line fills the memory."""
    while line := content.readline(MAX_LINE + 1):
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = content.readline(MAX_LINE + 1)
        yield line
