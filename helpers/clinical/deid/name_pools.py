"""Pools of plausible names for surrogates, by sex and origin, from the locales that Faker ships."""

import importlib
import pkgutil
from collections import Counter, defaultdict
from functools import lru_cache

import faker.providers.person as person_providers

from helpers.clinical.deid import lexicon

_LEAST = 12  # names a pool must hold to be used
_CLEARLY = 3  # times as many languages
_SEXES = (("female", "male"), ("male", "female"))
_ENGLISH = "en"
_ENGLISH_LOCALES = frozenset("en en_AU en_CA en_GB en_IE en_NZ en_US".split())


def candidates(low: str) -> tuple[tuple[str, ...], ...]:
    """Pools to draw the surrogate of a folded name word from, best first.

    A given name whose sex is known draws from names of that sex, a name that one other language lists from the names of
    that language. Whatever a record calls it (given, family), the same word gets the same pools.
    """
    origins, counts = _listed().get(low, (frozenset(), Counter()))
    others = origins - {_ENGLISH}
    origin = min(others) if len(others) == 1 or (others and _ENGLISH not in origins) else _ENGLISH
    kind = "family" if counts["family"] >= counts["any given"] else "given"
    if kind == "given":
        kind = next((one for one, other in _SEXES if counts[one] > _CLEARLY * counts[other]), kind)
    pools = (_pool(origin, kind), _pool(_ENGLISH, kind))
    return tuple(pool for pool in pools if len(pool) >= _LEAST)


@lru_cache(maxsize=1)
def _listed() -> dict[str, tuple[frozenset[str], Counter[str]]]:
    """Folded one-word names: the languages that list them, and how many list them as family, female, male or given."""
    origins, counts = defaultdict(set), defaultdict(Counter)
    given = defaultdict(set)
    for (origin, kind), names in _by_origin().items():
        for low in {lexicon.fold(name) for name in names}:
            origins[low].add(origin)
            counts[low][kind] += 1
            if kind != "family":
                given[low].add(origin)
    for low, where in given.items():
        counts[low]["any given"] = len(where)
    return {low: (frozenset(origins[low]), counts[low]) for low in origins}


@lru_cache(maxsize=1)
def _by_origin() -> dict[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    latin = {name for pool in lexicon.names() for name in pool if name.isalpha() and lexicon.fold(name).isascii()}
    attributes = {
        "last_name": "family",
        "first_name_female": "female",
        "first_name_male": "male",
        "first_name": "given",
    }
    for module in pkgutil.iter_modules(person_providers.__path__):
        provider = importlib.import_module(f"{person_providers.__name__}.{module.name}").Provider
        origin = _ENGLISH if module.name in _ENGLISH_LOCALES else module.name.removeprefix("en_")[:2].lower()
        for name, values in vars(provider).items():
            start = next((start for start in (*attributes,) if name.startswith(start)), None)
            if start is None or not isinstance(values, (tuple, list, dict, set)):
                continue
            if name.startswith("first_names_female"):
                start = "first_name_female"
            elif name.startswith("first_names_male"):
                start = "first_name_male"
            found[origin, attributes[start]].update(latin & {value for value in values if isinstance(value, str)})
    return {key: frozenset(names) for key, names in found.items()}


@lru_cache(maxsize=256)
def _pool(origin: str, kind: str) -> tuple[str, ...]:
    """Names of one plain word that are no words of clinical prose, sorted."""
    banned = lexicon.COMMON | lexicon.AMBIGUOUS | lexicon.EPONYMS | lexicon.clinical_words()
    by_origin = _by_origin()
    kinds = ("given", "female", "male") if kind == "given" else (kind,)
    names = {name for one in kinds for name in by_origin.get((origin, one), ())}
    other = dict(_SEXES).get(kind)
    if other:  # clearly of this sex
        counts = {name: _listed()[lexicon.fold(name)][1] for name in names}
        names = {name for name in names if counts[name][kind] > _CLEARLY * counts[name][other]}
    least = 4 if origin == _ENGLISH else 3
    return tuple(sorted(name for name in names if least <= len(name) < 11 and lexicon.fold(name) not in banned))
