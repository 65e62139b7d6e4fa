"""What a model's configuration says about its size: it is built without weights (on PyTorch's meta device) and counted."""

from dataclasses import dataclass

import torch
from torch import nn
from transformers import AutoModel, AutoModelForCausalLM, PreTrainedConfig
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES
from transformers.pytorch_utils import Conv1D

from helpers.core.errors import ProfileError

ENCODERS = ("bert", "roberta", "xlm-roberta", "distilbert", "deberta", "deberta-v2", "electra", "albert", "modernbert")


@dataclass(frozen=True)
class Shape:
    """Sizes of a transformer; a block is one of its layers."""

    parameters: float  # all of them, a shared head counted once
    layers: int
    hidden: int
    vocabulary: int
    matrices: float  # parameters of the linear modules of one block
    widths: float  # inputs and outputs of these modules, added up: an adapter of rank r has r times as many parameters
    outputs: float  # of these modules, added up
    has_head: bool  # scores the vocabulary, as causal language models do

    @property
    def block_parameters(self) -> float:
        """Parameters of the linear modules of all blocks."""
        return self.layers * self.matrices


def of(config: PreTrainedConfig) -> Shape:
    """Count a model from its configuration alone, whatever its architecture.

    Raises:
        ProfileError: If transformers cannot build it, or it has no stack of blocks.
    """
    text = config.get_text_config()
    is_causal = text.model_type in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES and text.model_type not in ENCODERS
    kind = AutoModelForCausalLM if is_causal else AutoModel
    with torch.device("meta"):
        try:
            model = kind.from_config(text, trust_remote_code=False)
        except ValueError as error:
            raise ProfileError(
                "The size of this model cannot be told",
                found=str(error).splitlines()[0],
                expected="an architecture that this version of transformers knows",
            ) from None
    layers = getattr(text, "num_hidden_layers", 0)
    blocks = [part for part in model.modules() if isinstance(part, nn.ModuleList) and len(part) == layers]
    if not layers or not blocks:
        raise ProfileError("The size of this model cannot be told", found=f"{layers} blocks of layers")
    linear = [part.weight for part in blocks[0].modules() if isinstance(part, (nn.Linear, Conv1D))]
    return Shape(
        parameters=sum(value.numel() for value in model.parameters()),
        layers=layers,
        hidden=text.hidden_size,
        vocabulary=text.vocab_size,
        matrices=sum(weight.numel() for weight in linear) / layers,
        widths=sum(sum(weight.shape) for weight in linear) / layers,
        outputs=sum(weight.shape[0] for weight in linear) / layers,
        has_head=is_causal,
    )
