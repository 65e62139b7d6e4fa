"""Annotated records as a user's own table, with the block of the task file that 01 reads it by."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd
import yaml

from helpers.collect.annotation.label_studio import CARRIED

_COLUMNS = ("patient_key", "group", "style", "date", "sex", "age_band", "origin")  # of CARRIED, those that 01 maps


def settle(answers: pd.DataFrame, *, kind: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One answer a record, where its annotators let there be one.

    An annotation marked as ground truth (an adjudicator's) decides. Without one the label that most annotators gave is
    taken, and a tie sets the record aside. Written answers all count: each different one is a reference.

    Args:
        answers: From `label_studio.read`.
        kind: Of the task.

    Returns:
        Records: record_id, text, labels or references, annotator (all of them), annotations, agreeing (those that gave the
        answer taken), and `CARRIED` as far as known. And what was set aside: record_id, reason.
    """
    rows, aside = [], []
    for name, given in answers.groupby("record_id", sort=True):
        deciding = given[given["ground_truth"]] if given["ground_truth"].any() else given
        counts = Counter(deciding["answer"]).most_common()
        if kind == "classification" and len(counts) > 1 and counts[0][1] == counts[1][1]:
            aside.append((name, "annotators disagree"))
            continue
        taken = counts[0][0] if kind == "classification" else list(dict.fromkeys(deciding["answer"]))
        agreeing = given["answer"].isin([taken] if isinstance(taken, str) else taken)
        row: dict[str, Any] = {"record_id": name, "text": given["text"].iloc[0]}
        row |= {"labels" if kind == "classification" else "references": taken}
        row |= {
            "annotator": ", ".join(sorted(given["annotator"])),
            "annotations": len(given),
            "agreeing": int(agreeing.sum()),
        }
        rows.append(row | given["carried"].iloc[0])
    return pd.DataFrame(rows), pd.DataFrame(aside, columns=["record_id", "reason"])


def by_source(records: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    """The records of each data card and kind of source; ("", "") where an export does not tell."""
    told = records.reindex(columns=["source", "kind"]).fillna("")
    return {
        (str(card), str(kind)): part.dropna(axis="columns", how="all")
        for (card, kind), part in records.groupby([told["source"], told["kind"]], sort=True)
    }


def rows(records: pd.DataFrame) -> list[dict[str, Any]]:
    """The records as JSON objects; a patient or group that is not told is the record itself."""
    filled = records.copy()
    for name in ("patient_key", "group"):
        if name in filled:
            filled[name] = filled[name].fillna(filled["record_id"])
    carried = [name for name in CARRIED if name in filled]
    filled[carried] = filled[carried].fillna("")
    return filled.to_dict("records")


def block(records: pd.DataFrame, *, card: str, kind: str, path: str) -> dict[str, Any]:
    """The block of `sources` in a task file that reads the table written from `rows`."""
    names = ("record_id", "text", "labels", "references", *_COLUMNS)
    columns = {name: name for name in names if name in records}
    return {"card": card or "NAME_OF_THE_DATA_CARD", "kind": kind or "table", "path": path, "columns": columns}


def to_yaml(blocks: list[Mapping[str, Any]]) -> str:
    """Blocks as the `sources` of a task file."""
    return yaml.safe_dump({"sources": [dict(item) for item in blocks]}, sort_keys=False, allow_unicode=True)
