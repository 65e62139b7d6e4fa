"""Rebuild the tagger's weights: `python -m helpers.clinical.deid.training`, a fixed seed, about two minutes."""

import argparse
import random
import time
from pathlib import Path

import pycrfsuite

from helpers.clinical.deid import tagger, training_notes

HIDDEN_FRAC = 0.5  # identifier words whose letters are hidden, so that context is learnt
UNLISTED_FRAC = 0.35  # identifier words that look absent from the name lists, so that unlisted names are found


def examples(count: int, *, seed: int) -> list[tuple[list[list[str]], list[str]]]:
    """`count` training sequences: feature rows and BIO tags of one note each."""
    rng = random.Random(seed)
    rows = []
    for _ in range(count):
        text, marks = training_notes.note(rng)
        tokens = tagger.tokenize(text)
        if tokens:
            tags = bio(tokens, marks)
            hidden = {i for i, tag in enumerate(tags) if tag != "O" and rng.random() < HIDDEN_FRAC}
            unlisted = {i for i, tag in enumerate(tags) if tag != "O" and rng.random() < UNLISTED_FRAC}
            rows.append((tagger.features(tokens, hide=hidden.__contains__, unlist=unlisted.__contains__), tags))
    return rows


def bio(tokens: list[tagger.Token], marks: training_notes.Marks) -> list[str]:
    """Tags of the tokens, B- and I- of the tagger's own labels, `O` elsewhere."""
    tags = ["O"] * len(tokens)
    for start, end, label in marks:
        kind = tagger.LABELS.get(label, "ID")
        inside = [i for i, token in enumerate(tokens) if token.start < end and token.end > start]
        for place, i in enumerate(inside if kind else ()):
            tags[i] = f"{'I' if place else 'B'}-{kind}"
    return tags


def train(path: Path, *, notes: int, iterations: int, seed: int) -> float:
    """Write the weights to `path`; returns the seconds it took."""
    began = time.perf_counter()
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    for features, tags in examples(notes, seed=seed):
        trainer.append(features, tags)
    trainer.set_params({"c1": 0.4, "c2": 0.02, "max_iterations": iterations, "feature.minfreq": 3})
    path.parent.mkdir(parents=True, exist_ok=True)
    trainer.train(str(path))
    return time.perf_counter() - began


def main() -> None:
    """Command line: sizes and seed have the values the shipped weights were made with."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=9000)
    parser.add_argument("--iterations", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=tagger.WEIGHTS)
    given = parser.parse_args()
    seconds = train(given.out, notes=given.notes, iterations=given.iterations, seed=given.seed)
    print(f"{given.out.name}: {given.out.stat().st_size / 2**20:.2f} MiB in {seconds:.0f} s")


if __name__ == "__main__":
    main()
