import numpy as np
import pytest

from helpers.metrics import paired


def test_mcnemar_equals_the_binomial_by_hand():
    base, tuned = [1, 1, 0, 0, 0, 0, 0, 0, 0, 1], [0, 1, 1, 1, 1, 1, 1, 1, 0, 1]
    found = paired.mcnemar(base, tuned)
    assert (found.only_base, found.only_tuned) == (1, 6)
    assert found.p_value == pytest.approx(2 * (1 + 7) / 2**7)


def test_mcnemar_ignores_items_on_which_the_models_agree():
    few = paired.mcnemar([0, 0, 0, 1], [1, 1, 1, 0])
    many = paired.mcnemar([0, 0, 0, 1] + [1] * 500, [1, 1, 1, 0] + [1] * 500)
    assert few == many
    assert paired.mcnemar([1, 0], [1, 0]).p_value == 1.0


def test_mcnemar_refuses_scores_that_are_not_right_or_wrong():
    with pytest.raises(ValueError, match="0 or 1"):
        paired.mcnemar([0.5, 1], [1, 1])
    with pytest.raises(ValueError, match="common length"):
        paired.mcnemar([1], [1, 1])


def test_permutation_enumerates_few_groups_exactly():
    # all five differences are positive: only the two swaps that agree in sign are as extreme
    base, tuned = np.zeros(5), np.array([0.1, 0.2, 0.3, 0.4, 0.5])
    assert paired.permutation(base, tuned, np.arange(5), n=1000, seed=1) == pytest.approx(2 / 32)
    assert paired.permutation(base, base, np.arange(5), n=1000, seed=1) == 1.0


def test_permutation_swaps_whole_groups():
    base, tuned = np.zeros(12), np.ones(12)
    assert paired.permutation(base, tuned, np.repeat([0, 1, 2], 4), n=10000, seed=1) == pytest.approx(2 / 8)


def test_random_permutation_agrees_with_the_exact_one_and_never_reaches_zero():
    rng = np.random.default_rng(2)
    base, groups = rng.random(12), np.arange(12)
    tuned = base + rng.normal(0.1, 0.2, 12)
    exact = paired.permutation(base, tuned, groups, n=4096, seed=1)
    sampled = paired.permutation(base, tuned, groups, n=4095, seed=1)
    assert sampled == pytest.approx(exact, abs=0.03)
    assert paired.permutation(np.zeros(300), np.ones(300), np.arange(300), n=999, seed=1) == 1 / 1000


def test_permutation_keeps_its_level_when_nothing_differs():
    rng, rejected = np.random.default_rng(8), 0
    for trial in range(400):
        shift = np.repeat(rng.normal(size=30), 3) + rng.normal(size=90)
        rejected += paired.permutation(np.zeros(90), shift, np.repeat(np.arange(30), 3), n=299, seed=trial) < 0.05
    assert 0.02 <= rejected / 400 <= 0.08


def test_lower_bound_is_one_sided_and_above_the_two_sided_limit():
    rng = np.random.default_rng(4)
    base, groups = rng.random(200), np.arange(200)
    tuned = base + rng.normal(0.02, 0.1, 200)
    two_sided = paired.bootstrap_difference(base, tuned, groups, n=4000, seed=1)
    bound = paired.lower_bound(base, tuned, groups, n=4000, seed=1)
    difference = tuned - base
    assert two_sided.low < bound < two_sided.estimate
    assert bound == pytest.approx(difference.mean() - 1.645 * difference.std() / np.sqrt(200), abs=0.002)


def test_a_difference_of_micro_averages_by_hand():
    # base: 1 of 2 and 2 of 6 counted mentions; tuned: 4 of 4 and 0 of 2
    base, tuned, weights = [0.5, 1 / 3], [1.0, 0.0], ([2, 6], [4, 2])
    found = paired.bootstrap_difference(base, tuned, ["a", "b"], n=4000, seed=1, weights=weights)
    assert found.estimate == pytest.approx(4 / 6 - 3 / 8)
    assert (found.low, found.high) == pytest.approx((-1 / 3, 0.5))  # both groups the second, both the first
    # swapping one group gives 1/4 of base's place: |4/6 - 3/8| is beaten by the swap of either group, or not
    one = abs((1 + 0) / (2 + 2) - (4 + 2) / (4 + 6))
    other = abs((4 + 2) / (4 + 6) - (1 + 0) / (2 + 2))
    assert one == other
    expected = np.mean(np.array([4 / 6 - 3 / 8, one, other, 4 / 6 - 3 / 8]) >= (4 / 6 - 3 / 8) - 1e-12)
    assert paired.permutation(base, tuned, ["a", "b"], n=100, seed=1, weights=weights) == expected == 1.0


def test_a_permutation_of_micro_averages_equals_every_swap_done_by_hand():
    rng = np.random.default_rng(5)
    gold, found = rng.integers(1, 5, 6), rng.integers(1, 5, (2, 6))
    right = np.stack([rng.integers(0, 2, 6), np.ones(6, dtype=int)])
    sums, sizes = 2 * right, gold + found
    swaps = []
    for number in range(2**6):
        chosen = (number >> np.arange(6)) & 1
        first, second = np.where(chosen, 1, 0), np.where(chosen, 0, 1)
        at = np.arange(6)
        swaps.append(
            abs(sums[second, at].sum() / sizes[second, at].sum() - sums[first, at].sum() / sizes[first, at].sum())
        )
    expected = np.mean(np.array(swaps) >= swaps[0] - 1e-12)
    scores = sums / sizes
    found_p = paired.permutation(*scores, np.arange(6), n=100, seed=1, weights=tuple(sizes))
    assert found_p == pytest.approx(expected) and 0 < expected < 1


def test_equal_weights_give_the_unweighted_test_and_interval():
    rng = np.random.default_rng(6)
    base, tuned, groups = rng.random(90), rng.random(90), np.repeat(np.arange(30), 3)
    equal = (np.full(90, 2.0), np.full(90, 2.0))
    assert paired.permutation(base, tuned, groups, n=999, seed=3, weights=equal) == paired.permutation(
        base, tuned, groups, n=999, seed=3
    )
    plain = paired.bootstrap_difference(base, tuned, groups, n=500, seed=3)
    assert paired.bootstrap_difference(base, tuned, groups, n=500, seed=3, weights=equal)[:5] == pytest.approx(
        plain[:5]
    )


def test_a_permutation_of_micro_averages_keeps_its_level_when_nothing_differs():
    rng, rejected = np.random.default_rng(9), 0
    for trial in range(300):
        gold = rng.integers(0, 4, 40)
        found = rng.integers(0, 4, (2, 40))
        sizes = gold + found
        right = np.minimum(rng.binomial(gold, 0.5, (2, 40)), found)
        scores = np.divide(2 * right, sizes, out=np.ones((2, 40)), where=sizes > 0)
        rejected += paired.permutation(*scores, np.arange(40), n=299, seed=trial, weights=tuple(sizes)) < 0.05
    assert 0.02 <= rejected / 300 <= 0.09


def test_models_that_are_counted_over_different_groups_only_are_refused():
    with pytest.raises(ValueError, match="weight in both"):
        paired.permutation([1, 0], [0, 1], ["a", "b"], n=100, seed=1, weights=([1, 0], [0, 1]))
    with pytest.raises(ValueError, match="at least two"):
        paired.bootstrap_difference([1, 0], [0, 1], ["a", "a"], n=100, seed=1, weights=([1, 1], [1, 1]))
