"""Two processes on a CPU: the proof that a batch is shared out, and that the losses are those of one process."""

import json
import os
import subprocess
import sys
import time

import pytest
import torch
from peft import get_peft_model
from safetensors.torch import load_file

from helpers.core import paths
from helpers.core.errors import StageError
from helpers.core.tasks import Prompt
from helpers.lm import models
from helpers.train import distributed, examples, methods, sft

PROMPT = Prompt(system="Name the family.", user="{text}\n\nFamily?")

# What `python -m helpers.train.distributed` does, with a note of the rows that each process trains on.
WATCHED = """
import json, os, sys
from pathlib import Path
from trl import SFTTrainer
from helpers.train import distributed

job, step, seen = Path(sys.argv[1]), SFTTrainer.training_step, []

def watched(self, model, inputs, *args, **kwargs):
    for ids, mask in zip(inputs["input_ids"], inputs["attention_mask"]):
        seen.append(ids[mask.bool()].tolist())
    return step(self, model, inputs, *args, **kwargs)

SFTTrainer.training_step = watched
distributed.work(job)
(job / f"rank{os.environ['RANK']}.json").write_text(json.dumps([int(os.environ["WORLD_SIZE"]), seen]))
"""


@pytest.fixture
def fit(tiny_model_dir, few_records, tmp_path):
    """Train the tiny model on one or two devices, three steps, every record in each step."""

    def run(devices, method="lora", start=False, **changes):
        loading = {"name": str(tiny_model_dir), "revision": None, "precision": "fp32", "device": "cpu"}
        model, tokenizer = models.load_causal(**loading)
        rows = examples.tokenise(few_records, tokenizer, prompt=PROMPT, max_length=512)
        folder = tmp_path / f"{method}-{devices}-{start}"
        settings = {"steps": 3, "batch_size": 12, "micro_batch_size": 6, "learning_rate": 1e-2, "evaluations": 3}
        settings |= {"max_length": 512, "precision": "fp32", "device": "cpu", "seed": 1} | changes
        lora = methods.adapter(model, method=method, r=4, alpha=8)
        if start:
            torch.manual_seed(0)
            model, lora = (get_peft_model(model, lora), None) if lora else (model, None)
        found = distributed.fit(
            model,
            tokenizer,
            rows,
            rows,
            config=sft.sft_config(folder / "checkpoints", devices=devices, **settings),
            lora=lora,
            out=folder / "tuned",
            devices=devices,
            loading=loading,
            sharing="ddp",
            job=folder / "job",
        )
        return found, rows, folder / "job", model

    return run


def _same(one, other):
    for column in ("step", "loss", "eval_loss"):
        assert one.log[column].dropna().tolist() == pytest.approx(other.log[column].dropna().tolist(), abs=1e-4)
    assert (one.steps, one.tokens) == (other.steps, other.tokens)
    first, second = (next(item.folder.glob("*.safetensors")) for item in (one, other))
    first, second = load_file(first), load_file(second)
    assert set(first) == set(second)
    for name, value in first.items():
        torch.testing.assert_close(second[name], value, atol=1e-4, rtol=1e-3)


@pytest.fixture
def watched(tmp_path, monkeypatch):
    """Start the processes with a note of what each of them sees."""
    script = tmp_path / "watched.py"
    script.write_text(WATCHED)
    start = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", str(script)]
    monkeypatch.setattr(distributed, "command", lambda job, **_: [*start, str(job)])


def test_two_processes_share_each_batch_and_learn_what_one_learns(fit, watched):
    one, rows, _, _ = fit(1)
    two, _, job, _ = fit(2)
    _same(one, two)
    assert one.log["loss"].dropna().iloc[-1] < one.log["loss"].dropna().iloc[0] - 0.1  # it learns
    (first_world, first), (second_world, second) = (json.loads((job / f"rank{n}.json").read_text()) for n in (0, 1))
    assert first_world == second_world == 2
    assert len(first) == len(second) == 18  # half of twelve records, in each of three steps
    every = sorted(rows.dataset["input_ids"])
    for step in range(3):
        of_step = first[step * 6 : step * 6 + 6], second[step * 6 : step * 6 + 6]
        assert sorted([*of_step[0], *of_step[1]]) == every  # all of them, and none twice


def test_adapter_and_whole_model_go_on_from_where_they_stand(fit):
    """As after reading journal text: what learns is on the model already, and has the new weights afterwards."""
    for method in ("dora", "full"):
        (one, *_), (two, _, _, model) = fit(1, method, start=True), fit(2, method, start=True)
        _same(one, two)
        written = load_file(next(two.folder.glob("*.safetensors")))
        held = {name.replace(".default", ""): value for name, value in model.state_dict().items()}
        moved = [name for name in written if name in held]
        assert len(moved) >= 14 and all(torch.equal(held[name], written[name]) for name in moved)


def test_process_that_fails_says_why(fit):
    with pytest.raises(StageError, match=r"2 devices ended with code 1.*not finite"):
        fit(2, learning_rate=1e30)


def test_processes_end_when_the_one_that_started_them_is_killed(fit, monkeypatch):
    def killed(start, job, *, devices):
        process = subprocess.Popen(
            start,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=distributed.environment(start, devices=devices),
        )
        checkpoints = job.parent / "checkpoints"
        while not list(checkpoints.glob("checkpoint-*")):  # it is training
            assert process.poll() is None
            time.sleep(0.2)
        process.stdin.close()  # as when this process is gone
        assert process.wait(timeout=120) != 0
        raise KeyboardInterrupt

    monkeypatch.setattr(distributed, "_run", killed)
    with pytest.raises(KeyboardInterrupt):
        fit(2, steps=100_000, evaluations=20_000)


def test_launcher_that_starts_one_process_only_is_found_out(fit, monkeypatch):
    monkeypatch.setenv(distributed.LAUNCH, f"{sys.executable}")
    with pytest.raises(StageError, match=r"not started on as many devices.*1 process"):
        fit(2)


def test_on_gpus_accelerate_is_started_with_the_shipped_file(tmp_path, monkeypatch):
    for sharing in ("ddp", "fsdp2"):
        said = distributed.command(tmp_path, devices=8, device="cuda", sharing=sharing)
        config = paths.PROFILES / "distributed" / f"{sharing}.yaml"
        assert (
            config.is_file() and str(config) in said and said[-3:] == ["-m", "helpers.train.distributed", str(tmp_path)]
        )
        assert said[said.index("--num_processes") + 1] == "8"
    monkeypatch.setenv(distributed.LAUNCH, "srun --nodes 2 start.sh")
    assert distributed.command(tmp_path, devices=16, device="cuda", sharing="ddp")[:4] == [
        "srun",
        "--nodes",
        "2",
        "start.sh",
    ]


@pytest.mark.parametrize("sharing", ["ddp", "fsdp2"])
def test_shipped_files_are_read_by_accelerate(sharing):
    from accelerate.commands.config import config_args

    config = config_args.load_config_from_file(str(distributed.CONFIGS / f"{sharing}.yaml"))
    assert config.distributed_type == {"ddp": "MULTI_GPU", "fsdp2": "FSDP"}[sharing]
    assert not config.use_cpu


def test_shipped_slurm_script_is_a_shell_script():
    script = distributed.CONFIGS / "clintune.slurm"
    assert subprocess.run(["bash", "-n", str(script)], env=os.environ, check=False).returncode == 0
    assert f"export {distributed.LAUNCH}=" in script.read_text()
