import pytest
from rdkit import Chem
from rdkit.Chem import Crippen

from helpers.clinical import chemistry
from helpers.core.errors import RecordError

CAFFEINE = "Cn1c(=O)c2c(ncn2C)n(C)c1=O"


def test_every_way_of_writing_a_structure_gives_one_smiles():
    written = ("CN1C=NC2=C1C(=O)N(C(=O)N2C)C", "O=c1n(C)c(=O)n(C)c2c1n(C)cn2", CAFFEINE)
    assert {chemistry.canonical(smiles) for smiles in written} == {CAFFEINE}


def test_mirror_images_are_one_structure():
    assert chemistry.canonical("C[C@H](N)C(=O)O") == chemistry.canonical("C[C@@H](N)C(=O)O") == "CC(N)C(=O)O"
    assert chemistry.canonical("F/C=C/F") == chemistry.canonical("F/C=C\\F") == "FC=CF"


@pytest.mark.parametrize("smiles", ["", "  ", "no molecule", "c1ccccc", "C(C)(C)(C)(C)C"])
def test_what_is_no_molecule_has_no_smiles_and_says_nothing_on_the_console(smiles, capfd):
    assert chemistry.canonical(smiles) == ""
    assert capfd.readouterr() == ("", "")


def test_a_group_is_the_scaffold_and_a_molecule_without_rings_stands_alone():
    assert chemistry.split_group("Cc1ccccc1") == chemistry.split_group("OCCc1ccccc1") == "c1ccccc1"
    assert chemistry.split_group("CCO") == "acyclic:CCO" != chemistry.split_group("CCCO")
    assert chemistry.split_group("c1ccc(CCN2CCCC2)cc1") == "c1ccc(CCN2CCCC2)cc1"


def test_the_text_tells_smiles_and_properties_in_words_and_numbers():
    assert chemistry.describe(CAFFEINE) == (
        f"{CAFFEINE}\npolar surface medium 62, logP very low -1.0, weight very low 194, donors 0, acceptors 3, "
        "rotatable bonds 0, rings 2"
    )


def test_levels_rise_with_the_property_and_begin_at_their_cut():
    assert [chemistry._level(value, (30, 60, 90, 140)) for value in (0, 29.9, 30, 75, 90, 140, 900)] == [
        "very low", "very low", "low", "medium", "high", "very high", "very high",
    ]  # fmt: skip


def test_no_property_is_written_as_minus_zero():
    assert Crippen.MolLogP(Chem.MolFromSmiles("CCO")) < 0
    assert "logP very low 0.0," in chemistry.describe("CCO")
    assert "logP very low -0.4," in chemistry.describe("CO")


def test_smiles_and_molecule_come_back_from_a_text_with_or_without_properties():
    texts = [chemistry.describe(CAFFEINE), "CCO", " CCO\n "]
    assert chemistry.smiles_of(texts) == [CAFFEINE, "CCO", "CCO"]
    assert [molecule.GetNumAtoms() for molecule in chemistry.read(texts)] == [14, 3, 3]


def test_texts_that_are_no_molecules_are_counted_and_not_quoted():
    with pytest.raises(RecordError, match=r"2 of 3 that RDKit") as caught:
        chemistry.read(["CCO", "", "Xyzzy was seen on Monday"])
    assert "Xyzzy" not in str(caught.value)
    with pytest.raises(RecordError):
        chemistry.describe("not one")
