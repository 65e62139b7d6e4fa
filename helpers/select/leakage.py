"""What a careless split pretends: one simple model, judged on splits that differ in what may stand on both sides."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from helpers.core import figures
from helpers.core.errors import RecordError
from helpers.lm import baselines
from helpers.metrics import intervals


@dataclass(frozen=True)
class Split:
    """One way to split.

    Args:
        records: A record frame with one label each, two labels in all.
        side: Shape (n,), indexed as `records`: `test`, and anything else for training.
        kinship: Shape (n,), indexed as `records`; what makes two records relatives, such as a scaffold.
    """

    records: pd.DataFrame
    side: pd.Series
    kinship: pd.Series


def measure(splits: Mapping[str, Split], *, baseline: str, bootstrap: int, seed: int) -> pd.DataFrame:
    """Fit the same model on the training side of every split, and say how much of the test side it had met before.

    Args:
        splits: By name, in the order of the table.
        baseline: A classification baseline of `lm.baselines`.
        bootstrap: Resamples of kin for the interval.
        seed: Of the resampling.

    Returns:
        One row a split: split, train, test, seen_text_frac (test records whose very text is in training), seen_kin_frac
        (with a relative in training), roc_auc, low, high (95 %, resampling kin).

    Raises:
        RecordError: If a split leaves no record on a side, or there are not two labels on its test side.
    """
    return pd.DataFrame([{"split": name, **_row(split, baseline, bootstrap, seed)} for name, split in splits.items()])


def picture(table: pd.DataFrame) -> figures.Picture:
    """The area of every split with its interval, from `measure`."""
    data = table.rename(columns={"split": "name", "roc_auc": "estimate", "test": "n"})
    return figures.Picture(
        "leakage",
        data[["name", "estimate", "low", "high", "n", "seen_text_frac", "seen_kin_frac"]],
        "The same model every time; only the split changes. Further right looks better and is not: what it gains there is "
        "recognition of molecules, or of their relatives, that it was trained on. The line is the 95 % interval, "
        "resampling whole families.",
        partial(
            figures.estimates,
            title="What the split makes of one model",
            xlabel="area under the ROC curve (0.5 is chance, 1 is perfect)",
            highlight=data["name"].iloc[-1],
        ),
    )


def _row(split: Split, baseline: str, bootstrap: int, seed: int) -> dict[str, float]:
    is_test = (split.side == "test").to_numpy()
    train, test = split.records[~is_test], split.records[is_test]
    gold = np.array([labels[0] for labels in test["labels"]])
    labels = sorted(set(gold))
    if not len(train) or len(labels) != 2:
        raise RecordError(
            "A split cannot be judged",
            found=f"{len(train)} training records, {len(labels)} labels on the test side",
            expected="records on both sides and two labels",
        )
    found = baselines.predict(baseline, train, test, kind="classification")
    stated = np.array([row.get(labels[1], 0.0) for row in found["probabilities"]])
    kin = split.kinship[is_test]
    area = intervals.clustered_auc(gold == labels[1], stated, kin, n=bootstrap, seed=seed)
    return {
        "train": len(train),
        "test": len(test),
        "seen_text_frac": float(test["text"].isin(set(train["text"])).mean()),
        "seen_kin_frac": float(kin.isin(set(split.kinship[~is_test])).mean()),
        "roc_auc": area.estimate,
        "low": area.low,
        "high": area.high,
    }
