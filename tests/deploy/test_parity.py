import math

import pandas as pd
import pytest

from helpers.core.errors import RecordError
from helpers.deploy import parity
from helpers.metrics import intervals


def _frame(labels, probabilities, texts=None):
    ids = [f"r{i}" for i in range(len(labels))]
    return pd.DataFrame(
        {"record_id": ids, "group": ids, "label": labels, "probabilities": probabilities, "text": texts or labels}
    )


EVALUATED = _frame(["a", "b", "a"], [{"a": 0.9, "b": 0.1}, {"a": 0.45, "b": 0.55}, {"a": 0.7, "b": 0.3}])


def test_agreement_interval_gap_and_margins_by_hand():
    served = _frame(["a", "a", "b"], [{"a": 0.88, "b": 0.12}, {"a": 0.52, "b": 0.48}, {"a": 0.4, "b": 0.6}])
    found = parity.compare(EVALUATED, served.iloc[::-1], kind="classification")
    assert (found.agreed, found.n) == (1, 3) and found.agreement_frac == pytest.approx(1 / 3)
    assert (found.low, found.high) == intervals.wilson(1, 3)
    assert found.largest_probability_gap == pytest.approx(0.3)
    assert found.disagreements["record_id"].tolist() == ["r2", "r1"]
    assert found.disagreements["evaluated_margin"].tolist() == pytest.approx([0.4, 0.1])
    assert found.disagreements["served_margin"].tolist() == pytest.approx([0.2, 0.04])


def test_part_of_the_items_may_be_served_but_no_others():
    assert parity.compare(EVALUATED, EVALUATED.iloc[:2], kind="classification").agreement_frac == 1.0
    with pytest.raises(RecordError, match="1 of them never evaluated"):
        parity.compare(EVALUATED.iloc[:2], EVALUATED, kind="classification")
    with pytest.raises(RecordError, match="one model each"):
        parity.compare(pd.concat([EVALUATED, EVALUATED]), EVALUATED, kind="classification")
    with pytest.raises(RecordError, match="0 served"):
        parity.compare(EVALUATED, EVALUATED.iloc[:0], kind="classification")


def test_generation_compares_the_text():
    first = _frame(["", ""], [{}, {}], ["big head", "small head"])
    second = _frame(["", ""], [{}, {}], ["big head", "tiny head"])
    found = parity.compare(first, second, kind="generation")
    assert found.agreed == 1 and math.isnan(found.largest_probability_gap)
    assert found.disagreements["served"].tolist() == ["tiny head"]


def test_extraction_compares_the_mentions_and_not_how_they_are_written():
    first = _frame([""] * 4, [{}] * 4, ["Big head\nrash", "none", "rash", "rash\nrash"])
    second = _frame([""] * 4, [{}] * 4, ["- big  head\n- rash", "None.", "fever", "rash"])
    found = parity.compare(first, second, kind="extraction")
    assert found.agreed == 2 and found.disagreements["record_id"].tolist() == ["r2", "r3"]
