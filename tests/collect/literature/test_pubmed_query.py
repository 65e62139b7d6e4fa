import json
import logging
import socket
import traceback

import pytest
from entrez_server import FAULTS, Entrez
from test_permission import card

from helpers.collect.literature import eutils, pubmed_query
from helpers.core.errors import ApprovalError, EgressError, RecordError, StageError

PMIDS = [str(number) for number in range(1000, 1150)]
KEY = "5ec2e7f00d5ec2e7f00d"


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr(pubmed_query, "PAGE", 5)


@pytest.fixture
def cards(tmp_path):
    card(tmp_path, "beans", hosts="[127.0.0.1]")
    return tmp_path


def collect(server, cards, query="beans[majr]", **changes):
    settings = eutils.Settings(
        **{"email": "a@example.org", "base_url": server.url, "interval_s": 0.02, "backoff_s": 0.005} | changes
    )
    return pubmed_query.collect(query, cards / "cache", card="beans", settings=settings, cards=cards)


def ids_of(found):
    return [pmid for file in found.files for pmid in sorted(pubmed_query._ids_in(file.read_bytes()))]


def test_every_record_arrives_once_though_one_request_in_five_fails(cards):
    with Entrez(PMIDS, fault_every=5) as server:
        found = collect(server, cards)
    assert sorted(ids_of(found)) == PMIDS and found.missing == [] and found.ignored == []
    assert set(server.faults) == set(FAULTS) and len(server.faults) >= 7
    assert server.complaints == []
    assert len(server.done) == len(set(server.done)) == 31


def test_a_resumed_collection_repeats_no_finished_request(cards):
    with Entrez(PMIDS, fault_every=5) as server:
        served = server.answer
        server.answer = lambda *request: served(*request) if len(server.done) < 12 else stop(server, served, request)

        def stop(server, served, request):
            server.always = "server error"
            return served(*request)

        with pytest.raises(
            StageError, match=r"status 500.*Remedy: run the stage again later: finished requests are kept"
        ):
            collect(server, cards)
        before = len(server.done)
        assert 10 < before < 20
        server.always, server.answer = "", served
        found = collect(server, cards)
        assert sorted(ids_of(found)) == PMIDS
        assert len(server.done) == len(set(server.done)) == 31
        arrived = len(server.arrivals)
        assert ids_of(collect(server, cards)) == ids_of(found)
        assert len(server.arrivals) == arrived


def test_pages_whose_history_is_gone_are_asked_for_by_their_ids(cards):
    with Entrez(PMIDS) as server:
        server.forgets = True
        found = collect(server, cards)
    assert sorted(ids_of(found)) == PMIDS
    assert sum(request[-1] == 400 for request in server.done) == 1


def test_a_history_in_another_order_than_the_search_gives_no_record_twice(cards):
    with Entrez(PMIDS) as server:
        server.shuffles = True
        assert sorted(ids_of(collect(server, cards))) == PMIDS


def test_ids_that_no_longer_exist_are_named_and_asked_for_once_more_only(cards):
    with Entrez(PMIDS) as server:
        server.hidden = {"1003", "1149"}
        found = collect(server, cards)
        assert found.missing == ["1003", "1149"] and len(ids_of(found)) == 148
        arrived = len(server.arrivals)
        assert collect(server, cards).missing == ["1003", "1149"]
        assert len(server.arrivals) == arrived


def test_a_list_of_ids_needs_no_search(cards):
    with Entrez(PMIDS) as server:
        found = collect(server, cards, "ids: 1001,1002, 1001,0001003,9999")
        assert ids_of(found) == ["1001", "1002", "1003"] and found.missing == ["9999"]
        assert {request[0].rsplit("/", 1)[1] for request in server.done} == {"efetch.fcgi"}
    with pytest.raises(RecordError, match=r"2 of 3 no numbers"):
        collect(server, cards, "ids:1,PMC2,x")


def test_words_that_pubmed_does_not_know_are_told(cards):
    with Entrez(PMIDS[:2]) as server:
        server.phrases = ["beanz"]
        assert collect(server, cards).ignored == ["beanz"]


def test_nothing_and_too_much_are_errors_with_the_count(cards, monkeypatch):
    with Entrez([]) as server, pytest.raises(RecordError, match=r"Found: 0 records.*Expected: 1 to 9999"):
        collect(server, cards)
    monkeypatch.setattr(pubmed_query, "MOST_RECORDS", 100)
    with Entrez(PMIDS) as server, pytest.raises(RecordError, match=r"Found: 150 records.*by years"):
        collect(server, cards)


def test_no_socket_is_opened_unless_the_card_names_the_host(cards, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a socket was opened"))
    for host in ("[eutils.ncbi.nlm.nih.gov]", "[]"):
        card(cards, "beans", hosts=host)
        with pytest.raises(EgressError, match=r"Found: host 127\.0\.0\.1.*Remedy"):
            pubmed_query.collect(
                "x", cards, card="beans", cards=cards,
                settings=eutils.Settings(email="a@example.org", base_url="http://127.0.0.1:9/e"),
            )  # fmt: skip
    with pytest.raises(ApprovalError, match="no data card"):
        pubmed_query.collect("x", cards, card="none", cards=cards, settings=eutils.Settings(email="a@example.org"))


def test_neither_key_nor_query_is_in_a_log_error_address_or_file(cards, caplog):
    caplog.set_level(logging.DEBUG)
    said, query = "", "-".join(["words", "nobody", "else", "should", "read"])
    with Entrez(PMIDS[:40], fault_every=5) as server:
        collect(server, cards, api_key=KEY)
        assert set(server.keys) == {KEY}
        for server.always in ("too many", "server error", "half a page", "cut connection"):
            with pytest.raises(StageError) as caught:
                collect(server, cards, query, api_key=KEY)
            said += "".join(traceback.format_exception(caught.value))
    said += "".join(server.paths) + repr(eutils.Settings(email="a", api_key=KEY)) + caplog.text
    said += "".join(path.read_text() for path in cards.rglob("*") if path.is_file())
    assert len(caplog.records) > 50 and said.count("StageError") >= 4
    assert KEY not in said and query not in said


def test_a_search_result_that_lacks_ids_is_asked_for_again(cards):
    with Entrez(PMIDS[:10]) as server:
        served, lame = server.answer, iter([True])

        def answer(name, params):
            status, kind, body = served(name, params)
            if name == "esearch.fcgi" and next(lame, False):
                found = json.loads(body)["esearchresult"]
                body = json.dumps({"esearchresult": found | {"idlist": found["idlist"][:3]}})
            return status, kind, body

        server.answer = answer
        assert len(ids_of(collect(server, cards))) == 10
