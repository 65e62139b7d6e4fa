"""What of the rows that arrived is no record after all: ids that came before; and the table of everything set aside."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from helpers.collect import arrivals, intake

ACROSS = f"{intake.DUPLICATE} across sources"


def settle(
    arrived: Sequence[arrivals.Arrived], earlier: np.ndarray, *, source: str, path: Path, first: bool
) -> tuple[list[np.ndarray], pd.DataFrame]:
    """Find the repeated ids of a source, and append what is set aside to the quarantine, in the order of its rows.

    Args:
        arrived: The parts of the source, in order; of records with the same id the first one stays.
        earlier: Sorted hashes of the ids that earlier sources gave.
        source: Name of the data card.
        path: CSV of `intake.QUARANTINE_COLUMNS`.
        first: Whether the file begins with this source.

    Returns:
        For each part which of its records stay; and counts: reason, rows, first (row of the first).
    """
    ids = np.concatenate([part.ids for part in arrived])
    again = np.ones(len(ids), dtype=bool)
    again[np.unique(ids, return_index=True)[1]] = False
    across = ~again & np.isin(ids, earlier)
    ends = np.cumsum([len(part.ids) for part in arrived])[:-1]
    counts: list[pd.DataFrame] = []
    for part, twice, there in zip(arrived, np.split(again, ends), np.split(across, ends), strict=True):
        aside = pd.concat([_aside(part), _marked(part, twice, intake.DUPLICATE), _marked(part, there, ACROSS)])
        aside = aside.sort_values("number", ignore_index=True).assign(source=source)[intake.QUARANTINE_COLUMNS]
        aside.to_csv(path, mode="w" if first else "a", header=first, index=False)
        first = False
        counts.append(aside.groupby("reason", sort=False)["row"].agg(["size", "first"]))
    total = pd.concat(counts).reset_index().groupby("reason", sort=False).agg({"size": "sum", "first": "first"})
    stay = np.split(~(again | across), ends)
    return stay, total.rename(columns={"size": "rows"}).reset_index()


def _aside(part: arrivals.Arrived) -> pd.DataFrame:
    return pa.concat_tables([arrivals.ASIDE.empty_table(), *arrivals.read(part.aside)]).to_pandas()


def _marked(part: arrivals.Arrived, marked: np.ndarray, reason: str) -> pd.DataFrame:
    names, found, at = ["number", "file", "row"], [], 0
    for table in arrivals.read(part.kept) if marked.any() else ():
        found.append(table.select(names).filter(pa.array(marked[at : at + table.num_rows])).to_pandas())
        at += table.num_rows
    return pd.concat([pd.DataFrame(columns=names), *found], ignore_index=True).assign(reason=reason)
