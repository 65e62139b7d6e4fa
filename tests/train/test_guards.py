import pytest
import torch
from peft import get_peft_model
from safetensors.torch import load_file
from trl import SFTTrainer

from helpers.core.errors import StageError
from helpers.core.tasks import Prompt
from helpers.lm import models
from helpers.train import examples, guards, sft

PROMPT = Prompt(system="Name the family.", user="{text}\n\nFamily?")
SETTINGS = {
    "steps": 12, "batch_size": 2, "micro_batch_size": 2, "learning_rate": 1e-2, "evaluations": 6,
    "max_length": 512, "precision": "fp32", "device": "cpu", "seed": 1,
}  # fmt: skip


@pytest.fixture
def fit(tiny_model_dir, few_records, tmp_path):
    def run(*, validation=few_records[:4], **changes):
        model, tokenizer = models.load_causal(str(tiny_model_dir))
        options = {name: changes.pop(name) for name in ("patience", "needs_gib") if name in changes}
        rows = [examples.tokenise(part, tokenizer, prompt=PROMPT, max_length=512) for part in (few_records, validation)]
        return sft.fit(
            model,
            tokenizer,
            *rows,
            config=sft.sft_config(tmp_path / "checkpoints", **SETTINGS | changes),
            lora=sft.lora_config(model, r=4, alpha=8),
            out=tmp_path / "adapter",
            **options,
        )

    return run


def _spoil_loss_in_call(monkeypatch, number):
    compute, calls = SFTTrainer.compute_loss, []

    def spoiled(self, *args, **kwargs):
        calls.append(self.model.training)
        return compute(self, *args, **kwargs) * (float("nan") if sum(calls) == number and calls[-1] else 1.0)

    monkeypatch.setattr(SFTTrainer, "compute_loss", spoiled)


def test_loss_that_is_not_finite_stops_in_its_step_and_keeps_the_last_good_checkpoint(fit, monkeypatch, tmp_path):
    _spoil_loss_in_call(monkeypatch, 6)
    with pytest.raises(
        StageError, match=r"gradient of the loss is not finite in step 6 of 12; the checkpoint of step \d is kept"
    ):
        fit()
    kept = sorted(folder.name for folder in (tmp_path / "checkpoints").iterdir())
    assert "checkpoint-4" in kept and not (tmp_path / "adapter").exists()
    weights = load_file(tmp_path / "checkpoints" / "checkpoint-4" / "adapter_model.safetensors")
    assert all(torch.isfinite(value).all() for value in weights.values())


def test_loss_that_is_not_finite_before_any_checkpoint_says_so(fit, monkeypatch):
    _spoil_loss_in_call(monkeypatch, 1)
    with pytest.raises(StageError, match=r"in step 1 of 12; no checkpoint yet.*lower train\.learning_rate"):
        fit()


def test_validation_loss_that_is_not_finite_leaves_no_checkpoint_of_its_step(fit, monkeypatch, tmp_path):
    evaluate = SFTTrainer.evaluation_loop

    def spoiled(self, *args, **kwargs):
        found = evaluate(self, *args, **kwargs)
        if self.state.global_step == 4:
            found.metrics["eval_loss"] = float("inf")
        return found

    monkeypatch.setattr(SFTTrainer, "evaluation_loop", spoiled)
    with pytest.raises(StageError, match="validation loss is not finite in step 4 of 12; the checkpoint of step 2"):
        fit()
    assert [folder.name for folder in (tmp_path / "checkpoints").glob("checkpoint-*")] == ["checkpoint-2"]


ALLOCATIONS = [
    MemoryError(),
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB."),
    RuntimeError("[enforce fail at alloc_cpu.cpp:121] . DefaultCPUAllocator: can't allocate memory: you tried to"),
    RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 99 bytes."),
]


@pytest.mark.parametrize("error", ALLOCATIONS, ids=["python", "cuda", "linux", "windows"])
def test_failed_allocation_says_which_setting_to_lower_and_the_estimate(fit, monkeypatch, error):
    def fails(self, *args, **kwargs):
        raise error

    monkeypatch.setattr(SFTTrainer, "training_step", fails)
    with pytest.raises(StageError, match="ran out of memory") as told:
        fit(needs_gib=lambda: 12.34)
    for words in ("micro_batch_size (now 2)", "max_length (now 512)", "train.adapter_layers", "12.3 GiB", "GiB in all"):
        assert words in str(told.value)


def test_allocation_that_torch_really_refuses_is_recognised():
    with pytest.raises(RuntimeError) as refused:
        torch.empty(2**52)
    assert guards.is_out_of_memory(refused.value)


def test_other_errors_pass_unchanged(fit, monkeypatch):
    def fails(self, *args, **kwargs):
        raise RuntimeError("shapes do not match")

    monkeypatch.setattr(SFTTrainer, "training_step", fails)
    with pytest.raises(RuntimeError, match="shapes do not match"):
        fit()


def test_training_stops_early_when_validation_gets_no_better(fit, few_records):
    contrary = few_records.assign(labels=[["neuropathy, demyelinating"]] * len(few_records))
    settings = {"validation": contrary, "steps": 40, "evaluations": 20, "learning_rate": 3e-2}
    result = fit(patience=2, **settings)
    losses = result.log["eval_loss"].dropna().tolist()
    best = losses.index(min(losses))
    assert result.steps < 40 and len(losses) == best + 1 + 2
    assert result.best_validation_loss == min(losses)


def test_without_patience_training_goes_on(fit, few_records):
    contrary = few_records.assign(labels=[["neuropathy, demyelinating"]] * len(few_records))
    assert fit(validation=contrary, steps=40, evaluations=20, learning_rate=3e-2).steps == 40


def test_fingerprint_sees_one_changed_weight_on_the_right_side(tiny_model):
    model, _ = tiny_model
    adapted = get_peft_model(model, sft.lora_config(model, r=2, alpha=4))
    before = {side: guards.fingerprint(adapted, adapter=side) for side in (True, False)}
    with torch.no_grad():
        dict(adapted.named_parameters())["base_model.model.model.norm.weight"][3] += 1e-6
    assert guards.fingerprint(adapted, adapter=True) == before[True]
    assert guards.fingerprint(adapted, adapter=False) != before[False]
