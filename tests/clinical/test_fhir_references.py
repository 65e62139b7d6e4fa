import pytest

from helpers.clinical import fhir_references as references


@pytest.mark.parametrize(
    ("reference", "key", "local"),
    [
        ("Patient/1", "Patient/1", "Patient/1"),
        ("Patient/1/_history/3", "Patient/1", "Patient/1"),
        ("https://a.org/fhir/Patient/1/_history/3", "https://a.org/fhir/Patient/1", "Patient/1"),
        ("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0",) * 3,
        ("Practitioner?identifier=x|1", "", ""),
        ("#med", "", ""),
        ("Smith", "", ""),
        ("", "", ""),
    ],
)
def test_a_reference_has_one_key_however_it_is_written(reference, key, local):
    assert references.key(reference) == key
    assert references.local(references.key(reference)) == local


def test_the_subject_is_found_under_its_several_names():
    assert references.subject({"resourceType": "Observation", "subject": {"reference": "Patient/1"}}) == "Patient/1"
    assert references.subject({"resourceType": "Immunization", "patient": {"reference": "Patient/1"}}) == "Patient/1"
    assert references.subject({"resourceType": "Coverage", "beneficiary": {"reference": "Patient/1"}}) == "Patient/1"
    assert references.subject({"resourceType": "Patient", "id": "1"}) == "Patient/1"
    assert references.subject({"resourceType": "Observation", "subject": {"display": "Ana"}}) == ""
    assert references.subject({"resourceType": "Observation"}) == ""


def test_references_are_followed_and_lost_ones_counted_by_type():
    known = {"Medication/1": {"resourceType": "Medication", "id": "1"}}
    followed = references.References(known.get)
    owner = {"contained": [{"resourceType": "Medication", "id": "m"}]}
    assert followed.follow({"reference": "Medication/1"}, owner) == known["Medication/1"]
    assert followed.follow({"reference": "#m"}, owner)["id"] == "m"
    for lost in ("Medication/2", "#n", "https://b.org/Condition/7", "Practitioner?identifier=1", "urn:uuid:1"):
        assert followed.follow({"reference": lost}, owner) == {}
    assert followed.follow({"display": "told in words"}, owner) == followed.follow(None, owner) == {}
    assert followed.missing == {"Medication": 1, "unknown": 2, "Condition": 1, "Practitioner": 1}
