import errno
import json
import os

import pytest

from helpers.core import files
from helpers.core.errors import StageError


def _full(*args, **kwargs):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_full_disk_leaves_nothing_behind(tmp_path, monkeypatch, step):
    monkeypatch.setattr(os, step, _full)
    with pytest.raises(StageError, match=r"could not be written.*No space left") as error:
        files.write_json(tmp_path / "manifest.json", {"stage": "01_collect"})
    assert "free some disk space" in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_full_disk_keeps_the_file_that_was_there(tmp_path, monkeypatch):
    path = files.write_json(tmp_path / "manifest.json", {"stage": "01_collect"})
    monkeypatch.setattr(os, "replace", _full)
    with pytest.raises(StageError):
        files.write_json(path, {"stage": "other"})
    assert json.loads(path.read_text()) == {"stage": "01_collect"}
    assert list(tmp_path.iterdir()) == [path]


def test_content_that_is_no_json_leaves_no_file(tmp_path):
    with pytest.raises(TypeError):
        files.write_json(tmp_path / "manifest.json", {("a", "b"): 1})
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(StageError, match=r"gone/report\.html could not be written"):
        files.write_text(tmp_path / "gone" / "report.html", "text")


def test_text_is_written_as_utf8(tmp_path):
    assert files.write_text(tmp_path / "a.md", "Müller, 3 µg").read_bytes() == "Müller, 3 µg".encode()
