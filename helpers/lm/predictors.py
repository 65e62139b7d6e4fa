"""Ask a causal language model: one decision rule for closed label sets, greedy text for everything else.

Both read the prompt once. Prompts of a batch share their common beginning (system message, few-shot examples) in one
key/value cache, and all labels are scored in one pass over their token trie (`lm.cached`), which also holds the greedy
text of every row that writes a label.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from tqdm.auto import tqdm
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from helpers.core import records as frames
from helpers.core.tasks import Prompt
from helpers.lm import cached, products, prompts


@dataclass(frozen=True)
class Answers:
    """What a model answered to n prompts."""

    text: list[str]  # greedy
    log_probs: np.ndarray  # (n, labels), sum over the label's tokens and the end of the turn; (n, 0) without labels
    latency_s: np.ndarray  # (n,), the batch's time shared by its items


def predict(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    records: pd.DataFrame,
    *,
    prompt: Prompt,
    name: str,
    labels: Sequence[str] = (),
    examples: Sequence[prompts.Example] = (),
    batch_size: int = 16,
    max_new_tokens: int = 32,
) -> pd.DataFrame:
    """Answer every record.

    With `labels` the decision is the label with the highest total log-probability, and the probabilities are a
    softmax over the labels; without, the answer is the greedy text. Few-shot prompts name the labels.

    Returns:
        A prediction frame in the order of `records`.
    """
    rendered = [
        prompts.render(tokenizer, prompt, text, examples=examples, labels=labels if examples else ())
        for text in records["text"]
    ]
    answers = ask(
        model, tokenizer, rendered, labels=labels, batch_size=batch_size, max_new_tokens=max_new_tokens, desc=name
    )
    probabilities = [dict(zip(labels, row, strict=True)) for row in softmax(answers.log_probs)]
    return frames.predictions(
        records,
        model=name,
        text=answers.text,
        label=[max(row, key=row.get) if row else "" for row in probabilities],
        probabilities=probabilities,
        latency_s=answers.latency_s,
    )


def softmax(log_probs: np.ndarray) -> np.ndarray:
    """Probabilities over the last axis; an empty axis stays empty."""
    if log_probs.shape[-1] == 0:
        return log_probs
    shifted = np.exp(log_probs - log_probs.max(-1, keepdims=True))
    return shifted / shifted.sum(-1, keepdims=True)


@torch.inference_mode()
@products.by_onednn()
def ask(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    rendered: Sequence[str],
    *,
    labels: Sequence[str] = (),
    batch_size: int = 16,
    max_new_tokens: int = 32,
    desc: str = "",
) -> Answers:
    """Score `labels` (when given) and write greedy text after each rendered prompt."""
    encoded = [prompts.encode(tokenizer, text) for text in rendered]
    trie = cached.LabelTrie.build([prompts.encode_answer(tokenizer, label) for label in labels])
    shared = cached.common_prefix(encoded)
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i]))  # batches of similar length pad little
    text = [""] * len(encoded)
    log_probs = np.zeros((len(encoded), len(labels)))
    latency_s = np.zeros(len(encoded))
    prefix_cache = cached.prefill_prefix(model, encoded[0][:shared]) if shared else None
    for start in tqdm(range(0, len(order), batch_size), desc=desc, unit="batch", leave=False):
        began = time.perf_counter()
        rows = order[start : start + batch_size]
        state = cached.Batch.prefill(model, tokenizer, [encoded[i][shared:] for i in rows], prefix_cache, shared)
        written = [None] * len(rows)
        if labels:
            log_probs[rows], written = trie.score(model, state, max_new_tokens=max_new_tokens)
        others = [row for row, tokens in enumerate(written) if tokens is None]
        for row, tokens in zip(
            others, state.only(others).greedy(model, tokenizer.eos_token_id, max_new_tokens), strict=True
        ):
            written[row] = tokens
        for i, tokens in zip(rows, written, strict=True):
            text[i] = tokenizer.decode(tokens, skip_special_tokens=True).strip()
        latency_s[rows] = (time.perf_counter() - began) / len(rows)
    return Answers(text, log_probs, latency_s)
