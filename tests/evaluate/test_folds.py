import pytest
from evaluated import BASELINE, ITEMS, evaluated

from helpers.core.errors import StageError
from helpers.evaluate import folds


def _run(fold, right, *, seed=1):
    return evaluated(seed, run_id=f"f{fold}-s{seed}", metrics={}, right=right, **{"preprocess.test_fold": fold})


def test_the_items_of_all_folds_decide_together():
    dirs = [_run(fold, (30, 30)) for fold in range(4)]
    pooled = folds.advise(dirs)
    assert pooled.folds == (0, 1, 2, 3) and pooled.seed == 1 and pooled.baselines == (BASELINE,) * 4
    assert pooled.advice.n == pooled.advice.n_groups == 4 * ITEMS
    assert pooled.advice.difference == 0 and pooled.advice.advice == "non-inferior"


def test_the_difference_is_the_mean_over_all_items():
    advice = folds.advise([_run(0, (30, 42)), _run(1, (30, 24))]).advice
    assert advice.difference == pytest.approx((12 - 6) / (2 * ITEMS))
    assert folds.advise([_run(2, (40, 20)), _run(3, (40, 20))]).advice.advice == "inferior"


def test_of_several_seeds_the_one_with_most_folds_counts_and_a_single_fold_says_nothing():
    dirs = [_run(0, (30, 30)), _run(0, (30, 60), seed=2), _run(1, (30, 60), seed=2)]
    pooled = folds.advise(dirs)
    assert pooled.seed == 2 and pooled.folds == (0, 1) and pooled.advice.difference == 0.5
    assert folds.advise(dirs[:2]) is None and folds.advise([]) is None


def test_predictions_that_were_changed_afterwards_are_refused():
    dirs = [_run(0, (30, 30)), _run(1, (30, 30))]
    path = dirs[1] / "05_evaluate" / "artifacts" / "verdict.json"
    path.write_text('{"baseline": "another"}')
    with pytest.raises(StageError, match="is not what 05_evaluate wrote"):
        folds.advise(dirs)
