import json

import pytest

from helpers import cli_seeds, pipeline
from helpers.core import paths, runs


def _evaluated(seed, tuned, *, run_id="", **overrides):
    """A run whose 05 is finished, with results of two models."""
    run = runs.start(
        "05_evaluate", profile="smoke", task="diagnosis", seed=seed, run_id=run_id, overrides=overrides or None
    )
    base = "base zero-shot accuracy" if seed % 2 else "base few-shot accuracy"
    run.finish(metrics={base: 0.1 * seed, "tuned accuracy": tuned, "verdict": "better", "p_value": 0.01})
    return run.run_id


def test_mean_and_spread_are_those_of_runs_that_differ_in_the_seed_only(clintune):
    for seed, tuned in ((1, 0.5), (2, 0.6), (3, 0.4)):
        _evaluated(seed, tuned)
    _evaluated(4, 0.9, run_id="other", **{"train.epochs": 2})
    table = cli_seeds.summary([runs.folder_of(f"smoke-diagnosis-s{seed}") for seed in (1, 2, 3)]).set_index("model")
    assert table.loc["tuned", "mean"] == pytest.approx(0.5) and table.loc["tuned", "sd"] == pytest.approx(0.1)
    assert (table.loc["tuned", "lowest"], table.loc["tuned", "highest"], table.loc["tuned", "n"]) == (0.4, 0.6, 3)
    assert table.loc["base, best prompt", "mean"] == pytest.approx(0.2) and set(table["seeds"]) == {"1, 2, 3"}
    code, said, _ = clintune("seeds", "smoke-diagnosis-s2")
    assert code == 0 and "Seeds 1, 2, 3" in said and "0.500" in said and "0.900" not in said
    code, said, _ = clintune("seeds")  # the newest
    assert code == 0 and "Seeds 4" in said and "0.900" in said


def test_results_that_were_changed_afterwards_are_refused(clintune):
    name = _evaluated(1, 0.5)
    path = paths.outputs() / name / "05_evaluate" / "metrics.json"
    path.write_text(json.dumps({"tuned accuracy": 1.0}))
    code, _, said = clintune("seeds")
    assert code == 1 and "is not what 05_evaluate wrote" in said


def test_without_a_finished_run_it_says_what_to_do(clintune):
    code, _, said = clintune("seeds")
    assert code == 1 and "clintune run --seed 1 --seed 2" in said


def test_run_with_several_seeds_makes_a_run_of_each_and_shows_the_summary(clintune, monkeypatch):
    asked = []

    def run(stages, *, run_id, seed, **_):
        asked.append((run_id, seed))
        _evaluated(seed, 0.2 * seed, run_id=run_id)
        return [pipeline.Outcome("05_evaluate", False, 1.0)]

    monkeypatch.setattr(pipeline, "run", run)
    monkeypatch.setattr("helpers.cli._show_result", lambda run_dir: None)
    code, said, _ = clintune("run", "--profile", "smoke", "--seed", 1, "--seed", 2, "--seed", 1)
    assert code == 0 and asked == [("smoke-diagnosis-s1", 1), ("smoke-diagnosis-s2", 2)]
    assert "Seeds 1, 2" in said and "0.300" in said
    asked.clear()
    code, said, _ = clintune("run", "--profile", "smoke", "--run-id", "mine", "--seed", 3, "--seed", 4)
    assert code == 0 and asked == [("mine-s3", 3), ("mine-s4", 4)] and "Seeds 3, 4" in said
    asked.clear()
    code, said, _ = clintune("run", "--profile", "smoke", "--run-id", "mine")
    assert asked == [("mine", 1)] and "Seeds" not in said
