"""Tags of words (outside, begin, inside) from places in a text, and places from tags."""

from collections.abc import Sequence

TAGS = ("O", "B", "I")  # outside, first word of a mention, further word of it
NOT_COUNTED = -100  # tag of what no loss counts: special tokens, and all tokens of a word but its first


def first_of_words(word_ids: Sequence[int | None]) -> list[int]:
    """Position of the first token of each word; the tag there is the word's, further tokens have none."""
    return [at for at, word in enumerate(word_ids) if word is not None and (at == 0 or word_ids[at - 1] != word)]


def tags(
    word_ids: Sequence[int | None], offsets: Sequence[tuple[int, int]], places: Sequence[tuple[int, int]]
) -> list[int]:
    """Tag of each token: B or I at the first token of a word that lies in one of `places`, else O; others not counted.

    Args:
        word_ids: Word of each token; None for special ones.
        offsets: Characters of each token.
        places: Mentions in the order of the text, characters, the end exclusive.
    """
    found = [NOT_COUNTED] * len(word_ids)
    last = None
    for at in first_of_words(word_ids):
        start, end = offsets[at]
        inside = next((number for number, (low, high) in enumerate(places) if start < high and end > low), None)
        found[at] = 0 if inside is None else TAGS.index("I" if inside == last else "B")
        last = inside
    return found


def spans(tags: Sequence[int], places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Mentions from the tags of words: one begins at B, or at I after O, and goes on while I follows.

    Args:
        tags: Of each word, as places in TAGS.
        places: Of each word, characters of the text, the end exclusive.

    >>> spans([1, 2, 0, 2], [(0, 6), (7, 13), (14, 17), (18, 23)])
    [(0, 13), (18, 23)]
    """
    found: list[tuple[int, int]] = []
    inside = False
    for tag, (start, end) in zip(tags, places, strict=True):
        if TAGS[tag] == "I" and inside:
            found[-1] = (found[-1][0], end)
        elif TAGS[tag] != "O":
            found.append((start, end))
        inside = TAGS[tag] != "O"
    return found
