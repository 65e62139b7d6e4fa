"""Where a task's records come from: one block of `sources` in `notebooks/tasks/*.yaml`."""

import re
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from helpers.core.settings import Strict

Side = Literal["train", "validation", "test"]
_NAME = r"[^\W\d][\w.-]*"  # of an element or attribute of XML, without its namespace
_XML_STEPS = rf"/?((\*|{_NAME})/)*"
_XML_COLUMN = re.compile(rf"\.|{_XML_STEPS}@?{_NAME}")
HUB = "hub:"  # beginning of a path that names a Hugging Face data set


class Columns(Strict):
    """Which column of a user's own table holds what; every column named here must be in the file."""

    text: str | list[str] | None = Field(
        None,
        description="What the model reads; needed but for a folder of letters. Of several columns in a list, or one that "
        "holds a list, every part becomes a paragraph.",
    )
    labels: str | None = Field(
        None, description="What a classifier is to say; of several, with `label_separator`, it learns the first."
    )
    references: str | None = Field(None, description="What a generator is to write; several with `label_separator`.")
    mentions: str | None = Field(
        None,
        description="What an extractor is to find: the mentions as the text has them, a list, or several with "
        "`label_separator`, or one a line; `none` (or an empty list) where there is none, for an empty cell tells nothing.",
    )
    record_id: str | None = Field(None, description="Unique id; without one it is the hash of the mapped cells.")
    patient_key: str | None = Field(None, description="The patient; without one every record is its own patient.")
    group: str | None = Field(None, description="What a split must keep together; the patient without one.")
    date: str | None = Field(None, description="Day of the record, see `date_format`.")
    birth_date: str | None = Field(None, description="Gives the age band; known to de-identification too.")
    age: str | None = Field(None, description="Age in years; gives the age band.")
    age_band: str | None = Field(None, description="The age band itself.")
    sex: str | None = Field(None, description="As the file writes it.")
    origin: str | None = Field(None, description="As the file writes it.")
    style: str | None = Field(None, description="Type of document; the file's format without one.")
    identifiers: dict[str, str] = Field(
        {},
        description="Column -> identifier label (NAME, MRN, PHONE, …): known of the patient, looked for in the text.",
    )

    @model_validator(mode="after")
    def _one_source_of_age(self) -> "Columns":
        stated = [name for name in ("birth_date", "age", "age_band") if getattr(self, name)]
        if len(stated) > 1:
            raise ValueError(f"the age comes from one column only, not from {' and '.join(stated)}")
        return self

    def names(self) -> list[str]:
        """Every column that is named, each once."""
        plain = [value for name, value in self if name not in ("text", "identifiers") and value]
        return list(dict.fromkeys([*self.texts, *plain, *self.identifiers]))

    @property
    def texts(self) -> list[str]:
        """Columns that make the text."""
        return [self.text] if isinstance(self.text, str) else self.text or []


class Answer(Strict):
    """What an article of a journal source teaches: the label of its terms, or the text of one of its sections."""

    terms: dict[str, str] = Field({}, description="MeSH heading or author's keyword -> label, for classification.")
    sections: list[str] = Field([], description="Headings; the first found is the reference, all leave the text.")

    @model_validator(mode="after")
    def _is_one_way(self) -> "Answer":
        if bool(self.terms) == bool(self.sections):
            raise ValueError("an answer needs either terms or sections")
        return self


