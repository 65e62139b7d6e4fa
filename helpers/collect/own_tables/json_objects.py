"""A JSON file that holds its rows as a list of objects, or as an object of objects by their key."""

import json
from collections.abc import Iterator, Sequence

from helpers.collect.own_tables import cells, places
from helpers.core.errors import RecordError

KEY = "key"  # column of the name under which an object stands
MOST_BYTES = 1 << 28  # it is held whole


def read(place: places.Place, wanted: Sequence[str], *, encoding: str, fallback: str | None) -> Iterator[cells.Cells]:
    """Rows of a JSON file; of an object of objects, `key` is the name of each unless it has a `key` of its own.

    Raises:
        RecordError: If the file is neither, is larger than `MOST_BYTES`, or lacks a wanted column.
    """
    value, remark = _value(place, encoding=encoding, fallback=fallback)
    if isinstance(value, dict):
        objects = [{KEY: key} | inner if isinstance(inner, dict) else inner for key, inner in value.items()]
    elif isinstance(value, list):
        objects = value
    else:
        raise _other(place, type(value).__name__)
    seen: dict[str, None] = {}
    for number, one in enumerate(objects, start=1):
        if not isinstance(one, dict):
            yield cells.Cells(str(number), {}, "not a JSON object")
            continue
        found = {name: cells.reach(one, name) for name in wanted}
        seen.update(dict.fromkeys([*one, *(name for name in wanted if found[name] is not None)]))
        yield cells.Cells(str(number), found, "", remark)
    if seen:  # known only now: an object may leave out what it lacks
        cells.require(list(seen), wanted, file=place.name)


def _value(place: places.Place, *, encoding: str, fallback: str | None) -> tuple[object, str]:
    with places.opened(place) as handle:
        data = handle.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise _other(place, f"more than {MOST_BYTES:,} bytes")
    text = places.decoded(data.removeprefix(b"\xef\xbb\xbf"), encoding=encoding, fallback=fallback)
    if text is None:
        raise _other(place, f"bytes that are not {encoding}")
    try:
        return json.loads(text[0]), f"read as {fallback}" if text[1] else ""
    except (ValueError, RecursionError):
        raise _other(place, "text that is no JSON") from None


def _other(place: places.Place, found: str) -> RecordError:
    return RecordError(
        f"{place.name} holds no rows",
        found=found,
        expected=f"a JSON list of objects, or an object of objects, of at most {MOST_BYTES:,} bytes",
        remedy="mend the file, or write it as JSON lines (.jsonl), which may be of any size",
    )
