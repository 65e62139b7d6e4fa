import random
import re

import pytest

from helpers.collect.simulated import diseases, note_styles, note_styles_heldout, patients
from helpers.collect.simulated.note_text import NoteText, wording

EVERY_STYLE = {**note_styles.STYLES, **note_styles_heldout.HELD_OUT_STYLES}
LABELS = {
    "NAME",
    "ADDRESS",
    "LOCATION",
    "ORGANIZATION",
    "DATE",
    "AGE",
    "PHONE",
    "FAX",
    "EMAIL",
    "SSN",
    "MRN",
    "HEALTH_PLAN",
    "ACCOUNT",
    "LICENSE",
    "VEHICLE",
    "DEVICE",
    "URL",
    "IP",
    "BIOMETRIC",
    "PHOTO",
    "ID",
}


@pytest.fixture(scope="module")
def people():
    return [(one, patients.draw(one, 0, seed=2)) for one in diseases.load()[::9]]


def written(style, patient):
    return EVERY_STYLE[style](patient, random.Random(patient.id))


def covered(note):
    inside = [False] * len(note.text)
    for span in note.spans:
        inside[span["start"] : span["end"]] = [True] * (span["end"] - span["start"])
    return inside


def test_there_are_at_least_six_styles_and_two_held_out():
    assert len(note_styles.STYLES) >= 6 and len(note_styles_heldout.HELD_OUT_STYLES) == 2
    assert all(name.startswith("heldout_") for name in note_styles_heldout.HELD_OUT_STYLES)


@pytest.mark.parametrize("style", EVERY_STYLE)
def test_spans_are_in_order_inside_the_text_and_of_the_agreed_labels(style, people):
    for _, patient in people:
        note = written(style, patient)
        ends = [0]
        for span in note.spans:
            assert ends[-1] <= span["start"] < span["end"] <= len(note.text)
            assert span["label"] in LABELS
            value = note.text[span["start"] : span["end"]]
            assert value == value.strip() and value
            ends.append(span["end"])


@pytest.mark.parametrize("style", EVERY_STYLE)
def test_every_occurrence_of_an_identifier_is_marked(style, people):
    for _, patient in people:
        note = written(style, patient)
        inside, text = covered(note), note.text.lower()
        findings = " ".join(finding.name for finding in patient.findings).lower()
        values = [
            patient.mrn,
            patient.ssn,
            patient.phone,
            patient.email,
            patient.member_id,
            patient.account,
            patient.zip,
            patient.street,
            patient.city,
            patient.hospital,
            patient.insurer,
            patient.plate,
            patient.device,
            patient.ip,
            patient.attending_license,
            patient.fax,
            patient.url,
            patient.accession,
            patient.workplace,
            *(
                part
                for person in (patient.name, patient.relative, patient.attending, patient.referring, patient.nurse)
                for part in (person.given, person.surname)
            ),
        ]
        for value in {value.lower() for value in values if len(value) > 3}:
            if re.search(rf"\b{re.escape(value)}\b", findings):
                continue
            for match in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", text):
                if len(text) == len(note.text) and not _is_plain_word(value, text, match):
                    assert all(inside[match.start() : match.end()]), (style, value)


def _is_plain_word(value, text, match):
    """Names such as Will or Mark also stand in the frame of a style, where they are no names."""
    return value in {"date", "will", "mark", "seen", "call", "visit", "long", "field", "born", "summit"}


@pytest.mark.parametrize("style", EVERY_STYLE)
def test_dates_numbers_and_addresses_outside_the_spans_do_not_exist(style, people):
    for _, patient in people:
        note = written(style, patient)
        inside = covered(note)
        rest = "".join(" " if marked else letter for letter, marked in zip(note.text, inside, strict=True))
        assert not re.search(r"\d{4,}", rest.replace("2.5", "")), style
        assert not re.search(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|@|https?:|555", rest)
        assert not re.search(
            r"(?i)\b(january|february|march|april|june|july|august|september|october|november|december)\b", rest
        )


@pytest.mark.parametrize("style", EVERY_STYLE)
def test_all_findings_are_in_the_note_in_hpos_words(style, people):
    for _, patient in people:
        text = written(style, patient).text.lower()
        assert all(finding.name.lower() in text for finding in patient.findings)


@pytest.mark.parametrize("style", EVERY_STYLE)
def test_the_answer_is_never_in_the_note(style, people):
    for disease, patient in people:
        text = written(style, patient).text.lower()
        assert disease.name.lower() not in text and disease.family not in text
        assert not re.search(r"\b(omim|pmid)\b", text)
        assert not re.search(rf"\b{disease.id.removeprefix('OMIM:')}\b", text)


@pytest.mark.parametrize("style", EVERY_STYLE)
def test_identifiers_stand_in_the_prose_too_and_not_in_headers_alone(style, people):
    for _, patient in people[:10]:
        note = written(style, patient)
        in_prose = [
            span
            for span in note.spans
            if re.search(r"[a-z]{2,} [a-z]{2,} $", note.text[max(0, span["start"] - 25) : span["start"]].lower())
        ]
        assert in_prose


def test_an_age_is_marked_from_90_on_and_not_before(people):
    import dataclasses

    patient = people[0][1]
    for style in EVERY_STYLE:
        for years, expected in ((89.4, 0), (93.2, 1)):
            note = written(style, dataclasses.replace(patient, age_years=years))
            ages = [note.text[span["start"] : span["end"]] for span in note.spans if span["label"] == "AGE"]
            assert ages == ["93"] * expected, style


def test_together_the_styles_hold_most_classes_of_identifier(people):
    seen = {
        span["label"] for style in EVERY_STYLE for _, patient in people[:20] for span in written(style, patient).spans
    }
    assert seen >= LABELS - {"BIOMETRIC", "PHOTO", "AGE"}


def test_styles_differ_in_case_and_form(people):
    patient = people[3][1]
    assert written("caps_legacy", patient).text.isupper()
    assert written("terse_lower", patient).text == written("terse_lower", patient).text.lower()
    assert written("hl7_pipe", patient).text.startswith("MSH|")
    findings = written("dictation", patient).text.split("findings colon")[1].split("plan colon")[0]
    assert (
        not set(findings)
        - set("".join(wording(f) for f in patient.findings).lower())
        - set(" \nabcdefghijklmnopqrstuvwxyz")
    )


def test_the_builder_keeps_offsets_when_a_letter_grows():
    note = NoteText(str.upper)
    note.add("Dr. ", ("Groß", "NAME"), " on ", ("May 3", "DATE"))
    assert [note.text[span["start"] : span["end"]] for span in note.spans] == ["GROSS", "MAY 3"]


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("Short stature", "short stature"),
        ("EEG with spike-wave complexes", "EEG with spike-wave complexes"),
        ("Babinski sign", "Babinski sign"),
        ("Seizure", "seizure"),
    ],
)
def test_a_sentence_keeps_eponyms_and_acronyms(name, inside):
    assert wording(diseases.Finding("HP:1", name, None, "")) == inside
