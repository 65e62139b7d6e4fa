import gzip
import hashlib
import io
import json
import tracemalloc
from pathlib import Path

import pytest
from publications import citation, pubmed_set

from helpers.collect import xml_files
from helpers.collect.literature import pubmed

EXPECTED = json.loads(Path(__file__).with_name("expected_articles.json").read_text(encoding="utf-8"))


def read(*citations):
    return list(pubmed.articles(io.BytesIO(pubmed_set(*citations).encode())))


def letters(text):
    only = "".join(char for char in text.lower() if char.isalpha())
    return [len(only), hashlib.sha256(only.encode()).hexdigest()[:12]]


def test_the_real_citation_has_the_title_and_sections_that_were_read_off_it(shared):
    name = "pubmed-29768149.xml"
    with (shared / "data" / "pubmed_xml" / name).open("rb") as stream:
        (article,) = pubmed.articles(stream)
    expected = EXPECTED[name]
    assert (article.pmid, article.doi, article.problem) == (expected["pmid"], expected["doi"], "")
    assert letters(article.title) == expected["title"]
    assert [[part.heading, *letters(part.text)] for part in article.abstract] == expected["abstract"]
    assert (article.date, article.language, len(article.mesh), article.mesh[4]) == ("2018-05-17", "eng", 23, "Asthma")


def test_fields_of_a_citation_and_never_the_ids_of_its_references():
    (article,) = read(citation("12", mesh=("Humans", "Beans")))
    assert (article.record_id, article.pmid, article.doi) == ("pubmed:12", "12", "10.1/12")
    assert (article.journal, article.year, article.date) == ("Journal of Counts", "2020", "2020-03-04")
    assert article.mesh == ("Humans", "Beans")
    assert [part.heading for part in article.abstract] == ["BACKGROUND", "METHODS", "CONCLUSIONS"]


def test_abstracts_without_labels_and_with_markup_and_a_copyright():
    abstract = (
        '<AbstractText>H<sub>2</sub>O is <b>wet</b>.</AbstractText><AbstractText Label="UNLABELLED">So is tea.'
        "</AbstractText><CopyrightInformation>Owner, all rights reserved.</CopyrightInformation>"
    )
    (article,) = read(citation("1", abstract=abstract))
    assert article.abstract == (("Abstract", "H2O is wet."), ("Abstract", "So is tea."))
    assert article.licence == "Owner, all rights reserved."


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"types": ("Journal Article", "Retracted Publication")}, "retracted"),
        ({"links": ("RetractionIn",)}, "retracted"),
        ({"types": ("Retraction of Publication",)}, "retraction notice"),
        ({"types": ("Retraction Notice",)}, "retraction notice"),
        ({"types": ("Published Erratum",), "abstract": ""}, "erratum"),
        ({"links": ("ErratumFor",)}, "erratum"),
        ({"types": ("Expression of Concern",)}, "expression of concern"),
        ({"links": ("ExpressionOfConcernIn",)}, "expression of concern"),
        ({"links": ("ErratumFor", "RetractionIn")}, "retracted"),
        ({"title": "[Retracted Article] Counting"}, "retracted"),
        ({"abstract": ""}, "no abstract"),
        ({"abstract": "<AbstractText/>"}, "no abstract"),
        ({"links": ("CommentIn", "Cites")}, ""),
        ({"title": "Retracted papers: a survey"}, ""),
    ],
)
def test_what_was_taken_back_and_what_has_no_abstract_has_a_problem(changes, problem):
    (article,) = read(citation("5", **changes))
    assert article.problem == problem


def test_a_citation_with_an_erratum_is_kept_and_marked():
    (article,) = read(citation("5", links=("ErratumIn",)))
    assert article.corrected and article.problem == ""


def test_books_and_deleted_citations_are_named():
    book = "<PubmedBookArticle><BookDocument><PMID>3</PMID></BookDocument></PubmedBookArticle>"
    gone = "<DeleteCitation><PMID>8</PMID><PMID>9</PMID></DeleteCitation>"
    assert [(one.record_id, one.problem) for one in read(book, citation("4"), gone)] == [
        ("pubmed:3", "a book"),
        ("pubmed:4", ""),
        ("pubmed:8", "deleted from PubMed"),
        ("pubmed:9", "deleted from PubMed"),
    ]


@pytest.mark.parametrize(
    ("date", "iso", "year"),
    [
        ("<Year>2020</Year><Month>Mar</Month><Day>4</Day>", "2020-03-04", "2020"),
        ("<Year>2018</Year><Month>05</Month><Day>17</Day>", "2018-05-17", "2018"),
        ("<Year>2018</Year><Month>05</Month>", "", "2018"),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", "", "1998"),
    ],
)
def test_dates_are_iso_only_where_the_day_is_known(date, iso, year):
    whole = citation("1").replace("<Year>2020</Year><Month>Mar</Month><Day>4</Day>", date)
    (article,) = read(whole)
    assert (article.date, article.year) == (iso, year)


def test_six_megabytes_of_citations_pass_through_one(tmp_path):
    path = tmp_path / "many.xml.gz"
    whole = pubmed_set(*(citation(str(number)) for number in range(6500)))
    path.write_bytes(gzip.compress(whole.encode(), compresslevel=1))
    assert len(whole) > 6 * 10**6
    tracemalloc.start()
    with xml_files.opened(path) as stream:
        count = sum(1 for _ in pubmed.articles(stream))
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 6500 and peak_bytes < 10**6
