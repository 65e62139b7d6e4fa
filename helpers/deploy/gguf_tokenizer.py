"""The tokenizer part of a GGUF file: copied from the base model's file, or built from tokenizer.json."""

import json
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from tokenizers import Tokenizer

from helpers.core.errors import ProfileError, StageError


def copy(writer: gguf.GGUFWriter, base: gguf.GGUFReader, folder: Path) -> None:
    """Copy every tokenizer field of `base`, after checking that tokenizer.json numbers its tokens the same way.

    Raises:
        StageError: If the vocabularies differ, or the base has none.
    """
    field = base.get_field(gguf.Keys.Tokenizer.LIST)
    if field is None:
        raise StageError("The base GGUF file holds no tokenizer", remedy="give the GGUF file of a complete model")
    tokens = field.contents()
    vocabulary = _read(folder).get_vocab(with_added_tokens=True)
    different = sum(vocabulary.get(token) != index for index, token in enumerate(tokens))
    if different or len(vocabulary) != len(tokens):
        raise StageError(
            "The merged model's tokenizer is not the base model's",
            found=f"{different} of {len(tokens)} tokens differ",
            expected="the same tokens with the same numbers",
            remedy="export without the base GGUF file if tokens were added on purpose",
        )
    for name, each in base.fields.items():
        if name.startswith("tokenizer."):
            copy_field(writer, each)


def copy_field(writer: gguf.GGUFWriter, field: gguf.ReaderField) -> None:
    """Write one key and its value again as they were read."""
    sub_type = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
    writer.add_key_value(field.name, field.contents(), field.types[0], sub_type)


def add_from_folder(writer: gguf.GGUFWriter, folder: Path, *, vocabulary: int) -> None:
    """Build the fields from tokenizer.json and tokenizer_config.json; byte-level BPE only.

    Args:
        writer: GGUF file being written.
        folder: Of the merged model.
        vocabulary: Rows of the embedding; rows beyond the tokenizer's tokens are written as unused.

    Raises:
        ProfileError: If the tokenizer is of another kind.
        StageError: If it has more tokens than the embedding has rows.
    """
    tokenizer = _read(folder)
    raw = json.loads(tokenizer.to_str())
    model = raw["model"]
    if model["type"] != "BPE" or model.get("byte_fallback") or (raw.get("decoder") or {}).get("type") != "ByteLevel":
        raise ProfileError(
            "This tokenizer cannot be written into a GGUF file here",
            found=f"{model['type']}, decoder {(raw.get('decoder') or {}).get('type')}",
            expected="byte-level BPE, or the GGUF file of the base model",
            remedy="choose a model with a GGUF file, or convert it with llama.cpp's convert_hf_to_gguf.py",
        )
    added = {int(number): token for number, token in tokenizer.get_added_tokens_decoder().items()}
    by_number = {number: token for token, number in tokenizer.get_vocab(with_added_tokens=True).items()}
    if max(by_number) >= vocabulary:
        raise StageError(
            "The tokenizer has more tokens than the model", found=max(by_number) + 1, expected=f"at most {vocabulary}"
        )
    tokens = [by_number.get(number, f"[PAD{number}]") for number in range(vocabulary)]
    kinds = [_kind(number in by_number, added.get(number)) for number in range(vocabulary)]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(_pre_tokenizer(raw["pre_tokenizer"]))
    writer.add_token_list(tokens)
    writer.add_token_types(np.asarray(kinds, dtype=np.int32).tolist())
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]]
    writer.add_token_merges(merges)
    writer.add_add_bos_token(False)
    _add_special(writer, folder, tokenizer)


def _read(folder: Path) -> Tokenizer:
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise StageError("The merged model has no tokenizer", found=folder.name, expected="tokenizer.json")
    return Tokenizer.from_file(str(path))


def _kind(known: bool, added: Any) -> int:
    if not known:
        return int(gguf.TokenType.UNUSED)
    if added is None:
        return int(gguf.TokenType.NORMAL)
    return int(gguf.TokenType.CONTROL if added.special else gguf.TokenType.USER_DEFINED)


def _pre_tokenizer(raw: dict[str, Any] | None) -> str:
    """llama.cpp's name of the splitting rule. Prompts are sent as token ids, so it matters to other clients only."""
    steps = raw.get("pretokenizers", [raw]) if raw else []
    kinds = [step["type"] for step in steps]
    if kinds == ["ByteLevel"] and steps[0].get("use_regex", True):
        return "gpt-2"
    if kinds == ["Digits", "ByteLevel"] and steps[0].get("individual_digits"):
        return "smollm"
    if kinds == ["Split", "ByteLevel"] and r"\p{N}{1,3}" in json.dumps(steps[0]).replace("\\\\", "\\"):
        return "llama-bpe"
    if kinds == ["Split", "ByteLevel"] and r"|\p{N}|" in json.dumps(steps[0]).replace("\\\\", "\\"):
        return "qwen2"
    raise ProfileError(
        "The tokenizer splits text by a rule that is not known here",
        found=" + ".join(kinds) or "none",
        expected="the rule of GPT-2, SmolLM, Llama 3 or Qwen2, or the GGUF file of the base model",
        remedy="give the GGUF file of the base model",
    )


def _add_special(writer: gguf.GGUFWriter, folder: Path, tokenizer: Tokenizer) -> None:
    path = folder / "tokenizer_config.json"
    config = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    add = {
        "bos_token": writer.add_bos_token_id,
        "eos_token": writer.add_eos_token_id,
        "unk_token": writer.add_unk_token_id,
        "pad_token": writer.add_pad_token_id,
    }
    for name, write in add.items():
        token = config.get(name)
        token = token["content"] if isinstance(token, dict) else token
        if token is not None and tokenizer.token_to_id(token) is not None:
            write(tokenizer.token_to_id(token))
    template = folder / "chat_template.jinja"
    chat = template.read_text(encoding="utf-8") if template.is_file() else config.get("chat_template")
    if isinstance(chat, str):
        writer.add_chat_template(chat)
