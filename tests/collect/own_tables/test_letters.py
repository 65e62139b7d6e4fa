import zipfile

import loading
import pytest

from helpers.core import task_sources
from helpers.core.errors import RecordError

COLUMNS = {"record_id": "file", "labels": "outcome", "patient_key": "pid", "identifiers": {"surname": "NAME"}}


def _read(path, label_from="folder", *, beside="", **changes):
    block = {"card": "mine", "kind": "clinical_note", "path": str(path), "label_from": label_from}
    return loading.own_files(task_sources.Source(**block | changes), beside=beside)


def _letters(folder, names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"Letter {name}", encoding="utf-8")
    return folder


def test_the_folder_of_a_letter_is_its_label(tmp_path):
    _letters(tmp_path, ["home/a.txt", "ward/2020/b.TXT", "loose.txt"])
    records, aside = _read(tmp_path)
    assert records[["record_id", "text"]].values.tolist() == [
        ["home/a.txt", "Letter home/a.txt"],
        ["ward/2020/b.TXT", "Letter ward/2020/b.TXT"],
    ]
    assert records["labels"].tolist() == [["home"], ["2020"]] and set(records["style"]) == {"letter"}
    assert aside[["file", "reason"]].values.tolist() == [["loose.txt", "no label"]]


def test_a_zip_of_letters_is_read_as_its_folder(tmp_path):
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr("home/a.txt", "Letter")
    assert _read(tmp_path / "in.zip")[0]["labels"].tolist() == [["home"]]


def test_a_table_beside_says_label_patient_and_what_is_known_of_each_letter(tmp_path):
    _letters(tmp_path / "in", ["a.txt", "sub/b.txt", "c.txt", "d.txt"])
    (tmp_path / "in" / "key.csv").write_text(
        "file,outcome,pid,surname\na.txt,home,p1,Prueba\nb,ward,p1,\nsub/b.txt,ward,p1,\nnone.txt,home,p2,\n,home,p2,\n"
        "c.txt,,p3,\n"
    )
    (tmp_path / "in" / "scan.pdf").write_bytes(b"%PDF")
    records, aside = _read(tmp_path / "in", "key.csv", columns=COLUMNS)
    assert records[["record_id", "text", "patient_key"]].values.tolist() == [
        ["a.txt", "Letter a.txt", "p1"],
        ["b", "Letter sub/b.txt", "p1"],
    ]
    assert records["identifiers"].tolist() == [[{"label": "NAME", "value": "Prueba"}], []]
    assert aside[["file", "row", "reason"]].values.tolist() == [
        ["scan.pdf", "file", "not a .txt file"],
        ["key.csv", "4", "a letter that is listed twice"],
        ["key.csv", "5", "no file of that name"],
        ["key.csv", "6", "no id"],
        ["key.csv", "7", "no label"],
        ["d.txt", "3", "not listed in key.csv"],
    ]


def test_the_table_may_lie_beside_the_task_file(tmp_path):
    _letters(tmp_path / "in", ["a.txt"])
    (tmp_path / "key.csv").write_text("file,outcome\na.txt,home\n")
    columns = {"record_id": "file", "labels": "outcome"}
    assert len(_read("in", "key.csv", beside=str(tmp_path), columns=columns)[0]) == 1
    with pytest.raises(RecordError, match=r"A source does not exist. Found: other.csv"):
        _read("in", "other.csv", beside=str(tmp_path), columns=columns)


def test_a_name_that_two_letters_have_is_not_guessed_at(tmp_path):
    _letters(tmp_path, ["x/a.txt", "y/a.txt"])
    (tmp_path / "key.csv").write_text("file,outcome\na,home\nx/a,home\n")
    records, aside = _read(tmp_path, "key.csv", columns={"record_id": "file", "labels": "outcome"})
    assert records["record_id"].tolist() == ["x/a"]
    assert aside["reason"].tolist() == ["several files of that name", "not listed in key.csv"]


def test_letters_that_cannot_be_read_are_set_aside(tmp_path):
    _letters(tmp_path, ["home/a.txt", "home/b.txt", "home/c.txt", "home/d.txt"])
    (tmp_path / "home" / "b.txt").write_bytes("Übelkeit".encode("cp1252"))
    (tmp_path / "home" / "c.txt").write_bytes(b"a\0b")
    (tmp_path / "home" / "d.txt").write_text(" \n")
    _, aside = _read(tmp_path)
    assert aside["reason"].tolist() == ["bytes that are not utf-8", "a NUL character", "no text"]
    assert "Übelkeit" in _read(tmp_path, encoding_fallback="cp1252")[0]["text"].tolist()


def test_a_folder_without_letters_is_an_error(tmp_path):
    (tmp_path / "a.docx").write_bytes(b"PK")
    with pytest.raises(RecordError, match=r"holds no letter. Found: 1 files. Expected: files that end in \.txt"):
        _read(tmp_path)


def test_a_damaged_letter_is_an_error_without_its_name(tmp_path):
    _letters(tmp_path, ["home/a.txt"])
    (tmp_path / "home" / "prueba.txt.gz").write_bytes(b"no gzip")
    with pytest.raises(RecordError, match="Letter 2 of the source `mine`") as caught:
        _read(tmp_path)
    assert "prueba" not in str(caught.value)
