"""Found spans against gold spans: leaks, characters, spans, over-redaction. Gold is seen here and nowhere else."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers.clinical.deid.gold import IGNORED
from helpers.clinical.deid.spans import Span

COUNTS = (
    "spans",
    "leaked",
    "chars",
    "chars_hit",
    "typed_hit",
    "found",
    "found_right",
    "found_chars",
    "found_chars_right",
)
_DRAWN_AT_ONCE = 5_000_000  # patients times resamples in memory


@dataclass(frozen=True)
class Score:
    """One note, compared.

    Args:
        by_label: Label -> counts, the names of `COUNTS`. Gold side: spans, leaked, chars, chars_hit, typed_hit (covered
            whole by spans of its own label). Found side: found, found_right (touching gold of its label), found_chars,
            found_chars_right (inside any gold span).
        leaked: Indices of gold spans with an alphanumeric character left uncovered.
        plain_chars: Alphanumeric characters outside gold spans; `plain_removed` of them were covered.
    """

    by_label: dict[str, dict[str, int]]
    leaked: tuple[int, ...]
    plain_chars: int
    plain_removed: int


def compare(gold_spans: Iterable[Mapping[str, Any]], found_spans: Iterable[Span], text: str) -> Score:
    """Compare one note's spans. Only letters and digits count: a comma left or taken is neither leak nor loss.

    A leak is a gold span of which any letter or digit stayed uncovered, whatever the label of the span beside it.
    What gold marks as `gold.IGNORED` counts neither way.
    """
    marked, found = list(gold_spans), list(found_spans)
    gold = [span for span in marked if span["label"] != IGNORED]
    letters = bytearray(char.isalnum() for char in text)
    for span in marked:
        if span["label"] == IGNORED:
            letters[span["start"] : span["end"]] = bytes(span["end"] - span["start"])
    covered, is_gold = bytearray(len(text)), bytearray(len(text))
    by_kind: dict[str, bytearray] = {}
    for span in found:
        covered[span.start : span.end] = b"\1" * (min(span.end, len(text)) - span.start)
        by_kind.setdefault(span.label, bytearray(len(text)))[span.start : span.end] = b"\1" * (span.end - span.start)
    table: dict[str, dict[str, int]] = {}
    leaked = []
    for number, span in enumerate(gold):
        row = table.setdefault(span["label"], dict.fromkeys(COUNTS, 0))
        places = [i for i in range(span["start"], span["end"]) if letters[i]]
        hit = sum(covered[i] for i in places)
        kind = by_kind.get(span["label"])
        row["spans"] += 1
        row["chars"] += len(places)
        row["chars_hit"] += hit
        row["typed_hit"] += kind is not None and all(kind[i] for i in places)
        if hit < len(places):
            row["leaked"] += 1
            leaked.append(number)
        is_gold[span["start"] : span["end"]] = b"\1" * (span["end"] - span["start"])
    for span in found:
        places = [i for i in range(span.start, min(span.end, len(text))) if letters[i]]
        if not places:
            continue
        row = table.setdefault(span.label, dict.fromkeys(COUNTS, 0))
        row["found"] += 1
        row["found_chars"] += len(places)
        row["found_chars_right"] += sum(is_gold[i] for i in places)
        row["found_right"] += any(
            item["label"] == span.label and item["start"] < span.end and item["end"] > span.start for item in gold
        )
    plain = [i for i in range(len(text)) if letters[i] and not is_gold[i]]
    return Score(table, tuple(leaked), len(plain), sum(covered[i] for i in plain))


def score(gold_spans: Iterable[Mapping[str, Any]], found_spans: Iterable[Span], text: str) -> pd.DataFrame:
    """One row a label for one note; see `summary` for the columns."""
    return summary([compare(gold_spans, found_spans, text)])


def summary(scores: Iterable[Score]) -> pd.DataFrame:
    """Sum over notes.

    Returns:
        One row a label and a last row `ALL`: the columns of `COUNTS`, leak_frac, char_recall, char_precision, span_recall
        (gold covered whole by its own label), span_precision; shares are NaN where nothing was to count.
    """
    total: dict[str, dict[str, int]] = {}
    for one in scores:
        for label, row in one.by_label.items():
            into = total.setdefault(label, dict.fromkeys(COUNTS, 0))
            for name, value in row.items():
                into[name] += value
    rows = [{"label": label, **total[label]} for label in sorted(total)]
    rows.append({"label": "ALL", **{name: sum(row[name] for row in rows) for name in COUNTS}})
    frame = pd.DataFrame(rows)
    for share, part, whole in (
        ("leak_frac", "leaked", "spans"),
        ("char_recall", "chars_hit", "chars"),
        ("char_precision", "found_chars_right", "found_chars"),
        ("span_recall", "typed_hit", "spans"),
        ("span_precision", "found_right", "found"),
    ):
        frame[share] = frame[part] / frame[whole].where(frame[whole] > 0)
    return frame


def figures(
    scores: Sequence[Score], *, patients: Sequence[Hashable] | None = None, resamples: int = 2000, seed: int = 1
) -> pd.DataFrame:
    """Headline figures over notes, with 95 % percentile intervals from resampling whole patients.

    Args:
        scores: One a note.
        patients: Whose note each is; without them every note is a patient of its own.
        resamples: Of the bootstrap.
        seed: Of the bootstrap.

    Returns:
        Index char_recall, char_precision, char_f1, over_redaction (share of other letters and digits removed),
        over_redaction_none (the same on notes without identifiers), span_recall, span_precision, span_f1 (typed),
        clean_notes (no letter of an identifier left, of the notes that hold any), clean_patients; columns value, low,
        high, n (notes, patients, spans or characters that the figure is a share of). NaN where nothing was to count.
    """
    counted = pd.DataFrame([counts(score) for score in scores])
    whose = list(patients) if patients is not None else np.arange(len(counted))
    return figures_of_counts(counted, patients=whose, resamples=resamples, seed=seed)


def figures_of_counts(
    counted: pd.DataFrame, *, patients: Sequence[Hashable], resamples: int = 2000, seed: int = 1
) -> pd.DataFrame:
    """`figures` of one row of `counts` a note."""
    frame = counted.groupby(list(patients), sort=True).sum()
    frame["patients"] = (frame["held"] > 0).astype(int)
    frame["patients_clean"] = ((frame["held"] > 0) & (frame["clean"] == frame["held"])).astype(int)
    totals = frame.to_numpy(dtype=float)
    rng, chances = np.random.default_rng(seed), np.full(len(frame), 1 / len(frame))
    at_once = max(1, _DRAWN_AT_ONCE // len(frame))
    sizes = [min(at_once, resamples - done) for done in range(0, resamples, at_once)]
    drawn = np.concatenate([rng.multinomial(len(frame), chances, size=size) @ totals for size in sizes])
    whole = _shares(pd.DataFrame([totals.sum(axis=0)], columns=frame.columns))
    spread = _shares(pd.DataFrame(drawn, columns=frame.columns))
    return pd.DataFrame(
        {
            "value": whole.iloc[0],
            "low": spread.quantile(0.025),
            "high": spread.quantile(0.975),
            "n": [int(frame[_WHOLES[name]].sum()) for name in whole.columns],
        }
    )


_WHOLES = {
    "char_recall": "chars", "char_precision": "found_chars", "char_f1": "chars", "over_redaction": "plain",
    "over_redaction_none": "plain_none", "span_recall": "spans", "span_precision": "found", "span_f1": "spans",
    "clean_notes": "held", "clean_patients": "patients",
}  # fmt: skip


def counts(score: Score) -> dict[str, int]:
    """What the figures need of one note: `COUNTS` over all labels, other characters, whether it held any, and kept none."""
    total = {name: sum(row[name] for row in score.by_label.values()) for name in COUNTS}
    held = int(total["spans"] > 0)
    return total | {
        "plain": score.plain_chars,
        "removed": score.plain_removed,
        "plain_none": 0 if held else score.plain_chars,
        "removed_none": 0 if held else score.plain_removed,
        "held": held,
        "clean": int(held and not score.leaked),
    }


def _shares(sums: pd.DataFrame) -> pd.DataFrame:
    def share(part: str, whole: str) -> pd.Series:
        return sums[part] / sums[whole].where(sums[whole] > 0)

    found = pd.DataFrame(
        {
            "char_recall": share("chars_hit", "chars"),
            "char_precision": share("found_chars_right", "found_chars"),
            "over_redaction": share("removed", "plain"),
            "over_redaction_none": share("removed_none", "plain_none"),
            "span_recall": share("typed_hit", "spans"),
            "span_precision": share("found_right", "found"),
            "clean_notes": share("clean", "held"),
            "clean_patients": share("patients_clean", "patients"),
        }
    )
    for kind in ("char", "span"):
        recall, precision = found[f"{kind}_recall"], found[f"{kind}_precision"]
        found[f"{kind}_f1"] = 2 * recall * precision / (recall + precision)
    return found[list(_WHOLES)]
