import json

import pytest

NOTE = "Mr. John Keller (MRN 8812345) was seen on 03/04/2021."
GOLD = [("John Keller", "NAME"), ("8812345", "MRN"), ("03/04/2021", "DATE")]


@pytest.fixture
def clintune(clintune):
    """Exit code, and all that was said."""

    def call(*arguments):
        code, out, err = clintune(*arguments)
        return code or 0, out + err

    return call


@pytest.fixture
def gold(tmp_path):
    spans = [
        {"start": NOTE.index(value), "end": NOTE.index(value) + len(value), "label": label} for value, label in GOLD
    ]
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps({"id": "n1", "text": NOTE, "spans": spans}) + "\n{broken Keller\n", encoding="utf-8")
    return path


def test_help_explains_both_commands(clintune):
    code, said = clintune("deid", "--help")
    assert code == 0 and "files" in said and "score" in said and "IN OUT" in said


def test_nothing_written_or_said_holds_a_gold_span(clintune, gold, tmp_path):
    target = tmp_path / "out.jsonl"
    code, said = clintune("deid", gold, target, "--workers", "1", "--spans", tmp_path / "spans.jsonl")
    assert code == 0 and "Quarantined: 1 not JSON" in said and "no certificate" in said
    written = [path for path in tmp_path.glob("*") if path.is_file() and path != gold]
    assert len(written) == 4
    everything = said + "".join(path.read_text(encoding="utf-8") for path in written)
    assert not [value for value, _ in GOLD if value in everything]


def test_an_error_is_one_message_without_text(clintune, gold):
    code, said = clintune("deid", "score", "--gold", gold)
    assert code == 1 and "Line 2" in said and "Keller" not in said


def test_score_writes_and_prints_the_figures(clintune, gold, tmp_path):
    gold.write_text(gold.read_text().splitlines()[0] + "\n")
    code, said = clintune("deid", "score", "--gold", gold, "--out", tmp_path / "figures.json")
    assert code == 0 and "char_recall" in said
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert {row["label"] for row in figures["classes"]} >= {"NAME", "MRN", "DATE", "ALL"}


def test_deid_with_gold_puts_the_figures_into_the_report(clintune, gold, tmp_path):
    gold.write_text(gold.read_text().splitlines()[0] + "\n")
    code, _ = clintune("deid", "--gold", gold, gold, tmp_path / "out.jsonl", "--workers", "1")
    assert code == 0 and json.loads((tmp_path / "out.jsonl.report.json").read_text())["gold"]["figures"]


def test_columns_must_name_known_labels(clintune, gold, tmp_path):
    code, said = clintune("deid", gold, tmp_path / "out.jsonl", "--columns", "x=NONSENSE")
    assert code == 1 and "NAME=LABEL" in said
