import gzip
import tracemalloc

import loading
import pytest

from helpers.collect import sources, xml_files
from helpers.collect.own_tables import own_files, places, xml_rows
from helpers.core import task_sources
from helpers.core.errors import RecordError

WARD = """<?xml version="1.0"?>
<w:ward xmlns:w="urn:ward" id="W1"><w:unit>heart</w:unit>
  <note id="n0"/>
  <stay day="2020-01-31"><topic>rhythm</topic><topic>rate</topic>
    <letter w:no="1"><head lang="en">First</head><body>
      Well &amp; at home &lt;1 day.  </body><code>a</code><code>b</code></letter>
    <letter no="2"><head lang="en">Second</head><body><p>One H<sub>2</sub>O.</p><p>Two.</p></body><code>a</code></letter>
  </stay>
  <stay day="2020-02-01"><letter no="3"><head>Third</head><body><![CDATA[a < b]]></body><code/></letter></stay>
</w:ward>"""
PAIR = "<set><pair id='{0}'><q>why {0}</q><a>yes</a></pair></set>"
COLUMNS = {"record_id": "@id", "text": "q", "labels": "a"}


def _cells(path, text, wanted, row="letter", **more):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(xml_rows.read(places.find(str(path))[0], wanted, row=row, **{"is_alone": True} | more))


def _column(path, wanted, row="letter"):
    return [cells.values[wanted] for cells in _cells(path / "in.xml", WARD, [wanted], row)]


def _block(path, **changes):
    return task_sources.Source(
        **{"card": "mine", "kind": "table", "path": str(path), "row": "pair", "columns": COLUMNS} | changes
    )


def test_columns_are_paths_inside_the_row(tmp_path):
    assert _column(tmp_path, "head") == ["First", "Second", "Third"]
    assert _column(tmp_path, "body/p") == [None, ["One H2O.", "Two."], None]
    assert _column(tmp_path, "code") == [["a", "b"], "a", ""]
    assert _column(tmp_path, "head/@lang") == ["en", "en", None]
    assert _column(tmp_path, "@no") == ["1", "2", "3"]  # with and without a namespace
    assert _column(tmp_path, ".", row="head") == ["First", "Second", "Third"]


def test_text_is_taken_as_it_is_written_and_elements_inside_it_as_running_text(tmp_path):
    assert _column(tmp_path, "body") == ["Well & at home <1 day.", "One H2O. Two.", "a < b"]
    found = _cells(tmp_path / "in.xml", "<s><letter><body> a\n\n  b  c </body></letter></s>", ["body"])
    assert found[0].values == {"body": "a\n\n  b  c"}


def test_columns_from_the_root_belong_to_what_is_around_the_row_and_to_nothing_else(tmp_path):
    assert _column(tmp_path, "/ward/@id") == ["W1", "W1", "W1"]
    assert _column(tmp_path, "/ward/unit") == ["heart", "heart", "heart"]
    assert _column(tmp_path, "/ward/stay/@day") == ["2020-01-31", "2020-01-31", "2020-02-01"]
    assert _column(tmp_path, "/ward/stay/topic") == [["rhythm", "rate"], ["rhythm", "rate"], None]
    assert (
        _column(tmp_path, "/*/stay/@day") == _column(tmp_path, "/ward/*/@day") == _column(tmp_path, "/ward/stay/@day")
    )
    assert _column(tmp_path, "/*/unit") == ["heart", "heart", "heart"]
    assert _column(tmp_path, "*/p") == [None, ["One H2O.", "Two."], None]


@pytest.mark.parametrize(
    ("row", "rows"),
    [("letter", 3), ("stay/letter", 3), ("/ward/stay/letter", 3), ("/*/*/letter", 3), ("stay", 2), ("/ward/note", 1)],
)
def test_a_row_is_named_by_its_element_or_by_a_path(tmp_path, row, rows):
    assert len(_cells(tmp_path / "in.xml", WARD, ["."], row)) == rows


def test_of_rows_inside_a_row_the_outer_one_counts(tmp_path):
    found = _cells(tmp_path / "in.xml", "<s><li>a<li>b</li></li><li>c</li></s>", ["."], "li")
    assert [cells.values["."] for cells in found] == ["ab", "c"]


def test_what_a_row_lacks_is_named_in_its_remark(tmp_path):
    found = _cells(tmp_path / "in.xml", WARD, ["head", "head/@lang", "/ward/stay/topic"])
    assert [cells.remark for cells in found] == ["", "", "without head/@lang, /ward/stay/topic"]


def test_a_row_element_that_is_not_there_is_an_error_that_names_those_that_are(tmp_path):
    with pytest.raises(RecordError, match=r"in\.xml .*no element Letter.*Found: .*ward, id, unit.*Expected: Letter"):
        _cells(tmp_path / "in.xml", WARD, ["head"], "Letter")
    with pytest.raises(RecordError, match=r"in\.xml is XML.*Expected: `row` in the source's block"):
        _cells(tmp_path / "in.xml", WARD, ["head"], None)


def test_a_column_that_is_in_no_row_is_an_error_and_nothing_of_a_record_is_in_its_message(tmp_path):
    with pytest.raises(RecordError, match=r"Found: .*letter.*Expected: title, head/@no\. Remedy: mend") as caught:
        _cells(tmp_path / "in.xml", WARD, ["head", "title", "head/@no"])
    assert not [said for said in ("First", "W1", "2020", "rhythm") if said in str(caught.value)]
    with pytest.raises(RecordError, match="names are not shown"):
        _cells(tmp_path / "in.xml", "<s><patient_19400512/></s>", ["head"])


