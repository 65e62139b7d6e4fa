"""Write a new data card from the template."""

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from helpers.core import data_cards, paths
from helpers.core.errors import ApprovalError


def new(name: str, folder: Path, *, fields: Mapping[str, Any], sections: Mapping[str, str]) -> tuple[Path, list[str]]:
    """Write `folder/<name>.md`: the template, with what is given in its place.

    Args:
        name: Of the card.
        folder: Made where it is missing.
        fields: Front matter by its innermost name, such as `title`, `reference`, `expires` (a date, or None for no end).
        sections: Text by heading, such as `## What it is`.

    Returns:
        Its path, and what is still to be filled in.

    Raises:
        ApprovalError: If there is such a card, or the fields do not hold together.
    """
    path = folder / f"{name}.md"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ApprovalError(
            "A data card's name does not fit", found=name, expected="small letters, digits and underscores"
        )
    if path.exists():
        raise ApprovalError(
            f"There is a data card {name} already",
            found=f"{folder.name}/{path.name}",
            remedy="edit it, or take another name",
        )
    text = (paths.DATA_CARDS / "TEMPLATE.md").read_text(encoding="utf-8")
    for key, value in ({"name": name} | dict(fields)).items():
        text = _put(text, rf"(?m)^( *{key}: )[^\n]*?( +#[^\n]*)?$", _yaml(value))
    for heading, said in sections.items():
        text = _put(text, rf"(?ms)^({heading}\n).*?(\n\n(?=## )|\n?\Z)", said.strip())
    text = _put(text, r"(?m)^(# )Title($)", str(fields.get("title", "Title")))
    with tempfile.TemporaryDirectory() as scratch:  # a card that does not hold together never gets to its place
        tried = Path(scratch) / path.name
        tried.write_text(text, encoding="utf-8")
        data_cards.read(tried)
        unfilled = data_cards.still_to_fill_in(tried)
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    return path, unfilled


def _put(text: str, pattern: str, value: str) -> str:
    """Text with `value` between the two groups of `pattern`."""
    changed, count = re.subn(pattern, lambda match: match[1] + value + (match[2] or ""), text, count=1)
    if not count:
        raise ApprovalError("The template of data cards has another form", expected=f"a place such as {pattern}")
    return changed


def _yaml(value: Any) -> str:
    """A value as it stands on one line."""
    return yaml.safe_dump([value], default_flow_style=True, allow_unicode=True, width=10**6).strip()[1:-1]
