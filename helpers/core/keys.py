"""Secret keys of this user: 32 bytes each, in 0600 files outside `outputs/`."""

import os
import re
import secrets
from pathlib import Path

from filelock import FileLock

from helpers.core import paths
from helpers.core.errors import PhiError


def own(name: str) -> bytes:
    """This user's key of that name, made on first use.

    Raises:
        PhiError: If the file does not hold a whole key.
    """
    path = paths.secrets() / f"{name}.key"
    if path.exists():
        return read(path)
    with FileLock(path.with_suffix(".lock")):
        if not path.exists():
            unfinished = path.with_suffix(".tmp")
            unfinished.unlink(missing_ok=True)
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
            os.replace(unfinished, path)
    return read(path)


def read(path: Path) -> bytes:
    """The key in a file.

    Raises:
        PhiError: If there is no such file, or it does not hold a whole key.
    """
    if not path.is_file():
        raise PhiError("The key file does not exist", found=path, remedy="check its path, or leave it out")
    text = path.read_text(encoding="utf-8", errors="replace").strip()
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise PhiError(
            f"The key {path} is not whole",
            found=f"{len(text)} characters",
            expected="64 hexadecimal digits",
            remedy="restore it; with another key surrogates differ from those of earlier runs",
        )
    return bytes.fromhex(text)
