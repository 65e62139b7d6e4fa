import json
from xml.etree import ElementTree

import pandas as pd
import pytest

from helpers.collect.annotation import label_studio
from helpers.core.errors import RecordError

LABELS = ["dystonia", "ataxia & tremor"]


def annotation(number, answer, who=1, **fields):
    """An annotation as Label Studio's format JSON writes it."""
    given = [] if answer is None else [answer] if isinstance(answer, str) else answer
    result = {
        "value": {"choices": given},
        "id": f"x{number}",
        "from_name": "answer",
        "to_name": "text",
        "type": "choices",
        "origin": "manual",
    }
    return {
        "id": number,
        "completed_by": who,
        "result": [result] if given else [],
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": "2026-11-20T10:00:00.000000Z",
        "updated_at": f"2026-11-20T10:{number % 60:02d}:00.000000Z",
        "draft_created_at": None,
        "lead_time": 12.5,
        "prediction": {},
        "result_count": 1,
        "task": 1,
        "parent_prediction": None,
    } | fields


def task(number, *annotations, **fields):
    data = {"text": f"Case {number}.", "record_id": f"r{number}", "patient_key": f"p{number}", "source": "made_up"}
    return {
        "id": number,
        "annotations": list(annotations),
        "file_upload": "annotate.json",
        "drafts": [],
        "predictions": [],
        "data": data,
        "meta": {},
        "inner_id": number,
        "project": 7,
    } | fields


@pytest.fixture
def export(tmp_path):
    def write(*tasks):
        path = tmp_path / "export.json"
        path.write_text(json.dumps(tasks), encoding="utf-8")
        return path

    return write


def test_the_configuration_names_what_the_export_is_read_by():
    view = ElementTree.fromstring(label_studio.configuration("classification", question="Which <one>?", labels=LABELS))
    choices = view.find("Choices")
    assert choices.get("name") == label_studio.CONTROL and choices.get("toName") == view.find("Text").get("name")
    assert [choice.get("value") for choice in choices] == LABELS and choices.get("choice") == "single"
    assert view.find("Header").get("value") == "Which <one>?" and view.find("Text").get("value") == "$text"
    written = ElementTree.fromstring(label_studio.configuration("generation", question="In plain words", labels=[]))
    assert written.find("TextArea").get("toName") == "text" and written.find("Choices") is None


def test_nothing_to_choose_from_and_other_kinds_are_refused():
    with pytest.raises(RecordError, match="nothing to choose from"):
        label_studio.configuration("classification", question="?", labels=["one"])
    with pytest.raises(RecordError, match="no labelling interface"):
        label_studio.configuration("extraction", question="?", labels=[])


def test_a_task_carries_the_text_and_the_patient_and_never_the_label(few_records):
    made = label_studio.tasks(few_records.assign(sex="female"), kind="classification")
    assert len(made) == len(few_records) and set(made[0]) == {"data"}
    assert made[3]["data"]["record_id"] == "r03" and made[3]["data"]["patient_key"] == "r03"
    assert made[3]["data"]["sex"] == "female" and "date" not in made[3]["data"]
    assert not any(label in json.dumps(made) for label in ("ataxia", "palsy", "dystonia"))


def test_suggestions_are_predictions_of_the_configured_control(few_records):
    found = pd.DataFrame(
        {
            "record_id": few_records["record_id"],
            "model": "counts",
            "label": "dystonia",
            "text": "dystonia",
            "probabilities": [{"dystonia": 0.7, "other": 0.3}] * len(few_records),
        }
    )
    (said,) = label_studio.tasks(few_records, kind="classification", suggestions=found)[0]["predictions"]
    assert said["model_version"] == "counts" and said["score"] == 0.7
    (result,) = said["result"]
    assert (result["from_name"], result["to_name"], result["type"]) == ("answer", "text", "choices")
    assert result["value"] == {"choices": ["dystonia"]}
    found["probabilities"] = [{}] * len(few_records)
    (said,) = label_studio.tasks(few_records, kind="generation", suggestions=found)[0]["predictions"]
    assert said["result"][0]["value"] == {"text": ["dystonia"]} and "score" not in said


