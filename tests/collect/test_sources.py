import hashlib
import json
import time
from collections import Counter

import fhir_stand_in
import pytest

from helpers.collect import sources
from helpers.core import task_sources, tasks
from helpers.core.errors import RecordError, StageError


def source(path, kind="clinical_note", card="mine", **more):
    return task_sources.Source(card=card, kind=kind, path=str(path), **more)


def fold(group):
    return int(hashlib.sha256(group.encode()).hexdigest(), 16) % 5


def is_validation(group):
    return fold(group) != 0 and int(hashlib.sha256(group.encode()).hexdigest(), 16) // 5 % 8 == 0


@pytest.fixture(scope="module")
def gathered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gather")
    start = time.process_time()  # whatever else the machine does
    records, quarantine = sources.gather(tasks.load("diagnosis").sources, folder=folder, seed=1)
    return records, quarantine, time.process_time() - start


def test_the_whole_diagnosis_task_is_gathered_in_three_kinds(gathered):
    records, quarantine, seconds = gathered
    assert len(records) == 917 and quarantine.empty
    assert set(records["kind"]) == {"clinical_note", "ehr", "journal"}
    assert records["record_id"].is_unique and records["record_id"].is_monotonic_increasing
    assert len({labels[0] for labels in records["labels"]}) == 23
    assert seconds < 60


def test_the_words_of_patient_communication_are_gathered(tmp_path):
    records, quarantine = sources.gather(tasks.load("patient_communication").sources, folder=tmp_path, seed=1)
    assert len(records) > 2000 and quarantine.empty
    assert (records["references"].str.len() > 0).all() and (records["labels"].str.len() == 0).all()


def test_a_small_sample_can_be_trained_validated_and_tested(gathered):
    kept = sources.sample(gathered[0], 120)
    assert len(kept) == 120
    train = [group for group in kept["group"] if fold(group) != 0 and not is_validation(group)]
    labels = Counter(
        labels[0] for labels, group in zip(kept["labels"], kept["group"], strict=True) if group in set(train)
    )
    assert sum(count >= 4 for count in labels.values()) >= 5
    assert sum(fold(group) == 0 for group in kept["group"]) >= 10
    assert sum(is_validation(group) for group in kept["group"]) >= 4
    assert set(kept["kind"]) == {"clinical_note", "ehr", "journal"}


def test_a_sample_does_not_depend_on_the_order_of_rows(gathered):
    shuffled = gathered[0].sample(frac=1.0, random_state=3)
    assert set(sources.sample(shuffled, 90)["record_id"]) == set(sources.sample(gathered[0], 90)["record_id"])


def test_a_sample_keeps_the_shares_of_published_sides(gathered):
    sides = ["train"] * 600 + ["validation"] * 117 + ["test"] * 200
    kept = sources.sample(gathered[0].assign(published_split=sides, labels=[[]] * 917), 100)
    assert kept["published_split"].value_counts().to_dict() == {"train": 65, "test": 22, "validation": 13}


def test_a_sample_larger_than_the_records_keeps_them_all(gathered):
    assert len(sources.sample(gathered[0], 5000)) == 917


def test_max_records_bounds_all_sources_together(tmp_path):
    records, _ = sources.gather(tasks.load("diagnosis").sources, folder=tmp_path, seed=1, max_records=50)
    assert len(records) == 50


def test_a_users_own_file_is_read_by_path_beside_embedded_data(tmp_path):
    (tmp_path / "own.jsonl").write_text(json.dumps({"id": "o1", "text": "Findings: ataxia", "label": "x"}) + "\n{bad\n")
    own = source(tmp_path / "own.jsonl")
    statements = source("embedded:diagnosis", "journal", "hpo_statements")
    records, quarantine = sources.gather([own, statements], folder=tmp_path / "raw", seed=1)
    assert Counter(records["source"])["mine"] == 1 and len(records) > 100
    assert quarantine.values.tolist() == [["mine", "own.jsonl", "2", "not a JSON object"]]


