import subprocess
import sys

import pytest

from helpers.core.errors import StageError
from helpers.deploy.hosted_engine import HostedEngine


def test_a_service_needs_neither_torch_nor_transformers_to_ask_a_provider():
    asked = "import sys, helpers.deploy.serving; print(sorted({'torch', 'transformers'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_folder_without_a_hosted_model_is_refused(tmp_path):
    with pytest.raises(StageError, match="no hosted model"):
        HostedEngine(tmp_path, run_id="r")
