"""Table files of any format, one row at a time: CSV, TSV, JSON, JSON lines, Parquet, XLSX, XML and tagged tokens (IOB)."""

import json
import zipfile
from collections.abc import Iterator, Sequence

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.collect.own_tables import cells, delimited, iob, json_objects, places, xml_rows
from helpers.core.errors import RecordError
from helpers.core.task_sources import Columns, Source

ENDINGS = {
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet",
    ".pq": "parquet", ".xlsx": "xlsx", ".xlsm": "xlsx", ".json": "json", ".xml": "xml", ".iob": "iob", ".conll": "iob",
}  # fmt: skip
_BATCH_ROWS = 256
_A_PAGE_AT_A_TIME = {"buffer_size": 1 << 20, "pre_buffer": False}  # without both, a whole row group is held
_SHEET_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}


def read(place: places.Place, source: Source, *, form: str, is_alone: bool = True) -> Iterator[cells.Cells]:
    """Rows of one file, as its block in the task says; memory is bounded by a batch of rows.

    Args:
        place: The file.
        source: The block.
        form: The file's format.
        is_alone: Whether it is the source's only file: an unusable XML file among others is set aside.

    Raises:
        RecordError: If a mapped column is missing or of a type that cannot be one, or the file is damaged.
    """
    columns, wanted = source.columns or Columns(), source.column_names()
    codecs = {"encoding": source.encoding, "fallback": source.encoding_fallback}
    if form == "parquet":
        yield from _parquet(place, columns, wanted)
    elif form == "xlsx":
        yield from _xlsx(place, wanted, source.sheet)
    elif form == "json":
        yield from json_objects.read(place, wanted, **codecs)
    elif form == "iob":
        yield from iob.read(place, wanted, **codecs)
    elif form == "xml":
        yield from xml_rows.read(place, wanted, row=source.row, is_alone=is_alone)
    elif form == "jsonl":
        yield from _json_lines(place, wanted, **codecs)
    else:
        delimiter = source.delimiter or ("\t" if form == "tsv" else ",")
        yield from delimited.read(place, wanted, delimiter=delimiter, **codecs)


def _json_lines(
    place: places.Place, wanted: Sequence[str], *, encoding: str, fallback: str | None
) -> Iterator[cells.Cells]:
    seen: dict[str, None] = {}
    with places.opened(place) as lines:
        for number, data in enumerate(iter(lambda: lines.readline(delimited.MOST_CHARS), b""), start=1):
            if len(data) == delimited.MOST_CHARS and not data.endswith(b"\n"):
                raise RecordError(
                    f"{place.name} is not JSON lines", found=f"line {number} longer than {delimited.MOST_CHARS:,} bytes",
                    expected="one JSON object a line", remedy="write every record in a line of its own",
                )  # fmt: skip
            if not data.strip():
                continue
            read = places.decoded(data.removeprefix(b"\xef\xbb\xbf"), encoding=encoding, fallback=fallback)
            if read is None:
                yield cells.Cells(str(number), {}, f"bytes that are not {encoding}")
                continue
            try:
                value = json.loads(read[0])
            except (ValueError, RecursionError):
                value = None
            if not isinstance(value, dict):
                yield cells.Cells(str(number), {}, "not a JSON object")
                continue
            seen.update(dict.fromkeys(value))
            remark = f"read as {fallback}" if read[1] else ""
            found = {name: cells.reach(value, name) for name in wanted}
            seen.update(dict.fromkeys(name for name in wanted if found[name] is not None))  # nested ones too
            yield cells.Cells(str(number), found, "", remark)
    if seen:  # known only now: an object may leave out what it lacks
        cells.require(list(seen), wanted, file=place.name)


def _parquet(place: places.Place, columns: Columns, wanted: Sequence[str]) -> Iterator[cells.Cells]:
    try:
        with places.opened(place) as handle, pq.ParquetFile(handle, **_A_PAGE_AT_A_TIME) as file:
            cells.require(file.schema_arrow.names, wanted, file=place.name)
            _check_types(file.schema_arrow, columns, wanted, place.name)
            number = 0
            for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=list(wanted)):
                for values in batch.to_pylist():
                    number += 1
                    yield cells.Cells(str(number), values)
    except pa.ArrowException as error:
        raise RecordError(
            f"{place.name} is no whole Parquet file", found=type(error).__name__, remedy="copy or write it again"
        ) from None


def _check_types(schema: pa.Schema, columns: Columns, wanted: Sequence[str], file: str) -> None:
    wrong = []
    for name in wanted:
        kind = schema.field(name).type
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        if name in (columns.labels, columns.references, columns.mentions, *_listed(columns)) and (
            pa.types.is_list(kind) or pa.types.is_large_list(kind)
        ):
            kind = kind.value_type
        is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
        if name in columns.texts and not is_text:
            wrong.append(f"{name} is {kind}, not string")
        elif pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            wrong.append(f"{name} is {kind}, not a plain value")
    if wrong:
        raise RecordError(
            f"{file} has mapped columns of types that cannot be read",
            found="; ".join(wrong),
            expected="text as string; ids, labels and dates as string, number or date; labels also as list of strings",
            remedy="cast or flatten them where the file is written",
        )


def _listed(columns: Columns) -> list[str]:
    """Columns of text that may hold lists."""
    return columns.text if isinstance(columns.text, list) else []


def _xlsx(place: places.Place, wanted: Sequence[str], sheet: str | None) -> Iterator[cells.Cells]:
    with places.opened(place) as handle:
        try:
            book = openpyxl.load_workbook(handle, read_only=True, data_only=True)
        except (zipfile.BadZipFile, KeyError, ValueError):
            raise RecordError(
                f"{place.name} is no XLSX workbook", expected="a workbook of Excel 2007 or later, without a password"
            ) from None
        names = [page.title for page in book.worksheets]
        if sheet not in names and (sheet is not None or len(names) != 1):
            raise RecordError(
                f"{place.name} has no sheet of that name" if sheet else f"{place.name} has several sheets",
                found=cells.shown(names),
                expected=sheet or "one sheet",
                remedy="name one of them as `sheet` in the task",
            )
        page = book[sheet or names[0]]
        page.reset_dimensions()  # some programs write wrong ones
        rows = enumerate(page.iter_rows(values_only=True), start=1)
        header = ["" if name is None else str(name).strip() for name in next(rows, (1, ()))[1]]
        if not any(header):
            yield cells.Cells("1", {}, "empty sheet, or an empty first row")
            return
        while not header[-1]:
            header.pop()
        cells.require(header, wanted, file=place.name)
        at = {name: header.index(name) for name in wanted}
        for number, row in rows:
            if any(value is not None for value in row):
                yield _sheet_row(str(number), row, at, len(header))


def _sheet_row(number: str, row: Sequence[object], at: dict[str, int], width: int) -> cells.Cells:
    if any(value is not None for value in row[width:]):
        return cells.Cells(number, {}, "wrong number of cells")
    values = {name: row[i] if i < len(row) else None for name, i in at.items()}
    if any(isinstance(value, str) and value in _SHEET_ERRORS for value in values.values()):
        return cells.Cells(number, {}, "a spreadsheet error in a mapped cell")
    return cells.Cells(number, values)
