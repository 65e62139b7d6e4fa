import json

import omop_writer
import pytest
import sqlalchemy as sql
import synthea

from helpers.clinical import fhir
from helpers.collect import intake
from helpers.collect.health_records import labels, omop
from helpers.core.errors import RecordError

TABLE = labels.Labels("patient_id", {"1": ("x", ""), "2": ("y", ""), "3": ("z", "")})


def condition(name, when):
    coding = {"system": "http://snomed.info/sct", "code": f"c-{name}", "display": name}
    return {"resourceType": "Condition", "code": {"coding": [coding]}, "onsetDateTime": when}


def person(key, *rest, notes=(), born="1961-02-03"):
    written = [{"note_date": omop_writer.day(when), "note_title": None, "note_text": text} for when, text in notes]
    return [{"resourceType": "Patient", "id": key, "birthDate": born, "gender": "female", "_notes": written}, *rest]


@pytest.fixture
def write(tmp_path):
    def written(*people):
        engine = sql.create_engine(f"sqlite:///{tmp_path / 'cdm.sqlite'}")
        omop_writer.write(engine, people)
        return engine, f"omop:{tmp_path / 'cdm.sqlite'}"

    return written


def read(address, table=TABLE, **more):
    return intake.sort_out(omop.rows(address, table, **more), source="mine")


def test_a_person_becomes_one_record_with_notes_and_known_identifiers(write):
    _, address = write(person("mrn-7", condition("Gout", "2019-05-06"), notes=[("2020-01-02", "Findings: tophi.")]))
    records, aside = read(address)
    row = records.iloc[0]
    assert aside.empty and row["text"] == (
        "Conditions:\n- 2019-05-06 Gout\n\nClinical notes: 2020-01-02\nFindings: tophi."
    )
    assert row[["record_id", "patient_key", "kind", "style", "date", "sex", "age_band"]].tolist() == [
        "1", "1", "ehr", "omop_timeline", "2020-01-02", "female", "40-64",
    ]  # fmt: skip
    assert row["labels"] == ["x"]
    assert row["identifiers"] == [{"label": "ID", "value": "mrn-7"}, {"label": "DATE", "value": "1961-02-03"}]


def test_a_note_becomes_a_record_where_the_task_says_so(write):
    notes = [("2020-01-02", "Findings: tophi."), ("2020-02-03", "Well."), ("2020-03-04", "  ")]
    _, address = write(person("a", notes=notes), person("b"))
    records, aside = read(address, unit="note")
    assert records[["record_id", "patient_key", "text", "date", "style"]].values.tolist() == [
        ["note-101", "1", "Findings: tophi.", "2020-01-02", "omop_note"],
        ["note-102", "1", "Well.", "2020-02-03", "omop_note"],
    ]
    assert aside[["row", "reason"]].values.tolist() == [["note-103", "no text"]]
    own = labels.Labels("note_id", {"102": ("second", "")})
    records, aside = read(address, own, unit="note")
    assert records["labels"].tolist() == [["second"]] and sorted(aside["reason"]) == ["no label", "no text"]


def test_a_value_set_gives_label_and_end_of_record(write):
    codes = labels.Labels("code", of_code={("SNOMED", "c-Gout"): "gout"})
    notes = [("2019-05-05", "Painful toe."), ("2019-05-06", "Gout.")]
    _, address = write(person("a", condition("Asthma", "2001-01-01"), condition("Gout", "2019-05-06"), notes=notes))
    records, _ = read(address, codes)
    assert records["text"].tolist() == ["Conditions:\n- 2001-01-01 Asthma\n\nClinical notes: 2019-05-05\nPainful toe."]
    records, aside = read(address, codes, unit="note")
    assert records[["text", "labels"]].values.tolist() == [["Painful toe.", ["gout"]]]
    assert aside[["row", "reason"]].values.tolist() == [["note-102", "a note of the day of its label or later"]]


def test_without_labels_nothing_is_read(write):
    _, address = write(person("a"))
    with pytest.raises(RecordError, match=r"needs labels.*helpers/collect/health_records/labels\.py"):
        read(address, labels.Labels())


@pytest.mark.parametrize("at_once", [1, 2, 3, 200])
def test_ranges_of_persons_lose_and_double_nobody(write, monkeypatch, at_once):
    monkeypatch.setattr(omop, "PERSONS_AT_ONCE", at_once)
    engine, address = write(*(person(key, condition(f"Finding {key}", "2020-01-01")) for key in "abc"))
    with engine.begin() as connection:  # ids with gaps, and rows of nobody before, between and after
        connection.execute(sql.text("update person set person_id = person_id * 10"))
        connection.execute(sql.text("update condition_occurrence set person_id = person_id * 10"))
        for nobody in (5, 15, 99):
            connection.execute(sql.text(f"insert into condition_occurrence (person_id) values ({nobody})"))
    table = labels.Labels("patient_id", {"10": ("x", ""), "20": ("x", ""), "30": ("x", "")})
    records, aside = read(address, table)
    assert [text.split()[-1] for text in records["text"]] == ["a", "b", "c"]
    assert aside["reason"].tolist() == ["3 condition of persons who are not in person"]


def test_a_birth_year_alone_gives_an_age_and_no_date_to_look_for(write):
    engine, address = write(person("a", condition("Gout", "2019-05-06")))
    with engine.begin() as connection:
        connection.execute(
            sql.text("update person set month_of_birth = null, day_of_birth = null, gender_concept_id = 0")
        )
    row = read(address)[0].iloc[0]
    assert row["age_band"] == "40-64" and row["sex"] == "" and [one["label"] for one in row["identifiers"]] == ["ID"]


def test_synthea_through_omop_has_the_conditions_of_its_bundles(shared, write):
    bundles = [
        json.loads(file.read_bytes()) for file in sorted((shared / "data/synthea_fhir_r4/bundles").glob("*.json"))
    ]
    _, address = write(*map(synthea.resources, bundles))
    records, aside = read(address, labels.Labels("patient_id", {str(number): ("x", "") for number in range(1, 17)}))
    assert aside.empty and len(records) == 16
    for bundle, text in zip(bundles, records["text"], strict=True):
        assert synthea.condition_names(text) == set(fhir.read_bundle(json.dumps(bundle)).conditions)
