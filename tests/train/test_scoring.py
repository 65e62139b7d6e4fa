import pandas as pd
import pytest

from helpers.core import records
from helpers.core.tasks import PRIMARY_METRICS
from helpers.evaluate import compare
from helpers.train import scoring


def _frame(kind, *gold):
    column = "labels" if kind == "classification" else "references"
    return records.to_frame(
        [
            {"record_id": f"r{n}", "kind": "table", "text": f"text {n}", column: answers}
            for n, answers in enumerate(gold)
        ]
    )


def _found(frame, texts):
    values = {"model": "m", "text": texts, "label": texts, "probabilities": [{}] * len(texts), "abstained": False}
    return frame[["record_id", "group"]].assign(**values, latency_s=0.0)


CASES = [
    ("classification", [["a"], ["b"], ["a", "b"]], ["a", "a", "b"], 2 / 3),
    ("generation", [["one two"], ["three"]], ["one two", "four"], 0.5),
    ("extraction", [["fever\ncough"], ["none"]], ["fever", "rash"], 0.5),  # one right, one invented, one missed
]


def _scored(frame, found, kind):
    by_id = found.set_index("record_id", drop=False)
    scored = scoring.on_validation(lambda asked: by_id.loc[asked["record_id"]], frame, count=len(frame), kind=kind)
    return scored[f"validation_{PRIMARY_METRICS[kind]}"]


@pytest.mark.parametrize(("kind", "gold", "texts", "score"), CASES)
def test_score_is_that_of_05_and_of_a_hand_computation(kind, gold, texts, score):
    frame = _frame(kind, *gold)
    found = _found(frame, texts)
    points = compare.score(found, frame, kind=kind)
    assert _scored(frame, found, kind) == pytest.approx(score)
    assert (points["score"] * points["weight"]).sum() / points["weight"].sum() == pytest.approx(score)


@pytest.mark.parametrize(("kind", "gold", "texts"), [case[:3] for case in CASES])
def test_an_abstained_answer_scores_nothing(kind, gold, texts):
    frame = _frame(kind, *gold)
    assert _scored(frame, _found(frame, texts).assign(abstained=True), kind) == 0.0


def test_nothing_found_where_nothing_is_to_be_found_is_right():
    frame = _frame("extraction", ["none"])
    assert _scored(frame, _found(frame, ["none"]), "extraction") == 1.0


def test_only_so_many_records_are_asked_and_none_with_zero():
    frame = _frame("classification", *[["a"]] * 9)
    asked = []

    def answer(part: pd.DataFrame) -> pd.DataFrame:
        asked.append(len(part))
        return _found(part, ["a"] * len(part))

    assert scoring.on_validation(answer, frame, count=0, kind="classification") == {}
    found = scoring.on_validation(answer, frame, count=4, kind="classification")
    assert found == {"validation_accuracy": 1.0, "validation_scored_records": 4} and asked == [4]


def test_samples_show_text_only_where_it_is_allowed(few_records):
    answers = {"before": ["x"] * 12, "after": ["y"] * 12}
    hidden = scoring.samples(few_records, answers, show_text=False)
    assert list(hidden.columns) == ["record_id", "before", "after"]
    shown = scoring.samples(few_records, answers, show_text=True, chars=6)
    assert shown.loc[0, ["text", "wanted", "before", "after"]].tolist() == ["Case 0", "cerebellar ataxia", "x", "y"]
