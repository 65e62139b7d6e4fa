"""The sections of a clinical note, and which of them a model is to read."""

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass

_ADMINISTRATIVE = "administrative"

# canonical section -> the headers that open it, lower case, punctuation removed
HEADERS: dict[str, tuple[str, ...]] = {
    name: tuple(" ".join(phrases.split()).split(", "))
    for name, phrases in {
        "findings": """finding, findings, clinical findings, clinical features, features, phenotype, phenotypic features,
            exam, examination, physical exam, physical examination, on examination, physical findings,
            objective, problems, problem list, active problems, symptoms, signs and symptoms, presenting
            features, presentation, observations, observation, o, key findings, abnormal findings, results,
            conditions, diagnostic reports""",
        "history": """history, hx, hpi, history of present illness, history of presenting complaint, present illness,
            clinical history, medical history, past medical history, pmh, interval history, chief complaint, cc,
            presenting complaint, reason for visit, reason for referral, reason for consultation, indication,
            subjective, s, background, social history, course, hospital course, birth history, developmental
            history, summary, clinical summary, encounters, procedures, immunizations, clinical notes""",
        "assessment": """assessment, impression, clinical impression, opinion, conclusion, conclusions, diagnosis, diagnoses,
            a, comment, interpretation, assessment and plan, a p, discussion""",
        "plan": """plan, p, recommendations, recommendation, follow up, followup, disposition, next steps, management,
            discharge instructions, instructions, advice, actions""",
        "statement": """statement, abstract, article title, clinical statement, curated statement, claim""",
        "medications": """medications, medication, meds, current medications, discharge medications, drugs, prescriptions,
            allergies, rx""",
        "family_history": """family history, fh, fhx, family hx, pedigree""",
        _ADMINISTRATIVE: """patient, patient name, name, pt, pt name, full name, mrn, medical record number, record number,
            chart number, dob, date of birth, born, birth date, birthdate, sex, gender, age, address, home
            address, phone, telephone, tel, mobile, cell, home phone, fax, email, e mail, ssn, social security
            number, insurance, insurer, member id, policy, policy number, account, account number, acct, date,
            date of visit, visit date, date of service, dos, admitted, admission date, discharged, discharge
            date, date of admission, date of discharge, seen, dictated, transcribed, dictated by, signed, signed
            by, electronically signed by, attending, physician, provider, clinician, consultant, pcp, primary
            care physician, referring, referring physician, referred by, hospital, facility, clinic, department,
            unit, ward, employer, occupation, next of kin, emergency contact, contact, guardian, mother, father,
            re, regarding, to, from, copy to, copies to, sent, subject, encounter, visit, visit number,
            encounter number, id, patient id, identifier, npi, race, ethnicity, language, marital status, city,
            zip, state, location, serial number, device serial, licence, license, url, website, portal, ip, ip
            address, accession, specimen, case number, ordering provider, ordering physician, author, plate,
            vehicle, administrative, demographics, patient details, patient information, patient data, letter,
            report""",
    }.items()
}
_SECTION_OF = {header: name for name, headers in HEADERS.items() for header in headers}
_SHORT = frozenset(
    "a born cc claim conditions contact course date exam features from id letter o p pt re report results "
    "s seen sent signed to unit visit".split()
)

