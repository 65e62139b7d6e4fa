"""CSV and TSV, one row at a time: what a row holds, or why it cannot be told."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from helpers.collect.own_tables import cells, places
from helpers.core.errors import RecordError

MOST_CHARS = 1 << 24  # of one cell, and of one line: memory stays bounded whatever the file holds
_ESCAPED = range(0xDC80, 0xDD00)  # bytes that the encoding could not read, as `surrogateescape` keeps them


def read(
    place: places.Place, wanted: Sequence[str], *, delimiter: str, encoding: str, fallback: str | None
) -> Iterator[cells.Cells]:
    """Rows of a delimited file with a header line; memory does not grow with the file.

    A row of another width, with bytes that neither encoding reads, or with a quote in a place where none can be, is given
    with its reason. A quote that stays open is an error: nobody could say where its row ends.

    Args:
        place: The file.
        wanted: Columns to give.
        delimiter: Between cells.
        encoding: Of the file; a byte order mark is taken off.
        fallback: Encoding of rows that `encoding` cannot read.

    Raises:
        RecordError: If a wanted column is missing, a quote stays open, or the file is damaged.
    """
    csv.field_size_limit(MOST_CHARS)
    codec = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
    with places.opened(place) as raw:
        lines = _Lines(io.TextIOWrapper(raw, encoding=codec, errors="surrogateescape", newline=""))
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            header = [name.strip() for name in next(reader, [])]
            if not any(header):
                yield cells.Cells("1", {}, "empty file, or an empty first line")
                return
            cells.require(header, wanted, file=place.name, delimiter=delimiter)
            at = {name: header.index(name) for name in wanted}
            while True:
                lines.quotes, first = 0, reader.line_num + 1
                try:
                    row = next(reader)
                except StopIteration:
                    return
                except csv.Error:  # its text is not passed on
                    if lines.quotes % 2:
                        raise _open_quote(place.name, first) from None
                    yield cells.Cells(str(first), {}, "a misplaced quote")
                    continue
                if row:
                    yield _cells(str(first), row, at, len(header), encoding=encoding, fallback=fallback)
        except csv.Error:
            raise _open_quote(place.name, 1) from None
        except UnicodeDecodeError as error:
            raise RecordError(
                f"{place.name} is not written in {encoding}",
                found=f"bytes that cannot stand there, near line {reader.line_num + 1} ({error.reason})",
                expected=f"text in {encoding}",
                remedy="state its `encoding` in the task",
            ) from None


@dataclass
class _Lines:
    """The lines of a file, and how many quotes they have held since somebody last asked."""

    text: io.TextIOWrapper
    quotes: int = 0

    def __iter__(self) -> Iterator[str]:
        while line := self.text.readline(MOST_CHARS):
            self.quotes += line.count('"')
            yield line


def _cells(
    number: str, row: list[str], at: dict[str, int], width: int, *, encoding: str, fallback: str | None
) -> cells.Cells:
    if len(row) != width:
        return cells.Cells(number, {}, "wrong number of cells")
    values, remark = {name: row[i] for name, i in at.items()}, ""
    for name, value in values.items():
        if "\0" in value:
            return cells.Cells(number, {}, "a NUL character")
        if not value.isascii() and any(ord(char) in _ESCAPED for char in value):
            read = places.decoded(value.encode(encoding, "surrogateescape"), encoding=encoding, fallback=fallback)
            if read is None:
                return cells.Cells(number, {}, f"bytes that are not {encoding}")
            values[name], remark = read[0], f"read as {fallback}"
    return cells.Cells(number, values, "", remark)


def _open_quote(file: str, line: int) -> RecordError:
    return RecordError(
        f"{file} has a quote that is never closed",
        found=f"a cell that begins in the row at line {line} and does not end",
        expected=f"quoted cells that end, with quotes inside them doubled, of at most {MOST_CHARS:,} characters",
        remedy="export the file again with a CSV writer, or mend that line",
    )
