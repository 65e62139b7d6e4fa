"""Scores of found entities against gold ones, both as lists of names that are equal where they mean the same mention."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple


class Outcomes(NamedTuple):
    """What became of the mentions of one text, or of many added up."""

    right: int  # found and gold
    boundary: int  # found too long or too short: one name holds the other
    invented: int  # found, with no gold mention near it
    missed: int  # gold, with nothing found near it


def match(gold: Sequence[str], found: Sequence[str]) -> tuple[int, int, int]:
    """Exact matches of one text, each mention counted as often as it comes.

    Returns:
        True positives, false positives and false negatives.

    >>> match(["fever", "cough", "cough"], ["cough", "rash"])
    (1, 1, 2)
    """
    right = sum((Counter(gold) & Counter(found)).values())
    return right, len(found) - right, len(gold) - right


def precision_recall_f1(true_positives: int, false_positives: int, false_negatives: int) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean, from counts of one text or added up over many (micro average).

    Returns:
        Each in [0, 1]; NaN where nothing was found (precision), nothing is gold (recall), or both (F1).

    Raises:
        ValueError: If a count is negative.

    Source:
        van Rijsbergen 1979, Information Retrieval, chapter 7; micro averages over exact mentions as in CoNLL-2003 (Tjong
        Kim Sang and De Meulder 2003).
    """
    if min(true_positives, false_positives, false_negatives) < 0:
        raise ValueError(f"counts must not be negative: {true_positives}, {false_positives}, {false_negatives}")
    found, gold = true_positives + false_positives, true_positives + false_negatives
    return (
        true_positives / found if found else float("nan"),
        true_positives / gold if gold else float("nan"),
        2 * true_positives / (found + gold) if found + gold else float("nan"),
    )


def outcomes(gold: Sequence[str], found: Sequence[str]) -> Outcomes:
    """Tell apart, for one text, what was found rightly, cut wrongly, invented and missed.

    A found mention that is not gold and a gold mention that was not found make one pair `boundary` where one holds the
    other as a substring; longer found mentions choose first.

    >>> outcomes(["breast cancer", "fever"], ["cancer", "rash"])
    Outcomes(right=0, boundary=1, invented=1, missed=1)
    """
    both = Counter(gold) & Counter(found)
    open_gold, open_found = list((Counter(gold) - both).elements()), list((Counter(found) - both).elements())
    boundary = 0
    for name in sorted(open_found, key=lambda name: (-len(name), name)):
        near = next((other for other in sorted(open_gold) if name in other or other in name), None)
        if near is not None:
            open_gold.remove(near)
            boundary += 1
    return Outcomes(sum(both.values()), boundary, len(open_found) - boundary, len(open_gold))
