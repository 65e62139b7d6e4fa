import httpx
import pytest

from helpers.collect.literature import eutils
from helpers.core.errors import EgressError, StageError


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self):
        self.now, self.slept = 100.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def client(answers, clock, **changes):
    """A client whose server gives these answers (status, headers) in turn, and the times at which it was asked."""
    asked, left = [], list(answers)

    def serve(request):
        asked.append((clock.now, request))
        status, headers = left.pop(0)
        return httpx.Response(status, headers=headers, content=b"whole")

    made = eutils.Client(eutils.Settings(email="a@example.org", **changes), clock=clock, sleep=clock.sleep)
    made._http = httpx.Client(transport=httpx.MockTransport(serve))
    return made, asked


@pytest.mark.parametrize(("key", "most_per_s"), [("", 3), ("k" * 36, 10)])
def test_no_second_holds_more_requests_than_ncbi_allows(key, most_per_s):
    clock = Clock()
    made, asked = client([(200, {})] * 30, clock, api_key=key)
    for _ in range(30):
        made.post("efetch", {}, bytes)
    times = [at for at, _ in asked]
    assert max(sum(start <= at < start + 1 for at in times) for start in times) <= most_per_s
    assert times[-1] - times[0] < 1.25 * 29 / most_per_s


def test_pauses_double_up_to_a_minute_and_then_it_gives_up():
    clock = Clock()
    made, asked = client([(503, {})] * 20, clock)
    with pytest.raises(StageError, match=r"Found: status 503, in each of 8 tries"):
        made.post("efetch", {}, bytes)
    assert len(asked) == 8
    assert [round(seconds) for seconds in clock.slept if seconds >= 1] == [1, 2, 4, 8, 16, 32, 60]


def test_a_pause_that_the_server_asks_for_is_kept_up_to_five_minutes():
    clock = Clock()
    made, _ = client([(429, {"Retry-After": "7"}), (429, {"Retry-After": "99999"}), (200, {})], clock)
    assert made.post("efetch", {}, bytes) == b"whole"
    assert [seconds for seconds in clock.slept if seconds >= 1] == [7, 300]


@pytest.mark.parametrize("status", [301, 403, 404])
def test_a_status_that_no_try_betters_is_not_tried_again_and_no_redirect_is_followed(status):
    made, asked = client([(status, {"Location": "https://elsewhere.example.org/"})] * 9, Clock())
    with pytest.raises(StageError, match=f"Found: status {status}"):
        made.post("efetch", {}, bytes)
    assert len(asked) == 1


def test_every_request_is_a_post_that_names_tool_email_and_database():
    made, asked = client([(200, {})], Clock(), api_key="k1")
    made.post("efetch", {"id": "7"}, bytes)
    _, request = asked[0]
    assert (request.method, str(request.url)) == ("POST", f"{eutils.BASE_URL}/efetch.fcgi")
    assert dict(httpx.QueryParams(request.content.decode())) == {
        "id": "7", "db": "pubmed", "tool": "clintune", "email": "a@example.org", "api_key": "k1",
    }  # fmt: skip


def test_an_answer_that_is_not_whole_is_asked_for_again():
    made, asked = client([(200, {})] * 3, Clock())

    def check(body):
        if len(asked) < 3:
            raise eutils.PassingError("half")
        return body

    assert made.post("efetch", {}, check) == b"whole"


def test_settings_come_from_the_environment_and_hide_the_key(monkeypatch):
    monkeypatch.setenv("NCBI_EMAIL", "a@example.org")
    monkeypatch.setenv("NCBI_API_KEY", "5ec2e7")
    monkeypatch.setenv("NCBI_EUTILS_URL", "http://127.0.0.1:99/eutils/")
    settings = eutils.settings()
    assert (settings.base_url, settings.api_key.get_secret_value()) == ("http://127.0.0.1:99/eutils", "5ec2e7")
    assert "5ec2e7" not in repr(settings) + settings.model_dump_json()
    monkeypatch.delenv("NCBI_EUTILS_URL")
    assert eutils.settings().base_url == eutils.BASE_URL


def test_without_an_email_or_with_an_open_line_nothing_is_asked(monkeypatch):
    monkeypatch.delenv("NCBI_EMAIL", raising=False)
    with pytest.raises(EgressError, match=r"NCBI_EMAIL.*Remedy: export NCBI_EMAIL"):
        eutils.settings()
    monkeypatch.setenv("NCBI_EMAIL", "a@example.org")
    monkeypatch.setenv("NCBI_EUTILS_URL", "http://ncbi.example.org/eutils")
    with pytest.raises(EgressError, match=r"not encrypted\. Found: http\. Expected: https"):
        eutils.settings()
