import json

import pytest
from evaluated import evaluated

from helpers import cli_seeds, pipeline
from helpers.core import paths, plans, runs


def _evaluated(seed, tuned, *, run_id="", **overrides):
    """A run whose 05 is finished, with results of three models."""
    base = "base zero-shot accuracy" if seed % 2 else "base few-shot accuracy"
    fold = overrides.get("preprocess.test_fold", 0)
    found = {base: 0.1 * seed, "tuned accuracy": tuned, "majority accuracy": 0.15 + 0.1 * fold}
    found |= {"verdict": "better", "p_value": 0.01}
    return evaluated(seed, run_id=run_id, metrics=found, **overrides).name


def test_mean_and_spread_are_those_of_runs_that_differ_in_the_seed_only(clintune):
    for seed, tuned in ((1, 0.5), (2, 0.6), (3, 0.4)):
        _evaluated(seed, tuned)
    _evaluated(4, 0.9, run_id="other", **{"train.epochs": 2})
    of_seeds = [plans.folder_of(f"smoke-diagnosis-s{seed}") for seed in (1, 2, 3)]
    table = cli_seeds.summary({"": of_seeds}).set_index("model")
    assert table.loc["tuned", "mean"] == pytest.approx(0.5) and table.loc["tuned", "sd"] == pytest.approx(0.1)
    assert (table.loc["tuned", "lowest"], table.loc["tuned", "highest"], table.loc["tuned", "n"]) == (0.4, 0.6, 3)
    assert table.loc["base, best prompt", "mean"] == pytest.approx(0.2) and set(table["seeds"]) == {"1, 2, 3"}
    code, said, _ = clintune("seeds", "smoke-diagnosis-s2")
    assert code == 0 and "1, 2, 3" in said and "0.500" in said and "0.900" not in said
    code, said, _ = clintune("seeds")  # the newest
    assert code == 0 and "1, 2, 3" not in said and "0.900" in said


def test_several_kinds_of_run_share_one_table_over_folds(clintune):
    for fold in (0, 1):
        name = f"f{fold}"
        _evaluated(1, 0.5 + 0.1 * fold, run_id=name, **{"preprocess.test_fold": fold})
        other = {"train.epochs": 2}
        other |= {
            "deploy.max_parity": 5 + fold,
            "description": f"{fold}",
            "train.score_validation": fold,
        }  # move nothing
        _evaluated(1, 0.9 - 0.1 * fold, run_id=f"e{name}", **{"preprocess.test_fold": fold} | other)
    _evaluated(2, 0.1, run_id="apart", **{"train.epochs": 3})
    code, said, _ = clintune("seeds", "f0", "ef1")
    lines = [[word.strip() for word in line.split("│")[1:-1]] for line in said.splitlines() if "│" in line]
    table = {row[0]: row[1:] for row in lines}
    assert code == 0 and table["tuned (f0)"] == ["0, 1", "1", "2", "0.550", "0.071", "0.500", "0.600"]
    assert table["tuned (ef1)"][2:4] == ["2", "0.850"] and not any("apart" in row for row in table)
    assert "f0: tuned against the best simple model (TF-IDF + logistic regression) over test folds 0, 1: " in said
    assert "120 items in 120 groups" in said
    assert table["majority"][2:4] == ["2", "0.200"]  # both kinds found the same in each fold: counted once


def test_both_prompts_of_the_base_have_a_row_each_where_both_were_asked(clintune):
    run = runs.start("05_evaluate", profile="smoke", task="diagnosis", seed=1, run_id="", overrides=None)
    asked = {"base zero-shot accuracy": 0.1, "base few-shot accuracy": 0.2, "tuned accuracy": 0.3}
    run.finish(metrics=asked)
    table = cli_seeds.summary({"": [paths.outputs() / run.run_id]})
    assert table["model"].tolist() == ["tuned", "base few-shot", "base zero-shot"]


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
    assert "Mean and spread" in said and "1, 2" in said and "0.300" in said
    asked.clear()
    code, said, _ = clintune("run", "--profile", "smoke", "--run-id", "mine", "--seed", 3, "--seed", 4)
    assert code == 0 and asked == [("mine-s3", 3), ("mine-s4", 4)] and "Mean and spread" in said and "3, 4" in said
    asked.clear()
    code, said, _ = clintune("run", "--profile", "smoke", "--run-id", "mine")
    assert asked == [("mine", 1)] and "Mean and spread" not in said
