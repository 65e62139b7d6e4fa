"""Look at a few records with the found identifiers in colour; where text must not be shown, at their counts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

import pandas as pd

from helpers.clinical.deid import scoring
from helpers.clinical.deid.gold import IGNORED
from helpers.clinical.deid.spans import LABELS, Span
from helpers.core import records as schema
from helpers.preprocess.deidentify import PERSONAL_KINDS

MOST = 3
MAX_CHARS = 4000
"""Characters shown of one record; the rest is counted."""

_POOL = 20  # records looked at for each one shown
_MISSED = "outline:2px solid #c00;color:#900"
_BOX = "border:1px solid #bbb;padding:8px 12px;margin:6px 0;max-height:26em;overflow:auto;color:#111;background:#fff"
_TEXT = "white-space:pre-wrap;overflow-wrap:anywhere;text-align:left;line-height:1.6"
_COLOURS = {label: f"hsl({number * 360 // len(LABELS)},75%,84%)" for number, label in enumerate(LABELS)}


@dataclass(frozen=True)
class Page:
    """HTML that a notebook shows; its plain form names no text."""

    html: str
    records: int

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return f"{self.records} records with identifiers in colour (shown as HTML only)"


def show(
    records: pd.DataFrame,
    found: Sequence[Sequence[Span]],
    *,
    show_text: bool,
    most: int = MOST,
    counted: pd.DataFrame | None = None,
) -> Page | pd.DataFrame:
    """Some records of patients before de-identification, with what was found in them.

    The first is the one with the most of its identifiers missed; the others are chosen by the hash of their id, each of
    another style as far as there are enough.

    Args:
        records: The records that went into `deidentify.apply`, with gold `spans` where they are known.
        found: For each record the spans that were replaced (`DeidReport.spans`).
        show_text: Whether every card of the run lets text be shown (`Run.may_display`).
        most: Records on the page.
        counted: `counts` of all records, where these are only `examples` of them.

    Returns:
        Page, or `counts` where text must not be shown.
    """
    if not show_text:
        return counts(records, found) if counted is None else counted
    chosen = _chosen(records, found, most)
    texts, golds = records["text"].tolist(), records["spans"].tolist()
    shown = {span.label for i in chosen for span in found[i]}
    blocks = [
        f'<div style="{_BOX}"><div><b>{number}. {escape(str(records["style"].iloc[i] or records["kind"].iloc[i]))}</b></div>'
        f'<div style="{_TEXT}">{marked(texts[i], golds[i], found[i])}</div></div>'
        for number, i in enumerate(chosen, start=1)
    ]
    return Page(f'<div style="font-size:13px">{_legend(shown)}{"".join(blocks)}</div>', len(chosen))


def counts(records: pd.DataFrame, found: Sequence[Sequence[Span]]) -> pd.DataFrame:
    """How often each label was found and, where gold spans are, missed; no text.

    Returns:
        Columns label, found, missed; `missed` counts gold spans of which any letter or digit was left.
    """
    found_labels = pd.Series([span.label for spans in found for span in spans], dtype=object).value_counts()
    missed_labels = pd.Series(
        [
            span["label"]
            for text, gold, spans in zip(records["text"], records["spans"], found, strict=True)
            for span in _missed(text, gold, spans)
        ],
        dtype=object,
    ).value_counts()
    table = pd.DataFrame({"found": found_labels, "missed": missed_labels}).fillna(0).astype(int)
    return table.rename_axis("label").sort_index().reset_index()


def examples(
    records: pd.DataFrame, found: Sequence[Sequence[Span]], *, most: int = MOST
) -> tuple[pd.DataFrame, list[Sequence[Span]]]:
    """Those of some records from which `show` may choose; laid together, the examples of parts stand for the whole."""
    frame = records.assign(_found=pd.Series(list(found), index=records.index, dtype=object)).sort_values("record_id")
    person = frame["kind"].isin(PERSONAL_KINDS)
    few = pd.concat([schema.sample(frame[side], _POOL * most) for side in (person, ~person)]).sort_values("record_id")
    return few.drop(columns="_found").reset_index(drop=True), few["_found"].tolist()


def marked(text: str, gold: Sequence[Mapping], found: Sequence[Span]) -> str:
    """HTML of one text, escaped: found spans coloured, what was left of missed gold spans outlined in red."""
    shown = text[:MAX_CHARS]
    pieces = []
    for start, end, span, missed in _segments(shown, _missed(text, gold, found), found):
        piece = escape(shown[start:end])
        if span is not None:
            title = escape(f"{span.label}, layer {span.layer}, score {span.score:.2f}")
            piece = (
                f'<mark title="{title}" style="background:{_colour(span.label)};color:#111;border-radius:3px">{piece}'
                f'<sub style="font-size:9px"> {escape(span.label)}</sub></mark>'
            )
        elif missed is not None:
            label = escape(str(missed["label"]))
            piece = (
                f'<span title="missed: {label}" style="{_MISSED}">{piece}'
                f'<sub style="font-size:9px"> missed {label}</sub></span>'
            )
        pieces.append(piece)
    rest = len(text) - len(shown)
    return "".join(pieces) + (f"<i> … {rest} more characters</i>" if rest else "")


def _segments(
    text: str, missed: Sequence[Mapping], found: Sequence[Span]
) -> Iterator[tuple[int, int, Span | None, Mapping | None]]:
    """The text cut wherever a found or a missed span begins or ends, with the one that lies on each piece."""
    spans = [(span.start, span.end) for span in found] + [(item["start"], item["end"]) for item in missed]
    cuts = sorted({0, len(text), *(min(place, len(text)) for pair in spans for place in pair)})
    for start, end in pairwise(cuts):
        over = next((span for span in found if span.start <= start < span.end), None)
        under = next((item for item in missed if item["start"] <= start < item["end"]), None)
        is_left = under is not None and any(char.isalnum() for char in text[start:end])
        yield start, end, over, under if is_left else None


def _missed(text: str, gold: Sequence[Mapping], found: Sequence[Span]) -> list[Mapping]:
    counted = [span for span in gold if span["label"] != IGNORED]
    return [counted[i] for i in scoring.compare(counted, found, text).leaked] if counted else []


def _chosen(records: pd.DataFrame, found: Sequence[Sequence[Span]], most: int) -> list[int]:
    """Rows to show."""
    frame = records.assign(row=range(len(records)))
    people = frame[frame["kind"].isin(PERSONAL_KINDS)]
    some = schema.sample(people if len(people) else frame, _POOL * most)
    left = {
        row: len(_missed(text, gold, found[row]))
        for row, text, gold in zip(some["row"], some["text"], some["spans"], strict=True)
    }
    worst = sorted(left, key=lambda row: (-left[row], records["record_id"].iloc[row]))[:1]
    first_of_style = some.sort_values("record_id").drop_duplicates("style")["row"].tolist()
    return list(dict.fromkeys([*worst, *first_of_style, *sorted(left)]))[:most]


def _legend(labels: set[str]) -> str:
    boxes = [
        f'<span style="background:{_colour(label)};color:#111;border-radius:3px;padding:0 4px">{escape(label)}</span>'
        for label in sorted(labels)
    ]
    found = " ".join(boxes) or "nothing"
    missed = f'<span style="{_MISSED}">missed</span>'
    said = f"Found: {found}. Outlined: {missed}, a known identifier that is still readable. Hover for the layer."
    return f'<p style="line-height:2">{said}</p>'


def _colour(label: str) -> str:
    return _COLOURS.get(label, "#ddd")
