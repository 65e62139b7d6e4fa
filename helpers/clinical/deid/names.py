# ruff: noqa: E501 (tables of patterns, words and sentences read best unbroken)
"""Personal names by the words around them: titles, credentials, header keys, greetings, and HL7 or table positions."""

import re

from helpers.clinical.deid import lexicon
from helpers.clinical.deid.spans import Span

_TITLE = re.compile(
    r"\b(?=[cdfhlmnprs])(?:drs?|mr|mrs|ms|mx|miss|prof|professor|doctor|nurse|sister|rev|reverend|fr|sr|sra|herr|frau|mme|madame|sir|dame|capt|sgt|lt)\b\.?[ ]{1,2}(?=\w)",
    re.IGNORECASE,
)
_CREDENTIAL = re.compile(
    r",?[ ]{1,2}(?:M\.?D|D\.?O|R\.?N|L\.?P\.?N|N\.?P|P\.?A(?:-C)?|Ph\.?D|MBBS|MBChB|FRCP\w{0,3}|FACMG|FAAP|FACP|MRCP\w{0,3}|BSN|MSN|DNP|CNM|LCSW|MSW|PharmD|"
    r"DDS|CGC|LGC|APRN|CRNP|MPH|PsyD|OTR|SLP)\b\.?"
)
_KEY = re.compile(
    r"(?<![^\n|\t;,. ])(?:(?<=\n)|^|(?<=[|\t;,.]) ?|(?<=  ))[ \t>*#\-•]{0,6}(?P<key>(?:patient(?:'s)?(?: (?:full |legal )?name)?|pt(?:\.? name)?|(?:full|first|last|middle|maiden|preferred|family|given|legal|sur)[ -]?name|name|alias|aka|nickname"
    r"|(?:attending|referring|primary care|ordering|treating|admitting|consulting|supervising|dictating|responsible|reporting|rendering)(?: (?:physician|provider|doctor|md|clinician|surgeon))?(?: name)?"
    r"|physician|provider|clinician|doctor|pcp|gp|surgeon|consultant|radiologist|pathologist|resident|author|nurse|therapist|counsell?or|interpreter|midwife|geneticist|pharmacist|social worker"
    r"|(?:electronically )?(?:signed|dictated|transcribed|authenticated|verified|reviewed|prepared|written|completed|entered|reported|referred|seen|requested|ordered|recorded|collected|witnessed)(?: (?:electronically )?by)?"
    r"|next of kin|nok|emergency contact|contact(?: person)?|guardian|parent|mother|father|mom|dad|spouse|wife|husband|partner|son|daughter|brother|sister|caregiver|carer|informant|guarantor|subscriber|insured"
    r"|cc|to|from|re|regarding|attn|attention|copy to|copies to|sender|recipient|employee|client|subject|member|caller|speaker|hpi for|note for)"
    r")(?: ?\([a-z /]{1,20}\))?[ \t]{0,3}(?::|=|\||\t| - |#)[ \t*]{0,12}",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"\b(?=\w)(?:(?:my|her|his|the patient's|patient's|their) name is|named|called|known as|goes by|aka|a\.k\.a\.|this is|i am|i'm|dear|hi|hello|hey|thanks,?|thank you,?|sincerely,?|regards,?|best,?|cheers,?|yours(?: truly| sincerely| faithfully)?,?"
    r"|signed(?: by)?|dictated by|seen by|evaluated by|examined by|reviewed by|discussed with|spoke (?:to|with)|per|cc|attn|re|on behalf of|accompanied by|referred by|care of|c/o|under the care of"
    r"|(?:his|her|their|the|patient's) (?:mother|father|sister|brother|wife|husband|son|daughter|aunt|uncle|grandmother|grandfather|cousin|partner|spouse|guardian|caregiver|niece|nephew|mom|dad),?"
    r"|patient|pt|mother|father|sister|brother|wife|husband|son|daughter|aunt|uncle|nurse|baby boy|baby girl|regarding|dictating(?: on)?)\b[,:]?[ \n]{1,3}(?=[A-Z\u00c0-\u024f])",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^\W\d_]+(?:['’`][^\W\d_]+)*\.?")
_LINKS = {
    "van",
    "von",
    "der",
    "den",
    "de",
    "la",
    "le",
    "da",
    "do",
    "dos",
    "das",
    "del",
    "di",
    "bin",
    "ibn",
    "al",
    "el",
    "st",
    "mc",
    "o",
    "ter",
    "ten",
    "y",
    "e",
    "ap",
    "af",
}
_STOP = lexicon.COMMON | {
    "dob", "mrn", "ssn", "md", "rn", "phd", "np", "pa", "do", "iii", "gender", "sex", "fin", "csn", "acct", "ref", "fax", "tel", "ph", "pcp", "insurance",
    "esq", "bsn", "mbbs", "provider", "physician", "attending", "pt", "re", "dos", "adm", "loc", "cc", "service", "clinician", "today",
    "stated", "reports", "denies", "complains", "presents", "presented", "reported", "called", "arrived", "admitted", "remains", "seems",
    "informed", "aware", "notified", "agrees", "understands", "tolerated", "resting", "sitting", "ambulating", "alert", "oriented", "portal",
    "team", "everyone", "sir", "madam", "colleague", "colleagues", "doctor", "nurse", "all", "i", "we", "whom", "it", "parents",
    "mother", "father", "family", "son", "daughter", "wife", "husband", "himself", "herself", "unknown", "none", "na", "refused", "declined",
    "protocol", "guidelines", "policy", "request", "phone", "telephone", "electronically", "signature", "signed", "initial", "visit", "consultation",
}  # fmt: skip


def find(text: str) -> list[Span]:
    """Name spans (titles excluded) that a cue beside them announces; they may overlap."""
    spans = []
    quiet = text == text.lower() or text == text.upper()
    for match in _TITLE.finditer(text):
        spans += _after(text, match.end(), 3, 0.9, loose=quiet or match[0][0].islower(), titled=True)
    for match in _KEY.finditer(text):
        key = match["key"].lower()
        sure = "name" in key or key in ("patient", "pt") or "by" in key
        spans += _after(text, match.end(), 5, 0.9, loose=quiet or sure, header=True)
    for match in _PHRASE.finditer(text):
        spans += _after(
            text, match.end(), 3, 0.7, loose=False, known=quiet or match[0][:2].lower() in ("pe", "pa", "pt")
        )
    for match in _CREDENTIAL.finditer(text):
        spans += _before(text, match.start())
    return spans + (_hl7(text) + _table(text) if "|" in text or "\t" in text else [])


def _after(
    text: str,
    start: int,
    most: int,
    score: float,
    *,
    loose: bool,
    header: bool = False,
    known: bool = False,
    titled: bool = False,
) -> list[Span]:
    """The run of name-like words from `start`: capitalised ones, or any word that is no common one where `loose`."""
    position, end, count, first = start, start, 0, -1
    commas = 0
    title = _TITLE.match(text, position)
    if title:
        position = title.end()
    while count < most:
        match = _TOKEN.match(text, position)
        if match is None:
            break
        word = match[0].rstrip(".")
        folded = lexicon.fold(word)
        initial = len(word) == 1 and word.isalpha()
        link = folded in _LINKS and count < most - 1
        if not (initial or link) and (folded in _STOP or (not (titled and count == 0) and _is_ordinary(folded))):
            break
        if (
            not word[0].isupper()
            and not link
            and not (loose and (folded in lexicon.name_words() or header or count == 0))
        ):
            break
        if initial and not word.isupper() and not loose:
            break
        if known and folded not in lexicon.name_words() and not initial:
            break
        if first < 0:
            first = match.start()
        count += 1
        ends_sentence = match[0].endswith(".") and not initial and len(word) > 3
        end = match.start() + len(word)
        if ends_sentence:
            break
        gap = re.compile(r"[ ]{1,2}|-|, ?" if header and commas == 0 else r"[ ]{1,2}|-").match(text, match.end())
        if gap is None:
            break
        commas += "," in gap[0]
        position = gap.end()
    value = text[first:end] if first >= 0 else ""
    words = _TOKEN.findall(value)
    if not words or (all(len(word.rstrip(".")) == 1 for word in words) and len(words) < 2):
        return []
    while words and lexicon.fold(words[-1]) in _LINKS - {"st", "o", "y", "e"} and len(words) > 1:
        value = value[: -len(words.pop())].rstrip(" -,")
    return [Span(first, first + len(value), "NAME", "rules", score)]


def _is_ordinary(folded: str) -> bool:
    return folded in lexicon.KEY_WORDS or (
        (folded in lexicon.clinical_words() or folded in lexicon.prose_words() or lexicon.is_drug_like(folded))
        and folded not in lexicon.name_words()
    )


def _before(text: str, end: int) -> list[Span]:
    """Up to four name-like words that end at `end`, before a credential."""
    window = max(0, end - 60)
    words = list(
        re.finditer(
            r"[A-Z\u00c0-\u00de][\w'’\u00c0-\u024f]*\.?|[-, ]|(?:van|von|de|der|la|bin|al)(?= )", text[window:end]
        )
    )
    start, expected = end, end
    for word in reversed(words):
        if window + word.end() != expected or "\n" in word[0]:
            break
        token = word[0].rstrip(".")
        if (len(token) > 1 and (lexicon.fold(token) in _STOP)) or word[0] == ",":
            break
        expected = window + word.start()
        if word[0] not in "- ,":
            start = expected
    value = text[start:end]
    title = _TITLE.match(value)
    start += title.end() if title else 0
    return [Span(start, end, "NAME", "rules", 0.85)] if len(text[start:end].split()) >= 2 and end - start > 3 else []


_HL7_NAMES = {
    "PID": (5, 6, 9),
    "NK1": (2,),
    "PV1": (7, 8, 9, 17),
    "IN1": (16,),
    "OBR": (10, 16, 28, 32),
    "ORC": (10, 11, 12),
    "GT1": (3,),
    "TXA": (5, 9, 11),
    "EVN": (5,),
    "OBX": (16,),
    "PD1": (4,),
    "DG1": (16,),
}
_HL7_FIELDS = {
    "ADDRESS": {"PID": (11,), "NK1": (4,), "GT1": (5,), "IN1": (5, 19)},
    "PHONE": {"PID": (13, 14), "NK1": (5, 6), "GT1": (6, 7), "IN1": (7,)},
    "MRN": {"PID": (2, 3, 4)},
    "ACCOUNT": {"PID": (18,), "GT1": (2,)},
    "SSN": {"PID": (19,)},
    "LICENSE": {"PID": (20,)},
    "ID": {"PV1": (19, 50), "OBR": (2, 3), "MSH": (10,), "ORC": (2, 3), "TXA": (12,)},
    "HEALTH_PLAN": {"IN1": (2, 3, 8, 36, 49)},
    "ORGANIZATION": {"MSH": (4, 6), "IN1": (4, 9), "PV1": (39,), "ORC": (21,), "OBX": (23,)},
    "LOCATION": {"PID": (12, 23)},
}  # fmt: skip


def _hl7(text: str) -> list[Span]:
    spans = []
    for match in re.finditer(r"(?m)^(MSH|PID|NK1|PV1|IN1|OBR|ORC|GT1|TXA|EVN|OBX|PD1|DG1)\|.*$", text):
        segment, offset = match[1], match.start()
        fields = match[0].split("|")
        starts = [offset]
        for field in fields:
            starts.append(starts[-1] + len(field) + 1)
        shift = 1 if segment == "MSH" else 0  # the separator itself is MSH-1
        for index in _HL7_NAMES.get(segment, ()):
            if index < len(fields):
                spans += _components(fields[index], starts[index], "NAME")
        for label, where in _HL7_FIELDS.items():
            for index in where.get(segment, ()):
                if index - shift < len(fields):
                    spans += _components(fields[index - shift], starts[index - shift], label)
    return spans


def _components(field: str, offset: int, label: str) -> list[Span]:
    spans, repeat = [], 0
    for number, match in enumerate(re.finditer(r"(?:^|(?<=[\^~&]))[^\^~&]*", field)):
        value = match[0].strip()
        if match.start() and field[match.start() - 1] == "~":
            repeat = number
        start, end = offset + match.start(), offset + match.start() + len(match[0])
        digits = sum(char.isdigit() for char in value)
        if label == "NAME":
            if (
                value
                and not digits
                and value.upper().rstrip(".")
                not in ("MD", "DO", "DR", "RN", "MR", "MRS", "MS", "PHD", "NPI", "L", "JR", "NP", "PA")
            ):
                spans.append(Span(start, end, "NAME", "rules", 0.95))
            elif digits >= 3:
                spans.append(Span(start, end, "LICENSE" if digits == 10 else "ID", "rules", 0.9))
        elif label == "ADDRESS":
            place = number - repeat
            if place in (0, 1) and value:
                spans.append(Span(start, end, "ADDRESS", "rules", 0.95))
            elif place in (2, 4, 8) and len(value) > 2 and value.upper() != "USA":
                spans.append(Span(start, end, "LOCATION", "rules", 0.95))
        elif label in ("ORGANIZATION", "LOCATION"):
            if len(value) > 2:
                spans.append(Span(start, end, label, "rules", 0.8))
        elif digits >= 3:
            spans.append(Span(start, end, label, "rules", 0.9))
    return spans


_COLUMNS = {
    "NAME": r"(?:patient|pt|name|first|last|provider|physician|attending|clinician|doctor|pcp|contact|guardian|nurse|seen by|ordered by|referring|signed|author|given|family|surname)",
    "MRN": r"(?:mrn|record|chart|patient ?id|pid)", "DATE": r"(?:dob|date|born|birth|admit|discharge|dos|visit|seen|collected)",
    "PHONE": r"(?:phone|tel|cell|mobile)", "FAX": r"fax", "ADDRESS": r"(?:address|street)", "LOCATION": r"(?:city|town|zip|county|location|ward)",
    "SSN": r"ssn", "HEALTH_PLAN": r"(?:member|policy|subscriber|plan)", "ACCOUNT": r"(?:acct|account)", "EMAIL": r"e-?mail",
    "ORGANIZATION": r"(?:hospital|facility|clinic|insurer|insurance|payer|employer|site)", "ID": r"(?:accession|visit|encounter|specimen|order|case|id)\b",
}  # fmt: skip


def _table(text: str) -> list[Span]:
    """Cells below a header row (or beside a header cell) of a table ruled by | or tabs."""
    spans: list[Span] = []
    labels: list[str] = []
    for line in re.finditer(r"(?m)^.*$", text):
        separator = "|" if line[0].count("|") >= 2 else "\t" if line[0].count("\t") >= 1 else ""
        if not separator or len(line[0]) > 2000:
            labels = []
            continue
        cells, position = [], line.start()
        for cell in line[0].split(separator):
            lead = len(cell) - len(cell.lstrip(" *"))
            cells.append((cell.strip(" *:"), position + lead))
            position += len(cell) + 1
        heads = [
            next(
                (
                    label
                    for label, cue in _COLUMNS.items()
                    if len(cell) < 30 and re.match(cue + r"\b", cell, re.IGNORECASE)
                ),
                "",
            )
            for cell, _ in cells
        ]
        filled = [cell for cell, _ in cells if cell]
        if labels and len(labels) == len(cells):
            pairs = zip(labels, cells, strict=True)
        elif sum(map(bool, heads)) >= 2 and sum(map(bool, heads)) >= 0.6 * len(filled):
            labels = heads
            continue
        else:
            pairs = zip(heads, cells[1:], strict=False)
        for label, (cell, start) in pairs:
            if label and cell and not re.fullmatch(r"[-:\s]*", cell):
                spans += _cell(text, label, start, start + len(cell))
    return spans


def _cell(text: str, label: str, start: int, end: int) -> list[Span]:
    value = text[start:end]
    if label == "NAME":
        return _after(text, start, 5, 0.9, loose=True, header=True) if len(value) < 60 else []
    if label in ("ADDRESS", "LOCATION", "ORGANIZATION", "EMAIL"):
        generic = lexicon.fold(value) in lexicon.COMMON or lexicon.fold(value) in lexicon.countries() or len(value) < 3
        return [] if generic or len(value) > 80 else [Span(start, end, label, "rules", 0.8)]
    if label == "DATE" or sum(char.isdigit() for char in value) < 3 or len(value) > 30:
        return []  # the grammar of dates decides
    return [Span(start, end, label, "rules", 0.85)]
