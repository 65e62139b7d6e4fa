import subprocess

import httpx
import pytest
from fastapi.testclient import TestClient

from helpers.core.errors import RecordError, StageError
from helpers.core.tasks import Prompt
from helpers.deploy import bundle as bundles
from helpers.deploy import encoder_engine, parity, service, serving
from helpers.lm import encoders, tuned

KEY = "a-test-key"
LABELS = ("ataxia", "dystonia", "palsy")


def _bundle(folder, encoder_dir, *, kind="classification", **changes):
    """What 06 makes of a tuned encoder."""
    made = encoders.save(encoders.fresh(str(encoder_dir), kind=kind, labels=LABELS, seed=1), folder / "tuned")
    prompt = Prompt(system="", user="{text}")
    whole = tuned.to_serve("encoder", made, folder / "scratch", llm="", revision=None, prompt=prompt)
    files = serving.files("encoder", whole.folder, folder / "bundle", base_gguf=None, quantization="F16")
    what = {"task": "signs", "title": "Signs", "kind": kind, "labels": LABELS if kind == "classification" else ()}
    what |= {"before": whole.before, "after": whole.after, "end_of_turn": whole.end_of_turn, "steps": ()}
    what |= {"sections": (), "max_new_tokens": 12, "context_tokens": whole.context_tokens, "caution": "Tiny."}
    what |= {"run_id": "tiny", "verdict": "better"}
    return bundles.write(folder / "bundle", files=files, route="encoder", **(what | changes)), made


@pytest.fixture(scope="module")
def made(tiny_encoder_dir, tmp_path_factory):
    return _bundle(tmp_path_factory.mktemp("encoder"), tiny_encoder_dir)


@pytest.fixture(scope="module")
def engine(made):
    with serving.engine(made[0], threads=1) as running:
        yield running


def test_the_bundle_holds_weights_tokenizer_configuration_and_labels_each_with_its_hash(made):
    bundle, _ = made
    assert bundles.load(bundle.folder) == bundle and bundle.route == "encoder"
    assert bundle.model.name == "model.safetensors" and bundle.context_tokens == 64
    assert {"model.safetensors", "tokenizer.json", "config.json", "head.json"} <= set(bundle.files)
    assert {path.name for path in bundle.folder.iterdir()} == {*bundle.files, "serving.json"}


def test_a_label_changed_in_the_bundle_is_noticed(tiny_encoder_dir, tmp_path):
    bundle, _ = _bundle(tmp_path, tiny_encoder_dir)
    head = bundle.folder / "head.json"
    head.write_text(head.read_text().replace("ataxia", "measles"))
    with pytest.raises(StageError, match=r"head\.json has changed"):
        bundles.load(bundle.folder)


def test_served_answers_are_the_evaluated_ones(made, engine, records):
    bundle, folder = made
    evaluated = encoders.predict(encoders.load(folder), records, name="tuned")
    served = serving.responder(bundle, engine).predict(records)
    same = parity.compare(evaluated, served, kind="classification")
    assert same.agreement_frac == 1.0 and same.largest_probability_gap < 1e-5 and same.n == len(records)
    assert set(served["model"]) == {bundle.model_name}


def test_the_service_answers_from_an_encoder_and_needs_its_key(made, engine):
    client = TestClient(service.create_app(made[0].folder, engine=engine, key=KEY))
    assert client.get("/health").json() == {"status": "ok"}
    assert client.post("/predict", json={"text": "gait"}).status_code == 401
    found = client.post("/predict", json={"text": "gait"}, headers={"X-API-Key": KEY}).json()
    assert found["label"] == max(found["probabilities"], key=found["probabilities"].get)
    assert set(found["probabilities"]) == set(LABELS) and found["model"].startswith("tiny@")
    assert client.post("/predict", json={"text": " "}, headers={"X-API-Key": KEY}).status_code == 422


def test_mentions_are_served_with_their_places(tiny_encoder_dir, tmp_path):
    bundle, folder = _bundle(tmp_path, tiny_encoder_dir, kind="extraction")
    text = "Wilson disease, ataxia and colon cancer were told of."
    wanted = encoders.ask(encoders.load(folder), [text])[0].text
    with serving.engine(bundle, threads=1) as running:
        client = TestClient(service.create_app(bundle.folder, engine=running, key=KEY))
        found = client.post("/predict", json={"text": text}, headers={"X-API-Key": KEY}).json()
    assert found["text"] == wanted and found["label"] == ""
    assert all(text[one["start"] : one["end"]] == one["text"] for one in found["mentions"])


def test_an_empty_text_is_refused(made, engine):
    with pytest.raises(RecordError, match="no clinical text"):
        serving.responder(made[0], engine).answer(" \n")


def test_the_engine_refuses_strangers_logs_no_text_and_leaves_nothing(made):
    with encoder_engine.EncoderEngine(made[0].folder, threads=1) as running:
        assert running.is_healthy and running.start() is running
        running.ask("Zebediah Quux has ataxia")
        address, folder = running._private.child.address, running._private.folder
        assert httpx.post(f"{address}/answer", json={"text": "x"}, trust_env=False).status_code == 401
        assert "Zebediah" not in (folder / "log.txt").read_text()
        pid = running._private.child.process.pid
    assert not folder.exists() and not running.is_healthy
    assert not subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    with pytest.raises(StageError, match="not running"):
        running.ask("x")


def test_a_folder_without_an_encoder_ends_with_the_reason(tmp_path):
    with pytest.raises(StageError, match=r"did not start.*no tuned encoder"):
        encoder_engine.EncoderEngine(tmp_path, threads=1).start()
