"""Patterns that are tried only where they can fit: to look for plain words costs a tenth of a case-blind pattern."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SIGNS = {ord(digit): "#" for digit in "0123456789"}
_LOOK_ALIKE = {0x130: "i", 0x131: "i", 0x17F: "s"}  # a case-blind pattern takes them for i and s, `lower` does not
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Guarded:
    """A pattern, and words of which every text that it fits holds one, as `outline` writes the text."""

    pattern: re.Pattern[str]
    needs: tuple[str, ...]

    def finditer(self, text: str, outlined: str) -> Iterator[re.Match[str]]:
        """Matches in `text`, whose outline is `outlined`."""
        return self.pattern.finditer(text) if any(map(outlined.__contains__, self.needs)) else iter(())


def guard(pattern: str, flags: int = 0, *, needs: str) -> Guarded:
    """A guarded pattern; `needs` joins its words by "|", and an empty one lets every text through."""
    return Guarded(re.compile(pattern, flags), tuple(needs.split("|")))


def outline(text: str) -> str:
    """The text in lower case, and again with # for each digit: "Ward 12" gives "ward 12" and "ward ##" on two lines."""
    if not text.isascii():
        text = _DIGIT.sub(lambda digit: str(int(digit[0])), text.translate(_LOOK_ALIKE))
    low = text.lower()
    return f"{low}\n{low.translate(_SIGNS)}"
