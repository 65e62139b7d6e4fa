import json
import sys
from collections import Counter

import loading
import pytest

from helpers.clinical import chemistry
from helpers.collect.simulated import embedded, molecules
from helpers.core import data_cards, paths, tasks
from helpers.core.errors import LeakageError, RecordError
from helpers.preprocess import cleaning, deidentify, duplicates, splits

HEADER = "NO.\tcompound_name\tSMILES\tBBB+/BBB-\n"


@pytest.fixture(scope="module")
def found():
    return molecules.load()


@pytest.fixture(scope="module")
def frame(tmp_path_factory):
    place = embedded.write("drug_discovery", tmp_path_factory.mktemp("raw"), seed=1)["table"]
    records, quarantine = loading.tables(place, source="b3db_molecules")
    assert quarantine.empty
    return records


def table(tmp_path, *lines):
    path = tmp_path / "B3DB_classification.tsv"
    path.write_text(HEADER + "".join(f"{number}\tname\t{line}\n" for number, line in enumerate(lines, 1)), "utf-8")
    return molecules.read(path)


def test_numbers_are_those_of_the_design(found):
    assert len(found) == 3907
    assert Counter(one.label for one in found) == {"enters the brain": 2476, "stays out": 1431}
    assert len({one.group for one in found}) == 2313
    assert Counter(one.is_test for one in found) == {True: 527, False: 3380}


def test_the_split_is_the_reference_split_molecule_by_molecule(found, reference_split):
    reference = reference_split("drug_discovery")
    assert {one.smiles: "test" if one.is_test else "train" for one in found} == reference


def test_the_package_is_read_where_it_lies_and_never_imported(found):
    assert found and "B3DB" not in sys.modules


def test_every_row_gives_a_molecule_or_a_reason(found):
    counts = molecules.left_out(molecules.rows()).set_index("reason")["rows"]
    assert counts.to_dict() == {
        "RDKit cannot read the structure": 2, "rows of this structure disagree": 426, "repeats a structure": 3472,
    }  # fmt: skip
    assert len(molecules.rows()) == counts.sum() + len(found) == 7807


def test_contradicted_structures_go_and_repeats_stand_once(tmp_path):
    rows = table(
        tmp_path, "CCO\tBBB+", "OCC\tBBB+", "C[C@H](N)O\tBBB+", "C[C@@H](N)O\tBBB-", "c1ccccc1\tBBB-", "nonsense\tBBB-"
    )
    kept = molecules.distinct(rows)
    assert {one.smiles: one.label for one in kept} == {"CCO": "enters the brain", "c1ccccc1": "stays out"}
    assert molecules.left_out(rows)["rows"].tolist() == [1, 2, 1]
    assert molecules.distinct(rows[::-1]) == kept


def test_raw_records_keep_repeats_and_contradictions_each_in_its_own_group(tmp_path):
    raw = molecules.raw_records(table(tmp_path, "CCO\tBBB+", "OCC\tBBB-", "nonsense\tBBB-"))
    assert raw["text"].tolist() == ["CCO", "CCO"] and raw["group"].tolist() == ["row-1", "row-2"]
    assert raw["labels"].tolist() == [["enters the brain"], ["stays out"]]


def test_a_table_of_another_form_is_refused(tmp_path):
    with pytest.raises(RecordError, match=r"unknown labels.*1 rows.*BBB\+, BBB-"):
        table(tmp_path, "CCO\tBBB+", "CCN\tmaybe")
    path = tmp_path / "other.tsv"
    path.write_text("NO.\tSMILES\n1\tCCO\n")
    with pytest.raises(RecordError, match=r"other.tsv lacks columns.*BBB\+/BBB-"):
        molecules.read(path)


def test_a_machine_without_the_package_is_told_how_to_get_it(monkeypatch):
    monkeypatch.setattr(molecules.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(RecordError, match=r"B3DB is not installed.*pip install -r requirements.txt"):
        molecules.rows.__wrapped__()


def test_another_split_than_the_committed_one_is_refused(found, monkeypatch):
    molecules.check_split(found)
    with pytest.raises(LeakageError, match=r"3906 molecules, 1 of 526 on another side, RDKit .*3907 molecules.*RDKit"):
        molecules.check_split([one for one in found if one is not next(two for two in found if two.is_test)])
    monkeypatch.setattr(chemistry, "split_group", lambda smiles: smiles)  # as if RDKit found no scaffold
    with pytest.raises(LeakageError, match=r"pip install -r requirements\.txt"):
        molecules.load.__wrapped__()


def test_the_committed_ids_say_with_which_versions_they_were_made():
    committed = json.loads(molecules._TEST_IDS.read_text())
    pins = (paths.ROOT / "requirements.txt").read_text()
    assert f"qc-B3DB=={committed['b3db']}\n" in pins
    assert f"rdkit=={committed['rdkit'].replace('.0', '.')}\n" in pins


def test_ids_come_from_the_structure_and_order_nothing_by_label(found):
    assert all(len(one.id) == 16 and one.id.startswith("mol-") for one in found)
    ordered = [one.label == "enters the brain" for one in sorted(found, key=lambda one: one.id)]
    halves = [sum(part) / len(part) for part in (ordered[:1953], ordered[1953:])]
    assert abs(halves[0] - halves[1]) < 0.05


def test_records_carry_smiles_properties_and_nothing_measured(found, frame):
    known = {one.id: one for one in found}
    assert set(frame["record_id"]) == set(known) and (frame["style"] == "molecule").all()
    for record_id, text, labels, group in zip(
        frame["record_id"], frame["text"], frame["labels"], frame["group"], strict=True
    ):
        one = known[record_id]
        assert text.splitlines()[0] == one.smiles and labels == [one.label] and group == one.group
        assert "brain" not in text and "stays" not in text


def test_the_kits_own_split_of_the_records_is_the_reference_split(frame, reference_split):
    what = tasks.load("drug_discovery")
    sides = splits.assign(frame, test_fold=0, parts=what.split_parts, fold_parts=what.split_fold_parts)
    reference = reference_split("drug_discovery")
    smiles = chemistry.smiles_of(frame["text"])
    assert {one: "test" if side == "test" else "train" for one, side in zip(smiles, sides, strict=True)} == reference
    assert Counter(sides) == {"train": 2973, "validation": 407, "test": 527}


def test_molecules_come_through_02_as_they_went_in(frame):
    form = tasks.load("drug_discovery").form
    repaired, unusable = cleaning.repair(frame, min_chars=3)
    clean, report = deidentify.apply(
        repaired, method="safe_harbor", output="surrogate", key=b"k" * 32, seed=1, form=form
    )
    standard, empty = cleaning.standardise(clean, sections=["findings", "body"], form=form)
    kept, doubles = duplicates.drop(standard, min_jaccard=0.9, form=form)
    assert unusable.empty and empty.empty and doubles.empty and report.scanned == 0
    assert kept["text"].tolist() == frame["text"].tolist() and kept["group"].tolist() == frame["group"].tolist()


def test_the_card_permits_what_the_task_does_and_names_the_licence():
    card = data_cards.read(paths.DATA_CARDS / "b3db_molecules.md")
    assert card.persons == "none" and card.licence.startswith("CC0 1.0")
    assert {"train", "evaluate", "display"} <= set(card.permitted_uses)
    assert "Scientific Data 2021;8:289" in card.citation.cite
