"""Training, validation and test by a hash of the group: stable on every machine, under any row order."""

from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.core import batches
from helpers.core.errors import LeakageError

VALIDATION_PARTS = 8
KEYS = ("group", "patient_key", "record_id", "text")


def assign(
    records: pd.DataFrame,
    *,
    test_fold: int,
    parts: int = 5,
    fold_parts: int = 1,
    with_validation: Collection[str] | None = None,
) -> pd.Series:
    """Name the side of each record from h = int(sha256(group)); whole groups move together.

    h % parts gives the part of a group; each run of `fold_parts` parts is one fold, and `test_fold` is the test set. Of
    the rest, the groups with h // parts divisible by 8 are for validation.

    A side that the publisher of a source has given (`published_split`) is kept, whatever the fold. Where a source has
    published train and test only, its groups with h // parts divisible by 8 are taken from train for validation.

    Args:
        records: A record frame.
        test_fold: Which fold is the test set.
        parts: Of the hash.
        fold_parts: Parts in one fold.
        with_validation: Sources that have published a validation set; None stands for `publishing_validation([records])`.

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
    lacks = ~records["source"].isin(publishing_validation([records]) if with_validation is None else with_validation)
    held_out = {group: _number(group) // parts % VALIDATION_PARTS == 0 for group in side}
    carved = lacks & (said == "train") & records["group"].map(held_out).astype(bool)
    return hashed.where(said == "", said.mask(carved, "validation")).rename("split").astype(object)


def publishing_validation(frames: Iterable[pd.DataFrame]) -> frozenset[str]:
    """Sources of which a record is on a published validation side; frames need the columns source and published_split."""
    return frozenset().union(*(frame.loc[frame["published_split"] == "validation", "source"] for frame in frames))


def check(train: pd.DataFrame, validation: pd.DataFrame, test: pd.DataFrame) -> pd.DataFrame:
    """`check_files` of records in memory."""
    return _check({"train": _keys([train]), "validation": _keys([validation]), "test": _keys([test])})


def check_files(files: Mapping[str, Path]) -> pd.DataFrame:
    """Rows, groups, patients and different texts of each side, once nothing is shared.

    Args:
        files: Side (train, validation, test) -> Parquet file of its records; only hashes of them are kept in memory.

    Raises:
        LeakageError: With the counts of groups, patients, records and texts that two sides share.
    """
    return _check({side: _keys(batches.frames(path, columns=KEYS)) for side, path in files.items()})


def _keys(frames: Iterable[pd.DataFrame]) -> dict[str, np.ndarray]:
    """Hashes of each key column, every row's."""
    found: dict[str, list[np.ndarray]] = {key: [np.empty(0, dtype=np.uint64)] for key in KEYS}
    for frame in frames:
        for key in KEYS:
            found[key].append(batches.hashes(frame[key]))
    return {key: np.concatenate(parts) for key, parts in found.items()}


def _check(sides: Mapping[str, Mapping[str, np.ndarray]]) -> pd.DataFrame:
    different = {side: {key: np.unique(values) for key, values in keys.items()} for side, keys in sides.items()}
    shared = {}
    for first, second in combinations(different, 2):
        for key in KEYS:
            count = np.intersect1d(different[first][key], different[second][key], assume_unique=True).size
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
    names = {"groups": "group", "patients": "patient_key", "texts": "text"}
    return pd.DataFrame(
        [
            {"split": side, "records": len(sides[side]["record_id"])}
            | {name: len(keys[key]) for name, key in names.items()}
            for side, keys in different.items()
        ]
    )


def _side(group: str, test_fold: int, parts: int, fold_parts: int) -> str:
    number = _number(group)
    if number % parts // fold_parts == test_fold:
        return "test"
    return "validation" if number // parts % VALIDATION_PARTS == 0 else "train"


def _number(group: str) -> int:
    return int(sha256(group.encode()).hexdigest(), 16)
