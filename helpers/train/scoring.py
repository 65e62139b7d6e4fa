"""How well a tuned model answers validation records: what a sweep chooses by."""

from collections.abc import Callable, Sequence

import pandas as pd

from helpers.clinical import mentions
from helpers.core import records as frames
from helpers.core.tasks import PRIMARY_METRICS, Kind
from helpers.metrics import entity_scores, text_scores

Answer = Callable[[pd.DataFrame], pd.DataFrame]  # records to a prediction frame in the same order


def on_validation(answer: Answer, validation: pd.DataFrame, *, count: int, kind: Kind) -> dict[str, float]:
    """Answer at most `count` validation records, chosen by hash, and score them by the task's primary metric.

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
    score = primary(answer(asked), asked, kind=kind)
    return {f"validation_{PRIMARY_METRICS[kind]}": score, "validation_scored_records": len(asked)}


def primary(found: pd.DataFrame, asked: pd.DataFrame, *, kind: Kind) -> float:
    """Primary metric as 05 defines it: accuracy, mean ROUGE-L, or micro-averaged F1 of mentions.

    F1 is 1 where nothing is gold and nothing found.

    Args:
        found: Prediction frame in the order of `asked`.
        asked: Records with their labels or references.
        kind: Of the task.
    """
    if kind == "classification":
        right = [label in gold for label, gold in zip(found["label"], asked["labels"], strict=True)]
        return sum(right) / len(right)
    pairs = list(zip(found["text"], asked["references"], strict=True))
    if kind == "generation":
        return sum(text_scores.rouge_l(text, list(gold)) for text, gold in pairs) / len(pairs)
    counts = [entity_scores.match(_keys(gold), _keys([text])) for text, gold in pairs]
    right, invented, missed = (sum(column) for column in zip(*counts, strict=True))
    return entity_scores.precision_recall_f1(right, invented, missed)[2] if right + invented + missed else 1.0


def _keys(answers: list[str]) -> list[str]:
    return [mentions.key(name) for answer in answers for name in mentions.read(answer)]


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
