import base64

import pytest

from helpers.clinical import fhir_values as values
from helpers.core.errors import RecordError


def coded(*displays, text=None):
    codings = [{"system": "s", "code": f"c{number}", "display": display} for number, display in enumerate(displays)]
    return {"coding": codings} | ({"text": text} if text else {})


def test_a_concept_is_told_by_text_then_display_then_code():
    assert values.concept(coded("first", "second", text="told")) == "told"
    assert values.concept(coded(None, "second")) == "second"
    assert values.concept({"coding": [{"code": "E11"}]}) == "E11"
    assert values.concept({}) == values.concept(None) == ""
    assert values.concepts([coded("a"), coded("b"), coded("a")]) == "a, b"


def test_all_codes_of_a_concept_are_known():
    assert values.codes(coded("a", "b"), None, {"coding": [{"display": "x"}]}) == {("s", "c0"), ("s", "c1")}


@pytest.mark.parametrize(
    ("element", "said"),
    [
        ({"valueQuantity": {"value": 7.25, "unit": "mmol/L", "comparator": "<"}}, "<7.25 mmol/L"),
        ({"valueQuantity": {"value": 0, "code": "kg"}}, "0 kg"),
        ({"valueQuantity": {"unit": "kg"}}, "unknown"),
        ({"valueCodeableConcept": coded("Positive")}, "Positive"),
        ({"valueString": "a  b\nc"}, "a b c"),
        ({"valueBoolean": False}, "no"),
        ({"valueInteger": 0}, "0"),
        ({"valueDateTime": "2020-01-02T03:04:05Z"}, "2020-01-02"),
        ({"valueTime": "12:00:00"}, "12:00:00"),
        ({"valueRange": {"low": {"value": 1, "unit": "a"}, "high": {"value": 2, "unit": "a"}}}, "1 a to 2 a"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}, "1 / 128"),
        ({"valuePeriod": {"start": "2020-01-02", "end": "2020-02-03"}}, "2020-01-02 to 2020-02-03"),
        ({"valueSampledData": {"dimensions": 1}}, "a waveform"),
        ({}, ""),
    ],
)
def test_every_kind_of_value_is_written(element, said):
    assert values.value(element) == said


def test_times_come_from_the_first_element_that_has_one():
    assert values.times({"effectivePeriod": {"start": "2020", "end": "2021"}}, "effective") == ("2020", "2021")
    assert values.times({"onsetAge": {"value": 5}, "onsetDateTime": "2020"}, "performed", "onset") == ("", "")
    assert values.times({"performedDateTime": "2020"}, "onset", "performed") == ("2020", "")
    assert values.times({"effectivePeriod": {"end": "2021"}}, "effective") == ("2021", "2021")
    assert values.times({"effectivePeriod": None, "effectiveDateTime": "2020"}, "effective") == ("2020", "")
    assert values.times({"effectiveDateTime": 5}, "effective") == ("", "")  # the models take it for a date


def data(text, charset="utf-8"):
    return base64.b64encode(text.encode(charset)).decode()


def test_attachments_are_text_whatever_their_charset_or_markup():
    assert values.attachment_text("text/plain", data("Fièvre")) == "Fièvre"
    assert values.attachment_text("text/plain; charset=iso-8859-1", data("Fièvre", "latin-1")) == "Fièvre"
    assert values.attachment_text("", data("plain")) == "plain"
    assert values.attachment_text("text/html", data("<p>Seen <b>well</b>.</p><script>x()</script>")).split() == [
        "Seen", "well", ".",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("application/pdf", data("%PDF")),
        ("text/plain", "no base64!"),
        ("text/plain", base64.b64encode(b"\xff\xfe").decode()),
        ("text/plain; charset=klingon", data("x")),
        ("text/html", data("<![<![")),
    ],
)
def test_what_is_no_text_is_refused_without_quoting_it(kind, content):
    with pytest.raises(RecordError) as caught:
        values.attachment_text(kind, content)
    assert content not in str(caught.value)
