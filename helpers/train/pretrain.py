"""Go on with the base model's own training on journal text before the task is learnt.

The text comes through the gates of 01 and 02 and through no other way: it is a source of the task itself, of which only
training records are read, or the records of another run. What learns is what will learn the task: the adapter, which then
goes on from there, or the whole model.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
from datasets import Dataset
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from helpers.core import manifests, plans, records
from helpers.core.errors import ProfileError, RecordError
from helpers.train import examples, sft
from helpers.train.outcome import Fit

WATCHED_EVERY = 20  # one text in so many is not read but watched
SAME_WORDS = 13  # so many words in a row that stand in a held-out record too: the text is left out (Brown et al. 2020)


@dataclass(frozen=True)
class Corpus:
    """Texts to read before the task, and what is known of them; no text where there is no such step."""

    texts: tuple[str, ...]
    watched: tuple[str, ...]  # not read; their loss chooses the checkpoint
    facts: Mapping[str, Any]


NOTHING = Corpus((), (), {})


@dataclass(frozen=True)
class Grown:
    """What reading before the task has led to."""

    model: PreTrainedModel | PeftModel
    lora: LoraConfig | None  # still to be put on the model; None where it has what learns
    metrics: dict[str, float | int | str]


def corpus(name: str, *, train: pd.DataFrame, find: Callable[[str, str], Path], gate: Callable[..., Any]) -> Corpus:
    """Gather the text of a source of the task, or of another run.

    Args:
        name: Card of one of the task's sources, whose training records are read; or id of a run whose 02 is finished, of
            which training and validation records are read. Empty for no text.
        train: Training records of this run.
        find: Gives the path of a file of an earlier stage of this run after checking it, such as `run.input`.
        gate: Refuses records without a passing de-identification report, such as `preprocess.gate.require`.

    Raises:
        ProfileError: If there is no such source and no such run.
        PhiError, StageError: If the other run did not pass its gate, or its files have changed since.
        RecordError: If nothing is left to read.
    """
    if not name:
        return NOTHING
    own = train[train["source"] == name]
    if len(own):
        texts, facts = _whole(own), {"kind": "training records of this run", "left_out": 0}
    else:
        texts, facts = _of_run(name, train, find, gate)
    texts = list(dict.fromkeys(texts))
    order = sorted(texts, key=lambda text: sha256(text.encode()).hexdigest())
    watched = order[::WATCHED_EVERY]
    read = [text for text in texts if text not in set(watched)]
    if not read:
        raise RecordError(f"There is nothing to read in `{name}`", found=f"{len(texts)} texts", expected="two at least")
    digest = sha256("\0".join(sorted(texts)).encode()).hexdigest()
    facts |= {"from": name, "texts": len(read), "texts_watched": len(watched), "texts_sha256": digest}
    return Corpus(tuple(read), tuple(watched), facts)


def rows(texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, *, max_length: int) -> examples.Rows:
    """Plain text as examples: each text ends with the end of the turn and is cut into pieces; every token counts."""
    pieces = []
    for text in texts:
        tokens = [*tokenizer(text, add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]
        pieces += [tokens[start : start + max_length] for start in range(0, len(tokens), max_length)]
    pieces = [piece for piece in pieces if len(piece) > 1]  # of a single token nothing is foretold
    dataset = Dataset.from_list([{"input_ids": piece, "completion_mask": [1] * len(piece)} for piece in pieces])
    count = sum(map(len, pieces))
    return examples.Rows(dataset, count, count, 0)


def fit(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    text: Corpus,
    *,
    lora: LoraConfig | None,
    trainer: Callable[..., Fit],
    checkpoints: Path,
    out: Path,
    token_budget: int,
    max_length: int,
    batch_size: int,
    **settings: Any,
) -> Grown:
    """Read the corpus once, or as much of it as the budget allows, and hand on what goes on to learn the task.

    A killed reading goes on from its last checkpoint; a finished one is not begun again.

    Args:
        model: Base model.
        tokenizer: Its tokenizer.
        text: From `corpus`; without text, model and adapter come back as they are.
        lora: Adapter that will learn the task; None for full training.
        trainer: `sft.fit`, or one with the same arguments.
        checkpoints: Folder.
        out: Folder for adapter or model as it is after reading.
        token_budget: Tokens read at most.
        max_length: Tokens of a piece.
        batch_size: Pieces in a step.
        settings: Further arguments of `sft.sft_config`.

    Raises:
        StageError: As `sft.fit`.
    """
    if not text.texts:
        return Grown(model, lora, {})
    read = rows(text.texts, tokenizer, max_length=max_length)
    watched = rows(text.watched, tokenizer, max_length=max_length)
    steps = examples.steps_within(read, epochs=1, batch_size=batch_size, token_budget=token_budget)
    config = sft.sft_config(checkpoints, steps=steps, batch_size=batch_size, max_length=max_length, **settings)
    learner = get_peft_model(model, lora) if lora is not None else model
    fitted = trainer(learner, tokenizer, read, watched, config=config, lora=None, out=out)
    told = {
        "pretrain_tokens": fitted.tokens,
        "pretrain_steps": fitted.steps,
        "pretrain_wall_s": round(fitted.train_wall_s, 1),
        "pretrain_validation_loss": fitted.best_validation_loss,
    }
    return Grown(learner, None, told | {f"pretrain_{key}": value for key, value in text.facts.items()})


def _whole(frame: pd.DataFrame) -> list[str]:
    """The text of each record; of journals with what was taken out of it as its answer, for it is part of the article."""
    return [
        "\n\n".join([text, *(references if kind == "journal" else [])])
        for text, references, kind in zip(frame["text"], frame["references"], frame["kind"], strict=True)
    ]


def _of_run(
    name: str, train: pd.DataFrame, find: Callable[[str, str], Path], gate: Callable[..., Any]
) -> tuple[list[str], dict[str, Any]]:
    """Texts of another run that share nothing with what this run is validated and tested on."""
    stage = plans.folder_of(name) / "02_preprocess"
    if not stage.is_dir():
        raise ProfileError(
            f"There is nothing to read under `{name}`",
            found="neither a source with training records in this run nor a run",
            expected=", ".join(sorted(set(train["source"]))) + ", or the id of a run",
            remedy="mend train.pretrain_on, or first `clintune run 01 02 --task <one with journals>`",
        )
    files = {side: stage / "artifacts" / f"{side}.parquet" for side in ("train", "validation")}
    report = stage / "artifacts" / "deid_report.json"
    for path in (*files.values(), report):
        manifests.check(stage, path)
    gate(report, records_files=files)
    found = pd.concat([records.read(path) for path in files.values()], ignore_index=True)
    held_out = pd.concat([records.read(find("02_preprocess", f"{side}.parquet")) for side in ("validation", "test")])
    ids, runs_of_words = set(held_out["record_id"]), {key for text in _whole(held_out) for key in _words(text)}
    texts = [
        text
        for record_id, text in zip(found["record_id"], _whole(found), strict=True)
        if record_id not in ids and runs_of_words.isdisjoint(_words(text))
    ]
    digests = {side: manifests.sha256(path) for side, path in files.items()}
    return texts, {"kind": "another run", "left_out": len(found) - len(texts), "files": json.dumps(digests)}


def _words(text: str) -> set[int]:
    words = text.lower().split()
    return {hash(tuple(words[at : at + SAME_WORDS])) for at in range(len(words) - SAME_WORDS + 1)}
