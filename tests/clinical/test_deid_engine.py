import itertools
import json
import re

import pytest
from deid_notes import HELD_OUT_NOTES, NOTES

from helpers.clinical.deid import engine, lexicon, scoring

MAPPING = {
    "PERSON": "NAME",
    "STREET_ADDRESS": "ADDRESS",
    "GPE": "LOCATION",
    "ORGANIZATION": "ORGANIZATION",
    "CREDIT_CARD": "ACCOUNT",
    "DATE_TIME": "DATE",
    "PHONE_NUMBER": "PHONE",
    "EMAIL_ADDRESS": "EMAIL",
    "ZIP_CODE": "LOCATION",
    "DOMAIN_NAME": "URL",
    "IBAN_CODE": "ACCOUNT",
    "US_SSN": "SSN",
    "IP_ADDRESS": "IP",
    "US_DRIVER_LICENSE": "LICENSE",
}
"""Presidio's types as Safe Harbor classes; TITLE, NRP, AGE, countries and bare years are no identifiers there."""


@pytest.fixture(scope="module")
def scores():
    return {name: scoring.compare(gold, engine.find(text), text) for name, (text, gold) in NOTES.items()}


def test_hand_written_notes_lose_few_characters_either_way(scores):
    total = scoring.summary(scores.values()).set_index("label").loc["ALL"]
    plain = sum(one.plain_removed for one in scores.values()) / sum(one.plain_chars for one in scores.values())
    assert total["char_recall"] >= 0.93
    assert total["char_precision"] >= 0.90
    assert plain <= 0.04


def test_held_out_notes_are_served_nearly_as_well():
    table = scoring.summary(scoring.compare(gold, engine.find(text), text) for text, gold in HELD_OUT_NOTES.values())
    total = table.set_index("label").loc["ALL"]
    assert total["char_recall"] >= 0.93
    assert total["char_precision"] >= 0.86


def test_numbers_with_a_grammar_never_leak_from_hand_written_notes(scores):
    table = scoring.summary(scores.values()).set_index("label")
    assert (
        table.loc[["PHONE", "FAX", "EMAIL", "SSN", "MRN", "LICENSE", "DEVICE", "URL", "IP", "AGE"], "leaked"].sum() == 0
    )


def test_a_note_without_identifiers_is_left_whole(scores):
    one = scores["no identifiers"]
    assert one.plain_removed <= 0.01 * one.plain_chars


def test_strict_finds_at_least_what_balanced_finds():
    for text, _ in NOTES.values():
        balanced = set().union(*(range(s.start, s.end) for s in engine.find(text)))
        strict = set().union(*(range(s.start, s.end) for s in engine.find(text, mode="strict")))
        assert sum(text[i].isalnum() for i in balanced - strict) <= 0.02 * max(1, len(balanced))


def test_known_demographics_are_removed_even_where_no_cue_stands():
    text = "brennagh tolerated it; 0098 3312 matches"
    spans = engine.find(
        text, identifiers=[{"label": "NAME", "value": "Brennagh Ode"}, {"label": "MRN", "value": "0098-3312"}]
    )
    found = {(text[s.start : s.end], s.label, s.layer) for s in spans}
    assert {("brennagh", "NAME", "known"), ("0098 3312", "MRN", "known")} <= found


def test_a_name_found_once_is_found_everywhere_in_the_note():
    text = "Patient: Zubeida Harcastle\nLater that day Harcastle slept.\nZUBEIDA was well."
    covered = set().union(*(range(s.start, s.end) for s in engine.find(text)))
    for word in ("Zubeida", "Harcastle", "ZUBEIDA"):
        assert all(set(range(m.start(), m.end())) <= covered for m in re.finditer(word, text))


@pytest.mark.parametrize(
    "term",
    [
        "Parkinson disease",
        "Crohn's disease",
        "Lewy body dementia",
        "Hashimoto thyroiditis",
        "Babinski sign",
        "Foley catheter",
        "Marfan syndrome",
    ],
)
def test_eponyms_survive_in_prose_and_doctors_of_that_name_do_not(term):
    name = re.match(r"[A-Z][a-z]+", term)[0]
    assert engine.find(f"The patient has {term} and is stable.") == []
    assert any(s.label == "NAME" for s in engine.find(f"Discussed with Dr. {name} this morning."))


@pytest.mark.parametrize("text", ["", "   \n", "\x00\x01", "🙂" * 50, "Ada"])
def test_odd_notes_do_not_break_it(text):
    assert isinstance(engine.find(text), list)


def test_spans_are_disjoint_sorted_and_inside_the_text():
    for text, _ in NOTES.values():
        spans = engine.find(text, mode="strict")
        assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
        assert all(0 <= s.start < s.end <= len(text) for s in spans)


def test_presidio_sentences(shared):
    rows = json.loads((shared / "data" / "deid_presidio_synth" / "synth_dataset_v2.json").read_text(encoding="utf-8"))
    scores = []
    for row in rows:
        gold = [
            {"start": s["start_position"], "end": s["end_position"], "label": MAPPING[s["entity_type"]]}
            for s in row["spans"]
            if s["entity_type"] in MAPPING
            and lexicon.fold(s["entity_value"]) not in lexicon.countries()
            and not re.fullmatch(r"\d{4}", s["entity_value"] if s["entity_type"] == "DATE_TIME" else "")
        ]
        scores.append(scoring.compare(gold, engine.find(row["full_text"]), row["full_text"]))
    total = scoring.summary(scores).set_index("label").loc["ALL"]
    assert total["char_recall"] >= 0.86
    assert total["char_precision"] >= 0.85


def test_a_name_that_one_note_confirms_is_found_in_the_patients_other_notes():
    alone = "harcastle tolerated lunch, vitals stable"
    notes = ["Patient: Zubeida Harcastle, seen by Dr. Ode.", alone]
    assert not any("harcastle" in alone[s.start : s.end] for s in engine.find_together(notes)[0])
    assert any(alone[s.start : s.end] == "harcastle" for s in engine.find_together(notes)[1])


def test_a_user_name_made_of_a_confirmed_name_is_found():
    text = "Signed: Zubeida Harcastle, MD\nopened by zharcastle2 at 08:10"
    assert any(text[s.start : s.end] == "zharcastle2" for s in engine.find(text))


def test_a_code_is_taken_to_its_ends():
    text = "Seed serial IS125-88402 was logged."
    assert any(text[s.start : s.end] == "IS125-88402" for s in engine.find(text))


def test_a_bare_month_and_day_is_found_where_another_one_is():
    text = "Seen 11/14 by Dr. Sarah Novak. HUS 11/28 unchanged, murmur 2/6, strength 4/5, 3/18 nodes positive."
    found = {text[span.start : span.end] for span in engine.find(text) if span.label == "DATE"}
    assert found == {"11/14", "11/28"}


def test_an_ordinary_word_is_no_login_of_a_short_surname():
    text = "Mrs. Anna van der Keller was seen under the lamp. Anna van der Keller agreed."
    assert not any(text[span.start : span.end] == "under" for span in engine.find(text))
