from pathlib import Path

import pytest

from helpers.clinical.deid import gold


@pytest.fixture(scope="session")
def frozen_notes():
    """Hand-written notes of three authors that were never used for training or tuning."""
    folder = Path(__file__).parent / "handwritten"
    return [note for path in sorted(folder.glob("frozen_*.txt")) for note in gold.read_notes(path)]
