import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from helpers.metrics import agreement


def answers(rows, **columns):
    return pd.DataFrame(
        [(f"r{index}", name, label) for index, given in enumerate(rows) for name, label in given.items()],
        columns=["record_id", "annotator", "label"],
    ).assign(**columns)


def two(counts):
    """Records on which a says the first label and b the second, as often as told."""
    return answers([{"a": one, "b": other} for (one, other), count in counts.items() for _ in range(count)])


def test_cohens_kappa_equals_the_hand_computed_value():
    found = agreement.pairwise(
        two({("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}), n=300, seed=1
    )
    row = found.iloc[0]
    # observed (20 + 15) / 50 = .7; by chance .5 * .6 + .5 * .4 = .5; kappa .2 / .5
    assert row["kappa"] == pytest.approx(0.4) and row["agreement"] == pytest.approx(0.7)
    assert (row["first"], row["second"], row["records"]) == ("a", "b", 50)
    assert 0 < row["low"] < 0.4 < row["high"] < 0.75


def test_fleiss_kappa_equals_the_published_example():
    """Ten subjects, fourteen raters, five categories: the worked example that is printed with kappa 0.210."""
    counts = np.array(
        [
            [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
            [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
        ]
    )  # fmt: skip
    rows = [
        {f"rater{number:02d}": label for number, label in enumerate(np.repeat(list("abcde"), row))} for row in counts
    ]
    found = agreement.fleiss(answers(rows), n=200, seed=1)
    assert found.estimate == pytest.approx(0.210, abs=5e-4) and found.n == 10
    assert found.low < found.estimate < found.high


def test_fleiss_takes_records_with_different_numbers_of_annotations_and_leaves_single_ones_out():
    rows = [{"a": "x", "b": "x", "c": "y"}, {"a": "y", "b": "y"}, {"a": "x"}]
    found = agreement.fleiss(answers(rows), n=50, seed=1)
    # agreeing pairs 1/3 and 1: mean 2/3; shares x 2/5, y 3/5: by chance 13/25; (2/3 - 13/25) / (12/25)
    assert found.estimate == pytest.approx((2 / 3 - 13 / 25) / (12 / 25)) and found.n == 2


def test_three_annotators_make_three_pairs_on_their_common_records():
    rows = [{"a": "x", "b": "x", "c": "y"}, {"a": "y", "b": "y"}, {"a": "x", "c": "x"}, {"b": "y", "c": "y"}]
    found = agreement.pairwise(answers(rows), n=50, seed=1).set_index(["first", "second"])
    assert found["records"].to_dict() == {("a", "b"): 2, ("a", "c"): 2, ("b", "c"): 2}
    assert found.loc[("a", "b"), "kappa"] == 1
    assert found.loc[("a", "c"), "kappa"] == pytest.approx(cohen_kappa_score(["x", "x"], ["y", "x"]))


def test_rows_in_another_order_give_the_same_interval():
    rows = two({("yes", "yes"): 9, ("yes", "no"): 4, ("no", "no"): 7})
    mixed = rows.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(agreement.pairwise(rows, n=200, seed=1), agreement.pairwise(mixed, n=200, seed=1))


def test_records_of_one_cluster_are_drawn_together_and_the_interval_is_wider():
    rows = two({("yes", "yes"): 16, ("yes", "no"): 8, ("no", "no"): 16})
    cluster = rows["record_id"].map(lambda name: int(name[1:]) // 8)
    alone = agreement.pairwise(rows, n=500, seed=1).iloc[0]
    together = agreement.pairwise(rows.assign(cluster=cluster), n=500, seed=1).iloc[0]
    assert together["kappa"] == alone["kappa"]
    assert together["high"] - together["low"] > 1.3 * (alone["high"] - alone["low"])


def test_kappa_of_one_label_only_is_not_a_number():
    rows = two({("yes", "yes"): 5})
    assert np.isnan(agreement.pairwise(rows, n=20, seed=1)["kappa"].iloc[0])
    assert np.isnan(agreement.fleiss(rows, n=20, seed=1).estimate)


def test_disagreements_are_counted_by_label_pair_whoever_said_which():
    rows = two({("yes", "no"): 2, ("no", "yes"): 1, ("maybe", "no"): 1, ("yes", "yes"): 4})
    assert agreement.disagreements(rows).values.tolist() == [["no", "yes", 3, 3], ["maybe", "no", 1, 1]]
    assert agreement.disagreements(two({("yes", "yes"): 4})).empty


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ValueError, match="second of the same record"):
        agreement.pairwise(pd.concat([two({("x", "y"): 1})] * 2), n=10, seed=1)
    with pytest.raises(ValueError, match="at least two annotations"):
        agreement.fleiss(answers([{"a": "x"}, {"b": "y"}]), n=10, seed=1)
    with pytest.raises(ValueError, match="lack label"):
        agreement.pairwise(two({("x", "y"): 1}).drop(columns="label"), n=10, seed=1)
