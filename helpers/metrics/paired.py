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
    base: ArrayLike, tuned: ArrayLike, groups: ArrayLike, *, n: int, seed: int, level: float = 0.95
) -> intervals.Interval:
    """Mean of tuned minus base with a two-sided percentile interval, resampling whole groups.

    Raises:
        ValueError: If shapes differ, a value is not finite, or there are fewer than two groups.
    """
    base, tuned = _pair(base, tuned)
    return intervals.cluster_bootstrap(tuned - base, groups, n=n, seed=seed, level=level)


def lower_bound(
    base: ArrayLike, tuned: ArrayLike, groups: ArrayLike, *, n: int, seed: int, level: float = 0.95
) -> float:
    """One-sided lower bound of tuned minus base; non-inferior when it lies above minus the margin.

    Raises:
        ValueError: As `bootstrap_difference`.
    """
    return bootstrap_difference(base, tuned, groups, n=n, seed=seed, level=2 * level - 1).low


def permutation(base: ArrayLike, tuned: ArrayLike, groups: ArrayLike, *, n: int, seed: int) -> float:
    """Two-sided p-value of the mean difference when the names of the two models are swapped group by group.

    All 2^G swaps are taken where that is at most `n` (exact); else `n` random ones, counting the observed one too.

    Args:
        base: Shape (items,), finite.
        tuned: Shape (items,), same items in the same order.
        groups: Shape (items,); items of one group are swapped together.
        n: Most swaps tried.
        seed: Of the random swaps.

    Raises:
        ValueError: If shapes differ, a value is not finite, or there is no item.

    Source:
        Good 2005, Permutation, Parametric and Bootstrap Tests of Hypotheses, section 3.2; the added one: Phipson and
        Smyth 2010, SAGMB 9:39.
    """
    base, tuned = _pair(base, tuned)
    names, codes = np.unique(np.asarray(groups).astype(str), return_inverse=True)
    if codes.shape != base.shape:
        raise ValueError(f"scores and groups need one common length, not {base.shape} and {codes.shape}")
    sums = np.bincount(codes, weights=tuned - base)
    sums = sums[sums != 0]
    observed = abs(sums.sum())
    tolerance = 1e-9 * max(1.0, np.abs(sums).sum())
    if len(sums) < 63 and 2 ** len(sums) <= n:
        signs = 1 - 2 * ((np.arange(2 ** len(sums))[:, None] >> np.arange(len(sums))) & 1)
        return float(np.mean(np.abs(signs @ sums) >= observed - tolerance))
    rng = np.random.default_rng(seed)
    extreme, step = 0, max(1, 10_000_000 // len(names))
    for start in range(0, n, step):
        signs = 1 - 2 * rng.integers(0, 2, size=(min(step, n - start), len(sums)))
        extreme += int((np.abs(signs @ sums) >= observed - tolerance).sum())
    return (1 + extreme) / (1 + n)


def _pair(base: ArrayLike, tuned: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    base, tuned = np.asarray(base, dtype=float), np.asarray(tuned, dtype=float)
    if base.ndim != 1 or base.shape != tuned.shape or len(base) == 0:
        raise ValueError(f"paired scores need one common length above 0, not {base.shape} and {tuned.shape}")
    if not (np.isfinite(base).all() and np.isfinite(tuned).all()):
        raise ValueError("paired scores must be finite")
    return base, tuned
