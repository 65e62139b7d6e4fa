import random
from pathlib import Path

import numpy as np
import pytest
import torch

from helpers.clinical.deid import encoding, tagger, training_corpus
from helpers.lm import model_files
from helpers.train import deid_tagger


@pytest.fixture(scope="module")
def network():
    pieces, vectors = deid_tagger.word_pieces(Path(model_files.locate("minilm")))
    return tagger.Network(pieces, vectors, {})


@pytest.fixture(scope="module")
def notes(network):
    rng = random.Random(2)
    return deid_tagger.encode([training_corpus.note(rng) for _ in range(60)], network)


def test_numpy_computes_what_torch_trained(network, notes):
    torch.manual_seed(0)
    model = deid_tagger.Tagger().eval()
    rows, vectors, _ = notes[0]
    with torch.inference_mode():
        logits = model(
            torch.from_numpy(rows[None].astype(np.int64)), torch.from_numpy(vectors[None].astype(np.float32))
        )
    found = tagger._forward(rows, vectors.astype(np.float32), deid_tagger.tensors(model))
    np.testing.assert_allclose(found, torch.softmax(logits[0], -1).numpy(), atol=1e-5)


def test_a_note_shorter_than_the_widest_step_is_computed_too(notes):
    rows, vectors, _ = notes[0]
    tensors = deid_tagger.tensors(deid_tagger.Tagger())
    for count in (1, 3):
        found = tagger._forward(rows[:count], vectors[:count].astype(np.float32), tensors)
        np.testing.assert_allclose(found.sum(axis=1), np.ones(count), atol=1e-5)


def test_training_lowers_the_loss_and_repeats_with_the_seed(notes):
    def loss(model):
        rows, vectors, truth = notes[0]
        with torch.inference_mode():
            logits = model(
                torch.from_numpy(rows[None].astype(np.int64)), torch.from_numpy(vectors[None].astype(np.float32))
            )
        return float(torch.nn.functional.cross_entropy(logits[0], torch.from_numpy(truth), ignore_index=-100))

    torch.manual_seed(3)
    before = loss(deid_tagger.Tagger().eval())
    one, other = (deid_tagger.train(notes, epochs=2, seed=3) for _ in range(2))
    assert loss(one) < 0.7 * before
    for name, tensor in deid_tagger.tensors(one).items():
        np.testing.assert_array_equal(tensor, deid_tagger.tensors(other)[name])


def test_saved_weights_are_read_back_within_their_rounding(tmp_path, monkeypatch, network):
    torch.manual_seed(1)
    trained = tagger.Network(network.pieces, network.vectors, deid_tagger.tensors(deid_tagger.Tagger()))
    deid_tagger.save(tmp_path / "tagger.safetensors", trained)
    monkeypatch.setattr(tagger, "WEIGHTS", tmp_path / "tagger.safetensors")
    tagger.load.cache_clear()
    try:
        read = tagger.load()
    finally:
        monkeypatch.undo()
        tagger.load.cache_clear()
    assert list(read.pieces) == list(trained.pieces)
    np.testing.assert_allclose(read.vectors, trained.vectors, atol=np.abs(trained.vectors).max() / 127)
    np.testing.assert_allclose(read.tensors["output.weight"], trained.tensors["output.weight"], atol=1e-3)


def test_marks_become_classes_and_what_counts_neither_way_is_left_out_of_the_loss():
    text = "Seen Monday by Ann Lee"
    tokens = encoding.tokenize(text)
    found = deid_tagger.classes(tokens, [(5, 11, "~"), (15, 22, "NAME")])
    name = tagger.CLASSES.index("NAME")
    assert found.tolist() == [0, -100, 0, name, name]
