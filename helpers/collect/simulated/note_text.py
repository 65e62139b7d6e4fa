"""Write a note piece by piece and know where every identifier stands; the wording that note styles share."""

import random
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache

from helpers.clinical import hpo
from helpers.collect.simulated.diseases import Finding
from helpers.collect.simulated.patients import Patient
from helpers.collect.simulated.people import Name

Piece = str | tuple[str, str]  # plain text, or (identifier, its label)
Span = dict[str, int | str]


class NoteText:
    r"""Text under construction with the gold span of each identifier put into it.

    >>> note = NoteText(str.upper)
    >>> note.line("Seen by Dr. ", ("Kowalska", "NAME"))
    >>> note.text, note.spans
    ('SEEN BY DR. KOWALSKA\n', [{'start': 12, 'end': 20, 'label': 'NAME'}])
    """

    def __init__(self, case: Callable[[str], str] = str) -> None:
        self._case = case
        self._parts: list[str] = []
        self._length = 0
        self.spans: list[Span] = []

    def add(self, *pieces: Piece) -> None:
        """Append pieces as they are, in the note's letter case."""
        for piece in pieces:
            value, label = (piece, "") if isinstance(piece, str) else piece
            value = self._case(value)
            if label and value:
                self.spans.append({"start": self._length, "end": self._length + len(value), "label": label})
            self._parts.append(value)
            self._length += len(value)

    def line(self, *pieces: Piece) -> None:
        """Append pieces and end the line."""
        self.add(*pieces, "\n")

    @property
    def text(self) -> str:
        """What has been written so far."""
        return "".join(self._parts)


def name(person: Name) -> Piece:
    """Given name, initial and surname, marked."""
    return person.full, "NAME"


def surname(person: Name) -> Piece:
    """Surname alone, marked."""
    return person.surname, "NAME"


def day(value: date, pattern: str) -> Piece:
    """A date in any `strftime` pattern, marked; the pattern must say more than the year."""
    return value.strftime(pattern), "DATE"


def place(patient: Patient) -> Sequence[Piece]:
    """City, state and zip as on an envelope; the state alone identifies nobody."""
    return (patient.city, "LOCATION"), f", {patient.state} ", (patient.zip, "LOCATION")


def age(patient: Patient) -> Sequence[Piece]:
    """Age as a number with its unit; only 90 and over is marked."""
    years = patient.age_years
    if years < 0.12:
        return (f"{max(1, round(years * 52))}-week-old",)
    if years < 2:
        return (f"{max(2, round(years * 12))}-month-old",)
    return ((str(int(years)), "AGE") if years >= 90 else str(int(years)), "-year-old")


def noun(patient: Patient) -> str:
    """Boy, girl, man or woman."""
    if patient.age_years < 18:
        return "boy" if patient.sex == "male" else "girl"
    return "man" if patient.sex == "male" else "woman"


def title(patient: Patient) -> str:
    """Mr. or Ms., or nothing for a child; titles are no part of a name."""
    return "" if patient.age_years < 16 else ("Mr. " if patient.sex == "male" else "Ms. ")


def pronouns(patient: Patient) -> tuple[str, str]:
    """Subject and possessive, lower case."""
    return ("he", "his") if patient.sex == "male" else ("she", "her")


def wording(finding: Finding) -> str:
    """The HPO name as it stands inside a sentence: first letter small unless it is an eponym or an acronym.

    The wording itself is never altered, so that findings can be recognised in the text.
    """
    first = re.match(r"[A-Za-z]+", finding.name)
    if first and first.group().lower() in _small_words():
        return finding.name[0].lower() + finding.name[1:]
    return finding.name


def listed(findings: Iterable[Finding]) -> str:
    """Findings as a list inside a sentence.

    >>> listed([Finding("", "Ataxia", None, ""), Finding("", "Seizure", None, "")])
    'ataxia and seizure'
    """
    words = [wording(finding) for finding in findings]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def shared_out(findings: Sequence[Finding], parts: int, rng: random.Random) -> list[Sequence[Finding]]:
    """Cut the findings into `parts` runs of random length; with enough findings none is empty."""
    if len(findings) < parts:
        return [findings, *([()] * (parts - 1))]
    cuts = sorted(rng.sample(range(1, len(findings)), parts - 1))
    return [findings[start:end] for start, end in zip([0, *cuts], [*cuts, len(findings)], strict=True)]


@lru_cache(maxsize=1)
def _small_words() -> frozenset[str]:
    """Words that HPO itself writes small somewhere, and first words of plain terms; eponyms are in neither."""
    inner: set[str] = set()
    for term in hpo.load_terms():
        for text in (term.name, term.definition):
            inner.update(re.findall(r"(?<=[a-z,] )[a-z]{2,}", text))
    return frozenset(inner)
