"""All six notebooks with a model at a provider in place of a language model here; the provider is a stand-in that trains."""

import json
import shutil
import stat

import hosted_stand_in
import httpx
import pandas as pd
import pytest

from helpers import pipeline
from helpers.core import ledger, manifests, records
from helpers.core.errors import EgressError, StageError
from helpers.deploy import bundle as bundles
from helpers.deploy import service, serving
from tests.notebooks import test_encoder_road, test_extraction_road

AGREED = {"agreement": "DPA 7", "hosts": ["127.0.0.1"], "region": "this machine", "retention_days": 0}
AGREED |= {"unreviewed_requests": True}
CARD = test_extraction_road.CARD.replace("[train, evaluate, display]", "[train, evaluate, display, third_party]")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def road(tmp_path_factory, tiny_model_dir):
    folder = tmp_path_factory.mktemp("hosted")
    test_encoder_road._labelled(folder)
    (folder / "data_cards" / "made_up_signs.md").write_text(CARD, encoding="utf-8")
    provider = hosted_stand_in.StandIn(tiny_model_dir, folder / "provider")
    with pytest.MonkeyPatch.context() as patch, hosted_stand_in.running(provider):
        patch.setenv("CLINTUNE_OUTPUTS", str(folder / "outputs"))
        patch.setenv("CLINTUNE_SECRETS", str(folder / "secrets"))
        patch.setenv("OPENAI_API_KEY", hosted_stand_in.KEY)
        prices = {"input_usd_per_mtok": 1.0, "output_usd_per_mtok": 2.0, "training_usd_per_mtok": 25.0}
        api = prices | {"model": provider.name, "base_url": provider.url}
        settings = {"select.llm": str(tiny_model_dir), "select.hosted": api, "egress": AGREED, "train.route": "hosted"}
        settings |= {"train.epochs": 2, "train.token_budget": 100_000, "train.hosted_poll_s": 0.1}
        settings |= {"evaluate.bootstrap": 200, "train.max_validation": 8}
        pipeline.run(profile="smoke", task=str(folder / "task.yaml"), seed=1, overrides=settings)
        yield folder / "outputs" / "smoke-signs-s1", provider


def test_every_stage_is_complete_and_the_artefact_names_the_tuned_model(road):
    run_dir, provider = road
    assert all((run_dir / stage / manifests.NAME).is_file() for stage in manifests.STAGES)
    tuned = json.loads((run_dir / "04_train/artifacts/tuned/hosted.json").read_text())
    assert [job["fine_tuned_model"] for job in provider.jobs.values()] == [tuned["model"]]
    kept = [path for path in run_dir.rglob("*") if path.is_file()]
    assert not [path for path in kept if hosted_stand_in.KEY.encode() in path.read_bytes()]


def test_the_candidates_say_what_they_cost_and_where_the_data_goes(road):
    run_dir, provider = road
    table = pd.read_csv(run_dir / "03_select/tables/candidates.csv").set_index("model")
    row = table.loc[f"{provider.name} few-shot"]
    assert row["status"] == "measured" and row["usd_per_1000"] > 0 and row["weights_gib"] == "at the provider"
    assert row["data_goes"] == "127.0.0.1, this machine, kept 0 days"
    assert table.loc["LLM zero-shot", "data_goes"] == "nowhere: this machine"


def test_training_files_are_gone_and_every_decision_is_on_the_ledger(road):
    run_dir, provider = road
    entries = ledger.read(run_dir)
    assert not provider.files and len(provider.deleted) == 2
    assert [
        entry["data"]["file"] for entry in entries if entry["event"] == "hosted training file deleted"
    ] == provider.deleted
    asked = [entry["data"] for entry in entries if entry["event"] == "gate:egress"]
    assert all(one["passed"] and one["agreement"] == "DPA 7" for one in asked)
    assert [one["purpose"] for one in asked if one["stage"] == "04_train"] == ["training", "inference", "inference"]
    assert {one["stage"] for one in asked} == {"03_select", "04_train", "05_evaluate", "06_deploy"}
    assert stat.S_IMODE((run_dir / "hosted_answers").stat().st_mode) == 0o700


def test_base_and_tuned_are_compared_like_any_other(road):
    run_dir, _ = road
    table = pd.read_csv(run_dir / "05_evaluate/tables/models.csv").set_index("model")
    base = json.loads((run_dir / "05_evaluate/artifacts/verdict.json").read_text())["base"]
    assert base.startswith("base ") and list(table.index[:2]) == [base, "tuned"]
    answers = records.read(run_dir / "05_evaluate/artifacts/predictions.parquet")
    tuned, untuned = (answers[answers["model"] == name]["probabilities"].tolist() for name in ("tuned", base))
    assert tuned != untuned and all(tuned)
    assert "LoRA" not in (run_dir / "05_evaluate/artifacts/model_card.md").read_text()


def test_the_service_passes_requests_on_and_gives_the_evaluated_answers(road, tmp_path):
    run_dir, _ = road
    assert json.loads((run_dir / "06_deploy/metrics.json").read_text())["parity_frac"] == 1.0
    with service.start(run_dir / "06_deploy/artifacts/bundle", request_log=tmp_path / "log.jsonl") as running:
        asked = {"json": {"text": "Week 7: red skin."}, "headers": {"X-API-Key": running.key}, "trust_env": False}
        found = httpx.post(f"{running.address}/predict", **asked, timeout=60).json()
    assert found["label"] in ("cough", "rash") and 0 < found["confidence"] <= 1


def test_a_bundle_away_from_its_run_or_without_leave_passes_nothing_on(road, tmp_path):
    run_dir, provider = road
    served = bundles.load(run_dir / "06_deploy/artifacts/bundle")
    before = sum(provider.asked.values())
    moved = bundles.load(shutil.copytree(served.folder, tmp_path / "a" / "b" / "c" / "bundle"))
    with pytest.raises(EgressError, match="outside its run"):
        serving.engine(moved).start()
    card = run_dir.parents[1] / "data_cards" / "made_up_signs.md"
    card.write_text(test_extraction_road.CARD)  # the owner has taken `third_party` back
    with pytest.raises(EgressError, match="made_up_signs does not permit `third_party`"):
        serving.engine(served).start()
    with pytest.raises(StageError, match="not open"):
        serving.responder(served, serving.engine(served)).answer("Week 7: red skin.")
    assert sum(provider.asked.values()) == before
