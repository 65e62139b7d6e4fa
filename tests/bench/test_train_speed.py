"""Stock SFTTrainer LoRA against ours, same records and epochs: `pytest tests/bench/test_train_speed.py -s`.

CLINTUNE_BENCH_RECORDS says on how many real `diagnosis` records (default 120). Nothing here asserts a time.
"""

import os
import time

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from trl import SFTTrainer

from helpers.core import figures, paths, records, tasks
from helpers.lm import models, predictors
from helpers.train import examples, sft

RECORDS = int(os.environ.get("CLINTUNE_BENCH_RECORDS", "120"))
TOP_LAYERS = 12
REFERENCE = paths.ROOT / "outputs" / "reference"


@pytest.fixture
def train(splits, tmp_path):
    """Fit one adapter on the bench's records; returns the fit, records a second, and processor seconds a record."""

    def run(name, *, epochs, top_layers=None, stock=False, remember=False, evaluations=1):
        model, tokenizer = models.load_causal("smollm2")
        shape = {"prompt": tasks.load("diagnosis").prompt, "max_length": 384}
        rows, held_out = (
            examples.tokenise(records.sample(part, count), tokenizer, **shape)
            for part, count in zip(splits, (RECORDS, 8), strict=True)
        )
        steps = round(epochs * len(rows.dataset) / 8)
        config = sft.sft_config(
            tmp_path / name, steps=steps, batch_size=8, micro_batch_size=8, learning_rate=1e-3, evaluations=evaluations,
            max_length=384, precision="fp32", device="cpu", seed=1,
        )  # fmt: skip
        config.logging_steps, config.save_total_limit = 1, None
        began = time.process_time()
        fit = sft.fit(
            model, tokenizer, rows, held_out, config=config, out=tmp_path / name / "adapter",
            lora=sft.lora_config(model, r=16, alpha=32, top_layers=top_layers),
            labelled_positions_only=not stock, fast_products=not stock, remember_lower=remember,
        )  # fmt: skip
        assert fit.facts["lower_layers_remembered"] == remember
        return fit, steps * 8 / fit.train_wall_s, (time.process_time() - began) / (steps * 8)

    return run


def _difference(one, other):
    """Largest difference between two runs' training and validation losses, as a share of the loss."""
    pairs = [
        (one.log[column].dropna().to_numpy(), other.log[column].dropna().to_numpy()) for column in ("loss", "eval_loss")
    ]
    return max(float(np.abs(a / b - 1).max()) for a, b in pairs)


def test_records_per_second_against_stock(train):
    top = {"top_layers": TOP_LAYERS, "remember": True}
    runs = {
        ("stock SFTTrainer, all layers", 3): train("stock", epochs=3, stock=True),
        ("ours, all layers", 3): train("ours", epochs=3),
        (f"ours, top {TOP_LAYERS} layers, lower remembered", 3): train("top-3", epochs=3, **top),
        (f"ours, top {TOP_LAYERS} layers, lower remembered", 5): train("top-5", epochs=5, **top),
    }
    (stock, speed, cost), (ours, *_), *_ = runs.values()
    table = pd.DataFrame(
        {
            "training": name,
            "epochs": epochs,
            "records_per_s": round(found[1], 2),
            "times_stock": round(found[1] / speed, 2),
            "times_stock_by_processor_time": round(cost / found[2], 2),
        }
        for (name, epochs), found in runs.items()
    )
    difference = _difference(ours, stock)
    print(
        f"\n{RECORDS} records; losses of all layers differ by {difference:.1e} at most\n{table.to_string(index=False)}"
    )
    REFERENCE.mkdir(parents=True, exist_ok=True)
    table.to_csv(REFERENCE / "train_speed.csv", index=False)
    assert difference < 1e-4


@pytest.mark.parametrize("epochs", [3, 5])
def test_losses_of_top_layers_are_those_of_stock_without_the_memory(train, epochs):
    ours, _, cost = train("remembered", epochs=epochs, top_layers=TOP_LAYERS, remember=True)
    plain, _, plain_cost = train("plain", epochs=epochs, top_layers=TOP_LAYERS, stock=True)
    print(f"\n{epochs} epochs: {plain_cost / cost:.2f} times stock with that adapter, by processor time;")
    print(f"losses differ by {_difference(ours, plain):.1e} at most")
    assert _difference(ours, plain) < 1e-4


WAYS = {  # epochs such that the three take about the same time
    "stock SFTTrainer, all layers": {"epochs": 1.5, "stock": True},
    "ours, all layers": {"epochs": 4},
    f"ours, top {TOP_LAYERS} layers, lower remembered": {"epochs": 8, "top_layers": TOP_LAYERS, "remember": True},
}


def test_validation_accuracy_against_minutes(train, splits, tmp_path, monkeypatch):
    """Each way gets its own learning-rate schedule over about the same minutes; six checkpoints of each are asked."""
    task, labels = tasks.load("diagnosis"), records.label_set(splits[0])
    evaluate, clock = SFTTrainer.evaluate, []

    def timed(self, *args, **kwargs):
        clock.append(time.process_time())
        found = evaluate(self, *args, **kwargs)
        clock.append(time.process_time())
        return found

    monkeypatch.setattr(SFTTrainer, "evaluate", timed)
    points = []
    for name, way in WAYS.items():
        clock[:] = [0.0, time.process_time()]
        train(name, evaluations=6, **way)
        between = np.subtract(clock[2::2], clock[1:-1:2]).cumsum() / 60 / (os.cpu_count() or 1)
        folders = sorted((tmp_path / name).glob("checkpoint-*"), key=lambda folder: int(folder.name.split("-")[1]))
        for folder, minutes in zip(folders, between, strict=True):
            model, tokenizer = models.load_causal("smollm2")
            tuned = models.load_adapter(model, folder)
            asked = {"prompt": task.prompt, "labels": labels, "max_new_tokens": 0}
            found = predictors.predict(tuned, tokenizer, splits[1], name=name, **asked)
            right = [label == wanted[0] for label, wanted in zip(found["label"], splits[1]["labels"], strict=True)]
            points.append({"training": name, "minutes": minutes, "accuracy": np.mean(right)})
    table = pd.DataFrame(points).round(3)
    print(f"\n{RECORDS} records, {len(splits[1])} validation records\n" + table.to_string(index=False))
    REFERENCE.mkdir(parents=True, exist_ok=True)
    figures.save(_draw(table), table, REFERENCE, name="train_accuracy", caption=_caption(len(splits[1])))


def _draw(table):
    _, ax = plt.subplots(figsize=(8, 4.5))
    sns.lineplot(table, x="minutes", y="accuracy", hue="training", style="training", markers=True, dashes=True, ax=ax)
    ax.set(title="Validation accuracy while training", xlabel="minutes of all cores", ylabel="accuracy (label scoring)")
    sns.move_legend(ax, "upper left", bbox_to_anchor=(1.01, 1), title=None, frameon=False)
    return ax


def _caption(asked):
    return (
        f"SmolLM2-135M on {RECORDS} diagnosis records, {asked} validation records asked at each checkpoint. Minutes are "
        "processor time of training over the number of cores. Higher and further left is better."
    )
