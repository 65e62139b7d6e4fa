"""What 04 has in hand between preparing and training, whatever the route."""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from helpers.core.tasks import Task
from helpers.core.train_settings import Train
from helpers.train import examples, pretrain


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A model and its examples, ready to train."""

    settings: Train
    task: Task
    device: str
    model: Any  # a language model, an encoder with its head and tokenizer, or leave to send records to a provider
    tokenizer: Any
    rows: examples.Rows
    held_out: examples.Rows
    steps: int
    table: pd.DataFrame  # what training is about to see
    devices: int = 1
    text: pretrain.Corpus = pretrain.NOTHING  # read before the task
    loading: dict[str, Any] = field(default_factory=dict)  # arguments by which other processes load a language model
    facts: dict[str, Any] = field(default_factory=dict)  # for the metrics
