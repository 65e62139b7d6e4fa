"""Find identifiers: known demographics, structured rules, the trained tagger, then propagation through a patient's notes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from helpers.clinical.deid import code_labels, dates, known, lexicon, names, rules, tagger
from helpers.clinical.deid.spans import Span, merge, resolve, trim

Mode = Literal["balanced", "strict"]
LEAST = {"balanced": (0.35, 0.35), "strict": (0.05, 0.02)}
"""Probability from which a token counts as part of an identifier: any token, and one that no list of words knows."""

_FIRM = 0.95  # score from which a rule needs no second opinion
_SURE = 0.8  # score from which a tagged name is looked for elsewhere
_OLDEST = (90, 125)  # ages that Safe Harbor counts as identifiers
_SHORT = 4  # letters of a surname that is looked for after two initials in a login
_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)?(?!\w)", re.IGNORECASE)
_LOGIN = re.compile(r"(?<![\w.@-])[A-Za-z][._]?(?P<name>[A-Za-z]{4,20})\d{0,3}(?![\w@-]|\.\w)")
_TITLE = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof)\.? $")
_PAIR = re.compile(r"(?<![\w/.+-])(\d{1,2})/(\d{1,2})(?![\w/%.]|-\d| (?:(?:lymph )?nodes?|LNs?|cores?|beds?)\b)")
_CODES = frozenset("MRN HEALTH_PLAN ACCOUNT LICENSE VEHICLE DEVICE BIOMETRIC PHOTO ID SSN".split())
_CODE_BEFORE = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-._/]*\Z")  # `$` would look past a line's end
_CODE_AFTER = re.compile(r"(?:[-._/]?[A-Za-z0-9])+")
_NAME_BEFORE = re.compile(r"(?:(?<![^\W_])[^\W\d_]\. ?){1,2}\Z|(?<![^\W_])[^\W\d_]{2,14}-\Z")
_NAME_AFTER = re.compile(
    r"(?:[-'’](?!s\b|(?:like|type|led|based|related|negative|positive)\b)[^\W\d_]{2,20})?"
    r"(?:, ?[^\W\d_a-z](?![^\W_]|, ?\d| \d)\.?)?"
)
_KIND = (
    r"(?:community|general|regional|memorial|university|county|children['’]s|medical|health|family|hospital|clinic|"
    r"cent(?:er|re)|infirmary|surgery|practice|system|school|college|pharmacy)\b"
)
_ORGANIZATION_BEFORE = re.compile(
    r"(?<!\w)(?:st\.? |new |mount |north |south |east |west |university of )\Z", re.IGNORECASE
)
_ORGANIZATION_AFTER = re.compile(rf"(?: {_KIND}){{0,3}}", re.IGNORECASE)
_DATE_BEFORE = re.compile(r"\b(?:(?:the )?(?:end|beginning|start|middle) of |(?:early|late|mid)[ -])\Z", re.IGNORECASE)
_DAY_BEFORE = re.compile(r"\bthe \Z", re.IGNORECASE)
_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th)\b", re.IGNORECASE)
_NOTHING = re.compile(r"")
_MONTH = "(?:" + "|".join(name[:3] for name in dates.MONTHS) + r")[a-z]{0,6}\.?"
_MONTH_AFTER = re.compile(rf"[ -]{_MONTH}", re.IGNORECASE)
_MONTH_BEFORE = re.compile(rf"\b{_MONTH}[ -]\Z", re.IGNORECASE)
_NAME_TAIL = re.compile(
    r"(?:['’][sS]|(?:,? (?:MD|DO|RN|NP|PA|ND|DMD|DDS|RM|MBBS|MBChB|FRCS|FRCPC|FRACS|FRACP|LPN|LVN|LCSW|LMSW|MSW|APRN|"
    r"PharmD|PsyD|DPM|CNM|CRNP|BSN|MSN|PhD|RRT|OTR|DPT|RDN?))+)\Z"
)
_HOT = re.compile(r"\b(?:fever|febrile|temp(?:erature)?|tmax|tm|t)\b[^.\n]{0,20}\Z", re.IGNORECASE)
_NO_CODE = re.compile(r"[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}|\d{1,6}\.\d{2}|\d{4,5}-\d")  # ICD-10, an amount, LOINC
_STAGE = re.compile(r"I{2,3}[A-C]?|I?V[A-C]?|I[A-C]")
_TERM = re.compile(
    r"(?:['’]s)? (?:disease|syndrome|sign|test|score|scale|scar|reflex|phenomenon|nodes?|body|bodies|lymphoma|tumou?r|"
    r"cells?|anomaly|malformation|deformity|contracture|palsy|chorea|ataxia|dystrophy|lines?|grade|stage|criteria|classification|index|"
    r"fracture|spots?|rings?|cyst|sarcoma|thyroiditis|o?esophagus|encephalopathy|aphasia|position|man(?:eu|oeu)ver|breathing|catheter|"
    r"respirations?|stain|smear|nodules?|triad|tetralogy|fever|paralysis|pouch|duct|loop|gland|procedure|shunt|tube|monitor|coma|retractor|hernia|"
    r"atrophy|dementia|protein|virus|drain|clamp|forceps|repair|operation|fundoplication|drip|collar|splint|boot|hose)\b",
    re.IGNORECASE,
)


def find(text: str, *, identifiers: Iterable[Mapping[str, str]] = (), mode: Mode = "balanced") -> list[Span]:
    """Disjoint identifier spans of one note, sorted.

    Args:
        text: The note, repaired or raw; offsets refer to it.
        identifiers: The patient's own known demographics, {"label", "value"}; never gold spans of the note.
        mode: `strict` takes less probable spans too, above all capitalised words that no list knows and long numbers.
    """
    return find_together([text], identifiers=identifiers, mode=mode)[0]


def find_together(
    texts: Sequence[str], *, identifiers: Iterable[Mapping[str, str]] = (), mode: Mode = "balanced"
) -> list[list[Span]]:
    """Spans of one patient's notes: a name that one of them confirms is found in the others too.

    Args:
        texts: The notes of one patient.
        identifiers: As `find`.
        mode: As `find`.

    Returns:
        For each text what `find` returns.
    """
    identifiers = list(identifiers)
    found = [_found(text, identifiers, mode) for text in texts]
    confirmed = {word for text, spans in zip(texts, found, strict=True) for word in _confirmed(text, spans)}
    return [_settled(text, spans, confirmed) for text, spans in zip(texts, found, strict=True)]


def _found(text: str, identifiers: Sequence[Mapping[str, str]], mode: Mode) -> list[Span]:
    if not text.strip():
        return []
    hints = [*rules.find(text), *names.find(text)]
    least, least_unknown = LEAST[mode]
    firm = [span for span in hints if span.score >= _FIRM or _is_titled(text, span)]
    tagged = [
        span
        for span in tagger.find(text, hints, least=least, least_unknown=least_unknown)
        if not _is_protected(text, span) and not _is_impossible(text, span)
    ]
    return trim(text, [*known.find(text, identifiers), *firm, *tagged])


def _settled(text: str, spans: list[Span], confirmed: set[str]) -> list[Span]:
    spans = spans + _propagated(text, confirmed) + _like_dates(text, spans)
    whole = trim(text, resolve(_whole(text, span) for span in spans))
    left = [_without_tail(text, span) for span in whole if span.layer != "tagger" or not _is_impossible(text, span)]
    return merge(text, code_labels.relabel(text, left))


def _like_dates(text: str, spans: Iterable[Span]) -> list[Span]:
    """Pairs such as 11/28 that can be a month and a day, in a note where another such pair was found to be a date."""
    if not any(span.label == "DATE" and _PAIR.fullmatch(text, span.start, span.end) for span in spans):
        return []
    return [
        Span(*match.span(), "DATE", "note", 0.8)
        for match in _PAIR.finditer(text)
        if min(int(match[1]), int(match[2])) in range(1, 13) and max(int(match[1]), int(match[2])) in range(13, 32)
    ]


def _whole(text: str, span: Span) -> Span:
    """A span to its ends: initials of a name, the kind of a named institution, the rest of a code, "end of" a month."""
    if span.label == "NAME":
        before, after = _NAME_BEFORE, _NAME_AFTER
    elif span.label == "ORGANIZATION":
        before, after = _ORGANIZATION_BEFORE, _ORGANIZATION_AFTER
    elif span.label == "DATE":
        before, after = _DAY_BEFORE if _DAY.match(text, span.start) else _DATE_BEFORE, _NOTHING
    elif span.label in _CODES and any(char.isdigit() for char in text[span.start : span.end]):
        before, after = _CODE_BEFORE, _CODE_AFTER
    else:
        return span
    head = before.search(text[max(0, span.start - 24) : span.start])
    tail = after.match(text, span.end)
    return replace(span, start=span.start - len(head[0]) if head else span.start, end=tail.end() if tail else span.end)


def _without_tail(text: str, span: Span) -> Span:
    """A name without a possessive and without credentials."""
    if span.label != "NAME":
        return span
    tail = _NAME_TAIL.search(text, span.start + 1, span.end)
    return replace(span, end=tail.start()) if tail else span


def _is_titled(text: str, span: Span) -> bool:
    """Whether a name stands after a title, where even an eponym is a person."""
    return span.label == "NAME" and _TITLE.search(text, max(0, span.start - 6), span.start) is not None


def _is_impossible(text: str, span: Span) -> bool:
    """Whether a tagged span cannot be what it is called: a date of one number, an age under 90, an amount."""
    value = text[span.start : span.end]
    if span.label in ("DATE", "ADDRESS") and value.isdigit() and len(value) <= 2:
        return not (_MONTH_AFTER.match(text, span.end) or _MONTH_BEFORE.search(text, span.start - 12, span.start))
    if span.label == "AGE":
        before = text[max(0, span.start - 30) : span.start]
        return value.isdecimal() and (not _OLDEST[0] <= int(value) <= _OLDEST[1] or bool(_HOT.search(before)))
    return span.label == "ID" and _NO_CODE.fullmatch(value) is not None


def _is_protected(text: str, span: Span) -> bool:
    """Whether a tagged name is an eponym used as a term, or a stage."""
    if span.label not in ("NAME", "LOCATION", "ORGANIZATION"):
        return False
    if _STAGE.fullmatch(text, span.start, span.end):
        return True
    words = [lexicon.fold(word) for word in re.findall(r"[^\W\d_]+", text[span.start : span.end])]
    return (
        any(word in lexicon.EPONYMS for word in words)
        and bool(_TERM.match(text, span.end))
        and not re.search(r"\b(?:dr|mr|mrs|ms)\.? $", text[max(0, span.start - 5) : span.start], re.IGNORECASE)
    )


def _confirmed(text: str, spans: Iterable[Span]) -> set[str]:
    """Words of names that were found with confidence and are no ordinary words."""
    return {
        low
        for span in spans
        if span.label == "NAME" and span.score >= _SURE
        for word in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text[span.start : span.end])
        if len(low := lexicon.fold(word)) > 2 and low not in lexicon.COMMON and low not in lexicon.KEY_WORDS
    }


def _propagated(text: str, confirmed: set[str]) -> list[Span]:
    """Mentions of confirmed name words: capitalised ones, and others where the word can be nothing but a name."""
    if not confirmed:
        return []
    spans = []
    quiet = text == text.lower()
    for match in _WORD.finditer(text):
        low = lexicon.fold(match[0])
        if low not in confirmed or (_TERM.match(text, match.end()) and low in lexicon.EPONYMS):
            continue
        ordinary = low in lexicon.prose_words() or low in lexicon.protected_words() or low in lexicon.AMBIGUOUS
        if ordinary and (quiet or not match[0].istitle()):
            continue
        spans.append(Span(*match.span(), "NAME", "note", 0.8))
    for match in _LOGIN.finditer(text):
        low = lexicon.fold(match["name"])
        if lexicon.is_known(lexicon.fold(match[0])):
            continue
        if low in confirmed or (len(low) > _SHORT and low[1:] in confirmed):
            spans.append(Span(*match.span(), "NAME", "note", 0.8))
    return spans
