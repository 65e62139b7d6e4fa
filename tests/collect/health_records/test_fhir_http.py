import email.utils
import time

import httpx
import pytest

from helpers.collect.health_records import fhir_http
from helpers.core.errors import EgressError, StageError


@pytest.mark.parametrize(
    "url", ["https://a.org/fhir", "http://127.0.0.1:8080/fhir", "http://localhost/", "http://[::1]/"]
)
def test_addresses_that_may_be_reached(url):
    assert str(fhir_http.checked(url)).startswith(url.rstrip("/"))


@pytest.mark.parametrize(
    "url",
    [
        "http://a.org/fhir",
        "http://127.0.0.1.a.org/",
        "ftp://a.org",
        "file:///etc/passwd",
        "a.org",
        "",
        "https://",
        "http://[x",
    ],
)
def test_addresses_without_encryption_are_refused_and_not_quoted(url):
    with pytest.raises(EgressError, match="encryption") as caught:
        fhir_http.checked(url)
    assert "a.org" not in str(caught.value) and "passwd" not in str(caught.value)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("https://a.org/x", "https://a.org:443/y?z", True),
        ("https://a.org", "http://a.org", False),
        ("https://a.org", "https://b.a.org", False),
        ("https://a.org", "https://a.org:8443", False),
    ],
)
def test_an_origin_is_scheme_host_and_port(one, other, is_same):
    assert fhir_http.same_origin(httpx.URL(one), httpx.URL(other)) is is_same


def answers(*given):
    """A question that gets these answers in turn: statuses or exceptions."""
    left = list(given)

    def ask():
        one = left.pop(0)
        if isinstance(one, Exception):
            raise one
        return one if isinstance(one, httpx.Response) else httpx.Response(one)

    return ask, left


@pytest.mark.parametrize(
    "stumble", [429, 500, 502, 503, 504, httpx.ReadTimeout("x"), httpx.RemoteProtocolError("half")]
)
def test_a_stumble_is_followed_by_another_try(stumble):
    ask, left = answers(stumble, stumble, 200)
    assert fhir_http.send(ask, lambda response: response.status_code, what="x", pause_s=0.001) == 200
    assert not left


def test_a_reader_may_ask_again():
    ask, _ = answers(200, 200)
    bodies = iter([fhir_http.Passing("half a page"), "whole"])

    def read(_):
        one = next(bodies)
        if isinstance(one, Exception):
            raise one
        return one

    assert fhir_http.send(ask, read, what="x", pause_s=0.001) == "whole"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_refusal_is_no_stumble(status):
    ask, left = answers(status, 200)
    assert fhir_http.send(ask, lambda response: response.status_code, what="x") == status and left == [200]


def test_after_all_tries_the_last_stumble_is_named():
    ask, _ = answers(*[503] * fhir_http.ATTEMPTS)
    with pytest.raises(StageError, match=r"no whole answer for Condition.*status 503 after 6 tries.*Remedy"):
        fhir_http.send(ask, lambda response: response, what="Condition", pause_s=0.001)


def test_pauses_double_unless_the_server_says_how_long(monkeypatch):
    pauses = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    soon = email.utils.formatdate(time.time() + 20, usegmt=True)
    waits = [{}, {}, {"Retry-After": "7"}, {"Retry-After": soon}, {"Retry-After": "99999"}]
    ask, _ = answers(*(httpx.Response(429, headers=one) for one in waits), 200)
    fhir_http.send(ask, lambda response: response, what="x", pause_s=1.0)
    assert 1 <= pauses[0] <= 1.25 and 2 <= pauses[1] <= 2.5 and pauses[2] == 7
    assert 15 < pauses[3] <= 20 and pauses[4] == fhir_http.LONGEST_PAUSE_S


def test_a_client_follows_no_redirect():
    with fhir_http.client(httpx.URL("https://a.org")) as client:
        assert not client.follow_redirects and client.trust_env
    with fhir_http.client(httpx.URL("http://127.0.0.1")) as client:
        assert not client.trust_env
