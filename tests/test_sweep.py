import json
import threading
import time

import pandas as pd
import pytest
import yaml

from helpers import pipeline, search, sweep, trial
from helpers.core import ledger, manifests, paths, sweeps
from helpers.core.errors import ProfileError, StageError

SPACE = {"train.learning_rate": {"low": 1.0e-4, "high": 1.0e-2, "log": True}, "train.lora_r": [4, 8]}


@pytest.fixture
def spec(tmp_path):
    def make(**changes):
        values = {"name": "mine", "profile": "smoke", "space": SPACE, "trials": 4, "validation_records": 6} | changes
        path = tmp_path / "mine.yaml"
        path.write_text(yaml.safe_dump(values))
        return sweeps.load(str(path))

    return make


@pytest.fixture
def kit(monkeypatch):
    """Stages that write what a sweep reads of them, in no time; 04 scores best at rank 8 and learning rates near 0.001."""
    calls = {"pipeline": [], "trained": [], "fail": lambda overrides: ""}

    def run(stages, *, run_id, **arguments):
        calls["pipeline"].append((tuple(stages), run_id, arguments))
        folder = paths.outputs() / run_id
        for stage in stages:
            (folder / stage / "artifacts").mkdir(parents=True, exist_ok=True)
            (folder / stage / "artifacts" / "out.parquet").write_text("rows")
            (folder / stage / manifests.NAME).write_text(json.dumps({"stage": stage}))
        for name in ("profile.yaml", "task.yaml", "seed"):
            (folder / name).touch()
        ledger.append(folder, "stage finished", stage=stages[-1])

    def train(arguments, run_dir, threads):
        calls["trained"].append(run_dir)
        error = calls["fail"](arguments["overrides"])
        if not error:
            rate, rank = arguments["overrides"]["train.learning_rate"], arguments["overrides"]["train.lora_r"]
            folder = paths.Path(run_dir) / "04_train"
            folder.mkdir(exist_ok=True)
            score = rank / 10 - abs(rate - 0.001) * 10
            (folder / "metrics.json").write_text(json.dumps({"validation_accuracy": score, "wall_s": 60}))
        return error

    monkeypatch.setattr(pipeline, "run", run)
    monkeypatch.setattr(trial, "train", train)
    return calls


def _opened(kit):
    return [run_id for stages, run_id, _ in kit["pipeline"] if stages == ("05",)]


def test_best_on_validation_wins_and_the_test_set_is_opened_once_for_it(spec, kit):
    (found,) = sweep.run(spec())
    assert found.task == "diagnosis" and found.metric == "accuracy" and len(found.trials) == 4
    assert found.trials["score"].is_monotonic_decreasing and (found.trials["state"] == "finished").all()
    best = found.trials.iloc[0]
    assert found.run_id == best["run"] and found.winner == {field: best[field] for field in SPACE}
    assert _opened(kit) == [found.run_id]
    entries = ledger.read(paths.outputs() / "sweeps" / "mine")
    assert [entry["data"]["run_id"] for entry in entries if entry["event"] == "test set opened"] == [found.run_id]
    assert ledger.count(paths.outputs() / found.run_id, "chosen by a sweep on validation records") == 1
    assert pd.read_csv(found.folder / "trials.csv")["trial"].tolist() == found.trials["trial"].tolist()


def test_records_and_choice_are_made_once_and_linked_into_every_trial(spec, kit):
    (found,) = sweep.run(spec())
    shared = [run_id for stages, run_id, _ in kit["pipeline"] if stages == trial.SHARED]
    assert shared == ["mine-diagnosis-s1-shared"]
    for run_id in found.trials["run"]:
        own = paths.outputs() / run_id / "02_preprocess" / "artifacts" / "out.parquet"
        assert own.samefile(paths.outputs() / shared[0] / "02_preprocess" / "artifacts" / "out.parquet")
        assert ledger.read(paths.outputs() / run_id)[0]["event"] == "stage finished"


def test_finished_trials_are_not_repeated_and_more_can_be_added(spec, kit):
    first = sweep.run(spec(), open_test=False)[0]
    assert len(kit["trained"]) == 4 and _opened(kit) == []
    again = sweep.run(spec())[0]
    assert len(kit["trained"]) == 4 and again.run_id == first.run_id
    more = sweep.run(spec(trials=6), open_test=False)[0]
    assert len(kit["trained"]) == 6 and len(more.trials) == 6
    assert len(set(kit["trained"])) == 6  # nothing is drawn a second time


