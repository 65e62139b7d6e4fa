"""Write a merged model as one GGUF file that llama.cpp serves; no torch is needed for it."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import gguf
import numpy as np

from helpers.core.errors import ProfileError, StageError
from helpers.deploy import gguf_tokenizer, weights

Quantization = Literal["F16", "Q8_0"]

_FILE_TYPES = {"F16": gguf.LlamaFileType.MOSTLY_F16, "Q8_0": gguf.LlamaFileType.MOSTLY_Q8_0}
_GENERAL = ("organization", "basename", "size_label", "license", "languages")
_Q8_BLOCK = 32

# Hugging Face model type -> llama.cpp's architecture, and whether its rotary halves want interleaving.
_ARCHITECTURES = {
    "llama": (gguf.MODEL_ARCH.LLAMA, True),
    "mistral": (gguf.MODEL_ARCH.LLAMA, True),
    "qwen2": (gguf.MODEL_ARCH.QWEN2, False),
}


@dataclass(frozen=True)
class Export:
    """A finished GGUF file."""

    path: Path
    sha256: str
    bytes: int
    tensors: int
    quantization: str


@dataclass(frozen=True)
class _Tensor:
    """One tensor of the file that is about to be written."""

    name: str
    shape: tuple[int, ...]
    kind: gguf.GGMLQuantizationType
    source: weights.Stored
    heads: int  # of the rotary halves that llama.cpp wants interleaved; 0 for other tensors

    def data(self) -> np.ndarray:
        values = self.source.read()
        if self.heads:
            values = _interleave(values, self.heads)
        if self.kind == gguf.GGMLQuantizationType.F16 and np.abs(values).max(initial=0) > np.finfo(np.float16).max:
            raise StageError(
                f"Tensor {self.name} does not fit into F16", found="a weight beyond 65504", remedy="export as Q8_0"
            )
        if not np.isfinite(values).all():
            raise StageError(f"Tensor {self.name} holds values that are not finite", remedy="train again in 04_train")
        return gguf.quants.quantize(values, self.kind)


def to_gguf(
    merged_folder: Path,
    base_gguf: Path | None,
    out_path: Path,
    *,
    quantization: Quantization = "Q8_0",
    name: str = "",
) -> Export:
    """Write a Llama, Mistral or Qwen2 model as GGUF: matrices in `quantization`, one-dimensional tensors in F32.

    The architecture comes from config.json, the tokenizer, licence and family from the GGUF file of the base model where
    there is one, else from tokenizer.json. The file appears whole or not at all, and is read back before this returns.

    Args:
        merged_folder: config.json, tokenizer.json and safetensors (F32, F16 or BF16), one file or several.
        base_gguf: GGUF file of the base model; None where it has none.
        out_path: File to write.
        quantization: `Q8_0` (8.5 bits a weight, blocks of 32) or `F16`.
        name: Model name kept in the file; the folder's name if empty.

    Raises:
        ProfileError: If the architecture is another one, or the widths do not fit the quantization.
        StageError: If files are missing, disagree with the base, or the written file does not read back as planned.

    Source:
        GGUF specification, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
    """
    config = _read_config(merged_folder)
    plan = _plan(config, weights.find(merged_folder), quantization)
    partial = out_path.with_name(out_path.name + ".partial")
    out_path.parent.mkdir(parents=True, exist_ok=True)
    architecture, _ = _ARCHITECTURES[config["model_type"]]
    writer = gguf.GGUFWriter(partial, arch=gguf.MODEL_ARCH_NAMES[architecture])
    try:
        writer.add_type(gguf.GGUFType.MODEL)
        writer.add_name(name or merged_folder.name)
        writer.add_file_type(_FILE_TYPES[quantization])
        writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
        _add_architecture(writer, config)
        if base_gguf is None:
            gguf_tokenizer.add_from_folder(writer, merged_folder, vocabulary=config["vocab_size"])
        else:
            base = gguf.GGUFReader(base_gguf)
            _check_base(base, config)
            _copy_general(writer, base)
            gguf_tokenizer.copy(writer, base, merged_folder)
        for tensor in plan:
            writer.add_tensor_info(tensor.name, *_layout(tensor))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        for tensor in plan:
            writer.write_tensor_data(tensor.data())
        writer.close()
        _read_back(partial, plan)
        os.replace(partial, out_path)
    finally:
        writer.close()
        partial.unlink(missing_ok=True)
    return Export(out_path, _sha256(out_path), out_path.stat().st_size, len(plan), quantization)


def _read_config(folder: Path) -> dict[str, Any]:
    path = folder / "config.json"
    if not path.is_file():
        raise StageError("There is no merged model to export", found=folder.name, expected="a folder with config.json")
    config = json.loads(path.read_text(encoding="utf-8"))
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    problems = {
        "model_type": config.get("model_type") not in _ARCHITECTURES and config.get("model_type"),
        "sliding_window": (config.get("use_sliding_window", True) and config.get("sliding_window")),
        "attention_bias": config.get("attention_bias"),
        "mlp_bias": config.get("mlp_bias"),
        "rope_type": rope.get("rope_type", "default") != "default" and rope.get("rope_type"),
        "hidden_act": config.get("hidden_act", "silu") != "silu" and config.get("hidden_act"),
        "quantization_config": config.get("quantization_config") and "present",
    }
    found = {key: value for key, value in problems.items() if value}
    if found:
        raise ProfileError(
            "This model cannot be exported to GGUF here",
            found=", ".join(f"{key}={value}" for key, value in found.items()),
            expected=f"model_type {', '.join(_ARCHITECTURES)}, plain rotary positions, silu, unquantised weights",
            remedy="choose such a model in `select.llm`, or convert this one with llama.cpp's convert_hf_to_gguf.py",
        )
    config["rope_theta"] = rope.get("rope_theta", config.get("rope_theta", 10000.0))
    config["num_key_value_heads"] = config.get("num_key_value_heads") or config["num_attention_heads"]
    config["head_dim"] = config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]
    return config


def _plan(config: dict[str, Any], stored: dict[str, weights.Stored], quantization: Quantization) -> list[_Tensor]:
    architecture, interleaved = _ARCHITECTURES[config["model_type"]]
    names = gguf.get_tensor_name_map(architecture, config["num_hidden_layers"])
    tied = bool(config.get("tie_word_embeddings"))
    plan = []
    for source, entry in stored.items():
        if source == "lm_head.weight" and tied:
            continue
        name = names.get_name(source, try_suffixes=(".weight", ".bias"))
        if name is None:
            raise StageError(
                f"Tensor {source} has no place in this GGUF file", remedy="merge the adapter before the export"
            )
        heads = 0
        if interleaved and source.endswith("q_proj.weight"):
            heads = config["num_attention_heads"]
        elif interleaved and source.endswith("k_proj.weight"):
            heads = config["num_key_value_heads"]
        kind = gguf.GGMLQuantizationType.F32 if len(entry.shape) == 1 else gguf.GGMLQuantizationType[quantization]
        if kind == gguf.GGMLQuantizationType.Q8_0 and entry.shape[-1] % _Q8_BLOCK:
            raise ProfileError(
                f"Tensor {source} cannot be quantised to Q8_0",
                found=f"rows of {entry.shape[-1]} weights",
                expected=f"a multiple of {_Q8_BLOCK}",
                remedy="set deploy.quantization=F16",
            )
        plan.append(_Tensor(name, entry.shape, kind, entry, heads))
    layer = ("attn_norm", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_norm", "ffn_gate", "ffn_up", "ffn_down")
    wanted = {"token_embd.weight", "output_norm.weight"} | (set() if tied else {"output.weight"})
    wanted |= {f"blk.{block}.{part}.weight" for block in range(config["num_hidden_layers"]) for part in layer}
    missing = wanted - {tensor.name for tensor in plan}
    if missing:
        raise StageError(
            f"The merged model lacks {len(missing)} tensor(s)",
            found=f"no {sorted(missing)[0]}",
            remedy="merge it again",
        )
    return plan


def _interleave(values: np.ndarray, heads: int) -> np.ndarray:
    """From transformers' rotary layout (two halves of each head) to llama.cpp's (pairs)."""
    rows = values.shape[0]
    return values.reshape(heads, 2, rows // heads // 2, *values.shape[1:]).swapaxes(1, 2).reshape(values.shape)


def _layout(tensor: _Tensor) -> tuple[tuple[int, ...], np.dtype, int, gguf.GGMLQuantizationType]:
    block, size = gguf.GGML_QUANT_SIZES[tensor.kind]
    count = int(np.prod(tensor.shape))
    dtype = np.dtype(np.float16 if tensor.kind == gguf.GGMLQuantizationType.F16 else np.float32)
    return tensor.shape, dtype, count // block * size, tensor.kind


def _add_architecture(writer: gguf.GGUFWriter, config: dict[str, Any]) -> None:
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(config["head_dim"])
    writer.add_value_length(config["head_dim"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])


def _check_base(base: gguf.GGUFReader, config: dict[str, Any]) -> None:
    wanted = {
        "general.architecture": "llama",
        "llama.block_count": config["num_hidden_layers"],
        "llama.embedding_length": config["hidden_size"],
        "llama.attention.head_count": config["num_attention_heads"],
        "llama.attention.head_count_kv": config["num_key_value_heads"],
    }
    for key, expected in wanted.items():
        field = base.get_field(key)
        found = None if field is None else field.contents()
        if found != expected:
            raise StageError(
                "The merged model did not come from this base model",
                found=f"{key} = {found} in the base",
                expected=expected,
                remedy="give the GGUF file of the model that 04_train adapted, or none",
            )


def _copy_general(writer: gguf.GGUFWriter, base: gguf.GGUFReader) -> None:
    for name in _GENERAL:
        field = base.get_field(f"general.{name}")
        if field is not None:
            gguf_tokenizer.copy_field(writer, field)


def _read_back(path: Path, plan: list[_Tensor]) -> None:
    found = {
        tensor.name: (tuple(int(size) for size in reversed(tensor.shape)), tensor.tensor_type)
        for tensor in gguf.GGUFReader(path).tensors
    }
    wanted = {tensor.name: (tensor.shape, tensor.kind) for tensor in plan}
    different = [name for name in wanted if found.get(name) != wanted[name]]
    if different or len(found) != len(wanted):
        raise StageError(
            "The GGUF file does not read back as it was written",
            found=f"{len(different)} of {len(wanted)} tensors differ",
            remedy="check the free space on the disk and run 06_deploy again",
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
