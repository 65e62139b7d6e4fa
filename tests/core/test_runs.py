import errno
import json
import os
import signal
import stat
import subprocess
import sys

import pandas as pd
import pytest
import yaml

from helpers.core import keys, ledger, manifests, paths, plans, profiles, runs, tasks
from helpers.core.errors import ProfileError, StageError

ARGS = {"profile": "smoke", "task": "diagnosis", "seed": 1, "run_id": "mine"}


@pytest.fixture(autouse=True)
def released(monkeypatch):
    """Let go of locks that a test left held, as the end of its process would."""
    opened = []
    begin = runs.start

    def start(*args, **kwargs):
        opened.append(begin(*args, **kwargs))
        return opened[-1]

    monkeypatch.setattr(runs, "start", start)
    yield
    for run in opened:
        run._lock.release(force=True)


def _collected(text="one"):
    run = runs.start("01_collect", **ARGS)
    run.output("records.txt").write_text(text)
    run.output("cards/a.txt").write_text("card")
    run.finish(metrics={"n": 1})
    return run


def _preprocessed():
    run = runs.start("02_preprocess", **ARGS)
    run.input("01_collect", "records.txt")
    run.finish(metrics={"n": 1})
    return run


def _states(profile="smoke", overrides=None):
    profile, task = profiles.load(profile, overrides), tasks.load("diagnosis")
    settings = {stage: plans.settings_digest(stage, profile, task, 1) for stage in manifests.STAGES}
    return {item.stage: item.state for item in manifests.status(paths.outputs() / "mine", settings)}


def test_finished_stage_lists_what_it_read_and_wrote():
    _collected()
    run = runs.start("02_preprocess", **ARGS)
    assert run.input("01_collect", "cards") == run.run_dir / "01_collect" / "artifacts" / "cards"
    run.save_json({"a": 1}, "report")
    run.save_table(pd.DataFrame({"a": [1]}), "counts")
    said = run.finish(metrics={"n_records": 7, "train_tokens": 11})
    manifest = manifests.read(run.dir)
    assert [entry["path"] for entry in manifest["inputs"]] == ["01_collect/artifacts/cards/a.txt"]
    assert {entry["path"] for entry in manifest["outputs"]} == {
        "02_preprocess/artifacts/report.json",
        "02_preprocess/tables/counts.csv",
        "02_preprocess/metrics.json",
    }
    metrics = json.loads((run.dir / "metrics.json").read_text())
    assert metrics["n_records"] == 7 and metrics["peak_gib"] > 0.01 and metrics["wall_s"] >= 0
    assert (manifest["seed"], manifest["tokens"], manifest["run_id"]) == (1, 11, "mine")
    assert manifest["packages"]["pandas"] == pd.__version__
    assert "02_preprocess is complete: 2 files" in said
    assert manifests.sha256(run.dir / manifests.NAME)[:12] in said
    assert [entry["event"] for entry in ledger.read(run.run_dir)] == ["stage finished"] * 2
    assert ledger.read(run.run_dir)[-1]["data"]["manifest"] == manifests.sha256(run.dir / manifests.NAME)


def test_resolved_profile_and_task_are_written_beside_the_stages_and_load_again():
    run = runs.start("01_collect", **ARGS, overrides={"train.lora_r": 5})
    assert profiles.load(str(run.run_dir / "profile.yaml")) == run.profile
    assert tasks.load(str(run.run_dir / "task.yaml")) == run.task
    assert yaml.safe_load((run.run_dir / "profile.yaml").read_text())["train"]["lora_r"] == 5


def test_run_id_comes_from_profile_task_and_seed_when_none_is_given():
    run = runs.start("01_collect", profile="smoke", task="diagnosis", seed=3)
    assert run.run_id == "smoke-diagnosis-s3" and run.run_dir == paths.outputs() / run.run_id


def test_unknown_stage_or_profile_is_refused_and_leaves_no_folder():
    with pytest.raises(StageError, match="no stage `07_dream`"):
        runs.start("07_dream", **ARGS)
    with pytest.raises(ProfileError):
        runs.start("01_collect", **ARGS, overrides={"train.speed": 1})
    assert not paths.outputs().exists()


