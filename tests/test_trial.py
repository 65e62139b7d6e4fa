import json
import subprocess
import sys

import pytest

from helpers import trial
from helpers.core import ledger, manifests


@pytest.fixture
def base(tmp_path):
    folder = tmp_path / "shared"
    for stage in trial.SHARED:
        (folder / stage / "artifacts").mkdir(parents=True)
        (folder / stage / "artifacts" / "rows.parquet").write_text("rows")
        (folder / stage / "notebook.ipynb").write_text("{}")
        (folder / stage / manifests.NAME).write_text(json.dumps({"stage": stage, "version": 1}))
    for name in ("profile.yaml", "task.yaml", "seed"):
        (folder / name).write_text(name)
    ledger.append(folder, "stage finished", stage="03_select")
    return folder


def test_trial_begins_with_the_shared_stages_and_a_ledger_of_its_own(base, tmp_path):
    run_dir = tmp_path / "mine"
    trial.share(base, run_dir)
    for stage in trial.SHARED:
        assert (run_dir / stage / "artifacts" / "rows.parquet").samefile(base / stage / "artifacts" / "rows.parquet")
        assert not (run_dir / stage / "notebook.ipynb").samefile(base / stage / "notebook.ipynb")
    ledger.append(run_dir, "stage finished", stage="04_train")
    assert len(ledger.read(run_dir)) == 2 and len(ledger.read(base)) == 1


def test_what_a_trial_has_done_stays_unless_the_shared_stages_changed(base, tmp_path):
    run_dir = tmp_path / "mine"
    trial.share(base, run_dir)
    (run_dir / "04_train").mkdir()
    trial.share(base, run_dir)
    assert (run_dir / "04_train").is_dir()
    (base / "02_preprocess" / manifests.NAME).write_text(json.dumps({"stage": "02_preprocess", "version": 2}))
    trial.share(base, run_dir)
    assert not (run_dir / "04_train").exists()
    assert (run_dir / "02_preprocess" / manifests.NAME).read_text() == (
        base / "02_preprocess" / manifests.NAME
    ).read_text()


def test_validation_losses_are_those_of_the_newest_checkpoint(tmp_path):
    assert trial.validation_losses(tmp_path) == []
    for step, history in ((9, [{"eval_loss": 2.0}]), (10, [{"eval_loss": 2.0}, {"loss": 1.0}, {"eval_loss": 1.5}])):
        folder = tmp_path / "04_train" / "scratch" / "checkpoints" / f"checkpoint-{step}"
        folder.mkdir(parents=True)
        (folder / "trainer_state.json").write_text(json.dumps({"log_history": history}))
    assert trial.validation_losses(tmp_path) == [2.0, 1.5]
    (folder / "trainer_state.json").write_text('{"log_hist')  # half written
    assert trial.validation_losses(tmp_path) == []
    trial.clear(tmp_path)
    assert not (tmp_path / "04_train" / "scratch").exists()


def test_child_tells_its_error(tmp_path):
    arguments = {"profile": "nowhere", "task": "diagnosis", "seed": 1, "run_id": "x", "overrides": {}}
    assert "There is no profile `nowhere`" in trial.train(arguments, str(tmp_path), 1)


CHILD = """
import time, helpers.trial
helpers.trial.pipeline.run = lambda *args, **kwargs: print("running", flush=True) or time.sleep(60)
helpers.trial.main()
"""


def test_child_ends_when_its_parent_is_gone():
    child = subprocess.Popen([sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        child.stdin.write("{}\n")
        child.stdin.flush()
        assert child.stdout.readline() == "running\n"
        child.stdin.close()  # as the kernel closes it when the parent is killed
        assert child.wait(30) != 0
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
