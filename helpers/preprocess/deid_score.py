"""Score an engine, an adapter or a file of spans on a user's own gold notes."""

import importlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.clinical.deid import engine, gold, scoring
from helpers.clinical.deid.spans import LABELS, Span
from helpers.core.errors import RecordError
from helpers.preprocess import deid_batch


def score(
    gold_path: Path, *, spans: Path | None = None, name: str = "clintune", mode: engine.Mode = "balanced"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare with gold. Gold spans of one label that overlap or nest are merged; of different labels, an error.

    Args:
        gold_path: JSON lines of id, text, spans [{start, end, label}] and perhaps patient.
        spans: What was found, as `clintune deid --spans` writes it; else `name` is run.
        name: `clintune`, or what `adapters.load` knows: presidio, spacy, philter, hf:PATH.
        mode: Of our engine.

    Returns:
        `scoring.summary` and `scoring.figures`.

    Raises:
        RecordError: If a line is not gold, ids repeat, or a gold record has no found spans.
    """
    notes = list(read_gold(gold_path))
    if not notes:
        raise RecordError("The gold file holds no record", expected="id, text and spans on every line")
    found = _from_file(spans, notes) if spans else _from_engine(notes, name, mode)
    scores = [scoring.compare(note["spans"], one, note["text"]) for note, one in zip(notes, found, strict=True)]
    patients = [str(note.get("patient", f"record {note['id']}")) for note in notes]
    return scoring.summary(scores), scoring.figures(scores, patients=patients)


def read_gold(path: Path) -> Iterator[dict[str, Any]]:
    """Gold records, their spans merged and checked; a message names the line, never the text.

    Raises:
        RecordError: See `score`.
    """
    if not path.is_file():
        raise RecordError("There is no gold file", remedy="check the path")
    seen = set()
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                note = json.loads(line)
                spans = [(int(span["start"]), int(span["end"]), str(span["label"])) for span in note["spans"]]
                fits = isinstance(note["text"], str) and "id" in note
            except (ValueError, KeyError, TypeError):
                raise _wrong(number, "no id, text and spans") from None
            if not fits:
                raise _wrong(number, "no id or text")
            if str(note["id"]) in seen:
                raise _wrong(number, "an id for the second time")
            seen.add(str(note["id"]))
            yield note | {"id": str(note["id"]), "spans": _merged(spans, len(note["text"]), number)}


def _merged(spans: Iterable[tuple[int, int, str]], length: int, line: int) -> list[dict[str, Any]]:
    merged: list[dict[str, Any]] = []
    for start, end, label in sorted(spans):
        if not 0 <= start < end <= length:
            raise _wrong(line, "a span outside the text")
        if label not in (*LABELS, gold.IGNORED):
            raise _wrong(line, "an unknown label")
        if merged and start < merged[-1]["end"]:
            if merged[-1]["label"] != label:
                raise _wrong(line, "overlapping spans of different labels")
            merged[-1]["end"] = max(merged[-1]["end"], end)
        else:
            merged.append({"start": start, "end": end, "label": label})
    return merged


def _wrong(line: int, what: str) -> RecordError:
    return RecordError(
        f"Line {line} of the gold file cannot be used",
        found=what,
        expected="id, text and spans with start, end and a label of " + ", ".join(LABELS),
        remedy="mend the line",
    )


def _from_file(path: Path, notes: Iterable[Mapping[str, Any]]) -> list[list[Span]]:
    lengths = {note["id"]: len(note["text"]) for note in notes}
    found = {}
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if (name := str(row["id"])) not in lengths:
                    continue
                found[name] = [
                    Span(int(s["start"]), int(s["end"]), str(s["label"]), str(s.get("layer", "tagger")))
                    for s in row["spans"]
                ]
                if any(not 0 <= s.start < s.end <= lengths[name] for s in found[name]):
                    raise RecordError("The spans file holds spans outside the gold text", remedy="use the same text")
    except (OSError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, RecordError):
            raise
        raise RecordError(
            "The spans file cannot be read", expected="id and spans with start, end, label on every line"
        ) from None
    if missing := sum(name not in found for name in lengths):
        raise RecordError("Gold records have no line in the spans file", found=missing, remedy="score the same records")
    return [found[name] for name in lengths]


def _from_engine(notes: Iterable[Mapping[str, Any]], name: str, mode: engine.Mode) -> list[list[Span]]:
    if name == "clintune":
        return [deid_batch.find_long([note["text"]], identifiers=[], mode=mode)[0] for note in notes]
    adapter = importlib.import_module("helpers.clinical.deid.adapters").load(name)
    return [adapter.find(note["text"]) for note in notes]
