"""Elements of FHIR R4 resources, as raw JSON, in words: concepts, quantities, times, attachments."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from typing import Any

from bs4 import BeautifulSoup
from bs4.exceptions import ParserRejectedMarkup

from helpers.clinical import timeline
from helpers.core.errors import RecordError

Json = Mapping[str, Any]


def concept(element: Json | None) -> str:
    """A CodeableConcept as its text, else its first display, else its first code; "" where it has none."""
    if not element:
        return ""
    codings = element.get("coding") or []
    told = [element.get("text"), *(one.get("display") for one in codings), *(one.get("code") for one in codings)]
    return next((" ".join(word.split()) for word in told if word), "")


def concepts(elements: Iterable[Json] | None) -> str:
    """Several CodeableConcepts with commas between."""
    return ", ".join(dict.fromkeys(word for word in map(concept, elements or []) if word))


def code(element: Json | None) -> str:
    """The first code of a CodeableConcept, for elements whose codes FHIR itself defines."""
    return next((one["code"] for one in (element or {}).get("coding") or [] if one.get("code")), "")


def codes(*elements: Json | None) -> frozenset[tuple[str, str]]:
    """All (system, code) of CodeableConcepts."""
    every = [one for element in elements if element for one in element.get("coding") or []]
    return frozenset((one.get("system", ""), one["code"]) for one in every if one.get("code"))


def chosen(resource: Json, stem: str) -> tuple[str, Any]:
    """A choice element such as value[x]: the name of its type and its value, ("", None) where there is none.

    >>> chosen({"valueString": "blue"}, "value")
    ('String', 'blue')
    """
    for name, value in resource.items():
        if name.startswith(stem) and name[len(stem) : len(stem) + 1].isupper() and value is not None:
            return name[len(stem) :], value
    return "", None


def value(resource: Json) -> str:
    """The value[x] of an Observation or a component, with its unit; "" where it has none that can be written."""
    kind, given = chosen(resource, "value")
    if kind == "Quantity":
        return quantity(given)
    if kind == "CodeableConcept":
        return concept(given)
    if kind == "Boolean":
        return "yes" if given else "no"
    if kind in ("String", "Time", "Integer"):
        return " ".join(str(given).split())
    if kind == "DateTime":
        return timeline.day(moment(resource, "valueDateTime"))
    if kind == "Range":
        return f"{quantity(given.get('low'))} to {quantity(given.get('high'))}"
    if kind == "Ratio":
        return f"{quantity(given.get('numerator'))} / {quantity(given.get('denominator'))}"
    if kind == "Period":
        start, end = timeline.day(moment(given, "start")), timeline.day(moment(given, "end"))
        return f"{start} to {end}" if end else start
    return "a waveform" if kind == "SampledData" else ""


def quantity(element: Json | None) -> str:
    """A Quantity as comparator, number and unit.

    >>> quantity({"value": 7.1, "comparator": "<", "unit": "mmol/L"})
    '<7.1 mmol/L'
    """
    if not element or not isinstance(element.get("value"), (int, float)):
        return "unknown"
    unit = element.get("unit") or element.get("code") or ""
    return f"{element.get('comparator', '')}{timeline.measured(element['value'], unit)}"


def times(resource: Json, *stems: str) -> tuple[str, str]:
    """Start and end from the first of `stems` (`effective`, `performed`, ...) that holds a dateTime or Period."""
    for stem in stems:
        kind, given = chosen(resource, stem)
        if kind == "Period":
            return moment(given, "start") or moment(given, "end"), moment(given, "end")
        if kind in ("DateTime", "Instant"):
            return moment(resource, f"{stem}{kind}"), ""
    return "", ""


def moment(resource: Json, *names: str) -> str:
    """The first of these elements that is a date or time, "" where none is; the models let numbers pass for dates."""
    return next((resource[name] for name in names if isinstance(resource.get(name), str)), "")


def remarks(resource: Json) -> list[str]:
    """The text of a resource's annotations, whoever made them."""
    return [f"note: {' '.join(one['text'].split())}" for one in resource.get("note") or [] if one.get("text")]


def attachment_text(content_type: str, data: str) -> str:
    """The text of a base64 attachment: plain text, Markdown, or HTML without its markup.

    Raises:
        RecordError: If it is of another kind, no base64, or no text in its charset (UTF-8 where none is named).
    """
    kind, _, parameters = content_type.partition(";")
    kind = kind.strip().lower() or "text/plain"
    if kind not in ("text/plain", "text/markdown", "text/html", "application/xhtml+xml"):
        raise RecordError("An attachment is no text", found=kind, expected="text/plain, text/markdown or text/html")
    charset = parameters.partition("charset=")[2].split(";")[0].strip(" \"'") or "utf-8"
    try:
        text = base64.b64decode("".join(data.split()), validate=True).decode(charset)
        is_marked_up = kind.endswith(("html", "xml"))
        return BeautifulSoup(text, "html.parser").get_text("\n", strip=True) if is_marked_up else text
    except (binascii.Error, UnicodeDecodeError, LookupError, ParserRejectedMarkup):
        raise RecordError("An attachment cannot be decoded", expected=f"base64 of {kind} in {charset[:20]}") from None
