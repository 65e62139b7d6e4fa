import json
import socket

import pytest
from fhir_stand_in import StandIn, running
from test_permission import card

from helpers.clinical import fhir
from helpers.collect import intake
from helpers.collect.health_records import fhir_server, labels
from helpers.core.errors import ApprovalError, EgressError, RecordError, StageError

TABLE = labels.Labels("patient_id", {key: ("x", "") for key in ("p1", "p2", "p3")})


def patient(key):
    return {"resourceType": "Patient", "id": key}


def condition(number, key):
    name = f"Finding {number} of {key}"
    return {"resourceType": "Condition", "id": f"{key}-{number}", "code": {"text": name},
            "subject": {"reference": f"Patient/{key}"}}  # fmt: skip


SMALL = [patient("p1"), patient("p2"), *(condition(number, key) for key in ("p1", "p2") for number in range(45))]


def read(stand_in, *, table=TABLE, query="", **more):
    rows = fhir_server.rows(f"fhir+{stand_in.url}{query}", table, card="my_card", pause_s=0.001, **more)
    return intake.sort_out(rows, source="mine")


def told(records):
    return {row["record_id"]: row["text"].count("Finding") for row in records.to_dict("records")}


def offered(aside):
    return aside[~aside["reason"].str.contains("offers no resources")]


