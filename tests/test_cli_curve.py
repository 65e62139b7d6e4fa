import pandas as pd
import pytest
import yaml

from helpers.core import paths, records, runs
from helpers.preprocess import gate, leak_report

TASK = {
    "name": "made_up",
    "title": "Made up",
    "kind": "classification",
    "caution": "Made up.",
    "sources": [{"card": "hpo_statements", "kind": "journal", "path": "embedded:diagnosis"}],
    "prompt": {"system": "Name it.", "user": "{text}"},
    "primary_metric": "accuracy",
    "baselines": ["majority", "TF-IDF + logistic regression"],
}


def _frame(first, count):
    labels = ["ataxia", "dystonia"]
    return records.to_frame(
        [
            {
                "record_id": f"r{number}",
                "kind": "journal",
                "source": "hpo_statements",
                "text": f"Case {number}: {('unsteady gait', 'twisting neck')[number % 2]}.",
                "labels": [labels[number % 2]],
            }
            for number in range(first, first + count)
        ]
    )


@pytest.fixture
def prepared(tiny_model_dir, tmp_path):
    """A run whose 02 is finished and has passed the gate; whoever reads the test records fails."""
    (tmp_path / "task.yaml").write_text(yaml.safe_dump(TASK), encoding="utf-8")
    run = runs.start(
        "02_preprocess",
        profile="smoke",
        task=str(tmp_path / "task.yaml"),
        seed=1,
        run_id="prepared",
        overrides={"select.llm": str(tiny_model_dir), "train.adapter_layers": 2},
    )
    files = {"train": run.output("train.parquet"), "validation": run.output("validation.parquet")}
    records.write(_frame(0, 24), files["train"])
    records.write(_frame(100, 10), files["validation"])
    records.write(_frame(200, 2), run.output("test.parquet"))
    report = leak_report.Report(False, pd.DataFrame(), pd.DataFrame(), {"term_retention": 1.0}, "safe_harbor", "tag")
    gate.save(report, gate.Gate(True, ("made up",)), run.output("deid_report.json"), records_files=files)
    run.finish(metrics={})
    run.output("test.parquet").write_bytes(b"no records")
    return paths.outputs() / "prepared"


def test_the_tuned_model_and_the_simple_ones_stand_on_one_curve_and_a_second_call_trains_nothing(prepared, clintune):
    arguments = ("curve", "prepared", "--frac", 0.5, "--frac", 1.0, "--max-validation", 6)
    code, said, err = clintune(*arguments)
    assert code == 0, err
    assert "50% of the training records: 12" in said and "100% of the training records: 24" in said
    folder = prepared / "learning_curve"
    drawn = pd.read_csv(folder / "learning_curve.csv")
    assert set(drawn["model"]) == {"fine-tuned language model", "majority", "TF-IDF + logistic regression"}
    assert drawn.groupby("model")["n_train"].apply(list).tolist() == [[12, 24]] * 3 and (drawn["n"] == 6).all()
    assert (folder / "learning_curve.png").stat().st_size > 10_000
    assert set(pd.read_csv(folder / "reading.csv")["model"]) == set(drawn["model"])
    assert len(list(folder.glob("*/tuned/*.safetensors"))) == 2

    code, again, err = clintune(*arguments)
    assert code == 0, err
    assert again.count("done before") == 2
    pd.testing.assert_frame_equal(pd.read_csv(folder / "learning_curve.csv"), drawn)


def test_records_that_changed_since_the_gate_are_refused(prepared, clintune):
    records.write(_frame(0, 20), prepared / "02_preprocess" / "artifacts" / "train.parquet")
    code, _, err = clintune("curve", "prepared")
    assert code == 1 and "is not what 02_preprocess wrote" in err


def test_a_run_that_is_not_there_is_one_message(clintune):
    code, _, err = clintune("curve", "absent")
    assert code == 1 and "02_preprocess of run `absent` is not finished" in err
