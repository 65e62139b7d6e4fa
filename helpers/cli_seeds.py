"""The `clintune seeds` command: runs that differ in nothing but the seed, and how far that alone moves the result."""

import json
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from helpers.core import manifests, paths, profiles, tasks
from helpers.core.errors import StageError

out = Console()
_COLUMNS = ["runs", "seeds", "model", "n", "mean", "sd", "lowest", "highest"]


def seeds(
    run_id: Annotated[str, typer.Argument(help="One of the runs; the newest finished one when left out.")] = "",
) -> None:
    """Show the test results of all finished runs that differ from one run in the seed only: mean and spread."""
    done = [path.parents[1] for path in paths.outputs().glob(f"*/05_evaluate/{manifests.NAME}")]
    done = sorted(done, key=lambda run_dir: (run_dir / "05_evaluate" / manifests.NAME).stat().st_mtime)
    chosen = [run_dir for run_dir in done if run_dir.name == run_id] if run_id else done[-1:]
    if not chosen:
        raise StageError(
            f"05 of run `{run_id}` is not finished" if run_id else "There is no finished run",
            expected=", ".join(run_dir.name for run_dir in done) or "at least one run",
            remedy="clintune run --seed 1 --seed 2 --seed 3",
        )
    same = [run_dir for run_dir in done if _settings(run_dir) == _settings(chosen[0])]
    show(summary(same))


def summary(run_dirs: list[Path]) -> pd.DataFrame:
    """Mean and spread of each model's primary metric over runs.

    Args:
        run_dirs: Folders of runs with the same profile and task, 05 finished.

    Returns:
        One row a model: runs, seeds, model, n (runs), mean, sd (with n - 1; NaN for one run), lowest, highest. The spread is
        that of everything drawn by the seed, the sample of records included, and no interval.
    """
    rows = []
    for run_dir in run_dirs:
        metric = tasks.load(str(run_dir / "task.yaml")).primary_metric
        manifests.check(run_dir / "05_evaluate", run_dir / "05_evaluate" / "metrics.json")
        found = json.loads((run_dir / "05_evaluate" / "metrics.json").read_text(encoding="utf-8"))
        seed = int((run_dir / "seed").read_text(encoding="utf-8"))
        for name, value in found.items():
            if name.endswith(f" {metric}"):
                rows.append((run_dir.name, seed, name.removesuffix(f" {metric}"), value))
    frame = pd.DataFrame(rows, columns=["run", "seed", "model", "value"])
    # the best prompt of the base is chosen in each run: one row for it, whatever the prompt
    frame["model"] = frame["model"].where(~frame["model"].str.startswith("base "), "base, best prompt")
    grouped = frame.groupby("model", sort=False)
    table = grouped["value"].agg(n="count", mean="mean", sd="std", lowest="min", highest="max")
    table["runs"] = grouped["run"].agg(", ".join)
    table["seeds"] = grouped["seed"].agg(lambda some: ", ".join(map(str, sorted(some))))
    return table.reset_index()[_COLUMNS].sort_values("mean", ascending=False, ignore_index=True)


def show(table: pd.DataFrame) -> None:
    """Print the summary."""
    drawn = Table(title=f"Seeds {table['seeds'].iloc[0]}", title_justify="left")
    for name in _COLUMNS[2:]:
        drawn.add_column(name)
    for row in table.itertuples():
        spread = "" if pd.isna(row.sd) else f"{row.sd:.3f}"
        drawn.add_row(row.model, str(row.n), f"{row.mean:.3f}", spread, f"{row.lowest:.3f}", f"{row.highest:.3f}")
    out.print(drawn)


def _settings(run_dir: Path) -> str:
    """Digest of everything but the seed."""
    profile, task = profiles.load(str(run_dir / "profile.yaml")), tasks.load(str(run_dir / "task.yaml"))
    return manifests.digest(profile, task)
