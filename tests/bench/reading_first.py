"""Does reading abstracts before the task help? `python tests/bench/reading_first.py --data DIR --out effect.csv`.

PubMedQA's training side only (its locked test set is not touched): some records are learnt from, the others answered. Three
ways with the same model, adapter and settings: the task alone; abstracts of the same training records first, then as much
of the task; and the task alone with all those tokens together.
"""

import argparse
import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.core import profiles, records, tasks
from helpers.lm import models, tuned
from helpers.metrics import paired
from helpers.train import examples, pretrain, routes

TOKENS = 30_000


def load(folder: Path, *, judged: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Records to learn from and records to answer, by the hash of their id."""
    every = json.loads((folder / "ori_pqal.json").read_text(encoding="utf-8"))
    locked = set(json.loads((folder / "test_ground_truth.json").read_text(encoding="utf-8")))
    frame = records.to_frame(
        {
            "record_id": key,
            "kind": "journal",
            "source": "pubmedqa",
            "text": "\n\n".join([one["QUESTION"], *one["CONTEXTS"]]),
            "labels": [one["final_decision"]],
        }
        for key, one in every.items()
        if key not in locked
    )
    order = frame["record_id"].map(lambda key: sha256(key.encode()).hexdigest()).sort_values().index
    return frame.loc[order[judged:]].reset_index(drop=True), frame.loc[order[:judged]].reset_index(drop=True)


def main() -> None:
    """Train three times for each seed, and append a row for each as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, action="append", default=[])
    parser.add_argument("--judged", type=int, default=150)
    given = parser.parse_args()
    train, judged = load(given.data, judged=given.judged)
    task, labels = tasks.load("pubmedqa"), records.label_set(train)
    ways = {"task": (0, TOKENS), "abstracts, then task": (TOKENS, TOKENS), "task, twice the tokens": (0, 2 * TOKENS)}
    rows: list[dict[str, object]] = []
    for seed in given.seed or [1]:
        right: dict[str, np.ndarray] = {}
        for way, (reading, learning) in ways.items():
            profile = profiles.load(
                "quick",
                {
                    "train.adapter_layers": None,
                    "train.epochs": 5,
                    "train.token_budget": learning,
                    "train.learning_rate": 5.0e-4,
                    "train.too_long": "truncate",
                    "train.pretrain_on": "pubmedqa" if reading else "",
                    "train.pretrain_token_budget": reading or 1,
                    "train.pretrain_learning_rate": 5.0e-4,
                    "train.max_validation": 24,
                },
            )
            text = pretrain.corpus(profile.train.pretrain_on, train=train, find=Path, gate=print)
            selection = {"llm": profile.select.llm, "revision": None}
            common = {"settings": profile.train, "task": task, "selection": selection, "device": "cpu", "seed": seed}
            ready = routes.prepare(train, judged[:24], text=text, **common)
            folder = given.out.with_suffix("") / f"{way}-{seed}"
            fit = routes.fit(ready, checkpoints=folder / "scratch" / "c", out=folder / "tuned", seed=seed)
            answers = tuned.predict(
                "causal",
                folder / "tuned",
                judged,
                name=way,
                kind=task.kind,
                prompt=task.prompt,
                llm=profile.select.llm,
                labels=labels,
                max_new_tokens=1,
            )
            truth = [row[0] for row in judged["labels"]]
            right[way] = np.array([one == wanted for one, wanted in zip(answers["label"], truth, strict=True)])
            of_truth = [one[wanted] for one, wanted in zip(answers["probabilities"], truth, strict=True)]
            base, tokenizer = models.load_causal(profile.select.llm)
            told = {"seed": seed, "way": way, "records": len(judged), "accuracy": right[way].mean()}
            told |= {"log_loss": -np.log(np.maximum(of_truth, 1e-12)).mean(), "train_wall_s": fit.train_wall_s}
            told |= {"validation_loss": fit.best_validation_loss, "tokens": fit.tokens}
            told |= {name: value for name, value in fit.facts.items() if name.startswith("pretrain_")}
            told |= {"answers": json.dumps(answers["label"].value_counts().to_dict())}
            told |= {"abstracts_loss": _loss(models.load_adapter(base, folder / "tuned"), tokenizer, judged)}
            if len(right) > 1:
                told["p_against_task"] = paired.mcnemar(right["task"], right[way]).p_value
            rows.append(told)
            pd.DataFrame(rows).to_csv(given.out, index=False)


def _loss(model: object, tokenizer: object, judged: pd.DataFrame) -> float:
    """Mean negative log-likelihood of a token of twenty held-out abstracts."""
    import torch

    pieces = pretrain.rows(judged["text"].tolist()[:20], tokenizer, max_length=384)
    assert isinstance(pieces, examples.Rows)
    total, count = 0.0, 0
    with torch.inference_mode():
        for ids in pieces.dataset["input_ids"]:
            found = model(torch.tensor([ids]), labels=torch.tensor([ids])).loss
            total, count = total + float(found) * (len(ids) - 1), count + len(ids) - 1
    return total / count


if __name__ == "__main__":
    main()
