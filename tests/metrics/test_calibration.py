import numpy as np
import pytest
from sklearn.metrics import brier_score_loss

from helpers.metrics import calibration, intervals


def test_reliability_bins_hold_equal_counts_and_every_item():
    confidence = np.random.default_rng(0).random(103)
    table = calibration.reliability(confidence, confidence > 0.5, n_bins=10)
    assert table["n"].sum() == 103
    assert set(table["n"]) <= {10, 11}
    assert table["confidence_mean"].is_monotonic_increasing


def test_reliability_equals_two_bins_by_hand():
    table = calibration.reliability(np.array([0.9, 0.1, 0.2, 0.8]), np.array([True, False, True, True]), n_bins=2)
    assert table["confidence_mean"].tolist() == pytest.approx([0.15, 0.85])
    assert table["accuracy"].tolist() == [0.5, 1.0]
    assert tuple(table.loc[0, ["low", "high"]]) == pytest.approx(intervals.wilson(1, 2))


def test_ties_are_never_split_between_bins():
    confidence = np.array([0.5] * 8 + [0.9] * 2)
    table = calibration.reliability(confidence, np.ones(10, bool), n_bins=5)
    assert table["n"].tolist() == [8, 2]
    assert len(calibration.reliability(np.full(6, 0.7), np.ones(6, bool))) == 1


def test_calibration_error_is_the_weighted_gap():
    confidence, correct = np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, True, True, True])
    expected = 0.5 * abs(0.15 - 0.5) + 0.5 * abs(0.85 - 1.0)
    assert calibration.expected_calibration_error(confidence, correct, n_bins=2) == pytest.approx(expected)


def test_calibrated_answers_have_a_small_error_and_overconfident_ones_a_large_one():
    rng = np.random.default_rng(1)
    confidence = rng.random(20000)
    correct = rng.random(20000) < confidence
    assert calibration.expected_calibration_error(confidence, correct) < 0.02
    assert calibration.expected_calibration_error(np.sqrt(confidence), correct) > 0.1


def test_brier_equals_scikit_learn_and_its_extremes():
    rng = np.random.default_rng(2)
    gold, share = rng.integers(0, 2, 50), rng.random(50)
    found = calibration.brier(np.column_stack([1 - share, share]), gold)
    assert found == pytest.approx(2 * brier_score_loss(gold, share))
    assert calibration.brier(np.eye(3), np.arange(3)) == 0
    assert calibration.brier(np.eye(3), np.array([1, 2, 0])) == 2


def test_impossible_input_is_refused():
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        calibration.reliability(np.array([1.2]), np.array([True]))
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        calibration.reliability(np.array([np.nan]), np.array([True]))
    with pytest.raises(ValueError, match="common length"):
        calibration.reliability(np.array([]), np.array([]))
    with pytest.raises(ValueError, match="column"):
        calibration.brier(np.eye(2), np.array([0, 2]))
    with pytest.raises(ValueError, match="shapes"):
        calibration.brier(np.eye(2), np.array([0]))
