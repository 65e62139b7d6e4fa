"""PubMed citations: files and E-utilities answers with the root `PubmedArticleSet`, read one citation at a time.

Left out, each with its reason: what was retracted, notices of retraction, errata and expressions of concern, books, and
citations without an abstract. An article that an erratum was published for is kept and marked `corrected`.
"""

import re
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element

from helpers.collect import xml_files
from helpers.collect.literature.articles import ABSTRACT, Article, Section, is_retracted_title

ROOT = "PubmedArticleSet"
_PARTS = ("PubmedArticle", "PubmedBookArticle", "DeleteCitation")
_FORMULAS = ("math", "DispFormula")
# Publication types and kinds of reference (MEDLINE DTD) that keep a citation out, the weightiest first.
_PROBLEMS = {
    "Retracted Publication": "retracted",
    "RetractionIn": "retracted",
    "PartialRetractionIn": "retracted",
    "RetractedandRepublishedIn": "retracted",
    "Retraction of Publication": "retraction notice",
    "Retraction Notice": "retraction notice",
    "RetractionOf": "retraction notice",
    "PartialRetractionOf": "retraction notice",
    "Published Erratum": "erratum",
    "ErratumFor": "erratum",
    "CorrectedandRepublishedIn": "republished after correction",
    "Expression of Concern": "expression of concern",
    "ExpressionOfConcernIn": "expression of concern",
    "ExpressionOfConcernFor": "expression of concern",
}
_MONTHS = {
    name: f"{n:02d}" for n, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)
}


def articles(stream: IO[bytes]) -> Iterator[Article]:
    """Citations in the order of the file; a PMID that the file deletes comes with the problem `deleted from PubMed`.

    Raises:
        RecordError: As `xml_files.elements`, after the citations before the damage.
    """
    for element in xml_files.elements(stream, _PARTS):
        if element.tag == "DeleteCitation":
            for pmid in element.iter("PMID"):
                yield Article(f"pubmed:{_text(pmid)}", problem="deleted from PubMed")
        elif element.tag == "PubmedBookArticle":
            yield Article(f"pubmed:{_text(element.find('BookDocument/PMID'))}", problem="a book")
        else:
            yield _article(element)


def _article(element: Element) -> Article:
    pmid = _text(element.find("MedlineCitation/PMID"))
    title = _text(element.find("MedlineCitation/Article/ArticleTitle"))
    abstract = tuple(_sections(element))
    flags = _flags(element)
    problem = next((reason for name, reason in _PROBLEMS.items() if name in flags), "")
    if is_retracted_title(title):
        problem = "retracted"
    return Article(
        record_id=f"pubmed:{pmid}" if pmid else "",
        pmid=pmid,
        title=title,
        abstract=abstract,
        mesh=tuple(
            _text(term) for term in element.iterfind("MedlineCitation/MeshHeadingList/MeshHeading/DescriptorName")
        ),
        keywords=tuple(_text(word) for word in element.iterfind("MedlineCitation/KeywordList/Keyword")),
        date=_date(element),
        doi=_id(element, "doi"),
        pmcid=_id(element, "pmc"),
        journal=_text(element.find("MedlineCitation/Article/Journal/Title")),
        year=_year(element),
        language=_text(element.find("MedlineCitation/Article/Language")),
        licence=_text(element.find("MedlineCitation/Article/Abstract/CopyrightInformation")),
        corrected="ErratumIn" in flags,
        problem=problem or ("" if abstract else "no abstract"),
    )


def _sections(element: Element) -> Iterator[Section]:
    for part in element.iterfind("MedlineCitation/Article/Abstract/AbstractText"):
        text = _text(part)
        label = part.get("Label", "").strip(" .:")
        if text:
            yield Section(label if label.upper() not in ("", "UNLABELLED") else ABSTRACT, text)


def _flags(element: Element) -> set[str]:
    types = element.iterfind("MedlineCitation/Article/PublicationTypeList/PublicationType")
    links = element.iterfind("MedlineCitation/CommentsCorrectionsList/CommentsCorrections")
    return {_text(kind) for kind in types} | {link.get("RefType", "") for link in links}


def _id(element: Element, kind: str) -> str:
    return next((_text(e) for e in element.iterfind(f"PubmedData/ArticleIdList/ArticleId[@IdType='{kind}']")), "")


def _year(element: Element) -> str:
    date = element.find("MedlineCitation/Article/Journal/JournalIssue/PubDate")
    found = re.search(r"\d{4}", xml_files.plain_text(date))
    return found[0] if found else ""


def _date(element: Element) -> str:
    path = "MedlineCitation/Article/Journal/JournalIssue/PubDate/"
    year, month, day = (_text(element.find(path + part)) for part in ("Year", "Month", "Day"))
    month = _MONTHS.get(month, month)
    return f"{year}-{month:0>2}-{day:0>2}" if year and month and day else ""


def _text(element: Element | None) -> str:
    return xml_files.plain_text(element, without=_FORMULAS)
