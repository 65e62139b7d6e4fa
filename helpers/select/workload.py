"""What 04 will train and read, by its route, as `resources.estimate` takes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpers.core.settings import Select
from helpers.core.tasks import Prompt
from helpers.core.train_settings import Train
from helpers.lm import encoders, model_files, models, prompts, shapes

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True)
class Workload:
    """Training as it is planned."""

    model: str  # title of what is trained
    plan: dict[str, Any]  # arguments of `resources.estimate`


def of(
    texts: Sequence[str],
    *,
    records: int,
    settings: Train,
    choice: Select,
    prompt: Prompt,
    tokenizer: "PreTrainedTokenizerBase",
) -> Workload:
    """Measure the sequences that the route makes of texts.

    An encoder reads the text alone, cut at its limit, and all its weights move. For the other routes it is the language
    model `select.llm` with its prompt: of a hosted model, which its provider trains, nothing can be reckoned. What 04 will
    leave out of a language model's records, the too long and the longest, is left out here.

    Args:
        texts: A sample of the training records' texts, at least one.
        records: Training records in all.
        settings: Of 04.
        choice: Of 03: the models' names.
        prompt: The task's.
        tokenizer: Of the language model.

    Raises:
        ProfileError: If there is no such model, or its size cannot be told.
    """
    if settings.route == "encoder":
        name, config = choice.encoder, models.load_config(choice.encoder)
        reader = models.load_plain_tokenizer(name)
        most = encoders.limit(reader, config)
        lengths = [len(row) for row in reader(list(texts), truncation=True, max_length=most)["input_ids"]]
        how = {"method": "full", "methods": ("full",)}
    else:
        name, config = choice.llm, models.load_config(choice.llm, revision=choice.revision)
        most = settings.max_length
        lengths = [len(prompts.encode(tokenizer, prompts.render(tokenizer, prompt, text))) for text in texts]
        if settings.too_long == "drop":
            lengths = [length for length in lengths if length <= most] or [most]
        if settings.route == "causal":
            lengths = sorted(lengths)[: len(lengths) - int(settings.skip_longest * len(lengths))]
        how = {"method": settings.method, "lora_r": settings.lora_r, "adapted_layers": settings.adapter_layers}
        how["remembered_epochs"] = settings.epochs if settings.remember_lower else 1
    lengths = sorted(min(length, most) for length in lengths)
    records = round(records * len(lengths) / len(texts))
    length = sum(lengths) / len(lengths)
    plan = {
        "shape": shapes.of(config),
        "tokens": round(min(settings.token_budget, settings.epochs * length * records)),
        "length": length,
        "longest": lengths[-1],
        "precision": settings.precision,
        "micro_batch_size": settings.micro_batch_size,
    }
    return Workload(model_files.describe(name)["title"], plan | how)
