import gzip
import json
import socket

import loading
import pytest
from entrez_server import Entrez
from publications import citation, jats, pubmed_set
from test_permission import card

from helpers.collect import sources
from helpers.collect.literature import pubmed_query
from helpers.core import records, task_sources
from helpers.core.errors import EgressError, RecordError
from helpers.core.task_sources import Answer

CONCLUSIONS = Answer(sections=["Conclusions"])
BOMB = '<!DOCTYPE PubmedArticleSet [<!ENTITY x "secret words">]><PubmedArticleSet>&x;</PubmedArticleSet>'


def reasons(quarantine):
    return quarantine[["file", "row", "reason"]].values.tolist()


def key(number):
    return f'<article-id pub-id-type="pmc">{number}</article-id>'


def test_pubmed_and_jats_files_and_statements_of_a_folder_are_read_by_their_root(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "s1", "text": "Beans are green.", "label": "beans"}) + "\n")
    (tmp_path / "b.xml").write_text(pubmed_set(citation("1", mesh=("Fabaceae",)), citation("2", mesh=("Poaceae",))))
    (tmp_path / "c.xml.gz").write_bytes(gzip.compress(pubmed_set(citation("3", mesh=("Fabaceae",))).encode()))
    kwd = "<kwd-group><kwd>fabaceae</kwd></kwd-group>"
    (tmp_path / "d.nxml").write_text(jats(related=kwd))
    (tmp_path / "readme.txt").write_text("not read")
    answer = Answer(terms={"Fabaceae": "beans", "Poaceae": "grass"})
    frame, quarantine = loading.journals(tmp_path, source="card", answer=answer)
    assert quarantine.empty and set(frame["kind"]) == {"journal"}
    rows = frame.sort_values("record_id")[["record_id", "group", "style", "labels"]].values.tolist()
    assert rows == [
        ["jats:PMC88", "PMID:77", "full_text", ["beans"]],
        ["pubmed:1", "PMID:1", "abstract", ["beans"]],
        ["pubmed:2", "PMID:2", "abstract", ["grass"]],
        ["pubmed:3", "PMID:3", "abstract", ["beans"]],
        ["s1", "s1", "literature_statement", ["beans"]],
    ]
    records.validate(frame)
    alone, _ = loading.journals(tmp_path / "c.xml.gz", source="card", answer=answer)
    assert alone["record_id"].tolist() == ["pubmed:3"]


