"""The simple model that extraction must be held against: the mentions of the training records, looked up in the text."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from helpers.clinical import mentions

MIN_SHARE = 0.5  # a name that is a mention less often than this, where it stands in the training texts, is left out

Words = tuple[str, ...]

_WORD = re.compile(r"\w+|[^\w\s]")


class Dictionary:
    """Names learnt from annotated texts; the longest one that fits at a place is a mention."""

    def __init__(self, texts: Sequence[str], answers: Sequence[str]) -> None:
        """Learn the mentions of `answers`, and keep those that are mentions at half of their places in `texts` or more.

        A name without a lower-case letter is looked for as it is written ("AS" is no "as"), any other in any case.

        Args:
            texts: Training texts.
            answers: What is to be found in each, as `mentions.write` writes it.
        """
        named = [mentions.read(answer) for answer in answers]
        self._names = {words for names in named for name in names if (words := _words(name))}
        self._longest = max(map(len, self._names), default=0)
        seen, right = Counter[Words](), Counter[Words]()
        for text, names in zip(texts, named, strict=True):
            here = Counter(_words(text[start:end]) for start, end in self._places(text))
            seen += here
            right += here & Counter(map(_words, names))
        self._names = {name for name in self._names if right[name] >= MIN_SHARE * seen[name]}

    def find(self, text: str) -> list[str]:
        """Mentions in a text, in its order and as it writes them; none overlap."""
        return [text[start:end] for start, end in self._places(text)]

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        found = list(_WORD.finditer(text))
        at = 0
        while at < len(found):
            for length in range(min(self._longest, len(found) - at), 0, -1):
                start, end = found[at].start(), found[at + length - 1].end()
                if _words(text[start:end]) in self._names:
                    yield start, end
                    at += length
                    break
            else:
                at += 1


def _words(text: str) -> Words:
    words = tuple(_WORD.findall(text))
    return words if not any(char.islower() for char in text) else tuple(word.casefold() for word in words)
