"""The one prompt builder: training, evaluation and serving get the same bytes and the same token ids from here."""

import bisect
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from helpers.core.tasks import Prompt

if TYPE_CHECKING:  # a service that asks a provider needs no transformers
    from transformers import PreTrainedTokenizerBase

Example = tuple[str, str]  # (record text, answer)

_MARK = "\u241e"  # stands for the record's text while the frame around it is cut out


def messages(
    prompt: Prompt, text: str, *, examples: Sequence[Example] = (), labels: Sequence[str] = ()
) -> list[dict[str, str]]:
    """Build the chat for one record.

    Args:
        prompt: The task's prompt.
        text: The record's text.
        examples: Few-shot examples, oldest first; none for zero-shot.
        labels: Named in the system message when given.
    """
    system = prompt.system + (f" The possible answers are: {'; '.join(labels)}." if labels else "")
    chat = [{"role": "system", "content": system}]
    for example_text, answer in examples:
        chat.append({"role": "user", "content": prompt.user.replace("{text}", example_text)})
        chat.append({"role": "assistant", "content": answer})
    chat.append({"role": "user", "content": prompt.user.replace("{text}", text)})
    return chat


def render(
    tokenizer: "PreTrainedTokenizerBase",
    prompt: Prompt,
    text: str,
    *,
    examples: Sequence[Example] = (),
    labels: Sequence[str] = (),
) -> str:
    """Render the chat as the model's own template wants it, up to where the answer begins."""
    chat = messages(prompt, text, examples=examples, labels=labels)
    return tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)


def frame(tokenizer: "PreTrainedTokenizerBase", prompt: Prompt) -> tuple[str, str]:
    """What stands before and after the record's text in a zero-shot prompt; serving needs no template engine."""
    before, after = render(tokenizer, prompt, _MARK).split(_MARK)
    return before, after


def shortened(tokenizer: "PreTrainedTokenizerBase", prompt: Prompt, text: str, *, most: int) -> str:
    """The longest beginning of a text, in whole words, whose zero-shot prompt has at most `most` tokens; "" if none has."""
    ends = [0, *(word.end() for word in re.finditer(r"\S+", text))]
    over = bisect.bisect_left(
        range(len(ends)),
        True,
        key=lambda count: len(encode(tokenizer, render(tokenizer, prompt, text[: ends[count]]))) > most,
    )
    return text[: ends[over - 1]] if over else ""


def encode(tokenizer: "PreTrainedTokenizerBase", rendered: str) -> list[int]:
    """Token ids of a rendered prompt; the template already holds every special token."""
    return tokenizer(rendered, add_special_tokens=False)["input_ids"]


def encode_answer(tokenizer: "PreTrainedTokenizerBase", answer: str) -> list[int]:
    """Token ids of an answer followed by the end of the turn."""
    return [*tokenizer(answer, add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]
