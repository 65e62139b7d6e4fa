"""Exact and near duplicates within and across splits: MinHash finds candidates, exact Jaccard decides."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
import pandas as pd
from datasketch import MinHash

from helpers.core.tasks import Form

SIDES = {"test": 0, "validation": 1, "train": 2}  # of two duplicates the one on the locked side stays
COLUMNS = [
    "record_id", "duplicate_of", "jaccard", "reason", "across", "labels_differ", "label", "kept_label", "same_group",
]  # fmt: skip
_PERMUTATIONS = 128
_SHINGLE_WORDS = 3


class Double(NamedTuple):
    """A row that goes, the row that stays for it, and why."""

    row: int
    kept: int
    jaccard: float
    reason: str  # exact | near


def drop(
    records: pd.DataFrame, *, min_jaccard: float, split: pd.Series | None = None, form: Form = "prose"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep one of each set of duplicates, whatever the row order: on test before validation before train, then smallest id.

    Args:
        records: A record frame.
        min_jaccard: Jaccard similarity of word 3-gram sets from which two texts are near duplicates, in (0, 1].
        split: Side of each record, as `splits.assign` names it; None treats all as one side.
        form: In prose, case and punctuation do not count; in notation they do, and only identical texts are duplicates.

    Returns:
        Kept records in their order, and the dropped: record_id, duplicate_of, jaccard, reason (exact | near), across
        (whether the two were on different sides), labels_differ, label and kept_label (of the dropped and of the kept
        record; several are joined by a bar), same_group.

    Raises:
        ValueError: If `min_jaccard` leaves (0, 1].

    Source:
        Broder 1997 (MinHash); candidates are confirmed by the exact similarity, so false matches are impossible.
    """
    sides = pd.Series("all", index=records.index) if split is None else split
    rank = pd.DataFrame({"side": sides.map(SIDES).fillna(0), "record_id": records["record_id"]}, index=records.index)
    order = rank.sort_values(["side", "record_id"]).index
    texts, ids = records.loc[order, "text"].tolist(), records.loc[order, "record_id"].tolist()
    keys = sketch(texts, min_jaccard=min_jaccard, form=form)
    read = lru_cache(maxsize=4096)(lambda row: shingles(texts[row], form=form))
    doubles = find(keys, ids=ids, shingles_of=read, min_jaccard=min_jaccard)
    labels, groups = records.loc[order, "labels"].tolist(), records.loc[order, "group"].tolist()
    found = table(doubles, ids=ids, sides=sides[order].tolist(), labels=labels, groups=groups)
    return records.drop(index=[order[double.row] for double in doubles]), found


