import doctest

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from helpers.metrics import intervals


def test_the_examples_in_the_docstrings_hold():
    found = doctest.testmod(intervals)
    assert found.attempted >= 2
    assert found.failed == 0


def test_wilson_equals_its_formula():
    successes, n, z = 7, 40, stats.norm.ppf(0.975)
    share = successes / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    assert intervals.wilson(successes, n) == pytest.approx((centre - half, centre + half))


def test_no_leak_in_300_patients_bounds_the_share_below_one_percent_and_in_298_does_not():
    assert intervals.clopper_pearson_upper(0, 300) == pytest.approx(1 - 0.05 ** (1 / 300))
    assert intervals.clopper_pearson_upper(0, 300) < 0.01 < intervals.clopper_pearson_upper(0, 298)
    assert intervals.clopper_pearson_upper(4, 4) == 1.0


def test_the_exact_upper_bound_leaves_five_percent_below():
    bound = intervals.clopper_pearson_upper(3, 50)
    assert stats.binom.cdf(3, 50, bound) == pytest.approx(0.05)


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_impossible_shares_are_refused(successes, n):
    for function in (intervals.wilson, intervals.clopper_pearson_upper):
        with pytest.raises(ValueError, match="share"):
            function(successes, n)


def test_bootstrap_of_single_item_groups_has_the_width_of_the_standard_error():
    values = np.random.default_rng(0).normal(size=400)
    found = intervals.cluster_bootstrap(values, np.arange(400), n=4000, seed=1)
    error = values.std() / np.sqrt(400)
    assert found.estimate == pytest.approx(values.mean())
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.06)
    assert (found.n, found.n_groups) == (400, 400)


def test_copying_every_item_within_its_group_does_not_narrow_the_interval():
    values, groups = np.random.default_rng(0).normal(size=60), np.arange(60)
    once = intervals.cluster_bootstrap(values, groups, n=2000, seed=1)
    copied = intervals.cluster_bootstrap(np.repeat(values, 5), np.repeat(groups, 5), n=2000, seed=1)
    naive = intervals.cluster_bootstrap(np.repeat(values, 5), np.arange(300), n=2000, seed=1)
    assert copied[:3] == pytest.approx(once[:3])
    assert naive.high - naive.low < 0.6 * (copied.high - copied.low)


def test_bootstrap_does_not_depend_on_the_order_of_rows():
    rng = np.random.default_rng(5)
    values, groups, order = rng.random(50), rng.choice(list("abcdefg"), 50), rng.permutation(50)
    for statistic in ("mean", "median"):
        first = intervals.cluster_bootstrap(values, groups, n=300, seed=2, statistic=statistic)
        again = intervals.cluster_bootstrap(values[order], groups[order], n=300, seed=2, statistic=statistic)
        assert first[:3] == pytest.approx(again[:3])
    other = intervals.cluster_bootstrap(values, groups, n=300, seed=3)
    assert other.low != intervals.cluster_bootstrap(values, groups, n=300, seed=2).low


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    rng, covered = np.random.default_rng(11), 0
    for trial in range(300):
        centres = rng.normal(scale=0.5, size=40)
        values = (centres[:, None] + rng.normal(size=(40, 4))).ravel()
        found = intervals.cluster_bootstrap(values, np.repeat(np.arange(40), 4), n=400, seed=trial)
        covered += found.low <= 0 <= found.high
    assert 0.90 <= covered / 300 <= 0.98


def test_median_equals_resampling_items_one_group_at_a_time():
    values, groups = np.array([3.0, 1.0, 2.0, 10.0, 4.0, 8.0, 7.0]), np.array([0, 0, 1, 1, 2, 2, 2])
    found = intervals.cluster_bootstrap(values, groups, n=500, seed=4, statistic="median")
    weights = np.random.default_rng(4).multinomial(3, np.full(3, 1 / 3), size=500)
    draws = [np.median(np.repeat(values, weight[groups])) for weight in weights]
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(draws, [0.025, 0.975])))
    assert found.estimate == 4.0


def test_all_right_is_not_called_certain():
    found = intervals.clustered_mean(np.ones(40), np.repeat(np.arange(20), 2), n=200, seed=1)
    assert (found.low, found.high) == pytest.approx(intervals.wilson(20, 20))
    assert found.method == "Wilson on groups"
    assert intervals.clustered_mean([0, 1, 1], [1, 2, 3], n=200, seed=1).method == "cluster bootstrap"


