"""Simple models of chemistry for records that are molecules; `baselines` asks them by name."""

import time
from collections.abc import Sequence

import numpy as np
from rdkit.Chem import rdFingerprintGenerator
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from helpers.clinical import chemistry

NAMES = ("TPSA under 90", "Morgan fingerprints + random forest", "SMILES characters + logistic regression")

TREES = 300
_SURFACE_LIMIT_A2 = 90


def classify(
    name: str, train: Sequence[str], gold: np.ndarray, asked: Sequence[str], *, cost: float = 1.0
) -> tuple[list[str], np.ndarray, float]:
    """Fit one baseline and answer; only the SMILES with which each text begins is looked at.

    `TPSA under 90` is a fixed cut of the polar surface at 90 square angstrom: on each side the label is the one of which
    the larger share of training molecules lies there. Morgan fingerprints have radius 2 and 2,048 bits. Characters are
    1- to 4-grams of the SMILES.

    Args:
        name: One of `NAMES`.
        train: Texts of molecules.
        gold: Shape (n,); the label of each.
        asked: Texts of the molecules to answer.
        cost: Inverse regularisation strength of the logistic regression.

    Returns:
        Classes, probabilities of shape (asked, classes) (0 or 1 for the fixed cut), and the seconds to answer, without
        fitting.

    Raises:
        RecordError: If a text begins with no SMILES that RDKit can read.

    Source:
        van de Waterbeemd 1998, J Drug Target 6:151 (the cut); Rogers and Hahn 2010, JCIM 50:742 (Morgan fingerprints).
    """
    if name == "TPSA under 90":
        return _by_surface(train, gold, asked)
    if name == "Morgan fingerprints + random forest":
        model = RandomForestClassifier(TREES, random_state=0, n_jobs=-1)
        order = np.lexsort((gold, list(train)))  # a forest draws rows by their place: the same ones whatever the order
        model.fit(_fingerprints(train)[order], gold[order])
        began = time.perf_counter()
        return list(model.classes_), model.predict_proba(_fingerprints(asked)), time.perf_counter() - began
    vectoriser = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), lowercase=False, sublinear_tf=True)
    chemistry.read([*train, *asked])
    model = LogisticRegression(C=cost, max_iter=2000)
    model.fit(vectoriser.fit_transform(chemistry.smiles_of(train)), gold)
    began = time.perf_counter()
    probabilities = model.predict_proba(vectoriser.transform(chemistry.smiles_of(asked)))
    return list(model.classes_), probabilities, time.perf_counter() - began


def _by_surface(train: Sequence[str], gold: np.ndarray, asked: Sequence[str]) -> tuple[list[str], np.ndarray, float]:
    classes = sorted(set(gold))
    is_low = _is_low(train)
    low = np.array([is_low[gold == label].mean() for label in classes])
    began = time.perf_counter()
    chosen = np.where(_is_low(asked), low.argmax(), low.argmin())
    return classes, np.eye(len(classes))[chosen], time.perf_counter() - began


def _is_low(texts: Sequence[str]) -> np.ndarray:
    surfaces = np.array([chemistry.polar_surface_a2(molecule) for molecule in chemistry.read(texts)])
    return surfaces < _SURFACE_LIMIT_A2


def _fingerprints(texts: Sequence[str]) -> np.ndarray:
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    return np.array([generator.GetFingerprintAsNumPy(molecule) for molecule in chemistry.read(texts)])
