import matplotlib.pyplot as plt
import pandas as pd
import pytest

from helpers.core import records as schema
from helpers.preprocess import quasi_identifiers


def _patient(i, **more):
    return {
        "record_id": f"r{i}",
        "patient_key": f"p{i}",
        "kind": "clinical_note",
        "text": "Ataxia.",
        "sex": "female",
        "age_band": "18-39",
        "date": "2020",
        "labels": ["ataxia"],
    } | more


def _assess(rows):
    return quasi_identifiers.assess([schema.to_frame(rows)])


def test_class_sizes_and_shares_equal_hand_counted_ones():
    rows = [_patient(i) for i in range(11)]
    rows += [_patient(i, labels=["rare"]) for i in range(11, 15)]
    rows += [_patient(15, sex="male")]
    steps = _assess(rows).steps.set_index("known")
    whole = steps.loc["age band, sex, state or zip3, year, label"]
    assert (whole["patients"], whole["classes"], whole["smallest_k"]) == (16, 3, 1)
    assert whole[["alone", "below_5", "below_11"]].tolist() == pytest.approx([1 / 16, 5 / 16, 5 / 16])
    first = steps.loc["age band, sex"]
    assert (first["classes"], first["smallest_k"]) == (2, 1)
    assert _assess(rows).totals() == {"smallest_k": 1, "below_5_frac": 5 / 16, "below_11_frac": 5 / 16}


def test_more_known_things_never_make_a_class_larger():
    rows = [_patient(i, date=str(2010 + i % 3), labels=[f"d{i % 4}"], sex=("male", "female")[i % 2]) for i in range(40)]
    steps = _assess(rows).steps
    assert steps["smallest_k"].is_monotonic_decreasing
    assert steps["classes"].is_monotonic_increasing
    assert steps["below_11"].is_monotonic_increasing


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("12 Amber Street, Opalholt, UT 23900", "UT"),
        ("12 amber street, opalholt, ut 23900", "UT"),
        ("[ADDRESS], [LOCATION], NM [LOCATION]", "NM"),
        ("*****, NM *****-****", "NM"),
        ("She moved here from New Mexico in 2019.", "NM"),
        ("Zip: 841", "841"),
        ("zip 84100", "841"),
        ("Seen IN 2019, OR 100 mg of zinc.", ""),
        ("Dr. Virginia Opal, Georgia Reed", "GA"),
        ("no place at all", ""),
    ],
)
def test_a_place_that_stays_in_the_text_counts(text, place):
    many = [_patient(i, text="Ataxia.") for i in range(3)] + [_patient(9, text=text)]
    steps = _assess(many).steps.set_index("known")
    alone = steps.loc["age band, sex, state or zip3", "alone"]
    assert alone == (0.25 if place else 0)
    assert quasi_identifiers._places(text) == place


def test_a_patient_with_two_records_is_one_patient_known_by_both():
    rows = [_patient(i) for i in range(4)] + [_patient(9, patient_key="p0", date="2021")]
    report = _assess(rows)
    assert report.steps["patients"].tolist() == [4] * 4
    assert report.steps["smallest_k"].tolist() == [4, 4, 1, 1]


def test_records_without_a_person_and_empty_frames_give_no_class():
    for rows in ([], [_patient(1, kind="journal")]):
        report = _assess(rows)
        assert report.steps["patients"].tolist() == [0] * 4
        assert report.totals()["smallest_k"] == 0
        assert quasi_identifiers.pictures(report) == []


def test_the_picture_counts_every_patient_once_and_says_how_to_read_it():
    rows = (
        [_patient(i) for i in range(60)]
        + [_patient(i, labels=["rare"]) for i in range(60, 67)]
        + [_patient(99, sex="")]
    )
    (picture,) = quasi_identifiers.pictures(_assess(rows))
    assert picture.data.set_index("name")["count"].to_dict() == {
        "alone": 1,
        "2 to 4": 0,
        "5 to 10": 7,
        "11 to 50": 0,
        "51 or more": 60,
    }
    assert "the better" in picture.caption
    ax = picture.draw(picture.data)
    assert ax.get_xlabel() == "patients (count)"
    plt.close(ax.get_figure())


def test_the_report_names_no_patient_and_no_place():
    report = _assess([_patient(i, text=f"Opalholt, UT 239{i:02d}", labels=[f"secret{i}"]) for i in range(5)])
    shown = pd.concat([report.steps, report.sizes]).to_string()
    assert "UT" not in shown and "secret" not in shown and "p1" not in shown
