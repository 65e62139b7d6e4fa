import warnings

import pytest
import torch
from peft import get_peft_model
from safetensors.torch import load_file
from transformers.models.llama.modeling_llama import LlamaDecoderLayer

from helpers.core.tasks import Prompt
from helpers.lm import models
from helpers.train import examples, remembered, sft

PROMPT = Prompt(system="Name the family.", user="{text}\n\nFamily?")


@pytest.fixture
def fit(tiny_model_dir, few_records, tmp_path):
    """Train the top layer of the tiny model for three passes over eight records; four are for validation."""

    def run(name, *, max_gib, top_layers=1, **changes):
        model, tokenizer = models.load_causal(str(tiny_model_dir))
        train, validation = (
            examples.tokenise(part, tokenizer, prompt=PROMPT, max_length=512)
            for part in (few_records[4:], few_records[:4])
        )
        settings = {
            "steps": 6, "batch_size": 4, "micro_batch_size": 2, "learning_rate": 1e-2, "evaluations": 3,
            "max_length": 512, "precision": "fp32", "device": "cpu", "seed": 1,
        }  # fmt: skip
        result = sft.fit(
            model,
            tokenizer,
            train,
            validation,
            config=sft.sft_config(tmp_path / name / "checkpoints", **settings | changes),
            lora=sft.lora_config(model, r=4, alpha=8, top_layers=top_layers),
            out=tmp_path / name / "adapter",
            remember_lower=max_gib > 0,
            remember_max_gib=max_gib,
        )
        return result, model

    return run


def _remembers(result):
    return result.facts["lower_layers_remembered"]


def _weights(result):
    return load_file(result.folder / "adapter_model.safetensors")


def test_losses_and_adapter_are_those_without_the_memory(fit):
    (ours, _), (plain, _) = fit("remembered", max_gib=1.0), fit("plain", max_gib=0.0)
    assert _remembers(ours) and not _remembers(plain)
    for column in ("loss", "eval_loss", "grad_norm"):
        with_memory, without = ours.log[column].dropna().tolist(), plain.log[column].dropna().tolist()
        assert len(without) >= 3 and len(set(without)) == len(without)
        assert with_memory == pytest.approx(without, abs=1e-5)
    assert ours.tokens == plain.tokens
    expected = _weights(plain)
    for name, value in _weights(ours).items():
        torch.testing.assert_close(value, expected[name], atol=1e-5, rtol=1e-4)


def test_lower_layers_see_each_record_once(fit, monkeypatch):
    rows, forward = [], LlamaDecoderLayer.forward

    def counted(self, hidden_states, *args, **kwargs):
        if self.self_attn.layer_idx == 0:
            rows.append(len(hidden_states))
        return forward(self, hidden_states, *args, **kwargs)

    monkeypatch.setattr(LlamaDecoderLayer, "forward", counted)
    fit("plain", max_gib=0.0)
    assert sum(rows) == 3 * (8 + 4)  # three epochs and three evaluations
    rows.clear()
    fit("remembered", max_gib=1.0)
    assert sum(rows) == 8 + 4 + 2  # each once, and two to compare both routes before


def test_model_is_put_back_and_names_in_the_adapter_are_the_usual_ones(fit, tiny_model_dir):
    (ours, model), (plain, _) = fit("remembered", max_gib=1.0), fit("plain", max_gib=0.0)
    assert set(_weights(ours)) == set(_weights(plain))
    assert isinstance(model.get_input_embeddings(), torch.nn.Embedding)
    assert all(isinstance(layer, LlamaDecoderLayer) for layer in model.model.layers)
    again = models.load_adapter(models.load_causal(str(tiny_model_dir))[0], ours.folder)
    ids = torch.arange(5, 25).reshape(2, 10)
    with torch.inference_mode():
        torch.testing.assert_close(again(ids).logits, model.eval()(ids).logits, atol=1e-4, rtol=1e-4)


