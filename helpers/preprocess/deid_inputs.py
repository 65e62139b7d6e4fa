"""Read what `clintune deid` takes, one record at a time: text folders, CSV, JSONL, Parquet and FHIR."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from helpers.core.errors import RecordError

EXPECTED = "a folder of .txt or FHIR .json files, or one .csv, .tsv, .jsonl, .parquet or .ndjson file"
TEXT_NAMES = ("text", "note", "note_text", "notes", "body", "content")
ID_NAMES = ("id", "record_id", "note_id", "row_id", "document_id", "doc_id")
PATIENT_NAMES = ("patient", "patient_id", "patient_key", "subject_id", "person_id", "pat_id")
_HEADERS = {
    "NAME": "name first_name last_name middle_name full_name given_name family_name surname patient_name provider "
    "provider_name physician doctor attending mother father contact_name next_of_kin",
    "DATE": "date dob birth_date birthdate date_of_birth death_date dod admission_date discharge_date admit_date "
    "visit_date service_date note_date chartdate charttime admittime dischtime",
    "PHONE": "phone telephone tel mobile cell phone_number home_phone work_phone contact_number",
    "FAX": "fax fax_number",
    "EMAIL": "email e_mail email_address mail",
    "SSN": "ssn social_security social_security_number",
    "MRN": "mrn medical_record_number chart_number hospital_number nhs_number",
    "ADDRESS": "address street street_address address_1 address_2 address_line home_address",
    "LOCATION": "city town county zip zip_code zipcode postcode postal_code",
    "ORGANIZATION": "hospital facility clinic employer organization organisation",
    "HEALTH_PLAN": "insurance_id member_id policy_number health_plan_id",
    "ACCOUNT": "account account_number",
    "URL": "url website",
    "IP": "ip ip_address",
    "AGE": "age",
}
_LABEL_OF = {name: label for label, names in _HEADERS.items() for name in names.split()}
_CONTENT = {
    "EMAIL": re.compile(r"[^@\s]{1,64}@[^@\s]{1,200}\.[a-zA-Z]{2,10}"),
    "SSN": re.compile(r"\d{3}-\d{2}-\d{4}"),
    "PHONE": re.compile(r"(?:\+?1[ .-])?(?:\(\d{3}\) ?|\d{3}[.-])\d{3}[.-]\d{4}"),
    "DATE": re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ][\d:.]+Z?)?|\d{1,2}/\d{1,2}/\d{4}"),
}
_LOOK = 200  # rows whose content is looked at


@dataclass(frozen=True)
class Unit:
    """One record of the input, or why it cannot be read.

    Args:
        place: Line, row or file number, from 1.
        reason: Why it cannot be read, "" where it can.
        row: Its columns; {"text": ...} of a text file; the JSON text of FHIR.
        name: The path of its file inside a folder.
    """

    place: int
    reason: str = ""
    row: Any = None
    name: str = ""


def kind_of(path: Path) -> str:
    """`txt`, `fhir_folder`, `csv`, `tsv`, `jsonl`, `parquet` or `fhir`.

    Raises:
        RecordError: If there is nothing at `path` that can be read.
    """
    if path.is_dir():
        for kind, ending in (("txt", ".txt"), ("fhir_folder", ".json")):
            if next(path.rglob(f"*{ending}"), None):
                return kind
        raise RecordError("The input folder holds nothing to de-identify", expected=EXPECTED)
    if not path.is_file():
        raise RecordError("There is no input", expected=EXPECTED, remedy="check the path")
    kinds = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".parquet": "parquet", ".ndjson": "fhir"}
    if path.suffix.lower() not in kinds:
        raise RecordError("The input is of an unknown form", found=f"ending {path.suffix or 'none'}", expected=EXPECTED)
    if path.stat().st_size == 0:
        raise RecordError("The input is empty", found="0 bytes", expected="at least one record")
    return kinds[path.suffix.lower()]


def files(path: Path, kind: str) -> list[Path]:
    """The files of an input, sorted."""
    if path.is_file():
        return [path]
    return sorted(item for item in path.rglob("*.txt" if kind == "txt" else "*.json") if item.is_file())


def digest(path: Path, kind: str) -> str:
    """Hash of the input: names and contents of its files."""
    total = sha256()
    for item in files(path, kind):
        total.update(str(item.relative_to(path)).encode("utf-8", "surrogateescape") + b"\0")
        with item.open("rb") as file:
            while block := file.read(1 << 20):
                total.update(block)
    return total.hexdigest()


def read(path: Path, kind: str) -> Iterator[Unit]:
    """Every record of the input in its order; never the whole input at once."""
    if kind in ("txt", "fhir_folder"):
        yield from _folder(path, kind)
    elif kind in ("csv", "tsv"):
        yield from _csv(path, "\t" if kind == "tsv" else ",")
    elif kind == "parquet":
        yield from _parquet(path)
    else:
        yield from _lines(path, kind)


def count(path: Path, kind: str) -> int | None:
    """Number of records where it is known without reading them: files of a folder, rows of Parquet, lines."""
    if kind in ("txt", "fhir_folder"):
        return len(files(path, kind))
    if kind == "parquet":
        return pq.read_metadata(path).num_rows
    if kind in ("jsonl", "fhir"):
        with path.open("rb") as file:
            return sum(1 for _ in file)
    return None


def header(path: Path, kind: str) -> list[str]:
    """Column names, for the formats that declare them."""
    if kind == "parquet":
        return pq.read_schema(path).names
    if kind in ("csv", "tsv"):
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            return next(csv.reader(file, delimiter="\t" if kind == "tsv" else ",", strict=True), [])
    return []


def detect(path: Path, kind: str, taken: set[str]) -> dict[str, str]:
    """Column -> label, by the column's name or else by what most of its first values look like."""
    rows = [unit.row for unit in islice(read(path, kind), _LOOK) if not unit.reason]
    found = {}
    for name in dict.fromkeys(name for row in rows for name in row):
        values = [str(row[name]).strip() for row in rows if row.get(name) not in (None, "")]
        by_content = (
            label
            for label, form in _CONTENT.items()
            if values and sum(bool(form.fullmatch(value)) for value in values) > len(values) / 2
        )
        label = _LABEL_OF.get(plain(name)) or next(by_content, None)
        if label and name not in taken:
            found[name] = label
    return found


