import pytest

from helpers.clinical.deid import code_labels
from helpers.clinical.deid.spans import Span


def _labels(text, *codes, label="ID"):
    spans = [Span(text.index(code), text.index(code) + len(code), label, "tagger", 0.9) for code in codes]
    return [span.label for span in code_labels.relabel(text, spans)]


@pytest.mark.parametrize(
    ("text", "code", "label"),
    [
        ("Ward 4, NHS no: 943 476 5870, seen today", "943 476 5870", "MRN"),
        ('{"mrn":"LB-300917"}', "LB-300917", "MRN"),
        ("hosp_no ...... 55190", "55190", "MRN"),
        ("Medicaid ID 88-201-7K active", "88-201-7K", "HEALTH_PLAN"),
        ("acct # 60034418-01", "60034418-01", "ACCOUNT"),
        ("RN lic. 4471829", "4471829", "LICENSE"),
        ("Azure pacemaker (s/n PJN7712044)", "PJN7712044", "DEVICE"),
        ("Plate 7KLM204", "7KLM204", "VEHICLE"),
        ("results faxed to 575-555-0102", "575-555-0102", "FAX"),
        ("pager 20417", "20417", "PHONE"),
        ("accession no. S24-0991", "S24-0991", "ID"),
    ],
)
def test_the_cue_right_before_a_code_names_its_class(text, code, label):
    other = "ID" if label != "ID" else "MRN"
    assert _labels(text, code, label=other) == [label]


def test_a_code_without_a_cue_right_before_it_keeps_its_class():
    assert _labels("The chart was open. Bottle 20417 broke", "20417") == ["ID"]
    assert _labels("Serial troponins were flat; 20417", "20417") == ["ID"]


def test_groups_of_one_code_take_the_class_of_the_first():
    assert _labels("NHI no 88 204 1177", "88", "204", "1177") == ["MRN"] * 3
    assert _labels("call 5550147, MRN 2041177", "5550147", "2041177", label="PHONE") == ["PHONE", "MRN"]


def test_names_and_dates_are_left_alone():
    assert _labels("MRN Keller", "Keller", label="NAME") == ["NAME"]
    assert _labels("chart 03/04/2021", "03/04/2021", label="DATE") == ["DATE"]
