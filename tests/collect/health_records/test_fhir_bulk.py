import gzip
import json
import tracemalloc

import pytest
import synthea

from helpers.clinical import fhir, fhir_events
from helpers.collect import intake
from helpers.collect.health_records import fhir_bulk, labels
from helpers.core.errors import RecordError

NO_TABLE = labels.Labels()


def patient(key, label="x"):
    return {"resourceType": "Patient", "id": key, "meta": {"tag": [{"system": fhir.LABEL_SYSTEM, "code": label}]}}


def condition(name, key, **more):
    return {"resourceType": "Condition", "code": {"text": name}, "subject": {"reference": f"Patient/{key}"}, **more}


def lines(*resources):
    return "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in resources)


def read(path, table=NO_TABLE, **more):
    return intake.sort_out(fhir_bulk.rows(path, table, **more), source="mine")


def test_files_of_any_order_and_packing_become_one_record_a_patient(tmp_path):
    (tmp_path / "a.ndjson").write_text(
        lines(condition("Gout", "p1"), condition("Asthma", "p2"), "", patient("p2", "y"))
    )
    with gzip.open(tmp_path / "b.ndjson.gz", "wt") as file:
        file.write(lines(patient("p1"), condition("Fracture", "p1", onsetDateTime="2020-01-02")))
    records, aside = read(tmp_path)
    assert aside.empty
    assert records[["record_id", "patient_key", "text"]].values.tolist() == [
        ["p1", "p1", "Conditions:\n- 2020-01-02 Fracture\n- undated Gout"],
        ["p2", "p2", "Conditions:\n- undated Asthma"],
    ]
    assert records["labels"].tolist() == [["x"], ["y"]] and set(records["style"]) == {"fhir_timeline"}


def test_bad_lines_are_set_aside_by_file_and_line_and_the_rest_is_read(tmp_path):
    bad = [patient("p1"), "{broken Kowalska", "[1]", condition("Gout", "p1"), condition("Kowalska", "p1", severity=7)]
    (tmp_path / "a.ndjson").write_text(lines(*bad, condition("Kowalska", "p1") | {"subject": {"display": "Kowalska"}}))
    (tmp_path / "b.json").write_text("{}")
    records, aside = read(tmp_path)
    assert records["text"].tolist() == ["Conditions:\n- undated Gout"]
    assert aside[["file", "row", "reason"]].values.tolist() == [
        ["b.json", "file", "a .json file beside .ndjson files is not read"],
        ["a.ndjson", "2", "A resource is no JSON object"],
        ["a.ndjson", "3", "A resource is no JSON object"],
        ["a.ndjson", "5", "A Condition does not hold to FHIR R4. Found: element severity"],
        ["a.ndjson", "6", "Condition names no Patient. Found: no reference, or one inside the resource"],
    ]
    assert "Kowalska" not in aside.to_csv()


