import itertools

import pytest

from helpers.clinical import note_sections

WANTED = ("findings", "history", "assessment", "statement", "body")


@pytest.mark.parametrize(
    "note",
    [
        "Patient: Ada Quill\nMRN: 4471\n\nFindings: Seizures and ataxia.\nPlan: MRI.",
        "PATIENT NAME: ADA QUILL\nFINDINGS\nSeizures and ataxia.\nPLAN\nMRI.",
        "# Visit\n## Findings\nSeizures and ataxia.\n## Plan\nMRI.",
        "name: ada quill\nfindings: Seizures and ataxia.\nplan: mri",
        "**Findings:** Seizures and ataxia.\n**Plan:** MRI.",
        "this is doctor quill dictating on ada moss findings colon Seizures and ataxia. plan colon mri end of dictation",
        "MSH|^~\\&|LAB\nPID|1||4471||QUILL^ADA\n"
        "OBX|1|TX|FIND^Findings||Seizures and ataxia.||||||F\nOBX|2|TX|PLAN^Plan||MRI",
    ],
)
def test_findings_are_cut_out_whatever_the_style_of_the_headers(note):
    assert note_sections.clinical_text(note, sections=WANTED) == "Seizures and ataxia."


def test_body_is_used_only_where_no_header_is_found_and_never_with_administrative_lines():
    letter = (
        "Re: Ada Quill\nDate of birth: 4 May 1980\n\nDear Dr. Moss,\n\n"
        "She has seizures.\n\nYours sincerely,\nDr. Ode\nFerny Clinic"
    )
    assert note_sections.clinical_text(letter, sections=WANTED) == "She has seizures."
    assert note_sections.clinical_text("Nothing but prose here.", sections=("findings",)) == "Nothing but prose here."
    assert note_sections.clinical_text("Patient: Ada Quill\nMRN: 4471", sections=WANTED) == ""
    assert note_sections.clinical_text("Patient: Ada Quill\nMRN: 4471", sections=("administrative",)) == ""


def test_wrapped_header_values_stay_administrative():
    note = "Address: 12 Larch Road\n   Ferny, OH 44000\nPhone: 555-0101\n\nHistory: Born at term."
    assert [part.name for part in note_sections.find_sections(note)] == ["administrative", "history"]


def test_headers_inside_a_line_open_sections():
    note = "History: Born at term. Findings: Ataxia. Family History: none"
    assert [part.name for part in note_sections.find_sections(note)] == ["history", "findings", "family_history"]


def test_sections_are_ordered_and_disjoint():
    note = "Ward note\n\nHPI: cough\nExam:\nclear\nMeds: none\nImpression - viral\nSigned by: A. Moss\n"
    parts = note_sections.find_sections(note)
    assert all(first.end <= second.start for first, second in itertools.pairwise(parts))
    assert {"history", "findings", "medications", "assessment", "administrative"} <= {part.name for part in parts}


def test_ordinary_prose_with_colons_is_no_header():
    note = "He said: it hurts. The result was clear: normal."
    assert [part.name for part in note_sections.find_sections(note)] == ["body"]


def test_sections_take_linear_time_on_hostile_lines():
    for line in ("a" * 300_000, "Findings: " * 30_000, ": " * 100_000, "\n" * 200_000, "PID|" * 50_000, "* " * 100_000):
        assert isinstance(note_sections.find_sections(line), list)
