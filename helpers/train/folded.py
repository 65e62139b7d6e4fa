"""LoRA as one product with the folded weight, instead of the frozen product and two small ones beside it.

`x (W + s B A)^T` is `x W^T + s (x A^T) B^T`. On a CPU the right-hand side reads and writes the activations three times
for arithmetic that hardly counts; folding costs a pass over the weight, which is smaller than a batch's activations.
The gradients of A and B still go through the rank-r bottleneck, so no gradient of W is ever formed.
Losses and adapters are those of PEFT up to rounding (tests/train/test_folded.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import torch
from peft.tuners.lora.layer import Linear

from helpers.lm.products import dense

_unfolded = Linear.forward


@contextmanager
def products(active: bool = True) -> Iterator[None]:
    """Fold plain LoRA layers without dropout; all other layers do what PEFT does."""
    if active:
        with mock.patch.object(Linear, "forward", _forward):
            yield
    else:
        yield


def _forward(self: Linear, x: torch.Tensor, *args: Any, **kwargs: Any) -> torch.Tensor:
    names = [name for name in self.active_adapters if name in self.lora_A]
    if args or kwargs or len(names) != 1 or not _is_plain(self, names[0], x):
        return _unfolded(self, x, *args, **kwargs)
    name, base = names[0], self.base_layer
    a, b = self.lora_A[name].weight, self.lora_B[name].weight
    return _Folded.apply(x, base.weight, base.bias, a, b, self.scaling[name])


def _is_plain(layer: Linear, name: str, x: torch.Tensor) -> bool:
    dropout = layer.lora_dropout[name]
    return (
        type(layer.base_layer) is torch.nn.Linear
        and not (layer.disable_adapters or layer.merged or name in layer.lora_variant or layer.lora_bias[name])
        and (isinstance(dropout, torch.nn.Identity) or not layer.training)
        and not layer.base_layer.weight.requires_grad
        and x.dtype == layer.base_layer.weight.dtype == layer.lora_A[name].weight.dtype
    )


class _Folded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, bias, a, b, scaling):
        ctx.save_for_backward(x, weight, a, b)
        ctx.scaling = scaling
        return dense(x, torch.addmm(weight, b, a, alpha=scaling), bias)

    @staticmethod
    def backward(ctx, gradient):
        x, weight, a, b = ctx.saved_tensors
        flat, onto = x.reshape(-1, x.shape[-1]), gradient.reshape(-1, gradient.shape[-1])
        grad_a = dense(dense(onto, b.t()).mul_(ctx.scaling).t(), flat.t())
        grad_b = dense(onto.t(), dense(flat, a).mul_(ctx.scaling).t())
        grad_x = None
        if ctx.needs_input_grad[0]:  # folded once more: keeping it would double the weights' memory
            grad_x = dense(onto, torch.addmm(weight, b, a, alpha=ctx.scaling).t()).view_as(x)
        return grad_x, None, None, grad_a, grad_b, None