def test_input_of_an_unfinished_stage_is_refused_with_the_notebook_to_run():
    run = runs.start("01_collect", **ARGS)
    run.output("records.txt").write_text("half")
    run._lock.release(force=True)  # the process was killed
    with pytest.raises(StageError, match=r"01_collect of run `mine` is not finished.*notebooks/01_collect\.ipynb"):
        runs.start("02_preprocess", **ARGS).input("01_collect", "records.txt")


def test_input_edited_by_hand_is_refused():
    _collected()
    (paths.outputs() / "mine/01_collect/artifacts/records.txt").write_text("two")
    with pytest.raises(StageError, match="is not what 01_collect wrote"):
        runs.start("02_preprocess", **ARGS).input("01_collect", "records.txt")


def test_interrupted_stage_leaves_no_manifest_although_an_earlier_try_had_one():
    _collected()
    run = runs.start("01_collect", **ARGS)
    assert not (run.dir / manifests.NAME).exists() and not (run.dir / "artifacts").exists()
    assert _states()["01_collect"] == "unfinished"


def test_full_disk_at_the_end_leaves_the_stage_unfinished(monkeypatch):
    run = runs.start("01_collect", **ARGS)
    run.output("records.txt").write_text("one")
    replace = os.replace

    def full(source, target):
        if str(target).endswith(manifests.NAME):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(StageError, match=r"01_collect/manifest\.json could not be written"):
        run.finish(metrics={})
    assert _states()["01_collect"] == "unfinished"
    assert not [path for path in run.dir.rglob("*") if manifests.NAME in path.name]


HOLDER = """
import os, sys, time
from helpers.core import plans, runs
run = runs.start("01_collect", profile="smoke", task="diagnosis", seed=1, run_id="mine")
print("held", flush=True)
sys.stdin.readline()
run.finish(metrics={})
print("finished", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def holder():
    """A second process that has the run open; a line to it makes it finish the stage."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=paths.ROOT
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_run_that_another_process_writes_is_refused_until_it_finishes(holder):
    with pytest.raises(StageError, match="Run `mine` is being written by another process"):
        runs.start("02_preprocess", **ARGS)
    runs.start("02_preprocess", **ARGS | {"run_id": "other"})  # another run id is free
    holder.stdin.write("\n")
    holder.stdin.flush()
    assert holder.stdout.readline() == "finished\n"
    assert runs.start("02_preprocess", **ARGS).run_id == "mine"  # the other process still lives


def test_refused_writer_clears_nothing_of_the_process_that_holds_the_run(holder):
    stage = paths.outputs() / "mine" / "01_collect"
    (stage / "artifacts").mkdir(parents=True, exist_ok=True)
    (stage / "artifacts" / "records.txt").write_text("in the making")
    with pytest.raises(StageError):
        runs.start("01_collect", **ARGS)
    assert (stage / "artifacts" / "records.txt").read_text() == "in the making"


def test_killed_process_does_not_keep_the_run_locked(holder):
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert runs.start("01_collect", **ARGS).run_id == "mine"


def test_same_process_may_start_a_stage_again_as_run_all_in_a_notebook_does():
    runs.start("01_collect", **ARGS)
    _collected()
    assert _states()["01_collect"] == "fresh"


def test_run_folder_is_for_its_owner_alone():
    run = runs.start("01_collect", **ARGS)
    assert stat.S_IMODE(run.run_dir.stat().st_mode) == 0o700


def test_key_of_a_run_lies_outside_it():
    run = runs.start("01_collect", **ARGS)
    key = run.secret("deid")
    assert key == keys.own("deid")
    assert not [path for path in run.run_dir.rglob("*") if path.is_file() and key.hex() in path.read_text()]


def test_scratch_survives_an_interrupted_try_with_equal_settings_and_input():
    _collected()
    (runs.start("02_preprocess", **ARGS).scratch("cache") / "half").write_text("work")
    again = runs.start("02_preprocess", **ARGS)
    assert (again.scratch("cache") / "half").read_text() == "work"
    again.finish(metrics={})
    assert not (again.dir / "scratch").exists()


def test_scratch_is_cleared_when_settings_change():
    (runs.start("04_train", **ARGS).scratch("checkpoints") / "half").write_text("work")
    other = runs.start("04_train", **ARGS, overrides={"evaluate.alpha": 0.1})  # another stage's setting
    assert (other.scratch("checkpoints") / "half").exists()
    other = runs.start("04_train", **ARGS, overrides={"train.lora_r": 9})
    assert not (other.scratch("checkpoints") / "half").exists()


