"""What the tagger sees of a note: for each word its pieces, its form, the lists that hold it, and where it stands."""

import re
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from helpers.clinical.deid import lexicon
from helpers.clinical.deid.spans import LABELS, Span

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[^\w\s]|_")
_TITLES = frozenset("dr mr mrs ms miss prof sir rev sister nurse doctor mx".split())

# Name of a categorical feature -> how many values it takes.
FEATURES = {
    "shape": 128, "names": 8, "words": 16, "before": 6, "after": 6, "suffix": 1024, "prefix": 512, "pieces": 5,
    "number": 10, "case": 3, "place": 6, "keyed": 3, "elsewhere": 5, "titled": 2, "rule": len(LABELS) + 1, "cue": 3,
}  # fmt: skip
NOTHING = np.cumsum([0, *FEATURES.values()])[:-1].astype(np.int32)
"""The first row of each feature's part of the table: what a token without that feature has."""

WIDTH = sum(FEATURES.values())
LEXICAL = tuple(list(FEATURES).index(name) for name in ("names", "words", "suffix", "prefix", "pieces"))
"""Columns that tell a word's letters; training hides them at times, so that context is learnt."""


class Token(NamedTuple):
    """One word, number or mark at `text[start:end]`."""

    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Words, digit runs and single marks, in order."""
    return [Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)]


def encode(text: str, tokens: Sequence[Token], hints: Iterable[Span], pieces: Sequence[int]) -> np.ndarray:
    """Categorical features of each token: shape (tokens, features), rows of one table of `WIDTH` rows.

    Args:
        text: One note.
        tokens: Of the note.
        hints: What the rules and the cues of names found; the network learns how far each can be trusted.
        pieces: How many word pieces each token has, at most 4.
    """
    found: list[tuple[int, ...]] = []
    pieces = [int(count) for count in pieces]
    folded = [lexicon.fold(token.text) for token in tokens]
    case = _case(tokens)
    lower = {low for low, token in zip(folded, tokens, strict=True) if token.text[0].islower()}
    capital: dict[str, int] = {}
    for low, token in zip(folded, tokens, strict=True):
        if token.text[0].isupper():
            capital[low] = capital.get(low, 0) + 1
    last_end, column, keyed = 0, 0, 0
    for i, token in enumerate(tokens):
        word, low = token.text, folded[i]
        gap = text[last_end : token.start]
        before = _gap(gap) if i else 0
        if before in (0, 4, 5):
            column = keyed = 0
        shape, names, words, suffix, prefix, number = _word(word, low)
        elsewhere = 0
        if word[0].isupper():
            elsewhere = 1 if low in lower else 2 if capital[low] > 1 else 3
        elif word[0].isalpha() and low in capital:
            elsewhere = 4
        titled = i > 0 and (folded[i - 1] in _TITLES or (i > 1 and word != "." and folded[i - 2] in _TITLES))
        row = (
            shape, names, words, before, 0, suffix, prefix, pieces[i], number, case, min(column, 5), keyed, elsewhere,
            titled, 0, 0,
        )  # fmt: skip
        found.append(row)
        if word in (":", "=", "|", "^") or "\t" in gap:
            keyed = 1 if word in (":", "=") else 2
        column += 1
        last_end = token.end
    rows = np.array(found, dtype=np.int32).reshape(len(tokens), len(FEATURES))
    rows[:-1, 4] = rows[1:, 3]  # the gap after a word is the one before the next
    starts = np.array([token.start for token in tokens])
    for hint in hints:
        first, last = np.searchsorted(starts, (hint.start, hint.end))
        if hint.label == "NAME":
            rows[first:last, -1] = np.maximum(rows[first:last, -1], 2 if hint.score >= 0.9 else 1)
        else:
            rows[first:last, -2] = LABELS.index(hint.label) + 1
    return rows + NOTHING


@lru_cache(maxsize=200_000)
def _word(word: str, low: str) -> tuple[int, int, int, int, int, int]:
    if word[0].isdigit():
        return _hash(f"d{min(len(word), 9)}", 128), 0, 0, _hash(word[-2:], 1024), 0, _number(word)
    if not word[0].isalpha():
        return _hash(word, 128), 0, 0, _hash(word, 1024), _hash(word, 512), 0
    names = lexicon.name_words().get(low, 0) | (4 if low in lexicon.city_words() else 0)
    words = (
        (1 if low in lexicon.prose_words() else 0)
        | (2 if low in lexicon.protected_words() else 0)
        | (4 if low in lexicon.EPONYMS else 0)
        | (8 if lexicon.is_drug_like(low) else 0)
    )
    return _hash(_shape(word), 128), names, words, _hash(low[-3:], 1024), _hash(low[:3], 512), 0


def _shape(word: str) -> str:
    kind = "X" if word.isupper() else "x" if word.islower() else "Xx" if word[1:].islower() else "XxX"
    return f"{kind}{min(len(word), 4)}{chr(39) if not word.isalpha() else ''}"


def _number(digits: str) -> int:
    size = int(digits) if len(digits) < 9 else 10**9
    if len(digits) == 4:
        return 5 if 1900 <= size <= 2039 else 6
    if len(digits) > 4:
        return min(len(digits) + 2, 9)
    return 1 if size <= 12 else 2 if size <= 31 else 3 if size <= 99 else 4


def _gap(gap: str) -> int:
    if not gap:
        return 1
    lines = gap.count("\n")
    return 5 if lines > 1 else 4 if lines else 3 if "\t" in gap or len(gap) > 1 else 2


def _case(tokens: Sequence[Token]) -> int:
    letters = [token.text for token in tokens if token.text[0].isalpha() and len(token.text) > 1]
    lower, upper = sum(word.islower() for word in letters), sum(word.isupper() for word in letters)
    return 1 if lower >= 0.97 * len(letters) else 2 if upper >= 0.6 * len(letters) else 0


def _hash(text: str, size: int) -> int:
    return zlib.crc32(text.encode()) % size
