"""Every hand that writes training notes for the tagger: one seeded draw gives a note and its identifiers."""

import random
import re
from collections.abc import Callable, Collection

from helpers.clinical.deid import (
    training_messages,
    training_negatives,
    training_notes,
    training_reports,
    training_words,
    training_written,
)

Marks = list[tuple[int, int, str]]

GENERATORS = {
    "notes": (training_notes, 0.08),
    "reports": (training_reports, 0.11),
    "messages": (training_messages, 0.11),
    "negatives": (training_negatives, 0.12),
}
"""Hand -> its module and its share of the notes; the rest are written notes told again."""

KINDS = {
    "hl7": "hl7|pipes",
    "dialogue": "dialog|transcript|voicemail|^call",
    "dictation": "dictat",
    "capitals": "caps|ems|runsheet|ambulance|parade|triage",
    "message": "mail|portal|message|sms|text-|phone|reply|chat|call|pool",
    "letter": "letter|referral|appointment|complaint|clinic_uk|world",
    "nursing": "nurs|shift|home|lowercase|hospice|wound|handoff",
    "discharge": "discharge|death|stay|transfer|summary",
    "form": "registration|key|form|fax|sheet|prior|card|billing|authorization|json|xml|yaml|fhir",
    "table": "table|csv|tab|listing|log|flowsheet|chart|register|list",
    "report": "report|radiol|path|histol|genet|echo|eeg|ct|mri|operat|op-|proced|cath|lab",
    "progress": "",
}
"""Kind of note -> pattern of the names of its styles; the first that fits counts."""

_IDENTIFIERS = training_words.IDENTIFIERS | training_reports.SLOTS_IDENTIFIERS | training_messages.SLOTS_IDENTIFIERS
_PLAIN = (
    training_words.PLAIN | training_reports.SLOTS_PLAIN | training_messages.SLOTS_PLAIN | training_negatives.SLOTS_PLAIN
)


def note(rng: random.Random, *, without: Collection[str] = ()) -> tuple[str, Marks]:
    """One training note: its text and (start, end, label) of each identifier.

    Args:
        rng: Every choice is drawn from it.
        without: Kinds of note left out, see `KINDS`.
    """
    dice = rng.random()
    for module, share in GENERATORS.values():
        if dice < share and any(kind_of(name) not in without for name in module.STYLES):
            return _generated(module.STYLES, rng, without)
        dice -= share
    return training_written.note(rng, skip=lambda style: kind_of(style) in without)


def _generated(
    styles: dict[str, tuple[Callable[[training_words.Cast], str], float]], rng: random.Random, without: Collection[str]
) -> tuple[str, Marks]:
    kept = {name: weight for name, (_, weight) in styles.items() if kind_of(name) not in without}
    style = rng.choices(list(kept), weights=list(kept.values()))[0]
    cast = training_words.Cast(rng)
    text, marks = training_notes.render(styles[style][0](cast), cast, _IDENTIFIERS, _PLAIN)
    return training_notes.recased(style, text, rng), marks


def kind_of(style: str) -> str:
    """Kind of note that a style belongs to, one of `KINDS`."""
    return next((kind for kind, words in KINDS.items() if re.search(words, style)), "progress")
