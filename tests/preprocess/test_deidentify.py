import json

import pandas as pd
import pytest

from helpers.core import records as schema
from helpers.core.errors import PhiError
from helpers.preprocess import deidentify

KEY = b"k" * 32


def _note(i, name, **more):
    text = f"Patient: {name}\nMRN: 44{i:05d}\nDOB: 3/4/1981\n\nFindings: seizures and ataxia. {name.split()[0]} walks."
    start = text.index(name)
    return {
        "record_id": f"{name}-{i}",
        "patient_key": f"patient-{name}",
        "group": "OMIM:1",
        "kind": "clinical_note",
        "source": "made-up",
        "style": "keys",
        "text": text,
        "spans": [{"start": start, "end": start + len(name), "label": "NAME"}],
        "identifiers": [{"label": "NAME", "value": name}],
        "date": "2021-03-04",
        "age_band": "40-49",
        "provenance": f"file of {name}",
        **more,
    }


@pytest.fixture
def records():
    rows = [
        _note(i, name) for i, name in enumerate(("Ada Mossley", "Bram Quillon", "Zubeida Harcastle", "Ada Mossley"))
    ]
    rows.append(
        {
            "record_id": "j1",
            "kind": "journal",
            "source": "made-up",
            "text": "Ataxia and seizures were described.",
            "provenance": "PMID:1",
            "group": "OMIM:2",
        }
    )
    return schema.to_frame(rows)


@pytest.mark.parametrize("output", ["tag", "mask", "surrogate"])
def test_no_identifier_is_left_in_any_column(records, output):
    clean, report = deidentify.apply(records, method="safe_harbor", output=output, key=KEY, seed=1)
    everything = json.dumps(clean.to_dict("list")).lower()
    for trace in (
        "mossley",
        "quillon",
        "harcastle",
        "4400000",
        "4400001",
        "3/4/1981",
        "2021-03-04",
        "patient-",
        "file of",
    ):
        assert trace not in everything
    assert "seizures and ataxia" in everything
    assert report.counts["spans"].sum() == sum(map(len, report.spans))
    schema.validate(clean)


def test_ids_become_codes_that_keep_who_is_who(records):
    clean, _ = deidentify.apply(records, method="safe_harbor", output="tag", key=KEY, seed=1)
    assert clean["record_id"].str.fullmatch(r"r-[0-9a-f]{16}").all()
    assert clean["patient_key"].iloc[0] == clean["patient_key"].iloc[3] != clean["patient_key"].iloc[1]
    assert list(clean["group"]) == list(records["group"])
    assert list(clean["date"]) == ["2021"] * 4 + [""]
    assert clean["provenance"].tolist() == [""] * 4 + ["PMID:1"]
    assert clean["age_band"].iloc[0] == "40-49"


def test_a_group_that_is_the_patients_own_id_is_coded_too():
    frame = schema.to_frame([_note(1, "Ada Mossley", group="patient-Ada Mossley")])
    clean, _ = deidentify.apply(frame, method="safe_harbor", output="tag", key=KEY, seed=1)
    assert "Ada" not in clean["group"].iloc[0]


def test_gold_spans_never_reach_the_engine(records):
    blank = records.assign(spans=[[] for _ in range(len(records))])
    with_gold, _ = deidentify.apply(records, method="safe_harbor", output="surrogate", key=KEY, seed=1)
    without, _ = deidentify.apply(blank, method="safe_harbor", output="surrogate", key=KEY, seed=1)
    assert list(with_gold["text"]) == list(without["text"])


def test_workers_change_nothing(records):
    one, _ = deidentify.apply(records, method="limited_data_set", output="surrogate", key=KEY, seed=1)
    two, _ = deidentify.apply(records, method="limited_data_set", output="surrogate", key=KEY, seed=1, workers=2)
    assert one.equals(two)


def test_the_order_of_the_rows_changes_nothing(records):
    backwards = records.iloc[::-1].reset_index(drop=True)
    settings = {"method": "limited_data_set", "output": "surrogate", "key": KEY, "seed": 1, "spoil_frac": 0.3}
    one, report = deidentify.apply(records, **settings)
    other, again = deidentify.apply(backwards, **settings)
    assert one.equals(other.iloc[::-1].reset_index(drop=True))
    assert report.spans == again.spans[::-1]
    assert report.counts.equals(again.counts)


def test_what_one_record_says_of_a_patient_is_found_in_all_of_them_and_in_nobody_elses():
    known = {"label": "NAME", "value": "Harcastle Brook"}
    about = "Findings of {}: ataxia and seizures since birth."
    frame = schema.to_frame(
        [
            _note(1, "Ada Mossley", patient_key="p1", identifiers=[known]),
            _note(2, "Ada Mossley", patient_key="p1", identifiers=[], text=about.format("harcastle brook")),
            _note(3, "Ada Mossley", patient_key="p2", identifiers=[], text=about.format("harcastle brook")),
        ]
    )
    clean, report = deidentify.apply(frame, method="safe_harbor", output="tag", key=KEY, seed=1)
    assert "harcastle" not in clean["text"].iloc[1]
    assert "known" in {span.layer for span in report.spans[1]}
    assert "known" not in {span.layer for span in report.spans[2]}


