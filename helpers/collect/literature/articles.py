"""What a publication is once its XML is read, and how it becomes a row: title and sections as lines `Heading: text`.

Headings are written as the article has them, so that `note_sections.find_sections` finds abstract, background, results
and conclusions by name; a heading that it does not know stays in the section before it. Publications are the group of a
split: everything with one PMID stands on one side.
"""

import json
import re
from collections.abc import Collection
from typing import NamedTuple

from helpers.clinical import note_sections
from helpers.collect import intake
from helpers.core.task_sources import Answer

ABSTRACT = "Abstract"
_TITLE = "Article title"
_PROVENANCE = ("pmid", "pmcid", "doi", "journal", "year", "language", "licence", "corrected", "mesh", "keywords")
_RETRACTED = re.compile(
    r"\W*(?:partially )?(?:retracted|withdrawn|removed)(?: (?:article|paper|publication))?\s*[:\]]", re.IGNORECASE
)


class Section(NamedTuple):
    """A heading and the text under it, without the text of sections inside; a heading may have no text of its own."""

    heading: str
    text: str


class Article(NamedTuple):
    """One publication, or the reason why it is left out."""

    record_id: str
    pmid: str = ""
    title: str = ""
    abstract: tuple[Section, ...] = ()
    body: tuple[Section, ...] = ()
    mesh: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    date: str = ""  # ISO, where the day is known
    doi: str = ""
    pmcid: str = ""
    journal: str = ""
    year: str = ""
    language: str = ""
    licence: str = ""  # address or words of the licence, or the copyright statement
    corrected: bool = False  # an erratum was published for it
    problem: str = ""  # retracted, erratum, no abstract, ...


def to_row(article: Article, *, file: str, answer: Answer | None) -> intake.Row:
    """The row of an article; its label or reference is what `answer` says, None gives neither.

    An article is set aside for its own problem, for terms of several labels, or for none of the asked sections.
    """
    key = article.record_id
    if article.problem:
        return intake.Row(file, key, {}, article.problem)
    terms, headings = (answer.terms, answer.sections) if answer else ({}, [])
    wanted = {heading.lower() for heading in headings}
    inside = [part.text for part in (*article.abstract, *article.body) if part.heading.lower() in wanted and part.text]
    labels = _labels(article, terms)
    if len(labels) > 1:
        return intake.Row(file, key, {}, "terms of several labels")
    if wanted and not inside:
        return intake.Row(file, key, {}, "no section for the answer")
    stated = {"file": file, **{name: getattr(article, name) for name in _PROVENANCE if getattr(article, name)}}
    fields = {
        "record_id": key,
        "group": f"PMID:{article.pmid}" if article.pmid else key,
        "kind": "journal",
        "style": "full_text" if article.body else "abstract",
        "text": as_text(article, without=wanted),
        "labels": labels,
        "references": inside[:1],
        "date": article.date,
        "provenance": json.dumps(stated, ensure_ascii=False),
    }
    return intake.Row(file, key, fields)


def as_text(article: Article, *, without: Collection[str] = ()) -> str:
    """Title, abstract and body, one line a section; sections whose lower-case heading is in `without` are left out."""
    sections = [Section(_TITLE, article.title)] if article.title else []
    if article.body and article.abstract and article.abstract[0].heading != ABSTRACT:
        sections.append(Section(ABSTRACT, ""))
    sections += [part for part in (*article.abstract, *article.body) if part.heading.lower() not in without]
    return "\n".join(_line(part) for part in sections)


def is_retracted_title(title: str) -> bool:
    """Whether a publisher has put `RETRACTED:` or the like before the title.

    >>> is_retracted_title("[Retracted Article] A trial"), is_retracted_title("Retracted papers: a survey")
    (True, False)
    """
    return _RETRACTED.match(title) is not None


def _line(section: Section) -> str:
    """`Heading: text`; a heading such as "Report", which in a note would open lines about the visit, stands in quotes."""
    line = f"{section.heading}: {section.text}".rstrip()
    opened = note_sections.find_sections(f"{section.heading}: text")
    return line if opened[0].name != "administrative" else f"“{section.heading}”: {section.text}".rstrip()


def _labels(article: Article, terms: dict[str, str]) -> list[str]:
    own = {term.lower() for term in (*article.mesh, *article.keywords)}
    return sorted({label for term, label in terms.items() if term.lower() in own})
