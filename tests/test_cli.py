import json
import os
import subprocess
import sys

import pytest
from filelock import FileLock
from typer.testing import CliRunner

from helpers import cli, pipeline
from helpers.core import manifests, paths, runs
from helpers.core.errors import ProfileError, StageError


def _finished(stage="01_collect", run_id="mine", seed=1, **files):
    run = runs.start(stage, profile="smoke", task="diagnosis", seed=seed, run_id=run_id)
    for name, content in files.items():
        run.save_json(content, name)
    run.finish(metrics={})
    return run.run_dir


@pytest.mark.parametrize(
    ("arguments", "kind", "says"),
    [
        (["run", "--profile", "fast"], "ProfileError", "no profile `fast`"),
        (["run", "--task", "cooking"], "ProfileError", "no task `cooking`"),
        (["run", "07", "--profile", "smoke"], "ProfileError", "no stage `07`"),
        (["run", "--set", "train.lerning_rate=1"], "ProfileError", "did you mean train.learning_rate"),
        (["run", "--set", "train.epochs"], "ProfileError", "not KEY=VALUE"),
        (["run", "--set", "train.learning_rate=fast"], "ProfileError", "write 5.0e-4"),
        (["status", "nowhere"], "StageError", "no run `nowhere`"),
        (["report"], "StageError", "no finished run"),
        (["serve"], "StageError", "no finished run"),
        (["purge", "nowhere", "--yes"], "StageError", "no run `nowhere`"),
    ],
)
def test_expected_error_is_one_message_and_exit_code_1(clintune, arguments, kind, says):
    code, _, err = clintune(*arguments)
    assert code == 1
    assert err.startswith(f"{kind}: ") and says in err and "Traceback" not in err


def test_mistyped_option_is_refused_by_the_command_line_itself(clintune):
    code, _, err = clintune("run", "--proflie", "smoke")
    assert code == 2 and "proflie" in err


def test_message_with_square_brackets_is_printed_as_it_is(clintune, monkeypatch):
    def fail(*args, **kwargs):
        raise StageError("03_select stopped", found="KeyError: none of ['a'] are in the [columns] or [/INST]")

    monkeypatch.setattr(pipeline, "run", fail)
    code, _, err = clintune("run", "--profile", "smoke")
    assert code == 1 and "none of ['a'] are in the [columns] or [/INST]" in err


def test_unexpected_error_is_not_hidden(clintune, monkeypatch):
    def fail(*args, **kwargs):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(pipeline, "run", fail)
    with pytest.raises(ZeroDivisionError):
        clintune("run", "--profile", "smoke")


def test_python_m_helpers_is_the_same_command():
    done = subprocess.run(
        [sys.executable, "-m", "helpers", "run", "--profile", "fast"],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"COLUMNS": "300"},
    )
    assert done.returncode == 1 and "ProfileError: There is no profile `fast`" in done.stderr
    assert "Traceback" not in done.stderr and not paths.outputs().exists()


def test_run_hands_everything_to_the_pipeline_and_tells_how_it_ended(clintune, monkeypatch):
    given = {}

    def fake(stages, **kwargs):
        given.update(kwargs, stages=stages)
        kwargs["listener"]("01_collect", "Sources [and cards]")
        return [pipeline.Outcome("01_collect", False, 90.0), pipeline.Outcome("02_preprocess", True, 0.0)]

    monkeypatch.setattr(pipeline, "run", fake)
    arguments = ["--profile", "smoke", "--seed", "4", "--run-id", "mine", "--force"]
    code, out, _ = clintune("run", "01", "02", *arguments, "--set", "train.epochs=2", "--set", "deploy.threads=null")
    assert code == 0
    assert list(given["stages"]) == ["01", "02"]
    assert {name: given[name] for name in ("profile", "task", "seed", "run_id", "force")} == {
        "profile": "smoke",
        "task": "diagnosis",
        "seed": 4,
        "run_id": "mine",
        "force": True,
    }
    assert given["overrides"] == {"train.epochs": 2, "deploy.threads": None}
    assert "01_collect · Sources [and cards]" in out
    assert "1 stage(s) run, 1 fresh, 1.5 minutes" in out


@pytest.mark.parametrize(
    ("pair", "parsed"),
    [
        ("train.epochs=2", {"train.epochs": 2}),
        ("train.learning_rate=5.0e-4", {"train.learning_rate": 5e-4}),
        ("train.learning_rate=5e-4", {"train.learning_rate": "5e-4"}),  # YAML's rule; the profile's error explains it
        ("select.llm=a=b", {"select.llm": "a=b"}),
        ("evaluate.max_test=null", {"evaluate.max_test": None}),
        ("train.labelled_positions_only=false", {"train.labelled_positions_only": False}),
        ("select.llm = smollm2", {"select.llm": "smollm2"}),
    ],
)
def test_overrides_are_read_as_yaml(pair, parsed):
    assert cli._overrides([pair]) == parsed


@pytest.mark.parametrize("pair", ["train.epochs", "=2", "", "train.epochs=[1", "train.epochs: 2"])
def test_override_that_cannot_be_read_is_refused(pair):
    with pytest.raises(ProfileError, match=r"[Oo]verride"):
        cli._overrides([pair])


def test_status_without_runs_says_what_to_do_next(clintune):
    code, out, _ = clintune("status")
    assert code == 0 and "No runs yet" in out and "clintune run" in out


