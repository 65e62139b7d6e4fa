import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from helpers.core import paths

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
SCRIPT = Path(__file__).with_name("fit_once.py")


def _run(model, out, kill_at, way):
    call = [sys.executable, str(SCRIPT), str(model), str(out), str(kill_at), way]
    environment = os.environ | {"PYTHONPATH": str(paths.ROOT)}
    done = subprocess.run(call, env=environment, cwd=paths.ROOT, capture_output=True, text=True, timeout=600)
    expected = -signal.SIGKILL if kill_at else 0
    assert done.returncode == expected, done.stderr[-2000:]


@pytest.mark.parametrize("way", ["dropout", "remember"])
def test_training_killed_at_a_random_step_ends_with_the_same_adapter(tiny_model_dir, tmp_path, way):
    """Three epochs of five steps, a checkpoint every three: order, scheduler and dropout go on as if nothing happened."""
    step = random.randrange(4, 16)  # of three epochs, so that later ones are resumed too
    _run(tiny_model_dir, tmp_path / "whole", 0, way)
    _run(tiny_model_dir, tmp_path / "killed", step, way)
    kept = {folder.name for folder in (tmp_path / "killed" / "checkpoints").glob("checkpoint-*")}
    assert f"checkpoint-{(step - 1) // 3 * 3}" in kept and not (tmp_path / "killed" / "adapter").exists()
    _run(tiny_model_dir, tmp_path / "killed", 0, way)
    whole, again = (
        load_file(tmp_path / name / "adapter" / "adapter_model.safetensors") for name in ("whole", "killed")
    )
    assert set(whole) == set(again) and all(value.abs().max() > 0 for value in whole.values())
    for name, value in whole.items():
        torch.testing.assert_close(again[name], value, atol=1e-5, rtol=1e-3, msg=f"{name}, killed in step {step}")
