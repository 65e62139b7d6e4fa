"""What a stage ran on: code, packages, device, and the memory it took."""

import importlib.metadata
import os
import platform
import resource
import subprocess
import sys

from helpers.core import paths

GIB = 2**30
PACKAGES = (
    "torch", "transformers", "trl", "peft", "datasets", "scikit-learn", "numpy", "pandas", "xllamacpp", "gguf", "rdkit",
    "openai",
)  # fmt: skip


def peak_gib() -> float:
    """Most memory of this process so far plus that of its largest child."""
    unit = 1 if sys.platform == "darwin" else 1024
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(kind).ru_maxrss for kind in kinds) * unit / GIB


def git_state() -> tuple[str, bool]:
    """The commit of the code, and whether files differ from it."""
    try:
        ask = {"cwd": paths.ROOT, "capture_output": True, "text": True, "check": True}
        commit = subprocess.run(["git", "rev-parse", "HEAD"], **ask).stdout.strip()
        return commit, bool(subprocess.run(["git", "status", "--porcelain"], **ask).stdout.strip())
    except (OSError, subprocess.CalledProcessError):
        return "not a git checkout", True


def device(kind: str) -> str:
    """Name of the processor or, of cuda, of the GPU."""
    torch = sys.modules.get("torch")
    if kind == "cuda" and torch is not None:
        return str(torch.cuda.get_device_name(0))
    return f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"


def packages() -> dict[str, str]:
    """Versions of the packages that make a result."""
    return {name: _version(name) for name in PACKAGES}


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
