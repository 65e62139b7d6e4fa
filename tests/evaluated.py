"""Runs whose 05 is finished, with made-up records and results."""

import pandas as pd

from helpers.core import records, runs

BASELINE = "TF-IDF + logistic regression"
ITEMS = 60


def _answers(test, model, right):
    """The first `right` answers are right."""
    label = [labels[0] if row < right else "neither" for row, labels in enumerate(test["labels"])]
    stated = {"text": label, "label": label, "probabilities": [{}] * len(test), "latency_s": 0.0}
    return records.predictions(test, model=model, **stated)


def evaluated(seed=1, *, run_id="", metrics, right=(30, 30), **overrides):
    """A run of `ITEMS` test records of its fold; `right` answers of the best simple model and of the tuned one."""
    arguments = {"profile": "smoke", "task": "diagnosis", "seed": seed, "run_id": run_id}
    arguments["overrides"] = {"evaluate.max_test": ITEMS} | overrides
    split = runs.start("02_preprocess", **arguments)
    fold = split.profile.preprocess.test_fold
    test = records.to_frame(
        {
            "record_id": f"f{fold}-{row:03d}", "kind": "clinical_note", "source": "made_up", "group": f"g{fold}-{row}",
            "text": "A made-up letter.", "labels": ["ab"[row % 2]],
        }
        for row in range(ITEMS)
    )  # fmt: skip
    records.write(test, split.output("test.parquet"))
    split.finish(metrics={})
    run = runs.start("05_evaluate", **arguments)
    found = [_answers(test, name, count) for name, count in zip((BASELINE, "tuned"), right, strict=True)]
    records.write(pd.concat(found), run.output("predictions.parquet"), records.PREDICTION_SCHEMA)
    run.save_json({"baseline": BASELINE}, "verdict")
    run.finish(metrics=metrics)
    return run.run_dir
