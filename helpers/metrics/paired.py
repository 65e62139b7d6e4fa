"""Two models on the same items: tests and intervals of their difference."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from helpers.metrics import intervals


class Mcnemar(NamedTuple):
    """Items that only one of the two models had right, and the exact two-sided p-value."""

    only_base: int
    only_tuned: int
    p_value: float


def mcnemar(base_correct: ArrayLike, tuned_correct: ArrayLike) -> Mcnemar:
    """Exact McNemar test: are the items on which the two models differ split evenly?

    Args:
        base_correct: Shape (n,), bool or 0/1.
        tuned_correct: Shape (n,), bool or 0/1, same items in the same order.

    Raises:
        ValueError: If shapes differ, there is no item, or a value is neither 0 nor 1.

    Source:
        McNemar 1947, Psychometrika 12:153; exact form: the binomial test of the discordant items. Items are taken as
        independent: read it beside `bootstrap_difference` where groups hold several.
    """
    base, tuned = _pair(base_correct, tuned_correct)
    if not np.isin(np.concatenate([base, tuned]), (0.0, 1.0)).all():
        raise ValueError("McNemar's test needs right or wrong answers (0 or 1)")
    only_base, only_tuned = int(((base == 1) & (tuned == 0)).sum()), int(((base == 0) & (tuned == 1)).sum())
    discordant = only_base + only_tuned
    p_value = 1.0 if discordant == 0 else float(stats.binomtest(only_tuned, discordant, 0.5).pvalue)
    return Mcnemar(only_base, only_tuned, p_value)


def bootstrap_difference(
    base: ArrayLike,
    tuned: ArrayLike,
    groups: ArrayLike,
    *,
    n: int,
    seed: int,
    level: float = 0.95,
    weights: tuple[ArrayLike, ArrayLike] | None = None,
) -> intervals.Interval:
    """Mean of tuned minus mean of base with a two-sided percentile interval, resampling whole groups.

    Args:
        base: Shape (items,), finite.
        tuned: Shape (items,), same items in the same order.
        groups: Shape (items,); the cluster of each item.
        n: Resamples; both models see the same ones.
        seed: Of the resampling.
        level: Coverage of the two-sided interval.
        weights: Of base and of tuned, as `intervals.cluster_bootstrap` takes them; each model has its own.

    Raises:
        ValueError: If shapes differ, a value is not finite, weights are negative or all 0, or there are fewer than two
            groups.
    """
    base, tuned = _pair(base, tuned)
    if weights is None:
        return intervals.cluster_bootstrap(tuned - base, groups, n=n, seed=seed, level=level)
    names, codes = np.unique(np.asarray(groups).astype(str), return_inverse=True)
    if codes.shape != base.shape or len(names) < 2:
        raise ValueError(f"{len(base)} scores need groups of the same length, at least two; found {len(names)}")
    both = np.stack([intervals.checked_weights(some, base) for some in weights], axis=1)
    values = np.stack([base, tuned], axis=1)
    draws = np.diff(intervals.resampled_means(values, both, codes, n=n, seed=seed), axis=1)[:, 0]
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    whole = float(np.diff(np.average(values, axis=0, weights=both))[0])
    return intervals.Interval(whole, float(low), float(high), len(base), len(names), "cluster bootstrap")


def lower_bound(
    base: ArrayLike,
    tuned: ArrayLike,
    groups: ArrayLike,
    *,
    n: int,
    seed: int,
    level: float = 0.95,
    weights: tuple[ArrayLike, ArrayLike] | None = None,
) -> float:
    """One-sided lower bound of tuned minus base; non-inferior when it lies above minus the margin.

    Raises:
        ValueError: As `bootstrap_difference`.
    """
    return bootstrap_difference(base, tuned, groups, n=n, seed=seed, level=2 * level - 1, weights=weights).low


def permutation(
    base: ArrayLike,
    tuned: ArrayLike,
    groups: ArrayLike,
    *,
    n: int,
    seed: int,
    weights: tuple[ArrayLike, ArrayLike] | None = None,
) -> float:
    """Two-sided p-value of the mean difference when the names of the two models are swapped group by group.

    All 2^G swaps are taken where that is at most `n` (exact); else `n` random ones, counting the observed one too.

    Args:
        base: Shape (items,), finite.
        tuned: Shape (items,), same items in the same order.
        groups: Shape (items,); items of one group are swapped together.
        n: Most swaps tried.
        seed: Of the random swaps.
        weights: Of base and of tuned, as `bootstrap_difference` takes them; they are swapped with the values.

    Raises:
        ValueError: If shapes differ, a value is not finite, there is no item, or no group has weight in both models.

    Source:
        Good 2005, Permutation, Parametric and Bootstrap Tests of Hypotheses, section 3.2; the added one: Phipson and
        Smyth 2010, SAGMB 9:39.
    """
    base, tuned = _pair(base, tuned)
    names, codes = np.unique(np.asarray(groups).astype(str), return_inverse=True)
    if codes.shape != base.shape:
        raise ValueError(f"scores and groups need one common length, not {base.shape} and {codes.shape}")
    first, second = (intervals.checked_weights(some, base) for some in weights or (None, None))
    sums = [np.bincount(codes, weights=values) for values in (base * first, tuned * second)]
    sizes = [np.bincount(codes, weights=values) for values in (first, second)]
    if not np.minimum(*sizes).any():  # else a swap could leave a model with nothing to be counted over
        raise ValueError("no group has weight in both models")
    differs = (sums[0] != sums[1]) | (sizes[0] != sizes[1])
    moved, of = (sums[1] - sums[0])[differs], (sizes[1] - sizes[0])[differs]

    def difference(swapped: np.ndarray) -> np.ndarray:
        change, by = swapped @ moved, swapped @ of
        return np.abs(
            (sums[1].sum() - change) / (sizes[1].sum() - by) - (sums[0].sum() + change) / (sizes[0].sum() + by)
        )

    observed = difference(np.zeros(len(moved))) * (1 - 1e-9) - 1e-12
    if len(moved) < 63 and 2 ** len(moved) <= n:
        swapped = (np.arange(2 ** len(moved))[:, None] >> np.arange(len(moved))) & 1
        return float(np.mean(difference(swapped) >= observed))
    rng = np.random.default_rng(seed)
    extreme, step = 0, max(1, 10_000_000 // len(names))
    for start in range(0, n, step):
        swapped = rng.integers(0, 2, size=(min(step, n - start), len(moved)))
        extreme += int((difference(swapped) >= observed).sum())
    return (1 + extreme) / (1 + n)


def _pair(base: ArrayLike, tuned: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    base, tuned = np.asarray(base, dtype=float), np.asarray(tuned, dtype=float)
    if base.ndim != 1 or base.shape != tuned.shape or len(base) == 0:
        raise ValueError(f"paired scores need one common length above 0, not {base.shape} and {tuned.shape}")
    if not (np.isfinite(base).all() and np.isfinite(tuned).all()):
        raise ValueError("paired scores must be finite")
    return base, tuned
