import datetime
import re

import pytest

from helpers.clinical.deid import lexicon, name_pools, surrogates
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


def _writer(**changes):
    given = {"key": KEY, "patient_key": "p1", "method": "safe_harbor"} | changes
    return surrogates.Surrogates(**given)


def test_case_accents_and_word_order_change_no_surrogate():
    writer = _writer()
    first, last = writer.write("NAME", "Zoë Nowak").split()
    assert writer.write("NAME", "NOWAK, ZOE") == f"{last.upper()}, {first.upper()}"
    assert writer.write("NAME", "nowak") == last.lower()
    assert _writer().write("NAME", "Nowak") == last


def test_two_names_of_a_patient_never_share_a_surrogate():
    words = sorted(
        {
            lexicon.fold(name)
            for pool in lexicon.names()
            for name in pool
            if name.isascii() and name.isalpha() and len(name) > 4
        }
    )
    few = words[:: len(words) // 800]
    writer = _writer(names=few)
    new = [writer.write("NAME", word) for word in few]
    assert len(set(new)) == len(few) and not set(new) & set(few)
    unlisted = _writer()
    assert len({unlisted.write("NAME", word) for word in few}) == len(few)


def test_the_order_in_which_records_come_changes_no_surrogate_where_the_names_are_given():
    names = ["Mossley", "Kowalczyk", "Ada", "Jerzy"]
    first, second = _writer(names=names), _writer(names=reversed(names))
    assert [first.write("NAME", name) for name in names] == [second.write("NAME", name) for name in names]


def test_given_names_keep_their_sex_and_titles_and_particles_stay():
    female = {lexicon.fold(name) for name in name_pools.candidates("margaret")[0]}
    male = {lexicon.fold(name) for name in name_pools.candidates("gregory")[0]}
    assert not female & male
    writer = _writer()
    assert {lexicon.fold(_writer(patient_key=f"p{i}").write("NAME", "Margaret")) for i in range(50)} <= female
    assert {lexicon.fold(_writer(patient_key=f"p{i}").write("NAME", "Gregory")) for i in range(50)} <= male
    assert re.fullmatch(r"Dr\. [A-Z][a-z]+ van der [A-Z][a-z]+", writer.write("NAME", "Dr. Gregory van der Kerkhof"))


def test_a_name_of_one_language_gets_one_of_that_language():
    own = [word for word, (origins, counts) in name_pools._listed().items() if origins == {"fi"} and counts["family"]]
    pool = {lexicon.fold(name) for name in name_pools.candidates(own[0])[0]}
    finnish = {word for word, (origins, _) in name_pools._listed().items() if "fi" in origins}
    assert pool and pool <= finnish


def test_a_short_form_of_a_hospital_follows_its_surrogate():
    writer = _writer(organizations=["Larch Valley Hospital"])
    full = writer.write("ORGANIZATION", "Larch Valley Hospital")
    assert writer.write("ORGANIZATION", "LVH") == "".join(word[0] for word in full.split())
    assert writer.write("ORGANIZATION", "LARCH VALLEY HOSPITAL") == full.upper()
    assert full.split()[0] in writer.write("ORGANIZATION", "Larch Valley")
    assert re.fullmatch(r"[A-Z]{3}", writer.write("ORGANIZATION", "QRT"))


def test_no_year_alone_tells_an_age_over_89():
    year = datetime.date.today().year
    writer = _writer()
    assert writer.write("DATE", f"3/4/{year - 95}") == "[DATE]" and writer.write("DATE", str(year - 95)) == "[DATE]"
    assert writer.write("DATE", f"3/4/{year - 89}") == str(year - 89)


@pytest.mark.parametrize("key", [b"", b"short", None])
def test_a_writer_without_a_key_is_refused(key):
    with pytest.raises(PhiError, match="key"):
        _writer(key=key)


def test_a_number_has_one_surrogate_whatever_class_it_was_found_as():
    writer = _writer()
    assert writer.write("MRN", "4471902") == writer.write("ID", "4471902") != "4471902"