def test_model_is_put_back_after_an_error(tiny_model):
    model, tokenizer = tiny_model
    get_peft_model(model, sft.lora_config(model, r=2, alpha=4, top_layers=1))
    layers = list(model.model.layers)
    with pytest.raises(KeyError), remembered.lower_layers(model, _batch(tokenizer), **_limits(tokenizer)) as active:
        assert active and list(model.model.layers) != layers
        raise KeyError
    assert list(model.model.layers) == layers


def _batch(tokenizer):
    rows = [tokenizer("unsteady gait and slurred speech")["input_ids"], tokenizer("tremor")["input_ids"]]
    ids = torch.full((2, len(rows[0])), tokenizer.pad_token_id)
    for row, tokens in enumerate(rows):
        ids[row, : len(tokens)] = torch.tensor(tokens)
    lengths = torch.tensor([len(row) for row in rows])
    return {"input_ids": ids, "attention_mask": (torch.arange(ids.shape[1]) < lengths[:, None]).long()}


def _limits(tokenizer, max_gib=1.0):
    return {"pad_id": tokenizer.pad_token_id, "tokens": 1000, "max_gib": max_gib}


def test_memory_over_its_limit_is_not_used_and_the_warning_says_how_much_it_needs(fit):
    with pytest.warns(UserWarning, match=r"not remembered.*need 0\.00 GiB and may take 0\.00 GiB"):
        result, _ = fit("tight", max_gib=1e-9, steps=1, evaluations=1)
    assert not _remembers(result) and result.steps == 1


def test_memory_needed_is_one_hidden_state_a_token(tiny_model):
    assert remembered.memory_gib(tiny_model[0], 2**30) == 16 * 4  # width 16 in fp32


def test_adapters_on_all_layers_leave_nothing_to_remember(fit):
    with pytest.warns(UserWarning, match="every layer learns"):
        result, _ = fit("all", max_gib=1.0, top_layers=None, steps=1, evaluations=1)
    assert not _remembers(result)


def test_packed_records_are_not_remembered(tiny_model):
    model, tokenizer = tiny_model
    get_peft_model(model, sft.lora_config(model, r=2, alpha=4, top_layers=1))
    batch = {"input_ids": torch.tensor([[5, 6, 7]]), "position_ids": torch.tensor([[0, 1, 0]])}
    with (
        pytest.warns(UserWarning, match="records are packed"),
        remembered.lower_layers(model, batch, **_limits(tokenizer)) as active,
    ):
        assert not active


def test_model_that_does_more_to_its_embedding_is_recognised_by_comparison(tiny_model, monkeypatch):
    model, tokenizer = tiny_model
    get_peft_model(model, sft.lora_config(model, r=2, alpha=4, top_layers=1))
    # as if the decoder scaled whatever comes from its embedding
    model.model.register_forward_hook(
        lambda module, args, out: setattr(out, "last_hidden_state", out.last_hidden_state * _scale(module))
    )
    with (
        pytest.warns(UserWarning, match="hidden states would differ by 1"),
        remembered.lower_layers(model, _batch(tokenizer), **_limits(tokenizer)) as active,
    ):
        assert not active
    assert all(isinstance(layer, LlamaDecoderLayer) for layer in model.model.layers)


def _scale(decoder):
    return 1.0 if isinstance(decoder.embed_tokens, torch.nn.Embedding) else 2.0


def test_killed_training_goes_on_with_the_memory_to_the_same_adapter(fit, monkeypatch):
    from trl import SFTTrainer

    whole, _ = fit("whole", max_gib=1.0)
    step, calls = SFTTrainer.training_step, []

    def killed(self, *args, **kwargs):
        calls.append(1)
        if len(calls) == 10:  # the second part of the fifth step
            raise KeyboardInterrupt
        return step(self, *args, **kwargs)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(SFTTrainer, "training_step", killed)
        fit("killed", max_gib=1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        result, _ = fit("killed", max_gib=1.0)
    assert (result.resumed_at_step, result.steps) == (4, 6)
    assert result.log["eval_loss"].dropna().tolist() == pytest.approx(
        whole.log["eval_loss"].dropna().tolist(), abs=1e-5
    )
    expected = _weights(whole)
    for name, value in _weights(result).items():
        torch.testing.assert_close(value, expected[name], atol=1e-5, rtol=1e-3)
