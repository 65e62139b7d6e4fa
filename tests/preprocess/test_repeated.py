import random

import pytest

from helpers.core import records as schema
from helpers.preprocess import repeated

DISCLAIMER = "This letter is meant for the addressee alone and must not be passed on."
WORDS = [
    f"{a}{b}" for a in ("fev", "cou", "pai", "ras", "tre", "nau") for b in ("er", "gh", "ni", "sh", "mor", "sea", "do")
]


def _sentence(seed, words=9):
    return " ".join(random.Random(seed).choices(WORDS, k=words)).capitalize() + "."


def _notes(count, with_disclaimer, **more):
    rows = [
        {
            "record_id": f"{more.get('source', 'ward')}{i:03d}",
            "kind": "clinical_note",
            "source": "ward",
            "text": f"Findings: {_sentence(i)}\n{_sentence(i + 1000)}"
            + (f"\n{DISCLAIMER}" if i < with_disclaimer else ""),
            "labels": ["a"],
        }
        | more
        for i in range(count)
    ]
    return schema.to_frame(rows)


def _shared(frame, min_frac=0.2):
    return repeated.shared(repeated.sample([frame]), min_frac=min_frac)


def test_a_planted_disclaimer_is_counted_exactly_and_nothing_else_is_found():
    found = _shared(_notes(40, 12))
    assert found[["source", "words", "records", "sampled", "frac"]].values.tolist() == [["ward", 14, 12, 40, 0.3]]
    assert found["example"].tolist() == ["ward000"]
    assert not any(word in " ".join(map(str, found.values.ravel())) for word in ("addressee", "letter"))


def test_shares_are_of_each_source_for_itself():
    both = schema.to_frame([*_notes(40, 12).to_dict("records"), *_notes(200, 12, source="clinic").to_dict("records")])
    assert _shared(both)["source"].tolist() == ["ward"]
    assert _shared(both, 0.05)["source"].tolist() == ["clinic", "ward"]


def test_case_and_numbers_do_not_make_another_passage():
    texts = [f"{_sentence(i)} PRINTED on day {i} by the system of the ward, page {i}." for i in range(10)]
    texts[3] = texts[3].replace("PRINTED", "Printed")
    frame = _notes(10, 0).assign(text=texts)
    assert _shared(frame, 1.0)["records"].tolist() == [10]


@pytest.mark.parametrize(("passage", "count"), [("Lungs clear to auscultation.", 30), (DISCLAIMER, 4)])
def test_short_passages_and_those_of_few_records_are_none(passage, count):
    frame = _notes(count, 0)
    frame["text"] = [f"{text}\n{passage}" for text in frame["text"]]
    assert _shared(frame, 0.2).empty


def test_texts_stay_as_they_are_unless_the_profile_says_remove():
    frame = _notes(40, 12)
    kept, aside = repeated.settle(frame, _shared(frame), how="report")
    assert kept is frame and aside.empty
    clean, aside = repeated.settle(frame, _shared(frame), how="remove")
    assert clean["text"].tolist() == _notes(40, 0)["text"].tolist() and aside.empty


def test_a_text_of_nothing_else_is_set_aside_with_its_reason():
    frame = _notes(40, 12)
    frame.loc[0, "text"] = DISCLAIMER
    clean, aside = repeated.settle(frame, _shared(frame), how="remove")
    assert aside.values.tolist() == [["ward000", "clinical_note", "ward", "nothing but boilerplate"]]
    assert len(clean) == 39


def test_what_one_source_shares_is_not_taken_out_of_another():
    ward, clinic = _notes(40, 12), _notes(200, 12, source="clinic")
    clean, _ = repeated.settle(clinic, _shared(ward), how="remove")
    assert clean["text"].tolist() == clinic["text"].tolist()


def test_notation_is_never_touched():
    frame = _notes(40, 40)
    assert repeated.sample([frame], form="notation").seen == {}
    assert repeated.settle(frame, _shared(frame), how="remove", form="notation")[0] is frame


def test_what_a_patient_s_notes_repeat_is_counted_beside_the_boilerplate():
    frame = _notes(30, 30)
    frame["patient_key"] = [f"p{i // 3}" for i in range(30)]  # ten patients of three notes
    frame.loc[1, "text"] = f"{frame.loc[0, 'text']}\n{_sentence(5000)}"  # copies both sentences of the note before
    found = _shared(frame)
    table = repeated.copied_forward(repeated.sample([frame]), found)
    assert table[["source", "patients", "passages", "repeated"]].values.tolist() == [["ward", 10, 61, 4]]


def test_batches_of_any_size_in_any_order_give_the_same_sample(monkeypatch):
    frame = _notes(60, 20)
    for most in (25, 1000):  # fewer and more than there are
        monkeypatch.setattr(repeated, "SAMPLE", most)
        whole = repeated.sample([frame])
        assert len(whole.seen["ward"]) == min(60, most)
        for size in (1, 7, 60):
            shuffled = frame.sample(frac=1, random_state=size)
            parts = [shuffled.iloc[at : at + size] for at in range(0, 60, size)]
            assert repeated.sample(parts) == whole
