import math

import pytest

from helpers.core import records as schema
from helpers.preprocess import quality


def _records(count, **columns):
    """Records of one made-up source; a column is a list or a value for all."""
    rows = [
        {"record_id": f"r{i:04d}", "kind": "clinical_note", "source": "ward", "text": f"note {i}", "date": "2023"}
        | {"sex": "female", "age_band": "40-49", "origin": "north", "labels": ["a"]}
        | {name: values[i] if isinstance(values, list) else values for name, values in columns.items()}
        for i in range(count)
    ]
    return schema.to_frame(rows)


def _frac(counted, column):
    return quality.missing(counted).set_index("column").loc[column, ["missing", "missing_frac"]].tolist()


def test_missing_demographics_are_counted_however_the_file_says_so():
    sex = ["", "unknown", "Not stated", "f", "m", "female", "UNK", "male", "female", "male"]
    counted = quality.tally(_records(10, sex=sex, origin=[""] * 3 + ["east"] * 7), side="train")
    assert _frac(counted, "sex") == [4, 0.4]
    assert _frac(counted, "origin") == [3, 0.3]
    assert _frac(counted, "age_band") == [0, 0.0]


def test_demographics_are_asked_of_patients_only_and_dates_not_of_tables():
    articles = _records(4, kind="journal", sex="", age_band="", origin="", date="", source="journal")
    molecules = _records(4, kind="table", sex="", age_band="", origin="", date="", source="molecules")
    table = quality.missing(quality.merge(quality.tally(frame, side="train") for frame in (articles, molecules)))
    assert table[["source", "column", "missing"]].values.tolist() == [
        ["journal", "date", 4],
        ["journal", "answer", 0],
        ["molecules", "answer", 0],
    ]


def test_records_without_an_answer_are_counted():
    frame = _records(5, labels=[["a"], [], [], ["b"], []], references=[[], ["said so"], [], [], []])
    assert _frac(quality.tally(frame, side="train"), "answer") == [2, 0.4]


def test_imbalance_is_told_by_side():
    train = _records(100, labels=[["a"]] * 90 + [["b"]] * 9 + [["c"]])
    test = _records(20, labels=[["a"]] * 10 + [["b"]] * 10)
    counted = quality.merge([quality.tally(train, side="train"), quality.tally(test, side="test")])
    table = quality.imbalance(counted).set_index("side")
    assert table.loc["train", ["labels", "absent", "largest", "smallest", "ratio", "majority_frac"]].tolist() == [
        3, 0, 90, 1, 90.0, 0.9,
    ]  # fmt: skip
    entropy = -sum(share * math.log(share) for share in (0.9, 0.09, 0.01))
    assert table.loc["train", "effective"] == pytest.approx(math.exp(entropy))
    assert table.loc["test", ["labels", "absent", "ratio"]].tolist() == [2, 1, 1.0]
    assert table.loc["test", "effective"] == pytest.approx(2)
    assert quality.balance(counted)[["label", "train", "test", "records"]].values.tolist() == [
        ["a", 90, 10, 100], ["b", 9, 10, 19], ["c", 1, 0, 1],
    ]  # fmt: skip


def test_a_task_without_labels_has_no_balance():
    counted = quality.tally(_records(3, labels=[[], [], []], references=[["x"]] * 3), side="train")
    assert quality.balance(counted).empty and quality.imbalance(counted).empty


def test_prompts_over_a_limit_are_counted_with_what_stands_around_the_text():
    frame = _records(10, text=["one two"] * 7 + ["word " * 600] * 3)
    alone = quality.lengths(quality.tally(frame, side="train"), limits=[512, 1024]).iloc[0]
    assert alone[["records", "over_512_frac", "over_1024_frac"]].tolist() == [10, 0.3, 0.0]
    prompted = quality.tally(frame, side="train", prompt="word " * 600)
    assert quality.lengths(prompted, limits=[512, 1024]).iloc[0][["over_512_frac", "over_1024_frac"]].tolist() == [
        1,
        0.3,
    ]


def test_dates_are_told_by_how_far_they_go():
    frame = _records(6, date=["2023-01-31", "2023-01", "2023", "", "31/01/2023", "2024-02-29"])
    table = quality.dates(quality.tally(frame, side="train")).set_index("told")["records"]
    assert table.to_dict() == {"day": 2, "month": 1, "year": 1, "none": 1, "another form": 1}


def test_batches_of_any_size_in_any_order_give_the_same_counts():
    frame = _records(
        60, labels=[["a"], ["b"], ["c"]] * 20, sex=["", "male"] * 30, text=[f"word {'long ' * i}" for i in range(60)]
    )
    whole = quality.tally(frame, side="test", prompt="Say:")
    for size in (1, 7, 60):
        shuffled = frame.sample(frac=1, random_state=size)
        parts = [shuffled.iloc[at : at + size] for at in range(0, 60, size)]
        assert quality.merge(quality.tally(part, side="test", prompt="Say:") for part in parts) == whole


def test_no_records_are_no_counts():
    nothing = quality.merge([quality.tally(_records(0), side="train")])
    assert sum(nothing.records.values()) == 0
    assert quality.missing(nothing).empty and quality.lengths(nothing, limits=[512]).empty
