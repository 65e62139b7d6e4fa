"""The patient's own demographics, as a hospital's structured fields hold them, wherever the note repeats them."""

import re
from collections.abc import Iterable, Mapping

from helpers.clinical.deid import dates, lexicon
from helpers.clinical.deid.spans import LABELS, Span

_TITLES = {"dr", "mr", "mrs", "ms", "miss", "prof", "md", "phd", "rn", "jr", "sr", "ii", "iii", "mx", "do", "np"}


def find(text: str, identifiers: Iterable[Mapping[str, str]]) -> list[Span]:
    """Every occurrence of the given values: names whole and word by word, dates in any form, numbers with any punctuation.

    Args:
        text: The note.
        identifiers: {"label", "value"} of this patient; unknown labels are looked for as `ID`.
    """
    spans: list[Span] = []
    folded = lexicon.fold(text)
    exact = len(folded) == len(text)
    mentions = None
    for item in identifiers:
        value = str(item["value"]).strip()
        label = item["label"] if item["label"] in LABELS else "ID"
        if len(value) < 2:
            continue
        if label == "NAME":
            spans += _names(text, folded if exact else text.lower(), value)
        elif label == "DATE":
            mentions = dates.find_dates(text) if mentions is None else mentions
            spans += _dates(text, value, mentions)
        elif label == "AGE":
            spans += _phrase(text, value, "AGE") if value.isdigit() and int(value) >= 90 else []
        elif label not in ("ADDRESS", "LOCATION", "ORGANIZATION") and sum(char.isdigit() for char in value) >= 4:
            spans += _number(text, value, label)
        else:
            spans += _phrase(text, value, label)
            for part in re.split(r"[,;\n]", value):
                if sum(char.isdigit() for char in part) >= 5 and not re.search(r"[A-Za-z]{3}", part):
                    spans += _number(text, part.strip(), label)
                elif len(part.strip()) >= 4 and lexicon.fold(part.strip()) not in lexicon.countries():
                    spans += _phrase(text, part.strip(), label)
            if label in ("PHONE", "FAX"):
                spans += _number(text, value, label)
    return spans


def _names(text: str, folded: str, value: str) -> list[Span]:
    words = [word for word in re.findall(r"[^\W\d_]+", value) if lexicon.fold(word) not in _TITLES]
    spans = []
    for word in {*words, *re.findall(r"[^\W\d_]+(?:[-'’][^\W\d_]+)+", value)}:
        low = lexicon.fold(word)
        if len(low) < 2:
            continue
        ordinary = low in lexicon.COMMON or low in lexicon.AMBIGUOUS or low in lexicon.clinical_words() or len(low) == 2
        for match in re.finditer(rf"(?<![^\W\d_]){re.escape(low)}(?:(?=['’]s\b)|(?![^\W\d_]))", folded):
            if not ordinary or (
                text[match.start()].isupper() and (len(low) > 2 or text[match.start() : match.end()].istitle())
            ):
                spans.append(Span(match.start(), match.end(), "NAME", "known", 1.0))
    whole = r"[\W_]{1,3}(?:[^\W\d_]\.?[\W_]{1,2})?".join(re.escape(lexicon.fold(word)) for word in words)
    if len(words) > 1:
        backwards = (
            re.escape(lexicon.fold(words[-1]))
            + r"[\W_]{1,3}"
            + r"[\W_]{1,3}".join(re.escape(lexicon.fold(word)) for word in words[:-1])
        )
        for match in re.finditer(rf"(?<!\w)(?:{whole}|{backwards})(?!\w)", folded):
            spans.append(Span(match.start(), match.end(), "NAME", "known", 1.0))
    return spans


def _dates(text: str, value: str, mentions: list[dates.DateMention]) -> list[Span]:
    wanted = next(iter(dates.find_dates(value)), None)
    if wanted is None:
        return _phrase(text, value, "DATE")
    spans = [
        Span(mention.start, mention.end, "DATE", "known", 1.0)
        for mention in mentions
        if mention.month == wanted.month and mention.day == wanted.day and mention.year in (wanted.year, None)
    ]
    forms = dates.renderings(value)
    if forms:
        pattern = "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
        spans += [
            Span(*match.span(), "DATE", "known", 1.0)
            for match in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.IGNORECASE)
        ]
    return spans


def _number(text: str, value: str, label: str) -> list[Span]:
    chars = re.sub(r"[\W_]", "", value)
    if len(chars) < 4:
        return []
    pattern = r"[\W_]{0,3}".join(map(re.escape, chars))
    spans = [
        Span(*match.span(), label, "known", 1.0)
        for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE)
    ]
    if label == "PHONE" and len(chars) >= 10:  # also without country or area code
        for tail in (chars[-10:], chars[-7:]):
            pattern = r"[\W_]{0,3}".join(tail)
            spans += [
                Span(*match.span(), label, "known", 1.0) for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", text)
            ]
    return spans


def _phrase(text: str, value: str, label: str) -> list[Span]:
    words = re.findall(r"\w+", value)
    if not words or len("".join(words)) < 3:
        return []
    pattern = r"[\W_]{1,3}".join(map(re.escape, words))
    return [
        Span(*match.span(), label, "known", 1.0)
        for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE)
    ]
