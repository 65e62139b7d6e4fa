"""The `clintune sweep` command."""

import json
import shlex
from typing import Annotated, Any

import pandas as pd
import typer
import yaml
from rich import box
from rich.console import Console
from rich.table import Table

from helpers.core import figures, paths, search_figures, sweeps, tasks

out = Console()


def sweep(
    name: Annotated[
        str, typer.Argument(metavar="SWEEP", help="A file in notebooks/sweeps by name, or a path to YAML.")
    ],
    workers: Annotated[int, typer.Option(min=1, help="Trials at a time; they share the cores.")] = 1,
    ray: Annotated[
        bool, typer.Option("--ray", help="Run trials on the Ray cluster at RAY_ADDRESS (requirements-labs.txt).")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Try trials again that ended with an error.")] = False,
    no_test: Annotated[
        bool, typer.Option("--no-test", help="Leave the test set closed; a later call without this opens it.")
    ] = False,
) -> None:
    """Search settings of 04 over a grid or by Optuna, and evaluate the winner once on the test set.

    The YAML names a profile, tasks, seeds, overrides and a space:

        space:
          train.learning_rate: {low: 3.0e-4, high: 3.0e-3, log: true}
          train.adapter_layers: [6, 12, 18]

    01 to 03 run once; each trial is a run of 04 of its own, chosen and pruned on validation records only. A killed sweep
    goes on where it stopped. Results stand in outputs/sweeps/SWEEP/: trials, figures, the winner.
    """
    from helpers import sweep as searching

    spec = sweeps.load(name)
    extent = f"{len(spec.grid())} combinations" if spec.method == "grid" else f"{spec.trials} trials by Optuna"
    out.print(f"[bold]{spec.name}[/]  {extent} of {len(spec.space)} field(s), for {', '.join(spec.tasks)}")
    found = searching.run(
        spec,
        workers=workers,
        execution="ray" if ray else "local",
        again=again,
        open_test=not no_test,
        listener=lambda said: out.print(f"  {said}", markup=False, highlight=False),
    )
    for task, result in zip(spec.tasks, found, strict=True):
        _show(spec, task, result)


def _show(spec: sweeps.Sweep, task: str, found: Any) -> None:
    table = Table(title=f"{spec.name}, {found.task}", title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1))
    fields = list(spec.space)
    for column in ("trial", "state", found.metric, "minutes", *(field.removeprefix("train.") for field in fields)):
        table.add_column(column)
    for row in found.trials.to_dict("records"):
        numbers = [f"{row[key]:.3f}" if pd.notna(row[key]) else "" for key in ("score", "minutes")]
        table.add_row(str(row["trial"]), row["state"], *numbers, *(str(row[field]) for field in fields))
    out.print(table)
    _draw(spec, found)
    verdict = paths.outputs() / found.run_id / "05_evaluate" / "artifacts" / "verdict.json"
    settings = spec.overrides | found.winner
    told = {"task": found.task, "run_id": found.run_id, "values": found.winner, "overrides": spec.overrides}
    told["validation"] = {found.metric: float(found.trials["score"].iloc[0])}
    if verdict.is_file():
        stated = json.loads(verdict.read_text(encoding="utf-8"))
        told["test"] = {key: stated[key] for key in ("verdict", "advice")}
        evidence = f"{stated['verdict_detail']['evidence']}; {stated['advice_detail']['evidence']}"
        out.print(f"Test:    {stated['verdict']}, {stated['advice']} ({evidence})", markup=False, soft_wrap=True)
    (found.folder / "winner.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    out.print(f"Winner:  {found.run_id}; trials, figures: {found.folder}", markup=False, soft_wrap=True)
    same = f"clintune run 06 --run-id {found.run_id} "
    out.print(f"Deploy:  {same}{_options(spec, task, settings)}", markup=False, soft_wrap=True)
    out.print(f"Anew:    clintune run {_options(spec, task, settings)}", markup=False, soft_wrap=True)


def _options(spec: sweeps.Sweep, task: str, settings: dict[str, Any]) -> str:
    """The winner's settings as options of `clintune run`."""
    chosen = [f"--profile {spec.profile} --task {task} --seed {spec.seeds[0]}"]
    for field, value in settings.items():
        written = yaml.safe_dump(value, default_flow_style=True).replace("\n...", "").strip()
        chosen.append(f"--set {shlex.quote(f'{field}={written}')}")
    return " ".join(chosen)


def _draw(spec: sweeps.Sweep, found: Any) -> None:
    done = found.trials[found.trials["state"] == "finished"]
    count = f"{spec.name}, {found.task}: {len(done)} finished trials"
    if len(found.importances):
        figures.save(
            search_figures.importances(found.importances, title=count),
            found.importances,
            found.folder,
            name="importances",
            caption="How much of the difference between the trials' validation scores each field explains (fANOVA on a "
            "random forest). With few trials this is a hint; a field that was hardly varied looks unimportant.",
        )
    else:
        out.print("Importances: too few finished trials, or all with one score")
    log = [name for name, allowed in spec.space.items() if isinstance(allowed, sweeps.Range) and allowed.log]
    kind = next(kind for kind, metric in tasks.PRIMARY_METRICS.items() if metric == found.metric)
    axis = f"validation {tasks.METRIC_NAMES[kind]}"
    data = done[["trial", *spec.space, "score"]]
    figures.save(
        search_figures.parallel_coordinates(data, fields=list(spec.space), title=count, score=axis, log=log),
        data,
        found.folder,
        name="parallel_coordinates",
        caption="Each line is one trial, from its settings to its score on validation records at the right. Look where the "
        "lines that end high pass; the dashed one is the winner.",
    )
