import gzip
import zipfile

import pytest

from helpers.collect.own_tables import places
from helpers.core.errors import RecordError


def _read(found):
    contents = {}
    for place in found:
        with places.opened(place) as handle:
            contents[place.name] = handle.read()
    return contents


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in" / "b").mkdir(parents=True)
    (tmp_path / "in" / "one.csv").write_bytes(b"1")
    (tmp_path / "in" / "b" / "two.csv.gz").write_bytes(gzip.compress(b"2"))
    for hidden in ("in/.DS_Store", "in/one.gold.jsonl"):
        (tmp_path / hidden).write_bytes(b"x")
    return tmp_path / "in"


def test_a_file_a_folder_a_glob_and_a_url_name_the_same_bytes(folder):
    assert _read(places.find(str(folder / "one.csv"))) == {"one.csv": b"1"}
    assert _read(places.find(str(folder))) == {"b/two.csv.gz": b"2", "one.csv": b"1"}
    assert _read(places.find(str(folder / "*" / "*.gz"))) == {"b/two.csv.gz": b"2"}
    assert _read(places.find(f"file://{folder}/one.csv")) == {"one.csv": b"1"}
    assert {place.ending for place in places.find(str(folder))} == {".csv"}


def test_a_zip_is_a_folder(tmp_path):
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name in ("notes.csv", "sub/more.csv", "__MACOSX/._notes.csv"):
            archive.writestr(name, name)
    assert _read(places.find(str(tmp_path / "in.zip"))) == {"notes.csv": b"notes.csv", "sub/more.csv": b"sub/more.csv"}


def test_a_file_in_memory_is_read_by_its_url():
    import fsspec

    with fsspec.open("memory://places/a.csv", "wb") as file:
        file.write(b"far away")
    assert _read(places.find("memory://places/a.csv")) == {"a.csv": b"far away"}
    with pytest.raises(RecordError, match=r"does not exist.*Found: b\.csv"):
        places.find("memory://places/b.csv")


def test_a_relative_path_is_looked_for_beside_the_task_file_first(folder, tmp_path, monkeypatch):
    (tmp_path / "one.csv").write_bytes(b"here")
    monkeypatch.chdir(tmp_path)
    assert _read(places.find("one.csv", beside=str(folder))) == {"one.csv": b"1"}
    assert _read(places.find("one.csv")) == {"one.csv": b"here"}


def test_a_published_data_set_is_found_in_its_folder_and_the_error_names_the_way(tmp_path, monkeypatch):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "in.csv").write_text("a\n")
    with pytest.raises(RecordError, match="the folder that CLINTUNE_DATA names"):
        places.find("set/in.csv")
    monkeypatch.setenv("CLINTUNE_DATA", str(tmp_path))
    assert [place.path for place in places.find("set/in.csv")] == [str(tmp_path / "set" / "in.csv")]


def test_names_with_brackets_are_no_globs_where_such_a_file_lies(tmp_path):
    (tmp_path / "a [1]").mkdir()
    (tmp_path / "a [1]" / "b[2].csv").write_bytes(b"x")
    assert list(_read(places.find(str(tmp_path / "a [1]")))) == ["b[2].csv"]
    assert list(_read(places.find(str(tmp_path / "a [1]" / "b[2].csv")))) == ["b[2].csv"]


@pytest.mark.parametrize("cut", [30, 200])
def test_a_truncated_gzip_is_an_error_that_names_file_and_remedy(tmp_path, cut):
    path = tmp_path / "notes.csv.gz"
    path.write_bytes(gzip.compress(bytes(range(256)) * 40)[:cut])
    with pytest.raises(RecordError, match=r"notes\.csv\.gz cannot be read to its end.*Remedy.*gzip -t"):
        _read(places.find(str(path)))


def test_what_is_damaged_missing_or_locked_is_named(tmp_path):
    (tmp_path / "in.zip").write_bytes(b"PK no archive")
    (tmp_path / "in.csv.gz").write_bytes(b"no gzip at all")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RecordError, match=r"in\.zip is no whole \.zip archive"):
        places.find(str(tmp_path / "in.zip"))
    with pytest.raises(RecordError, match="cannot be read to its end"):
        _read(places.find(str(tmp_path / "in.csv.gz")))
    with pytest.raises(RecordError, match="holds no file"):
        places.find(str(tmp_path / "empty"))
    for nowhere in ("nowhere.csv", "*.parquet"):
        with pytest.raises(RecordError, match="A source does not exist"):
            places.find(str(tmp_path / nowhere))


def test_an_archive_behind_a_password_is_named(tmp_path):
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "secret")
    locked = bytearray(path.read_bytes())
    locked[6] |= 1  # the bit that says "encrypted", in the file's own header and in the directory
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(locked))
    with pytest.raises(RecordError, match=r"a\.csv stands in an encrypted archive"):
        _read(places.find(str(path)))


def test_a_missing_backend_is_named_and_no_password_of_a_url_is_shown():
    with pytest.raises(RecordError, match=r"no backend for the URLs nosuch://") as caught:
        places.find("nosuch://user:secret@host/in.csv")
    assert "secret" not in str(caught.value)


def test_a_protocol_whose_package_is_not_installed_says_which(monkeypatch):
    def lacking(path):
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(places, "url_to_fs", lacking)
    with pytest.raises(RecordError, match=r"s3://.*Install s3fs.*Remedy: install"):
        places.find("s3://bucket/in.csv")


def test_a_service_that_cannot_be_reached_is_named_without_what_its_error_says(monkeypatch):
    class RefusedError(Exception):
        pass

    def exists(self, path):
        raise RefusedError("no route for user:secret")

    monkeypatch.setattr(places.fsspec.get_filesystem_class("memory"), "exists", exists)
    with pytest.raises(RecordError, match=r"A source at memory:// cannot be reached. Found: RefusedError") as caught:
        places.find("memory://places/a.csv")
    assert "secret" not in str(caught.value)


def test_an_error_can_call_a_letter_otherwise_than_by_its_name(tmp_path):
    path = tmp_path / "Ana_Prueba.txt.gz"
    path.write_bytes(b"no gzip")
    with (
        pytest.raises(RecordError, match="letter 1 cannot be read") as caught,
        places.opened(places.find(str(path))[0], called="letter 1") as handle,
    ):
        handle.read()
    assert "Prueba" not in str(caught.value)
