import hashlib
import json
import re
from collections import Counter

import pytest
from fhir.resources.R4B.bundle import Bundle

from helpers.collect.simulated import diseases, embedded
from helpers.core.errors import RecordError


def digest(folder):
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*.json*"))
    }


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    folder = tmp_path_factory.mktemp("raw")
    return folder, embedded.write("diagnosis", folder, seed=1)


def lines(file):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(raw, tmp_path):
    embedded.write("diagnosis", tmp_path / "a", seed=1)
    embedded.write("diagnosis", tmp_path / "b", seed=2)
    assert digest(tmp_path / "a") == digest(raw[0])
    assert digest(tmp_path / "b") != digest(raw[0])


def test_writing_again_leaves_nothing_of_the_earlier_run(tmp_path):
    embedded.write("diagnosis", tmp_path, seed=1, patients_per_disease=2)
    embedded.write("diagnosis", tmp_path, seed=1)
    assert len(list((tmp_path / "diagnosis/ehr").glob("*.json"))) == sum(
        embedded.kind_of(one) == "ehr" for one in diseases.load()
    )


def test_each_disease_comes_once_in_one_kind_of_about_the_stated_share(raw):
    _, places = raw
    entries = Counter(line["provenance"]["entry"] for line in lines(places["clinical_note"] / "notes.jsonl"))
    entries += Counter(line["provenance"]["entry"] for line in lines(places["ehr"] / "bundles.gold.jsonl"))
    entries += Counter(line["provenance"]["entry"] for line in lines(places["journal"] / "journal.jsonl"))
    assert entries == Counter(one.id for one in diseases.load())
    share = Counter(embedded.kind_of(one) for one in diseases.load())
    for kind, expected in (("clinical_note", 0.60), ("ehr", 0.25), ("journal", 0.15)):
        assert share[kind] / 917 == pytest.approx(expected, abs=0.03)


def test_more_patients_of_a_disease_stay_in_its_group_and_statements_stay_single(tmp_path, raw):
    places = embedded.write("diagnosis", tmp_path, seed=1, patients_per_disease=3)
    notes = lines(places["clinical_note"] / "notes.jsonl")
    assert len(notes) == 3 * len(lines(raw[1]["clinical_note"] / "notes.jsonl"))
    assert len({note["patient_id"] for note in notes}) == len(notes)
    groups = {one.id: one.group for one in diseases.load()}
    assert all(note["group"] == groups[note["provenance"]["entry"]] for note in notes)
    assert len(lines(places["journal"] / "journal.jsonl")) == len(lines(raw[1]["journal"] / "journal.jsonl"))


def test_every_bundle_is_valid_r4_with_the_four_resources(raw):
    files = sorted(raw[1]["ehr"].glob("*.json"))
    for file in files[::10]:
        bundle = Bundle.model_validate_json(file.read_text(encoding="utf-8"))
        kinds = Counter(entry.resource.get_resource_type() for entry in bundle.entry)
        assert kinds["Patient"] == kinds["Encounter"] == kinds["DocumentReference"] == 1 and kinds["Condition"] >= 1
        codes = [
            entry.resource.code.coding[0].code for entry in bundle.entry if hasattr(entry.resource, "clinicalStatus")
        ]
        assert all(re.match(r"HP:\d{7}$", code) for code in codes)


def test_ids_and_texts_give_no_disease_away(raw):
    places = raw[1]
    named = {one.id: one for one in diseases.load()}
    for line in (*lines(places["clinical_note"] / "notes.jsonl"), *lines(places["journal"] / "journal.jsonl")):
        one, text = named[line["provenance"]["entry"]], line["text"].lower()
        assert one.family not in text and one.name.lower() not in text
        assert not re.search(rf"\b(omim|pmid|{one.id[5:]})\b", text)
        assert one.id[5:] not in line["id"]
        assert not any(pmid[5:] in line["text"] for pmid in one.pmids if len(pmid) > 11)


def test_a_statement_tells_the_curated_findings_and_no_person(raw):
    named = {one.id: one for one in diseases.load()}
    for line in lines(raw[1]["journal"] / "journal.jsonl"):
        one = named[line["provenance"]["entry"]]
        told = sum(finding.name.lower() in line["text"].lower() for finding in one.findings)
        assert told >= min(30, len(one.findings))
        assert line["provenance"]["pmids"] == list(one.pmids)
        assert "patient" not in line


@pytest.mark.parametrize("name", ["drug_discovery", "patient_communication"])
def test_a_table_task_writes_the_same_bytes_whatever_the_seed(name, tmp_path):
    first = embedded.write(name, tmp_path / "a", seed=1)
    again = embedded.write(name, tmp_path / "b", seed=2)
    assert list(first) == list(again) == ["table"]
    assert (first["table"] / "table.csv").read_bytes() == (again["table"] / "table.csv").read_bytes()


def test_unknown_data_are_refused_by_name(tmp_path):
    with pytest.raises(RecordError, match=r"no embedded data `nothing`.*diagnosis"):
        embedded.write("nothing", tmp_path, seed=1)
