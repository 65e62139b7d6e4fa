"""Mentions in a text, as a model is to answer them: one a line, in the order of the text, `none` where there is none."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

NONE = "none"

_BULLET = re.compile(r"^\s*(?:[-*•]\s+|\d{1,2}[.)]\s+)")
_LOOSE = re.compile(r"\s*([^\w\s])\s*")


class Located(NamedTuple):
    """A mention and where it stands; `start` and `end` are None where the text does not hold it."""

    text: str
    start: int | None
    end: int | None


def write(mentions: Iterable[str]) -> str:
    r"""The answer that names these mentions, repeated ones as often as they come.

    >>> write(["fever", "dry  cough"]), write([])
    ('fever\ndry cough', 'none')
    """
    return "\n".join(flat for mention in mentions if (flat := " ".join(mention.split()))) or NONE


def read(answer: str) -> list[str]:
    r"""The mentions that an answer names, line by line; bullets and numbers before them are taken off.

    >>> read("- fever\n- dry cough"), read("None."), read("")
    (['fever', 'dry cough'], [], [])
    """
    lines = (" ".join(_BULLET.sub("", line).split()) for line in answer.splitlines())
    return [line for line in lines if line and line.casefold().rstrip(".") != NONE]


def key(mention: str) -> str:
    """What two mentions that are the same have in common: case, compatible characters and spacing do not count.

    Spaces around punctuation go, for tokenised corpora write `T - cell` for what a text has as `T-cell`; those between
    words stay.

    >>> key("Ataxia - Telangiectasia") == key("ataxia-telangiectasia"), key("breast  cancer")
    (True, 'breast cancer')
    """
    plain = unicodedata.normalize("NFKC", mention).casefold()
    return _LOOSE.sub(r"\1", " ".join(plain.split()))


def keys(answer: str) -> list[str]:
    r"""The `key` of each mention that an answer names.

    >>> keys("- Fever\n- dry  cough")
    ['fever', 'dry cough']
    """
    return [key(mention) for mention in read(answer)]


def is_in(mention: str, text: str) -> bool:
    """Whether a text holds a mention, as `key` compares."""
    return key(mention) in key(text)


def locate(mentions: Sequence[str], text: str) -> list[Located]:
    """Where each mention stands in a text: whole words before parts of words, a repeated one at its next place.

    Returns:
        In the order of `mentions`; offsets count characters, the end exclusive.

    >>> locate(["cough", "cough"], "Cough since May; dry cough.")
    [Located(text='cough', start=0, end=5), Located(text='cough', start=21, end=26)]
    """
    taken: set[int] = set()
    found = []
    for mention in mentions:
        start, end = next((place for place in _places(mention, text) if place[0] not in taken), (None, None))
        if start is not None:
            taken.add(start)
        found.append(Located(mention, start, end))
    return found


def in_order(mentions: Sequence[str], text: str) -> list[tuple[int, int]]:
    """Where mentions stand that are named in the order of the text and do not overlap, as an annotator's do.

    Each is looked for after the end of the one before it, whole words before parts of words; one that is not there is
    left out. Where a name stands several times and only a later one was annotated, the first is taken: a list of names
    does not tell.

    Returns:
        Start and end of each that was found, in characters, the end exclusive.

    >>> in_order(["breast cancer", "cancer"], "breast cancer and cancer")
    [(0, 13), (18, 24)]
    """
    found: list[tuple[int, int]] = []
    for mention in mentions:
        after = found[-1][1] if found else 0
        found += [place for place in _places(mention, text) if place[0] >= after][:1]
    return found


def _places(mention: str, text: str) -> Iterator[tuple[int, int]]:
    """All places of a mention: first those where it is made of whole words, then all."""
    pieces = re.findall(r"\w+|[^\w\s]", mention)
    pattern = r"\s*".join(map(re.escape, pieces))
    for form in (rf"(?<!\w){pattern}(?!\w)", pattern) if pieces else ():
        yield from (match.span() for match in re.finditer(form, text, re.IGNORECASE))
