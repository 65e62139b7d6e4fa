"""A patient's record as text: events under the headings that `note_sections.find_sections` knows, each heading by date.

Every source of health records (FHIR, OMOP) makes `Event`s and nothing else, so all of them read alike. No name, birth date
or other demographic field becomes an event. Notes keep their own text, each under a heading of its own.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Context, Decimal

HEADINGS = {
    "encounter": "Encounters:",
    "condition": "Conditions:",
    "allergy": "Allergies:",
    "medication": "Medications:",
    "procedure": "Procedures:",
    "immunization": "Immunizations:",
    "observation": "Observations:",
    "report": "Diagnostic reports:",
    "note": "Clinical notes:",
}
UNDATED = "undated"

_SIX_DIGITS = Context(prec=6)
_INLINE_HEADER = re.compile(r"(?<=[.;!?])\s+(?=[A-Z][A-Za-z /&]{2,40}:\s)")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was charted.

    Args:
        kind: A key of `HEADINGS`.
        when: ISO date or time when it happened or began, possibly without day or month; "" where none is known.
        text: What a reader sees; one line, except for a note.
        until: The end of what lasted, as `when`.
        state: How it stood when the record was read, such as "resolved"; "" where that says nothing more.
        recorded: When it was written down, as `when`; "" where that is not told.
        codes: (system, code) of what `text` names.
    """

    kind: str
    when: str
    text: str
    until: str = ""
    state: str = ""
    recorded: str = ""
    codes: frozenset[tuple[str, str]] = frozenset()


def render(events: Iterable[Event]) -> str:
    """Write events as text; what is said twice of one day is written once, undated events come last.

    >>> print(render([Event("condition", "2011-05-19T16:13:33Z", "Sinusitis", "2011-06-09", "resolved")]))
    Conditions:
    - 2011-05-19 to 2011-06-09 Sinusitis (resolved)
    """
    parts: list[str] = []
    ordered = sorted(events, key=lambda event: event.when or "~")
    for kind, heading in HEADINGS.items():
        own = [event for event in ordered if event.kind == kind and event.text.strip()]
        if kind == "note":
            parts += dict.fromkeys(f"{heading} {day(event.when) or UNDATED}\n{event.text.strip()}" for event in own)
        elif own:
            parts.append("\n".join([heading, *dict.fromkeys(f"- {_line(event)}" for event in own)]))
    return "\n\n".join(parts)


def before(events: Iterable[Event], limit: str) -> list[Event]:
    """What was known on the evening before the day `limit`, for a label that was given on it.

    An event stays if it began and was recorded before `limit`; undated ones go. Its end and its state stay only if it
    was over by then. Of a date without day or month all of that month or year must lie before `limit`.
    """
    kept = [event for event in events if event.when and max(_latest(event.when), _latest(event.recorded)) < limit]
    return [event if "" < _latest(event.until) < limit else replace(event, until="", state="") for event in kept]


def day(when: str) -> str:
    """The date of a FHIR date or dateTime."""
    return when[:10]


def measured(value: Decimal | float | int, unit: str = "") -> str:
    """A number to six significant digits, without exponent, and its unit without the braces of UCUM annotations.

    >>> measured(176.07636050662333, "cm"), measured(7.10), measured(1e-05, "{score}")
    ('176.076 cm', '7.1', '0.00001 score')
    """
    number = format(_SIX_DIGITS.create_decimal(str(value)).normalize(), "f")
    return f"{number} {unit.strip('{}')}".rstrip()


def _latest(when: str) -> str:
    return f"{day(when)}-99-99"[:10] if when else ""


def _line(event: Event) -> str:
    """One line without anything in it that reads like the header of another section."""
    start, end = day(event.when), day(event.until)
    span = f"{start or UNDATED} to {end}" if end and end != start else start or UNDATED
    text = _INLINE_HEADER.sub(" – ", " ".join(event.text.split()))
    return f"{span} {text} ({event.state})" if event.state else f"{span} {text}"
