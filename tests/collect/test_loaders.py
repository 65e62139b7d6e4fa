"""The four loaders: notes, ehr, journals, tables."""

import json

import loading
import pytest

from helpers.collect import notes
from helpers.collect.simulated import embedded
from helpers.core import records

GOOD_NOTE = {
    "id": "n1",
    "text": "Findings: ataxia. Seen by Ana Prueba.",
    "label": "x",
    "date": "2020-01-02",
    "patient": {"given": "Ana", "surname": "Prueba", "birth_date": "1925-01-01", "sex": "female", "mrn": "A-1"},
}


def write_lines(path, values):
    path.write_text(
        "".join((value if isinstance(value, str) else json.dumps(value)) + "\n" for value in values), encoding="utf-8"
    )
    return path


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    folder = tmp_path_factory.mktemp("raw")
    return embedded.write("diagnosis", folder, seed=1) | embedded.write("patient_communication", folder, seed=1)


READERS = {
    "clinical_note": loading.notes,
    "ehr": loading.ehr,
    "journal": loading.journals,
    "table": loading.tables,
}


@pytest.mark.parametrize("kind", READERS)
def test_every_loader_gives_the_one_record_frame(kind, places, tmp_path):
    frame, quarantine = READERS[kind](places[kind], source="card")
    assert quarantine.empty and len(frame) > 100
    assert list(frame.columns) == records.RECORD_SCHEMA.names
    assert set(frame["kind"]) == {kind} and set(frame["source"]) == {"card"}
    records.write(frame, tmp_path / "records.parquet")
    assert records.read(tmp_path / "records.parquet")["text"].tolist() == frame["text"].tolist()


@pytest.mark.parametrize("kind", ["clinical_note", "ehr"])
def test_gold_spans_fit_the_text_and_cover_the_patients_name(kind, places):
    frame, _ = READERS[kind](places[kind], source="card")
    for row in frame.to_dict("records"):
        assert row["spans"] and row["sex"] and row["age_band"] and row["origin"] and row["date"]
        assert {"NAME", "DATE", "MRN"} <= {span["label"] for span in row["spans"]}
        if len(row["text"].lower()) != len(row["text"]):
            continue  # a capital İ grows when it is made small, and offsets no longer compare
        for value in (one["value"] for one in row["identifiers"] if one["label"] in ("MRN", "EMAIL")):
            at = row["text"].lower().find(value.lower())
            while at >= 0:
                assert any(span["start"] <= at and at + len(value) <= span["end"] for span in row["spans"])
                at = row["text"].lower().find(value.lower(), at + 1)


def test_a_chart_holds_the_findings_of_note_and_conditions(places):
    frame, _ = loading.ehr(places["ehr"], source="card")
    for text in frame["text"]:
        assert "\nActive problems:\n- " in text
    assert set(frame["style"].str.split(":").str[0]) == {"fhir_bundle"}


def test_a_file_and_its_folder_read_alike(places):
    file = places["clinical_note"] / "notes.jsonl"
    assert loading.notes(file, source="a")[0].equals(loading.notes(file.parent, source="a")[0])


def test_a_notes_demographics_become_known_identifiers(tmp_path):
    frame, _ = loading.notes(write_lines(tmp_path / "mine.jsonl", [GOOD_NOTE]), source="mine")
    row = frame.iloc[0]
    assert {(one["label"], one["value"]) for one in row["identifiers"]} == {
        ("NAME", "Ana Prueba"),
        ("NAME", "Ana"),
        ("NAME", "Prueba"),
        ("DATE", "1925-01-01"),
        ("MRN", "A-1"),
    }
    assert (row["age_band"], row["sex"], row["group"], row["labels"]) == ("90+", "female", "n1", ["x"])


