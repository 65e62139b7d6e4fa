"""Does the served model answer as the evaluated one did?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.clinical import mentions
from helpers.core.errors import RecordError
from helpers.core.tasks import Kind
from helpers.metrics import intervals


@dataclass(frozen=True)
class Parity:
    """Agreement of two models' answers to the same items."""

    agreement_frac: float
    low: float
    high: float
    agreed: int
    n: int
    largest_probability_gap: float  # over all items and labels; nan where there are none
    disagreements: pd.DataFrame


def compare(evaluated: pd.DataFrame, served: pd.DataFrame, *, kind: Kind) -> Parity:
    """Compare answers item by item: the label of a classification, the whole text of a generation, the list of mentions.

    Args:
        evaluated: Prediction frame of 05.
        served: Prediction frame of the served model, about the same items or some of them.
        kind: Of the task.

    Returns:
        Agreement with its 95 % Wilson interval, and the disagreements by falling margin of the evaluated answer:
        record_id, group, evaluated, served, evaluated_margin, served_margin (between the two most probable labels; nan
        without labels). A small margin means that rounding decided; a large one means a defect.

    Raises:
        RecordError: If ids repeat, a served item was not evaluated, or nothing was served.
    """
    if served["record_id"].duplicated().any() or evaluated["record_id"].duplicated().any():
        raise RecordError("Predictions to compare must be of one model each", found="record ids that repeat")
    unknown = ~served["record_id"].isin(evaluated["record_id"])
    if unknown.any() or not len(served):
        raise RecordError(
            "Served and evaluated answers are not about the same items",
            found=f"{len(served)} served, {int(unknown.sum())} of them never evaluated",
            remedy="serve records of the test set of 05_evaluate",
        )
    rows = evaluated.set_index("record_id").loc[served["record_id"]].reset_index()
    served = served.reset_index(drop=True)
    column = "label" if kind == "classification" else "text"
    said = [frame[column].map(_mentions if kind == "extraction" else str) for frame in (rows, served)]
    same = (said[0] == said[1]).to_numpy()
    low, high = intervals.wilson(int(same.sum()), len(same))
    table = pd.DataFrame(
        {
            "record_id": served["record_id"],
            "group": served["group"],
            "evaluated": rows[column],
            "served": served[column],
            "evaluated_margin": rows["probabilities"].map(_margin),
            "served_margin": served["probabilities"].map(_margin),
        }
    )
    gaps = [_gap(first, second) for first, second in zip(rows["probabilities"], served["probabilities"], strict=True)]
    return Parity(
        agreement_frac=float(same.mean()),
        low=low,
        high=high,
        agreed=int(same.sum()),
        n=len(same),
        largest_probability_gap=max(gaps),
        disagreements=table[~same].sort_values("evaluated_margin", ascending=False).reset_index(drop=True),
    )


def _mentions(text: str) -> str:
    return mentions.write(mentions.key(name) for name in mentions.read(text))


def _margin(probabilities: dict[str, float]) -> float:
    ranked = sorted(probabilities.values(), reverse=True)
    return ranked[0] - ranked[1] if len(ranked) > 1 else np.nan


def _gap(first: dict[str, float], second: dict[str, float]) -> float:
    return max((abs(first[label] - second.get(label, 0.0)) for label in first), default=np.nan)
