"""The primary metric of each kind of task, answer by answer: what a sweep of 04 chooses by is what 05 judges by."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from helpers.core.tasks import Kind
from helpers.metrics import entity_scores, text_scores

Names = Callable[[str], list[str]]  # the mentions of an answer, equal where they mean the same


def points(answers: pd.DataFrame, gold: Sequence[Sequence[str]], *, kind: Kind, names: Names) -> pd.DataFrame:
    """Score each answer.

    Args:
        answers: Prediction frame of n rows: label, text and abstained are read.
        gold: Shape (n,): of each record its right labels, or its references.
        kind: `classification` scores 1 for a right label and 0 otherwise; `generation` scores ROUGE-L in [0, 1]
            against the best reference; both weigh 1. `extraction` scores the record's F1 over exact mentions, repeated
            ones as often as they come, weighted by found and gold mentions together, so that the mean is the
            micro-averaged F1. An abstained answer scores 0 and names no mention.
        names: Of `extraction`, such as `mentions.keys`.

    Returns:
        Columns score and weight, float, shape (n, 2).
    """
    if kind == "extraction":
        counts = matched(answers, gold, names=names)
        weights = counts @ [2, 1, 1]
        values = np.divide(2 * counts[:, 0], weights, out=np.ones(len(counts)), where=weights > 0)
        return pd.DataFrame({"score": values, "weight": weights.astype(float)})
    if kind == "classification":
        values = [float(label in right) for label, right in zip(answers["label"], gold, strict=True)]
    else:
        values = [text_scores.rouge_l(text, right) for text, right in zip(answers["text"], gold, strict=True)]
    answered = ~answers["abstained"].astype(bool).to_numpy()
    return pd.DataFrame({"score": np.array(values) * answered, "weight": 1.0})


def matched(answers: pd.DataFrame, gold: Sequence[Sequence[str]], *, names: Names) -> np.ndarray:
    """True positives, false positives and false negatives of each answer, shape (n, 3); arguments as of `points`."""
    return np.array([entity_scores.match(*pair) for pair in zip(*named(answers, gold, names=names), strict=True)])


def named(
    answers: pd.DataFrame, gold: Sequence[Sequence[str]], *, names: Names
) -> tuple[list[list[str]], list[list[str]]]:
    """The mentions that each record's references name, and those that its answer names; arguments as of `points`."""
    wanted = [[name for reference in references for name in names(reference)] for references in gold]
    silent = answers["abstained"].astype(bool)
    found = [[] if abstained else names(text) for text, abstained in zip(answers["text"], silent, strict=True)]
    return wanted, found


def mean(points: pd.DataFrame) -> float:
    """The primary metric: the weighted mean, or 1 where nothing was to be found and nothing was."""
    return float(np.average(points["score"], weights=points["weight"])) if points["weight"].any() else 1.0
