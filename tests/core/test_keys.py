import stat

import pytest

from helpers.core import keys, paths
from helpers.core.errors import PhiError


def test_a_key_is_made_once_for_the_owner_alone():
    key = keys.own("deid")
    assert len(key) == 32 and keys.own("deid") == key and keys.own("other") != key
    assert stat.S_IMODE((paths.secrets() / "deid.key").stat().st_mode) == 0o600
    assert not list(paths.secrets().glob("*.tmp"))


def test_what_a_kill_left_of_a_key_is_no_hindrance():
    (paths.secrets() / "deid.tmp").write_text("half")
    assert keys.own("deid") == keys.read(paths.secrets() / "deid.key")


def test_a_key_cut_short_is_refused_and_not_told():
    keys.own("deid")
    path = paths.secrets() / "deid.key"
    for content in ("", "ab" * 5, "not hex" * 9):
        path.write_text(content)
        for read in (lambda: keys.own("deid"), lambda: keys.read(path)):
            with pytest.raises(PhiError, match=r"deid\.key") as error:
                read()
            assert not content or content not in str(error.value)


def test_a_named_key_file_must_exist(tmp_path):
    with pytest.raises(PhiError, match="does not exist"):
        keys.read(tmp_path / "none")
