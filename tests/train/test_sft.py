import pytest
import torch
from safetensors.torch import load_file
from trl import SFTTrainer

from helpers.core import records
from helpers.core.errors import StageError
from helpers.core.tasks import Prompt
from helpers.lm import models, prompts
from helpers.train import examples, sft

PROMPT = Prompt(system="Name the family.", user="{text}\n\nFamily?")


def _tokenise(frame, tokenizer, max_length=512):
    return examples.tokenise(frame, tokenizer, prompt=PROMPT, max_length=max_length)


def _config(folder, **changes):
    settings = {
        "steps": 6,
        "batch_size": 4,
        "micro_batch_size": 4,
        "learning_rate": 1e-2,
        "evaluations": 3,
        "max_length": 512,
        "precision": "fp32",
        "device": "cpu",
        "seed": 1,
    }
    return sft.sft_config(folder, **settings | changes)


@pytest.fixture
def fit(tiny_model_dir, few_records, tmp_path):
    """Train a fresh copy of the tiny model; keyword arguments go to `fit` or `sft_config`."""

    def run(name, *, train=few_records, validation=few_records[:4], labelled_positions_only=True, **changes):
        model, tokenizer = models.load_causal(str(tiny_model_dir))
        return sft.fit(
            model,
            tokenizer,
            _tokenise(train, tokenizer),
            _tokenise(validation, tokenizer),
            config=_config(tmp_path / name / "checkpoints", **changes),
            lora=sft.lora_config(model, r=4, alpha=8),
            out=tmp_path / name / "adapter",
            labelled_positions_only=labelled_positions_only,
        )

    return run


@torch.inference_mode()
def _loss(model, tokenizer, frame):
    """Mean negative log-likelihood of the answers' tokens, one record at a time, from plain forward passes."""
    total, count = 0.0, 0
    for text, labels in zip(frame["text"], frame["labels"], strict=True):
        question = prompts.encode(tokenizer, prompts.render(tokenizer, PROMPT, text))
        answer = prompts.encode_answer(tokenizer, labels[0])
        logits = model(torch.tensor([question + answer])).logits[0, len(question) - 1 : -1]
        total -= float(torch.log_softmax(logits, -1)[range(len(answer)), answer].sum())
        count += len(answer)
    return total / count


# --- settings


def test_adapter_covers_every_linear_module_of_the_blocks_and_no_other(tiny_model, fit):
    weights = load_file(fit("all", steps=1, evaluations=1).folder / "adapter_model.safetensors")
    found = {name.split(".layers.")[1].rsplit(".lora_", 1)[0] for name in weights}
    linear = {
        name.split("layers.")[1]
        for name, module in tiny_model[0].named_modules()
        if isinstance(module, torch.nn.Linear) and "layers." in name
    }
    assert found == linear and len(linear) == 14


def test_adapter_may_be_kept_to_the_top_layers(tiny_model):
    from peft import get_peft_model

    model, _ = tiny_model
    lora = sft.lora_config(model, r=2, alpha=4, top_layers=1)
    names = [name for name, value in get_peft_model(model, lora).named_parameters() if value.requires_grad]
    assert len(names) == 14 and all(".layers.1." in name for name in names)
    assert sft.lora_config(model, r=2, alpha=4, top_layers=99).layers_to_transform == [0, 1]


def test_profile_settings_reach_trl(tmp_path):
    config = _config(tmp_path, steps=100, learning_rate=3e-4, seed=7, evaluations=4)
    assert (config.max_steps, config.learning_rate, config.seed, config.eval_steps) == (100, 3e-4, 7, 25)
    assert (config.per_device_train_batch_size, config.gradient_accumulation_steps) == (4, 1)
    small = _config(tmp_path, batch_size=8, micro_batch_size=2)
    assert (small.per_device_train_batch_size, small.gradient_accumulation_steps) == (2, 4)
    assert config.completion_only_loss and not config.packing and not config.bf16 and config.use_cpu
    assert config.load_best_model_at_end and config.save_steps == config.eval_steps


# --- fit


