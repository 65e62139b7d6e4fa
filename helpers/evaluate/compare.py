"""Several models on the same test items, scored alike."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.clinical import mentions
from helpers.core.errors import RecordError
from helpers.core.tasks import PRIMARY_METRICS, Kind
from helpers.evaluate import spelled
from helpers.metrics import calibration, entity_scores, intervals, primary, scores, text_scores


def score(predictions: pd.DataFrame, records: pd.DataFrame, *, kind: Kind) -> pd.DataFrame:
    """Score one model's answer to each record; the score of several records is the mean, weighted by `weight`.

    Args:
        predictions: One row a record, with the columns of `PREDICTION_SCHEMA`, in any order.
        records: The test records; `labels` (any of them is right) or `references` hold the answers.
        kind: Of the task; how answers of each kind are scored and weighed, see `primary.points`.

    Returns:
        Columns score and weight, float, indexed by record_id in the order of `records`.

    Raises:
        RecordError: If items differ or repeat, or a record has no answer to compare with.
    """
    gold = _answers(records, kind)
    rows = _aligned(predictions, records, model="the model")
    points = primary.points(rows, gold, kind=kind, names=mentions.keys)
    return points.set_index(pd.Index(records["record_id"], name="record_id"))


def groups(records: pd.DataFrame) -> pd.Series:
    """The cluster of each record, indexed by record_id as `score` is."""
    return pd.Series(records["group"].to_numpy(), index=pd.Index(records["record_id"], name="record_id"), name="group")


def table(
    predictions_by_model: Mapping[str, pd.DataFrame],
    records: pd.DataFrame,
    *,
    kind: Kind,
    bootstrap: int,
    seed: int,
    labels: Sequence[str] | None = None,
) -> pd.DataFrame:
    """One row a model on the same items, the primary metric first.

    Args:
        predictions_by_model: Name of the model to its predictions; rows keep this order.
        records: The test records.
        kind: Sets the primary metric: accuracy, ROUGE-L or micro-averaged F1 of mentions.
        bootstrap: Resamples of groups for the interval of the primary metric.
        seed: Of the resampling.
        labels: Closed label set (classification); None takes every label of the records.

    Returns:
        model, n, n_groups, accuracy, rouge_l or entity_f1, low, high (95 %, clustered by group), then for classification
        macro_precision, macro_recall, macro_f1 (over the classes of the records), of two labels also balanced_accuracy,
        matthews_correlation and roc_auc (NaN where a model gives no probabilities),
        expected_calibration_error and brier (NaN where a model gives no probabilities), unparseable_frac (greedy text
        that names no label) and greedy_accuracy (greedy text that names the right one); for generation exact_match,
        polarity_error_frac and common_word_frac; for extraction precision and recall (micro average; NaN where nothing
        was found), exact_record_frac (records whose mentions are all right and nothing else) and not_in_text_frac (of the
        found mentions, those that the text does not hold); then abstained_frac, latency_median_s and latency_p95_s.

    Raises:
        RecordError: If a model answered other items than the records hold, or the records carry no answers.
    """
    if not predictions_by_model:
        raise RecordError("There is no model to compare", found=0, expected="predictions of at least one model")
    gold = _answers(records, kind)
    known = sorted({label for right in gold for label in right}) if labels is None else list(labels)
    rows = []
    for name, predictions in predictions_by_model.items():
        answers = _aligned(predictions, records, model=name)
        values = score(predictions, records, kind=kind)
        interval = intervals.clustered_mean(
            values["score"], groups(records), n=bootstrap, seed=seed, weights=values["weight"]
        )
        row = {
            "model": name,
            "n": interval.n,
            "n_groups": interval.n_groups,
            PRIMARY_METRICS[kind]: interval.estimate,
            "low": interval.low,
            "high": interval.high,
        }
        if kind == "classification":
            row |= _classified(answers, gold, known)
        elif kind == "generation":
            row |= _written(answers, gold)
        else:
            row |= _extracted(answers, gold, records["text"])
        latency = answers["latency_s"].astype(float)
        row |= {
            "abstained_frac": float(answers["abstained"].astype(bool).mean()),
            "latency_median_s": float(latency.median()),
            "latency_p95_s": float(latency.quantile(0.95)),
        }
        rows.append(row)
    return pd.DataFrame(rows)


def estimates(table: pd.DataFrame, *, kind: Kind) -> pd.DataFrame:
    """The primary metric of each row of `table`, as the interval figure and the report's headline take it.

    Returns:
        name, estimate, low, high, n.
    """
    renamed = table.rename(columns={"model": "name", PRIMARY_METRICS[kind]: "estimate"})
    return renamed[["name", "estimate", "low", "high", "n"]]


def mention_keys(predictions: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """What was to be found and what was found in each record, as names that are equal where the mentions are the same.

    Returns:
        Columns gold and found, lists of str, indexed by record_id in the order of `records`.

    Raises:
        RecordError: As `score`.
    """
    rows = _aligned(predictions, records, model="the model")
    gold, found = primary.named(rows, _answers(records, "extraction"), names=mentions.keys)
    index = pd.Index(records["record_id"], name="record_id")
    return pd.DataFrame({"gold": gold, "found": found}, index=index)


def reliability(
    predictions_by_model: Mapping[str, pd.DataFrame], records: pd.DataFrame, *, n_bins: int = 10
) -> pd.DataFrame:
    """Stated confidence against observed accuracy of each model that states probabilities for every item.

    Returns:
        model, then the columns of `calibration.reliability`; no row for a model without probabilities.

    Raises:
        RecordError: If a model answered other items than the records hold.
    """
    gold = _answers(records, "classification")
    parts = []
    for name, predictions in predictions_by_model.items():
        answers = _aligned(predictions, records, model=name)
        stated = _stated(answers)
        if not all(stated):
            continue
        frame = calibration.reliability(*_confidence(answers, stated, gold), n_bins=n_bins)
        frame.insert(0, "model", name)
        parts.append(frame)
    columns = ["model", "confidence_mean", "accuracy", "low", "high", "n"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _classified(answers: pd.DataFrame, gold: list[list[str]], known: list[str]) -> dict[str, float]:
    # A record with several right labels counts under the one that was answered, else under its first.
    right = [label if label in some else some[0] for label, some in zip(answers["label"], gold, strict=True)]
    label = answers["label"].where(~answers["abstained"].astype(bool), "")
    result = scores.classification(right, label.tolist())
    named = spelled.labels_of(answers, labels=known)
    extra = {
        "expected_calibration_error": float("nan"),
        "brier": float("nan"),
        "unparseable_frac": float((named == "").mean()),
        "greedy_accuracy": float(np.mean([name in some for name, some in zip(named, gold, strict=True)])),
    }
    stated = _stated(answers)
    names = ["macro_precision", "macro_recall", "macro_f1"]
    if len(known) == 2:
        names += ["balanced_accuracy", "matthews_correlation", "roc_auc"]
        probability = [pairs.get(known[1], 0.0) for pairs in stated]
        result["roc_auc"] = scores.roc_auc(right, probability, positive=known[1]) if all(stated) else float("nan")
    if all(stated):
        columns = sorted({*known, *right, *(name for pairs in stated for name in pairs)})
        matrix = np.array([[pairs.get(name, 0.0) for name in columns] for pairs in stated])
        extra["expected_calibration_error"] = calibration.expected_calibration_error(
            *_confidence(answers, stated, gold)
        )
        extra["brier"] = calibration.brier(matrix, np.array([columns.index(name) for name in right]))
    return {name: result[name] for name in names} | extra


def _stated(answers: pd.DataFrame) -> list[dict[str, float]]:
    return [dict(pairs) if pairs else {} for pairs in answers["probabilities"]]


def _confidence(
    answers: pd.DataFrame, stated: list[dict[str, float]], gold: list[list[str]]
) -> tuple[np.ndarray, np.ndarray]:
    chosen = [pairs.get(label, 0.0) for pairs, label in zip(stated, answers["label"], strict=True)]
    correct = [label in right for label, right in zip(answers["label"], gold, strict=True)]
    return np.array(chosen), np.array(correct)


def _written(answers: pd.DataFrame, gold: list[list[str]]) -> dict[str, float]:
    pairs = list(zip(answers["text"], gold, strict=True))
    common = [text_scores.common_word_share(text) for text, _ in pairs]
    return {
        "exact_match": float(np.mean([text_scores.exact_match(*pair) for pair in pairs])),
        "polarity_error_frac": float(np.mean([bool(text_scores.polarity_errors(*pair)) for pair in pairs])),
        "common_word_frac": float(np.nanmean(common)) if np.isfinite(common).any() else float("nan"),
    }


def _extracted(answers: pd.DataFrame, gold: list[list[str]], texts: pd.Series) -> dict[str, float]:
    counts = primary.matched(answers, gold, names=mentions.keys)
    precision, recall, _ = entity_scores.precision_recall_f1(*map(int, counts.sum(axis=0)))
    found = primary.named(answers, gold, names=mentions.keys)[1]
    held = [mentions.is_in(name, text) for names, text in zip(found, texts, strict=True) for name in names]
    return {
        "precision": precision,
        "recall": recall,
        "exact_record_frac": float((counts[:, 1:] == 0).all(axis=1).mean()),
        "not_in_text_frac": 1 - float(np.mean(held)) if held else float("nan"),
    }


def _answers(records: pd.DataFrame, kind: Kind) -> list[list[str]]:
    if kind not in PRIMARY_METRICS:
        raise RecordError("Unknown kind of task", found=kind, expected=", ".join(PRIMARY_METRICS))
    column = "labels" if kind == "classification" else "references"
    gold = [list(answers) for answers in records[column]]
    empty = sum(not answers for answers in gold)
    if empty or not gold:
        raise RecordError(
            f"{empty} of {len(gold)} test records have no {column}" if gold else "There are no test records",
            expected=f"at least one of {column} for each record",
            remedy="run 02_preprocess again, or mend the source",
        )
    if kind == "extraction" and not any(mentions.read(answer) for answers in gold for answer in answers):
        raise RecordError(
            f"None of {len(gold)} test records holds a mention",
            expected="at least one that could be found",
            remedy="take more records (select.max_validation, evaluate.max_test), or mend the source",
        )
    return gold


def _aligned(predictions: pd.DataFrame, records: pd.DataFrame, *, model: str) -> pd.DataFrame:
    for name, ids in (("predictions", predictions["record_id"]), ("records", records["record_id"])):
        if ids.duplicated().any():
            raise RecordError(f"The {name} of {model} repeat items", found=f"{int(ids.duplicated().sum())} repeated")
    asked, answered = set(records["record_id"]), set(predictions["record_id"])
    if asked != answered:
        raise RecordError(
            f"The predictions of {model} are not about these records",
            found=f"{len(asked - answered)} records unanswered, {len(answered - asked)} answers to other records",
            expected=f"one answer to each of {len(asked)} records",
            remedy="predict again on exactly this test set",
        )
    return predictions.set_index("record_id", drop=False).loc[list(records["record_id"])].reset_index(drop=True)
