import json

import loading
import pytest

from helpers.collect.own_tables import json_objects
from helpers.core import task_sources
from helpers.core.errors import RecordError

COLUMNS = {"record_id": "key", "text": ["question", "about.parts"], "labels": "label"}
ROWS = {
    "7": {"question": "Why?", "about": {"parts": ["One.", "", "Two."]}, "label": "yes"},
    "8": {"question": "How?", "about": {"parts": ["Three."]}, "label": "no"},
}


def _read(path, value, **changes):
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    block = {"card": "mine", "kind": "journal", "path": str(path), "columns": COLUMNS} | changes
    return loading.own_files(task_sources.Source(**block))


def test_an_object_of_objects_gives_its_keys_and_texts_of_several_columns_become_paragraphs(tmp_path):
    records, aside = _read(tmp_path / "in.json", ROWS)
    assert aside.empty and records["record_id"].tolist() == ["7", "8"]
    assert records["text"].tolist() == ["Why?\n\nOne.\n\nTwo.", "How?\n\nThree."]
    assert records["labels"].tolist() == [["yes"], ["no"]]


def test_a_list_of_objects_and_json_lines_give_the_same_records(tmp_path):
    listed = [{"key": key} | row for key, row in ROWS.items()]
    wanted, _ = _read(tmp_path / "in.json", ROWS)
    for name, value in (("list.json", listed), ("in.jsonl", "\n".join(map(json.dumps, listed)))):
        records, aside = _read(tmp_path / name, value)
        columns = ["record_id", "text", "labels"]
        assert aside.empty and records[columns].equals(wanted[columns])


def test_what_is_no_row_is_set_aside_and_a_missing_column_named(tmp_path):
    records, aside = _read(tmp_path / "in.json", ROWS | {"9": "a word"})
    assert len(records) == 2 and aside[["row", "reason"]].values.tolist() == [["3", "not a JSON object"]]
    with pytest.raises(RecordError, match=r"Found: key, question, about.*Expected: about\.chapters, verdict"):
        _read(tmp_path / "in.json", ROWS, columns={"text": ["question", "about.chapters"], "labels": "verdict"})


@pytest.mark.parametrize("value", ["", "{", "[" * 100000, '"words"', "[1, 2"])
def test_what_is_no_json_of_rows_is_an_error_that_names_the_other_form(tmp_path, value):
    with pytest.raises(RecordError, match=r"in\.json holds no rows.*JSON lines"):
        _read(tmp_path / "in.json", value)


def test_a_file_too_large_to_hold_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(json_objects, "MOST_BYTES", 100)
    with pytest.raises(RecordError, match="more than 100 bytes"):
        _read(tmp_path / "in.json", ROWS)


def test_json_beside_a_table_describes_it_and_is_set_aside(tmp_path):
    (tmp_path / "about.json").write_text("{}")
    (tmp_path / "in.csv").write_text("key,question,label\n1,Why?,yes\n")
    block = {"card": "mine", "kind": "table", "path": str(tmp_path)}
    records, aside = loading.own_files(task_sources.Source(**block, columns={"text": "question", "labels": "label"}))
    assert len(records) == 1 and aside["reason"].tolist() == ["another format than csv"]
