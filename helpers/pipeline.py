"""Execute the numbered notebooks through papermill: skip what is fresh, stop at the first failing cell, resume."""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import papermill
from filelock import FileLock, Timeout
from nbclient.exceptions import DeadKernelError
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from helpers.core import manifests, paths, plans
from helpers.core.errors import ProfileError, StageError

WIDGET = "application/vnd.jupyter.widget-view+json"
Listener = Callable[[str, str], None]  # stage, what it is doing now


@dataclass(frozen=True)
class Outcome:
    """What happened to one stage."""

    stage: str
    skipped: bool
    wall_s: float


class _Announcing(NBClientEngine):
    """Papermill's own engine that also says which step it begins."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, on_step: Any = None, **kwargs: Any) -> Any:
        """Run the notebook as papermill does, calling `on_step` with the heading above each cell that starts."""
        begin = nb_man.cell_start

        def announce(cell: Any, cell_index: int, **extra: Any) -> None:
            begin(cell, cell_index, **extra)
            if on_step and cell.cell_type == "code":
                on_step(_heading(nb_man.nb.cells[: cell_index + 1]))

        nb_man.cell_start = announce
        if os.name != "posix":
            return super().execute_managed_notebook(nb_man, kernel_name, **kwargs)
        # Sockets in a folder of our own: nothing another user of the machine could listen to, nothing left behind.
        with tempfile.TemporaryDirectory(prefix="clintune-kernel-") as folder:
            kwargs["config"] = Config({"KernelManager": {"transport": "ipc", "ip": f"{folder}/kernel"}})
            return super().execute_managed_notebook(nb_man, kernel_name, **kwargs)


papermill_engines.register("clintune", _Announcing)


def choose(stages: Sequence[str]) -> list[str]:
    """Turn `01 04`, `04_train` or nothing (all) into stage names in order.

    Raises:
        ProfileError: If a name fits no stage.
    """
    if not stages:
        return list(manifests.STAGES)
    chosen = set()
    for wanted in stages:
        found = [stage for stage in manifests.STAGES if wanted in (stage, stage[:2], stage[3:])]
        if not found:
            raise ProfileError(f"There is no stage `{wanted}`", expected=", ".join(manifests.STAGES))
        chosen |= set(found)
    return [stage for stage in manifests.STAGES if stage in chosen]


def run(
    stages: Sequence[str] = (),
    *,
    profile: str = "quick",
    task: str = "diagnosis",
    seed: int = 1,
    run_id: str = "",
    overrides: dict[str, Any] | None = None,
    force: bool = False,
    listener: Listener = lambda stage, step: None,
) -> list[Outcome]:
    """Run stages whose results are not fresh, in order.

    Args:
        stages: As `choose` takes them; none for all six.
        profile: How much to run, and on what.
        task: What to learn.
        seed: Of everything random.
        run_id: Folder under `outputs/`; made from profile, task and seed when empty.
        overrides: Dotted profile fields with their values.
        force: Run the named stages even if they are fresh.
        listener: Told which stage and step begins.

    Raises:
        ProfileError: Before any kernel starts, if profile, task, overrides or stages do not hold together.
        StageError: If a cell fails, a kernel dies, or another process runs this run id.
    """
    resolved, what = plans.resolve(profile, task, overrides)
    chosen = choose(stages)
    run_dir = plans.folder_of(run_id or plans.default_run_id(resolved.name, what.name, seed))
    run_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    parameters = {
        "profile": profile,
        "task": task,
        "seed": seed,
        "run_id": run_dir.name,
        "overrides": overrides or {},
    }
    settings = {stage: plans.settings_digest(stage, resolved, what, seed) for stage in manifests.STAGES}
    outcomes = []
    try:
        with FileLock(run_dir / ".pipeline.lock", timeout=0):
            for stage in chosen:
                state = {item.stage: item.state for item in manifests.status(run_dir, settings)}[stage]
                began = time.perf_counter()
                fresh = state == "fresh" and not force
                if fresh:
                    listener(stage, "fresh, skipped")
                else:
                    execute(stage, run_dir, parameters, listener=listener)
                outcomes.append(Outcome(stage, fresh, time.perf_counter() - began))
    except Timeout:
        raise StageError(
            f"Run `{run_dir.name}` is already being executed by another process",
            remedy="wait for it, stop it, or choose another --run-id",
        ) from None
    return outcomes


def execute(stage: str, run_dir: Path, parameters: dict[str, Any], *, listener: Listener) -> Path:
    """Run one notebook with parameters into the run's folder; the executed copy is kept on failure too.

    Raises:
        ProfileError: If the notebook has no such parameter (papermill itself only warns).
        StageError: With the failing cell's error and the path of the executed notebook.
    """
    source, target = paths.NOTEBOOKS / f"{stage}.ipynb", run_dir / stage / "notebook.ipynb"
    known = papermill.inspect_notebook(str(source))
    unknown = sorted(set(parameters) - set(known))
    if unknown:
        raise ProfileError(f"{source.name} has no such parameter", found=unknown, expected=sorted(known))
    target.parent.mkdir(exist_ok=True)
    where = {"step": ""}

    def on_step(step: str) -> None:
        where["step"] = step
        listener(stage, step)

    try:
        papermill.execute_notebook(
            str(source), str(target), parameters, engine_name="clintune", progress_bar=False, on_step=on_step, cwd=None
        )
    except PapermillExecutionError as error:
        raise StageError(
            f"{stage} stopped at step `{where['step']}`",
            found=f"{error.ename}: {error.evalue}",
            remedy=f"mend the cause and run the same command again; the executed notebook is {target}",
        ) from None
    except DeadKernelError:
        raise StageError(
            f"The kernel of {stage} died at step `{where['step']}`",
            found="killed, or out of memory",
            remedy=f"run the same command again, it goes on where it can; the executed notebook is {target}",
        ) from None
    finally:
        _drop_widgets(target)
    return target


def _heading(cells: Sequence[Any]) -> str:
    """The last markdown heading before a cell."""
    for cell in reversed(cells):
        if cell.cell_type == "markdown":
            heading = next((line for line in cell.source.splitlines() if line.startswith("#")), "")
            return heading.lstrip("# ").strip()
    return ""


def _drop_widgets(path: Path) -> None:
    """Progress widgets mean nothing in a finished notebook: take them out, so that it renders anywhere."""
    if not path.is_file():
        return
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [out for out in cell.outputs if WIDGET not in out.get("data", {})]
    notebook.metadata.pop("widgets", None)
    nbformat.write(notebook, path)
