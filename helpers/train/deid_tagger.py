"""Rebuild the weights of the de-identification tagger: `python -m helpers.train.deid_tagger`, fixed seed, CPU."""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import torch
from safetensors import safe_open
from safetensors.numpy import save_file
from torch import nn
from tqdm.auto import tqdm

from helpers.clinical.deid import encoding, engine, names, rules, scoring, tagger, training_corpus
from helpers.core import files
from helpers.lm import model_files

WIDTH, VECTOR_WIDTH = 128, 96
HIDDEN_FRAC, UNLISTED_FRAC = 0.3, 0.3  # identifier words whose letters, and whose entries in lists, are hidden
_LISTS = [list(encoding.FEATURES).index(name) for name in ("names", "words")]

Note = tuple[np.ndarray, np.ndarray, np.ndarray]  # rows of the table, word vectors, classes


class Tagger(nn.Module):
    """The network of `tagger._forward`, in torch."""

    def __init__(self) -> None:
        """Table, input layer, dilated convolutions, output layer."""
        super().__init__()
        self.table = nn.EmbeddingBag(encoding.WIDTH, WIDTH, mode="sum")
        nn.init.normal_(self.table.weight, std=0.1)
        self.input = nn.Linear(VECTOR_WIDTH, WIDTH)
        self.convolution = nn.ModuleList(
            nn.Conv1d(WIDTH, WIDTH, 3, padding=step, dilation=step) for step in tagger.DILATIONS
        )
        self.output = nn.Linear(WIDTH, len(tagger.CLASSES))
        self.drop = nn.Dropout(0.2)

    def forward(self, rows: torch.Tensor, vectors: torch.Tensor) -> torch.Tensor:
        """Logits of shape (notes, tokens, classes)."""
        notes, tokens, features = rows.shape
        hidden = self.table(rows.reshape(-1, features)).reshape(notes, tokens, WIDTH) + self.input(vectors)
        hidden = self.drop(torch.relu(hidden)).transpose(1, 2)
        for layer in self.convolution:
            hidden = hidden + self.drop(torch.relu(layer(hidden)))
        return self.output(hidden.transpose(1, 2))


def word_pieces(encoder: Path) -> tuple[dict[str, int], np.ndarray]:
    """Latin pieces of a BERT-class encoder and their input vectors, reduced to `VECTOR_WIDTH` principal components."""
    names = (encoder / "vocab.txt").read_text(encoding="utf-8").split("\n")
    kept = [
        i for i, name in enumerate(names) if name.removeprefix("##").isascii() and name.removeprefix("##").isalnum()
    ]
    with safe_open(encoder / "model.safetensors", framework="numpy") as file:
        name = next(key for key in file.keys() if key.endswith("word_embeddings.weight"))
        vectors = file.get_tensor(name)[kept].astype(np.float32)
    vectors -= vectors.mean(axis=0)
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    vectors = vectors @ directions[:, ::-1][:, :VECTOR_WIDTH]
    vectors /= vectors.std()
    return {names[i]: number for number, i in enumerate(kept)}, np.vstack(
        [vectors, np.zeros((1, VECTOR_WIDTH))]
    ).astype(np.float32)


def encode(drawn: Sequence[tuple[str, training_corpus.Marks]], network: tagger.Network) -> list[Note]:
    """Features and classes of training notes."""
    notes = []
    for text, marks in tqdm(drawn, desc="encode", unit="note"):
        tokens = encoding.tokenize(text)
        if not tokens:
            continue
        vectors, pieces = tagger.word_vectors([token.text for token in tokens], network)
        rows = encoding.encode(text, tokens, [*rules.find(text), *names.find(text)], pieces)
        notes.append((rows, vectors.astype(np.float16), classes(tokens, marks)))
    return notes


def classes(tokens: Sequence[encoding.Token], marks: training_corpus.Marks) -> np.ndarray:
    """Class of each token; -100, which no loss counts, for what may be removed or kept."""
    found = np.zeros(len(tokens), dtype=np.int64)
    starts = np.array([token.start for token in tokens])
    ends = np.array([token.end for token in tokens])
    for start, end, label in marks:
        found[(starts < end) & (ends > start)] = tagger.CLASSES.index(label) if label in tagger.CLASSES else -100
    return found


