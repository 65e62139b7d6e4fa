import pytest

from helpers.clinical.deid import scoring
from helpers.clinical.deid.spans import Span

TEXT = "Ada Moss saw Dr. Ode on 3/4/2021."
GOLD = [
    {"start": 0, "end": 8, "label": "NAME"},
    {"start": 17, "end": 20, "label": "NAME"},
    {"start": 24, "end": 32, "label": "DATE"},
]


def test_counts_equal_hand_computed_ones():
    found = [Span(0, 3, "NAME", "rules"), Span(9, 12, "NAME", "rules"), Span(24, 32, "ID", "rules")]
    one = scoring.compare(GOLD, found, TEXT)
    table = scoring.summary([one]).set_index("label")
    assert one.leaked == (0, 1)
    assert table.loc[
        "NAME", ["spans", "leaked", "chars", "chars_hit", "found", "found_right", "found_chars", "found_chars_right"]
    ].tolist() == [2, 2, 10, 3, 2, 1, 6, 3]
    assert table.loc["DATE", "leak_frac"] == 0
    assert table.loc["DATE", "span_recall"] == 0
    assert table.loc["ALL", "char_recall"] == pytest.approx(9 / 16)
    assert table.loc["ALL", "char_precision"] == pytest.approx(9 / 12)
    assert (one.plain_chars, one.plain_removed) == (7, 3)


def test_uncovered_punctuation_is_no_leak_and_one_uncovered_letter_is():
    assert (
        scoring.compare(
            GOLD[2:], [Span(24, 25, "DATE", "r"), Span(26, 27, "DATE", "r"), Span(28, 32, "DATE", "r")], TEXT
        ).leaked
        == ()
    )
    assert scoring.compare(GOLD[:1], [Span(0, 7, "NAME", "r")], TEXT).leaked == (0,)


def test_nested_gold_and_notes_without_gold_are_counted():
    nested = [{"start": 0, "end": 8, "label": "NAME"}, {"start": 4, "end": 8, "label": "NAME"}]
    assert scoring.compare(nested, [Span(4, 8, "NAME", "r")], TEXT).leaked == (0,)
    assert scoring.score([], [], TEXT)["leak_frac"].isna().all()
