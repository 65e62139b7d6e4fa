"""One schema for every record and one for every prediction, whatever the task; on disk both are Parquet."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandas.io.formats.style import Styler

from helpers.core.errors import RecordError

KINDS = ("clinical_note", "ehr", "journal", "table")

SPAN = pa.struct([("start", pa.int64()), ("end", pa.int64()), ("label", pa.string())])
IDENTIFIER = pa.struct([("label", pa.string()), ("value", pa.string())])

RECORD_SCHEMA = pa.schema(
    [
        ("record_id", pa.string()),
        ("patient_key", pa.string()),  # one person; equal to record_id where no person is behind the record
        ("group", pa.string()),  # what a split must keep together
        ("kind", pa.string()),
        ("source", pa.string()),  # name of the data card
        ("style", pa.string()),  # note style, bundle profile or document type
        ("text", pa.string()),
        ("labels", pa.list_(pa.string())),
        ("references", pa.list_(pa.string())),
        ("spans", pa.list_(SPAN)),  # gold identifiers in `text`, character offsets, where they are known
        ("identifiers", pa.list_(IDENTIFIER)),  # the patient's own known demographics; emptied by 02
        ("date", pa.string()),
        ("sex", pa.string()),
        ("age_band", pa.string()),
        ("origin", pa.string()),
        ("provenance", pa.string()),  # where it came from: file, PMIDs, release
        ("published_split", pa.string()),  # side that its publisher gave it; "" where the hash of the group decides
    ]
)

PREDICTION_SCHEMA = pa.schema(
    [
        ("record_id", pa.string()),
        ("group", pa.string()),
        ("model", pa.string()),
        ("text", pa.string()),  # what a user would read
        ("label", pa.string()),  # "" for generation
        ("probabilities", pa.map_(pa.string(), pa.float64())),  # empty for generation
        ("abstained", pa.bool_()),
        ("latency_s", pa.float64()),
    ]
)

_LISTS = ("labels", "references", "spans", "identifiers")


def to_frame(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Turn dictionaries into a record frame: missing fields get their empty value, unknown fields are refused.

    Raises:
        RecordError: If a row has no id or no text, an unknown field or kind, or if ids repeat.
    """
    rows = list(rows)
    unknown = {key for row in rows for key in row} - set(RECORD_SCHEMA.names)
    if unknown:
        raise RecordError("Records carry unknown fields", found=sorted(unknown), expected=RECORD_SCHEMA.names)
    columns = {
        name: [row[name] if name in row else [] if name in _LISTS else "" for row in rows]
        for name in RECORD_SCHEMA.names
    }
    frame = pd.DataFrame(columns, columns=RECORD_SCHEMA.names, dtype=None if rows else object)
    frame["patient_key"] = frame["patient_key"].where(frame["patient_key"] != "", frame["record_id"])
    frame["group"] = frame["group"].where(frame["group"] != "", frame["patient_key"])
    return validate(frame)


def predictions(
    asked: pd.DataFrame,
    *,
    model: str,
    text: Sequence[str],
    label: Sequence[str],
    probabilities: Sequence[dict[str, float]],
    latency_s: Sequence[float] | float,
    abstained: Sequence[bool] | bool = False,
) -> pd.DataFrame:
    """A prediction frame: one model's answers to `asked` records, in their order.

    Args:
        asked: Record frame of n records.
        model: Name of the model.
        text: Shape (n,), what a user would read.
        label: Shape (n,), "" for generation and extraction.
        probabilities: Shape (n,), of each label; empty for generation and extraction.
        latency_s: Shape (n,), or one value for every record.
        abstained: Shape (n,), or one value for every record.
    """
    return pd.DataFrame(
        {
            "record_id": asked["record_id"].to_numpy(),
            "group": asked["group"].to_numpy(),
            "model": model,
            "text": text,
            "label": label,
            "probabilities": probabilities,
            "abstained": abstained,
            "latency_s": latency_s,
        },
        columns=PREDICTION_SCHEMA.names,
    )


