import pytest

from helpers.core import records
from helpers.core.errors import RecordError
from helpers.core.tasks import Prompt
from helpers.lm import prompts
from helpers.train import examples

PROMPT = Prompt(system="Name the family.", user="{text}\n\nFamily?")


def _tokenise(frame, tokenizer, max_length=512):
    return examples.tokenise(frame, tokenizer, prompt=PROMPT, max_length=max_length)


def test_training_prompt_has_exactly_the_token_ids_that_evaluation_asks_with(tiny_model, few_records):
    _, tokenizer = tiny_model
    rows = _tokenise(few_records, tokenizer)
    for row, text, labels in zip(rows.dataset, few_records["text"], few_records["labels"], strict=True):
        asked = prompts.encode(tokenizer, prompts.render(tokenizer, PROMPT, text))
        assert row["input_ids"] == asked + prompts.encode_answer(tokenizer, labels[0])
        assert row["completion_mask"] == [0] * len(asked) + [1] * (len(row["input_ids"]) - len(asked))
    assert rows.tokens == sum(map(len, rows.dataset["input_ids"]))
    assert rows.labelled_tokens == sum(map(sum, rows.dataset["completion_mask"]))


def test_every_reference_of_a_record_is_an_example(tiny_model):
    _, tokenizer = tiny_model
    frame = records.to_frame(
        [{"record_id": "t", "kind": "table", "text": "tremor", "references": ["shaking", "trembling"]}]
    )
    rows = _tokenise(frame, tokenizer)
    answers = [
        tokenizer.decode([i for i, mask in zip(row["input_ids"], row["completion_mask"], strict=True) if mask])
        for row in rows.dataset
    ]
    assert answers == ["shaking<|im_end|>", "trembling<|im_end|>"]


def test_examples_over_the_limit_are_dropped_whole_and_counted(tiny_model, few_records):
    _, tokenizer = tiny_model
    lengths = sorted(map(len, _tokenise(few_records, tokenizer).dataset["input_ids"]))
    limit = lengths[5]
    kept = sum(length <= limit for length in lengths)
    rows = _tokenise(few_records, tokenizer, max_length=limit)
    assert 0 < kept < len(few_records)
    assert (len(rows.dataset), rows.dropped_too_long) == (kept, len(few_records) - kept)
    assert sorted(map(len, rows.dataset["input_ids"])) == lengths[:kept]


def test_nothing_left_to_train_on_is_an_error(tiny_model, few_records):
    _, tokenizer = tiny_model
    with pytest.raises(RecordError, match="12 records, 12 examples over 16 tokens"):
        _tokenise(few_records, tokenizer, max_length=16)
    unlabelled = few_records.assign(labels=[[] for _ in range(len(few_records))])
    with pytest.raises(RecordError, match="12 records, 0 examples"):
        _tokenise(unlabelled, tokenizer)


def test_steps_follow_the_epochs_or_the_token_budget_whichever_is_less(tiny_model, few_records):
    _, tokenizer = tiny_model
    rows = _tokenise(few_records, tokenizer)
    per_step = rows.tokens / len(rows.dataset) * 4
    assert examples.steps_within(rows, epochs=3, batch_size=4, token_budget=10**9) == 9
    assert examples.steps_within(rows, epochs=3, batch_size=4, token_budget=int(per_step * 5.5)) == 5
    assert examples.steps_within(rows, epochs=0.5, batch_size=4, token_budget=10**9) == 1
    assert examples.steps_within(rows, epochs=3, batch_size=4, token_budget=1) == 1  # at least one


def test_what_training_will_see_is_told_beforehand(tiny_model, few_records):
    _, tokenizer = tiny_model
    rows = _tokenise(few_records, tokenizer)
    facts = examples.describe(rows, steps=6, batch_size=4)["value"]
    assert facts["examples"] == 12 and facts["dropped as too long"] == 0
    assert facts["tokens in one epoch"] == rows.tokens and facts["epochs within the token budget"] == 2.0


def test_the_longest_examples_are_left_out_and_counted(tiny_model, few_records):
    rows = _tokenise(few_records, tiny_model[1])
    lengths = [len(ids) for ids in rows.dataset["input_ids"]]
    kept = examples.skip_longest(rows, 0.3)
    assert kept.skipped_longest == 3 and len(kept.dataset) == 9
    assert sorted(map(len, kept.dataset["input_ids"])) == sorted(lengths)[:9]
    assert kept.tokens == sum(sorted(lengths)[:9])
    assert kept.labelled_tokens == sum(map(sum, kept.dataset["completion_mask"])) < rows.labelled_tokens
    assert examples.skip_longest(rows, 0.0) is rows
