import dataclasses
from collections import Counter

import pytest
import torch
from safetensors.torch import load_file

from helpers.core import profiles, records
from helpers.core.errors import ProfileError, RecordError, StageError
from helpers.core.tasks import Prompt
from helpers.lm import models, predictors
from helpers.train import examples, methods, sft

PROMPT = Prompt(system="Name the family.", user="{text}\n\nFamily?")


def _tokenise(frame, tokenizer, **options):
    return examples.tokenise(frame, tokenizer, prompt=PROMPT, **{"max_length": 512} | options)


def _answers(rows, tokenizer):
    return [
        tokenizer.decode([i for i, mask in zip(row["input_ids"], row["completion_mask"], strict=True) if mask])
        for row in rows.dataset
    ]


@pytest.fixture
def fit(tiny_model_dir, few_records, tmp_path):
    """Train a fresh copy of the tiny model by a method; gives the folder, and the model's answers after `load_adapter`."""

    def run(method, **changes):
        model, tokenizer = models.load_causal(str(tiny_model_dir))
        settings = {"steps": 6, "batch_size": 4, "micro_batch_size": 4, "learning_rate": 1e-2, "evaluations": 3}
        settings |= {"max_length": 512, "precision": "fp32", "device": "cpu", "seed": 1} | changes
        lora = methods.adapter(model, method=method, r=4, alpha=8)
        config = sft.sft_config(tmp_path / method / "checkpoints", **settings)
        out = tmp_path / method / "tuned"
        rows = _tokenise(few_records, tokenizer)
        return sft.fit(model, tokenizer, rows, rows, config=config, lora=lora, out=out)

    return run


# --- what learns


@pytest.mark.parametrize("method", ["lora", "dora", "full"])
def test_every_method_learns_and_its_model_gives_the_same_answers_loaded_as_merged(
    method, fit, tiny_model_dir, few_records, tmp_path
):
    result = fit(method)
    losses = result.log["eval_loss"].dropna().tolist()
    assert losses[-1] < losses[0] - 0.1
    base, tokenizer = models.load_causal(str(tiny_model_dir))
    asked = {"prompt": PROMPT, "labels": records.label_set(few_records), "name": method, "max_new_tokens": 2}
    untuned = predictors.predict(base, tokenizer, few_records, **asked)
    tuned = predictors.predict(models.load_adapter(base, result.folder), tokenizer, few_records, **asked)
    merged = models.merge(str(tiny_model_dir), result.folder, tmp_path / "merged")
    served = predictors.predict(*models.load_causal(str(merged)), few_records, **asked)
    for ours, theirs, before in zip(
        tuned["probabilities"], served["probabilities"], untuned["probabilities"], strict=True
    ):
        assert ours == pytest.approx(theirs, abs=1e-4)
        assert ours != pytest.approx(before, abs=1e-3)


def test_dora_learns_magnitudes_and_lora_has_none(fit):
    dora = load_file(fit("dora", steps=1, evaluations=1).folder / "adapter_model.safetensors")
    lora = load_file(fit("lora", steps=1, evaluations=1).folder / "adapter_model.safetensors")
    magnitudes = {name for name in dora if "lora_magnitude_vector" in name}
    assert len(magnitudes) == 14 and set(dora) - magnitudes == set(lora)


def test_full_training_moves_every_weight_and_leaves_a_whole_model(fit, tiny_model_dir):
    result = fit("full")
    assert models.is_whole(result.folder) and (result.folder / "tokenizer.json").is_file()
    before, after = (load_file(folder / "model.safetensors") for folder in (tiny_model_dir, result.folder))
    assert set(before) == set(after)
    assert all(not torch.equal(before[name], after[name]) for name in before)


def test_full_training_that_moved_nothing_is_an_error(fit):
    with pytest.raises(StageError, match="left the model as it was"):
        fit("full", steps=2, learning_rate=1e-60)


def test_whole_model_is_loaded_in_the_number_format_of_its_base(fit, tiny_model_dir):
    folder = fit("full", steps=1, evaluations=1).folder
    base, _ = models.load_causal(str(tiny_model_dir), precision="bf16")
    assert models.load_adapter(base, folder).dtype == torch.bfloat16


