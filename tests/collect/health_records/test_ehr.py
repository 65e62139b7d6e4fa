"""Which reader a path leads to; that every one of them reads the same patients alike. The bundles: test_loaders."""

import json

import loading
import omop_writer
import pytest
import sqlalchemy as sql
import synthea
from fhir_stand_in import StandIn, running

from helpers.clinical import fhir
from helpers.core import records
from helpers.core.errors import EgressError, RecordError, StageError


@pytest.fixture
def bundles(shared):
    return [json.loads(file.read_bytes()) for file in sorted((shared / "data/synthea_fhir_r4/bundles").glob("*.json"))]


def write_labels(path, ids):
    path.write_text("patient_id,label\n" + "".join(f"{one},x\n" for one in ids))
    return path


def patient_of(row):
    """FHIR id of the patient of a record; OMOP keeps it as the person's source value."""
    known = [one["value"] for one in row["identifiers"] if one["label"] == "ID"]
    return known[0] if row["style"].startswith("omop") else row["record_id"]


def stumble(path, before):
    """A fault for most first requests, none for the second."""
    faults = ("429", "", "500", "half page", "", "half json", "")
    return faults[sum(path.encode()) % len(faults)] if before == 0 else ""


def test_bulk_data_a_stumbling_server_and_omop_give_the_patients_and_conditions_of_the_bundles(
    bundles, tmp_path, monkeypatch
):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    charts = {chart.patient_id: chart for chart in (fhir.read_bundle(json.dumps(bundle)) for bundle in bundles)}
    patients = [synthea.resources(bundle) for bundle in bundles]
    table = write_labels(tmp_path / "labels.csv", charts)
    persons = write_labels(tmp_path / "persons.csv", range(1, len(patients) + 1))
    for name in ("bulk", "bundles"):
        (tmp_path / name).mkdir()
    synthea.write_ndjson(bundles, tmp_path / "bulk")
    for number, bundle in enumerate(bundles):
        (tmp_path / "bundles" / f"{number}.json").write_text(json.dumps(bundle))
    omop_writer.write(sql.create_engine(f"sqlite:///{tmp_path / 'cdm.sqlite'}"), patients)
    with running(StandIn([one for some in patients for one in some], faults=stumble)) as server:
        found = {
            "bulk": loading.ehr(tmp_path / "bulk", source="mine", labels=table)[0],
            "bundles": loading.ehr(tmp_path / "bundles", source="mine", labels=table)[0],
            "server": loading.ehr(f"fhir+{server.url}", source="mine", labels=table)[0],
            "omop": loading.ehr(f"omop:{tmp_path / 'cdm.sqlite'}", source="mine", labels=persons)[0],
        }
    assert sum(server.asked.values()) > len(server.asked) + 50
    told = {}
    for way, frame in found.items():
        records.write(frame, tmp_path / f"{way}.parquet")
        keys = [patient_of(row) for row in frame.to_dict("records")]
        told[way] = dict(zip(keys, frame["text"], strict=True))
        assert {key: synthea.condition_names(text) for key, text in told[way].items()} == {
            key: set(chart.conditions) for key, chart in charts.items()
        }
        sexes = dict(zip(keys, frame["sex"], strict=True))
        assert sexes == {key: chart.sex for key, chart in charts.items()}
    assert told["bulk"] == told["server"] == told["bundles"] and len(told["bulk"]) == 16


def test_a_value_set_tells_one_label_whichever_way_the_patient_comes(bundles, tmp_path):
    (tmp_path / "codes.csv").write_text("code,label\n444814009,sinusitis\n195662009,pharyngitis\n10509002,bronchitis\n")
    (tmp_path / "bulk").mkdir()
    synthea.write_ndjson(bundles, tmp_path / "bulk")
    omop_writer.write(
        sql.create_engine(f"sqlite:///{tmp_path / 'cdm.sqlite'}"), [synthea.resources(one) for one in bundles]
    )
    bulk, aside = loading.ehr(tmp_path / "bulk", source="mine", labels=tmp_path / "codes.csv")
    omop, aside_of_omop = loading.ehr(f"omop:{tmp_path / 'cdm.sqlite'}", source="mine", labels=tmp_path / "codes.csv")
    by_patient = {row["record_id"]: row for row in bulk.to_dict("records")}
    assert len(omop) == len(bulk) == 15 and aside_of_omop["reason"].tolist() == ["no text"]
    assert aside["reason"].tolist().count("no text") == 1  # the label of the very first day
    for row in omop.to_dict("records"):
        same = by_patient[patient_of(row)]
        assert row["labels"] == same["labels"] and row["date"] and same["date"]
        assert synthea.condition_names(row["text"]) == synthea.condition_names(same["text"])
        display = {
            "sinusitis": "Viral sinusitis",
            "pharyngitis": "Acute viral pharyngitis",
            "bronchitis": "Acute bronchitis",
        }
        assert display[row["labels"][0]] not in row["text"] + same["text"]


def test_a_path_that_is_nowhere_is_told_by_the_reader_it_leads_to(tmp_path, monkeypatch):
    with pytest.raises(EgressError):
        loading.ehr("fhir+http://ehr.example.org/fhir", source="mine")
    with pytest.raises(RecordError, match="needs labels"):
        loading.ehr("omop:MY_CDM", source="mine")
    with pytest.raises(StageError, match="no such OMOP database"):
        loading.ehr("omop:MY_CDM", source="mine", labels=write_labels(tmp_path / "labels.csv", ["1"]))


def test_only_omop_gives_a_record_a_note(tmp_path):
    (tmp_path / "a.ndjson").write_text("{}\n")
    with pytest.raises(RecordError, match="Only an OMOP source"):
        loading.ehr(tmp_path, source="mine", unit="note")
