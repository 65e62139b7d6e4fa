"""What the reader of a table file hands on, and the check that the columns a task maps are there."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from helpers.core.errors import RecordError

_MOST_SHOWN = 40
_LIKE_A_NAME = re.compile(r"(?!.*\d{5})[^\W\d][\w.()/%#:-]*(?: [\w.()/%#:-]+){0,4}")


class Cells(NamedTuple):
    """The mapped cells of one row, or why there are none."""

    row: str
    values: dict[str, Any]
    reason: str = ""
    remark: str = ""


def reach(values: Mapping[str, Any], name: str) -> Any:
    """Value of a column; `a.b` is looked for inside the object `a` too. None where there is none.

    >>> reach({"a": {"b": 1}, "c.d": 2}, "a.b"), reach({"a": {"b": 1}, "c.d": 2}, "c.d")
    (1, 2)
    """
    if name in values or "." not in name:
        return values.get(name)
    outer, _, inner = name.partition(".")
    return reach(values[outer], inner) if isinstance(values.get(outer), Mapping) else None


def require(names: Sequence[str], wanted: Iterable[str], *, file: str, delimiter: str = "") -> None:
    """Refuse a file that lacks a mapped column, or has it twice.

    Args:
        names: Of the file's columns.
        wanted: Columns that the task maps.
        file: Its name, for the message.
        delimiter: With which the names were read.

    Raises:
        RecordError: Naming the columns found, unless they look like somebody's data rather than a header.
    """
    lacking = [name for name in wanted if name not in names]
    twice = [name for name in wanted if names.count(name) > 1]
    if lacking:
        raise RecordError(
            f"{file} lacks columns that the task maps",
            found=shown(names),
            expected=", ".join(lacking),
            remedy=_other_delimiter(names, lacking, delimiter)
            or "mend `columns` in the task, or the file's header line",
        )
    if twice:
        raise RecordError(
            f"{file} has a mapped column more than once",
            found=", ".join(twice),
            expected="every mapped column once",
            remedy="rename them in the file",
        )


def shown(names: Sequence[str]) -> str:
    """Names as a message may show them: all, or only their number where one of them does not look like a name."""
    if not names:
        return "no columns"
    parts = [part.strip(' "') for name in names for part in re.split(r"[,;\t|]", name)]  # of a wrong delimiter
    if not all(len(part) <= _MOST_SHOWN and _LIKE_A_NAME.fullmatch(part) for part in parts):
        return f"{len(names)} whose names are not shown, for some look like data: is there a header line?"
    more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
    return ", ".join(names[:_MOST_SHOWN]) + more


def _other_delimiter(names: Sequence[str], lacking: Sequence[str], delimiter: str) -> str:
    for mark in ",;\t|":
        parts = [part.strip(' "') for name in names for part in name.split(mark)]
        if delimiter and mark != delimiter and set(lacking) <= set(parts):
            return f'set `delimiter: "{mark}"` in the task: with it they are there'.replace("\t", "\\t")
    return ""
