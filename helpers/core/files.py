"""Write a file whole or not at all."""

import json
import os
from pathlib import Path
from typing import Any

from helpers.core.errors import StageError


def write_text(path: Path, text: str) -> Path:
    """Put `text` in place in one step, so that no reader ever sees half of it, and return the path.

    Raises:
        StageError: If it cannot be written (a full disk, say); what stood there before stays, nothing else is left.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except OSError as error:
        raise StageError(
            f"{path.parent.name}/{path.name} could not be written",
            found=error.strerror,
            remedy="free some disk space and run the stage again",
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def write_json(path: Path, content: Any) -> Path:
    """`write_text` of plain values as JSON; what is not plain (a path, a time) is written as its string.

    Raises:
        StageError: As `write_text`.
        TypeError: If a key is no string.
    """
    return write_text(path, json.dumps(content, indent=1, ensure_ascii=False, default=str) + "\n")
