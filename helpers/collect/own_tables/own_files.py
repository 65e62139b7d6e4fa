"""A user's own files, read as one block of the task file says: tables of any format, or a folder of letters."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from fsspec.implementations.zip import ZipFileSystem

from helpers.collect import intake
from helpers.collect.own_tables import hub, iob, letters, mapping, places, published, table_files
from helpers.core import paths
from helpers.core.errors import RecordError
from helpers.core.task_sources import Source

_PARTS = 64  # enough for the cores of most machines
_MOST_FILES = 16  # of one part, which costs about as much as these many small files


class Files(NamedTuple):
    """Files of a block that can be read apart from its others."""

    places: tuple[places.Place, ...]
    form: str
    is_alone: bool  # whether the block has no other


def parts(source: Source, *, beside: str = "") -> list[Files | None]:
    """The files of a block in runs that can be read apart from each other, also on other machines.

    Up to 64 files are as many runs, of more at most 16 make one. What must be seen whole, such as a published split or an
    archive, is the one part None.
    """
    if source.is_hub or source.split is not None or source.label_from is not None:
        return [None]
    every = _files(source, beside)
    if any(isinstance(place.system, ZipFileSystem) for place in every.places):
        return [None]
    size = min(_MOST_FILES, -(-len(every.places) // _PARTS))
    return [every._replace(places=every.places[at : at + size]) for at in range(0, len(every.places), size)]


def rows(
    source: Source,
    *,
    beside: str = "",
    scratch: Path | None = None,
    cards: Path = paths.DATA_CARDS,
    part: Files | None = None,
) -> Iterator[intake.Row]:
    """Every row of every file of a block, or of one of its `parts`, in order; a batch of rows or one letter is in memory.

    Args:
        source: The block; `source.is_own`.
        beside: Folder in which a relative path is looked for first.
        scratch: Where a hub data set is kept.
        cards: Folder of the source's data card, which must name a hub's host.
        part: One of `parts`; None for the whole block.

    Raises:
        RecordError: If a file is missing or damaged, or is not what the block says.
    """
    mapping.check(source)
    if source.is_hub:
        found = hub.rows(source, beside=beside, scratch=scratch, cards=cards)
    elif source.label_from is not None:
        found = letters.rows(source, beside=beside)
    else:
        found = _of_files(source, part or _files(source, beside))
    yield from found if source.split is None else published.mark(found, source, beside=beside)


def _files(source: Source, beside: str) -> Files:
    found = tuple(places.find(source.path, beside=beside))
    form = source.format or ("xml" if source.row else _form(found, source.card))
    return Files(found, form, is_alone=len(found) == 1)


def _of_files(source: Source, files: Files) -> Iterator[intake.Row]:
    for place in files.places:
        is_iob = files.form == "iob" and place.ending in iob.ENDINGS
        if not files.is_alone and not is_iob and table_files.ENDINGS.get(place.ending) != files.form:
            yield intake.Row(place.name, "file", {}, f"another format than {files.form}")
            continue
        for cells in table_files.read(place, source, form=files.form, is_alone=files.is_alone):
            yield mapping.to_row(cells, source, file=place.name, form=files.form)


def _form(found: Sequence[places.Place], card: str) -> str:
    forms = sorted({table_files.ENDINGS[place.ending] for place in found if place.ending in table_files.ENDINGS})
    forms = [form for form in forms if form not in ("json", "xml")] or forms  # beside a table they describe the table
    if len(forms) != 1:
        endings = sorted({place.ending or "none" for place in found})
        raise RecordError(
            f"The files of the source `{card}` do not say their format",
            found=f"endings {', '.join(endings[:10])}",
            expected=f"one format of {', '.join(table_files.ENDINGS)}",
            remedy="state `format` in the task; a folder of letters needs `label_from`",
        )
    return forms[0]
