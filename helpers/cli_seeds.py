"""The `clintune seeds` command: runs that differ in seed and test fold only, and how far these alone move the result."""

import json
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from helpers.core import manifests, paths, plans, profiles, tasks
from helpers.core.errors import StageError

out = Console()
_MOVE_RESULTS = ("collect", "preprocess", "select", "train", "evaluate")  # stages whose settings do
_COLUMNS = ["model", "folds", "seeds", "n", "mean", "sd", "lowest", "highest"]


def seeds(
    run_ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[RUN]...", help="One run of each kind; the newest finished one when left out."),
    ] = None,
) -> None:
    """Show the test results of all finished runs that differ from a run in seed or test fold only: mean and spread.

    Several runs, such as one that tunes a language model and one that tunes an encoder, share one table:

        clintune seeds quick-diagnosis-s1 encoder-diagnosis-s1
    """
    done = [path.parents[1] for path in paths.outputs().glob(f"*/05_evaluate/{manifests.NAME}")]
    done = sorted(done, key=lambda run_dir: (run_dir / "05_evaluate" / manifests.NAME).stat().st_mtime)
    by_id = {run_dir.name: run_dir for run_dir in done}
    missing = [run_id for run_id in run_ids or [] if run_id not in by_id]
    if missing or not done:
        raise StageError(
            f"05 of run `{missing[0]}` is not finished" if missing else "There is no finished run",
            expected=", ".join(by_id) or "at least one run",
            remedy="clintune run --seed 1 --seed 2 --seed 3",
        )
    chosen = list(dict.fromkeys(run_ids or [done[-1].name]))
    settings = {name: _settings(run_dir) for name, run_dir in by_id.items()}
    groups = {name: [by_id[other] for other in by_id if settings[other] == settings[name]] for name in chosen}
    show(summary(groups))
    _show_pooled(groups)


def summary(groups: dict[str, list[Path]]) -> pd.DataFrame:
    """Mean and spread of each model's primary metric over runs.

    Args:
        groups: Folders of runs with the same profile and task, 05 finished, by the name of the group.

    Returns:
        One row a model: model, folds, seeds, n (results), mean, sd (with n - 1; NaN for one), lowest, highest. Of several
        groups, base and tuned models have the group's name; a result of a simple model that came out alike in two groups
        is counted once. The spread is that of everything drawn by seed and fold, the sample of records included, and no
        interval.
    """
    rows = [(name, *row) for name, run_dirs in groups.items() for run_dir in run_dirs for row in _results(run_dir)]
    frame = pd.DataFrame(rows, columns=["group", "fold", "seed", "model", "value"])
    # the better prompt is chosen in each run: one row for it, whatever the prompt, unless both were asked
    asked = frame["model"].isin(["base zero-shot", "base few-shot"])
    both = frame[asked].duplicated(["group", "fold", "seed"]).any()
    frame["model"] = frame["model"].mask(asked & (not both), "base, best prompt")
    if len(groups) > 1:
        own = frame["model"].str.startswith(("base", "tuned"))
        frame["model"] = frame["model"].where(~own, frame["model"] + " (" + frame["group"] + ")")
    frame = frame.drop_duplicates(["fold", "seed", "model", "value"])
    grouped = frame.groupby("model", sort=False)
    table = grouped["value"].agg(n="count", mean="mean", sd="std", lowest="min", highest="max")
    for column in ("fold", "seed"):
        table[f"{column}s"] = grouped[column].agg(lambda some: ", ".join(map(str, sorted(set(some)))))
    return table.reset_index()[_COLUMNS].sort_values("mean", ascending=False, ignore_index=True)


def show(table: pd.DataFrame) -> None:
    """Print the summary."""
    drawn = Table(title="Mean and spread over seeds and test folds", title_justify="left")
    for name in _COLUMNS:
        drawn.add_column(name)
    for row in table.itertuples():
        spread = "" if pd.isna(row.sd) else f"{row.sd:.3f}"
        numbers = (f"{row.mean:.3f}", spread, f"{row.lowest:.3f}", f"{row.highest:.3f}")
        drawn.add_row(row.model, row.folds, row.seeds, str(row.n), *numbers)
    out.print(drawn)


def _show_pooled(groups: dict[str, list[Path]]) -> None:
    """Print what each kind of run says over all its test folds, where it has several."""
    from helpers.evaluate import folds  # scipy and scikit-learn are not needed by other commands

    for name, run_dirs in groups.items():
        pooled = folds.advise(run_dirs)
        if pooled is not None:
            numbers = ", ".join(map(str, pooled.folds))
            said = f"{name}: tuned against the best simple model ({', '.join(dict.fromkeys(pooled.baselines))})"
            out.print(f"{said} over test folds {numbers}: {pooled.advice.advice}", markup=False, soft_wrap=True)
            out.print(f"  {pooled.advice.evidence}", markup=False, soft_wrap=True)


def _results(run_dir: Path) -> list[tuple[int, int, str, float]]:
    """(test fold, seed, model, primary metric) of each model of a run."""
    metric = tasks.load(str(run_dir / "task.yaml")).primary_metric
    fold = profiles.load(str(run_dir / "profile.yaml")).preprocess.test_fold
    manifests.check(run_dir / "05_evaluate", run_dir / "05_evaluate" / "metrics.json")
    found = json.loads((run_dir / "05_evaluate" / "metrics.json").read_text(encoding="utf-8"))
    seed = manifests.seed_of(run_dir)
    values = {name.removesuffix(f" {metric}"): value for name, value in found.items() if name.endswith(f" {metric}")}
    return [(fold, seed, name, value) for name, value in values.items()]


def _settings(run_dir: Path) -> str:
    """Digest of what moves the results of 05, but for seed and test fold."""
    profile, task = profiles.load(str(run_dir / "profile.yaml")), tasks.load(str(run_dir / "task.yaml"))
    stages = {name: plans.decisive(getattr(profile, name)) for name in _MOVE_RESULTS}
    del stages["preprocess"]["test_fold"]
    del stages["evaluate"]["every_prompt"]  # adds a row and changes none
    return manifests.digest(stages, profile.device, task)
