"""Rows of a source, on their way to the records: checked, and written down a chunk at a time, so that memory stays small."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
from tqdm.auto import tqdm

from helpers.collect import intake
from helpers.core import batches, records

CHUNK = 1000
"""Rows in memory at once."""

_PLACE = [("number", pa.int64()), ("file", pa.string()), ("row", pa.string())]
SCHEMA = pa.schema([*records.RECORD_SCHEMA, *_PLACE])
ASIDE = pa.schema([*_PLACE, ("reason", pa.string())])


@dataclass(frozen=True)
class Arrived:
    """What one part of a source gave.

    Args:
        kept: Arrow stream of the records, in `SCHEMA`: `number` counts the rows of the part.
        aside: Arrow stream of what is no record, in `ASIDE`.
        ids: 64-bit hash of the id of each kept record, in order, shape (n,); strings would take ten times the memory.
    """

    kept: Path
    aside: Path
    ids: np.ndarray


def write(rows: Iterable[intake.Row], *, source: str, labels: Set[str], to: Path) -> Arrived:
    """Check the rows of one part of a source and write them to `<to>.kept` and `<to>.aside`.

    A repeated id is set aside here only if the first stands in the same chunk; `quarantine.settle` finds the others.

    Args:
        rows: From a loader.
        source: Name of the data card.
        labels: That may occur; empty takes all.
        to: Path without an ending.
    """
    kept_path, aside_path = to.with_suffix(".kept"), to.with_suffix(".aside")
    ids = [np.empty(0, dtype=np.uint64)]
    counted = enumerate(tqdm(rows, desc=f"read {source}", unit=" rows", mininterval=1, leave=False))
    with pa.OSFile(str(kept_path), "wb") as one, pa.OSFile(str(aside_path), "wb") as other:
        with pa.ipc.new_stream(one, SCHEMA) as kept_stream, pa.ipc.new_stream(other, ASIDE) as aside_stream:
            while chunk := list(islice(counted, CHUNK)):
                kept, aside, seen = [], [], set()
                for number, row in chunk:
                    reason = intake.problem(row, labels=labels)
                    if not reason and row.fields["record_id"] in seen:
                        reason = intake.DUPLICATE
                    if not reason:
                        seen.add(row.fields["record_id"])
                    (aside if reason else kept).append((number, row, reason))
                if kept:
                    table = _table(kept, source)
                    kept_stream.write_table(table)
                    ids.append(batches.hashes(table.column("record_id").to_pylist()))
                if aside:
                    aside_stream.write_table(_aside(aside))
    return Arrived(kept_path, aside_path, np.concatenate(ids))


def read(path: Path) -> Iterator[pa.Table]:
    """The chunks of a file that `write` made."""
    with pa.OSFile(str(path), "rb") as file, pa.ipc.open_stream(file) as stream:
        for batch in stream:
            yield pa.Table.from_batches([batch])


def _table(kept: list[tuple[int, intake.Row, str]], source: str) -> pa.Table:
    table = records.to_table(records.to_frame({**row.fields, "source": source} for _, row, _ in kept))
    placed = [pa.array(values, kind) for values, (_, kind) in zip(_places(kept), _PLACE, strict=True)]
    return pa.table([*table.columns, *placed], schema=SCHEMA)


def _aside(aside: list[tuple[int, intake.Row, str]]) -> pa.Table:
    columns = [*_places(aside), [reason for *_, reason in aside]]
    return pa.table([pa.array(values, kind) for values, kind in zip(columns, ASIDE.types, strict=True)], schema=ASIDE)


def _places(rows: list[tuple[int, intake.Row, str]]) -> list[list]:
    return [[number for number, *_ in rows], [row.file for _, row, _ in rows], [row.row for _, row, _ in rows]]
