import numpy as np
import pandas as pd
import pytest
import torch
from transformers import BertModel

from helpers.core.errors import ProfileError, StageError
from helpers.lm import encoders, models

LABELS = ("ataxia", "dystonia", "palsy")
TEXTS = ["unsteady gait", "a much longer text about slurred speech, tremor and unsteady gait", "tremor"]


def _fresh(folder, kind="classification"):
    return encoders.fresh(str(folder), kind=kind, labels=LABELS, seed=3)


@pytest.mark.parametrize("kind", ["classification", "extraction"])
def test_a_saved_encoder_answers_as_before_from_safetensors_only(tiny_encoder_dir, tmp_path, kind):
    encoder = _fresh(tiny_encoder_dir, kind)
    folder = encoders.save(encoder, tmp_path / "tuned")
    assert {path.suffix for path in folder.iterdir()} <= {".json", ".safetensors", ".txt"}
    back = encoders.load(folder)
    assert back.head == encoder.head and back.head.max_tokens == 64
    for first, second in zip(encoders.ask(encoder, TEXTS), encoders.ask(back, TEXTS), strict=True):
        assert (first.text, first.tokens) == (second.text, second.tokens)
        assert first.confidence == pytest.approx(second.confidence, abs=1e-6)


@pytest.mark.parametrize("kind", ["classification", "extraction"])
def test_an_answer_does_not_depend_on_its_batch(tiny_encoder_dir, kind):
    encoder = _fresh(tiny_encoder_dir, kind)
    together, alone = encoders.ask(encoder, TEXTS, batch_size=3), encoders.ask(encoder, TEXTS, batch_size=1)
    for first, second in zip(together, alone, strict=True):
        assert first.text == second.text and first.confidence == pytest.approx(second.confidence, abs=1e-5)


def test_the_label_is_the_most_probable_one(tiny_encoder_dir):
    found = encoders.predict(
        _fresh(tiny_encoder_dir),
        pd.DataFrame({"record_id": list("abc"), "group": list("abc"), "text": TEXTS}),
        name="m",
    )
    assert found["record_id"].tolist() == list("abc")
    for label, probabilities in zip(found["label"], found["probabilities"], strict=True):
        assert tuple(probabilities) == LABELS and sum(probabilities.values()) == pytest.approx(1, abs=1e-5)
        assert label == max(probabilities, key=probabilities.get)


def test_the_head_reads_the_mean_over_the_texts_own_tokens(tiny_encoder_dir):
    encoder = _fresh(tiny_encoder_dir)
    batch = encoder.tokenizer(TEXTS[0], return_tensors="pt")
    with torch.inference_mode():
        mean = encoder.model.encoder(**batch).last_hidden_state[0].mean(0)
        wanted = encoder.model.head(mean).softmax(-1).numpy()
    found = encoders.ask(encoder, TEXTS)[0]  # padded beside longer ones
    assert np.allclose(list(found.probabilities.values()), wanted, atol=1e-5)


def test_a_text_over_the_limit_is_cut(tiny_encoder_dir):
    encoder = _fresh(tiny_encoder_dir)
    assert encoders.ask(encoder, ["word " * 500])[0].tokens == 64


def test_a_text_without_words_has_no_mention(tiny_encoder_dir):
    found = encoders.ask(_fresh(tiny_encoder_dir, "extraction"), [" ", "x"])[0]
    assert found.text == "none" and found.confidence == 1.0


def test_a_pickle_checkpoint_is_refused(tiny_encoder_dir, tmp_path):
    model = BertModel.from_pretrained(tiny_encoder_dir)
    model.config.save_pretrained(tmp_path)
    models.load_plain_tokenizer(str(tiny_encoder_dir)).save_pretrained(tmp_path)
    torch.save(model.state_dict(), tmp_path / "pytorch_model.bin")
    for kind in ("classification", "extraction"):
        with pytest.raises(ProfileError, match="safetensors"):
            _fresh(tmp_path, kind)


@pytest.mark.parametrize("name", ["nobody/no-such-encoder", "./no/such/folder"])
def test_an_encoder_that_is_not_there_or_not_ours_to_read_is_one_clear_error(name):
    with pytest.raises(ProfileError, match=r"cannot be loaded.*Remedy: check the name.*gated"):
        _fresh(name)


def test_a_gated_encoder_says_to_log_in(monkeypatch):
    def gated(*arguments, **options):
        raise OSError("You are trying to access a gated repo.\nMake sure to have access to it")

    monkeypatch.setattr(models.AutoTokenizer, "from_pretrained", gated)
    with pytest.raises(
        ProfileError, match=r"Found: You are trying to access a gated repo\. .*log in for a gated model"
    ):
        _fresh("someone/gated")


def test_an_encoder_is_not_asked_to_write(tiny_encoder_dir):
    with pytest.raises(ProfileError, match="writes no text"):
        encoders.fresh(str(tiny_encoder_dir), kind="generation")


def test_a_folder_without_a_tuned_encoder_says_so(tmp_path):
    with pytest.raises(StageError, match="no tuned encoder"):
        encoders.load(tmp_path)


def test_roberta_positions_begin_after_the_padding_index():
    class Config:
        model_type, max_position_embeddings, pad_token_id = "xlm-roberta", 514, 1

    class Tokenizer:
        model_max_length = 10**30

    assert encoders.limit(Tokenizer, Config) == 512
