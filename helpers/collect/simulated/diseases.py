"""The diagnosis task: numbered OMIM subtypes with their curated findings, gathered into families, groups and folds.

Built from phenotype.hpoa and hp.obo alone, by rule, so that every machine gets the same diseases in the same folds.
Families are partly defined by their findings: the findings that name the family are deleted, and families whose name
is itself an HPO term are left out. A model that does well here has learnt the curated findings; it diagnoses nobody.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations

import pandas as pd

from helpers.clinical import hpo

MIN_FINDINGS_BEFORE, MIN_FINDINGS_AFTER, MIN_DISEASES = 4, 3, 15
MAX_DISEASES_PER_PMID, MIN_JACCARD = 10, 0.7

_ARABIC = re.compile(r"(.*?)[\s,]+(?:type\s+)?\d+[A-Z]*(?=$|,|\s*\()")
_ROMAN = re.compile(r"(.*?)[\s,]+(?:type\s+)?[IVX]+[A-Z]?(?=$|,|\s*\()")
_INHERITANCE_SUFFIX = re.compile(
    r"(?:[,\s]+(?:autosomal (?:dominant|recessive)|x-linked(?: (?:dominant|recessive))?))+$"
)
_MERGED = {
    "epileptic encephalopathy, early infantile": "developmental and epileptic encephalopathy",
    "immunodeficiency, common variable": "immunodeficiency",
    "charcot-marie-tooth disease, axonal": "charcot-marie-tooth disease",
}
_STOP_WORDS = frozenset(
    "of and the with or in type by due to "
    "syndrome disease disorder familial hereditary congenital primary nuclear".split()
)
_STEM_LETTERS = 7
# Middle of the range that each HPO frequency class stands for (HP:0040279 and its children).
_FREQUENCY_CLASS = {
    "HP:0040280": 1.0, "HP:0040281": 0.895, "HP:0040282": 0.545, "HP:0040283": 0.17, "HP:0040284": 0.025,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """A curated finding of a disease: share of patients who have it (None where nobody counted) and its sex, if any."""

    id: str
    name: str
    frequency: float | None
    sex: str  # "male", "female" or ""


@dataclass(frozen=True, slots=True)
class Disease:
    """One numbered subtype. `name`, `id` and `pmids` are provenance and never become part of a record's text."""

    id: str
    name: str
    family: str
    group: str
    fold: int
    is_validation: bool
    findings: tuple[Finding, ...]
    onsets: tuple[str, ...]  # HPO ids of onset and course; the family's commonest one where the disease has none
    inheritance: tuple[str, ...]  # HPO ids of the annotated modes of inheritance
    pmids: tuple[str, ...]


@lru_cache(maxsize=1)
def load() -> tuple[Disease, ...]:
    """All diseases of the task by OMIM id; three seconds, once a process.

    Diseases of one `group` share a publication or most of their findings and belong on one side of a split. `fold` is
    0 to 4 and `is_validation` is false in fold 0, which is the test set by default.
    """
    annotations = hpo.load_annotations()
    omim = annotations[annotations["database_id"].str.startswith("OMIM:")]
    rows = omim[(omim["aspect"] == "P") & ~_is_negated(omim)]
    names = omim.drop_duplicates("database_id").set_index("database_id")["disease_name"].to_dict()
    terms = {term.id: term.name for term in hpo.load_terms()}
    families, kept = _select(rows, names, terms)
    cited = _diseases_by_pmid(rows)
    groups = _group(kept, cited)
    pmids = defaultdict(set)
    for pmid, diseases in cited.items():
        for disease in diseases:
            pmids[disease].add(pmid)
    findings = _findings(rows[rows["database_id"].isin(kept)], terms)
    chosen = omim[omim["database_id"].isin(kept)]
    onsets = _values(zip(chosen["database_id"], chosen["onset"], strict=True))
    courses = chosen[chosen["aspect"] == "C"]
    for disease, values in _values(zip(courses["database_id"], courses["hpo_id"], strict=True)).items():
        onsets[disease] = onsets.get(disease, set()) | values
    usual = _usual_onset(families, onsets)
    modes = chosen[chosen["aspect"] == "I"]
    inheritance = _values(zip(modes["database_id"], modes["hpo_id"], strict=True))
    return tuple(
        Disease(
            id=disease,
            name=names[disease],
            family=families[disease],
            group=groups[disease],
            fold=fold_of(groups[disease]),
            is_validation=is_validation(groups[disease]),
            findings=tuple(findings[disease, term] for term in sorted(kept[disease])),
            onsets=tuple(sorted(onsets.get(disease) or usual.get(families[disease], ()))),
            inheritance=tuple(sorted(inheritance.get(disease, ()))),
            pmids=tuple(sorted(pmids.get(disease, ()))),
        )
        for disease in sorted(kept)
    )


def family_of(name: str) -> str | None:
    """Name of the family: what stands before the subtype's number, lower case, without the mode of inheritance.

    >>> family_of("Joubert syndrome 7"), family_of("Orofaciodigital syndrome IV"), family_of("Marfan syndrome")
    ('joubert syndrome', 'orofaciodigital syndrome', None)
    """
    match = _ARABIC.match(name) or _ROMAN.match(name)
    if match is None:
        return None
    family = re.sub(r"[\s,]+type$", "", match.group(1).lower().strip(" ,"))
    family = _INHERITANCE_SUFFIX.sub("", family).strip(" ,")
    family = family.replace("mental retardation", "intellectual developmental disorder")
    return _MERGED.get(family, family)


