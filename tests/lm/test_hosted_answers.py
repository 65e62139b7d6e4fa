import json
import math

import pytest
from openai.types.chat import ChatCompletion

from helpers.lm import hosted_answers

LABELS = ["cerebellar ataxia", "cerebral palsy", "dystonia"]


def completion(content, tokens=None, *, finish="stop", refusal=None):
    """A provider's answer; `tokens` are (token, {alternative: probability}), the token itself among them."""
    said = [
        {
            "token": token,
            "bytes": list(token.encode()),
            "logprob": math.log(chances[token]),
            "top_logprobs": [
                {"token": name, "bytes": list(name.encode()), "logprob": math.log(chance)}
                for name, chance in chances.items()
            ],
        }
        for token, chances in tokens or []
    ]
    choice = {"index": 0, "finish_reason": finish, "logprobs": {"content": said, "refusal": None} if tokens else None}
    choice["message"] = {"role": "assistant", "content": content, "refusal": refusal}
    return ChatCompletion.model_validate(
        {"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
    )


def sure(*tokens):
    return [(token, {token: 1.0}) for token in tokens]


def test_probabilities_follow_the_tokens_by_which_labels_part():
    tokens = [*sure('{"', "answer", '":"'), ("cere", {"cere": 0.7, "dy": 0.3}), ("bral", {"bral": 0.6, "bell": 0.4})]
    found = hosted_answers.probabilities(
        completion('{"answer":"cerebral palsy"}', [*tokens, *sure(" palsy", '"}')]), "cerebral palsy", labels=LABELS
    )
    assert found == pytest.approx({"cerebral palsy": 0.42, "cerebellar ataxia": 0.28, "dystonia": 0.3})


def test_a_token_that_leads_to_several_labels_is_shared_by_them():
    tokens = [*sure('{"answer":"'), ("dy", {"dy": 0.6, "cere": 0.3, "x": 0.1}), *sure('stonia"}')]
    found = hosted_answers.probabilities(completion('{"answer":"dystonia"}', tokens), "dystonia", labels=LABELS)
    third = 0.15 / 0.9
    assert found == pytest.approx({"dystonia": 0.6 / 0.9, "cerebellar ataxia": third, "cerebral palsy": third})


def test_white_space_escapes_and_characters_cut_in_two_are_followed():
    labels = ["Ménière", 'of the "ear"']
    content = '{ "answer" : "of the \\"ear\\"" }'
    tokens = [*sure('{ "answer" : "'), ("of", {"of": 0.8, "M": 0.2}), *sure(' the \\"ear\\"" }')]
    found = hosted_answers.probabilities(completion(content, tokens), labels[1], labels=labels)
    assert found == pytest.approx({labels[1]: 0.8, labels[0]: 0.2})
    halves = completion('{"answer":"Ménière"}', sure('{"answer":"M', "x", "x", 'nière"}'))
    for token, part in zip(halves.choices[0].logprobs.content[1:3], "é".encode(), strict=True):
        token.bytes = [part]
    assert hosted_answers.probabilities(halves, labels[0], labels=labels) == {labels[0]: 1.0, labels[1]: 0.0}


def test_no_probabilities_where_none_are_told_or_the_tokens_say_something_else():
    content = '{"answer":"dystonia"}'
    for tokens in (None, sure('{"answer":"', "gout", '"}')):
        assert hosted_answers.probabilities(completion(content, tokens), "dystonia", labels=LABELS) == {}


@pytest.mark.parametrize(
    ("content", "options", "wanted"),
    [
        ('{"answer":"dystonia"}', {}, ("dystonia", "")),
        ('{"answer":"gout"}', {}, ("", "no such label")),
        ('{"answer":["dystonia"]}', {}, ("", "no such label")),
        ("[1]", {}, ("", "no such label")),
        ("dystonia", {}, ("", "not JSON")),
        ('{"answer":"dyst', {"finish": "length"}, ("", "cut off")),
        ('{"answer":"dystonia"}', {"finish": "content_filter"}, ("", "refused")),
        (None, {"refusal": "no"}, ("", "refused")),
        (None, {}, ("", "empty")),
    ],
)
def test_only_a_label_of_the_set_is_an_answer(content, options, wanted):
    assert hosted_answers.read(completion(content, **options), labels=LABELS) == wanted


def test_free_text_may_be_cut_off():
    assert hosted_answers.read(completion(" Plain words ", finish="length"), labels=()) == ("Plain words", "")


def test_answers_are_written_as_they_are_read():
    said = hosted_answers.written("Morbus Ménière", labels=["Morbus Ménière"])
    assert said == '{"answer":"Morbus Ménière"}' and hosted_answers.written("a", labels=()) == "a"


def test_the_schema_allows_the_labels_and_nothing_else():
    schema = hosted_answers.response_format(LABELS)["json_schema"]
    assert schema["strict"] and schema["schema"]["properties"]["answer"]["enum"] == LABELS
    assert schema["schema"]["additionalProperties"] is False and json.dumps(schema)
