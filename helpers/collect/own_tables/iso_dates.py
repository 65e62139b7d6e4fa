"""A date as somebody's table has it, written the ISO way; what could be two days is not guessed at."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

UNREADABLE = "a date that cannot be read, left empty"
AMBIGUOUS = "a date that could be two days, left empty: state date_format"

_CERTAIN = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%b %d, %Y", "%B %d, %Y",
    "%b %d %Y", "%B %d %Y", "%d. %B %Y", "%d. %b %Y",
)  # fmt: skip
_DAY_AND_MONTH = (("%d/%m/%Y", "%m/%d/%Y"), ("%d-%m-%Y", "%m-%d-%Y"))
_CLOCK = re.compile(
    r"(?<=\d)(?:T|,? +)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?Z| ?[+-]\d{2}:?\d{2})?$"
)


def iso(value: Any, formats: Sequence[str] = ()) -> tuple[str, str]:
    """Date of a cell as `2020-03-31` (a bare year stays one), and a remark where it had to be left empty.

    Dotted dates are day first. With slashes or dashes, 31/03/2020 and 03/31/2020 are read and 03/04/2020 is not. A time
    of day is left off.

    Args:
        value: A cell; a date, or text.
        formats: strptime formats, tried in this order; nothing else is then tried.

    >>> iso("31/03/2020 14:05"), iso("03/04/2020")[0], iso("03/04/2020", ("%d/%m/%Y",))
    (('2020-03-31', ''), '', ('2020-04-03', ''))
    """
    if isinstance(value, date):  # a datetime too
        return value.strftime("%Y-%m-%d") if value.year >= 1000 else "", "" if value.year >= 1000 else UNREADABLE
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None or value != value else str(value).strip()
    return _read(text, tuple(formats)) if text else ("", "")


@lru_cache(maxsize=65536)
def _read(text: str, formats: tuple[str, ...]) -> tuple[str, str]:
    bare = _CLOCK.sub("", text)
    if formats:
        days = [day for form in formats for said in (text, bare) if (day := _parsed(said, form))]
        return (days[0], "") if days else ("", UNREADABLE)
    if re.fullmatch(r"(?:1[89]|20)\d\d", bare):
        return bare, ""
    if re.fullmatch(r"\d{8}", bare):
        return (day, "") if (day := _parsed(bare, "%Y%m%d")) else ("", UNREADABLE)
    for form in _CERTAIN:
        if day := _parsed(bare, form):
            return day, ""
    for pair in _DAY_AND_MONTH:
        days = {day for form in pair if (day := _parsed(bare, form))}
        if days:
            return (days.pop(), "") if len(days) == 1 else ("", AMBIGUOUS)
    return "", UNREADABLE


def _parsed(text: str, form: str) -> str:
    try:
        day = datetime.strptime(text, form).date()
    except ValueError:
        return ""
    return day.isoformat() if day.year >= 1000 else ""
