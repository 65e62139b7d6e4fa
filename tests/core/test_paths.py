import stat
from pathlib import Path

from helpers.core import paths


def test_environment_moves_runs_cache_and_secrets(tmp_path, monkeypatch):
    for name in ("OUTPUTS", "CACHE", "SECRETS"):
        monkeypatch.setenv(f"CLINTUNE_{name}", str(tmp_path / name))
    assert [paths.outputs(), paths.cache(), paths.secrets()] == [
        tmp_path / name for name in ("OUTPUTS", "CACHE", "SECRETS")
    ]


def test_published_data_sets_lie_in_the_project_unless_the_environment_says_otherwise(tmp_path, monkeypatch):
    monkeypatch.delenv("CLINTUNE_DATA", raising=False)
    assert paths.data() == paths.ROOT / "data"
    monkeypatch.setenv("CLINTUNE_DATA", str(tmp_path))
    assert paths.data() == tmp_path


def test_secrets_are_made_for_the_owner_alone_and_outside_the_project_by_default(tmp_path, monkeypatch):
    monkeypatch.delenv("CLINTUNE_SECRETS")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    folder = paths.secrets()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.is_relative_to(paths.ROOT)


def test_outputs_are_in_the_project_by_default(monkeypatch):
    monkeypatch.delenv("CLINTUNE_OUTPUTS")
    assert paths.outputs() == paths.ROOT / "outputs"
