import json

import pytest

from helpers.collect.health_records import fhir_store
from helpers.collect.health_records.fhir_store import Item
from helpers.collect.intake import Row
from helpers.core.errors import RecordError

PATIENT = {"resourceType": "Patient", "id": "p1"}


def condition(name, subject="Patient/p1", **more):
    about = {"subject": {"reference": subject}} if subject else {}
    return {"resourceType": "Condition", "id": name, "code": {"text": name}, **about, **more}


def observation(subject):
    about = {"subject": {"reference": subject}} if subject else {}
    return {"resourceType": "Observation", "status": "final", "code": {"text": "Kowalska"}, **about}


def items(*resources):
    return [Item("f", str(number), json.dumps(one).encode()) for number, one in enumerate(resources, start=1)]


def filled(*resources):
    """(quarantine, compartments) of resources given in this order."""
    with fhir_store.opened() as store:
        rows = list(fhir_store.fill(store, items(*resources)))
        people = []
        for one in fhir_store.compartments(store):
            if isinstance(one, Row):
                rows.append(one)
            else:
                people.append((one.patient["id"], [resource["id"] for resource in one.resources], one.unread))
        return [(row.row, row.reason) for row in rows], people


def test_resources_come_together_by_patient_whatever_their_order():
    mixed = [condition("c2", "Patient/p2"), condition("c1"), {**PATIENT, "id": "p2"}, condition("c0"), PATIENT]
    aside, people = filled(*mixed)
    assert not aside
    assert people == [("p1", ["c1", "c0", "p1"], {}), ("p2", ["c2", "p2"], {})]


def test_a_subject_may_be_absolute_versioned_or_the_url_of_a_bundle_entry():
    with fhir_store.opened() as store:
        absolute, versioned = "https://a.org/fhir/Patient/p1", "Patient/p1/_history/2"
        given = items(condition("c1", absolute), condition("c2", versioned), condition("c3", "urn:uuid:0a"))
        patient = Item("f", "9", json.dumps(PATIENT).encode(), alias="urn:uuid:0a")
        assert not list(fhir_store.fill(store, [*given, patient]))
        (one,) = fhir_store.compartments(store)
        assert [resource["id"] for resource in one.resources] == ["c1", "c2", "c3", "p1"]
        assert fhir_store.find(store, "urn:uuid:0a")["id"] == fhir_store.find(store, "Patient/p1")["id"] == "p1"
        assert fhir_store.find(store, "https://a.org/fhir/Condition/c1")["id"] == "c1"
        assert fhir_store.find(store, "Condition/c9") is None


def test_a_resource_that_comes_twice_is_kept_in_its_last_form():
    with fhir_store.opened() as store:
        assert not list(
            fhir_store.fill(store, items(PATIENT, condition("c1"), condition("c1", code={"text": "changed"})))
        )
        (one,) = fhir_store.compartments(store)
        assert [resource.get("code") for resource in one.resources] == [None, {"text": "changed"}]


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (condition("c", ""), "A Condition does not hold to FHIR R4. Found: element subject"),
        (observation(""), "Observation names no Patient. Found: no reference, or one inside the resource"),
        (observation("Group/g"), "Observation names no Patient. Found: Group"),
        (observation("Kowalska"), "Observation names no Patient. Found: no reference, or one inside the resource"),
        (condition("c", clinicalStatus=7), "A Condition does not hold to FHIR R4. Found: element clinicalStatus"),
        ({"resourceType": "Patient"}, "A Patient has no id"),
        ({"resourceType": "Kowalska"}, "A resource of no type that FHIR R4B knows"),
        ({"resourceType": "HumanName"}, "A resource of no type that FHIR R4B knows"),
        ({"id": "x"}, "A resource of no type that FHIR R4B knows"),
        (
            {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "throttled", "details": "Kowalska"},
                                                           {"severity": "Kowalska", "code": "x"}]},
            "An OperationOutcome instead of a resource. Found: error/throttled",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_set_aside_with_place_and_reason_and_nothing_of_it(resource, reason):
    aside, people = filled(PATIENT, resource)
    assert aside == [("2", reason)] and [one[0] for one in people] == ["p1"]


@pytest.mark.parametrize(
    "body", [b"{broken", b"[1]", b"\xff\xfe", b'{"a": NaN}', b"[" * 100_000, b'{"a": ' + b"9" * 5000 + b"}", b""]
)
def test_what_is_no_json_object_is_refused(body):
    with pytest.raises(RecordError, match="no JSON object"):
        fhir_store.parse(body)


def test_types_that_are_not_read_are_counted_for_their_patient_or_else_for_the_file():
    claim = {"resourceType": "Claim", "patient": {"reference": "Patient/p1"}}
    aside, people = filled(PATIENT, claim, claim, {"resourceType": "Organization"}, {"resourceType": "Organization"})
    assert people == [("p1", ["p1"], {"Claim": 2})]
    assert aside == [("", "2 Organization about no Patient, of a type that is not read")]


def test_resources_of_a_patient_who_is_not_there_are_counted_by_type():
    aside, people = filled(PATIENT, condition("c1", "Patient/p9"), condition("c2", "Patient/p8"))
    assert aside == [("2", "2 Condition from here on about Patients who are not in the source")]
    assert people == [("p1", ["p1"], {})]