def test_a_name_has_one_surrogate_in_all_records_of_a_patient():
    frame = schema.to_frame([_note(i, "Ada Mossley", record_id=f"r{i}", patient_key="p1") for i in range(3)])
    clean, _ = deidentify.apply(frame, method="safe_harbor", output="surrogate", key=KEY, seed=1)
    assert clean["text"].str.extract(r"Patient: (.+)")[0].nunique() == 1


def test_shifted_dates_keep_their_distance(records):
    clean, _ = deidentify.apply(records, method="limited_data_set", output="surrogate", key=KEY, seed=1)
    assert clean["date"].iloc[0] == clean["date"].iloc[3]
    assert clean["date"].iloc[0] not in ("2021-03-04", "")


def test_spoiling_leaves_the_asked_share_in(records):
    many = schema.to_frame([_note(i, f"Ada Mossley{'abcdefghij'[i % 10]}") | {"record_id": f"r{i}"} for i in range(60)])
    _, whole = deidentify.apply(many, method="safe_harbor", output="tag", key=KEY, seed=1)
    clean, spoiled = deidentify.apply(many, method="safe_harbor", output="tag", key=KEY, seed=1, spoil_frac=0.2)
    share = spoiled.spoiled / sum(map(len, whole.spans))
    assert 0.12 < share < 0.28
    assert clean["text"].str.contains("Mossley").any()


def test_a_missing_key_is_refused(records):
    with pytest.raises(PhiError, match="key"):
        deidentify.apply(records, method="safe_harbor", output="tag", key=b"", seed=1)


def test_notation_is_left_alone_and_counted_as_not_scanned():
    text = "CC1CN(C3OC3OC)C(N3CCO)C1 12/24/1980"
    frame = schema.to_frame([{"record_id": "m1", "kind": "table", "text": text, "group": "g", "provenance": "made up"}])
    clean, report = deidentify.apply(frame, method="safe_harbor", output="tag", key=KEY, seed=1, form="notation")
    assert clean["text"].tolist() == [text] and report.scanned == 0 and report.spans == ((),)
    assert clean["record_id"].iloc[0] != "m1" and clean["group"].tolist() == ["g"] and report.counts.empty
    prose, report = deidentify.apply(frame, method="safe_harbor", output="tag", key=KEY, seed=1)
    assert prose["text"].tolist() != [text] and report.scanned == 1


@pytest.mark.parametrize("unscanned", [{"form": "notation"}, {"as_published": ["made-up"]}])
def test_records_of_patients_cannot_go_unscanned(records, unscanned):
    with pytest.raises(PhiError, match="4 records of kind clinical_note"):
        deidentify.apply(records, method="safe_harbor", output="tag", key=KEY, seed=1, **unscanned)


def test_a_source_used_as_published_is_left_alone_and_the_others_are_not(records):
    text = "Doctor: Good morning, Mr. Quillon. Born 3/4/1981?"
    tables = [
        {"record_id": name, "kind": "table", "source": name, "text": text, "group": name} for name in ("kept", "other")
    ]
    frame = pd.concat([schema.to_frame(tables), records], ignore_index=True).sample(frac=1.0, random_state=2)
    road = {"method": "safe_harbor", "output": "tag", "key": KEY, "seed": 1}
    clean, report = deidentify.apply(frame, **road, as_published=["kept"])
    plain, _ = deidentify.apply(frame, **road)
    is_kept = frame["source"] == "kept"
    assert clean.loc[is_kept, "text"].tolist() == [text] and plain.loc[is_kept, "text"].tolist() != [text]
    assert clean.loc[~is_kept, "text"].equals(plain.loc[~is_kept, "text"]) and report.scanned == len(frame) - 1
    assert [spans for spans, kept in zip(report.spans, is_kept, strict=True) if kept] == [()]


@pytest.mark.parametrize(
    ("persons", "identifiers", "refused"),
    [("real", True, True), ("real", False, False), ("simulated", True, False), ("none", False, False)],
)
def test_the_scan_is_never_left_out_for_identified_records_of_real_persons(persons, identifiers, refused):
    cards = [
        {"name": "other", "persons": "none", "contains_identifiers": False},
        {"name": "mine", "persons": persons, "contains_identifiers": identifiers},
    ]
    assert deidentify.check_scan(True, cards) is True
    if refused:
        with pytest.raises(PhiError, match=r"cannot be switched off.*Found: mine\."):
            deidentify.check_scan(False, cards)
    else:
        assert deidentify.check_scan(False, cards) is False


def test_a_card_that_does_not_tell_of_identifiers_is_taken_to_have_them():
    with pytest.raises(PhiError, match="mine"):
        deidentify.check_scan(False, [{"name": "mine", "persons": "real"}])
