import json

import pandas as pd
import pytest

from helpers.core import records
from helpers.core.errors import ProfileError, RecordError
from helpers.select import candidates

BASELINES = {"majority": 1.0, "TF-IDF + logistic regression": 10.0}


def _table(**accuracy):
    names = {
        "majority": 0.05,
        "TF-IDF + logistic regression": 0.2,
        "smollm2 zero-shot": 5.0,
        "smollm2 few-shot": 9.0,
    }
    rows = [(name, accuracy[name.split()[-1].replace("-", "_")], latency) for name, latency in names.items()]
    return pd.DataFrame(rows, columns=["model", "accuracy", "latency_median_s"])


def _choose(table, simple=None):
    simple = table[table["model"].isin(BASELINES)] if simple is None else simple
    return candidates.choose(
        table,
        simple=simple,
        metric="accuracy",
        baselines=BASELINES,
        llm="smollm2",
        encoder="minilm",
        revision=None,
        few_shot_ids=("a",),
    )


def test_few_shot_records_show_one_of_each_label_before_any_twice(few_records):
    shown = candidates.few_shot_records(few_records, count=5, seed=1)
    first = [labels[0] for labels in shown["labels"]]
    assert len(set(first[:3])) == 3 and len(set(first[3:])) == 2
    assert list(shown.columns) == records.RECORD_SCHEMA.names


def test_few_shot_records_without_labels_show_an_answer_once_while_others_last():
    frame = records.to_frame(
        {
            "record_id": f"r{i}",
            "kind": "table",
            "text": f"text {i:02d}",
            "references": ["none" if i > 9 else f"name {i}"],
        }
        for i in range(30)
    )
    shown = candidates.few_shot_records(frame, count=4, seed=1)["references"].str[0].tolist()
    assert shown.count("none") == 1 and len(set(shown)) == 4


def test_few_shot_records_are_fixed_by_the_seed_whatever_the_row_order(few_records):
    once = candidates.few_shot_records(few_records, count=4, seed=1)["record_id"].tolist()
    shuffled = few_records.sample(frac=1.0, random_state=5)
    assert candidates.few_shot_records(shuffled, count=4, seed=1)["record_id"].tolist() == once
    others = [
        candidates.few_shot_records(few_records, count=4, seed=seed)["record_id"].tolist() for seed in range(2, 6)
    ]
    assert any(other != once for other in others)


def test_few_shot_records_are_short_ones_while_there_are_enough(few_records):
    shown = candidates.few_shot_records(few_records, count=4, seed=1)
    assert shown["text"].str.len().max() <= few_records["text"].str.len().median()
    assert len(candidates.few_shot_records(few_records, count=12, seed=1)) == 12


def test_few_shot_records_without_labels_are_drawn_all_the_same(few_records):
    writing = few_records.assign(labels=[[] for _ in range(12)], references=[["plain words"]] * 12)
    shown = candidates.few_shot_records(writing, count=3, seed=1)
    assert len(shown) == 3
    assert candidates.examples(shown) == [(text, "plain words") for text in shown["text"]]


def test_too_few_records_for_the_prompt_are_refused(few_records):
    with pytest.raises(RecordError, match=r"Found: 12\. Expected: 13"):
        candidates.few_shot_records(few_records, count=13, seed=1)


def test_best_overall_may_be_a_baseline_while_04_gets_the_language_model():
    chosen = _choose(_table(majority=0.1, regression=0.8, zero_shot=0.2, few_shot=0.3))
    assert (chosen.best_overall, chosen.best_baseline) == ("TF-IDF + logistic regression",) * 2
    assert (chosen.baseline_cost, chosen.llm, chosen.base_prompt) == (10.0, "smollm2", "few-shot")


def test_best_overall_may_be_the_language_model():
    chosen = _choose(_table(majority=0.4, regression=0.3, zero_shot=0.7, few_shot=0.6))
    assert (chosen.best_overall, chosen.best_baseline) == ("smollm2 zero-shot", "majority")
    assert (chosen.baseline_cost, chosen.base_prompt) == (1.0, "zero-shot")


