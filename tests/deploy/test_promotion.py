import json

import pandas as pd
import pytest

from helpers.core.errors import StageError
from helpers.deploy import promotion
from helpers.deploy.parity import Parity

EQUAL = Parity(0.99, 0.95, 1.0, 99, 100, 0.01, pd.DataFrame())
UNEQUAL = Parity(0.90, 0.82, 0.95, 90, 100, 0.4, pd.DataFrame())


def _decide(verdict="better", advice="superior", parity=EQUAL, **changes):
    gates = {"min_parity": 0.97, "require_verdict": True, "require_beats_baseline": False, "approver": "Ada Example"}
    return promotion.decide(verdict=verdict, baseline_advice=advice, parity=parity, **(gates | changes))


@pytest.mark.parametrize(
    ("changes", "promoted", "label"),
    [
        ({}, True, "champion"),
        ({"advice": "non-inferior"}, True, "champion"),
        ({"advice": "inferior"}, True, "demonstration"),
        ({"advice": "inferior", "require_beats_baseline": True}, False, "refused"),
        ({"advice": "inferior", "require_beats_baseline": True, "override": "for a course"}, True, "demonstration"),
        ({"verdict": "no better"}, False, "refused"),
        ({"verdict": "not enough data", "override": "smoke run"}, True, "champion"),
        ({"verdict": "worse", "require_verdict": False}, True, "demonstration"),
        ({"parity": UNEQUAL}, False, "refused"),
        ({"parity": UNEQUAL, "override": "in a hurry"}, False, "refused"),
        ({"parity": UNEQUAL, "verdict": "worse", "override": "in a hurry"}, False, "refused"),
    ],
)
def test_gates_decide(changes, promoted, label):
    found = _decide(**changes)
    assert (found.promoted, found.label) == (promoted, label)
    assert bool(found.reasons) == (label != "champion" or "override" in changes)


def test_override_is_recorded_only_where_it_was_used(tmp_path):
    used = _decide(verdict="no better", override="second opinion of the board")
    assert used.override == "second opinion of the board" and used.reasons[0].startswith("passed over: verdict")
    assert _decide(override="not needed").override == ""
    assert _decide(parity=UNEQUAL, verdict="worse", override="in a hurry").override == ""
    record = json.loads(promotion.save(used, tmp_path / "promotion.json").read_text())
    assert record["approver"] == "Ada Example" and record["label"] == "champion" and record["parity_n"] == 100


def test_a_decision_needs_a_person_and_an_override_a_reason():
    with pytest.raises(StageError, match="named approver"):
        _decide(approver=" ")
    with pytest.raises(StageError, match="reason"):
        _decide(verdict="worse", override="")
    with pytest.raises(StageError, match="verdict and the advice"):
        _decide(verdict="good")
