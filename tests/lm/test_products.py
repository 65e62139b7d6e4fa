import pytest
import torch
from torch.nn.functional import linear

from helpers.lm import products

pytestmark = pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="PyTorch without oneDNN")


@pytest.fixture(autouse=True)
def wanted(monkeypatch):
    """Take the oneDNN way whatever processor the tests run on."""
    monkeypatch.setattr(products, "is_wanted", lambda: True)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(5, 7), (2, 3, 7)])
def test_output_and_gradients_are_those_of_pytorch(shape, bias):
    torch.manual_seed(0)
    layer, x = torch.nn.Linear(7, 4, bias=bias), torch.randn(shape)
    found = []
    for active in (True, False):
        layer.zero_grad()
        given = x.clone().requires_grad_()
        with products.by_onednn(active):
            out = layer(given)
            out.square().sum().backward()
        found.append([out, given.grad, *(value.grad.clone() for value in layer.parameters())])
    for ours, theirs in zip(*found, strict=True):
        assert theirs.abs().max() > 0
        torch.testing.assert_close(ours, theirs)


def test_transposed_weights_and_inference_mode_are_taken():
    torch.manual_seed(0)
    x, weight = torch.randn(3, 5), torch.randn(5, 6)
    with torch.inference_mode():
        torch.testing.assert_close(products.dense(x, weight.t()), linear(x, weight.t()))


def test_frozen_layers_pass_the_gradient_on_and_get_none():
    layer = torch.nn.Linear(3, 2).requires_grad_(False)
    x = torch.ones(1, 3, requires_grad=True)
    with products.by_onednn():
        layer(x).sum().backward()
    torch.testing.assert_close(x.grad, layer.weight.sum(0, keepdim=True))
    assert layer.weight.grad is None and layer.bias.grad is None


def test_other_number_formats_and_empty_batches_do_what_pytorch_does():
    layer = torch.nn.Linear(3, 2)
    with products.by_onednn():
        assert layer(torch.zeros(0, 3)).shape == (0, 2)
        assert layer.double()(torch.ones(1, 3, dtype=torch.float64)).dtype == torch.float64


def test_only_inside_the_block_and_only_where_wanted(monkeypatch):
    calls = []
    monkeypatch.setattr(products, "dense", lambda *inputs: calls.append(1) or linear(*inputs))
    layer = torch.nn.Linear(3, 2).requires_grad_(False)
    layer(torch.ones(1, 3))
    assert not calls
    with products.by_onednn():
        layer(torch.ones(1, 3))
    assert len(calls) == 1
    monkeypatch.setattr(products, "is_wanted", lambda: False)
    with products.by_onednn():
        layer(torch.ones(1, 3))
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("maker", "expected"), [("vendor_id\t: GenuineIntel", False), ("vendor_id\t: AuthenticAMD", True)]
)
def test_intels_own_processors_keep_mkl(monkeypatch, maker, expected):
    monkeypatch.undo()
    monkeypatch.setattr(torch.backends.mkl, "is_available", lambda: True)
    monkeypatch.setattr(products, "_processor", lambda: maker)
    assert products.is_wanted.__wrapped__() is expected
