"""Training, validation and test by a hash of the group: stable on every machine, under any row order."""

from hashlib import sha256

import pandas as pd

from helpers.core.errors import LeakageError

VALIDATION_PARTS = 8
KEYS = ("group", "patient_key", "record_id", "text")


def assign(records: pd.DataFrame, *, test_fold: int, parts: int = 5, fold_parts: int = 1) -> pd.Series:
    """Name the side of each record from h = int(sha256(group)); whole groups move together.

    h % parts gives the part of a group; each run of `fold_parts` parts is one fold, and `test_fold` is the test set. Of
    the rest, the groups with h // parts divisible by 8 are for validation.

    A side that the publisher of a source has given (`published_split`) is kept, whatever the fold. Where a source has
    published train and test only, its groups with h // parts divisible by 8 are taken from train for validation.

    Returns:
        Shape (n,), indexed as `records`: train, validation or test.

    Raises:
        ValueError: If there is no such fold.
    """
    if not (0 < fold_parts < parts and 0 <= test_fold < parts // fold_parts):
        raise ValueError(
            f"test_fold is {test_fold}, folds of {fold_parts} in {parts} parts; expected 0 to {parts // fold_parts - 1}"
        )
    side = {group: _side(group, test_fold, parts, fold_parts) for group in records["group"].unique()}
    hashed, said = records["group"].map(side), records["published_split"]
    lacks = records["source"].isin(set(records["source"]) - set(records.loc[said == "validation", "source"]))
    held_out = {group: _number(group) // parts % VALIDATION_PARTS == 0 for group in side}
    carved = lacks & (said == "train") & records["group"].map(held_out).astype(bool)
    return hashed.where(said == "", said.mask(carved, "validation")).rename("split").astype(object)


def check(train: pd.DataFrame, validation: pd.DataFrame, test: pd.DataFrame) -> pd.DataFrame:
    """Rows, groups and patients of each side, once nothing is shared.

    Raises:
        LeakageError: With the counts of groups, patients, records and texts that two sides share.
    """
    sides = {"train": train, "validation": validation, "test": test}
    shared = {}
    names = list(sides)
    for first, second in (("train", "validation"), ("train", "test"), ("validation", "test")):
        for key in KEYS:
            count = len(set(sides[first][key]) & set(sides[second][key]))
            if count:
                shared[f"{first}/{second} {key}"] = count
    if shared:
        raise LeakageError(
            "Two sides of the split share material",
            found=shared,
            expected="none",
            remedy="assign splits by group, then run duplicates.drop across the splits; where a source's own split shares "
            "groups, leave `split` out of the task or mend it in the file",
        )
    return pd.DataFrame(
        {
            "split": names,
            "records": [len(sides[name]) for name in names],
            **{f"{key}s": [sides[name][key].nunique() for name in names] for key in ("group", "patient_key")},
        }
    ).rename(columns={"patient_keys": "patients"})


def _side(group: str, test_fold: int, parts: int, fold_parts: int) -> str:
    number = _number(group)
    if number % parts // fold_parts == test_fold:
        return "test"
    return "validation" if number // parts % VALIDATION_PARTS == 0 else "train"


def _number(group: str) -> int:
    return int(sha256(group.encode()).hexdigest(), 16)
