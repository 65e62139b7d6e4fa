import pytest
import torch
from transformers import AutoModelForCausalLM, BertConfig, BertModel, GPT2Config, LlamaConfig, ResNetConfig

from helpers.core.errors import ProfileError
from helpers.lm import models, shapes


def test_shape_of_a_causal_model_is_that_of_its_real_weights():
    model, _ = models.load_causal("smollm2")
    shape = shapes.of(model.config)
    assert shape.parameters == sum(value.numel() for value in model.parameters()) == 134_515_008
    assert (shape.layers, shape.hidden, shape.vocabulary, shape.has_head) == (30, 576, 49152, True)
    assert shape.matrices == 2 * 576 * 576 + 2 * 576 * 192 + 3 * 576 * 1536
    assert shape.outputs == 2 * 576 + 2 * 192 + 2 * 1536 + 576


def test_adapter_has_rank_times_widths_parameters(tiny_model):
    from peft import get_peft_model

    from helpers.train import sft

    model, _ = tiny_model
    shape = shapes.of(model.config)
    adapted = get_peft_model(model, sft.lora_config(model, r=4, alpha=8))
    trained = sum(value.numel() for value in adapted.parameters() if value.requires_grad)
    assert trained == 4 * shape.widths * shape.layers


@pytest.mark.parametrize(
    "config",
    [
        LlamaConfig(hidden_size=64, intermediate_size=96, num_hidden_layers=3, num_attention_heads=4, vocab_size=100),
        GPT2Config(n_embd=64, n_layer=3, n_head=4, vocab_size=100),
    ],
)
def test_other_decoders_are_counted_too(config):
    with torch.device("meta"):
        real = sum(value.numel() for value in AutoModelForCausalLM.from_config(config).parameters())
    shape = shapes.of(config)
    assert shape.parameters == real and shape.has_head and shape.layers == 3
    assert 0 < shape.block_parameters < real


def test_encoder_has_no_head_over_the_vocabulary():
    config = BertConfig(
        hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4, vocab_size=100
    )
    shape = shapes.of(config)
    assert not shape.has_head and shape.parameters == sum(value.numel() for value in BertModel(config).parameters())
    assert shape.matrices == 4 * 64 * 64 + 2 * 64 * 128


def test_configuration_without_blocks_is_refused():
    with pytest.raises(ProfileError, match="cannot be told"):
        shapes.of(ResNetConfig())
