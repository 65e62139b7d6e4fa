"""A sweep through the real notebooks, with a model of two layers."""

import papermill
import pytest
import yaml

from helpers import sweep
from helpers.core import ledger, manifests, paths, sweeps


@pytest.fixture
def spec(tiny_model_dir, tmp_path):
    path = tmp_path / "mine.yaml"
    values = {
        "name": "mine",
        "profile": "smoke",
        "method": "grid",
        "space": {"train.learning_rate": [1.0e-3, 5.0e-2]},
        "overrides": {"select.llm": str(tiny_model_dir), "train.adapter_layers": 2, "train.token_budget": 3000},
        "prune": True,
        "validation_records": 6,
    }
    path.write_text(yaml.safe_dump(values))
    return sweeps.load(str(path))


@pytest.mark.slow
def test_trials_share_01_to_03_and_the_winner_alone_is_tested(spec, monkeypatch):
    (found,) = sweep.run(spec)
    assert list(found.trials["state"]) == ["finished", "finished"]
    assert found.trials["score"].between(0, 1).all() and (found.trials["minutes"] > 0).all()
    assert sorted(found.trials["train.learning_rate"]) == [1.0e-3, 5.0e-2]
    openings = {}
    for run_id in found.trials["run"]:
        run_dir = paths.outputs() / run_id
        states = {item.stage: item.state for item in manifests.status(run_dir, {})}
        assert [states[stage] for stage in manifests.STAGES[:4]] == ["fresh"] * 4
        openings[run_id] = ledger.count(run_dir, "test set opened")
    assert openings.pop(found.run_id) == 1 and list(openings.values()) == [0]
    assert (paths.outputs() / found.run_id / "05_evaluate" / "artifacts" / "verdict.json").is_file()

    monkeypatch.setattr(papermill, "execute_notebook", lambda *args, **kwargs: pytest.fail("a kernel was started"))
    (again,) = sweep.run(spec)  # everything is finished
    assert again.run_id == found.run_id and again.winner == found.winner