def test_weights_that_learn_are_kept_in_full_precision():
    assert methods.weights_precision("full", "bf16") == "fp32"
    assert methods.weights_precision("lora", "bf16") == "bf16" and methods.weights_precision("qlora", "4bit") == "4bit"


@pytest.mark.parametrize(
    ("profile", "overrides", "said"),
    [
        ("gpu", {"train.method": "lora"}, "precision 4bit needs method qlora or dora, not lora"),
        ("gpu", {"train.method": "full"}, "precision 4bit needs method qlora or dora, not full"),
        ("gpu", {"train.precision": "bf16"}, "precision 4bit, not bf16"),
        ("quick", {"train.method": "full", "train.learning_rate": 1e-4}, "leave adapter_layers out"),
        ("quick", {"train.method": "full", "train.adapter_layers": None}, "ruins a model whose weights all move"),
        ("quick", {"train.packing": True}, "need device cuda"),
        ("quick", {"train.method": "qlora", "train.precision": "4bit"}, "need device cuda"),
        ("quick", {"devices": 3}, "batch_size 4 cannot be shared by 3 device"),
        ("gpu", {"devices": 2, "train.micro_batch_size": 2, "train.distributed": "fsdp2"}, "fsdp2 does not share out"),
    ],
)
def test_settings_that_do_not_hold_together_are_refused(profile, overrides, said):
    with pytest.raises(ProfileError, match=said):
        profiles.load(profile, overrides)


@pytest.mark.parametrize(
    "overrides",
    [
        {"train.method": "dora"},
        {"train.method": "full", "train.adapter_layers": None, "train.learning_rate": 1e-4},
        {"devices": 2, "train.micro_batch_size": 2},
    ],
)
def test_settings_that_hold_together_are_taken(overrides):
    profiles.load("quick", overrides)


# --- from which records


def test_balance_makes_every_answer_exactly_as_frequent_and_loses_none(tiny_model, few_records):
    _, tokenizer = tiny_model
    labels = ["a"] * 7 + ["b"] * 3 + ["c"] * 2
    rows = _tokenise(few_records.assign(labels=[[label] for label in labels]), tokenizer)
    balanced = methods.balance(rows, how="class", kind="classification", seed=1)
    assert Counter(_answers(balanced, tokenizer)) == {f"{label}<|im_end|>": 7 for label in "abc"}
    times = Counter(map(tuple, balanced.dataset["input_ids"]))
    assert set(times) == set(map(tuple, rows.dataset["input_ids"]))
    assert sorted(times.values()) == [1] * 7 + [2, 2, 3] + [3, 4]  # as even as can be
    assert balanced.repeated == 9 and balanced.tokens == sum(map(len, balanced.dataset["input_ids"]))
    assert balanced.labelled_tokens == sum(map(sum, balanced.dataset["completion_mask"]))


def test_balance_depends_on_the_seed_and_on_nothing_else(tiny_model, few_records):
    _, tokenizer = tiny_model
    rows = _tokenise(few_records.assign(labels=[["a"]] * 7 + [["b"]] * 5), tokenizer)
    drawn = [
        methods.balance(rows, how="class", kind="classification", seed=seed).dataset["input_ids"][:]
        for seed in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2]


def test_balance_leaves_even_classes_and_other_tasks_alone(tiny_model, few_records):
    _, tokenizer = tiny_model
    rows = _tokenise(few_records, tokenizer)
    assert methods.balance(rows, how="class", kind="classification", seed=1).repeated == 0
    assert methods.balance(rows, how="none", kind="generation", seed=1) is rows
    with pytest.raises(ProfileError, match="kind generation"):
        methods.balance(rows, how="class", kind="generation", seed=1)


def test_a_label_set_of_one_is_refused(tiny_model, few_records):
    _, tokenizer = tiny_model
    same = _tokenise(few_records.assign(labels=[["dystonia"]] * 12), tokenizer)
    with pytest.raises(RecordError, match="12 examples, 1 label"):
        methods.check_answers(same, kind="classification")
    methods.check_answers(same, kind="generation")
    methods.check_answers(_tokenise(few_records, tokenizer), kind="classification")


