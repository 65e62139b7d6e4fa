"""The estimates of 03 against what training takes here, as ratios; each training runs in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from measured_training import LONGEST

from helpers.lm import memory, models, shapes
from helpers.select import resources

RECORDS = 48


@pytest.mark.parametrize(("layers", "micro_batch"), [(30, 2), (30, 4), (18, 4), (10, 4)])
def test_estimate_against_measured_training(layers, micro_batch):
    shape = shapes.of(models.load_config("smollm2"))
    gflops = resources.measure_gflops()
    script = Path(__file__).with_name("measured_training.py")
    arguments = [sys.executable, str(script), str(layers), str(micro_batch), str(RECORDS)]
    printed = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout
    found = json.loads(printed.splitlines()[-1])
    work = resources.operations(
        shape, method="lora", tokens=found["tokens"], length=found["tokens"] / RECORDS, adapted_layers=layers
    )
    settings = {"micro_batch_size": micro_batch, "longest": LONGEST, "adapted_layers": layers}
    ratios = {
        "GiB": memory.peak_gib(shape, method="lora", precision="fp32", **settings) / found["gib"],
        "minutes": resources.minutes_here(work, gflops=gflops) / found["minutes"],
    }
    print(
        f"\n{layers} layers, {micro_batch} in memory, {gflops:.0f} GFLOP/s, measured {found}, estimated by it {ratios}"
    )
    assert 0.8 < ratios["GiB"] < 1.25
