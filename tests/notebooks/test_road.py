"""The whole road in the smoke profile: through papermill for one task, and cell by cell through nbval for the other."""

import json
import os
import subprocess
import sys

import papermill
import pytest

from helpers import pipeline
from helpers.core import ledger, manifests, paths, records

RUN = {"profile": "smoke", "task": "diagnosis", "seed": 1}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def road(tmp_path_factory):
    """One finished run of all six notebooks."""
    outputs = tmp_path_factory.mktemp("road")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLINTUNE_OUTPUTS", str(outputs))
        patch.setenv("CLINTUNE_SECRETS", str(outputs / "secrets"))
        outcomes = pipeline.run(**RUN)
    return outputs / "smoke-diagnosis-s1", outcomes


@pytest.fixture
def same_outputs(road, monkeypatch):
    run_dir, _ = road
    monkeypatch.setenv("CLINTUNE_OUTPUTS", str(run_dir.parent))
    monkeypatch.setenv("CLINTUNE_SECRETS", str(run_dir.parent / "secrets"))
    return run_dir


def test_all_six_stages_run_and_leave_whole_manifests(road):
    run_dir, outcomes = road
    assert [item.stage for item in outcomes] == list(manifests.STAGES)
    assert not any(item.skipped for item in outcomes)
    assert [item.state for item in manifests.status(run_dir, {})] == ["fresh"] * 6


def test_second_run_skips_every_fresh_stage(same_outputs):
    assert all(item.skipped for item in pipeline.run(**RUN))


def test_verdict_report_card_bundle_and_promotion_are_there(road):
    run_dir, _ = road
    verdict = json.loads((run_dir / "05_evaluate/artifacts/verdict.json").read_text())
    assert verdict["verdict"] in ("better", "no better", "worse", "not enough data")
    report = (run_dir / "05_evaluate/artifacts/report.html").read_text()
    assert "not intended for clinical use" in report and "data:image/png;base64" in report
    assert (run_dir / "05_evaluate/artifacts/model_card.md").read_text().startswith("---\n")
    assert (run_dir / "06_deploy/artifacts/bundle/model.gguf").stat().st_size > 10**6
    assert json.loads((run_dir / "06_deploy/artifacts/cds_card.json").read_text())["indicator"] == "info"


def test_every_gate_is_on_the_ledger_and_the_test_set_was_opened_once(road):
    run_dir, _ = road
    events = [entry["event"] for entry in ledger.read(run_dir)]
    for gate in ("permission", "deidentification", "verdict", "promotion"):
        assert f"gate:{gate}" in events
    assert events.count("test set opened") == 1


def test_no_group_patient_or_text_is_on_two_sides(road):
    run_dir, _ = road
    sides = [
        records.read(run_dir / f"02_preprocess/artifacts/{side}.parquet") for side in ("train", "validation", "test")
    ]
    for column in ("group", "patient_key", "record_id", "text"):
        values = [set(side[column]) for side in sides]
        assert not values[0] & values[1] and not values[0] & values[2] and not values[1] & values[2]


def test_no_known_identifier_of_a_patient_reaches_a_manifest_metric_ledger_or_table(road):
    run_dir, _ = road
    known = {
        item["value"]
        for found in records.read(run_dir / "01_collect/artifacts/records.parquet")["identifiers"]
        for item in found
        if item["label"] in ("MRN", "SSN", "EMAIL", "PHONE", "HEALTH_PLAN", "ACCOUNT") and len(item["value"]) > 6
    }
    assert known
    written = [run_dir / "ledger.jsonl", *run_dir.glob("*/manifest.json"), *run_dir.glob("*/metrics.json")]
    written += [*run_dir.glob("0[2-6]*/tables/*.csv"), *run_dir.glob("0[2-6]*/artifacts/*.json*")]
    for path in written:
        text = path.read_text()
        assert not [value for value in known if value in text], path.name


def test_every_figure_has_its_data_and_caption_beside_it(road):
    run_dir, _ = road
    figures = list(run_dir.glob("*/figures/*.png"))
    assert len(figures) >= 7
    for path in figures:
        captions = json.loads((path.parent / "captions.json").read_text())
        assert path.with_suffix(".csv").is_file() and captions[path.stem]


def test_upstream_file_edited_by_hand_stops_the_next_stage(same_outputs):
    path = same_outputs / "02_preprocess/artifacts/train.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    try:
        with pytest.raises(pipeline.StageError, match=r"train\.parquet is not what 02_preprocess wrote"):
            pipeline.run(["03"], force=True, **RUN)
    finally:
        path.write_bytes(whole)
    assert (same_outputs / "03_select/notebook.ipynb").is_file()
    assert not (same_outputs / "03_select/manifest.json").exists()


def test_spoiled_de_identification_closes_the_gate(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINTUNE_OUTPUTS", str(tmp_path))
    spoil = {"preprocess.spoil_frac": 0.05, "preprocess.max_patient_leak_frac": 0.2}
    pipeline.run(["01", "02"], overrides=spoil, **RUN)
    report = json.loads((tmp_path / "smoke-diagnosis-s1/02_preprocess/artifacts/deid_report.json").read_text())
    assert report["passed"] is False and report["reasons"]


def test_notation_goes_through_collection_and_preparation_unchanged(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINTUNE_OUTPUTS", str(tmp_path))
    pipeline.run(["01", "02"], profile="smoke", task="drug_discovery")
    run_dir = tmp_path / "smoke-drug_discovery-s1"
    before = set(records.read(run_dir / "01_collect/artifacts/records.parquet")["text"])
    sides = [
        records.read(run_dir / f"02_preprocess/artifacts/{side}.parquet") for side in ("train", "validation", "test")
    ]
    assert set().union(*(side["text"] for side in sides)) == before and all(len(side) for side in sides)
    assert json.loads((run_dir / "02_preprocess/metrics.json").read_text())["deid_scanned"] == 0


def test_notebooks_run_cell_by_cell_under_nbval(tmp_path):
    files = []
    for stage in manifests.STAGES:
        target = tmp_path / f"{stage}.ipynb"
        papermill.execute_notebook(
            str(paths.NOTEBOOKS / target.name),
            str(target),
            {"profile": "smoke", "task": "patient_communication"},
            prepare_only=True,
        )
        files.append(str(target))
    command = [sys.executable, "-m", "pytest", "-q", "--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=900"]
    command += ["-p", "no:cacheprovider", "--no-cov", "-c", os.devnull, "--rootdir", str(tmp_path), *files]
    environment = os.environ | {"CLINTUNE_OUTPUTS": str(tmp_path / "out"), "CLINTUNE_SECRETS": str(tmp_path / "keys")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    run_dir = tmp_path / "out" / "smoke-patient_communication-s1"
    assert [item.state for item in manifests.status(run_dir, {})] == ["fresh"] * 6
