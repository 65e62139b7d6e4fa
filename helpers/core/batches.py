"""Records of any number, a batch at a time: a batch is a row group of a Parquet file and fits into memory.

Functions over batches run here, one after the other, or on a Ray cluster, whose machines must see the run's folder.
"""

import os
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from tqdm.auto import tqdm

from helpers.core import records
from helpers.core.errors import StageError

Execution = Literal["local", "ray"]
Item = TypeVar("Item")
Result = TypeVar("Result")
_joined: list[Any] = []  # Ray, while this process is connected by `connected`


class Batch(NamedTuple):
    """One row group of a Parquet file."""

    path: Path
    row_group: int

    def table(self, columns: Sequence[str] | None = None) -> pa.Table:
        """The batch as Arrow, with all columns or some."""
        with pq.ParquetFile(self.path) as file:
            return file.read_row_group(self.row_group, columns=None if columns is None else list(columns))

    def frame(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The batch as `records.read` gives it."""
        return records.from_table(self.table(columns))


def of(*paths: Path) -> list[Batch]:
    """Every batch of these Parquet files, in order."""
    return [Batch(path, number) for path in paths for number in range(pq.read_metadata(path).num_row_groups)]


def frames(*paths: Path, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
    """The records of these files, one batch in memory at a time."""
    return (batch.frame(columns) for batch in of(*paths))


def write(tables: Iterable[pa.Table], path: Path, schema: pa.Schema = records.RECORD_SCHEMA) -> int:
    """Write one batch a table and return the number of rows; of empty tables the first one is kept, for its columns."""
    count = 0
    with pq.ParquetWriter(path, schema) as writer:
        for table in tables:
            if table.num_rows:
                writer.write_table(table.select(schema.names).cast(schema), row_group_size=table.num_rows)
                count += table.num_rows
        if not count:
            writer.write_table(schema.empty_table())
    return count


def hashes(values: Iterable[str]) -> np.ndarray:
    """64 bits of each string, shape (n,), uint64; among 100 million ids two agree by chance once in four thousand times."""
    digests = (blake2b(value.encode("utf-8", "surrogatepass"), digest_size=8).digest() for value in values)
    return np.frombuffer(b"".join(digests), dtype="<u8")


def each(
    function: Callable[[Item], Result], items: Sequence[Item], *, execution: Execution = "local", what: str
) -> list[Result]:
    """Call `function` with every item and return the results in order, the same ones wherever they were made.

    Args:
        function: Importable by name; what it gives must be small, larger things it writes to files.
        items: Small too, such as `Batch`.
        execution: `local`, here; `ray`, by Ray Data on the cluster at `RAY_ADDRESS`, or else on this machine's cores.
        what: Says what is done, beside the progress bar.

    Raises:
        StageError: If Ray is wanted and not installed.
    """
    if execution == "ray":
        return _on_ray(function, items)
    return [function(item) for item in tqdm(items, desc=what, unit="batch", disable=len(items) < 2)]


def connected(needed_by: str) -> Any:
    """Ray, connected to the cluster at `RAY_ADDRESS`, or else with this machine's cores.

    Raises:
        StageError: If it is not installed.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody outside
    os.environ.setdefault("RAY_agent_register_timeout_ms", "120000")  # half a minute is too little on a busy machine
    try:
        import ray
    except ImportError:
        raise StageError(
            "Ray is not installed",
            found=needed_by,
            expected="the package ray on every machine of the cluster",
            remedy="pip install -r requirements-labs.txt, or leave this out",
        ) from None
    if not ray.is_initialized():
        ray.init(include_dashboard=False, log_to_driver=False)
        _joined.append(ray)
    return ray


def leave() -> None:
    """Leave the Ray cluster that `connected` joined, if any: a kernel has only seconds to end."""
    while _joined:
        _joined.pop().shutdown()


def _on_ray(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    ray = connected("execution: ray in the profile")

    def call(row: dict[str, Any]) -> dict[str, Any]:
        return {"id": row["id"], "result": pickle.dumps(function(items[row["id"]]))}

    made = ray.data.range(len(items), override_num_blocks=len(items)).map(call).take_all()
    return [pickle.loads(row["result"]) for row in sorted(made, key=lambda row: row["id"])]
