import csv
import json
import os
import signal
import subprocess
import sys
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.clinical.deid import reidentification
from helpers.core.errors import PhiError, RecordError, StageError
from helpers.preprocess import deid_batch, deid_files, deid_inputs, deid_score

NOTE = "Mr. John Keller (MRN 8812345) was seen on 03/04/2021 by Dr. Sarah Novak. Call (555) 201-0199."
SECRETS = ("Keller", "8812345", "03/04/2021", "Novak", "201-0199")


@pytest.fixture(autouse=True)
def own_secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINTUNE_SECRETS", str(tmp_path / "secrets"))


def _jsonl(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def _rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _run(source, target, **settings):
    return deid_files.run(source, target, workers=1, **settings)


def _holds_no_identifier(*paths):
    return not any(secret in path.read_text(encoding="utf-8") for path in paths for secret in SECRETS)


def test_json_lines_keep_order_and_spans_refer_to_the_input(tmp_path):
    source = _jsonl(tmp_path / "in.jsonl", [{"id": f"n{i}", "patient": "p", "text": NOTE} for i in range(3)])
    report = _run(source, tmp_path / "out.jsonl", spans=tmp_path / "spans.jsonl")
    spans = _rows(tmp_path / "spans.jsonl")
    assert [row["id"] for row in spans] == ["n0", "n1", "n2"]
    assert "John Keller" in {NOTE[span["start"] : span["end"]] for span in spans[0]["spans"]}
    assert _holds_no_identifier(tmp_path / "out.jsonl", tmp_path / "out.jsonl.report.json")
    assert report["records"] == 3 and len({row["patient"] for row in _rows(tmp_path / "out.jsonl")}) == 1


def test_any_number_of_workers_gives_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(deid_files, "PART", 4)
    source = _jsonl(tmp_path / "in.jsonl", [{"id": i, "patient": i // 3, "text": NOTE} for i in range(10)])
    _run(source, tmp_path / "one.jsonl")
    deid_files.run(source, tmp_path / "two.jsonl", workers=2)
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


def test_a_killed_run_goes_on_and_gives_the_bytes_of_an_uninterrupted_one(tmp_path):
    rows = [
        {"id": f"n{i}", "patient": f"p{i // 2}", "text": f"Seen by Dr. Sarah Novak, MRN 88{i:05d}."}
        for i in range(2000)
    ]
    source = _jsonl(tmp_path / "in.jsonl", rows)
    call = [sys.executable, "-m", "helpers", "deid", str(source), str(tmp_path / "killed.jsonl"), "--workers", "1"]
    process = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    third = tmp_path / "killed.jsonl.parts" / "00000002.json"
    while not third.exists() and process.poll() is None:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert third.exists() and not (tmp_path / "killed.jsonl").exists()
    report = _run(source, tmp_path / "killed.jsonl")
    _run(source, tmp_path / "whole.jsonl")
    assert report["resumed_after_parts"] >= 3 and report["records"] == 2000
    assert (tmp_path / "killed.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert not (tmp_path / "killed.jsonl.parts").exists()


def test_an_unfinished_run_with_other_settings_is_refused_until_restarted(tmp_path, monkeypatch):
    monkeypatch.setattr(deid_files, "PART", 1)
    source = _jsonl(tmp_path / "in.jsonl", [{"id": i, "text": NOTE} for i in range(3)])

    def stop(records):
        if records:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _run(source, tmp_path / "out.jsonl", progress=stop)
    with pytest.raises(StageError, match="changed: mode"):
        _run(source, tmp_path / "out.jsonl", mode="strict")
    assert _run(source, tmp_path / "out.jsonl", mode="strict", restart=True)["records"] == 3


def test_an_existing_output_is_not_overwritten(tmp_path):
    source = _jsonl(tmp_path / "in.jsonl", [{"id": 1, "text": NOTE}])
    (tmp_path / "out.jsonl").write_text("mine")
    with pytest.raises(StageError, match="exists"):
        _run(source, tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_text() == "mine"


def test_what_cannot_be_read_is_quarantined_by_place_and_reason_only(tmp_path):
    good = json.dumps({"id": 1, "text": NOTE}).encode()
    lines = [good, b"{Keller", b"\xff\xfe", b"\0", b"", b'{"id": 2}', b'{"id": 3, "text": " "}', b"[1]"]
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    report = _run(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    refused = _rows(tmp_path / "out.jsonl.quarantine.jsonl")
    assert report["records"] == 1
    assert [(row["line"], row["reason"]) for row in refused] == [
        (2, "not JSON"),
        (3, "not UTF-8"),
        (4, "binary"),
        (5, "empty"),
        (6, "no text column"),
        (7, "empty"),
        (8, "not a JSON object"),
    ]
    assert _holds_no_identifier(tmp_path / "out.jsonl.quarantine.jsonl")


@pytest.mark.parametrize("data", [b"", b"\0\1\2\n", b"\xff\xfe\n", b"\n\n"])
def test_a_wholly_unreadable_input_is_an_error_and_leaves_no_output(tmp_path, data):
    (tmp_path / "in.jsonl").write_bytes(data)
    with pytest.raises(RecordError):
        _run(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()


def test_a_folder_of_notes_gets_coded_file_names_and_quarantines_what_is_no_text(tmp_path):
    folder = tmp_path / "in" / "ward"
    folder.mkdir(parents=True)
    (folder / "Keller_John.txt").write_text(NOTE, encoding="utf-8")
    (folder / "Novak.txt").write_bytes(b"caf\xe9")
    (folder / "empty.txt").write_bytes(b"")
    report = _run(tmp_path / "in", tmp_path / "out")
    (written,) = (tmp_path / "out").iterdir()
    assert written.name.startswith("f-") and _holds_no_identifier(written, tmp_path / "out.quarantine.jsonl")
    assert report["quarantine"] == {"empty": 1, "not UTF-8": 1}


def test_csv_columns_are_detected_by_name_and_content_and_known_in_the_text(tmp_path):
    with (tmp_path / "in.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["note_id", "patient_id", "Last Name", "reach", "stage", "text"])
        writer.writerow(["n1", "p1", "Zyxwort", "zed@hospital.org", "IIIA", "zyxwort has no pain."])
    report = _run(tmp_path / "in.csv", tmp_path / "out.csv")
    assert report["columns"] == {"Last Name": "NAME", "reach": "EMAIL"}
    text = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert "zyxwort" not in text.lower() and "zed@" not in text and "p1" not in text and "IIIA" in text


@pytest.mark.parametrize("header", [b"text,caf\xe9\n", b"text,a,a\n"])
def test_a_csv_header_that_is_not_utf8_or_repeats_a_name_is_an_error(tmp_path, header):
    (tmp_path / "in.csv").write_bytes(header + b"x,y\n")
    with pytest.raises(RecordError, match="header"):
        _run(tmp_path / "in.csv", tmp_path / "out.csv")


def test_parquet_keeps_the_types_of_other_columns(tmp_path):
    table = pa.table({"id": [1, 2], "text": [NOTE, NOTE], "weight": [71.5, 80.0], "dob": ["1950-02-03"] * 2})
    pq.write_table(table, tmp_path / "in.parquet")
    _run(tmp_path / "in.parquet", tmp_path / "out.parquet")
    out = pq.read_table(tmp_path / "out.parquet")
    assert out["weight"].to_pylist() == [71.5, 80.0] and out.schema.field("weight").type == pa.float64()
    assert "1950-02-03" not in out["dob"].to_pylist() and "Keller" not in str(out["text"].to_pylist())


def test_fhir_lines_lose_names_and_malformed_ones_are_quarantined(tmp_path):
    patient = {"resourceType": "Patient", "id": "a", "name": [{"family": "Keller", "given": ["John"]}]}
    _jsonl(tmp_path / "in.ndjson", [patient, [1]])
    with (tmp_path / "in.ndjson").open("a") as file:
        file.write('{"resourceType": "Patient", "name": \n')
    report = _run(tmp_path / "in.ndjson", tmp_path / "out.ndjson")
    reasons = {"not JSON": 1, "not a FHIR resource, or one nested too deeply": 1}
    assert report["records"] == 1 and report["quarantine"] == reasons
    assert {"label": "NAME", "layer": "fhir", "spans": 2} in report["spans"]
    assert _holds_no_identifier(tmp_path / "out.ndjson")


def test_a_long_text_is_seen_in_pieces_whose_offsets_fit_the_whole(monkeypatch):
    monkeypatch.setattr(deid_batch, "WINDOW", 200)
    text = "The lungs are clear.\n" * 40 + NOTE + "\n" + "No effusion.\n" * 40
    (spans,) = deid_batch.find_long([text], identifiers=[], mode="balanced")
    assert "8812345" in {text[span.start : span.end] for span in spans}


def test_a_note_that_is_one_long_identifier_is_removed_whole(tmp_path):
    source = _jsonl(tmp_path / "in.jsonl", [{"id": 1, "text": "john.keller." * 20 + "k@mail.example.org"}])
    _run(source, tmp_path / "out.jsonl", output="tag")
    assert "keller" not in (tmp_path / "out.jsonl").read_text()


def test_nested_gold_of_one_label_is_merged_and_of_two_refused(tmp_path):
    spans = [{"start": 0, "end": 8, "label": "NAME"}, {"start": 4, "end": 11, "label": "NAME"}]
    path = _jsonl(tmp_path / "gold.jsonl", [{"id": 1, "text": "Anna Keller came", "spans": spans}])
    assert next(deid_score.read_gold(path))["spans"] == [{"start": 0, "end": 11, "label": "NAME"}]
    spans[1]["label"] = "DATE"
    _jsonl(path, [{"id": 1, "text": "Anna Keller came", "spans": spans}])
    with pytest.raises(RecordError, match=r"Line 1.*overlapping") as caught:
        list(deid_score.read_gold(path))
    assert "Keller" not in str(caught.value)


@pytest.mark.parametrize("pattern", ["a", "1", "(555", "Dr. ", "A. ", "1/1/", "@", "A-", " "])
def test_adversarial_lines_take_linear_time(pattern):
    def seconds(size):
        began = time.process_time()
        deid_batch.find_long([(pattern * size)[:size]], identifiers=[], mode="balanced")
        return time.process_time() - began

    seconds(1000)
    assert seconds(160_000) < 8 * seconds(40_000) + 0.2  # megabytes: tests/bench


def test_a_single_line_of_20_mb_without_a_break_is_read_whole(tmp_path):
    (tmp_path / "in.jsonl").write_bytes(b'{"id": 1, "text": "' + b"x" * 20_000_000 + b'"}')
    (unit,) = deid_inputs.read(tmp_path / "in.jsonl", "jsonl")
    assert not unit.reason and len(unit.row["text"]) == 20_000_000


def test_a_csv_row_with_a_misplaced_quote_and_the_rest_after_an_open_one_are_quarantined(tmp_path):
    (tmp_path / "in.csv").write_text(f'id,text\n1,"{NOTE}"\n2,"a"b\n3,{NOTE[:20]}\n4,"open\n5,x\n', encoding="utf-8")
    report = _run(tmp_path / "in.csv", tmp_path / "out.csv")
    reasons = {"a misplaced quote": 1, "a quote that is never closed, to the end": 1}
    assert report["records"] == 2 and report["quarantine"] == reasons
    assert [row["line"] for row in _rows(tmp_path / "out.csv.quarantine.jsonl")] == [3, 5]


def test_the_map_leads_from_codes_back_to_ids_and_only_with_its_key(tmp_path):
    source = _jsonl(tmp_path / "in.jsonl", [{"id": "note-1", "patient": "pat-1", "text": NOTE}, {"id": "empty"}])
    kept = tmp_path / "kept" / "codes.map"
    kept.parent.mkdir()
    _run(source, tmp_path / "out.jsonl", code_map=kept, map_key="a long passphrase")
    row = _rows(tmp_path / "out.jsonl")[0]
    for code, wanted in ((row["id"], "note-1"), (row["patient"], "pat-1")):
        assert [entry.original for entry in reidentification.originals(kept, code, key="a long passphrase")] == [wanted]
    assert len(reidentification.read(kept, key="a long passphrase")) == 2
    assert "note-1" not in kept.read_text() and kept.stat().st_mode & 0o077 == 0
    with pytest.raises(PhiError):
        _run(source, tmp_path / "other.jsonl", code_map=kept, map_key="another passphrase")
    assert not (tmp_path / "other.jsonl").exists()
