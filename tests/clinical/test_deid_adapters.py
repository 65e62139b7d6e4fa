import importlib.util
import socket
import sys

import pytest

from helpers.clinical.deid import adapters, engine
from helpers.clinical.deid.spans import LABELS, Span
from helpers.core.errors import StageError

TEXT = "Seen by Ann Lee on 3 May 2020 in France."


def test_every_published_table_leads_to_our_labels():
    assert {label for table in adapters.LABELS_OF.values() for label in table.values()} <= set(LABELS)


def test_our_engine_is_an_adapter_with_its_modes(monkeypatch):
    asked = []
    monkeypatch.setattr(engine, "find", lambda text, *, mode: asked.append(mode) or [Span(8, 15, "NAME", "rules")])
    assert adapters.load("clintune", mode="strict").find(TEXT) == [Span(8, 15, "NAME", "rules")]
    assert asked == ["strict"]


def test_a_function_of_a_text_is_an_engine():
    adapter = adapters.load(lambda text: [Span(8, 16, "NAME", "tagger")])
    assert [(span.start, span.end) for span in adapter.find(TEXT)] == [(8, 15)]


def test_overlapping_findings_come_out_disjoint_and_lose_no_character():
    found = [Span(8, 15, "NAME", "tagger", 0.6), Span(12, 18, "ID", "tagger", 0.9), Span(12, 15, "DATE", "tagger", 0.1)]
    spans = adapters.load(lambda text: found).find(TEXT)
    assert [(span.start, span.end, span.label) for span in spans] == [(8, 12, "NAME"), (12, 18, "ID")]


def test_neighbouring_findings_of_one_label_stay_two():
    found = [Span(8, 11, "NAME", "tagger"), Span(11, 15, "NAME", "tagger")]
    assert len(adapters.load(lambda text: found).find(TEXT)) == 2


def test_a_label_that_is_not_ours_is_refused():
    with pytest.raises(StageError, match="PERSON"):
        adapters.load(lambda text: [Span(8, 15, "PERSON", "tagger")]).find(TEXT)


def test_blank_text_never_reaches_an_engine():
    assert adapters.load(lambda text: 1 / 0).find(" \n") == []


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(StageError, match=r"nosuch.*presidio.*philter.*hf:PATH"):
        adapters.load("nosuch")


@pytest.mark.parametrize(
    ("name", "package"), [("spacy", "spacy"), ("presidio", "presidio_analyzer"), ("philter", "philter_lite")]
)
def test_a_missing_package_is_answered_with_the_command_that_installs_it(name, package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(StageError, match=rf"{package}.*pip install -r requirements-labs.txt"):
        adapters.load(name)


@pytest.mark.parametrize("name", ["spacy", "presidio", "presidio-safe-harbor", "philter"])
def test_an_installed_peer_finds_a_name_and_a_date_without_a_network(name, monkeypatch):
    if not all(importlib.util.find_spec(part) for part in ("spacy", "presidio_analyzer", "philter_lite")):
        pytest.skip("requirements-labs.txt is not installed")

    def refuse(*_, **__):
        raise AssertionError("an engine asked for the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    found = {TEXT[span.start : span.end]: span.label for span in adapters.load(name).find(TEXT + " Mail a@b.org")}
    assert found["Ann Lee"] == "NAME" and found["3 May 2020"] == "DATE"
    assert ("France" in found) == (name != "presidio-safe-harbor")


def test_a_missing_spacy_model_is_answered_with_the_command_that_installs_it():
    pytest.importorskip("spacy")
    with pytest.raises(StageError, match="pip install --no-deps"):
        adapters.spacy_model("en_core_nosuch")


def test_a_path_without_a_classifier_is_refused_with_a_remedy(tmp_path):
    pytest.importorskip("transformers")
    with pytest.raises(StageError, match="token classifier"):
        adapters.load(f"hf:{tmp_path}")


@pytest.mark.parametrize(
    ("kind", "ours"),
    [("PATIENT", "NAME"), ("MEDICALRECORD", "MRN"), ("private_date", "DATE"), ("PHONE_NUMBER", "PHONE"),
     ("CITY", "LOCATION"), ("MISC", None)],
)  # fmt: skip
def test_labels_of_published_classifiers_are_understood(kind, ours):
    from helpers.lm import deid_adapter

    assert deid_adapter.label_of(kind) == ours
