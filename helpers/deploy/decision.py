"""The decision rule of 05_evaluate, asked of the serving engine.

A label's score is the probability of its tokens and of the end of the turn after them. The labels form a tree of tokens;
its branches are opened most probable first, until what is left closed can change neither the answer nor, by more than
a stated mass, the probabilities.
"""

import heapq
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from helpers.core.errors import StageError
from helpers.deploy.engine import Completion, Engine

Prefix = tuple[int, ...]

_STEER = (
    100.0  # added to the logits of the labels' own tokens when choosing where to walk; reported figures keep theirs
)
_MORE = 8  # times as many tokens are asked for where a label's token was missing


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
        self.paths = {(*path, end): label for label, path in zip(labels, tokens, strict=True)}
        if not labels or len(self.paths) != len(labels):
            raise StageError(
                "Labels must differ in their tokens", found=f"{len(labels)} labels, {len(self.paths)} paths"
            )
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
    while search.leader_can_change() or search.unopened_mass() > max_unopened:
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
    """State of one search; a node is a tuple of tokens after the prompt."""

    engine: Engine
    prompt: list[int]
    tree: LabelTree
    n_probs: int
    done: dict[Prefix, float] = field(default_factory=dict)  # label path -> log-probability
    closed: list[tuple[float, int, Prefix, int]] = field(default_factory=list)  # heap: (-bound, order, node, n_probs)
    score: dict[Prefix, float] = field(default_factory=lambda: {(): 0.0})  # node -> log-probability
    requests: int = 0
    order: itertools.count = field(default_factory=itertools.count)

    def advance(self) -> None:
        """Open the node that may hold most, or ask again where label tokens were missing from the report."""
        _, _, node, n_probs = heapq.heappop(self.closed)
        if n_probs:
            self._ask_again(node, n_probs)
        else:
            self.open(node)

    def open(self, node: Prefix) -> None:
        """Ask for the distribution after `node`, and after each node that a steered greedy walk from there meets."""
        below = {token for path in self.tree.below[node] for token in path[len(node) :]}
        found = self._ask(node, self.tree.depth[node], self.n_probs, dict.fromkeys(below, _STEER))
        for distribution, token in zip(found.log_probs, found.tokens, strict=True):
            onward = (*node, token)
            self._record(node, distribution, self.n_probs, self.tree.children[node], skip=token)
            if onward not in self.score or onward in self.tree.paths:
                return
            node = onward
        self._close(self.score[node], node)

    def unopened_mass(self) -> float:
        """Most that the closed nodes can hold of all labels' probability."""
        closed = _log_sum(-entry[0] for entry in self.closed)
        return math.exp(closed - _log_sum([closed, *self.done.values()])) if self.closed else 0.0

    def leader_can_change(self) -> bool:
        """Whether a label under a closed node may still be the most probable one."""
        return bool(self.closed) and (not self.done or -self.closed[0][0] > max(self.done.values()))

    def result(self) -> Classified:
        """Softmax over the labels; labels under a closed node share its bound evenly."""
        unopened = self.unopened_mass()
        scores = dict(self.done)
        for bound, _, node, n_probs in self.closed:
            paths = [path for path in self.tree.below[node] if not n_probs or path not in scores]
            paths = [path for path in paths if not n_probs or path[: len(node) + 1] not in self.score]
            scores |= {path: -bound - math.log(len(paths)) for path in paths}
        total = _log_sum(scores.values())
        by_label = {label: math.exp(scores[path] - total) for path, label in self.tree.paths.items()}
        ranked = sorted(by_label.values(), reverse=True)
        return Classified(
            label=max(by_label, key=by_label.__getitem__),
            probabilities=by_label,
            margin=ranked[0] - ranked[1] if len(ranked) > 1 else 1.0,
            label_mass=min(1.0, math.exp(_log_sum(self.done.values()))),
            unopened_mass=unopened,
            requests=self.requests,
        )

    def _ask(self, node: Prefix, n_predict: int, n_probs: int, bias: dict[int, float] | None) -> Completion:
        self.requests += 1
        return self.engine.complete([*self.prompt, *node], n_predict=n_predict, n_probs=n_probs, bias=bias)

    def _ask_again(self, node: Prefix, n_probs: int) -> None:
        missing = {token for token in self.tree.children[node] if (*node, token) not in self.score}
        distribution = self._ask(node, 1, n_probs, None).log_probs[0]
        self._record(node, distribution, n_probs, missing, skip=None)

    def _record(
        self, node: Prefix, distribution: dict[int, float], n_probs: int, tokens: set[int], *, skip: int | None
    ) -> None:
        """Score the children of `node`; close those that need requests of their own, but for `skip`."""
        missing = tokens - distribution.keys()
        for token in tokens - missing:
            child = (*node, token)
            self.score[child] = self.score[node] + distribution[token]
            if child in self.tree.paths:
                self.done[child] = self.score[child]
            elif token != skip:
                self._close(self.score[child], child)
        if missing and len(distribution) < n_probs:
            raise StageError(
                "The served model does not know a label's tokens",
                found=f"{len(distribution)} tokens in its vocabulary",
                expected="the vocabulary of the bundle's tokenizer",
                remedy="run 06_deploy again",
            )
        if missing:
            bound = min(distribution.values()) + math.log(len(missing))
            self._close(self.score[node] + bound, node, n_probs * _MORE)

    def _close(self, bound: float, node: Prefix, n_probs: int = 0) -> None:
        heapq.heappush(self.closed, (-bound, next(self.order), node, n_probs))


def _log_sum(values: Iterable[float]) -> float:
    values = list(values)
    if not values:
        return -math.inf
    most = max(values)
    return most + math.log(sum(math.exp(value - most) for value in values)) if most > -math.inf else most
