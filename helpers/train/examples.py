"""Examples of prompt and completion, as a language model is trained on them, and how many steps they make."""

from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd
from datasets import Dataset
from transformers import PreTrainedTokenizerBase

from helpers.core.errors import RecordError
from helpers.core.tasks import Prompt
from helpers.lm import prompts


@dataclass(frozen=True)
class Rows:
    """Tokenised examples, and what was left out."""

    dataset: Dataset  # input_ids, completion_mask (1 where the loss counts)
    tokens: int
    labelled_tokens: int
    dropped_too_long: int
    truncated: int = 0  # examples whose text lost its end
    skipped_longest: int = 0  # see `skip_longest`
    repeated: int = 0  # examples that are there again, see `methods.balance`


def tokenise(
    records: pd.DataFrame,
    tokenizer: PreTrainedTokenizerBase,
    *,
    prompt: Prompt,
    max_length: int,
    too_long: Literal["drop", "truncate"] = "drop",
) -> Rows:
    """Build one example for each answer of each record, by the prompt builder that evaluation and serving use.

    A record's answers are its labels, or its references for generation. Examples over `max_length` tokens are counted and
    dropped, or lose the end of the record's text; prompt and answer stay whole.

    Raises:
        RecordError: If nothing is left to train on.
    """
    rows, dropped, truncated = [], 0, 0
    for text, labels, references in zip(records["text"], records["labels"], records["references"], strict=True):
        question = prompts.encode(tokenizer, prompts.render(tokenizer, prompt, text))
        for answer in labels or references:
            completion = prompts.encode_answer(tokenizer, answer)
            asked = question
            if len(question) + len(completion) > max_length:
                short = too_long == "truncate" and prompts.shortened(
                    tokenizer, prompt, text, most=max_length - len(completion)
                )
                if not short:
                    dropped += 1
                    continue
                truncated += 1
                asked = prompts.encode(tokenizer, prompts.render(tokenizer, prompt, short))
            rows.append(
                {
                    "input_ids": asked + completion,
                    "completion_mask": [0] * len(asked) + [1] * len(completion),
                }
            )
    if not rows:
        raise RecordError(
            "There is nothing to train on",
            found=f"{len(records)} records, {dropped} examples over {max_length} tokens",
            remedy="raise train.max_length or set train.too_long=truncate, or check the labels in 02_preprocess",
        )
    return Rows(
        Dataset.from_list(rows),
        sum(len(row["input_ids"]) for row in rows),
        sum(sum(row["completion_mask"]) for row in rows),
        dropped,
        truncated,
    )


def skip_longest(rows: Rows, frac: float) -> Rows:
    """Leave out the longest examples, so that few tokens to spend teach more answers; of equal length the later ones.

    Args:
        rows: From `tokenise`.
        frac: Share of the examples left out, rounded down.
    """
    lengths = [len(ids) for ids in rows.dataset["input_ids"]]
    count = int(frac * len(lengths))
    if not count:
        return rows
    kept = sorted(sorted(range(len(lengths)), key=lengths.__getitem__)[:-count])
    dataset = rows.dataset.select(kept)
    return replace(
        rows,
        dataset=dataset,
        tokens=sum(lengths[row] for row in kept),
        labelled_tokens=sum(map(sum, dataset["completion_mask"])),
        skipped_longest=count,
    )


def steps_within(
    rows: Rows, *, epochs: float, batch_size: int, token_budget: int, pack_length: int | None = None
) -> int:
    """Optimizer steps for `epochs`, or fewer where they would see more than `token_budget` tokens; at least one.

    With packing, a step takes `batch_size` sequences of about `pack_length` tokens and not as many records.
    """
    length = pack_length or rows.tokens / len(rows.dataset)
    by_epochs = epochs * rows.tokens / length / batch_size
    by_budget = token_budget / (length * batch_size)
    return max(1, int(min(by_epochs, by_budget) + 1e-9))  # so that no whole step is lost in rounding


def describe(rows: Rows, *, steps: int, batch_size: int) -> pd.DataFrame:
    """What training is about to see, as a table."""
    facts = {
        "examples": len(rows.dataset),
        "tokens in one epoch": rows.tokens,
        "answer tokens (counted by the loss)": rows.labelled_tokens,
        "dropped as too long": rows.dropped_too_long,
        "cut as too long": rows.truncated,
        "left out, the longest": rows.skipped_longest,
        "there again, for balance": rows.repeated,
        "optimizer steps": steps,
        "epochs within the token budget": round(steps * batch_size / len(rows.dataset), 2),
    }
    return pd.Series(facts, dtype=object).rename("value").to_frame()
