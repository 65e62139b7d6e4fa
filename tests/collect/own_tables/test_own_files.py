"""A user's own tables by one block of the task file."""

import gzip
import pickle
import zipfile

import loading
import pytest

from helpers.collect import intake, sources
from helpers.collect.own_tables import own_files
from helpers.core import task_sources
from helpers.core.errors import RecordError

COLUMNS = {"record_id": "id", "text": "text", "labels": "label"}


def _block(path, **changes):
    return task_sources.Source(
        **{"card": "mine", "kind": "clinical_note", "path": str(path), "columns": COLUMNS} | changes
    )


def _gather(path, *, labels=(), **changes):
    return sources.gather([_block(path, **changes)], folder=path, seed=1, labels=labels)


def _csv(path, rows):
    path.write_text("id,text,label\n" + "".join(f"{','.join(row)}\n" for row in rows), encoding="utf-8")
    return path


def test_packed_globbed_and_zipped_tables_give_the_same_records(tmp_path):
    plain = _csv(tmp_path / "in.csv", [("1", "a text", "yes"), ("2", "b text", "no")])
    (tmp_path / "in.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.write(plain, "in.csv")
    wanted, _ = loading.own_files(_block(plain))
    for path in (tmp_path / "in.csv.gz", tmp_path / "in.zip", tmp_path / "i*.csv", f"file://{plain}"):
        records, aside = loading.own_files(_block(path))
        assert records.drop(columns="provenance").equals(wanted.drop(columns="provenance")) and aside.empty
    assert wanted["labels"].tolist() == [["yes"], ["no"]] and wanted["source"].tolist() == ["mine", "mine"]


def test_a_truncated_gzip_is_an_error_although_its_first_rows_could_be_read(tmp_path):
    plain = _csv(tmp_path / "in.csv", [(str(i), f"text {i * i}", "yes") for i in range(5000)])
    packed = gzip.compress(plain.read_bytes())
    (tmp_path / "in.csv.gz").write_bytes(packed[: len(packed) // 2])
    rows = own_files.rows(_block(tmp_path / "in.csv.gz"))
    assert next(rows).fields["record_id"] == "0"
    with pytest.raises(RecordError, match=r"in\.csv\.gz cannot be read to its end.*cut off"):
        _gather(tmp_path / "in.csv.gz")


@pytest.mark.parametrize("kind", ["clinical_note", "table", "journal"])
def test_the_same_block_serves_every_kind_but_health_records(tmp_path, kind):
    path = _csv(tmp_path / "in.csv", [("1", "a", "x")])
    assert loading.own_files(_block(path, kind=kind))[0]["kind"].tolist() == [kind]
    with pytest.raises(ValueError, match="belong to a user's own notes"):
        _block(path, kind="ehr")


def test_a_folder_of_parts_is_read_whole_and_what_else_lies_there_is_counted(tmp_path):
    for name in ("a", "b"):
        _csv(tmp_path / f"{name}.csv", [(name, name, "x")])
    (tmp_path / "readme.pdf").write_bytes(b"%PDF")
    (tmp_path / "empty.csv").write_bytes(b"")
    records, aside = loading.own_files(_block(tmp_path))
    assert records["record_id"].tolist() == ["a", "b"]
    assert aside[["file", "reason"]].values.tolist() == [
        ["empty.csv", "empty file, or an empty first line"],
        ["readme.pdf", "another format than csv"],
    ]


def test_files_of_several_formats_or_none_that_is_known_need_a_stated_one(tmp_path):
    _csv(tmp_path / "a.csv", [("1", "a", "x")])
    (tmp_path / "b.jsonl").write_text("{}")
    with pytest.raises(RecordError, match=r"endings \.csv, \.jsonl.*Remedy: state `format`"):
        loading.own_files(_block(tmp_path))
    assert len(loading.own_files(_block(tmp_path, format="csv"))[0]) == 1
    (tmp_path / "export.dat").write_bytes((tmp_path / "a.csv").read_bytes())
    with pytest.raises(RecordError, match=r"endings \.dat"):
        loading.own_files(_block(tmp_path / "export.dat"))
    assert len(loading.own_files(_block(tmp_path / "export.dat", format="csv"))[0]) == 1


def test_records_without_a_patient_are_their_own_and_the_patient_is_the_group(tmp_path):
    (tmp_path / "in.csv").write_text("id,text,label,pid\n1,a,x,p\n2,b,x,p\n3,c,x,\n")
    with_patient, aside = loading.own_files(_block(tmp_path / "in.csv", columns=COLUMNS | {"patient_key": "pid"}))
    assert with_patient[["patient_key", "group"]].values.tolist() == [["p", "p"], ["p", "p"]]
    assert aside["reason"].tolist() == ["no patient"]
    without, _ = loading.own_files(_block(tmp_path / "in.csv"))
    assert without["patient_key"].tolist() == without["group"].tolist() == ["1", "2", "3"]


def test_the_order_of_rows_changes_no_id_where_none_is_mapped(tmp_path):
    rows = [("", f"text {i}", "x") for i in range(5)]
    columns = {"text": "text", "labels": "label"}
    ids = [
        set(loading.own_files(_block(_csv(tmp_path / f"{name}.csv", order), columns=columns))[0]["record_id"])
        for name, order in (("a", rows), ("b", rows[::-1]))
    ]
    assert ids[0] == ids[1] and len(ids[0]) == 5


def test_duplicated_ids_are_kept_once_and_counted(tmp_path):
    records, aside = loading.own_files(
        _block(_csv(tmp_path / "in.csv", [("1", "a", "x"), ("1", "b", "x"), ("2", "c", "x")]))
    )
    assert records["text"].tolist() == ["a", "c"]
    assert aside.values.tolist() == [["mine", "in.csv", "3", "duplicate id"]]


def test_a_label_outside_the_tasks_set_is_set_aside_with_its_row_and_not_quoted(tmp_path):
    path = _csv(tmp_path / "in.csv", [("1", "a", "yes"), ("2", "b", "Ana Prueba"), ("3", "c", "no")])
    records, aside = _gather(path, labels=["yes", "no"])
    assert records["record_id"].tolist() == ["1", "3"]
    assert aside.values.tolist() == [["mine", "in.csv", "3", "label outside the task's labels"]]
    with pytest.raises(RecordError, match="label outside the task's labels: 3, first in row 2") as caught:
        _gather(path, labels=["maybe"])
    assert "Prueba" not in str(caught.value)


def test_empty_texts_are_counted_and_too_many_of_them_are_an_error(tmp_path):
    rows = [(str(i), "" if i % 10 < 3 else f"text {i}", "x") for i in range(100)]
    path = _csv(tmp_path / "in.csv", rows)
    records, aside = _gather(path)
    assert len(records) == 70 and aside["reason"].value_counts().to_dict() == {"no text": 30}
    with pytest.raises(RecordError, match=r"30 of 100 rows \(no text: 30, first in row 2\).*at most 0.2.*Remedy"):
        _gather(path, max_set_aside_frac=0.2)


def test_an_empty_file_and_a_missing_one_are_errors(tmp_path):
    (tmp_path / "in.csv").write_bytes(b"")
    with pytest.raises(RecordError, match=r"Nothing could be read.*empty file"):
        _gather(tmp_path / "in.csv")
    with pytest.raises(RecordError, match="A source does not exist"):
        _gather(tmp_path / "other.csv")


def test_what_was_changed_on_the_way_is_counted(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes(
        "id,text,label,day\n1,a,x,soon\n2,b,x,2020-01-01\n3,Übel,x,03/04/2020\n4,c,x,later\n".encode("cp1252")
    )
    columns = COLUMNS | {"date": "day"}
    records, aside = loading.own_files(_block(path, columns=columns, encoding_fallback="cp1252"))
    assert aside.empty
    assert intake.remarks(records)[["remark", "records"]].values.tolist() == [
        ["a date that cannot be read, left empty", 2],
        ["a date that could be two days, left empty: state date_format", 1],
        ["read as cp1252", 1],
    ]
    assert intake.remarks(records.head(0)).empty


def test_rows_are_given_one_at_a_time(tmp_path, monkeypatch):
    path = _csv(tmp_path / "in.csv", [(str(i), "a", "x") for i in range(3)])
    rows = own_files.rows(_block(path))
    assert next(rows).fields["record_id"] == "0"
    rows.close()  # a reader that stops early leaves no file open


def test_files_are_parted_in_order_and_parts_can_be_sent_to_another_machine(tmp_path):
    for number in range(70):
        _csv(tmp_path / f"{number:02d}.csv", [(str(number), "a", "x")])
    few = own_files.parts(_block(tmp_path / "0*.csv"))
    assert [len(part.places) for part in few] == [1] * 10
    many = pickle.loads(pickle.dumps(own_files.parts(_block(tmp_path))))
    assert [len(part.places) for part in many] == [2] * 35
    read = [row.fields["record_id"] for part in many for row in own_files.rows(_block(tmp_path), part=part)]
    assert read == [str(number) for number in range(70)]


def test_an_archive_is_one_part(tmp_path):
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name in ("a", "b"):
            archive.write(_csv(tmp_path / f"{name}.csv", [(name, "a", "x")]), f"{name}.csv")
    assert own_files.parts(_block(tmp_path / "in.zip")) == [None]
    assert len(loading.own_files(_block(tmp_path / "in.zip"))[0]) == 2
