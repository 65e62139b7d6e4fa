import json

from helpers.clinical import fhir
from helpers.collect.health_records import fhir_records, fhir_store, labels
from helpers.collect.health_records.fhir_store import Item

NO_TABLE = labels.Labels()
ABOUT = {"reference": "Patient/p1"}
PATIENT = {
    "resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1961-02-03", "name": [{"family": "Kowalska"}],
    "meta": {"tag": [{"system": fhir.LABEL_SYSTEM, "code": "gout"}, {"system": fhir.GROUP_SYSTEM, "code": "family 7"}]},
}  # fmt: skip
REQUEST = {
    "resourceType": "MedicationRequest", "id": "r1", "status": "active", "intent": "order", "subject": ABOUT,
    "medicationReference": {"reference": "Medication/m1"},
}  # fmt: skip


def condition(name, when, code="1"):
    coding = [{"system": "s", "code": code}]
    return {
        "resourceType": "Condition",
        "subject": ABOUT,
        "code": {"text": name, "coding": coding},
        "onsetDateTime": when,
    }


def rows(*resources, table=NO_TABLE, **more):
    with fhir_store.opened() as store:
        items = [Item("f", str(number), json.dumps(one).encode()) for number, one in enumerate(resources, start=1)]
        assert not list(fhir_store.fill(store, items))
        return list(fhir_records.rows(store, table, **more))


def test_a_patient_becomes_a_row_with_label_group_and_demographics_beside_the_text():
    (row,) = rows(PATIENT, condition("Tophi", "2020-05-06"))
    fields = row.fields
    assert fields["text"] == "Conditions:\n- 2020-05-06 Tophi"
    assert (fields["record_id"], fields["patient_key"], fields["group"]) == ("p1", "p1", "family 7")
    assert (fields["labels"], fields["date"], fields["sex"], fields["age_band"]) == (
        ["gout"],
        "2020-05-06",
        "female",
        "40-64",
    )
    assert {"label": "NAME", "value": "Kowalska"} in fields["identifiers"]
    assert json.loads(fields["provenance"]) == {"file": "f"}


def test_what_could_not_be_told_is_counted_in_the_provenance():
    claim = {"resourceType": "Claim", "patient": ABOUT}
    wrong = {"resourceType": "Observation", "status": "entered-in-error", "code": {"text": "x"}, "subject": ABOUT}
    (row,) = rows(PATIENT, claim, wrong, REQUEST)
    assert json.loads(row.fields["provenance"]) == {
        "file": "f", "unread": {"Claim": 1}, "unresolved": {"Medication": 1}, "retracted": 1,
    }  # fmt: skip


def test_what_is_not_in_the_store_may_be_found_elsewhere():
    metformin = {"resourceType": "Medication", "id": "m1", "code": {"text": "Metformin"}}
    (row,) = rows(PATIENT, REQUEST, elsewhere={"Medication/m1": metformin}.get)
    assert row.fields["text"] == "Medications:\n- undated Metformin (active)"


def test_a_record_is_cut_where_its_label_was_given_and_says_so():
    table = labels.Labels("code", of_code={("", "2"): "gout"})
    (row,) = rows(PATIENT, condition("Asthma", "2001-01-01"), condition("Gout", "2020-05-06", "2"), table=table)
    assert row.fields["text"] == "Conditions:\n- 2001-01-01 Asthma" and row.fields["date"] == "2001-01-01"
    assert json.loads(row.fields["provenance"]) == {"file": "f", "cut": 1}
    (row,) = rows(PATIENT, condition("Gout", "2020", "2"), table=table)
    assert (row.fields, row.row, row.reason) == ({}, "1", "a condition that gives the label has no full date")
