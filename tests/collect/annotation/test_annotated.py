import pandas as pd
import yaml

from helpers.collect.annotation import annotated
from helpers.core.task_sources import Source


def answers(*rows):
    """Rows of record, annotator, answer and perhaps ground truth."""
    return pd.DataFrame(
        [
            {
                "record_id": row[0],
                "text": f"Text of {row[0]}",
                "annotator": row[1],
                "answer": row[2],
                "ground_truth": len(row) > 3,
                "carried": {"patient_key": "p", "source": "made_up", "kind": "table", "sex": "female"},
            }
            for row in rows
        ]
    )


def test_the_label_of_most_annotators_is_taken_and_a_tie_sets_the_record_aside():
    settled, aside = annotated.settle(
        answers(("a", "1", "x"), ("a", "2", "x"), ("a", "3", "y"), ("b", "1", "x"), ("b", "2", "y"), ("c", "1", "y")),
        kind="classification",
    )
    assert settled[["record_id", "labels", "annotator", "annotations", "agreeing"]].values.tolist() == [
        ["a", "x", "1, 2, 3", 3, 2],
        ["c", "y", "1", 1, 1],
    ]
    assert aside.values.tolist() == [["b", "annotators disagree"]]


def test_an_adjudicators_ground_truth_decides_against_a_majority_and_a_tie():
    settled, aside = annotated.settle(
        answers(("a", "1", "x"), ("a", "2", "x"), ("a", "3", "y", True), ("b", "1", "x"), ("b", "2", "y", True)),
        kind="classification",
    )
    assert settled["labels"].tolist() == ["y", "y"] and settled["agreeing"].tolist() == [1, 1] and aside.empty


def test_every_different_written_answer_is_a_reference():
    settled, _ = annotated.settle(
        answers(("a", "1", "Shaking."), ("a", "2", "Trembling."), ("a", "3", "Shaking.")), kind="generation"
    )
    assert settled["references"].tolist() == [["Shaking.", "Trembling."]] and "labels" not in settled


def test_the_block_reads_what_is_there_and_is_one_that_a_task_takes():
    settled, _ = annotated.settle(answers(("a", "1", "x")), kind="classification")
    ((key, part),) = annotated.by_source(settled).items()
    assert key == ("made_up", "table")
    block = annotated.block(part, card=key[0], kind=key[1], path="annotated.jsonl")
    (read,) = yaml.safe_load(annotated.to_yaml([block]))["sources"]
    source = Source.model_validate(read)
    assert source.card == "made_up" and source.columns.labels == "labels" and source.columns.sex == "sex"
    assert set(source.columns.names()) <= set(annotated.rows(part)[0])


def test_records_of_two_cards_make_two_tables_and_unknown_patients_are_their_own():
    rows = answers(("a", "1", "x"), ("b", "1", "y"), ("c", "1", "y"))
    rows.at[1, "carried"] = {"source": "others", "kind": "table"}
    rows.at[2, "carried"] = {"source": "made_up", "kind": "table"}
    settled, _ = annotated.settle(rows, kind="classification")
    parts = annotated.by_source(settled)
    assert {key: len(part) for key, part in parts.items()} == {("made_up", "table"): 2, ("others", "table"): 1}
    assert [row["patient_key"] for row in annotated.rows(parts["made_up", "table"])] == ["p", "c"]
    assert "patient_key" not in annotated.rows(parts["others", "table"])[0]
