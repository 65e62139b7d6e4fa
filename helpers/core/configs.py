"""Read a strict YAML file into a pydantic model, and say everything that is wrong with it at once."""

import difflib
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from helpers.core.errors import ProfileError

Model = TypeVar("Model", bound=BaseModel)


def load(model: type[Model], folder: Path, name: str, overrides: dict[str, Any] | None = None) -> Model:
    """Read `folder/name.yaml` (or a path to a YAML file), apply dotted overrides, and validate.

    Raises:
        ProfileError: If there is no such file, it is not YAML, or naming every wrong or unknown field.
    """
    path = Path(name) if name.endswith((".yaml", ".yml")) else folder / f"{name}.yaml"
    if not path.is_file():
        raise ProfileError(
            f"There is no {model.__name__.lower()} `{name}`",
            expected=f"one of {', '.join(names(folder))}, or the path of a YAML file",
            remedy=f"choose one of them, or write {name}.yaml beside them",
        )
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ProfileError(
            f"{path.name} is not YAML", found=str(error).splitlines()[0], remedy="mend the file"
        ) from None
    if not isinstance(values, dict):
        raise ProfileError(f"{path.name} is not a mapping", found=type(values).__name__, expected="field: value lines")
    for key, value in (overrides or {}).items():
        _set(values, key.split("."), value)
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise ProfileError(
            f"{path.name} has {error.error_count()} wrong value(s)",
            found="; ".join(_explain(model, item) for item in error.errors(include_input=True)),
            expected=f"the fields of {model.__name__} with the ranges in their descriptions",
            remedy="mend them in the file or in the overrides (YAML reads 5e-4 as text: write 5.0e-4)",
        ) from None


def names(folder: Path) -> list[str]:
    """Names of the YAML files in `folder`, sorted."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def _set(values: dict[str, Any], keys: list[str], value: Any) -> None:
    for key in keys[:-1]:
        values = values.setdefault(key, {})
        if not isinstance(values, dict):
            raise ProfileError(f"Override `{'.'.join(keys)}` goes below a plain value", found=key)
    values[keys[-1]] = value


def _explain(model: type[BaseModel], item: dict[str, Any]) -> str:
    where = ".".join(str(part) for part in item["loc"])
    if item["type"] == "extra_forbidden":
        near = difflib.get_close_matches(where, _fields(model), n=1, cutoff=0.6)
        return f"{where}: no such field" + (f", did you mean {near[0]}" if near else "")
    given = "" if item["type"] == "missing" else f", not {item['input']!r}"
    return f"{where}: {item['msg'][0].lower()}{item['msg'][1:]}{given}"


def _fields(model: type[BaseModel], prefix: str = "") -> list[str]:
    found: list[str] = []
    for name, field in model.model_fields.items():
        found.append(prefix + name)
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found += _fields(inner, f"{prefix}{name}.")
    return found
