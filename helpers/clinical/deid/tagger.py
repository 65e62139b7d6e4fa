"""The trained layer: a small convolutional network over word pieces and word forms, computed with numpy.

Its weights are data of this package; `python -m helpers.train.deid_tagger` rebuilds them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from safetensors import safe_open

from helpers.clinical.deid import encoding, lexicon
from helpers.clinical.deid.spans import LABELS, Span
from helpers.core.errors import StageError

WEIGHTS = Path(__file__).parent / "data" / "tagger.safetensors"
CLASSES = ("O", *LABELS)
DILATIONS = (1, 2, 4, 8)
_CHUNK, _OVERLAP = 2000, 40
_MAX_SEEN, _MAX_LETTERS = 50_000, 40


@dataclass(frozen=True)
class Network:
    """Weights of the network, and its word pieces with their vectors."""

    pieces: dict[str, int]
    vectors: np.ndarray  # (pieces + 1, vector width) float32; the last row stands for an unknown piece
    tensors: dict[str, np.ndarray]
    seen: dict[str, tuple[np.ndarray, int]] = field(default_factory=dict)  # word -> its vector, how many pieces it has


def probabilities(text: str, tokens: Sequence[encoding.Token], hints: Iterable[Span]) -> np.ndarray:
    """Probability of each class for each token: shape (tokens, classes)."""
    network = load()
    vectors, pieces = word_vectors([token.text for token in tokens], network)
    rows = encoding.encode(text, tokens, hints, pieces)
    parts = []
    for start in range(0, len(tokens), _CHUNK):  # bounded memory on very long notes
        low, high = max(0, start - _OVERLAP), start + _CHUNK + _OVERLAP
        part = _forward(rows[low:high], vectors[low:high], network.tensors)
        parts.append(part[start - low : start - low + _CHUNK])
    return np.concatenate(parts) if parts else np.zeros((0, len(CLASSES)), dtype=np.float32)


def find(text: str, hints: Iterable[Span], *, least: float = 0.5, least_unknown: float | None = None) -> list[Span]:
    """Spans of tokens that belong to an identifier with at least the probability `least`.

    Args:
        text: One note.
        hints: What the rules and the cues of names found in it.
        least: Between 0 and 1; a lower one finds more and removes more.
        least_unknown: The same for capitalised words that no list knows and for numbers of five digits and more.

    Raises:
        StageError: If the weights are missing.
    """
    tokens = encoding.tokenize(text)
    if not tokens:
        return []
    chances = probabilities(text, tokens, hints)
    inside = 1 - chances[:, 0]
    labels = chances[:, 1:].argmax(axis=1)
    bounds = np.full(len(tokens), least)
    if least_unknown is not None:
        for i in np.flatnonzero((inside >= least_unknown) & (inside < least)):
            bounds[i] = least_unknown if _is_unknown(tokens[i].text) else least
    spans: list[Span] = []
    i = 0
    while i < len(tokens):
        if inside[i] < bounds[i]:
            i += 1
            continue
        j = i + 1
        while j < len(tokens) and inside[j] >= bounds[j] and labels[j] == labels[i]:
            if "\n" in text[tokens[j - 1].end : tokens[j].start]:
                break
            j += 1
        score = float(inside[i:j].mean())
        spans.append(Span(tokens[i].start, tokens[j - 1].end, LABELS[labels[i]], "tagger", round(score, 3)))
        i = j
    return spans


def _is_unknown(word: str) -> bool:
    if word[0].isdigit():
        return len(word) >= 5
    return word[0].isupper() and len(word) > 1 and not lexicon.is_known(lexicon.fold(word))


def word_vectors(words: Sequence[str], network: Network) -> tuple[np.ndarray, np.ndarray]:
    """Mean vector of each word's pieces, shape (words, vector width), and how many pieces it has, at most 4."""
    owned = [network.seen.get(word) or _seen(word, network) for word in words]
    return np.stack([vector for vector, _ in owned]), np.array([count for _, count in owned], dtype=np.int32)


def _seen(word: str, network: Network) -> tuple[np.ndarray, int]:
    if len(network.seen) >= _MAX_SEEN:
        network.seen.clear()
    pieces = list(_split(word, network.pieces)) or [len(network.pieces)]
    network.seen[word] = network.vectors[pieces].mean(axis=0), min(len(pieces), 4)
    return network.seen[word]


def _split(word: str, pieces: Mapping[str, int]) -> Iterator[int]:
    """Longest known pieces from the left, as BERT's tokenizer splits a word; what is unknown ends the word."""
    for part in re.split("['’]", lexicon.fold(word[:_MAX_LETTERS])):
        start = 0
        while start < len(part):
            prefix = "##" if start else ""
            end = next((end for end in range(len(part), start, -1) if prefix + part[start:end] in pieces), 0)
            if not end:
                yield len(pieces)
                break
            yield pieces[prefix + part[start:end]]
            start = end


def _forward(rows: np.ndarray, vectors: np.ndarray, tensors: dict[str, np.ndarray]) -> np.ndarray:
    hidden = vectors @ tensors["input.weight"] + tensors["input.bias"]
    for column in rows.T:  # one feature at a time stays in the processor's cache
        hidden += tensors["table"][column]
    np.maximum(hidden, 0, out=hidden)
    size = hidden.shape[1]
    wide = np.empty((len(hidden), 3 * size), dtype=np.float32)
    for number, step in enumerate(DILATIONS):
        wide[:step, :size] = 0
        wide[step:, :size] = hidden[:-step]
        wide[:, size : 2 * size] = hidden
        wide[-step:, 2 * size :] = 0
        wide[:-step, 2 * size :] = hidden[step:]
        change = wide @ tensors[f"convolution.{number}.weight"] + tensors[f"convolution.{number}.bias"]
        hidden += np.maximum(change, 0, out=change)
    logits = hidden @ tensors["output.weight"] + tensors["output.bias"]
    logits -= logits.max(axis=1, keepdims=True)
    np.exp(logits, out=logits)
    return logits / logits.sum(axis=1, keepdims=True)


@lru_cache(maxsize=1)
def load() -> Network:
    """Read the weights, once a process.

    Raises:
        StageError: If they are missing.
    """
    if not WEIGHTS.is_file():
        raise StageError(
            "The tagger has no weights",
            expected=f"{WEIGHTS.name} in helpers/clinical/deid/data",
            remedy="rebuild them with python -m helpers.train.deid_tagger",
        )
    with safe_open(WEIGHTS, framework="numpy") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    names = bytes(tensors.pop("pieces")).decode("utf-8").split("\n")
    vectors = tensors.pop("vectors").astype(np.float32) * tensors.pop("vector_scale")
    pieces = {name: number for number, name in enumerate(names)}
    return Network(pieces, vectors, {name: tensor.astype(np.float32) for name, tensor in tensors.items()})
