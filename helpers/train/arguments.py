"""Settings that every Trainer of 04 has, whatever it trains."""

from pathlib import Path
from typing import Any


def shared(
    folder: Path,
    *,
    steps: int,
    batch_size: int,
    micro_batch_size: int,
    learning_rate: float,
    evaluations: int,
    precision: str,
    device: str,
    seed: int,
    warmup_one_in: int,
    devices: int = 1,
) -> dict[str, Any]:
    """Keyword arguments of `TrainingArguments`, and so of `SFTConfig`; `batch_size` is shared by the devices.

    The learning rate rises over one step in `warmup_one_in` and then falls to 0, both in a straight line.
    """
    every = max(min(2, steps), -(-steps // evaluations))  # the last step is one; the first, of rate 0, is none
    on_gpu = device == "cuda"
    share = batch_size // devices
    return {
        "output_dir": str(folder),
        "max_steps": steps,
        "per_device_train_batch_size": min(micro_batch_size, share),
        "per_device_eval_batch_size": min(micro_batch_size, share),
        "gradient_accumulation_steps": max(1, share // micro_batch_size),
        "learning_rate": learning_rate,
        "lr_scheduler_type": "linear",
        "warmup_steps": min(steps - 1, max(1, steps // warmup_one_in)),  # a single step is not spent on warming up
        "eval_strategy": "steps",
        "eval_steps": every,
        "save_strategy": "steps",
        "save_steps": every,
        "save_total_limit": 2,
        "load_best_model_at_end": True,
        "restore_callback_states_from_checkpoint": True,  # early stopping goes on counting where it was killed
        "logging_steps": max(1, steps // 40),
        "logging_nan_inf_filter": False,  # else a loss that is not finite is logged as the average of the others
        "include_num_input_tokens_seen": "non_padding",  # kept in the checkpoints, so that a resumed run counts all
        "bf16": on_gpu and precision != "fp32",
        "use_cpu": not on_gpu,
        "dataloader_pin_memory": on_gpu,
        "seed": seed,
        "data_seed": seed,
    }
