"""The drug_discovery task: molecules of B3DB and whether they cross the blood-brain barrier.

B3DB gathers one row for each name, salt or stereoisomer it met, so a structure may stand in several rows, and with both
answers. Here a structure (SMILES without stereochemistry) stands once, or not at all where its rows disagree. Molecules
with one scaffold form a group, and a group is on one side of the split by the SHA-256 of its scaffold. Both hang on how
RDKit writes SMILES: `data/b3db_test.json` holds the ids of the test molecules, and another split is refused.
"""

import csv
import hashlib
import importlib.util
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd
from rdkit import rdBase

from helpers.clinical import chemistry
from helpers.core import records
from helpers.core.errors import LeakageError, RecordError

LABELS = {"BBB+": "enters the brain", "BBB-": "stays out"}
TEST_PERCENT = 15

_TEST_IDS = Path(__file__).parent / "data" / "b3db_test.json"
_COLUMNS = {"NO.", "SMILES", "BBB+/BBB-"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of B3DB; `smiles` is canonical, and empty where RDKit cannot read it."""

    number: str
    smiles: str
    label: str


@dataclass(frozen=True, slots=True)
class Molecule:
    """A structure that all its rows agree on. The id comes from the structure alone."""

    id: str
    smiles: str
    label: str
    group: str
    is_test: bool


@lru_cache(maxsize=1)
def rows() -> tuple[Row, ...]:
    """All rows of B3DB's classification table, read where pip installed it; the package itself is not imported.

    Raises:
        RecordError: If the package is not installed, or its table has another form.
    """
    package = importlib.util.find_spec("B3DB")
    path = Path(package.origin).parent / "B3DB_classification.tsv" if package and package.origin else None
    if path is None or not path.is_file():
        raise RecordError(
            "B3DB is not installed",
            expected="the package qc-B3DB with B3DB_classification.tsv",
            remedy="pip install -r requirements.txt -c constraints.txt",
        )
    return read(path)


def read(path: Path) -> tuple[Row, ...]:
    """Read a table in the form of B3DB_classification.tsv.

    Raises:
        RecordError: If a column is missing, or a label is neither BBB+ nor BBB-.
    """
    with path.open(encoding="utf-8-sig", newline="") as lines:
        table = csv.DictReader(lines, delimiter="\t")
        missing = _COLUMNS - set(table.fieldnames or ())
        if missing:
            raise RecordError(f"{path.name} lacks columns", found=table.fieldnames, expected=sorted(_COLUMNS))
        found = [(row["NO."], row["SMILES"] or "", row["BBB+/BBB-"]) for row in table]
    unknown = sum(label not in LABELS for *_, label in found)
    if unknown:
        raise RecordError(f"{path.name} has unknown labels", found=f"{unknown} rows", expected=", ".join(LABELS))
    return tuple(Row(number, chemistry.canonical(smiles), LABELS[label]) for number, smiles, label in found)


@lru_cache(maxsize=1)
def load() -> tuple[Molecule, ...]:
    """All molecules of the task by id.

    Raises:
        RecordError: As `rows`.
        LeakageError: If the split is not the committed one.
    """
    found = distinct(rows())
    check_split(found)
    return found


def distinct(table: Sequence[Row]) -> tuple[Molecule, ...]:
    """One molecule for each structure whose rows agree, by id."""
    labels = _labels(table)
    agreed = {smiles: min(found) for smiles, found in labels.items() if len(found) == 1}
    return tuple(sorted((_molecule(smiles, label) for smiles, label in agreed.items()), key=lambda one: one.id))


def left_out(table: Sequence[Row]) -> pd.DataFrame:
    """Rows that give no molecule of their own, with the reason: reason, rows."""
    labels = _labels(table)
    contradicted = sum(len(labels[row.smiles]) > 1 for row in table if row.smiles)
    unreadable = sum(not row.smiles for row in table)
    once = sum(len(found) == 1 for found in labels.values())
    counts = {
        "RDKit cannot read the structure": unreadable,
        "rows of this structure disagree": contradicted,
        "repeats a structure": len(table) - unreadable - contradicted - once,
    }
    return pd.DataFrame({"reason": list(counts), "rows": list(counts.values())})


def raw_records(table: Sequence[Row]) -> pd.DataFrame:
    """Every readable row as a record of its own, repeats and contradictions too: what not to train on.

    Each record is its own group, so that a split by group puts rows, not structures, on one side.
    """
    return records.to_frame(
        {
            "record_id": f"row-{row.number}",
            "kind": "table",
            "style": "molecule",
            "text": row.smiles,
            "labels": [row.label],
        }
        for row in table
        if row.smiles
    )


def check_split(found: Sequence[Molecule]) -> None:
    """Hold the test molecules against the committed ids.

    Raises:
        LeakageError: If one is missing or one too many, so that figures would not be about the same test set.
    """
    committed = json.loads(_TEST_IDS.read_text(encoding="utf-8"))
    here = {one.id for one in found if one.is_test}
    differing = here ^ set(committed["test"])
    if differing or len(found) != committed["molecules"]:
        raise LeakageError(
            "The molecules do not split as they did when the test set was fixed",
            found=f"{len(found)} molecules, {len(differing)} of {len(here)} on another side, RDKit {rdBase.rdkitVersion}",
            expected=f"{committed['molecules']} molecules and the ids in {_TEST_IDS.name}, made with RDKit "
            f"{committed['rdkit']} from qc-B3DB {committed['b3db']}",
            remedy="install these versions: pip install -r requirements.txt -c constraints.txt",
        )


def _labels(table: Sequence[Row]) -> dict[str, set[str]]:
    labels: dict[str, set[str]] = defaultdict(set)
    for row in table:
        if row.smiles:
            labels[row.smiles].add(row.label)
    return labels


def _molecule(smiles: str, label: str) -> Molecule:
    group = chemistry.split_group(smiles)
    is_test = int(_hash(group), 16) % 100 < TEST_PERCENT
    return Molecule(f"mol-{_hash(smiles)[:12]}", smiles, label, group, is_test)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