def test_examples_over_the_limit_lose_the_end_of_their_text_and_keep_prompt_and_answer(tiny_model, few_records):
    _, tokenizer = tiny_model
    whole = _tokenise(few_records, tokenizer)
    limit = sorted(map(len, whole.dataset["input_ids"]))[5]
    long = sum(len(ids) > limit for ids in whole.dataset["input_ids"])
    rows = _tokenise(few_records, tokenizer, max_length=limit, too_long="truncate")
    assert 0 < long == rows.truncated and rows.dropped_too_long == 0 and len(rows.dataset) == 12
    assert _answers(rows, tokenizer) == _answers(whole, tokenizer)
    for ids, text, mask in zip(
        rows.dataset["input_ids"], few_records["text"], rows.dataset["completion_mask"], strict=True
    ):
        asked = tokenizer.decode(ids[: len(mask) - sum(mask)])
        kept = asked.split("<|im_start|>user\n")[1].split("\n\nFamily?<|im_end|>")[0]
        assert text.startswith(kept) and kept and len(ids) <= limit
        assert asked.endswith("\n\nFamily?<|im_end|>\n<|im_start|>assistant\n")
        one_word_more = " ".join(text.split(" ")[: len(kept.split(" ")) + 1])
        if kept != text:  # nothing was cut that had room
            more = _tokenise(few_records[:1].assign(text=[one_word_more]), tokenizer)
            assert len(more.dataset[0]["input_ids"]) - more.labelled_tokens + sum(mask) > limit


def test_text_of_which_not_a_word_has_room_is_dropped_and_counted(tiny_model, few_records):
    _, tokenizer = tiny_model
    short = few_records.assign(text=["Ataxia."] * 11 + ["Pneumonoultramicroscopicsilicovolcanoconiosis" * 9])
    limit = max(map(len, _tokenise(short[:11], tokenizer).dataset["input_ids"]))
    rows = _tokenise(short, tokenizer, max_length=limit, too_long="truncate")
    assert (rows.dropped_too_long, rows.truncated, len(rows.dataset)) == (1, 0, 11)


def test_no_sequence_is_longer_than_the_model_allows(tiny_model):
    model, _ = tiny_model
    assert methods.longest(model, 10**6) == 2048 and methods.longest(model, 512) == 512


# --- by which kernels


def test_on_a_cpu_nothing_but_torch_is_used_and_packing_is_refused(tiny_model):
    model, _ = tiny_model
    how = {"wanted": "auto", "device": "cpu", "precision": "fp32"}
    assert methods.kernels(model, packing=False, **how) == {"attention": "sdpa", "layers": "torch"}
    with pytest.raises(ProfileError, match="Packing needs flash attention"):
        methods.kernels(model, packing=True, **how)


def test_flash_attention_and_liger_are_taken_on_a_gpu_where_they_are_installed(tiny_model, monkeypatch):
    """The choice alone: neither library runs without a GPU."""
    model, _ = tiny_model
    chosen = []
    monkeypatch.setattr(methods, "is_flash_attn_2_available", lambda: True)
    monkeypatch.setattr(methods, "is_liger_kernel_available", lambda: True)
    monkeypatch.setattr(methods, "_liger_knows", lambda model: True)
    monkeypatch.setattr(model, "set_attn_implementation", chosen.append)
    how = {"device": "cuda", "packing": False}
    assert methods.kernels(model, wanted="auto", precision="bf16", **how)["layers"] == "liger"
    assert chosen == ["flash_attention_2"]
    methods.kernels(model, wanted="auto", precision="fp32", **how)  # flash attention has no fp32
    assert methods.kernels(model, wanted="off", precision="bf16", **how)["layers"] == "torch"
    assert chosen == ["flash_attention_2"]


def test_steps_of_packed_sequences_are_counted_in_tokens(tiny_model, few_records):
    _, tokenizer = tiny_model
    rows = dataclasses.replace(_tokenise(few_records, tokenizer), tokens=12_000)
    counted = {"epochs": 2, "batch_size": 3, "token_budget": 10**9}
    assert examples.steps_within(rows, pack_length=1000, **counted) == 8
    assert examples.steps_within(rows, pack_length=1000, **counted | {"token_budget": 9000}) == 3
