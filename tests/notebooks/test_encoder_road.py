"""All six notebooks with an encoder in place of a language model, tiny, for labels and for mentions."""

import json

import httpx
import pandas as pd
import pytest
import test_extraction_road as signs
import yaml

from helpers import pipeline
from helpers.core import manifests, records
from helpers.deploy import service

LABELLED = {
    "kind": "classification",
    "primary_metric": "accuracy",
    "labels": ["cough", "rash"],
    "prompt": {"system": "Name the sign.", "user": "{text}\n\nSign?"},
}
COLUMNS = {"record_id": "id", "group": "case", "text": "note"}


def _labelled(folder):
    """Notes that say their label in one of ten ways."""
    rows = [
        {"id": f"n{i:03d}", "case": f"c{i // 2}", "note": f"Week {i}: {('dry throat', 'red skin')[i % 2]} again.",
         "sign": ("cough", "rash")[i % 2]}
        for i in range(120)
    ]  # fmt: skip
    (folder / "notes.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    task = signs.TASK | LABELLED
    task["sources"] = [signs.TASK["sources"][0] | {"columns": COLUMNS | {"labels": "sign"}}]
    (folder / "task.yaml").write_text(yaml.safe_dump(task), encoding="utf-8")
    (folder / "data_cards").mkdir()
    (folder / "data_cards" / "made_up_signs.md").write_text(signs.CARD, encoding="utf-8")


@pytest.fixture(scope="module", params=["classification", "extraction"])
def road(request, tmp_path_factory, tiny_model_dir, tiny_encoder_dir):
    folder = tmp_path_factory.mktemp(request.param)
    (_labelled if request.param == "classification" else signs._notes)(folder)
    settings = {"select.llm": str(tiny_model_dir), "select.encoder": str(tiny_encoder_dir), "evaluate.bootstrap": 200}
    settings |= {"train.route": "encoder", "train.epochs": 12, "train.token_budget": 100_000, "evaluate.max_test": None}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLINTUNE_OUTPUTS", str(folder / "outputs"))
        patch.setenv("CLINTUNE_SECRETS", str(folder / "secrets"))
        pipeline.run(profile="smoke", task=str(folder / "task.yaml"), seed=1, overrides=settings)
    return request.param, folder / "outputs" / "smoke-signs-s1"


pytestmark = pytest.mark.slow


def test_every_stage_is_complete_and_training_left_a_whole_encoder(road):
    kind, run_dir = road
    assert all((run_dir / stage / manifests.NAME).is_file() for stage in manifests.STAGES)
    head = json.loads((run_dir / "04_train/artifacts/tuned/head.json").read_text())
    assert head["kind"] == kind and head["labels"] == (["cough", "rash"] if kind == "classification" else list("OBI"))
    samples = pd.read_csv(run_dir / "04_train/tables/samples.csv", keep_default_na=False)
    assert set(samples["before"]) == {"no head yet"} and samples["after"].str.len().gt(0).all()
    assert json.loads((run_dir / "05_evaluate/metrics.json").read_text())["truncated"] == 0  # of the test texts
    reckoned = pd.read_csv(run_dir / "03_select/tables/resources.csv")
    assert set(reckoned["method"]) == {"full"} and reckoned["model"].str.contains("tiny-bert").all()


def test_the_base_is_the_frozen_encoder_and_everything_says_so(road):
    kind, run_dir = road
    table = pd.read_csv(run_dir / "05_evaluate/tables/models.csv").set_index("model")
    assert list(table.index[:2]) == ["base frozen encoder", "tuned"]
    assert table.loc["tuned", "accuracy" if kind == "classification" else "entity_f1"] > 0.9
    stated = json.loads((run_dir / "05_evaluate/artifacts/verdict.json").read_text())
    assert stated["base"] == "base frozen encoder" and "prompt" not in stated["verdict_detail"]["sentence"]
    card = (run_dir / "05_evaluate/artifacts/model_card.md").read_text()
    page = (run_dir / "05_evaluate/artifacts/report.html").read_text()
    assert "LoRA" not in card + page and "the same encoder frozen" in page and "whole encoder" in card
    assert ("token-classification" if kind == "extraction" else "text-classification") in card


def test_the_served_encoder_gives_the_evaluated_answers(road, tmp_path):
    kind, run_dir = road
    metrics = json.loads((run_dir / "06_deploy/metrics.json").read_text())
    assert metrics["parity_frac"] == 1.0 and metrics["parity_items"] == 8
    assert (run_dir / "06_deploy/tables/drift.csv").is_file()
    served = records.read(run_dir / "06_deploy/artifacts/served.parquet")
    evaluated = records.read(run_dir / "05_evaluate/artifacts/predictions.parquet").query("model == 'tuned'")
    wanted = evaluated.set_index("record_id").loc[served["record_id"], "text"].tolist()
    assert served["text"].tolist() == wanted
    text = "In week 7 there was fever and rash." if kind == "extraction" else "Week 7: red skin again."
    with service.start(run_dir / "06_deploy/artifacts/bundle", request_log=tmp_path / "log.jsonl") as running:
        asked = {"json": {"text": text}, "headers": {"X-API-Key": running.key}, "trust_env": False, "timeout": 60}
        found = httpx.post(f"{running.address}/predict", **asked).json()
    assert found["text"] == ("fever\nrash" if kind == "extraction" else "rash")
