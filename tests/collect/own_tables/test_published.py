"""Train, validation and test as published, and how 02 keeps to them."""

import json

import loading
import pyarrow.parquet as pq
import pytest

from helpers.collect import buckets, sources
from helpers.collect.own_tables import own_files
from helpers.core import records as schema
from helpers.core import task_sources
from helpers.core.errors import LeakageError, RecordError
from helpers.preprocess import duplicates, splits

COLUMNS = {"record_id": "id", "text": "text", "labels": "label"}


def _block(path, **changes):
    return task_sources.Source(**{"card": "mine", "kind": "table", "path": str(path), "columns": COLUMNS} | changes)


def _csv(path, ids, *, fold=None, group=None):
    rows = [f"{i},words of {i},x,{'' if fold is None else fold(i)},{i if group is None else group(i)}" for i in ids]
    path.write_text("\n".join(["id,text,label,fold,family", *rows]) + "\n", encoding="utf-8")
    return path


def _sides(records):
    return dict(zip(records["record_id"], splits.assign(records, test_fold=0), strict=True))


def test_a_column_tells_the_side_and_what_it_does_not_name_is_set_aside(tmp_path):
    path = _csv(tmp_path / "in.csv", range(40), fold=lambda i: ("train", "dev", "heldout", "spare")[i % 4])
    split = {"column": "fold", "parts": {"train": "train", "validation": ["dev"], "test": "heldout"}}
    records, aside = loading.own_files(_block(path, split=split))
    assert aside["reason"].tolist() == ["on no side of the published split"] * 10
    assert _sides(records) == {str(i): ("train", "validation", "test")[i % 4] for i in range(40) if i % 4 < 3}


def test_files_are_the_sides_and_a_row_that_is_on_two_of_them_stays_on_the_locked_one(tmp_path):
    for name, ids in {"a_train": range(30), "b_dev": range(30, 40), "c_test": range(25, 50)}.items():
        _csv(tmp_path / f"{name}.csv", ids)
    split = {"parts": {"train": "a_*.csv", "validation": "b_dev.csv", "test": "c_test.csv"}}
    columns = {"text": "text", "labels": "label"}
    records, aside = loading.own_files(_block(tmp_path, columns=columns, split=split))
    assert len(records) == 65 and aside.empty
    sides = splits.assign(records, test_fold=3)
    kept, dropped = duplicates.drop(records, min_jaccard=1.0, split=sides)
    assert sides[kept.index].value_counts().to_dict() == {"train": 25, "test": 25}
    assert len(dropped) == 15 and dropped["across"].all()


def test_files_that_are_the_sides_are_one_part_and_many_buckets_keep_the_sides(tmp_path, monkeypatch):
    monkeypatch.setattr(buckets, "RECORDS", 10)
    (tmp_path / "in").mkdir()
    for name, ids in {"a_train": range(30), "b_dev": range(30, 40), "c_test": range(40, 55)}.items():
        _csv(tmp_path / "in" / f"{name}.csv", ids)
    parts = {"train": "a_*.csv", "validation": "b_dev.csv", "test": "c_test.csv"}
    block = _block(tmp_path / "in", split={"parts": parts})
    assert own_files.parts(block) == [None] and len(own_files.parts(_block(tmp_path / "in"))) == 3
    files = {"records_file": tmp_path / "records.parquet", "quarantine_file": tmp_path / "aside.csv"}
    found = sources.collect([block], folder=tmp_path, scratch=tmp_path / "way", cache=None, seed=1, **files)
    assert found.records == 55 and found.set_aside.empty
    assert pq.read_metadata(files["records_file"]).num_row_groups > 1
    assert _sides(schema.read(files["records_file"])) == _sides(loading.own_files(block)[0])
    lacking = _block(tmp_path / "in", split={"parts": parts | {"validation": "d_*.csv"}})
    with pytest.raises(RecordError, match="records for validation too"):
        sources.collect([lacking], folder=tmp_path, scratch=tmp_path / "way", cache=None, seed=1, **files)


def test_test_ids_lock_the_test_set_and_the_hash_takes_validation_from_the_rest(tmp_path):
    path = _csv(tmp_path / "in.csv", range(400))
    (tmp_path / "test.json").write_text(json.dumps({str(i): "answer" for i in range(0, 400, 2)}))
    records, aside = loading.own_files(_block(path, split={"test_ids": str(tmp_path / "test.json")}))
    for test_fold in (0, 4):
        sides = splits.assign(records, test_fold=test_fold)
        assert aside.empty and set(records.loc[sides == "test", "record_id"]) == {str(i) for i in range(0, 400, 2)}
        assert 10 < (sides == "validation").sum() < 45
    (tmp_path / "test.txt").write_text("\n".join(str(i) for i in range(0, 400, 2)))
    again, _ = loading.own_files(_block(path, split={"test_ids": str(tmp_path / "test.txt")}))
    assert _sides(again.sample(frac=1.0, random_state=1)) == _sides(records)


def test_a_test_id_without_a_record_is_counted_and_not_shown(tmp_path):
    path = _csv(tmp_path / "in.csv", range(10))
    (tmp_path / "test.txt").write_text("3\nPrueba\n")
    _, aside = loading.own_files(_block(path, split={"test_ids": str(tmp_path / "test.txt")}))
    assert aside[["file", "row", "reason"]].values.tolist() == [["test.txt", "missing 1", "a test id without a record"]]


@pytest.mark.parametrize(("name", "text"), [("ids.txt", "\n\n"), ("ids.json", "7"), ("ids.json", "[")])
def test_a_file_without_test_ids_is_an_error(tmp_path, name, text):
    path = _csv(tmp_path / "in.csv", range(3))
    (tmp_path / name).write_text(text)
    with pytest.raises(RecordError, match=f"holds none. Found: {name}"):
        loading.own_files(_block(path, split={"test_ids": str(tmp_path / name)}))


@pytest.mark.parametrize(
    ("split", "says"),
    [
        ({"column": "fold"}, "records for train. Expected: records for test too"),
        ({"parts": {"train": "in.csv", "test": "other.csv"}}, "Expected: records for test too"),
        ({"parts": {"train": "In.csv", "test": "other.csv"}}, "no side. Expected: records for test, train too"),
    ],
)
def test_a_side_without_records_is_an_error(tmp_path, split, says):
    path = _csv(tmp_path / "in.csv", range(10), fold=lambda i: "train")
    with pytest.raises(RecordError, match=says):
        loading.own_files(_block(path, split=split))


def test_a_published_split_that_shares_groups_is_refused(tmp_path):
    path = _csv(
        tmp_path / "in.csv", range(80), fold=lambda i: ("train", "validation", "test")[i % 3], group=lambda i: i // 2
    )
    records, _ = loading.own_files(_block(path, columns=COLUMNS | {"group": "family"}, split={"column": "fold"}))
    sides = splits.assign(records, test_fold=0)
    with pytest.raises(LeakageError, match="leave `split` out of the task"):
        splits.check(*(records[sides == side] for side in ("train", "validation", "test")))
    without, _ = loading.own_files(_block(path, columns=COLUMNS | {"group": "family"}))
    sides = splits.assign(without, test_fold=0)
    splits.check(*(without[sides == side] for side in ("train", "validation", "test")))
