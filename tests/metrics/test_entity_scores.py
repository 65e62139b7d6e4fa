import math

import pytest
from sklearn.metrics import f1_score, precision_score, recall_score

from helpers.metrics import entity_scores


def test_repeated_mentions_are_matched_as_often_as_they_come():
    assert entity_scores.match(["a", "a", "b"], ["a", "b", "b", "c"]) == (2, 2, 1)
    assert entity_scores.match([], []) == (0, 0, 0)
    assert entity_scores.match(["a"], []) == (0, 0, 1)


def test_micro_averages_by_hand():
    # 6 found, 4 of them right, 8 to be found
    precision, recall, f1 = entity_scores.precision_recall_f1(4, 2, 4)
    assert (precision, recall) == (4 / 6, 4 / 8)
    assert f1 == pytest.approx(2 * precision * recall / (precision + recall))


def test_micro_averages_equal_scikit_learns_on_single_decisions():
    gold, found = [1, 1, 1, 0, 0, 1, 0], [1, 0, 1, 1, 0, 1, 0]
    counts = (3, 1, 1)
    expected = (precision_score(gold, found), recall_score(gold, found), f1_score(gold, found))
    assert entity_scores.precision_recall_f1(*counts) == pytest.approx(expected)


def test_what_is_not_defined_is_nan_and_no_zero():
    precision, recall, f1 = entity_scores.precision_recall_f1(0, 0, 3)
    assert math.isnan(precision) and (recall, f1) == (0, 0)
    assert all(math.isnan(value) for value in entity_scores.precision_recall_f1(0, 0, 0))
    with pytest.raises(ValueError, match="negative"):
        entity_scores.precision_recall_f1(1, -1, 0)


def test_outcomes_tell_a_wrong_border_from_what_is_not_there():
    gold = ["breast cancer", "breast cancer", "fever", "cough"]
    found = ["breast cancer", "cancer", "severe fever", "rash"]
    assert entity_scores.outcomes(gold, found) == (1, 2, 1, 1)


def test_one_gold_mention_is_near_to_one_found_only():
    assert entity_scores.outcomes(["breast cancer"], ["cancer", "breast"]) == (0, 1, 1, 0)
