"""A stage's life: start, read hash-checked input, write, finish. The manifest comes last; its presence means complete."""

import json
import shutil
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from filelock import FileLock, Timeout
from matplotlib.axes import Axes

from helpers.core import batches, figures, files, keys, ledger, machine, manifests, paths, plans, profiles, tasks
from helpers.core.errors import StageError
from helpers.core.outbound import Outbound


class Run:
    """One stage of one run, open for writing. Made by `start`, closed by `finish`."""

    def __init__(self, stage: str, run_dir: Path, profile: profiles.Profile, task: tasks.Task, seed: int) -> None:
        self.stage, self.dir, self.run_dir = stage, run_dir / stage, run_dir
        self.profile, self.task, self.seed, self.run_id = profile, task, seed, run_dir.name
        self._began = time.perf_counter()
        self._started_utc = datetime.now(UTC).isoformat(timespec="seconds")
        self._inputs: dict[str, dict[str, Any]] = {}
        self._captions: dict[str, str] = {}
        self._lock = FileLock(run_dir / ".lock", timeout=0, is_singleton=True)

    def plan(self) -> pd.DataFrame:
        """What this stage is about to do: its settings, and what it took the last time with this profile."""
        rows = [("run", self.run_id), ("task", self.task.title), ("device", self.profile.device)]
        rows += getattr(self.profile, self.stage[3:]).model_dump().items()
        rows.append(("took the last time", _last_cost(self.stage, self.profile.name, self.task.name)))
        return pd.DataFrame([(name, str(value)) for name, value in rows], columns=["setting", "value"])

    def input(self, stage: str, name: str) -> Path:
        """Path of a file or folder that an earlier stage wrote to its `artifacts/`, after checking its hash.

        Raises:
            StageError: If that stage is not finished, did not write it, or it has changed since.
        """
        path = self.run_dir / stage / "artifacts" / name
        for entry in manifests.check(self.run_dir / stage, path):
            self._inputs[entry["path"]] = entry
        return path

    def output(self, name: str) -> Path:
        """Path in this stage's `artifacts/` to write to; parent folders are made."""
        path = self.dir / "artifacts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def scratch(self, name: str) -> Path:
        """Folder that survives a kill, so that the stage can go on where it stopped; `finish` removes it."""
        folder = self.dir / "scratch" / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def save_json(self, value: Any, name: str) -> Path:
        """Write plain values as `artifacts/<name>.json`."""
        return files.write_json(self.output(f"{name}.json"), value)

    def table(self, name: str) -> Path:
        """Path of `tables/<name>.csv`, for a table that is written row by row."""
        folder = self.dir / "tables"
        folder.mkdir(exist_ok=True)
        return folder / f"{name}.csv"

    def save_table(self, frame: pd.DataFrame, name: str) -> pd.DataFrame:
        """Write `tables/<name>.csv` and return the frame, so that a cell can show it."""
        frame.to_csv(self.table(name), index=False)
        return frame

    def save_figure(self, ax: Axes, data: pd.DataFrame, name: str, caption: str) -> None:
        """Write `figures/<name>.png` and the data behind it as CSV; the caption, how to read it, stands beside and below."""
        folder = self.dir / "figures"
        figures.save(ax, data, folder, name=name, caption=caption)
        self._captions[name] = caption
        (folder / "captions.json").write_text(json.dumps(self._captions, indent=1), encoding="utf-8")

    def save_pictures(self, pictures: Iterable[figures.Picture], *, shown: int | None = None) -> None:
        """Draw and save several figures; a notebook shows all of them, or the first `shown`."""
        for number, picture in enumerate(pictures):
            ax = picture.draw(picture.data)
            self.save_figure(ax, picture.data, picture.name, picture.caption)
            if shown is not None and number >= shown:
                figures.close(ax)

    def decide(self, gate: str, *, passed: bool, evidence: Path | None = None, **data: Any) -> None:
        """Write a gate's decision to the ledger, with the hash of its evidence."""
        proof = (
            {"path": str(evidence.relative_to(self.run_dir)), "sha256": manifests.sha256(evidence)} if evidence else {}
        )
        ledger.append(self.run_dir, f"gate:{gate}", stage=self.stage, passed=passed, evidence=proof, **data)

    def open_test_set(self, purpose: str) -> int:
        """Count one opening of the locked test set on the ledger and return the number of openings so far."""
        ledger.append(self.run_dir, "test set opened", stage=self.stage, purpose=purpose)
        return ledger.count(self.run_dir, "test set opened")

    @property
    def answer_tokens(self) -> int:
        """Tokens that a model may write: what the task's answers need, or what the profile says."""
        return self.task.answer_tokens or self.profile.evaluate.max_new_tokens

    def may_display(self) -> bool:
        """Whether every card of the run lets record text be shown (public or simulated sources)."""
        path = self.input("01_collect", "permission.json")
        return bool(json.loads(path.read_text(encoding="utf-8"))["may_display"])

    def leaving(self, *splits: str) -> Outbound:
        """Records of these sides of the split as `lm.egress.permit` must know them before they leave this machine."""
        return Outbound(
            api=self.profile.select.hosted,
            terms=self.profile.egress,
            files={name: self.input("02_preprocess", f"{name}.parquet") for name in splits},
            report=self.input("02_preprocess", "deid_report.json"),
            run_dir=self.run_dir,
            stage=self.stage,
            seed=self.seed,
            beside=self.task.folder,
        )

    def secret(self, name: str) -> bytes:
        """A 32-byte key of this user from a 0600 file outside `outputs/`, made on first use.

        Raises:
            PhiError: If the file does not hold a whole key.
        """
        return keys.own(name)

    def cost(self) -> pd.DataFrame:
        """What the finished stages before this one have cost, and this one so far.

        Returns:
            Columns stage, minutes, peak GiB (of the stage's process and its children).
        """
        rows = []
        for stage in manifests.STAGES[: manifests.STAGES.index(self.stage)]:
            if (self.run_dir / stage / manifests.NAME).is_file():
                done = manifests.read(self.run_dir / stage)
                rows.append((stage, round(done["wall_s"] / 60, 1), done["peak_gib"]))
        rows.append((self.stage, round((time.perf_counter() - self._began) / 60, 1), round(machine.peak_gib(), 2)))
        return pd.DataFrame(rows, columns=["stage", "minutes", "peak GiB"])

    def finish(self, *, metrics: dict[str, Any]) -> str:
        """Write metrics and, last of all, the manifest; release the run.

        Args:
            metrics: Units in the names.

        Returns:
            What was written, in one line.
        """
        shutil.rmtree(self.dir / "scratch", ignore_errors=True)
        batches.leave()
        cost = {"wall_s": round(time.perf_counter() - self._began, 1), "peak_gib": round(machine.peak_gib(), 2)}
        files.write_json(self.dir / "metrics.json", metrics | cost)
        written = sorted(
            path
            for folder in ("artifacts", "tables", "figures")
            for path in (self.dir / folder).rglob("*")
            if path.is_file()
        )
        commit, dirty = machine.git_state()
        manifest = {
            "schema_version": manifests.SCHEMA_VERSION,
            "stage": self.stage,
            "run_id": self.run_id,
            "git_commit": commit,
            "git_dirty": dirty,
            "profile_sha256": manifests.digest(self.profile),
            "task_sha256": manifests.digest(self.task),
            "settings_sha256": plans.settings_digest(self.stage, self.profile, self.task, self.seed),
            "seed": self.seed,
            "started_utc": self._started_utc,
            **cost,
            "device": machine.device(self.profile.device),
            "tokens": metrics.get("train_tokens", 0),
            "packages": machine.packages(),
            "inputs": sorted(self._inputs.values(), key=lambda entry: entry["path"]),
            "outputs": [manifests.describe(path, self.run_dir) for path in [*written, self.dir / "metrics.json"]],
        }
        files.write_json(self.dir / manifests.NAME, manifest)
        digest = manifests.sha256(self.dir / manifests.NAME)
        ledger.append(self.run_dir, "stage finished", stage=self.stage, manifest=digest)
        self._lock.release(force=True)
        return f"{self.stage} is complete: {len(written)} files, manifest sha256 {digest[:12]}"


