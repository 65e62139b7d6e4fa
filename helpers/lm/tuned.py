"""What 04 leaves in `tuned/`, opened by its route: an adapter on a language model, a whole encoder, a model elsewhere.

Evaluation, serving and learning curves come through here, so that only this module and `train.routes` know what each
route's folder holds: `causal` a PEFT adapter; `encoder` the fine-tuned encoder with its head and tokenizer; `hosted` a
file `hosted.json` with provider, model id and hash of the prompt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.core import outbound
from helpers.core.outbound import Outbound
from helpers.core.tasks import Kind, Prompt
from helpers.core.train_settings import Route
from helpers.lm import encoders, frozen, hosted_tuned, model_files, models, predictors, prompts

FOLDER = "tuned"  # among the artefacts of 04
CONTEXT_TOKENS = 2048  # of a served language model, prompt and answer together
CONTEXT_TOKENS_HOSTED = 128_000  # of GPT-4 class models; a provider refuses what is longer by itself


@dataclass(frozen=True, kw_only=True)
class Servable:
    """A tuned model as 06 exports it, and what stands around a record's text in its input."""

    folder: Path
    base_gguf: Path | None  # GGUF file of a causal model's base, where there is one
    before: str
    after: str
    end_of_turn: str
    context_tokens: int


def predict(
    route: Route,
    folder: Path,
    records: pd.DataFrame,
    *,
    name: str,
    kind: Kind,
    prompt: Prompt,
    llm: str,
    revision: str | None = None,
    precision: str = "fp32",
    device: str = "cpu",
    labels: Sequence[str] = (),
    batch_size: int = 16,
    max_new_tokens: int = 32,
    leaving: Outbound | None = None,
) -> pd.DataFrame:
    """Answer records with the tuned model.

    Args:
        route: By which it was tuned.
        folder: `tuned/` of 04.
        records: Record frame.
        name: Of the model in the answers.
        kind: Of the task.
        prompt: The task's; an encoder reads the record's text alone.
        llm: Base of an adapter, as of `models.load_causal`.
        revision: Of the base.
        precision: Of the base.
        device: cpu or cuda.
        labels: Closed label set; empty for written answers.
        batch_size: Records answered at once.
        max_new_tokens: Of a written answer.
        leaving: The records as they leave this machine; the hosted route needs it.

    Returns:
        A prediction frame in the order of `records`.

    Raises:
        StageError: If the folder holds no model of this route.
    """
    if route == "causal":
        model, tokenizer = models.load_causal(llm, precision=precision, device=device, revision=revision)
        asked = {"prompt": prompt, "labels": labels, "batch_size": batch_size, "max_new_tokens": max_new_tokens}
        return predictors.predict(models.load_adapter(model, folder), tokenizer, records, name=name, **asked)
    if route == "encoder":
        return encoders.predict(encoders.load(folder, device=device), records, name=name, batch_size=batch_size)
    sent = {"leaving": outbound.needed(leaving), "max_new_tokens": max_new_tokens}
    return hosted_tuned.predict(folder, records, prompt=prompt, name=name, **sent)


def beside_base(
    route: Route,
    folder: Path,
    records: pd.DataFrame,
    *,
    name: str,
    kind: Kind,
    prompt: Prompt,
    train: pd.DataFrame,
    validation: pd.DataFrame,
    llm: str,
    encoder: str,
    base_prompt: str,
    examples: Sequence[prompts.Example],
    revision: str | None = None,
    precision: str = "fp32",
    device: str = "cpu",
    labels: Sequence[str] = (),
    batch_size: int = 16,
    max_new_tokens: int = 32,
    leaving: Outbound | None = None,
    every_prompt: bool = False,
) -> dict[str, pd.DataFrame]:
    """Answer records with the model before and after tuning: first the base under its own name, then the tuned model.

    The base of an adapter or of a hosted model is the model itself, asked with the prompt that suited it best in 03; that
    of an encoder is the encoder frozen, with logistic regression fitted on the training records.

    Args are those of `predict`, and:
        train: Records that the base of an encoder is fitted on.
        validation: Records that choose its regularisation.
        encoder: Base of an encoder.
        base_prompt: `zero-shot` or `few-shot`, for the base of another route.
        examples: For the few-shot prompt.
        every_prompt: Ask a base language model with the other prompt too.

    Returns:
        Prediction frames in the order of `records`: base, tuned, and the base with its other prompt if that was asked.

    Raises:
        StageError: If the folder holds no model of this route.
    """
    shown = {f"base {base_prompt}": examples if base_prompt == "few-shot" else ()}
    if every_prompt and examples:
        shown |= {"base zero-shot": (), "base few-shot": examples}
    asked = {"prompt": prompt, "labels": labels, "batch_size": batch_size, "max_new_tokens": max_new_tokens}
    if route == "causal":  # loaded once for all
        model, tokenizer = models.load_causal(llm, precision=precision, device=device, revision=revision)
        untuned = {
            base: predictors.predict(model, tokenizer, records, name=base, examples=some, **asked)
            for base, some in shown.items()
        }
        found = predictors.predict(models.load_adapter(model, folder), tokenizer, records, name=name, **asked)
    else:
        if route == "encoder":
            options = {"kind": kind, "labels": labels, "device": device, "batch_size": batch_size}
            untuned = {frozen.NAME: frozen.predict(train, validation, records, encoder=encoder, **options)}
        else:
            sent = {"leaving": outbound.needed(leaving), "max_new_tokens": max_new_tokens}
            untuned = {
                base: hosted_tuned.base(folder, records, name=base, examples=some, **sent)
                for base, some in shown.items()
            }
        asked |= {"kind": kind, "llm": llm, "device": device, "leaving": leaving}
        found = predict(route, folder, records, name=name, **asked)
    best, *others = untuned
    return {best: untuned[best], name: found} | {base: untuned[base] for base in others}


def count_cut(route: Route, folder: Path, records: pd.DataFrame) -> int:
    """How many of the records' texts the tuned model does not read to their end: an encoder has a limit."""
    if route != "encoder":
        return 0
    return sum(encoders.cut(encoders.encode(encoders.load(folder), records["text"].tolist())))


def to_serve(route: Route, folder: Path, scratch: Path, *, llm: str, revision: str | None, prompt: Prompt) -> Servable:
    """Make the tuned model one whole that can be exported; an adapter is folded into its base in `scratch`."""
    if route == "causal":
        merged = models.merge(llm, folder, scratch, revision=revision)
        tokenizer = models.load_tokenizer(str(merged))
        before, after = prompts.frame(tokenizer, prompt)
        return Servable(
            folder=merged,
            base_gguf=model_files.base_gguf(llm),
            before=before,
            after=after,
            end_of_turn=tokenizer.eos_token,
            context_tokens=CONTEXT_TOKENS,
        )
    if route == "encoder":
        most = encoders.load(folder).head.max_tokens
        return Servable(folder=folder, base_gguf=None, before="", after="", end_of_turn="", context_tokens=most)
    most = CONTEXT_TOKENS_HOSTED
    return Servable(folder=folder, base_gguf=None, before="", after="", end_of_turn="", context_tokens=most)


def describe(route: Route, folder: Path, *, llm: str, encoder: str) -> dict[str, str]:
    """Title, licence, size of the weights and place of the model that was tuned, as `model_files.describe`."""
    if route == "hosted":
        return hosted_tuned.describe(folder)
    return model_files.describe(encoder if route == "encoder" else llm)
