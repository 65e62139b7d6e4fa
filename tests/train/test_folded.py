import pytest
import torch
from peft import LoraConfig, get_peft_model

from helpers.train import folded


class _Net(torch.nn.Module):
    def __init__(self, bias):
        super().__init__()
        self.lower = torch.nn.Linear(6, 5, bias=bias)
        self.upper = torch.nn.Linear(5, 3, bias=bias)

    def forward(self, x):
        return self.upper(torch.tanh(self.lower(x)))


def _adapted(*, bias=False, **changes):
    torch.manual_seed(0)
    settings = {"r": 2, "lora_alpha": 6, "target_modules": ["lower", "upper"], "init_lora_weights": False}
    return get_peft_model(_Net(bias).double(), LoraConfig(**settings | changes)).double()


def _run(model, active):
    model.zero_grad()
    x = torch.linspace(-1, 1, 48, dtype=torch.float64).reshape(2, 4, 6).requires_grad_()
    with folded.products(active):
        out = model(x)
        out.square().sum().backward()
    return out, x.grad, {name: value.grad for name, value in model.named_parameters() if value.requires_grad}


@pytest.mark.parametrize("bias", [False, True])
def test_output_and_every_gradient_are_those_of_peft(bias):
    model = _adapted(bias=bias)
    (ours, ours_x, ours_all), (theirs, theirs_x, theirs_all) = _run(model, True), _run(model, False)
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(ours_x, theirs_x)
    assert len(theirs_all) == 4 and all(value.abs().max() > 0 for value in theirs_all.values())
    for name, value in theirs_all.items():
        torch.testing.assert_close(ours_all[name], value)


def test_folding_really_happens_and_ends_with_the_block(monkeypatch):
    calls = []
    apply = folded._Folded.apply
    monkeypatch.setattr(folded._Folded, "apply", lambda *inputs: calls.append(1) or apply(*inputs))
    model = _adapted()
    _run(model, True)
    assert len(calls) == 2
    _run(model, False)
    model(torch.zeros(1, 6, dtype=torch.float64))
    assert len(calls) == 2


@pytest.mark.parametrize("other", [{"lora_dropout": 0.5}, {"use_dora": True}, {"lora_bias": True}])
def test_other_kinds_of_adapter_do_what_peft_does(other, monkeypatch):
    monkeypatch.setattr(folded._Folded, "apply", lambda *inputs: pytest.fail("folded"))
    if "lora_bias" in other:
        other = other | {"init_lora_weights": True}
    model = _adapted(bias=True, **other)
    torch.manual_seed(3)
    ours = _run(model, True)[0]
    torch.manual_seed(3)
    torch.testing.assert_close(ours, _run(model, False)[0])


def test_disabled_and_merged_adapters_do_what_peft_does():
    model = _adapted()
    with model.disable_adapter():
        torch.testing.assert_close(_run_forward(model, True), _run_forward(model, False))
    before = _run_forward(model, True)
    model.merge_adapter()
    torch.testing.assert_close(_run_forward(model, True), before)


def _run_forward(model, active):
    with torch.no_grad(), folded.products(active):
        return model(torch.ones(2, 6, dtype=torch.float64))
