"""Where things are: the project's own folders and the per-user cache."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
PROFILES = NOTEBOOKS / "profiles"
TASKS = NOTEBOOKS / "tasks"
SWEEPS = NOTEBOOKS / "sweeps"
DATA_CARDS = ROOT / "data_cards"


def outputs() -> Path:
    """Folder of all runs: `CLINTUNE_OUTPUTS` or `outputs/` in the project."""
    return Path(os.environ.get("CLINTUNE_OUTPUTS", ROOT / "outputs"))


def data() -> Path:
    """Folder of data sets that others publish, one folder for each: `CLINTUNE_DATA` or `data/` in the project."""
    return Path(os.environ.get("CLINTUNE_DATA", ROOT / "data")).expanduser()


def looked_in(beside: str = "") -> tuple[Path, ...]:
    """Folders in which the path of a task's source is looked for, in order.

    Args:
        beside: Folder of the task file; then come the working folder, the project, and `data()`.
    """
    return Path(beside), Path(), ROOT, data()


def cache() -> Path:
    """Folder for converted public models: `CLINTUNE_CACHE` or `.cache/` in the project. Never holds records."""
    folder = Path(os.environ.get("CLINTUNE_CACHE", ROOT / ".cache"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secrets() -> Path:
    """Folder of keys, 0700, outside `outputs/`: `CLINTUNE_SECRETS` or `~/.config/clintune`."""
    folder = Path(os.environ.get("CLINTUNE_SECRETS", Path.home() / ".config" / "clintune"))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