def train(
    notes: Sequence[Note], *, epochs: int, seed: int, report: Callable[[int, Tagger], None] | None = None
) -> Tagger:
    """Fit the network; batches hold notes of like length."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = Tagger()
    batches = _batches(notes, tokens=6000)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=epochs * len(batches), pct_start=0.1)
    for epoch in range(epochs):
        model.train()
        for number in tqdm(rng.permutation(len(batches)), desc=f"epoch {epoch + 1}", unit="batch"):
            rows, vectors, truth = _pad([notes[i] for i in batches[number]], rng)
            loss = nn.functional.cross_entropy(model(rows, vectors).flatten(0, 1), truth.flatten(), ignore_index=-100)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        model.eval()
        if report:
            report(epoch, model)
    return model


def tensors(model: Tagger) -> dict[str, np.ndarray]:
    """Weights in the names and shapes that `tagger` multiplies with."""
    found = {"table": model.table.weight}
    for name, layer in (("input", model.input), ("output", model.output)):
        found |= {f"{name}.weight": layer.weight.T, f"{name}.bias": layer.bias}
    for number, layer in enumerate(model.convolution):
        found |= {f"convolution.{number}.weight": layer.weight.permute(2, 1, 0).reshape(-1, WIDTH)}
        found |= {f"convolution.{number}.bias": layer.bias}
    return {name: tensor.detach().numpy().astype(np.float32).copy() for name, tensor in found.items()}


def save(path: Path, network: tagger.Network) -> None:
    """Write pieces, vectors in 8 bits and weights in 16 bits as one safetensors file."""
    scale = np.abs(network.vectors).max(axis=1, keepdims=True).astype(np.float32).clip(1e-6) / 127
    content = {name: tensor.astype(np.float16) for name, tensor in network.tensors.items()}
    content["vectors"] = np.round(network.vectors / scale).astype(np.int8)
    content["vector_scale"] = scale
    content["pieces"] = np.frombuffer("\n".join(network.pieces).encode(), dtype=np.uint8).copy()
    save_file(content, path)


def _batches(notes: Sequence[Note], *, tokens: int) -> list[list[int]]:
    batches: list[list[int]] = []
    for i in sorted(range(len(notes)), key=lambda i: len(notes[i][2])):
        if batches and (len(batches[-1]) + 1) * len(notes[i][2]) <= tokens:
            batches[-1].append(i)
        else:
            batches.append([i])
    return batches


def _pad(notes: Sequence[Note], rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    length = max(len(truth) for _, _, truth in notes)
    rows = np.tile(encoding.NOTHING, (len(notes), length, 1))
    vectors = np.zeros((len(notes), length, VECTOR_WIDTH), dtype=np.float32)
    truth = np.full((len(notes), length), -100, dtype=np.int64)
    for i, (own_rows, own_vectors, own_truth) in enumerate(notes):
        count = len(own_truth)
        rows[i, :count], vectors[i, :count], truth[i, :count] = own_rows, own_vectors, own_truth
    marked = truth > 0
    hidden = rng.random(truth.shape) < np.where(marked, HIDDEN_FRAC, 0.03)
    unlisted = rng.random(truth.shape) < np.where(marked, UNLISTED_FRAC, 0.05)
    vectors[hidden] = 0
    for column in encoding.LEXICAL:
        rows[..., column] = np.where(hidden, encoding.NOTHING[column], rows[..., column])
    for column in _LISTS:
        rows[..., column] = np.where(unlisted, encoding.NOTHING[column], rows[..., column])
    return torch.from_numpy(rows.astype(np.int64)), torch.from_numpy(vectors), torch.from_numpy(truth)


def left_out_styles(folder: Path, *, notes: int, epochs: int, seed: int, drawn: int = 150) -> pd.DataFrame:
    """Score every kind of note with a network that saw no note of that kind, the whole engine around it.

    Args:
        folder: Takes one table of counts a kind; what is there already is not done again.
        notes: Training notes of each network.
        epochs: Of each network.
        seed: Of everything drawn.
        drawn: Notes scored of each kind.

    Returns:
        `scoring.figures` with columns figure, mode and left_out: each kind, and `all` together.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number, kind in enumerate(training_corpus.KINDS):
        if not (folder / f"{kind}.csv").exists():
            counted = _without(kind, notes=notes, epochs=epochs, seed=seed + number, drawn=drawn)
            files.write_text(folder / f"{kind}.csv", counted.to_csv(index=False))
    counted = pd.concat(
        [pd.read_csv(folder / f"{kind}.csv").assign(left_out=kind) for kind in training_corpus.KINDS], ignore_index=True
    )
    parts = [*counted.groupby(["mode", "left_out"]), *(((mode, "all"), part) for mode, part in counted.groupby("mode"))]
    rows = []
    for (mode, left_out), part in parts:
        summed = part.drop(columns=["mode", "left_out"])
        found = scoring.figures_of_counts(summed, patients=list(range(len(summed))), seed=seed)
        rows.append(found.assign(mode=mode, left_out=left_out))
    return pd.concat(rows).rename_axis("figure").reset_index()


def _without(kind: str, *, notes: int, epochs: int, seed: int, drawn: int) -> pd.DataFrame:
    """Counts of `drawn` notes of one kind, in both modes, by a network trained on all others."""
    rng = random.Random(seed)
    pieces, vectors = word_pieces(Path(model_files.locate("minilm")))
    known = [training_corpus.note(rng, without=[kind]) for _ in range(notes)]
    model = train(encode(known, tagger.Network(pieces, vectors, {})), epochs=epochs, seed=seed)
    others = [name for name in training_corpus.KINDS if name != kind]
    tests = [training_corpus.note(rng, without=others) for _ in range(drawn)]
    trained = tagger.Network(pieces, vectors, tensors(model))
    rows = []
    with mock.patch.object(tagger, "load", lambda: trained):
        for mode in ("balanced", "strict"):
            for text, marks in tests:
                gold = [{"start": start, "end": end, "label": label} for start, end, label in marks]
                score = scoring.compare(gold, engine.find(text, mode=mode), text)
                rows.append({"mode": mode, **scoring.counts(score)})
    return pd.DataFrame(rows)


def main() -> None:
    """Command line; sizes and seed have the values the shipped weights were made with."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=18000)
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=tagger.WEIGHTS)
    parser.add_argument(
        "--left-out-styles",
        type=Path,
        help="score each kind of note with a network that saw none of it, tables into this folder; goes on where it stopped",
    )
    given = parser.parse_args()
    began = time.perf_counter()
    if given.left_out_styles:
        table = left_out_styles(given.left_out_styles, notes=given.notes, epochs=given.epochs, seed=given.seed)
        print(table[table["left_out"] == "all"].to_string(index=False))
        return
    rng = random.Random(given.seed)
    pieces, vectors = word_pieces(Path(model_files.locate("minilm")))
    drawn = [training_corpus.note(rng) for _ in range(given.notes)]
    model = train(encode(drawn, tagger.Network(pieces, vectors, {})), epochs=given.epochs, seed=given.seed)
    save(given.out, tagger.Network(pieces, vectors, tensors(model)))
    print(f"{given.out.name}: {given.out.stat().st_size / 2**20:.2f} MiB in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