def test_no_socket_is_opened_to_a_host_that_the_card_does_not_name(tmp_path, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a socket was opened"))
    with pytest.raises(ApprovalError, match="no data card"):
        list(fhir_server.rows("fhir+https://a.example.org/r4", TABLE, card="mine", cards=tmp_path))
    card(tmp_path, hosts="[b.example.org]")
    with pytest.raises(EgressError, match=r"card mine .*host a\.example\.org"):
        list(fhir_server.rows("fhir+https://a.example.org/r4", TABLE, card="mine", cards=tmp_path))


def test_every_page_of_every_patient_is_read():
    with running(StandIn(SMALL)) as server:
        records, aside = read(server)
    assert told(records) == {"p1": 45, "p2": 45} and offered(aside).empty
    assert max(server.asked.values()) == 1 and sum("Condition" in path for path in server.asked) == 6


def test_types_that_the_server_does_not_offer_are_named_and_not_asked_for():
    with running(StandIn(SMALL)) as server:
        _, aside = read(server)
    assert "Observation" in set(aside["file"]) and not any("Observation" in path for path in server.asked)
    assert set(aside["reason"]) == {"the server offers no resources of this type"}


def test_a_server_without_a_statement_is_asked_for_everything():
    server = StandIn(SMALL)
    server.extra["/fhir/metadata"] = (404, {})
    with running(server):
        records, aside = read(server)
    assert told(records) == {"p1": 45, "p2": 45} and aside.empty and any("Observation" in path for path in server.asked)


def test_a_query_chooses_the_patients():
    with running(StandIn(SMALL)) as server:
        records, _ = read(server, query="?_id=p2,p9")
    assert told(records) == {"p2": 45} and not any("patient=p1" in path for path in server.asked)


@pytest.mark.parametrize("fault", ["429", "500", "503", "half page", "half json"])
def test_every_answer_may_stumble_twice_and_nothing_is_lost_or_doubled(fault):
    with running(StandIn(SMALL, faults=lambda path, before: fault if before < 2 else "")) as server:
        records, aside = read(server)
    assert told(records) == {"p1": 45, "p2": 45} and offered(aside).empty
    assert set(server.asked.values()) == {3}


def test_a_server_that_does_not_recover_is_named_and_a_second_run_asks_for_no_finished_page_again(tmp_path):
    server = StandIn(SMALL, faults=lambda path, before: "503" if "patient=p2" in path and "from=40" in path else "")
    with running(server):
        with pytest.raises(StageError, match=r"no whole answer for Condition.*status 503.*finished pages are kept"):
            read(server, scratch=tmp_path)
        finished = set(server.answered)
        assert len(finished) == 7  # metadata, patients, three pages of p1, two of p2
        server.faults = lambda path, before: ""
        records, _ = read(server, scratch=tmp_path)
    assert told(records) == {"p1": 45, "p2": 45}
    assert all(server.asked[path] == 1 for path in finished)
    (folder,) = tmp_path.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700 and len(list(folder.iterdir())) == 8


def test_without_a_scratch_folder_no_page_stays_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with running(StandIn(SMALL)) as server:
        read(server)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("where", ["Patient?", "Condition?"])
def test_an_operation_outcome_instead_of_a_bundle_is_named_by_its_codes_alone(where, tmp_path):
    with running(StandIn(SMALL, faults=lambda path, before: "outcome" if where in path else "")) as server:
        with pytest.raises(
            RecordError, match=r"refused (Patient|Condition).*OperationOutcome error/throttled"
        ) as caught:
            read(server, scratch=tmp_path)
        assert "Prueba" not in str(caught.value)
        server.faults = lambda path, before: ""
        assert told(read(server, scratch=tmp_path)[0]) == {"p1": 45, "p2": 45}  # it was not kept as a page


def test_a_next_page_on_another_server_is_not_followed():
    with (
        running(StandIn(SMALL, faults=lambda path, before: "foreign next" if "Condition" in path else "")) as server,
        pytest.raises(RecordError, match="next page of Condition lies on another server"),
    ):
        read(server)


def test_pages_in_a_circle_end():
    with (
        running(StandIn(SMALL, faults=lambda path, before: "circle" if "Condition" in path else "")) as server,
        pytest.raises(RecordError, match="go round in a circle"),
    ):
        read(server)


def test_fewer_resources_than_announced_are_counted():
    few = [patient("p1"), condition(1, "p1")]
    with running(StandIn(few, faults=lambda path, before: "announce more" if "Condition" in path else "")) as server:
        records, aside = read(server)
    assert told(records) == {"p1": 1}
    assert offered(aside)["reason"].tolist() == ["3 Condition were announced and did not come"]


def test_a_search_that_the_server_has_forgotten_begins_again(tmp_path):
    server = StandIn(SMALL, faults=lambda path, before: "503" if "from=20" in path else "")
    with running(server):
        with pytest.raises(StageError):
            read(server, scratch=tmp_path)
        gone = {path for path in server.asked if "from=20" in path}
        server.faults = lambda path, before: "410" if path in gone and server.asked[path] == 6 else ""
        records, _ = read(server, scratch=tmp_path)
    assert told(records) == {"p1": 45, "p2": 45}


def test_a_next_page_that_is_never_there_is_an_error():
    with (
        running(StandIn(SMALL, faults=lambda path, before: "404" if "from=20" in path else "")) as server,
        pytest.raises(StageError, match="a next page of Condition that it does not have"),
    ):
        read(server)


def test_what_is_pointed_to_is_fetched_from_this_server_alone():
    request = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p1"},
    }
    with running(StandIn([patient("p1")])) as server:
        here = {"resourceType": "Medication", "id": "m1", "code": {"text": "Metformin"}}
        there = {"resourceType": "Medication", "id": "m2", "code": {"text": "Warfarin"}}
        references = [
            "Medication/m1",
            f"{server.url}/Medication/m1",
            "http://127.0.0.1:9/fhir/Medication/m2",
            "Medication/m9",
        ]
        server.by_key = {"Medication/m1": here, "Medication/m2": there}
        server.by_type["MedicationRequest"] = [
            {
                **request,
                "id": f"r{number}",
                "authoredOn": f"202{number}-01-01",
                "medicationReference": {"reference": one},
            }
            for number, one in enumerate(references)
        ]
        records, _ = read(server)
    assert records["text"].tolist() == [
        "Medications:\n- 2020-01-01 Metformin (active)\n- 2021-01-01 Metformin (active)\n"
        "- 2022-01-01 medication without a name (active)\n- 2023-01-01 medication without a name (active)"
    ]
    assert json.loads(records["provenance"][0])["unresolved"] == {"Medication": 2}
    assert server.asked["/fhir/Medication/m1"] == 1 and not server.asked["/fhir/Medication/m2"]


