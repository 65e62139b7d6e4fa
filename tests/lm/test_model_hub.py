"""Hub ids that are gated or do not exist, against a server that answers as the hub does; a process of its own, online."""

import os
import subprocess
import sys

import model_hub

from helpers.core import paths

ASK = """
from helpers.core.errors import ProfileError
from helpers.lm import models
for name in ("owner/gated", "owner/absent"):
    try:
        models.load_causal(name)
    except ProfileError as error:
        print(error)
"""


def test_gated_model_and_model_that_does_not_exist_say_what_to_do(tmp_path):
    with model_hub.serving() as (address, asked):
        environment = os.environ | {"HF_ENDPOINT": address, "HF_HUB_OFFLINE": "0", "PYTHONPATH": str(paths.ROOT)}
        environment |= {"HF_HOME": str(tmp_path), "HF_HUB_DISABLE_TELEMETRY": "1"}
        found = subprocess.run(
            [sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, timeout=300, check=False
        )
    assert asked and found.returncode == 0, found.stderr
    gated, absent = found.stdout.strip().splitlines()
    assert (
        "The model `owner/gated` cannot be loaded" in gated and "gated" in gated.split("Found:")[1].split("Expected")[0]
    )
    assert "The model `owner/absent` cannot be loaded" in absent
    for said in (gated, absent):
        assert "log in for a gated model" in said and "smollm2" in said
