import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score, precision_score, recall_score

from helpers.metrics import scores

GOLD = ["a", "a", "a", "b", "b", "c"]
SAID = ["a", "a", "b", "b", "c", "c"]


def test_classification_equals_values_worked_out_by_hand():
    found = scores.classification(GOLD, SAID)
    assert found["n"] == 6
    assert found["accuracy"] == pytest.approx(4 / 6)
    assert found["macro_precision"] == pytest.approx((1 + 1 / 2 + 1 / 2) / 3)
    assert found["macro_recall"] == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)
    assert found["macro_f1"] == pytest.approx((4 / 5 + 1 / 2 + 2 / 3) / 3)
    assert found["balanced_accuracy"] == pytest.approx(found["macro_recall"])


def test_classification_equals_scikit_learn_on_random_answers():
    rng = np.random.default_rng(3)
    gold, said = rng.choice(list("abcde"), 400), rng.choice(list("abcde"), 400)
    found = scores.classification(gold, said)
    assert found["macro_f1"] == pytest.approx(f1_score(gold, said, average="macro"))
    assert found["macro_precision"] == pytest.approx(precision_score(gold, said, average="macro"))
    assert found["macro_recall"] == pytest.approx(recall_score(gold, said, average="macro"))
    assert found["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(gold, said))


def test_an_answer_outside_the_labels_is_wrong_but_adds_no_class():
    found = scores.classification(["a", "b"], ["a", "nonsense"])
    assert found["accuracy"] == 0.5
    assert found["macro_f1"] == pytest.approx((1 + 0) / 2)


def test_a_given_label_nobody_has_lowers_the_macro_average_and_not_balanced_accuracy():
    found = scores.classification(["a", "b"], ["a", "b"], labels=["a", "b", "c", "d"])
    assert found["macro_f1"] == 0.5
    assert found["balanced_accuracy"] == 1.0


@pytest.mark.parametrize(("gold", "said"), [([], []), (["a"], []), (["a", "b"], ["a"])])
def test_unequal_or_empty_answers_are_refused(gold, said):
    for function in (scores.classification, scores.confusion):
        with pytest.raises(ValueError, match="same length"):
            function(gold, said)


def test_by_class_leaves_out_classes_too_small_to_judge():
    table = scores.by_class(GOLD, SAID, min_n=2)
    assert list(table["label"]) == ["a", "b"]
    first = table.iloc[0]
    assert (first["precision"], first["recall"], first["n"]) == (1.0, pytest.approx(2 / 3), 3)
    assert "c" in set(scores.by_class(GOLD, SAID, min_n=1)["label"])


def test_confusion_counts_every_item_once_and_rows_sum_to_one():
    table = scores.confusion(GOLD, [*SAID[:-1], "?"], labels=["a", "b", "c"])
    assert table["count"].sum() == 6
    assert table.groupby("gold")["frac"].sum().tolist() == pytest.approx([1, 1, 1])
    cell = table.set_index(["gold", "predicted"])["count"]
    assert (cell["a", "a"], cell["a", "b"], cell["b", "c"], cell["c", scores.OTHER]) == (2, 1, 1, 1)


def test_confusion_refuses_labels_that_miss_a_gold_one():
    with pytest.raises(ValueError, match="gold label"):
        scores.confusion(["a", "z"], ["a", "a"], labels=["a"])


def test_reference_lines_take_the_majority_of_the_training_records_where_it_is_given():
    assert scores.reference_lines(GOLD) == {"chance": pytest.approx(1 / 3), "majority": 0.5}
    lines = scores.reference_lines(GOLD, labels=list("abcdefgh"), majority_label="c")
    assert lines == {"chance": 1 / 8, "majority": pytest.approx(1 / 6)}
    with pytest.raises(ValueError, match="at least one"):
        scores.reference_lines([])