def test_a_note_is_read_from_its_binary_also_where_the_server_gives_bare_content():
    about, linked = {"reference": "Patient/p1"}, [{"attachment": {"contentType": "text/plain", "url": "Binary/b1"}}]
    note = {"resourceType": "DocumentReference", "id": "d", "status": "current", "subject": about, "content": linked}
    binary = {"resourceType": "Binary", "id": "b1", "contentType": "text/plain", "data": "RmluZGluZ3M6IGdvdXQu"}
    with running(StandIn([patient("p1"), note, binary])) as server:
        assert read(server)[0]["text"].tolist() == ["Clinical notes: undated\nFindings: gout."]
        server.extra["/fhir/Binary/b1"] = (200, b"Findings: gout.")
        server.content_type["/fhir/Binary/b1"] = "text/plain"
        assert read(server)[0]["text"].tolist() == ["Clinical notes: undated\nFindings: gout."]


def test_a_token_is_sent_with_every_request_and_a_refusal_is_named(monkeypatch):
    with running(StandIn(SMALL, token="secret-token")) as server:
        with pytest.raises(StageError, match=r"refused metadata.*status 401.*credentials"):
            read(server)
        monkeypatch.setenv("CLINTUNE_FHIR_MY_CARD_TOKEN", "wrong-token")
        with pytest.raises(StageError) as caught:
            read(server)
        assert "wrong-token" not in str(caught.value)
        monkeypatch.setenv("CLINTUNE_FHIR_MY_CARD_TOKEN", "secret-token")
        assert told(read(server)[0]) == {"p1": 45, "p2": 45}


def test_another_version_and_other_answers_are_refused():
    server = StandIn(SMALL)
    with running(server):
        server.extra["/fhir/metadata"] = (200, {"resourceType": "CapabilityStatement", "fhirVersion": "3.0.2"})
        with pytest.raises(RecordError, match=r"another version. Found: 3\.0\.2"):
            read(server)
        server.extra = {"/fhir/Patient": (200, {"resourceType": "Patient", "id": "p1"})}
        with pytest.raises(RecordError, match="answered a search for Patient with no Bundle"):
            read(server)
        server.extra = {"/fhir/Patient": (302, {})}
        with pytest.raises(RecordError, match="status 302"):
            read(server)


def test_a_server_without_encryption_or_without_anybody_there_is_refused():
    with pytest.raises(EgressError, match="encryption"):
        list(fhir_server.rows("fhir+http://ehr.example.org/fhir", TABLE, card="my_card"))
    with pytest.raises(StageError, match="ConnectError after 6 tries"):
        list(fhir_server.rows("fhir+http://127.0.0.1:9/fhir", TABLE, card="my_card", pause_s=0.001))


def test_a_patient_who_is_not_valid_is_set_aside_and_not_asked_about():
    with running(StandIn([*SMALL, {**patient("p3"), "birthDate": "Kowalska"}])) as server:
        records, aside = read(server)
    assert told(records) == {"p1": 45, "p2": 45} and not any("patient=p3" in path for path in server.asked)
    assert offered(aside)[["file", "row", "reason"]].values.tolist() == [
        ["Patient", "entry 3", "A Patient does not hold to FHIR R4. Found: element birthDate"]
    ]


def test_tags_tell_labels_where_there_is_no_table():
    tagged = patient("p1") | {"meta": {"tag": [{"system": fhir.LABEL_SYSTEM, "code": "gout"}]}}
    with running(StandIn([tagged, condition(1, "p1")])) as server:
        records, _ = read(server, table=labels.Labels())
    assert records["labels"].tolist() == [["gout"]] and "gout" not in records["text"][0]