def test_second_winner_does_not_get_the_test_set(spec, kit, monkeypatch):
    (found,) = sweep.run(spec())
    monkeypatch.setattr(sweep, "_objective", lambda optuna_trial, **rest: _better(optuna_trial, spec()))
    with pytest.raises(StageError, match=r"opened the test set of diagnosis already.*now better"):
        sweep.run(spec(trials=5))
    assert _opened(kit) == [found.run_id]


def _better(optuna_trial, spec):
    optuna_trial.set_user_attr("values", search.draw(optuna_trial, spec))
    optuna_trial.set_user_attr("runs", ["another"])
    optuna_trial.set_user_attr("minutes", 1.0)
    return 99.0


def test_killed_trial_goes_on_in_its_own_run_and_counts_once(spec, kit):
    def killed(overrides):
        if len(kit["trained"]) == 3:
            raise KeyboardInterrupt
        return ""

    kit["fail"] = killed
    with pytest.raises(KeyboardInterrupt):
        sweep.run(spec())
    kit["fail"] = lambda overrides: ""
    (found,) = sweep.run(spec())
    assert len(found.trials) == 4
    assert kit["trained"][3] == kit["trained"][2]  # the same values, so the same run and its checkpoints
    assert len(set(kit["trained"])) == 4


def test_grid_tries_each_combination_once_also_after_a_failure(spec, kit):
    grid = {
        "method": "grid",
        "trials": None,
        "space": {"train.learning_rate": [1.0e-3, 2.0e-3], "train.lora_r": [4, 8]},
    }
    kit["fail"] = lambda overrides: "Out of memory." if overrides["train.lora_r"] == 4 else ""
    (found,) = sweep.run(spec(**grid))
    assert sorted(found.trials["state"]) == ["failed", "failed", "finished", "finished"]
    assert set(found.trials["why"]) == {"", "Out of memory."} and found.winner["train.learning_rate"] == 1.0e-3
    assert len(found.importances) == 0  # two finished trials tell nothing
    kit["fail"] = lambda overrides: ""
    sweep.run(spec(**grid))
    assert len(kit["trained"]) == 4
    (found,) = sweep.run(spec(**grid), again=True)
    assert len(kit["trained"]) == 6 and len(set(kit["trained"])) == 4
    assert (found.trials["state"] == "finished").sum() == 4
    importances = found.importances.set_index("field")["importance"]
    assert importances["train.lora_r"] > importances["train.learning_rate"] and importances.sum() == pytest.approx(1)


def test_without_a_finished_trial_the_first_error_is_told(spec, kit):
    kit["fail"] = lambda overrides: "The training loss is not finite."
    with pytest.raises(StageError, match=r"No trial.*The training loss is not finite.*--again"):
        sweep.run(spec())


def test_sweep_begun_with_another_space_is_refused(spec, kit):
    sweep.run(spec(), open_test=False)
    with pytest.raises(ProfileError, match="begun with other settings"):
        sweep.run(spec(space=SPACE | {"train.lora_r": [4, 16]}))
    assert len(kit["trained"]) == 4


def test_score_is_the_mean_over_seeds_and_each_seed_has_records_of_its_own(spec, kit):
    (found,) = sweep.run(spec(seeds=[1, 2], trials=2))
    assert len(kit["trained"]) == 4 and len(_opened(kit)) == 1
    assert [run_id for stages, run_id, _ in kit["pipeline"] if stages == trial.SHARED] == [
        "mine-diagnosis-s1-shared",
        "mine-diagnosis-s2-shared",
    ]
    assert (found.trials["minutes"] == 2).all()


