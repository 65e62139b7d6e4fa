import re
import uuid
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from fhirpathpy import evaluate

from helpers.core.errors import RecordError
from helpers.deploy import cds_hooks, service
from helpers.deploy.responder import Answer

SPECIFICATION = Path(__file__).parents[3] / "shared" / "data" / "cds_hooks_spec"
KEY = {"X-API-Key": "a-test-key"}
PATH = "/cds-services/clintune-diagnosis"


@pytest.fixture(scope="module")
def client(bundle, engine):
    return TestClient(service.create_app(bundle.folder, engine=engine, key=KEY["X-API-Key"]))


def _condition(name, *, patient="p1", status="confirmed"):
    return {
        "resourceType": "Condition",
        "subject": {"reference": f"Patient/{patient}"},
        "verificationStatus": {"coding": [{"code": status}]},
        "code": {"coding": [{"system": "http://purl.obolibrary.org/obo/hp.owl", "display": name}]},
    }


def _request(*names, **changes):
    entries = [{"resource": _condition(name)} for name in names]
    return {
        "hook": "patient-view",
        "hookInstance": str(uuid.uuid4()),
        "context": {"userId": "Practitioner/d1", "patientId": "p1"},
        "prefetch": {
            "patient": {"resourceType": "Patient", "id": "p1"},
            "conditions": {"resourceType": "Bundle", "type": "searchset", "entry": entries},
        },
    } | changes


def _holds(name: str, resource: dict) -> bool:
    """Evaluate an invariant published by HL7 on one object."""
    if not SPECIFICATION.is_dir():
        pytest.skip("the CDS Hooks specification is not on this machine")
    text = (SPECIFICATION / f"{name}.fsh").read_text(encoding="utf-8")
    expression = re.search(r'^\* expression = "(.*)"\s*$', text, re.MULTILINE)[1]
    found = evaluate(resource, expression)
    return found != [False]


def _cards_hold(answer: dict) -> bool:
    """Every invariant that the logical model puts on a card, and its required fields."""
    for card in answer["cards"]:
        ok = all(_holds(name, card) for name in ("cds-resp-1", "cds-resp-6"))
        ok &= all(_holds(name, each) for each in card.get("suggestions", []) for name in ("cds-resp-5", "cds-resp-7"))
        ok &= all(_holds("cds-resp-3", link) for link in card.get("links", []))
        ok &= 0 < len(card["summary"]) < 140 and card["indicator"] in ("info", "warning", "critical")
        ok &= bool(card["source"]["label"])
        if not ok:
            return False
    return True


def test_discovery_needs_no_key_and_names_hook_prefetch_and_limits(client):
    (found,) = client.get("/cds-services").json()["services"]
    assert found["hook"] == "patient-view" and set(found["prefetch"]) == {"patient", "conditions"}
    assert "Not intended for clinical use" in found["description"]


def test_a_call_returns_one_valid_card_with_its_caution(client, bundle):
    found = client.post(PATH, json=_request("molar tooth sign", "oculomotor apraxia"), headers=KEY)
    assert found.status_code == 200
    (card,) = found.json()["cards"]
    assert _cards_hold(found.json())
    assert card["indicator"] == "info" and uuid.UUID(card["uuid"])
    assert "Not intended for clinical use" in card["detail"] and bundle.caution in card["detail"]
    assert any(label in card["summary"] for label in bundle.labels)


def test_the_invariants_can_fail():
    wrong = {"summary": "x", "indicator": "info", "source": {"label": "x"}, "suggestions": [{"label": "a"}]}
    assert not _cards_hold({"cards": [wrong]})
    assert not _cards_hold({"cards": [{"summary": "x" * 140, "indicator": "info", "source": {"label": "x"}}]})


def test_the_call_needs_a_key(client):
    assert client.post(PATH, json=_request("ataxia")).status_code == 401


def test_no_conditions_give_an_empty_list_of_cards(client):
    found = client.post(PATH, json=_request(), headers=KEY)
    assert found.status_code == 200 and found.json() == {"cards": []}


@pytest.mark.parametrize(
    "prefetch",
    [
        {},
        {"patient": {"resourceType": "Patient", "id": "p1"}},
        {"patient": {"resourceType": "Patient", "id": "p1"}, "conditions": None},
        {"patient": {"resourceType": "Patient", "id": "p1"}, "conditions": {"resourceType": "OperationOutcome"}},
        {"patient": {"resourceType": "Patient", "id": "other"}, "conditions": {"resourceType": "Bundle"}},
        {
            "patient": {"resourceType": "Patient", "id": "p1"},
            "conditions": {"resourceType": "Bundle", "entry": [{"resource": _condition("Quuxitis", patient="p2")}]},
        },
        {
            "patient": {"resourceType": "Patient", "id": "p1"},
            "conditions": {"resourceType": "Bundle", "link": [{"relation": "next", "url": "https://example.org/2"}]},
        },
        {
            "patient": {"resourceType": "Patient", "id": "p1", "birthDate": "Quuxitis"},
            "conditions": {"resourceType": "Bundle", "entry": [{"resource": _condition("Ataxia")}]},
        },
        {
            "patient": {"resourceType": "Patient", "id": "p1"},
            "conditions": {"resourceType": "Bundle", "entry": [None]},
        },
    ],
)
def test_insufficient_prefetch_is_412_and_quotes_nothing(client, prefetch):
    found = client.post(PATH, json=_request(prefetch=prefetch), headers=KEY)
    assert (
        found.status_code == 412 and "Quuxitis" not in found.text and "other" not in found.text.replace("another", "")
    )


