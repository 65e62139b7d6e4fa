"""What this machine has, and which profiles fit on it."""

import importlib.metadata
import os
import platform
import re

import pandas as pd
import psutil

from helpers.core import paths, profiles
from helpers.core.machine import GIB
from helpers.lm import model_files


def examine() -> dict[str, pd.DataFrame]:
    """Tables of the machine, the models, the pinned versions that differ, and the profiles."""
    memory_gib, gpu, gpu_gib = psutil.virtual_memory().total / GIB, *_gpu()
    machine = pd.DataFrame(
        [
            ("Python", platform.python_version()),
            ("cores", os.cpu_count()),
            ("memory", f"{memory_gib:.1f} GiB, {psutil.virtual_memory().available / GIB:.1f} free"),
            ("GPU", f"{gpu}, {gpu_gib:.1f} GiB" if gpu else "none"),
            ("disk", f"{psutil.disk_usage(str(paths.ROOT)).free / GIB:.0f} GiB free"),
        ],
        columns=["what", "found"],
    )
    present = pd.DataFrame(
        [
            (name, item.title, "present" if model_files.is_present(name) else "missing: make setup")
            for name, item in model_files.EMBEDDED.items()
        ],
        columns=["model", "title", "state"],
    )
    return {
        "Machine": machine,
        "Embedded models": present,
        "Packages that differ from their pins": versions(),
        "Profiles": fits(memory_gib=memory_gib, gpu_gib=gpu_gib),
    }


def versions() -> pd.DataFrame:
    """Pinned packages whose installed version differs."""
    rows = []
    for line in (paths.ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        match = re.match(r"([A-Za-z0-9_.\-]+)(?:\[.*\])?==(\S+)", line)
        if not match:
            continue
        try:
            found = importlib.metadata.version(match[1]).split("+")[0]
        except importlib.metadata.PackageNotFoundError:
            found = "not installed"
        if found != match[2]:
            rows.append((match[1], match[2], found))
    return pd.DataFrame(rows, columns=["package", "pinned", "found"])


def fits(*, memory_gib: float, gpu_gib: float) -> pd.DataFrame:
    """What each profile needs, and whether this machine has it."""
    rows = []
    for name in profiles.names():
        profile = profiles.load(name)
        enough = memory_gib >= profile.min_memory_gib and gpu_gib >= profile.min_gpu_gib
        need = f"{profile.min_memory_gib:g} GiB" + (f", GPU {profile.min_gpu_gib:g} GiB" if profile.min_gpu_gib else "")
        rows.append((name, profile.description, need, "yes" if enough else "no"))
    return pd.DataFrame(rows, columns=["profile", "for", "needs", "fits"])


def _gpu() -> tuple[str, float]:
    import torch

    if not torch.cuda.is_available():
        return "", 0.0
    return torch.cuda.get_device_name(0), torch.cuda.get_device_properties(0).total_memory / GIB
