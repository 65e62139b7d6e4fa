"""Start a module of this package as a child process that announces the address it serves on."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from helpers.core import paths
from helpers.core.errors import StageError

REQUEST_TIMEOUT_S = 900.0
"""For one request: other jobs make llama.cpp, which waits actively, many times slower, and slow is not broken."""
_POLL_S = 0.05
_STOP_TIMEOUT_S = 10.0
_TAIL_LINES = 5


KEY = "CLINTUNE_ENGINE_KEY"
"""Environment variable that gives a `Private` child its key."""


@dataclass(frozen=True)
class Child:
    """A running child process."""

    process: subprocess.Popen
    address: str

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return self.process.poll() is None

    def stop(self) -> None:
        """Ask the process to end by closing its standard input; kill it if it does not."""
        _stop(self.process)


class Private:
    """A child that may be started and stopped, whose key only this process knows: what an engine runs in."""

    def __init__(
        self, module: str, arguments: Sequence[str], *, environment: Mapping[str, str] | None = None, timeout_s: float
    ) -> None:
        """Describe `python -m module` as `start` takes it; the module finds its key in the variable `KEY`."""
        self._module, self._arguments = module, arguments
        self._environment, self._timeout_s = environment or {}, timeout_s
        self.child: Child | None = None
        self.folder: Path | None = None  # of the log, while it runs
        self._client: httpx.Client | None = None

    def start(self) -> None:
        """Start it, with a new key and a folder of its own; harmless when it runs.

        Raises:
            StageError: As the module's `start`.
        """
        if self.child is not None:
            return
        key, folder = secrets.token_hex(16), Path(tempfile.mkdtemp(prefix="clintune-engine-"))
        environment = {KEY: key, **self._environment}
        try:
            found = start(
                self._module, self._arguments, folder=folder, environment=environment, timeout_s=self._timeout_s
            )
        except StageError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        headers = {"Authorization": f"Bearer {key}"}
        self._client = httpx.Client(base_url=found.address, headers=headers, timeout=REQUEST_TIMEOUT_S, trust_env=False)
        self.child, self.folder = found, folder

    def stop(self) -> None:
        """Stop it and delete its log; harmless when it does not run."""
        if self.child is not None:
            self._client.close()
            self.child.stop()
            shutil.rmtree(self.folder, ignore_errors=True)
        self.child = self.folder = self._client = None

    @property
    def is_healthy(self) -> bool:
        """Whether the process runs and answers `GET /health`."""
        if self.child is None or not self.child.is_running:
            return False
        try:
            return self._client.get("/health", timeout=5.0).status_code == 200
        except httpx.HTTPError:
            return False

    def post(self, path: str, body: dict) -> httpx.Response:
        """Ask.

        Raises:
            StageError: If it is not running or does not answer.
        """
        if self._client is None:
            raise StageError("The serving engine is not running", remedy="start it: `with ... as engine:`")
        try:
            return self._client.post(path, json=body)
        except httpx.HTTPError as error:
            raise StageError(
                "The serving engine does not answer", found=type(error).__name__, remedy="start it again"
            ) from None


def start(
    module: str,
    arguments: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    timeout_s: float,
) -> Child:
    """Run `python -m module` and wait for its address.

    Args:
        module: Its command line must take `--address-file`, call `announce`, and end when
            `wait_for_parent` returns.
        arguments: Further arguments; secrets go into `environment`, since other users can see arguments.
        folder: Private folder of its log and its address.
        environment: Variables beside this process's own.
        timeout_s: Seconds to wait.

    Raises:
        StageError: If it ended or did not answer in time, with the last lines of its log.
    """
    address_file, log = folder / "address", folder / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments, "--address-file", str(address_file)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=paths.ROOT,
            env={**os.environ, **(environment or {})},
        )
    until = time.monotonic() + timeout_s
    while time.monotonic() < until and process.poll() is None:
        if address_file.exists():
            return Child(process, address_file.read_text(encoding="utf-8"))
        time.sleep(_POLL_S)
    ended = process.poll()
    tail = " | ".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL_LINES:])
    _stop(process)
    raise StageError(
        f"{module} did not start",
        found=(f"no answer in {timeout_s:.0f} s" if ended is None else f"exit code {ended}")
        + f"; its log ends: {tail}",
        expected="an address on 127.0.0.1",
        remedy="check the file and the free memory, then start it again",
    )


def announce(address_file: Path, address: str) -> None:
    """In the child: tell the parent where it is served."""
    partial = address_file.with_suffix(".partial")
    partial.write_text(address, encoding="utf-8")
    os.replace(partial, address_file)


def wait_for_parent(address_file: Path) -> None:
    """In the child: return once the parent has closed standard input or ended, and remove the folder it gave."""
    sys.stdin.buffer.read()
    shutil.rmtree(address_file.parent, ignore_errors=True)


def _stop(process: subprocess.Popen) -> None:
    if process.stdin is not None and not process.stdin.closed:
        process.stdin.close()
    try:
        process.wait(_STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