def test_status_lists_all_runs_with_their_stages_and_verdicts(clintune):
    _finished(run_id="first")
    _finished(run_id="second", seed=2)
    _finished("05_evaluate", run_id="second", seed=2, verdict={"verdict": "no better"})
    code, out, _ = clintune("status")
    lines = {line.split()[0]: line for line in out.splitlines() if "first" in line or "second" in line}
    assert (
        code == 0 and lines["first"].split()[1:7] == ["ok", "-", "-", "-", "-", "-"] and "no better" in lines["second"]
    )
    assert lines["second"].split()[5] == "!"  # 05 without 02 to 04
    assert "! stale" in out


def test_status_shows_long_names_whole_in_a_narrow_window(clintune, monkeypatch):
    monkeypatch.setattr(cli.out, "_width", 80)
    _finished(run_id="quick-patient_communication-s1")
    assert "quick-patient_communication-s1" in clintune("status")[1]


def test_status_of_one_run_shows_hash_reason_and_whether_the_ledger_is_whole(clintune):
    run_dir = _finished(note={"a": 1})
    (run_dir / "01_collect" / "artifacts" / "note.json").unlink()
    code, out, _ = clintune("status", "mine")
    assert code == 0 and "note.json is missing or changed" in out
    assert manifests.sha256(run_dir / "01_collect" / manifests.NAME)[:12] in out
    assert "Ledger: 1 entries, chain whole. Verdict: none yet" in out
    (run_dir / "ledger.jsonl").write_text("{}\n")
    assert clintune("status", "mine")[0] == 1


def test_status_judges_by_the_settings_that_the_run_was_started_with(clintune):
    run_dir = _finished()
    assert "fresh" in clintune("status", "mine")[1]
    (run_dir / "seed").write_text("2")
    assert "settings changed" in clintune("status", "mine")[1]


def test_report_prints_the_bare_path_of_the_newest_run(clintune):
    _finished("05_evaluate", run_id="old", report={})
    newest = _finished("05_evaluate", run_id="new", seed=2, report={})
    os.utime(newest / "seed", (2e9, 2e9))
    assert clintune("report") == (0, f"{newest / '05_evaluate' / 'artifacts' / 'report.html'}\n", "")
    assert "/old/" in clintune("report", "old")[1]


def test_report_of_a_run_not_yet_evaluated_names_the_notebook(clintune):
    _finished()
    code, _, err = clintune("report", "mine")
    assert code == 1 and "05_evaluate.ipynb" in err


def test_serve_refuses_a_bundle_that_was_changed(clintune, monkeypatch):
    monkeypatch.setattr(os, "execv", lambda *args: pytest.fail("served"))
    run = runs.start("06_deploy", profile="smoke", task="diagnosis", seed=1, run_id="mine")
    run.output("bundle/model.gguf").write_bytes(b"GGUF")
    run.finish(metrics={})
    (run.dir / "artifacts" / "bundle" / "model.gguf").write_bytes(b"evil")
    code, _, err = clintune("serve", "mine")
    assert code == 1 and "model.gguf is not what 06_deploy wrote" in err


def test_serve_starts_the_service_with_the_runs_bundle(clintune, monkeypatch):
    started = []
    monkeypatch.setattr(os, "execv", lambda program, arguments: started.append(arguments))
    run = runs.start("06_deploy", profile="smoke", task="diagnosis", seed=1, run_id="mine")
    bundle = run.output("bundle/model.gguf").parent
    (bundle / "model.gguf").write_bytes(b"GGUF")
    run.finish(metrics={})
    assert clintune("serve", "--port", "8011")[0] == 0
    assert started == [[sys.executable, "-m", "helpers.deploy.service", "--bundle", str(bundle), "--port", "8011"]]


def test_purge_deletes_the_run_and_nothing_else(clintune):
    kept, gone = _finished(run_id="kept"), _finished(run_id="gone")
    code, out, _ = clintune("purge", "gone", "--yes")
    assert code == 0 and "gone deleted" in out
    assert not gone.exists() and (kept / "01_collect" / manifests.NAME).is_file()


def test_purge_asks_and_no_means_no():
    run_dir = _finished()
    asked = CliRunner().invoke(cli.app, ["purge", "mine"], input="n\n")
    assert asked.exit_code == 1 and run_dir.is_dir()
    assert CliRunner().invoke(cli.app, ["purge", "mine"], input="y\n").exit_code == 0 and not run_dir.exists()


@pytest.mark.parametrize("name", [".lock", ".pipeline.lock"])
def test_purge_leaves_a_run_that_is_being_written(clintune, name):
    run_dir = _finished()
    with FileLock(run_dir / name):
        code, _, err = clintune("purge", "mine", "--yes")
    assert code == 1 and "is being written" in err and (run_dir / "01_collect" / manifests.NAME).is_file()


@pytest.mark.parametrize("name", ["..", "../mine", "/etc"])
def test_purge_takes_no_path(clintune, name):
    run_dir = _finished()
    assert clintune("purge", name, "--yes")[0] == 1 and run_dir.is_dir()


def test_doctor_shows_machine_models_and_profiles(clintune):
    code, out, _ = clintune("doctor")
    assert code == 0
    for expected in ("cores", "SmolLM2-135M-Instruct", "quick", "Profiles"):
        assert expected in out


def test_result_of_a_whole_run_names_verdict_report_and_model(clintune, monkeypatch):
    run_dir = _finished("05_evaluate", verdict={"verdict": "better"})
    _finished("06_deploy")
    monkeypatch.setattr(pipeline, "run", lambda *args, **kwargs: [])
    _, out, _ = clintune("run", "--profile", "smoke", "--run-id", "mine")
    assert "Verdict: better" in out
    assert str(run_dir / "05_evaluate/artifacts/report.html") in out
    assert str(run_dir / "06_deploy/artifacts/bundle") in out
    assert json.loads((run_dir / "05_evaluate/artifacts/verdict.json").read_text()) == {"verdict": "better"}
