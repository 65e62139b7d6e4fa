import json
import math

import pandas as pd
import pytest
import torch
from safetensors.torch import load_file

from helpers.core import manifests, profiles, records, runs, tasks
from helpers.core.errors import PhiError, ProfileError, RecordError, StageError
from helpers.lm import models
from helpers.preprocess import gate, leak_report
from helpers.train import pretrain, routes

ABSTRACTS = [
    f"Patients of group {number} with cerebellar ataxia walked {number + 10} metres with a wide base, and their speech was "
    f"slurred. After {number + 3} weeks of balance training their gait had improved by {number + 20} percent while the "
    "speech had not."
    for number in range(40)
]


def _articles(texts, **fields):
    return records.to_frame(
        [
            {"record_id": f"p{i:02d}", "kind": "journal", "source": "articles", "text": text} | fields
            for i, text in enumerate(texts)
        ]
    )


@pytest.fixture
def no_gate():
    return {"find": lambda *_: pytest.fail("no other file is needed"), "gate": lambda *_, **__: pytest.fail("no gate")}


# --- which text


def test_without_a_name_nothing_is_read(few_records, no_gate):
    assert pretrain.corpus("", train=few_records, **no_gate) is pretrain.NOTHING


def test_of_a_source_of_the_task_the_training_records_are_read(few_records, no_gate):
    train = pd.concat([few_records, _articles(ABSTRACTS, references=["They improved."])], ignore_index=True)
    text = pretrain.corpus("articles", train=train, **no_gate)
    assert sorted([*text.texts, *text.watched]) == sorted(f"{abstract}\n\nThey improved." for abstract in ABSTRACTS)
    assert len(text.watched) == 2 and text.facts["texts"] == 38
    shuffled = train.sample(frac=1, random_state=3).reset_index(drop=True)
    again = pretrain.corpus("articles", train=shuffled, **no_gate)
    assert again.facts == text.facts and sorted(again.watched) == sorted(text.watched)


def test_same_text_is_read_once_and_one_text_is_too_little(few_records, no_gate):
    train = pd.concat([few_records, _articles(ABSTRACTS[:3] * 2).assign(record_id=list("abcdef"))], ignore_index=True)
    text = pretrain.corpus("articles", train=train, **no_gate)
    assert len(text.texts) + len(text.watched) == 3
    with pytest.raises(RecordError, match="nothing to read in `articles`"):
        pretrain.corpus("articles", train=pd.concat([few_records, _articles(ABSTRACTS[:1])]), **no_gate)


def test_name_of_neither_source_nor_run_is_an_error(few_records, no_gate):
    with pytest.raises(ProfileError, match="nothing to read under `elsewhere`") as error:
        pretrain.corpus("elsewhere", train=few_records, **no_gate)
    assert "made_up" in str(error.value) and "clintune run 01 02" in str(error.value)


def _prepared_run(run_id, sides, *, passed=True):
    """A finished 02 as the pipeline leaves it: records, report and manifest."""
    run = runs.start("02_preprocess", profile="smoke", task="diagnosis", seed=1, run_id=run_id)
    for name, frame in sides.items():
        records.write(frame, run.output(f"{name}.parquet"))
    judged = sides["train"]
    report = leak_report.assess(judged, [[]] * len(judged), judged["text"].tolist(), method="safe_harbor", output="tag")
    decision = gate.Gate(passed, () if passed else ("names are left",))
    files = {name: run.output(f"{name}.parquet") for name in sides}
    gate.save(report, decision, run.output("deid_report.json"), records_files=files)
    run.finish(metrics={})
    return run


@pytest.fixture
def two_runs(few_records):
    """A run whose journals are read, and a run that learns a task; test and journals share an id, and a long sentence."""
    test = _articles(["Another text under the same number.", "It is said here too: " + ABSTRACTS[7]]).assign(
        record_id=["p03", "t1"], group=["p03", "t1"]
    )
    learning = _prepared_run("learns", {"train": few_records, "validation": few_records[:2], "test": test})

    def journals(**options):
        return _prepared_run(
            "journals", {"train": _articles(ABSTRACTS)[:30], "validation": _articles(ABSTRACTS)[30:]}, **options
        )

    def find(stage, name):
        path = learning.run_dir / stage / "artifacts" / name
        manifests.check(learning.run_dir / stage, path)
        return path

    return journals, {"train": few_records, "find": find, "gate": gate.require}


def test_of_another_run_everything_is_read_but_what_this_one_is_tested_on(two_runs):
    journals, how = two_runs
    journals()
    text = pretrain.corpus("journals", **how)
    read = {*text.texts, *text.watched}
    assert read == set(ABSTRACTS) - {ABSTRACTS[3], ABSTRACTS[7]} and text.facts["left_out"] == 2
    assert set(json.loads(text.facts["files"])) == {"train", "validation"}


def test_another_run_that_did_not_pass_its_gate_is_not_read(two_runs):
    journals, how = two_runs
    journals(passed=False)
    with pytest.raises(PhiError, match="names are left"):
        pretrain.corpus("journals", **how)


def test_another_run_whose_files_have_changed_is_not_read(two_runs):
    journals, how = two_runs
    run = journals()
    records.write(_articles(ABSTRACTS[:5]), run.output("train.parquet"))
    with pytest.raises(StageError, match="is not what 02_preprocess wrote"):
        pretrain.corpus("journals", **how)


