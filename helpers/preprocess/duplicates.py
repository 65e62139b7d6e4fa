"""Exact and near duplicates within and across splits: MinHash finds candidates, exact Jaccard decides."""

import re
from collections.abc import Sequence
from hashlib import blake2b

import pandas as pd
from datasketch import MinHash, MinHashLSH

from helpers.core.tasks import Form

_SIDES = {"test": 0, "validation": 1, "train": 2}  # of two duplicates the one on the locked side stays
_PERMUTATIONS = 128
_SHINGLE_WORDS = 3


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
        (whether the two were on different sides), labels_differ.

    Raises:
        ValueError: If `min_jaccard` leaves (0, 1].

    Source:
        Broder 1997 (MinHash); candidates are confirmed by the exact similarity, so false matches are impossible.
    """
    if not 0 < min_jaccard <= 1:
        raise ValueError(f"min_jaccard is {min_jaccard}; expected above 0 and at most 1")
    sides = pd.Series("all", index=records.index) if split is None else split
    rank = pd.DataFrame({"side": sides.map(_SIDES).fillna(0), "record_id": records["record_id"]}, index=records.index)
    order = rank.sort_values(["side", "record_id"]).index
    words = records["text"].map(_words if form == "prose" else lambda text: [text])
    first_with: dict[str, object] = {}
    shingles: dict[object, frozenset[bytes]] = {}
    index = MinHashLSH(num_perm=_PERMUTATIONS, params=_bands(min_jaccard))
    dropped = []
    for row in order:
        whole = " ".join(words[row])
        if whole in first_with:
            dropped.append((row, first_with[whole], 1.0, "exact"))
            continue
        grams = _shingles(words[row])
        signature = MinHash(num_perm=_PERMUTATIONS, seed=1)
        signature.update_batch(sorted(grams))
        similar = [(_jaccard(grams, shingles[other]), other) for other in index.query(signature)]
        close = [pair for pair in similar if pair[0] >= min_jaccard]
        if close:
            best = max(close, key=lambda pair: (pair[0], str(records.at[pair[1], "record_id"])))
            dropped.append((row, best[1], best[0], "near"))
            continue
        first_with[whole] = row
        shingles[row] = grams
        index.insert(row, signature)
    table = pd.DataFrame(
        [
            {
                "record_id": records.at[row, "record_id"],
                "duplicate_of": records.at[kept, "record_id"],
                "jaccard": jaccard,
                "reason": reason,
                "across": bool(sides[row] != sides[kept]),
                "labels_differ": list(records.at[row, "labels"]) != list(records.at[kept, "labels"]),
            }
            for row, kept, jaccard, reason in dropped
        ],
        columns=["record_id", "duplicate_of", "jaccard", "reason", "across", "labels_differ"],
    )
    return records.drop(index=[row for row, *_ in dropped]), table


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _shingles(words: Sequence[str]) -> frozenset[bytes]:
    size = min(_SHINGLE_WORDS, len(words)) or 1
    return frozenset(
        blake2b(" ".join(words[i : i + size]).encode(), digest_size=8).digest()
        for i in range(max(1, len(words) - size + 1))
    )


def _jaccard(first: frozenset[bytes], second: frozenset[bytes]) -> float:
    return len(first & second) / len(first | second)


def _bands(min_jaccard: float) -> tuple[int, int]:
    """Bands and rows that find a pair at the threshold with a probability of at least 0.999."""
    for rows in (16, 8, 4, 2, 1):
        bands = _PERMUTATIONS // rows
        if (1 - min_jaccard**rows) ** bands <= 0.001:
            return bands, rows
    return _PERMUTATIONS, 1
