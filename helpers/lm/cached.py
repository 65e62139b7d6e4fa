"""Prompts in a key/value cache: a beginning shared by all, batches behind it, and all labels after them as one tree."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from transformers import DynamicCache, PreTrainedModel, PreTrainedTokenizerBase

Prefix = list[tuple[torch.Tensor, torch.Tensor]]  # keys and values of each layer


def common_prefix(sequences: Sequence[Sequence[int]]) -> int:
    """Tokens that all prompts begin with, leaving every prompt at least one token of its own."""
    shortest = min(len(sequence) for sequence in sequences) - 1
    first = sequences[0]
    for position in range(shortest):
        if any(sequence[position] != first[position] for sequence in sequences):
            return position
    return max(shortest, 0)


def prefill_prefix(model: PreTrainedModel, tokens: Sequence[int]) -> Prefix:
    """Compute what all prompts begin with, once."""
    cache = DynamicCache(config=model.config)
    model(torch.tensor([tokens], device=model.device), past_key_values=cache, logits_to_keep=1)
    return [(layer.keys, layer.values) for layer in cache.layers]


def _expanded(model: PreTrainedModel, prefix: Prefix | None, batch: int) -> DynamicCache:
    cache = DynamicCache(config=model.config)
    for index, (keys, values) in enumerate(prefix or []):
        cache.update(keys.expand(batch, -1, -1, -1), values.expand(batch, -1, -1, -1), index)
    return cache


@dataclass
class Batch:
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
        prefix: Prefix | None,
        shared: int,
    ) -> "Batch":
        """Compute the prompts' own tokens behind `shared` cached ones, padded on the left."""
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

    def only(self, rows: Sequence[int]) -> "Batch":
        """Some of the rows; the cache is cut to them."""
        if len(rows) == len(self.logits):
            return self
        kept = torch.tensor(rows, dtype=torch.long, device=self.logits.device)
        self.cache.batch_select_indices(kept)
        return Batch(self.cache, self.mask[kept], self.next_position[kept], self.logits[kept])

    def greedy(self, model: PreTrainedModel, eos_id: int, max_new_tokens: int) -> list[list[int]]:
        """Most probable token after most probable token, until every row has ended its turn."""
        batch = len(self.logits)
        if not batch:
            return []
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
class LabelTrie:
    """All labels as one tree of tokens. A node is a proper prefix of some label; the root is the prompt itself."""

    token: list[int]  # token that leads to node k (nodes after the root)
    parent: list[int]  # node before node k; 0 is the root, so node k is listed at index k - 1
    steps: list[list[tuple[int, int]]]  # for each label: (node, next token), the last one being the end of the turn
    child: dict[tuple[int, int], int]  # (node, token) -> node

    @classmethod
    def build(cls, labels: Sequence[Sequence[int]]) -> "LabelTrie":
        """Merge the token ids of labels, each with the end of its turn, where they begin alike."""
        nodes: dict[tuple[int, ...], int] = {(): 0}
        token, parent, steps, child = [], [], [], {}
        for label in labels:
            path = []
            for depth, next_token in enumerate(label):
                prefix = tuple(label[:depth])
                if prefix not in nodes:
                    nodes[prefix] = len(nodes)
                    token.append(prefix[-1])
                    parent.append(nodes[prefix[:-1]])
                    child[parent[-1], prefix[-1]] = nodes[prefix]
                path.append((nodes[prefix], next_token))
            steps.append(path)
        return cls(token, parent, steps, child)

    def score(
        self, model: PreTrainedModel, state: Batch, *, max_new_tokens: int
    ) -> tuple[np.ndarray, list[list[int] | None]]:
        """Score every label and read the greedy text off the tree; leaves the cache as it was.

        Returns:
            Total log-probability of each label, shape (batch, labels), and the greedy tokens of each row; None where
            they leave the tree.
        """
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
        best = torch.cat([part.argmax(-1) for part in logits], dim=1).tolist()
        return torch.stack(scores, dim=1).double().cpu().numpy(), [self._walk(row, max_new_tokens) for row in best]

    def _walk(self, best: Sequence[int], max_new_tokens: int) -> list[int] | None:
        """Follow the most probable token of each node, until the turn ends."""
        ends = {path[-1] for path in self.steps}
        node, tokens = 0, []
        while len(tokens) < max_new_tokens and (node, best[node]) not in ends:
            if (node, best[node]) not in self.child:
                return None
            tokens.append(best[node])
            node = self.child[node, best[node]]
        return tokens
