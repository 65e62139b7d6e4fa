"""Two ways in one run, as ratios: `make bench`. Nothing here asserts a time."""

import time

import numpy as np
import pytest
import torch

from helpers.core import records
from helpers.core.tasks import Prompt
from helpers.lm import models, predictors, prompts
from helpers.train import examples, sft

PROMPT = Prompt(system="You name the disease family.", user="{text}\n\nDisease family?")
LABELS = [f"{kind} disorder, {part}" for kind in ("metabolic", "muscular", "neural", "renal") for part in "abcde"]


@pytest.fixture(scope="module")
def made_up():
    words = ["ataxia", "hypotonia", "seizure", "short stature", "nystagmus", "scoliosis", "hearing impairment"]
    draw = np.random.default_rng(1)
    rows = [
        {
            "record_id": f"b{number}",
            "kind": "table",
            "text": ", ".join(draw.choice(words, draw.integers(8, 24))),
            "labels": [LABELS[number % len(LABELS)]],
        }
        for number in range(48)
    ]
    return records.to_frame(rows)


def timed(action):
    began = time.perf_counter()
    result = action()
    return result, time.perf_counter() - began


def test_label_trie_against_one_label_at_a_time(made_up):
    model, tokenizer = models.load_causal("smollm2")
    few = made_up.head(8)
    rendered = [prompts.render(tokenizer, PROMPT, text) for text in few["text"]]

    def naive():
        scores = np.zeros((len(few), len(LABELS)))
        with torch.inference_mode():
            for row, text in enumerate(rendered):
                question = prompts.encode(tokenizer, text)
                for column, label in enumerate(LABELS):
                    answer = prompts.encode_answer(tokenizer, label)
                    logits = model(torch.tensor([question + answer])).logits[0].log_softmax(-1)
                    places = range(len(question) - 1, len(question) + len(answer) - 1)
                    scores[row, column] = sum(
                        float(logits[at, token]) for at, token in zip(places, answer, strict=True)
                    )
        return scores

    slow, slow_s = timed(naive)
    fast, fast_s = timed(lambda: predictors.ask(model, tokenizer, rendered, labels=LABELS, max_new_tokens=0).log_probs)
    print(f"\nlabel scoring: trie {slow_s / fast_s:.1f} times as fast, largest difference {abs(slow - fast).max():.1e}")
    assert (slow.argmax(1) == fast.argmax(1)).all()


def test_labelled_positions_against_stock_trl(made_up, tmp_path):
    losses, seconds = {}, {}
    for name, only in (("stock", False), ("labelled positions", True)):
        model, tokenizer = models.load_causal("smollm2")
        rows = examples.tokenise(made_up, tokenizer, prompt=PROMPT, max_length=256)
        config = sft.sft_config(
            tmp_path / name, steps=6, batch_size=8, micro_batch_size=8, learning_rate=1e-3, evaluations=1,
            max_length=256, precision="fp32", device="cpu", seed=1,
        )  # fmt: skip
        lora = sft.lora_config(model, r=16, alpha=32)
        options = {"config": config, "lora": lora, "out": tmp_path / name / "adapter", "labelled_positions_only": only}
        fitted, _ = timed(lambda: sft.fit(model, tokenizer, rows, rows, **options))  # noqa: B023
        losses[name], seconds[name] = fitted.log["loss"].dropna().to_numpy(), fitted.train_wall_s
    print(f"\ntraining: {seconds['stock'] / seconds['labelled positions']:.2f} times as fast as stock")
    np.testing.assert_allclose(losses["stock"], losses["labelled positions"], atol=1e-4)
