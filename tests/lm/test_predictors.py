import numpy as np
import pytest
import torch

from helpers.core.tasks import Prompt
from helpers.lm import predictors, prompts

PROMPT = Prompt(system="Name the family.", user="{text}\n\nFamily?")
LABELS = ["cerebellar ataxia", "cerebellar ataxia, late", "cerebral palsy", "dystonia", "a"]  # one begins another
TEXTS = [
    "Tremor.",
    "Unsteady gait, slurred speech and a family history of the same in two uncles.",
    "Tremor at rest.",
    "Findings: " + "seizures, hypotonia, " * 12,
    "x",
]
EXAMPLES = [("Cannot walk a line.", "cerebellar ataxia"), ("Twisted neck.", "dystonia")]


@torch.inference_mode()
def _one_label_at_a_time(model, tokenizer, rendered, label):
    """Total log-probability of a label after a prompt, from one plain forward pass."""
    question, answer = prompts.encode(tokenizer, rendered), prompts.encode_answer(tokenizer, label)
    logits = model(torch.tensor([question + answer])).logits[0, len(question) - 1 : -1]
    return float(torch.log_softmax(logits, -1)[range(len(answer)), answer].sum())


@torch.inference_mode()
def _one_text_at_a_time(model, tokenizer, rendered, max_new_tokens):
    ids = torch.tensor([prompts.encode(tokenizer, rendered)])
    out = model.generate(
        ids, attention_mask=torch.ones_like(ids), max_new_tokens=max_new_tokens, do_sample=False, repetition_penalty=1.0
    )
    return tokenizer.decode(out[0, ids.shape[1] :], skip_special_tokens=True).strip()


def _rendered(tokenizer, examples):
    return [
        prompts.render(tokenizer, PROMPT, text, examples=examples, labels=LABELS if examples else ()) for text in TEXTS
    ]


@pytest.mark.parametrize("batch_size", [1, 4])
@pytest.mark.parametrize("examples", [(), EXAMPLES], ids=["zero-shot", "few-shot"])
def test_label_scores_from_the_trie_equal_those_of_one_label_at_a_time(tiny_model, examples, batch_size):
    model, tokenizer = tiny_model
    rendered = _rendered(tokenizer, examples)
    found = predictors.ask(model, tokenizer, rendered, labels=LABELS, batch_size=batch_size, max_new_tokens=1)
    expected = [[_one_label_at_a_time(model, tokenizer, text, label) for label in LABELS] for text in rendered]
    assert np.ptp(expected) > 1  # the labels differ, so that a mistake would show
    np.testing.assert_allclose(found.log_probs, expected, atol=1e-4)


@pytest.mark.parametrize("batch_size", [1, 4])
@pytest.mark.parametrize("labels", [(), LABELS], ids=["free", "after scoring labels"])
def test_greedy_text_equals_that_of_generate(tiny_model, labels, batch_size):
    model, tokenizer = tiny_model
    rendered = _rendered(tokenizer, EXAMPLES)
    found = predictors.ask(model, tokenizer, rendered, labels=labels, batch_size=batch_size, max_new_tokens=12)
    expected = [_one_text_at_a_time(model, tokenizer, text, 12) for text in rendered]
    assert found.text == expected and len(set(expected)) > 1


def test_greedy_text_stops_at_the_end_of_the_turn(tiny_model):
    model, tokenizer = tiny_model
    rendered = _rendered(tokenizer, ())[:1]
    text = predictors.ask(model, tokenizer, rendered, max_new_tokens=12).text[0]
    third = tokenizer(text, add_special_tokens=False)["input_ids"][2]
    tokenizer.eos_token = tokenizer.convert_ids_to_tokens(third)
    short = predictors.ask(model, tokenizer, rendered, max_new_tokens=12).text[0]
    assert text.startswith(short) and len(short) < len(text)


def test_answers_come_back_in_the_order_of_the_records(tiny_model, few_records):
    model, tokenizer = tiny_model
    kwargs = {"prompt": PROMPT, "name": "tiny", "labels": LABELS, "batch_size": 4, "max_new_tokens": 4}
    there = predictors.predict(model, tokenizer, few_records, **kwargs)
    back = predictors.predict(model, tokenizer, few_records.iloc[::-1], **kwargs)
    assert there["record_id"].tolist() == few_records["record_id"].tolist()
    back = back.set_index("record_id").loc[there["record_id"]]
    assert there["text"].tolist() == back["text"].tolist() and there["text"].nunique() > 1
    for one, other in zip(there["probabilities"], back["probabilities"], strict=True):
        assert one == pytest.approx(other, abs=1e-5)


def test_decision_is_the_most_probable_label_and_probabilities_add_up(tiny_model, few_records):
    model, tokenizer = tiny_model
    found = predictors.predict(
        model, tokenizer, few_records, prompt=PROMPT, name="tiny", labels=LABELS, max_new_tokens=1
    )
    for label, table in zip(found["label"], found["probabilities"], strict=True):
        assert list(table) == LABELS and sum(table.values()) == pytest.approx(1)
        assert label == max(table, key=table.get)
    assert (found["model"] == "tiny").all() and not found["abstained"].any() and (found["latency_s"] > 0).all()


def test_few_shot_prompts_name_the_labels_and_zero_shot_prompts_do_not(tiny_model, few_records, monkeypatch):
    model, tokenizer = tiny_model
    seen = []
    monkeypatch.setattr(
        predictors, "ask", lambda model, tokenizer, rendered, **kwargs: seen.append(rendered) or _no_answer(rendered)
    )
    for examples in ((), EXAMPLES):
        predictors.predict(model, tokenizer, few_records, prompt=PROMPT, name="tiny", labels=LABELS, examples=examples)
    assert not any("cerebral palsy" in text for text in seen[0])
    assert all("; cerebral palsy;" in text and "Twisted neck." in text for text in seen[1])


def _no_answer(rendered):
    count = len(rendered)
    return predictors.Answers([""] * count, np.zeros((count, len(LABELS))), np.zeros(count))


def test_generation_has_text_and_no_label(tiny_model, few_records):
    model, tokenizer = tiny_model
    found = predictors.predict(model, tokenizer, few_records[:2], prompt=PROMPT, name="tiny", max_new_tokens=3)
    assert found["label"].tolist() == ["", ""] and found["probabilities"].tolist() == [{}, {}]
    assert all(found["text"])


def test_one_prompt_alone_and_equal_prompts_are_answered(tiny_model):
    model, tokenizer = tiny_model
    rendered = _rendered(tokenizer, ())[:1]
    expected = [_one_label_at_a_time(model, tokenizer, rendered[0], label) for label in LABELS]
    for prompts_ in (rendered, rendered * 3):
        found = predictors.ask(model, tokenizer, prompts_, labels=LABELS, max_new_tokens=2)
        np.testing.assert_allclose(found.log_probs, [expected] * len(prompts_), atol=1e-4)
        assert len(set(found.text)) == 1


def test_softmax_by_hand_for_huge_and_no_scores():
    np.testing.assert_allclose(predictors.softmax(np.log([[0.2, 0.6]]) - 5000), [[0.25, 0.75]])
    assert predictors.softmax(np.zeros((3, 0))).shape == (3, 0)
