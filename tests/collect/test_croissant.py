"""Croissant metadata, held against the library that loads it."""

import json
from hashlib import sha256

import pytest

from helpers.collect import croissant
from helpers.core import data_cards, paths, records
from helpers.core.errors import RecordError, StageError

CARDS = sorted(path.stem for path in paths.DATA_CARDS.glob("*.md") if path.stem != "TEMPLATE")


@pytest.fixture(scope="module")
def mlc():
    return pytest.importorskip("mlcroissant", reason="mlcroissant of requirements-labs.txt is not installed")


@pytest.mark.parametrize("name", CARDS)
def test_every_card_gives_metadata_that_the_library_takes_without_an_error(mlc, name):
    said = croissant.describe(name, folder=paths.DATA_CARDS)
    read = mlc.Dataset(jsonld=said).metadata
    card = data_cards.read(paths.DATA_CARDS / f"{name}.md")
    assert not read.ctx.issues.errors
    assert (read.name, read.cite_as, read.version) == (name, card.citation.cite, card.citation.release)
    assert read.url.startswith("https://" if "https://" in card.citation.source else f"urn:data-card:{name}")
    assert card.title in read.description
    assert len(read.data_use_cases) == len(card.permitted_uses) and read.data_limitations
    assert f"Persons: {card.persons}." in str(read.personal_sensitive_information)


def test_the_fields_are_those_of_a_record_but_for_what_names_a_person(mlc):
    fields = mlc.Dataset(jsonld=croissant.describe("pubmedqa", folder=paths.DATA_CARDS)).metadata.record_sets[0].fields
    assert [field.name for field in fields] == [
        name for name in records.RECORD_SCHEMA.names if name not in ("spans", "identifiers")
    ]
    assert [field.name for field in fields if field.repeated] == ["labels", "references"]


def test_records_named_in_it_are_loaded_by_the_library_and_their_hash_is_checked(mlc, tmp_path, clintune):
    rows = [{"record_id": f"r{i}", "kind": "table", "text": f"text {i}", "labels": ["a", "b"][: i + 1]} for i in (0, 1)]
    records.write(records.to_frame(rows), tmp_path / "records.parquet")
    code, said, _ = clintune("card", "croissant", "pubmedqa", "--records", tmp_path / "records.parquet")
    path = tmp_path / "pubmedqa.croissant.json"
    assert code == 0 and f"Written: {path}" in said
    stated = json.loads(path.read_text())
    assert stated["distribution"][0]["sha256"] == sha256((tmp_path / "records.parquet").read_bytes()).hexdigest()
    assert "text 0" not in path.read_text() and str(tmp_path) not in path.read_text()
    loaded = list(mlc.Dataset(jsonld=str(path)).records("records"))
    assert [row["records/text"] for row in loaded] == [b"text 0", b"text 1"]
    assert [list(row["records/labels"]) for row in loaded] == [[b"a"], [b"a", b"b"]]


def test_a_card_of_ones_own_without_an_address_is_valid_too(mlc, tmp_path):
    text = (paths.DATA_CARDS / "simulated_notes.md").read_text(encoding="utf-8")
    (tmp_path / "mine.md").write_text(
        text.replace("name: simulated_notes", "name: mine").replace("https://", ""), encoding="utf-8"
    )
    assert croissant.describe("mine", folder=tmp_path)["url"] == "urn:data-card:mine"


def test_a_missing_records_file_and_a_missing_library_are_named(mlc, tmp_path, monkeypatch):
    with pytest.raises(RecordError, match=r"no such records file. Found: none\.parquet"):
        croissant.describe("pubmedqa", folder=paths.DATA_CARDS, records=tmp_path / "none.parquet")
    monkeypatch.setattr(croissant.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(StageError, match=r"needs mlcroissant.*pip install -r requirements-labs\.txt"):
        croissant.describe("pubmedqa", folder=paths.DATA_CARDS)
