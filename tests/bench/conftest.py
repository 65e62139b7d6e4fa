import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.core import paths, records


@pytest.fixture(scope="session")
def splits(tmp_path_factory):
    """Training and validation records of `diagnosis`, made by 01 and 02 in the `quick` profile."""
    given = os.environ.get("CLINTUNE_BENCH_RUN")
    if not given:
        outputs = tmp_path_factory.mktemp("outputs")
        call = [sys.executable, "-m", "helpers", "run", "01", "02", "--task", "diagnosis", "--run-id", "bench"]
        subprocess.run(call, check=True, env=os.environ | {"CLINTUNE_OUTPUTS": str(outputs)}, cwd=paths.ROOT)
        given = outputs / "bench"
    return tuple(
        records.read(Path(given) / "02_preprocess/artifacts" / f"{name}.parquet") for name in ("train", "validation")
    )