def test_adapter_moves_and_no_base_weight_does(tiny_model_dir, fit):
    before = load_file(tiny_model_dir / "model.safetensors")
    model, tokenizer = models.load_causal(str(tiny_model_dir))
    train = _tokenise(_one_record(), tokenizer)
    result = sft.fit(
        model,
        tokenizer,
        train,
        train,
        config=_config(tiny_model_dir.parent / "moves", steps=2, evaluations=1),
        lora=sft.lora_config(model, r=4, alpha=8),
        out=tiny_model_dir.parent / "moves-adapter",
    )
    inner = {name.replace(".base_layer", ""): value for name, value in model.state_dict().items()}
    for name, value in before.items():
        assert torch.equal(inner[name], value), name
    adapter = load_file(result.folder / "adapter_model.safetensors")
    assert all(value.abs().max() > 0 for name, value in adapter.items() if "lora_B" in name)  # begins at zero


def _one_record():
    return records.to_frame([{"record_id": "o", "kind": "table", "text": "Twisted neck.", "labels": ["dystonia"]}])


def test_learning_rate_too_small_to_move_a_weight_is_an_error(fit):
    with pytest.raises(StageError, match="left the adapter as it was") as error:
        fit("still", steps=2, learning_rate=1e-60)
    assert "raise train.learning_rate" in str(error.value)


def test_loss_that_is_not_finite_is_an_error(fit):
    with pytest.raises(StageError, match="loss is not finite"):
        fit("wild", learning_rate=1e30)


def test_one_training_loss_that_is_not_finite_is_an_error_although_the_others_are(fit, monkeypatch):
    step, calls = SFTTrainer.training_step, []

    def spoiled(self, *args, **kwargs):
        calls.append(1)
        return step(self, *args, **kwargs) * (float("nan") if len(calls) == 2 else 1.0)

    monkeypatch.setattr(SFTTrainer, "training_step", spoiled)
    with pytest.raises(StageError, match="loss is not finite"):
        fit("spoiled", steps=3, evaluations=1)


def test_changed_base_weight_is_an_error(fit, monkeypatch):
    step = SFTTrainer.training_step

    def meddle(self, model, *args, **kwargs):
        with torch.no_grad():
            next(value for name, value in model.named_parameters() if "lora_" not in name).add_(1e-6)
        return step(self, model, *args, **kwargs)

    monkeypatch.setattr(SFTTrainer, "training_step", meddle)
    with pytest.raises(StageError, match="changed a weight of the base model"):
        fit("meddled", steps=1, evaluations=1)


def test_scoring_labelled_positions_only_gives_the_losses_of_stock_trl(fit):
    short = fit("short")
    stock = fit("stock", labelled_positions_only=False)
    for column in ("loss", "eval_loss"):
        ours, theirs = short.log[column].dropna().tolist(), stock.log[column].dropna().tolist()
        assert len(ours) >= 3 and len(set(theirs)) == len(theirs)
        assert ours == pytest.approx(theirs, abs=1e-5)
    assert short.tokens == stock.tokens


def test_labelled_positions_are_really_the_only_ones_scored(fit, monkeypatch):
    import trl.trainer.utils as utils

    seen = []
    score = utils._ChunkedLogProbFunction.apply

    class Counting:
        @staticmethod
        def apply(hidden, *args):
            seen.append(len(hidden))
            return score(hidden, *args)

    monkeypatch.setattr(utils, "_ChunkedLogProbFunction", Counting)
    fit("short", steps=1, evaluations=1)
    few = seen.copy()
    seen.clear()
    fit("stock", steps=1, evaluations=1, labelled_positions_only=False)
    assert few and len(few) == len(seen)
    assert max(few) < min(seen) / 3


def test_loss_counts_the_answers_tokens_and_no_other(tiny_model, few_records, fit):
    model, tokenizer = tiny_model
    rows = _tokenise(few_records, tokenizer)
    expected = _loss(model, tokenizer, few_records)
    settings = {"steps": 1, "batch_size": 12, "evaluations": 1, "learning_rate": 1e-9}
    result = fit("counted", validation=few_records, micro_batch_size=12, **settings)
    assert result.log["loss"].dropna().tolist() == pytest.approx([expected], abs=1e-4)  # before the first step
    assert result.log["eval_loss"].dropna().tolist() == pytest.approx([expected], abs=1e-4)
    assert result.tokens == rows.tokens
    parts = fit("in parts", micro_batch_size=3, **settings)  # each answer token weighs the same in whatever part
    assert parts.log["loss"].dropna().tolist() == pytest.approx([expected], abs=1e-4)
    assert parts.tokens == rows.tokens


