import pandas as pd
import pytest

from helpers.metrics import primary


def _answers(texts, *, silent=()):
    return pd.DataFrame({"text": texts, "label": texts, "abstained": [n in silent for n in range(len(texts))]})


def _points(texts, gold, kind, **options):
    return primary.points(_answers(texts, **options), gold, kind=kind, names=str.split)


def test_any_right_label_scores_and_an_abstained_one_does_not():
    points = _points(["a", "b", "b"], [["a"], ["a", "b"], ["b"]], "classification", silent=[2])
    assert points["score"].tolist() == [1, 1, 0] and points["weight"].tolist() == [1, 1, 1]
    assert primary.mean(points) == pytest.approx(2 / 3)


def test_a_text_is_scored_against_its_best_reference():
    points = _points(["one two", "four", "one"], [["six", "one two"], ["three"], ["one"]], "generation", silent=[2])
    assert points["score"].tolist() == [1, 0, 0]


def test_mean_of_extraction_is_the_micro_average_and_an_abstained_answer_names_nothing():
    gold = [["a b"], ["c", "c"], [""], ["d"]]
    points = _points(["a x", "c", "", "d"], gold, "extraction", silent=[3])
    assert points["score"].tolist() == pytest.approx([0.5, 2 / 3, 1, 0])
    assert points["weight"].tolist() == [4, 3, 0, 1]
    assert primary.mean(points) == pytest.approx(2 * 2 / (3 + 5))  # 2 right, 3 named, 5 to be named
    assert primary.named(_answers(["a", "b"], silent=[1]), [["b"], ["b"]], names=str.split)[1] == [["a"], []]


def test_nothing_to_be_found_and_nothing_found_is_right():
    assert primary.mean(_points([""], [[""]], "extraction")) == 1.0