def problems(frame: pd.DataFrame) -> pd.Series:
    """Name what is wrong with each record, "" where nothing is; no record text is quoted.

    Returns:
        Shape (n,), str, indexed as `frame`: `no id`, `duplicate id`, `no text`, `unknown kind` or "".
    """
    reason = pd.Series("", index=frame.index, dtype=object)
    reason[~frame["kind"].isin(KINDS)] = "unknown kind"
    reason[frame["text"].fillna("").str.strip() == ""] = "no text"
    reason[frame["record_id"].duplicated(keep="first")] = "duplicate id"
    reason[frame["record_id"].fillna("") == ""] = "no id"
    return reason


def validate(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` if every record holds to the schema.

    Raises:
        RecordError: With the count of bad records by reason.
    """
    missing = set(RECORD_SCHEMA.names) - set(frame.columns)
    if missing:
        raise RecordError("A record table lacks columns", found=list(frame.columns), expected=RECORD_SCHEMA.names)
    reasons = problems(frame)
    counts = reasons[reasons != ""].value_counts().to_dict()
    if counts:
        raise RecordError(
            "Some records do not hold to the schema",
            found=counts,
            expected=f"an id, a text and a kind of {', '.join(KINDS)}",
            remedy="mend the source, or let 01_collect quarantine these rows",
        )
    return frame


def write(frame: pd.DataFrame, path: Path, schema: pa.Schema = RECORD_SCHEMA) -> None:
    """Write records (or predictions, with `schema=PREDICTION_SCHEMA`) as Parquet; columns outside the schema are lost."""
    pq.write_table(to_table(frame, schema), path)


def read(path: Path) -> pd.DataFrame:
    """Read a Parquet file of records or predictions; list and map cells come back as lists and dictionaries."""
    return from_table(pq.read_table(path))


def to_table(frame: pd.DataFrame, schema: pa.Schema = RECORD_SCHEMA) -> pa.Table:
    """The frame as Arrow; columns outside the schema are lost."""
    rows = frame[schema.names].to_dict("list")
    return pa.table({name: pa.array(rows[name], schema.field(name).type) for name in schema.names})


def from_table(table: pa.Table) -> pd.DataFrame:
    """Records or predictions from Arrow, as `read` gives them."""
    data = {name: table.column(name).to_pylist() for name in table.column_names}
    if "probabilities" in data:
        data["probabilities"] = [dict(pairs or []) for pairs in data["probabilities"]]
    return pd.DataFrame(data)


def label_set(frame: pd.DataFrame) -> list[str]:
    """All labels of the records, sorted; empty for generation tasks."""
    return sorted({label for labels in frame["labels"] for label in labels})


def sample(frame: pd.DataFrame, most: int | None) -> pd.DataFrame:
    """At most `most` records, chosen by the hash of their id: the same ones in any order and on any machine."""
    if most is None or len(frame) <= most:
        return frame
    key = frame["record_id"].map(lambda value: hashlib.sha256(value.encode()).hexdigest())
    return frame.loc[key.sort_values().index[:most]].sort_index()


def excerpt(text: str, max_chars: int) -> str:
    """A text on one line, cut with an ellipsis where it is longer than `max_chars`."""
    flat = " ".join(text.split())
    return flat if len(flat) <= max_chars else flat[: max_chars - 1].rstrip() + "…"


def show(frame: pd.DataFrame, row: int, *, show_text: bool) -> Styler:
    """One record as a table of fields; its text only where every card of the run allows display."""
    record = frame.iloc[row][
        ["record_id", "kind", "source", "style", "labels", "references", "sex", "age_band", "text"]
    ]
    if not show_text:
        record["text"] = f"not shown ({len(record['text'])} characters)"
    looks = {"white-space": "pre-wrap", "text-align": "left"}
    return record.rename("one record").to_frame().style.set_properties(**looks)
