"""Pools of plausible names for surrogates, by sex and origin, from the locales that Faker ships."""

import importlib
import pkgutil
from collections import defaultdict
from functools import lru_cache

import faker.providers.person as person_providers

from helpers.clinical.deid import lexicon

_LEAST = 12  # names a pool must hold to be used
_ENGLISH = "en"
_ENGLISH_LOCALES = frozenset("en en_AU en_CA en_GB en_IE en_NZ en_US".split())


def candidates(low: str) -> tuple[tuple[str, ...], ...]:
    """Pools to draw the surrogate of a folded name word from, best first.

    A given name whose sex is known draws from names of that sex, a name that one other language lists from the names of
    that language. Whatever a record calls it (given, family), the same word gets the same pools.
    """
    origins, kinds = _listed().get(low, (frozenset(), frozenset()))
    others = origins - {_ENGLISH}
    origin = min(others) if len(others) == 1 or (others and _ENGLISH not in origins) else _ENGLISH
    kind = "family" if "family" in kinds or not kinds else "given"
    if kind == "given" and len(sexes := kinds - {"given"}) == 1:
        kind = next(iter(sexes))
    pools = (_pool(origin, kind), _pool(_ENGLISH, kind))
    return tuple(pool for pool in pools if len(pool) >= _LEAST)


@lru_cache(maxsize=1)
def _listed() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Folded one-word names: the languages and the kinds (family, given, female, male) that list them."""
    origins, kinds = defaultdict(set), defaultdict(set)
    for (origin, kind), names in _by_origin().items():
        for name in names:
            origins[lexicon.fold(name)].add(origin)
            kinds[lexicon.fold(name)].update({kind, "given"} if kind in ("female", "male") else {kind})
    return {low: (frozenset(origins[low]), frozenset(kinds[low])) for low in origins}


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
    least = 4 if origin == _ENGLISH else 3
    return tuple(sorted(name for name in names if least <= len(name) < 11 and lexicon.fold(name) not in banned))
