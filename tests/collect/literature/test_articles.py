import json

from helpers.clinical import note_sections
from helpers.collect.literature.articles import Article, Section, as_text, is_retracted_title, to_row
from helpers.core.task_sources import Answer

ABSTRACT = (
    Section("BACKGROUND", "Beans are few."),
    Section("METHODS", "We counted."),
    Section("CONCLUSIONS", "Seven."),
)
ONE = Article("pubmed:7", pmid="7", title="Counting beans", abstract=ABSTRACT, mesh=("Humans", "Fabaceae"), year="2020")


def test_text_is_one_line_a_section_and_section_detection_keeps_all_of_it():
    text = as_text(ONE)
    assert text.splitlines() == [
        "Article title: Counting beans",
        "BACKGROUND: Beans are few.",
        "METHODS: We counted.",
        "CONCLUSIONS: Seven.",
    ]
    assert [part.name for part in note_sections.find_sections(text)] == ["statement", "history", "assessment"]
    kept = note_sections.clinical_text(text, sections=["findings", "history", "assessment", "statement", "body"])
    assert all(words in kept for words in ("Counting beans", "few", "We counted", "Seven"))


def test_full_text_says_where_its_structured_abstract_begins():
    body = (Section("Methods", ""), Section("Counting", "By hand."))
    assert as_text(ONE._replace(body=body)).splitlines()[1:3] == ["Abstract:", "BACKGROUND: Beans are few."]
    plain = ONE._replace(abstract=(Section("Abstract", "Few."),), body=body)
    assert as_text(plain).splitlines()[1:] == ["Abstract: Few.", "Methods:", "Counting: By hand."]


def test_a_heading_that_would_pass_for_a_line_about_the_visit_is_quoted_and_its_section_kept():
    article = ONE._replace(body=(Section("Report", "A bean sprouted."), Section("Patients", "There were none.")))
    text = as_text(article)
    assert "“Report”: A bean sprouted." in text and "\nPatients: There were none." in text
    assert "A bean sprouted" in note_sections.clinical_text(text, sections=["statement", "history", "assessment"])


def test_the_pmid_is_the_group_and_provenance_says_where_it_came_from():
    fields = to_row(ONE, file="a.xml", answer=None).fields
    assert (fields["record_id"], fields["group"], fields["kind"], fields["style"]) == (
        "pubmed:7",
        "PMID:7",
        "journal",
        "abstract",
    )
    assert json.loads(fields["provenance"]) == {
        "file": "a.xml", "pmid": "7", "year": "2020", "mesh": ["Humans", "Fabaceae"],
    }  # fmt: skip
    full = to_row(ONE._replace(record_id="jats:PMC1", body=(Section("Results", "x"),)), file="b", answer=None).fields
    assert (full["group"], full["style"]) == ("PMID:7", "full_text")
    assert to_row(ONE._replace(record_id="jats:PMC1", pmid=""), file="b", answer=None).fields["group"] == "jats:PMC1"


def test_terms_give_a_label_from_mesh_or_keywords_whatever_their_case():
    answer = Answer(terms={"fabaceae": "beans", "Poaceae": "grass"})
    assert to_row(ONE, file="a", answer=answer).fields["labels"] == ["beans"]
    grass = ONE._replace(mesh=(), keywords=("poaceae",))
    assert to_row(grass, file="a", answer=answer).fields["labels"] == ["grass"]
    neither = ONE._replace(mesh=("Humans",))
    assert to_row(neither, file="a", answer=answer).fields["labels"] == []
    both = ONE._replace(keywords=("Poaceae",))
    assert to_row(both, file="a", answer=answer).reason == "terms of several labels"


def test_a_section_becomes_the_reference_and_leaves_the_text_everywhere():
    article = ONE._replace(body=(Section("Results", "Seven."), Section("Conclusions", "In the end, seven.")))
    fields = to_row(article, file="a", answer=Answer(sections=["Conclusions", "Conclusion"])).fields
    assert fields["references"] == ["Seven."] and fields["labels"] == []
    assert "CONCLUSIONS" not in fields["text"] and "In the end" not in fields["text"]
    row = to_row(ONE, file="a", answer=Answer(sections=["Outlook"]))
    assert (row.reason, row.fields) == ("no section for the answer", {})


def test_an_article_with_a_problem_becomes_its_reason_alone():
    row = to_row(ONE._replace(problem="retracted"), file="a.xml", answer=None)
    assert row == ("a.xml", "pubmed:7", {}, "retracted")


def test_titles_of_retracted_articles_are_known_from_titles_about_retraction():
    for title in ("RETRACTED: A trial", "Retracted Article: x", "[WITHDRAWN] x", "Partially retracted: x"):
        assert is_retracted_title(title)
    for title in ("Retracted papers: a survey", "Removed sutures heal", "Why retracted articles live on"):
        assert not is_retracted_title(title)
