"""The patient_communication task: clinical terms of HPO with the plain words that HPO's editors gave them.

A term is kept when each of its layperson synonyms says something else than its name: neither the stems of the
synonym nor those of the name contain the other's (a synonym that is the name itself, but for case and punctuation,
is passed over). Terms that differ only in digit, side, finger, size, degree or direction are near copies and form one
group, of which eight are kept: those with the smallest SHA-256 of their id. It is the rewording of a term, no letter.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from nltk.stem.porter import PorterStemmer

from helpers.clinical import hpo

MAX_TERMS_PER_GROUP = 8
TEST_PERCENT = 20

# What two near copies may differ in, beside numbers.
_NEAR_COPY_WORDS = """
    of in the a an and first second third fourth fifth left right unilateral bilateral upper lower proximal distal
    middle finger fingers toe toes thumb hallux halluces digit digits index ring little pinky pinkie big great
    hand hands foot feet small large long short broad wide high low increased decreased elevated abnormal abnormality
    absent aplasia hypoplasia severe moderate mild partial complete
"""
_STEMMER = PorterStemmer()


@dataclass(frozen=True, slots=True)
class PlainTerm:
    """A clinical term, the plain words for it, and the group that a split keeps together (its smallest HPO id)."""

    id: str
    name: str
    plain: tuple[str, ...]
    group: str
    is_test: bool


@lru_cache(maxsize=1)
def load() -> tuple[PlainTerm, ...]:
    """All terms of the task by HPO id."""
    names, plain = _eligible()
    groups = _group(names, plain)
    members: dict[str, list[str]] = defaultdict(list)
    for term in sorted(plain, key=_hash):
        members[groups[term]].append(term)
    kept = sorted(term for terms in members.values() for term in terms[:MAX_TERMS_PER_GROUP])
    return tuple(PlainTerm(term, names[term], plain[term], groups[term], is_test(groups[term])) for term in kept)


def is_test(group: str) -> bool:
    """Whether a group belongs to the reference test set: a fifth of the groups by the SHA-256 of their id."""
    return int(_hash(group), 16) % 100 < TEST_PERCENT


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


@cache
def _stem(word: str) -> str:
    return _STEMMER.stem(word)


def _eligible() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    names: dict[str, str] = {}
    plain: dict[str, tuple[str, ...]] = {}
    for term in hpo.load_terms():
        words = _words(term.name)
        others = tuple(text for text in dict.fromkeys(term.layperson) if _words(text) != words)
        stems = {_stem(word) for word in words}
        sets = [{_stem(word) for word in _words(text)} for text in others]
        if others and not any(other <= stems or other >= stems for other in sets):
            names[term.id], plain[term.id] = term.name, others
    return names, plain


@cache
def _near_copy_stems() -> frozenset[str]:
    return frozenset(_stem(word) for word in _NEAR_COPY_WORDS.split())


def _near_copy_key(text: str) -> str:
    words = (word for word in _words(text) if not re.fullmatch(r"\d+(st|nd|rd|th)?", word))
    return " ".join(sorted({_stem(word) for word in words} - _near_copy_stems()))


def _group(names: Mapping[str, str], plain: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Join terms whose name or plain words become equal once what tells near copies apart is taken out."""
    parent = {term: term for term in names}

    def root(term: str) -> str:
        while parent[term] != term:
            term = parent[term]
        return term

    first: dict[str, str] = {}
    for term in sorted(names):
        for text in (names[term], *plain[term]):
            key = _near_copy_key(text)
            if key:
                low, high = sorted((root(first.setdefault(key, term)), root(term)))
                parent[high] = low
    return {term: root(term) for term in names}
