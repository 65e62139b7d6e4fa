import json
import os
from pathlib import Path

import pytest

from helpers.core import paths

SHARED = Path(os.environ.get("CLINTUNE_SHARED", paths.ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def reference_split():
    """A reference split by task name; skipped, visibly, where the reference data are absent."""

    def read(name):
        path = SHARED / "data" / "default_tasks" / f"{name}_split.json"
        if not path.is_file():
            pytest.skip(f"no {path.name} under CLINTUNE_SHARED or ../shared")
        return json.loads(path.read_text(encoding="utf-8"))

    return read
