import datetime
import json
import random
import tracemalloc

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.collect.own_tables import places, table_files
from helpers.core import task_sources
from helpers.core.errors import RecordError

COLUMNS = {"record_id": "id", "text": "text", "labels": "label", "date": "day"}
ROWS = [("1", "first text", "yes", "2020-01-31"), ("2", "second text", "no", "2020-02-29")]


def _block(path, **changes):
    return task_sources.Source(**{"card": "mine", "kind": "table", "path": str(path), "columns": COLUMNS} | changes)


def _read(path, **changes):
    place = places.find(str(path))[0]
    return list(table_files.read(place, _block(path, **changes), form=table_files.ENDINGS[place.ending]))


def _workbook(path, rows, *, title="Sheet1", others=()):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name in others:
        book.create_sheet(name)
    book.save(path)
    return path


def _write(path, form):
    if form == "parquet":
        pq.write_table(pa.table(dict(zip(COLUMNS_IN_ORDER, zip(*ROWS, strict=True), strict=True))), path)
    elif form == "xlsx":
        _workbook(path, [COLUMNS_IN_ORDER, *ROWS])
    elif form == "jsonl":
        lines = (json.dumps(dict(zip(COLUMNS_IN_ORDER, row, strict=True))) for row in ROWS)
        path.write_text("\n".join(lines), encoding="utf-8")
    else:
        mark = "\t" if form == "tsv" else ","
        path.write_text("\n".join(mark.join(row) for row in [COLUMNS_IN_ORDER, *ROWS]), encoding="utf-8")
    return path


COLUMNS_IN_ORDER = ["id", "text", "label", "day"]


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl", "parquet", "xlsx"])
def test_every_format_gives_the_same_cells(tmp_path, form):
    rows = _read(_write(tmp_path / f"in.{form}", form))
    assert [row.values for row in rows] == [dict(zip(COLUMNS_IN_ORDER, row, strict=True)) for row in ROWS]
    assert not any(row.reason or row.remark for row in rows)


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl", "parquet", "xlsx"])
def test_every_format_refuses_a_mapping_to_a_column_it_lacks(tmp_path, form):
    path = _write(tmp_path / f"in.{form}", form)
    with pytest.raises(RecordError, match=r"Found: id, text, label, day. Expected: subject"):
        _read(path, columns=COLUMNS | {"patient_key": "subject"})


# --- JSON lines


def test_bad_lines_of_json_are_given_with_their_reason(tmp_path):
    path = tmp_path / "in.jsonl"
    good = json.dumps({"id": "1", "text": "ä", "label": "x", "day": None}, ensure_ascii=False).encode()
    path.write_bytes(
        b"\xef\xbb\xbf" + good + b"\n\n{broken\n[1]\n" + good.replace("ä".encode(), b"\xe4") + b"\n" + b"[" * 20000
    )
    assert [(row.row, row.reason) for row in _read(path)] == [
        ("1", ""),
        ("3", "not a JSON object"),
        ("4", "not a JSON object"),
        ("5", "bytes that are not utf-8"),
        ("6", "not a JSON object"),
    ]
    read = _read(path, encoding_fallback="latin-1")[3]
    assert (read.values["text"], read.remark) == ("ä", "read as latin-1")


def test_json_that_is_one_endless_line_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(table_files.delimited, "MOST_CHARS", 1000)
    (tmp_path / "in.jsonl").write_text("[" + "1, " * 1000)
    with pytest.raises(RecordError, match="is not JSON lines"):
        _read(tmp_path / "in.jsonl")


# --- Parquet


def test_parquet_keeps_days_numbers_and_lists_of_labels(tmp_path):
    day = datetime.date(2020, 1, 31)
    pq.write_table(
        pa.table({"id": [7], "text": pa.array(["a"], pa.large_string()), "label": [["x", "y"]], "day": [day]}),
        tmp_path / "in.parquet",
    )
    assert _read(tmp_path / "in.parquet")[0].values == {"id": 7, "text": "a", "label": ["x", "y"], "day": day}


@pytest.mark.parametrize(
    ("column", "values", "says"),
    [
        ("text", [1, 2], "text is int64, not string"),
        ("text", [["a"], ["b"]], "text is list<.*not string"),
        ("text", [b"a", b"b"], "text is binary, not string"),
        ("id", [{"a": 1}, {"a": 2}], "id is struct<.*not a plain value"),
        ("label", [[["a"]], [["b"]]], "label is list<.*not a plain value"),
        ("day", [[1], [2]], "day is list<.*not a plain value"),
    ],
)
def test_nested_and_wrong_types_of_parquet_are_named(tmp_path, column, values, says):
    table = {"id": ["1", "2"], "text": ["a", "b"], "label": ["x", "y"], "day": ["2020", "2021"]} | {column: values}
    pq.write_table(pa.table(table), tmp_path / "in.parquet")
    with pytest.raises(RecordError, match=f"types that cannot be read. Found: {says}"):
        _read(tmp_path / "in.parquet")


