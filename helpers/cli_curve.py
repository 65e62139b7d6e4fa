"""The `clintune curve` command."""

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console

from helpers.core import figures, manifests, plans, profiles, records, tasks
from helpers.core.errors import ProfileError

out = Console()
TUNED = {"causal": "fine-tuned language model", "encoder": "fine-tuned encoder", "hosted": "fine-tuned hosted model"}


def curve(
    run_id: Annotated[str, typer.Argument(help="Run with 02 finished.")],
    fracs: Annotated[
        list[float] | None,
        typer.Option("--frac", min=0.001, max=1.0, help="Share of the training records; may be repeated."),
    ] = None,
    max_validation: Annotated[
        int | None, typer.Option(min=2, help="Validation records answered; all when left out.")
    ] = None,
) -> None:
    """Fine-tune on 10, 25, 50 and 100 % of a run's training records, and draw quality against their number.

    Beside it stand the simple models on the same parts and the same validation records. The test set is never opened. Each
    share costs its part of the minutes of 04; a killed command goes on with the next share.
    """
    from helpers.lm import baselines
    from helpers.preprocess import gate
    from helpers.select import learning_curve
    from helpers.train import parts

    shares = sorted(set(fracs or (0.1, 0.25, 0.5, 1.0)))
    run_dir = plans.folder_of(run_id)
    source = run_dir / "02_preprocess"
    paths = {name: source / "artifacts" / f"{name}.parquet" for name in ("train", "validation")}
    for path in (*paths.values(), source / "artifacts" / "deid_report.json"):
        manifests.check(source, path)
    gate.require(source / "artifacts" / "deid_report.json", records_files=paths)
    profile, task = profiles.load(str(run_dir / "profile.yaml")), tasks.load(str(run_dir / "task.yaml"))
    if task.kind not in learning_curve.KINDS:
        raise ProfileError("There is no learning curve of this kind of task", found=task.kind, expected="another kind")
    seed = manifests.seed_of(run_dir)
    train, validation = (records.read(path) for path in paths.values())
    asked = records.sample(validation, max_validation)
    costs = {
        name: baselines.choose_cost(name, train, validation) for name in baselines.names(task.kind, task.baselines)
    }
    fixed = {"kind": task.kind, "repeats": 1, "costs": costs, "seed": seed}
    simple = learning_curve.measure(train, asked, fracs=shares, **fixed)
    selection = {name: getattr(profile.select, name) for name in ("llm", "revision", "encoder")}
    budget = profile.train.token_budget  # shared out, so that every share sees as many epochs
    scores = [simple]
    for frac, part in learning_curve.subsets(train, shares, seed=seed * 1000).items():
        stamp = manifests.digest(
            [manifests.sha256(path) for path in paths.values()], profile.train, selection, task, seed, frac,
            max_validation,
        )[:12]  # fmt: skip
        folder = run_dir / "learning_curve" / stamp
        kept = folder / "scores.csv"
        if kept.is_file():
            out.print(f"{frac:.0%} of the training records: done before", markup=False)
            scores.append(pd.read_csv(kept, dtype={"record_id": str, "group": str}))
            continue
        out.print(f"{frac:.0%} of the training records: {len(part)}", markup=False)
        found = parts.answer(
            part,
            records.sample(validation, profile.train.max_validation),
            asked,
            name=TUNED[profile.train.route],
            folder=folder,
            settings=profile.train.model_copy(update={"token_budget": max(1, round(budget * frac))}),
            task=task,
            selection=selection,
            labels=records.label_set(train),
            seed=seed,
            device=profile.device,
            max_new_tokens=task.answer_tokens or profile.evaluate.max_new_tokens,
        )
        scored = learning_curve.score(found, asked, kind=task.kind, frac=frac, repeat=0, n_train=len(part))
        scored.to_csv(kept, index=False)
        scores.append(scored)
    _show(pd.concat(scores, ignore_index=True), run_dir / "learning_curve", profile, task.kind, seed)


def _show(scores: pd.DataFrame, folder: Path, profile: profiles.Profile, kind: str, seed: int) -> None:
    from helpers.select import learning_curve

    resampled = {"bootstrap": profile.evaluate.bootstrap, "seed": seed}
    for picture in learning_curve.pictures(learning_curve.curve(scores, **resampled), kind=kind):
        figures.save(picture.draw(picture.data), picture.data, folder, name=picture.name, caption=picture.caption)
    read = learning_curve.reading(scores, **resampled)
    read.to_csv(folder / "reading.csv", index=False)
    for row in read.itertuples():
        out.print(f"{row.model}: {row.reading}", markup=False, highlight=False)
    out.print(f"Figure:  {folder / 'learning_curve.png'}", soft_wrap=True, markup=False)
