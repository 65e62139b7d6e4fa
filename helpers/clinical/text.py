"""Clinical free text: repair, and consistent units and abbreviations."""

import difflib
import re
from collections import Counter

import ftfy

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_PLAIN = {
    **dict.fromkeys(
        map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\v"), " "
    ),
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\r\0"), None),
    **{ord("\u2028"): "\n", ord("\u2029"): "\n", ord("\f"): "\n", ord("\u0085"): "\n"},
}
_SPACE_RULES = (
    (re.compile(r"[ \t]+(?=\n)|(?<![ \t])[ \t]+\Z"), ""),
    (re.compile(r"\n{3,}"), "\n\n"),
    (re.compile(r"\A\n+|\n+\Z"), ""),
)
_NORMAL_FORMS = tuple(
    (name, re.compile(pattern, flags), new)
    for name, pattern, new, flags in (
        (
            "age in years",
            r"\b(\d{1,3})[ -]?(?:y/o|yo|y\.o\.|yr[s]?[ -]old|year[s]? old)(?![A-Za-z])",
            r"\1-year-old",
            re.I,
        ),
        ("age in months", r"\b(\d{1,2})[ -]?(?:m/o|mo[ -]old|months? old)(?![A-Za-z])", r"\1-month-old", re.I),
        ("mg/dL", r"\bmg ?/ ?dl\b", "mg/dL", re.I),
        ("g/dL", r"\bg ?/ ?dl\b", "g/dL", re.I),
        ("mmol/L", r"\bmmol ?/ ?l\b", "mmol/L", re.I),
        ("µmol/L", r"(?:\b[uμ]mol|µmol) ?/ ?l\b", "µmol/L", re.I),
        ("mEq/L", r"\bmeq ?/ ?l\b", "mEq/L", re.I),
        ("IU/L", r"\b(m?)iu ?/ ?(m?)l\b", lambda m: f"{m[1].lower()}IU/{m[2].lower()}L", re.I),
        ("µg", r"(?<=\d) ?(?:mcg|ug|μg)\b", " µg", re.I),
        ("mg", r"(?<=\d) ?mg\b", " mg", re.I),
        ("kg", r"(?<=\d) ?(?:kgs|kg)\b", " kg", re.I),
        ("cm", r"(?<=\d) ?(?:cms|cm)\b", " cm", re.I),
        ("mL", r"(?<=\d) ?(?:mls|ml|cc)\b", " mL", re.I),
        ("mmHg", r"\bmm ?hg\b", "mmHg", re.I),
        ("°C or °F", r"(?<=\d) ?(?:°|deg(?:rees?)?) ?([cf])\b", lambda m: f" °{m[1].upper()}", re.I),
        ("past medical history", r"\bp\.?m\.?h\.?x?\b", "past medical history", re.I),
        ("family history", r"\b(?:fhx|fam hx)\b", "family history", re.I),
        ("history", r"\bhx\b", "history", re.I),
        ("history of", r"\bh/o\b", "history of", re.I),
        ("complains of", r"\bc/o\b", "complains of", re.I),
        ("status post", r"\bs/p\b", "status post", re.I),
        ("without", r"\bw/o\b", "without", re.I),
        ("with", r"(?<!\S)w/ ?(?=[A-Za-z])", "with ", re.I),
        ("diagnosis", r"\bdx\b", "diagnosis", re.I),
        ("treatment", r"\btx\b", "treatment", re.I),
        ("symptoms", r"\bsx\b", "symptoms", re.I),
        ("patients", r"\bpts\b", "patients", 0),
        ("patient", r"\bpt\b", "patient", 0),
        ("follow-up", r"\bf/u\b", "follow-up", re.I),
        ("bilateral", r"\bbilat\b\.?", "bilateral", re.I),
    )
)


def repair(text: str) -> str:
    """Mend broken encodings, odd spaces, control characters and line ends; idempotent, usable before de-identification."""
    return repair_with_offsets(text)[0]


def repair_with_offsets(text: str) -> tuple[str, list[int]]:
    """Repair `text` and say where each character went.

    Returns:
        The repaired text, and a non-decreasing list of len(text) + 1 positions: character i of `text` begins at
        position offsets[i] of the repaired text.
    """
    pieces, offsets, position = [], [], 0
    for line in _LINE.findall(text):
        fixed = line
        for _ in range(3):  # mojibake may be nested; two passes have sufficed
            again = _plain(ftfy.fix_text(fixed))
            if again == fixed:
                break
            fixed = again
        offsets += [position + at for at in _align(line, fixed)[:-1]]
        pieces.append(fixed)
        position += len(fixed)
    joined = "".join(pieces)
    offsets.append(position)
    for pattern, new in _SPACE_RULES:
        joined, moved = _substitute(pattern, new, joined)
        if moved is not None:
            offsets = [moved[at] for at in offsets]
    return joined, offsets


def normalise(text: str, *, changed: Counter[str] | None = None) -> str:
    """Write units and common abbreviations one way (`mg/dl` -> `mg/dL`, `45 y/o` -> `45-year-old`, `hx` -> `history`).

    Args:
        text: Prose.
        changed: How often each form had to be written in another way is added here.
    """
    for name, pattern, new in _NORMAL_FORMS:
        written = pattern.sub(new, text)
        if changed is not None and written != text:
            forms = ((found[0], new(found) if callable(new) else found.expand(new)) for found in pattern.finditer(text))
            changed[name] += sum(old != form for old, form in forms)
        text = written
    return text


def _plain(line: str) -> str:
    return line.translate(_PLAIN)


def _align(old: str, new: str) -> list[int]:
    """Monotone positions of old characters in new: equal ends are trimmed, the middle is matched."""
    if old == new:
        return list(range(len(old) + 1))
    shortest, head, tail = min(len(old), len(new)), 0, 0
    while head < shortest and old[head] == new[head]:
        head += 1
    while tail < shortest - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(middle_old) == len(middle_new):
        middle = list(range(len(middle_old)))
    elif max(len(middle_old), len(middle_new)) > 4000:  # a damaged monster line: proportional, checked by the caller
        middle = [i * len(middle_new) // max(len(middle_old), 1) for i in range(len(middle_old))]
    else:
        middle = [0] * len(middle_old)
        for _, a, b, c, d in difflib.SequenceMatcher(None, middle_old, middle_new, autojunk=False).get_opcodes():
            for i in range(a, b):
                middle[i] = c + min(i - a, d - c)
    return [*range(head), *(head + at for at in middle), *range(len(new) - tail, len(new) + 1)]


def _substitute(pattern: re.Pattern[str], new: str, text: str) -> tuple[str, list[int] | None]:
    """Substitute and return the new position of each old offset; None where nothing changed."""
    matches = list(pattern.finditer(text))
    if not matches:
        return text, None
    pieces, moved, last, position = [], [], 0, 0
    for match in matches:
        kept = text[last : match.start()]
        moved += range(position, position + len(kept))
        position += len(kept)
        moved += [position + min(i, len(new)) for i in range(match.end() - match.start())]
        position += len(new)
        pieces += [kept, new]
        last = match.end()
    pieces.append(text[last:])
    moved += range(position, position + len(text) - last + 1)
    return "".join(pieces), moved
