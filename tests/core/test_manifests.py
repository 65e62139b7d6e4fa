import json

import pandas as pd
import pytest

from helpers.core import files, manifests, profiles
from helpers.core.errors import StageError


def _finish(run_dir, stage, contents, *, inputs=(), settings="s"):
    """Write a stage as `runs` does: files, then the manifest."""
    for name, content in contents.items():
        path = run_dir / stage / "artifacts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    outputs = [manifests.describe(run_dir / stage / "artifacts" / name, run_dir) for name in contents]
    manifest = {
        "schema_version": manifests.SCHEMA_VERSION,
        "stage": stage,
        "settings_sha256": settings,
        "inputs": list(inputs),
        "outputs": outputs,
    }
    files.write_json(run_dir / stage / manifests.NAME, manifest)
    return outputs


@pytest.fixture
def run_dir(tmp_path):
    """A run with 01 and 02 finished, 02 having read what 01 wrote."""
    folder = tmp_path / "mine"
    first = _finish(folder, "01_collect", {"records.txt": "one", "cards/a.txt": "card"})
    _finish(folder, "02_preprocess", {"train.txt": "two"}, inputs=first[:1])
    return folder


def _states(run_dir, settings=None):
    return [(item.state, item.reason) for item in manifests.status(run_dir, settings or {})]


def test_describe_counts_bytes_and_rows(tmp_path):
    path = tmp_path / "01_collect" / "t.parquet"
    path.parent.mkdir()
    pd.DataFrame({"a": [1, 2, 3]}).to_parquet(path)
    entry = manifests.describe(path, tmp_path)
    assert entry["path"] == "01_collect/t.parquet" and entry["rows"] == 3
    assert entry["bytes"] == path.stat().st_size and entry["sha256"] == manifests.sha256(path)


def test_digest_ignores_the_order_of_keys_and_sees_every_value():
    assert manifests.digest({"a": 1, "b": 2}) == manifests.digest({"b": 2, "a": 1})
    profile = profiles.load("quick")
    other = profiles.load("quick", {"train.lora_r": 17})
    assert manifests.digest(profile) != manifests.digest(other)
    assert manifests.digest("ab", "c") != manifests.digest("a", "bc")


def test_check_returns_the_entries_of_a_file_and_of_a_folder(run_dir):
    stage = run_dir / "01_collect"
    assert [entry["path"] for entry in manifests.check(stage, stage / "artifacts" / "cards")] == [
        "01_collect/artifacts/cards/a.txt"
    ]
    assert len(manifests.check(stage, stage / "artifacts")) == 2


def test_check_finds_a_file_edited_by_hand_even_at_the_same_length(run_dir):
    stage = run_dir / "01_collect"
    (stage / "artifacts" / "records.txt").write_text("ONE")
    with pytest.raises(StageError, match="is not what 01_collect wrote") as error:
        manifests.check(stage, stage / "artifacts" / "records.txt")
    assert "clintune run 01 --run-id mine" in str(error.value)


def test_check_finds_a_deleted_file(run_dir):
    stage = run_dir / "01_collect"
    (stage / "artifacts" / "cards" / "a.txt").unlink()
    with pytest.raises(StageError, match="no file"):
        manifests.check(stage, stage / "artifacts" / "cards")


def test_check_refuses_a_path_that_the_manifest_does_not_list(run_dir):
    stage = run_dir / "01_collect"
    (stage / "artifacts" / "more.txt").write_text("slipped in")
    for name in ("more.txt", "record", "car"):  # beginnings of listed names are not listed
        with pytest.raises(StageError, match=f"did not write 01_collect/artifacts/{name}"):
            manifests.check(stage, stage / "artifacts" / name)


def test_missing_manifest_names_the_notebook_to_run(run_dir):
    with pytest.raises(StageError, match="03_select of run `mine` is not finished") as error:
        manifests.check(run_dir / "03_select", run_dir / "03_select" / "artifacts" / "selection.json")
    assert "notebooks/03_select.ipynb" in str(error.value) and "clintune run 03" in str(error.value)


def test_manifest_cut_short_is_refused(run_dir):
    (run_dir / "01_collect" / manifests.NAME).write_text('{"stage": "01_c')
    with pytest.raises(StageError, match="not JSON"):
        manifests.read(run_dir / "01_collect")


def test_status_tells_missing_unfinished_and_fresh_apart(run_dir):
    (run_dir / "03_select" / "artifacts").mkdir(parents=True)
    states = [state for state, _ in _states(run_dir, {"01_collect": "s", "02_preprocess": "s"})]
    assert states == ["fresh", "fresh", "unfinished", "missing", "missing", "missing"]


def test_changed_settings_make_the_stage_and_those_after_it_stale(run_dir):
    first, second, *_ = _states(run_dir, {"01_collect": "other", "02_preprocess": "s"})
    assert first == ("stale", "settings changed")
    assert second == ("stale", "01_collect is not fresh")


def test_stage_that_ran_again_with_other_results_makes_its_reader_stale(run_dir):
    _finish(run_dir, "01_collect", {"records.txt": "three", "cards/a.txt": "card"})
    assert _states(run_dir)[1] == ("stale", "01_collect/artifacts/records.txt changed")


def test_stage_that_ran_again_with_equal_results_keeps_its_reader_fresh(run_dir):
    _finish(run_dir, "01_collect", {"records.txt": "one", "cards/a.txt": "another card, not read by 02"})
    assert _states(run_dir)[1] == ("fresh", "")


def test_deleted_or_cut_output_makes_its_stage_stale(run_dir):
    path = run_dir / "02_preprocess" / "artifacts" / "train.txt"
    path.write_text("")
    assert _states(run_dir)[1][0] == "stale"
    path.unlink()
    state, reason = _states(run_dir)[1]
    assert state == "stale" and "train.txt is missing" in reason


def test_manifest_of_another_version_is_stale(run_dir):
    path = run_dir / "01_collect" / manifests.NAME
    files.write_json(path, json.loads(path.read_text()) | {"schema_version": manifests.SCHEMA_VERSION + 1})
    assert _states(run_dir)[0] == ("stale", "written by another version")