class PublishedSplit(Strict):
    """Which side of the split a record is on, where its publisher has said so: by column, by part, or by id.

    Where only train and test are said, the groups' hash takes the validation records from train.
    """

    column: str | None = Field(None, description="Column that tells the side.")
    parts: dict[Side, list[str]] = Field(
        {},
        description="Side -> what belongs to it: values of `column`, or, without one, names of the source's files (globs "
        "too) or of a hub data set's own splits. What is named nowhere is set aside.",
    )
    test_ids: str = Field(
        "",
        description="File of the locked test set's record ids, one a line, or .json (a list, or an object with the ids as "
        "keys); all other records are for training.",
    )

    @field_validator("parts", mode="before")
    @classmethod
    def _as_lists(cls, parts: Any) -> Any:
        if not isinstance(parts, dict):
            return parts
        return {side: [names] if isinstance(names, str) else names for side, names in parts.items()}

    @model_validator(mode="after")
    def _is_one_way(self) -> "PublishedSplit":
        if bool(self.test_ids) == bool(self.column or self.parts):
            raise ValueError("a published split needs either column or parts, or test_ids")
        if self.parts and not {"train", "test"} <= set(self.parts):
            raise ValueError("`parts` must name train and test")
        named = [name for names in self.parts.values() for name in names]
        if len(named) != len(set(named)):
            raise ValueError("`parts` names one thing on two sides")
        return self

    def side_of(self, value: str) -> str:
        """Side of a value of `column`; "" where it names none."""
        parts = self.parts or {"train": ["train"], "validation": ["validation"], "test": ["test"]}
        return next((side for side, values in parts.items() if value in values), "")

    def side_of_part(self, name: str) -> str:
        """Side of a file or of a hub data set's split; "" where `parts` does not name it."""
        return next((side for side, names in self.parts.items() if any(fnmatchcase(name, one) for one in names)), "")


