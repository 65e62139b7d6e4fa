"""What a training leaves behind, whatever the route."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Fit:
    """A training that is over."""

    folder: Path  # an adapter, a whole model, or a note of the model at a provider
    log: (
        pd.DataFrame
    )  # step, epoch, loss, eval_loss, learning_rate, grad_norm, of an encoder eval_score; NaN: not logged
    steps: int
    tokens: int
    best_validation_loss: float  # of the checkpoint that was kept
    train_wall_s: float
    resumed_at_step: int
    facts: dict[str, Any] = field(default_factory=dict)  # further ones for the metrics
