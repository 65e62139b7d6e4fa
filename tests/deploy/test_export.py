import json
import shutil

import gguf
import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import Qwen2Config, Qwen2ForCausalLM

from helpers.core.errors import ProfileError, StageError
from helpers.deploy import export, weights
from helpers.deploy.engine import Engine


def _tensors(path):
    return {tensor.name: tensor for tensor in gguf.GGUFReader(path).tensors}


def _edited(merged, folder, **changes):
    shutil.copytree(merged, folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | changes))
    return folder


def test_f16_file_holds_every_weight_in_llama_cpp_order(merged, model, gguf_file):
    written, state = _tensors(gguf_file), model.state_dict()
    assert len(written) == 2 * 9 + 2
    assert written["blk.0.attn_norm.weight"].tensor_type == gguf.GGMLQuantizationType.F32
    down = state["model.layers.1.mlp.down_proj.weight"].numpy()
    assert written["blk.1.ffn_down.weight"].data.shape == down.shape
    assert np.allclose(written["blk.1.ffn_down.weight"].data, down, atol=2e-3)
    keys = state["model.layers.0.self_attn.k_proj.weight"].numpy()
    found = np.asarray(written["blk.0.attn_k.weight"].data, dtype=np.float32)
    assert np.allclose(found[0], keys[0], atol=2e-3) and np.allclose(found[1], keys[8], atol=2e-3)  # head width 16
    assert np.allclose(found[16 + 2], keys[16 + 1], atol=2e-3)


def test_q8_file_is_half_the_size_and_close_to_the_weights(merged, model, gguf_file, tmp_path):
    found = export.to_gguf(merged, None, tmp_path / "q8.gguf", quantization="Q8_0")
    assert found.bytes == found.path.stat().st_size < 0.7 * gguf_file.stat().st_size
    tensor = _tensors(found.path)["token_embd.weight"]
    restored = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
    expected = model.state_dict()["model.embed_tokens.weight"].numpy()
    assert tensor.tensor_type == gguf.GGMLQuantizationType.Q8_0
    assert np.abs(restored - expected).max() <= np.abs(expected).max() / 127


def test_tokenizer_built_from_json_equals_the_one_of_the_base_file(base_gguf, gguf_file):
    base, built = gguf.GGUFReader(base_gguf), gguf.GGUFReader(gguf_file)
    for key in ("tokens", "token_type", "merges", "eos_token_id", "bos_token_id"):
        name = f"tokenizer.ggml.{key}"
        assert built.get_field(name).contents() == base.get_field(name).contents(), key


def test_tokenizer_and_licence_are_copied_from_a_base_that_fits(merged, gguf_file, tmp_path):
    found = export.to_gguf(merged, gguf_file, tmp_path / "again.gguf", quantization="F16")
    first, again = gguf.GGUFReader(gguf_file), gguf.GGUFReader(found.path)
    for name in (name for name in first.fields if name.startswith("tokenizer.")):
        assert again.get_field(name).contents() == first.get_field(name).contents()
    other = tmp_path / "other"
    shutil.copytree(merged, other)
    text = (other / "tokenizer.json").read_text()
    (other / "tokenizer.json").write_text(text.replace("<empty_output>", "<something_else>"))
    with pytest.raises(StageError, match="tokenizer is not the base model's"):
        export.to_gguf(other, gguf_file, tmp_path / "x.gguf")


def test_another_models_base_is_refused(merged, base_gguf, tmp_path):
    with pytest.raises(StageError, match=r"did not come from this base.*block_count = 30"):
        export.to_gguf(merged, base_gguf, tmp_path / "x.gguf")
    assert not list(tmp_path.iterdir())


def test_bf16_weights_are_read_exactly(tmp_path):
    values = torch.randn(3, 8).to(torch.bfloat16)
    save_file({"a": values}, tmp_path / "model.safetensors")
    assert np.array_equal(weights.find(tmp_path)["a"].read(), values.float().numpy())


@pytest.mark.parametrize(
    "changes",
    [
        {"model_type": "gemma3"},
        {"attention_bias": True},
        {"rope_parameters": {"rope_type": "llama3", "rope_theta": 5e5}},
    ],
)
def test_other_architectures_are_refused_by_name(merged, tmp_path, changes):
    folder = _edited(merged, tmp_path / "other", **changes)
    with pytest.raises(ProfileError, match="cannot be exported"):
        export.to_gguf(folder, None, tmp_path / "x.gguf")


def test_missing_and_unquantisable_tensors_are_refused_and_leave_no_file(merged, tmp_path):
    folder = _edited(merged, tmp_path / "lacking")
    tensors = load_file(folder / "model.safetensors")
    save_file(
        {name: each for name, each in tensors.items() if "layers.1.mlp.up" not in name}, folder / "model.safetensors"
    )
    with pytest.raises(StageError, match=r"no blk\.1\.ffn_up"):
        export.to_gguf(folder, None, tmp_path / "x.gguf")
    tensors["model.layers.0.mlp.down_proj.weight"] = torch.full((64, 120), 1.0)
    save_file(tensors, folder / "model.safetensors")
    with pytest.raises(ProfileError, match="rows of 120"):
        export.to_gguf(folder, None, tmp_path / "x.gguf", quantization="Q8_0")
    tensors["model.layers.0.mlp.down_proj.weight"] = torch.full((64, 128), 1e6)
    save_file(tensors, folder / "model.safetensors")
    with pytest.raises(StageError, match="does not fit into F16"):
        export.to_gguf(folder, None, tmp_path / "x.gguf", quantization="F16")
    assert not list(tmp_path.glob("*.gguf*"))


def test_qwen2_with_its_biases_answers_in_llama_cpp_as_in_transformers(tokenizer, tmp_path):
    torch.manual_seed(3)
    config = Qwen2Config(
        vocab_size=len(tokenizer), hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=512, tie_word_embeddings=False, initializer_range=0.2,
    )  # fmt: skip
    model = Qwen2ForCausalLM(config).eval()
    for layer in model.model.layers:
        torch.nn.init.normal_(layer.self_attn.q_proj.bias)
        torch.nn.init.normal_(layer.self_attn.k_proj.bias)
    model.save_pretrained(tmp_path / "qwen")
    tokenizer.save_pretrained(tmp_path / "qwen")
    found = export.to_gguf(tmp_path / "qwen", None, tmp_path / "qwen.gguf", quantization="F16")
    prompt = tokenizer("Ataxia and nystagmus since childhood", add_special_tokens=False)["input_ids"]
    with torch.inference_mode():
        expected = torch.log_softmax(model(torch.tensor([prompt])).logits[0, -1], -1)
    with Engine(found.path, context_tokens=256) as engine:
        (served,) = engine.complete(prompt, n_predict=1, n_probs=20).log_probs
    assert int(expected.argmax()) == max(served, key=served.get)
    assert all(abs(float(expected[token]) - value) < 0.02 for token, value in served.items())
