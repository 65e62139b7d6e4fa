"""Figures of a search over settings: which field matters, and what good trials have in common."""

import textwrap
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.core.figures import PALETTE


def importances(data: pd.DataFrame, *, title: str) -> Axes:
    """Share of the variance of the scores that each field explains, as bars.

    Args:
        data: Columns field, importance (fraction).
        title: Search and number of trials.
    """
    _, ax = plt.subplots(figsize=(8.0, 0.45 * len(data) + 1.4))
    bars = ax.barh(data["field"], data["importance"], color=PALETTE[0])
    ax.bar_label(bars, labels=[f"{value:.2f}" for value in data["importance"]], padding=3)
    ax.invert_yaxis()
    ax.set(title=title, xlabel="share of the scores' variance (fraction)", ylabel="", xlim=(0, 1.08))
    return ax


def parallel_coordinates(
    data: pd.DataFrame, *, fields: Sequence[str], title: str, score: str, log: Sequence[str]
) -> Axes:
    """One line a finished trial through its values, to its score on the last axis; the best one is thick and dashed.

    Args:
        data: One row a trial, best first: the fields and score.
        fields: Columns that become axes, from left to right.
        title: Search and number of trials.
        score: What the last axis shows, with its unit.
        log: Fields on a logarithmic axis.
    """
    names = [*fields, "score"]
    _, ax = plt.subplots(figsize=(max(6.0, 1.9 * len(names)), 4.4))
    heights = np.column_stack([_heights(data[name], log=name in log) for name in names])
    shades = plt.get_cmap("viridis_r")(0.1 + 0.8 * heights[:, -1])
    for row in reversed(range(len(data))):
        best = row == 0
        style = {"color": PALETTE[3], "linewidth": 3.2, "linestyle": "--", "label": "best"} if best else {}
        ax.plot(range(len(names)), heights[row], **{"color": shades[row], "linewidth": 1.4} | style)
    for place, name in enumerate(names):
        ax.axvline(place, color="0.4", linewidth=1)
        for value, height in dict(zip(data[name].map(_written), heights[:, place], strict=True)).items():
            if data[name].nunique() <= 6 or height in (heights[:, place].min(), heights[:, place].max()):
                ax.annotate(value, (place, height), (4, 2), textcoords="offset points", fontsize=8, color="0.15")
    shown = [*(name.removeprefix("train.") for name in fields), textwrap.fill(score, 20)]
    ax.set_xticks(range(len(names)), shown)
    ax.set(title=title, yticks=[], xlim=(-0.1, len(names) - 0.6), ylim=(-0.06, 1.1))
    ax.grid(False)
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.12), frameon=False)
    return ax


def _heights(values: pd.Series, *, log: bool) -> np.ndarray:
    """Places between 0 and 1: of numbers by their size, of anything else by their order of appearance."""
    if not all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
        values = pd.Series(pd.factorize(values.map(str), sort=True)[0])
    numbers = np.log(values.to_numpy(float)) if log else values.to_numpy(float)
    if np.isnan(numbers).any():  # such as None among numbers, which stands for all: above them
        numbers = np.where(np.isnan(numbers), np.nanmax(numbers) + 1, numbers)
    width = numbers.max() - numbers.min()
    return (numbers - numbers.min()) / width if width else np.full(len(numbers), 0.5)


def _written(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
