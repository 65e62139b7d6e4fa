"""A hospital's own notes have no gold spans: people read a random sample of patients, and their sheet is the evidence."""

import csv
import hashlib
import io
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from helpers.clinical.deid.spans import LABELS, Span
from helpers.core import files
from helpers.core.errors import PhiError
from helpers.metrics import intervals
from helpers.preprocess.deidentify import PERSONAL_KINDS

COLUMNS = ("review_id", "records", "text", "leak", "leaked_label", "comment")
LEGIBLE = pa.schema([(name, pa.string()) for name in ("source", "style", "patient_key", "record_id", "text")])

_YES, _NO = ("yes", "y", "true", "1"), ("no", "n", "false", "0")
_BETWEEN = "\n\n――― next record of the same patient ―――\n\n"


@dataclass(frozen=True)
class Evidence:
    """What the readers found; counts only, no text.

    Args:
        reviewed: Patients read.
        leaking: Patients with any identifier left.
        high: Upper 95 % Clopper-Pearson bound of their share among all patients of these sources.
        by_label: Label -> leaks written down.
        records: SHA-256 of the records and spans that were sampled.
        sheet: SHA-256 of the filled-in sheet.
    """

    reviewed: int
    leaking: int
    high: float
    by_label: dict[str, int]
    records: str
    sheet: str


def sources_without_gold(records: pd.DataFrame) -> tuple[str, ...]:
    """Sources of patients' records of which no record carries a gold span: nothing is known of them but by reading."""
    people = records[records["kind"].isin(PERSONAL_KINDS)]
    has_gold = people["spans"].map(len).gt(0).groupby(people["source"]).any()
    return tuple(sorted(has_gold.index[~has_gold]))


def sample(records: pd.DataFrame, found: Sequence[Sequence[Span]], *, n: int, seed: int) -> pd.DataFrame:
    """`draw` from one frame; see `legible` for the arguments."""
    frame = legible(records, found)
    return draw(lambda: [frame], sources=sources_without_gold(records), n=n, seed=seed)


def legible(records: pd.DataFrame, found: Sequence[Sequence[Span]]) -> pd.DataFrame:
    """What a reader sees of the patients' records of sources without gold spans: `LEGIBLE`.

    What was found stands as its label in brackets, whatever the run writes into the records: a surrogate looks like a
    name, and no reader could tell it from a leak.

    Args:
        records: The records that went into `deidentify.apply`; whole patients.
        found: For each record the spans that were replaced (`DeidReport.spans`).
    """
    texts = [_bracketed(text, spans) for text, spans in zip(records["text"], found, strict=True)]
    frame = records.assign(text=pd.Series(texts, index=records.index, dtype=object))[LEGIBLE.names]
    wanted = records["kind"].isin(PERSONAL_KINDS) & records["source"].isin(sources_without_gold(records))
    return frame[wanted].reset_index(drop=True)


def draw(frames: Callable[[], Iterable[pd.DataFrame]], *, sources: Sequence[str], n: int, seed: int) -> pd.DataFrame:
    """Draw patients from the sources without gold spans, each patient with the same chance.

    Patients are ordered by source and style and then picked at even steps from a random start, so each source and style
    has its share.

    Args:
        frames: Gives what `legible` made, in whatever parts; a patient stands in one of them. Called twice.
        sources: Of which no record carries a gold span, whatever part it is in.
        n: Patients, fewer where there are fewer.
        seed: Of the draw; the order of the rows and parts does not matter.

    Returns:
        `COLUMNS`, one row a patient: leak (yes or no), leaked_label and comment are for the reader to fill in.
        `records` is the SHA-256 of all records and spans drawn from. No row where every source has gold spans.
    """
    digests, people = [b""], [pd.DataFrame(columns=["source", "style", "patient_key", "order"])]
    for frame in frames():
        frame = frame[frame["source"].isin(sources)]
        digests += _digests(frame)
        one = frame.sort_values(["source", "style", "record_id"]).drop_duplicates("patient_key")
        order = [_hash(f"{seed} {key}") for key in one["patient_key"]]
        people.append(one[["source", "style", "patient_key"]].assign(order=order))
    digest = hashlib.sha256(b"".join(sorted(digests))).hexdigest()
    keys = pd.concat(people).sort_values(["source", "style", "order"])["patient_key"].tolist()
    n = min(n, len(keys))
    start = random.Random(f"{seed} {digest}").random()
    chosen = [keys[int((start + i) * len(keys) / n)] for i in range(n)]
    texts: dict[str, str] = {}
    for frame in frames():
        of_chosen = frame[frame["source"].isin(sources) & frame["patient_key"].isin(chosen)]
        of_chosen = of_chosen.sort_values(["source", "style", "patient_key", "record_id"])
        texts |= of_chosen.groupby("patient_key")["text"].agg(_BETWEEN.join).to_dict()
    rows = [(_hash(f"{digest} {key}")[:12], digest, texts[key], "", "", "") for key in chosen]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def write(sheet: pd.DataFrame, path: Path) -> Path | None:
    """Write a drawn sample as CSV that spreadsheets open as text; nothing is written where the sample is empty.

    It may hold what the engine missed: keep it where identified records may be kept, and only the owner can read it.

    Raises:
        StageError: If it cannot be written.
    """
    if sheet.empty:
        return None
    safe = sheet.assign(text=sheet["text"].map(lambda text: f"'{text}" if text[:1] in "=+-@\t\r" else text))
    files.write_text(path, "\ufeff" + safe.to_csv(index=False, lineterminator="\n"))
    path.chmod(0o600)
    return path


