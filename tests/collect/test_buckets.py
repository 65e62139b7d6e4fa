import json
import random

import pyarrow.parquet as pq
import pytest

from helpers.collect import arrivals, buckets, contents, intake, sources
from helpers.core import batches, records, task_sources

COLUMNS = {"record_id": "id", "patient_key": "patient", "text": "note", "labels": "label"}


def _rows(count=600, patients=90):
    return [
        {"id": f"n{i:04d}", "patient": f"p{i * 7 % patients}", "note": f"Note {i} says little.", "label": "ab"[i % 2]}
        for i in range(count)
    ]


def _save(folder, *shards):
    folder.mkdir()
    for number, rows in enumerate(shards):
        (folder / f"{number}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return task_sources.Source(card="mine", kind="clinical_note", path=str(folder), columns=COLUMNS)


def _collect(folder, *shards, **options):
    source = _save(folder, *shards)
    files = {"records_file": folder / "records.parquet", "quarantine_file": folder / "aside.csv"}
    found = sources.collect([source], folder=folder, scratch=folder / "way", cache=None, seed=1, **files, **options)
    return files["records_file"], found


@pytest.fixture
def small_buckets(monkeypatch):
    monkeypatch.setattr(buckets, "RECORDS", 100)
    monkeypatch.setattr(arrivals, "CHUNK", 37)


def _content(path):
    """All columns but where each row stood, which shuffling and sharding do change."""
    table = pq.read_table(path).drop_columns(["provenance"])
    groups = [pq.read_metadata(path).row_group(i).num_rows for i in range(pq.read_metadata(path).num_row_groups)]
    return table, groups


def test_order_shards_and_chunks_of_the_input_change_no_record_and_no_place(tmp_path, small_buckets, monkeypatch):
    rows = _rows()
    whole, _ = _collect(tmp_path / "whole", rows)
    shuffled = random.Random(1).sample(rows, len(rows))
    shards, _ = _collect(tmp_path / "shards", shuffled[:50], shuffled[50:51], shuffled[51:])
    monkeypatch.setattr(arrivals, "CHUNK", 5)
    chunks, _ = _collect(tmp_path / "chunks", shuffled)
    expected, groups = _content(whole)
    assert len(groups) == 6 and sum(groups) == 600 and max(groups) < 200
    for other in (shards, chunks):
        table, sizes = _content(other)
        assert table.equals(expected) and sizes == groups


@pytest.mark.slow
def test_two_ray_workers_write_the_records_that_this_machine_writes(tmp_path, two_ray_workers):
    rows = _rows()
    shards = rows[:200], rows[200:450], [rows[3], *rows[450:]]
    here, found = _collect(tmp_path / "here", *shards)
    there, spread = _collect(tmp_path / "there", *shards, execution="ray")
    assert pq.read_table(there).equals(pq.read_table(here)) and pq.read_metadata(here).num_rows == 600
    assert (tmp_path / "there" / "aside.csv").read_text() == (tmp_path / "here" / "aside.csv").read_text()
    assert spread.set_aside.equals(found.set_aside) and found.set_aside["rows"].tolist() == [1]


def test_all_records_of_a_patient_stand_in_one_bucket_sorted_by_id(tmp_path, small_buckets):
    path, _ = _collect(tmp_path / "in", _rows())
    where: dict[str, set[int]] = {}
    for number, frame in enumerate(batches.frames(path)):
        assert frame["record_id"].is_monotonic_increasing
        for patient in frame["patient_key"]:
            where.setdefault(patient, set()).add(number)
    assert len(where) == 90 and {len(numbers) for numbers in where.values()} == {1}
    assert len(set.union(*where.values())) == 6


def test_few_records_are_one_bucket_in_the_order_of_their_ids(tmp_path):
    path, found = _collect(tmp_path / "in", _rows(50)[::-1])
    assert found.records == 50 and _content(path)[1] == [50]
    assert records.read(path)["record_id"].is_monotonic_increasing


def test_more_buckets_than_files_may_be_open_are_filled_in_turns(tmp_path, small_buckets, monkeypatch):
    expected = _content(_collect(tmp_path / "at_once", _rows())[0])
    monkeypatch.setattr(buckets, "_OPEN", 2)
    table, groups = _content(_collect(tmp_path / "in_turns", _rows())[0])
    assert table.equals(expected[0]) and groups == expected[1]


def test_long_texts_make_smaller_buckets():
    assert buckets.number_for(10, 10) == 1
    assert buckets.number_for(10, 5 * buckets.TEXT_BYTES) == 5
    assert buckets.number_for(300_000, 10) == 300_000 // buckets.RECORDS


def test_a_repeated_id_is_found_across_chunks_and_files_and_the_first_row_stays(tmp_path, small_buckets):
    rows = _rows(200)
    again = [rows[3] | {"note": "again"}, rows[199] | {"note": "again"}, {"id": "", "note": "x", "label": "a"}]
    path, found = _collect(tmp_path / "in", rows + again[:1], again[1:], again[1:2])
    assert found.records == 200 and "again" not in set(records.read(path)["text"])
    lines = (tmp_path / "in" / "aside.csv").read_text().splitlines()
    assert lines == [
        "source,file,row,reason",
        "mine,0.jsonl,201,duplicate id",
        "mine,1.jsonl,1,duplicate id",
        "mine,1.jsonl,2,no patient",
        "mine,2.jsonl,1,duplicate id",
    ]
    assert found.set_aside.values.tolist() == [["mine", "duplicate id", 3], ["mine", "no patient", 1]]


def test_a_sample_is_the_same_from_one_bucket_and_from_many(tmp_path, monkeypatch):
    one, _ = _collect(tmp_path / "one", _rows(), max_records=80)
    monkeypatch.setattr(buckets, "RECORDS", 10)
    many, found = _collect(tmp_path / "many", _rows()[300:], _rows()[:300], max_records=80)
    assert found.records == 80 and pq.read_metadata(many).num_row_groups > 5
    assert set(records.read(one)["record_id"]) == set(records.read(many)["record_id"])


def test_contents_counted_a_bucket_at_a_time_are_those_of_the_whole(tmp_path, small_buckets):
    rows = [row | {"seen": "31/31/2020" if i % 10 == 0 else "2020-01-02"} for i, row in enumerate(_rows())]
    folder = tmp_path / "in"
    source = _save(folder, rows).model_copy(update={"columns": task_sources.Columns(**COLUMNS, date="seen")})
    path = folder / "records.parquet"
    where = {"folder": folder, "scratch": folder / "way", "quarantine_file": folder / "aside.csv"}
    sources.collect([source], records_file=path, cache=None, seed=1, **where)
    whole = records.read(path)
    assert pq.read_metadata(path).num_row_groups == 6
    assert contents.remarks(path).equals(intake.remarks(whole)) and contents.remarks(path)["records"].tolist() == [60]
    assert contents.styles(path).values.tolist() == [["jsonl", "clinical_note", 600]]
    assert contents.groups(path) == 90
    assert contents.facts(path).values.tolist() == [["mine", 600, 600, 0]]
