import gzip

import loading
import pytest

from helpers.clinical import mentions
from helpers.collect.own_tables import iob
from helpers.core import task_sources
from helpers.core.errors import RecordError

SENTENCES = (
    "Fever\tB-Sign\nand\tO\nT\tB-Sign\n-\tI-Sign\ncell\tI-Sign\nleukaemia\tI-Sign\n.\tO\n"
    "\n"
    "Aspirin\tB-Drug\nstopped\tO\nit\tO\n.\tO\n"
    "\n\n"
    "Rash\tI-Sign\ncough\tB-Sign\n"
)
COLUMNS = {"record_id": "sentence", "group": "passage", "text": "text", "mentions": "Sign"}


def _read(path, columns=COLUMNS, **changes):
    block = {"card": "made_up", "kind": "journal", "path": str(path), "columns": columns, "format": "iob"} | changes
    return loading.own_files(task_sources.Source(**block))


def test_sentences_and_mentions_of_the_wanted_type_are_read_as_running_text(tmp_path):
    (tmp_path / "in.tsv").write_text(SENTENCES, encoding="utf-8")
    found, aside = _read(tmp_path / "in.tsv")
    assert aside.empty
    assert found["text"].tolist() == ["Fever and T-cell leukaemia.", "Aspirin stopped it.", "Rash cough"]
    assert [mentions.read(references[0]) for references in found["references"]] == [
        ["Fever", "T-cell leukaemia"],
        [],
        ["Rash", "cough"],
    ]
    assert found["record_id"].tolist() == ["in.tsv 1", "in.tsv 9", "in.tsv 15"]
    assert found["group"].nunique() == 1


def test_consecutive_sentences_are_a_group_and_documents_are_where_the_file_tells_them(tmp_path):
    (tmp_path / "plain.tsv").write_text("\n".join(f"Fever\tB-Sign\nno\tO\n{i}\tO\n" for i in range(25)))
    assert _read(tmp_path / "plain.tsv")[0]["group"].value_counts().tolist() == [10, 10, 5]
    told = "-DOCSTART- -X- O O\n\n" + "Fever NN B B-Sign\n\n" * 12 + "-DOCSTART- -X- O O\n\nRash NN B B-Sign\n"
    (tmp_path / "told.conll").write_text(told)
    found, _ = _read(tmp_path / "told.conll", format=None)
    assert found["group"].value_counts().tolist() == [12, 1]
    assert found["references"].str[0].tolist() == ["Fever"] * 12 + ["Rash"]


def test_sentences_that_cannot_be_read_are_set_aside_without_their_words(tmp_path):
    spoilt = SENTENCES.replace("stopped\tO", "stopped").replace("cough\tB-Sign", "cough\tSign")
    (tmp_path / "in.tsv").write_bytes(spoilt.encode() + b"\n\ncaf\xe9\tB-Sign\n\nFlu\tB-Sign\n")
    found, aside = _read(tmp_path / "in.tsv")
    assert found["text"].tolist() == ["Fever and T-cell leukaemia.", "Flu"]
    assert aside[["row", "reason"]].values.tolist() == [
        ["9", "a line that is not a token and a tag"],
        ["15", "a line that is not a token and a tag"],
        ["19", "bytes that are not utf-8"],
    ]
    assert len(_read(tmp_path / "in.tsv", encoding_fallback="latin-1")[0]) == 3


def test_a_type_that_is_nowhere_in_the_file_is_an_error_that_names_those_that_are(tmp_path):
    (tmp_path / "in.tsv").write_text(SENTENCES)
    with pytest.raises(RecordError, match=r"text, sentence, passage, Sign, Drug. Expected: Gene"):
        _read(tmp_path / "in.tsv", columns=COLUMNS | {"mentions": "Gene"})


def test_packed_files_of_a_glob_are_read_whatever_their_ending(tmp_path):
    (tmp_path / "a.tsv").write_text(SENTENCES)
    (tmp_path / "b.tsv.gz").write_bytes(gzip.compress(SENTENCES.encode()))
    (tmp_path / "README.md").write_text("not a corpus")
    found, aside = _read(tmp_path)
    assert len(found) == 6 and aside["reason"].tolist() == ["another format than iob"]


def test_a_file_without_lines_of_its_own_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(iob.delimited, "MOST_CHARS", 100)
    (tmp_path / "in.tsv").write_text("word " * 100)
    with pytest.raises(RecordError, match="not a file of tokens and tags"):
        _read(tmp_path / "in.tsv")


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (["(", "A", "-", "T", ")", ",", "and", "B"], "(A-T), and B"),
        (["P", "<", "0.05", ";", "20", "%"], "P < 0.05; 20%"),
        (["and", "/", "or"], "and/or"),
    ],
)
def test_tokens_are_spaced_as_in_running_text(tokens, text):
    assert iob.joined(tokens) == text
