"""The same comparison over several test folds: each record is asked once, so there are more items and narrower intervals."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.core import manifests, profiles, records, tasks
from helpers.evaluate import compare, verdict

_TUNED = "tuned"  # its name in the predictions of 05


@dataclass(frozen=True)
class Pooled:
    """What runs on different test folds say together."""

    folds: tuple[int, ...]
    seed: int
    baselines: tuple[str, ...]  # best simple model of each fold, chosen on its validation records
    advice: verdict.Advice


def advise(run_dirs: Sequence[Path]) -> Pooled | None:
    """Compare tuned models with the best simple models of their folds, over the items of all folds.

    Args:
        run_dirs: Runs with the same profile but for `preprocess.test_fold`, and the same task; 05 finished.

    Returns:
        The advice by the profile's margin, of the seed with most folds; None if no seed has two.

    Raises:
        StageError: If a file is not what its stage wrote.
    """
    by_seed: dict[int, dict[int, Path]] = {}
    for run_dir in run_dirs:
        seed = manifests.seed_of(run_dir)
        fold = profiles.load(str(run_dir / "profile.yaml")).preprocess.test_fold
        by_seed.setdefault(seed, {})[fold] = run_dir
    seed, chosen = max(by_seed.items(), key=lambda item: (len(item[1]), -item[0]), default=(0, {}))
    if len(chosen) < 2:
        return None
    parts = [_scores(chosen[fold]) for fold in sorted(chosen)]
    baseline, tuned, groups = (pd.concat([part[i] for part in parts]) for i in range(3))
    settings = profiles.load(str(chosen[min(chosen)] / "profile.yaml")).evaluate
    how = {"margin": settings.margin, "seed": seed, "bootstrap": settings.bootstrap}
    advice = verdict.advise(baseline, tuned, groups, **how)
    return Pooled(tuple(sorted(chosen)), seed, tuple(part[3] for part in parts), advice)


def _scores(run_dir: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series, str]:
    """Scores of the best simple model and of the tuned one, the items' groups, and that simple model's name."""
    paths = {
        "test": run_dir / "02_preprocess" / "artifacts" / "test.parquet",
        "predictions": run_dir / "05_evaluate" / "artifacts" / "predictions.parquet",
        "verdict": run_dir / "05_evaluate" / "artifacts" / "verdict.json",
    }
    for path in paths.values():
        manifests.check(path.parents[1], path)
    baseline = json.loads(paths["verdict"].read_text(encoding="utf-8"))["baseline"]
    kind = tasks.load(str(run_dir / "task.yaml")).kind
    most = profiles.load(str(run_dir / "profile.yaml")).evaluate.max_test
    test, answers = records.sample(records.read(paths["test"]), most), records.read(paths["predictions"])
    asked, found = (compare.score(answers[answers["model"] == name], test, kind=kind) for name in (baseline, _TUNED))
    return asked, found, compare.groups(test), baseline
