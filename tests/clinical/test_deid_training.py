import itertools
import random

import pytest

from helpers.clinical.deid import gold, training_corpus, training_written


def test_training_notes_mark_their_identifiers_exactly_and_repeat_with_the_seed():
    first = [training_corpus.note(random.Random(5)) for _ in range(3)]
    assert first == [training_corpus.note(random.Random(5)) for _ in range(3)]
    rng, labels, empty = random.Random(6), set(), 0
    for _ in range(400):
        text, marks = training_corpus.note(rng)
        assert all(0 <= start < end <= len(text) and text[start:end].strip() for start, end, _ in marks)
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(marks))
        labels |= {label for *_, label in marks}
        empty += not marks
    assert {"NAME", "LOCATION", "ADDRESS", "ORGANIZATION", "DATE", "PHONE", "MRN", "AGE", "ID", "HEALTH_PLAN"} <= labels
    assert 40 <= empty <= 240


@pytest.mark.parametrize("kind", training_corpus.KINDS)
def test_every_kind_of_note_can_be_left_out(kind):
    rng = random.Random(1)
    for _ in range(40):
        training_corpus.note(rng, without=[kind])
    others = [name for name in training_corpus.KINDS if name != kind]
    assert training_corpus.note(rng, without=others)[0]


def test_a_written_note_told_again_keeps_its_marks_on_other_values():
    one = next(note for note in training_written._notes() if any(span["label"] == "NAME" for span in note.spans))
    text, marks = training_written._retell(one, random.Random(3))
    assert [label for *_, label in marks] == [span["label"] for span in one.spans]
    old = {one.text[span["start"] : span["end"]] for span in one.spans if span["label"] == "NAME"}
    new = {text[start:end] for start, end, label in marks if label == "NAME"}
    assert old != new


def test_no_test_note_is_a_training_note(frozen_notes):
    def words(text):
        pieces = text.split()
        return {tuple(pieces[i : i + 8]) for i in range(len(pieces) - 7)}

    known = set().union(*(words(note.text) for note in training_written._notes()))
    for note in frozen_notes:
        own = words(note.text)
        assert len(own & known) <= 0.05 * len(own), note.id


def test_gold_notes_are_refused_with_an_unknown_label(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("=== id=a style=b patient=c\nSeen by [[NAMES:Ann]].\n")
    with pytest.raises(ValueError, match="unknown label"):
        gold.read_notes(path)
