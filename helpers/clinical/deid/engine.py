"""Find identifiers: known demographics, structured rules, trained tagger, then propagation through the note."""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from helpers.clinical.deid import dates, known, lexicon, names, rules, tagger
from helpers.clinical.deid.spans import Span, merge, resolve, trim

Mode = Literal["balanced", "strict"]
_LEAST = {
    "balanced": (0.5, 0.25),
    "strict": (0.2, 0.1),
}  # probability from which a tagged word counts, known or unknown
_STRICT = re.compile(
    r"(?<![^\W\d_])[A-Z\u00c0-\u00de][^\W\d_]{1,}|(?<![\w.,/])\d{4,}(?![\w.,/])|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b",
    re.IGNORECASE,
)
_STREET_WORD = re.compile(
    r"\b(?:street|st|avenue|ave|road|rd|lane|ln|drive|blvd|court|ct|box|apt|suite|unit)\b", re.IGNORECASE
)
_DATE_LIKE = re.compile(
    r"\d{1,2}(?:st|nd|rd|th)\b|\d[/-]\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,7}\b[ .,-]{0,2}\d|\d{8}"
    r"|day\b"
    r"|\b(?:january|february|march|april|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
_TERM = re.compile(
    r"(?:['’]s)? (?:disease|syndrome|sign|test|score|scale|scar|reflex|phenomenon|node|nodes|body|bodies|lymphoma|"
    r"tumou?r|cell|cells|"
    r"anomaly|malformation|deformity|contracture|palsy|chorea|ataxia|dystrophy|line|lines|grade|stage|criteria|classification|index|"
    r"fracture|spots?|ring|rings|cyst|sarcoma|thyroiditis|esophagus|oesophagus|encephalopathy|aphasia|position|maneuver|manoeuvre|"
    r"respirations?|breathing|catheter|stain|smear|nodules?|triad|tetralogy|fever|paralysis|pouch|duct|loop|gland|procedure|shunt|"
    r"neg|negative|positive|pos|type|and|protein|proteinuria|virus|tube|monitor|coma|retractor|hernia|atrophy|dementia)\b",
    re.IGNORECASE,
)


def find(text: str, *, identifiers: Iterable[Mapping[str, str]] = (), mode: Mode = "balanced") -> list[Span]:
    """Disjoint identifier spans of one note, sorted.

    Args:
        text: The note, repaired or raw; offsets refer to it.
        identifiers: The patient's own known demographics, {"label", "value"}; never gold spans of the note.
        mode: `strict` takes less probable spans and unknown capitalised words and long numbers too.
    """
    if not text.strip():
        return []
    firm = [*known.find(text, identifiers), *names.find(text), *rules.find(text)]
    tagged = [
        span
        for span in tagger.find(text, least=_LEAST[mode][0], least_unknown=_LEAST[mode][1])
        if not _is_protected(text, span)
    ]
    tagged = [span for piece in tagged for span in _plausible(text, piece)]
    spans = trim(text, [*firm, *tagged])
    spans += _propagate(text, spans)
    if mode == "strict":
        spans += _unknown(text)
    return [
        span for span in merge(text, trim(text, resolve(spans))) if span.end - span.start > 1 or span.label == "NAME"
    ]


def _is_protected(text: str, span: Span) -> bool:
    """Whether a tagged span is clinical vocabulary: an eponym used as a term, or only words of the ontology."""
    if span.label in ("DATE", "PHONE", "ID"):
        return False
    words = [lexicon.fold(word) for word in re.findall(r"[^\W\d_]+", text[span.start : span.end])]
    if not words:
        return span.label == "NAME"
    eponym = any(word in lexicon.EPONYMS for word in words)
    if (
        eponym
        and _TERM.match(text, span.end)
        and not re.search(r"\b(?:dr|mr|mrs|ms)\.? $", text[max(0, span.start - 5) : span.start], re.I)
    ):
        return True
    value = text[span.start : span.end]
    prose, listed = lexicon.prose_words(), lexicon.name_words()
    if value.islower() and all(word in prose and word not in listed for word in words):
        return True
    if span.label == "NAME" and re.search(r"[^\W\d_]\d|\d[^\W\d_]", value):
        return True
    if re.match(r"-?\d", text[span.end : span.end + 2]) or text[max(0, span.start - 1) : span.start].isdigit():
        return span.label != "ADDRESS"  # a gene, a residue, a vertebra
    if all(
        word in lexicon.KEY_WORDS or (lexicon.is_drug_like(word) and word not in lexicon.name_words()) for word in words
    ):
        return True
    clinical = lexicon.clinical_words()
    if span.label in ("NAME", "LOCATION"):
        return all(
            (word in clinical and word not in lexicon.EPONYMS) or (word in lexicon.COMMON and word not in listed)
            for word in words
        )
    return all(word in clinical or word in lexicon.COMMON for word in words)


def _is_remnant(value: str, span: Span) -> bool:
    """Whether a span is what a stronger neighbour left over: one mark, or a clock time beside a date."""
    if span.layer == "tagger" and span.label in ("ID", "PHONE") and not any(char.isdigit() for char in value):
        return True
    return (len(value) == 1 and span.label != "NAME") or (
        span.label == "DATE"
        and span.layer == "tagger"
        and not (_DATE_LIKE.search(value) or dates.find_dates(f"in {value}"))
    )


def _plausible(text: str, span: Span) -> list[Span]:
    """Drop tagged dates and numbers that the grammar knows to be none: years, fractions, single digits, measurements."""
    value = text[span.start : span.end]
    digits = sum(char.isdigit() for char in value)
    if span.label == "DATE":
        scored = re.search(
            r"(?:pain|score|scale|apgar|strength|tone|power|grade|stage|ratio|mmse|gcs|acuity|murmur)\W{1,3}(?:is |of )?$",
            text[max(0, span.start - 16) : span.start],
            re.IGNORECASE,
        )
        if scored or not (_DATE_LIKE.search(value) or dates.find_dates(f"in {value}")):
            return []
    if span.label == "ADDRESS" and not (re.search(r"[^\W\d_]{3}", value) and (digits or _STREET_WORD.search(value))):
        return []
    if span.label == "AGE" and not (value[:3].isdigit() and int(re.match(r"\d+", value)[0]) >= 90):
        return []
    if span.label in ("ID", "PHONE") and (
        digits < 4 or re.match(r" ?(?:mg|ml|mcg|g|kg|cm|mm|%|years?|weeks?|days?)\b", text[span.end : span.end + 8])
    ):
        return []
    if span.label in ("NAME", "LOCATION", "ORGANIZATION") and lexicon.fold(value) in lexicon.countries():
        return []
    return [span]


def _propagate(text: str, spans: list[Span]) -> list[Span]:
    """Other mentions, in the same note, of words of names that were found with confidence."""
    words: dict[str, float] = {}
    for span in spans:
        if span.label == "NAME" and span.score >= 0.7:
            for word in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text[span.start : span.end]):
                low = lexicon.fold(word)
                sure = span.layer != "tagger" or span.score >= 0.85 or low in lexicon.name_words()
                if sure and len(low) > 2 and low not in lexicon.COMMON and low not in lexicon.KEY_WORDS:
                    words[word.lower()] = max(words.get(word.lower(), 0), span.score)
    if not words:
        return []
    found = []
    for match in re.finditer(r"(?<!\w)[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)?(?!\w)", text):
        low = match[0].lower()
        if low not in words or (_TERM.match(text, match.end()) and lexicon.fold(low) in lexicon.EPONYMS):
            continue
        plain = lexicon.fold(low)
        if match[0].islower() and (
            plain in lexicon.AMBIGUOUS
            or plain in lexicon.clinical_words()
            or (text != text.lower() and plain not in lexicon.name_words())
        ):
            continue
        found.append(Span(match.start(), match.end(), "NAME", "note", words[low]))
    return found


def _unknown(text: str) -> list[Span]:
    """Capitalised words that no list of words knows, long numbers and weekdays, for the strict mode."""
    spans = []
    for match in _STRICT.finditer(text):
        word = lexicon.fold(match[0])
        if word[0].isdigit() or word.endswith("day"):
            year = re.fullmatch(r"(?:19|20)\d\d", word)
            spans += [] if year else [Span(*match.span(), "DATE" if word.endswith("day") else "ID", "strict", 0.3)]
        elif (
            match[0][0].isupper()
            and match[0][1:].islower()
            and word not in lexicon.COMMON
            and word not in lexicon.clinical_words()
            and word not in lexicon.countries()
        ):
            spans.append(Span(*match.span(), "NAME", "strict", 0.3))
    return spans
