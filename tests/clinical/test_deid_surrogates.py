import datetime
import re

import pytest

from helpers.clinical.deid import lexicon, surrogates
from helpers.clinical.deid.spans import Span
from helpers.core.errors import PhiError

KEY = b"k" * 32


def _one(value, label, **changes):
    given = {"output": "surrogate", "method": "safe_harbor", "key": KEY, "patient_key": "p1"} | changes
    return surrogates.replace(value, [Span(0, len(value), label, "rules")], **given)


def test_tag_and_mask_write_no_letter_of_the_original():
    text = "Ada Moss, 3/4/2021"
    spans = [Span(0, 8, "NAME", "rules"), Span(10, 18, "DATE", "rules")]
    given = {"method": "safe_harbor", "key": KEY, "patient_key": "p1"}
    assert surrogates.replace(text, spans, output="tag", **given) == "[NAME], [DATE]"
    assert surrogates.replace(text, spans, output="mask", **given) == "*** ****, */*/****"


def test_one_person_has_one_surrogate_in_every_record_and_another_key_another():
    first = _one("Adaeze Mossley", "NAME")
    assert first == _one("Adaeze Mossley", "NAME")
    assert first.split()[1] == _one("Mossley", "NAME")
    assert first != _one("Adaeze Mossley", "NAME", patient_key="p2")
    assert first != _one("Adaeze Mossley", "NAME", key=b"j" * 32)


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("ADA MOSS", r"[A-Z]{4,} [A-Z]{4,}"),
        ("ada moss", r"[a-z]{4,} [a-z]{4,}"),
        ("Moss, Ada Q.", r"[A-Z][a-z]+, [A-Z][a-z]+ [A-PR-Z]\."),
        ("O'Moss-Ode", r"[A-Z]'[A-Z][a-z]+-[A-Z][a-z]+"),
    ],
)
def test_names_keep_capitals_initials_and_punctuation(value, shape):
    assert re.fullmatch(shape, _one(value, "NAME"))


def test_a_surrogate_is_never_a_real_name_of_the_note():
    names = [name for name in lexicon.names()[1] if name.isascii() and name.isalpha()][:300]
    text = " ".join(names)
    spans, at = [], 0
    for name in names:
        spans.append(Span(at, at + len(name), "NAME", "rules"))
        at += len(name) + 1
    new = surrogates.replace(text, spans, output="surrogate", method="safe_harbor", key=KEY, patient_key="p")
    assert {word.lower() for word in new.split()}.isdisjoint(name.lower() for name in names)


def test_safe_harbor_leaves_the_year_alone_and_no_year_that_tells_an_age_over_89():
    text = "born 3/4/1930, seen March 4, 2021, again on 5/6"
    spans = [Span(5, 13, "DATE", "rules"), Span(20, 33, "DATE", "rules"), Span(44, 47, "DATE", "rules")]
    new = surrogates.replace(text, spans, output="surrogate", method="safe_harbor", key=KEY, patient_key="p1")
    assert new == "born [DATE], seen 2021, again on [DATE]"


def test_other_methods_move_all_dates_of_a_patient_by_one_offset():
    first, second = (_one(value, "DATE", method="limited_data_set") for value in ("2020-02-28", "2021-01-05"))
    apart = datetime.date.fromisoformat(second) - datetime.date.fromisoformat(first)
    assert apart == datetime.date(2021, 1, 5) - datetime.date(2020, 2, 28)
    assert first != "2020-02-28"
    offsets = {surrogates.offset_days(key=KEY, patient_key=f"p{i}") for i in range(200)}
    assert len(offsets) > 100
    assert all(30 <= abs(days) < 730 for days in offsets)


@pytest.mark.parametrize(
    ("value", "label", "pattern"),
    [
        ("(212) 867-5309", "PHONE", r"\(\d{3}\) 555-01\d\d"),
        ("212.867.5309 ext 4", "PHONE", r"\d{3}\.555\.01\d\d"),
        ("867-5309", "FAX", r"555-01\d\d"),
        ("a@b.org", "EMAIL", r"user\d{8}@example\.org"),
        ("http://x.y/z", "URL", r"https://example\.org/\d{8}"),
        ("10.1.2.3", "IP", r"192\.0\.2\.\d{1,3}"),
        ("123-45-6789", "SSN", r"000-\d\d-\d{4}"),
        ("93", "AGE", "90 or over"),
        ("62704", "LOCATION", "62700"),
        ("62704-1234", "LOCATION", "62700"),
        ("03601", "LOCATION", "000"),
        ("Springfield", "LOCATION", r"[A-Z][a-z]+"),
        ("AB-4471c", "MRN", r"[A-Z]{2}-\d{4}[a-z]"),
        ("12 Larch Rd", "ADDRESS", r"\d{3} [A-Z][a-z]+ Street"),
        ("Ferny Clinic", "ORGANIZATION", r"[A-Z][a-z]+ Clinic"),
        ("face.jpg", "PHOTO", r"\[PHOTO\]"),
    ],
)
def test_every_class_keeps_its_form_and_comes_from_a_reserved_range(value, label, pattern):
    new = _one(value, label)
    assert re.fullmatch(pattern, new)
    assert new != value


def test_numbers_are_the_same_whatever_their_punctuation():
    assert re.sub(r"\D", "", _one("44-71-902", "MRN")) == _one("4471902", "MRN")


def test_a_short_key_and_overlapping_spans_are_refused_without_quoting_the_text():
    with pytest.raises(PhiError) as caught:
        _one("Ada Moss", "NAME", key=b"short")
    assert "Ada" not in str(caught.value)
    with pytest.raises(PhiError, match="overlap"):
        surrogates.replace(
            "Ada Moss",
            [Span(0, 5, "NAME", "r"), Span(4, 8, "NAME", "r")],
            output="tag",
            method="safe_harbor",
            key=KEY,
            patient_key="p",
        )


def test_codes_depend_on_key_and_value_only():
    assert surrogates.code("r1", key=KEY, prefix="r-") == surrogates.code("r1", key=KEY, prefix="r-")
    assert len({surrogates.code(f"r{i}", key=KEY, prefix="r-") for i in range(1000)}) == 1000
    assert surrogates.code("r1", key=KEY, prefix="r-") != surrogates.code("r1", key=b"j" * 32, prefix="r-")
