import pytest
import torch
from transformers import AutoModelForCausalLM, LlamaConfig, Qwen2Config

from helpers.lm import models
from helpers.select import resources

BILLION = resources.Shape(1e9, layers=24, hidden=2048, vocabulary=50_000)


def _real_count(config):
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    return sum(value.numel() for value in model.parameters())


def test_parameters_counted_from_the_configuration_are_those_of_the_real_model():
    config = models.load_config("smollm2")
    shape = resources.shape_of(config)
    assert shape.parameters == _real_count(config) == 134_515_008
    assert (shape.layers, shape.hidden, shape.vocabulary) == (30, 576, 49152)


def test_parameters_of_an_untied_head_and_of_biases_are_counted_well_enough():
    sizes = {"hidden_size": 512, "intermediate_size": 1024, "num_hidden_layers": 4, "vocab_size": 1000}
    untied = LlamaConfig(**sizes, num_attention_heads=8, head_dim=96, tie_word_embeddings=False)
    assert resources.shape_of(untied).parameters == _real_count(untied)
    biased = Qwen2Config(**sizes, num_attention_heads=8, num_key_value_heads=2)
    assert resources.shape_of(biased).parameters == pytest.approx(_real_count(biased), rel=0.005)


def test_memory_grows_with_batch_tokens_rank_and_width_of_the_weights():
    base = {"precision": "bf16", "batch_size": 4, "tokens": 256, "lora_r": 8}
    least = resources.training_memory_gib(BILLION, **base)
    for more in ({"batch_size": 8}, {"tokens": 512}, {"lora_r": 64}, {"precision": "fp32"}):
        assert resources.training_memory_gib(BILLION, **base | more) > least
    assert resources.training_memory_gib(BILLION, **base | {"precision": "4bit"}) < least
    assert least > 1e9 * 2 / resources.GIB  # at least the weights


def test_minutes_by_hand():
    # 4 operations x 1e9 parameters x 3e6 tokens = 1.2e16; at half of 100 GFLOP/s that is 240 000 s
    minutes = resources.training_minutes(BILLION, tokens=3_000_000, gflops=100, efficiency=0.5)
    assert minutes == pytest.approx(4000)


def test_measured_speed_is_that_of_a_machine_and_not_of_an_empty_loop():
    gflops = resources.measure_gflops(size=512, repeats=4)
    assert 1 < gflops < 100_000


def test_estimate_has_this_machine_first_and_says_where_it_fits():
    table = resources.estimate(
        BILLION,
        precision="fp32",
        batch_size=8,
        longest=512,
        tokens=400_000,
        lora_r=16,
        gflops=150,
        memory_gib=8,
    )
    assert list(table.columns) == ["machine", "precision", "minutes", "needs_gib", "has_gib", "fits"]
    assert table["machine"].iloc[0] == "this machine (CPU)" and len(table) == 1 + 2 * len(resources.GPUS)
    assert (table["fits"] == (table["needs_gib"] <= table["has_gib"])).all() and set(table["fits"]) == {True, False}
    assert table["minutes"].iloc[0] > table["minutes"].iloc[1:].max() and (table["minutes"] > 0).all()
