"""The simple model that extraction must be held against: the mentions of the training records, looked up in the text."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from helpers.clinical import mentions

MIN_SHARE = 0.5  # a name that is a mention less often than this, where it stands in the training texts, is left out

Name = tuple[str, ...]

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
        self._keep({name for names in named for written in names if (name := _name(_words(written)))})
        seen, right = Counter[Name](), Counter[Name]()
        for text, names in zip(texts, named, strict=True):
            here = Counter(name for name, _, _ in self._places(text))
            seen += here
            right += here & Counter(_name(_words(written)) for written in names)
        self._keep({name for name in self._names if right[name] >= MIN_SHARE * seen[name]})

    def find(self, text: str) -> list[str]:
        """Mentions in a text, in its order and as it writes them; none overlap."""
        return [text[start:end] for _, start, end in self._places(text)]

    def _keep(self, names: set[Name]) -> None:
        self._names = names
        self._lengths: dict[str, list[int]] = {}  # by the first word, longest first
        for name in names:
            lengths = self._lengths.setdefault(name[0].casefold(), [])
            if len(name) not in lengths:
                lengths.append(len(name))
                lengths.sort(reverse=True)

    def _places(self, text: str) -> Iterator[tuple[Name, int, int]]:
        words = list(_WORD.finditer(text))
        at = 0
        while at < len(words):
            for length in self._lengths.get(words[at][0].casefold(), ()):
                here = tuple(word[0] for word in words[at : at + length])
                name = next((form for form in (here, _folded(here)) if form in self._names), None)
                if name is not None and len(here) == length:
                    yield name, words[at].start(), words[at + length - 1].end()
                    at += length
                    break
            else:
                at += 1


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _name(words: Sequence[str]) -> Name:
    """How a mention is kept: in lower case, but as it is written if it has no lower-case letter."""
    return _folded(words) if any(char.islower() for word in words for char in word) else tuple(words)


def _folded(words: Sequence[str]) -> Name:
    return tuple(word.casefold() for word in words)
