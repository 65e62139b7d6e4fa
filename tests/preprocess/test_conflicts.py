import random

import pandas as pd
import pytest

from helpers.core import records as schema
from helpers.preprocess import conflicts, duplicates

WORDS = [f"word{i}" for i in range(300)]


def _text(seed, words=60):
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def _dropped(rows, sides=None):
    """Kept and dropped of (text, label, group) rows."""
    frame = schema.to_frame(
        {"record_id": f"r{i}", "kind": "table", "source": "made_up", "text": text, "group": group}
        | {"labels": [label] if label else []}
        for i, (text, label, group) in enumerate(rows)
    )
    split = pd.Series(sides, index=frame.index) if sides else None
    return duplicates.drop(frame, min_jaccard=0.9, split=split)


PLANTED = [
    (_text(1), "flu", "g1"),
    (_text(1), "cold", "g1"),  # the same text of the same group
    (_text(1).upper(), "cold", "g2"),  # of another group
    (_text(1) + " more", "flu", "g3"),  # nearly the same, and agreed
    (_text(2), "flu", "g4"),
    (_text(2) + " more", "asthma", "g5"),  # nearly the same
    (_text(3), "asthma", "g6"),
]


def test_planted_conflicts_are_counted_by_pair_of_labels():
    _, doubles = _dropped(PLANTED)
    assert len(doubles) == 4
    assert conflicts.by_labels(doubles).values.tolist() == [
        ["cold / flu", 2, 0, 0, 1, 2],
        ["asthma / flu", 0, 1, 0, 0, 1],
    ]


def test_conflicts_across_the_split_are_told():
    _, doubles = _dropped(PLANTED, sides=["test", "train", "test", "train", "train", "test", "train"])
    table = conflicts.by_labels(doubles).set_index("labels")
    assert table.loc["cold / flu", "across"] == 1 and table.loc["asthma / flu", "across"] == 1


@pytest.mark.parametrize(("how", "gone"), [("keep", []), ("drop", ["r0", "r4"])])
def test_the_kept_record_stays_or_goes_as_the_profile_says(how, gone):
    kept, doubles = _dropped(PLANTED)
    assert kept["record_id"].tolist() == ["r0", "r4", "r6"]
    assert conflicts.undecided(doubles, how=how) == gone


def test_duplicates_that_agree_or_have_no_labels_are_no_conflict():
    for rows in ([(_text(4), "flu", "a"), (_text(4), "flu", "b")], [(_text(4), "", "a"), (_text(4), "", "b")]):
        _, doubles = _dropped(rows)
        assert len(doubles) == 1
        assert conflicts.by_labels(doubles).empty
        assert conflicts.undecided(doubles, how="drop") == []


def test_nothing_dropped_is_no_conflict():
    _, doubles = _dropped([(_text(5), "flu", "a")])
    assert conflicts.by_labels(doubles).empty and conflicts.undecided(doubles, how="drop") == []
