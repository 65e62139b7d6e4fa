"""Search the settings of 04 by Optuna or over a grid, on validation records only; the test set is opened for the winner."""

import json
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import optuna
import pandas as pd
from filelock import FileLock, Timeout
from optuna.trial import TrialState

from helpers import pipeline, search, trial
from helpers.core import batches, ledger, manifests, paths, plans, profiles, sweeps, tasks
from helpers.core.errors import ProfileError, StageError

Listener = Callable[[str], None]
Submit = Callable[..., Future]  # starts `trial.train` with its arguments
_POLL_S = 1.0


@dataclass(frozen=True)
class Found:
    """What a sweep found out about one task."""

    task: str
    metric: str
    trials: pd.DataFrame  # trial, state, score, minutes, one column a field, run, why; best first
    importances: pd.DataFrame  # field, importance; sums to 1, empty where too few trials tell
    winner: dict[str, Any]  # its values
    run_id: str  # of the winner, with the first seed
    folder: Path


def run(
    spec: sweeps.Sweep,
    *,
    workers: int = 1,
    execution: Literal["local", "ray"] = "local",
    again: bool = False,
    open_test: bool = True,
    listener: Listener = lambda said: None,
) -> list[Found]:
    """Run the trials that are not finished, and evaluate each task's winner once on its test set.

    Args:
        spec: What to search.
        workers: Trials at a time.
        execution: `local` here, `ray` on the cluster at `RAY_ADDRESS`, whose machines must see the outputs' folder.
        again: Try trials again that ended with an error.
        open_test: False leaves the test set closed.
        listener: Told what happens.

    Raises:
        ProfileError: If this sweep was begun with another space or other settings.
        StageError: If no trial ended well, another process runs this sweep, or the test set was opened for another winner.
    """
    folder = paths.outputs().resolve() / "sweeps" / spec.name
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    threads = max(1, (os.cpu_count() or 1) // workers)
    try:
        with FileLock(folder / ".lock", timeout=0), ThreadPoolExecutor(workers) as pool:
            here = partial(pool.submit, trial.train, threads=threads)
            submit = _on_ray(threads, spec) if execution == "ray" else here
            return [
                _search(spec, task, folder, submit, workers, again=again, open_test=open_test, listener=listener)
                for task in spec.tasks
            ]
    except Timeout:
        raise StageError(
            f"Sweep `{spec.name}` is being run by another process", remedy="wait for it, or give this one another name"
        ) from None


def _search(
    spec: sweeps.Sweep,
    task: str,
    folder: Path,
    submit: Submit,
    workers: int,
    *,
    again: bool,
    open_test: bool,
    listener: Listener,
) -> Found:
    what = tasks.load(task)
    study = search.open_study(spec, what.name, folder)
    for seed in spec.seeds:
        listener(f"records and choice of {what.name}, seed {seed}")
        pipeline.run(trial.SHARED, **_arguments(spec, task, seed, {}, _run_id(spec, what.name, seed, None)))
    left = search.queue(spec, study, again=again)
    listener(f"{left} trial(s) to run")
    objective = partial(_objective, spec=spec, task=task, submit=submit, locks={}, listener=listener)
    if left:
        study.optimize(objective, n_trials=left, n_jobs=workers, catch=(StageError, ProfileError))
    done = study.get_trials(states=(TrialState.COMPLETE,))
    if not done:
        failed = [item.user_attrs["error"] for item in study.trials if "error" in item.user_attrs]
        raise StageError(
            f"No trial of sweep `{spec.name}` ended well",
            found=failed[0] if failed else "no finished trial",
            remedy="mend the cause, then the same command with --again",
        )
    best = min(done, key=lambda item: (-item.value, item.user_attrs["minutes"], item.number))
    table = search.table(spec, study)
    target = folder / what.name
    target.mkdir(exist_ok=True)
    table.to_csv(target / "trials.csv", index=False)
    found = Found(
        what.name,
        tasks.PRIMARY_METRICS[what.kind],
        table,
        search.importances(study, seed=spec.seeds[0]),
        best.user_attrs["values"],
        best.user_attrs["runs"][0],
        target,
    )
    if open_test:
        _open_test(spec, task, found, folder, listener)
    return found


def _objective(
    optuna_trial: optuna.Trial,
    *,
    spec: sweeps.Sweep,
    task: str,
    submit: Submit,
    locks: dict[str, Lock],
    listener: Listener,
) -> float:
    values = search.draw(optuna_trial, spec)
    what = tasks.load(task)
    named = [_run_id(spec, what.name, seed, values) for seed in spec.seeds]
    optuna_trial.set_user_attr("values", values)
    optuna_trial.set_user_attr("runs", named)
    shown = ", ".join(f"{name.removeprefix('train.')} {value}" for name, value in values.items())
    listener(f"trial {optuna_trial.number}: {shown}")
    scores, minutes = [], 0.0
    for seed, run_id in zip(spec.seeds, named, strict=True):
        run_dir = plans.folder_of(run_id).resolve()
        with locks.setdefault(run_id, Lock()):  # two workers may draw the same values: the second finds them finished
            trial.share(plans.folder_of(_run_id(spec, what.name, seed, None)), run_dir)
            future = submit(_arguments(spec, task, seed, values, run_id), str(run_dir))
            pruned = _watch(future, run_dir, optuna_trial, reports=spec.prune and seed == spec.seeds[0])
        error = future.result()
        if error and pruned:
            trial.clear(run_dir)
            listener(f"trial {optuna_trial.number}: pruned")
            raise optuna.TrialPruned
        if error:
            optuna_trial.set_user_attr("error", error)
            listener(f"trial {optuna_trial.number}: {error}")
            raise StageError(error)
        metrics = json.loads((run_dir / "04_train" / "metrics.json").read_text(encoding="utf-8"))
        scores.append(metrics[f"validation_{tasks.PRIMARY_METRICS[what.kind]}"])
        minutes += metrics["wall_s"] / 60
    optuna_trial.set_user_attr("minutes", round(minutes, 2))
    listener(f"trial {optuna_trial.number}: {sum(scores) / len(scores):.3f} in {minutes:.1f} minutes")
    return sum(scores) / len(scores)


def _watch(future: Future, run_dir: Path, optuna_trial: optuna.Trial, *, reports: bool) -> bool:
    """Wait for a trial; tell the pruner of each validation loss, and stop the trial where it says so."""
    told, pruned = 0, False
    while not future.done():
        try:
            future.result(timeout=_POLL_S)
        except KeyboardInterrupt:
            (run_dir / trial.STOP).touch()
            raise
        except TimeoutError:
            losses = trial.validation_losses(run_dir) if reports and not pruned else []
            for number in range(told, len(losses)):
                optuna_trial.report(-losses[number], step=number + 1)
                pruned = pruned or optuna_trial.should_prune()
            told = max(told, len(losses))
            if pruned:
                (run_dir / trial.STOP).touch()
    return pruned


def _on_ray(threads: int, spec: sweeps.Sweep) -> Submit:
    """The same function as a task of the cluster, with a GPU of its own where the profile wants one."""
    ray = batches.connected("clintune sweep --ray")
    gpus = int(profiles.load(spec.profile, spec.settings({})).device == "cuda")
    remote = ray.remote(trial.train).options(num_cpus=threads, num_gpus=gpus)
    return lambda arguments, run_dir: remote.remote(arguments, run_dir, threads).future()


def _open_test(spec: sweeps.Sweep, task: str, found: Found, folder: Path, listener: Listener) -> None:
    """Run 05 on the winner; a second winner does not get the test set of the first."""
    opened = [entry["data"] for entry in ledger.read(folder) if entry["event"] == "test set opened"]
    before = [entry["run_id"] for entry in opened if entry["task"] == found.task]
    if before and before[-1] != found.run_id:
        raise StageError(
            f"Sweep `{spec.name}` has opened the test set of {found.task} already",
            found=f"for {before[-1]}; on validation records {found.run_id} is now better",
            remedy="leave it at that (--no-test), or search under another name and report both openings",
        )
    if not before:
        counted = {"sweep": spec.name, "task": found.task, "run_id": found.run_id, "trials": len(found.trials)}
        ledger.append(folder, "test set opened", **counted, purpose="winner of the sweep")
        ledger.append(plans.folder_of(found.run_id), "chosen by a sweep on validation records", **counted)
    listener(f"test set of {found.task}, for {found.run_id}")
    pipeline.run(("05",), **_arguments(spec, task, spec.seeds[0], found.winner, found.run_id))


def _run_id(spec: sweeps.Sweep, task: str, seed: int, values: dict[str, Any] | None) -> str:
    """Name of a trial's run, made of its values; of the run that holds what trials share without values."""
    settings = spec.settings(values or {})
    mark = "shared" if values is None else manifests.digest(spec.profile, settings)[:10]
    return f"{spec.name}-{task}-s{seed}-{mark}"


def _arguments(spec: sweeps.Sweep, task: str, seed: int, values: dict[str, Any], run_id: str) -> dict[str, Any]:
    return {
        "profile": trial.absolute(spec.profile),
        "task": trial.absolute(task),
        "seed": seed,
        "run_id": run_id,
        "overrides": spec.settings(values),
    }
