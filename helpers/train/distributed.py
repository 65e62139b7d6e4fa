"""Train on several devices: `fit` writes a job down, starts one process a device and takes over what they learnt.

A notebook runs in one process, so that its training step is started anew under `torchrun` (on a CPU) or `accelerate
launch` (on GPUs, with a file of notebooks/profiles/distributed/). Several machines need a starter of their own, such as
Slurm's `srun`: its command goes into `CLINTUNE_LAUNCH`, and the run's folder must be seen by all of them.
"""

import dataclasses
import json
import os
import shlex
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import torch
from datasets import Dataset, load_from_disk
from peft import LoraConfig, PeftModel, set_peft_model_state_dict
from safetensors.torch import load_file
from transformers import PreTrainedModel, PreTrainedTokenizerBase
from trl import SFTConfig

from helpers.core import paths
from helpers.core.errors import StageError
from helpers.lm import models
from helpers.train import examples, sft
from helpers.train.outcome import Fit

LAUNCH = "CLINTUNE_LAUNCH"
CONFIGS = paths.PROFILES / "distributed"
_TAIL_LINES = 5
_WATCH = "CLINTUNE_ENDS_WITH_STDIN"  # other launchers may give a process no standard input


def fit(
    model: PreTrainedModel | PeftModel,
    tokenizer: PreTrainedTokenizerBase,
    train: examples.Rows,
    validation: examples.Rows,
    *,
    config: SFTConfig,
    lora: LoraConfig | None,
    out: Path,
    devices: int,
    loading: dict[str, Any],
    sharing: Literal["ddp", "fsdp2"],
    job: Path,
    needs_gib: Callable[[], float] | None = None,
    **options: Any,
) -> Fit:
    """As `sft.fit`, on one device in this process or on several in processes of their own.

    Args:
        model: As of `sft.fit`; afterwards it has the weights that were learnt, if it already had what learns.
        tokenizer: As of `sft.fit`.
        train: As of `sft.fit`.
        validation: As of `sft.fit`.
        config: From `sft.sft_config` with the same `devices`.
        lora: As of `sft.fit`.
        out: As of `sft.fit`.
        devices: GPUs, or processes on a CPU.
        loading: Arguments of `models.load_causal`, by which each process loads the base model.
        sharing: `ddp` for a whole model on each device, `fsdp2` for its weights shared out.
        job: Folder for what the processes are told and tell; it holds the examples, so it must be the run's own.
        needs_gib: As of `sft.fit`; with several devices called before they start.
        options: Further arguments of `sft.fit`, plain values.

    Raises:
        StageError: As `sft.fit`; or if a process died, or there were fewer of them than `devices`.
    """
    if devices == 1:
        options |= {"config": config, "lora": lora, "out": out, "needs_gib": needs_gib}
        return sft.fit(model, tokenizer, train, validation, **options)
    start = job / "start" if lora is None else None  # what learns already is on the model
    if start:
        model.save_pretrained(start, safe_serialization=True)
    write(job, train, validation, config=config, lora=lora)
    told = {"devices": devices, "loading": loading, "start": start, "out": out, "sharing": sharing}
    told |= {"options": options, "needs_gib": needs_gib and needs_gib()}
    (job / "job.json").write_text(json.dumps(told, default=str, indent=1), encoding="utf-8")
    (job / "fit.json").unlink(missing_ok=True)
    _run(command(job, devices=devices, device=loading["device"], sharing=sharing), job, devices=devices)
    told = json.loads((job / "fit.json").read_text(encoding="utf-8"))
    if start:
        _take_over(model, out)
    log = pd.read_json(job / "log.json", orient="split")
    return Fit(**told | {"folder": out, "log": log})


def command(job: Path, *, devices: int, device: str, sharing: str) -> list[str]:
    """What starts the processes on this machine, or what `CLINTUNE_LAUNCH` says, followed by module and job."""
    if launch := os.environ.get(LAUNCH):
        start = shlex.split(launch)
    elif device == "cpu":
        start = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", str(devices)]
    else:
        config = CONFIGS / f"{sharing}.yaml"
        start = [sys.executable, "-m", "accelerate.commands.launch", "--config_file", str(config)]
        start += ["--num_processes", str(devices)]
    return [*start, "-m", "helpers.train.distributed", str(job)]


def write(
    job: Path, train: examples.Rows, validation: examples.Rows, *, config: SFTConfig, lora: LoraConfig | None
) -> None:
    """Write examples, adapter and trainer's settings down for the processes."""
    job.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, rows in (("train", train), ("validation", validation)):
        rows.dataset.save_to_disk(job / name)
        counts = {
            field.name: getattr(rows, field.name) for field in dataclasses.fields(rows) if field.name != "dataset"
        }
        (job / f"{name}.json").write_text(json.dumps(counts), encoding="utf-8")
    kept = {name: value for name, value in config.to_dict().items() if not name.endswith("_token")}  # those are masked
    (job / "config.json").write_text(json.dumps(kept), encoding="utf-8")
    if lora is not None:
        lora.save_pretrained(job / "lora")