def test_trial_above_the_median_loss_is_stopped(spec, kit, monkeypatch):
    losses = [1.0, 1.1, 1.2, 5.0]
    stopped = []

    def train(arguments, run_dir, threads):
        loss = losses[len(kit["trained"])]
        kit["trained"].append(run_dir)
        folder = paths.Path(run_dir) / "04_train"
        checkpoint = folder / "scratch" / "checkpoints" / "checkpoint-5"
        checkpoint.mkdir(parents=True)
        (checkpoint / "trainer_state.json").write_text(json.dumps({"log_history": [{"loss": 1}, {"eval_loss": loss}]}))
        ended = time.monotonic() + 30
        while time.monotonic() < ended and not (loss < 5 and (folder / "told").exists()):
            if (paths.Path(run_dir) / trial.STOP).exists():
                stopped.append(run_dir)
                return "stopped"
            time.sleep(0.01)
            if loss < 5 and time.monotonic() > ended - 28:
                break
        (folder / "metrics.json").write_text(json.dumps({"validation_accuracy": 1 / loss, "wall_s": 60}))
        return ""

    monkeypatch.setattr(trial, "train", train)
    monkeypatch.setattr(sweep, "_POLL_S", 0.02)
    (found,) = sweep.run(spec(prune=True))
    assert list(found.trials["state"]) == ["finished"] * 3 + ["pruned"]
    assert stopped == [kit["trained"][3]] and not (paths.Path(stopped[0]) / "04_train" / "scratch").exists()


def test_two_workers_run_trials_at_the_same_time(spec, kit, monkeypatch):
    both = threading.Barrier(2, timeout=120)
    quick = trial.train
    monkeypatch.setattr(trial, "train", lambda *args, **kwargs: (both.wait() and "") or quick(*args, **kwargs))
    (found,) = sweep.run(spec(), workers=2)
    assert len(found.trials) == 4


def test_two_workers_with_the_same_values_take_turns(spec, kit, monkeypatch):
    running, together = set(), []
    quick = trial.train

    def train(arguments, run_dir, threads):
        together.append(run_dir in running)
        running.add(run_dir)
        time.sleep(0.3)
        running.discard(run_dir)
        return quick(arguments, run_dir, threads)

    monkeypatch.setattr(trial, "train", train)
    (found,) = sweep.run(spec(space={"train.lora_r": [8], "train.learning_rate": [1.0e-3]}), workers=2)
    assert len(found.trials) == 4 and together == [False] * 4


def test_trials_run_on_ray(spec, kit, two_ray_workers, monkeypatch):
    here = paths.outputs()

    def train(arguments, run_dir, threads):
        import json as plain
        from pathlib import Path

        folder = Path(run_dir) / "04_train"
        folder.mkdir(exist_ok=True)
        (folder / "metrics.json").write_text(plain.dumps({"validation_accuracy": 0.5, "wall_s": 1}))
        return ""

    monkeypatch.setattr(trial, "train", train)
    (found,) = sweep.run(spec(trials=2), execution="ray")
    assert len(found.trials) == 2 and found.trials["score"].eq(0.5).all() and here.is_dir()


# --- the command


def test_command_shows_trials_winner_and_how_to_use_it(spec, kit, clintune, tmp_path):
    spec(trials=6, overrides={"train.epochs": 2})
    code, said, errors = clintune("sweep", tmp_path / "mine.yaml")
    assert code == 0, errors
    (run_id,) = _opened(kit)
    assert f"Winner:  {run_id}" in said and f"clintune run 06 --run-id {run_id} --profile smoke" in said
    assert "--set train.epochs=2 --set train.learning_rate=0.00" in said
    folder = paths.outputs() / "sweeps" / "mine" / "diagnosis"
    assert {path.name for path in folder.glob("*.*")} == {
        "trials.csv",
        "winner.json",
        "importances.csv",
        "importances.png",
        "parallel_coordinates.csv",
        "parallel_coordinates.png",
    }
    winner = json.loads((folder / "winner.json").read_text())
    assert winner["run_id"] == run_id and winner["overrides"] == {"train.epochs": 2}
    assert len(pd.read_csv(folder / "parallel_coordinates.csv")) == 6


def test_command_says_that_too_few_trials_tell_no_importance(spec, kit, clintune, tmp_path):
    spec(trials=2)
    code, said, _ = clintune("sweep", tmp_path / "mine.yaml", "--no-test")
    assert code == 0 and "too few finished trials" in said and _opened(kit) == []


def test_command_stops_at_what_does_not_hold_together(clintune):
    code, _, errors = clintune("sweep", "nowhere")
    assert code == 1 and "There is no sweep `nowhere`" in errors