@pytest.mark.parametrize("unit", ["<letter><b>1</b></letter><unit>x</unit>", "<unit><letter><b>1</b></letter></unit>"])
def test_what_stands_after_or_around_its_rows_is_refused_rather_than_left_empty(tmp_path, unit):
    with pytest.raises(RecordError, match=r"stands after rows|holds the rows"):
        _cells(tmp_path / "in.xml", f"<ward>{unit}</ward>", ["b", "/ward/unit"])


BAD = {
    "half.xml": (PAIR.format(1) + "<set>").encode(),
    "entity.xml": b"<!DOCTYPE set [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><set><pair id='2'><q>&x;</q></pair></set>",
    "empty.xml": b"",
    "none.xml": b"<set/>",
    "gone.xml.gz": gzip.compress(PAIR.format(3).encode() * 1000)[:60],
    "other.xml": b"\x89PNG",
}


@pytest.mark.parametrize("name", BAD)
def test_a_lone_bad_file_is_an_error_and_one_among_others_is_set_aside_with_its_reason(tmp_path, name):
    (tmp_path / name).write_bytes(BAD[name])
    with pytest.raises(RecordError, match=rf"^{name} cannot be read as rows: .*Remedy|declares entities"):
        loading.own_files(_block(tmp_path / name))
    (tmp_path / "whole.xml").write_text(PAIR.format("w"))
    records, aside = loading.own_files(_block(tmp_path))
    reason = {"entity.xml": "XML that declares entities", "none.xml": "no element pair"}
    assert aside[["file", "reason"]].values.tolist() == [[name, reason.get(name, "damaged or incomplete XML")]]
    assert "w" in set(records["record_id"])


def test_rows_before_the_damage_of_one_of_several_files_are_kept(tmp_path):
    (tmp_path / "a.xml").write_text("<set>" + "<pair id='1'><q>a</q><a>x</a></pair>" * 2 + "<pair id='2'>")
    (tmp_path / "b.xml").write_text(PAIR.format(9))
    records, aside = loading.own_files(_block(tmp_path))
    assert records["record_id"].tolist() == ["1", "9"]
    assert aside[["row", "reason"]].values.tolist() == [
        ["2", "duplicate id"],
        ["after row 2", "damaged or incomplete XML"],
    ]


def test_empty_texts_labels_that_lack_and_lists_where_one_value_belongs_are_set_aside(tmp_path):
    pairs = "<pair id='1'><q/><a>x</a></pair><pair id='2'><q>t</q></pair><pair><q>t</q><a>x</a></pair>"
    pairs += "<pair id='4'><q>t</q><q>u</q><a>x</a></pair><pair id='5'><q>t</q><a>x</a><a>y</a></pair>"
    (tmp_path / "in.xml").write_text(f"<set>{pairs}</set>")
    records, aside = loading.own_files(_block(tmp_path / "in.xml"))
    assert records["labels"].tolist() == [["x", "y"]]
    assert aside["reason"].tolist() == ["no text", "no label", "no id", "a list or object where one value belongs"]


def test_a_file_that_is_many_times_larger_takes_no_more_memory(tmp_path):
    peaks = []
    for count in (500, 5_000):
        (tmp_path / "in.xml").write_text(
            "<set><list>" + "<skip><x>1</x></skip><pair><q>why, please?</q></pair>" * count + "</list></set>"
        )
        rows = xml_rows.read(places.find(str(tmp_path / "in.xml"))[0], ["q"], row="pair", is_alone=True)
        tracemalloc.start()
        assert sum(1 for _ in rows) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_one_row_too_large_is_refused_and_many_small_ones_of_the_same_size_are_not(tmp_path, monkeypatch):
    monkeypatch.setattr(xml_files, "MOST_BYTES", 2**18)
    many = "<s>" + "<letter>word</letter>" * 50_000 + "</s>"
    assert len(_cells(tmp_path / "in.xml", many, ["."])) == 50_000
    with pytest.raises(RecordError, match="too large"):
        _cells(tmp_path / "in.xml", f"<s><letter>{'word ' * 200_000}</letter></s>", ["."])


def test_many_files_in_runs_give_the_same_records_as_one_by_one_and_the_folder_is_listed_once(tmp_path, monkeypatch):
    for number in range(100):
        (tmp_path / f"{number:03d}.xml").write_text(PAIR.format(number // 2) if number != 50 else "<set>")
    found, listed = places.find, []
    monkeypatch.setattr(places, "find", lambda *args, **more: listed.append(1) or found(*args, **more))
    records, aside = sources.gather([_block(tmp_path / "*.xml")], folder=tmp_path, seed=1)
    assert len(listed) == 1 and len(own_files.parts(_block(tmp_path))) == 50
    alone, alone_aside = loading.own_files(_block(tmp_path / "*.xml"))
    assert len(records) == 50
    assert records.sort_values("record_id", ignore_index=True).equals(alone.sort_values("record_id", ignore_index=True))
    assert aside[["file", "reason"]].values.tolist() == alone_aside[["file", "reason"]].values.tolist()
    assert aside["reason"].value_counts().to_dict() == {"duplicate id": 49, "damaged or incomplete XML": 1}
