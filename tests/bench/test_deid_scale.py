"""Many notes through `clintune deid`: memory stays flat, and a killed run gives the bytes of an uninterrupted one.

`CLINTUNE_NOTES` sets their number, 100,000 without it.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from hashlib import sha256

import psutil
import pytest

from helpers.clinical.deid import training_corpus
from helpers.preprocess import deid_files

NOTES = int(os.environ.get("CLINTUNE_NOTES", 100_000))
_DISTINCT, _OF_A_PATIENT = 4000, 5


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    rng = random.Random(1)
    texts = [training_corpus.note(rng)[0] for _ in range(_DISTINCT)]
    path = tmp_path_factory.mktemp("scale") / "in.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for i in range(NOTES):
            row = {"id": f"n{i}", "patient": f"p{i // _OF_A_PATIENT}", "text": texts[i % _DISTINCT]}
            file.write(json.dumps(row) + "\n")
    return path


def _start(source, target):
    call = [sys.executable, "-m", "helpers", "deid", str(source), str(target)]
    return psutil.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _done(target):
    return len(list(target.with_name(target.name + ".parts").glob("[0-9]*.json"))) * deid_files.PART


def _memory_mib(process):
    sizes = []
    for one in (process, *process.children(recursive=True)):
        try:
            sizes.append(one.memory_info().rss)
        except psutil.NoSuchProcess:
            continue
    return sum(sizes) / 2**20


def test_memory_is_flat_and_a_killed_run_goes_on_to_the_same_bytes(source, tmp_path, monkeypatch):
    monkeypatch.setenv("CLINTUNE_SECRETS", str(tmp_path / "secrets"))
    whole, killed = tmp_path / "whole.jsonl", tmp_path / "killed.jsonl"
    began, process, early, late = time.perf_counter(), _start(source, whole), 0.0, 0.0
    while process.poll() is None:
        memory = _memory_mib(process)
        if _done(whole) <= NOTES / 10:
            early = max(early, memory)
        else:
            late = max(late, memory)
        time.sleep(0.5)
    seconds = time.perf_counter() - began
    print(f"{NOTES} notes, {NOTES / seconds:.0f} a second; {early:.0f} MiB in the first tenth, {late:.0f} after it")
    assert process.returncode == 0 and late <= 1.1 * early

    process = _start(source, killed)
    while _done(killed) < NOTES / 2 and process.poll() is None:
        time.sleep(0.5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not killed.exists()
    assert _start(source, killed).wait() == 0
    assert sha256(killed.read_bytes()).digest() == sha256(whole.read_bytes()).digest()
