from collections import Counter

import pytest

from helpers.core import records as schema
from helpers.core.errors import RecordError
from helpers.preprocess import cleaning


def _record(text, spans=(), **more):
    return {
        "record_id": more.pop("record_id", "r1"),
        "kind": "clinical_note",
        "source": "made-up",
        "text": text,
        "spans": list(spans),
        **more,
    }


def test_gold_spans_follow_their_text_through_repair():
    broken = "\ufeffPatient: Jos\u00c3\u00a9 M\u00c3\u00bcller \r\n\r\n\r\n\r\nFindings: ataxia since 2019"
    start = broken.index("Jos")
    frame = schema.to_frame([_record(broken, [{"start": start, "end": start + 13, "label": "NAME"}])])
    clean, quarantine = cleaning.repair(frame)
    span = clean["spans"].iloc[0][0]
    assert clean["text"].iloc[0][span["start"] : span["end"]] == "José Müller"
    assert quarantine.empty


def test_bad_records_are_set_aside_by_reason_without_their_text():
    frame = schema.to_frame(
        [
            _record("A long enough record text.", record_id="a"),
            _record("short", record_id="b"),
            _record("x" * 300_000, record_id="c"),
            _record("A span outside of the text.", [{"start": 5, "end": 500, "label": "NAME"}], record_id="d"),
        ]
    )
    clean, quarantine = cleaning.repair(frame)
    assert list(clean["record_id"]) == ["a"]
    assert dict(zip(quarantine["record_id"], quarantine["reason"], strict=True)) == {
        "b": "too short",
        "c": "too long",
        "d": "span lost in repair",
    }
    assert "text" not in quarantine
    assert cleaning.counts(quarantine)["records"].sum() == 3


def test_standardise_keeps_clinical_sections_and_normalises():
    frame = schema.to_frame(
        [
            _record("Patient: [NAME]\n\nFindings: 45 y/o w/ ataxia\nPlan: MRI"),
            _record("Patient: [NAME]", record_id="r2"),
        ]
    )
    clean, quarantine = cleaning.standardise(frame, sections=["findings", "body"])
    assert clean["text"].tolist() == ["45-year-old with ataxia"]
    assert quarantine["reason"].tolist() == ["no clinical section"]


def test_no_wanted_section_keeps_a_conversation_whole():
    talk = "Doctor: Any allergies?\nPatient: Penicillin.\nHistory: none, 50 mg/dl.\nName: not said."
    frame = schema.to_frame(
        {"record_id": kind, "kind": kind, "text": talk} for kind in ("table", "journal", "clinical_note")
    )
    clean, quarantine = cleaning.standardise(frame, sections=[])
    assert clean["text"].tolist() == [talk.replace("mg/dl", "mg/dL")] * 3 and quarantine.empty
    assert cleaning.standardise(frame, sections=["history"])[0]["text"].str.len().max() < 40


def test_notation_keeps_every_character_that_prose_would_rewrite():
    molecules = ["CC1CCc2cc(F)cc3c2n1", "O=C(O)c1ccccc1", "S=C(N)N", "P"]
    frame = schema.to_frame([_record(text, record_id=f"m{i}") | {"kind": "table"} for i, text in enumerate(molecules)])
    assert cleaning.standardise(frame, sections=["findings", "body"])[0]["text"].tolist() != molecules
    clean, quarantine = cleaning.standardise(frame, sections=["findings", "body"], form="notation")
    assert clean["text"].tolist() == molecules and quarantine.empty


def test_standardise_refuses_records_that_still_carry_gold():
    frame = schema.to_frame([_record("Findings: ataxia by Moss", [{"start": 20, "end": 24, "label": "NAME"}])])
    with pytest.raises(RecordError, match="gold spans"):
        cleaning.standardise(frame, sections=["findings"])


def test_what_was_mended_and_rewritten_is_counted_by_source():
    texts = [
        "Glucose 5 mg/dl and 6 mg/dL,\u00a0pt well",
        "Jos\u00c3\u00a9 has glucose of 3 mg/dl.",
        "Nothing to mend here.",
    ]
    frame = schema.to_frame([_record(text, record_id=f"r{i}") for i, text in enumerate(texts)])
    changed = Counter()
    repaired, _ = cleaning.repair(frame, changed=changed)
    assert changed == {("made-up", cleaning.BROKEN): 1, ("made-up", cleaning.SPACES): 1}
    changed.clear()
    clean, _ = cleaning.standardise(repaired, sections=["body"], changed=changed)
    assert changed == {("made-up", "mg/dL"): 2, ("made-up", "patient"): 1}
    assert cleaning.standardise(clean, sections=["body"], changed=changed)[0]["text"].tolist() == clean["text"].tolist()
    assert sum(changed.values()) == 3  # what is written one way is not written again


def test_notation_is_not_rewritten_and_nothing_is_counted():
    frame = schema.to_frame([_record("CC1CCc2cc(F)cc3c2n1") | {"kind": "table"}])
    changed = Counter()
    cleaning.standardise(frame, sections=["body"], form="notation", changed=changed)
    assert not changed


def test_dates_in_a_text_stay_as_they_are_written():
    frame = schema.to_frame([_record("Seen 03/04/2021, then on 5 May 2021.")])
    assert cleaning.standardise(frame, sections=["body"])[0]["text"].tolist() == [
        "Seen 03/04/2021, then on 5 May 2021."
    ]


def test_a_text_in_which_mentions_are_to_be_found_is_kept_and_one_that_lost_a_mention_is_set_aside():
    said = [
        ("Findings: 45 y/o w/ ataxia \u2013 telangiectasia\nPlan: MRI", "ataxia \u2013 telangiectasia"),
        ("Seen for [NAME] disease.", "Huntington disease"),
        ("No finding.", "none"),
    ]
    frame = schema.to_frame(
        [_record(text, record_id=f"e{i}") | {"references": [gold]} for i, (text, gold) in enumerate(said)]
    )
    repaired, _ = cleaning.repair(frame, min_chars=3)
    clean, quarantine = cleaning.standardise(repaired, sections=["findings"], kind="extraction")
    assert clean["text"].tolist() == [repaired["text"].iloc[0], "No finding."]
    assert quarantine[["record_id", "reason"]].values.tolist() == [["e1", cleaning.LOST]]
    reworded, _ = cleaning.standardise(repaired, sections=["findings", "body"], kind="generation")
    assert len(reworded) == 3 and reworded["text"].iloc[0] != repaired["text"].iloc[0]


def test_mentions_are_repaired_as_their_text_is():
    frame = schema.to_frame(
        [_record("Sj\u00c3\u00b6gren syndrome was seen.") | {"references": ["Sj\u00c3\u00b6gren syndrome"]}]
    )
    repaired, _ = cleaning.repair(frame, min_chars=3)
    clean, quarantine = cleaning.standardise(repaired, sections=[], kind="extraction")
    assert quarantine.empty and clean["references"].iloc[0] == ["Sj\u00f6gren syndrome"]
