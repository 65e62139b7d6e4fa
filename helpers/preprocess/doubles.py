"""Duplicates among records that do not fit into memory: hashes stay there, texts are read again where hashes agree."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.core.tasks import Form
from helpers.preprocess import duplicates


def find(
    files: Sequence[Path], sketches: Sequence[np.ndarray], *, min_jaccard: float, form: Form, store: Path
) -> tuple[list[np.ndarray], pd.DataFrame]:
    """`duplicates.drop` for the records of many files.

    Args:
        files: Parquet files with the columns record_id, side, text, labels and group.
        sketches: For each file what `duplicates.sketch` gives of its texts.
        min_jaccard: As given to `duplicates.sketch`.
        form: As given to `duplicates.sketch`.
        store: File for the shingles of the texts that are read again.

    Returns:
        For each file which of its records stay, shape (n,), bool; and the dropped, as `duplicates.drop` gives them.
    """
    ends = np.cumsum([len(sketch) for sketch in sketches])
    names = pa.concat_tables([pq.read_table(file, columns=["record_id", "side"]) for file in files])
    order = _order(names)
    keys = np.concatenate(sketches)[order]
    again = np.zeros(len(order), dtype=bool)
    again[order[duplicates.is_shared(keys)]] = True
    ids = names["record_id"].take(pa.array(order))
    with _stored_shingles(files, np.split(again, ends[:-1]), form, store) as shingles_at:
        found = duplicates.find(
            keys, ids=ids, shingles_of=lambda row: shingles_at(int(order[row])), min_jaccard=min_jaccard
        )
    named = sorted({row for double in found for row in (double.row, double.kept)})
    places = order[named]
    said = {
        column: dict(zip(named, _values(files, ends, places, column), strict=True))
        for column in ("record_id", "side", "labels", "group")
    }
    stay = np.ones(len(order), dtype=bool)
    stay[order[[double.row for double in found]]] = False
    table = duplicates.table(
        found, ids=said["record_id"], sides=said["side"], labels=said["labels"], groups=said["group"]
    )
    return np.split(stay, ends[:-1]), table


def _order(names: pa.Table) -> np.ndarray:
    """Places of the records by side, test first, then by id."""
    rank = pc.index_in(names["side"], pa.array(sorted(duplicates.SIDES, key=duplicates.SIDES.__getitem__)))
    keys = [("rank", "ascending"), ("record_id", "ascending")]
    return pc.sort_indices(names.append_column("rank", rank), sort_keys=keys).to_numpy()


@contextmanager
def _stored_shingles(files: Sequence[Path], wanted: Sequence[np.ndarray], form: Form, store: Path) -> Iterator[Any]:
    """Shingles of the wanted records by place, from a file: of many like texts they would not fit into memory."""
    starts = np.zeros(sum(map(len, wanted)) + 1, dtype=np.int64)
    with store.open("wb") as file:
        place = 0
        for path, rows in zip(files, wanted, strict=True):
            texts = pq.read_table(path, columns=["text"])["text"].filter(pa.array(rows)) if rows.any() else []
            sizes = np.zeros(len(rows), dtype=np.int64)
            sizes[rows] = [file.write(duplicates.shingles(str(text), form=form).tobytes()) for text in texts]
            starts[place + 1 : place + len(rows) + 1] = sizes
            place += len(rows)
    starts = np.cumsum(starts)
    with store.open("rb") as file:

        @lru_cache(maxsize=4096)
        def shingles_at(place: int) -> np.ndarray:
            data = os.pread(file.fileno(), int(starts[place + 1] - starts[place]), int(starts[place]))
            return np.frombuffer(data, dtype=np.uint64)

        yield shingles_at
    store.unlink()


def _values(files: Sequence[Path], ends: np.ndarray, places: np.ndarray, column: str) -> Iterable[Any]:
    """The column's values at these places among the records of all files, in the order of the places."""
    of_file = np.searchsorted(ends, places, side="right")
    found: dict[int, Any] = {}
    for number in np.unique(of_file).tolist():
        here = places[of_file == number]
        values = pq.read_table(files[number], columns=[column])[column]
        first = int(ends[number]) - len(values)
        found |= dict(zip(here.tolist(), values.take(pa.array(here - first)).to_pylist(), strict=True))
    return [found[place] for place in places.tolist()]
