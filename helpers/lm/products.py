"""Dense layers by oneDNN where PyTorch's own choice, MKL, is slow.

On processors other than Intel's MKL takes its AVX2 kernels; oneDNN, which PyTorch ships too, takes AVX-512 where it is
there. On one core of an AMD EPYC that is 220 against 105 GFLOP/s for the shapes of SmolLM2 (LOG.md). Both compute in
fp32 and differ by rounding only. The operator is the one TorchInductor uses, and takes plain, also transposed, tensors.
"""

import functools
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import torch

_by_pytorch = torch.nn.Linear.forward


@contextmanager
def by_onednn(active: bool = True) -> Iterator[None]:
    """Compute the dense layers of models on the CPU in fp32 by oneDNN, where that is the faster; a decorator too."""
    if active and is_wanted():
        with mock.patch.object(torch.nn.Linear, "forward", _forward):
            yield
    else:
        yield


@functools.cache
def is_wanted() -> bool:
    """Whether PyTorch multiplies by MKL here, on a processor that MKL does not favour, and has oneDNN."""
    here = torch.backends.mkl.is_available() and torch.backends.mkldnn.is_available()
    return here and hasattr(torch.ops.mkldnn, "_linear_pointwise") and "intel" not in _processor().lower()


def dense(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    """`x W^T + bias` as `torch.nn.functional.linear` gives it, without gradients, by the faster library.

    Args:
        x: Shape (..., in).
        weight: Shape (out, in), contiguous or a transposed view.
        bias: Shape (out,).
    """
    if is_wanted() and _fits(x, weight):
        return torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")
    return torch.nn.functional.linear(x, weight, bias)


def _fits(x: torch.Tensor, weight: torch.Tensor) -> bool:
    return x.device.type == weight.device.type == "cpu" and x.dtype == weight.dtype == torch.float32 and x.numel() > 0


def _forward(self: torch.nn.Linear, x: torch.Tensor) -> torch.Tensor:
    if not _fits(x, self.weight):
        return _by_pytorch(self, x)
    if torch.is_grad_enabled() and (x.requires_grad or self.weight.requires_grad):
        return _Dense.apply(x, self.weight, self.bias)
    return dense(x, self.weight, self.bias)


class _Dense(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, bias):
        ctx.save_for_backward(x, weight)
        ctx.has_bias = bias is not None
        return dense(x, weight, bias)

    @staticmethod
    def backward(ctx, gradient):
        x, weight = ctx.saved_tensors
        onto = gradient.reshape(-1, gradient.shape[-1])
        grad_x = dense(onto, weight.t()).view_as(x) if ctx.needs_input_grad[0] else None
        grad_weight = dense(onto.t(), x.reshape(-1, x.shape[-1]).t()) if ctx.needs_input_grad[1] else None
        grad_bias = onto.sum(0) if ctx.has_bias and ctx.needs_input_grad[2] else None
        return grad_x, grad_weight, grad_bias


def _processor() -> str:
    """The processor's maker, as the system tells it."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        return next((line for line in info.read_text().splitlines() if line.startswith("vendor_id")), "")
    return platform.processor()