def test_ties_go_to_the_faster_and_between_prompts_to_the_one_that_tells_more():
    chosen = _choose(_table(majority=0.5, regression=0.5, zero_shot=0.5, few_shot=0.5))
    assert (chosen.best_overall, chosen.best_baseline) == ("majority", "majority")
    assert chosen.base_prompt == "few-shot"


def test_the_best_simple_model_is_chosen_on_all_validation_records():
    few = _table(majority=0.5, regression=0.4, zero_shot=0.1, few_shot=0.1)
    every = _table(majority=0.1, regression=0.8, zero_shot=0.1, few_shot=0.1)
    chosen = _choose(few, simple=every[every["model"].isin(BASELINES)])
    assert (chosen.best_overall, chosen.best_baseline) == ("majority", "TF-IDF + logistic regression")


def test_choice_does_not_depend_on_the_order_of_the_rows():
    table = _table(majority=0.5, regression=0.5, zero_shot=0.1, few_shot=0.1)
    assert _choose(table) == _choose(table.iloc[::-1])


def test_selection_survives_json():
    chosen = _choose(_table(majority=0.1, regression=0.8, zero_shot=0.2, few_shot=0.3))
    back = json.loads(json.dumps(chosen.to_dict()))
    assert candidates.Selection(**back | {"few_shot_ids": tuple(back["few_shot_ids"])}) == chosen


def test_candidates_get_their_licence_and_where_the_data_goes():
    facts = {
        "smollm2": {
            "title": "SmolLM2",
            "licence": "apache-2.0",
            "weights_gib": "0.50",
            "data_goes": "nowhere: this machine",
        }
    }
    table = candidates.describe(pd.DataFrame({"model": ["majority", "smollm2 few-shot"]}, index=[4, 2]), facts)
    assert table["licence"].tolist() == ["fitted here", "apache-2.0"]
    assert table["weights_gib"].tolist() == ["0.00", "0.50"]
    assert table["title"].tolist() == ["", "SmolLM2"]


def test_candidates_that_were_not_asked_are_rows_with_their_reason():
    facts = {"gpt zero-shot": {"licence": "terms", "weights_gib": "at the provider", "usd_per_1000": "0.02",
                               "data_goes": "api.example.org"}}  # fmt: skip
    table = pd.DataFrame({"model": ["majority", "gpt zero-shot"], "accuracy": [0.1, 0.5]})
    found = candidates.describe(table, facts, not_run={"gpt few-shot": "not run: no key"}).set_index("model")
    assert found["usd_per_1000"].tolist()[:2] == ["0", "0.02"]
    assert found["status"].tolist() == ["measured", "measured", "not run: no key"]
    assert pd.isna(found.loc["gpt few-shot", "accuracy"])
    assert list(candidates.describe(table, facts)["status"]) == ["measured"] * 2


def test_the_prompt_is_chosen_for_the_model_that_is_tuned():
    table = _table(majority=0.1, regression=0.1, zero_shot=0.2, few_shot=0.3)
    hosted = pd.DataFrame({"model": ["gpt zero-shot", "gpt few-shot"], "accuracy": [0.9, 0.8], "latency_median_s": 1.0})
    both = pd.concat([table, hosted], ignore_index=True)
    rest = {"simple": table[table["model"].isin(BASELINES)], "metric": "accuracy", "baselines": BASELINES}
    rest |= {"llm": "smollm2", "encoder": "minilm", "revision": None, "few_shot_ids": ()}
    assert candidates.choose(both, prompted=hosted["model"], **rest).base_prompt == "zero-shot"
    local = ["smollm2 zero-shot", "smollm2 few-shot"]
    assert candidates.choose(both, prompted=local, **rest).base_prompt == "few-shot"
    with pytest.raises(ProfileError, match="was not asked in 03"):
        candidates.choose(table, prompted=[], **rest)
