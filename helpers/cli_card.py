"""The `clintune card` command."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from helpers.collect import cards
from helpers.collect import croissant as croissant_metadata
from helpers.core import data_cards, files, paths
from helpers.core.errors import ApprovalError

out = Console()
app = typer.Typer(
    no_args_is_help=True, help="Write a data card, check those there are, or export one as Croissant metadata."
)

_CHOICES = ("legal_basis", "expires", "permitted_uses", "persons", "contains_identifiers", "deidentification")
Folder = Annotated[
    Path,
    typer.Option(help="Folder of the cards; of your own task: data_cards/ beside the task file.", show_default=False),
]


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Small letters, digits, underscores; a source names it as `card`.")],
    folder: Folder = paths.DATA_CARDS,
    title: Annotated[str | None, typer.Option(help="What the data are, in one line.")] = None,
    licence: Annotated[str | None, typer.Option(help="Licence or agreement, and its address.")] = None,
    source: Annotated[str | None, typer.Option(help="Who publishes or holds the data, and where.")] = None,
    release: Annotated[str | None, typer.Option(help="Release, version or date of extraction.")] = None,
    cite: Annotated[str | None, typer.Option(help="Reference in full.")] = None,
    legal_basis: Annotated[
        Literal["authorization", "waiver", "dua", "operations", "public", "simulated"] | None, typer.Option()
    ] = None,
    approval: Annotated[str | None, typer.Option(help="Number of the protocol, waiver or agreement.")] = None,
    expires: Annotated[str | None, typer.Option(help="Last day of the approval, YYYY-MM-DD, or never.")] = None,
    use: Annotated[
        list[str] | None,
        typer.Option(help="Permitted: train, evaluate, third_party (leaves this machine), display (text is shown)."),
    ] = None,
    persons: Annotated[Literal["real", "simulated", "none"] | None, typer.Option()] = None,
    identifiers: Annotated[bool | None, typer.Option(help="Whether persons are named.")] = None,
    deidentification: Annotated[
        Literal["identified", "safe_harbor", "expert_determination", "limited_data_set", "not_applicable"] | None,
        typer.Option(),
    ] = None,
    host: Annotated[
        list[str] | None, typer.Option(help="May be asked for these data over the network; files only without one.")
    ] = None,
    what: Annotated[str | None, typer.Option(help="Who is described, how chosen, who gave the label.")] = None,
    typical: Annotated[str | None, typer.Option(help="A typical example, described.")] = None,
    atypical: Annotated[str | None, typer.Option(help="One that surprises, described.")] = None,
    limits: Annotated[str | None, typer.Option(help="Who is missing; what the label cannot tell.")] = None,
) -> None:
    """Write a data card from the template; what is left out is to be filled in by hand."""
    fields = {
        "title": title, "licence": licence, "source": source, "release": release, "cite": cite,
        "legal_basis": legal_basis, "reference": approval, "permitted_uses": use, "persons": persons,
        "contains_identifiers": identifiers, "deidentification": deidentification, "hosts": host,
    }  # fmt: skip
    fields = {key: value for key, value in fields.items() if value is not None}
    if expires is not None:
        fields["expires"] = _day(expires)
    said = zip(data_cards.BODY_HEADINGS, (what, typical, atypical, limits), strict=True)
    path, unfilled = cards.new(
        name, folder, fields=fields, sections={heading: text for heading, text in said if text is not None}
    )
    out.print(f"Written: {path}", soft_wrap=True, markup=False)
    if unfilled:
        out.print(f"Still to fill in: {', '.join(unfilled)}", soft_wrap=True, markup=False)
    if left := [key for key in _CHOICES if key not in fields]:
        out.print(f"As in the template, look whether it holds: {', '.join(left)}", soft_wrap=True, markup=False)
    where = "" if folder == paths.DATA_CARDS else f" --folder {folder}"
    out.print(f"Next:    clintune card check {name}{where}", soft_wrap=True, markup=False)


@app.command()
def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Cards; all when none.")] = None,
    folder: Folder = paths.DATA_CARDS,
) -> None:
    """Say which cards are complete, filled in and in force; exit code 1 unless all are."""
    names = names or sorted(path.stem for path in folder.glob("*.md") if path.stem != "TEMPLATE")
    if not names:
        raise ApprovalError("There is no data card", found=folder.name, remedy="clintune card new NAME")
    table = Table(title="Data cards", title_justify="left")
    for column in ("card", "state", "expires", "permitted uses"):
        table.add_column(column)
    problems = []
    for name in names:
        card, faults = data_cards.examine(folder / f"{name}.md", today=date.today())
        expires = "" if card is None else str(card.approval.expires or "no end")
        table.add_row(
            name, "to mend" if faults else "in force", expires, ", ".join(card.permitted_uses) if card else ""
        )
        problems += faults
    out.print(table)
    if problems:
        raise ApprovalError(
            f"{len(problems)} data card problem(s)",
            found="; ".join(problem.rstrip(".") for problem in problems),
            expected="cards that are complete, filled in and in force",
            remedy="fill them in, or renew the approval",
        )


@app.command()
def croissant(
    name: Annotated[str, typer.Argument(help="Of the card.")],
    folder: Folder = paths.DATA_CARDS,
    records: Annotated[
        Path | None, typer.Option(help="A records file of a run, to be named with its SHA-256; no record is read.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option(help="File to write; NAME.croissant.json beside the records, or here, without one.")
    ] = None,
) -> None:
    """Write a card, and the fields of a record, as Croissant metadata (JSON-LD) for data catalogues."""
    path = to or (Path() if records is None else records.parent) / f"{name}.croissant.json"
    files.write_json(path, croissant_metadata.describe(name, folder=folder, records=records))
    out.print(f"Written: {path}", soft_wrap=True, markup=False)


def _day(text: str) -> date | None:
    if text == "never":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ApprovalError("--expires is no day", found=text, expected="YYYY-MM-DD, or never") from None