def work(job: Path) -> None:
    """One process of a training: what `fit` has written down, by the same `sft.fit`; the first process tells the result.

    Raises:
        StageError: If there are more or fewer processes than devices were asked for, as when a launcher starts but one.
    """
    if os.environ.get(_WATCH):
        _end_with_parent()
    told = json.loads((job / "job.json").read_text(encoding="utf-8"))
    loading, local = told["loading"], int(os.environ.get("LOCAL_RANK", 0))
    if loading["device"] == "cuda":
        torch.cuda.set_device(local)
        if told["sharing"] == "fsdp2":
            loading["device"] = "cpu"  # accelerate shares the weights out
    config = SFTConfig(**json.loads((job / "config.json").read_text(encoding="utf-8")))
    if config.world_size != told["devices"]:
        raise StageError(
            "The training was not started on as many devices as the profile says",
            found=f"{config.world_size} process(es)",
            expected=str(told["devices"]),
            remedy=f"set `devices` to it, or mend {LAUNCH}",
        )
    start = told["start"] and Path(told["start"])
    model, tokenizer = models.load_causal(**loading)
    if start and models.is_whole(start):
        model = models.load_adapter(model, start)
    elif start:
        model = PeftModel.from_pretrained(model, str(start), is_trainable=True)
    found = sft.fit(
        model,
        tokenizer,
        _read(job, "train"),
        _read(job, "validation"),
        config=config,
        lora=LoraConfig.from_pretrained(str(job / "lora")) if (job / "lora").is_dir() and not start else None,
        out=Path(told["out"]),
        needs_gib=told["needs_gib"] and partial(float, told["needs_gib"]),
        **told["options"],
    )
    if config.process_index == 0:
        found.log.to_json(job / "log.json", orient="split")
        plain = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
        plain = {name: value for name, value in plain.items() if name not in ("folder", "log")}
        (job / "fit.json").write_text(json.dumps(plain), encoding="utf-8")


def _read(job: Path, name: str) -> examples.Rows:
    dataset = load_from_disk(str(job / name))
    assert isinstance(dataset, Dataset)
    return examples.Rows(dataset, **json.loads((job / f"{name}.json").read_text(encoding="utf-8")))


def _run(start: Sequence[str], job: Path, *, devices: int) -> None:
    """Run the processes to their end; they end with this one, and what they say stays in the job's folder."""
    log = job / "log.txt"
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            start, stdin=subprocess.PIPE, stdout=file, stderr=subprocess.STDOUT, env=environment(start, devices=devices)
        )
        try:
            code = process.wait()
        finally:
            process.stdin.close()
            process.wait()
    if code or not (job / "fit.json").is_file():
        said = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if "Error: " in line]
        raise StageError(
            f"A training process on {devices} devices ended with code {code}",
            found="; ".join(dict.fromkeys(line.strip() for line in said[-_TAIL_LINES:])) or "no error said",
            remedy=f"see {log}; the next run goes on from the last checkpoint",
        )


def environment(start: Sequence[str], *, devices: int) -> dict[str, str]:
    """This process's environment for the others: the kit itself, each its share of the cores, and gloo on a CPU."""
    threads = max(1, (os.cpu_count() or 1) // devices)
    path = os.pathsep.join(filter(None, [str(paths.ROOT), os.environ.get("PYTHONPATH")]))
    given = os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": str(threads), "TOKENIZERS_PARALLELISM": "false"}
    if LAUNCH not in os.environ:
        given[_WATCH] = "1"
    if "torch.distributed.run" in start:
        given["ACCELERATE_USE_CPU"] = "true"  # `accelerate launch --cpu` would start a single process
    return given


def _end_with_parent() -> None:
    """End this process when the one that started it is gone: its end of the standard input closes."""

    def wait() -> None:
        while os.read(0, 1024):  # not sys.stdin, whose lock a waiting thread would hold at the end of the process
            pass
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _take_over(model: PreTrainedModel | PeftModel, out: Path) -> None:
    """Give the model in this process the weights that the others have written."""
    weights = {key: value for file in sorted(out.glob("*.safetensors")) for key, value in load_file(file).items()}
    if isinstance(model, PeftModel):
        set_peft_model_state_dict(model, weights)
    else:
        model.load_state_dict(weights, strict=False)  # tied weights are written once


if __name__ == "__main__":
    work(Path(sys.argv[1]))
