"""Gold notes: text in which a person has marked every identifier as [[LABEL:the identifier]]."""

import re
from dataclasses import dataclass
from pathlib import Path

from helpers.clinical.deid.spans import LABELS
from helpers.core.errors import RecordError

IGNORED = "~"
"""Label of what may be removed or kept without being counted, such as a weekday alone."""

_MARK = re.compile(r"\[\[(~|[A-Z_]+):(.*?)\]\]", re.DOTALL)
_HEAD = re.compile(r"=== id=(\S+) style=(\S+) patient=(\S+)\s*")


@dataclass(frozen=True, slots=True)
class GoldNote:
    """One note without its marks; `spans` are {"start", "end", "label"} in its text."""

    id: str
    style: str
    patient: str
    text: str
    spans: tuple[dict, ...]


def unmark(marked: str) -> tuple[str, tuple[dict, ...]]:
    """Text without marks, and the spans they stood around.

    >>> unmark("Seen by [[NAME:Ann Lee]].")
    ('Seen by Ann Lee.', ({'start': 8, 'end': 15, 'label': 'NAME'},))

    Raises:
        RecordError: If a mark has an unknown label.
    """
    pieces, spans, last, length = [], [], 0, 0
    for mark in _MARK.finditer(marked):
        label, value = mark.groups()
        if label != IGNORED and label not in LABELS:
            raise RecordError("A mark has an unknown label", found=label, expected=", ".join((*LABELS, IGNORED)))
        before = marked[last : mark.start()]
        length += len(before)
        spans.append({"start": length, "end": length + len(value), "label": label})
        pieces += [before, value]
        length += len(value)
        last = mark.end()
    return "".join([*pieces, marked[last:]]), tuple(spans)


def read_notes(path: Path) -> list[GoldNote]:
    """Notes of a file in which each begins with a line `=== id=… style=… patient=…`.

    Raises:
        RecordError: If there is none, a head line is malformed, an id repeats, or a label is unknown.
    """
    notes: list[GoldNote] = []
    for block in re.split(r"(?m)^(?==== )", path.read_text(encoding="utf-8")):
        if not block.strip():
            continue
        head, _, body = block.partition("\n")
        match = _HEAD.fullmatch(head)
        if match is None:
            raise RecordError(
                f"{path.name} has a malformed head line",
                found=f"after {notes[-1].id if notes else 'the beginning'}",
                expected="=== id=… style=… patient=…",
            )
        text, spans = unmark(body.strip("\n"))
        notes.append(GoldNote(*match.groups(), text, spans))
    if len({note.id for note in notes}) != len(notes) or not notes:
        raise RecordError(f"{path.name} holds no notes, or two of one id", found=f"{len(notes)} notes")
    return notes
