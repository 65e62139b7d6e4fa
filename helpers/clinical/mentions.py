"""Mentions in a text, as a model is to answer them: one a line, in the order of the text, `none` where there is none."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
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
        pieces = re.findall(r"\w+|[^\w\s]", mention)
        pattern = r"\s*".join(map(re.escape, pieces))
        places = [
            match.span()
            for form in (rf"(?<!\w){pattern}(?!\w)", pattern)
            for match in re.finditer(form, text, re.IGNORECASE)
            if pieces and match.start() not in taken
        ]
        start, end = places[0] if places else (None, None)
        if start is not None:
            taken.add(start)
        found.append(Located(mention, start, end))
    return found
