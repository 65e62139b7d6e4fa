import math
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from helpers.core import paths
from helpers.core.errors import RecordError, StageError
from helpers.deploy.engine import Engine


@pytest.fixture(scope="module")
def prompt(tokenizer):
    return tokenizer("<|im_start|>user\nmolar tooth sign<|im_end|>\n", add_special_tokens=False)["input_ids"]


def test_reported_probabilities_are_the_models_own_whatever_temperature_and_bias(engine, model, prompt):
    with torch.inference_mode():
        expected = torch.log_softmax(model(torch.tensor([prompt])).logits[0, -1], -1)
    cold = engine.complete(prompt, n_predict=1, n_probs=20)
    for other in (
        engine.complete(prompt, n_predict=1, n_probs=20, temperature=3.0, seed=5),
        engine.complete(prompt, n_predict=1, n_probs=20, bias={100: 100.0}),
    ):
        assert other.log_probs[0] == pytest.approx(cold.log_probs[0])
    assert cold.tokens[0] == int(expected.argmax())
    assert engine.complete(prompt, n_predict=1, bias={100: 100.0}).tokens == (100,)
    for token, log_prob in cold.log_probs[0].items():
        assert log_prob == pytest.approx(float(expected[token]), abs=0.02)
    assert len(cold.log_probs[0]) == 20


def test_all_tokens_together_have_probability_one(engine, prompt, tokenizer):
    found = engine.complete(prompt, n_predict=1, n_probs=len(tokenizer)).log_probs[0]
    assert len(found) == len(tokenizer)
    assert sum(map(math.exp, found.values())) == pytest.approx(1.0, abs=1e-3)


def test_shared_beginning_is_computed_once(engine, prompt):
    engine.complete(prompt, n_predict=1)
    assert engine.complete([*prompt, 100], n_predict=1).cached_tokens == len(prompt)


def test_too_long_prompts_are_refused_without_quoting_them(engine):
    with pytest.raises(RecordError, match="a prompt of 600 tokens"):
        engine.complete([100] * 600, n_predict=1)
    with pytest.raises(RecordError, match="too long"):
        engine.complete("secretword " * 900, n_predict=1)


def test_log_holds_no_prompt(gguf_file):
    with Engine(gguf_file, threads=1, context_tokens=256) as engine:
        engine.complete("Zebediah Quux has ataxia", n_predict=3)
        folder = engine._private.folder
        assert "Zebediah" not in (folder / "log.txt").read_text()
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists() and not engine.is_healthy
    with pytest.raises(StageError, match="not running"):
        engine.complete([1], n_predict=1)


def test_a_file_that_is_no_model_ends_with_the_log(tmp_path):
    (tmp_path / "bad.gguf").write_bytes(b"GGUF and nothing else")
    with pytest.raises(StageError, match=r"did not start.*exit code"):
        Engine(tmp_path / "bad.gguf", threads=1).start()
    with pytest.raises(StageError, match="no model to serve"):
        Engine(tmp_path / "none.gguf").start()


def test_engine_ends_and_leaves_nothing_when_its_parent_is_killed(gguf_file):
    code = (
        "import sys, time; from pathlib import Path; from helpers.deploy.engine import Engine\n"
        "engine = Engine(Path(sys.argv[1]), threads=1, context_tokens=256).start()\n"
        "print(engine._private.child.process.pid, engine._private.folder, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(gguf_file)], stdout=subprocess.PIPE, text=True, cwd=paths.ROOT
    )
    child, folder = parent.stdout.readline().split()
    parent.kill()
    parent.wait()
    until = time.monotonic() + 60
    while time.monotonic() < until and _runs(int(child)):
        time.sleep(0.1)
    assert not _runs(int(child)) and not Path(folder).exists()


def _runs(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(state) and not state.startswith("Z")
