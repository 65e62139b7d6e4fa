"""Training notes written by hand: each is told again and again with other persons, places, dates and numbers in it."""

import random
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from helpers.clinical.deid import gold, lexicon

NOTES = Path(__file__).parent / "data" / "written_notes.txt"
Marks = list[tuple[int, int, str]]

_KEEP_FRAC = 0.25  # notes whose own identifiers stay
_MONTHS = "january february march april may june july august september october november december".split()
_WORD = re.compile(r"[^\W\d_]+")


def note(rng: random.Random, *, skip: Callable[[str], bool] = lambda style: False) -> tuple[str, Marks]:
    """One written note, its identifiers replaced in three of four cases, sometimes cut, sometimes in one letter case.

    Args:
        rng: Every choice is drawn from it.
        skip: Whether notes of a style are left out.
    """
    chosen = rng.choice(_notes())
    while skip(chosen.style):
        chosen = rng.choice(_notes())
    text, marks = _retell(chosen, rng) if rng.random() > _KEEP_FRAC else (chosen.text, _marks(chosen))
    text, marks = _cut(text, marks, rng)
    dice = rng.random()
    if dice < 0.05:
        text = "".join(char.upper() if len(char.upper()) == 1 else char for char in text)
    elif dice < 0.12:
        text = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    return text, marks


@lru_cache(maxsize=1)
def _notes() -> tuple[gold.GoldNote, ...]:
    return tuple(gold.read_notes(NOTES))


@lru_cache(maxsize=1)
def _pools() -> dict[str, tuple[str, ...]]:
    """Values of the written notes by label; places with digits (zips) apart from those without."""
    found: dict[str, set[str]] = {}
    for one in _notes():
        for span in one.spans:
            value = one.text[span["start"] : span["end"]]
            found.setdefault(_pool_of(span["label"], value), set()).add(value)
    return {name: tuple(sorted(values)) for name, values in sorted(found.items())}


def _pool_of(label: str, value: str) -> str:
    return label + (" with digits" if any(char.isdigit() for char in value) else "")


def _marks(one: gold.GoldNote) -> Marks:
    return [(span["start"], span["end"], span["label"]) for span in one.spans]


def _retell(one: gold.GoldNote, rng: random.Random) -> tuple[str, Marks]:
    words: dict[str, str] = {}
    values: dict[str, str] = {}
    pieces, marks, last, length = [], [], 0, 0
    for start, end, label in _marks(one):
        before, value = one.text[last:start], one.text[start:end]
        if value not in values:
            values[value] = _other(label, value, words, rng)
        new = values[value]
        length += len(before)
        marks.append((length, length + len(new), label))
        pieces += [before, new]
        length += len(new)
        last = end
    return "".join([*pieces, one.text[last:]]), marks


def _other(label: str, value: str, words: dict[str, str], rng: random.Random) -> str:
    if label == "NAME":
        return _WORD.sub(lambda match: _name_word(match[0], words, rng), value)
    if label in ("ORGANIZATION", "LOCATION", "ADDRESS"):
        if label == "LOCATION" and _pool_of(label, value) == label and rng.random() < 0.4:
            return _cased(rng.choice(lexicon.cities()), value)
        pool = _pools()[_pool_of(label, value)]
        if label == "LOCATION" and any(char.isdigit() for char in value):
            return _digits(value, rng)
        new = rng.choice(pool)
        return _cased(new, value)
    if label == "DATE":
        return _date(value, rng)
    if label == "AGE":
        return str(rng.randint(90, 104)) if value.isdigit() else value
    return value if label in (gold.IGNORED, "PHOTO", "URL", "EMAIL") else _digits(value, rng)


def _name_word(word: str, words: dict[str, str], rng: random.Random) -> str:
    low = word.lower()
    if low not in words:
        if len(word) == 1:
            words[low] = rng.choice("abcdefghijklmnoprstvwz")
        elif len(word) <= 3 and lexicon.fold(word) not in lexicon.name_words():
            words[low] = word  # a particle, or initials
        else:
            given, family = lexicon.names()
            bits = lexicon.name_words().get(lexicon.fold(word), 3)
            own = [value for value in _pools()["NAME"] if _WORD.fullmatch(value)]
            words[low] = rng.choice((given, family)[bits != 1] if rng.random() < 0.6 else own)
    return _cased(words[low], word)


def _date(value: str, rng: random.Random) -> str:
    def month(match: re.Match) -> str:
        low = match[0].lower()
        for name in _MONTHS:
            if low == name or (len(low) in (3, 4) and name.startswith(low[:3]) and low[:3] != "may"):
                new = rng.choice(_MONTHS)
                return _cased((new if low == name else new[:3]).capitalize(), match[0])
        return match[0]

    value = _WORD.sub(month, value)

    def number(match: re.Match) -> str:
        text, size = match[0], int(match[0]) if len(match[0]) < 5 else 0
        if len(text) == 4:
            return str(rng.randint(1930, 2026))
        if len(text) <= 2 and 1 <= size <= 31:
            new = rng.randint(1, 12 if size <= 12 else 28)
            return f"{new:0{len(text)}d}" if (len(text) == 2 and new > 9) or text[0] == "0" else str(new)
        return text

    return re.sub(r"\d+(?!st|nd|rd|th)", number, value)


def _digits(value: str, rng: random.Random) -> str:
    """Other digits, and other capitals where letters stand beside digits."""
    has_digit = any(char.isdigit() for char in value)
    return "".join(
        rng.choice("0123456789")
        if char.isdigit()
        else rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ")
        if has_digit and char.isupper() and rng.random() < 0.5
        else char
        for char in value
    )


def _cased(new: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return new.upper()
    return new.lower() if like.islower() else new[:1].upper() + new[1:] if like[:1].isupper() else new


def _cut(text: str, marks: Marks, rng: random.Random) -> tuple[str, Marks]:
    """Half of the notes begin or end at another line, so that no layout is learnt by heart."""
    breaks = [0, *(match.end() for match in re.finditer(r"\n+|(?<=[.!?]) ", text)), len(text)]
    if rng.random() < 0.5 or len(breaks) < 6:
        return text, marks
    first = rng.randrange(0, len(breaks) - 4)
    start, end = breaks[first], breaks[rng.randrange(first + 3, len(breaks))]
    kept = [(one - start, two - start, label) for one, two, label in marks if one >= start and two <= end]
    crossing = [mark for mark in marks if mark[0] < end < mark[1] or mark[0] < start < mark[1]]
    return (text, marks) if crossing else (text[start:end], kept)
