"""Scores of a closed label set: averages, per class, confusion, and the lines that any model must pass."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    matthews_corrcoef,
    precision_recall_fscore_support,
    roc_auc_score,
)

OTHER = "(no such label)"


def classification(
    gold: Sequence[str], predicted: Sequence[str], *, labels: Sequence[str] | None = None
) -> dict[str, float]:
    """Score answers from a closed label set.

    Args:
        gold: Shape (n,); the right label of each item.
        predicted: Shape (n,); the answer. Anything outside `labels` is simply wrong.
        labels: Classes to average over; None takes those in `gold`, so that models scored on the same items are
            averaged over the same classes. A class without a gold item and without an answer counts 0.

    Returns:
        accuracy, balanced_accuracy (mean recall of the classes in `gold`), macro_precision, macro_recall, macro_f1,
        each in [0, 1]; matthews_correlation in [-1, 1], 0 for a constant answer; and n.

    Raises:
        ValueError: If the lengths differ or there is no item.

    Source:
        Gorodkin 2004, Comput Biol Chem 28:367 (Matthews' correlation for any number of classes).
    """
    gold, predicted = _checked(gold, predicted)
    classes = sorted(set(gold)) if labels is None else list(labels)
    precision, recall, f1, _ = precision_recall_fscore_support(
        gold, predicted, labels=classes, average="macro", zero_division=0
    )
    per_class = precision_recall_fscore_support(
        gold, predicted, labels=sorted(set(gold)), average=None, zero_division=0
    )
    return {
        "accuracy": float(accuracy_score(gold, predicted)),
        "balanced_accuracy": float(per_class[1].mean()),
        "macro_precision": float(precision),
        "macro_recall": float(recall),
        "macro_f1": float(f1),
        "matthews_correlation": float(matthews_corrcoef(gold, predicted)),
        "n": len(gold),
    }


def roc_auc(gold: Sequence[str], probability: Sequence[float], *, positive: str) -> float:
    """Area under the receiver operating characteristic: how often an item of `positive` is ranked above another one.

    Args:
        gold: Shape (n,); the right label of each item.
        probability: Shape (n,); the stated probability of `positive`.
        positive: The label whose probabilities these are; of two labels, either gives the same area.

    Returns:
        In [0, 1]; 0.5 for a constant probability, NaN where all items or none are of `positive`.

    Raises:
        ValueError: If the lengths differ or there is no item.

    Source:
        Fawcett 2006, Pattern Recogn Lett 27:861.
    """
    gold, probability = _checked(gold, probability)
    is_positive = np.array(gold) == positive
    if is_positive.all() or not is_positive.any():
        return float("nan")
    return float(roc_auc_score(is_positive, probability))


def by_class(gold: Sequence[str], predicted: Sequence[str], *, min_n: int) -> pd.DataFrame:
    """Precision, recall and F1 of each class with at least `min_n` gold items.

    Returns:
        One row a class, by falling F1 then name: label, precision, recall, f1 in [0, 1], n gold items.

    Raises:
        ValueError: If the lengths differ or there is no item.
    """
    gold, predicted = _checked(gold, predicted)
    classes = sorted(set(gold))
    precision, recall, f1, n = precision_recall_fscore_support(
        gold, predicted, labels=classes, average=None, zero_division=0
    )
    frame = pd.DataFrame({"label": classes, "precision": precision, "recall": recall, "f1": f1, "n": n})
    kept = frame[frame["n"] >= min_n]
    return kept.sort_values(["f1", "label"], ascending=[False, True], ignore_index=True)


def confusion(gold: Sequence[str], predicted: Sequence[str], *, labels: Sequence[str] | None = None) -> pd.DataFrame:
    """Count which answer each class was given.

    Args:
        gold: Shape (n,); the right label of each item.
        predicted: Shape (n,); answers outside `labels` are counted as `OTHER`.
        labels: Rows and columns in this order; None takes the sorted labels of `gold` and `predicted`.

    Returns:
        One row for each pair of labels: gold, predicted, count, frac (share of that gold label; NaN where it has no item).

    Raises:
        ValueError: If the lengths differ, there is no item, or a gold label is not in `labels`.
    """
    gold, predicted = _checked(gold, predicted)
    rows = sorted(set(gold) | set(predicted)) if labels is None else list(labels)
    if set(gold) - set(rows):
        raise ValueError(f"{len(set(gold) - set(rows))} gold label(s) are not among the {len(rows)} labels given")
    answers = [answer if answer in set(rows) else OTHER for answer in predicted]
    columns = [*rows, OTHER] if OTHER in answers and OTHER not in rows else rows
    counts = confusion_matrix(gold, answers, labels=columns)[: len(rows)]
    totals = counts.sum(axis=1, keepdims=True)
    frac = np.divide(counts, totals, out=np.full(counts.shape, np.nan), where=totals > 0)
    return pd.DataFrame(
        {
            "gold": np.repeat(rows, len(columns)),
            "predicted": np.tile(columns, len(rows)),
            "count": counts.ravel(),
            "frac": frac.ravel(),
        }
    )


def reference_lines(
    gold: Sequence[str], *, labels: Sequence[str] | None = None, majority_label: str | None = None
) -> dict[str, float]:
    """Accuracy that costs nothing: guessing evenly, and always naming one class.

    Args:
        gold: Shape (n,); the right label of each item.
        labels: The labels that could be answered; None takes those in `gold`.
        majority_label: The most frequent label of the *training* records; None takes the most frequent of `gold`,
            which no honest rule can beat with a constant answer.

    Returns:
        chance (1 / number of labels) and majority (share of `gold` that carries the majority label).

    Raises:
        ValueError: If there is no item.
    """
    if len(gold) == 0:
        raise ValueError("reference lines need at least one item")
    counts = Counter(gold)
    named = counts.most_common(1)[0][0] if majority_label is None else majority_label
    return {"chance": 1 / len(set(gold) if labels is None else set(labels)), "majority": counts[named] / len(gold)}


def _checked(gold: Sequence[str], predicted: Sequence[str]) -> tuple[list[str], list[str]]:
    gold, predicted = list(gold), list(predicted)
    if len(gold) != len(predicted) or not gold:
        raise ValueError(f"gold and predicted need the same length above 0, not {len(gold)} and {len(predicted)}")
    return gold, predicted
