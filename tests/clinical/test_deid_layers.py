import datetime
import time

import pytest

from helpers.clinical.deid import engine, known, names, rules, tagger
from helpers.clinical.deid.spans import Span, merge, resolve, trim


def _found(spans, text):
    return {(span.label, text[span.start : span.end]) for span in resolve(trim(text, spans))}


@pytest.mark.parametrize(
    ("text", "label", "value"),
    [
        ("call (555) 555-0134 ext 22 now", "PHONE", "(555) 555-0134 ext 22"),
        ("fax: 555-555-0177", "FAX", "555-555-0177"),
        ("reach her at 555-0101", "PHONE", "555-0101"),
        ("mobile +44 20 7946 0018", "PHONE", "+44 20 7946 0018"),
        ("mail a.moss@example.org please", "EMAIL", "a.moss@example.org"),
        ("write moss at example dot org today", "EMAIL", "moss at example dot org"),
        ("see https://portal.example.com/x?y=1 now", "URL", "https://portal.example.com/x?y=1"),
        ("from 192.0.2.14 at", "IP", "192.0.2.14"),
        ("from 2001:db8::17 at", "IP", "2001:db8::17"),
        ("SSN 123-45-6789", "SSN", "123-45-6789"),
        ("ssn: 000456789", "SSN", "000456789"),
        ("last four of his social 4432", "SSN", "4432"),
        ("MRN: 00123456", "MRN", "00123456"),
        ("MRN\n  4421-889", "MRN", "4421-889"),
        ("medical record number one two three four five six", "MRN", "one two three four five six"),
        ("Member ID: XQB123456789", "HEALTH_PLAN", "XQB123456789"),
        ("policy no. 77-81-2", "HEALTH_PLAN", "77-81-2"),
        ("acct # 99-8812", "ACCOUNT", "99-8812"),
        ("NPI 1234567890", "LICENSE", "1234567890"),
        ("DEA BM1234563", "LICENSE", "BM1234563"),
        ("VIN 1HGCM82633A004352", "VEHICLE", "1HGCM82633A004352"),
        ("plate: ABC-1234", "VEHICLE", "ABC-1234"),
        ("pump serial number SN-88213-A", "DEVICE", "SN-88213-A"),
        ("photo moss_face.jpg", "PHOTO", "moss_face.jpg"),
        ("accession S24-11873", "ID", "S24-11873"),
        ("lives at 742 Evergreen Terrace Apt 3", "ADDRESS", "742 Evergreen Terrace Apt 3"),
        ("send to PO Box 12", "ADDRESS", "PO Box 12"),
        ("Springfield, IL 62704", "LOCATION", "62704"),
        ("Springfield, IL 62704", "LOCATION", "Springfield"),
        ("at St. Mary's Hospital today", "ORGANIZATION", "St. Mary's Hospital"),
        ("Age: 93", "AGE", "93"),
        ("a 94-year-old man", "AGE", "94"),
        ("she is ninety-three years old", "AGE", "ninety-three"),
        ("seen 3/4/2021", "DATE", "3/4/2021"),
    ],
)
def test_rules_find_each_class_with_its_exact_extent(text, label, value):
    assert (label, value) in _found(rules.find(text), text)


@pytest.mark.parametrize(
    "text",
    [
        "BP 120/80, HR 93, SpO2 93 %",
        "aged 93 days",
        "an 89-year-old man",
        "Apgar 8/9, tone 4/5",
        "platelets 150-400",
        "levodopa 25/100",
        "HP:0001250 seizure",
        "NM_000059.3:c.1234A>G",
        "OMIM 154700",
        "L4-L5, C5-C6, T2-weighted",
        "in 2019",
        "Neurology Clinic",
        "Hoehn and Yahr stage 2",
        "dose 250 mg for 10 days",
        "24 hours a day",
    ],
)
def test_rules_leave_clinical_figures_alone(text):
    assert rules.find(text) == []


