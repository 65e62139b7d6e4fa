import base64
import datetime
import json
import re
from xml.etree import ElementTree

import pytest
from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from helpers.clinical.deid import fhir_elements, fhir_resources, lexicon, surrogates
from helpers.core.errors import PhiError, RecordError

KEY = b"k" * 32
NOTE = "Adaeze Mossley was seen by Dr. Kowalczyk on 2019-03-04. MRN 4471902. Call 212-867-5309."
DIV = (
    '<div xmlns="http://www.w3.org/1999/xhtml" onclick="x"><p title="Mossley">Name: <b>Adaeze</b> <i>Mossley</i> '
    '&amp; son&nbsp;</p><img src="face.png" alt="Mossley"/><a href="mailto:a@b.org">born 1961-02-03</a><br/>'
    "Potassium 4.1 &lt; 5</div>"
)


def b64(text):
    return base64.b64encode(text.encode()).decode()


def bundle():
    patient = {
        "resourceType": "Patient",
        "id": "mossley-1",
        "meta": {"lastUpdated": "2021-05-06T07:08:09.123Z", "source": "http://clinic.mossley.org/x", "versionId": "3"},
        "text": {"status": "generated", "div": DIV},
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName", "valueString": "Okonkwo"},
            {
                "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
                "valueAddress": {"city": "Faketown", "state": "Massachusetts"},
            },
            {"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex", "valueCode": "F"},
        ],
        "identifier": [
            {
                "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]},
                "system": "http://clinic.mossley.org/mrn",
                "value": "4471902",
                "assigner": {"display": "Mossley Memorial Hospital"},
            },
            {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "123-45-6789"},
        ],
        "name": [
            {
                "use": "official",
                "family": "Mossley",
                "given": ["Adaeze", "Q."],
                "prefix": ["Ms."],
                "text": "Adaeze Mossley",
            }
        ],
        "telecom": [{"system": "phone", "value": "212-867-5309"}, {"system": "email", "value": "adaeze@mossley.org"}],
        "gender": "female",
        "birthDate": "1961-02-03",
        "_birthDate": {
            "extension": [
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime",
                    "valueDateTime": "1961-02-03T04:05:06Z",
                }
            ]
        },
        "deceasedDateTime": "2021-06-07T08:09:10+01:00",
        "address": [
            {
                "line": ["17 Larchmere Rd"],
                "city": "Faketown",
                "state": "MA",
                "postalCode": "01940",
                "extension": [
                    {
                        "url": "http://hl7.org/fhir/StructureDefinition/geolocation",
                        "extension": [{"url": "latitude", "valueDecimal": 42.123456}],
                    }
                ],
            }
        ],
        "photo": [{"contentType": "image/png", "data": b64("face"), "title": "Mossley.png", "hash": b64("h")}],
        "contact": [{"name": {"family": "Mossley", "given": ["Ikenna"]}, "relationship": [{"text": "brother"}]}],
    }
    practitioner = {
        "resourceType": "Practitioner",
        "id": "kow",
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}],
        "name": [{"family": "Kowalczyk", "given": ["Jerzy"], "suffix": ["MD"]}],
    }
    place = {
        "resourceType": "Location",
        "id": "loc1",
        "name": "Mossley Memorial Hospital",
        "position": {"longitude": -71.0625, "latitude": 42.3421},
        "address": {"text": "17 Larchmere Rd, Faketown"},
    }
    device = {
        "resourceType": "Device",
        "id": "dev1",
        "serialNumber": "SER-99881",
        "lotNumber": "LOT7713",
        "udiCarrier": [{"deviceIdentifier": "00844588003288", "carrierHRF": "(01)00844588003288(21)SER-99881"}],
        "patient": {"reference": "Patient/mossley-1", "display": "Adaeze Mossley"},
    }
    coverage = {
        "resourceType": "Coverage",
        "id": "cov1",
        "status": "active",
        "subscriberId": "ZB8812345",
        "beneficiary": {"reference": "https://ehr.mossley.org/fhir/Patient/mossley-1"},
        "payor": [{"display": "private"}],
    }
    document = {
        "resourceType": "DocumentReference",
        "id": "doc1",
        "status": "current",
        "subject": {"reference": "Patient/mossley-1"},
        "date": "2019-03-04T10:00:00Z",
        "author": [
            {"reference": "#a1"},
            {"reference": "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1234567893"},
        ],
        "contained": [{"resourceType": "Practitioner", "id": "a1", "name": [{"text": "Jerzy Kowalczyk"}]}],
        "content": [
            {
                "attachment": {
                    "contentType": "text/plain; charset=utf-8",
                    "data": b64(NOTE),
                    "title": "Note on Adaeze Mossley",
                }
            },
            {
                "attachment": {
                    "contentType": "application/pdf",
                    "data": b64("%PDF"),
                    "url": "https://ehr.mossley.org/f?p=4471902",
                }
            },
        ],
    }
    observation = {
        "resourceType": "Observation",
        "id": "obs1",
        "status": "final",
        "code": {
            "coding": [{"system": "http://loinc.org", "code": "2823-3", "display": "Potassium"}],
            "text": "Potassium",
        },
        "subject": {"reference": "Patient/mossley-1", "display": "Mossley, Adaeze"},
        "performer": [
            {"reference": "Practitioner/kow", "display": "Dr. Jerzy Kowalczyk"},
            {"reference": "Practitioner/absent"},
        ],
        "effectivePeriod": {"start": "2019-03-04", "end": "2019-03-05T01:02:03Z"},
        "issued": "2019-03-05T01:02:03Z",
        "valueQuantity": {"value": 4.1, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
        "note": [
            {"authorString": "Jerzy Kowalczyk", "time": "2019-03-05", "text": "Told Adaeze Mossley on 2019-03-05."}
        ],
    }
    family = {
        "resourceType": "FamilyMemberHistory",
        "id": "fam1",
        "status": "completed",
        "patient": {"reference": "Patient/mossley-1"},
        "name": "Ngozi Mossley",
        "relationship": {"text": "grandmother"},
        "bornDate": "1899-04-05",
        "deceasedAge": {"value": 97, "unit": "a", "system": "http://unitsofmeasure.org", "code": "a"},
    }
    resources = (patient, practitioner, place, device, coverage, document, observation, family)
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": "2021-05-06T07:08:09Z",
        "entry": [
            {"fullUrl": f"https://ehr.mossley.org/fhir/{one['resourceType']}/{one['id']}", "resource": one}
            for one in resources
        ],
    }