def plain(name: str) -> str:
    """A column name in lower case with underscores: `First Name`, `firstName` and `first-name` agree."""
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(name)).lower()).strip("_")


def _text_of(data: bytes) -> tuple[str, str]:
    """Text and reason; one of them is empty."""
    if b"\0" in data:
        return "", "binary"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return "", "not UTF-8"
    return (text, "") if text.strip() else ("", "empty")


def _folder(path: Path, kind: str) -> Iterator[Unit]:
    for place, item in enumerate(files(path, kind), start=1):
        text, reason = _text_of(item.read_bytes())
        name = str(item.relative_to(path))
        yield Unit(place, reason, text if kind == "fhir_folder" else {"text": text}, name)


def _lines(path: Path, kind: str) -> Iterator[Unit]:
    with path.open("rb") as file:
        for place, data in enumerate(file, start=1):
            text, reason = _text_of(data.removeprefix(b"\xef\xbb\xbf") if place == 1 else data)
            if reason or kind == "fhir":
                yield Unit(place, reason, text)
                continue
            try:
                row = json.loads(text)
            except (ValueError, RecursionError):
                yield Unit(place, "not JSON")
                continue
            yield Unit(place, "" if isinstance(row, dict) else "not a JSON object", row)


def _csv(path: Path, delimiter: str) -> Iterator[Unit]:
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        names = next(reader, [])
        while True:
            first = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:  # its message names no content
                never_closed = "unexpected end" in str(error)
                yield Unit(first, "a quote that is never closed, to the end" if never_closed else "a misplaced quote")
                continue
            reason = _cells_reason(cells, names)
            yield Unit(reader.line_num, reason, None if reason else dict(zip(names, cells, strict=True)))


def _cells_reason(cells: list[str], names: list[str]) -> str:
    if not any(cell.strip() for cell in cells):
        return "empty"
    if len(cells) != len(names):
        return "another number of columns than the header"
    if any("\0" in cell for cell in cells):
        return "binary"
    if any("\udc80" <= char <= "\udcff" for cell in cells for char in cell if char > "\ud7ff"):
        return "not UTF-8"
    return ""


def _parquet(path: Path) -> Iterator[Unit]:
    place = 0
    for batch in pq.ParquetFile(path).iter_batches(batch_size=256):
        for row in batch.to_pylist():
            place += 1
            yield Unit(place, "", row)
