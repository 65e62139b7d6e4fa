import pytest

from helpers.core import tasks
from helpers.core.tasks import Prompt
from helpers.lm import models, prompts

PROMPT = Prompt(system="Name the family.", user="{text}\n\nFamily?")
TEXTS = ["Tremor.", " leading and trailing ", "Two\nlines\n", "Ärztin {text} <|im_end|> 3 × 4", "{{ braces }}"]


@pytest.fixture(scope="module")
def tokenizer(tiny_model_dir):
    return models.load_tokenizer(str(tiny_model_dir))


def test_messages_put_examples_before_the_question_and_labels_into_the_system_message():
    chat = prompts.messages(PROMPT, "T", examples=[("A", "a"), ("B", "b")], labels=["a", "b"])
    assert [(turn["role"], turn["content"]) for turn in chat] == [
        ("system", "Name the family. The possible answers are: a; b."),
        ("user", "A\n\nFamily?"),
        ("assistant", "a"),
        ("user", "B\n\nFamily?"),
        ("assistant", "b"),
        ("user", "T\n\nFamily?"),
    ]
    assert prompts.messages(PROMPT, "T")[0]["content"] == "Name the family."


def test_rendered_prompt_is_the_models_own_template_up_to_where_the_answer_begins(tokenizer):
    assert prompts.render(tokenizer, PROMPT, "Tremor.") == (
        "<|im_start|>system\nName the family.<|im_end|>\n"
        "<|im_start|>user\nTremor.\n\nFamily?<|im_end|>\n"
        "<|im_start|>assistant\n"
    )


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("task", ["diagnosis", "patient_communication"])
def test_frame_around_the_text_gives_the_same_bytes_as_the_template(tokenizer, task, text):
    prompt = tasks.load(task).prompt
    before, after = prompts.frame(tokenizer, prompt)
    assert (before + text + after).encode() == prompts.render(tokenizer, prompt, text).encode()


def test_encoding_adds_no_special_token_to_those_of_the_template(tokenizer):
    rendered = prompts.render(tokenizer, PROMPT, "Tremor.")
    assert tokenizer.decode(prompts.encode(tokenizer, rendered)) == rendered


def test_encoded_answer_ends_the_turn_once(tokenizer):
    ids = prompts.encode_answer(tokenizer, "ataxia")
    assert ids.count(tokenizer.eos_token_id) == 1 and ids[-1] == tokenizer.eos_token_id
    assert tokenizer.decode(ids[:-1]) == "ataxia"


def test_prompt_and_answer_encoded_apart_read_as_the_template_writes_the_whole_turn(tokenizer):
    question = prompts.encode(tokenizer, prompts.render(tokenizer, PROMPT, "Tremor."))
    whole = [*prompts.messages(PROMPT, "Tremor."), {"role": "assistant", "content": "ataxia"}]
    written = tokenizer.apply_chat_template(whole, tokenize=False).rstrip("\n")
    assert tokenizer.decode(question + prompts.encode_answer(tokenizer, "ataxia")) == written
