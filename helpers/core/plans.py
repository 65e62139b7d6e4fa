"""What a run is to be: its profile and task, its folder, and the settings that each stage hangs on."""

import re
from pathlib import Path
from typing import Any

from helpers.core import manifests, paths, profiles, tasks
from helpers.core.errors import ProfileError
from helpers.core.settings import Strict


def resolve(profile: str, task: str, overrides: dict[str, Any] | None = None) -> tuple[profiles.Profile, tasks.Task]:
    """Read a profile with its overrides and a task, and see that they fit each other.

    Raises:
        ProfileError: If one of them does not hold together, or an encoder is asked to write text.
    """
    resolved, what = profiles.load(profile, overrides), tasks.load(task)
    if resolved.train.route == "encoder" and what.kind == "generation":
        raise ProfileError(
            f"An encoder writes no text, and task `{what.name}` asks for text",
            found="train.route encoder, kind generation",
            expected="a task of kind classification or extraction",
            remedy="leave train.route out (causal), or choose another task",
        )
    return resolved, what


def default_run_id(profile: str, task: str, seed: int) -> str:
    """`<profile>-<task>-s<seed>`."""
    return f"{profile}-{task}-s{seed}"


def folder_of(run_id: str) -> Path:
    """Folder of a run under `outputs/`.

    Raises:
        ProfileError: If the id is not a plain name.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", run_id):
        raise ProfileError(
            "A run id is a plain name", found=run_id, expected="letters, digits, dots, dashes and underscores"
        )
    return paths.outputs() / run_id


def decisive(settings: Strict) -> dict[str, Any]:
    """One stage's settings without those that change no result, such as the number of workers."""
    kept = {
        name
        for name, field in type(settings).model_fields.items()
        if (field.json_schema_extra or {}).get("changes_result", True)
    }
    return settings.model_dump(mode="json", include=kept)


def settings_digest(stage: str, profile: profiles.Profile, task: tasks.Task, seed: int) -> str:
    """Digest of the settings that one stage depends on; another stage's settings do not make it stale."""
    agreed = [profile.egress] if profile.select.hosted else []
    return manifests.digest(stage, decisive(getattr(profile, stage[3:])), profile.device, task, seed, *agreed)
