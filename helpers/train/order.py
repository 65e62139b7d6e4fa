"""Order of training records: those of like length together, drawn anew in each epoch, and the same again after a resume."""

from collections.abc import Iterator, Sequence

import torch
from torch.utils.data import Sampler
from transformers import Trainer
from transformers.trainer_pt_utils import get_length_grouped_indices


class ByLength(Sampler[int]):
    """What transformers' `group_by_length` does, with a draw that hangs on seed and epoch alone.

    Its own sampler draws from the process's generator, so that a training resumed after its first epoch saw the rest of the
    epoch in another order, some records twice and others never.
    """

    def __init__(self, lengths: Sequence[int], *, together: int, seed: int) -> None:
        """Take the tokens of each record, and how many records make an optimizer step."""
        self.lengths, self.together, self.seed, self.epoch = list(lengths), together, seed, 0

    def set_epoch(self, epoch: int) -> None:
        """Called by the trainer before each epoch, a resumed one too."""
        self.epoch = epoch

    def __len__(self) -> int:
        """Records."""
        return len(self.lengths)

    def __iter__(self) -> Iterator[int]:
        """Rows of the data set."""
        draw = torch.Generator().manual_seed(self.seed * 1000 + self.epoch)
        return iter(get_length_grouped_indices(self.lengths, self.together, generator=draw))


def by_length(trainer: Trainer, *, seed: int) -> None:
    """Have a trainer take its records in this order, where its settings say `group_by_length`."""
    args = trainer.args
    if args.train_sampling_strategy != "group_by_length":
        return
    lengths = list(map(len, trainer.train_dataset["input_ids"]))
    together = args.train_batch_size * args.gradient_accumulation_steps
    sampler = ByLength(lengths, together=together, seed=seed)
    trainer._get_train_sampler = lambda dataset=None: sampler