def test_answers_come_with_the_number_of_the_annotator_and_what_the_task_carries(export):
    who = {"id": 4, "email": "ana@clinic.example", "first_name": "Ana", "last_name": "Prueba"}
    path = export(task(1, annotation(1, "dystonia"), annotation(2, "ataxia & tremor", who=who, ground_truth=True)))
    answers, aside = label_studio.read(path, labels=LABELS)
    assert aside.empty and answers["answer"].tolist() == ["dystonia", "ataxia & tremor"]
    assert answers["annotator"].tolist() == ["annotator-1", "annotator-4"]
    assert answers["ground_truth"].tolist() == [False, True]
    assert answers["carried"].iloc[0] == {"patient_key": "p1", "source": "made_up"}
    assert not answers.astype(str).apply(lambda column: column.str.contains("Ana|clinic")).any().any()


def test_a_written_answer_is_read_from_its_text_area(export):
    result = {"from_name": "answer", "to_name": "text", "type": "textarea", "value": {"text": [" Shaking. "]}}
    answers, _ = label_studio.read(export(task(1, annotation(1, None, result=[result]))))
    assert answers["answer"].tolist() == ["Shaking."]


def test_everything_that_is_no_answer_is_counted_by_reason(export):
    other = {"from_name": "comment", "to_name": "text", "type": "textarea", "value": {"text": ["hm"]}}
    path = export(
        task(1, annotation(1, "dystonia", was_cancelled=True)),
        task(2, annotation(2, None)),
        task(3, annotation(3, None, result=[other])),
        task(4, annotation(4, LABELS)),
        task(5, annotation(5, "palsy")),
        task(6, {"id": 6, "result": None}),
        task(7),
        task(8, drafts=[{"result": []}]),
        task(9, annotation(9, "dystonia"), data={"text": "Case 9."}),
        task(10, annotation(10, "dystonia"), data={"record_id": "r10", "text": " "}),
        "a string",
        task(11, annotation(11, "dystonia")),
    )
    answers, aside = label_studio.read(path, labels=LABELS)
    assert answers["record_id"].tolist() == ["r11"]
    assert aside["reason"].value_counts().to_dict() == {
        "skipped": 1,
        "no answer": 2,
        "more than one answer": 1,
        "label outside the task's labels": 1,
        "not an annotation": 1,
        "not annotated": 1,
        "begun and not submitted": 1,
        "task without record_id": 1,
        "task without text": 1,
        "not a task": 1,
    }
    assert aside.loc[aside["reason"] == "skipped", ["file", "task", "annotation"]].values.tolist() == [
        ["export.json", "1", "1"]
    ]


def test_an_annotators_last_answer_counts_and_a_task_imported_twice_is_one_record(export):
    again = task(3, annotation(20, "ataxia & tremor", who=2), data=task(1)["data"])
    path = export(task(1, annotation(5, "dystonia"), annotation(9, "ataxia & tremor")), again)
    answers, aside = label_studio.read(path)
    assert answers[["record_id", "annotator", "answer"]].values.tolist() == [
        ["r1", "annotator-1", "ataxia & tremor"],
        ["r1", "annotator-2", "ataxia & tremor"],
    ]
    assert aside[["annotation", "reason"]].values.tolist() == [["5", "replaced by the annotator's later one"]]


def test_a_record_that_comes_with_two_texts_is_set_aside(export):
    other = task(2, annotation(2, "dystonia"), data={"record_id": "r1", "text": "Another."})
    answers, aside = label_studio.read(export(task(1, annotation(1, "dystonia")), other))
    assert answers.empty and aside["reason"].tolist() == ["record with two texts"] * 2


@pytest.mark.parametrize("content", ["no json", "{}", "[]", '[{"text": "Case 1.", "answer": "dystonia"}]'])
def test_another_file_than_an_export_is_refused_without_its_words(tmp_path, content):
    path = tmp_path / "export.json"
    path.write_text(content)
    with pytest.raises(RecordError, match="not JSON-MIN") as refused:
        label_studio.read(path)
    assert "Case" not in str(refused.value)
