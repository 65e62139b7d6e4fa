"""The `clintune` command."""

import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from filelock import FileLock, Timeout
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from helpers import cli_annotate, cli_card, cli_curve, cli_deid, cli_fit, cli_seeds, cli_sweep
from helpers.core import ledger, manifests, paths, plans, profiles, tasks
from helpers.core.errors import ClinTuneError, ProfileError, StageError

_MARKS = {"fresh": "ok", "stale": "!", "unfinished": "..", "missing": "-"}
app = typer.Typer(
    help="Fine-tune a language model for one healthcare task, find out whether it helped, and deploy it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(cli_deid.app, name="deid")
app.add_typer(cli_card.app, name="card")
app.add_typer(cli_annotate.app, name="annotate")
app.command("curve")(cli_curve.curve)
app.command("sweep")(cli_sweep.sweep)
app.command("fit")(cli_fit.fit)
app.command("seeds")(cli_seeds.seeds)
out, err = Console(), Console(stderr=True)

RunId = Annotated[str, typer.Argument(help="Run id, a folder under outputs/; the newest run when left out.")]


@app.command()
def run(
    stages: Annotated[
        list[str] | None, typer.Argument(help="Stages such as 01 or 04_train; all six when none.")
    ] = None,
    profile: Annotated[str, typer.Option(help="How much to run, and on what.")] = "quick",
    task: Annotated[str, typer.Option(help="What to learn.")] = "diagnosis",
    seed: Annotated[
        list[int] | None,
        typer.Option(help="Seed of everything random, 1 when left out; given again, another run each."),
    ] = None,
    run_id: Annotated[str, typer.Option(help="Folder under outputs/; with several seeds, -s<seed> is added.")] = "",
    set_: Annotated[list[str] | None, typer.Option("--set", help="Override, KEY=VALUE; may be repeated.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Run the named stages even if they are fresh.")] = False,
) -> None:
    """Execute the notebooks; stages whose results are fresh are skipped, so a second run resumes."""
    overrides, wanted = _overrides(set_ or []), list(dict.fromkeys(seed or [1]))
    folders = []
    for one in wanted:
        name = f"{run_id}-s{one}" if run_id and len(wanted) > 1 else run_id
        name = name or plans.default_run_id(profiles.load(profile, overrides).name, tasks.load(task).name, one)
        _run_once(name, stages or (), profile=profile, task=task, seed=one, overrides=overrides, force=force)
        folders.append(paths.outputs() / name)
    if len(wanted) > 1 and all((folder / "05_evaluate" / manifests.NAME).is_file() for folder in folders):
        cli_seeds.show(cli_seeds.summary({"": folders}))


@app.command()
def status(run_id: RunId = "") -> None:
    """Show runs with their stages, or one run in detail."""
    if run_id:
        _show_stages(_existing(run_id))
        return
    legend = "   ".join(f"{mark} {state}" for state, mark in _MARKS.items())
    table = Table(
        title="Runs", title_justify="left", caption=legend, caption_justify="left", box=box.SIMPLE_HEAD, padding=0
    )
    table.add_column("run", overflow="fold")  # a name cut short would be another run's
    for name in (*(stage[:2] for stage in manifests.STAGES), "minutes", "verdict"):
        table.add_column(name, no_wrap=True)
    for run_dir in _run_dirs():
        stages = _status_of(run_dir)
        minutes = sum(item.manifest.get("wall_s", 0) for item in stages) / 60
        table.add_row(run_dir.name, *(_MARKS[item.state] for item in stages), f"{minutes:.1f}", _verdict(run_dir))
    out.print(table)
    if not table.row_count:
        out.print("No runs yet. Next: make run, or clintune run")


@app.command()
def report(run_id: RunId = "") -> None:
    """Print the path of a run's HTML report."""
    run_dir = _existing(run_id, stage="" if run_id else "05_evaluate")
    manifests.read(run_dir / "05_evaluate")
    print(run_dir / "05_evaluate" / "artifacts" / "report.html")


@app.command()
def serve(
    run_id: RunId = "",
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 8000,
) -> None:
    """Serve a run's exported model on this machine, and print how to call it."""
    run_dir = _existing(run_id, stage="06_deploy")
    manifests.check(run_dir / "06_deploy", run_dir / "06_deploy" / "artifacts" / "bundle")
    bundle = run_dir / "06_deploy" / "artifacts" / "bundle"
    os.execv(
        sys.executable, [sys.executable, "-m", "helpers.deploy.service", "--bundle", str(bundle), "--port", str(port)]
    )


@app.command()
def doctor() -> None:
    """Look at this machine: cores, memory, GPU, models, versions against the pins, and which profiles fit."""
    from helpers import doctor as checks

    for title, frame in checks.examine().items():
        table = Table(title=title, title_justify="left")
        for column in frame.columns:
            table.add_column(str(column))
        for row in frame.itertuples(index=False):
            table.add_row(*(str(value) for value in row))
        out.print(table)


@app.command()
def purge(
    run_id: Annotated[str, typer.Argument(help="Run to delete.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete a run with its raw records, adapters and caches."""
    run_dir = _existing(run_id)
    if not yes:
        typer.confirm(f"Delete {run_dir} and everything in it?", abort=True)
    try:
        with FileLock(run_dir / ".pipeline.lock", timeout=0), FileLock(run_dir / ".lock", timeout=0):
            shutil.rmtree(run_dir)
    except Timeout:
        raise StageError(f"Run `{run_id}` is being written", remedy="stop it first") from None
    out.print(f"{run_id} deleted")


def main() -> None:
    """Run the command; an expected error is one message and exit code 1."""
    try:
        app()
    except ClinTuneError as error:
        err.print(f"[bold red]{type(error).__name__}[/]: {escape(str(error))}", highlight=False, soft_wrap=True)
        sys.exit(1)


def _run_once(run_name: str, stages: Sequence[str], **settings: Any) -> None:
    """Run the stages of one run, and print what they do, what it took and what came of it."""
    from helpers import pipeline

    out.print(f"[bold]{run_name}[/]  in {paths.outputs() / run_name}")
    clock = {"stage": "", "step": "", "began": time.perf_counter()}
    with out.status("starting") as status:

        def listen(stage: str, step: str) -> None:
            if (stage, step) == (clock["stage"], clock["step"]):
                return
            _said(clock)
            clock.update(stage=stage, step=step, began=time.perf_counter())
            status.update(f"[bold]{stage}[/] · {escape(step)}")

        outcomes = pipeline.run(stages, run_id=run_name, listener=listen, **settings)
        _said(clock)
    done = sum(not item.skipped for item in outcomes)
    minutes = sum(item.wall_s for item in outcomes) / 60
    out.print(f"{done} stage(s) run, {len(outcomes) - done} fresh, {minutes:.1f} minutes")
    _show_result(paths.outputs() / run_name)


def _overrides(pairs: list[str]) -> dict[str, Any]:
    overrides = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise ProfileError(
                "An override is not KEY=VALUE", found=pair, expected="such as train.learning_rate=5.0e-4"
            )
        try:
            overrides[key.strip()] = yaml.safe_load(value)
        except yaml.YAMLError:
            raise ProfileError(f"The value of override `{key}` is not YAML", found=value) from None
    return overrides


def _said(clock: dict[str, Any]) -> None:
    if clock["stage"]:
        seconds = time.perf_counter() - clock["began"]
        out.print(f"  {clock['stage']} · {escape(clock['step'])} [dim]{seconds:.0f} s[/]", highlight=False)


def _run_dirs() -> list[Path]:
    folders = paths.outputs().glob("*/seed") if paths.outputs().is_dir() else ()
    return sorted((path.parent for path in folders), key=lambda path: (path / "seed").stat().st_mtime)


def _existing(run_id: str, *, stage: str = "") -> Path:
    known = [path for path in _run_dirs() if not stage or (path / stage / manifests.NAME).is_file()]
    chosen = [path for path in known if path.name == run_id] if run_id else known[-1:]
    if not chosen:
        raise StageError(
            f"There is no run `{run_id}`" if run_id else "There is no finished run",
            expected=", ".join(path.name for path in known) or "at least one run",
            remedy="clintune run",
        )
    return chosen[0]


def _status_of(run_dir: Path) -> list[manifests.Status]:
    profile = profiles.load(str(run_dir / "profile.yaml"))
    task = tasks.load(str(run_dir / "task.yaml"))
    seed = manifests.seed_of(run_dir)
    settings = {stage: plans.settings_digest(stage, profile, task, seed) for stage in manifests.STAGES}
    return manifests.status(run_dir, settings)


def _verdict(run_dir: Path) -> str:
    path = run_dir / "05_evaluate" / "artifacts" / "verdict.json"
    return json.loads(path.read_text(encoding="utf-8"))["verdict"] if path.is_file() else ""


def _show_stages(run_dir: Path) -> None:
    table = Table(title=run_dir.name, title_justify="left")
    for name in ("stage", "state", "minutes", "peak GiB", "manifest", "why"):
        table.add_column(name)
    for item in _status_of(run_dir):
        path = run_dir / item.stage / manifests.NAME
        table.add_row(
            item.stage,
            item.state,
            f"{item.manifest['wall_s'] / 60:.1f}" if item.manifest else "",
            str(item.manifest.get("peak_gib", "")),
            manifests.sha256(path)[:12] if path.is_file() else "",
            item.reason,
        )
    out.print(table)
    out.print(f"Ledger: {len(ledger.read(run_dir))} entries, chain whole. Verdict: {_verdict(run_dir) or 'none yet'}")


def _show_result(run_dir: Path) -> None:
    if (run_dir / "05_evaluate" / manifests.NAME).is_file():
        out.print(f"Verdict: [bold]{_verdict(run_dir)}[/]")
        out.print(f"Report:  {run_dir / '05_evaluate' / 'artifacts' / 'report.html'}", soft_wrap=True)
    if (run_dir / "06_deploy" / manifests.NAME).is_file():
        out.print(f"Model:   {run_dir / '06_deploy' / 'artifacts' / 'bundle'}", soft_wrap=True)
        out.print("Next:    make serve, or clintune serve")


if __name__ == "__main__":
    main()
