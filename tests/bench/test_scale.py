"""Many notes through 01 and 02: memory stays under 1.5 GiB and the cost is linear in their number.

`CLINTUNE_NOTES` sets the number, 300,000 without it; a tenth and a third of it are measured too. The figure and the table
behind it go to `CLINTUNE_FIGURES`, or a temporary folder. De-identification's search is off: its own speed is measured in
`test_deid_scale.py`, and nobody is described in these notes.
"""

import json
import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

from helpers.collect import cards, sources
from helpers.core import batches, figures, tasks
from helpers.preprocess import passes, splits

NOTES = int(os.environ.get("CLINTUNE_NOTES", 300_000))
SIZES = [NOTES // 10, NOTES // 3, NOTES]
MOST_GIB = 1.5
CORES = (
    64 * 16
)  # of the cluster the line is carried on to: 64 machines of 16 cores, each as fast as one of this machine's
FAR = 100_000_000
_OF_A_PATIENT, _WORDS, _FILES = 5, 110, 4
_SYLLABLES = "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu".split()
_VOCABULARY = [a + b + c for a in _SYLLABLES for b in _SYLLABLES[::3] for c in _SYLLABLES[::5]]
_CARD = {
    "title": "Generated notes of nobody", "licence": "Apache-2.0, as this project", "source": "tests/bench/test_scale.py",
    "release": "seed 1", "cite": "none, generated", "legal_basis": "simulated", "reference": "none needed",
    "expires": None, "permitted_uses": ["train", "evaluate"], "persons": "none", "contains_identifiers": False,
    "deidentification": "not_applicable",
}  # fmt: skip
_SAID = {
    "## What it is": "Words put together at random, for measuring time and memory.",
    "## Typical example": "A hundred and ten words that mean nothing.",
    "## Atypical example": "A copy of an earlier note, or one that differs from it in a word.",
    "## Known limits": "Nothing can be learnt from them.",
}


def _note(number):
    """Text of a note: one in 50 is a copy of another, and one in 50 differs from it in a word."""
    is_copy, is_near = number % 50 == 7, number % 50 == 8
    words = random.Random(number - (1 if is_copy else 2 if is_near else 0)).choices(_VOCABULARY, k=_WORDS)
    if is_near:
        words[_WORDS // 2] = "otherwise"
    return "History: " + " ".join(words)


def _doubles(count):
    return sum(number % 50 in (7, 8) for number in range(count))


def _study(folder, count):
    """A task file, its card, and a table of so many notes in several files."""
    if (folder / "task.yaml").exists():
        return folder / "task.yaml"
    (folder / "notes").mkdir(parents=True)
    files = [(folder / "notes" / f"{i}.jsonl").open("w", encoding="utf-8") for i in range(_FILES)]
    for number in range(count):
        row = {
            "id": f"n{number:09d}",
            "patient": f"p{number // _OF_A_PATIENT}",
            "text": _note(number),
            "label": "ab"[number % 2],
        }
        files[number * _FILES // count].write(json.dumps(row) + "\n")
    for file in files:
        file.close()
    cards.new("generated", folder / "data_cards", fields=_CARD, sections=_SAID)
    columns = {"record_id": "id", "patient_key": "patient", "text": "text", "labels": "label"}
    task = {
        "name": "scale", "title": "Nothing, often", "kind": "classification", "caution": "Generated words.",
        "sources": [{"card": "generated", "kind": "clinical_note", "path": "notes", "columns": columns}],
        "prompt": {"system": "a or b?", "user": "{text}"}, "primary_metric": "accuracy",
    }  # fmt: skip
    (folder / "task.yaml").write_text(yaml.safe_dump(task), encoding="utf-8")
    return folder / "task.yaml"


def _cpu_s():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _measured(folder, count, execution="local"):
    """One row a stage: notes, stage, minutes by the clock, minutes of processor time, peak GiB."""
    task, run_id, rows = _study(folder / f"study-{count}", count), f"scale-{count}-{execution}", []
    for stage in ("01_collect", "02_preprocess"):
        settings = ["collect.max_records=null", "preprocess.deid_scan=false", f"execution={execution}"]
        call = [
            sys.executable,
            "-m",
            "helpers",
            "run",
            stage[:2],
            "--task",
            str(task),
            "--profile",
            "smoke",
            "--run-id",
            run_id,
        ]
        call += [word for setting in settings for word in ("--set", setting)]
        began, used = time.perf_counter(), _cpu_s()
        subprocess.run(call, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        manifest = json.loads((folder / "outputs" / run_id / stage / "manifest.json").read_text())
        rows.append(
            {
                "notes": count, "stage": stage, "minutes": (time.perf_counter() - began) / 60,
                "cpu_minutes": (_cpu_s() - used) / 60, "peak_gib": manifest["peak_gib"],
            }
        )  # fmt: skip
    return rows, folder / "outputs" / run_id


def _spread_share(folder, monkeypatch):
    """Share of the processor time that is spent part by part, and so is spread over the machines of a cluster."""
    spread, each = [0.0], batches.each

    def timed(*arguments, **options):
        began = time.process_time()
        done = list(each(*arguments, **options))
        spread[0] += time.process_time() - began
        return done

    monkeypatch.setattr(batches, "each", timed)
    source = tasks.load(str(_study(folder / "share", NOTES // 10)))
    where = {"scratch": folder / "share-scratch"}
    alike = {"min_jaccard": 0.9, "form": "prose"}
    began, records_file = time.process_time(), folder / "share.parquet"
    sources.collect(
        source.sources, records_file=records_file, quarantine_file=folder / "share.csv", folder=folder, cache=None,
        seed=1, beside=source.folder, scratch=folder / "share-way",
    )  # fmt: skip
    repaired = passes.repair(records_file, min_chars=3, test_fold=0, parts=5, fold_parts=1, **where)
    deid = {"method": "safe_harbor", "output": "surrogate", "key": b"k" * 32, "seed": 1, "scan": False}
    clean = passes.deidentify(repaired, gold_notes=1, **deid, **where)
    standard = passes.standardise(clean, sections=source.sections, **alike, **where)
    files = {side: folder / f"share-{side}.parquet" for side in ("train", "validation", "test")}
    passes.split(standard, files, **alike, **where)
    splits.check_files(files)
    return spread[0] / (time.process_time() - began)


def _draw(table, share):
    """Hours by number of notes: measured, carried on on one core, and on the cluster."""
    per_size = table.groupby("notes")["cpu_minutes"].sum() / 60
    slope, fixed = np.polyfit(per_size.index, per_size, 1)
    far = np.geomspace(SIZES[0], FAR, 30)
    alone = fixed + slope * far
    together = fixed + slope * far * (share / CORES + 1 - share)
    _, ax = figures.plt.subplots(figsize=(8.0, 5.0))
    ax.plot(per_size.index, per_size, "o", color=figures.PALETTE[0], label="measured here, 01 and 02")
    ax.plot(far, alone, "-", color=figures.PALETTE[0], label="one core, carried on")
    ax.plot(
        far, together, "--", color=figures.PALETTE[3], label=f"{CORES // 16} machines of 16 cores, reckoned, not run"
    )
    ax.set(xscale="log", yscale="log", xlabel="notes (count)", ylabel="hours of one core, or by the clock of the cluster",
           title="What 01 and 02 cost by the number of notes")  # fmt: skip
    ax.legend()
    reckoned = pd.DataFrame({"notes": far.round().astype(int), "one_core_hours": alone, "cluster_hours": together})
    return ax, pd.concat([table.assign(kind="measured"), reckoned.assign(kind="reckoned")], ignore_index=True)


def test_memory_is_bounded_and_the_cost_linear(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINTUNE_OUTPUTS", str(tmp_path / "outputs"))
    monkeypatch.setenv("CLINTUNE_SECRETS", str(tmp_path / "secrets"))
    rows = []
    for count in SIZES:
        more, run_dir = _measured(tmp_path, count)
        rows += more
        print(pd.DataFrame(more).round(2).to_string(index=False), flush=True)
        kept = sum(pq.read_metadata(path).num_rows for path in run_dir.glob("02_preprocess/artifacts/t*.parquet"))
        kept += pq.read_metadata(run_dir / "02_preprocess/artifacts/validation.parquet").num_rows
        assert kept == count - _doubles(count)
    table, share = pd.DataFrame(rows), _spread_share(tmp_path, monkeypatch)
    ax, data = _draw(table, share)
    caption = (
        f"Processor time of 01 and 02 together, search for identifiers off. Points were measured on one machine. The dashed "
        f"line takes {share:.0%} of the work, measured, as spread over {CORES} cores, and the rest as done by one. It was "
        f"reckoned and not run."
    )
    figures.save(ax, data, Path(os.environ.get("CLINTUNE_FIGURES", tmp_path)), name="scale", caption=caption)
    print(f"spread over machines: {share:.2f} of the processor time")
    assert table["peak_gib"].max() < MOST_GIB
    per_size = table.groupby("notes")["cpu_minutes"].sum()
    first, last = (per_size[b] - per_size[a] for a, b in ((SIZES[0], SIZES[1]), (SIZES[1], SIZES[2])))
    per_note = [first / (SIZES[1] - SIZES[0]), last / (SIZES[2] - SIZES[1])]
    assert NOTES < 30_000 or per_note[1] < 1.35 * per_note[0], "the later notes cost more than the earlier ones"


def test_two_ray_workers_write_the_same_records(tmp_path, monkeypatch):
    pytest.importorskip("ray", reason="ray is not installed (requirements-labs.txt)")
    monkeypatch.setenv("CLINTUNE_OUTPUTS", str(tmp_path / "outputs"))
    monkeypatch.setenv("CLINTUNE_SECRETS", str(tmp_path / "secrets"))
    runs = []
    for execution in ("local", "ray"):
        rows, run_dir = _measured(tmp_path, NOTES // 10, execution)
        print(pd.DataFrame(rows).assign(execution=execution).round(2).to_string(index=False), flush=True)
        runs.append(run_dir)
    names = ["01_collect/artifacts/records.parquet"]
    names += [f"02_preprocess/artifacts/{side}.parquet" for side in ("train", "validation", "test")]
    for name in names:
        assert (
            pq.read_table(runs[1] / name).equals(pq.read_table(runs[0] / name))
            and pq.read_metadata(runs[0] / name).num_rows
        )
