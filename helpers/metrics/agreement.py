"""How far annotators agree beyond chance, and on which labels they do not."""

from itertools import combinations

import numpy as np
import pandas as pd
from sklearn.metrics import cohen_kappa_score

from helpers.metrics.intervals import Interval


def pairwise(answers: pd.DataFrame, *, n: int, seed: int, level: float = 0.95) -> pd.DataFrame:
    """Cohen's kappa of every two annotators, on the records that both have labelled.

    Args:
        answers: One row an annotation: record_id, annotator, label, and cluster where records belong together; an annotator
            has labelled a record once.
        n: Bootstrap resamples of records (of clusters, where there are any).
        seed: Of the resampling; the order of the rows does not matter.
        level: Coverage of the two-sided interval.

    Returns:
        One row a pair: first, second, records, agreement (share of equal labels), kappa in [-1, 1], low, high. Kappa is NaN
        where both have used one and the same label only; low and high are NaN where records belong to fewer than two
        clusters. Pairs without a common record are left out.

    Raises:
        ValueError: If a column is missing or an annotator has labelled a record twice.

    Source:
        Cohen 1960, Educ Psychol Meas 20:37.
    """
    table = _by_annotator(answers)
    clusters = _clusters(answers).reindex(table.index)
    rows = []
    for first, second in combinations(table.columns, 2):
        both = table[[first, second]].dropna()
        if both.empty:
            continue
        pair = both.to_numpy(dtype=str).T
        kappa = _interval(lambda weights, pair=pair: _cohen(*pair, weights), clusters[both.index], n, seed, level)
        agreement = float((pair[0] == pair[1]).mean())
        rows.append((first, second, len(both), agreement, kappa.estimate, kappa.low, kappa.high))
    return pd.DataFrame(rows, columns=["first", "second", "records", "agreement", "kappa", "low", "high"])


def fleiss(answers: pd.DataFrame, *, n: int, seed: int, level: float = 0.95) -> Interval:
    """Fleiss' kappa of all annotators together, on the records that at least two have labelled.

    Records may have different numbers of annotations: each record's share of agreeing pairs counts alike, and the labels'
    shares are of all annotations. With the same number for every record this is Fleiss' own formula.

    Args:
        answers: As of `pairwise`.
        n: As of `pairwise`.
        seed: As of `pairwise`.
        level: As of `pairwise`.

    Returns:
        Kappa in [-1, 1] with its interval, NaN as in `pairwise`; n counts records, n_groups clusters.

    Raises:
        ValueError: As `pairwise`, or if no record has two annotations.

    Source:
        Fleiss 1971, Psychol Bull 76:378.
    """
    table = _by_annotator(answers)
    table = table[table.notna().sum(axis=1) >= 2]
    if table.empty:
        raise ValueError("Fleiss' kappa needs records with at least two annotations")
    labels = sorted(set(answers["label"]))
    counts = np.stack([(table == label).sum(axis=1).to_numpy(float) for label in labels], axis=1)
    clusters = _clusters(answers).reindex(table.index)
    return _interval(lambda weights: _fleiss(counts, weights), clusters, n, seed, level)


def disagreements(answers: pd.DataFrame) -> pd.DataFrame:
    """How often which two labels were given to the same record by two annotators.

    Returns:
        One row a pair of different labels, the most frequent first: label, other_label (in alphabetical order), pairs (of
        annotations), records.

    Raises:
        ValueError: As `pairwise`.
    """
    table = _by_annotator(answers)
    found = [
        (*sorted((given[0], given[1])), record)
        for record, row in zip(table.index, table.to_numpy(dtype=object), strict=True)
        for given in combinations([label for label in row if isinstance(label, str)], 2)
        if given[0] != given[1]
    ]
    frame = pd.DataFrame(found, columns=["label", "other_label", "record"])
    counted = frame.groupby(["label", "other_label"])["record"].agg(pairs="size", records="nunique").reset_index()
    return counted.sort_values(["pairs", "label", "other_label"], ascending=[False, True, True], ignore_index=True)


def _by_annotator(answers: pd.DataFrame) -> pd.DataFrame:
    """Records x annotators, the label in each cell, NaN where there is none."""
    lacking = {"record_id", "annotator", "label"} - set(answers.columns)
    if lacking:
        raise ValueError(f"annotations lack {', '.join(sorted(lacking))}")
    if twice := int(answers.duplicated(["record_id", "annotator"]).sum()):
        raise ValueError(f"{twice} annotation(s) are an annotator's second of the same record")
    table = answers.pivot(index="record_id", columns="annotator", values="label").astype(object)
    return table.sort_index().sort_index(axis=1)


def _clusters(answers: pd.DataFrame) -> pd.Series:
    first = answers.drop_duplicates("record_id").set_index("record_id")
    return first["cluster"] if "cluster" in first else first.index.to_series()


def _interval(statistic, clusters: pd.Series, n: int, seed: int, level: float) -> Interval:
    codes, names = pd.factorize(clusters.astype(str), sort=True)
    whole = statistic(np.ones(len(codes)))
    low = high = float("nan")
    if len(names) > 1 and not np.isnan(whole):
        rng, count = np.random.default_rng(seed), len(names)
        drawn = (rng.multinomial(count, np.full(count, 1 / count))[codes] for _ in range(n))
        draws = np.array([statistic(weights.astype(float)) for weights in drawn])
        low, high = np.nanquantile(draws, [(1 - level) / 2, (1 + level) / 2])  # NaN: one label only was drawn
    return Interval(whole, float(low), float(high), len(codes), len(names), "cluster bootstrap")


def _cohen(first: np.ndarray, second: np.ndarray, weights: np.ndarray) -> float:
    drawn = weights > 0
    if len({*first[drawn], *second[drawn]}) < 2:
        return float("nan")
    return float(cohen_kappa_score(first[drawn], second[drawn], sample_weight=weights[drawn]))


def _fleiss(counts: np.ndarray, weights: np.ndarray) -> float:
    raters = counts.sum(axis=1)
    agreeing = (counts * (counts - 1)).sum(axis=1) / (raters * (raters - 1))
    shares = weights @ counts / (weights @ raters)
    by_chance = float(shares @ shares)
    if by_chance > 1 - 1e-12:
        return float("nan")
    return (float(np.average(agreeing, weights=weights)) - by_chance) / (1 - by_chance)
