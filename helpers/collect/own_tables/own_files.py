"""A user's own files, read as one block of the task file says: tables of any format, or a folder of letters."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from helpers.collect import intake
from helpers.collect.own_tables import hub, iob, letters, mapping, places, published, table_files
from helpers.core import paths
from helpers.core.errors import RecordError
from helpers.core.tasks import Source


def read(
    source: Source, *, beside: str = "", scratch: Path | None = None, cards: Path = paths.DATA_CARDS
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read every file of a block.

    Args:
        source: The block; `source.is_own`.
        beside: Folder in which a relative path is looked for first.
        scratch: Where a hub data set is kept.
        cards: Folder of the source's data card, which must name a hub's host.

    Returns:
        Records, and the quarantine of `intake.sort_out`.

    Raises:
        RecordError: If a file is missing or damaged, or is not what the block says.
    """
    return intake.sort_out(rows(source, beside=beside, scratch=scratch, cards=cards), source=source.card)


def parts(source: Source, *, beside: str = "") -> int:
    """Number of files that can be read apart from each other; what must be seen whole, such as a published split, is one."""
    is_whole = source.is_hub or source.split is not None or source.label_from is not None
    return 1 if is_whole else len(places.find(source.path, beside=beside))


def rows(
    source: Source,
    *,
    beside: str = "",
    scratch: Path | None = None,
    cards: Path = paths.DATA_CARDS,
    part: int | None = None,
) -> Iterator[intake.Row]:
    """Every row of every file of a block, or of the one of `parts`, in order; a batch of rows or one letter is in memory."""
    mapping.check(source)
    if source.is_hub:
        found = hub.rows(source, beside=beside, scratch=scratch, cards=cards)
    else:
        found = _of_files(source, beside, part)
    yield from found if source.split is None else published.mark(found, source, beside=beside)


def _of_files(source: Source, beside: str, part: int | None) -> Iterator[intake.Row]:
    if source.label_from is not None:
        yield from letters.rows(source, beside=beside)
        return
    found = places.find(source.path, beside=beside)
    form = source.format or _form(found, source.card)
    for place in found if part is None else found[part : part + 1]:
        is_one = place.ending in iob.ENDINGS if form == "iob" else table_files.ENDINGS.get(place.ending) == form
        if len(found) > 1 and not is_one:
            yield intake.Row(place.name, "file", {}, f"another format than {form}")
            continue
        for cells in table_files.read(place, source, form=form):
            yield mapping.to_row(cells, source, file=place.name, form=form)


def _form(found: list[places.Place], card: str) -> str:
    forms = sorted({table_files.ENDINGS[place.ending] for place in found if place.ending in table_files.ENDINGS})
    forms = [form for form in forms if form != "json"] or forms  # beside a table it describes the table
    if len(forms) != 1:
        endings = sorted({place.ending or "none" for place in found})
        raise RecordError(
            f"The files of the source `{card}` do not say their format",
            found=f"endings {', '.join(endings[:10])}",
            expected=f"one format of {', '.join(table_files.ENDINGS)}",
            remedy="state `format` in the task; a folder of letters needs `label_from`",
        )
    return forms[0]