@pytest.mark.parametrize("damage", ["cut", "changed", "no gzip"])
def test_a_gzip_file_that_is_not_whole_is_refused_by_name(tmp_path, damage):
    whole = gzip.compress(lines(patient("p1"), *(condition(f"Gout {number}", "p1") for number in range(500))).encode())
    broken = {"cut": whole[: len(whole) // 2], "changed": whole[:-6] + b"wrong!", "no gzip": b"plain text"}
    (tmp_path / "a.ndjson.gz").write_bytes(broken[damage])
    with pytest.raises(RecordError, match=r"a\.ndjson\.gz is not whole.*Expected.*Remedy"):
        read(tmp_path)


def test_a_line_without_end_is_set_aside_and_not_held(tmp_path, monkeypatch):
    monkeypatch.setattr(fhir_bulk, "MAX_LINE", 2**20)
    (tmp_path / "a.ndjson").write_text(lines(patient("p1"), "x" * (5 * 2**20), condition("Gout", "p1")))
    records, aside = read(tmp_path)
    assert aside[["row", "reason"]].values.tolist() == [["2", "a line of more than 1 MiB"]]
    assert records["text"].tolist() == ["Conditions:\n- undated Gout"]


def test_nothing_of_the_store_stays_behind(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "scratch").mkdir()
    (tmp_path / "in" / "a.ndjson").write_text(lines(patient("p1"), condition("Gout", "p1")))
    rows = fhir_bulk.rows(tmp_path / "in", NO_TABLE, scratch=tmp_path / "scratch")
    assert next(rows).fields["record_id"] == "p1"
    (store,) = (tmp_path / "scratch").iterdir()
    assert store.stat().st_mode & 0o777 == 0o700
    assert list(rows) == [] and not list((tmp_path / "scratch").iterdir())


def test_memory_holds_one_patient_however_many_there_are(tmp_path):
    def peak(patients):
        filling = "x" * 2000
        with (tmp_path / "a.ndjson").open("w") as file:
            for number in range(5):  # each patient's resources lie far apart
                for key in range(patients):
                    file.write(
                        lines(patient(f"p{key}")) if number == 0 else lines(condition(f"{filling} {number}", f"p{key}"))
                    )
        tracemalloc.start()
        assert sum(1 for row in fhir_bulk.rows(tmp_path, NO_TABLE) if not row.reason) == patients
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    peak(10)  # what is loaded once
    assert peak(400) < peak(40) + 2**19  # of 3 MB more


def test_bundles_of_several_patients_are_read_as_timelines_and_ids_are_their_files_own(tmp_path):
    def entry(resource):
        return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}

    def about(key):
        return {"subject": {"reference": f"urn:uuid:{key}"}}

    first = [patient("p1"), condition("Gout", "") | about("p1") | {"id": "c"}, patient("p2"),
             condition("Asthma", "") | about("p2") | {"id": "d"}]  # fmt: skip
    second = [patient("p3"), condition("Fracture", "") | about("p3") | {"id": "c"}]
    for name, content in (("a", first), ("b", second)):
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": [entry(one) for one in content]}
        (tmp_path / f"{name}.json").write_text(json.dumps(bundle))
    (tmp_path / "c.json").write_text("{broken")
    (tmp_path / "d.json").write_text(json.dumps(patient("p9")))
    (tmp_path / "e.json").write_text('{"resourceType": "Bundle", "entry": [{}, 7]}')
    records, aside = intake.sort_out(fhir_bulk.bundle_rows(tmp_path, NO_TABLE), source="mine")
    assert [text.split()[-1] for text in records["text"]] == ["Gout", "Asthma", "Fracture"]
    assert aside[["file", "row", "reason"]].values.tolist() == [
        ["c.json", "bundle", "A bundle is not JSON"],
        ["d.json", "bundle", "A file is not a Bundle"],
        ["e.json", "entry 1", "An entry without a resource"],
        ["e.json", "entry 2", "An entry without a resource"],
    ]


def test_every_single_example_of_hl7_is_taken_or_set_aside_for_the_right_reason(shared, tmp_path):
    files = [
        file
        for name in ("hl7_fhir_r4_examples", "us_core_examples")
        for file in (shared / "data" / name).glob("*.json")
    ]
    resources = [json.loads(file.read_bytes()) for file in sorted(files)]
    (tmp_path / "all.ndjson").write_text(lines(*resources))
    rows = list(fhir_bulk.rows(tmp_path, labels.Labels("patient_id", {"example": ("x", ""), "f001": ("y", "")})))
    told = {row.fields["record_id"]: row.fields for row in rows if not row.reason}
    assert set(told) == {one["id"] for one in resources if one.get("resourceType") == "Patient"}
    assert "Burnt Ear" in told["example"]["text"] and told["f001"]["labels"] == ["y"]
    reasons = {int(row.row): row.reason for row in rows if row.reason and row.row and "from here on" not in row.reason}
    for number, resource in enumerate(resources, start=1):
        kind, reason = resource.get("resourceType", "none"), reasons.pop(number, "")
        subject = (resource.get("subject") or resource.get("patient") or {}).get("reference", "no reference")
        if kind == "none":  # the package's own description
            assert reason == "A resource of no type that FHIR R4B knows"
        elif kind in fhir_events.READ and not subject.startswith(("Patient/", "http")):
            about = "no reference, or one inside the resource" if subject[0] in "#n" else subject.split("/")[0]
            assert reason == f"{kind} names no Patient. Found: {about}"
        else:
            assert reason in ("", "A DiagnosticReport does not hold to FHIR R4. Found: element text.div")
    assert not reasons
    lost = sum(int(row.reason.split()[0]) for row in rows if "from here on" in row.reason)
    counted = sum(int(row.reason.split()[0]) for row in rows if row.reason and not row.row)
    assert lost > 0 and counted > 0


def test_synthea_as_a_bulk_export_is_read_whole(shared, tmp_path):
    bundles = [
        json.loads(file.read_bytes()) for file in sorted((shared / "data/synthea_fhir_r4/bundles").glob("*.json"))
    ]
    synthea.write_ndjson(bundles, tmp_path, opener=gzip.open, suffix=".ndjson.gz")
    named = {
        one["id"]: one for bundle in bundles for one in synthea.resources(bundle) if one["resourceType"] == "Patient"
    }
    table = labels.Labels("patient_id", {key: ("x", "") for key in named})
    records, aside = read(tmp_path, table)
    assert set(records["record_id"]) == set(named) and len(named) == 16
    assert sorted(aside["file"]) == ["Organization.ndjson.gz", "Practitioner.ndjson.gz"]
    assert (records["age_band"] != "").all() and set(records["sex"]) == {"male", "female"}
    for row in records.to_dict("records"):
        assert ("NAME", named[row["record_id"]]["name"][0]["family"]) in {
            (one["label"], one["value"]) for one in row["identifiers"]
        }
        assert named[row["record_id"]]["name"][0]["family"] not in row["text"]
