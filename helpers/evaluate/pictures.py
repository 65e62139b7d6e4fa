"""The figures of 05, chosen by the kind of task."""

from collections.abc import Mapping
from functools import partial

import pandas as pd

from helpers.core import figures
from helpers.core.tasks import METRIC_NAMES, Kind
from helpers.evaluate import compare
from helpers.metrics import entity_scores

OUTCOMES = {"right": "right", "boundary": "too long or short", "invented": "invented", "missed": "missed"}


def comparison(
    table: pd.DataFrame, *, kind: Kind, where: str, tuned: str = "", lines: Mapping[str, float] | None = None
) -> figures.Picture:
    """All models on one axis, from `compare.table`."""
    metric = METRIC_NAMES[kind]
    return figures.Picture(
        "comparison",
        compare.estimates(table, kind=kind),
        f"Each point is one model's {metric} on the same items; the line is its 95 % interval, resampling whole groups."
        + (" The diamond is the tuned model." if tuned else "")
        + " Where lines overlap widely, the order may be chance.",
        partial(
            figures.estimates,
            title=f"{_heading(metric)} {where}",
            xlabel=metric,
            highlight=tuned,
            lines=dict(lines or {}),
        ),
    )


def cost_of_quality(table: pd.DataFrame, *, kind: Kind, where: str) -> figures.Picture:
    """Quality against time per record, from `compare.table`."""
    data = compare.estimates(table, kind=kind).assign(latency_ms=table["latency_median_s"].to_numpy() * 1000)
    metric = METRIC_NAMES[kind]
    return figures.Picture(
        "quality_against_latency",
        data,
        "Up is better, left is faster; the horizontal axis is logarithmic, so one grid step is ten times slower. "
        "The bars are 95 % intervals.",
        partial(figures.quality_against_latency, title=f"{_heading(metric)} {where}", ylabel=metric),
    )


def diagnostics(
    predictions: Mapping[str, pd.DataFrame], records: pd.DataFrame, *, kind: Kind, tuned: str, base: str
) -> list[figures.Picture]:
    """What lies behind the score: confusion and calibration for labels, spread for texts, kinds of error for mentions.

    Args:
        predictions: Model to its predictions on `records`.
        records: The test records.
        kind: Of the task.
        tuned: Name of the tuned model.
        base: Name of the base model.
    """
    if kind == "classification":
        return [_confusion(predictions[tuned], records), _reliability(predictions, records, names=(base, tuned))]
    if kind == "extraction":
        return [_outcomes(predictions, records)]
    return [_spread(predictions, records)]


def _heading(metric: str) -> str:
    """Name of a metric as a title begins: its unit goes, and ROUGE-L stays in capitals."""
    name = metric.split(" (")[0]
    return name[0].upper() + name[1:]


def _confusion(predictions: pd.DataFrame, records: pd.DataFrame) -> figures.Picture:
    gold = [labels[0] for labels in records["labels"]]
    answer = predictions.set_index("record_id").loc[list(records["record_id"]), "label"].to_numpy()
    data = pd.DataFrame({"gold": gold, "predicted": answer}).value_counts().reset_index(name="count")
    return figures.Picture(
        "confusion",
        data,
        "Rows are the true labels, columns the tuned model's answers; the numbers count test items. "
        "Off the diagonal stands what is mistaken for what.",
        partial(
            figures.matrix,
            title=f"Tuned model on {len(records)} test items",
            xlabel="answer of the tuned model",
            ylabel="true label",
        ),
    )


def _reliability(
    predictions: Mapping[str, pd.DataFrame], records: pd.DataFrame, *, names: tuple[str, ...]
) -> figures.Picture:
    return figures.Picture(
        "reliability",
        compare.reliability({name: predictions[name] for name in names}, records),
        "Points on the dotted line mean that a stated confidence of 0.7 is right seven times in ten. Below it the "
        "model is too sure of itself. Bins hold equal counts; the bars are 95 % Wilson intervals.",
        partial(figures.reliability, title=f"Confidence against accuracy on {len(records)} test items"),
    )


def _outcomes(predictions: Mapping[str, pd.DataFrame], records: pd.DataFrame) -> figures.Picture:
    rows = []
    for name, found in predictions.items():
        keys = compare.mention_keys(found, records)
        each = [entity_scores.outcomes(*pair) for pair in zip(keys["gold"], keys["found"], strict=True)]
        total = pd.DataFrame(each, columns=list(OUTCOMES)).sum()
        rows += [(name, OUTCOMES[outcome], int(count)) for outcome, count in total.items()]
    gold = sum(len(names) for names in keys["gold"])
    return figures.Picture(
        "mention_outcomes",
        pd.DataFrame(rows, columns=["name", "outcome", "count"]),
        f"Of {gold} mentions, how many each model found exactly, cut too long or too short, or missed; `invented` counts "
        "what it named beside them. F1 counts a mention cut wrongly as missed and as named wrongly.",
        partial(
            figures.counts,
            title=f"Mentions in {len(records)} test records",
            xlabel="mentions",
            ylabel="",
            hue="outcome",
        ),
    )


def _spread(predictions: Mapping[str, pd.DataFrame], records: pd.DataFrame) -> figures.Picture:
    data = pd.concat(
        [
            compare.score(found, records, kind="generation").reset_index().assign(model=name)
            for name, found in predictions.items()
        ],
        ignore_index=True,
    )[["model", "record_id", "score"]]
    return figures.Picture(
        "score_spread",
        data,
        "For each score on the horizontal axis, the line gives the share of answers that scored no better. "
        "A line further down and to the right is better; the jump at 0 counts answers that share no word.",
        partial(figures.distribution, title=f"Scores of {len(records)} test items", xlabel=METRIC_NAMES["generation"]),
    )