def evidence(path: str | Path, *, sampled: pd.DataFrame) -> Evidence | None:
    """Read a filled-in sheet.

    Args:
        path: The sheet as CSV (comma, semicolon or tab); "" where nobody has read one.
        sampled: What `sample` draws from the records in hand, to which the sheet must belong.

    Returns:
        Evidence, or None where `path` is empty.

    Raises:
        PhiError: If there is no such sheet, it belongs to other records, a patient is missing, repeated or foreign, or an
            answer is; no text of the sheet is quoted.
    """
    if not str(path):
        return None
    rows, digest = _read(Path(path))
    expected = sampled["review_id"].tolist()
    if sampled.empty:
        raise PhiError(
            "There is nothing to review in these records",
            found="a review sheet",
            expected="a source of patients without gold spans",
            remedy="leave preprocess.review_sheet empty",
        )
    others = {row["records"] for row in rows} - set(sampled["records"])
    if others:
        raise PhiError(
            "The review sheet belongs to other records, or to another sample of them",
            found=", ".join(sorted(_short(value) for value in others)[:3]),
            expected=sampled["records"].iloc[0][:12],
            remedy="fill in the review_sheet.csv that 02_preprocess wrote for these very records",
        )
    ids = [row["review_id"] for row in rows]
    if sorted(ids) != sorted(expected):
        lacking, foreign = len(set(expected) - set(ids)), len(set(ids) - set(expected))
        raise PhiError(
            "The review sheet does not hold the patients that were drawn",
            found=f"{len(ids)} rows; {lacking} missing, {foreign} foreign, {len(ids) - len(set(ids))} repeated",
            expected=f"each of {len(expected)} once",
            remedy="restore the rows of the sheet; a smaller sample is drawn with preprocess.review_patients",
        )
    answers = [_answer(number, row) for number, row in enumerate(rows, start=2)]
    leaking = sum(leaks for leaks, _ in answers)
    by_label = Counter(label for _, labels in answers for label in labels)
    high = intervals.clopper_pearson_upper(leaking, len(rows))
    return Evidence(len(rows), leaking, high, dict(sorted(by_label.items())), sampled["records"].iloc[0], digest)


def _answer(number: int, row: dict[str, str]) -> tuple[bool, list[str]]:
    answer = row["leak"].strip().casefold()
    if answer not in _YES + _NO:
        raise PhiError(
            f"Row {number} of the review sheet has no answer",
            found="nothing in the column leak" if not answer else "another word in the column leak",
            expected="yes or no",
            remedy="read that patient's text and answer",
        )
    labels = re.findall(r"[^\s,;]+", row["leaked_label"].upper())
    unknown = [label for label in labels if label not in LABELS]
    if unknown or bool(labels) != (answer in _YES):
        raise PhiError(
            f"Row {number} of the review sheet names labels that do not fit its answer",
            found=f"leak {'yes' if answer in _YES else 'no'}, {len(labels)} labels, {len(unknown)} of them unknown",
            expected=f"with yes one or more of {', '.join(LABELS)}; with no none",
            remedy="name the class of every identifier that is left, separated by blanks",
        )
    return answer in _YES, labels


def _read(path: Path) -> tuple[list[dict[str, str]], str]:
    if not path.is_file():
        raise PhiError(
            "There is no review sheet at preprocess.review_sheet",
            expected="a filled-in CSV file",
            remedy="copy review_sheet.csv out of the run's folder, fill it in, and name that copy",
        )
    content = path.read_bytes()
    if content[:2] == b"PK" or b"\0" in content:
        raise PhiError("The review sheet is no CSV file", expected="CSV in UTF-8", remedy="save the spreadsheet as CSV")
    text = content.decode("utf-8-sig", errors="replace")
    head = text.partition("\n")[0]
    limit = csv.field_size_limit(max(len(text) + 1, 131_072))
    try:
        mark = max(",;\t", key=head.count)
        rows = [row for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=mark) if any(row.values())]
    except csv.Error:
        raise PhiError(
            "The review sheet is no CSV file", expected="CSV in UTF-8", remedy="save the spreadsheet as CSV"
        ) from None
    finally:
        csv.field_size_limit(limit)
    lacking = set(COLUMNS) - {"comment"} - set(rows[0] if rows else [])
    if lacking:
        raise PhiError(
            "The review sheet lacks columns",
            found=f"{len(rows)} rows without {', '.join(sorted(lacking))}",
            expected=", ".join(COLUMNS),
            remedy="fill in the sheet that 02_preprocess wrote, and keep its columns",
        )
    return [{name: row.get(name) or "" for name in COLUMNS} for row in rows], hashlib.sha256(content).hexdigest()


def _bracketed(text: str, spans: Sequence[Span]) -> str:
    pieces, last = [], 0
    for span in spans:
        pieces += [text[last : span.start], f"[{span.label}]"]
        last = span.end
    return "".join([*pieces, text[last:]])


def _digests(frame: pd.DataFrame) -> list[bytes]:
    """SHA-256 of each record: whoever sorts them gets the same whole from any order and any parts."""
    found = []
    for values in zip(frame["record_id"], frame["patient_key"], frame["text"], strict=True):
        framed = "".join(f"{len(value)}\0{value}\0" for value in values)
        found.append(hashlib.sha256(framed.encode("utf-8", errors="surrogatepass")).digest())
    return found


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()


def _short(value: str) -> str:
    return value[:12] if re.fullmatch("[0-9a-f]{64}", value) else "no SHA-256"
