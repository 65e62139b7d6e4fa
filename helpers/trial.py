"""One trial of a sweep: 04 in a process of its own, on records and a choice that all trials share."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from helpers import pipeline
from helpers.core import ledger, manifests
from helpers.core.errors import ClinTuneError

SHARED = manifests.STAGES[:3]
STOP = "stop"  # a file of this name in a trial's folder ends it
_POLL_S = 0.5
_GRACE_S = 60


def share(base: Path, run_dir: Path) -> None:
    """Give a trial the finished stages of `base`, so that it begins with 04; does nothing where they stand already.

    Parquet files are linked where the file system can, the rest, the ledger too, is copied.
    """
    run_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    stamp = [manifests.sha256(base / stage / manifests.NAME) for stage in SHARED]
    standing = [run_dir / stage / manifests.NAME for stage in SHARED]
    if stamp == [manifests.sha256(path) if path.is_file() else "" for path in standing]:
        return
    for entry in list(run_dir.iterdir()):
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    for stage in SHARED:
        shutil.copytree(base / stage, run_dir / stage, copy_function=_link)
    for name in (ledger.NAME, "profile.yaml", "task.yaml", "seed"):
        shutil.copy2(base / name, run_dir / name)


def train(arguments: dict[str, Any], run_dir: str, threads: int) -> str:
    """Run 04 in a child process until it ends, or until the file `STOP` stands in `run_dir`.

    The child lives no longer than its input pipe, so that nothing goes on where this process is killed.

    Args:
        arguments: Of `pipeline.run`.
        run_dir: Folder of the run.
        threads: Of the child's matrix products.

    Returns:
        What went wrong; empty if nothing did.
    """
    folder = Path(run_dir)
    stop, log = folder / STOP, folder / "trial.log"
    stop.unlink(missing_ok=True)
    env = os.environ | {"OMP_NUM_THREADS": str(threads), "CLINTUNE_OUTPUTS": str(folder.parent)}
    with log.open("w", encoding="utf-8") as errors:
        child = subprocess.Popen(
            [sys.executable, "-m", "helpers.trial"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=env,
        )
    try:
        child.stdin.write(json.dumps(arguments) + "\n")
        child.stdin.flush()
        while child.poll() is None and not stop.exists():
            time.sleep(_POLL_S)
    finally:
        child.stdin.close()
        try:
            child.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    if child.returncode == 0:
        return ""
    said = child.stdout.read().strip() or log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]
    return said or f"ended with code {child.returncode}"


def validation_losses(run_dir: Path) -> list[float]:
    """Validation losses that 04 has measured so far, oldest first, as the newest checkpoint's log tells them."""
    states = (run_dir / "04_train" / "scratch" / "checkpoints").glob("checkpoint-*/trainer_state.json")
    try:
        newest = max(states, key=lambda path: int(path.parent.name.rpartition("-")[2]), default=None)
        history = json.loads(newest.read_text(encoding="utf-8"))["log_history"] if newest else []
    except (FileNotFoundError, json.JSONDecodeError):  # it is being written, or has just been taken away
        return []
    return [entry["eval_loss"] for entry in history if "eval_loss" in entry]


def clear(run_dir: Path) -> None:
    """Delete the checkpoints of a trial that will not go on."""
    shutil.rmtree(run_dir / "04_train" / "scratch", ignore_errors=True)


def absolute(name: str) -> str:
    """A profile's or task's name as it is, or its file's whole path."""
    return str(Path(name).resolve()) if name.endswith((".yaml", ".yml")) else name


def _link(source: str, target: str) -> None:
    if source.endswith(".parquet"):
        try:
            os.link(source, target)
            return
        except OSError:  # another disk, or one that knows no links
            pass
    shutil.copy2(source, target)


def _end_with_pipe() -> None:
    os.read(0, 1)  # returns when the other end is closed, or its process is gone
    os.kill(os.getpid(), signal.SIGTERM)  # nbclient then ends the kernel too


def main() -> None:
    """Child process: the arguments of `pipeline.run` as one line of JSON, the error as one line of text."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)  # not through sys.stdin, whose buffer `_end_with_pipe` could not share
        if not byte:
            return
        line += byte
    threading.Thread(target=_end_with_pipe, daemon=True).start()
    try:
        pipeline.run(("04",), **json.loads(line))
    except ClinTuneError as error:
        print(str(error).replace("\n", " "))
        sys.exit(1)


if __name__ == "__main__":
    main()
