"""Load language models and encoders by embedded name, local folder or hub id; safetensors only, no remote code."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils import logging as transformers_logging

from helpers.core.errors import ProfileError
from helpers.lm import model_files, products

transformers_logging.disable_progress_bar()
# transformers warns about its own internals here; nothing a user of the kit could change
warnings.filterwarnings("ignore", message=".*gradient_checkpointing.*deprecated", category=FutureWarning)

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "4bit": torch.bfloat16}

# One plain template for models that bring none; its use is recorded by the stage that loads such a model.
PLAIN_TEMPLATE = (
    "{% for message in messages %}{{ message['content'] + '\n\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'Answer: ' }}{% endif %}"
)


def load_config(name: str, *, revision: str | None = None) -> AutoConfig:
    """Read a model's configuration without its weights.

    Raises:
        ProfileError: If there is no such model.
    """
    with _readable(name):
        return AutoConfig.from_pretrained(model_files.locate(name), revision=revision, trust_remote_code=False)


def load_tokenizer(name: str, *, revision: str | None = None) -> PreTrainedTokenizerBase:
    """Read a model's tokenizer; one without chat template gets `PLAIN_TEMPLATE`.

    Raises:
        ProfileError: If there is no such model.
    """
    tokenizer = load_plain_tokenizer(name, revision=revision)
    if tokenizer.chat_template is None:
        tokenizer.chat_template = PLAIN_TEMPLATE
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def has_own_template(tokenizer: PreTrainedTokenizerBase) -> bool:
    """Whether a tokenizer brought its chat template, and was not given `PLAIN_TEMPLATE`."""
    return tokenizer.chat_template != PLAIN_TEMPLATE


def load_plain_tokenizer(name: str, *, revision: str | None = None) -> PreTrainedTokenizerBase:
    """Read a model's tokenizer as it is.

    Raises:
        ProfileError: If there is no such model.
    """
    with _readable(name):
        return AutoTokenizer.from_pretrained(model_files.locate(name), revision=revision, trust_remote_code=False)


def load_encoder(
    name: str, model_class: type = AutoModel, **options: Any
) -> tuple[PreTrainedTokenizerBase, PreTrainedModel]:
    """Load tokenizer and encoder in fp32.

    Args:
        name: Embedded name, local folder or hub id.
        model_class: One of transformers' Auto classes, such as `AutoModelForTokenClassification`.
        options: Of its configuration, such as `num_labels`.

    Raises:
        ProfileError: If there is no such encoder, or it is not in safetensors.
    """
    tokenizer = load_plain_tokenizer(name)
    with _readable(name):
        model = model_class.from_pretrained(
            model_files.locate(name), use_safetensors=True, trust_remote_code=False, dtype=torch.float32, **options
        )
    return tokenizer, model


def load_causal(
    name: str, *, precision: str = "fp32", device: str = "cpu", revision: str | None = None
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Load a causal language model in evaluation mode with its tokenizer.

    Args:
        name: Embedded name, local folder or hub id.
        precision: `fp32`, `bf16`, or `4bit` (NF4 weights, bf16 arithmetic; needs CUDA and bitsandbytes).
        device: `cpu` or `cuda`.
        revision: Hub revision.

    Raises:
        ProfileError: If the device is not there, the model cannot be read, or it is not in safetensors.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise ProfileError("The profile asks for a GPU", found="no CUDA device", remedy="choose --profile quick")
    extra = {}
    if precision == "4bit":
        extra["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16
        )
    with _readable(name):
        model = AutoModelForCausalLM.from_pretrained(
            model_files.locate(name),
            revision=revision,
            dtype=DTYPES[precision],
            use_safetensors=True,
            trust_remote_code=False,
            device_map={"": torch.cuda.current_device()} if device == "cuda" else None,
            **extra,
        )
    return model.eval(), load_tokenizer(name, revision=revision)


def is_whole(folder: Path) -> bool:
    """Whether a folder holds a whole fine-tuned model and no adapter."""
    return not (folder / "adapter_config.json").is_file()


def load_adapter(model: PreTrainedModel, folder: Path) -> PeftModel | PreTrainedModel:
    """Put a trained adapter on its base model; in fp32 it is folded into the weights, which answers faster.

    Args:
        model: The base; a whole model, as full training leaves it, is loaded in its number format and to its device.
        folder: What `train.sft.fit` wrote.
    """
    if is_whole(folder):
        tuned = AutoModelForCausalLM.from_pretrained(
            folder, dtype=model.dtype, use_safetensors=True, trust_remote_code=False
        )
        return tuned.to(model.device).eval()
    adapted = PeftModel.from_pretrained(model, str(folder), is_trainable=False).eval()
    if model.dtype == torch.float32:
        adapted.merge_adapter()
    return adapted


def merge(name: str, adapter: Path, out: Path, *, revision: str | None = None) -> Path:
    """Write one safetensors model with its tokenizer: an adapter folded into its base, or a whole fine-tuned model."""
    model, tokenizer = load_causal(str(adapter) if is_whole(adapter) else name, revision=revision)
    merged = model if is_whole(adapter) else PeftModel.from_pretrained(model, str(adapter)).merge_and_unload()
    merged.save_pretrained(out, safe_serialization=True)
    tokenizer.save_pretrained(out)
    return out


@products.by_onednn()
def embed(texts: list[str], *, name: str = "minilm", device: str = "cpu", batch_size: int = 32) -> torch.Tensor:
    """Encode texts by mean pooling over their first 256 tokens, normalised to length one.

    Returns:
        Shape (n, width), float32, on the CPU.

    Raises:
        ProfileError: If there is no such encoder, or it is not in safetensors.
    """
    tokenizer, model = load_encoder(name)
    model = model.to(device).eval()
    pooled = torch.empty(len(texts), model.config.hidden_size)
    by_length = sorted(range(len(texts)), key=lambda row: len(texts[row]))  # batches of similar length pad little
    with torch.inference_mode():
        for start in range(0, len(texts), batch_size):
            rows = by_length[start : start + batch_size]
            batch = tokenizer(
                [texts[row] for row in rows], padding=True, truncation=True, max_length=256, return_tensors="pt"
            ).to(device)
            hidden = model(**batch).last_hidden_state
            mask = batch["attention_mask"].unsqueeze(-1)
            mean = (hidden * mask).sum(1) / mask.sum(1)
            pooled[rows] = torch.nn.functional.normalize(mean, dim=-1).cpu()
    return pooled


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Say in one way what is wrong when transformers cannot read a model."""
    try:
        yield
    except (OSError, ImportError, ValueError) as error:
        raise ProfileError(
            f"The model `{name}` cannot be loaded",
            found=str(error).splitlines()[0],
            expected=f"an embedded name ({', '.join(model_files.EMBEDDED)}), a folder or a hub id with safetensors weights",
            remedy="check the name in the profile's `select`, log in for a gated model, or download it first; weights that "
            "are pickled only must be saved as safetensors where you trust them",
        ) from error
