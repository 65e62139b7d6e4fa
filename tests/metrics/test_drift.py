import numpy as np
import pytest
from scipy import stats

from helpers.metrics import drift


def test_kolmogorov_smirnov_is_the_largest_distance_between_the_steps():
    assert drift.kolmogorov_smirnov([1, 2, 3, 4], [3, 4, 5, 6]).statistic == pytest.approx(0.5)
    same = drift.kolmogorov_smirnov([1, 2, 3], [3, 1, 2])
    assert same.statistic == 0 and same.p_value == pytest.approx(1.0)


def test_chi_square_agrees_with_pearson_where_counts_are_large():
    before, after = ["a"] * 500 + ["b"] * 500, ["a"] * 550 + ["b"] * 450
    found = drift.chi_square(before, after, seed=1, n=20000)
    expected = stats.chi2_contingency([[500, 500], [550, 450]], correction=False)
    assert found.statistic == pytest.approx(expected.statistic)
    assert found.p_value == pytest.approx(expected.pvalue, abs=0.012)
    assert drift.chi_square(before, after, seed=1) == drift.chi_square(before, after, seed=1)


def test_chi_square_keeps_its_level_with_many_rare_categories():
    rng = np.random.default_rng(0)
    names = [f"family {i}" for i in range(23)]
    p_values = [
        drift.chi_square(rng.choice(names, 60), rng.choice(names, 60), seed=i, n=500).p_value for i in range(300)
    ]
    assert 0.02 <= np.mean(np.array(p_values) < 0.05) <= 0.08


def test_one_common_category_is_no_drift():
    assert drift.chi_square(["a"] * 5, ["a"] * 9, seed=1) == (0.0, 1.0)
    assert abs(drift.category_stability_index(["a"] * 5, ["a"] * 9)) < 1e-12


def test_stability_index_by_hand():
    before, after = ["a"] * 60 + ["b"] * 40, ["a"] * 40 + ["b"] * 60
    p, q = 60.5 / 101, 40.5 / 101
    assert drift.category_stability_index(before, after) == pytest.approx(2 * (p - q) * np.log(p / q))
    numbers = drift.stability_index(np.arange(100), np.arange(100) + 50, bins=2)
    p, q = np.array([50.5, 50.5]) / 101, np.array([0.5, 100.5]) / 101  # of the halves
    assert numbers == pytest.approx(((q - p) * np.log(q / p)).sum())


def test_stability_index_stays_small_without_drift_in_small_samples():
    rng = np.random.default_rng(0)
    found = [drift.stability_index(rng.normal(size=60), rng.normal(size=60)) for _ in range(200)]
    assert np.quantile(found, 0.9) < 0.25
    shifted = [drift.stability_index(rng.normal(size=60), rng.normal(1.5, size=60)) for _ in range(50)]
    assert np.quantile(shifted, 0.1) > 0.25


def test_constant_features_have_no_drift():
    assert drift.stability_index([1.0] * 50, [1.0] * 50) == pytest.approx(0.0)
    assert drift.stability_index([1.0] * 50, [2.0] * 50) > 0.25
    assert drift.stability_index([6.0, 7.0, 7.0] * 10, [4.0] * 30) > 0.25


def test_holm_is_monotone_and_bounded():
    rng = np.random.default_rng(0)
    p_values = rng.random(12)
    found = drift.holm(p_values)
    order = np.argsort(p_values)
    assert (np.diff(found[order]) >= 0).all() and (found >= p_values).all() and found.max() <= 1
    assert found[order[0]] == pytest.approx(min(1, 12 * p_values.min()))
    assert drift.holm([]).tolist() == []


@pytest.mark.parametrize(
    "call",
    [
        lambda: drift.kolmogorov_smirnov([], [1]),
        lambda: drift.kolmogorov_smirnov([1, np.nan], [1]),
        lambda: drift.chi_square([], ["a"], seed=1),
        lambda: drift.stability_index([1, 2], [1, 2], bins=1),
        lambda: drift.holm([0.5, 1.5]),
    ],
)
def test_impossible_input_is_refused(call):
    with pytest.raises(ValueError):
        call()