def test_best_checkpoint_is_kept_and_not_the_last(tiny_model_dir, few_records, fit):
    contrary = few_records.assign(
        labels=[["cerebral palsy" if "0" in i else "dystonia"] for i in few_records.record_id]
    )
    taught = few_records.assign(labels=[["neuropathy"]] * len(few_records))
    result = fit("best", train=taught, validation=contrary, steps=16, evaluations=4, learning_rate=3e-2)
    losses = result.log["eval_loss"].dropna().tolist()
    assert losses[-1] > min(losses) + 0.1  # validation got worse again, so that there is a choice
    model, tokenizer = models.load_causal(str(tiny_model_dir))
    kept = _loss(models.load_adapter(model, result.folder), tokenizer, contrary)
    assert result.best_validation_loss == min(losses)
    assert kept == pytest.approx(min(losses), abs=0.02)


class KilledError(Exception):
    """Stands for the end of the process: nothing in the code under test catches it."""


def _kill_at(monkeypatch, call):
    """Make the process 'die' in the given training step."""
    step, calls = SFTTrainer.training_step, []

    def killed(self, *args, **kwargs):
        calls.append(1)
        if len(calls) == call:
            raise KilledError
        return step(self, *args, **kwargs)

    monkeypatch.setattr(SFTTrainer, "training_step", killed)


def test_killed_training_goes_on_from_its_last_checkpoint_to_the_same_adapter(fit, monkeypatch, tmp_path):
    settings = {"steps": 8, "evaluations": 4, "batch_size": 1}  # less than one pass over the twelve records
    whole = fit("whole", **settings)
    with monkeypatch.context() as patch, pytest.raises(KilledError):
        _kill_at(patch, 6)
        fit("killed", **settings)
    assert not (tmp_path / "killed" / "adapter").exists()
    steps, step = [], SFTTrainer.training_step
    monkeypatch.setattr(SFTTrainer, "training_step", lambda *args, **kwargs: steps.append(1) or step(*args, **kwargs))
    result = fit("killed", **settings)
    assert len(steps) == 4  # the last four of eight
    assert (result.resumed_at_step, result.steps) == (4, 8) and whole.resumed_at_step == 0
    assert result.tokens == whole.tokens
    for column in ("step", "loss", "eval_loss"):
        assert result.log[column].dropna().tolist() == pytest.approx(whole.log[column].dropna().tolist(), abs=1e-4)
    ours, theirs = (load_file(item.folder / "adapter_model.safetensors") for item in (result, whole))
    for name, value in theirs.items():
        torch.testing.assert_close(ours[name], value, atol=1e-5, rtol=1e-3)


def test_finished_training_whose_stage_was_killed_afterwards_gives_the_same_adapter(fit):
    first = fit("late", steps=4, evaluations=2)
    again = fit("late", steps=4, evaluations=2)
    assert again.resumed_at_step == 4  # transformers takes one more step, at learning rate 0
    assert again.best_validation_loss == first.best_validation_loss
    ours, theirs = (load_file(item.folder / "adapter_model.safetensors") for item in (again, first))
    assert all(torch.equal(ours[name], value) for name, value in theirs.items())


def test_single_step_already_moves_the_adapter(fit):
    assert fit("single", steps=1, evaluations=1).steps == 1


def test_same_seed_gives_the_same_adapter_and_another_seed_another(fit):
    one, same, other = fit("one", steps=2), fit("same", steps=2), fit("other", steps=2, seed=2)
    weights = [load_file(item.folder / "adapter_model.safetensors") for item in (one, same, other)]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    assert not all(torch.equal(weights[0][name], weights[2][name]) for name in weights[0])
