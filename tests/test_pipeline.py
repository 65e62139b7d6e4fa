import json
import subprocess
import sys
import time

import nbformat
import papermill
import pytest

from helpers import pipeline
from helpers.core import manifests, paths
from helpers.core.errors import ProfileError, StageError

PARAMETERS = 'profile: str = "quick"\ntask: str = "diagnosis"\nseed: int = 1\nrun_id: str = ""\noverrides: dict = {}'
WIDGET = (
    "from IPython.display import display\n"
    'display({"application/vnd.jupyter.widget-view+json": {"model_id": "m", "version_major": 2, "version_minor": 0},'
    ' "text/plain": "bar"}, raw=True)\nprint("kept")'
)
STAGE = """
from helpers.core import runs
run = runs.start({stage!r}, profile=profile, task=task, seed=seed, run_id=run_id, overrides=overrides)
{body}
run.output("out.txt").write_text("done")
run.finish(metrics={{}})
"""


def _write(folder, stage, *cells, parameters=PARAMETERS):
    """A notebook of the kit's shape: parameters, then a heading above each code cell."""
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    notebook.cells.append(nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    for heading, source in cells:
        notebook.cells.append(nbformat.v4.new_markdown_cell(f"## {heading}\nWhy."))
        notebook.cells.append(nbformat.v4.new_code_cell(source))
    nbformat.write(notebook, folder / f"{stage}.ipynb")


def _stage(stage, body=""):
    return STAGE.format(stage=stage, body=body)


@pytest.fixture
def notebooks(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path)
    return tmp_path


@pytest.fixture
def no_kernel(monkeypatch):
    """Any attempt to execute a notebook fails the test."""
    monkeypatch.setattr(papermill, "execute_notebook", lambda *args, **kwargs: pytest.fail("a kernel was started"))


def _run(*stages, **kwargs):
    return pipeline.run(stages, **{"profile": "smoke", "run_id": "mine"} | kwargs)


def _executed(stage):
    return nbformat.read(paths.outputs() / "mine" / stage / "notebook.ipynb", as_version=4)


def _text(notebook):
    return "".join(out.get("text", "") for cell in notebook.cells for out in cell.get("outputs", []))


# --- before any kernel


@pytest.mark.parametrize(
    ("wanted", "stages"),
    [
        ((), manifests.STAGES),
        (("04", "01"), ("01_collect", "04_train")),
        (("train",), ("04_train",)),
        (("04_train", "04", "train"), ("04_train",)),
    ],
)
def test_stages_may_be_named_by_number_by_name_or_both_and_come_in_order(wanted, stages):
    assert pipeline.choose(wanted) == list(stages)


@pytest.mark.parametrize("wanted", ["07", "4", "", "trai", "0"])
def test_unknown_stage_is_refused_with_those_there_are(wanted):
    with pytest.raises(ProfileError, match=f"no stage `{wanted}`") as error:
        pipeline.choose(["01", wanted])
    assert "06_deploy" in str(error.value)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"profile": "fast"}, "no profile `fast`"),
        ({"task": "cooking"}, "no task `cooking`"),
        ({"overrides": {"train.lerning_rate": 1e-3}}, r"did you mean train\.learning_rate"),
        ({"stages": ["07"]}, "no stage `07`"),
    ],
)
def test_what_does_not_hold_together_is_refused_before_a_kernel_and_leaves_no_folder(no_kernel, wrong, says):
    with pytest.raises(ProfileError, match=says):
        pipeline.run(**{"stages": ["01"], "profile": "smoke", "run_id": "mine"} | wrong)
    assert not paths.outputs().exists()


def test_parameter_that_the_notebook_lacks_is_refused_before_a_kernel(notebooks, no_kernel):
    _write(notebooks, "01_collect", parameters=PARAMETERS.replace("overrides: dict = {}", "override: dict = {}"))
    with pytest.raises(ProfileError, match=r"01_collect\.ipynb has no such parameter.*'overrides'") as error:
        _run("01")
    assert "'override'" in str(error.value)


def test_run_that_is_being_executed_is_refused(notebooks, no_kernel):
    script = (
        "import sys; from filelock import FileLock; from helpers.core import paths\n"
        "folder = paths.outputs() / 'mine'; folder.mkdir(parents=True)\n"
        "lock = FileLock(folder / '.pipeline.lock'); lock.acquire(); print('held', flush=True); sys.stdin.readline()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=paths.ROOT
    )
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StageError, match="`mine` is already being executed by another process"):
            _run("01")
    finally:
        holder.kill()
        holder.communicate()


