"""The permission gate: every source has a data card, and the card says what may be done with the data.

A card is `data_cards/<name>.md`: YAML between two `---` lines, then a body for people. `check` refuses, all at once,
sources without a card, cards not filled in, uses that a card does not permit, and approvals that have run out.
`check_host` refuses to ask a host over the network for data whose card does not name it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from helpers.core import paths
from helpers.core.errors import ApprovalError, EgressError
from helpers.core.tasks import Source

Use = Literal["train", "evaluate", "third_party", "display"]
BODY_HEADINGS = ("## What it is", "## Typical example", "## Atypical example", "## Known limits")
_FREE_TEXT = ("title", "licence", "citation.source", "citation.release", "citation.cite", "approval.reference")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Citation(_Strict):
    """Where the data come from, and how that wants to be cited."""

    source: str = Field(min_length=3, description="Who publishes the data, and where.")
    release: str = Field(min_length=1, description="Release, version or date of extraction.")
    cite: str = Field(min_length=3, description="Reference in full.")


class Approval(_Strict):
    """The decision that lets these data be used."""

    reference: str = Field(min_length=3, description="Number of the protocol or agreement; or why none is needed.")
    expires: date | None = Field(description="Last day on which it holds; null for no end.")


class Card(_Strict):
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

    @property
    def is_shareable(self) -> bool:
        """Whether record text may be shown: the card permits display and nobody real stands behind it."""
        return "display" in self.permitted_uses and (self.persons != "real" or self.legal_basis == "public")


def check(
    card_names: Iterable[str],
    *,
    use: Use,
    today: date,
    folder: Path = paths.DATA_CARDS,
    own_folder: str = "",
) -> dict[str, Card]:
    """Return the cards of the sources if every one of them permits `use` today.

    Args:
        card_names: Of the sources.
        use: What is about to be done.
        today: Approvals must not have expired before.
        folder: Of the kit's cards.
        own_folder: Of a user's task file; a card in its `data_cards/` comes before the kit's.

    Raises:
        ApprovalError: Naming every card that is missing, incomplete or not filled in, every use that is not permitted and
            every approval that has expired.
    """
    cards: dict[str, Card] = {}
    problems: list[str] = []
    for name in dict.fromkeys(card_names):
        card, faults = examine(folder_of(name, folder=folder, own_folder=own_folder) / f"{name}.md", today=today)
        problems += faults
        if card is None:
            continue
        cards[name] = card
        if use not in card.permitted_uses:
            problems.append(f"{name} does not permit `{use}` (it permits {', '.join(card.permitted_uses)})")
    if problems:
        raise ApprovalError(
            f"{len(problems)} data card problem(s) forbid `{use}`",
            found="; ".join(problem.rstrip(".") for problem in problems),
            expected=f"for each source a complete card in {folder.name}/, permitting `{use}`, approval in force",
            remedy="write it with `clintune card new`, fill it in, or renew the approval; do not widen a card without its "
            "owner",
        )
    return cards


def folder_of(name: str, *, folder: Path = paths.DATA_CARDS, own_folder: str = "") -> Path:
    """Folder of a card: `data_cards/` in the folder of a user's task file if the card lies there, else the kit's."""
    own = Path(own_folder) / "data_cards"
    return own if own_folder and (own / f"{name}.md").is_file() else folder


def check_kinds(sources: Sequence[Source], cards: Mapping[str, Card]) -> None:
    """Refuse to read identified records of real persons as a kind whose records the de-identification gate passes over.

    Refused too: to leave records unscanned (`as_published`) whose card does not say that there is nothing to find.

    Raises:
        ApprovalError: Naming the sources.
    """
    wrong = [
        f"{source.card} as {source.kind}"
        for source in sources
        if source.kind not in ("clinical_note", "ehr")
        and cards[source.card].persons == "real"
        and cards[source.card].contains_identifiers
    ]
    if wrong:
        raise ApprovalError(
            "Identified records of real persons are read as a kind without persons",
            found=", ".join(wrong),
            expected="kind clinical_note or ehr, which de-identification is judged by",
            remedy="write `kind: clinical_note` in the task; it takes the same `columns`",
        )
    kept = [source.card for source in sources if source.as_published]
    if hidden := [name for name in kept if cards[name].persons != "none" and not cards[name].is_published_unidentified]:
        raise ApprovalError(
            "Records in which a person may be named are to be left as they are",
            found=f"`as_published` for {', '.join(hidden)}",
            expected="a card with persons: none, or legal_basis: public and contains_identifiers: false",
            remedy="take `as_published` out of the task",
        )


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


def check_host(card_name: str, host: str, *, folder: Path = paths.DATA_CARDS) -> None:
    """Refuse to ask a host for data unless their card names it in `hosts`.

    Only a request leaves this machine, never a record, so that `third_party` is not needed; but a query is words that
    somebody chose, and the host learns them.

    Raises:
        ApprovalError: If there is no complete card.
        EgressError: If the card does not name the host.
    """
    allowed = read(folder / f"{card_name}.md").hosts
    if host not in allowed:
        raise EgressError(
            f"The data card {card_name} does not allow its data to be fetched over the network",
            found=f"host {host}",
            expected=f"one of hosts: [{', '.join(allowed)}]",
            remedy="add the host to the card if its owner agrees, or give a file",
        )


def may_display(cards: Mapping[str, Card]) -> bool:
    """Whether record text of a run with these cards may be shown."""
    return all(card.is_shareable for card in cards.values())


def summary(cards: Mapping[str, Card]) -> dict[str, Any]:
    """What later stages need to know of the cards, as plain values.

    `deid_approval` names what stands in for measured de-identification where no gold spans are: cards that say that no
    person is behind the records, or that they are public and without identifiers; or an approval on the card for
    identified in-house training. It is "" where a card says none of these.
    """
    identified = [card for card in cards.values() if card.persons != "none" and not card.is_published_unidentified]
    approved = [card for card in identified if card.persons == "real" and card.legal_basis == "authorization"]
    approval = ""
    if not identified:
        published = [name for name, card in cards.items() if card.persons != "none"]
        nobody = [name for name in cards if name not in published]
        said = {
            "no person stands behind these records": nobody,
            "public, and without identifiers by the card": published,
        }
        approval = "; ".join(f"{what}: {', '.join(names)}" for what, names in said.items() if names)
    elif len(approved) == len(identified):
        approval = "; ".join(card.approval.reference for card in approved)
    return {
        "may_display": may_display(cards),
        "deid_approval": approval,
        "cards": [
            {
                field: getattr(card, field)
                for field in ("name", "title", "licence", "legal_basis", "persons", "contains_identifiers")
            }
            | {"cite": card.citation.cite, "release": card.citation.release}
            for card in cards.values()
        ],
    }


def table(cards: Mapping[str, Card]) -> pd.DataFrame:
    """The cards side by side: card, title, licence, legal_basis, persons, permitted_uses, expires."""
    return pd.DataFrame(
        [
            {
                "card": card.name,
                "title": card.title,
                "licence": card.licence,
                "legal_basis": card.legal_basis,
                "persons": card.persons,
                "permitted_uses": ", ".join(card.permitted_uses),
                "expires": card.approval.expires or "no end",
            }
            for card in cards.values()
        ]
    )


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
