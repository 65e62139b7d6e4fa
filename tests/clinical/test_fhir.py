import base64
import json
import os
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle

from helpers.clinical import fhir
from helpers.core import paths
from helpers.core.errors import RecordError

SHARED = Path(os.environ.get("CLINTUNE_SHARED", paths.ROOT.parent / "shared"))


def bundle(**changes):
    note = "Findings: ataxia.\nSeen by Dr. Kowalska."
    resources = {
        "patient": {
            "resourceType": "Patient",
            "id": "p1",
            "gender": "female",
            "birthDate": "1961-02-03",
            "name": [{"family": "O'Brien-Nowak", "given": ["Zoë", "M."]}],
            "identifier": [
                {"type": {"coding": [{"code": "MR"}]}, "value": "A-77"},
                {"system": "urn:x", "value": "other-1"},
            ],
            "telecom": [{"system": "phone", "value": "212-555-0101"}, {"system": "email", "value": "z@example.org"}],
            "address": [{"line": ["1 Test Lane"], "city": "Faketown", "postalCode": "00001", "state": "NY"}],
            "contact": [{"name": {"family": "Nowak", "given": ["Jan"]}}],
        },
        "encounter": {
            "resourceType": "Encounter",
            "id": "e1",
            "status": "finished",
            "period": {"start": "2020-05-06"},
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        },
        "condition": {
            "resourceType": "Condition",
            "id": "c1",
            "subject": {"reference": "Patient/p1"},
            "code": {
                "coding": [
                    {"system": "http://human-phenotype-ontology.org", "code": "HP:0001250", "display": "Seizure"}
                ]
            },
        },
        "document": {
            "resourceType": "DocumentReference",
            "id": "d1",
            "status": "current",
            "content": [
                {"attachment": {"contentType": "text/plain", "data": base64.b64encode(note.encode()).decode()}}
            ],
        },
        "observation": {"resourceType": "Observation", "id": "o1"},
    }
    for name, value in changes.items():
        if value is None:
            del resources[name]
        else:
            resources[name] = {**resources[name], **value}
    entries = [{"resource": resource} for resource in resources.values()]
    return {
        "resourceType": "Bundle",
        "id": "b1",
        "type": "collection",
        "entry": entries,
        "meta": {"tag": [{"system": fhir.LABEL_SYSTEM, "code": "family x"}]},
    }


def test_text_is_the_note_and_then_the_conditions():
    chart = fhir.read_bundle(json.dumps(bundle()))
    assert chart.text == "Findings: ataxia.\nSeen by Dr. Kowalska.\n\nActive problems:\n- Seizure"
    assert chart.text.startswith(chart.notes[0])
    assert chart.tags[fhir.LABEL_SYSTEM] == "family x" and "family x" not in chart.text


def test_known_identifiers_come_from_the_patient_resource():
    chart = fhir.read_bundle(json.dumps(bundle()))
    known = {(one["label"], one["value"]) for one in chart.identifiers}
    assert known == {
        ("NAME", "Zoë M. O'Brien-Nowak"),
        ("NAME", "Zoë"),
        ("NAME", "M."),
        ("NAME", "O'Brien-Nowak"),
        ("NAME", "Jan Nowak"),
        ("NAME", "Jan"),
        ("NAME", "Nowak"),
        ("DATE", "1961-02-03"),
        ("MRN", "A-77"),
        ("ID", "other-1"),
        ("ADDRESS", "1 Test Lane"),
        ("LOCATION", "Faketown"),
        ("LOCATION", "00001"),
        ("PHONE", "212-555-0101"),
        ("EMAIL", "z@example.org"),
    }
    assert (chart.sex, chart.birth_date, chart.seen) == ("female", "1961-02-03", "2020-05-06")


def test_the_condition_text_goes_before_a_codings_display():
    chart = fhir.read_bundle(json.dumps(bundle(condition={"code": {"text": "Fits"}})))
    assert chart.conditions == ("Fits",)


