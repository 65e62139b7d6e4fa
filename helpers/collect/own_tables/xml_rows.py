"""XML files as tables: every element of one name is a row, and a column is the path to an element or an attribute.

The block's `row` names the element: `item`, wherever it stands, `list/item`, or from the root `/set/list/item`; of rows
inside a row only the outer one counts. A column is one of

    title, meta/title       an element inside the row, several of one path as a list; `.` is the row itself
    @id, title/@lang        an attribute of the row, or of an element inside it
    /set/@id                from the root: an attribute of an element around the row
    /set/title              from the root: what stands in an element around the row, before the row

`*` stands for any one element, but not at the end. Namespaces are left out of every name. Text is taken as it is
written; of an element with others inside, as running text. YAML wants quotes around what begins with `@` or `*`.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.etree.ElementTree import Element

from helpers.collect import xml_files
from helpers.collect.own_tables import cells, places
from helpers.core.errors import RecordError

_MOST_NAMES = 40  # that a message shows


@dataclass
class _Open:
    """An element whose end has not come yet."""

    element: Element
    path: str  # from the root
    attributes: dict[str, str]
    texts: dict[str, list[str]] = field(default_factory=dict)  # of the wanted elements in it, by their name
    has_rows: bool = False


def read(place: places.Place, wanted: Sequence[str], *, row: str | None, is_alone: bool) -> Iterator[cells.Cells]:
    """Rows of an XML file, numbered as they come; memory is bounded by the largest of them.

    What one row lacks is None, and stands in its remark. What makes a whole file unusable is an error where the file is
    alone, and a reason to set it aside where it is one of several: the rows before the damage are then given all the same.

    Args:
        place: The file.
        wanted: Columns to give, written as above.
        row: Element that makes a row, written as above.
        is_alone: Whether it is the source's only file.

    Raises:
        RecordError: If `row` is not stated; and of a lone file, if it is damaged, declares entities, holds no such row, or
            in no row what a column names.
    """
    if row is None:
        raise RecordError(
            f"{place.name} is XML, and the task does not say what a row is",
            expected="`row` in the source's block: the name of the element that makes a record",
            remedy="add it; columns are then paths such as title, meta/title or @id",
        )
    names: dict[str, None] = {}
    number, nowhere = 0, set(wanted)
    try:
        with places.opened(place) as stream:
            for element, around in _rows(stream, row, {path for path in wanted if path.startswith("/")}, names):
                number += 1
                values = {path: _value(path, element, around) for path in wanted}
                lacking = [path for path in wanted if values[path] is None]
                nowhere.intersection_update(lacking)
                yield cells.Cells(str(number), values, "", f"without {', '.join(lacking)}" if lacking else "")
        if not number:
            raise RecordError(f"no element {row}", found=_shown(names), expected=row, remedy="mend `row` in the task")
        if nowhere and is_alone:
            raise RecordError(
                "no row with what `columns` names", found=_shown(names),
                expected=", ".join(path for path in wanted if path in nowhere), remedy="mend `columns` in the task",
            )  # fmt: skip
    except RecordError as error:
        said = str(error).removeprefix(f"{place.name} ")
        if is_alone:
            raise RecordError(f"{place.name} cannot be read as rows: {said}") from None
        reason = said.partition(". ")[0]
        yield cells.Cells(f"after row {number}", {}, reason.rstrip("."))


def _rows(
    stream: BinaryIO, row: str, outer: Collection[str], names: dict[str, None]
) -> Iterator[tuple[Element, list[_Open]]]:
    """Each row with the elements around it, the root first; whatever has been read is then forgotten."""
    bounded = xml_files.Bounded(stream)
    around: list[_Open] = []
    held, is_row = 0, False  # depth of the row, or of the wanted element outside of rows, that is being read
    for event, element in xml_files.events(bounded):
        if event == "start":
            element.tag = xml_files.local(element.tag)
            around.append(_open(element, around[-1].path if around else ""))
            if len(names) < _MOST_NAMES:
                names.update(dict.fromkeys([element.tag, *around[-1].attributes]))
            path = around[-1].path
            if not held:
                is_row = _fits(path, row)
                held = len(around) if is_row or any(_fits(path, one) for one in outer) else 0
            elif not is_row and _fits(path, row):
                raise RecordError("a column names an element that holds the rows", found=around[held - 1].path)
            continue
        closed = around.pop()
        if held and len(around) >= held:
            continue  # inside what is being read
        if held and is_row:
            yield element, around
            for one in around:
                one.has_rows = True
        elif held and around:
            _note(closed, around[-1])
        held = 0
        if around:
            around[-1].element.remove(element)
        bounded.bytes = 0


def _open(element: Element, above: str) -> _Open:
    attributes = {xml_files.local(name): value for name, value in element.attrib.items()}
    return _Open(element, f"{above}/{element.tag}", attributes)


def _note(closed: _Open, parent: _Open) -> None:
    if parent.has_rows:
        raise RecordError(
            "what a column names stands after rows", found=closed.path, expected="before the rows it belongs to"
        )
    parent.texts.setdefault(closed.element.tag, []).append(_text(closed.element))


def _fits(path: str, said: str) -> bool:
    """Whether a path from the root is what a task says, which may be its end only, or have `*` for a name."""
    steps, wanted = path.split("/"), said.split("/")
    if len(steps) < len(wanted) or (said.startswith("/") and len(steps) > len(wanted)):
        return False
    return all(name in (step, "*") for step, name in zip(steps[-len(wanted) :], wanted, strict=True))


def _value(path: str, row: Element, around: Sequence[_Open]) -> str | list[str] | None:
    place, _, name = path.rpartition("/")
    if path.startswith("/"):
        holder = next((one for one in around if _fits(one.path, place)), None)
        if holder is None:
            return None
        return holder.attributes.get(name[1:]) if name.startswith("@") else _one_or_several(holder.texts.get(name, []))
    if not name.startswith("@"):
        return _one_or_several([_text(element) for element in row.findall(path)])
    holders = row.findall(place or ".")
    return _one_or_several(
        [value for one in holders for key, value in one.attrib.items() if xml_files.local(key) == name[1:]]
    )


def _text(element: Element) -> str:
    return xml_files.plain_text(element) if len(element) else (element.text or "").strip()


def _one_or_several(values: list[str]) -> str | list[str] | None:
    return values if len(values) > 1 else next(iter(values), None)


def _shown(names: Collection[str]) -> str:
    return f"elements and attributes with these names: {cells.shown(list(names))}"