def start(
    stage: str,
    *,
    profile: str,
    task: str,
    seed: int,
    run_id: str = "",
    overrides: dict[str, Any] | None = None,
) -> Run:
    """Open one stage for writing: resolve profile and task, take the run's lock, clear what an earlier try left.

    Raises:
        ProfileError: If the profile, the task or an override does not hold together.
        StageError: If the stage is unknown, or another process is writing this run.
    """
    if stage not in manifests.STAGES:
        raise StageError(f"There is no stage `{stage}`", expected=", ".join(manifests.STAGES))
    resolved, what = plans.resolve(profile, task, overrides)
    run_dir = plans.folder_of(run_id or plans.default_run_id(resolved.name, what.name, seed))
    run_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    run = Run(stage, run_dir, resolved, what, seed)
    try:
        run._lock.acquire()
    except Timeout:
        raise StageError(
            f"Run `{run_dir.name}` is being written by another process",
            remedy="wait for it, stop it, or choose another --run-id",
        ) from None
    (run.dir / manifests.NAME).unlink(missing_ok=True)
    for folder in ("artifacts", "tables", "figures"):
        shutil.rmtree(run.dir / folder, ignore_errors=True)
    run.dir.mkdir(exist_ok=True)
    pd.set_option("display.max_colwidth", 160)
    _keep_scratch_of(run)
    for name, model in (("profile", resolved), ("task", what)):
        (run_dir / f"{name}.yaml").write_text(yaml.safe_dump(model.model_dump(mode="json"), sort_keys=False))
    (run_dir / "seed").write_text(str(seed))
    return run


def _last_cost(stage: str, profile: str, task: str) -> str:
    """Minutes and memory of the newest finished run of this stage with the same profile and task."""
    found = sorted(
        paths.outputs().glob(f"{profile}-{task}-*/{stage}/{manifests.NAME}"), key=lambda path: path.stat().st_mtime
    )
    if not found:
        return "never run here"
    last = manifests.read(found[-1].parent)
    return f"{last['wall_s'] / 60:.1f} minutes, {last['peak_gib']} GiB"


def _keep_scratch_of(run: Run) -> None:
    """Keep the scratch folder of an interrupted try only if it had the same settings and the same input."""
    upstream = manifests.STAGES[: manifests.STAGES.index(run.stage)]
    finished = [run.run_dir / stage / manifests.NAME for stage in upstream]
    stamp = manifests.digest(
        plans.settings_digest(run.stage, run.profile, run.task, run.seed),
        [manifests.sha256(path) for path in finished if path.is_file()],
    )
    path = run.dir / "scratch" / "stamp"
    if not path.is_file() or path.read_text() != stamp:
        shutil.rmtree(path.parent, ignore_errors=True)
        path.parent.mkdir()
        path.write_text(stamp)
