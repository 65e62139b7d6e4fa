"""JATS full text, as PubMed Central and publishers give it (`.nxml`, `.xml`; root `article` or `pmc-articleset`).

Kept: title, abstract, author's summary, and the sections of the body in order, each with the text outside the sections
inside it. Left out: tables, figures, formulas, references and the numbers that cite them, footnotes, and sections about
the authors. Retracted articles, notices of retraction or correction, and articles without an abstract are set aside.

Source:
    JATS 1.3, tag library; PMC tagging guidelines for `article-type` and `related-article-type`.
"""

import re
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element

from helpers.collect import xml_files
from helpers.collect.literature.articles import ABSTRACT, Article, Section, is_retracted_title

ROOTS = ("article", "pmc-articleset")
_WITHOUT = frozenset(
    "table-wrap table-wrap-group table array fig fig-group disp-formula disp-formula-group inline-formula tex-math math "
    "chem-struct-wrap graphic inline-graphic media supplementary-material ref-list fn fn-group email object-id label "
    "alternatives".split()
)
_MAIN = ("", "structured", "section")  # values of abstract-type; others are graphical, a teaser, another language
_SUMMARIES = ("summary", "executive-summary", "plain-language-summary", "lay-summary")
_ABOUT_AUTHORS = frozenset(
    (
        "acknowledgements", "acknowledgments", "author contributions", "authors contributions", "competing interests",
        "conflict of interest", "conflicts of interest", "funding", "prepublication history", "supporting information",
        "supplementary material",
    )
)  # fmt: skip
_TYPES = {
    "retracted-article": "retracted",
    "retraction": "retraction notice",
    "partial-retraction": "retraction notice",
    "correction": "erratum",
    "erratum": "erratum",
    "corrigendum": "erratum",
    "expression-of-concern": "expression of concern",
}
_LINKS = {
    "retraction-forward": "retracted",
    "retracted-article": "retraction notice",
    "corrected-article": "erratum",
    "object-of-concern": "expression of concern",
}
_XLINK = "{http://www.w3.org/1999/xlink}href"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# What a citing number leaves behind: "[1-3]", "[1], [2]" and "(4)" go whole, a superscript "5,6" goes alone.
_ONE = "\0(?:[\\s,;–—-]*\0)*"
_CITED = re.compile(rf"\s*\[{_ONE}\](?:[\s,;–—-]*\[{_ONE}\])*|\s*\({_ONE}\)|\s*{_ONE}")


def articles(stream: IO[bytes]) -> Iterator[Article]:
    """Articles in the order of the file, usually one.

    Raises:
        RecordError: As `xml_files.elements`.
    """
    return map(_article, xml_files.elements(stream, ("article",)))


def _article(element: Element) -> Article:
    _mark_citations(element)
    ids = _ids(element)
    title = _text(element.find("front/article-meta/title-group/article-title"))
    abstract = tuple(_abstract(element))
    problem = _problem(element, title)
    return Article(
        record_id=f"jats:{key}" if (key := ids["pmcid"] or ids["pmid"] or ids["doi"]) else "",
        pmid=ids["pmid"],
        title=title,
        abstract=abstract,
        body=tuple(_body(element)),
        mesh=tuple(_terms(element, mesh=True)),
        keywords=tuple(_terms(element, mesh=False)),
        date=next(iter(_dates(element)), ""),
        doi=ids["doi"],
        pmcid=ids["pmcid"],
        journal=_text(element.find("front/journal-meta//journal-title")),
        year=min((_text(year) for year in element.iterfind("front/article-meta/pub-date/year")), default=""),
        language=element.get(_LANGUAGE, ""),
        licence=_licence(element),
        corrected="correction-forward" in _links(element),
        problem=problem or ("" if abstract else "no abstract"),
    )


def _mark_citations(element: Element) -> None:
    """Put a mark that XML cannot hold in the place of every number that cites a reference; names stay."""
    for link in element.iter("xref"):
        if link.get("ref-type") == "bibr" and not any(map(str.isalpha, "".join(link.itertext()))):
            del link[:]
            link.text = "\0"


def _problem(element: Element, title: str) -> str:
    by_type = _TYPES.get(element.get("article-type", ""), "")
    by_link = next((reason for name, reason in _LINKS.items() if name in _links(element)), "")
    return by_type or by_link or ("retracted" if is_retracted_title(title) else "")


def _links(element: Element) -> set[str]:
    return {link.get("related-article-type", "") for link in element.iterfind("front/article-meta/related-article")}


def _abstract(element: Element) -> Iterator[Section]:
    for part in element.iterfind("front/article-meta/abstract"):
        kind = part.get("abstract-type", "")
        if kind in (*_MAIN, *_SUMMARIES):
            title = _text(part.find("title")) if kind in _SUMMARIES else ""
            own = _own_text(part)
            if own:
                yield Section(_heading(title) or ABSTRACT, own)
            yield from _sections(part)


def _body(element: Element) -> Iterator[Section]:
    body = element.find("body")
    if body is not None:
        own = _own_text(body)
        if own:
            yield Section("Main text", own)
        yield from _sections(body)


def _sections(parent: Element) -> Iterator[Section]:
    """Sections in reading order, a section before those inside it; empty ones and those about the authors are not."""
    for part in parent.iterfind("sec"):
        heading = _heading(_text(part.find("title"))) or "Section"
        if re.sub(r"[^a-z ]", "", heading.lower()) in _ABOUT_AUTHORS:
            continue
        own, inside = _own_text(part), list(_sections(part))
        if own or inside:
            yield Section(heading, own)
            yield from inside


def _own_text(part: Element) -> str:
    return " ".join(filter(None, (_text(child) for child in part if child.tag not in ("sec", "title", *_WITHOUT))))


def _heading(title: str) -> str:
    return title.strip(" .:")


def _terms(element: Element, *, mesh: bool) -> Iterator[str]:
    for group in element.iterfind("front/article-meta/kwd-group"):
        if (group.get("kwd-group-type", "").lower() == "mesh") == mesh:
            yield from filter(None, (_text(word) for word in group.iter("kwd")))


def _ids(element: Element) -> dict[str, str]:
    """pmid, pmcid (with its letters) and doi; PMC has written its own id as `pmc` and, lately, as `pmcid`."""
    found = {e.get("pub-id-type", ""): _text(e) for e in element.iterfind("front/article-meta/article-id")}
    number = (found.get("pmcid") or found.get("pmc") or "").upper().removeprefix("PMC")
    return {"pmid": found.get("pmid", ""), "doi": found.get("doi", ""), "pmcid": f"PMC{number}" if number else ""}


def _dates(element: Element) -> list[str]:
    """ISO dates of publication whose day is known, the earliest first."""
    parts = [
        [_text(date.find(name)) for name in ("year", "month", "day")]
        for date in element.iterfind("front/article-meta/pub-date")
    ]
    return sorted(f"{year}-{month:0>2}-{day:0>2}" for year, month, day in parts if year and month and day)


def _licence(element: Element) -> str:
    """Address of the licence, else its words, else the copyright statement."""
    permissions = element.find("front/article-meta/permissions")
    if permissions is None:
        return _text(element.find("front/article-meta/copyright-statement"))
    license_ = permissions.find("license")
    if license_ is None:
        return _text(permissions.find("copyright-statement"))
    address = license_.get(_XLINK) or _text(license_.find(".//license_ref"))
    return address or _text(license_) or _text(permissions.find("copyright-statement"))


def _text(element: Element | None) -> str:
    return " ".join(_CITED.sub("", xml_files.plain_text(element, without=_WITHOUT)).split())
