"""Frozen lower layers, computed once for each record and remembered while only the layers above them learn.

What the frozen layers make of a record never changes, so from its second epoch on a record costs the upper layers only.
`SFTTrainer` notices nothing: the token embedding is replaced by a module that gives a row's remembered hidden states,
and the lower layers by modules that hand their input on, so that every adapter weight keeps its name in checkpoints.
Losses are those of the same adapter without the memory (tests/train/test_remembered.py).
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from transformers import PreTrainedModel

from helpers.core.machine import GIB

_TOLERANCE = 1e-3  # largest relative difference between hidden states with and without the memory


@contextmanager
def lower_layers(
    model: PreTrainedModel, batch: dict[str, torch.Tensor], *, pad_id: int, tokens: int, max_gib: float
) -> Iterator[bool]:
    """Remember what the frozen layers below the first learning one compute; all is put back at the end.

    A memory over `max_gib`, a model without frozen lower layers, or one whose hidden states come out differently on
    `batch`, trains as it would without, and a warning says why.

    Args:
        model: Causal language model (without PEFT's wrapper), its adapters in place.
        batch: A padded batch as the trainer collates it: input_ids, attention_mask; both routes are compared on it.
        pad_id: Token that pads rows, on the right.
        tokens: Of all records that will be seen, without padding.
        max_gib: Most the memory may take.

    Yields:
        Whether lower layers are remembered.
    """
    reason = _obstacle(model, batch, tokens=tokens, max_gib=max_gib)
    if not reason:
        wanted = _hidden(model, batch)
        memory = _Memory(model, _frozen_layers(model), pad_id)
        memory.place()
        try:
            difference = float((_hidden(model, batch) - wanted).abs().max() / wanted.abs().max())
            if difference <= _TOLERANCE:
                yield True
                return
        finally:
            memory.restore()
        reason = f"the hidden states would differ by {difference:.1e}"
    warnings.warn(f"The frozen lower layers are not remembered, training is slower: {reason}", stacklevel=2)
    yield False


def memory_gib(model: PreTrainedModel, tokens: int) -> float:
    """Memory of one hidden state for each token, in GiB."""
    width = model.config.get_text_config().hidden_size
    return tokens * width * torch.finfo(model.dtype).bits / 8 / GIB


def _obstacle(model: PreTrainedModel, batch: dict[str, torch.Tensor], *, tokens: int, max_gib: float) -> str:
    if "attention_mask" not in batch:
        return "records are packed, so that a row holds several"
    if not _frozen_layers(model):
        return "every layer learns; set train.adapter_layers to adapt the top layers only"
    config = model.config.get_text_config()
    if any(getattr(config, name, 0) for name in ("attention_dropout", "hidden_dropout", "resid_pdrop", "embd_pdrop")):
        return "the model drops values at random"
    need = memory_gib(model, tokens)
    return f"they need {need:.2f} GiB and may take {max_gib:.2f} GiB" if need > max_gib else ""


def _frozen_layers(model: PreTrainedModel) -> int:
    """Layers below the first one with a parameter that learns; 0 if the embedding learns."""
    if any(value.requires_grad for value in model.get_input_embeddings().parameters()):
        return 0
    layers = getattr(model.get_decoder(), "layers", [])
    learns = [any(value.requires_grad for value in layer.parameters()) for layer in layers]
    return learns.index(True) if True in learns else 0


@torch.no_grad()
def _hidden(model: PreTrainedModel, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Last hidden states at the real tokens but each row's last, shape (n, width)."""
    mask = batch["attention_mask"].bool()
    states = model.get_decoder()(input_ids=batch["input_ids"], attention_mask=mask.long(), use_cache=False)
    return states.last_hidden_state[:, :-1][mask[:, 1:]]


class _Passed(torch.nn.Module):
    """Stands where a decoder layer was and hands its input on."""

    def __init__(self, layer: torch.nn.Module) -> None:
        super().__init__()
        self.attention_type = getattr(layer, "attention_type", None)  # some decoders ask their layers for it

    def forward(self, hidden: torch.Tensor, *args: Any, **kwargs: Any) -> torch.Tensor:
        self.seen = hidden
        return hidden


class _Recall(torch.nn.Module):
    """Stands where the token embedding was."""

    def __init__(self, memory: "_Memory") -> None:
        super().__init__()
        self.states = memory.states

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        return self.states(input_ids)


class _Memory:
    """The lower layers of one model, and what they made of the rows seen so far."""

    def __init__(self, model: PreTrainedModel, count: int, pad_id: int) -> None:
        self.decoder, self.count, self.pad_id = model.get_decoder(), count, pad_id
        self.embedding, self.layers = model.get_input_embeddings(), list(self.decoder.layers)
        self.passed = [_Passed(layer) for layer in self.layers]
        self.known: dict[bytes, torch.Tensor] = {}

    def place(self) -> None:
        """Remembered states for the embedding, nothing for the lower layers."""
        self._set(_Recall(self), [*self.passed[: self.count], *self.layers[self.count :]])

    def restore(self) -> None:
        """The model as it was."""
        self._set(self.embedding, self.layers)

    def states(self, input_ids: torch.Tensor) -> torch.Tensor:
        """Hidden states below the learning layers, shape (rows, tokens, width); zeros where a row is padded.

        Rows are padded on the right, where under causal attention no real token sees what stands there.
        """
        rows = [row[: self._length(row)] for row in input_ids.cpu()]
        keys = [row.numpy().tobytes() for row in rows]
        for key, row in zip(keys, rows, strict=True):
            if key not in self.known:
                self.known[key] = self._compute(row)
        width = self.known[keys[0]].shape[-1]
        states = self.known[keys[0]].new_zeros((*input_ids.shape, width))
        for row, key in enumerate(keys):
            states[row, : len(self.known[key])] = self.known[key]
        return states

    def _length(self, row: torch.Tensor) -> int:
        """Tokens before the padding. Where the end of a turn is the padding token it goes too: nothing follows it."""
        real = (row != self.pad_id).nonzero()
        return int(real[-1]) + 1 if len(real) else len(row)

    @torch.no_grad()
    def _compute(self, row: torch.Tensor) -> torch.Tensor:
        """States of one row by itself, so that they do not hang on its neighbours: a resumed training has others."""
        self._set(self.embedding, [*self.layers[: self.count], *self.passed[self.count :]])
        try:
            self.decoder(input_ids=row[None].to(self.embedding.weight.device), use_cache=False)
        finally:
            self.place()
        states = self.passed[self.count].seen[0]
        del self.passed[self.count].seen
        return states

    def _set(self, embedding: torch.nn.Module, layers: Sequence[torch.nn.Module]) -> None:
        self.decoder.set_input_embeddings(embedding)
        for index, layer in enumerate(layers):
            self.decoder.layers[index] = layer
