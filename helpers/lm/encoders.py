"""Encoders of the BERT class with a head: one label for a text, or a tag for each of its words."""

import json
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from tqdm.auto import tqdm
from transformers import AutoConfig, AutoModel, AutoModelForTokenClassification, BatchEncoding, PreTrainedTokenizerBase

from helpers.clinical import mentions
from helpers.core import files
from helpers.core import records as frames
from helpers.core.errors import ProfileError, StageError
from helpers.core.tasks import Kind
from helpers.lm import models, products, tagging

HEAD, WEIGHTS = "head.json", "model.safetensors"

_MOST = 4096  # tokens; where neither tokenizer nor configuration names a limit


class MeanPooled(nn.Module):
    """An encoder whose vectors are averaged over a text's tokens, with dropout and a linear layer on top.

    The mean instead of the first token's vector: sentence encoders such as MiniLM were trained with it.
    """

    def __init__(self, encoder: nn.Module, labels: int) -> None:
        """Take an encoder and put a fresh layer of `labels` outputs on it."""
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(encoder.config.hidden_size, labels)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor | None = None
    ) -> dict[str, torch.Tensor]:
        """Logits of shape (texts, labels)."""
        kinds = {} if token_type_ids is None else {"token_type_ids": token_type_ids}
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask, **kinds).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        return {"logits": self.head(self.dropout((hidden * mask).sum(1) / mask.sum(1)))}


@dataclass(frozen=True)
class Head:
    """What the outputs of a head mean."""

    kind: Kind
    labels: tuple[str, ...]  # of classification; tagging.TAGS for extraction
    max_tokens: int  # longer texts are cut


@dataclass(frozen=True)
class Encoder:
    """An encoder with its head and tokenizer."""

    model: nn.Module
    tokenizer: PreTrainedTokenizerBase
    head: Head


@dataclass(frozen=True)
class Found:
    """One answer."""

    text: str  # the label, or the mentions as `mentions.write` writes them
    label: str  # "" for mentions
    probabilities: dict[str, float]  # of labels; empty for mentions
    confidence: float  # probability of the label, or geometric mean probability of the words' tags
    margin: float  # to the second label; 0 for mentions
    tokens: int  # read of the text
    latency_s: float  # the batch's time shared by its texts


def fresh(name: str, *, kind: Kind, labels: Sequence[str] = (), device: str = "cpu", seed: int = 0) -> Encoder:
    """A pre-trained encoder with an untrained head.

    Args:
        name: Embedded name, local folder or hub id.
        kind: classification or extraction.
        labels: Of a classification.
        device: cpu or cuda.
        seed: Of the head's first weights.

    Raises:
        ProfileError: If there is no such encoder, it is not in safetensors, its tokenizer has no offsets, or the kind is
            none that an encoder can answer.
    """
    if kind not in ("classification", "extraction"):
        raise ProfileError("An encoder writes no text", found=kind, expected="classification or extraction")
    torch.manual_seed(seed)
    if kind == "classification":
        tokenizer, base = models.load_encoder(name)
        model, known = MeanPooled(base, len(labels)), tuple(labels)
    else:
        named = {"id2label": dict(enumerate(tagging.TAGS)), "label2id": {tag: i for i, tag in enumerate(tagging.TAGS)}}
        tokenizer, model = models.load_encoder(
            name, AutoModelForTokenClassification, num_labels=len(tagging.TAGS), **named
        )
        known = tagging.TAGS
    if not tokenizer.is_fast:
        raise ProfileError(
            f"The encoder `{name}` has no fast tokenizer",
            expected="a tokenizer that says where each token stands in the text",
            remedy="save it with tokenizer.json, or choose another in select.encoder",
        )
    config = model.encoder.config if kind == "classification" else model.config
    return Encoder(model.to(device).eval(), tokenizer, Head(kind, known, limit(tokenizer, config)))


def limit(tokenizer: PreTrainedTokenizerBase, config: AutoConfig) -> int:
    """Most tokens of a text that an encoder reads at once, special ones included."""
    positions = getattr(config, "max_position_embeddings", None) or _MOST
    if "roberta" in config.model_type:  # its positions begin after the one of padding
        positions -= config.pad_token_id + 1
    return min(tokenizer.model_max_length, positions)


def save(encoder: Encoder, folder: Path) -> Path:
    """Write weights (safetensors), configuration, tokenizer and, last, what the head's outputs mean."""
    folder.mkdir(parents=True, exist_ok=True)
    model = encoder.model
    if isinstance(model, MeanPooled):
        model.encoder.config.save_pretrained(folder)
        save_file({name: value.contiguous() for name, value in model.state_dict().items()}, folder / WEIGHTS)
    else:
        model.save_pretrained(folder, safe_serialization=True)
    encoder.tokenizer.save_pretrained(folder)
    files.write_json(folder / HEAD, asdict(encoder.head))
    return folder