def test_nested_columns_that_are_not_mapped_do_no_harm(tmp_path):
    table = {name: ["1"] for name in COLUMNS_IN_ORDER} | {"extra": [{"a": 1}]}
    pq.write_table(pa.table(table), tmp_path / "in.parquet")
    assert len(_read(tmp_path / "in.parquet")) == 1


def test_a_large_row_group_of_parquet_is_never_held_whole(tmp_path):
    path, draw = tmp_path / "in.parquet", random.Random(1)
    text = [draw.randbytes(1000).hex() for _ in range(8000)]
    columns = {"id": text, "text": text, "label": ["a"] * 8000, "day": ["2020"] * 8000}
    pq.write_table(pa.table(columns), path, compression="none", use_dictionary=False)
    assert path.stat().st_size > 30_000_000
    del text, columns
    place, before, most = places.find(str(path))[0], pa.total_allocated_bytes(), 0
    tracemalloc.start()
    for number, _ in enumerate(table_files.read(place, _block(path), form="parquet"), start=1):  # noqa: B007
        most = max(most, pa.total_allocated_bytes() - before)
    most += tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert number == 8000 and 0 < most < 15_000_000


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9])
def test_a_parquet_file_that_is_cut_off_is_an_error(tmp_path, share):
    path = _write(tmp_path / "in.parquet", "parquet")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(RecordError, match=r"in\.parquet is no whole Parquet file"):
        _read(path)


def test_a_damaged_page_of_parquet_is_an_error(tmp_path):
    path = tmp_path / "in.parquet"
    table = pa.table({name: [f"{name} {i} {i * i}" for i in range(2000)] for name in COLUMNS_IN_ORDER})
    pq.write_table(table, path, write_page_checksum=False)
    spoilt = bytearray(path.read_bytes())
    spoilt[200:1500] = b"\xff" * 1300
    path.write_bytes(bytes(spoilt))
    with pytest.raises(RecordError, match=r"in\.parquet (is no whole Parquet|cannot be read to its end)"):
        _read(path)


# --- XLSX


def test_days_and_numbers_of_a_sheet_keep_their_type_and_blank_rows_are_passed_over(tmp_path):
    day = datetime.datetime(2020, 1, 31)
    path = _workbook(tmp_path / "in.xlsx", [COLUMNS_IN_ORDER, (7, "a", True, day), (), (8, "b")])
    rows = _read(path)
    assert [row.row for row in rows] == ["2", "4"]
    assert rows[0].values == {"id": 7, "text": "a", "label": True, "day": day}
    assert rows[1].values == {"id": 8, "text": "b", "label": None, "day": None}


def test_a_cell_beyond_the_header_and_a_sheets_own_errors_set_their_row_aside(tmp_path):
    path = _workbook(tmp_path / "in.xlsx", [COLUMNS_IN_ORDER, ("1", "a", "x", None, "more"), ("2", "a", "#N/A")])
    assert [row.reason for row in _read(path)] == ["wrong number of cells", "a spreadsheet error in a mapped cell"]


def test_a_sheet_must_be_there_and_named_where_there_are_several(tmp_path):
    path = _workbook(tmp_path / "in.xlsx", [COLUMNS_IN_ORDER, *ROWS], title="Letters", others=["Key"])
    assert len(_read(path, sheet="Letters")) == 2
    with pytest.raises(RecordError, match=r"no sheet of that name. Found: Letters, Key. Expected: Notes"):
        _read(path, sheet="Notes")
    with pytest.raises(RecordError, match=r"several sheets. Found: Letters, Key"):
        _read(path)
    assert [row.reason for row in _read(path, sheet="Key")] == ["empty sheet, or an empty first row"]


@pytest.mark.parametrize("content", [b"", b"no workbook", b"\xd0\xcf\x11\xe0" + b"\0" * 600])
def test_what_is_no_workbook_is_an_error(tmp_path, content):
    (tmp_path / "in.xlsx").write_bytes(content)
    with pytest.raises(RecordError, match=r"in\.xlsx is no XLSX workbook"):
        _read(tmp_path / "in.xlsx")
