import base64
import json
from collections import Counter

import pytest

from helpers.clinical import fhir, fhir_events, note_sections, timeline
from helpers.clinical.fhir_references import key_of
from helpers.core.errors import RecordError

PATIENT = {"reference": "Patient/p1"}


def told(resource, *, find=lambda key: None):
    """The one line that a valid resource gives, without its heading."""
    fhir.check(resource)
    rendered = timeline.render(fhir_events.history([resource], find).events)
    return rendered.partition("\n")[2]


def coded(display, code="1", system="http://snomed.info/sct"):
    return {"coding": [{"system": system, "code": code, "display": display}]}


def state(code, system="condition-clinical"):
    return {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{system}", "code": code}]}


def test_a_condition_tells_time_state_and_doubt():
    condition = {
        "resourceType": "Condition", "subject": PATIENT, "code": coded("Gout"), "clinicalStatus": state("resolved"),
        "verificationStatus": state("provisional", "condition-ver-status"), "severity": coded("Severe"),
        "onsetDateTime": "2010-01", "abatementDateTime": "2011-02-03", "recordedDate": "2010-03-01",
    }  # fmt: skip
    assert told(condition) == "- 2010-01 to 2011-02-03 Gout, Severe, provisional (resolved)"


@pytest.mark.parametrize("status", ["refuted", "unconfirmed", "differential"])
def test_what_is_not_certain_is_never_told_as_certain(status):
    verification = state(status, "condition-ver-status")
    condition = {
        "resourceType": "Condition",
        "subject": PATIENT,
        "code": coded("Gout"),
        "verificationStatus": verification,
    }
    assert told(condition) == f"- undated Gout, {status}"


def test_what_was_not_done_says_so():
    base = {"subject": PATIENT, "code": coded("Colonoscopy"), "status": "not-done"}
    assert told({"resourceType": "Procedure", **base}) == "- undated Colonoscopy, not done"
    vaccine = {"resourceType": "Immunization", "patient": PATIENT, "vaccineCode": coded("DTP"), "status": "not-done",
               "statusReason": coded("declined by patient"), "occurrenceDateTime": "2013-01-10"}  # fmt: skip
    assert told(vaccine) == "- 2013-01-10 DTP, declined by patient, not done"
    drug = {"resourceType": "MedicationStatement", "subject": PATIENT, "medicationCodeableConcept": coded("Aspirin"),
            "status": "not-taken", "effectivePeriod": {"start": "2013-01-10", "end": "2013-02-10"}}  # fmt: skip
    assert told(drug) == "- 2013-01-10 to 2013-02-10 Aspirin, not taken"


def test_an_observation_tells_value_unit_judgement_and_components():
    pressure = {
        "resourceType": "Observation", "status": "final", "subject": PATIENT, "code": coded("Blood pressure"),
        "effectiveDateTime": "2020-01-02T03:04:05Z",
        "component": [
            {"code": coded("Systolic"), "valueQuantity": {"value": 150, "unit": "mmHg"}, "interpretation": [coded("High")]},
            {"code": coded("Diastolic"), "dataAbsentReason": {"text": "not measured"}},
        ],
    }  # fmt: skip
    assert (
        told(pressure) == "- 2020-01-02 Blood pressure: Systolic 150 mmHg [High], Diastolic not available, not measured"
    )


def test_a_medication_is_named_through_its_reference_or_counted_as_lost():
    request = {
        "resourceType": "MedicationRequest", "status": "active", "intent": "order", "subject": PATIENT,
        "authoredOn": "2020-01-02", "medicationReference": {"reference": "Medication/m1", "display": "as told"},
        "dosageInstruction": [{"text": "one a day"}], "reasonReference": [{"reference": "Condition/c1"}],
    }  # fmt: skip
    known = {
        "Medication/m1": {"resourceType": "Medication", "id": "m1", "code": coded("Metformin 500 mg")},
        "Condition/c1": {"resourceType": "Condition", "id": "c1", "code": coded("Diabetes")},
    }
    assert told(request, find=known.get) == "- 2020-01-02 Metformin 500 mg, one a day, for Diabetes (active)"
    assert told(request) == "- 2020-01-02 as told, one a day (active)"
    assert fhir_events.history([request], lambda key: None).unresolved == {"Medication": 1, "Condition": 1}


def test_an_encounter_tells_kind_reason_and_discharge_and_nobodys_name():
    encounter = {
        "resourceType": "Encounter", "status": "finished", "subject": PATIENT | {"display": "Ana Prueba"},
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "participant": [{"individual": {"display": "Dr. Kowalska"}}], "reasonCode": [coded("Chest pain")],
        "period": {"start": "2020-01-02", "end": "2020-01-05"}, "hospitalization": {"dischargeDisposition": coded("Home")},
    }  # fmt: skip
    assert told(encounter) == "- 2020-01-02 to 2020-01-05 inpatient, for Chest pain, discharge: Home"


def test_an_allergy_tells_reaction_and_criticality():
    allergy = {
        "resourceType": "AllergyIntolerance", "patient": PATIENT, "code": coded("Penicillin"), "criticality": "high",
        "clinicalStatus": state("active", "allergyintolerance-clinical"), "recordedDate": "2020",
        "reaction": [{"manifestation": [coded("Hives"), coded("Wheeze")]}],
    }  # fmt: skip
    assert told(allergy) == "- 2020 Penicillin, reaction Hives, Wheeze, criticality high (active)"


def note_of(attachment, **changes):
    return {
        "resourceType": "DocumentReference", "status": "current", "subject": PATIENT, "type": coded("Discharge summary"),
        "date": "2020-01-02T00:00:00Z", "content": [{"attachment": attachment}], **changes,
    }  # fmt: skip


def test_notes_are_decoded_from_data_and_from_binaries():
    data = base64.b64encode("Findings: fièvre.".encode()).decode()
    own = note_of({"contentType": "text/plain", "data": data})
    assert told(own) == "Discharge summary\nFindings: fièvre."
    binary = {"Binary/b1": {"resourceType": "Binary", "id": "b1", "contentType": "text/plain", "data": data}}
    linked = note_of({"url": "Binary/b1"}, context={"period": {"start": "2019-12-01"}})
    assert told(linked, find=binary.get) == "Discharge summary\nFindings: fièvre."
    assert fhir_events.history([linked], binary.get).events[0].when == "2019-12-01"


def test_lost_and_unreadable_attachments_are_counted_and_stop_nothing():
    resources = [
        note_of({"contentType": "application/pdf", "data": base64.b64encode(b"%PDF").decode()}),
        note_of({"contentType": "text/plain", "data": base64.b64encode(b"\xff\xfe").decode()}),
        note_of({"url": "Binary/lost"}),
        {"resourceType": "Condition", "subject": PATIENT, "code": coded("Gout")},
    ]
    history = fhir_events.history(resources, lambda key: None)
    assert [event.text for event in history.events] == ["Gout"]
    assert history.unread == {"attachment application/pdf": 1, "attachment text/plain": 1}
    assert history.unresolved == {"Binary": 1}


def test_retracted_unnamed_and_unknown_resources_are_counted():
    error = state("entered-in-error", "condition-ver-status")
    resources = [
        {"resourceType": "Condition", "subject": PATIENT, "code": coded("Gout"), "verificationStatus": error},
        {"resourceType": "Observation", "status": "entered-in-error", "code": coded("x")},
        note_of({"data": "eA=="}, status="superseded"),
        {"resourceType": "Procedure", "status": "completed", "subject": PATIENT},
        {"resourceType": "Claim"},
    ]
    history = fhir_events.history(resources, lambda key: None)
    assert (history.events, history.retracted) == ((), 3)
    assert history.unread == {"Procedure without a name": 1, "Claim": 1}


def test_the_codes_of_a_condition_are_kept_for_labels():
    condition = {"resourceType": "Condition", "subject": PATIENT, "code": coded("Gout", "90560007")}
    assert fhir_events.history([condition], lambda key: None).events[0].codes == {
        ("http://snomed.info/sct", "90560007")
    }


def read_each(folder):
    """(file, resource) of every file: a resource, or those in a bundle."""
    for file in sorted(folder.rglob("*.json")):
        content = json.loads(file.read_bytes())
        entries = content.get("entry", []) if content.get("resourceType") == "Bundle" else [{"resource": content}]
        for entry in entries:
            if "resourceType" in entry.get("resource", {}):
                yield file.name, entry["resource"]


# what the two sets of examples hold that no timeline can tell, each looked at by hand
SILENT = {
    "Bundle-xds.json": "Binary", "DocumentReference-example.json": "Binary", "bundle-docref-example1.json": "Binary",
    "bundle-docref-example2.json": "Binary", "DocumentReference-adi-dnr.json": "attachment application/pdf",
    "MedicationStatement-example005.json": "retracted", "Observation-f202.json": "retracted",
    "Procedure-appendectomy-narrative.json": "Procedure without a name",
}  # fmt: skip
INVALID = {"diagnosticreport-cbc.json": "A DiagnosticReport does not hold to FHIR R4. Found: element text.div."}


@pytest.mark.parametrize(("name", "files"), [("hl7_fhir_r4_examples", 379), ("us_core_examples", 225)])
def test_every_example_of_hl7_is_told_or_set_aside_for_the_right_reason(shared, name, files):
    folder, seen, types = shared / "data" / name, set(), Counter()
    for file, resource in read_each(folder):
        kind = resource["resourceType"]
        types[kind] += 1
        if kind in fhir.CHECKED:
            try:
                fhir.check(resource)
            except RecordError as error:
                assert INVALID[file] == str(error)
                seen.add(file)
                continue
        history = fhir_events.history([resource], lambda key: None)
        if kind not in fhir_events.READ:
            assert not history.events and history.unread == ({} if kind in fhir.CHECKED else {kind: 1})
        elif not history.events:
            seen.add(file)
            assert SILENT[file] in {*history.unread, *history.unresolved, *(["retracted"] if history.retracted else [])}
        elif kind not in ("DocumentReference", "DiagnosticReport"):
            (event,) = history.events
            heading, line = timeline.render([event]).split("\n")
            assert heading == timeline.HEADINGS[event.kind] and line.startswith(
                f"- {timeline.day(event.when) or 'undated'}"
            )
            assert len(note_sections.find_sections(f"{heading}\n{line}")) == 1
    present = {file.name for file in folder.rglob("*.json")}
    assert len(present - {"package.json"}) == files
    assert seen == {file for file in {**SILENT, **INVALID} if file in present}
    assert types["Observation"] > 100


def test_synthea_bundles_become_timelines_in_which_every_resource_is_told_or_counted(shared):
    files = sorted((shared / "data/synthea_fhir_r4/bundles").glob("*.json"))
    assert len(files) == 16
    for file in files:
        entries = json.loads(file.read_bytes())["entry"]
        resources = [entry["resource"] for entry in entries]
        found = {entry["fullUrl"]: entry["resource"] for entry in entries} | {key_of(one): one for one in resources}
        for one in resources:
            if one["resourceType"] in fhir.CHECKED:
                fhir.check(one)
        history = fhir_events.history(resources, found.get)
        readable = [one for one in resources if one["resourceType"] in fhir_events.READ]
        assert len(history.events) == len(readable) and not history.unresolved and not history.retracted
        assert len(readable) + sum(history.unread.values()) + 1 == len(resources)  # and the Patient
        rendered = timeline.render(history.events)
        names = [
            entry["resource"]["code"]["text"] for entry in entries if entry["resource"]["resourceType"] == "Condition"
        ]
        assert names and all(name in rendered for name in names)
        patient = next(one for one in resources if one["resourceType"] == "Patient")
        assert patient["name"][0]["family"] not in rendered and patient["birthDate"] + "T" not in rendered
        headings = [line for line in rendered.split("\n") if not line.startswith("- ") and line]
        assert set(headings) <= set(timeline.HEADINGS.values())
        assert len(note_sections.find_sections(rendered)) == len(headings)
