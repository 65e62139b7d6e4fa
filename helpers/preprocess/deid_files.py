"""De-identify files of any size: batches over all cores, finished parts on disk, so that a killed run goes on."""

import json
import os
import shutil
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from threadpoolctl import threadpool_limits

from helpers.clinical.deid import engine, reidentification, surrogates
from helpers.core import files, keys, machine
from helpers.core.errors import RecordError, StageError
from helpers.preprocess import deid_batch, deid_inputs, deid_outputs, deid_plan
from helpers.preprocess.deid_plan import Plan

PART = 100
"""Records of a part: what is found in one go by one process, and the most that a kill makes undone."""


def run(
    source: Path,
    target: Path,
    *,
    mode: engine.Mode = "balanced",
    output: surrogates.Output = "surrogate",
    method: surrogates.Method = "safe_harbor",
    spans: Path | None = None,
    text: str = "",
    record: str = "",
    patient: str = "",
    columns: Mapping[str, str] | None = None,
    workers: int | None = None,
    key_file: Path | None = None,
    code_map: Path | None = None,
    map_key: str = "",
    restart: bool = False,
    progress: Callable[[int], None] = lambda records: None,
) -> dict[str, Any]:
    """De-identify `source` into `target`; called again after a kill it goes on where it stopped.

    Args:
        source: See `deid_inputs.EXPECTED`.
        target: The new file or folder; beside it come `.quarantine.jsonl` and `.report.json`.
        mode: See `engine.find`.
        output: What replaces an identifier.
        method: HIPAA road.
        spans: Where to write the spans of every record; it holds the ids of the input.
        text: Column of the note; by its usual names where "".
        record: Column of the record id, likewise.
        patient: Column of the patient id, likewise.
        columns: Identifier columns and their labels, besides those that are detected.
        workers: Processes, all cores where None; the result is the same for any number.
        key_file: The secret; where None one of this user is made on first use.
        code_map: Encrypted file that leads from the codes of records, patients and files back to their ids; none where None.
        map_key: Passphrase of `code_map`, 12 characters or more.
        restart: Forget an unfinished run and overwrite `target`.
        progress: Told the number of records after each part.

    Returns:
        The report, as it is written.

    Raises:
        RecordError: If the input cannot be read at all.
        StageError: If `target` exists, or an unfinished run had another input or other settings.
        PhiError: If the key is missing or not whole.
    """
    began = time.perf_counter()
    kind = deid_inputs.kind_of(source)
    if spans and kind.startswith("fhir"):
        raise RecordError("FHIR resources have no one text that spans could refer to", remedy="leave out --spans")
    if code_map and kind == "fhir":
        raise RecordError(
            "Lines of FHIR resources have no file name to map", remedy="leave out --map, or give a folder"
        )
    if code_map:
        reidentification.append(code_map, (), key=map_key)  # a wrong key shows before the work begins
    plan = deid_plan.of(
        source,
        kind=kind,
        mode=mode,
        output=output,
        method=method,
        key=keys.read(key_file) if key_file else keys.own("deid"),
        given=(text, record, patient),
        columns=columns or {},
    )
    parts = target.with_name(target.name + ".parts")
    settings = deid_plan.settings(source, plan, spans=bool(spans), part=PART)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(target.with_name(f".{target.name}.lock"), timeout=0):
            done = _prepared(target, parts, settings, restart)
            _work(source, plan, parts, done, workers or os.cpu_count() or 1, progress)
            report = _finished(parts, target, spans, plan, settings)
            if code_map:
                reidentification.append(code_map, deid_batch.codes(deid_inputs.read(source, kind), plan), key=map_key)
    except Timeout:
        raise StageError("Another process is writing this output", remedy="wait for it or stop it") from None
    finally:
        target.with_name(f".{target.name}.lock").unlink(missing_ok=True)
    seconds = time.perf_counter() - began
    report |= {"seconds": round(seconds, 2), "resumed_after_parts": done}
    fresh = report["records"] + sum(report["quarantine"].values()) - done * PART
    report["records_per_s"] = round(max(fresh, 0) / seconds, 1)
    report["peak_memory_mib"] = round(machine.peak_gib() * 1024, 1)
    files.write_json(target.with_name(target.name + ".report.json"), report)
    shutil.rmtree(parts)
    return report