_KEY_LINE = re.compile(
    r"[ \t]*(?:#{1,6}[ \t]*|[*=_\-\[>•]{1,4}[ \t]*|\(?\d{1,2}[.)][ \t]*)?([A-Za-z][A-Za-z /&'.\-]{0,40}?)[ \t]*"
    r"(?:\*{1,2}[ \t]*:|\*{1,2}|:\*{1,2}|:|\||=+|\]|[ \t]-{1,2}(?=[ \t])|[-_]{3,}|\t|$)",
)
_INLINE = re.compile(r"(?<=[.;!?])[ \t]{1,4}([A-Z][A-Za-z /&]{2,40}?):(?=\s)")
_SPOKEN = re.compile(
    r"\b(?:(?:next|new) (?:paragraph|heading|section) )?("
    + "|".join(sorted((h for h in _SECTION_OF if len(h) > 2), key=len, reverse=True))
    + r") colon\b[ \t]?",
    re.IGNORECASE,
)
_SALUTATION = re.compile(
    r"[ \t]*(?:dear\b|to whom\b|re\s*:|(?:yours|kind regards|best regards|with (?:kind|best)|regards|sincerely|respectfully"
    r"|thank you for (?:referring|asking)|many thanks)\b)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"[ \t]*(?:yours|kind regards|best regards|with (?:kind|best) (?:regards|wishes)|regards|sincerely|respectfully"
    r"|electronically signed|signed by|dictated by|d:|t:|cc\s*:)",
    re.IGNORECASE,
)
_HL7_SEGMENT = re.compile(r"(MSH|EVN|PID|PD1|NK1|PV1|PV2|IN1|IN2|GT1|ORC|OBR|AL1|DG1|TXA|SCH|ZPI|NTE|OBX)\|")


@dataclass(frozen=True)
class Section:
    """A run of text under one header: `text[start:end]` is its content without the header."""

    name: str
    start: int
    end: int


def find_sections(text: str) -> list[Section]:
    """Split a note into named sections in document order; text under no header is `body`.

    Names are the keys of `HEADERS` and `body`. Recognised: `Findings:`, `FINDINGS`, `## Findings`, `findings -`,
    `**Findings**`, HL7 v2 segments (content of OBX-5), and dictated `findings colon`. Header lines about the person or
    the visit, salutations and signatures are `administrative`.
    """
    marks = _line_marks(text)
    spoken = _spoken_marks(text)
    if spoken:  # a dictated note may be followed by a typed list
        typed = [mark for mark in marks if mark[0] not in ("body", _ADMINISTRATIVE)]
        marks = sorted(spoken + typed, key=lambda mark: mark[2])
    sections: list[Section] = []
    for (name, start, _), following in zip(marks, [*marks[1:], ("", 0, len(text))], strict=True):
        end = following[2]
        if text[start:end].strip():
            if sections and sections[-1].name == name and name in ("body", _ADMINISTRATIVE):
                sections[-1] = Section(name, sections[-1].start, end)
            else:
                sections.append(Section(name, start, end))
    return sections


def clinical_text(text: str, *, sections: Sequence[str]) -> str:
    """Text of the wanted sections in document order, one blank line between them.

    `body` is a fallback: it is used only where no other wanted section is found. Administrative lines are never returned,
    even if asked for; the result is "" where a note holds nothing else.
    """
    wanted = [name for name in sections if name not in (_ADMINISTRATIVE, "body")]
    found = find_sections(text)
    chosen = [part for part in found if part.name in wanted] or [part for part in found if part.name == "body"]
    return "\n\n".join(text[part.start : part.end].strip() for part in chosen).strip()


def _header(raw: str) -> str:
    return _SECTION_OF.get(" ".join(re.sub(r"[^a-z ]", " ", raw.lower()).split()), "")


def _spoken_marks(text: str) -> list[tuple[str, int, int]]:
    matches = list(_SPOKEN.finditer(text))
    if not matches or not any(_header(match[1]) != _ADMINISTRATIVE for match in matches):
        return []
    marks = [("body", 0, 0)] if not _SALUTATION.match(text) else [(_ADMINISTRATIVE, 0, 0)]
    if any(_header(match[1]) == _ADMINISTRATIVE for match in matches[:1]) or matches[0].start() > 0:
        marks = [(_ADMINISTRATIVE, 0, 0)]  # what is dictated before the first heading identifies the patient
    marks += [(_header(match[1]), match.end(), match.start()) for match in matches]
    ends = [0, *(i for i, mark in enumerate(marks) if mark[0] == _ADMINISTRATIVE)]
    closing = re.compile(
        r"\b(?:end of (?:dictation|report|note)|signed(?: electronically)? by|dictated by)\b", re.IGNORECASE
    )
    match = closing.search(text, marks[-1][1])
    if match and ends:
        marks.append((_ADMINISTRATIVE, match.start(), match.start()))
    return marks


def _line_marks(text: str) -> list[tuple[str, int, int]]:
    """(name, start of content, start of header) for each change of section."""
    starts = [match.start() for match in re.finditer(r"^", text, re.MULTILINE)]
    inline = [(match.start(1), match.end(), _header(match[1])) for match in _INLINE.finditer(text)]
    marks: list[tuple[str, int, int]] = []
    current, after_blank, closed = "", True, False
    for index, start in enumerate(starts):
        end = starts[index + 1] if index + 1 < len(starts) else len(text)
        line = text[start:end]
        if not line.strip():
            after_blank = True
            continue
        name, content = _line_section(line)
        if name and name != _ADMINISTRATIVE:
            closed = False
        elif closed or _CLOSING.match(line):
            name, content, closed = _ADMINISTRATIVE, 0, True
        elif (
            not name
            and current == _ADMINISTRATIVE
            and not after_blank
            and len(line.strip()) < 60
            and not line.rstrip().endswith(".")
        ):
            name, content = _ADMINISTRATIVE, 0  # a wrapped header value, such as the second line of an address
        elif not name and current in ("", _ADMINISTRATIVE):
            name, content = "body", 0
        if name and (name != current or name not in ("body", _ADMINISTRATIVE)):
            marks.append((name, start + content, start))
            current = name
            stop = line.find("|", content) if content and _HL7_SEGMENT.match(line) else -1
            if stop >= 0:
                marks.append((_ADMINISTRATIVE, start + stop, start + stop))
                current = _ADMINISTRATIVE
        for at, stop, inner in inline[bisect.bisect_left(inline, (start,)) : bisect.bisect_left(inline, (end,))]:
            if inner:
                marks.append((inner, stop, at))
                current = inner
        after_blank = False
    if not marks or marks[0][2] > 0:
        marks.insert(0, ("body", 0, 0))
    return marks


def _line_section(line: str) -> tuple[str, int]:
    """Name of the section a line opens and where its content begins in the line; "" where it opens none."""
    segment = _HL7_SEGMENT.match(line)
    if segment:
        fields = line.rstrip("\n").split("|")
        if segment[1] not in ("OBX", "NTE") or len(fields) < 4:
            return _ADMINISTRATIVE, 0
        at = 5 if segment[1] == "OBX" else 3
        names = (
            [_header(part.replace("_", " ")) for part in re.split(r"[\^&]", fields[3])] if segment[1] == "OBX" else []
        )
        name = next((name for name in names if name), "body")
        return name, min(sum(len(part) + 1 for part in fields[:at]), len(line) - 1)
    if _SALUTATION.match(line) and not line.rstrip().endswith("."):
        return _ADMINISTRATIVE, 0
    match = _KEY_LINE.match(line)
    if match:
        name = _header(match[1])
        bare = not line[match.end(1) :].strip(" \t\n*#=:-_]|")
        marked = line[match.end(1) : match.end()].strip() != "" or line.lstrip().startswith("#")
        short = " ".join(re.sub(r"[^a-z ]", " ", match[1].lower()).split()) in _SHORT
        if name and (marked or (bare and not short)):
            return name, 0 if name == _ADMINISTRATIVE else match.end()
    return "", 0
