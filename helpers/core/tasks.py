"""What to learn: sources, prompt, labels and metrics of one task, read from `notebooks/tasks/*.yaml`."""

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from helpers.core import configs, paths
from helpers.core.settings import Strict
from helpers.core.task_sources import Columns, Source

Form = Literal["prose", "notation"]  # what the texts are; see `Task.form`
Kind = Literal["classification", "generation", "extraction"]  # what is answered; see `Task.kind`
PRIMARY_METRICS: dict[Kind, str] = {
    "classification": "accuracy",
    "generation": "rouge_l",
    "extraction": "entity_f1",
}
METRIC_NAMES: dict[Kind, str] = {
    "classification": "accuracy (fraction right)",
    "generation": "ROUGE-L (0 to 1)",
    "extraction": "entity F1 (0 to 1)",
}
"""Of the primary metric, as an axis is labelled."""


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
    kind: Kind = Field(description="A closed label set, free text, or the mentions of something in the text.")
    form: Form = Field(
        "prose",
        description="prose is read as language; in notation, such as SMILES, every character counts, so that texts are "
        "repaired and nothing else. Notation has no person in it: for journal and table sources only.",
    )
    caution: str = Field(description="What the figures of this task do not show; printed in every report.")
    sources: list[Source] = Field(min_length=1, description="Where the records come from.")
    labels: list[str] = Field(
        default=[], description="Labels that may occur; records with another are set aside. Empty takes all."
    )
    prompt: Prompt
    sections: list[str] = Field(
        default=["findings", "history", "assessment", "statement", "body"],
        description="Sections of a note that make the model's input; an empty list keeps texts whole.",
    )
    primary_metric: Literal["accuracy", "rouge_l", "entity_f1"] = Field(
        description="The metric that the verdict is about."
    )
    answer_tokens: int | None = Field(
        None, ge=1, description="Tokens of the longest answer; `evaluate.max_new_tokens` of the profile when left out."
    )
    baselines: tuple[str, ...] = Field(
        (), description="Simple models to compare with, by name; empty takes those that suit every text of this kind."
    )
    split_parts: int = Field(5, ge=2, description="The hash of a group falls into one of so many parts.")
    split_fold_parts: int = Field(1, ge=1, description="Parts in one fold; fold 0 is the locked test set by default.")
    subgroups: list[str] = Field(default=[], description="Record columns by which results are broken down.")
    subgroups_simulated: bool = Field(False, description="Demographics are random: gaps test the instrument only.")
    min_per_class: int = Field(10, ge=1, description="Fewest test items for a per-class figure.")
    folder: str = Field(
        "",
        description="Where a task given by path lies: its sources' paths and its own data_cards/ are looked for there "
        "first. Filled in when the file is read.",
    )

    @model_validator(mode="after")
    def _metric_fits_kind(self) -> "Task":
        if self.primary_metric != PRIMARY_METRICS[self.kind]:
            raise ValueError(f"primary_metric {self.primary_metric} does not fit kind {self.kind}")
        return self

    @model_validator(mode="after")
    def _notation_has_no_person(self) -> "Task":
        personal = sorted({source.kind for source in self.sources} & {"clinical_note", "ehr"})
        if self.form == "notation" and personal:
            raise ValueError(f"form notation does not fit sources of kind {' and '.join(personal)}")
        return self

    @model_validator(mode="after")
    def _mentions_fit_kind(self) -> "Task":
        for source in self.sources:
            columns = source.columns or Columns()
            if (self.kind == "extraction") != bool(columns.mentions):
                raise ValueError(
                    f"`columns.mentions` and kind extraction belong together; this task is of kind {self.kind}"
                )
        return self

    @model_validator(mode="after")
    def _labels_fit_kind(self) -> "Task":
        if self.labels and self.kind != "classification":
            raise ValueError(f"labels do not fit kind {self.kind}")
        return self

    @property
    def as_published(self) -> tuple[str, ...]:
        """Cards of the sources in which no identifiers are looked for."""
        return tuple(source.card for source in self.sources if source.as_published)

    @property
    def steps(self) -> tuple[str, ...]:
        """How 02 prepares a text, and serving after it; what is to be found in a text must be left standing in it."""
        if self.form != "prose" or self.kind == "extraction":
            return ("repair",)
        return ("repair", "sections", "normalise") if self.sections else ("repair", "normalise")


def load(name: str) -> Task:
    """Read a task by name, or a YAML file by path.

    Raises:
        ProfileError: If the file is missing, or naming every field that is wrong or unknown.
    """
    task = configs.load(Task, paths.TASKS, name)
    if not name.endswith((".yaml", ".yml")) or "folder" in task.model_fields_set:
        return task
    return task.model_copy(update={"folder": str(Path(name).resolve().parent)})


def names() -> list[str]:
    """Tasks that can be chosen."""
    return configs.names(paths.TASKS)
