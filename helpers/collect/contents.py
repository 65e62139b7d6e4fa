"""What the written records hold, counted a batch at a time."""

from pathlib import Path

import numpy as np
import pandas as pd

from helpers.collect import intake
from helpers.core import batches, records


def styles(path: Path) -> pd.DataFrame:
    """Records by style and kind: style, kind, count."""
    counts = [frame.value_counts() for frame in batches.frames(path, columns=["style", "kind"])]
    return pd.concat(counts).groupby(level=["style", "kind"]).sum().rename("count").reset_index()


def remarks(path: Path) -> pd.DataFrame:
    """What had to be left empty or read in another way in records that were kept: source, remark, records."""
    counts = [intake.remarks(frame) for frame in batches.frames(path, columns=["source", "provenance"])]
    return pd.concat(counts).groupby(["source", "remark"])["records"].sum().reset_index()


def groups(path: Path) -> int:
    """How many groups there are."""
    found = [np.unique(batches.hashes(frame["group"])) for frame in batches.frames(path, columns=["group"])]
    return len(np.unique(np.concatenate(found)))


def facts(path: Path) -> pd.DataFrame:
    """Hold every record to the schema, and count by source: source, records, answered, spans_outside (of the text).

    Raises:
        RecordError: As `records.validate`.
    """
    rows = [
        pd.DataFrame(
            {
                "source": frame["source"],
                "records": 1,
                "answered": (frame["labels"].map(len) + frame["references"].map(len)).gt(0).astype(int),
                "spans_outside": [
                    sum(not 0 <= span["start"] < span["end"] <= len(text) for span in spans)
                    for text, spans in zip(frame["text"], frame["spans"], strict=True)
                ],
            }
        )
        .groupby("source")
        .sum()
        for frame in map(records.validate, batches.frames(path))
    ]
    return pd.concat(rows).groupby(level="source").sum().reset_index()
