"""What a sweep searches: fields of a profile with the values they may take, read from `notebooks/sweeps/*.yaml`."""

import itertools
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from helpers.core import configs, paths, profiles, tasks
from helpers.core.errors import ProfileError
from helpers.core.settings import Strict

# Fields of `train` that 03 reads too: with another value the base model that 05 compares with would be another one.
READ_BEFORE_04 = ("train.precision", "train.route")
# What a sweep sets itself.
OWN = ("train.score_validation",)


class Range(Strict):
    """Numbers from `low` to `high`, both included; whole ones if both bounds are whole."""

    low: float | int
    high: float | int
    log: bool = Field(False, description="Draw on a logarithmic scale, so that each factor of ten is as likely.")
    step: float | int | None = Field(None, description="Distance between neighbours; a grid needs it.")

    @model_validator(mode="after")
    def _is_a_range(self) -> "Range":
        if self.low >= self.high:
            raise ValueError(f"low {self.low} is not below high {self.high}")
        if self.log and (self.low <= 0 or self.step is not None):
            raise ValueError("a logarithmic range begins above 0 and has no step")
        if self.step is not None and self.step <= 0:
            raise ValueError(f"step {self.step} is not above 0")
        return self

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers are drawn."""
        return all(isinstance(value, int) for value in (self.low, self.high, self.step) if value is not None)

    def values(self) -> list[float | int]:
        """All numbers of a range with a step."""
        count = int((self.high - self.low) / self.step + 1e-9) + 1
        return [rounded(self.low + index * self.step) for index in range(count)]


class Sweep(Strict):
    """One search for the settings of 04, on validation records only."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_]*$", description="Of its folder and runs; letters, digits, underscores."
    )
    description: str = Field("", description="What is asked, in one sentence.")
    profile: str = Field("quick", description="Profile that every trial starts from.")
    tasks: tuple[str, ...] = Field(
        ("diagnosis",), min_length=1, description="Each has a search and a winner of its own."
    )
    seeds: tuple[int, ...] = Field((1,), min_length=1, description="A trial's score is the mean over them.")
    overrides: dict[str, Any] = Field({}, description="Dotted profile fields that are the same in all trials.")
    space: dict[str, Range | Annotated[list[Any], Field(min_length=1)]] = Field(
        description="Dotted fields of train, each with a list of values or with low, high and log or step."
    )
    method: Literal["grid", "optuna"] = Field(
        "optuna", description="grid tries every combination; optuna (TPE) draws where good trials were."
    )
    trials: int | None = Field(None, ge=1, description="Of optuna, for each task.")
    prune: bool = Field(
        False,
        description="Stop a trial whose validation loss is above the median of the others at the same evaluation.",
    )
    validation_records: int = Field(
        200, ge=2, description="At most so many validation records are answered by each trial, chosen by hash."
    )

    @model_validator(mode="after")
    def _holds_together(self) -> "Sweep":
        if not self.space:
            raise ValueError("the space is empty: name at least one field")
        both = sorted(set(self.space) & set(self.overrides))
        if both:
            raise ValueError(f"{', '.join(both)} is in overrides and in the space")
        if self.method == "optuna" and self.trials is None:
            raise ValueError("method optuna needs trials")
        endless = [name for name, values in self.space.items() if isinstance(values, Range) and values.step is None]
        if self.method == "grid" and (endless or self.trials is not None):
            raise ValueError(
                f"a grid tries every combination: no trials, and a step for {', '.join(endless) or 'ranges'}"
            )
        return self

    def grid(self) -> list[dict[str, Any]]:
        """Every combination of a space of lists and ranges with steps."""
        lists = [values.values() if isinstance(values, Range) else values for values in self.space.values()]
        return [dict(zip(self.space, chosen, strict=True)) for chosen in itertools.product(*lists)]

    def settings(self, values: dict[str, Any]) -> dict[str, Any]:
        """Overrides of the run of one trial."""
        return self.overrides | {"train.score_validation": self.validation_records} | values


def load(name: str) -> Sweep:
    """Read a sweep by name or path and try its ends against the profile, so that no trial fails on a name or a bound.

    Raises:
        ProfileError: If a field is unknown, is not one that only 04 and later stages read, or a value is out of its range;
            as `configs.load`, `profiles.load` and `tasks.load`.
    """
    found = configs.load(Sweep, paths.SWEEPS, name)
    fixed = found.settings({})
    profiles.load(found.profile, fixed)
    for task in found.tasks:
        tasks.load(task)
    for field, values in found.space.items():
        ends = [values.low, values.high] if isinstance(values, Range) else values
        for value in ends if found.method == "optuna" else ():
            profiles.load(found.profile, fixed | {field: value})
        if not field.startswith("train.") or field in READ_BEFORE_04 + OWN:
            raise ProfileError(
                f"A sweep cannot vary `{field}`",
                found="a field that a stage before 04 reads, or that the sweep sets itself",
                expected="fields of train: all trials share the records of 01 and 02 and the choice of 03",
                remedy="put it under `overrides`, and write one sweep for each of its values",
            )
    for values in found.grid() if found.method == "grid" else ():
        profiles.load(found.profile, fixed | values)
    return found


def names() -> list[str]:
    """Sweeps that are shipped."""
    return configs.names(paths.SWEEPS)


def rounded(value: Any) -> Any:
    """A drawn number as people would write it: three digits; everything else as it is."""
    return float(f"{value:.3g}") if isinstance(value, float) else value
