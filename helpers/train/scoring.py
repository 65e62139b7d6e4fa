"""How well a tuned model answers validation records: what a sweep chooses by."""

from collections.abc import Callable, Sequence

import pandas as pd

from helpers.clinical import mentions
from helpers.core import records as frames
from helpers.core.tasks import PRIMARY_METRICS, Kind
from helpers.metrics import primary

Answer = Callable[[pd.DataFrame], pd.DataFrame]  # records to a prediction frame in the same order


def on_validation(answer: Answer, validation: pd.DataFrame, *, count: int, kind: Kind) -> dict[str, float]:
    """Answer at most `count` validation records, chosen by hash, and score them by the task's primary metric, as 05 does.

    Args:
        answer: The tuned model.
        validation: Record frame.
        count: Records; 0 asks nothing.
        kind: Of the task.

    Returns:
        `validation_<metric>` in [0, 1] and `validation_scored_records`, for `metrics.json`; empty with `count` 0.
    """
    if not count:
        return {}
    asked = frames.sample(validation, count)
    gold = asked["labels" if kind == "classification" else "references"]
    score = primary.mean(primary.points(answer(asked), gold, kind=kind, names=mentions.keys))
    return {f"validation_{PRIMARY_METRICS[kind]}": score, "validation_scored_records": len(asked)}


def samples(
    records: pd.DataFrame, answers: dict[str, Sequence[str]], *, show_text: bool, chars: int = 200
) -> pd.DataFrame:
    """A table of the same records answered by several models; the record's text only where every card allows it."""
    table = pd.DataFrame({"record_id": records["record_id"].to_numpy()})
    if show_text:
        table["text"] = records["text"].str.slice(0, chars).to_numpy()
        table["wanted"] = [
            (labels or references)[0]
            for labels, references in zip(records["labels"], records["references"], strict=True)
        ]
    return table.assign(**answers)
