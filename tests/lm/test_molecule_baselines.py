import numpy as np
import pytest

from helpers.clinical import chemistry
from helpers.collect.simulated import molecules
from helpers.core import records, tasks
from helpers.core.errors import RecordError
from helpers.evaluate import compare
from helpers.lm import baselines, molecule_baselines

SURFACE, FOREST, CHARACTERS = molecule_baselines.NAMES
IN, OUT = "enters the brain", "stays out"
TRAIN = ["CCCCC", "c1ccccc1", "CCCl", "OCC(O)C(O)C(O)C(O)C=O", "OC(=O)CC(O)(CC(O)=O)C(O)=O", "NC(CCC(=O)O)C(=O)O"]
GOLD = np.array([IN, IN, IN, OUT, OUT, OUT])
ASKED = ["CCCCCC", "OCC(O)C(O)C(O)C=O"]


@pytest.mark.parametrize("name", molecule_baselines.NAMES)
def test_greasy_molecules_enter_and_sugars_and_acids_stay_out(name):
    classes, probabilities, seconds = molecule_baselines.classify(name, TRAIN, GOLD, ASKED)
    assert classes == [IN, OUT] and seconds > 0
    assert probabilities.sum(axis=1) == pytest.approx([1, 1])
    assert [classes[row] for row in probabilities.argmax(axis=1)] == [IN, OUT]


@pytest.mark.parametrize("name", molecule_baselines.NAMES)
def test_only_the_smiles_is_looked_at(name):
    plain = molecule_baselines.classify(name, TRAIN, GOLD, ASKED)[1]
    told = molecule_baselines.classify(
        name, [chemistry.describe(one) for one in TRAIN], GOLD, [chemistry.describe(one) for one in ASKED]
    )[1]
    assert told == pytest.approx(plain)


@pytest.mark.parametrize("name", molecule_baselines.NAMES)
def test_the_order_of_training_molecules_changes_nothing(name):
    order = [4, 2, 0, 5, 3, 1]
    first = molecule_baselines.classify(name, TRAIN, GOLD, ASKED)[1]
    again = molecule_baselines.classify(name, [TRAIN[i] for i in order], GOLD[order], ASKED)[1]
    assert again == pytest.approx(first, abs=1e-6)


def test_the_cut_learns_from_the_training_molecules_which_side_is_which():
    swapped = np.where(GOLD == IN, OUT, IN)
    _, probabilities, _ = molecule_baselines.classify(SURFACE, TRAIN, swapped, ASKED)
    assert probabilities.tolist() == [[0, 1], [1, 0]]
    rare = np.array([IN, IN, IN, IN, IN, OUT])  # more enter than stay out on both sides, yet the cut tells them apart
    _, probabilities, _ = molecule_baselines.classify(SURFACE, TRAIN, rare, ASKED)
    assert probabilities.tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize("name", molecule_baselines.NAMES)
def test_records_that_are_no_molecules_are_refused(name):
    with pytest.raises(RecordError, match="1 of 6 that RDKit"):
        molecule_baselines.classify(name, [*TRAIN[:5], "no molecule"], GOLD, TRAIN[:0])
    with pytest.raises(RecordError, match="that RDKit"):
        molecule_baselines.classify(name, TRAIN, GOLD, ["no molecule"])


# Reference figures of default_tasks.md, fitted on train and validation, on the 527 test molecules.


@pytest.fixture(scope="module")
def table():
    frame = records.to_frame(
        {"record_id": one.id, "group": one.group, "kind": "table", "text": chemistry.describe(one.smiles),
         "labels": [one.label], "style": "test" if one.is_test else ""}
        for one in molecules.load()
    )  # fmt: skip
    known, test = (frame[frame["style"] == side] for side in ("", "test"))
    what = tasks.load("drug_discovery")
    names = [name for name in baselines.names(what.kind, what.baselines) if name not in baselines.CLASSIFIERS[1:]]
    answers = {name: baselines.predict(name, known, test, kind=what.kind, cost=10.0) for name in names}
    return compare.table(answers, test, kind=what.kind, bootstrap=200, seed=1).set_index("model")


def test_the_task_asks_for_all_baselines_of_molecules(table):
    assert list(table.index) == ["majority", *molecule_baselines.NAMES]


@pytest.mark.parametrize(
    ("name", "metric", "reference"),
    [
        ("majority", "accuracy", 0.571),
        ("majority", "balanced_accuracy", 0.5),
        (SURFACE, "balanced_accuracy", 0.716),
        (FOREST, "roc_auc", 0.869),
        (FOREST, "balanced_accuracy", 0.753),
        (FOREST, "matthews_correlation", 0.553),
        (CHARACTERS, "roc_auc", 0.855),
        (CHARACTERS, "balanced_accuracy", 0.775),
        (CHARACTERS, "matthews_correlation", 0.563),
    ],
)
def test_a_baseline_reaches_its_reference_figure(table, name, metric, reference):
    assert table.loc[name, metric] == pytest.approx(reference, abs=0.01)