def test_partial_birth_dates_are_kept_as_they_are():
    assert fhir.read_bundle(json.dumps(bundle(patient={"birthDate": "1961"}))).birth_date == "1961"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{not json", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        ("[1, 2]", "not a Bundle"),
        (json.dumps({"resourceType": "Patient"}), "not a Bundle"),
        (json.dumps({"resourceType": "Bundle", "entry": "x"}), "not a list"),
        (json.dumps(bundle(patient=None)), "one patient"),
        (json.dumps(bundle(patient={"birthDate": "Kowalska"})), "Patient does not hold to FHIR R4"),
        (json.dumps(bundle(condition={"code": "Kowalska"})), "Condition does not hold to FHIR R4"),
        (
            json.dumps(
                bundle(document={"content": [{"attachment": {"data": base64.b64encode(b"\xff\xfe").decode()}}]})
            ),
            "UTF-8",
        ),
    ],
)
def test_a_bad_bundle_is_refused_without_quoting_it(content, reason):
    with pytest.raises(RecordError, match=reason) as caught:
        fhir.read_bundle(content)
    assert "Kowalska" not in str(caught.value) and "Brien" not in str(caught.value)


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        ({"resourceType": "Observation", "id": "o1"}, "An Observation .* element code"),
        ({"resourceType": "Patient", "Kowalska": 1}, "A Patient .* unknown element in the resource"),
        ({"resourceType": "Patient", "name": [{"Kowalska": 1}]}, "A Patient .* unknown element in name"),
    ],
)
def test_a_resource_that_does_not_hold_is_refused_by_element_and_nothing_is_quoted(resource, reason):
    with pytest.raises(RecordError, match=reason) as caught:
        fhir.check(resource)
    assert "Kowalska" not in str(caught.value)


@pytest.mark.parametrize("contained", [[{"resourceType": []}], [{"resourceType": "Kowalska"}], [{"resourceType": 7}]])
def test_nonsense_over_which_the_models_stumble_is_refused_like_any_other_mistake(contained):
    with pytest.raises(RecordError, match=r"A Patient does not hold.*wrong type") as caught:
        fhir.check({"resourceType": "Patient", "contained": contained})
    assert "Kowalska" not in str(caught.value)


def test_nesting_without_end_is_refused_like_any_other_mistake():
    extension = {"url": "x"}
    for _ in range(900):
        extension = {"url": "x", "extension": [extension]}
    with pytest.raises(RecordError, match="does not hold"):
        fhir.check({"resourceType": "Patient", "id": "p", "extension": [extension], "gender": 1})


@pytest.mark.parametrize("meta", [None, {}, [], {"tag": "x"}, {"tag": ["x"]}])
def test_tags_of_any_shape_are_read(meta):
    assert fhir.tags({"meta": meta}) == {}
    assert fhir.tags({"meta": {"tag": [{"system": "s", "code": "c"}]}}) == {"s": "c"}


def test_attachments_that_are_no_text_are_passed_over():
    image = {"content": [{"attachment": {"contentType": "image/png", "data": base64.b64encode(b"\x89PNG").decode()}}]}
    assert fhir.read_bundle(json.dumps(bundle(document=image))).notes == ()


def test_the_bundle_of_these_tests_is_valid_r4():
    changed = bundle(observation=None)
    assert Bundle.model_validate(changed).id == "b1"


@pytest.mark.skipif(not (SHARED / "data/synthea_fhir_r4").is_dir(), reason="no ../shared/data/synthea_fhir_r4 here")
def test_synthea_bundles_of_one_patient_are_read():
    read = 0
    for file in sorted((SHARED / "data/synthea_fhir_r4").rglob("*.json"))[:6]:
        content = file.read_bytes()
        patients = json.loads(content)
        if sum(one["resource"]["resourceType"] == "Patient" for one in patients.get("entry", [])) != 1:
            continue
        chart = fhir.read_bundle(content)
        read += 1
        assert chart.conditions and chart.birth_date and chart.identifiers
        assert all(name in chart.text for name in chart.conditions)
    assert read