def test_what_cannot_be_used_is_set_aside_by_reason_and_without_text(tmp_path):
    several = [citation(str(number)) for number in range(40)]
    whole = gzip.compress(pubmed_set(*several).encode())
    (tmp_path / "cut.xml.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "bare.nxml").write_text(jats(abstract="", body="<p>secret words</p>", ids=key("1")))
    (tmp_path / "retracted.nxml").write_text(jats(title="RETRACTED: secret words", ids=key("2")))
    (tmp_path / "notice.nxml").write_text(jats(kind="retraction", ids=key("3")))
    (tmp_path / "erratum.xml").write_text(pubmed_set(citation("51", types=("Published Erratum",))))
    (tmp_path / "broken.xml").write_text(
        pubmed_set(citation("52")).removesuffix("</PubmedArticleSet>") + "<secret words"
    )
    (tmp_path / "empty.xml").write_text(pubmed_set())
    (tmp_path / "bomb.xml").write_text(BOMB)
    (tmp_path / "page.xml").write_text("<html><p>secret words</p></html>")
    (tmp_path / "anonymous.nxml").write_text(jats(ids=""))
    frame, quarantine = loading.journals(tmp_path, source="card", needs_answer=False)
    found = {file: (row, reason) for file, row, reason in reasons(quarantine)}
    cut_after = found.pop("cut.xml.gz")
    assert found == {
        "bare.nxml": ("jats:PMC1", "no abstract"),
        "retracted.nxml": ("jats:PMC2", "retracted"),
        "notice.nxml": ("jats:PMC3", "retraction notice"),
        "erratum.xml": ("pubmed:51", "erratum"),
        "broken.xml": ("after article 1", "damaged or incomplete XML"),
        "empty.xml": ("", "no article in the file"),
        "bomb.xml": ("after article 0", "XML that declares entities"),
        "page.xml": ("after article 0", "neither PubmedArticleSet nor article"),
        "anonymous.nxml": ("", "no id"),
    }
    kept = set(frame["record_id"])
    assert cut_after == (f"after article {len(kept) - 1}", "damaged or incomplete XML") and "pubmed:52" in kept
    assert "secret" not in quarantine.to_csv()


def test_the_newest_file_decides_about_a_citation(tmp_path):
    (tmp_path / "pubmed26n0001.xml").write_text(pubmed_set(*(citation(pmid, title="Old") for pmid in "1234")))
    (tmp_path / "pubmed26n0900.xml").write_text(
        pubmed_set(
            citation("2", title="New"),
            citation("3", types=("Retracted Publication",)),
            "<DeleteCitation><PMID>4</PMID></DeleteCitation>",
        )
    )
    frame, quarantine = loading.journals(tmp_path, source="card", answer=CONCLUSIONS)
    texts = dict(zip(frame["record_id"], frame["text"].str.split("\n").str[0], strict=True))
    assert texts == {"pubmed:1": "Article title: Old", "pubmed:2": "Article title: New"}
    assert sorted(quarantine["reason"]) == ["another version of the article was read"] * 3 + [
        "deleted from PubMed",
        "retracted",
    ]


def test_a_section_is_taken_as_the_reference_and_is_not_in_the_text(tmp_path):
    (tmp_path / "a.xml").write_text(
        pubmed_set(citation("1"), citation("2", abstract="<AbstractText>One.</AbstractText>"))
    )
    frame, quarantine = loading.journals(tmp_path / "a.xml", source="card", answer=CONCLUSIONS)
    assert frame["references"].tolist() == [["There are a few of 1."]] and "a few" not in frame["text"][0]
    assert reasons(quarantine) == [["a.xml", "pubmed:2", "no section for the answer"]]


def test_articles_without_a_way_to_an_answer_are_refused_unless_none_is_needed(tmp_path):
    (tmp_path / "a.xml").write_text(pubmed_set(citation("1")))
    with pytest.raises(RecordError, match=r"have no answer\. Found: 1 XML files\. Expected: answer: .*Remedy"):
        loading.journals(tmp_path, source="card")
    frame, quarantine = loading.journals(tmp_path, source="card", needs_answer=False)
    assert quarantine.empty and (frame["labels"].str.len() + frame["references"].str.len()).tolist() == [0]
    frame, quarantine = loading.journals(tmp_path, source="card", answer=Answer(terms={"Fabaceae": "beans"}))
    assert frame.empty and quarantine["reason"].tolist() == ["no label"]


def test_real_files_are_read_as_records_of_their_own_pmid(shared):
    frame, quarantine = loading.journals(shared / "data" / "pubmed_xml", source="card", needs_answer=False)
    assert quarantine.empty and len(frame) == 7 and frame["group"].is_unique
    assert frame["style"].value_counts().to_dict() == {"full_text": 6, "abstract": 1}
    assert all(json.loads(value)["file"].endswith("ml") for value in frame["provenance"])


@pytest.fixture
def pubmed(tmp_path, monkeypatch):
    """Cards that allow it, the environment, and a server of twelve citations."""
    monkeypatch.setenv("NCBI_EMAIL", "a@example.org")
    monkeypatch.setenv("NCBI_API_KEY", "k")
    monkeypatch.setattr(pubmed_query, "PAGE", 5)
    card(tmp_path, "beans", hosts="[127.0.0.1]", legal_basis="public", persons="none", contains_identifiers="false",
         deidentification="not_applicable")  # fmt: skip
    with Entrez([str(number) for number in range(1, 13)]) as server:
        monkeypatch.setenv("NCBI_EUTILS_URL", server.url)
        yield server


def test_pubmed_is_asked_by_query_and_by_ids(pubmed, tmp_path):
    pubmed.hidden, pubmed.phrases = {"7"}, ["beanz"]
    options = {"source": "beans", "answer": CONCLUSIONS, "cache": tmp_path / "cache", "cards": tmp_path}
    frame, quarantine = loading.journals("pubmed:beans[majr] OR beanz", **options)
    assert sorted(frame["group"]) == sorted(f"PMID:{number}" for number in range(1, 13) if number != 7)
    assert reasons(quarantine) == [
        ["PubMed", "query", "term of the query not found"],
        ["PubMed", "7", "PubMed id not found"],
    ]
    frame, quarantine = loading.journals("pubmed:ids:3,4,99", **options)
    assert sorted(frame["record_id"]) == ["pubmed:3", "pubmed:4"]
    assert reasons(quarantine) == [["PubMed", "99", "PubMed id not found"]]
    assert pubmed.complaints == []


def test_a_task_gathers_from_pubmed_and_goes_on_where_it_stopped(pubmed, tmp_path):
    (tmp_path / "data_cards").mkdir()
    (tmp_path / "beans.md").rename(tmp_path / "data_cards" / "beans.md")  # as beside a user's task file
    source = task_sources.Source(card="beans", kind="journal", path="pubmed:beans[majr]", answer=CONCLUSIONS)
    where = {"folder": tmp_path / "raw", "seed": 1, "beside": str(tmp_path)}
    gathered, _ = sources.gather([source], scratch=tmp_path / "cache", **where)
    asked = len(pubmed.arrivals)
    again, _ = sources.gather([source], scratch=tmp_path / "cache", **where)
    assert len(gathered) == 12 and again.equals(gathered) and len(pubmed.arrivals) == asked
    with pytest.raises(RecordError, match="nowhere to keep"):
        sources.gather([source], **where)


def test_without_an_email_or_a_card_that_names_the_host_no_socket_is_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a socket was opened"))
    options = {"source": "beans", "answer": CONCLUSIONS, "cache": tmp_path / "cache", "cards": tmp_path}
    card(tmp_path, "beans")
    monkeypatch.delenv("NCBI_EMAIL", raising=False)
    with pytest.raises(EgressError, match="NCBI_EMAIL"):
        loading.journals("pubmed:beans", **options)
    monkeypatch.setenv("NCBI_EMAIL", "a@example.org")
    with pytest.raises(EgressError, match=r"Found: host eutils\.ncbi\.nlm\.nih\.gov"):
        loading.journals("pubmed:beans", **options)
