"""Results broken down by who the record is about and how it is written."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.core.errors import RecordError
from helpers.metrics import intervals

MIN_GROUPS = 10  # fewer clusters carry an estimate without an interval
NOT_RECORDED = "not recorded"


def by_subgroup(
    scores: pd.DataFrame,
    records: pd.DataFrame,
    *,
    columns: Sequence[str],
    groups: pd.Series,
    seed: int,
    bootstrap: int = 2000,
) -> pd.DataFrame:
    """Mean score of each value of each column, with an interval clustered by group.

    Args:
        scores: From `compare.score`, indexed by record_id.
        records: The same records.
        columns: Columns of `records` to break down by, such as sex, age_band, origin, kind or style.
        groups: From `compare.groups`, indexed by record_id.
        seed: Of the resampling.
        bootstrap: Resamples of groups.

    Returns:
        One row for each column and value: column, value (empty cells are `not recorded`), n, n_groups, estimate (NaN
        where nothing was to be found nor found), low, high (95 %; NaN with fewer than `MIN_GROUPS` groups, which `note`
        then says), note.

    Raises:
        RecordError: If a column is missing or scores, groups and records are not about the same items.
    """
    missing = [column for column in columns if column not in records.columns]
    if missing:
        raise RecordError("The records lack subgroup columns", found=missing, expected=list(records.columns))
    ids = list(records["record_id"])
    if set(scores.index) != set(ids) or set(groups.index) != set(ids):
        raise RecordError(
            "Scores, groups and records are not about the same items",
            found=f"{len(scores)} scores, {len(groups)} groups, {len(ids)} records",
            remedy="take scores and groups from these records with compare.score and compare.groups",
        )
    values, weights = (scores.loc[ids, name].to_numpy() for name in ("score", "weight"))
    clusters = groups.loc[ids].to_numpy()
    rows = []
    for column in columns:
        names = records[column].fillna("").astype(str).replace("", NOT_RECORDED).to_numpy()
        for name in sorted(set(names)):
            inside = names == name
            count = len(set(clusters[inside]))
            estimate, low, high, note = float("nan"), float("nan"), float("nan"), "nothing to find, nothing found"
            if weights[inside].any():
                estimate, note = float(np.average(values[inside], weights=weights[inside])), ""
            if count >= MIN_GROUPS and not note:
                some = {"weights": weights[inside], "n": bootstrap, "seed": seed}
                found = intervals.clustered_mean(values[inside], clusters[inside], **some)
                low, high = found.low, found.high
            elif not note:
                note = f"fewer than {MIN_GROUPS} groups: no interval"
            rows.append((column, name, int(inside.sum()), count, estimate, low, high, note))
    return pd.DataFrame(rows, columns=["column", "value", "n", "n_groups", "estimate", "low", "high", "note"])


def assessability(frame: pd.DataFrame, *, simulated: bool) -> str:
    """Say in one sentence whether the table of `by_subgroup` tells anything about people.

    Args:
        frame: From `by_subgroup`.
        simulated: Whether demographics were drawn at random, as the task says.
    """
    if simulated:
        return (
            "Not assessable: the demographics are simulated and random, so gaps between them test the instrument and "
            "say nothing about people."
        )
    recorded = frame[(frame["value"] != NOT_RECORDED) & frame["low"].notna()]
    comparable = recorded.groupby("column").size()
    if frame.empty or not (comparable >= 2).any():
        return "Not assessable: no column has two recorded values with enough groups to compare."
    names = ", ".join(sorted(comparable[comparable >= 2].index))
    return f"Assessable by {names}: intervals that overlap do not prove that a gap is absent."
