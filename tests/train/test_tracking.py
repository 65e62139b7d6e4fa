import sqlite3
from importlib.util import find_spec

import pytest

from helpers.core.errors import EgressError, ProfileError
from helpers.core.tasks import Prompt
from helpers.lm import models
from helpers.train import examples, methods, sft, tracking

PROMPT = Prompt(system="Name the family.", user="{text}\n\nFamily?")


@pytest.fixture
def fit(tiny_model_dir, few_records, tmp_path):
    """Train the tiny model for four steps, tracked by a tool; gives the fit and the folder of what was kept."""

    def run(tool):
        model, tokenizer = models.load_causal(str(tiny_model_dir))
        rows = examples.tokenise(few_records, tokenizer, prompt=PROMPT, max_length=512)
        settings = {"steps": 4, "batch_size": 4, "micro_batch_size": 4, "learning_rate": 1e-2, "evaluations": 2}
        settings |= {"max_length": 512, "precision": "fp32", "device": "cpu", "seed": 1}
        config = sft.sft_config(tmp_path / "checkpoints", track=tool, run_name="a-run", **settings)
        lora = methods.adapter(model, method="lora", r=4, alpha=8)
        with tracking.into(tool, tmp_path / "tracking", name="diagnosis"):
            fitted = sft.fit(model, tokenizer, rows, rows, config=config, lora=lora, out=tmp_path / "tuned")
        return fitted, tmp_path / "tracking"

    return run


def _nothing_of_the_records_in(folder, few_records):
    files = [path for path in folder.rglob("*") if path.is_file()]
    content = b"".join(path.read_bytes() for path in files)
    assert files and not any(text.encode() in content for text in few_records["text"])
    assert b"unsteady gait" not in content


def test_mlflow_keeps_losses_and_settings_in_a_file_of_the_run(fit, few_records):
    mlflow = pytest.importorskip("mlflow", reason="mlflow is not installed (requirements-labs.txt)")
    before = mlflow.get_tracking_uri()
    fitted, folder = fit("mlflow")
    client = mlflow.MlflowClient(f"sqlite:///{folder / 'mlflow.db'}")
    (run,) = client.search_runs([client.get_experiment_by_name("diagnosis").experiment_id])
    assert (run.info.run_name, run.info.status) == ("a-run", "FINISHED")
    kept = [entry.value for entry in client.get_metric_history(run.info.run_id, "eval_loss")]
    assert kept == pytest.approx(fitted.log["eval_loss"].dropna().tolist(), abs=1e-9) and len(kept) >= 2
    assert run.data.params["learning_rate"] == "0.01" and run.data.params["num_hidden_layers"] == "2"
    assert mlflow.active_run() is None and mlflow.get_tracking_uri() == before
    _nothing_of_the_records_in(folder, few_records)


def test_mlflow_run_of_a_training_that_failed_is_ended_as_failed(tmp_path):
    mlflow = pytest.importorskip("mlflow", reason="mlflow is not installed (requirements-labs.txt)")
    with pytest.raises(KeyError), tracking.into("mlflow", tmp_path, name="diagnosis"):
        mlflow.set_experiment("diagnosis")
        mlflow.start_run(run_name="broken")
        raise KeyError
    client = mlflow.MlflowClient(f"sqlite:///{tmp_path / 'mlflow.db'}")
    (run,) = client.search_runs([client.get_experiment_by_name("diagnosis").experiment_id])
    assert run.info.status == "FAILED" and mlflow.active_run() is None


@pytest.mark.skipif(find_spec("trackio") is None, reason="trackio is not installed (requirements-labs.txt)")
def test_trackio_keeps_losses_in_a_file_of_the_run(fit, few_records):
    fitted, folder = fit("trackio")
    (database,) = (folder / "trackio").glob("*.db")
    with sqlite3.connect(database) as kept:
        said = " ".join(str(row) for row in kept.execute("select metrics from metrics"))
    assert all(str(loss)[:8] in said for loss in fitted.log["eval_loss"].dropna())
    _nothing_of_the_records_in(folder, few_records)


def test_wandb_writes_an_offline_run(fit, few_records):
    pytest.importorskip("wandb", reason="wandb is not installed (requirements-labs.txt)")
    _, folder = fit("wandb")
    (run,) = (folder / "wandb").glob("offline-run-*")
    assert next(iter(run.glob("run-*.wandb"))).stat().st_size > 1000
    _nothing_of_the_records_in(folder, few_records)


@pytest.mark.parametrize(
    ("tool", "name", "value"),
    [
        ("mlflow", "MLFLOW_TRACKING_URI", "https://mlflow.example.org"),
        ("mlflow", "MLFLOW_TRACKING_URI", "databricks"),
        ("mlflow", "MLFLOW_TRACKING_URI", "postgresql+psycopg://db.example.org/mlflow"),
        ("mlflow", "MLFLOW_REGISTRY_URI", "http://127.0.0.1:5000"),
        ("mlflow", "HF_MLFLOW_LOG_ARTIFACTS", "1"),
        ("trackio", "TRACKIO_SPACE_ID", "somebody/space"),
        ("trackio", "TRACKIO_WEBHOOK_URL", "https://hooks.example.org"),
        ("wandb", "WANDB_MODE", "online"),
        ("wandb", "WANDB_LOG_MODEL", "end"),
    ],
)
def test_environment_that_would_send_anything_away_is_refused(tool, name, value):
    with pytest.raises(EgressError, match=name):
        tracking.check_local(tool, {name: value})


@pytest.mark.parametrize(
    ("tool", "environment"),
    [
        ("mlflow", {}),
        ("mlflow", {"MLFLOW_TRACKING_URI": "sqlite:////data/mlflow.db"}),
        ("mlflow", {"MLFLOW_TRACKING_URI": "file:///data/mlruns"}),
        ("mlflow", {"MLFLOW_TRACKING_URI": "./mlruns"}),
        ("wandb", {"WANDB_MODE": "offline", "WANDB_API_KEY": "x"}),
    ],
)
def test_environment_of_this_machine_is_taken(tool, environment):
    tracking.check_local(tool, environment)


def test_remote_address_is_refused_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "https://mlflow.example.org")
    monkeypatch.setattr(tracking.importlib.util, "find_spec", lambda name: object())
    with pytest.raises(EgressError), tracking.into("mlflow", tmp_path / "tracking", name="x"):
        pytest.fail("it must not come to this")
    assert not (tmp_path / "tracking").exists()


def test_tool_that_is_not_installed_is_named_with_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr(tracking.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ProfileError, match=r"mlflow, which is not installed.*requirements-labs"):
        with tracking.into("mlflow", tmp_path, name="x"):
            pytest.fail("it must not come to this")


def test_none_tracks_nothing(tmp_path):
    with tracking.into("none", tmp_path / "tracking", name="x"):
        pass
    assert not (tmp_path / "tracking").exists()
