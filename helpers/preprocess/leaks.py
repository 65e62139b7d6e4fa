"""What de-identification left in, counted note by note, so that the counts of parts can be laid together."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from helpers.clinical import hpo
from helpers.clinical.deid import scoring
from helpers.clinical.deid.gold import IGNORED
from helpers.clinical.deid.spans import Span
from helpers.core.errors import PhiError
from helpers.preprocess.deidentify import PERSONAL_KINDS

INDIRECT = ("DATE", "AGE", "LOCATION", "ORGANIZATION")  # every other label is a direct identifier
KEYS = ("source", "style", "patient", "person")


@dataclass(frozen=True)
class Tally:
    """Counts of some records; no text, about 200 bytes a record.

    Args:
        notes: One row a record: `KEYS`, spans_of_any (gold spans), direct (whether a direct identifier is left), and what
            `scoring.counts` gives.
        by_label: (source, person) -> label -> counts, as in `scoring.Score`.
        terms: Clinical terms before, each once a record, and how many of them are there afterwards.
        people_of: Sources of patients' records.
        with_gold: Those of them that have a gold span in these records.
    """

    notes: pd.DataFrame
    by_label: dict[tuple[str, bool], dict[str, dict[str, int]]]
    terms: tuple[int, int]
    people_of: frozenset[str]
    with_gold: frozenset[str]


def tally(records: pd.DataFrame, replaced: Sequence[Sequence[Span]], clean_texts: Sequence[str]) -> Tally:
    """Compare what was replaced with the gold spans.

    Args:
        records: The repaired records that went into `deidentify.apply`, with gold `spans`; whole patients.
        replaced: For each record the spans that were replaced (`DeidReport.spans`).
        clean_texts: For each record its text afterwards; clinical terms are looked for in it.

    Raises:
        PhiError: If the lengths differ.
    """
    if not len(records) == len(replaced) == len(clean_texts):
        raise PhiError(
            "Evidence and records do not match",
            found=f"{len(replaced)} span lists, {len(clean_texts)} texts",
            expected=f"{len(records)} each",
            remedy="pass what deidentify.apply returned for these records",
        )
    person = records["kind"].isin(PERSONAL_KINDS)
    has_gold = records["spans"].map(len).gt(0)
    by_label: dict[tuple[str, bool], dict[str, dict[str, int]]] = {}
    rows = []
    for source, is_person, gold, found, text in zip(
        records["source"], person, records["spans"], replaced, records["text"], strict=True
    ):
        score = scoring.compare(gold, found, text)
        counted_gold = [span for span in gold if span["label"] != IGNORED]  # as `compare` numbers them
        direct = any(counted_gold[i]["label"] not in INDIRECT for i in score.leaked)
        rows.append(scoring.counts(score) | {"spans_of_any": len(gold), "direct": direct})
        _add(by_label.setdefault((source, bool(is_person)), {}), score.by_label)
    keys = {
        "source": records["source"].to_numpy(),
        "style": records["style"].replace("", "none").to_numpy(),
        "patient": records["patient_key"].to_numpy(),
        "person": person.to_numpy(dtype=bool),
    }
    names = [*scoring.counts(scoring.Score({}, (), 0, 0)), "spans_of_any", "direct"]
    counted = {name: [row[name] for row in rows] for name in names}
    notes = pd.DataFrame(keys | counted).astype({"direct": bool})
    people = records["source"][person]
    terms = _terms_kept(records, clean_texts)
    return Tally(notes, by_label, terms, frozenset(people), frozenset(records["source"][person & has_gold]))


def _add(into: dict[str, dict[str, int]], more: Mapping[str, Mapping[str, int]]) -> None:
    for label, row in more.items():
        total = into.setdefault(label, dict.fromkeys(scoring.COUNTS, 0))
        for name, value in row.items():
            total[name] += value


def _terms_kept(records: pd.DataFrame, clean_texts: Sequence[str]) -> tuple[int, int]:
    """Clinical terms before, each once a record, and how many of them are there afterwards."""
    before, kept = 0, 0
    for text, gold, clean in zip(records["text"], records["spans"], clean_texts, strict=True):
        terms = _terms(_without(text, gold))
        before += len(terms)
        kept += len(terms & _terms(clean)) if terms else 0
    return before, kept


def _without(text: str, gold: Sequence[Mapping[str, object]]) -> str:
    """`text` with gold identifiers blanked, so that a name that is also a term is no term."""
    for span in gold:
        text = text[: span["start"]] + "\0" * (span["end"] - span["start"]) + text[span["end"] :]
    return text


@lru_cache(maxsize=1)
def _term_tree() -> dict[str, tuple[frozenset[tuple[str, ...]], int]]:
    """First word -> phrases (as word tuples) that begin with it, and the longest of them."""
    phrases: dict[str, set[tuple[str, ...]]] = {}
    for term in hpo.load_terms():
        words = tuple(re.findall(r"[^\W_]+", term.name.casefold()))
        if words and len("".join(words)) > 3:
            phrases.setdefault(words[0], set()).add(words)
    return {first: (frozenset(group), max(map(len, group))) for first, group in phrases.items()}


def _terms(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[^\W_]+", text.casefold())
    tree = _term_tree()
    found = set()
    for i, word in enumerate(words):
        if word in tree:
            group, longest = tree[word]
            found |= {tuple(words[i : i + size]) for size in range(1, longest + 1)} & group
    return found
