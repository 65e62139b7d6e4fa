"""What makes a stage complete: a manifest with the hash of everything it read and wrote, put in place last and whole."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pydantic import BaseModel

from helpers.core.errors import StageError

STAGES = ("01_collect", "02_preprocess", "03_select", "04_train", "05_evaluate", "06_deploy")
NAME = "manifest.json"
SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Status:
    """Where one stage of a run stands."""

    stage: str
    state: str  # missing | unfinished | stale | fresh
    reason: str
    manifest: dict[str, Any]


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest(*values: Any) -> str:
    """Hex digest of JSON-like values or pydantic models, independent of the order of keys."""
    plain = [value.model_dump(mode="json") if isinstance(value, BaseModel) else value for value in values]
    return hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode()).hexdigest()


def describe(path: Path, root: Path) -> dict[str, Any]:
    """One entry of a manifest: path relative to the run, sha256, bytes, and rows of a Parquet file."""
    entry: dict[str, Any] = {
        "path": path.relative_to(root).as_posix(),
        "sha256": sha256(path),
        "bytes": path.stat().st_size,
    }
    if path.suffix == ".parquet":
        entry["rows"] = pq.read_metadata(path).num_rows
    return entry


def read(stage_dir: Path) -> dict[str, Any]:
    """The manifest of a finished stage.

    Raises:
        StageError: If there is none, or it cannot be read.
    """
    path = stage_dir / NAME
    if not path.is_file():
        raise StageError(
            f"{stage_dir.name} of run `{stage_dir.parent.name}` is not finished",
            found="no manifest.json",
            remedy=f"clintune run {stage_dir.name[:2]} --run-id {stage_dir.parent.name}, "
            f"or run notebooks/{stage_dir.name}.ipynb",
        )
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise StageError(
            f"{stage_dir.name}/manifest.json is not JSON", found=f"line {error.lineno}", remedy="run the stage again"
        ) from None
    lacking = {"schema_version", "settings_sha256", "inputs", "outputs"} - set(manifest)
    if lacking:
        raise StageError(
            f"{stage_dir.name}/manifest.json is not a manifest",
            found=f"no {', '.join(sorted(lacking))}",
            remedy="run the stage again",
        )
    return manifest


def seed_of(run_dir: Path) -> int:
    """The seed that a run was started with."""
    return int((run_dir / "seed").read_text(encoding="utf-8"))


def check(stage_dir: Path, target: Path) -> list[dict[str, Any]]:
    """Entries of a finished stage's manifest for `target` (a file, or all files below a folder), each hash checked.

    Raises:
        StageError: If the manifest does not list it, or a file has changed or gone since.
    """
    root = stage_dir.parent
    name = target.relative_to(root).as_posix()
    listed = read(stage_dir)["outputs"]
    entries = [entry for entry in listed if entry["path"] == name or entry["path"].startswith(name + "/")]
    if not entries:
        raise StageError(
            f"{stage_dir.name} did not write {name}",
            expected="a path that its manifest lists",
            remedy=f"clintune run {stage_dir.name[:2]} --run-id {root.name}",
        )
    extra = {path.relative_to(root).as_posix() for path in target.rglob("*") if path.is_file()}
    extra -= {entry["path"] for entry in entries}
    if extra:
        raise StageError(
            f"{name} holds files that {stage_dir.name} did not write",
            found=", ".join(sorted(extra)[:3]),
            remedy="take them out, or run the stage again",
        )
    for entry in entries:
        path = root / entry["path"]
        found = sha256(path) if path.is_file() else "no file"
        if found != entry["sha256"]:
            raise StageError(
                f"{entry['path']} is not what {stage_dir.name} wrote",
                found=f"sha256 {found[:12]}",
                expected=f"sha256 {entry['sha256'][:12]}",
                remedy=f"clintune run {stage_dir.name[:2]} --run-id {root.name}, or start a new run id",
            )
    return entries


def status(run_dir: Path, settings: dict[str, str]) -> list[Status]:
    """Say of each stage whether it is missing, unfinished, stale or fresh.

    Args:
        run_dir: Folder of the run.
        settings: Stage to the digest of the settings wanted now; stages left out are judged by their inputs alone.
    """
    found: list[Status] = []
    written: dict[str, str] = {}
    for stage in STAGES:
        stage_dir = run_dir / stage
        if not (stage_dir / NAME).is_file():
            state = "unfinished" if stage_dir.is_dir() else "missing"
            found.append(Status(stage, state, "no manifest", {}))
            continue
        manifest = read(stage_dir)
        reason = _why_stale(manifest, written, settings.get(stage), run_dir)
        upstream = [item.stage for item in found if item.state != "fresh"]
        if not reason and upstream:
            reason = f"{upstream[0]} is not fresh"
        found.append(Status(stage, "stale" if reason else "fresh", reason, manifest))
        written |= {entry["path"]: entry["sha256"] for entry in manifest["outputs"]}
    return found


def _why_stale(manifest: dict[str, Any], written: dict[str, str], wanted: str | None, run_dir: Path) -> str:
    if manifest["schema_version"] != SCHEMA_VERSION:
        return "written by another version"
    if wanted is not None and manifest["settings_sha256"] != wanted:
        return "settings changed"
    for entry in manifest["inputs"]:
        if written.get(entry["path"]) != entry["sha256"]:
            return f"{entry['path']} changed"
    for entry in manifest["outputs"]:
        path = run_dir / entry["path"]
        if not path.is_file() or path.stat().st_size != entry["bytes"]:
            return f"{entry['path']} is missing or changed"
    return ""
