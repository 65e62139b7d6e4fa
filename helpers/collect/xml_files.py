"""XML from outside, read as a stream: nothing is expanded, nothing external is loaded, memory stays flat.

Entity declarations are refused (by defusedxml), and DTDs are never fetched: PubMed and PMC write characters as numbers
and need none. Biopython's Entrez parser was tried and not taken: it fetches over the network each DTD that is newer than
itself, and it reads a PubMed file only as a whole.
"""

import gzip
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element

import defusedxml.ElementTree as Safe
from defusedxml.common import DefusedXmlException

from helpers.core.errors import RecordError

SUFFIXES = (".xml", ".nxml", ".xml.gz", ".nxml.gz")
MOST_DEPTH = 100
MOST_BYTES = 64 * 2**20  # between two elements; the largest article is far below
_BLOCKS = frozenset(
    {"p", "title", "list", "list-item", "def-list", "def-item", "disp-quote", "boxed-text", "sec", "td"}
)
_DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile, UnicodeDecodeError, Safe.ParseError, LookupError)


class Bounded:
    """A stream that gives no more than `MOST_BYTES` between two settings of `bytes` to 0."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.bytes = stream, 0

    def read(self, size: int) -> bytes:
        """At most `size` bytes, as any stream gives them."""
        chunk = self._stream.read(size)
        self.bytes += len(chunk)
        if self.bytes > MOST_BYTES:
            raise RecordError("XML too large", expected=f"{MOST_BYTES // 2**20} MiB at most of one article or row")
        return chunk


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, decompressed where its name ends in `.gz`."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
        yield stream


def root(stream: IO[bytes]) -> str:
    """Name of the root element without its namespace; the stream is rewound.

    Raises:
        RecordError: As `elements`.
    """
    name = next((element.tag for _, element in events(Bounded(stream))), "")
    stream.seek(0)
    return local(name)


def elements(stream: IO[bytes], names: Collection[str]) -> Iterator[Element]:
    """Every element with one of these names, whole, without namespaces; it is emptied when the next one is asked for.

    Raises:
        RecordError: If the XML is damaged, incomplete, declares entities, or is too deep or too large; what
            came before has been given. The message quotes nothing.
    """
    bounded = Bounded(stream)
    first: Element | None = None
    for event, element in events(bounded):
        first = element if first is None else first
        if event == "end":
            element.tag = local(element.tag)
            if element.tag in names:
                yield element
                element.clear()
                first.clear()
                bounded.bytes = 0


def events(bounded: Bounded) -> Iterator[tuple[str, Element]]:
    """Start and end of every element in order; at its start an element has its attributes, and nothing else for certain.

    Raises:
        RecordError: As `elements`.
    """
    depth = 0
    try:
        for event, element in Safe.iterparse(bounded, events=("start", "end")):
            depth += 1 if event == "start" else -1
            if depth > MOST_DEPTH:
                raise RecordError("XML too deep", expected=f"{MOST_DEPTH} levels at most")
            yield event, element
    except DefusedXmlException:
        raise RecordError("XML that declares entities", expected="XML without entities of its own") from None
    except _DAMAGE:
        raise RecordError("damaged or incomplete XML", remedy="fetch or export the file again") from None


def local(name: str) -> str:
    """Name of an element or attribute without its namespace."""
    return name.rpartition("}")[2]


def plain_text(element: Element | None, *, without: Collection[str] = ()) -> str:
    """Text of an element in reading order, blanks made single; elements named in `without` are left out."""
    pieces: list[str] = []
    if element is not None:
        _collect(element, without, pieces)
    return " ".join("".join(pieces).split())


def _collect(element: Element, without: Collection[str], pieces: list[str]) -> None:
    pieces.append(element.text or "")
    for child in element:
        gap = " " if child.tag in _BLOCKS or child.tag in without else ""
        pieces.append(gap)
        if child.tag not in without:
            _collect(child, without, pieces)
        pieces.append(gap + (child.tail or ""))
