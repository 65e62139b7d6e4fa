"""Fine-tune with TRL's SFTTrainer on prompt and completion; the loss counts the completion only."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd
import torch
import trl.trainer.utils
from datasets import Dataset
from peft import LoraConfig, PeftModel
from transformers import EarlyStoppingCallback, PreTrainedModel, PreTrainedTokenizerBase, set_seed
from transformers.trainer_utils import get_last_checkpoint
from trl import SFTConfig, SFTTrainer

from helpers.core.errors import StageError
from helpers.lm import products
from helpers.train import arguments, examples, folded, guards, order, remembered
from helpers.train.outcome import Fit


def lora_config(
    model: PreTrainedModel, *, r: int, alpha: int, dropout: float = 0.0, top_layers: int | None = None
) -> LoraConfig:
    """Adapt every linear module of the transformer blocks, or of the `top_layers` last blocks only."""
    head = model.get_output_embeddings()
    names = {
        name.rsplit(".", 1)[-1]
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and module is not head
    }
    count = model.config.get_text_config().num_hidden_layers
    layers = None if top_layers is None else list(range(max(0, count - top_layers), count))
    return LoraConfig(
        task_type="CAUSAL_LM",
        r=r,
        lora_alpha=alpha,
        lora_dropout=dropout,
        target_modules=sorted(names),
        layers_to_transform=layers,
    )


def sft_config(
    folder: Path,
    *,
    max_length: int,
    device: str,
    packing: bool = False,
    liger: bool = False,
    track: str = "none",
    run_name: str | None = None,
    **shared: Any,
) -> SFTConfig:
    """The one place where a profile becomes TRL settings; `shared` are further ones of `arguments.shared`."""
    return SFTConfig(
        **arguments.shared(folder, device=device, warmup_one_in=20, **shared),
        max_length=max_length,
        completion_only_loss=True,
        packing=packing,
        eval_packing=False,
        train_sampling_strategy="random" if packing else "group_by_length",
        use_liger_kernel=liger,
        metric_for_best_model="eval_loss",
        greater_is_better=False,
        gradient_checkpointing=device == "cuda",
        report_to=[] if track == "none" else [track],
        run_name=run_name,
    )


def fit(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    train: examples.Rows,
    validation: examples.Rows,
    *,
    config: SFTConfig,
    lora: LoraConfig | None,
    out: Path,
    labelled_positions_only: bool = True,
    fast_products: bool = True,
    remember_lower: bool = False,
    remember_max_gib: float = 2.0,
    patience: int | None = None,
    needs_gib: Callable[[], float] | None = None,
) -> Fit:
    """Train, continuing from the last checkpoint in `config.output_dir` if there is one, and save the best weights.

    What learns is the adapter that `lora` puts on the model, or without it the adapter that the model already has, or,
    where it has none, all of its weights; the last is saved as a whole model with its tokenizer.

    Args:
        model: Base model; it gets the adapter.
        tokenizer: Its tokenizer.
        train: From `examples.tokenise`.
        validation: Whose loss chooses the checkpoint that is kept.
        config: From `sft_config`.
        lora: From `lora_config`.
        out: Folder for the adapter.
        labelled_positions_only: Score the vocabulary only where the loss is counted (CPU).
        fast_products: One product for a weight and its adapter, by the faster library (CPU; see `train.folded` and
            `lm.products`).
        remember_lower: Compute frozen lower layers once for each record (CPU; see `train.remembered`).
        remember_max_gib: Most memory that may take; where it takes more, they are computed each time, with a warning.
        patience: Evaluations without a better validation loss before training stops; None never stops early.
        needs_gib: Gives the estimated peak memory, told when memory runs out.

    Raises:
        StageError: If a loss is not finite, memory runs out, what learns did not move, or a base weight beside it did.
    """
    set_seed(config.seed)
    began = time.perf_counter()
    trainer = SFTTrainer(
        model=model,
        args=config,
        train_dataset=train.dataset,
        eval_dataset=validation.dataset,
        processing_class=tokenizer,
        peft_config=lora,
        callbacks=[guards.Finite(), *([EarlyStoppingCallback(patience)] if patience else [])],
    )
    order.by_length(trainer, seed=config.seed)
    adapted = isinstance(trainer.model, PeftModel)
    base_before = guards.fingerprint(trainer.model, adapter=False)
    adapter_before = guards.fingerprint(trainer.model, adapter=True)
    checkpoint = get_last_checkpoint(config.output_dir) if Path(config.output_dir).is_dir() else None
    with ExitStack() as ways:
        ways.enter_context(guards.memory(config, needs_gib=needs_gib))
        ways.enter_context(_labelled_positions(labelled_positions_only and config.use_cpu))
        ways.enter_context(products.by_onednn(fast_products and config.use_cpu))
        ways.enter_context(folded.products(fast_products and config.use_cpu))
        is_remembered = False
        if remember_lower and config.use_cpu and adapted:
            memory = remembered.lower_layers(
                trainer.model.get_base_model(),
                trainer.data_collator(_shortest_and_longest(trainer.train_dataset)),
                pad_id=tokenizer.pad_token_id,
                tokens=train.tokens + validation.tokens,
                max_gib=remember_max_gib,
            )
            is_remembered = ways.enter_context(memory)
        trainer.train(resume_from_checkpoint=checkpoint)
    log = pd.DataFrame(trainer.state.log_history)
    base_moved = guards.fingerprint(trainer.model, adapter=False) != base_before
    if not (base_moved or (adapted and guards.fingerprint(trainer.model, adapter=True) != adapter_before)):
        what = "adapter" if adapted else "model"
        raise StageError(f"Training left the {what} as it was", remedy="raise train.learning_rate or train.epochs")
    if adapted and base_moved:
        raise StageError("Training changed a weight of the base model", expected="adapter weights only")
    _save(trainer, tokenizer, out, whole=not adapted)
    columns = ["step", "epoch", "loss", "eval_loss", "learning_rate", "grad_norm"]
    return Fit(
        folder=out,
        log=log.reindex(columns=columns).dropna(subset=["loss", "eval_loss"], how="all"),
        steps=trainer.state.global_step,
        tokens=int(trainer.state.num_input_tokens_seen),
        best_validation_loss=float(trainer.state.best_metric),
        train_wall_s=time.perf_counter() - began,
        resumed_at_step=int(checkpoint.rsplit("-", 1)[-1]) if checkpoint else 0,
        facts={"lower_layers_remembered": is_remembered},
    )


def _shortest_and_longest(dataset: Dataset) -> list[dict]:
    lengths = list(map(len, dataset["input_ids"]))
    by_length = sorted(range(len(lengths)), key=lengths.__getitem__)
    return [dataset[by_length[0]], dataset[by_length[-1]]]


def _save(trainer: SFTTrainer, tokenizer: PreTrainedTokenizerBase, out: Path, *, whole: bool) -> None:
    """Write safetensors, from the first process only; weights that are shared out over devices are gathered by all."""
    state = trainer.accelerator.get_state_dict(trainer.model) if trainer.is_fsdp_enabled else None
    if trainer.is_world_process_zero():
        trainer.model.save_pretrained(out, state_dict=state, safe_serialization=True)
        if whole:
            tokenizer.save_pretrained(out)
    trainer.accelerator.wait_for_everyone()


@contextmanager
def _labelled_positions(active: bool) -> Iterator[None]:
    """Have TRL's fused head score only the positions where the loss is counted, as it does on Triton devices.

    TRL scores every position elsewhere to keep tile shapes constant, which a plain CPU does not need; with short
    completions that is half of each step. The losses are the same (tests/train/test_sft.py compares them).
    """
    if active:
        with mock.patch.object(trl.trainer.utils, "_use_triton", lambda device: True):
            yield
    else:
        yield