# --- with kernels


def test_stages_run_once_and_again_only_when_their_settings_change(notebooks):
    for stage in ("01_collect", "02_preprocess"):
        read = 'run.input("01_collect", "out.txt")' if stage != "01_collect" else 'print("seed", seed)'
        _write(notebooks, stage, ("Do it", _stage(stage, read)))
    heard = []
    first = _run("01", "02", seed=5, listener=lambda *said: heard.append(said))
    assert [(item.stage, item.skipped) for item in first] == [("01_collect", False), ("02_preprocess", False)]
    assert ("02_preprocess", "Do it") in heard
    assert "seed 5" in _text(_executed("01_collect"))
    assert json.loads((paths.outputs() / "mine/02_preprocess/manifest.json").read_text())["seed"] == 5

    heard.clear()
    again = _run("01", "02", seed=5, listener=lambda *said: heard.append(said))
    assert [item.skipped for item in again] == [True, True]
    assert heard == [("01_collect", "fresh, skipped"), ("02_preprocess", "fresh, skipped")]

    changed = _run("01", "02", seed=5, overrides={"preprocess.near_duplicate_jaccard": 0.8})
    assert [item.skipped for item in changed] == [True, False]
    forced = _run("01", seed=5, force=True)
    assert [item.skipped for item in forced] == [False]


def test_failing_cell_names_step_error_and_executed_notebook_and_stops_the_run(notebooks):
    body = 'print("before"); raise KeyError("no [columns] of that name")'
    _write(notebooks, "01_collect", ("First", "1 + 1"), ("Read the table", _stage("01_collect", body)))
    _write(notebooks, "02_preprocess", ("Never", "1"))
    with pytest.raises(StageError, match="01_collect stopped at step `Read the table`") as error:
        _run("01", "02")
    path = paths.outputs() / "mine" / "01_collect" / "notebook.ipynb"
    assert "KeyError: 'no [columns] of that name'" in str(error.value) and str(path) in str(error.value)
    executed = _executed("01_collect")
    assert "before" in _text(executed)
    assert any(out.output_type == "error" for cell in executed.cells for out in cell.get("outputs", []))
    assert not (path.parent / manifests.NAME).exists()
    assert not (paths.outputs() / "mine" / "02_preprocess").exists()

    _write(notebooks, "01_collect", ("Read the table", _stage("01_collect")))  # mended: the same command goes on
    assert [item.skipped for item in _run("01")] == [False]


def test_killed_kernel_is_an_error_that_keeps_the_notebook_and_leaves_no_manifest(notebooks):
    body = 'print("before", flush=True)\nimport os, signal\nos.kill(os.getpid(), signal.SIGKILL)'
    _write(notebooks, "01_collect", ("Fill the memory", _stage("01_collect", body)))
    began = time.perf_counter()
    with pytest.raises(StageError, match="kernel of 01_collect died at step `Fill the memory`") as error:
        _run("01")
    assert time.perf_counter() - began < 60  # it is noticed, not waited for
    assert str(paths.outputs() / "mine" / "01_collect" / "notebook.ipynb") in str(error.value)
    assert [cell.cell_type for cell in _executed("01_collect").cells].count("code") >= 2
    states = {item.stage: item.state for item in manifests.status(paths.outputs() / "mine", {})}
    assert states["01_collect"] == "unfinished"


def test_progress_widgets_are_taken_out_and_everything_else_stays(notebooks):
    _write(notebooks, "01_collect", ("Show", WIDGET), ("Fail", WIDGET + "\n1 / 0"))
    with pytest.raises(StageError, match="ZeroDivisionError"):
        _run("01")
    executed = _executed("01_collect")
    outputs = [out for cell in executed.cells for out in cell.get("outputs", [])]
    assert outputs and not any(pipeline.WIDGET in out.get("data", {}) for out in outputs)
    assert "widgets" not in executed.metadata
    assert _text(executed) == "kept\nkept\n"


def test_an_encoder_is_not_asked_to_write_and_no_kernel_starts(notebooks, no_kernel):
    settings = {"train.route": "encoder"}
    with pytest.raises(ProfileError, match=r"An encoder writes no text.*patient_communication.*classification"):
        _run("04", task="patient_communication", overrides=settings)
    with pytest.raises(ProfileError, match="ruins an encoder"):
        _run("04", overrides=settings | {"train.learning_rate": 1.5e-3})
