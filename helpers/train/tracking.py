"""Keep a training's settings and losses with MLflow, Trackio or W&B, in files of the run and nowhere else."""

import importlib.util
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal
from unittest import mock
from urllib.parse import urlsplit

from helpers.core.errors import EgressError, ProfileError

Tool = Literal["none", "mlflow", "trackio", "wandb"]

# Variables by which a tool would send what it is told to somebody else; anything but these values is refused.
_OUTBOUND: dict[str, dict[str, tuple[str, ...]]] = {
    "mlflow": {"HF_MLFLOW_LOG_ARTIFACTS": ("0", "false")},
    "trackio": {"TRACKIO_SPACE_ID": (), "TRACKIO_SERVER_URL": (), "TRACKIO_BUCKET_ID": (), "TRACKIO_WEBHOOK_URL": ()},
    "wandb": {
        "WANDB_MODE": ("offline", "dryrun", "disabled"),
        "WANDB_LOG_MODEL": ("0", "false"),
        "WANDB_WATCH": ("false",),
    },
}
_LOCAL_SCHEMES = ("", "file", "sqlite")


@contextmanager
def into(tool: Tool, folder: Path, *, name: str) -> Iterator[None]:
    """Have TRL's `report_to` write into `folder` while the block runs.

    Numbers and settings are kept: losses, learning rate, the trainer's arguments, the model's configuration. No record, no
    code and no console output is. MLflow writes `mlflow.db` (SQLite), Trackio a database, W&B an offline run.

    Args:
        tool: As `report_to` names it; `none` tracks nothing.
        folder: Of the run, outside what its manifests list, since looking at it with the tool's own viewer changes it.
        name: Of the project: the task's.

    Raises:
        ProfileError: If the tool is not installed.
        EgressError: If the environment tells the tool to send anything to another place.
    """
    if tool == "none":
        yield
        return
    if importlib.util.find_spec(tool) is None:
        raise ProfileError(
            f"The profile tracks with {tool}, which is not installed",
            remedy="pip install -r requirements-labs.txt -c constraints.txt, or set train.track=none",
        )
    check_local(tool, os.environ)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    store = f"sqlite:///{(folder / 'mlflow.db').resolve()}"
    settings = {
        "mlflow": {
            "MLFLOW_TRACKING_URI": store,
            "MLFLOW_EXPERIMENT_NAME": name,
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "DO_NOT_TRACK": "true",
        },
        "trackio": {"TRACKIO_DIR": str(folder / "trackio"), "HF_HUB_DISABLE_TELEMETRY": "1"},
        "wandb": {
            "WANDB_MODE": "offline",
            "WANDB_DIR": str(folder),
            "WANDB_PROJECT": name,
            "WANDB_CONSOLE": "off",
            "WANDB_DISABLE_CODE": "true",
            "WANDB_DISABLE_GIT": "true",
            "WANDB_SILENT": "true",
            "WANDB_ERROR_REPORTING": "false",
        },
    }[tool]
    before = _mlflow_address() if tool == "mlflow" else ""
    with mock.patch.dict(os.environ, settings):
        if tool == "mlflow":
            with _mlflow_store(store, folder, name, before=before):
                yield
        elif tool == "wandb":
            import wandb

            yield
            wandb.finish()
        else:
            with _trackio_folder(folder / "trackio"):
                yield


def check_local(tool: Tool, environment: Mapping[str, str]) -> None:
    """Refuse an environment in which a tool would send its notes away.

    Raises:
        EgressError: Naming the variable.
    """
    wrong = [
        name
        for name, harmless in _OUTBOUND[tool].items()
        if environment.get(name) and environment[name].lower() not in harmless
    ]
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
        address = environment.get(name, "")
        is_local = urlsplit(address).scheme in _LOCAL_SCHEMES and not address.startswith(("databricks", "uc"))
        if tool == "mlflow" and not is_local:
            wrong.append(name)
    if wrong:
        raise EgressError(
            f"{tool} would send what it tracks to another place",
            found=f"{', '.join(wrong)} in the environment",
            expected="files of this run only",
            remedy=f"unset {' '.join(wrong)}, or set train.track=none",
        )


@contextmanager
def _trackio_folder(folder: Path) -> Iterator[None]:
    """Have Trackio write to the folder, although TRL has imported it, and with it a folder was chosen, long before."""
    import trackio  # noqa: F401 - so that its modules are there

    with ExitStack() as held:
        for name, module in list(sys.modules.items()):
            if name.split(".")[0] == "trackio" and hasattr(module, "TRACKIO_DIR"):
                held.enter_context(mock.patch.object(module, "TRACKIO_DIR", folder))
        yield


def _mlflow_address() -> str:
    import mlflow

    return mlflow.get_tracking_uri()


@contextmanager
def _mlflow_store(store: str, folder: Path, name: str, *, before: str) -> Iterator[None]:
    """Point MLflow itself at the store, for it does not read the variable again, and end its run whatever happens."""
    import mlflow

    mlflow.set_tracking_uri(store)
    if mlflow.get_experiment_by_name(name) is None:
        mlflow.create_experiment(name, artifact_location=(folder / "mlflow").resolve().as_uri())
    failed = True
    try:
        yield
        failed = False
    finally:
        if mlflow.active_run() is not None:
            mlflow.end_run("FAILED" if failed else "FINISHED")
        mlflow.set_tracking_uri(before)
