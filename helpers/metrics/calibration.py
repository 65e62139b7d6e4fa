"""Whether a stated confidence means what it says."""

import numpy as np
import pandas as pd

from helpers.metrics import intervals


def reliability(confidence: np.ndarray, correct: np.ndarray, *, n_bins: int = 10) -> pd.DataFrame:
    """Compare stated confidence with observed accuracy in equal-count bins.

    Args:
        confidence: Shape (n,); probability given to the chosen answer, in [0, 1].
        correct: Shape (n,), bool.
        n_bins: Bins of equal count; fewer where ties make them impossible.

    Returns:
        One row a bin, by rising confidence: confidence_mean, accuracy, low, high (95 % Wilson), n.

    Raises:
        ValueError: If shapes differ, n is 0, or a confidence leaves [0, 1].

    Source:
        Naeini et al. 2015, AAAI, section 3 (binning by count).
    """
    confidence, correct = np.asarray(confidence, dtype=float), np.asarray(correct, dtype=bool)
    if confidence.ndim != 1 or confidence.shape != correct.shape or len(confidence) == 0:
        raise ValueError(f"one common length above 0 is needed, not {confidence.shape} and {correct.shape}")
    if not _are_probabilities(confidence):
        raise ValueError("confidence must lie in [0, 1]")
    if n_bins < 1:
        raise ValueError(f"n_bins must be at least 1, not {n_bins}")
    order = np.argsort(confidence, kind="stable")
    cuts = np.linspace(0, len(order), n_bins + 1).round().astype(int)[1:-1]
    edges = np.unique(confidence[order][cuts[cuts < len(order)]]) if len(cuts) else np.array([])
    bins = np.searchsorted(edges, confidence, side="right")
    rows = []
    for number in np.unique(bins):
        inside = bins == number
        n, right = int(inside.sum()), int(correct[inside].sum())
        low, high = intervals.wilson(right, n)
        rows.append((float(confidence[inside].mean()), right / n, low, high, n))
    return pd.DataFrame(rows, columns=["confidence_mean", "accuracy", "low", "high", "n"])


def expected_calibration_error(confidence: np.ndarray, correct: np.ndarray, *, n_bins: int = 10) -> float:
    """Mean distance between confidence and accuracy over the bins of `reliability`, weighted by their items.

    Returns:
        In [0, 1]; 0 is calibrated. It depends on the bins: state their number beside it.

    Raises:
        ValueError: As `reliability`.

    Source:
        Naeini et al. 2015, AAAI, section 3.
    """
    table = reliability(confidence, correct, n_bins=n_bins)
    gap = (table["confidence_mean"] - table["accuracy"]).abs()
    return float(np.average(gap, weights=table["n"]))


def brier(probabilities: np.ndarray, gold: np.ndarray) -> float:
    """Mean squared distance between the stated distribution and the right answer, summed over classes.

    Args:
        probabilities: Shape (n, classes), in [0, 1].
        gold: Shape (n,); column of the right class.

    Returns:
        In [0, 2]; 0 is a perfect forecast.

    Raises:
        ValueError: If shapes differ, n is 0, a probability leaves [0, 1] or a gold column does not exist.

    Source:
        Brier 1950, Monthly Weather Review 78:1, equation 2.
    """
    probabilities, gold = np.asarray(probabilities, dtype=float), np.asarray(gold)
    if probabilities.ndim != 2 or gold.shape != probabilities.shape[:1] or len(gold) == 0:
        raise ValueError(f"shapes (n, classes) and (n,) are needed, not {probabilities.shape} and {gold.shape}")
    if not _are_probabilities(probabilities):
        raise ValueError("probabilities must lie in [0, 1]")
    if not np.issubdtype(gold.dtype, np.integer) or gold.min() < 0 or gold.max() >= probabilities.shape[1]:
        raise ValueError(f"gold must name one of {probabilities.shape[1]} columns by number")
    wanted = np.zeros_like(probabilities)
    wanted[np.arange(len(gold)), gold] = 1
    return float(((probabilities - wanted) ** 2).sum(axis=1).mean())


def _are_probabilities(values: np.ndarray) -> bool:
    # A float32 softmax may sum to a hair more than 1.
    return bool(((values >= -1e-6) & (values <= 1 + 1e-6)).all())
