"""Has the distribution of a feature changed? Tests, a magnitude, and a correction for asking of many features."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

_PER_BIN = 20  # reference values a bin should hold, so that chance alone keeps the index small


class Test(NamedTuple):
    """A statistic and its p value."""

    statistic: float
    p_value: float


def kolmogorov_smirnov(reference: ArrayLike, current: ArrayLike) -> Test:
    """Two-sample test of a numeric feature: largest distance between the two distribution functions.

    Args:
        reference: Shape (n,), finite.
        current: Shape (m,), finite.

    Raises:
        ValueError: If either is empty or holds values that are not finite.

    Source:
        Hodges 1958, Arkiv för Matematik 3:469. Ties make it conservative.
    """
    found = stats.ks_2samp(_numeric(reference), _numeric(current))
    return Test(float(found.statistic), float(found.pvalue))


def chi_square(reference: Sequence[str], current: Sequence[str], *, seed: int, n: int = 5000) -> Test:
    """Test of a categorical feature by permutation, so that rare categories need no pooling.

    Args:
        reference: Category of each item, at least one.
        current: Category of each item, at least one.
        seed: Of the permutations.
        n: Permutations; the smallest p value is 1 / (n + 1).

    Returns:
        Pearson's statistic, and the share of permutations that reach it. One common category gives 0 and 1.

    Raises:
        ValueError: If either is empty.

    Source:
        Patefield 1981, Applied Statistics 30:91 (random tables with given margins).
    """
    table = _table(reference, current)
    rows, columns = table.sum(1), table.sum(0)
    if len(columns) < 2:
        return Test(0.0, 1.0)
    expected = np.outer(rows, columns) / table.sum()
    observed = float(((table - expected) ** 2 / expected).sum())
    drawn = stats.random_table(rows, columns).rvs(n, random_state=np.random.default_rng(seed))
    reached = ((drawn - expected) ** 2 / expected).sum((1, 2)) >= observed * (1 - 1e-12)
    return Test(observed, float((reached.sum() + 1) / (n + 1)))


def stability_index(reference: ArrayLike, current: ArrayLike, *, bins: int = 10) -> float:
    """Population stability index of a numeric feature over quantile bins of the reference.

    Customary reading: below 0.1 little, up to 0.25 some, above it much change. Small samples reach 0.1 by chance, so the
    bins are fewer where the smaller sample has less than 20 values for each.

    Args:
        reference: Shape (n,), finite.
        current: Shape (m,), finite.
        bins: At most.

    Raises:
        ValueError: As `kolmogorov_smirnov`, or if bins is below 2.

    Source:
        Siddiqi 2006, Credit Risk Scorecards, chapter 8.
    """
    if bins < 2:
        raise ValueError(f"at least 2 bins are needed, not {bins}")
    reference, current = _numeric(reference), _numeric(current)
    bins = int(np.clip(min(len(reference), len(current)) // _PER_BIN, 2, bins))
    inner = np.quantile(reference, np.linspace(0, 1, bins + 1)[1:-1])
    common = [edge for edge in inner if np.mean(reference == edge) >= 0.5 / bins]
    edges = np.unique([*inner, *np.nextafter(common, -np.inf)])  # a common value is a bin of its own
    counts = [np.bincount(np.searchsorted(edges, each), minlength=len(edges) + 1) for each in (reference, current)]
    return _index(*counts)


def category_stability_index(reference: Sequence[str], current: Sequence[str]) -> float:
    """Population stability index of a categorical feature; each category is one bin.

    Raises:
        ValueError: If either is empty.
    """
    return _index(*_table(reference, current))


def holm(p_values: ArrayLike) -> np.ndarray:
    """Adjust p values so that the chance of any false alarm stays at the level.

    Args:
        p_values: Shape (k,), in [0, 1].

    Returns:
        Shape (k,), in the given order.

    Raises:
        ValueError: If one leaves [0, 1] or is not finite.

    Source:
        Holm 1979, Scandinavian Journal of Statistics 6:65.

    Example:
        >>> holm([0.01, 0.04, 0.03]).round(2).tolist()
        [0.03, 0.06, 0.06]
    """
    p_values = np.asarray(p_values, dtype=float)
    if p_values.ndim != 1 or not ((p_values >= 0) & (p_values <= 1)).all():
        raise ValueError("p values are one-dimensional and lie in [0, 1]")
    order = np.argsort(p_values, kind="stable")
    stepped = np.maximum.accumulate(p_values[order] * np.arange(len(p_values), 0, -1))
    adjusted = np.empty_like(p_values)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


def _numeric(values: ArrayLike) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or not len(values):
        raise ValueError(f"a sample is one-dimensional and not empty, not of shape {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError(f"{int((~np.isfinite(values)).sum())} of {len(values)} values are not finite")
    return values


def _table(reference: Sequence[str], current: Sequence[str]) -> np.ndarray:
    if not len(reference) or not len(current):
        raise ValueError("a sample must not be empty")
    codes = np.unique([*map(str, reference), *map(str, current)], return_inverse=True)[1]
    size = int(codes.max()) + 1
    parts = codes[: len(reference)], codes[len(reference) :]
    return np.stack([np.bincount(part, minlength=size) for part in parts])


def _index(reference: np.ndarray, current: np.ndarray) -> float:
    """Half a count is added to each bin, so that an empty one does not make the index infinite."""
    first, second = ((counts + 0.5) / (counts + 0.5).sum() for counts in (reference, current))
    return float(((second - first) * np.log(second / first)).sum())
