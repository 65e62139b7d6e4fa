import pytest
import torch

from helpers.core.tasks import Prompt
from helpers.lm import cached, predictors, prompts

PROMPT = Prompt(system="Name the family.", user="{text}")
TEXTS = ["Tremor.", "Unsteady gait and slurred speech.", "x", "Findings: seizures, hypotonia, seizures."]


def _greedy(model, tokenizer, count):
    """What the model writes of itself, so that labels can be made of it."""
    rendered = [prompts.render(tokenizer, PROMPT, text) for text in TEXTS]
    return rendered, predictors.ask(model, tokenizer, rendered, max_new_tokens=count, batch_size=4).text


@pytest.fixture
def decoded(monkeypatch):
    """Rows whose text is written token by token."""
    rows, greedy = [], cached.Batch.greedy
    monkeypatch.setattr(
        cached.Batch, "greedy", lambda self, *rest: rows.append(len(self.logits)) or greedy(self, *rest)
    )
    return rows


def test_text_that_follows_the_labels_is_read_off_their_tree_and_other_text_is_written(tiny_model, decoded):
    model, tokenizer = tiny_model
    rendered, texts = _greedy(model, tokenizer, 3)
    decoded.clear()
    labels = [texts[1] + " and more", "dystonia"]  # the second text stays within the first label for three tokens
    found = predictors.ask(model, tokenizer, rendered, labels=labels, max_new_tokens=3, batch_size=4)
    assert found.text == texts
    assert decoded == [sum(text != texts[1] for text in texts)] and decoded[0] < len(texts)


@torch.inference_mode()
def test_label_that_ends_its_turn_ends_the_text(tiny_model):
    model, tokenizer = tiny_model
    asked = [prompts.encode(tokenizer, prompts.render(tokenizer, PROMPT, text)) for text in TEXTS[:2]]
    batch = cached.Batch.prefill(model, tokenizer, asked, None, 0)
    first, second = batch.greedy(model, -1, 3)
    end = first[2]
    assert end not in first[:2] and first[:2] != second[:2]
    tree = cached.LabelTrie.build([[*first[:2], end], [5, end]])
    again = cached.Batch.prefill(model, tokenizer, asked, None, 0)
    assert tree.score(model, again, max_new_tokens=8)[1] == [first[:2], None]


def test_tree_walk_by_hand():
    tree = cached.LabelTrie.build([[5, 6, 9], [5, 7, 9]])  # nodes: root, 5, 5 6, 5 7; 9 ends a turn
    assert tree._walk([5, 7, 0, 9], 8) == [5, 7]
    assert tree._walk([5, 7, 0, 9], 1) == [5]
    assert tree._walk([5, 7, 0, 9], 0) == []
    assert tree._walk([5, 7, 0, 3], 8) is None  # goes on after the label
    assert tree._walk([4, 0, 0, 0], 8) is None
    assert tree._walk([9, 0, 0, 0], 8) is None  # ends at once: no label, so it is written as usual


def test_no_rows_are_written_as_nothing():
    empty = cached.Batch(None, torch.zeros(0, 1), torch.zeros(0), torch.zeros(0, 4))
    assert empty.greedy(None, 0, 5) == []
