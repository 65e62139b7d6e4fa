import pandas as pd
import pytest

from helpers.core import records
from helpers.core.errors import RecordError
from helpers.select import leakage

HEADS = ["red", "blue", "green", "grey", "white", "black", "brown", "pink"]


@pytest.fixture
def frame():
    """Eight families of six records; the answer depends on the family alone, and its name is in the text."""
    return records.to_frame(
        {
            "record_id": f"r{family}{number}",
            "group": head,
            "kind": "table",
            "text": f"{head} thing number{number % 3} case{family}{number}",
            "labels": ["in" if family % 2 else "out"],
        }
        for family, head in enumerate(HEADS)
        for number in range(6)
    )


def split_of(frame, is_test):
    return leakage.Split(frame, pd.Series(["test" if one else "train" for one in is_test], frame.index), frame["group"])


def measure(splits):
    return leakage.measure(splits, baseline="TF-IDF + logistic regression", bootstrap=100, seed=1)


def test_a_model_that_knows_the_family_looks_perfect_until_families_are_kept_together(frame):
    by_record = split_of(frame, [record_id[-1] in "05" for record_id in frame["record_id"]])
    by_family = split_of(frame, frame["group"].isin(HEADS[:4]))
    found = measure({"records": by_record, "families": by_family}).set_index("split")
    assert found.loc["records", ["train", "test", "seen_text_frac", "seen_kin_frac", "roc_auc"]].tolist() == [
        32, 16, 0, 1, 1,
    ]  # fmt: skip
    assert found.loc["families", "seen_kin_frac"] == 0 and found.loc["families", "roc_auc"] < 0.9
    assert (found["low"] <= found["roc_auc"]).all() and (found["roc_auc"] <= found["high"]).all()


def test_repeated_texts_are_counted_word_for_word(frame):
    twice = pd.concat([frame, frame.assign(record_id=frame["record_id"] + "b")], ignore_index=True)
    found = measure({"rows": split_of(twice, twice["record_id"].str.endswith(("0b", "1b", "1")))})
    assert found["seen_text_frac"].tolist() == [pytest.approx(1 / 3)]


def test_the_figure_shows_the_table(frame):
    table = measure({"only": split_of(frame, frame["group"].isin(HEADS[:4]))})
    picture = leakage.picture(table)
    assert picture.data[["estimate", "low", "high", "n"]].to_numpy().tolist() == (
        table[["roc_auc", "low", "high", "test"]].to_numpy().tolist()
    )
    axes = picture.draw(picture.data)
    assert axes.get_yticklabels()[0].get_text() == "only (n=24)"


def test_a_split_that_cannot_be_judged_is_refused(frame):
    with pytest.raises(RecordError, match="0 training records, 2 labels"):
        measure({"all": split_of(frame, [True] * len(frame))})
    with pytest.raises(RecordError, match="1 labels"):
        measure({"one": split_of(frame, frame["group"] == "red")})
