"""What Optuna keeps of a sweep: its study, the queue of trials, how values are drawn, and what came of it."""

from pathlib import Path
from typing import Any

import optuna
import pandas as pd
from optuna.trial import TrialState

from helpers.core import manifests, sweeps
from helpers.core.errors import ProfileError

LEAST_TRIALS = 4  # finished ones before anything is said about the importance of a field

optuna.logging.set_verbosity(optuna.logging.WARNING)


def open_study(spec: sweeps.Sweep, task: str, folder: Path) -> optuna.Study:
    """The task's study in the sweep's SQLite file, made on first use.

    Raises:
        ProfileError: If it was begun with another space or other settings.
    """
    study = optuna.create_study(
        storage=f"sqlite:///{folder / 'study.db'}",
        study_name=task,
        pruner=optuna.pruners.MedianPruner(n_startup_trials=3) if spec.prune else optuna.pruners.NopPruner(),
        direction="maximize",
        load_if_exists=True,
    )
    asked = manifests.digest(spec.model_dump(mode="json", exclude={"trials", "tasks", "description"}))
    if study.user_attrs.get("sweep", asked) != asked:
        raise ProfileError(
            f"Sweep `{spec.name}` was begun with other settings",
            found="another space, profile, seeds or overrides than its finished trials had",
            remedy=f"give it another name, or delete {folder}",
        )
    study.set_user_attr("sweep", asked)
    # a sweep that goes on must not draw again what it drew before
    seed, random_ones = spec.seeds[0] + len(study.trials), min(10, max(3, (spec.trials or 1) // 3))
    study.sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=random_ones)
    return study


def queue(spec: sweeps.Sweep, study: optuna.Study, *, again: bool) -> int:
    """Queue what was interrupted, of a grid also what is missing, and return how many trials are left to run."""
    for item in study.get_trials(states=(TrialState.RUNNING,)):  # of a process that is gone: we hold the lock
        study.tell(item.number, state=TrialState.FAIL)
    done, waiting, broken = [], [], []
    for item in study.trials:
        if item.state == TrialState.WAITING:
            waiting.append(item.system_attrs["fixed_params"])
        elif item.state != TrialState.FAIL or ("error" in item.user_attrs and not again):
            done.append(item.params)
        else:
            broken.append(item.params)
    whole = [params for params in broken if set(params) == set(spec.space)]
    wanted = spec.grid() if spec.method == "grid" else whole
    missing = [params for params in wanted if params not in done and params not in waiting]
    left = len(wanted) - sum(params in done for params in wanted) if spec.method == "grid" else spec.trials - len(done)
    for params in missing[: max(0, left - len(waiting))]:
        study.enqueue_trial(params)
    return max(0, left)


def draw(optuna_trial: optuna.Trial, spec: sweeps.Sweep) -> dict[str, Any]:
    """Values of one trial, numbers written as people would."""
    values = {}
    for name, allowed in spec.space.items():
        if not isinstance(allowed, sweeps.Range) or spec.method == "grid":
            listed = allowed.values() if isinstance(allowed, sweeps.Range) else allowed
            values[name] = optuna_trial.suggest_categorical(name, listed)
        elif allowed.is_whole:
            drawn = optuna_trial.suggest_int(name, allowed.low, allowed.high, step=allowed.step or 1, log=allowed.log)
            values[name] = drawn
        else:
            drawn = optuna_trial.suggest_float(name, allowed.low, allowed.high, step=allowed.step, log=allowed.log)
            values[name] = sweeps.rounded(drawn)
    return values


def table(spec: sweeps.Sweep, study: optuna.Study) -> pd.DataFrame:
    """One row a trial that ended, best first: trial, state, score, minutes, one column a field, run, why."""
    rows = []
    for item in study.trials:
        interrupted = item.state == TrialState.FAIL and "error" not in item.user_attrs
        if item.state.is_finished() and not interrupted:
            rows.append(
                {
                    "trial": item.number,
                    "state": {"COMPLETE": "finished", "FAIL": "failed"}.get(item.state.name, item.state.name.lower()),
                    "score": item.value if item.state == TrialState.COMPLETE else float("nan"),
                    "minutes": item.user_attrs.get("minutes", float("nan")),
                    **{name: item.user_attrs["values"][name] for name in spec.space},
                    "run": item.user_attrs["runs"][0],
                    "why": item.user_attrs.get("error", ""),
                }
            )
    return pd.DataFrame(rows).sort_values(["score", "minutes"], ascending=[False, True], ignore_index=True)


def importances(study: optuna.Study, *, seed: int) -> pd.DataFrame:
    """Share of the variance of the scores that each field explains (fANOVA, Hutter et al. 2014)."""
    done = study.get_trials(states=(TrialState.COMPLETE,))
    tells = len(done) >= LEAST_TRIALS and len({item.value for item in done}) > 1
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=seed)
    found = optuna.importance.get_param_importances(study, evaluator=evaluator) if tells else {}
    return pd.DataFrame(list(found.items()), columns=["field", "importance"])
