"""The permission gate: every source has a data card, and the card says what may be done with the data.

`check` refuses, all at once, sources without a card (`core.data_cards`), cards not filled in, uses that a card does not
permit, and approvals that have run out. `check_host` refuses to ask a host over the network for data whose card does not
name it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.core import data_cards, paths
from helpers.core.data_cards import Card, Use
from helpers.core.errors import ApprovalError, EgressError
from helpers.core.task_sources import Source


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
        card, faults = data_cards.examine(
            data_cards.folder_of(name, folder=folder, own_folder=own_folder) / f"{name}.md", today=today
        )
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


def check_host(card_name: str, host: str, *, folder: Path = paths.DATA_CARDS) -> None:
    """Refuse to ask a host for data unless their card names it in `hosts`.

    Only a request leaves this machine, never a record, so that `third_party` is not needed; but a query is words that
    somebody chose, and the host learns them.

    Raises:
        ApprovalError: If there is no complete card.
        EgressError: If the card does not name the host.
    """
    allowed = data_cards.read(folder / f"{card_name}.md").hosts
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
