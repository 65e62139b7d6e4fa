"""Corpora of tagged tokens (IOB, as CoNLL-2003 and many others are written): one sentence a record.

A line holds a token, perhaps more columns, and a tag: `O`, `B-Type` or `I-Type`. An empty line ends a sentence, a line
that begins with `-DOCSTART-` a document. The columns that a task may map are TEXT, SENTENCE, PASSAGE and each type of
mention.
"""

import re
from collections.abc import Iterator, Sequence

from helpers.collect.own_tables import cells, delimited, places
from helpers.core.errors import RecordError

ENDINGS = (".iob", ".iob2", ".bio", ".conll", ".tsv", ".txt")
TEXT = "text"
SENTENCE = "sentence"  # its id: the file and the line in which it begins
PASSAGE = "passage"  # the document, where the file parts them, else so many consecutive sentences
SENTENCES = 10

_TAG = re.compile(r"O|[BI]-(\S+)")
_NO_SPACE_BEFORE = frozenset(".,;:)]}%?!'-/")
_NO_SPACE_AFTER = frozenset("([{-/'")


def read(place: places.Place, wanted: Sequence[str], *, encoding: str, fallback: str | None) -> Iterator[cells.Cells]:
    """Sentences of a file with their mentions; memory does not grow with the file.

    The tokens are joined as running text has them: no space before a full stop, around a hyphen, inside brackets. What
    the spacing once was is not in such a file.

    Args:
        place: The file.
        wanted: Columns to give; TEXT, SENTENCE, PASSAGE, or types of mentions, given as lists.
        encoding: Of the file.
        fallback: Encoding of lines that `encoding` cannot read.

    Raises:
        RecordError: If a wanted type of mention is nowhere in the file, or a line is longer than any token could be.
    """
    types: dict[str, None] = {}
    passage, sentences = 0, 0
    told = False  # whether the file parts its documents
    for number, lines, begins_document in _sentences(place):
        if begins_document:
            told, passage = True, passage + 1
        if not lines:
            continue
        if not told and sentences % SENTENCES == 0:
            passage += 1
        sentences += 1
        read_ = [places.decoded(line, encoding=encoding, fallback=fallback) for line in lines]
        if None in read_:
            yield cells.Cells(str(number), {}, f"bytes that are not {encoding}")
            continue
        rows = [line.split() for line, _ in read_]
        tags = [_TAG.fullmatch(row[-1]) if len(row) > 1 else None for row in rows]
        if None in tags:
            yield cells.Cells(str(number), {}, "a line that is not a token and a tag")
            continue
        found = _mentions([row[0] for row in rows], [row[-1] for row in rows])
        types.update(dict.fromkeys(kind for kind, _ in found))
        values = {TEXT: joined([row[0] for row in rows])}
        values |= {SENTENCE: f"{place.name} {number}", PASSAGE: f"{place.name} passage {passage}"}
        values |= {name: [text for kind, text in found if kind == name] for name in wanted if name not in values}
        remark = f"read as {fallback}" if any(said for _, said in read_) else ""
        yield cells.Cells(str(number), {name: values[name] for name in wanted}, "", remark)
    if sentences:  # known only now
        cells.require([TEXT, SENTENCE, PASSAGE, *types], wanted, file=place.name)


def joined(tokens: Sequence[str]) -> str:
    """Tokens as running text.

    >>> joined(["ataxia", "-", "telangiectasia", "(", "A", "-", "T", ")", ",", "50", "%"])
    'ataxia-telangiectasia (A-T), 50%'
    """
    text = ""
    for token in tokens:
        if text and token[0] not in _NO_SPACE_BEFORE and text[-1] not in _NO_SPACE_AFTER:
            text += " "
        text += token
    return text


def _mentions(tokens: Sequence[str], tags: Sequence[str]) -> list[tuple[str, str]]:
    """Type and text of each run of tags; an I that follows nothing of its type begins a mention, as in IOB1."""
    runs: list[tuple[str, list[str]]] = []
    before = "O"
    for token, tag in zip(tokens, tags, strict=True):
        if tag != "O":
            if tag.startswith("I-") and before[2:] == tag[2:]:
                runs[-1][1].append(token)
            else:
                runs.append((tag[2:], [token]))
        before = tag
    return [(kind, joined(run)) for kind, run in runs]


def _sentences(place: places.Place) -> Iterator[tuple[int, list[bytes], bool]]:
    """First line number, lines, and whether a document begins here (then without lines)."""
    lines: list[bytes] = []
    first = 1
    with places.opened(place) as handle:
        for number, line in enumerate(iter(lambda: handle.readline(delimited.MOST_CHARS), b""), start=1):
            if len(line) == delimited.MOST_CHARS:
                raise RecordError(
                    f"{place.name} is not a file of tokens and tags", found=f"line {number} is longer than any token",
                    expected="a token and its tag in each line",
                )  # fmt: skip
            bare = line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
            starts = bare.startswith(b"-DOCSTART-")
            if bare and not starts:
                first = first if lines else number
                lines.append(bare)
                continue
            if lines:
                yield first, lines, False
                lines = []
            if starts:
                yield number, [], True
    if lines:
        yield first, lines, False