def test_other_hooks_services_and_bad_requests_are_refused(client):
    assert client.post(PATH, json=_request("ataxia", hook="order-sign"), headers=KEY).status_code == 400
    assert client.post(PATH, json=_request("ataxia", context={}), headers=KEY).status_code == 400
    assert client.post("/cds-services/none", json=_request("ataxia"), headers=KEY).status_code == 404
    assert client.post(PATH, json=_request("ataxia", hookInstance="x"), headers=KEY).status_code == 422
    unnamed = _request("ataxia", fhirAuthorization={"access_token": "t"})
    assert client.post(PATH, json=unnamed, headers=KEY).status_code == 422 and not _holds("cds-r-1", unnamed)
    named = unnamed | {"fhirServer": "https://fhir.example.org/r4"}
    assert client.post(PATH, json=named, headers=KEY).status_code == 200 and _holds("cds-r-1", named)


def test_refuted_mistaken_and_repeated_conditions_are_left_out():
    prefetch = _request("Ataxia", "Ataxia", "Hypotonia")["prefetch"]
    prefetch["conditions"]["entry"] += [
        {"resource": _condition("Seizure", status="refuted")},
        {"resource": _condition("Goiter", status="entered-in-error")},
        {"resource": {"resourceType": "OperationOutcome"}},
    ]
    chart = cds_hooks.findings(prefetch, patient_id="p1")
    assert chart.conditions == ("Ataxia", "Hypotonia") and chart.text == "Active problems:\n- Ataxia\n- Hypotonia"
    prefetch["conditions"]["entry"].append({"resource": {"resourceType": "Observation"}})
    with pytest.raises(RecordError, match="insufficient"):
        cds_hooks.findings(prefetch, patient_id="p1")


FEEDBACK = {"card": str(uuid.uuid4()), "outcome": "accepted", "outcomeTimestamp": "2026-01-02T03:04:05Z"}


@pytest.mark.parametrize(
    ("entry", "invariant", "part"),
    [
        (FEEDBACK | {"acceptedSuggestions": [{"id": str(uuid.uuid4())}]}, "cds-fb-2", None),
        (
            FEEDBACK | {"outcome": "overridden", "overrideReason": {"userComment": "Quuxley"}},
            "cds-fb-3",
            "overrideReason",
        ),
        (FEEDBACK, "cds-fb-2", None),
        (FEEDBACK | {"outcome": "ignored"}, "cds-fb-1", None),
        (FEEDBACK | {"outcome": "overridden", "overrideReason": {}}, "cds-fb-3", "overrideReason"),
    ],
)
def test_feedback_is_taken_exactly_where_the_invariants_hold(client, entry, invariant, part):
    found = client.post(f"{PATH}/feedback", json={"feedback": [entry]}, headers=KEY)
    assert (found.status_code == 200) == _holds(invariant, entry[part] if part else entry)


def test_feedback_log_keeps_outcomes_and_no_comments(bundle, engine, tmp_path):
    log = tmp_path / "requests.jsonl"
    client = TestClient(service.create_app(bundle.folder, engine=engine, key=KEY["X-API-Key"], request_log=log))
    entry = FEEDBACK | {"outcome": "overridden", "overrideReason": {"userComment": "Quuxley"}}
    assert client.post(f"{PATH}/feedback", json={"feedback": [entry]}, headers=KEY).status_code == 200
    assert "overridden" in log.read_text() and "Quuxley" not in log.read_text()


def test_generated_text_becomes_an_info_card_that_cannot_carry_markup(make_bundle, tmp_path):
    bundle = make_bundle(tmp_path, kind="generation", labels=())
    answer = Answer("<img src=x> **now** " + "long " * 60, "", {}, 0.5, 0.0, 10, 60, 1, 0.1)
    card = cds_hooks.card(answer, bundle)
    assert _cards_hold({"cards": [card]}) and card["indicator"] == "info"
    assert "<img" not in card["detail"] and "**now" not in card["detail"] and "&lt;img" in card["detail"]


def test_mentions_become_a_list_on_the_card(make_bundle, tmp_path):
    bundle = make_bundle(tmp_path, kind="extraction", labels=())
    answers = [Answer(text, "", {}, 0.5, 0.0, 10, 60, 1, 0.1) for text in ("rash\n<b>\nrash", "none")]
    found, nothing = (cds_hooks.card(answer, bundle) for answer in answers)
    assert _cards_hold({"cards": [found, nothing]})
    assert found["summary"].endswith(": rash; <b>") and "- rash\n- &lt;b&gt;" in found["detail"]
    assert nothing["summary"].endswith(": none") and "- none" in nothing["detail"]


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"steps": ("repair", "sections", "normalise")}, "Active problems:\n- CC=O\n- rings 0"),
        ({"steps": ("repair", "sections", "normalise"), "kind": "generation", "labels": ()}, "CC=O; rings 0"),
        ({"steps": ("repair",)}, "CC=O\nrings 0"),
        ({"steps": ("repair",), "kind": "extraction", "labels": ()}, "Active problems:\n- CC=O\n- rings 0"),
    ],
)
def test_conditions_become_the_text_that_the_model_was_trained_on(make_bundle, tmp_path, changes, asked):
    bundle, questions = make_bundle(tmp_path, **changes), []

    def ask(text):
        questions.append(text)
        return Answer("ataxia", "", {}, 0.5, 0.0, 10, 1, 1, 0.1)

    app = FastAPI()
    app.include_router(cds_hooks.router(bundle, ask=ask, authorise=lambda: None, log=lambda event: None))
    assert TestClient(app).post(PATH, json=_request("CC=O", "rings 0")).status_code == 200
    assert questions == [asked]