def test_bad_values_and_single_groups_are_refused():
    with pytest.raises(ValueError, match="two groups"):
        intervals.cluster_bootstrap([1.0, 2.0], ["a", "a"], n=100, seed=1)
    with pytest.raises(ValueError, match="not finite"):
        intervals.cluster_bootstrap([1.0, np.nan], ["a", "b"], n=100, seed=1)
    with pytest.raises(ValueError, match="common length"):
        intervals.cluster_bootstrap([1.0, 2.0], ["a"], n=100, seed=1)
    with pytest.raises(ValueError, match="mean or median"):
        intervals.cluster_bootstrap([1.0, 2.0], ["a", "b"], n=100, seed=1, statistic="mode")


def test_area_interval_equals_drawing_groups_one_by_one():
    rng = np.random.default_rng(2)
    truth, groups = rng.random(60) < 0.4, np.repeat(np.arange(10, 30), 3)
    score = truth * 0.5 + rng.random(60)
    found = intervals.clustered_auc(truth, score, groups, n=200, seed=9)
    again = np.random.default_rng(9)
    draws = []
    for _ in range(200):
        rows = np.repeat(np.arange(60), again.multinomial(20, np.full(20, 1 / 20))[groups - 10])
        draws.append(roc_auc_score(truth[rows], score[rows]))
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(draws, [0.025, 0.975])))
    assert found.estimate == pytest.approx(roc_auc_score(truth, score)) and found.n_groups == 20
    order = rng.permutation(60)
    shuffled = intervals.clustered_auc(truth[order], score[order], groups[order], n=200, seed=9)
    assert shuffled[:5] == pytest.approx(found[:5])


def test_area_of_one_class_or_of_a_class_in_one_group_is_refused():
    for truth in ([True] * 4, [True, True, True, False], [True, True, False, False]):
        with pytest.raises(ValueError, match="positive and negative items in at least two groups"):
            intervals.clustered_auc(truth, [0.1, 0.2, 0.3, 0.4], ["a", "b", "c", "c"], n=50, seed=1)
    with pytest.raises(ValueError, match="common length"):
        intervals.clustered_auc([True, False], [0.1, 0.2, 0.3], ["a", "b", "c"], n=50, seed=1)


def test_a_weighted_mean_is_the_micro_average_and_its_resamples_keep_both_parts_together():
    # two groups: 3 of 4 and 0 of 1; a resample holds (a, a), (a, b) or (b, b): 6/8, 3/5 or 0
    values, weights, groups = [0.75, 0.0], [4, 1], ["a", "b"]
    found = intervals.cluster_bootstrap(values, groups, n=4000, seed=1, weights=weights)
    assert found.estimate == pytest.approx(3 / 5) and (found.low, found.high) == (0.0, 0.75)
    draws = intervals.resampled_means(np.array([values]).T, np.array([weights]).T, np.array([0, 1]), n=4000, seed=1)
    shares = [np.isclose(draws[:, 0], value).mean() for value in (0.75, 0.6, 0.0)]
    assert shares == pytest.approx([0.25, 0.5, 0.25], abs=0.03) and sum(shares) == 1


def test_equal_weights_change_nothing():
    rng = np.random.default_rng(3)
    values, groups = rng.random(60), np.repeat(np.arange(20), 3)
    plain = intervals.cluster_bootstrap(values, groups, n=500, seed=2)
    again = intervals.cluster_bootstrap(values, groups, n=500, seed=2, weights=np.full(60, 7.0))
    assert again[:5] == pytest.approx(plain[:5])


def test_a_resample_without_weight_is_drawn_again():
    values, weights, groups = [1.0, 0.0, 0.5], [2, 0, 2], ["a", "b", "c"]
    found = intervals.cluster_bootstrap(values, groups, n=1000, seed=1, weights=weights)
    assert found.estimate == 0.75 and (found.low, found.high) == (0.5, 1.0)


def test_items_without_weight_do_not_hide_that_all_values_are_equal():
    found = intervals.clustered_mean([0.0, 1.0, 0.0], ["a", "b", "c"], n=100, seed=1, weights=[3, 0, 1])
    assert found.method == "Wilson on groups" and (found.low, found.high) == intervals.wilson(0, 2)


@pytest.mark.parametrize("weights", [[1, -1], [0, 0], [1, np.nan], [1]])
def test_weights_that_are_none_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        intervals.cluster_bootstrap([0.0, 1.0], ["a", "b"], n=100, seed=1, weights=weights)
