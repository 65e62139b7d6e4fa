import hashlib
import io
import json
from pathlib import Path

import pytest
from publications import jats as made_up

from helpers.collect.literature import jats

# Read off the files by eye and by regular expressions, without an XML parser: headings, letters under each, their hash.
EXPECTED = json.loads(Path(__file__).with_name("expected_articles.json").read_text(encoding="utf-8"))


def read(text):
    return next(iter(jats.articles(io.BytesIO(text.encode()))))


def letters(text):
    only = "".join(char for char in text.lower() if char.isalpha())
    return [len(only), hashlib.sha256(only.encode()).hexdigest()[:12]]


@pytest.mark.parametrize("name", sorted(name for name in EXPECTED if name.endswith(".nxml")))
def test_real_articles_have_the_title_abstract_and_sections_that_were_read_off_them(name, shared):
    with (shared / "data" / "pubmed_xml" / name).open("rb") as stream:
        (article,) = jats.articles(stream)
    expected = EXPECTED[name]
    assert (article.pmid, article.pmcid, article.doi) == (expected["pmid"], expected["pmcid"], expected["doi"])
    assert letters(article.title) == expected["title"]
    assert [[part.heading, *letters(part.text)] for part in article.abstract] == expected["abstract"]
    assert [[part.heading, *letters(part.text)] for part in article.body] == expected["body"]
    assert article.problem == "" and article.licence and article.journal and article.date.startswith(article.year)


def test_nested_sections_are_kept_in_order_each_with_its_own_text():
    body = (
        "<p>Before all.</p><sec><title>Methods</title><p>One.</p><p>Two.</p><sec><title>Counting</title><p>Three.</p>"
        "<sec><p>No heading.</p></sec></sec><p>After.</p></sec><sec><title>Results:</title><p>Four.</p></sec>"
    )
    assert read(made_up(body=body)).body == (
        ("Main text", "Before all."),
        ("Methods", "One. Two. After."),
        ("Counting", "Three."),
        ("Section", "No heading."),
        ("Results", "Four."),
    )


def test_tables_figures_formulas_footnotes_and_references_are_left_out():
    body = (
        "<sec><title>Results</title><p>Seven<fn><p>FOOT</p></fn> of <inline-formula><tex-math>FORMULA</tex-math>"
        "</inline-formula> were<fig><label>FIG</label><caption><p>CAPTION</p></caption></fig> found by "
        "<email>WHO@example.org</email> at home.</p><table-wrap><table><tr><td>CELL</td></tr></table></table-wrap>"
        "<list><list-item><label>LABEL</label><p>a bean</p></list-item><list-item><p>a pea</p></list-item></list>"
        "</sec><sec><title>Funding</title><p>MONEY</p></sec><sec><title>Authors’ Contributions</title><p>NAMES</p></sec>"
    )
    assert read(made_up(body=body)).body == (("Results", "Seven of were found by at home. a bean a pea"),)


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("known [{1}].", "known."),
        ("known [{1},{2}-{3}].", "known."),
        ("known [{1}], [{2}]–[{4}], and", "known, and"),
        ("known ({1}, {2}) and", "known and"),
        ("known<sup>{1},{2}</sup> and", "known and"),
        ("as {Doe 1999} says", "as Doe 1999 says"),
        ("in [mM] units (n = 3)", "in [mM] units (n = 3)"),
    ],
)
def test_numbers_that_cite_go_with_their_brackets_and_names_stay(xml, text):
    cited = xml.replace("{", '<xref rid="r" ref-type="bibr">').replace("}", "</xref>")
    assert read(made_up(body=f"<p>{cited}</p>")).body == (("Main text", text),)


def test_abstracts_are_the_main_one_and_lay_summaries():
    abstract = (
        "<abstract><title>Abstract</title><sec><title>Aim</title><p>To count.</p></sec></abstract>"
        '<abstract abstract-type="summary"><title>Author Summary</title><p>Plain.</p></abstract>'
        '<abstract abstract-type="graphical"><p>PICTURE</p></abstract>'
        '<trans-abstract xml:lang="fr"><p>COMPTER</p></trans-abstract>'
    )
    assert read(made_up(abstract=abstract)).abstract == (("Aim", "To count."), ("Author Summary", "Plain."))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"kind": "retraction"}, "retraction notice"),
        ({"kind": "partial-retraction"}, "retraction notice"),
        ({"kind": "correction"}, "erratum"),
        ({"kind": "expression-of-concern"}, "expression of concern"),
        ({"related": '<related-article related-article-type="retraction-forward"/>'}, "retracted"),
        ({"related": '<related-article related-article-type="retracted-article"/>'}, "retraction notice"),
        ({"title": "RETRACTED: Counting things"}, "retracted"),
        ({"abstract": ""}, "no abstract"),
        ({"abstract": "<abstract><p> </p></abstract>"}, "no abstract"),
        ({"related": '<related-article related-article-type="companion"/>'}, ""),
    ],
)
def test_what_was_taken_back_and_what_has_no_abstract_has_a_problem(changes, problem):
    assert read(made_up(**changes)).problem == problem


def test_a_corrected_article_is_kept_and_marked():
    article = read(made_up(related='<related-article related-article-type="correction-forward"/>'))
    assert article.corrected and article.problem == ""


def test_ids_in_either_spelling_of_pubmed_central_and_without_a_pmid():
    new = '<article-id pub-id-type="pmcid">PMC88</article-id><article-id pub-id-type="doi">10.1/x</article-id>'
    article = read(made_up(ids=new))
    assert (article.record_id, article.pmcid, article.pmid, article.doi) == ("jats:PMC88", "PMC88", "", "10.1/x")
    assert read(made_up()).record_id == "jats:PMC88"
    assert read(made_up(ids="")).record_id == ""


def test_a_set_of_articles_with_a_namespace_is_read_one_by_one():
    inside = (
        made_up().split("\n", 2)[2].replace("<article ", '<article xmlns="https://jats.nlm.nih.gov/ns/archiving/1.3/" ')
    )
    found = list(jats.articles(io.BytesIO(f"<pmc-articleset>{inside}{inside}</pmc-articleset>".encode())))
    assert [article.title for article in found] == ["Counting things"] * 2
    assert found[0].body and found[0].language == "en"


def test_mesh_and_keywords_are_told_apart_and_the_licence_is_its_address():
    more = (
        '<pub-date pub-type="epub"><day>2</day><month>8</month><year>2011</year></pub-date><pub-date pub-type="collection">'
        "<year>2012</year></pub-date>"
        '<permissions><license xlink:href="https://example.org/by/4.0"><license-p>Free.</license-p></license></permissions>'
        '<kwd-group kwd-group-type="MESH"><kwd>Humans</kwd></kwd-group><kwd-group><kwd>bean <italic>count</italic></kwd>'
        "</kwd-group>"
    )
    article = read(made_up(related=more))
    assert (article.mesh, article.keywords) == (("Humans",), ("bean count",))
    assert (article.licence, article.date, article.year) == ("https://example.org/by/4.0", "2011-08-02", "2011")
