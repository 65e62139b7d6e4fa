import numpy as np
import pytest
from sklearn.metrics import (
    balanced_accuracy_score,
    f1_score,
    matthews_corrcoef,
    precision_score,
    recall_score,
    roc_auc_score,
)

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
    assert found["matthews_correlation"] == pytest.approx(matthews_corrcoef(gold, said))


def test_matthews_correlation_of_two_labels_equals_the_formula_and_is_nothing_for_a_constant_answer():
    gold, said = list("ppppnnnn"), list("pppnnnpn")  # tp 3, fn 1, tn 3, fp 1
    assert scores.classification(gold, said)["matthews_correlation"] == pytest.approx((3 * 3 - 1) / 16)
    assert scores.classification(gold, ["p"] * 8)["matthews_correlation"] == 0
    assert scores.classification(gold, ["n" if one == "p" else "p" for one in gold])["matthews_correlation"] == -1


def test_roc_auc_counts_pairs_in_the_right_order_ties_half_whichever_label_is_positive():
    gold, stated = ["in", "in", "out", "out"], [0.9, 0.4, 0.4, 0.1]
    assert scores.roc_auc(gold, stated, positive="in") == (1 + 1 + 1 + 0.5) / 4
    assert scores.roc_auc(gold, [1 - value for value in stated], positive="out") == pytest.approx(0.875)
    assert scores.roc_auc(gold, [0.6] * 4, positive="in") == 0.5
    rng = np.random.default_rng(5)
    many, score = rng.random(300) < 0.3, rng.random(300)
    found = scores.roc_auc(["a" if one else "b" for one in many], score, positive="a")
    assert found == pytest.approx(roc_auc_score(many, score))


def test_roc_auc_of_one_class_is_open_and_unequal_lengths_are_refused():
    assert np.isnan(scores.roc_auc(["in", "in"], [0.1, 0.2], positive="in"))
    with pytest.raises(ValueError, match="same length"):
        scores.roc_auc(["in"], [0.1, 0.2], positive="in")


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
