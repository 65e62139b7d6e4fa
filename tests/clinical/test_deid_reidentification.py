import os

import pytest

from helpers.clinical.deid import reidentification
from helpers.clinical.deid.reidentification import Entry
from helpers.core import paths
from helpers.core.errors import PhiError

KEY = "correct horse battery"
ENTRIES = [
    Entry("p-1", "code", "r-77", "record-9"),
    Entry("p-1", "NAME", "Borer", "Mossley"),
    Entry("p-2", "NAME", "Borer", "Kowalczyk"),
]


def test_what_was_appended_is_read_back_in_order(tmp_path):
    path = tmp_path / "keys" / "map.enc"
    assert reidentification.append(path, ENTRIES[:2], key=KEY) == 2
    assert reidentification.append(path, ENTRIES, key=KEY) == 1
    assert reidentification.append(path, ENTRIES, key=KEY) == 0
    assert reidentification.read(path, key=KEY) == ENTRIES
    assert reidentification.originals(path, "Borer", key=KEY) == ENTRIES[1:]
    assert reidentification.originals(path, "Borer", key=KEY, patient="p-2") == ENTRIES[2:]


def test_the_file_is_private_and_holds_no_original(tmp_path):
    path = tmp_path / "map.enc"
    reidentification.append(path, ENTRIES, key=KEY.encode())
    assert path.stat().st_mode & 0o777 == 0o600
    content = path.read_bytes()
    assert all(word not in content for word in (b"Mossley", b"record-9", b"Borer", b"p-1"))
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("key", ["wrong horse battery", "short", b"", ""])
def test_a_wrong_or_short_key_opens_nothing_and_changes_nothing(tmp_path, key):
    path = tmp_path / "map.enc"
    reidentification.append(path, ENTRIES, key=KEY)
    before = path.read_bytes()
    with pytest.raises(PhiError) as caught:
        reidentification.read(path, key=key)
    with pytest.raises(PhiError):
        reidentification.append(path, [Entry("p-3", "NAME", "a", "b")], key=key)
    assert path.read_bytes() == before
    assert "Mossley" not in str(caught.value)


def test_a_map_under_outputs_is_refused(tmp_path):
    for path in (
        paths.outputs() / "run" / "map.enc",
        tmp_path / "outputs" / "map.enc",
        tmp_path / "x" / ".." / "outputs" / "m",
    ):
        with pytest.raises(PhiError, match="outputs"):
            reidentification.append(path, ENTRIES, key=KEY)
        assert not path.exists()


def test_a_write_that_fails_leaves_the_old_map_and_no_half_one(tmp_path, monkeypatch):
    path = tmp_path / "map.enc"
    reidentification.append(path, ENTRIES[:1], key=KEY)
    before = path.read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PhiError, match="No space"):
        reidentification.append(path, ENTRIES, key=KEY)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", ["", "x", "clintune-reidentification-1 ???\nabc\n", "Mossley Mossley\n"])
def test_a_damaged_map_is_refused_without_quoting_it(tmp_path, content):
    path = tmp_path / "map.enc"
    path.write_text(content)
    with pytest.raises(PhiError) as caught:
        reidentification.read(path, key=KEY)
    assert "Mossley" not in str(caught.value)


def test_an_altered_or_missing_map_is_refused(tmp_path):
    path = tmp_path / "map.enc"
    with pytest.raises(PhiError, match="no re-identification map"):
        reidentification.read(path, key=KEY)
    reidentification.append(path, ENTRIES, key=KEY)
    path.write_text(path.read_text()[:-12] + "\n")
    with pytest.raises(PhiError):
        reidentification.read(path, key=KEY)
