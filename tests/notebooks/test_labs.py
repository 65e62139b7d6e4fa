"""Labs run without anybody watching, from any folder, and leave their figure with its data."""

import json

import nbformat
import pandas as pd
import papermill
import pytest

from helpers.core import paths


def _run(name, tmp_path, **parameters):
    target = tmp_path / "executed.ipynb"
    source = paths.NOTEBOOKS / "labs" / f"{name}.ipynb"
    papermill.execute_notebook(str(source), str(target), parameters, progress_bar=False, cwd=str(paths.ROOT))
    return nbformat.read(target, as_version=4)


@pytest.mark.slow
def test_leakage_shows_the_three_reference_figures_and_what_stood_on_both_sides(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINTUNE_OUTPUTS", str(tmp_path / "outputs"))
    monkeypatch.delenv("MPLBACKEND", raising=False)  # the notebook's own, which shows figures
    book = _run("leakage", tmp_path, bootstrap=100)
    folder = tmp_path / "outputs" / "labs" / "leakage"
    assert (folder / "leakage.png").is_file()
    found = pd.read_csv(folder / "leakage.csv").set_index("name")
    reference = {"raw rows at random": 0.957, "molecules at random": 0.883, "molecules by scaffold": 0.869}
    assert found["estimate"].to_dict() == pytest.approx(reference, abs=0.01)
    assert found["seen_text_frac"].tolist() == pytest.approx([0.63, 0, 0], abs=0.02)
    assert found["seen_kin_frac"].is_monotonic_decreasing and found["seen_kin_frac"].iloc[-1] == 0
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    assert "image/png" in json.dumps(outputs)