def test_bad_notes_go_to_quarantine_with_line_and_reason_and_no_text(tmp_path):
    bad = [
        GOOD_NOTE,
        "{broken",
        "[1]",
        {**GOOD_NOTE, "id": ""},
        {**GOOD_NOTE, "id": "n2", "text": "  "},
        {**GOOD_NOTE, "id": "n3", "text": 7},
        GOOD_NOTE,
        {**GOOD_NOTE, "id": "n4", "label": ""},
        {**GOOD_NOTE, "id": "n5"},
    ]
    path = write_lines(tmp_path / "mine.jsonl", bad)
    write_lines(tmp_path / "mine.gold.jsonl", [{"id": "n5", "spans": [{"start": 0, "end": 9999, "label": "NAME"}]}])
    frame, quarantine = loading.notes(path, source="mine")
    assert frame["record_id"].tolist() == ["n1"]
    assert quarantine[["row", "reason"]].values.tolist() == [
        ["2", "not a JSON object"],
        ["3", "not a JSON object"],
        ["4", "no id"],
        ["5", "no text"],
        ["6", "no text"],
        ["7", "duplicate id"],
        ["8", "no label"],
        ["9", "gold span outside the text"],
    ]
    assert "Prueba" not in quarantine.to_csv()


def test_bad_bundles_go_to_quarantine(tmp_path, places):
    good = sorted(places["ehr"].glob("*.json"))[0]
    (tmp_path / "a.json").write_bytes(good.read_bytes())
    (tmp_path / "b.json").write_text("no json")
    (tmp_path / "c.json").write_text('{"resourceType": "Patient"}')
    (tmp_path / "d.json").write_bytes(good.read_bytes())
    unlabelled = json.loads(good.read_text()) | {"id": "other", "meta": {}}
    (tmp_path / "e.json").write_text(json.dumps(unlabelled))
    frame, quarantine = loading.ehr(tmp_path, source="mine")
    assert len(frame) == 1
    assert quarantine[["file", "reason"]].values.tolist() == [
        ["b.json", "A bundle is not JSON"],
        ["c.json", "A file is not a Bundle"],
        ["d.json", "duplicate id"],
        ["e.json", "no label"],
    ]


def test_tables_are_read_with_label_or_references_by_comma_or_tab(tmp_path):
    (tmp_path / "one.csv").write_text('id,text,label,extra\na,"some, text",yes,1\nb,other,,2\n', encoding="utf-8-sig")
    (tmp_path / "two.tsv").write_text("id\ttext\treferences\nc\tthird\tplain | simple\nd\tx\n", encoding="utf-8")
    frame, quarantine = loading.tables(tmp_path, source="mine")
    assert frame["record_id"].tolist() == ["a", "c"]
    assert frame["labels"].tolist() == [["yes"], []] and frame["references"].tolist() == [[], ["plain", "simple"]]
    assert quarantine[["file", "row", "reason"]].values.tolist() == [
        ["one.csv", "3", "no label"],
        ["two.tsv", "3", "wrong number of cells"],
    ]


def test_a_table_may_say_what_its_texts_are(tmp_path):
    (tmp_path / "one.csv").write_text('id,text,label,style\na,"CCO\nrings 0",yes,molecule\nb,word,no,\n')
    frame, _ = loading.tables(tmp_path, source="mine")
    assert frame["style"].tolist() == ["molecule", "term"] and frame["text"].tolist() == ["CCO\nrings 0", "word"]


def test_a_table_without_an_id_column_is_all_quarantine(tmp_path):
    (tmp_path / "one.csv").write_text("name,text,label\na,b,c\n")
    frame, quarantine = loading.tables(tmp_path, source="mine")
    assert frame.empty and quarantine["reason"].tolist() == ["no id"]


def test_journal_statements_carry_provenance_and_no_person(places):
    frame, _ = loading.journals(places["journal"], source="card")
    assert (frame["identifiers"].str.len() == 0).all() and (frame["sex"] == "").all()
    assert all("pmids" in json.loads(value) for value in frame["provenance"])
    assert (frame["patient_key"] == frame["record_id"]).all()


@pytest.mark.parametrize(
    ("birth", "band"), [("2003-05-02", "0-17"), ("2000-05-02", "18-39"), ("1928-05-01", "90+"), ("1930", ""), ("", "")]
)
def test_age_band_from_iso_dates(birth, band):
    assert notes.age_band(birth, "2018-05-02") == band