def load(folder: Path, *, device: str = "cpu", threads: int | None = None) -> Encoder:
    """Read what `save` wrote, in evaluation mode.

    Args:
        folder: Of the encoder.
        device: cpu or cuda.
        threads: Of this process's matrix products; None leaves them as they are.

    Raises:
        StageError: If the folder holds no such encoder.
    """
    path = folder / HEAD
    if not path.is_file() or not (folder / WEIGHTS).is_file():
        raise StageError(
            "There is no tuned encoder in this folder",
            found=folder.name,
            expected=f"{WEIGHTS} and {HEAD}",
            remedy="run 04_train with train.route=encoder",
        )
    if threads is not None:
        torch.set_num_threads(threads)
    told = json.loads(path.read_text(encoding="utf-8"))
    head = Head(told["kind"], tuple(told["labels"]), told["max_tokens"])
    if head.kind == "classification":
        config = AutoConfig.from_pretrained(folder, trust_remote_code=False)
        model = MeanPooled(AutoModel.from_config(config, trust_remote_code=False), len(head.labels))
        model.load_state_dict(load_file(folder / WEIGHTS))
        tokenizer = models.load_plain_tokenizer(str(folder))
    else:
        tokenizer, model = models.load_encoder(str(folder), AutoModelForTokenClassification)
    return Encoder(model.to(device).eval(), tokenizer, head)


def encode(encoder: Encoder, texts: Sequence[str]) -> BatchEncoding:
    """Token ids and offsets of texts, cut at the head's limit, not padded."""
    return encoder.tokenizer(
        list(texts), truncation=True, max_length=encoder.head.max_tokens, return_offsets_mapping=True
    )


def cut(batch: BatchEncoding) -> list[bool]:
    """Which of the texts that `encode` took were longer than the head's limit, shape (n,)."""
    return [bool(text.overflowing) for text in batch.encodings]


def predict(encoder: Encoder, records: pd.DataFrame, *, name: str, batch_size: int = 16) -> pd.DataFrame:
    """Answer every record; the text alone is read, no prompt.

    Returns:
        A prediction frame in the order of `records`.
    """
    found = ask(encoder, records["text"].tolist(), batch_size=batch_size, desc=name)
    return frames.predictions(
        records,
        model=name,
        text=[answer.text for answer in found],
        label=[answer.label for answer in found],
        probabilities=[answer.probabilities for answer in found],
        latency_s=[answer.latency_s for answer in found],
    )


@products.by_onednn()
@torch.inference_mode()
def ask(encoder: Encoder, texts: Sequence[str], *, batch_size: int = 16, desc: str = "") -> list[Found]:
    """Answer texts, those of like length together."""
    device = next(encoder.model.parameters()).device
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    found: dict[int, Found] = {}
    for start in tqdm(range(0, len(order), batch_size), desc=desc, unit="batch", leave=False):
        began, rows = time.perf_counter(), order[start : start + batch_size]
        batch = encode(encoder, [texts[row] for row in rows])
        inputs = {name: value for name, value in batch.items() if name != "offset_mapping"}
        padded = encoder.tokenizer.pad(inputs, return_tensors="pt").to(device)
        scores = encoder.model(**padded)["logits"].float().softmax(-1).cpu().numpy()
        answers = [
            _labelled(encoder.head.labels, scores[i])
            if encoder.head.kind == "classification"
            else _tagged(texts[row], batch.word_ids(i), batch["offset_mapping"][i], scores[i])
            for i, row in enumerate(rows)
        ]
        latency_s = (time.perf_counter() - began) / len(rows)
        for i, row in enumerate(rows):
            found[row] = Found(**answers[i], tokens=len(batch["input_ids"][i]), latency_s=latency_s)
    return [found[row] for row in range(len(texts))]


def _labelled(labels: Sequence[str], scores: np.ndarray) -> dict:
    ranked = np.sort(scores)[::-1]
    label = labels[int(scores.argmax())]
    return {
        "text": label,
        "label": label,
        "probabilities": dict(zip(labels, map(float, scores), strict=True)),
        "confidence": float(ranked[0]),
        "margin": float(ranked[0] - ranked[1]),
    }


def _tagged(text: str, word_ids: Sequence[int | None], offsets: Sequence[tuple[int, int]], scores: np.ndarray) -> dict:
    heads = tagging.first_of_words(word_ids)
    last = {word: at for at, word in enumerate(word_ids) if word is not None}
    places = [(offsets[at][0], offsets[last[word_ids[at]]][1]) for at in heads]
    chosen = scores[heads].argmax(-1) if heads else np.zeros(0, dtype=int)
    sure = scores[heads].max(-1) if heads else np.ones(1)
    named = [text[start:end] for start, end in tagging.spans(chosen.tolist(), places)]
    return {
        "text": mentions.write(named),
        "label": "",
        "probabilities": {},
        "confidence": math.exp(float(np.log(sure).mean())),
        "margin": 0.0,
    }
