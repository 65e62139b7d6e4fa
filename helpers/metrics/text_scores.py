"""Scores of free text against references: overlap, exact match, dangerous swaps, and how plain the words are."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rouge_score.rouge_scorer import RougeScorer

# Two sides of each axis, as regular expressions on single lower-case words. Words that only look alike are left out:
# "overlap", "underlying" and "hypothalamus" say nothing about an amount, "lower lip" is a place.
_OVER = "over(active|activity|grow|weight|produc|develop|react|secret|eat|size|flow|load)"
_UNDER = "under(active|activity|grow|weight|produc|develop|react|secret|eat|size|nourish)"
AXES = {
    "amount": (
        rf"hyper\w{{3,}}|{_OVER}\w*|increas\w*|high(er|ly)?|rais(ed|ing)|elevat\w*|excess\w*|poly\w*(emia|uria|cyth)\w*",
        rf"hypo(?!thala|physi|derm|thes|thet|chondri|gloss)\w{{3,}}|{_UNDER}\w*|decreas\w*|low|reduc\w*|deficien\w*"
        r"|diminish\w*|insufficien\w*",
    ),
    "size": ("large|larger|big|bigger|enlarg\\w*|huge|giant|macro\\w{4,}", "small|smaller|tiny|shrunken|micro\\w{4,}"),
    "length": ("long|longer|tall|taller", "short|shorter|shortened|shortening"),
    "width": ("wide|wider|widen(ed|ing)|broad|broader", "narrow|narrower|narrow(ed|ing)"),
    "thickness": ("thick|thicker|thicken(ed|ing)", "thin|thinner|thinn(ed|ing)"),
    "pace": ("fast|faster|rapid|rapidly|quick|quickly|tachy\\w+", "slow|slower|slowed|slowly|slowness|brady\\w+"),
    "timing": ("early|earlier|premature|prematurely|precocious", "late|later|delay\\w*"),
    "side": ("left|leftward|leftwards", "right|rightward|rightwards"),
    "height": ("upper|above", "lower|below|beneath"),
    "presence": (
        "present|presence|extra|additional|supernumerary",
        "absent|absence|missing|lack|lacks|lacking|without|no",
    ),
}
_SIDES = {axis: tuple(re.compile(f"(?:{side})$") for side in sides) for axis, sides in AXES.items()}

# Greek and Latin building blocks that mark a clinical word however short it is.
_CLINICAL = re.compile(
    r"(osis|itis|emia|aemia|uria|pathy|plasia|trophy|algia|ectomy|otomy|oma|penia|plegia|paresis|rrhea|rrhoea|ptosis"
    r"|megaly|stenosis|genesis|lysis|scopy|iasis|cele|ectasia|philia|phagia|phasia|kinesia|opia|opsia|cyte|dactyly)$"
    r"|^(hyper|hypo|dys|brachy|micro|macro|hemi|poly|oligo|pachy|syn|ecto|endo|intra|peri)\w{4,}"
)


def rouge_l(prediction: str, references: Sequence[str]) -> float:
    """ROUGE-L F1 against the best reference, on Porter-stemmed lower-case words.

    Raises:
        ValueError: If there is no reference.

    Source:
        Lin 2004, ROUGE, section 3.1, as in the package rouge-score with `use_stemmer=True`.
    """
    _need_references(references)
    return max(_scorer().score(reference, prediction)["rougeL"].fmeasure for reference in references)


def exact_match(prediction: str, references: Sequence[str]) -> bool:
    """Whether the answer has the words of a reference in its order, whatever the case and punctuation.

    Raises:
        ValueError: If there is no reference.
    """
    _need_references(references)
    answer = _words(prediction)
    return bool(answer) and any(answer == _words(reference) for reference in references)


def polarity_errors(prediction: str, references: Sequence[str]) -> tuple[str, ...]:
    """Name the axes on which the answer says the opposite of the references.

    An axis counts when the answer has words of one side only and the references, taken together, words of the other
    side only ("high" where they say "decreased", "left" where they say "right"). An answer that merely leaves the word
    out is not counted, so this is a lower bound; word lists are in `AXES`.

    Returns:
        Axes in the order of `AXES`, empty where nothing is turned round.

    Raises:
        ValueError: If there is no reference.

    Example:
        >>> polarity_errors("low blood sugar", ["High blood sugar", "Too much sugar"])
        ('amount',)
    """
    _need_references(references)
    answer, expected = _words(prediction), [word for reference in references for word in _words(reference)]
    return tuple(
        axis
        for axis, sides in _SIDES.items()
        if sorted(_present(answer, sides)) in ([0], [1])
        and sorted(_present(expected, sides)) in ([0], [1])
        and _present(answer, sides) != _present(expected, sides)
    )


def common_word_share(text: str) -> float:
    """Share of the words that most readers know, by a rule anyone can check by hand.

    A word is common when it has at most two syllables and none of the Greek or Latin affixes of clinical words
    (-osis, -itis, hyper-, dys-, …). Syllables are groups of vowels; a final silent e, and the endings -es and -ed
    where they add none, do not count. Numbers are common.

    Returns:
        Share in [0, 1]; NaN where the text has no word.

    Source:
        Gunning 1952, The Technique of Clear Writing (words of three and more syllables are the hard ones); the affixes
        are ours.

    Example:
        >>> common_word_share("low blood sugar"), common_word_share("hypoglycemia")
        (1.0, 0.0)
    """
    words = _words(text)
    if not words:
        return float("nan")
    return sum(syllables(word) <= 2 and not _CLINICAL.search(word) for word in words) / len(words)


def syllables(word: str) -> int:
    """Count vowel groups of one word, at least 1, without silent endings.

    Example:
        >>> [syllables(word) for word in ("walked", "finger", "muscle", "abnormal")]
        [1, 2, 2, 3]
    """
    word = word.lower()
    if re.search(r"[^td]ed$", word):
        word = word[:-2]
    elif re.search(r"[^aeiouyszxcg]es$|[^aeiouyl]e$|[aeiouy]le$", word):
        word = re.sub(r"es?$", "", word)
    return max(1, len(re.findall(r"[aeiouy]+", word)))


def _present(words: Sequence[str], sides: tuple[re.Pattern[str], re.Pattern[str]]) -> set[int]:
    return {number for number, side in enumerate(sides) if any(side.match(word) for word in words)}


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def _need_references(references: Sequence[str]) -> None:
    if isinstance(references, str) or len(references) == 0:
        raise ValueError("a list with at least one reference is needed")


@lru_cache(maxsize=1)
def _scorer() -> "RougeScorer":
    from rouge_score.rouge_scorer import RougeScorer  # it brings NLTK whole, which only generated text is worth

    return RougeScorer(["rougeL"], use_stemmer=True)