@pytest.mark.parametrize("text", ["Mr Oak, born {} in Leeds.", "YOB: {}", "He was born in {}", "DOB {}  Sex M"])
def test_a_bare_year_of_birth_goes_only_if_it_tells_an_age_over_89(text):
    now = datetime.date.today().year
    old, young = text.format(now - 95), text.format(now - 60)
    assert ("DATE", str(now - 95)) in _found(rules.find(old), old)
    assert str(now - 60) not in {value for _, value in _found(rules.find(young), young)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Patient: Moss, Ada Q.  DOB: 1980", "Moss, Ada Q"),
        ("Attending: Dr. Maria van der Berg, MD", "Maria van der Berg"),
        ("per Dr. Parkinson today", "Parkinson"),
        ("dr smith reviewed the film", "smith"),
        ("Discussed with Jane Doe, RN.", "Jane Doe"),
        ("PID|1||4471||QUILL^ADA^M||19800101", "QUILL"),
        ("| Name | MRN | DOB |\n|---|---|---|\n| may rice | 12345 | 1/2/2020 |", "may rice"),
        ("Kind regards,\nKofi Ode", "Kofi Ode"),
    ],
)
def test_cued_names_are_found_without_their_titles(text, value):
    assert ("NAME", value) in _found(names.find(text), text)


@pytest.mark.parametrize(
    "text",
    ["Patient: reports pain", "patient Denies pain", "Drug | Dose\naspirin | 81 mg", "Dr. to review", "CC: HEADACHE"],
)
def test_words_beside_a_cue_that_are_no_names_stay(text):
    assert names.find(text) == []


IDENTIFIERS = [
    {"label": "NAME", "value": "Ada May Okonkwo-Moss"},
    {"label": "DATE", "value": "1980-03-04"},
    {"label": "PHONE", "value": "(555) 555-0123"},
    {"label": "MRN", "value": "AB-44 71"},
    {"label": "ADDRESS", "value": "12 Larch Road, Ferny, OH 44000"},
]


@pytest.mark.parametrize(
    "written",
    [
        "Ada Okonkwo",
        "MOSS",
        "okonkwo-moss",
        "4 March 1980",
        "03041980",
        "555.555.0123",
        "5550123",
        "ab4471",
        "12 Larch  Road",
        "Ferny",
    ],
)
def test_known_demographics_are_found_in_any_form(written):
    text = f"xx {written} yy"
    spans = resolve(known.find(text, IDENTIFIERS))
    covered = set().union(*(range(span.start, span.end) for span in spans))
    assert {i for i, char in enumerate(text) if 3 <= i < len(text) - 3 and char.isalnum()} <= covered


def test_known_name_that_is_a_word_is_found_only_where_it_is_written_as_a_name():
    text = "She may improve. May came late."
    assert [text[s.start : s.end] for s in known.find(text, IDENTIFIERS)] == ["May"]


def test_resolve_gives_no_character_back():
    spans = [
        Span(0, 10, "NAME", "tagger"),
        Span(4, 6, "DATE", "rules"),
        Span(8, 14, "ID", "rules"),
        Span(20, 20, "ID", "rules"),
    ]
    settled = resolve(spans)
    assert [(s.start, s.end, s.label) for s in settled] == [
        (0, 4, "NAME"),
        (4, 6, "DATE"),
        (6, 8, "NAME"),
        (8, 14, "ID"),
    ]


def test_merge_joins_parts_of_a_name_on_one_line_only():
    text = "Ada Moss\nEde"
    parts = [Span(0, 3, "NAME", "tagger", 0.6), Span(4, 8, "NAME", "rules", 0.9), Span(9, 12, "NAME", "tagger", 0.6)]
    assert [(s.start, s.end, s.layer) for s in merge(text, parts)] == [(0, 8, "rules"), (9, 12, "tagger")]


def test_weights_are_small_and_read_without_torch():
    assert tagger.WEIGHTS.stat().st_size < 5 * 2**20
    assert tagger.find("Nothing here but ataxia.", []) == []


HOSTILE = [
    "1",
    "a ",
    "1-",
    "A",
    "a.",
    "Ab ",
    "1 Ab ",
    " ",
    "one ",
    "mrn ",
    "::",
    "@",
    "a@",
    "phone ",
    "Dr. ",
    "Patient: ",
    "|",
    "\n",
    ", MD",
    "march ",
    "1/",
    "Dr. A ",
    "(1",
    "www.",
    "1.1.",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_patterns_take_linear_time_on_a_hostile_line(unit):
    def seconds(size):
        line = unit * (size // len(unit))
        began = time.process_time()
        resolve(trim(line, [*rules.find(line), *names.find(line)]))
        return time.process_time() - began

    small, large = seconds(62_500), seconds(250_000)
    assert large < 10 * small + 0.5


@pytest.mark.slow
def test_a_megabyte_on_one_line_is_finished_in_bounded_time():
    line = ("Ada Moss, MRN 44718, 3/4/2021, " + "a1-" * 20) * 12_000
    began = time.process_time()
    spans = engine.find(line[:1_000_000])
    assert time.process_time() - began < 120
    assert len(spans) > 20_000
