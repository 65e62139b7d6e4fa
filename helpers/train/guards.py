"""Ways in which training ends badly, told so that a reader knows what to change."""

import hashlib
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import torch
from torch.distributed.tensor import DTensor
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from trl import SFTConfig

from helpers.core.errors import StageError
from helpers.core.machine import GIB


class Finite(TrainerCallback):
    """Stops at the first loss or gradient that is not finite, before a weight or a checkpoint is spoiled by it."""

    def on_pre_optimizer_step(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Look at the gradients, which a loss that is not finite always reaches."""
        for value in kwargs["model"].parameters():
            if value.grad is not None and not torch.isfinite(value.grad).all():
                _stop("gradient of the loss", state.global_step + 1, state)

    def on_evaluate(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Look at the validation loss; the checkpoint of this step is not written yet."""
        if not math.isfinite(kwargs["metrics"].get("eval_loss", 0.0)):
            _stop("validation loss", state.global_step, state)

    def on_log(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Look at the training loss."""
        if not math.isfinite(kwargs["logs"].get("loss", 0.0)):
            _stop("training loss", state.global_step, state)


def _stop(what: str, step: int, state: TrainerState) -> None:
    good = f"the checkpoint of step {state.best_global_step} is kept" if state.best_global_step else "no checkpoint yet"
    raise StageError(
        f"The {what} is not finite in step {step} of {state.max_steps}; {good}", remedy="lower train.learning_rate"
    )


@contextmanager
def memory(args: TrainingArguments, *, needs_gib: Callable[[], float] | None = None) -> Iterator[None]:
    """Say which setting to lower when an allocation fails, on the CPU or on a GPU.

    Args:
        args: Of this run; an `SFTConfig` for a language model.
        needs_gib: Gives the estimated peak; called only when memory runs out.

    Raises:
        StageError: In place of the library's own error.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:  # torch.OutOfMemoryError is a RuntimeError
        if isinstance(error, StageError) or not is_out_of_memory(error):
            raise
        has = _total_bytes(on_gpu=not args.use_cpu)
        estimate = f", training was estimated to need {needs_gib():.1f} GiB" if needs_gib else ""
        others = ", or take a smaller select.encoder"
        if isinstance(args, SFTConfig):
            others = f", train.max_length (now {args.max_length}) or train.adapter_layers"
        raise StageError(
            "Training ran out of memory",
            found=f"{has / GIB:.1f} GiB in all{estimate}",
            remedy=f"lower train.micro_batch_size (now {args.per_device_train_batch_size}){others}",
        ) from error


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error is a failed allocation: MemoryError, CUDA's, or PyTorch's CPU allocator."""
    said = str(error).lower()
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or any(
        words in said for words in ("can't allocate memory", "not enough memory", "out of memory")
    )


def fingerprint(model: torch.nn.Module, *, adapter: bool) -> str:
    """SHA-256 over the adapter's parameters, or over all others: the same before and after if none of them moved."""
    digest = hashlib.sha256()
    for name, value in sorted(model.named_parameters()):
        if ("lora_" in name) == adapter:
            if isinstance(value, DTensor):
                value = value.full_tensor()  # shared out over devices by FSDP2
            digest.update(name.encode())
            digest.update(value.detach().cpu().contiguous().view(torch.uint8).numpy().data)
    return digest.hexdigest()


def _total_bytes(*, on_gpu: bool) -> int:
    return torch.cuda.get_device_properties(0).total_memory if on_gpu else psutil.virtual_memory().total
