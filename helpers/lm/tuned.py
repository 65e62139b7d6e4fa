"""What 04 leaves in `tuned/`, opened by its route: an adapter on a language model, a whole encoder, a model elsewhere.

Evaluation, serving and learning curves come through here, so that only this module and `train.routes` know what each
route's folder holds: `causal` a PEFT adapter; `encoder` the fine-tuned encoder with its head and tokenizer; `hosted` a
file `hosted.json` with provider, model id and hash of the prompt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.core.errors import StageError
from helpers.core.profiles import Route
from helpers.core.tasks import Kind, Prompt
from helpers.lm import encoders, frozen, models, predictors, prompts

FOLDER = "tuned"  # among the artefacts of 04
CONTEXT_TOKENS = 2048  # of a served language model, prompt and answer together


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
    raise _not_yet(route)


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
) -> dict[str, pd.DataFrame]:
    """Answer records with the model before and after tuning: first the base under its own name, then the tuned model.

    The base of an adapter is the language model itself, asked with the prompt that suited it best in 03; that of an
    encoder is the encoder frozen, with logistic regression fitted on the training records.

    Args:
        route: By which it was tuned.
        folder: `tuned/` of 04.
        records: Record frame.
        name: Of the tuned model in the answers.
        kind: Of the task.
        prompt: The task's.
        train: Records that the base of an encoder is fitted on.
        validation: Records that choose its regularisation.
        llm: Base of an adapter.
        encoder: Base of an encoder.
        base_prompt: `zero-shot` or `few-shot`.
        examples: For the few-shot prompt.
        revision: Of the base.
        precision: Of the base.
        device: cpu or cuda.
        labels: Closed label set; empty for written answers.
        batch_size: Records answered at once.
        max_new_tokens: Of a written answer.

    Returns:
        Two prediction frames in the order of `records`.

    Raises:
        StageError: If the folder holds no model of this route.
    """
    asked = {"prompt": prompt, "labels": labels, "batch_size": batch_size, "max_new_tokens": max_new_tokens}
    if route == "causal":
        base, shown = f"base {base_prompt}", examples if base_prompt == "few-shot" else ()
        model, tokenizer = models.load_causal(llm, precision=precision, device=device, revision=revision)
        untuned = predictors.predict(model, tokenizer, records, name=base, examples=shown, **asked)
        adapted = models.load_adapter(model, folder)
        return {base: untuned, name: predictors.predict(adapted, tokenizer, records, name=name, **asked)}
    if route == "encoder":
        options = {"kind": kind, "labels": labels, "device": device, "batch_size": batch_size}
        untuned = frozen.predict(train, validation, records, encoder=encoder, **options)
        reader = encoders.load(folder, device=device)
        return {frozen.NAME: untuned, name: encoders.predict(reader, records, name=name, batch_size=batch_size)}
    raise _not_yet(route)


def to_serve(route: Route, folder: Path, scratch: Path, *, llm: str, revision: str | None, prompt: Prompt) -> Servable:
    """Make the tuned model one whole that can be exported; an adapter is folded into its base in `scratch`."""
    if route == "causal":
        merged = models.merge(llm, folder, scratch, revision=revision)
        tokenizer = models.load_tokenizer(str(merged))
        before, after = prompts.frame(tokenizer, prompt)
        return Servable(
            folder=merged,
            base_gguf=models.base_gguf(llm),
            before=before,
            after=after,
            end_of_turn=tokenizer.eos_token,
            context_tokens=CONTEXT_TOKENS,
        )
    if route == "encoder":
        most = encoders.load(folder).head.max_tokens
        return Servable(folder=folder, base_gguf=None, before="", after="", end_of_turn="", context_tokens=most)
    raise _not_yet(route)


def describe(route: Route, *, llm: str, encoder: str) -> dict[str, str]:
    """Title, licence, size of the weights and place of the model that was tuned, as `models.describe`."""
    if route in ("causal", "encoder"):
        return models.describe(encoder if route == "encoder" else llm)
    raise _not_yet(route)


def _not_yet(route: Route) -> StageError:
    # hosted: loading, asking and serving a provider's model belong in the branches above
    return StageError(f"Route `{route}` cannot be taken yet", expected="causal or encoder", remedy="change train.route")
