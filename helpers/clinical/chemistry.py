"""Small molecules: one SMILES for each structure, its scaffold, and its properties in words.

A molecule's text begins with its SMILES, which has no blank in it; whatever follows is for the reader.
"""

import bisect
from collections.abc import Sequence

from rdkit import Chem, rdBase
from rdkit.Chem import Crippen, Descriptors, Mol, rdMolDescriptors
from rdkit.Chem.Scaffolds import MurckoScaffold

from helpers.core.errors import RecordError

LEVELS = ("very low", "low", "medium", "high", "very high")

# Where one level ends and the next begins. Polar surface under 60 to 70 and 90 square angstrom, weight under 450 g/mol
# and logP about 2 go with entry into the brain, 140 and 5 are limits of oral absorption; the other cuts lie between.
_POLAR_SURFACE_A2 = (30, 60, 90, 140)
_LOG_P = (0, 1.5, 3, 5)
_WEIGHT_G_PER_MOL = (250, 350, 450, 600)


def canonical(smiles: str) -> str:
    """The same SMILES for every way of writing a structure, without stereochemistry; "" where RDKit cannot read it."""
    with rdBase.BlockLogs():
        molecule = Chem.MolFromSmiles(smiles) if smiles.strip() else None
    return "" if molecule is None else Chem.MolToSmiles(molecule, isomericSmiles=False)


def split_group(smiles: str) -> str:
    """What a split must keep together: the scaffold (rings and what joins them); a molecule without rings stands alone.

    Source:
        Bemis and Murcko 1996, J Med Chem 39:2887.
    """
    return MurckoScaffold.MurckoScaffoldSmiles(smiles=smiles, includeChirality=False) or f"acyclic:{smiles}"


def describe(smiles: str) -> str:
    """The text of a molecule: its SMILES, and a line with computed properties in words and rounded numbers.

    Polar surface (TPSA, square angstrom), octanol-water logP and weight (g/mol) come with a level, the counts as they are.

    Raises:
        RecordError: If RDKit cannot read the SMILES.

    Source:
        Ertl 2000, J Med Chem 43:3714 (TPSA); Wildman and Crippen 1999, JCICS 39:868 (logP). Levels: Kelder 1999, Pharm
        Res 16:1514; van de Waterbeemd 1998, J Drug Target 6:151; Lipinski 1997, ADDR 23:3; Veber 2002, J Med Chem 45:2615.
    """
    molecule = read([smiles])[0]
    surface, log_p, weight = polar_surface_a2(molecule), Crippen.MolLogP(molecule), Descriptors.MolWt(molecule)
    return (
        f"{smiles}\n"
        f"polar surface {_level(surface, _POLAR_SURFACE_A2)} {surface:.0f}, "
        f"logP {_level(log_p, _LOG_P)} {round(log_p, 1) + 0.0:.1f}, "
        f"weight {_level(weight, _WEIGHT_G_PER_MOL)} {weight:.0f}, "
        f"donors {rdMolDescriptors.CalcNumHBD(molecule)}, acceptors {rdMolDescriptors.CalcNumHBA(molecule)}, "
        f"rotatable bonds {rdMolDescriptors.CalcNumRotatableBonds(molecule)}, "
        f"rings {rdMolDescriptors.CalcNumRings(molecule)}"
    )


def smiles_of(texts: Sequence[str]) -> list[str]:
    """The SMILES with which each molecule's text begins."""
    return [text.split(maxsplit=1)[0] if text.strip() else "" for text in texts]


def read(texts: Sequence[str]) -> list[Mol]:
    """The molecule with whose SMILES each text begins.

    Raises:
        RecordError: With the count of texts that begin with no SMILES.
    """
    with rdBase.BlockLogs():
        found = [Chem.MolFromSmiles(smiles) if smiles else None for smiles in smiles_of(texts)]
    unreadable = sum(molecule is None for molecule in found)
    if unreadable:
        raise RecordError(
            "Some records are no molecules",
            found=f"{unreadable} of {len(found)} that RDKit {rdBase.rdkitVersion} cannot read",
            expected="texts that begin with a SMILES",
            remedy="mend the source, or take baselines for molecules out of the task",
        )
    return found


def polar_surface_a2(molecule: Mol) -> float:
    """Topological polar surface area in square angstrom, of nitrogen and oxygen."""
    return rdMolDescriptors.CalcTPSA(molecule)


def _level(value: float, cuts: Sequence[float]) -> str:
    return LEVELS[bisect.bisect_right(cuts, value)]
