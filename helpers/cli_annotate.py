"""The `clintune annotate` command."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from helpers.collect.annotation import annotated, label_studio, pools
from helpers.core import files, manifests, plans, records, tasks
from helpers.core.errors import ProfileError, RecordError

out = Console()
app = typer.Typer(
    no_args_is_help=True,
    help="Choose records for people to label, in Label Studio, and read back what they said and how far they agree.",
)
Seed = Annotated[int, typer.Option(help="Seed of everything random.")]
Export = Annotated[Path, typer.Argument(metavar="EXPORT", help="What Label Studio has exported in its format JSON.")]
TaskName = Annotated[str, typer.Option(help="Name of a task, or its file.")]
SUGGESTING = {"classification": "TF-IDF + logistic regression", "generation": "nearest neighbour"}


@app.command()
def sample(
    source: Annotated[str, typer.Argument(metavar="RUN|TABLE", help="Id of a run with 02 finished, or a table.")],
    task: Annotated[str, typer.Option(help="Of a table: the task file whose source block says how to read it.")] = "",
    card: Annotated[str, typer.Option(help="Of a table: data card of the block, where the task has several.")] = "",
    n: Annotated[int, typer.Option("--n", min=1, help="Records.")] = 100,
    by: Annotated[
        Literal["stratified", "uncertainty", "entropy"],
        typer.Option(
            help="stratified: every label, source, style, sex and age band has its share. uncertainty: those where a simple "
            "model's best label leads the second least; entropy: those where it wavers most between all labels."
        ),
    ] = "stratified",
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Show a simple model's answers: faster, and it sways whoever labels.")
    ] = False,
    seed: Seed = 1,
    to: Annotated[Path, typer.Option(help="File to write; the configuration comes beside it.")] = Path("annotate.json"),
) -> None:
    """Write records as Label Studio tasks: of a run the training records, of a table those without a label yet."""
    from helpers.select import annotation

    what, pool, labelled = _of_table(source, task, card) if _is_table(source) else _of_run(source)
    if pool.empty:
        raise RecordError("There is nothing to label", found="no record without a label", expected="one at least")
    predictions = None
    if by != "stratified" or suggest:
        baseline = _baseline(what)
        predictions = annotation.answers(pool, labelled, kind=what.kind, baseline=baseline)
    if by == "stratified":
        chosen = annotation.stratified(pool, n=n, seed=seed)
    else:
        measure = "margin" if by == "uncertainty" else "entropy"
        chosen = annotation.uncertain(pool, predictions, n=n, by=measure, seed=seed)
    labels = what.labels or records.label_set(pool if labelled is None else pd.concat([pool, labelled]))
    question = f"{what.title}: {'choose one' if what.kind == 'classification' else 'write the answer'}"
    view = label_studio.configuration(what.kind, question=question, labels=labels)
    made = label_studio.tasks(chosen, kind=what.kind, suggestions=predictions if suggest else None)
    files.write_json(to, made).chmod(0o600)
    files.write_text(to.with_suffix(".xml"), view)
    out.print(f"{len(made)} of {len(pool)} records, {by}" + (", with suggestions" if suggest else ""))
    out.print(f"Tasks:         {to}\nConfiguration: {to.with_suffix('.xml')}", soft_wrap=True, markup=False)
    out.print(
        "De-identified is not harmless: keep both where the data cards let the records lie. Next: in a Label Studio of your "
        "own paste the configuration (Settings, Labeling Interface, Code), import the tasks, label, export as JSON, then "
        "clintune annotate import EXPORT.json",
        soft_wrap=True,
        markup=False,
    )


@app.command("import")
def import_(
    export: Export,
    task: TaskName,
    to: Annotated[Path, typer.Option(help="Table to write, JSON lines.")] = Path("annotated.jsonl"),
    card: Annotated[str, typer.Option(help="Data card of records whose export does not name one.")] = "",
) -> None:
    """Turn an export into a table that 01 reads, and print the source block that reads it."""
    what = tasks.load(task)
    answers, aside = label_studio.read(export, labels=what.labels)
    settled, disputed = annotated.settle(answers, kind=what.kind)
    blocks = []
    parts = annotated.by_source(settled) if len(settled) else {}
    for (name, kind), part in parts.items():
        path = to if len(parts) == 1 else to.with_name(f"{to.stem}_{name or 'other'}_{kind or 'table'}{to.suffix}")
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in annotated.rows(part))
        files.write_text(path, "".join(lines)).chmod(0o600)
        blocks.append(annotated.block(part, card=name or card, kind=kind, path=path.name))
    left_out = to.with_name(f"{to.stem}.set_aside.csv")
    disputed = disputed.rename(columns={"record_id": "task"}).assign(file=export.name, annotation="")
    everything = pd.concat([aside, disputed[label_studio.ASIDE_COLUMNS]], ignore_index=True)
    files.write_text(left_out, everything.to_csv(index=False))
    out.print(f"{len(settled)} records with an answer, from {len(answers)} annotations")
    for reason, count in everything["reason"].value_counts().items():
        out.print(f"Set aside: {count} {reason}", markup=False)
    out.print(f"Which:   {left_out}", soft_wrap=True, markup=False)
    if not blocks:
        raise RecordError("No record has an answer", found=everything["reason"].value_counts().to_dict())
    snippet = files.write_text(to.with_suffix(".yaml"), annotated.to_yaml(blocks))
    out.print(f"Sources: {snippet}, to put into the task file beside the table:", soft_wrap=True, markup=False)
    out.print(snippet.read_text(encoding="utf-8"), soft_wrap=True, markup=False, highlight=False)
    out.print(
        f"Next:    clintune annotate agreement {export} --task {task}, or run 01 with these sources", markup=False
    )


@app.command()
def agreement(
    export: Export,
    task: TaskName,
    seed: Seed = 1,
    bootstrap: Annotated[int, typer.Option(min=100, help="Resamples of patients for the intervals.")] = 2000,
    to: Annotated[Path | None, typer.Option(help="Write the figures as JSON here too.")] = None,
) -> None:
    """Say how far annotators agree beyond chance, and which labels they mistake for each other; no text is shown."""
    from helpers.metrics import agreement as kappa

    what = tasks.load(task)
    if what.kind != "classification":
        raise RecordError(
            "Kappa needs a closed label set", found=f"a task of kind {what.kind}", expected="classification"
        )
    answers, aside = label_studio.read(export, labels=what.labels)
    cluster = [carried.get("patient_key") or name for name, carried in answers[["record_id", "carried"]].to_numpy()]
    given = answers.rename(columns={"answer": "label"}).assign(cluster=cluster)
    several = int((given.groupby("record_id").size() >= 2).sum())
    if not several:
        raise RecordError(
            "Agreement needs records that two people have labelled",
            found=f"{len(given)} annotations by {given['annotator'].nunique()} annotator(s), set aside {len(aside)}",
            expected="at least one such record",
            remedy="let a second person label some of the same tasks",
        )
    pairs = kappa.pairwise(given, n=bootstrap, seed=seed)
    disputed = kappa.disagreements(given)
    out.print(f"{several} records with two or more annotations, {given['annotator'].nunique()} annotators")
    _show("Cohen's kappa of every two, 95 % intervals", pairs)
    content = {"pairs": _plain(pairs), "disagreements": _plain(disputed), "set_aside": len(aside)}
    if given["annotator"].nunique() > 2:
        whole = kappa.fleiss(given, n=bootstrap, seed=seed)
        out.print(f"Fleiss' kappa of all: {whole.estimate:.3f} [{whole.low:.3f}, {whole.high:.3f}], {whole.n} records")
        content["fleiss"] = _plain(pd.DataFrame([whole._asdict()]))[0]
    _show("Labels given to the same record by two annotators", disputed)
    out.print("Next: let an adjudicator settle them in Label Studio (star the annotation that holds as ground truth).")
    if to:
        files.write_json(to, content)


def _is_table(source: str) -> bool:
    return Path(source).suffix != "" and not (plans.folder_of(source).is_dir() if "/" not in source else False)


def _of_run(run_id: str) -> tuple[tasks.Task, pd.DataFrame, None]:
    """The task and the training records of a run that passed the gate; validation and test records stay unread."""
    from helpers.preprocess import gate

    run_dir = plans.folder_of(run_id)
    stages = {name: run_dir / name / "artifacts" for name in ("01_collect", "02_preprocess")}
    train, report = stages["02_preprocess"] / "train.parquet", stages["02_preprocess"] / "deid_report.json"
    permission = stages["01_collect"] / "permission.json"
    for path in (permission, train, report):
        manifests.check(path.parent.parent, path)
    cards = json.loads(permission.read_text(encoding="utf-8"))["cards"]
    is_real = any(card["persons"] == "real" and card["legal_basis"] != "public" for card in cards)
    gate.require_evidence(report, records_files={"train": train}, has_real_persons=is_real)
    return tasks.load(str(run_dir / "task.yaml")), records.read(train), None


def _of_table(path: str, task: str, card: str) -> tuple[tasks.Task, pd.DataFrame, pd.DataFrame]:
    if not task:
        raise ProfileError(
            "A table needs the task file that says how to read it",
            expected="--task FILE",
            remedy="README, Your own table",
        )
    what = tasks.load(task)
    found = pools.from_table(str(Path(path).resolve()), what, card=card, today=date.today())
    for reason, count in found.aside["reason"].value_counts().items():
        out.print(f"Set aside: {count} {reason}", markup=False)
    out.print(f"{len(found.labelled)} records have a label, {len(found.unlabelled)} have none")
    return what, found.unlabelled, found.labelled


def _baseline(task: tasks.Task) -> str:
    """The model that is asked: of classifiers the task's own with probabilities, where it names any."""
    if task.kind not in SUGGESTING:
        raise RecordError("No simple model can be asked here", found=task.kind, expected=", ".join(SUGGESTING))
    return next((name for name in task.baselines if "logistic" in name or "forest" in name), SUGGESTING[task.kind])


def _show(title: str, frame: pd.DataFrame) -> None:
    shown = Table(title=title, title_justify="left")
    for column in frame.columns:
        shown.add_column(str(column))
    for row in frame.itertuples(index=False):
        shown.add_row(*(f"{value:.3f}" if isinstance(value, float) else str(value) for value in row))
    out.print(shown)


def _plain(frame: pd.DataFrame) -> list[Mapping[str, object]]:
    rows = frame.astype(object).to_dict("records")
    return [{name: None if value != value else value for name, value in row.items()} for row in rows]
