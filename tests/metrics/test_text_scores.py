import doctest
import math

import pytest

from helpers.metrics import text_scores


def test_the_examples_in_the_docstrings_hold():
    found = doctest.testmod(text_scores)
    assert found.attempted >= 3
    assert found.failed == 0


def test_rouge_l_equals_the_longest_common_subsequence_by_hand():
    # common in order: "high", "sugar": precision 2/3, recall 2/4
    expected = 2 * (2 / 3) * (2 / 4) / (2 / 3 + 2 / 4)
    assert text_scores.rouge_l("high blood sugar", ["high level of sugar"]) == pytest.approx(expected)


def test_rouge_l_takes_the_best_reference_and_stems():
    assert text_scores.rouge_l("swollen kidneys", ["nothing alike", "Swollen kidney."]) == 1.0
    assert text_scores.rouge_l("", ["kidney"]) == 0.0


@pytest.mark.parametrize("function", [text_scores.rouge_l, text_scores.exact_match, text_scores.polarity_errors])
@pytest.mark.parametrize("references", [[], "a bare string"])
def test_no_reference_is_refused(function, references):
    with pytest.raises(ValueError, match="reference"):
        function("answer", references)


def test_exact_match_forgives_case_and_punctuation_but_not_order():
    assert text_scores.exact_match("High, blood sugar!", ["x", "high blood sugar"])
    assert not text_scores.exact_match("sugar blood high", ["high blood sugar"])
    assert not text_scores.exact_match("...", ["!"])


@pytest.mark.parametrize(
    ("answer", "references", "axes"),
    [
        ("Low blood sugar", ["High blood sugar"], ("amount",)),
        ("hypocalcemia", ["Increased calcium in the blood"], ("amount",)),
        ("Decreased body hair", ["Hypertrichosis"], ("amount",)),
        ("underactive thyroid", ["Overactive thyroid"], ("amount",)),
        ("slow heartbeat", ["Tachycardia", "Fast heart beat"], ("pace",)),
        ("left-sided heart", ["Heart on the right side"], ("side",)),
        ("extra kidney", ["Missing kidney"], ("presence",)),
        ("large upper teeth", ["Small lower teeth"], ("size", "height")),
        ("High blood sugar", ["High blood sugar"], ()),
        ("high and low blood sugar", ["High blood sugar"], ()),
        ("low blood sugar", ["Swings of blood sugar, high and low"], ()),
        ("low blood sugar", ["Decreased blood sugar"], ()),
        ("too little sugar", ["High blood sugar"], ()),
        ("overlapping toes", ["Low toes"], ()),
        ("tumour of the hypothalamus", ["High tumour"], ()),
    ],
)
def test_an_opposite_is_found_on_its_axis_and_nowhere_else(answer, references, axes):
    assert text_scores.polarity_errors(answer, references) == axes


def test_an_opposite_is_an_error_in_both_directions():
    pairs = [("increased", "decreased"), ("high", "low"), ("left", "right"), ("absent", "present"), ("fast", "slow")]
    for one, other in pairs:
        assert text_scores.polarity_errors(f"{one} thing", [f"{other} thing"])
        assert text_scores.polarity_errors(f"{other} thing", [f"{one} thing"])


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("eye", 1),
        ("tubes", 1),
        ("walked", 1),
        ("wanted", 2),
        ("table", 2),
        ("edges", 2),
        ("diseases", 3),
        ("kidney", 2),
    ],
)
def test_syllables_are_counted_without_silent_endings(word, count):
    assert text_scores.syllables(word) == count


def test_common_words_exclude_long_and_clinical_ones():
    assert text_scores.common_word_share("ptosis") == 0.0
    assert text_scores.common_word_share("drooping eyelid") == 1.0
    assert text_scores.common_word_share("Abnormality of the kidney") == 0.75
    assert math.isnan(text_scores.common_word_share("…"))
