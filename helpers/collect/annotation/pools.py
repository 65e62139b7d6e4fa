"""Records of a user's own table that may be given to annotators: with labels, and still without."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

import pandas as pd

from helpers.collect import intake, permission
from helpers.collect.own_tables import own_files
from helpers.core import data_cards
from helpers.core.errors import PhiError, RecordError
from helpers.core.task_sources import Source
from helpers.core.tasks import Task


class Pool(NamedTuple):
    """What a table holds."""

    unlabelled: pd.DataFrame
    labelled: pd.DataFrame
    aside: pd.DataFrame  # `intake.QUARANTINE_COLUMNS`


def from_table(path: str, task: Task, *, card: str = "", today: date) -> Pool:
    """Read a table as the task's block of its own files says; an empty cell of the label makes a record unlabelled.

    Args:
        path: The table, looked for beside the task file first.
        task: With a block of `columns`.
        card: Of the block to take, where the task has several.
        today: Approvals must not have expired before.

    Raises:
        RecordError: If the task has no such block, or the table is not what it says.
        ApprovalError: If the card does not permit training on the records.
        PhiError: If the card does not say that the records are free of identifiers of real persons.
    """
    source = _block(task, card).model_copy(update={"path": path, "split": None})
    cards = permission.check([source.card], use="train", today=today, own_folder=task.folder)
    require_unidentified(cards)
    rows = _checked(own_files.rows(source, beside=task.folder), frozenset(task.labels))
    found, aside = intake.sort_out(rows, source=source.card, needs_answer=False)
    answered = (found["labels"].map(len) + found["references"].map(len)) > 0
    return Pool(found[~answered].reset_index(drop=True), found[answered].reset_index(drop=True), aside)


def require_unidentified(cards: dict[str, data_cards.Card]) -> None:
    """Refuse to write records for annotators whose card names real persons and identifiers.

    Raises:
        PhiError: Naming the cards.
    """
    wrong = [name for name, card in cards.items() if card.persons == "real" and card.contains_identifiers]
    if wrong:
        raise PhiError(
            "Records with identifiers of real persons are not written for annotators",
            found=f"{', '.join(wrong)}: persons real, contains_identifiers true",
            expected="a run that has passed the de-identification gate, or a card of de-identified records",
            remedy="run 01 and 02 and give the run's id instead of the table; or de-identify the table with `clintune deid` "
            "and write its own card, once people have read a sample of it",
        )


def _checked(rows: Iterable[intake.Row], labels: frozenset[str]) -> Iterator[intake.Row]:
    """The rows, those with a label that the task does not know with that as their reason."""
    for row in rows:
        yield row._replace(reason=intake.problem(row, needs_answer=False, labels=labels))


def _block(task: Task, card: str) -> Source:
    own = [source for source in task.sources if source.columns is not None and (not card or source.card == card)]
    if len(own) != 1:
        raise RecordError(
            f"The task `{task.name}` does not say how to read the table",
            found=f"{len(own)} sources with columns" + (f" and the card {card}" if card else ""),
            expected="one",
            remedy="describe the table as a source of the task (README, Your own table), or choose one with --card",
        )
    return own[0]