def _prepared(target: Path, parts: Path, settings: Mapping[str, Any], restart: bool) -> int:
    """Number of parts that are done."""
    if restart and parts.exists():
        shutil.rmtree(parts)
    if (parts / "settings.json").is_file():
        had = json.loads((parts / "settings.json").read_text(encoding="utf-8"))
        changed = sorted(name for name in settings if had.get(name) != settings[name])
        if changed:
            raise StageError(
                "An unfinished run of this output had another input or other settings",
                found=f"changed: {', '.join(changed)}",
                expected="the same as when it began",
                remedy="put them back, or begin anew with --restart",
            )
        done = 0
        while (parts / f"{done:08d}.json").is_file():
            done += 1
        return done
    if target.exists() and not restart:
        raise StageError("The output exists already", found=target.name, remedy="name another, or add --restart")
    parts.mkdir(mode=0o700, exist_ok=True)
    files.write_json(parts / "settings.json", settings)
    return 0


def _batches(source: Path, kind: str, done: int) -> Iterator[list[deid_inputs.Unit]]:
    units = islice(deid_inputs.read(source, kind), done * PART, None)
    while batch := list(islice(units, PART)):
        yield batch


def _work(source: Path, plan: Plan, parts: Path, done: int, workers: int, progress: Callable[[int], None]) -> None:
    progress(done * PART)
    number = done
    batches = _batches(source, plan.kind, done)
    if workers == 1:
        for batch in batches:
            number = _keep(parts, number, deid_batch.treat(batch, plan), progress)
        return
    waiting: deque[Future] = deque()
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_ready_worker, initargs=(os.getpid(),)
    ) as pool:
        for batch in batches:
            waiting.append(pool.submit(deid_batch.treat, batch, plan))
            if len(waiting) >= 2 * workers:
                number = _keep(parts, number, waiting.popleft().result(), progress)
        while waiting:
            number = _keep(parts, number, waiting.popleft().result(), progress)


def _keep(parts: Path, number: int, done: deid_batch.Done, progress: Callable[[int], None]) -> int:
    """Write a part; its .json comes last and says that it is whole."""
    for ending, data in (("out", done.output), ("spans", done.spans), ("quarantine", done.quarantine)):
        deid_outputs.write_bytes(parts / f"{number:08d}.{ending}", data)
    counts = {"records": done.records, "found": done.found, "reasons": done.reasons}
    files.write_json(parts / f"{number:08d}.json", counts)
    progress(done.records + sum(done.reasons.values()))
    return number + 1


def _finished(parts: Path, target: Path, spans: Path | None, plan: Plan, settings: Mapping[str, Any]) -> dict[str, Any]:
    records, found, reasons = 0, Counter(), Counter()
    whole = sorted(path for path in parts.glob("*.json") if path.stem.isdigit())
    for path in whole:
        counts = json.loads(path.read_text(encoding="utf-8"))
        records += counts["records"]
        found.update(counts["found"])
        reasons.update(counts["reasons"])
    numbers = [path.stem for path in whole]
    quarantine = target.with_name(target.name + ".quarantine.jsonl")
    deid_outputs.join([parts / f"{number}.quarantine" for number in numbers], quarantine)
    if not records:
        shutil.rmtree(parts)
        raise RecordError("No record could be read", found=dict(reasons) or "no record", expected=deid_inputs.EXPECTED)
    if spans:
        deid_outputs.join([parts / f"{number}.spans" for number in numbers], spans)
    deid_outputs.finish([parts / f"{number}.out" for number in numbers], target, plan)
    labels = [
        dict(zip(("label", "layer"), name.split("\t"), strict=True), spans=n) for name, n in sorted(found.items())
    ]
    return {
        "note": "A record of what was done; no certificate that the output holds no identifier.",
        "records": records,
        "spans": labels,
        "quarantine": dict(sorted(reasons.items())),
        "mode": plan.mode,
        "method": plan.method,
        "output": plan.output,
        "columns": plan.labels,
        "input_sha256": settings["input_sha256"],
        "output_sha256": deid_outputs.digest(target),
        "weights_sha256": settings["weights_sha256"],
    }


def _ready_worker(parent: int) -> None:
    """One core for each worker; one whose parent was killed ends within a second."""
    threadpool_limits(1)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
