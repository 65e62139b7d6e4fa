"""Texts that say the same, or nearly, and are labelled otherwise."""

from typing import Literal

import pandas as pd

How = Literal["keep", "drop"]


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


def settle(records: pd.DataFrame, doubles: pd.DataFrame, *, how: How) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Decide about the one record that was kept of each set of disagreeing duplicates.

    Args:
        records: The kept, from `duplicates.drop`.
        doubles: The dropped.
        how: `keep` leaves it: the same text may well have two outcomes, and a test without such texts would look easier
            than the task is. `drop` sets it aside, for labels known to be wrong now and then.

    Returns:
        Records, and a quarantine frame: record_id, kind, source, reason `label conflict`.
    """
    unclear = records["record_id"].isin(_disagreeing(doubles)["duplicate_of"] if how == "drop" else [])
    aside = records.loc[unclear, ["record_id", "kind", "source"]].assign(reason="label conflict")
    return records[~unclear], aside.reset_index(drop=True)


def _disagreeing(doubles: pd.DataFrame) -> pd.DataFrame:
    labelled = (doubles["label"] != "") & (doubles["kept_label"] != "")
    return doubles[labelled & doubles["labels_differ"].astype(bool)]
