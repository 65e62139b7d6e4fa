"""How verdict, report and model card speak of a tuned model and of its base, by the route it was tuned on."""

from dataclasses import dataclass

from helpers.core.train_settings import Route


@dataclass(frozen=True, kw_only=True)
class Wording:
    """Sentences and parts of sentences."""

    made: str  # after the base model's title
    rival: str  # what the tuned model is held against by the verdict
    beyond: str  # what fine-tuning has to add to
    asked: str  # how both were asked
    training: str
    moved: str  # what was checked of the weights
    tags: tuple[str, ...]
    pipeline_tags: dict[str, str]  # of the kinds of task


_GENERATES = {
    "classification": "text-classification",
    "generation": "text-generation",
    "extraction": "text-generation",
}
_SAME_PROMPT = "Base and tuned were asked with the same prompt builder and decided by the same rule."

OF: dict[Route, Wording] = {
    "causal": Wording(
        made="with a LoRA adapter",
        rival="the same model with its best prompt",
        beyond="the best prompt",
        asked=_SAME_PROMPT,
        training="Supervised fine-tuning of a LoRA adapter with TRL's SFTTrainer; the loss counts the answer only.",
        moved="The adapter's weights moved and no base weight did: checked by hash.",
        tags=("lora",),
        pipeline_tags=_GENERATES,
    ),
    "encoder": Wording(
        made="with a new head, all of it",
        rival="the same encoder frozen, with logistic regression on its vectors,",
        beyond="logistic regression on the frozen encoder's vectors",
        asked="Base and tuned read the same texts, without a prompt; the base is the same encoder frozen, with logistic "
        "regression on its vectors.",
        training="Supervised fine-tuning of the whole encoder and of a new head with transformers' Trainer; the checkpoint "
        "with the best validation score was kept.",
        moved="The weights moved: checked by hash.",
        tags=("encoder",),
        pipeline_tags={"classification": "text-classification", "extraction": "token-classification"},
    ),
    "hosted": Wording(
        made="at its provider",
        rival="the same model with its best prompt",
        beyond="the best prompt",
        asked=_SAME_PROMPT,
        training="A fine-tuning job at the provider; how it trains is known to the provider only.",
        moved="The weights lie with the provider and cannot be checked.",
        tags=("hosted",),
        pipeline_tags=_GENERATES,
    ),
}
