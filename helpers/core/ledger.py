"""The run's ledger: one line for each decision, its evidence and any override, chained by hash so edits show."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from helpers.core.errors import StageError

NAME = "ledger.jsonl"


def append(run_dir: Path, event: str, **data: Any) -> dict[str, Any]:
    """Add one entry; it carries the hash of the entry before it."""
    entries = read(run_dir)
    entry = {
        "index": len(entries),
        "event": event,
        "at_utc": datetime.now(UTC).isoformat(timespec="seconds"),
        "data": json.loads(json.dumps(data, default=str)),
        "previous": entries[-1]["sha256"] if entries else "",
    }
    entry["sha256"] = _digest(entry)
    with (run_dir / NAME).open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")
    return entry


def read(run_dir: Path) -> list[dict[str, Any]]:
    """All entries, oldest first, the chain checked.

    Raises:
        StageError: If an entry was changed, removed or put in.
    """
    path = run_dir / NAME
    if not path.is_file():
        return []
    entries: list[dict[str, Any]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
            whole = entry["sha256"] == _digest(entry) and entry["index"] == len(entries)
            whole = whole and entry["previous"] == (entries[-1]["sha256"] if entries else "")
        except (json.JSONDecodeError, KeyError, TypeError):
            whole = False
        if not whole:
            raise StageError(
                f"The ledger of run `{run_dir.name}` was edited",
                found=f"entry {len(entries)} does not follow from the one before it",
                remedy="restore ledger.jsonl from a backup, or start a new run id",
            )
        entries.append(entry)
    return entries


def count(run_dir: Path, event: str) -> int:
    """How often an event was recorded."""
    return sum(entry["event"] == event for entry in read(run_dir))


def _digest(entry: dict[str, Any]) -> str:
    content = {key: value for key, value in entry.items() if key != "sha256"}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
