"""From what arrived to one table of records: a bucket holds whole patients, fits into memory, and is a row group."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.collect import arrivals
from helpers.core import batches, records

RECORDS = 20_000
TEXT_BYTES = 1 << 26
"""A bucket holds about so many records and bytes of text at most; fewer make a single bucket."""

_OPEN = 256  # files open at once
_CHUNKS = 20  # dealt out at once


def number_for(count: int, text_bytes: int) -> int:
    """Buckets for so many records; depends on nothing else, so that no order or division of the input changes it."""
    return max(1, -(-count // RECORDS), -(-text_bytes // TEXT_BYTES))


def fill(arrived: Sequence[arrivals.Arrived], keep: Sequence[np.ndarray], *, path: Path, scratch: Path) -> int:
    """Write the kept records to `path`, a bucket a row group, each sorted by record id.

    The bucket of a record is the hash of its patient: all records of a patient stand together.

    Args:
        arrived: Parts of sources.
        keep: For each part, which of its records to keep; shape (n,), bool.
        path: Parquet file to write.
        scratch: Empty folder for the buckets on their way.

    Returns:
        Number of records written.
    """
    text_bytes = sum(pc.sum(pc.binary_length(table["text"])).as_py() or 0 for table in _kept(arrived, keep))
    number = number_for(sum(int(mask.sum()) for mask in keep), text_bytes)
    for first in range(0, number, _OPEN):
        _deal(arrived, keep, range(first, min(first + _OPEN, number)), number, scratch)
    return batches.write((_sorted(_file(scratch, bucket)) for bucket in range(number)), path)


def _deal(
    arrived: Sequence[arrivals.Arrived], keep: Sequence[np.ndarray], buckets: range, number: int, scratch: Path
) -> None:
    with ExitStack() as stack:
        streams = {}
        for bucket in buckets:
            file = stack.enter_context(pa.OSFile(str(_file(scratch, bucket)), "wb"))
            streams[bucket] = stack.enter_context(pa.ipc.new_stream(file, records.RECORD_SCHEMA))
        for table in _kept(arrived, keep):
            into = batches.hashes(table.column("patient_key").to_pylist()) % np.uint64(number)
            for bucket in np.unique(into).tolist():
                if bucket in streams:
                    streams[bucket].write_table(table.filter(pa.array(into == bucket)).combine_chunks())


def _kept(arrived: Sequence[arrivals.Arrived], keep: Sequence[np.ndarray]) -> Iterator[pa.Table]:
    for part, mask in zip(arrived, keep, strict=True):
        chunks, at = arrivals.read(part.kept), 0
        while several := list(islice(chunks, _CHUNKS)):
            table = pa.concat_tables(several)
            yield table.filter(pa.array(mask[at : at + table.num_rows])).select(records.RECORD_SCHEMA.names)
            at += table.num_rows


def _sorted(file: Path) -> pa.Table:
    table = pa.concat_tables([records.RECORD_SCHEMA.empty_table(), *arrivals.read(file)]).sort_by("record_id")
    file.unlink()
    return table


def _file(scratch: Path, bucket: int) -> Path:
    return scratch / f"bucket-{bucket:05d}"