def clean(resource, **changes):
    given = {"method": "safe_harbor", "output": "surrogate", "key": KEY} | changes
    return fhir_resources.deidentify(resource, **given)


def only(resource, kind):
    return next(entry["resource"] for entry in resource["entry"] if entry["resource"]["resourceType"] == kind)


def validate(resource):
    get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def nodes(value):
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from nodes(item)
    elif isinstance(value, list):
        for item in value:
            yield from nodes(item)


def days(value, path=()):
    """(path, day) of every full date or time in a resource."""
    if isinstance(value, str) and fhir_elements.is_iso(value) and len(value) > 9:
        yield path, datetime.date.fromisoformat(value[:10])
    elif isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from days(item, (*path, key))


def readable(resource):
    """All text of a resource, attachments decoded."""
    parts = [json.dumps(resource, ensure_ascii=False)]
    for node in nodes(resource):
        if isinstance(node.get("data"), str) and str(node.get("contentType", "")).startswith("text/"):
            parts.append(base64.b64decode(node["data"]).decode())
    return "\n".join(parts)


def links(bundle):
    """(resolved, unresolved) positions of references, in document order."""
    full = {entry.get("fullUrl") for entry in bundle.get("entry", [])}
    relative = {f"{r['resourceType']}/{r.get('id')}" for e in bundle.get("entry", []) if (r := e.get("resource"))}
    resolved = []
    for entry in bundle.get("entry", []):
        inside = {"#" + one["id"] for node in nodes(entry) for one in node.get("contained") or [] if "id" in one}
        resolved += [
            node["reference"] in full | relative | inside or "/".join(node["reference"].split("/")[-2:]) in relative
            for node in nodes(entry)
            if isinstance(node.get("reference"), str)
        ]
    return resolved


