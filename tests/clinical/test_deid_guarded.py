import random
import re

import pytest

from helpers.clinical.deid import guarded, rules, training_corpus


def _guarded_patterns():
    found = []
    for value in vars(rules).values():
        members = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else [value]
        flat = [part for member in members for part in (member if isinstance(member, tuple) else [member])]
        found += [part for part in flat if isinstance(part, guarded.Guarded)]
    return found


@pytest.fixture(scope="module")
def notes():
    rng = random.Random(12)
    drawn = [training_corpus.note(rng)[0] for _ in range(600)]
    return [*drawn, *(text.upper() for text in drawn[:150]), *(text.lower() for text in drawn[150:300])]


def test_guard_never_hides_a_match(notes):
    patterns = _guarded_patterns()
    outlines = [guarded.outline(text) for text in notes]
    fitted = 0
    for own in patterns:
        for text, outlined in zip(notes, outlines, strict=True):
            bare = [match.span() for match in own.pattern.finditer(text)]
            assert [match.span() for match in own.finditer(text, outlined)] == bare
            fitted += bool(bare)
    assert len(patterns) > 50
    assert fitted > 1000


def test_guard_spares_most_searches(notes):
    held = [own for own in _guarded_patterns() if own.needs != ("",)]
    outlines = [guarded.outline(text) for text in notes]
    tried = sum(any(word in outlined for word in own.needs) for own in held for outlined in outlines)
    assert tried < 0.4 * len(held) * len(outlines)


def test_outline_is_the_text_in_lower_case_and_once_more_with_signs_for_digits():
    assert guarded.outline("Ward 12") == "ward 12\nward ##"


@pytest.mark.parametrize("text", ["ſSN 123-45-6789", "İ. SSN", "\N{ARABIC-INDIC DIGIT NINE}\N{ARABIC-INDIC DIGIT TWO}"])
def test_outline_sees_what_a_case_blind_pattern_sees(text):
    own = guarded.guard(r"ssn|i\. ssn|\d\d", re.IGNORECASE, needs="ssn|92")
    assert [*own.finditer(text, guarded.outline(text))]
