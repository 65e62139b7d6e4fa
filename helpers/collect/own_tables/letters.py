"""A folder of letters, one text file each; their labels are the names of their folders, or stand in a table beside."""

import posixpath
from collections.abc import Iterator

from helpers.collect import intake
from helpers.collect.own_tables import cells, mapping, places, table_files
from helpers.core.errors import RecordError
from helpers.core.task_sources import Columns, Source

MOST_BYTES = 1 << 26  # of one letter
_FORM = "letter"


def rows(source: Source, *, beside: str = "") -> Iterator[intake.Row]:
    """Every letter of a block; what else lies in the folder is given with a reason.

    Raises:
        RecordError: If there is no letter, or the table of labels is missing or not what the block says.
    """
    found = places.find(source.path, beside=beside)
    table = None if source.label_from == "folder" else _table(source, found, beside)
    letters = [place for place in found if place.ending == ".txt"]
    if not letters:
        raise RecordError(
            f"The source `{source.card}` holds no letter", found=f"{len(found)} files", expected="files that end in .txt",
            remedy="mend the path; letters of another form must be saved as text first",
        )  # fmt: skip
    for place in found:
        if place.ending != ".txt" and place != table:
            yield intake.Row(place.name, "file", {}, "not a .txt file")
    if table is not None:
        yield from _listed(table, letters, source)
        return
    for number, place in enumerate(letters, start=1):
        yield _row(place, number, source)


def _listed(table: places.Place, letters: list[places.Place], source: Source) -> Iterator[intake.Row]:
    """Letters as a table lists them: by the name of the file, with or without its folder and its ending."""
    columns, by_name, told = source.columns or Columns(), _names(letters), set()
    form = table_files.ENDINGS.get(table.ending, "csv")
    for line in table_files.read(table, source, form=form):
        wanted = mapping.plain(line.values.get(columns.record_id)).removeprefix("./")
        named = by_name.get(wanted, [])
        reason = line.reason or _misnamed(wanted, named, told)
        if reason:
            yield intake.Row(table.name, line.row, {}, reason)
            continue
        told.add(named[0])
        text, reason, remark = _text(letters[named[0]], named[0] + 1, source)
        read = cells.Cells(line.row, line.values, reason, line.remark or remark)
        yield mapping.to_row(read, source, file=table.name, form=_FORM, text=text)
    for at, place in enumerate(letters):
        if at not in told:
            yield intake.Row(place.name, str(at + 1), {}, f"not listed in {table.name}")


def _misnamed(wanted: str, named: list[int], told: set[int]) -> str:
    if not wanted:
        return "no id"
    if len(named) != 1:
        return "several files of that name" if named else "no file of that name"
    return "a letter that is listed twice" if named[0] in told else ""


def _names(letters: list[places.Place]) -> dict[str, list[int]]:
    """What a table may call each letter -> its place in the list."""
    names: dict[str, list[int]] = {}
    for at, place in enumerate(letters):
        bare = place.name[: place.name.lower().rindex(".txt")]
        for name in {place.name, bare, posixpath.basename(place.name), posixpath.basename(bare)}:
            names.setdefault(name, []).append(at)
    return names


def _row(place: places.Place, number: int, source: Source) -> intake.Row:
    text, reason, remark = _text(place, number, source)
    values = {"id": place.name, "label": posixpath.basename(posixpath.dirname(place.name))}
    block = source.model_copy(update={"columns": Columns(record_id="id", labels="label")})
    read = cells.Cells(str(number), values, reason, remark)
    return mapping.to_row(read, block, file=place.name, form=_FORM, text=text)


def _text(place: places.Place, number: int, source: Source) -> tuple[str, str, str]:
    """Text, the reason why it cannot be used, and a remark."""
    with places.opened(place, called=f"Letter {number} of the source `{source.card}`, sorted by name,") as handle:
        data = handle.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        return "", f"longer than {MOST_BYTES:,} bytes", ""
    read = places.decoded(
        data.removeprefix(b"\xef\xbb\xbf"), encoding=source.encoding, fallback=source.encoding_fallback
    )
    if read is None:
        return "", f"bytes that are not {source.encoding}", ""
    if "\0" in read[0]:
        return "", "a NUL character", ""
    return read[0], "", f"read as {read[1]}" if read[1] else ""


def _table(source: Source, found: list[places.Place], beside: str) -> places.Place:
    """The table of labels: in the folder of letters, or where any other path is looked for."""
    name = source.label_from or ""
    tables = [place for place in found if place.name == name] or places.find(name, beside=beside)
    if len(tables) != 1:
        raise RecordError(
            f"`label_from` of the source `{source.card}` is no single table",
            found=f"{len(tables)} files",
            expected="one",
        )
    return tables[0]
