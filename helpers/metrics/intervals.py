"""How sure a figure is: intervals of shares and of means over clustered items."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from sklearn.metrics import roc_auc_score

_CHUNK = 10_000_000  # resampled group counts held at once


class Interval(NamedTuple):
    """An estimate with its interval; `method` says how the interval was made."""

    estimate: float
    low: float
    high: float
    n: int
    n_groups: int
    method: str


def wilson(successes: int, n: int, *, level: float = 0.95) -> tuple[float, float]:
    """Two-sided score interval of a share.

    Raises:
        ValueError: If n is 0 or the successes are not between 0 and n.

    Source:
        Wilson 1927, JASA 22:209.

    Example:
        >>> low, high = wilson(5, 10)
        >>> round(low, 4), round(high, 4)
        (0.2366, 0.7634)
    """
    _check_share(successes, n, level)
    found = stats.binomtest(int(successes), int(n)).proportion_ci(level, method="wilson")
    return float(found.low), float(found.high)


def clopper_pearson_upper(successes: int, n: int, *, level: float = 0.95) -> float:
    """One-sided exact upper bound of a share: no more than this, with probability `level`.

    Raises:
        ValueError: If n is 0 or the successes are not between 0 and n.

    Source:
        Clopper and Pearson 1934, Biometrika 26:404.

    Example:
        >>> round(clopper_pearson_upper(0, 300), 5)
        0.00994
    """
    _check_share(successes, n, level)
    return 1.0 if successes == n else float(stats.beta.ppf(level, successes + 1, n - successes))


def cluster_bootstrap(
    values: ArrayLike,
    groups: ArrayLike,
    *,
    n: int,
    seed: int,
    statistic: Literal["mean", "median"] = "mean",
    level: float = 0.95,
    weights: ArrayLike | None = None,
) -> Interval:
    """Percentile interval by resampling whole groups, so that items of one group are not counted as independent.

    Where all values are equal the interval has no width: `clustered_mean` handles shares of 0 and 1.

    Args:
        values: Shape (items,), finite.
        groups: Shape (items,); the cluster of each item.
        n: Resamples.
        seed: Of the resampling; the order of the rows does not matter.
        statistic: Of the items in a resample.
        level: Coverage of the two-sided interval.
        weights: Shape (items,), at least 0; of the mean, each item 1 where none are given. A micro average is the mean
            of its items' values weighted by what each is counted over: F1 by found and gold mentions together.

    Raises:
        ValueError: If shapes differ, a value is not finite, weights are negative or all 0, or there are fewer than two
            groups.

    Source:
        Field and Welsh 2007, JRSS B 69:369 (the randomized cluster bootstrap).
    """
    values, codes, count = _clusters(values, groups)
    if statistic == "mean":
        weight = checked_weights(weights, values)
        draws = resampled_means(values[:, None], weight[:, None], codes, n=n, seed=seed)[:, 0]
        whole = float(np.average(values, weights=weight))
    else:
        draws = _resampled_medians(values, codes, n=n, seed=seed, statistic=statistic)
        whole = float(np.median(values))
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return Interval(whole, float(low), float(high), len(values), count, "cluster bootstrap")


def clustered_mean(
    values: ArrayLike,
    groups: ArrayLike,
    *,
    n: int,
    seed: int,
    level: float = 0.95,
    weights: ArrayLike | None = None,
) -> Interval:
    """Mean with its cluster bootstrap interval; where every value is 0 or every value is 1, Wilson on the groups.

    A bootstrap of equal values has no width, which would claim certainty; counting each group once does not. Items of
    weight 0 are not looked at for that.

    Raises:
        ValueError: As `cluster_bootstrap`.
    """
    array, codes, count = _clusters(values, groups)
    counted = checked_weights(weights, array) > 0
    only = array[counted]
    if only.min() == only.max() and only[0] in (0.0, 1.0):
        trials = len(np.unique(codes[counted]))
        low, high = wilson(int(only[0]) * trials, trials, level=level)
        return Interval(float(only[0]), low, high, len(array), count, "Wilson on groups")
    return cluster_bootstrap(values, groups, n=n, seed=seed, level=level, weights=weights)


def clustered_auc(
    is_positive: ArrayLike, score: ArrayLike, groups: ArrayLike, *, n: int, seed: int, level: float = 0.95
) -> Interval:
    """Area under the ROC curve with a percentile interval from resampling whole groups.

    Args:
        is_positive: Shape (items,), bool; both values must occur.
        score: Shape (items,), finite; higher for what is more probably positive.
        groups: Shape (items,); the cluster of each item.
        n: Resamples; one without a positive or without a negative item is drawn again.
        seed: Of the resampling; the order of the rows does not matter.
        level: Coverage of the two-sided interval.

    Raises:
        ValueError: As `cluster_bootstrap`, or if a class is missing or lies in one group only.
    """
    score, codes, count = _clusters(score, groups)
    truth = np.asarray(is_positive, dtype=bool)
    if truth.shape != score.shape:
        raise ValueError(f"classes and scores need one common length, not {truth.shape} and {score.shape}")
    if min(len(np.unique(codes[truth])), len(np.unique(codes[~truth]))) < 2:
        raise ValueError("the area needs positive and negative items in at least two groups each")
    rng = np.random.default_rng(seed)
    draws: list[float] = []
    while len(draws) < n:
        weights = rng.multinomial(count, np.full(count, 1 / count))[codes]
        if weights[truth].any() and weights[~truth].any():
            draws.append(roc_auc_score(truth, score, sample_weight=weights))
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(roc_auc_score(truth, score)), float(low), float(high), len(score), count, "cluster bootstrap")


def resampled_means(values: np.ndarray, weights: np.ndarray, codes: np.ndarray, *, n: int, seed: int) -> np.ndarray:
    """Weighted means of several models' items in the same resamples of whole groups.

    A resample in which a model's weights are all 0 has no mean there and is drawn again.

    Args:
        values: Shape (items, models).
        weights: Shape (items, models), at least 0, none of the models all 0.
        codes: Shape (items,), int from 0; the cluster of each item.
        n: Resamples.
        seed: Of the resampling.

    Returns:
        Shape (n, models).
    """
    count = int(codes.max()) + 1
    rng = np.random.default_rng(seed)
    sums, sizes = (_by_group(table, codes, count) for table in (values * weights, weights))
    parts, have, step = [], 0, max(1, _CHUNK // count)
    while have < n:
        drawn = rng.multinomial(count, np.full(count, 1 / count), size=min(step, n - have))
        size = drawn @ sizes
        defined = (size > 0).all(axis=1)
        parts.append((drawn[defined] @ sums) / size[defined])
        have += int(defined.sum())
    return np.concatenate(parts)


def checked_weights(weights: ArrayLike | None, values: np.ndarray) -> np.ndarray:
    """Weights of items as an array, 1 each where none are given.

    Raises:
        ValueError: If their shape differs from that of the values, one is negative or not finite, or all are 0.
    """
    if weights is None:
        return np.ones(len(values))
    found = np.asarray(weights, dtype=float)
    if found.shape != values.shape:
        raise ValueError(f"values and weights need one common length, not {values.shape} and {found.shape}")
    if not np.isfinite(found).all() or (found < 0).any() or not found.any():
        raise ValueError("weights must be finite, at least 0, and not all 0")
    return found


def _by_group(table: np.ndarray, codes: np.ndarray, count: int) -> np.ndarray:
    return np.stack([np.bincount(codes, weights=column, minlength=count) for column in table.T], axis=1)


def _resampled_medians(values: np.ndarray, codes: np.ndarray, *, n: int, seed: int, statistic: str) -> np.ndarray:
    if statistic != "median":
        raise ValueError(f"statistic must be mean or median, not {statistic!r}")
    count = int(codes.max()) + 1
    rng = np.random.default_rng(seed)
    order = np.argsort(values, kind="stable")
    parts = []
    step = max(1, _CHUNK // max(count, len(values)))
    for start in range(0, n, step):
        drawn = rng.multinomial(count, np.full(count, 1 / count), size=min(step, n - start))
        parts.append(_weighted_median(values[order], drawn[:, codes[order]]))
    return np.concatenate(parts)


def _weighted_median(ordered: np.ndarray, weights: np.ndarray) -> np.ndarray:
    reached = np.cumsum(weights, axis=1)
    total = reached[:, -1:]
    lower = np.argmax(reached >= (total + 1) // 2, axis=1)
    upper = np.argmax(reached >= total // 2 + 1, axis=1)
    return (ordered[lower] + ordered[upper]) / 2


def _clusters(values: ArrayLike, groups: ArrayLike) -> tuple[np.ndarray, np.ndarray, int]:
    values = np.asarray(values, dtype=float)
    names, codes = np.unique(np.asarray(groups).astype(str), return_inverse=True)
    if values.ndim != 1 or values.shape != codes.shape:
        raise ValueError(f"values and groups need one common length, not {values.shape} and {codes.shape}")
    if not np.isfinite(values).all():
        raise ValueError(f"{int((~np.isfinite(values)).sum())} of {len(values)} values are not finite")
    if len(names) < 2:
        raise ValueError(f"a clustered interval needs at least two groups, not {len(names)}")
    return values, codes, len(names)


def _check_share(successes: int, n: int, level: float) -> None:
    if n <= 0 or not 0 <= successes <= n:
        raise ValueError(f"a share needs 0 <= successes <= n and n > 0, not {successes} of {n}")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
