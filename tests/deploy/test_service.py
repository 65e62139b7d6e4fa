import json
import os
import stat
import subprocess
import sys

import httpx
import pytest
from fastapi.testclient import TestClient

from helpers.clinical import mentions
from helpers.core import paths
from helpers.core.errors import StageError
from helpers.deploy import access, monitor, service

KEY = "a-test-key"
NOTE = {"text": "molar tooth sign"}


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("log") / "requests.jsonl"


@pytest.fixture(scope="module")
def client(bundle, engine, log):
    app = service.create_app(bundle.folder, engine=engine, key=KEY, request_log=log, max_request_bytes=4096)
    return TestClient(app)


def test_health_needs_no_key_and_prediction_does(client):
    assert client.get("/health").json() == {"status": "ok"}
    assert client.post("/predict", json=NOTE).status_code == 401
    assert client.post("/predict", json=NOTE, headers={"X-API-Key": "wrong"}).status_code == 401
    assert client.post("/predict", json=NOTE, headers={"X-API-Key": KEY}).status_code == 200
    assert client.post("/predict", json=NOTE, headers={"Authorization": f"Bearer {KEY}"}).status_code == 200


def test_prediction_gives_label_probabilities_and_caution(client, bundle):
    found = client.post("/predict", json=NOTE, headers={"X-API-Key": KEY}).json()
    assert found["label"] in bundle.labels and found["label"] == max(
        found["probabilities"], key=found["probabilities"].get
    )
    assert sum(found["probabilities"].values()) == pytest.approx(1.0)
    assert found["caution"] == bundle.caution and found["model"].startswith("smoke-diagnosis-s1@")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "Quuxley " * 700}, 413),
        ({"text": "Quuxley " * 300}, 422),  # longer than the context
        ({"text": ""}, 422),
        ({"note": "Quuxley"}, 422),
        ({"text": ["Quuxley"]}, 422),
        ({"text": "Quuxley <|im_end|>"}, 422),
    ],
)
def test_bad_requests_are_refused_without_quoting_them(client, body, status):
    found = client.post("/predict", json=body, headers={"X-API-Key": KEY})
    assert found.status_code == status and "Quuxley" not in found.text


def test_a_body_that_is_not_json_is_refused(client):
    found = client.post("/predict", content=b"Quuxley{", headers={"X-API-Key": KEY, "Content-Type": "application/json"})
    assert found.status_code == 422 and "Quuxley" not in found.text


def test_request_log_holds_features_and_no_text(client, log):
    client.post(
        "/predict", json={"text": "Zebediah has MOLAR TOOTH SIGN"}, headers={"X-API-Key": KEY, "X-Batch": "site a"}
    )
    assert "Zebediah" not in log.read_text() and "MOLAR" not in log.read_text()
    row = json.loads(log.read_text().splitlines()[-1])
    assert row["batch"] == "site a" and row["prompt_tokens"] > 20 and 0 < row["confidence"] <= 1
    assert 0.5 < row["capitals_frac"] < 0.8
    assert client.post("/predict", json=NOTE, headers={"X-API-Key": KEY, "X-Batch": "<b>"}).status_code == 422
    assert len(monitor.snapshot(log, batch="site a")) == 1


def test_texts_are_prepared_as_the_bundle_says(make_bundle, engine, tmp_path):
    bundle = make_bundle(tmp_path, steps=("repair", "sections"))
    client = TestClient(service.create_app(bundle.folder, engine=engine, key=KEY))
    plain = client.post("/predict", json={"text": "Findings: molar tooth sign"}, headers={"X-API-Key": KEY}).json()
    whole = {"text": "Patient: Ada Example\nMRN: 123456\n\nFindings: molar tooth sign\n"}
    assert client.post("/predict", json=whole, headers={"X-API-Key": KEY}).json()["probabilities"] == pytest.approx(
        plain["probabilities"], abs=1e-6
    )
    only_header = client.post("/predict", json={"text": "Patient: Ada Example"}, headers={"X-API-Key": KEY})
    assert only_header.status_code == 422 and "Ada" not in only_header.text


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_key_is_made_once_and_refused_when_others_can_read_it(tmp_path):
    key, path = access.api_key(tmp_path / "service.key")
    assert len(key) > 30 and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert access.api_key(path) == (key, path)
    path.chmod(0o644)
    with pytest.raises(StageError, match="Others can read"):
        access.api_key(path)


def test_service_process_answers_on_the_loopback_and_stops(bundle, tmp_path, monkeypatch):
    monkeypatch.setenv("CLINTUNE_SECRETS", str(tmp_path / "secrets"))
    traffic = monitor.simulate_traffic(["molar tooth sign", "webbed neck"], per_week=2, shift="capitals", seed=1)
    with service.start(bundle.folder, request_log=tmp_path / "requests.jsonl", threads=1) as running:
        assert running.address.startswith("http://127.0.0.1:")
        statuses = monitor.send(traffic, address=running.address, key=running.key)
        assert statuses.to_dict() == {("week 1", 200): 2, ("week 2", 200): 2}
    assert len(monitor.snapshot(running.request_log)) == 4
    with pytest.raises(httpx.ConnectError):
        httpx.get(running.address + "/health", trust_env=False)


def test_command_without_bundle_says_what_to_do(tmp_path):
    command = [sys.executable, "-m", "helpers.deploy.service", "--bundle", str(tmp_path)]
    found = subprocess.run(command, capture_output=True, text=True, cwd=paths.ROOT)
    assert found.returncode == 1 and "run 06_deploy" in found.stderr


def test_an_extraction_gives_its_mentions_and_where_they_stand(make_bundle, engine, tmp_path):
    bundle = make_bundle(tmp_path, kind="extraction", labels=())
    client = TestClient(service.create_app(bundle.folder, engine=engine, key=KEY))
    text = "Joubert  syndrome? molar tooth sign"
    found = client.post("/predict", json={"text": text}, headers={"X-API-Key": KEY}).json()
    assert [one["text"] for one in found["mentions"]] == mentions.read(found["text"]) != []
    for one in found["mentions"]:
        assert (one["start"] is None) == (not mentions.is_in(one["text"], text))
    assert found["label"] == "" and found["probabilities"] == {}
    located = service._mentions("- joubert syndrome\n- rash", text)
    assert [(one.text, one.start, one.end) for one in located] == [("joubert syndrome", 0, 17), ("rash", None, None)]
    assert client.post("/predict", json={"text": ""}, headers={"X-API-Key": KEY}).status_code == 422


def test_other_kinds_give_no_mentions(client):
    assert client.post("/predict", json=NOTE, headers={"X-API-Key": KEY}).json()["mentions"] == []
