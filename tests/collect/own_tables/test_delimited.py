import tracemalloc

import pytest

from helpers.collect.own_tables import delimited, places
from helpers.core.errors import RecordError


def _read(tmp_path, content, *, wanted=("id", "text"), delimiter=",", encoding="utf-8", fallback=None):
    path = tmp_path / "in.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    place = places.find(str(path))[0]
    return list(delimited.read(place, wanted, delimiter=delimiter, encoding=encoding, fallback=fallback))


def _said(rows):
    return [(row.row, row.reason or row.values["text"]) for row in rows]


def test_rows_come_with_the_line_they_begin_in_and_quoted_lines_stay_whole(tmp_path):
    rows = _read(tmp_path, '\ufeffid, text ,x\r\n1,"a, ""b""\nc",-\r\n\r\n2,d,-\r\n')
    assert _said(rows) == [("2", 'a, "b"\nc'), ("5", "d")]
    assert rows[0].values == {"id": "1", "text": 'a, "b"\nc'}


def test_another_delimiter_is_obeyed(tmp_path):
    assert _said(_read(tmp_path, "id|text\n1|a,b\n", delimiter="|")) == [("2", "a,b")]


def test_ragged_rows_are_given_with_their_reason(tmp_path):
    assert _said(_read(tmp_path, "id,text\n1,a\n2\n3,b,c\n4,d\n")) == [
        ("2", "a"),
        ("3", "wrong number of cells"),
        ("4", "wrong number of cells"),
        ("5", "d"),
    ]


def test_a_misplaced_quote_costs_its_own_row_only(tmp_path):
    rows = _read(tmp_path, 'id,text\n1,"a "quoted" b"\n2,c\n3,he said "no"\n')
    assert _said(rows) == [("2", "a misplaced quote"), ("3", "c"), ("4", 'he said "no"')]


@pytest.mark.parametrize("tail", ['2,"b\n3,c\n', '2,"b "c" d"e" \n3,f\n', '2,"b\nc" d, "e\n3,f\n'])
def test_a_quote_that_stays_open_is_an_error_and_never_makes_a_row_of_what_follows(tmp_path, tail):
    with pytest.raises(RecordError, match=r"in\.csv has a quote that is never closed.*line 3"):
        _read(tmp_path, "id,text\n1,a\n" + tail)


def test_a_quote_open_in_the_header_is_an_error(tmp_path):
    with pytest.raises(RecordError, match=r"never closed.*line 1"):
        _read(tmp_path, '"id,text\n1,a\n')


def test_bytes_of_another_encoding_are_set_aside_or_read_as_the_stated_one_and_remarked(tmp_path):
    content = "id,text\n1,Fußschmerz\n".encode() + "2,Übelkeit\n".encode("cp1252") + b"3,plain\n"
    rows = _read(tmp_path, content)
    assert _said(rows) == [("2", "Fußschmerz"), ("3", "bytes that are not utf-8"), ("4", "plain")]
    rows = _read(tmp_path, content, fallback="cp1252")
    assert _said(rows) == [("2", "Fußschmerz"), ("3", "Übelkeit"), ("4", "plain")]
    assert [row.remark for row in rows] == ["", "read as cp1252", ""]


def test_an_encoding_that_is_stated_is_used(tmp_path):
    assert _said(_read(tmp_path, "id,text\n1,Übelkeit\n", encoding="latin-1")) == [("2", "Übelkeit")]
    assert _said(_read(tmp_path, "id,text\n1,Übelkeit\n", encoding="utf-16")) == [("2", "Übelkeit")]
    with pytest.raises(RecordError, match="is not written in utf-16"):
        _read(tmp_path, "id,text\n1,Übelkeit\n".encode("utf-16")[:-1], encoding="utf-16")


def test_an_empty_file_is_one_row_with_a_reason_and_a_header_alone_is_none(tmp_path):
    for nothing in ("", "\n", ",,\n"):
        assert [row.reason for row in _read(tmp_path, nothing)] == ["empty file, or an empty first line"]
    assert _read(tmp_path, "id,text\n") == []


def test_a_nul_character_sets_its_row_aside(tmp_path):
    assert _said(_read(tmp_path, "id,text\n1,a\0b\n2,c\n")) == [("2", "a NUL character"), ("3", "c")]


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("id,text\n")
        file.writelines(f"{i},{'word ' * 200}\n" for i in range(10_000))
    assert path.stat().st_size > 9_000_000
    tracemalloc.start()
    place = places.find(str(path))[0]
    count = sum(1 for _ in delimited.read(place, ["id", "text"], delimiter=",", encoding="utf-8", fallback=None))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 10_000 and peak < 2_000_000
