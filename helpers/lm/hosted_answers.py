"""What is asked of a hosted model in a form that code can read, and what is read from its answer.

For a closed label set the answer is a JSON object with one field, held to the labels by a schema (structured output); for
everything else it is plain text.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence

from openai.types.chat import ChatCompletion
from openai.types.chat.chat_completion_token_logprob import ChatCompletionTokenLogprob


def response_format(labels: Sequence[str]) -> dict[str, object]:
    """The JSON schema that lets a model answer one of the labels and nothing else."""
    schema = {
        "type": "object",
        "properties": {"answer": {"type": "string", "enum": list(labels)}},
        "required": ["answer"],
        "additionalProperties": False,
    }
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}


def written(answer: str, *, labels: Sequence[str]) -> str:
    """An answer as the model is to write it: the JSON object for a closed label set, else itself."""
    return json.dumps({"answer": answer}, ensure_ascii=False, separators=(",", ":")) if labels else answer


def read(completion: ChatCompletion, *, labels: Sequence[str]) -> tuple[str, str]:
    """The answer, and why there is none: `refused`, `cut off`, `empty`, `not JSON` or `no such label`; one of them is "".

    Text that was cut off at the limit of tokens is an answer where there are no labels.
    """
    choice = completion.choices[0] if completion.choices else None
    if choice is None or (not choice.message.content and not choice.message.refusal):
        return "", "empty"
    if choice.message.refusal or choice.finish_reason == "content_filter":
        return "", "refused"
    content = choice.message.content or ""
    if not labels:
        return content.strip(), ""
    try:
        said = json.loads(content)
    except json.JSONDecodeError:
        return "", "cut off" if choice.finish_reason == "length" else "not JSON"
    answer = said.get("answer") if isinstance(said, dict) else None
    return (answer, "") if answer in labels else ("", "no such label")


def probabilities(completion: ChatCompletion, answer: str, *, labels: Sequence[str]) -> dict[str, float]:
    """Probability of each label, from the alternatives that the provider tells of each token of the answer.

    Where the answer's tokens branch off, an alternative token's mass goes to the labels that begin so, in equal parts; a
    label that no alternative leads to gets 0. Exact where the alternatives hold every label's next token and a token tells
    one label from all others.

    Returns:
        Summing to 1; empty where the provider tells no alternatives.
    """
    logprobs = completion.choices[0].logprobs
    content = completion.choices[0].message.content or ""
    tokens = (logprobs.content if logprobs else None) or []
    spelled = _spellings(content, answer, labels)
    if not spelled or b"".join(map(_bytes, tokens)) != content.encode():
        return {}
    mass = dict.fromkeys(labels, 0.0)
    path, prefix = 1.0, b""
    for token in tokens:
        said = _bytes(token)
        for other in token.top_logprobs:
            begun = prefix + _bytes(other)
            if _bytes(other) == said or not (meant := [name for name in labels if spelled[name].startswith(begun)]):
                continue
            for name in meant:
                mass[name] += path * math.exp(other.logprob) / len(meant)
        path, prefix = path * math.exp(token.logprob), prefix + said
    mass[answer] += path
    total = sum(mass.values())
    return {name: value / total for name, value in mass.items()} if total > 0 else {}


def _spellings(content: str, answer: str, labels: Sequence[str]) -> Mapping[str, bytes]:
    """The whole content as it would be for each label; empty where the answer's place is not found."""
    place = re.search(r'"answer"\s*:\s*"', content)
    end = re.search(r'(?<!\\)(?:\\\\)*"\s*}\s*\Z', content)
    if not place or not end or answer not in labels:
        return {}
    quote = content.index('"', end.start())
    before, after = content[: place.end()], content[quote:]
    names = {name: json.dumps(name, ensure_ascii=False)[1:-1] for name in labels}
    names[answer] = content[place.end() : quote]
    return {name: (before + said + after).encode() for name, said in names.items()}


def _bytes(token: ChatCompletionTokenLogprob) -> bytes:
    return bytes(token.bytes) if token.bytes is not None else token.token.encode()