def names_family(finding: str, family: str) -> bool:
    """Whether a finding holds at least half of the family's content stems and so would give the answer away.

    >>> names_family("Apical hypertrophic cardiomyopathy", "cardiomyopathy, familial hypertrophic")
    True
    """
    stems = _stems(family)
    return len(stems & _stems(finding)) * 2 >= len(stems)


def fold_of(group: str) -> int:
    """Fold 0 to 4 of a group, by the SHA-256 of its id."""
    return _hash(group) % 5


def is_validation(group: str, *, test_fold: int = 0) -> bool:
    """Whether a group is held out for validation: one in eight of those outside the test fold."""
    return fold_of(group) != test_fold and (_hash(group) // 5) % 8 == 0


def _hash(group: str) -> int:
    return int(hashlib.sha256(group.encode()).hexdigest(), 16)


@cache
def _stems(text: str) -> frozenset[str]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return frozenset(word[:_STEM_LETTERS] for word in words if len(word) > 1 and word not in _STOP_WORDS)


def _is_negated(rows: pd.DataFrame) -> pd.Series:
    never = rows["frequency"].str.match(r"^0+/\d+$") | rows["frequency"].isin(["0%", "HP:0040285"])
    return never | (rows["qualifier"] == "NOT")


def _select(
    rows: pd.DataFrame, names: Mapping[str, str], terms: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    known = {name.lower() for term in hpo.load_terms() for name in (term.name, *term.exact)}
    families: dict[str, str] = {}
    kept: dict[str, frozenset[str]] = {}
    for disease, found in rows.groupby("database_id")["hpo_id"]:
        family = family_of(names[disease])
        findings = set(found)
        if family is None or family in known or len(findings) < MIN_FINDINGS_BEFORE:
            continue
        rest = frozenset(term for term in findings if not names_family(terms[term], family))
        if len(rest) >= MIN_FINDINGS_AFTER:
            families[disease], kept[disease] = family, rest
    sizes = pd.Series(families).value_counts()
    kept = {disease: found for disease, found in kept.items() if sizes[families[disease]] >= MIN_DISEASES}
    return families, kept


def _diseases_by_pmid(rows: pd.DataFrame) -> dict[str, set[str]]:
    """Diseases that cite each publication; a cell such as `PMID:1;PMID:2` cites both."""
    cited: dict[str, set[str]] = defaultdict(set)
    for disease, reference in zip(rows["database_id"], rows["reference"], strict=True):
        for pmid in re.findall(r"PMID:\d+", reference):
            cited[pmid].add(disease)
    return cited


def _group(kept: Mapping[str, frozenset[str]], cited: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Join diseases that share a publication or most of their findings; a group's id is its smallest OMIM id."""
    parent = {disease: disease for disease in kept}

    def root(disease: str) -> str:
        while parent[disease] != disease:
            disease = parent[disease]
        return disease

    def join(one: str, other: str) -> None:
        low, high = sorted((root(one), root(other)))
        parent[high] = low

    for diseases in cited.values():
        if len(diseases) <= MAX_DISEASES_PER_PMID:
            first, *rest = sorted(parent.keys() & diseases) or [""]
            for other in rest:
                join(first, other)
    for one, other in combinations(sorted(kept), 2):
        shared = len(kept[one] & kept[other])
        if shared and shared >= MIN_JACCARD * (len(kept[one]) + len(kept[other]) - shared):
            join(one, other)
    return {disease: root(disease) for disease in kept}


def _findings(rows: pd.DataFrame, terms: Mapping[str, str]) -> dict[tuple[str, str], Finding]:
    found: dict[tuple[str, str], Finding] = {}
    for (disease, term), cell in rows.groupby(["database_id", "hpo_id"]):
        sexes = {sex.lower() for sex in cell["sex"]}
        sex = sexes.pop() if len(sexes) == 1 else ""
        found[disease, term] = Finding(term, terms[term], _frequency(cell["frequency"]), sex)
    return found


def _frequency(cells: Iterable[str]) -> float | None:
    """Share of patients with a finding: counts pooled over publications, else the mean of what is stated, else None."""
    with_it = seen = 0
    stated: list[float] = []
    for cell in cells:
        if "/" in cell:
            part, whole = cell.split("/")
            with_it, seen = with_it + int(part), seen + int(whole)
        elif cell.endswith("%"):
            stated.append(float(cell[:-1]) / 100)
        elif cell:
            stated.append(_FREQUENCY_CLASS[cell])
    if seen:
        return min(1.0, with_it / seen)
    return sum(stated) / len(stated) if stated else None


def _usual_onset(families: Mapping[str, str], onsets: Mapping[str, set[str]]) -> dict[str, tuple[str]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for disease in sorted(onsets):
        counts[families[disease]].update(sorted(onsets[disease]))
    return {family: (count.most_common(1)[0][0],) for family, count in counts.items()}


def _values(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    values: dict[str, set[str]] = defaultdict(set)
    for disease, value in pairs:
        if value:
            values[disease].add(value)
    return dict(values)