class Source(Strict):
    """One source of records; with `columns` or `label_from` a user's own files, read as the block says."""

    card: str = Field(description="Name of the data card in data_cards/ that permits its use.")
    kind: Literal["clinical_note", "ehr", "journal", "table"] = Field(description="Which loader reads it.")
    path: str = Field(
        description="File or folder; `embedded:<name>` for data that the kit builds itself; of kind ehr also "
        "`fhir+https://…` for a FHIR server and `omop:…` for an OMOP database; of kind journal also `pubmed:<query>` or "
        "`pubmed:ids:<id>,<id>`. With `columns` or `label_from` also a glob, .gz or .zip, a URL that fsspec opens "
        "(s3://, file://, …), or a Hugging Face data set, `hub:<owner>/<name>@<commit>` or `hub:<folder>` for a copy."
    )
    labels: str = Field(
        "", description="Of kind ehr: CSV that tells the labels (helpers/collect/health_records/labels.py)."
    )
    unit: Literal["patient", "note"] = Field("patient", description="Of an OMOP database: what makes a record.")
    answer: Answer | None = Field(None, description="Where the answer stands in articles (kind journal, XML).")
    columns: Columns | None = Field(None, description="Which column holds what.")
    split: PublishedSplit | None = Field(None, description="Train and test as published; by hash when left out.")
    as_published: bool = Field(
        False,
        description="No identifiers are looked for: the texts stay as others know them. Of journals and tables whose card "
        "says that no person stands behind them, or that they are public and without identifiers.",
    )
    config: str | None = Field(None, description="Of a hub data set: which of its configurations.")
    label_from: str | None = Field(
        None, description="Of a folder of .txt letters: `folder` (its name is the label), or a table beside them."
    )
    format: Literal["csv", "tsv", "jsonl", "json", "parquet", "xlsx", "xml", "iob", "text_folder"] | None = Field(
        None,
        description="By the file's ending when left out. iob is a token and its tag a line "
        "(helpers/collect/own_tables/iob.py).",
    )
    row: str | None = Field(
        None,
        pattern=rf"^{_XML_STEPS}{_NAME}$",
        description="Of xml: the element that makes a record; columns are then paths such as title, meta/title, @id or "
        "/set/@id (helpers/collect/own_tables/xml_rows.py).",
    )
    encoding: str = Field("utf-8", description="Of csv, tsv, jsonl and letters.")
    encoding_fallback: str | None = Field(
        None, description="For rows that `encoding` cannot read, such as cp1252; without one they are set aside."
    )
    delimiter: str | None = Field(
        None, pattern=r'^[^\w\r\n"]$', description="Of csv, one character; a comma when left out."
    )
    label_separator: str | None = Field(None, min_length=1, description="Between labels, or references, in one cell.")
    date_format: str | list[str] = Field(
        [], description="strptime formats such as %d/%m/%Y, tried in order; whatever is unambiguous when left out."
    )
    sheet: str | None = Field(None, description="Of xlsx; may be left out where there is only one.")
    max_set_aside_frac: float = Field(0.5, ge=0, le=1, description="More rows set aside than this is an error.")

    @property
    def is_own(self) -> bool:
        """Whether the block itself says how to read it."""
        return self.columns is not None or self.label_from is not None

    @property
    def is_hub(self) -> bool:
        """Whether it is a Hugging Face data set."""
        return self.path.startswith(HUB)

    def column_names(self) -> list[str]:
        """Every column that is to be read, each once."""
        told = [self.split.column] if self.split and self.split.column else []
        return list(dict.fromkeys([*(self.columns or Columns()).names(), *told]))

    @field_validator("encoding", "encoding_fallback")
    @classmethod
    def _is_an_encoding(cls, name: str | None) -> str | None:
        try:
            "".encode(name or "utf-8")
        except LookupError:
            raise ValueError("no such text encoding") from None
        return name

    @field_validator("date_format")
    @classmethod
    def _are_date_formats(cls, formats: str | list[str]) -> list[str]:
        formats, day = [formats] if isinstance(formats, str) else formats, datetime(2001, 12, 31)
        for form in formats:
            try:
                fits = datetime.strptime(day.strftime(form), form).date() == day.date()
            except ValueError:
                fits = False
            if not fits:
                raise ValueError("a date format names day, month and year, such as %d/%m/%Y")
        return formats

    @model_validator(mode="after")
    def _options_fit_kind(self) -> "Source":
        if self.kind != "ehr" and (self.labels or self.unit != "patient"):
            raise ValueError("`labels` and `unit` belong to kind ehr")
        if self.answer is not None and self.kind != "journal":
            raise ValueError("answer is for sources of kind journal")
        if self.as_published and self.kind not in ("journal", "table"):
            raise ValueError("`as_published` belongs to journals and tables")
        if self.config is not None and not self.is_hub:
            raise ValueError("`config` belongs to hub data sets")
        return self

    @model_validator(mode="after")
    def _rows_are_elements(self) -> "Source":
        if self.row is None:
            if self.format == "xml":
                raise ValueError("xml needs `row`, the element that makes a record")
            return self
        if self.format not in (None, "xml"):
            raise ValueError("`row` belongs to xml")
        if wrong := [name for name in self.column_names() if not _XML_COLUMN.fullmatch(name)]:
            raise ValueError(
                f"with `row`, columns are paths such as title, meta/title, @id or /set/@id, not {', '.join(wrong)}"
            )
        return self

    @model_validator(mode="after")
    def _block_is_whole(self) -> "Source":
        if not self.is_own:
            if self.is_hub:
                raise ValueError("a hub data set needs `columns`")
            if lone := [name for name in _OF_OWN_FILES if getattr(self, name) != type(self).model_fields[name].default]:
                raise ValueError(f"{', '.join(lone)} needs `columns` (or `label_from`, for a folder of letters)")
            return self
        columns, letters = self.columns or Columns(), self.label_from is not None
        if self.kind == "ehr" or self.path.startswith("embedded:"):
            raise ValueError("`columns` and `label_from` belong to a user's own notes, statements and tables")
        if self.format is not None and letters != (self.format == "text_folder"):
            raise ValueError("`label_from` and the format text_folder belong together")
        if letters and columns.text:
            raise ValueError("the text of a letter is its file: leave `columns.text` out")
        if self.split is not None and self.split.test_ids and not (columns.record_id or letters):
            raise ValueError("`split.test_ids` needs `columns.record_id`")
        if self.is_hub and (letters or self.format is not None or self.row is not None):
            raise ValueError("a hub data set has neither `format` nor `row` nor `label_from`")
        if not letters and not columns.text:
            raise ValueError("`columns` must name the text")
        if self.label_from == "folder":
            if columns.names():
                raise ValueError("`columns` needs a table: name it in `label_from`")
        elif not (columns.labels or columns.references or columns.mentions) or (letters and not columns.record_id):
            needed = "labels, references or mentions" + (
                ", and as record_id the column of the file's name" if letters else ""
            )
            raise ValueError(f"`columns` must name {needed}")
        return self


_OF_OWN_FILES = (
    "split", "format", "row", "encoding", "encoding_fallback", "delimiter", "label_separator", "date_format", "sheet",
    "max_set_aside_frac",
)  # fmt: skip
