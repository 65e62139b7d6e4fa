"""Which records people should label next: a fair share of everything, or those of which a simple model is least sure."""

from hashlib import sha256

import numpy as np
import pandas as pd
from scipy.stats import entropy
from sklearn.model_selection import GroupKFold

from helpers.core.errors import RecordError
from helpers.lm import baselines

STRATA = ("source", "style", "sex", "age_band")
FOLDS = 5


def stratified(pool: pd.DataFrame, *, n: int, seed: int) -> pd.DataFrame:
    """Draw records so that every label (where it is known) and every one of `STRATA` has its share.

    Records are ordered by these and then by a hash, and picked at even steps from a random start: each has the same chance.

    Args:
        pool: Record frame.
        n: Records, fewer where there are fewer.
        seed: Of the draw; the order of the rows does not matter.

    Returns:
        The chosen rows of `pool`, in random order, so that whoever stops halfway has a fair half.
    """
    first_label = pool["labels"].map(lambda labels: labels[0] if len(labels) else "")
    draw = pool["record_id"].map(lambda name: _hash(seed, name))
    ordered = pool.assign(_label=first_label, _draw=draw).sort_values(["_label", *STRATA, "_draw"])
    count = min(n, len(ordered))
    start = np.random.default_rng(seed).random()
    chosen = ordered.iloc[[int((start + step) * len(ordered) / count) for step in range(count)]]
    return chosen.sort_values("_draw").drop(columns=["_label", "_draw"])


def answers(pool: pd.DataFrame, labelled: pd.DataFrame | None, *, kind: str, baseline: str) -> pd.DataFrame:
    """What a simple model says of each record, without ever having seen the label of that record's group.

    Args:
        pool: Record frame.
        labelled: Records to fit on; without any the pool's own are taken, in `FOLDS` parts by group, each answered by the
            model that was fitted on the others.
        kind: Of the task.
        baseline: A baseline of that kind.

    Returns:
        A prediction frame in the order of `pool`.

    Raises:
        RecordError: If there are fewer than two labels or groups to learn from.
    """
    known = pool if labelled is None else labelled
    if kind == "classification" and len({labels[0] for labels in known["labels"] if len(labels)}) < 2:
        raise RecordError(
            "There is too little to learn from for a simple model",
            found=f"{len(known)} labelled records, fewer than two labels",
            expected="labelled records of two labels at least",
            remedy="label a first sample drawn with --by stratified",
        )
    if labelled is not None:
        return baselines.predict(baseline, labelled, pool, kind=kind)
    folds = min(FOLDS, pool["group"].nunique())
    if folds < 2:
        raise RecordError(
            "There is too little to learn from for a simple model", found="one group", expected="two groups"
        )
    ordered = pool.sort_values("record_id")  # the parts then do not depend on the order of the rows
    split = GroupKFold(folds).split(ordered, groups=ordered["group"])
    parts = [
        baselines.predict(baseline, ordered.iloc[others], ordered.iloc[asked], kind=kind) for others, asked in split
    ]
    return pd.concat(parts).set_index("record_id", drop=False).loc[list(pool["record_id"])].reset_index(drop=True)


def unsure(predictions: pd.DataFrame, *, by: str) -> pd.Series:
    """How unsure a model is of each answer, higher for less sure.

    Args:
        predictions: Prediction frame with probabilities.
        by: `margin`, 1 minus the lead of the best label over the second; or `entropy` of all labels, in bits.

    Returns:
        Shape (n,), at least 0, indexed by record_id.

    Raises:
        RecordError: If an answer has no probabilities.

    Source:
        Settles 2009, Active Learning Literature Survey, section 3.1.
    """
    tables = [np.array(sorted(pairs.values(), reverse=True)) for pairs in predictions["probabilities"]]
    if any(len(stated) < 2 for stated in tables):
        raise RecordError(
            "Uncertainty needs the probabilities of at least two labels",
            found=f"{sum(len(stated) < 2 for stated in tables)} answers without",
            expected="a task with a closed label set",
            remedy="draw the sample with --by stratified",
        )
    values = [1 - (stated[0] - stated[1]) if by == "margin" else entropy(stated, base=2) for stated in tables]
    return pd.Series(values, index=pd.Index(predictions["record_id"], name="record_id"), dtype=float)


def uncertain(pool: pd.DataFrame, predictions: pd.DataFrame, *, n: int, by: str, seed: int) -> pd.DataFrame:
    """Take the records of which a model is least sure; of equally unsure ones the answers take turns.

    Args:
        pool: Record frame.
        predictions: From `answers`.
        n: Records, fewer where there are fewer.
        by: As of `unsure`.
        seed: Decides among what is still equal; the order of the rows does not matter.

    Returns:
        The chosen rows of `pool`, the least sure first.
    """
    table = predictions.set_index("record_id").loc[list(pool["record_id"])]
    value = unsure(predictions, by=by).round(9).loc[table.index]
    draw = [_hash(seed, name) for name in table.index]
    order = pd.DataFrame({"value": value, "label": table["label"], "draw": draw}).sort_values("draw")
    order["turn"] = order.groupby(["value", "label"]).cumcount()
    chosen = order.sort_values(["value", "turn", "draw"], ascending=[False, True, True]).index[:n]
    return pool.set_index("record_id", drop=False).loc[chosen].reset_index(drop=True)


def _hash(seed: int, name: str) -> str:
    return sha256(f"{seed} {name}".encode("utf-8", "surrogatepass")).hexdigest()