def table(
    doubles: Iterable[Double],
    *,
    ids: Mapping[int, str] | Sequence[str],
    sides: Mapping[int, str] | Sequence[str],
    labels: Mapping[int, Sequence[str]] | Sequence[Sequence[str]],
    groups: Mapping[int, str] | Sequence[str],
) -> pd.DataFrame:
    """The dropped as `drop` gives them; ids, sides, labels and groups are asked for the rows named in `doubles` only."""
    rows = [
        {
            "record_id": ids[row],
            "duplicate_of": ids[kept],
            "jaccard": jaccard,
            "reason": reason,
            "across": sides[row] != sides[kept],
            "labels_differ": list(labels[row]) != list(labels[kept]),
            "label": " | ".join(labels[row]),
            "kept_label": " | ".join(labels[kept]),
            "same_group": groups[row] == groups[kept],
        }
        for row, kept, jaccard, reason in doubles
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def sketch(texts: Sequence[str], *, min_jaccard: float, form: Form = "prose") -> np.ndarray:
    """What is kept of each text to find its duplicates among any number of others.

    Returns:
        Shape (n, 1 + bands), uint64: a hash of the whole text, and one of each band of its MinHash signature. Near
        duplicates share at least one of them with a probability of 0.999 or more.

    Raises:
        ValueError: If `min_jaccard` leaves (0, 1].
    """
    if not 0 < min_jaccard <= 1:
        raise ValueError(f"min_jaccard is {min_jaccard}; expected above 0 and at most 1")
    bands, rows = _bands(min_jaccard)
    keys = np.zeros((len(texts), 1 + bands), dtype=np.uint64)
    words = [_words(text, form) for text in texts]
    signatures = MinHash.generator((sorted(_grams(one)) for one in words), num_perm=_PERMUTATIONS, seed=1)
    for number, (one, signature) in enumerate(zip(words, signatures, strict=True)):
        values = signature.hashvalues
        pieces = [values[band * rows : (band + 1) * rows].tobytes() for band in range(bands)]
        keys[number] = [int.from_bytes(_digest(piece), "big") for piece in (" ".join(one).encode(), *pieces)]
    return keys


def shingles(text: str, *, form: Form = "prose") -> np.ndarray:
    """Hashes of the word 3-grams of a text, sorted and each once; shape (n,), uint64."""
    return np.frombuffer(b"".join(sorted(_grams(_words(text, form)))), dtype=">u8").astype(np.uint64)


def find(
    keys: np.ndarray, *, ids: Sequence[object], shingles_of: Callable[[int], np.ndarray], min_jaccard: float
) -> list[Double]:
    """Who goes: each row meets, in order, the rows before it that stay and share a key with it.

    Args:
        keys: From `sketch`, the rows in the order in which they are to stay.
        ids: Of the rows; of two rows equally like a third, the one with the larger id is named.
        shingles_of: `shingles` of a row's text; asked only for rows that share a key.
        min_jaccard: As given to `sketch`.
    """
    groups = _groups(keys)
    staying: dict[int, list[int]] = {}
    first_with: dict[int, int] = {}
    doubles = []
    for row in np.flatnonzero((groups >= 0).any(axis=1)).tolist():
        whole, own = int(groups[row, 0]), [group for group in groups[row, 1:].tolist() if group >= 0]
        grams = shingles_of(row)
        same = first_with.get(whole)
        if same is not None and np.array_equal(grams, shingles_of(same)):
            doubles.append(Double(row, same, 1.0, "exact"))
            continue
        others = {other for group in own for other in staying.get(group, ())}
        similar = [(_jaccard(grams, shingles_of(other)), str(ids[other]), other) for other in others]
        if similar and max(similar)[0] >= min_jaccard:
            jaccard, _, other = max(similar)
            doubles.append(Double(row, other, jaccard, "near"))
            continue
        if whole >= 0:
            first_with[whole] = row
        for group in own:
            staying.setdefault(group, []).append(row)
    return doubles


def is_shared(keys: np.ndarray) -> np.ndarray:
    """Which rows share a key with another one, and are read again; shape (n,), bool."""
    return (_groups(keys) >= 0).any(axis=1)


def _groups(keys: np.ndarray) -> np.ndarray:
    """Number of the rows that share a key, column by column; -1 where a row is alone with it."""
    groups, so_far = np.full(keys.shape, -1, dtype=np.int32), 0
    for column in range(keys.shape[1]):
        _, number, count = np.unique(keys[:, column], return_inverse=True, return_counts=True)
        several = count > 1
        rows = several[number]
        groups[rows, column] = (np.cumsum(several) - 1 + so_far)[number[rows]]
        so_far += int(several.sum())
    return groups


def _words(text: str, form: Form) -> list[str]:
    return re.findall(r"\w+", text.casefold()) if form == "prose" else [text]


def _grams(words: Sequence[str]) -> set[bytes]:
    size = min(_SHINGLE_WORDS, len(words)) or 1
    return {_digest(" ".join(words[i : i + size]).encode()) for i in range(max(1, len(words) - size + 1))}


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=8).digest()


def _jaccard(first: np.ndarray, second: np.ndarray) -> float:
    both = np.intersect1d(first, second, assume_unique=True).size
    return both / (first.size + second.size - both)


def _bands(min_jaccard: float) -> tuple[int, int]:
    """Bands and rows that find a pair at the threshold with a probability of at least 0.999."""
    for rows in (16, 8, 4, 2, 1):
        bands = _PERMUTATIONS // rows
        if (1 - min_jaccard**rows) ** bands <= 0.001:
            return bands, rows
    return _PERMUTATIONS, 1
