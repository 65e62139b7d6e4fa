"""What to learn: sources, prompt, labels and metrics of one task, read from `notebooks/tasks/*.yaml`."""

from typing import Literal

from pydantic import Field, model_validator

from helpers.core import configs, paths
from helpers.core.profiles import Strict


class Answer(Strict):
    """What an article of a journal source teaches: the label of its terms, or the text of one of its sections."""

    terms: dict[str, str] = Field({}, description="MeSH heading or author's keyword -> label, for classification.")
    sections: list[str] = Field([], description="Headings; the first found is the reference, all leave the text.")

    @model_validator(mode="after")
    def _is_one_way(self) -> "Answer":
        if bool(self.terms) == bool(self.sections):
            raise ValueError("an answer needs either terms or sections")
        return self


class Source(Strict):
    """One source of records."""

    card: str = Field(description="Name of the data card in data_cards/ that permits its use.")
    kind: Literal["clinical_note", "ehr", "journal", "table"] = Field(description="Which loader reads it.")
    path: str = Field(
        description="File or folder; `embedded:<name>` for data that the kit builds itself; `pubmed:<query>` or "
        "`pubmed:ids:<id>,<id>` asks PubMed."
    )
    answer: Answer | None = Field(None, description="Where the answer stands in articles (kind journal, XML).")

    @model_validator(mode="after")
    def _answer_is_for_articles(self) -> "Source":
        if self.answer is not None and self.kind != "journal":
            raise ValueError("answer is for sources of kind journal")
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
    caution: str = Field(description="What the figures of this task do not show; printed in every report.")
    sources: list[Source] = Field(min_length=1, description="Where the records come from.")
    prompt: Prompt
    sections: list[str] = Field(
        default=["findings", "history", "assessment", "statement", "body"],
        description="Sections of a note that make the model's input.",
    )
    primary_metric: Literal["accuracy", "rouge_l"] = Field(description="The metric that the verdict is about.")
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


def load(name: str) -> Task:
    """Read a task by name, or a YAML file by path.

    Raises:
        ProfileError: If the file is missing, or naming every field that is wrong or unknown.
    """
    return configs.load(Task, paths.TASKS, name)


def names() -> list[str]:
    """Tasks that can be chosen."""
    return configs.names(paths.TASKS)
