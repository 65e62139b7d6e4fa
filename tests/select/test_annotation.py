import numpy as np
import pandas as pd
import pytest

from helpers.core import records
from helpers.core.errors import RecordError
from helpers.select import annotation

FINDINGS = {"ataxia": "unsteady gait and slurred speech", "dystonia": "twisting neck and fixed posture"}


@pytest.fixture
def pool():
    """Ninety records, two thirds ataxia; every ninth of both says something of either label."""
    rows = []
    for number in range(90):
        label = "dystonia" if number % 3 == 0 else "ataxia"
        said = " and ".join(FINDINGS.values()) if number % 9 == 4 else FINDINGS[label]
        rows.append(
            {
                "record_id": f"r{number:02d}",
                "patient_key": f"p{number // 2}",
                "kind": "clinical_note",
                "source": "made_up",
                "style": ("letter", "note")[number % 2],
                "text": f"{said}, visit {number}",
                "labels": [label],
            }
        )
    return records.to_frame(rows)


def predictions(tables):
    return pd.DataFrame(
        {
            "record_id": [f"r{number:02d}" for number in range(len(tables))],
            "label": [max(table, key=table.get) for table in tables],
            "probabilities": tables,
        }
    )


def test_a_stratified_sample_keeps_the_shares_of_labels_and_styles(pool):
    chosen = annotation.stratified(pool, n=30, seed=1)
    assert chosen["record_id"].is_unique and list(chosen.columns) == list(pool.columns)
    assert chosen["labels"].str[0].value_counts().to_dict() == {"ataxia": 20, "dystonia": 10}
    assert abs(chosen["style"].value_counts()["letter"] - 15) <= 1


def test_a_sample_depends_on_the_seed_and_not_on_the_order_of_rows(pool):
    first = annotation.stratified(pool, n=20, seed=1)["record_id"].tolist()
    assert annotation.stratified(pool.sample(frac=1, random_state=5), n=20, seed=1)["record_id"].tolist() == first
    assert annotation.stratified(pool, n=20, seed=2)["record_id"].tolist() != first
    assert len(annotation.stratified(pool, n=500, seed=1)) == len(pool)


def test_margin_and_entropy_equal_hand_computed_values():
    found = predictions([{"a": 0.5, "b": 0.5}, {"a": 0.75, "b": 0.25}, {"a": 1.0, "b": 0.0}])
    assert annotation.unsure(found, by="margin").tolist() == pytest.approx([1, 0.5, 0])
    assert annotation.unsure(found, by="entropy").tolist() == pytest.approx([1, 0.811278, 0], abs=1e-6)


def test_margin_and_entropy_can_prefer_different_records(few_records):
    two = few_records.head(2)
    found = predictions([{"a": 0.5, "b": 0.48, "c": 0.02}, {"a": 0.5, "b": 0.26, "c": 0.24}])
    assert annotation.uncertain(two, found, n=1, by="margin", seed=1)["record_id"].tolist() == ["r00"]
    assert annotation.uncertain(two, found, n=1, by="entropy", seed=1)["record_id"].tolist() == ["r01"]


def test_equally_unsure_records_take_turns_by_their_answer_and_the_seed_decides_the_rest(few_records):
    tables = [{"a": 0.6, "b": 0.4}] * 9 + [{"a": 0.4, "b": 0.6}] * 3
    chosen = annotation.uncertain(few_records, predictions(tables), n=6, by="margin", seed=1)["record_id"]
    assert sum(name in ("r09", "r10", "r11") for name in chosen) == 3
    again = annotation.uncertain(few_records.iloc[::-1], predictions(tables), n=6, by="margin", seed=1)["record_id"]
    assert again.tolist() == chosen.tolist()
    others = annotation.uncertain(few_records, predictions(tables), n=6, by="margin", seed=2)["record_id"]
    assert others.tolist() != chosen.tolist()


def test_records_that_say_something_of_both_labels_are_the_least_sure(pool):
    labelled, unlabelled = pool[pool.index % 9 != 4].head(40), pool.tail(45)
    found = annotation.answers(unlabelled, labelled, kind="classification", baseline="TF-IDF + logistic regression")
    chosen = annotation.uncertain(unlabelled, found, n=5, by="margin", seed=1)
    assert all("neck" in text and "gait" in text for text in chosen["text"])


def test_a_pool_of_labelled_records_is_answered_by_models_that_did_not_see_the_patient(pool):
    shuffled = pool.sample(frac=1, random_state=2)
    name = "nearest neighbour"
    # were a record among what the model has seen, its nearest neighbour would be itself: give each a label of its own
    own = shuffled.assign(labels=[[f"label of {key}"] for key in shuffled["patient_key"]])
    found = annotation.answers(own, None, kind="classification", baseline=name)
    assert found["record_id"].tolist() == shuffled["record_id"].tolist()
    assert not np.any(found["label"].to_numpy() == own["labels"].str[0].to_numpy())


def test_what_cannot_be_judged_is_refused(pool):
    one = pool[pool["labels"].str[0] == "ataxia"]
    with pytest.raises(RecordError, match="too little to learn from"):
        annotation.answers(pool, one, kind="classification", baseline="majority")
    with pytest.raises(RecordError, match="--by stratified"):
        annotation.unsure(predictions([{"a": 1.0}]), by="margin")