@pytest.mark.parametrize("output", ["surrogate", "tag", "mask"])
@pytest.mark.parametrize("method", ["safe_harbor", "expert_determination", "limited_data_set"])
def test_no_identifier_of_any_element_is_left_and_the_bundle_stays_valid(method, output):
    new = clean(bundle(), method=method, output=output)
    validate(new)
    text = readable(new)
    for value in (
        "Adaeze",
        "Mossley",
        "Kowalczyk",
        "Jerzy",
        "Ikenna",
        "Ngozi",
        "Okonkwo",
        "4471902",
        "123-45-6789",
        "867-5309",
        "mossley.org",
        "Larchmere",
        "Faketown",
        "01940",
        "1234567893",
        "SER-99881",
        "LOT7713",
        "00844588003288",
        "ZB8812345",
        "42.34",
        "42.12",
        "71.06",
        "face.png",
        "1961-02-03",
        "2019-03-04",
        "2019-03-05",
        "2021-06-07",
        "mossley-1",
        "JVBERi",
        "onclick",
        "1899",
    ):
        assert value.lower() not in text.lower(), value


def test_codes_units_and_coded_values_stay():
    new = clean(bundle())
    old = only(bundle(), "Observation")
    assert only(new, "Observation")["valueQuantity"] == old["valueQuantity"]
    assert only(new, "Observation")["code"] == old["code"]
    patient = only(new, "Patient")
    assert (patient["gender"], patient["name"][0]["prefix"], patient["address"][0]["state"]) == (
        "female",
        ["Ms."],
        "MA",
    )
    assert {"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex", "valueCode": "F"} in patient[
        "extension"
    ]
    assert patient["meta"]["versionId"] == "3"


def test_the_resource_given_stays_as_it_is():
    given = bundle()
    clean(given)
    assert given == bundle()


def test_safe_harbor_leaves_years_and_an_instant_tells_the_year_only():
    new = clean(bundle())
    patient, observation = only(new, "Patient"), only(new, "Observation")
    assert patient["birthDate"] == "1961" and patient["deceasedDateTime"] == "2021"
    assert patient["meta"]["lastUpdated"] == "2021-01-01T00:00:00Z"
    assert observation["effectivePeriod"] == {"start": "2019", "end": "2019"}
    assert observation["issued"] == "2019-01-01T00:00:00Z"


def test_a_year_that_tells_an_age_over_89_goes_and_says_so():
    old = {"resourceType": "Patient", "id": "x", "birthDate": f"{datetime.date.today().year - 95}-03-04"}
    new = clean(old)
    validate(new)
    assert "birthDate" not in new and new["_birthDate"]["extension"][0]["valueCode"] == "masked"
    family = only(clean(bundle()), "FamilyMemberHistory")
    assert "bornDate" not in family
    assert (family["deceasedAge"]["value"], family["deceasedAge"]["comparator"]) == (90, ">=")


def test_other_methods_move_all_dates_by_the_offset_of_the_notes():
    new = clean(bundle(), method="expert_determination")
    days = datetime.timedelta(days=surrogates.offset_days(key=KEY, patient_key="mossley-1"))
    assert only(new, "Patient")["birthDate"] == (datetime.date(1961, 2, 3) + days).isoformat()
    period = only(new, "Observation")["effectivePeriod"]
    assert period["end"] == (datetime.date(2019, 3, 5) + days).isoformat() + "T01:02:03Z"
    note = base64.b64decode(only(new, "DocumentReference")["content"][0]["attachment"]["data"]).decode()
    assert (datetime.date(2019, 3, 4) + days).isoformat() in note


def test_one_person_has_one_surrogate_in_fields_texts_and_notes():
    new = clean(bundle())
    name = only(new, "Patient")["name"][0]
    shown = f"{name['given'][0]} {name['family']}"
    assert name["text"] == shown
    assert only(new, "Observation")["subject"]["display"] == f"{name['family']}, {name['given'][0]}"
    assert shown in base64.b64decode(only(new, "DocumentReference")["content"][0]["attachment"]["data"]).decode()
    assert name["given"][0] in only(new, "Patient")["text"]["div"]
    writer = surrogates.Surrogates(key=KEY, patient_key="mossley-1", method="safe_harbor")
    assert writer.write("NAME", "ADAEZE MOSSLEY") == shown.upper()
    doctor = only(new, "Practitioner")["name"][0]
    assert only(new, "Observation")["performer"][0]["display"] == f"Dr. {doctor['given'][0]} {doctor['family']}"
    assert only(new, "Patient")["identifier"][0]["value"] in readable(only(new, "DocumentReference"))


