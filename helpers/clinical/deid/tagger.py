"""The trained layer: a linear-chain CRF over word shape, context, header key and name lists; weights are data."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pycrfsuite

from helpers.clinical.deid import lexicon
from helpers.clinical.deid.spans import Span
from helpers.core.errors import StageError

WEIGHTS = Path(__file__).parent / "data" / "tagger.crfsuite"
LABELS = {
    "NAME": "NAME",
    "LOCATION": "LOCATION",
    "ADDRESS": "ADDRESS",
    "ORGANIZATION": "ORGANIZATION",
    "DATE": "DATE",
    "PHONE": "PHONE",
    "FAX": "PHONE",
    "EMAIL": "",
    "URL": "",
    "IP": "",
    "AGE": "AGE",
}
"""Label -> tag of the CRF; "" is left to the rules, labels not named are `ID`."""

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[^\w\s]|_")
_HEADER = re.compile(r"[ \t]*[*#>\-]{0,3}[ \t]*([A-Za-z][A-Za-z /'().]{0,28}?)[ \t]*[:=|\t]")
_WINDOW = 3


@dataclass(frozen=True)
class Token:
    """One word, number or mark at `text[start:end]`, with the header key of its line."""

    text: str
    start: int
    end: int
    line: int
    key: str


def tokenize(text: str) -> list[Token]:
    """Words, digit runs and single marks, in order."""
    tokens, position = [], 0
    for number, line in enumerate(text.split("\n")):
        header = _HEADER.match(line)
        key = header[1].lower()[:20] if header else ""
        tokens += [
            Token(
                match[0],
                position + match.start(),
                position + match.end(),
                number,
                key if header and match.start() >= header.end() else "",
            )
            for match in _TOKEN.finditer(line)
        ]
        position += len(line) + 1
    return tokens


def features(
    tokens: Sequence[Token], *, hide: Callable[[int], bool] | None = None, unlist: Callable[[int], bool] | None = None
) -> list[list[str]]:
    """Feature strings of each token.

    Args:
        tokens: Of one note.
        hide: Whether token i must not show its letters (lexical dropout in training).
        unlist: Whether token i must look absent from the name lists (dropout in training).
    """
    letters = [token.text for token in tokens if token.text[0].isalpha() and len(token.text) > 1]
    lower = sum(word.islower() for word in letters)
    upper = sum(word.isupper() for word in letters)
    case = "lower" if lower >= 0.97 * len(letters) else "upper" if upper >= 0.6 * len(letters) else "mixed"
    words, shapes, lists = [], [], []
    for i, token in enumerate(tokens):
        low = lexicon.fold(token.text)
        words.append("?" if hide and hide(i) else low)
        shapes.append(_shape(token.text))
        lists.append(_lists(low) if not (unlist and unlist(i)) else "none")
    count = len(tokens)
    rows = []
    for i, token in enumerate(tokens):
        shape, word, listed = shapes[i], words[i], lists[i]
        row = [
            f"s={shape}",
            f"g={listed}",
            f"c={case}",
            f"sg={shape}/{listed}/{case}",
            f"k={token.key}",
            f"ks={token.key}/{shape}",
        ]
        if word != "?":
            row += [f"w={word}", f"p={word[:3]}", f"e={word[-3:]}", f"e2={word[-2:]}"]
        for step in range(1, _WINDOW + 1):
            for at, sign in ((i - step, "-"), (i + step, "+")):
                if 0 <= at < count:
                    row.append(f"w{sign}{step}={words[at]}")
                    if step <= 2:
                        row.append(f"s{sign}{step}={shapes[at]}")
                        row.append(f"g{sign}{step}={lists[at]}")
                else:
                    row.append(f"w{sign}{step}=END")
        if i > 0:
            row.append(f"ww-={words[i - 1]}/{words[i - 2] if i > 1 else ''}")
            row.append(f"gg-={lists[i - 1]}/{listed}/{shape}")
            if tokens[i - 1].line != token.line:
                row.append("first")
            elif tokens[i - 1].end == token.start:
                row.append("glued")
        if i + 1 < count:
            row.append(f"gg+={listed}/{lists[i + 1]}/{shape}")
            row.append(f"ww+={words[i + 1]}/{words[i + 2] if i + 2 < count else ''}")
            if tokens[i + 1].line != token.line:
                row.append("last")
        rows.append(row)
    return rows


def find(text: str, *, least: float = 0.5, least_unknown: float = 0.3) -> list[Span]:
    """Spans whose tokens are part of an identifier with enough probability.

    Args:
        text: One note.
        least: Probability from which a token counts.
        least_unknown: The same for a capitalised word that no list of clinical or general words knows.

    Raises:
        StageError: If the weights are missing.
    """
    tokens = tokenize(text)
    spans: list[Span] = []
    for start in range(0, len(tokens), 4000):  # bounded memory on very long notes
        spans += _find(tokens[start : start + 4000], least, least_unknown)
    return spans


def _find(tokens: Sequence[Token], least: float, least_unknown: float) -> list[Span]:
    if not tokens:
        return []
    tagger = _load()
    tagger.set(features(tokens))
    tags = tagger.tag()
    inside = [1 - tagger.marginal("O", i) for i in range(len(tokens))]
    kinds = [label for label in tagger.labels() if label != "O"]
    bounds = [least_unknown if _is_unknown(token.text) else least for token in tokens]
    for i, tag in enumerate(tags):
        if tag == "O" and inside[i] >= bounds[i]:
            tags[i] = max(kinds, key=lambda label, i=i: tagger.marginal(label, i))
    spans, i = [], 0
    while i < len(tags):
        if tags[i] == "O":
            i += 1
            continue
        label, j = tags[i][2:], i + 1
        while j < len(tags) and tags[j] == f"I-{label}":
            j += 1
        score = sum(inside[i:j]) / (j - i)
        if score >= min(bounds[i:j]):
            spans.append(Span(tokens[i].start, tokens[j - 1].end, label, "tagger", round(score, 3)))
        i = j
    return spans


def _is_unknown(word: str) -> bool:
    return (
        len(word) > 2 and word[0].isupper() and not set("cmpya") & set(_lists(lexicon.fold(word)).replace("none", ""))
    )


@lru_cache(maxsize=1)
def _load() -> pycrfsuite.Tagger:
    if not WEIGHTS.is_file():
        raise StageError(
            "The tagger has no weights",
            expected=f"{WEIGHTS.name} in helpers/clinical/deid/data",
            remedy="rebuild them with python -m helpers.clinical.deid.training",
        )
    tagger = pycrfsuite.Tagger()
    tagger.open(str(WEIGHTS))
    return tagger


def _shape(word: str) -> str:
    if word.isdigit():
        return f"9{min(len(word), 6)}"
    if not word[0].isalpha():
        return word
    if len(word) == 1:
        return "X1" if word.isupper() else "x1"
    if word.islower():
        return "x"
    if word.isupper():
        return "XX"
    return "Xx" if word[1:].islower() else "XxX"


@lru_cache(maxsize=100_000)
def _lists(low: str) -> str:
    if not low[:1].isalpha():
        return "none"
    personal = lexicon.name_words().get(low, 0)
    mark = ("", "g", "f", "gf")[personal]
    if low in lexicon.AMBIGUOUS:
        mark += "a"
    if low in lexicon.COMMON:
        mark += "c"
    if low in lexicon.EPONYMS:
        mark += "y"
    elif low in lexicon.clinical_words():
        mark += "m"
    if low in lexicon.prose_words():
        mark += "p"
    if low in lexicon.city_words():
        mark += "t"
    return mark or "none"
