import shutil

import pytest
import torch

from helpers.core.errors import ProfileError
from helpers.lm import models, prompts


def test_loaded_model_is_in_evaluation_mode_and_of_the_asked_precision(tiny_model_dir):
    model, tokenizer = models.load_causal(str(tiny_model_dir), precision="bf16")
    assert not model.training and {value.dtype for value in model.parameters()} == {torch.bfloat16}
    assert tokenizer.pad_token_id is not None


@pytest.mark.parametrize("load", [models.load_causal, models.load_config, models.load_tokenizer])
def test_unknown_name_gives_an_error_that_lists_the_embedded_ones(load):
    with pytest.raises(ProfileError, match="`nobody/no-such-model` cannot be loaded") as error:
        load("nobody/no-such-model")
    assert "smollm2" in str(error.value) and "Remedy" in str(error.value)


def test_unknown_encoder_gives_an_error_too():
    with pytest.raises(ProfileError, match="`nobody/no-such-encoder` cannot be loaded"):
        models.embed(["tremor"], name="nobody/no-such-encoder")


def test_pickled_weights_are_refused(tiny_model_dir, tmp_path):
    folder = tmp_path / "pickled"
    shutil.copytree(tiny_model_dir, folder)
    model, _ = models.load_causal(str(tiny_model_dir))
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    assert models.load_causal(str(folder))  # safetensors beside it are taken
    (folder / "model.safetensors").unlink()
    with pytest.raises(ProfileError, match=r"model\.safetensors"):
        models.load_causal(str(folder))


def test_folder_that_holds_no_model_is_refused(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ProfileError, match="cannot be loaded"):
        models.load_causal(str(tmp_path))


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_gpu_profile_on_a_machine_without_one_is_refused(tiny_model_dir):
    with pytest.raises(ProfileError, match="no CUDA device"):
        models.load_causal(str(tiny_model_dir), device="cuda")


def test_tokenizer_without_template_gets_the_plain_one(tiny_model_dir, tmp_path):
    from helpers.core.tasks import Prompt

    folder = tmp_path / "plain"
    shutil.copytree(tiny_model_dir, folder)
    (folder / "chat_template.jinja").unlink()
    tokenizer = models.load_tokenizer(str(folder))
    assert tokenizer.chat_template == models.PLAIN_TEMPLATE
    prompt = Prompt(system="S", user="{text}?")
    assert prompts.render(tokenizer, prompt, "T") == "S\n\nT?\n\nAnswer: "
    assert prompts.frame(tokenizer, prompt) == ("S\n\n", "?\n\nAnswer: ")


def test_tokenizer_without_padding_pads_with_the_end_of_the_turn(tiny_model_dir, tmp_path):
    tokenizer = models.load_tokenizer(str(tiny_model_dir))
    tokenizer.pad_token = None
    tokenizer.save_pretrained(tmp_path)
    loaded = models.load_tokenizer(str(tmp_path))
    assert loaded.pad_token == loaded.eos_token


def test_merged_model_answers_as_base_with_adapter(tiny_model_dir, tmp_path):
    from peft import LoraConfig, get_peft_model

    base, _ = models.load_causal(str(tiny_model_dir))
    adapted = get_peft_model(base, LoraConfig(r=2, target_modules=["q_proj", "down_proj"], task_type="CAUSAL_LM"))
    for name, value in adapted.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(value)
    adapted.save_pretrained(tmp_path / "adapter")
    ids = torch.arange(20)[None]
    with torch.inference_mode():
        plain = models.load_causal(str(tiny_model_dir))[0](ids).logits
        wanted = models.load_adapter(models.load_causal(str(tiny_model_dir))[0], tmp_path / "adapter")(ids).logits
        loaded = models.load_adapter(models.load_causal(str(tiny_model_dir))[0], tmp_path / "adapter")
        assert all(layer.merged for layer in loaded.modules() if hasattr(layer, "lora_B"))  # folded in: answers faster
        with loaded.disable_adapter():
            torch.testing.assert_close(loaded(ids).logits, plain, atol=1e-4, rtol=1e-4)
        folder = models.merge(str(tiny_model_dir), tmp_path / "adapter", tmp_path / "merged")
        found = models.load_causal(str(folder))[0](ids).logits
    assert (wanted - plain).abs().max() > 0.1
    torch.testing.assert_close(found, wanted, atol=1e-3, rtol=1e-3)
    assert (folder / "tokenizer.json").is_file() and list(folder.glob("*.safetensors"))


def test_embeddings_have_length_one_and_do_not_depend_on_the_batch():
    texts = ["tremor", "unsteady gait and slurred speech, worse over the last two years", "a", "rest tremor"]
    together = models.embed(texts)
    alone = models.embed(texts, batch_size=1)
    assert together.shape == (4, 384) and together.dtype == torch.float32
    torch.testing.assert_close(together.norm(dim=1), torch.ones(4))
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=0)
    likeness = together @ together.T
    assert likeness[0, 3] > likeness[0, 1] and likeness[0, 3] > likeness[0, 2]
