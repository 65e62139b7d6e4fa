"""Data cards: what may be done with a source, as its `data_cards/<name>.md` says.

A card is YAML between two `---` lines, then a body for people. 01 asks it before a record is read, `lm.egress` again before
one leaves this machine.
"""

import re
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError, model_validator

from helpers.core import paths
from helpers.core.errors import ApprovalError
from helpers.core.settings import Strict

Use = Literal["train", "evaluate", "third_party", "display"]
BODY_HEADINGS = ("## What it is", "## Typical example", "## Atypical example", "## Known limits")
_FREE_TEXT = ("title", "licence", "citation.source", "citation.release", "citation.cite", "approval.reference")


class Citation(Strict):
    """Where the data come from, and how that wants to be cited."""

    source: str = Field(min_length=3, description="Who publishes the data, and where.")
    release: str = Field(min_length=1, description="Release, version or date of extraction.")
    cite: str = Field(min_length=3, description="Reference in full.")


class Approval(Strict):
    """The decision that lets these data be used."""

    reference: str = Field(min_length=3, description="Number of the protocol or agreement; or why none is needed.")
    expires: date | None = Field(description="Last day on which it holds; null for no end.")


class Card(Strict):
    """A data card's front matter."""

    name: str = Field(pattern=r"^[a-z0-9_]+$", description="Name of the file without .md.")
    title: str = Field(min_length=3)
    licence: str = Field(min_length=3, description="Licence and its address.")
    citation: Citation
    legal_basis: Literal["authorization", "waiver", "dua", "operations", "public", "simulated"]
    approval: Approval
    permitted_uses: tuple[Use, ...] = Field(min_length=1)
    persons: Literal["real", "simulated", "none"]
    contains_identifiers: bool
    deidentification: Literal["identified", "safe_harbor", "expert_determination", "limited_data_set", "not_applicable"]
    hosts: tuple[str, ...] = Field((), description="Hosts that may be asked for these data; none: files only.")
    third_parties: tuple[str, ...] = Field(
        (),
        description="Hosts to which records may be sent where `third_party` is permitted; none: any, if no real person "
        "stands behind the records or they are published without identifiers, else nowhere.",
    )

    @model_validator(mode="after")
    def _holds_together(self) -> "Card":
        if self.persons == "real" and self.legal_basis == "simulated":
            raise ValueError("real persons cannot rest on the legal basis `simulated`")
        if self.persons == "real" and self.contains_identifiers and self.legal_basis == "public":
            raise ValueError("identifiers of real persons cannot rest on the legal basis `public`")
        if self.persons == "none" and self.contains_identifiers:
            raise ValueError("data without persons contain no identifiers")
        if self.contains_identifiers == (self.deidentification in ("safe_harbor", "not_applicable")):
            raise ValueError("contains_identifiers and deidentification contradict each other")
        return self

    @property
    def is_published_unidentified(self) -> bool:
        """Whether anyone may read the records, and the card says that nobody is named in them."""
        return self.legal_basis == "public" and not self.contains_identifiers

    def may_go_to(self, host: str) -> bool:
        """Whether records of this source may be sent to a host, once they are de-identified."""
        named = host in self.third_parties
        anywhere = not self.third_parties and (self.persons != "real" or self.is_published_unidentified)
        return "third_party" in self.permitted_uses and (named or anywhere)

    @property
    def is_shareable(self) -> bool:
        """Whether record text may be shown: the card permits display and nobody real stands behind it."""
        return "display" in self.permitted_uses and (self.persons != "real" or self.legal_basis == "public")


def folder_of(name: str, *, folder: Path = paths.DATA_CARDS, own_folder: str = "") -> Path:
    """Folder of a card: `data_cards/` in the folder of a user's task file if the card lies there, else the kit's."""
    own = Path(own_folder) / "data_cards"
    return own if own_folder and (own / f"{name}.md").is_file() else folder


def examine(path: Path, *, today: date) -> tuple[Card | None, list[str]]:
    """The card, None where it cannot be read, and everything that keeps it from being in force today."""
    try:
        card = read(path)
    except ApprovalError as error:
        return None, [str(error)]
    faults = []
    if unfilled := still_to_fill_in(path):
        faults.append(f"{card.name} is not filled in: {', '.join(unfilled)}")
    if card.approval.expires is not None and card.approval.expires < today:
        faults.append(f"{card.name}'s approval expired on {card.approval.expires.isoformat()}")
    return card, faults


def still_to_fill_in(path: Path) -> list[str]:
    """Fields and headings of a card that still say what the template says."""
    said, template = _said(path), _said(paths.DATA_CARDS / "TEMPLATE.md")
    return [name for name in template if said.get(name) == template[name]]


def read(path: Path) -> Card:
    """Read and check one card.

    Raises:
        ApprovalError: If there is no such card, or naming every field and heading that is missing or wrong.
    """
    name = path.stem
    if not path.is_file():
        raise ApprovalError(f"{name} has no data card", expected=f"{path.parent.name}/{path.name}")
    front, body = _halves(path)
    try:
        card = Card.model_validate(front)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, item['loc'])) or 'card'}: {item['msg']}" for item in error.errors())
        raise ApprovalError(f"The data card {name} is not complete", found=wrong) from None
    missing = [heading for heading in BODY_HEADINGS if heading not in body]
    if card.name != name:
        missing.append(f"name: {name}")
    if missing:
        raise ApprovalError(f"The data card {name} is not complete", found=f"without {', '.join(missing)}")
    return card


def sections(path: Path) -> dict[str, str]:
    """What a card says under each of `BODY_HEADINGS`."""
    return _sections(_halves(path)[1])


def _halves(path: Path) -> tuple[Any, str]:
    parts = path.read_text(encoding="utf-8").split("---\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise ApprovalError(f"The data card {path.stem} has no front matter", expected="YAML between two --- lines")
    try:
        return yaml.safe_load(parts[1]), parts[2]
    except yaml.YAMLError:
        raise ApprovalError(f"The front matter of the data card {path.stem} is not YAML") from None


def _said(path: Path) -> dict[str, str]:
    """What a person must have written, by field and by heading."""
    front, body = _halves(path)
    said = {}
    for name in _FREE_TEXT:
        outer, _, inner = name.partition(".")
        said[name] = str(front[outer][inner] if inner else front[outer]).strip()
    return said | _sections(body)


def _sections(body: str) -> dict[str, str]:
    found = dict(re.findall(r"(?ms)^(## .+?)$\n(.*?)(?=^## |\Z)", body))
    return {heading: found.get(heading, "").strip() for heading in BODY_HEADINGS}