def test_an_id_in_two_sources_is_kept_once_and_counted(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"id": "same", "text": name, "label": "x"}) + "\n")
    records, quarantine = sources.gather(
        [source(tmp_path / "a.jsonl"), source(tmp_path / "b.jsonl", card="other")], folder=tmp_path, seed=1
    )
    assert records["text"].tolist() == ["a"]
    assert quarantine[["source", "reason"]].values.tolist() == [["other", "duplicate id across sources"]]


def test_a_source_of_which_nothing_can_be_read_is_an_error_with_reasons_and_no_text(tmp_path):
    (tmp_path / "own.jsonl").write_text(json.dumps({"id": "", "text": "Ana Prueba", "label": "x"}) + "\n")
    with pytest.raises(RecordError, match=r"Nothing could be read.*no id.*Expected.*Remedy") as caught:
        sources.gather([source(tmp_path / "own.jsonl")], folder=tmp_path, seed=1)
    assert "Prueba" not in str(caught.value)


def test_an_empty_folder_and_a_missing_path_are_errors(tmp_path):
    with pytest.raises(RecordError, match="no file of that kind"):
        sources.gather([source(tmp_path, "ehr")], folder=tmp_path, seed=1)
    with pytest.raises(RecordError, match="A source does not exist"):
        sources.gather([source(tmp_path / "nowhere.jsonl")], folder=tmp_path, seed=1)


def test_embedded_data_of_another_kind_are_refused(tmp_path):
    with pytest.raises(RecordError, match="have no table"):
        sources.gather([source("embedded:diagnosis", "table")], folder=tmp_path, seed=1)


def write_bulk(folder):
    subject = {"reference": "Patient/p1"}
    lines = [
        {"resourceType": "Patient", "id": "p1"},
        {"resourceType": "Condition", "id": "c1", "code": {"text": "Gout"}, "subject": subject},
    ]
    (folder / "all.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "labels.csv").write_text("patient_id,label\np1,x\n")
    return lines


def test_health_records_take_their_table_of_labels_from_the_task(tmp_path):
    write_bulk(tmp_path)
    own = source(tmp_path, "ehr", labels=str(tmp_path / "labels.csv"))
    records, _ = sources.gather([own], folder=tmp_path / "raw", seed=1)
    assert records[["text", "labels"]].values.tolist() == [["Conditions:\n- undated Gout", ["x"]]]
    with pytest.raises(RecordError, match="A source does not exist"):
        sources.gather([source(tmp_path, "ehr", labels="nowhere.csv")], folder=tmp_path / "raw", seed=1)


def test_a_server_is_gathered_by_its_address_and_its_pages_are_kept_in_scratch(tmp_path):
    server = fhir_stand_in.StandIn(write_bulk(tmp_path))
    with fhir_stand_in.running(server):
        own = source(f"fhir+{server.url}", "ehr", labels=str(tmp_path / "labels.csv"))
        for _ in range(2):
            records, _ = sources.gather([own], folder=tmp_path / "raw", seed=1, scratch=tmp_path / "scratch")
    assert records["text"].tolist() == ["Conditions:\n- undated Gout"]
    assert set(server.asked.values()) == {1}


def test_a_database_is_gathered_by_its_address(tmp_path):
    with pytest.raises(StageError, match="no such OMOP database"):
        write_bulk(tmp_path)
        own = source("omop:NO_SUCH_NAME", "ehr", labels=str(tmp_path / "labels.csv"), unit="note")
        sources.gather([own], folder=tmp_path / "raw", seed=1)


@pytest.mark.parametrize("more", [{"labels": "x.csv"}, {"unit": "note"}])
def test_options_of_health_records_are_refused_elsewhere(more):
    with pytest.raises(ValueError, match="belong to kind ehr"):
        source("x", "table", **more)
