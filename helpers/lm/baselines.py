"""Simple models that a fine-tuned one must be held against; the same code in 03 (validation) and 05 (refit, test)."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from helpers.clinical import mentions
from helpers.core import batches
from helpers.core import records as frames
from helpers.core.errors import RecordError
from helpers.core.tasks import Kind
from helpers.lm import dictionary, models, molecule_baselines

CLASSIFIERS = ("majority", "nearest neighbour", "TF-IDF + logistic regression", "encoder + logistic regression")
WRITERS = ("majority", "copy the input", "nearest neighbour", "encoder nearest neighbour")
EXTRACTORS = ("no mention", "dictionary of training mentions")
_SUIT: dict[Kind, tuple[str, ...]] = {
    "classification": CLASSIFIERS,
    "generation": WRITERS,
    "extraction": EXTRACTORS,
}
COSTS = (1.0, 10.0)  # inverse regularisation strengths tried on the validation records


def names(kind: Kind, chosen: Sequence[str] = ()) -> tuple[str, ...]:
    """Baselines of a task: those it has chosen, or those that suit every text of its kind.

    Raises:
        RecordError: If a chosen one is not a baseline of this kind.
    """
    for name in chosen:
        _check(name, kind)
    return tuple(chosen) or _SUIT[kind]


def choose_cost(
    name: str, train: pd.DataFrame, validation: pd.DataFrame, *, encoder: str = "minilm", device: str = "cpu"
) -> float:
    """Inverse regularisation strength with the best validation accuracy; 1 for baselines that have none."""
    if "logistic" not in name:
        return 1.0
    gold = _labels(validation)
    accuracy = {}
    for cost in COSTS:
        found = predict(name, train, validation, kind="classification", cost=cost, encoder=encoder, device=device)
        accuracy[cost] = float(np.mean(found["label"].to_numpy() == gold))
    return max(accuracy, key=accuracy.get)


def predict(
    name: str,
    train: pd.DataFrame,
    records: pd.DataFrame,
    *,
    kind: Kind,
    cost: float = 1.0,
    encoder: str = "minilm",
    device: str = "cpu",
) -> pd.DataFrame:
    """Fit one baseline on `train` and answer `records`.

    Returns:
        A prediction frame; `latency_s` is the time to answer, without fitting.

    Raises:
        RecordError: If the baseline is not one of this kind, or there is but one label to learn.
    """
    _check(name, kind)
    if kind == "classification":
        classes, probabilities, seconds = _classify(name, train, records, cost=cost, encoder=encoder, device=device)
        labels = [classes[row] for row in probabilities.argmax(1)]
        tables = [dict(zip(classes, map(float, row), strict=True)) for row in probabilities]
        texts = labels
    else:
        if kind == "extraction":
            texts, seconds = _extract(name, train, records)
        else:
            texts, seconds = _write(name, train, records, encoder=encoder, device=device)
        labels, tables = [""] * len(records), [{}] * len(records)
    return frames.predictions(
        records,
        model=name,
        text=texts,
        label=labels,
        probabilities=tables,
        latency_s=seconds / max(1, len(records)),
    )


def keep_vectors(path: Path, *, encoder: str = "minilm", device: str = "cpu") -> Path:
    """Write what the encoder has embedded in this process, by the hash of each text, so that a later stage need not."""
    known = _vectors(encoder, device)
    np.savez(path, texts=batches.hashes(known), vectors=np.array(list(known.values()), dtype="f4"))
    return path


def take_vectors(path: Path, texts: Iterable[str], *, encoder: str = "minilm", device: str = "cpu") -> int:
    """Read vectors of these texts from a file of `keep_vectors`, of the same encoder.

    Returns:
        How many of the texts it held.
    """
    with np.load(path, allow_pickle=False) as kept:
        table = dict(zip(kept["texts"].tolist(), kept["vectors"], strict=True))
    known = _vectors(encoder, device)
    wanted = list(dict.fromkeys(texts))
    found = {
        text: table[key] for text, key in zip(wanted, batches.hashes(wanted).tolist(), strict=True) if key in table
    }
    known.update(found)
    return len(found)


def _classify(
    name: str, train: pd.DataFrame, records: pd.DataFrame, *, cost: float, encoder: str, device: str
) -> tuple[list[str], np.ndarray, float]:
    gold = _labels(train)
    classes = sorted(set(gold))
    if len(classes) < 2:
        raise RecordError(
            "All training records have the same label",
            found=f"{len(train)} records, label `{classes[0]}`" if classes else "no record",
            expected="at least two labels",
            remedy="check the labels in 01_collect, or raise collect.max_records",
        )
    if name in molecule_baselines.NAMES:
        return molecule_baselines.classify(name, train["text"], gold, records["text"], cost=cost)
    if name == "majority":
        began = time.perf_counter()
        share = np.array([np.mean(gold == label) for label in classes])
        return classes, np.tile(share, (len(records), 1)), time.perf_counter() - began
    if name == "nearest neighbour":
        began = time.perf_counter()
        nearest = _nearest(train["text"], records["text"])
        votes = np.array([[float(gold[index] == label) for label in classes] for index in nearest])
        return classes, votes, time.perf_counter() - began
    model = LogisticRegression(C=cost, class_weight="balanced", max_iter=1000)
    if name.startswith("encoder"):
        known = _embedded(tuple(train["text"]), encoder, device)
        model.fit(known, gold)
        began = time.perf_counter()
        asked = _embedded(tuple(records["text"]), encoder, device)
    else:
        vectoriser = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        model.fit(vectoriser.fit_transform(train["text"]), gold)
        began = time.perf_counter()
        asked = vectoriser.transform(records["text"])
    return list(model.classes_), model.predict_proba(asked), time.perf_counter() - began


def _write(
    name: str, train: pd.DataFrame, records: pd.DataFrame, *, encoder: str, device: str
) -> tuple[list[str], float]:
    began = time.perf_counter()
    if name == "majority":
        common = Counter(answer for answers in train["references"] for answer in answers).most_common(1)[0][0]
        return [common] * len(records), time.perf_counter() - began
    if name == "copy the input":
        return list(records["text"]), time.perf_counter() - began
    if name == "nearest neighbour":
        nearest = _nearest(train["text"], records["text"], analyzer="char_wb", ngram_range=(2, 4))
    else:
        known = _embedded(tuple(train["text"]), encoder, device)
        began = time.perf_counter()
        nearest = (_embedded(tuple(records["text"]), encoder, device) @ known.T).argmax(1)
    return [train["references"].iloc[index][0] for index in nearest], time.perf_counter() - began


def _extract(name: str, train: pd.DataFrame, records: pd.DataFrame) -> tuple[list[str], float]:
    if name == "no mention":
        return [mentions.NONE] * len(records), 0.0
    known = dictionary.Dictionary(train["text"].tolist(), [answers[0] for answers in train["references"]])
    began = time.perf_counter()
    return [mentions.write(known.find(text)) for text in records["text"]], time.perf_counter() - began


def _nearest(
    known: Sequence[str], asked: Sequence[str], *, analyzer: str = "word", ngram_range: tuple[int, int] = (1, 2)
) -> np.ndarray:
    """Row of the most similar known text by TF-IDF cosine: words for notes, character n-grams for single terms."""
    vectoriser = TfidfVectorizer(analyzer=analyzer, ngram_range=ngram_range, sublinear_tf=True)
    table = vectoriser.fit_transform(known)
    return np.asarray((vectoriser.transform(asked) @ table.T).argmax(axis=1)).ravel()


def _embedded(texts: tuple[str, ...], encoder: str, device: str) -> np.ndarray:
    """Embeddings, each computed once because several fits, on all records or on parts of them, ask for the same texts."""
    known = _vectors(encoder, device)
    unseen = [text for text in dict.fromkeys(texts) if text not in known]
    if unseen:
        known.update(zip(unseen, models.embed(unseen, name=encoder, device=device).numpy(), strict=True))
    return np.array([known[text] for text in texts])


@lru_cache(maxsize=1)
def _vectors(encoder: str, device: str) -> dict[str, np.ndarray]:
    """What one encoder has embedded in this process."""
    return {}


def _check(name: str, kind: Kind) -> None:
    known = _SUIT[kind] + (molecule_baselines.NAMES if kind == "classification" else ())
    if name not in known:
        raise RecordError(f"There is no baseline `{name}` for {kind}", expected=", ".join(known))


def _labels(records: pd.DataFrame) -> np.ndarray:
    return np.array([labels[0] for labels in records["labels"]])