def test_scratch_is_cleared_when_an_earlier_stage_ran_again():
    _collected()
    (runs.start("02_preprocess", **ARGS).scratch("cache") / "half").write_text("work")
    _collected("other records")
    assert not (runs.start("02_preprocess", **ARGS).scratch("cache") / "half").exists()


def test_setting_of_another_stage_makes_nothing_stale():
    _collected()
    _preprocessed()
    expected = {stage: "missing" for stage in manifests.STAGES} | {"01_collect": "fresh", "02_preprocess": "fresh"}
    assert _states() == expected
    assert _states(overrides={"train.lora_r": 9, "deploy.threads": 1}) == expected
    changed = _states(overrides={"preprocess.near_duplicate_jaccard": 0.8})
    assert (changed["01_collect"], changed["02_preprocess"]) == ("fresh", "stale")


def test_gate_decision_carries_the_hash_of_its_evidence():
    run = runs.start("02_preprocess", **ARGS)
    report = run.save_json({"leaks": 0}, "deid_report")
    run.decide("deid", passed=True, evidence=report, override_by="")
    entry = ledger.read(run.run_dir)[-1]
    assert entry["event"] == "gate:deid" and entry["data"]["passed"] is True
    assert entry["data"]["evidence"] == {
        "path": "02_preprocess/artifacts/deid_report.json",
        "sha256": manifests.sha256(report),
    }


def test_every_opening_of_the_test_set_is_counted_over_tries():
    assert runs.start("05_evaluate", **ARGS).open_test_set("evaluation") == 1
    assert runs.start("05_evaluate", **ARGS).open_test_set("evaluation") == 2


@pytest.mark.parametrize("allowed", [True, False])
def test_display_needs_the_permission_that_01_wrote(allowed):
    run = runs.start("01_collect", **ARGS)
    run.save_json({"may_display": allowed}, "permission")
    run.finish(metrics={})
    assert runs.start("02_preprocess", **ARGS).may_display() is allowed


def test_display_without_permission_file_is_refused():
    _collected()
    with pytest.raises(StageError, match=r"did not write 01_collect/artifacts/permission\.json"):
        runs.start("02_preprocess", **ARGS).may_display()


def test_figure_is_saved_with_its_data_and_caption():
    from helpers.core import figures

    run = runs.start("03_select", **ARGS)
    data = pd.DataFrame({"name": ["a", "b"], "count": [1, 2]})
    ax = figures.counts(data, title="Records", xlabel="records", ylabel="kind")
    run.save_figure(ax, data, "kinds", "How many records of each kind.")
    folder = run.dir / "figures"
    assert (folder / "kinds.png").read_bytes()[:4] == b"\x89PNG"
    pd.testing.assert_frame_equal(pd.read_csv(folder / "kinds.csv"), data)
    assert json.loads((folder / "captions.json").read_text()) == {"kinds": "How many records of each kind."}


def test_cost_is_that_of_the_finished_stages_and_of_this_one_so_far():
    first = runs.start("01_collect", **ARGS)
    cost = first.cost().iloc[0]
    assert cost["stage"] == "01_collect" and 0 <= cost["minutes"] < 10 and cost["peak GiB"] > 0.01
    first.finish(metrics={})
    table = runs.start("02_preprocess", **ARGS).cost()
    assert table["stage"].tolist() == ["01_collect", "02_preprocess"]
    assert table["peak GiB"][0] == manifests.read(first.dir)["peak_gib"]


def test_plan_shows_the_stage_settings_and_what_it_took_the_last_time():
    run = runs.start("01_collect", profile="smoke", task="diagnosis", seed=1)
    plan = run.plan().set_index("setting")["value"]
    assert (
        plan["max_records"] == str(run.profile.collect.max_records) and plan["took the last time"] == "never run here"
    )
    run.finish(metrics={})
    plan = runs.start("01_collect", profile="smoke", task="diagnosis", seed=2).plan().set_index("setting")["value"]
    assert "minutes" in plan["took the last time"] and "GiB" in plan["took the last time"]
