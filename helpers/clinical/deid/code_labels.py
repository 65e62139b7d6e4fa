"""Which class a code belongs to, where the words right before it say so.

The tagger decides what is a code; among the classes of codes a cue such as "NHS no" or "s/n" is the better judge.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from helpers.clinical.deid.spans import Span

CODES = frozenset("MRN HEALTH_PLAN ACCOUNT LICENSE VEHICLE DEVICE ID SSN PHONE FAX".split())
"""Labels among which a cue decides."""

_CUES = {
    "MRN": (
        r"e?m\.?r\.?n\.?|(?:e?mr|mrd|pid|h/?n|uhid|nhi|chi|phn|phin|umrn|urn?|ihi)|pid\|\d?\|[^|\n]{0,12}\|?"
        r"|(?:unit|clinic|op|opd|cr|district)(?=[ _]?(?:n[or]\b|num|#))|dossier"
        r"|(?:med(?:ical)?\.? ?)rec(?:ord)?s?|chart"
        r"|(?:hosp(?:ital)?\.?|patient|pat\.?|pt\.?|folder)(?=[ _]?(?:n[or]\b|num|#|id))|folder|hosp(?=[.:])"
        r"|(?:local|pt|patient) id|nhs"
    ),
    "HEALTH_PLAN": (
        r"(?:member|mbr|subscriber|sub|enrol?lee|policy|pol|group|grp|beneficiary|insurance|ins|plan|medical (?:aid|card)"
        r"|health ?card|mbi|hicn|medicare|medicaid|medi-cal|tricare|ramq|ohip|ndis|dva|gms|medibank|philhealth)"
        r"(?: (?:member|policy|card|plan))?"
    ),
    "ACCOUNT": r"acc(?:oun)?t|a/c|invoice|inv|claim|bill|fin|har|guarantor|check|cheque|card (?:ending|ends)",
    "LICENSE": (
        r"c?dl|driver['’]?s? lic|licen[cs]e|lic|npi|dea|passport|gmc|nmc|hcpc|gphc|hpcsa|ahpra|imc|gdc|mdcn"
        r"|sanc|prc|mcr|clia|cpso|prov(?:ider)?|prescriber|cert(?:ificate|ification)?"
    ),
    "VEHICLE": (
        r"(?:number |licen[cs]e |home )?plates?|vin|rego|tail"
        r"|(?:veh(?:icle)?|licen[cs]e|trailer|truck|car) (?:reg|tag)"
    ),
    "DEVICE": r"serial|ser|s/?n|lot|batch|udi|b\.? ?no",
    "ID": (
        r"accession|acc|accn|specimen|spec|sample|order|orc|obr|visit|encounter|enc|csn|study|job|case|ticket"
        r"|incident|requisition|req|rx|ref(?:erence)?|confirmation|conf|badge|interpreter|student|employee|lab"
        r"|kit|event|report|family|appt|booking|token|barcode|docket|card key|key ?safe"
    ),
    "SSN": r"s\.?s\.?n\.?|ss|soc(?:ial)?\.? sec(?:urity)?",
    "FAX": r"fax(?:ed)?|facsimile|fx",
    "PHONE": r"tele?(?:phone)?|phone|ph|cell|mobile|mob|pager|pgr|beeper|bleep|ext(?!ension=)(?:ension)?",
}
_LINK = (
    r"\.?(?:[ \t_]*(?:number|num|no|nr|id|code)\b\.?)*"
    r"[ \t.:#=|/\"'(]*(?:(?:is|was|to|at|on|ending(?: in)?|ends(?: in)?)[ \t]*)?$"
)
_BEFORE = {label: re.compile(rf"(?<![A-Za-z])(?:{cue}){_LINK}", re.IGNORECASE) for label, cue in _CUES.items()}
_ANY_BEFORE = re.compile(
    r"(?<![A-Za-z])(?=[A-Za-z])(?:" + "|".join(f"(?P<{label}>(?:{cue}){_LINK})" for label, cue in _CUES.items()) + ")",
    re.IGNORECASE,
)
_LOOK = 40
_LONGEST = 12  # digits of one code written in groups


def relabel(text: str, spans: Iterable[Span]) -> list[Span]:
    """Spans, sorted, with the class that the cue right before them names; a code broken at a blank has one class."""
    done: list[Span] = []
    for span in sorted(spans, key=lambda item: item.start):
        if span.label in CODES and any(char.isdigit() for char in text[span.start : span.end]):
            last = done[-1] if done and done[-1].label in CODES else None
            if last and text[last.end : span.start] in (" ", "-") and _digits(text, last.start, span.end) <= _LONGEST:
                span = replace(span, label=last.label)
            else:
                span = replace(span, label=_named(text, span))
        done.append(span)
    return done


def _named(text: str, span: Span) -> str:
    before = text[max(0, span.start - _LOOK) : span.start]
    first = _ANY_BEFORE.search(before)
    return span.label if first is None or _BEFORE[span.label].search(before) else first.lastgroup or span.label


def _digits(text: str, start: int, end: int) -> int:
    piece = text[start:end]
    return sum(char.isdigit() for char in piece) if re.fullmatch(r"[A-Z]{0,3}[\d -]+", piece) else _LONGEST + 1