def test_references_of_every_form_still_resolve():
    old, new = bundle(), clean(bundle())
    assert links(new) == links(old) and sum(links(old)) >= 7
    document = only(new, "DocumentReference")
    npi = only(new, "Practitioner")["identifier"][0]["value"]
    assert document["author"][1]["reference"] == f"Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|{npi}"
    assert document["author"][0]["reference"] == "#" + document["contained"][0]["id"]
    alone = clean(only(old, "Observation"))
    assert alone["performer"] == [
        {"reference": one["reference"]} | ({"display": alone["performer"][0]["display"]} if number == 0 else {})
        for number, one in enumerate(only(new, "Observation")["performer"])
    ]
    assert alone["subject"]["reference"] == f"Patient/{surrogates.code('mossley-1', key=KEY, prefix='p-')}"


@pytest.mark.parametrize(
    ("old", "pattern"),
    [
        ("Patient/abc/_history/2", r"Patient/p-[0-9a-f]{16}/_history/2"),
        ("urn:uuid:018f428e-34f6-4707-8009-5ad742f901e7", r"urn:uuid:[0-9a-f-]{36}"),
        ("urn:oid:1.2.3.4.5", r"urn:oid:2\.999\.\d+"),
        ("http://a.b/fhir/Patient/abc", r"https://example\.org/\d+/Patient/p-[0-9a-f]{16}"),
        ("Patient?name=Mossley&birthdate=1961-02-03", r"Patient\?name=r-[0-9a-f]{16}&birthdate=r-[0-9a-f]{16}"),
        ("http://a.b/files/mossley.pdf", r"https://example\.org/\d+"),
        ("Mossley", r"r-[0-9a-f]{16}"),
        ("#", "#"),
    ],
)
def test_a_reference_keeps_its_form_and_loses_its_id(old, pattern):
    new = clean({"resourceType": "Basic", "code": {"text": "x"}, "subject": {"reference": old}})
    assert re.fullmatch(pattern, new["subject"]["reference"])


def test_narrative_is_valid_xhtml_without_attributes_that_tell():
    div = only(clean(bundle()), "Patient")["text"]["div"]
    root = ElementTree.fromstring(div)
    assert "Potassium 4.1 < 5" in "".join(root.itertext())
    assert root.find(".//{http://www.w3.org/1999/xhtml}img") is None and "href" not in div and "title" not in div


@pytest.mark.parametrize(
    "div", ["<div><p>Mossley", "", "<div xmlns='http://www.w3.org/1999/xhtml'></div>", "Mossley", "<p>x</p>"]
)
def test_a_narrative_that_is_no_xhtml_is_put_away_whole(div):
    new = clean({"resourceType": "Patient", "text": {"status": "generated", "div": div}})
    assert "Mossley" not in new["text"]["div"]
    ElementTree.fromstring(new["text"]["div"])


def test_unknown_elements_and_resources_pass_no_date_and_no_identifier():
    new = clean(
        {
            "resourceType": "MedicinalProduct",
            "id": "abcdef1",
            "strange": {"family": "Mossley", "given": ["Adaeze"]},
            "when": "2019-03-04",
            "number": "AB-4471902",
            "words": ["Seen by Dr. Adaeze Mossley on 3/4/2019."],
            "subject": {"reference": "Patient/mossley-1"},
        }
    )
    text = json.dumps(new)
    assert new["when"] == "2019"
    for value in ("Mossley", "Adaeze", "2019-03-04", "4471902", "3/4/2019", "mossley-1", "abcdef1"):
        assert value not in text


def test_patients_of_one_bundle_have_surrogates_of_their_own():
    resources = [
        {"resourceType": "Patient", "id": name, "name": [{"family": "Mossley"}], "birthDate": "1961-02-03"}
        for name in ("a1", "b2")
    ]
    both = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
    first, second = (entry["resource"] for entry in clean(both, method="expert_determination")["entry"])
    assert first["name"] != second["name"] and first["birthDate"] != second["birthDate"]
    assert first == clean(resources[0], method="expert_determination")


def test_bad_input_is_refused_without_quoting_it():
    with pytest.raises(RecordError) as caught:
        clean({"name": [{"family": "Mossley"}]})
    assert "Mossley" not in str(caught.value)
    with pytest.raises(PhiError):
        clean(bundle(), key=b"short")


