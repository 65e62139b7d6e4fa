import json

import pytest

from helpers.collect.own_tables import cells, iso_dates, mapping
from helpers.core import task_sources
from helpers.core.errors import RecordError

COLUMNS = {"record_id": "id", "text": "note", "labels": "class"}
VALUES = {"id": "n1", "note": "Ataxia.", "class": "yes"}


def _row(more_columns=None, more_values=None, *, remark="", **block):
    columns = COLUMNS | (more_columns or {})
    source = task_sources.Source(
        **{"card": "mine", "kind": "clinical_note", "path": "in.csv", "columns": columns} | block
    )
    found = cells.Cells("7", VALUES | (more_values or {}), "", remark)
    return mapping.to_row(found, source, file="in.csv", form="csv")


def _remarks(row):
    return json.loads(row.fields["provenance"]).get("remarks", [])


def test_mapped_columns_become_the_fields_of_a_record():
    row = _row(
        {"patient_key": "pid", "group": "family", "date": "day", "birth_date": "born", "sex": "sex", "origin": "site"},
        {"pid": 12.0, "family": "f", "day": "31/01/2020", "born": "1.2.1925", "sex": " F ", "site": "A"},
    )
    assert row[:2] == ("in.csv", "7") and row.reason == ""
    wanted = {
        "record_id": "n1", "patient_key": "12", "group": "f", "kind": "clinical_note", "style": "csv", "text": "Ataxia.",
        "labels": ["yes"], "references": [], "identifiers": [{"label": "DATE", "value": "1925-02-01"}],
        "date": "2020-01-31", "sex": "F", "age_band": "90+", "origin": "A",
        "provenance": '{"file": "in.csv", "row": "7"}',
    }  # fmt: skip
    assert row.fields == wanted


def test_demographic_columns_become_known_identifiers_and_empty_ones_do_not():
    row = _row(
        {"identifiers": {"first": "NAME", "mrn": "MRN", "seen": "DATE", "phone": "PHONE"}},
        {"first": "Ana", "mrn": 12345.0, "seen": "31/12/2019", "phone": None},
    )
    assert row.fields["identifiers"] == [
        {"label": "NAME", "value": "Ana"},
        {"label": "MRN", "value": "12345"},
        {"label": "DATE", "value": "2019-12-31"},
    ]


def test_a_date_that_cannot_be_read_is_still_looked_for_as_it_is_written():
    row = _row({"birth_date": "born"}, {"born": "03/04/1960"})
    assert row.fields["identifiers"] == [{"label": "DATE", "value": "03/04/1960"}]
    assert row.fields["age_band"] == "" and _remarks(row) == [iso_dates.AMBIGUOUS]


def test_an_identifier_label_that_de_identification_does_not_know_is_refused():
    source = task_sources.Source(
        card="mine", kind="clinical_note", path="in.csv", columns=COLUMNS | {"identifiers": {"first": "Vorname"}}
    )
    with pytest.raises(RecordError, match=r"Found: first. Expected: column: label, of NAME"):
        mapping.check(source)


def test_dates_in_three_forms_become_iso_and_an_unreadable_one_is_left_empty_with_a_remark():
    days = [_row({"date": "d"}, {"d": value}) for value in ("2020-01-31", "31.01.2020", "01/31/2020", "soon")]
    assert [row.fields["date"] for row in days] == ["2020-01-31"] * 3 + [""]
    assert [_remarks(row) for row in days] == [[], [], [], [iso_dates.UNREADABLE]]
    assert not any(row.reason for row in days)


def test_a_stated_date_format_reads_what_is_ambiguous():
    assert _row({"date": "d"}, {"d": "03/04/2020"}, date_format="%d/%m/%Y").fields["date"] == "2020-04-03"


def test_without_an_id_column_the_id_is_of_what_the_row_says():
    def of(note):
        source = task_sources.Source(
            card="mine", kind="table", path="in.csv", columns={"text": "note", "labels": "class"}
        )
        found = cells.Cells("1", {"note": note, "class": "yes"})
        return mapping.to_row(found, source, file="in.csv", form="csv").fields["record_id"]

    assert of("Ataxia.") == of("Ataxia.") != of("Ataxia")
    assert "Ataxia" not in of("Ataxia.")


@pytest.mark.parametrize(
    ("patient", "reason"), [("p", ""), ("", "no patient"), (None, "no patient"), (" ", "no patient")]
)
def test_a_row_without_its_patient_is_set_aside_where_patients_are_mapped(patient, reason):
    assert _row({"patient_key": "pid"}, {"pid": patient}).reason == reason


def test_labels_are_split_only_where_a_separator_is_stated():
    assert _row({}, {"class": "a | b"}).fields["labels"] == ["a | b"]
    assert _row({}, {"class": "a | b |a|"}, label_separator="|").fields["labels"] == ["a", "b"]
    assert _row({}, {"class": ["a", None, "b"]}).fields["labels"] == ["a", "b"]
    assert _row({}, {"class": 1.0}).fields["labels"] == ["1"]
    assert _row({}, {"class": None}).fields["labels"] == []


@pytest.mark.parametrize(
    ("age", "band", "remarks"),
    [("17", "0-17", 0), (64.9, "40-64", 0), ("90", "90+", 0), ("", "", 0), ("old", "", 1), (-1, "", 1), (999, "", 1)],
)
def test_an_age_gives_its_band(age, band, remarks):
    row = _row({"age": "age"}, {"age": age})
    assert row.fields["age_band"] == band and len(_remarks(row)) == remarks


@pytest.mark.parametrize("values", [{"id": {"a": 1}}, {"note": ["a"]}])
def test_a_list_or_object_where_one_value_belongs_sets_the_row_aside(values):
    assert _row({}, values).reason == "a list or object where one value belongs"


def test_a_reason_of_the_reader_and_its_remark_are_kept():
    assert _remarks(_row(remark="read as cp1252")) == ["read as cp1252"]
    source = task_sources.Source(card="mine", kind="table", path="in.csv", columns=COLUMNS)
    row = mapping.to_row(cells.Cells("3", {}, "a misplaced quote"), source, file="in.csv", form="csv")
    assert (row.row, row.fields, row.reason) == ("3", {}, "a misplaced quote")


@pytest.mark.parametrize(
    ("cell", "separator", "references"),
    [
        (["rash", "fever", "rash"], None, ["rash\nfever\nrash"]),
        ("rash; fever; rash", ";", ["rash\nfever\nrash"]),
        ("rash\nfever", None, ["rash\nfever"]),
        ("None", ";", ["none"]),
        ([], None, ["none"]),
        ("", ";", []),  # perhaps nobody has looked
        (None, None, []),
    ],
)
def test_mentions_become_one_answer_with_repeated_ones_kept(cell, separator, references):
    columns = {"record_id": "id", "text": "note", "mentions": "signs"}
    source = task_sources.Source(card="mine", kind="table", path="in.csv", columns=columns, label_separator=separator)
    row = mapping.to_row(cells.Cells("1", VALUES | {"signs": cell}), source, file="in.csv", form="csv")
    assert row.fields["references"] == references and row.fields["labels"] == []
