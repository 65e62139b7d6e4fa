"""Our label scoring against lm-evaluation-harness: `pytest tests/bench/test_label_scoring.py -s`.

Needs requirements-labs.txt. The harness scores each label as a continuation of its own prompt (`loglikelihood` of HFLM, its
own batches by length); ours reads each prompt once. Nothing here asserts a time.
"""

import os
import time

import numpy as np
import pandas as pd
import pytest

from helpers.core import paths, records, tasks
from helpers.lm import models, predictors, prompts

ITEMS = int(os.environ.get("CLINTUNE_BENCH_ITEMS", "60"))
REFERENCE = paths.ROOT / "outputs" / "reference"


def _clocks():
    """Seconds by the wall and of the processor."""
    return np.array([time.perf_counter(), time.process_time()])


def test_label_scores_against_lm_evaluation_harness(splits):
    huggingface = pytest.importorskip("lm_eval.models.huggingface", reason="lm-eval is not installed")
    from lm_eval.api.instance import Instance

    model, tokenizer = models.load_causal("smollm2")
    labels = records.label_set(splits[0])
    asked = records.sample(splits[1], ITEMS)
    task = tasks.load("diagnosis")
    rendered = [prompts.render(tokenizer, task.prompt, text) for text in asked["text"]]

    began = _clocks()
    ours = predictors.ask(model, tokenizer, rendered, labels=labels, batch_size=16, max_new_tokens=0).log_probs
    ours_s = _clocks() - began

    harness = huggingface.HFLM(pretrained=model, tokenizer=tokenizer, backend="causal", batch_size=16)
    pairs = [(text, label + tokenizer.eos_token) for text in rendered for label in labels]
    requests = [Instance("loglikelihood", {}, pair, number) for number, pair in enumerate(pairs)]
    began = _clocks()
    theirs = harness.loglikelihood(requests, disable_tqdm=True)
    theirs_s = _clocks() - began
    theirs = np.array([score for score, _ in theirs]).reshape(len(rendered), len(labels))

    same = ours.argmax(1) == theirs.argmax(1)
    top = np.sort(predictors.softmax(ours), axis=1)
    gap = np.abs(predictors.softmax(ours) - predictors.softmax(theirs)).max()
    by_wall, by_processor = theirs_s / ours_s
    print(
        f"\nlabel scoring, {len(asked)} items, {len(labels)} labels: {by_wall:.1f} times as fast as lm-eval by the wall,"
    )
    print(f"{by_processor:.1f} by processor time; equal answers {same.mean():.3f}, largest probability gap {gap:.1e}")
    for row in np.flatnonzero(~same):
        answers = f"{labels[ours[row].argmax()]} / {labels[theirs[row].argmax()]}"
        print(f"  item {row}: {answers}, our margin {top[row, -1] - top[row, -2]:.2e}")
    table = {"items": len(asked), "labels": len(labels), "times_lm_eval": by_wall, "by_processor_time": by_processor}
    table |= {"equal_frac": same.mean(), "largest_probability_gap": gap}
    REFERENCE.mkdir(parents=True, exist_ok=True)
    pd.DataFrame([table]).to_csv(REFERENCE / "label_scoring.csv", index=False)
    assert same.mean() >= 0.99
