"""Texts that say the same, or nearly, and are labelled otherwise."""

from typing import Literal

import pandas as pd

How = Literal["keep", "drop"]
REASON = "label conflict"
"""Why a record is set aside."""


def by_labels(doubles: pd.DataFrame) -> pd.DataFrame:
    """Pairs of labels that duplicates disagree in, each with the record that was kept.

    Args:
        doubles: The dropped, from `duplicates.drop`.

    Returns:
        labels (both, by the alphabet), exact, near, across (on two sides of the split), same_group, records (dropped);
        the commonest first. Records without labels, as of generation, do not disagree.
    """
    found = _disagreeing(doubles)
    table = pd.DataFrame(
        {
            "labels": [" / ".join(sorted(pair)) for pair in zip(found["label"], found["kept_label"], strict=True)],
            "exact": (found["reason"] == "exact").astype(int),
            "near": (found["reason"] == "near").astype(int),
            "across": found["across"].astype(int),
            "same_group": found["same_group"].astype(int),
            "records": 1,
        }
    )
    return table.groupby("labels").sum().reset_index().sort_values(
        ["records", "labels"], ascending=[False, True], ignore_index=True
    )  # fmt: skip


def undecided(doubles: pd.DataFrame, *, how: How) -> list[str]:
    """Ids of kept records that are to go as well, because a duplicate of theirs has another label.

    Args:
        doubles: The dropped.
        how: `keep` lets them stay: the same text may well have two outcomes, and a test without such texts would look
            easier than the task is. `drop` gives them all, for labels known to be wrong now and then.
    """
    return sorted(set(_disagreeing(doubles)["duplicate_of"])) if how == "drop" else []


def _disagreeing(doubles: pd.DataFrame) -> pd.DataFrame:
    labelled = (doubles["label"] != "") & (doubles["kept_label"] != "")
    return doubles[labelled & doubles["labels_differ"].astype(bool)]
