import shutil

import pytest

from helpers.core import profiles, tasks
from helpers.core.errors import ProfileError, RecordError
from helpers.train import causal, routes


@pytest.fixture
def prepare(tiny_model_dir, few_records):
    def run(folder=tiny_model_dir, records=few_records, task="diagnosis", **changes):
        settings = {"train.adapter_layers": None} | {f"train.{name}": value for name, value in changes.items()}
        return routes.prepare(
            records,
            records,
            settings=profiles.load("smoke", settings).train,
            task=tasks.load(task),
            selection={"llm": str(folder), "revision": None},
            device="cpu",
            seed=1,
        )

    return run


def test_plain_template_is_recorded(prepare, tiny_model_dir, tmp_path):
    assert prepare().facts["chat_template"] == "its own"
    folder = tmp_path / "plain"
    shutil.copytree(tiny_model_dir, folder)
    (folder / "chat_template.jinja").unlink()
    ready = prepare(folder)
    assert ready.facts["chat_template"] == "plain" and ready.table.loc["chat template", "value"] == "plain"


def test_sequences_longer_than_the_model_are_counted_and_dropped_or_cut(prepare, few_records):
    long = few_records.assign(text=[*few_records["text"][:11], "unsteady gait " * 2000])
    dropped = prepare(records=long, max_length=100_000)
    assert dropped.facts["max_length_tokens"] == 2048 and dropped.rows.dropped_too_long == 1
    cut = prepare(records=long, max_length=100_000, too_long="truncate")
    assert (cut.rows.truncated, cut.rows.dropped_too_long, len(cut.rows.dataset)) == (1, 0, 12)
    assert max(map(len, cut.rows.dataset["input_ids"])) <= 2048


def test_a_single_label_is_refused_before_training(prepare, few_records):
    with pytest.raises(RecordError, match="All training examples have the same label"):
        prepare(records=few_records.assign(labels=[["dystonia"]] * 12))


def test_balance_reaches_the_examples_and_their_count_the_metrics(prepare, few_records):
    uneven = few_records.assign(labels=[["a"]] * 8 + [["b"]] * 4)
    ready = prepare(records=uneven, balance="class")
    assert len(ready.rows.dataset) == 16 and ready.facts["repeated"] == 4
    assert ready.table.loc["there again, for balance", "value"] == 4


def test_method_of_the_profile_decides_what_learns(prepare):
    assert causal.adapter(prepare(method="full")) is None
    assert causal.adapter(prepare(method="dora")).use_dora and not causal.adapter(prepare()).use_dora


def test_options_of_language_models_are_refused_for_other_routes():
    with pytest.raises(ProfileError, match="method, balance: only of route causal, not encoder"):
        profiles.load("encoder", {"train.route": "encoder", "train.method": "dora", "train.balance": "class"})
