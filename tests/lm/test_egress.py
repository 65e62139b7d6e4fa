"""Twelve and more attempts to send what must not leave; each is refused before a name is looked up or a socket opens."""

import json
import socket
from datetime import date, timedelta

import httpx2
import leaving
import pytest
from leaving import AGREED, LABELS, PROMPT, URL, outbound, write_card, write_report

from helpers.core import ledger, manifests, records
from helpers.core.errors import EgressError, ProfileError, StageError
from helpers.core.settings import Egress
from helpers.lm import egress, hosted


class Opened(OSError):  # noqa: N818
    """A socket was about to open."""


@pytest.fixture
def sockets(monkeypatch):
    """Every name looked up and every connection tried; none of them succeeds."""
    seen = []

    def refuse(what):
        def tried(*arguments, **_):
            seen.append((what, arguments))
            raise Opened(what)

        return tried

    monkeypatch.setattr(socket, "getaddrinfo", refuse("getaddrinfo"))
    monkeypatch.setattr(socket.socket, "connect", refuse("connect"))
    monkeypatch.setattr(socket.socket, "connect_ex", refuse("connect_ex"))
    monkeypatch.setattr(socket, "create_connection", refuse("create_connection"))
    return seen


@pytest.fixture
def house(tmp_path, few_records, monkeypatch):
    """Everything in order, and a key."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-made-up")
    return leaving.build(tmp_path, few_records)


def send(out, *, url=URL, purpose="inference", frame=None, **options):
    """The whole way of a record to a provider: permit, connection, request."""
    permit = egress.permit(out, url, purpose=purpose, **options)
    frame = records.read(next(iter(out.files.values()))) if frame is None else frame
    return hosted.predict(out.api, permit, frame, prompt=PROMPT, name="gpt", labels=LABELS)


def refused(sockets, out, match, **options):
    with pytest.raises(EgressError, match=match) as caught:
        send(out, **options)
    assert sockets == []
    assert "unsteady gait" not in str(caught.value)
    last = ledger.read(out.run_dir)[-1]
    assert last["event"] == "gate:egress" and "unsteady" not in json.dumps(last)
    return last["data"]


def test_what_is_permitted_does_open_a_socket(sockets, house):
    with pytest.raises(StageError, match=r"api\.example\.org gave no answer"):
        send(outbound(house))
    assert sockets
    decision = ledger.read(house)[-1]["data"]
    assert decision["passed"] and decision["cards"] == ["made_up"] and decision["host"] == "api.example.org"
    assert decision["agreement"] == "BAA 2026-7" and decision["retention_days"] == 0
    assert decision["records"]["train"] == manifests.sha256(house / "train.parquet")


def test_1_a_card_that_does_not_permit_third_parties(sockets, house):
    write_card(house, permitted_uses="[train, evaluate]")
    assert not refused(sockets, outbound(house), "made_up does not permit `third_party`")["passed"]


def test_2_a_host_that_the_card_does_not_name(sockets, house):
    write_card(house, third_parties="[other.example.org]")
    refused(sockets, outbound(house), "does not name api.example.org")
    write_card(house, third_parties="[]")  # real persons: not naming any host means none
    refused(sockets, outbound(house), "does not name api.example.org")


def test_3_a_host_that_the_agreement_does_not_cover(sockets, house):
    write_card(house, third_parties="[api.example.org, evil.example.com]")
    for url in (
        "https://evil.example.com/v1",
        "https://api.example.org.evil.example.com/v1",
        "https://api.example.org@evil.example.com/v1",
        "https://evil.example.com#https://api.example.org/v1",
    ):
        refused(sockets, outbound(house), "does not cover .*evil.example.com", url=url)


def test_4_records_without_a_card(sockets, house):
    (house / "made_up.md").unlink()
    refused(sockets, outbound(house), "made_up has no data card")


def test_5_an_approval_that_has_expired(sockets, house):
    refused(sockets, outbound(house), "approval expired", today=date.today() + timedelta(days=31))


def test_6_no_report(sockets, house):
    (house / "deid_report.json").unlink()
    refused(sockets, outbound(house), "no de-identification report")


def test_7_a_report_that_failed(sockets, house):
    files = outbound(house).files
    write_report(house / "deid_report.json", files, passed=False, reasons=["NAME: 3 of 40 left"])
    refused(sockets, outbound(house), "did not pass")


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_8_records_of_which_one_byte_was_edited(sockets, house, place):
    path = house / "train.parquet"
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 1
    path.write_bytes(content)
    refused(sockets, outbound(house), "belongs to other records than train")


def test_9_records_edited_in_memory_after_they_were_permitted(sockets, house):
    frame = records.read(house / "train.parquet")
    frame.loc[2, "text"] += " "
    refused(sockets, outbound(house), r"1 text\(s\)", frame=frame)


def test_10_identified_records_that_only_an_in_house_approval_let_pass(sockets, house):
    write_card(house, legal_basis="authorization")
    files = outbound(house).files
    write_report(house / "deid_report.json", files, assessed=False, reasons=["accepted under IRB 1"])
    refused(sockets, outbound(house), "never measured")


def test_11_an_address_without_encryption(sockets, house):
    refused(sockets, outbound(house), "https is needed", url="http://api.example.org/v1")
    refused(sockets, outbound(house), "https is needed", url="ftp://api.example.org/v1")
    refused(sockets, outbound(house), "no plain host", url="api.example.org/v1")


@pytest.mark.parametrize(
    ("missing", "match"),
    [
        ({"agreement": " "}, "no agreement"),
        ({"region": ""}, "no region"),
        ({"retention_days": None}, "how long"),
        ({"hosts": ()}, "does not cover"),
    ],
)
def test_12_terms_that_are_not_whole(sockets, house, missing, match):
    refused(sockets, outbound(house, terms=AGREED.model_copy(update=missing)), match)


def test_13_a_profile_that_says_nothing(sockets, house):
    reasons = refused(sockets, outbound(house, terms=Egress()), "4 reason")["reasons"]
    assert len(reasons) == 4


def test_14_test_records_to_train_on(sockets, house):
    refused(sockets, outbound(house, "train", "test"), "test must not be trained on", purpose="training")


def test_15_test_records_under_the_name_of_training_records(sockets, house):
    renamed = {"train": house / "test.parquet"}
    refused(sockets, outbound(house, files=renamed), "belongs to other records than train", purpose="training")


def test_16_records_that_the_report_does_not_know(sockets, house, few_records):
    records.write(few_records, house / "more.parquet")
    refused(sockets, outbound(house, "train", "more"), "belongs to other records than more")


def test_17_examples_that_were_not_permitted(sockets, house):
    permit = egress.permit(outbound(house, "validation"), URL, purpose="inference")
    asked = records.read(house / "validation.parquet")
    shown = [(records.read(house / "train.parquet")["text"][0], "dystonia")]
    with pytest.raises(EgressError, match=r"1 text\(s\)"):
        hosted.predict(outbound(house).api, permit, asked, prompt=PROMPT, name="gpt", labels=LABELS, examples=shown)
    assert sockets == []


def test_18_requests_that_no_report_covers(sockets, house):
    refused(sockets, outbound(house), "no report covers", any_text=True)
    agreed = AGREED.model_copy(update={"unreviewed_requests": True})
    permit = egress.permit(outbound(house, terms=agreed), URL, purpose="inference", any_text=True)
    permit.check(["whatever a user types"])


def test_19_nothing_to_tell_where_it_comes_from(sockets, house):
    refused(sockets, outbound(house, files={}), "not known from which records", frame=records.to_frame([]))


@pytest.mark.parametrize("purpose", ["tracking", "hub"])
def test_trackers_and_hubs_pass_the_same_guard(sockets, house, purpose):
    assert egress.permit(outbound(house), URL, purpose=purpose).host == "api.example.org"
    refused(sockets, outbound(house, terms=Egress()), "no agreement", purpose=purpose)


def test_a_permitted_connection_reaches_no_other_origin(sockets, house):
    client = egress.permit(outbound(house), URL, purpose="inference").client(timeout_s=1)
    for url in ("https://evil.example.com/v1", "http://api.example.org/v1", "https://api.example.org:8443/v1"):
        with pytest.raises(EgressError, match="another host"):
            client.post(url, json={})
    assert sockets == [] and not client.follow_redirects


def test_without_a_key_nothing_opens(sockets, house, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ProfileError, match="no key"):
        send(outbound(house))
    assert sockets == []


def test_data_of_nobody_may_go_wherever_an_agreement_holds(house):
    plain = {"persons": "none", "contains_identifiers": "false", "deidentification": "not_applicable"}
    write_card(house, legal_basis="public", third_parties="[]", **plain)
    assert egress.permit(outbound(house), URL + "/", purpose="inference").url == URL


def test_only_this_machine_may_be_asked_without_encryption(house):
    local = AGREED.model_copy(update={"hosts": ("127.0.0.1",)})
    write_card(house, third_parties="[127.0.0.1]")
    permit = egress.permit(outbound(house, terms=local), "http://127.0.0.1:9/v1", purpose="inference")
    with permit.client(timeout_s=1) as client, pytest.raises(httpx2.ConnectError):
        client.get("http://127.0.0.1:9/v1")
