"""How much each de-identification engine finds, against how much else it removes."""

from typing import Any

import numpy as np
import pandas as pd

from helpers.core import figures
from helpers.core.errors import RecordError

NEEDED = ("engine", "threshold", "char_recall", "recall_low", "recall_high", "over_redaction", "over_low", "over_high")
_MARKERS, _STYLES = ("o", "D", "s", "^", "v", "P", "X", "*"), ("-", "--", ":", "-.")


def recall_against_over_redaction(frame: pd.DataFrame) -> figures.Picture:
    """Share of identifiers' letters and digits removed against the share of all other ones removed.

    Args:
        frame: Columns `NEEDED`, as `operating_points.measure` gives them; an engine with several thresholds is a curve
            whose lowest threshold, the engine as it runs, carries the marker and the intervals.

    Raises:
        RecordError: If a column is missing, or there is no row.
    """
    if missing := [name for name in NEEDED if name not in frame]:
        raise RecordError("The operating points lack columns", found=", ".join(missing), expected=", ".join(NEEDED))
    if frame.empty:
        raise RecordError("There are no operating points", expected="one row an engine and threshold")
    notes = f" Scored on {int(frame['notes'].max())} notes." if "notes" in frame else ""
    caption = (
        "Each marker is an engine as it runs, the crossed lines its 95 % intervals over patients; a line joins the same "
        "engine at higher thresholds of its score. Further up leaves fewer letters of identifiers readable, further left "
        "spares more of the rest: up and to the left is better." + notes + " This is evidence about these notes only."
    )
    return figures.Picture("recall_against_over_redaction", frame.reset_index(drop=True), caption, _draw)


def _draw(data: pd.DataFrame) -> Any:
    _, ax = figures.plt.subplots(figsize=(8.0, 5.0))
    for index, (name, rows) in enumerate(data.groupby("engine", sort=False)):
        rows = rows.sort_values("threshold")
        colour, point = figures.PALETTE[index % len(figures.PALETTE)], rows.iloc[0]
        if len(rows) > 1:
            style = _STYLES[index % len(_STYLES)]
            ax.plot(rows["over_redaction"], rows["char_recall"], style, color=colour, linewidth=1.5)
        ax.errorbar(
            point["over_redaction"],
            point["char_recall"],
            xerr=_spread(point, "over_redaction", "over"),
            yerr=_spread(point, "char_recall", "recall"),
            fmt=_MARKERS[index % len(_MARKERS)],
            color=colour,
            capsize=3,
            markersize=8,
            label=name,
        )
        ax.annotate(name, (point["over_redaction"], point["char_recall"]), (7, -12), textcoords="offset points")
    ax.set(
        title="Identifiers found against other text removed",
        xlabel="over-redaction (fraction of other letters and digits removed)",
        ylabel="recall (fraction of identifiers' letters and digits removed)",
        xlim=(0, None),
    )
    ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    return ax


def _spread(point: pd.Series, name: str, prefix: str) -> np.ndarray:
    low, high = point[name] - point[f"{prefix}_low"], point[f"{prefix}_high"] - point[name]
    return np.nan_to_num(np.clip([[low], [high]], 0, None))
