"""The one span type of every layer, and how overlapping spans are settled."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

LABELS = (
    "NAME",
    "ADDRESS",
    "LOCATION",
    "ORGANIZATION",
    "DATE",
    "AGE",
    "PHONE",
    "FAX",
    "EMAIL",
    "SSN",
    "MRN",
    "HEALTH_PLAN",
    "ACCOUNT",
    "LICENSE",
    "VEHICLE",
    "DEVICE",
    "URL",
    "IP",
    "BIOMETRIC",
    "PHOTO",
    "ID",
)
_NO_GAP = re.compile(r"(?!)")
_GAPS = {
    "NAME": re.compile(r"[ .\-',’]{0,2}"),
    "ADDRESS": re.compile(r"[ .\-'’,]{0,2}"),
    "ORGANIZATION": re.compile(r"[ .\-'’]{0,2}|,? (?:and|&|of|at) (?:the )?|, "),
}
LAYERS = ("known", "rules", "note", "tagger")  # the first of two that overlap names the span


@dataclass(frozen=True)
class Span:
    """An identifier at `text[start:end]`.

    Args:
        start: First character.
        end: One past the last character.
        label: One of `LABELS`.
        layer: Which layer found it, one of `LAYERS`.
        score: Confidence in [0, 1]; comparable within a layer only.
    """

    start: int
    end: int
    label: str
    layer: str
    score: float = 1.0


def resolve(spans: Iterable[Span]) -> list[Span]:
    """Disjoint spans, sorted, that cover every character any span covered.

    Where two overlap the stronger one (layer, then length, then score) keeps its extent and the other keeps what sticks
    out, so no character found by any layer is given back.
    """
    ranked = sorted(
        (span for span in spans if span.end > span.start),
        key=lambda span: (LAYERS.index(span.layer), -(span.end - span.start), -span.score, span.start, span.label),
    )
    owner = [-1] * max((span.end for span in ranked), default=0)
    for number, span in enumerate(ranked):
        if -1 in owner[span.start : span.end]:
            owner[span.start : span.end] = [number if had == -1 else had for had in owner[span.start : span.end]]
    settled: list[Span] = []
    start = 0
    for position in range(1, len(owner) + 1):
        if position == len(owner) or owner[position] != owner[start]:
            if owner[start] >= 0:
                settled.append(replace(ranked[owner[start]], start=start, end=position))
            start = position
    return settled


def trim(text: str, spans: Iterable[Span]) -> list[Span]:
    """Shrink spans to their first and last letter or digit (an opening parenthesis or plus of a number stays)."""
    kept = []
    for span in spans:
        start, end = span.start, span.end
        while start < end and not text[start].isalnum() and text[start] not in "(+*":
            start += 1
        while end > start and not text[end - 1].isalnum() and text[end - 1] not in "*":
            end -= 1
        if any(char.isalnum() for char in text[start:end]):
            kept.append(replace(span, start=start, end=end))
    return kept


def merge(text: str, spans: Iterable[Span]) -> list[Span]:
    """Join neighbouring spans of one label that only blanks, a comma, a hyphen or a full stop separate on one line.

    Organisations are joined over "and", "&" and "of" too.
    """
    merged: list[Span] = []
    for span in sorted(spans, key=lambda item: item.start):
        last = merged[-1] if merged else None
        if last and last.label == span.label and _GAPS.get(span.label, _NO_GAP).fullmatch(text, last.end, span.start):
            score, layer = max(last.score, span.score), min(last.layer, span.layer, key=LAYERS.index)
            merged[-1] = replace(last, end=span.end, score=score, layer=layer)
        else:
            merged.append(span)
    return merged
