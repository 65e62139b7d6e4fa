"""Ask a causal language model: one decision rule for closed label sets, greedy text for everything else.

Both read the prompt once. Prompts of a batch share their common beginning (system message, few-shot examples) in one
key/value cache, and all labels are scored in one pass over their token trie with a tree-shaped attention mask.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from tqdm.auto import tqdm
from transformers import DynamicCache, PreTrainedModel, PreTrainedTokenizerBase

from helpers.core.tasks import Prompt
from helpers.lm import prompts


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
    return pd.DataFrame(
        {
            "record_id": records["record_id"].to_numpy(),
            "group": records["group"].to_numpy(),
            "model": name,
            "text": answers.text,
            "label": [max(row, key=row.get) if row else "" for row in probabilities],
            "probabilities": probabilities,
            "abstained": False,
            "latency_s": answers.latency_s,
        }
    )


def softmax(log_probs: np.ndarray) -> np.ndarray:
    """Probabilities over the last axis; an empty axis stays empty."""
    if log_probs.shape[-1] == 0:
        return log_probs
    shifted = np.exp(log_probs - log_probs.max(-1, keepdims=True))
    return shifted / shifted.sum(-1, keepdims=True)


@torch.inference_mode()
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
    trie = _LabelTrie.build([prompts.encode_answer(tokenizer, label) for label in labels])
    shared = _common_prefix(encoded)
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i]))  # batches of similar length pad little
    text = [""] * len(encoded)
    log_probs = np.zeros((len(encoded), len(labels)))
    latency_s = np.zeros(len(encoded))
    prefix_cache = _prefill_prefix(model, encoded[0][:shared]) if shared else None
    for start in tqdm(range(0, len(order), batch_size), desc=desc, unit="batch", leave=False):
        began = time.perf_counter()
        rows = order[start : start + batch_size]
        state = _Batch.prefill(model, tokenizer, [encoded[i][shared:] for i in rows], prefix_cache, shared)
        if labels:
            log_probs[rows] = trie.score(model, state)
        for i, tokens in zip(rows, state.greedy(model, tokenizer.eos_token_id, max_new_tokens), strict=True):
            text[i] = tokenizer.decode(tokens, skip_special_tokens=True).strip()
        latency_s[rows] = (time.perf_counter() - began) / len(rows)
    return Answers(text, log_probs, latency_s)


def _common_prefix(sequences: Sequence[Sequence[int]]) -> int:
    """Tokens that all prompts begin with, leaving every prompt at least one token of its own."""
    shortest = min(len(sequence) for sequence in sequences) - 1
    first = sequences[0]
    for position in range(shortest):
        if any(sequence[position] != first[position] for sequence in sequences):
            return position
    return max(shortest, 0)


def _prefill_prefix(model: PreTrainedModel, tokens: Sequence[int]) -> list[tuple[torch.Tensor, torch.Tensor]]:
    cache = DynamicCache(config=model.config)
    model(torch.tensor([tokens], device=model.device), past_key_values=cache, logits_to_keep=1)
    return [(layer.keys, layer.values) for layer in cache.layers]


def _expanded(
    model: PreTrainedModel, prefix: list[tuple[torch.Tensor, torch.Tensor]] | None, batch: int
) -> DynamicCache:
    cache = DynamicCache(config=model.config)
    for index, (keys, values) in enumerate(prefix or []):
        cache.update(keys.expand(batch, -1, -1, -1), values.expand(batch, -1, -1, -1), index)
    return cache


@dataclass
class _Batch:
    """Prompts in the cache, ready for their next token."""

    cache: DynamicCache
    mask: torch.Tensor  # (batch, cached), 1 where a cached position is a real token
    next_position: torch.Tensor  # (batch,)
    logits: torch.Tensor  # (batch, vocabulary), for the first token of the answer

    @classmethod
    def prefill(
        cls,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        tails: list[list[int]],
        prefix: list[tuple[torch.Tensor, torch.Tensor]] | None,
        shared: int,
    ) -> "_Batch":
        width = max(len(tail) for tail in tails)
        device = model.device
        ids = torch.full((len(tails), width), tokenizer.pad_token_id, device=device)
        mask = torch.zeros((len(tails), shared + width), dtype=torch.long, device=device)
        mask[:, :shared] = 1
        for row, tail in enumerate(tails):
            ids[row, width - len(tail) :] = torch.tensor(tail, device=device)
            mask[row, shared + width - len(tail) :] = 1
        positions = (mask.cumsum(-1) - 1).clamp(min=0)
        cache = _expanded(model, prefix, len(tails))
        out = model(
            ids, attention_mask=mask, position_ids=positions[:, shared:], past_key_values=cache, logits_to_keep=1
        )
        return cls(cache, mask, positions[:, -1] + 1, out.logits[:, -1].float())

    def greedy(self, model: PreTrainedModel, eos_id: int, max_new_tokens: int) -> list[list[int]]:
        """Most probable token after most probable token, until every row has ended its turn."""
        batch = len(self.logits)
        rows: list[list[int]] = [[] for _ in range(batch)]
        open_rows = torch.ones(batch, dtype=torch.bool)
        mask, position, logits = self.mask, self.next_position.clone(), self.logits
        for _ in range(max_new_tokens):
            token = logits.argmax(-1)
            open_rows &= (token != eos_id).cpu()
            if not open_rows.any():
                break
            for row in open_rows.nonzero().flatten().tolist():
                rows[row].append(int(token[row]))
            mask = torch.cat([mask, mask.new_ones(batch, 1)], dim=1)
            out = model(token[:, None], attention_mask=mask, position_ids=position[:, None], past_key_values=self.cache)
            logits, position = out.logits[:, -1].float(), position + 1
        return rows


@dataclass(frozen=True)
class _LabelTrie:
    """All labels as one tree of tokens. A node is a proper prefix of some label; the root is the prompt itself."""

    token: list[int]  # token that leads to node k (nodes after the root)
    parent: list[int]  # node before node k; 0 is the root, so node k is listed at index k - 1
    steps: list[list[tuple[int, int]]]  # for each label: (node, next token), the last one being the end of the turn

    @classmethod
    def build(cls, labels: Sequence[Sequence[int]]) -> "_LabelTrie":
        nodes: dict[tuple[int, ...], int] = {(): 0}
        token, parent, steps = [], [], []
        for label in labels:
            path = []
            for depth, next_token in enumerate(label):
                prefix = tuple(label[:depth])
                if prefix not in nodes:
                    nodes[prefix] = len(nodes)
                    token.append(prefix[-1])
                    parent.append(nodes[prefix[:-1]])
                path.append((nodes[prefix], next_token))
            steps.append(path)
        return cls(token, parent, steps)

    def score(self, model: PreTrainedModel, state: _Batch) -> np.ndarray:
        """Total log-probability of each label, shape (batch, labels); leaves the cache as it was."""
        cached, device = state.mask.shape[1], model.device
        batch, nodes = len(state.logits), len(self.token)
        sees = torch.eye(nodes, dtype=torch.bool)
        depth = torch.zeros(nodes, dtype=torch.long)
        for node, before in enumerate(self.parent):
            if before:
                sees[node] |= sees[before - 1]
                depth[node] = depth[before - 1] + 1
        logits = [state.logits[:, None]]
        if nodes:
            allowed = torch.cat(
                [
                    state.mask[:, None, :].expand(batch, nodes, cached).bool(),
                    sees.to(device).expand(batch, nodes, nodes),
                ],
                dim=2,
            )
            bias = torch.zeros(allowed.shape, dtype=model.dtype, device=device)
            bias.masked_fill_(~allowed, torch.finfo(model.dtype).min)
            out = model(
                torch.tensor(self.token, device=device).expand(batch, nodes),
                attention_mask=bias[:, None],
                position_ids=state.next_position[:, None] + depth.to(device),
                past_key_values=state.cache,
            )
            state.cache.crop(-nodes)
            logits.append(out.logits.float())
        first, *rest = [(part, part.logsumexp(-1)) for part in logits]

        def log_prob(node: int, token: int) -> torch.Tensor:
            part, total = rest[0] if node else first
            return part[:, max(node - 1, 0), token] - total[:, max(node - 1, 0)]

        scores = [sum(log_prob(node, token) for node, token in path) for path in self.steps]
        return torch.stack(scores, dim=1).double().cpu().numpy()