@pytest.mark.parametrize(
    "wrong", ["Adaeze Mossley", 4471902, ["Adaeze Mossley"], {"x": "Adaeze Mossley"}, None, True, [[4471902]]]
)
def test_elements_of_the_wrong_kind_are_no_way_out(wrong):
    patient = only(bundle(), "Patient")
    for element in (*patient, "entry", "contained", "subject", "unknown"):
        if element == "resourceType":
            continue
        text = json.dumps(clean(patient | {element: wrong}, patient_key="mossley-1"))
        assert "Mossley" not in text and "4471902" not in text, element


def test_a_resource_without_a_bottom_is_refused():
    deep = {"resourceType": "Patient"}
    for _ in range(3000):
        deep = {"resourceType": "Patient", "contained": [deep]}
    with pytest.raises(RecordError, match="nested"):
        clean(deep)


def ordinary(value, old):
    """Whether a name is also a word of the coded values of the bundle, which stay."""
    return value.lower() in old["words"] or value.lower() in lexicon.COMMON


def leaks(old, new):
    """Kinds and numbers of direct identifiers of `old` that `new` still holds."""
    text = readable(new).lower()
    words = set(re.findall(r"[^\W\d_]+", text))
    shown = {
        "words": {
            word
            for node in nodes(old)
            if "system" in node
            for word in re.findall(r"[a-z]+", str(node.get("display")).lower())
        }
    }
    found = {}
    for node in nodes(old):
        values = {
            "name": [v for v in [node.get("family"), *(node.get("given") or [])] if isinstance(v, str) and len(v) > 2],
            "line": [v for v in node.get("line") or [] if isinstance(v, str)],
            "city": [node["city"]] if isinstance(node.get("city"), str) and len(node["city"]) > 2 else [],
            "number": [node["value"]]
            if isinstance(node.get("value"), str) and len(node["value"]) > 4 and "system" in node
            else [],
            "zip": [node["postalCode"]] if len(node.get("postalCode", "")) > 4 else [],
            "id": [node["id"]] if "resourceType" in node and len(str(node.get("id"))) > 12 else [],
        }
        for kind, items in values.items():
            for value in items:
                low = value.lower()
                whole = kind in ("name", "city") and low.isalpha()
                left = low in words if whole else low in text and re.search(rf"(?<![\w.]){re.escape(low)}(?!\w)", text)
                if left and not ordinary(low, shown) and low not in ("unknown", "coverage"):
                    found.setdefault(kind, []).append(value)
    days = re.findall(r"(?<!\d)(?:18|19|20)\d\d-\d\d-\d\d(?!\d)(?!T00:00:00Z)", text.replace("-01-01t00:00:00z", ""))
    return found | ({"date": days} if days else {})


def synthea(shared):
    files = sorted((shared / "data/synthea_fhir_r4").rglob("*.json"))
    if not files:
        pytest.skip("no ../shared/data/synthea_fhir_r4 here")
    return files


def test_every_synthea_bundle_comes_out_valid_without_identifiers_and_with_its_references(shared):
    for file in synthea(shared):
        old = json.loads(file.read_bytes())
        new = clean(old)
        validate(new)
        assert {"name", "line", "city", "number", "zip", "id", "date"} <= set(leaks(old, old)), (
            "the search would find them"
        )
        assert not {kind: len(values) for kind, values in leaks(old, new).items()}
        assert links(new) == links(old)
        assert len(new["entry"]) == len(old["entry"])


def test_synthea_dates_keep_their_distance_under_a_moved_calendar(shared):
    old = json.loads(synthea(shared)[0].read_bytes())
    new = clean(old, method="expert_determination")
    validate(new)
    before, after = dict(days(old)), dict(days(new))
    assert set(before) == set(after)
    pairs = [(before[path], after[path]) for path in before]
    assert len(pairs) > 100 and len({second - first for first, second in pairs}) == 1


@pytest.mark.parametrize("folder", ["hl7_fhir_r4_examples", "us_core_examples"])
def test_published_examples_that_are_valid_stay_valid(shared, folder):
    files = sorted((shared / "data" / folder).rglob("*.json"))
    if not files:
        pytest.skip(f"no ../shared/data/{folder} here")
    tried = 0
    for file in files:
        old = json.loads(file.read_bytes())
        try:
            validate(old)
        except (ValidationError, ValueError, KeyError):
            continue
        tried += 1
        validate(clean(old))
    assert tried > 100
