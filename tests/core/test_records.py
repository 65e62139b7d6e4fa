import pandas as pd
import pytest

from helpers.core import records
from helpers.core.errors import RecordError

ROW = {"record_id": "a", "kind": "clinical_note", "text": "Tremor at rest."}


def test_missing_fields_get_their_empty_value_and_the_record_is_its_own_patient_and_group():
    frame = records.to_frame([ROW, ROW | {"record_id": "b", "patient_key": "p"}])
    assert list(frame.columns) == records.RECORD_SCHEMA.names
    assert frame["patient_key"].tolist() == ["a", "p"]
    assert frame["group"].tolist() == ["a", "p"]
    assert frame["labels"].tolist() == [[], []] and frame["spans"].tolist() == [[], []]
    assert frame["date"].tolist() == ["", ""]


def test_empty_lists_of_two_records_are_not_the_same_list():
    frame = records.to_frame([ROW, ROW | {"record_id": "b"}])
    frame["labels"].iloc[0].append("ataxia")
    assert frame["labels"].iloc[1] == []


def test_unknown_field_is_refused_by_name():
    with pytest.raises(RecordError, match="lables") as error:
        records.to_frame([ROW | {"lables": ["ataxia"]}])
    assert "labels" in str(error.value)  # expected fields are listed


def test_bad_records_are_counted_by_reason_and_not_quoted():
    rows = [
        ROW,
        ROW,  # duplicate id
        ROW | {"record_id": ""},
        ROW | {"record_id": "c", "text": " \n "},
        ROW | {"record_id": "d", "kind": "diary"},
        ROW | {"record_id": "e", "kind": "diary"},
    ]
    with pytest.raises(RecordError) as error:
        records.to_frame(rows)
    message = str(error.value)
    for reason in ("'no id': 1", "'no text': 1", "'duplicate id': 1", "'unknown kind': 2"):
        assert reason in message
    assert "Tremor" not in message and "diary" not in message


def test_problems_name_the_first_thing_to_mend_and_keep_the_index():
    frame = records.to_frame([ROW, ROW | {"record_id": "b"}]).set_axis([7, 9])
    frame.loc[9, ["record_id", "text"]] = ["", ""]
    assert records.problems(frame).to_dict() == {7: "", 9: "no id"}


def test_none_in_place_of_text_or_id_is_a_problem_and_not_a_crash():
    frame = records.to_frame([ROW, ROW | {"record_id": "b"}])
    frame.loc[0, "text"] = None
    frame.loc[1, "record_id"] = None
    assert records.problems(frame).tolist() == ["no text", "no id"]


def test_table_without_a_column_is_refused():
    with pytest.raises(RecordError, match="lacks columns"):
        records.validate(records.to_frame([ROW]).drop(columns="spans"))


def test_records_survive_parquet_with_spans_identifiers_and_references(tmp_path):
    frame = records.to_frame(
        [
            ROW
            | {
                "text": "Seen by Dr. Müller on 2001-02-03.",
                "labels": ["ataxia"],
                "references": ["shaky walk", "unsteady"],
                "spans": [{"start": 12, "end": 18, "label": "NAME"}, {"start": 22, "end": 32, "label": "DATE"}],
                "identifiers": [{"label": "NAME", "value": "Müller"}],
            },
            ROW | {"record_id": "b"},
        ]
    )
    records.write(frame.assign(scratch=1), tmp_path / "r.parquet")
    back = records.read(tmp_path / "r.parquet")
    pd.testing.assert_frame_equal(back, frame, check_dtype=False)
    assert back["spans"].iloc[0][1] == {"start": 22, "end": 32, "label": "DATE"}
    assert back["identifiers"].tolist() == [[{"label": "NAME", "value": "Müller"}], []]


def test_predictions_survive_parquet_with_probabilities(tmp_path):
    asked = records.to_frame([ROW | {"group": "g"}, ROW | {"record_id": "b", "group": "g"}]).set_axis([7, 3])
    frame = records.predictions(
        asked,
        model="tuned",
        text=["ataxia", ""],
        label=["ataxia", ""],
        probabilities=[{"ataxia": 0.75, "chorea": 0.25}, {}],
        abstained=[False, True],
        latency_s=[0.1, 0.2],
    )
    assert list(frame.columns) == records.PREDICTION_SCHEMA.names and frame["record_id"].tolist() == ["a", "b"]
    records.write(frame, tmp_path / "p.parquet", records.PREDICTION_SCHEMA)
    pd.testing.assert_frame_equal(records.read(tmp_path / "p.parquet"), frame, check_dtype=False)


def test_sample_takes_the_same_records_in_any_order_and_only_as_many_as_asked():
    frame = records.to_frame([ROW | {"record_id": str(number)} for number in range(50)])
    first = records.sample(frame, 10)
    again = records.sample(frame.sample(frac=1.0, random_state=3), 10)
    assert len(first) == 10 and set(first["record_id"]) == set(again["record_id"])
    assert first["record_id"].tolist() != [str(number) for number in range(10)]
    assert set(first["record_id"]) < set(records.sample(frame, 20)["record_id"])
    assert len(records.sample(frame, None)) == 50 and len(records.sample(frame, 99)) == 50


def test_label_set_is_sorted_and_empty_for_generation():
    frame = records.to_frame([ROW | {"labels": ["b"]}, ROW | {"record_id": "b", "labels": ["a", "b"]}])
    assert records.label_set(frame) == ["a", "b"]
    assert records.label_set(records.to_frame([ROW])) == []


def test_show_hides_the_text_unless_every_card_allows_it():
    frame = records.to_frame([ROW])
    assert "Tremor" not in records.show(frame, 0, show_text=False).to_string()
    assert records.show(frame, 0, show_text=True).data.loc["text", "one record"] == "Tremor at rest."
    assert frame["text"].tolist() == ["Tremor at rest."]
