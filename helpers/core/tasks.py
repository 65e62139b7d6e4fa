"""What to learn: sources, prompt, labels and metrics of one task, read from `notebooks/tasks/*.yaml`."""

from typing import Literal

from pydantic import Field, model_validator

from helpers.core import configs, paths
from helpers.core.profiles import Strict

Form = Literal["prose", "notation"]  # what the texts are; see `Task.form`


class Source(Strict):
    """One source of records."""

    card: str = Field(description="Name of the data card in data_cards/ that permits its use.")
    kind: Literal["clinical_note", "ehr", "journal", "table"] = Field(description="Which loader reads it.")
    path: str = Field(
        description="File or folder; `embedded:<name>` for data that the kit builds itself; of kind ehr also "
        "`fhir+https://…` for a FHIR server and `omop:…` for an OMOP database (helpers/collect/ehr.py)."
    )
    labels: str = Field("", description="Of kind ehr: CSV that tells the labels (helpers/collect/labels.py).")
    unit: Literal["patient", "note"] = Field("patient", description="Of an OMOP database: what makes a record.")

    @model_validator(mode="after")
    def _options_fit_kind(self) -> "Source":
        if self.kind != "ehr" and (self.labels or self.unit != "patient"):
            raise ValueError("`labels` and `unit` belong to kind ehr")
        return self


class Prompt(Strict):
    """The one prompt that training, evaluation and serving share."""

    system: str = Field(description="System message.")
    user: str = Field(description="User message; `{text}` stands for the record's text.")

    @model_validator(mode="after")
    def _has_text(self) -> "Prompt":
        if "{text}" not in self.user:
            raise ValueError("the user message must contain {text}")
        return self


class Task(Strict):
    """What the model is to learn, and how it is judged."""

    name: str = Field(description="Name of the task; the file's name.")
    title: str = Field(description="What the model does, in a few words.")
    kind: Literal["classification", "generation"] = Field(description="A closed label set, or free text.")
    form: Form = Field(
        "prose",
        description="prose is read as language; in notation, such as SMILES, every character counts, so that texts are "
        "repaired and nothing else. Notation has no person in it: for journal and table sources only.",
    )
    caution: str = Field(description="What the figures of this task do not show; printed in every report.")
    sources: list[Source] = Field(min_length=1, description="Where the records come from.")
    prompt: Prompt
    sections: list[str] = Field(
        default=["findings", "history", "assessment", "statement", "body"],
        description="Sections of a note that make the model's input.",
    )
    primary_metric: Literal["accuracy", "rouge_l"] = Field(description="The metric that the verdict is about.")
    baselines: tuple[str, ...] = Field(
        (), description="Simple models to compare with, by name; empty takes those that suit every text of this kind."
    )
    split_parts: int = Field(5, ge=2, description="The hash of a group falls into one of so many parts.")
    split_fold_parts: int = Field(1, ge=1, description="Parts in one fold; fold 0 is the locked test set by default.")
    subgroups: list[str] = Field(default=[], description="Record columns by which results are broken down.")
    subgroups_simulated: bool = Field(False, description="Demographics are random: gaps test the instrument only.")
    min_per_class: int = Field(10, ge=1, description="Fewest test items for a per-class figure.")

    @model_validator(mode="after")
    def _metric_fits_kind(self) -> "Task":
        if (self.kind == "classification") != (self.primary_metric == "accuracy"):
            raise ValueError(f"primary_metric {self.primary_metric} does not fit kind {self.kind}")
        return self

    @model_validator(mode="after")
    def _notation_has_no_person(self) -> "Task":
        personal = sorted({source.kind for source in self.sources} & {"clinical_note", "ehr"})
        if self.form == "notation" and personal:
            raise ValueError(f"form notation does not fit sources of kind {' and '.join(personal)}")
        return self

    @property
    def steps(self) -> tuple[str, ...]:
        """How 02 prepares a text, and serving after it."""
        return ("repair", "sections", "normalise") if self.form == "prose" else ("repair",)


def load(name: str) -> Task:
    """Read a task by name, or a YAML file by path.

    Raises:
        ProfileError: If the file is missing, or naming every field that is wrong or unknown.
    """
    return configs.load(Task, paths.TASKS, name)


def names() -> list[str]:
    """Tasks that can be chosen."""
    return configs.names(paths.TASKS)
