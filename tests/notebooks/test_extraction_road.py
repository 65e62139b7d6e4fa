"""All six notebooks on a user's own JSON lines in which mentions are to be found, with a model too small to learn them."""

import json

import pandas as pd
import pytest
import yaml

from helpers import pipeline
from helpers.core import manifests, records

SIGNS = ("dry cough", "fever", "T-cell leukaemia", "rash", "joint pain")
TASK = {
    "name": "signs",
    "title": "Signs named in a note",
    "kind": "extraction",
    "caution": "Made-up notes of one sentence each, to see the road and nothing else.",
    "sources": [
        {
            "card": "made_up_signs",
            "kind": "table",
            "path": "notes.jsonl",
            "columns": {"record_id": "id", "group": "case", "text": "note", "mentions": "signs"},
        }
    ],
    "prompt": {"system": "Answer with the signs, one a line, or with none.", "user": "{text}\n\nSigns?"},
    "primary_metric": "entity_f1",
    "answer_tokens": 12,
    "subgroups": ["style"],
    "split_parts": 3,
}
CARD = """---
name: made_up_signs
title: Made-up notes
licence: Apache-2.0
citation: {source: made here, release: "1", cite: none}
legal_basis: simulated
approval: {reference: none needed, expires: null}
permitted_uses: [train, evaluate, display]
persons: none
contains_identifiers: false
deidentification: not_applicable
---

# Made-up notes

## What it is
One sentence with some of five signs.

## Typical example
Two signs.

## Atypical example
None.

## Known limits
Nobody said them.
"""


def _notes(folder):
    rows = []
    for i in range(120):
        signs = [SIGNS[(i + step) % 5] for step in range(i % 3)]
        told = " and ".join(signs) or "nothing new"
        row = {"id": f"n{i:03d}", "case": f"c{i // 2}", "note": f"In week {i} there was {told}.", "signs": signs}
        rows.append(row)
    rows[7]["signs"] = ["hiccups"]  # not in its text
    rows[8]["signs"] = None  # nobody has looked
    (folder / "notes.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (folder / "task.yaml").write_text(yaml.safe_dump(TASK), encoding="utf-8")
    (folder / "data_cards").mkdir()
    (folder / "data_cards" / "made_up_signs.md").write_text(CARD, encoding="utf-8")


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory, tiny_model_dir):
    folder = tmp_path_factory.mktemp("signs")
    _notes(folder)
    settings = {"select.llm": str(tiny_model_dir), "train.adapter_layers": None, "evaluate.bootstrap": 200}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLINTUNE_OUTPUTS", str(folder / "outputs"))
        patch.setenv("CLINTUNE_SECRETS", str(folder / "secrets"))
        pipeline.run(profile="smoke", task=str(folder / "task.yaml"), seed=1, overrides=settings)
    return folder / "outputs" / "smoke-signs-s1"


pytestmark = pytest.mark.slow


def test_every_stage_is_complete(run_dir):
    assert all((run_dir / stage / manifests.NAME).is_file() for stage in manifests.STAGES)


def test_unlabelled_records_and_lost_mentions_are_set_aside_with_their_reason(run_dir):
    aside = pd.read_csv(run_dir / "01_collect/tables/quarantine.csv")
    assert aside["reason"].tolist() == ["no label"]
    lost = pd.read_csv(run_dir / "02_preprocess/tables/set_aside.csv")
    assert lost[["reason", "records"]].values.tolist() == [["a mention is not in the text", 1]]


def test_the_dictionary_finds_what_it_has_seen_and_the_verdict_is_about_f1(run_dir):
    table = pd.read_csv(run_dir / "05_evaluate/tables/models.csv").set_index("model")
    assert table.loc["dictionary of training mentions", "entity_f1"] == 1.0
    assert table.loc["no mention", "entity_f1"] == 0.0 and table["entity_f1"].between(0, 1).all()
    found = json.loads((run_dir / "05_evaluate/artifacts/verdict.json").read_text())
    assert found["baseline"] == "dictionary of training mentions" and found["advice"] == "inferior"
    assert found["verdict_detail"]["test"] == "paired permutation test by group"
    metrics = json.loads((run_dir / "05_evaluate/metrics.json").read_text())
    assert metrics["dictionary of training mentions entity_f1"] == 1.0
    assert (run_dir / "05_evaluate/figures/mention_outcomes.png").stat().st_size > 10_000
    page = (run_dir / "05_evaluate/artifacts/report.html").read_text()
    assert "Entity F1" in page and "Missed and named wrongly" in page


def test_served_answers_are_compared_with_the_evaluated_ones(run_dir):
    evaluated = records.read(run_dir / "05_evaluate/artifacts/predictions.parquet")
    assert set(evaluated.loc[evaluated["model"] == "no mention", "text"]) == {"none"}
    served = records.read(run_dir / "06_deploy/artifacts/served.parquet")
    metrics = json.loads((run_dir / "06_deploy/metrics.json").read_text())
    assert metrics["parity_items"] == len(served) == 8
    assert json.loads((run_dir / "06_deploy/artifacts/bundle/serving.json").read_text())["kind"] == "extraction"