def test_pieces_hold_every_token_of_the_text_once(tiny_model):
    _, tokenizer = tiny_model
    rows = pretrain.rows(ABSTRACTS[:3], tokenizer, max_length=16)
    assert all(1 < len(piece) <= 16 for piece in rows.dataset["input_ids"])
    joined = tokenizer.decode([token for piece in rows.dataset["input_ids"] for token in piece])
    assert joined == "".join(f"{text}{tokenizer.eos_token}" for text in ABSTRACTS[:3])
    assert rows.tokens == rows.labelled_tokens == sum(map(sum, rows.dataset["completion_mask"]))


# --- reading, then the task


@pytest.fixture
def prepare(tiny_model_dir, few_records, no_gate):
    task = tasks.load("diagnosis")
    train = pd.concat([few_records, _articles(ABSTRACTS, labels=["dystonia"])], ignore_index=True)

    def run(**changes):
        settings = {"train.adapter_layers": None, "train.learning_rate": 1e-3, "train.pretrain_learning_rate": 1e-2}
        settings |= {"train.pretrain_on": "articles", "train.pretrain_token_budget": 6000, "train.max_length": 256}
        profile = profiles.load("smoke", settings | {f"train.{name}": value for name, value in changes.items()})
        text = pretrain.corpus(profile.train.pretrain_on, train=train, **no_gate)
        return routes.prepare(
            few_records,
            few_records,
            settings=profile.train,
            task=task,
            selection={"llm": str(tiny_model_dir), "revision": None},
            device="cpu",
            seed=1,
            text=text,
        )

    return run


@torch.inference_mode()
def _surprise(model, tokenizer, texts):
    """Mean negative log-likelihood of a token of plain texts."""
    total, count = 0.0, 0
    for text in texts:
        ids = torch.tensor([tokenizer(text, add_special_tokens=False)["input_ids"]])
        log_probs = torch.log_softmax(model(ids).logits[0, :-1], -1)
        total -= float(log_probs[range(ids.shape[1] - 1), ids[0, 1:]].sum())
        count += ids.shape[1] - 1
    return total / count


@pytest.mark.parametrize("method", ["lora", "full"])
def test_what_learns_reads_first_and_then_goes_on_with_the_task(method, prepare, tiny_model_dir, tmp_path):
    ready = prepare(method=method)
    fit = routes.fit(ready, checkpoints=tmp_path / "scratch" / "checkpoints", out=tmp_path / "a" / "tuned", seed=1)
    base, tokenizer = models.load_causal(str(tiny_model_dir))
    held_out = ready.text.watched
    untouched = _surprise(base, tokenizer, held_out)
    read = _surprise(models.load_adapter(base, tmp_path / "a" / "pretrained"), tokenizer, held_out)
    assert read < untouched - 0.5
    assert fit.facts["pretrain_validation_loss"] == pytest.approx(read, abs=0.3)  # which also counts the ends
    assert 0 < fit.facts["pretrain_tokens"] <= 6000 and fit.facts["pretrain_from"] == "articles"
    first, last = (load_file(next((tmp_path / "a" / name).glob("*.safetensors"))) for name in ("pretrained", "tuned"))
    assert set(first) == set(last) and any(not torch.equal(first[name], last[name]) for name in first)
    alone = routes.fit(
        prepare(method=method, pretrain_on=""), checkpoints=tmp_path / "b" / "c", out=tmp_path / "b" / "tuned", seed=1
    )
    assert not (tmp_path / "b" / "pretrained").exists() and "pretrain_tokens" not in alone.facts
    # one step of the task later, reading still shows: the two models are not the same
    gap = _surprise(models.load_adapter(models.load_causal(str(tiny_model_dir))[0], alone.folder), tokenizer, held_out)
    assert not math.isclose(gap, _surprise(models.load_adapter(base, fit.folder), tokenizer, held_out), rel_tol=1e-2)


def test_killed_after_reading_it_goes_on_with_the_task_and_to_the_same_adapter(prepare, tmp_path, monkeypatch):
    from trl import SFTTrainer

    whole = routes.fit(prepare(), checkpoints=tmp_path / "a" / "c", out=tmp_path / "a" / "tuned", seed=1)
    reads = whole.facts["pretrain_steps"]
    step, calls = SFTTrainer.training_step, []

    class KilledError(Exception):
        pass

    def killed(self, *args, **kwargs):
        calls.append(1)
        if len(calls) == 2 * reads + 1:  # two micro-batches a step; the first one of the task
            raise KilledError
        return step(self, *args, **kwargs)

    with monkeypatch.context() as patch, pytest.raises(KilledError):
        patch.setattr(SFTTrainer, "training_step", killed)
        routes.fit(prepare(), checkpoints=tmp_path / "b" / "c", out=tmp_path / "b" / "tuned", seed=1)
    assert (tmp_path / "b" / "pretrained").is_dir() and not (tmp_path / "b" / "tuned").exists()
    calls.clear()
    monkeypatch.setattr(SFTTrainer, "training_step", lambda *args, **kw: calls.append(1) or step(*args, **kw))
    again = routes.fit(prepare(), checkpoints=tmp_path / "b" / "c", out=tmp_path / "b" / "tuned", seed=1)
    assert len(calls) <= 2 * (whole.steps + 1)  # reading is not done again, but for a step at learning rate 0
    ours, theirs = (load_file(item.folder / "adapter_model.safetensors") for item in (again, whole))
    for name, value in theirs.items():
        torch.testing.assert_close(ours[name], value, atol=1e-5, rtol=1e-3)
