"""A data card and the fields of a record as Croissant metadata (JSON-LD), which data catalogues and loaders read."""

import importlib.util
import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa

from helpers.core import data_cards
from helpers.core.errors import RecordError, StageError
from helpers.core.records import RECORD_SCHEMA

PARQUET = "application/x-parquet"  # as mlcroissant reads it
CONFORMS_TO = ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"]
_FIELDS = {
    "record_id": "Unique id of the record.",
    "patient_key": "One person; the record's own id where nobody is behind it.",
    "group": "What a split must keep together.",
    "kind": "clinical_note, ehr, journal or table.",
    "source": "Name of the data card.",
    "style": "Note style, bundle profile or document type.",
    "text": "What the model reads.",
    "labels": "Classes; the first is what a classifier learns.",
    "references": "Texts that a generator is to write.",
    "date": "Day or year of the record.",
    "sex": "As the source writes it.",
    "age_band": "Band of the age in years.",
    "origin": "As the source writes it.",
    "provenance": "Where it came from, as JSON.",
    "published_split": "Side that the publisher gave it, if any.",
}  # without spans and identifiers: records that leave a run have none


def describe(name: str, *, folder: Path, records: Path | None = None) -> dict[str, Any]:
    """Croissant metadata of a card; no record is read, and no text of one is in it.

    Args:
        name: Of the card.
        folder: Of the card.
        records: A records file of a run; it is then named, with its size and SHA-256, as what the fields are read from.
            Without one the fields are those of any `*.parquet` that a run writes.

    Returns:
        JSON-LD that the mlcroissant library has checked.

    Raises:
        ApprovalError: If there is no complete card.
        RecordError: If `records` is missing, or the library refuses what was made of the card.
        StageError: If mlcroissant is not installed.

    Source:
        Croissant format specification 1.0 and its Responsible AI vocabulary 1.0, MLCommons.
    """
    card, sections = data_cards.read(folder / f"{name}.md"), data_cards.sections(folder / f"{name}.md")
    if importlib.util.find_spec("mlcroissant") is None:
        raise StageError(
            "Croissant metadata needs mlcroissant",
            found="no such package",
            expected="mlcroissant",
            remedy="pip install -r requirements-labs.txt -c constraints.txt",
        )
    import mlcroissant as mlc

    approved = f"{card.approval.reference}; until {card.approval.expires or 'no end'}"
    said = mlc.Metadata(
        name=card.name,
        description=f"{card.title}. {sections['## What it is']}",
        conforms_to=CONFORMS_TO,
        cite_as=card.citation.cite,
        license=[_address(card.licence) or card.licence],
        url=_address(card.citation.source) or f"urn:data-card:{card.name}",
        version=card.citation.release,
        data_use_cases=[f"Permitted: {use}" for use in card.permitted_uses],
        data_limitations=[sections["## Known limits"]],
        personal_sensitive_information=[
            f"Persons: {card.persons}. Contains identifiers: {'yes' if card.contains_identifiers else 'no'}. "
            f"De-identification: {card.deidentification}. Legal basis: {card.legal_basis} ({approved})."
        ],
        distribution=[_files(mlc, records)],
        record_sets=[_record_set(mlc, "records-file" if records else "records-files", is_one=records is not None)],
    )
    try:
        made = json.loads(json.dumps(said.to_json(), default=str))
        mlc.Dataset(jsonld=made)
    except mlc.ValidationError as error:
        raise RecordError(
            f"The data card {name} gives no valid Croissant metadata",
            found=str(error).split("\n")[1].strip(" -"),
            expected="what the Croissant specification asks for",
            remedy="mend the card",
        ) from None
    return made


def _files(mlc: Any, records: Path | None) -> Any:
    if records is None:
        return mlc.FileSet(
            id="records-files", name="records-files", description="Records as a run writes them.",
            encoding_formats=[PARQUET], includes=["*.parquet"],
        )  # fmt: skip
    if not records.is_file():
        raise RecordError("There is no such records file", found=records.name, remedy="run 01_collect first")
    with records.open("rb") as file:
        digest = sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return mlc.FileObject(
        id="records-file", name=records.name, description="Records as a run wrote them.", content_url=records.name,
        content_size=f"{records.stat().st_size} B", encoding_formats=[PARQUET], sha256=digest.hexdigest(),
    )  # fmt: skip


def _record_set(mlc: Any, files: str, *, is_one: bool) -> Any:
    def source(column: str) -> Any:
        where = {"file_object": files} if is_one else {"file_set": files}
        return mlc.Source(**where, extract=mlc.Extract(column=column))

    return mlc.RecordSet(
        id="records",
        name="records",
        description="One note, health record, article or table row each.",
        key=["records/record_id"],
        fields=[
            mlc.Field(
                id=f"records/{column}", name=column, description=text, data_types=[mlc.DataType.TEXT],
                repeated=pa.types.is_list(RECORD_SCHEMA.field(column).type), source=source(column),
            )
            for column, text in _FIELDS.items()
        ],
    )  # fmt: skip


def _address(text: str) -> str:
    found = re.search(r"https?://[^\s,;)>\]]+", text)
    return found[0] if found else ""
