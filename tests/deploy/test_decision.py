import math

import pytest

from helpers.core.errors import StageError
from helpers.deploy import decision
from helpers.deploy.engine import Completion

END = 9


class _Scripted:
    """An engine that knows the next-token distribution after each prefix, and counts what it is asked."""

    def __init__(self, table):
        self.table, self.asked = table, []

    def complete(self, prompt, *, n_predict, n_probs, bias=None):
        self.asked.append((tuple(prompt), n_probs))
        tokens, reported = [], []
        for _ in range(n_predict):
            after = self.table.get((*prompt, *tokens), {8: 1.0})
            ranked = sorted(after, key=lambda token: -after[token])
            reported.append({token: math.log(after[token]) for token in ranked[:n_probs]})
            steered = [token for token in ranked if token in (bias or {})]
            tokens.append((steered or ranked)[0])
            if tokens[-1] == END:
                break
        return Completion(tuple(tokens), "", tuple(reported), tokens[-1] == END, len(prompt), 0, 0.0)


TABLE = {
    (): {1: 0.5, 2: 0.3, 7: 0.1, 3: 0.06, 6: 0.04},
    (1,): {4: 0.6, 5: 0.3, 8: 0.1},
    (1, 4): {END: 0.5, 8: 0.5},
    (1, 5): {END: 0.9, 8: 0.1},
    (2,): {END: 0.9, 4: 0.1},
    (3,): {END: 1.0},
}
TREE = decision.LabelTree(["a", "b", "c", "d"], [[1, 4], [1, 5], [2], [3]], end=END)
SCORES = {"a": 0.5 * 0.6 * 0.5, "b": 0.5 * 0.3 * 0.9, "c": 0.3 * 0.9, "d": 0.06}


@pytest.mark.parametrize("n_probs", [1, 2, 10])
def test_exhaustive_search_gives_the_product_of_token_probabilities(n_probs):
    found = decision.classify(_Scripted(TABLE), [], TREE, n_probs=n_probs, max_unopened=0.0)
    total = sum(SCORES.values())
    assert found.probabilities == pytest.approx({label: score / total for label, score in SCORES.items()})
    assert found.label == "c" and found.unopened_mass == 0.0
    assert found.label_mass == pytest.approx(total)
    assert found.margin == pytest.approx((SCORES["c"] - SCORES["a"]) / total)


def test_a_tempting_first_token_does_not_win_against_a_better_whole_label():
    engine = _Scripted(TABLE)
    found = decision.classify(engine, [], TREE, n_probs=10, max_unopened=1.0)
    assert found.label == "c"  # greedy text would begin with token 1


def test_early_stop_asks_less_and_errs_by_no_more_than_it_says():
    full, short = _Scripted(TABLE), _Scripted(TABLE)
    exact = decision.classify(full, [], TREE, n_probs=10, max_unopened=0.0)
    quick = decision.classify(short, [], TREE, n_probs=10, max_unopened=0.15)
    assert len(short.asked) < len(full.asked)
    assert quick.label == exact.label and sum(quick.probabilities.values()) == pytest.approx(1.0)
    assert 0 < quick.unopened_mass <= 0.15
    for label in TREE.labels:
        assert abs(quick.probabilities[label] - exact.probabilities[label]) <= quick.unopened_mass


def test_label_tokens_missing_from_the_report_are_asked_for_only_where_they_matter():
    rare = {**TABLE, (): {1: 0.5, 2: 0.498, 7: 0.001, 3: 0.0009, 6: 0.0001}}
    engine = _Scripted(rare)
    found = decision.classify(engine, [], TREE, n_probs=3, max_unopened=0.01)
    assert {n for _, n in engine.asked} == {3}
    assert found.probabilities["d"] <= 0.01
    decision.classify(engine, [], TREE, n_probs=3, max_unopened=0.0)
    assert ((), 24) in engine.asked


def test_a_label_that_the_model_cannot_write_is_an_error():
    tree = decision.LabelTree(["a", "odd"], [[1, 4], [77]], end=END)
    with pytest.raises(StageError, match="does not know a label's tokens"):
        decision.classify(_Scripted(TABLE), [], tree, n_probs=10, max_unopened=0.0)


def test_labels_with_the_same_tokens_are_refused():
    with pytest.raises(StageError, match="must differ"):
        decision.LabelTree(["a", "b"], [[1], [1]], end=END)


def test_one_label_may_begin_another():
    tree = decision.LabelTree(["short", "long"], [[1], [1, 4]], end=END)
    table = {(): {1: 1.0}, (1,): {END: 0.4, 4: 0.6}, (1, 4): {END: 1.0}}
    found = decision.classify(_Scripted(table), [], tree, n_probs=5, max_unopened=0.0)
    assert found.probabilities == pytest.approx({"short": 0.4, "long": 0.6})


def test_greedy_answer_stops_before_the_end_of_the_turn():
    found = decision.generate(_Scripted({(): {2: 0.5, 3: 0.4}, (2,): {END: 0.5}}), [], max_new_tokens=5, end=END)
    assert found.tokens == (2,) and found.is_finished and found.confidence == pytest.approx(0.5)
