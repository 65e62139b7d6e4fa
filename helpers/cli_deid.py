"""The `clintune deid` command."""

import os
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from typer.core import TyperGroup

from helpers.clinical.deid import reidentification
from helpers.clinical.deid.spans import LABELS
from helpers.core import files
from helpers.core.errors import PhiError, ProfileError
from helpers.preprocess import deid_files, deid_inputs, deid_score

out, err = Console(), Console(stderr=True)
Mode = Literal["balanced", "strict"]


class _FilesByDefault(TyperGroup):
    """`deid IN OUT` is `deid files IN OUT`."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["files", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_FilesByDefault,
    no_args_is_help=True,
    help="De-identify files (clintune deid IN OUT), or score an engine on your own gold notes "
    "(clintune deid score --gold FILE). Options: clintune deid files --help, clintune deid score --help.",
)


@app.command("files")
def deid(
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="Folder of .txt or FHIR .json, or .csv .tsv .jsonl .parquet .ndjson.")
    ],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="New file or folder.")],
    mode: Annotated[Mode, typer.Option(help="strict removes less probable identifiers too.")] = "balanced",
    output: Annotated[
        Literal["tag", "mask", "surrogate"], typer.Option(help="What replaces an identifier.")
    ] = "surrogate",
    method: Annotated[
        Literal["safe_harbor", "expert_determination", "limited_data_set"], typer.Option(help="HIPAA road.")
    ] = "safe_harbor",
    spans: Annotated[Path | None, typer.Option(help="Write the spans of every record here.")] = None,
    gold: Annotated[Path | None, typer.Option(help="Score what was found against these notes.")] = None,
    text_column: Annotated[str, typer.Option(help="Column of the note.")] = "",
    id_column: Annotated[str, typer.Option(help="Column of the record id.")] = "",
    patient_column: Annotated[str, typer.Option(help="Column of the patient id.")] = "",
    columns: Annotated[str, typer.Option(help="Identifier columns, NAME=LABEL,NAME=LABEL.")] = "",
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; all cores when left out.")] = None,
    key_file: Annotated[Path | None, typer.Option(help="Secret; this user's own when left out.")] = None,
    map_: Annotated[
        Path | None,
        typer.Option("--map", help="Encrypted map from codes back to ids; passphrase in CLINTUNE_MAP_KEY."),
    ] = None,
    restart: Annotated[bool, typer.Option("--restart", help="Forget an unfinished run; overwrite OUT.")] = False,
) -> None:
    """De-identify IN into OUT; the default command. After a kill the same command goes on."""
    if gold:
        list(deid_score.read_gold(gold))
    kept = spans or (target.with_name(target.name + ".spans.jsonl") if gold else None)
    bars = (TextColumn("de-identify"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*bars, console=err) as bar:
        task = bar.add_task("records", total=deid_inputs.count(source, deid_inputs.kind_of(source)))
        report = deid_files.run(
            source,
            target,
            mode=mode,
            output=output,
            method=method,
            spans=kept,
            text=text_column,
            record=id_column,
            patient=patient_column,
            columns=_columns(columns),
            workers=workers,
            key_file=key_file,
            code_map=map_,
            map_key=os.environ.get("CLINTUNE_MAP_KEY", ""),
            restart=restart,
            progress=lambda records: bar.advance(task, records),
        )
    out.print(
        f"{report['records']} records, {sum(row['spans'] for row in report['spans'])} spans replaced, "
        f"{report['seconds']:.0f} s, {report['records_per_s']} records/s, {report['peak_memory_mib']:.0f} MiB"
    )
    if report["columns"]:
        out.print(f"Identifier columns: {report['columns']}", markup=False)
    for reason, count in report["quarantine"].items():
        out.print(f"Quarantined: {count} {reason}", markup=False)
    report_path = target.with_name(target.name + ".report.json")
    if gold:
        table, figures = deid_score.score(gold, spans=kept)
        _show(table, figures)
        files.write_json(report_path, report | {"gold": _plain(table, figures)})
    out.print(f"Output:  {target}\nReport:  {report_path}", soft_wrap=True, markup=False)
    out.print(
        "No tool finds everything, and this is no certificate. Next: read a random sample of OUT before its release."
    )


@app.command()
def score(
    gold: Annotated[Path, typer.Option(help="JSON lines: id, text, spans [{start, end, label}], perhaps patient.")],
    spans: Annotated[Path | None, typer.Option(help="What was found, as deid --spans writes it.")] = None,
    engine: Annotated[str, typer.Option(help="clintune, presidio, spacy, philter or hf:PATH.")] = "clintune",
    mode: Annotated[Mode, typer.Option(help="Of our engine.")] = "balanced",
    out_: Annotated[Path | None, typer.Option("--out", help="Write the figures as JSON here.")] = None,
) -> None:
    """Score an engine, or a file of spans, on your own gold notes."""
    table, figures = deid_score.score(gold, spans=spans, name=engine, mode=mode)
    _show(table, figures)
    if out_:
        files.write_json(out_, _plain(table, figures))


@app.command()
def original(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A file, record or patient code of an output.")],
    map_: Annotated[Path, typer.Option("--map", help="What deid --map has written; passphrase in CLINTUNE_MAP_KEY.")],
) -> None:
    """Print the id that a code stands for, from the encrypted map."""
    found = reidentification.originals(map_, code, key=os.environ.get("CLINTUNE_MAP_KEY", ""))
    if not found:
        raise PhiError("The map does not hold this code", expected="a code of an output made with --map")
    for entry in found:
        out.print(entry.original, markup=False, highlight=False)


def _columns(text: str) -> dict[str, str]:
    pairs = [item.partition("=") for item in text.split(",") if item]
    if any(label not in LABELS or not name for name, _, label in pairs):
        raise ProfileError("--columns is not NAME=LABEL,…", expected=f"labels of {', '.join(LABELS)}")
    return {name: label for name, _, label in pairs}


def _show(table: pd.DataFrame, figures: pd.DataFrame) -> None:
    for title, frame in (("Per class", table), ("Figures, 95 % intervals", figures.reset_index(names="figure"))):
        shown = Table(title=title, title_justify="left")
        for column in frame.columns:
            shown.add_column(str(column))
        for row in frame.itertuples(index=False):
            shown.add_row(*(f"{value:.3f}" if isinstance(value, float) else str(value) for value in row))
        out.print(shown)


def _plain(table: pd.DataFrame, figures: pd.DataFrame) -> dict:
    def rows(frame: pd.DataFrame) -> list[dict]:
        return [{k: None if v != v else v for k, v in row.items()} for row in frame.astype(object).to_dict("records")]

    return {"classes": rows(table), "figures": rows(figures.reset_index(names="figure"))}
