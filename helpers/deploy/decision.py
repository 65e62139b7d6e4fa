"""The decision rule of 05_evaluate, asked of the serving engine.

A label's score is the probability of its tokens and of the end of the turn after them. The labels form a tree of tokens;
its branches are opened most probable first, until what is left closed can change neither the answer nor, by more than
a stated mass, the probabilities.
"""

import heapq
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from helpers.core.errors import StageError
from helpers.deploy.engine import Completion, Engine

Prefix = tuple[int, ...]

_STEER = 100.0  # added to the logits of the labels' own tokens when choosing where to walk; reported figures keep theirs


@dataclass(frozen=True)
class Classified:
    """Scores of every label for one prompt."""

    label: str
    probabilities: dict[str, float]  # over the labels, summing to 1
    margin: float  # between the two most probable labels
    label_mass: float  # probability that the model's own answer is one of the labels
    unopened_mass: float  # at most this share of the probabilities was estimated, not computed
    requests: int


@dataclass(frozen=True)
class Generated:
    """A greedy answer."""

    tokens: tuple[int, ...]  # without the end of the turn
    confidence: float  # geometric mean probability of the tokens written, the end of the turn included
    is_finished: bool


class LabelTree:
    """All labels as one tree of tokens, each label ending with the end of the turn."""

    def __init__(self, labels: Sequence[str], tokens: Sequence[Sequence[int]], *, end: int) -> None:
        """Build the tree.

        Args:
            labels: Names.
            tokens: Token ids of each label, without the end of the turn.
            end: Token id that ends an answer.

        Raises:
            StageError: If there is no label, or two labels have the same tokens.
        """
        self.paths = {tuple(path) + (end,): label for label, path in zip(labels, tokens, strict=True)}
        if not labels or len(self.paths) != len(labels):
            raise StageError("Labels must differ in their tokens", found=f"{len(labels)} labels, {len(self.paths)} paths")
        self.labels = tuple(labels)
        self.children: dict[Prefix, set[int]] = {}
        self.below: dict[Prefix, list[Prefix]] = {}  # labels under each node, as paths
        for path in self.paths:
            for depth in range(len(path)):
                self.children.setdefault(path[:depth], set()).add(path[depth])
                self.below.setdefault(path[:depth], []).append(path)
            self.below[path] = [path]
        self.depth = {prefix: max(map(len, below)) - len(prefix) for prefix, below in self.below.items()}


def classify(
    engine: Engine,
    prompt: Sequence[int],
    tree: LabelTree,
    *,
    n_probs: int = 256,
    max_unopened: float = 1e-3,
) -> Classified:
    """Score the labels by best-first search over their tree.

    Each request walks greedily down the tree from one node and so opens several nodes at once. A token that is not
    among the `n_probs` most probable is bounded by the least of them, and asked for with more where the bound matters.

    Args:
        engine: Running engine.
        prompt: Token ids of the prompt.
        tree: From the labels.
        n_probs: Tokens reported for each position, at first.
        max_unopened: Share of all labels' probability that may stay unopened; 0 opens everything.
    """
    search = _Search(engine, list(prompt), tree, n_probs)
    search.open(())
    while search.unopened_mass() > max_unopened or search.leader_can_change():
        search.advance()
    return search.result()


def generate(engine: Engine, prompt: Sequence[int], *, max_new_tokens: int, end: int) -> Generated:
    """Write the most probable token after the most probable token."""
    found = engine.complete(prompt, n_predict=max_new_tokens, n_probs=1)
    log_probs = [max(position.values()) for position in found.log_probs]
    finished = bool(found.tokens) and found.tokens[-1] == end
    return Generated(
        tokens=found.tokens[:-1] if finished else found.tokens,
        confidence=math.exp(sum(log_probs) / len(log_probs)) if log_probs else 0.0,
        is_finished=finished,
    )


@dataclass
class _Search:
    """State of one search. Every entry of the heap is a node whose labels' total mass is at most its key."""

    engine: Engine
    prompt: list[int]
    tree: LabelTree
    n_probs: int
    done: dict[Prefix, float] = field(default_factory=dict)  # label path -> log-probability
    heap: list[tuple[float, int, Prefix, bool]] = field(default_factory=list)  # (-bound, order, node, bound is exact)
    asked: dict[Prefix, int] = field(default_factory=dict)  # tokens reported for a node, so far
    requests: int = 0
    order: itertools.count = field(default_factory=itertools.count)

    def open(self, node: Prefix, log_prob: float = 0.0) -> None:
        """Ask for the distribution after `node`, and after the nodes that the steered walk from there meets."""
        below = {token for path in self.tree.below[node] for token in path[len(node) :]}
        bias = dict.fromkeys(below, _STEER) if node else None  # the first walk is the model's own answer
        found = self._ask(node, self.tree.depth[node], self.n_probs, bias)
        for distribution, token in zip(found.log_probs, found.tokens, strict=True):
            self._add(node, log_prob, distribution, walked=token)
            if token not in self.tree.children[node]:
                break
            log_prob += distribution[token] if token in distribution else min(distribution.values())
            node = (*node, token)
            if node in self.tree.paths:
                break
            if token not in distribution:
                self._push(log_prob, node, exact=False)
                break
        else:
            self._push(log_prob, node, exact=True)

    def advance(self) -> None:
        """Open the node that holds most, or first make its bound exact."""
        bound, _, node, exact = heapq.heappop(self.heap)
        if exact:
            self.open(node, -bound)
            return
        parent = node[:-1]
        inexact = [entry for entry in self.heap if not entry[3] and entry[2][:-1] == parent]
        self.heap = [entry for entry in self.heap if entry not in inexact]
        heapq.heapify(self.heap)
        n_probs = self.asked[parent] * 8
        distribution = self._ask(parent, 1, n_probs, None).log_probs[0]
        ...

    def result(self) -> Classified:
        ...
