"""Fine-tune on a part of the training records and answer validation records: one point of a learning curve."""

from pathlib import Path

import pandas as pd

from helpers.core.tasks import Prompt
from helpers.lm import models, predictors
from helpers.train import sft


def answer(
    part: pd.DataFrame,
    watched: pd.DataFrame,
    asked: pd.DataFrame,
    *,
    name: str,
    folder: Path,
    llm: str,
    revision: str | None,
    prompt: Prompt,
    labels: list[str],
    seed: int,
    device: str,
    max_new_tokens: int,
    epochs: float,
    token_budget: int,
    learning_rate: float,
    batch_size: int,
    micro_batch_size: int,
    max_length: int,
    lora_r: int,
    lora_alpha: int,
    lora_dropout: float,
    adapter_layers: int | None,
    evaluations: int,
    precision: str,
    labelled_positions_only: bool,
) -> pd.DataFrame:
    """Fine-tune from the untouched base model, as 04 does, and answer.

    Args:
        part: Records to train on.
        watched: Validation records whose loss chooses the checkpoint.
        asked: Records to answer.
        name: Of the model in the answers.
        folder: For checkpoints and adapter; a killed training goes on from the last checkpoint in it.
        llm: As of `models.load_causal`.
        revision: As of `models.load_causal`.
        prompt: The task's.
        labels: Closed label set; empty for generation.
        seed: Of the training.
        device: cpu or cuda.
        max_new_tokens: Of a written answer.
        epochs: As of 04, and all that follow.
        token_budget: Of this part.
        learning_rate: Peak.
        batch_size: Records in a step.
        micro_batch_size: Records in memory.
        max_length: Tokens of a record.
        lora_r: Rank.
        lora_alpha: Scale.
        lora_dropout: Inside the adapter.
        adapter_layers: Top layers that are adapted; None for all.
        evaluations: Of the watched loss.
        precision: Of the base model.
        labelled_positions_only: As of `sft.fit`.

    Returns:
        A prediction frame in the order of `asked`.

    Raises:
        RecordError: If nothing of the part is short enough.
        StageError: As `sft.fit`.
    """
    model, tokenizer = models.load_causal(llm, precision=precision, device=device, revision=revision)
    rows = sft.tokenise(part, tokenizer, prompt=prompt, max_length=max_length)
    held_out = sft.tokenise(watched, tokenizer, prompt=prompt, max_length=max_length)
    config = sft.sft_config(
        folder / "checkpoints",
        steps=sft.steps_within(rows, epochs=epochs, batch_size=batch_size, token_budget=token_budget),
        batch_size=batch_size,
        micro_batch_size=micro_batch_size,
        learning_rate=learning_rate,
        evaluations=evaluations,
        max_length=max_length,
        precision=precision,
        device=device,
        seed=seed,
    )
    lora = sft.lora_config(model, r=lora_r, alpha=lora_alpha, dropout=lora_dropout, top_layers=adapter_layers)
    fit = sft.fit(
        model,
        tokenizer,
        rows,
        held_out,
        config=config,
        lora=lora,
        out=folder / "adapter",
        labelled_positions_only=labelled_positions_only,
    )
    base = models.load_causal(llm, precision=precision, device=device, revision=revision)[0]
    tuned = models.load_adapter(base, fit.adapter)
    return predictors.predict(
        tuned, tokenizer, asked, name=name, prompt=prompt, labels=labels, max_new_tokens=max_new_tokens
    )
