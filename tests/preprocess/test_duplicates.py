import random
import re

import numpy as np
import pandas as pd
import pytest

from helpers.core import records as schema
from helpers.preprocess import duplicates

WORDS = [f"word{i}" for i in range(400)]


def _frame(texts, **columns):
    return schema.to_frame(
        {
            "record_id": f"r{i:03d}",
            "kind": "table",
            "text": text,
            **{name: values[i] for name, values in columns.items()},
        }
        for i, text in enumerate(texts)
    )


def _long(seed, words=80):
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def test_exact_copies_go_whatever_case_and_punctuation():
    kept, dropped = duplicates.drop(
        _frame(["Seizures, ataxia and ptosis.", "seizures ataxia AND ptosis", "other text here now"]), min_jaccard=0.9
    )
    assert list(kept["record_id"]) == ["r000", "r002"]
    assert dropped[["record_id", "duplicate_of", "reason"]].values.tolist() == [["r001", "r000", "exact"]]


def test_in_notation_case_and_signs_count_and_only_the_same_text_goes():
    texts = ["c1ccccc1", "C1CCCCC1", "CC=O", "CCO", "CC-O", "c1ccccc1"]
    kept, dropped = duplicates.drop(_frame(texts), min_jaccard=0.5, form="notation")
    assert kept["text"].tolist() == texts[:5]
    assert dropped[["record_id", "duplicate_of", "reason"]].values.tolist() == [["r005", "r000", "exact"]]
    assert len(duplicates.drop(_frame(["CC=O", "CC-O"]), min_jaccard=0.5)[0]) == 1  # the same words


def test_near_copies_go_and_merely_similar_texts_stay():
    base = _long(1)
    near = base.replace(base.split()[40], "changed", 1)
    half = " ".join(base.split()[:40]) + " " + _long(2, 40)
    kept, dropped = duplicates.drop(_frame([base, near, half]), min_jaccard=0.9)
    assert list(kept["record_id"]) == ["r000", "r002"]
    assert dropped["reason"].tolist() == ["near"]
    assert 0.9 <= dropped["jaccard"].iloc[0] < 1


def test_every_reported_similarity_is_the_exact_jaccard():
    base = _long(3)
    words = base.split()
    near = " ".join([*words[:-1], "other"])
    _, dropped = duplicates.drop(_frame([base, near]), min_jaccard=0.8)
    a = {tuple(words[i : i + 3]) for i in range(len(words) - 2)}
    other = near.split()
    b = {tuple(other[i : i + 3]) for i in range(len(other) - 2)}
    assert dropped["jaccard"].iloc[0] == pytest.approx(len(a & b) / len(a | b))


def test_of_a_pair_across_splits_the_test_record_stays():
    frame = _frame([_long(4), _long(5), _long(4)])
    split = pd.Series(["train", "train", "test"], index=frame.index)
    kept, dropped = duplicates.drop(frame, min_jaccard=0.9, split=split)
    assert list(kept["record_id"]) == ["r001", "r002"]
    assert dropped["across"].tolist() == [True]


def test_row_order_changes_nothing():
    frame = _frame([_long(i % 7) for i in range(30)])
    kept, _ = duplicates.drop(frame, min_jaccard=0.9)
    again, _ = duplicates.drop(frame.sample(frac=1, random_state=3), min_jaccard=0.9)
    assert set(kept["record_id"]) == set(again["record_id"])
    assert len(kept) == 7


def test_contradicting_labels_are_told():
    frame = _frame([_long(6), _long(6)], labels=[["a"], ["b"]])
    assert duplicates.drop(frame, min_jaccard=0.9)[1]["labels_differ"].tolist() == [True]


def test_labels_and_groups_of_both_are_told():
    frame = _frame([_long(6), _long(6), _long(6)], labels=[["a", "b"], ["b"], []], group=["g", "g", "h"])
    table = duplicates.drop(frame, min_jaccard=0.9)[1]
    assert table[["label", "kept_label", "same_group"]].values.tolist() == [["b", "a | b", True], ["", "a | b", False]]


@pytest.mark.parametrize("min_jaccard", [0.0, 1.1])
def test_a_senseless_threshold_is_refused(min_jaccard):
    with pytest.raises(ValueError, match="min_jaccard"):
        duplicates.drop(_frame(["a b c"]), min_jaccard=min_jaccard)


def _by_definition(frame, min_jaccard, split):
    """Every record against every record that stays, with no hash in between."""
    order = sorted(frame.index, key=lambda row: (duplicates.SIDES[split[row]], frame.at[row, "record_id"]))
    words = {row: re.findall(r"\w+", frame.at[row, "text"].casefold()) for row in order}
    size = {row: min(3, len(words[row])) or 1 for row in order}
    grams = {
        row: {tuple(words[row][i : i + size[row]]) for i in range(max(1, len(words[row]) - size[row] + 1))}
        for row in order
    }
    stay, gone = [], {}
    for row in order:
        same = [other for other in stay if words[other] == words[row]]
        like = [
            (len(grams[row] & grams[other]) / len(grams[row] | grams[other]), frame.at[other, "record_id"])
            for other in stay
        ]
        if same:
            gone[frame.at[row, "record_id"]] = (frame.at[same[0], "record_id"], 1.0, "exact")
        elif like and max(like)[0] >= min_jaccard:
            gone[frame.at[row, "record_id"]] = (max(like)[1], max(like)[0], "near")
        else:
            stay.append(row)
    return gone


@pytest.mark.parametrize("min_jaccard", [0.7, 0.9, 1.0])
def test_the_records_that_go_are_those_of_the_definition(min_jaccard):
    rng = random.Random(5)
    texts = []
    for seed in range(60):
        words = _long(seed, rng.choice([1, 2, 3, 30, 90])).split()
        for _ in range(rng.choice([1, 2, 4])):
            for place in rng.sample(range(len(words)), rng.choice([0, 0, 1, 2]) if len(words) > 9 else 0):
                words[place] = "changed"
            texts.append(" ".join(words))
    rng.shuffle(texts)
    frame = _frame(texts)
    split = pd.Series([rng.choice(list(duplicates.SIDES)) for _ in texts], index=frame.index)
    kept, dropped = duplicates.drop(frame, min_jaccard=min_jaccard, split=split)
    expected = _by_definition(frame, min_jaccard, split)
    found = {row.record_id: (row.duplicate_of, pytest.approx(row.jaccard), row.reason) for row in dropped.itertuples()}
    reasons = {reason for *_, reason in expected.values()}
    assert found == expected and reasons >= ({"exact"} if min_jaccard == 1 else {"exact", "near"})
    assert list(kept["record_id"]) == [name for name in frame["record_id"] if name not in expected]


def test_sketches_of_parts_laid_together_are_those_of_the_whole():
    texts = [_long(seed) for seed in range(9)]
    whole = duplicates.sketch(texts, min_jaccard=0.9)
    parts = [duplicates.sketch(texts[:4], min_jaccard=0.9), duplicates.sketch(texts[4:], min_jaccard=0.9)]
    assert np.array_equal(np.concatenate(parts), whole) and whole.dtype == np.uint64


def test_texts_that_share_no_key_are_never_read_again():
    texts = [*(_long(seed) for seed in range(20)), _long(3)]
    keys, asked = duplicates.sketch(texts, min_jaccard=0.9), set()

    def shingles_of(row):
        asked.add(row)
        return duplicates.shingles(texts[row])

    doubles = duplicates.find(keys, ids=range(21), shingles_of=shingles_of, min_jaccard=0.9)
    assert doubles == [(20, 3, 1.0, "exact")] and asked == {3, 20}
