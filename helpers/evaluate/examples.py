"""What the figures look like in single answers: best and worst families, best and worst texts."""

from typing import Literal

import numpy as np
import pandas as pd

from helpers.core.records import excerpt
from helpers.core.tasks import Kind
from helpers.evaluate import compare, mention_examples
from helpers.metrics import intervals, text_scores


def families(predictions: pd.DataFrame, records: pd.DataFrame, *, min_n: int, top: int = 3) -> pd.DataFrame:
    """The labels that are recognised best and worst; counts only, no record is shown.

    Args:
        predictions: Classification answers, with the columns of `PREDICTION_SCHEMA`.
        records: The test records; the first of `labels` is the family.
        min_n: Fewest records of a family.
        top: Families at each end; fewer where there are not twice as many.

    Returns:
        Best first, then worst from the worst upwards: side (best | worst), label, n, accuracy, low, high (95 % Wilson,
        records taken as independent), mistaken_for (its most frequent wrong answer, "" where none), mistaken_n.

    Raises:
        RecordError: If predictions and records are not about the same items.
    """
    rows = _joined(predictions, records, kind="classification")
    table = []
    for label, some in rows.groupby("expected", sort=True):
        if len(some) < min_n:
            continue
        right = int(some["score"].sum())
        low, high = intervals.wilson(right, len(some))
        wrong = some.loc[some["score"] == 0, "answer"].value_counts()
        wrong = wrong[wrong == wrong.max()].sort_index() if len(wrong) else wrong
        name, count = (wrong.index[0], int(wrong.iloc[0])) if len(wrong) else ("", 0)
        table.append((label, len(some), right / len(some), low, high, name, count))
    frame = pd.DataFrame(table, columns=["label", "n", "accuracy", "low", "high", "mistaken_for", "mistaken_n"])
    frame = frame.sort_values(["accuracy", "n", "label"], ascending=[False, False, True], ignore_index=True)
    take = min(top, len(frame) // 2)
    best, worst = frame.head(take).assign(side="best"), frame.tail(take).iloc[::-1].assign(side="worst")
    both = pd.concat([best, worst], ignore_index=True)
    return both[["side", *frame.columns]]


def tables(
    predictions: pd.DataFrame,
    records: pd.DataFrame,
    *,
    kind: Kind,
    min_n: int,
    show_text: bool,
) -> dict[str, tuple[pd.DataFrame, str]]:
    """The tables of examples that fit the kind of task, each with how to read it.

    Args:
        predictions: Answers of one model.
        records: The test records.
        kind: Of the task.
        min_n: Fewest records of a family.
        show_text: Whether every card of the run says public or simulated.
    """
    if kind == "extraction":
        return mention_examples.tables(predictions, records, show_text=show_text)
    if kind == "generation":
        return {
            "Best, worst and reversed answers": (
                of_texts(predictions, records, show_text=show_text),
                "ROUGE-L rewards shared words, so the last rows show answers that turn the meaning round.",
            )
        }
    found = families(predictions, records, min_n=min_n)
    return {
        "Best and worst families": (
            found,
            f"Only labels with {min_n} or more test records; intervals are 95 % Wilson and take records as independent.",
        ),
        "Single answers": (
            of_families(predictions, records, families=found, show_text=show_text),
            "From the best families the surest right answers, from the worst the surest wrong ones.",
        ),
    }


def of_families(
    predictions: pd.DataFrame,
    records: pd.DataFrame,
    *,
    families: pd.DataFrame,
    show_text: bool,
    per_family: int = 1,
    max_chars: int = 280,
) -> pd.DataFrame:
    """Single answers from the families of `families`: the surest right ones of the best, the surest wrong of the worst.

    Args:
        predictions: The same classification answers.
        records: The same records.
        families: From `families`.
        show_text: Whether every card of the run says public or simulated; else no record text is in the result.
        per_family: Answers for each family; fewer where there are not as many.
        max_chars: Longest excerpt of a record.

    Returns:
        side, label, record_id, answer, probability (of the answer; NaN where none was stated) and, where `show_text`,
        text (an excerpt).
    """
    rows = _joined(predictions, records, kind="classification")
    parts = []
    for side, label in zip(families["side"], families["label"], strict=True):
        some = rows[(rows["expected"] == label) & (rows["score"] == (1.0 if side == "best" else 0.0))]
        some = some.sort_values(["probability", "record_id"], ascending=[False, True], na_position="last")
        parts.append(some.head(per_family).assign(side=side, label=label))
    columns = ["side", "label", "record_id", "answer", "probability"]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*columns, "text"])
    if not show_text:
        return frame[columns]
    return frame.assign(text=[excerpt(text, max_chars) for text in frame["text"]])[[*columns, "text"]]


def of_texts(
    predictions: pd.DataFrame, records: pd.DataFrame, *, show_text: bool, top: int = 5, max_chars: int = 280
) -> pd.DataFrame:
    """The best and worst written answers, and those that turn a meaning round.

    Args:
        predictions: Generated answers, with the columns of `PREDICTION_SCHEMA`.
        records: The test records with their references.
        show_text: Whether every card of the run says public or simulated; else no text is in the result.
        top: Items of each side; `turned round` holds the highest-scoring answers with a polarity error, the ones that
            ROUGE-L would let pass.
        max_chars: Longest excerpt of a text.

    Returns:
        side (best | worst | turned round), record_id, score (ROUGE-L), polarity_errors (axes, "" where none) and, where
        `show_text`, text, expected (the references) and answer. An item stands on one side only.

    Raises:
        RecordError: If predictions and records are not about the same items.
    """
    rows = _joined(predictions, records, kind="generation")
    rows["polarity_errors"] = [
        ", ".join(text_scores.polarity_errors(answer, list(references)))
        for answer, references in zip(rows["answer"], records["references"], strict=True)
    ]
    ranked = rows.sort_values(["score", "record_id"], ascending=[False, True], ignore_index=True)
    swapped = ranked[ranked["polarity_errors"] != ""].head(top)
    others = ranked[ranked["polarity_errors"] == ""]
    take = min(top, len(others) // 2)
    parts = {"best": others.head(take), "worst": others.tail(take).iloc[::-1], "turned round": swapped}
    frame = pd.concat([part.assign(side=side) for side, part in parts.items()], ignore_index=True)
    columns = ["side", "record_id", "score", "polarity_errors"]
    if not show_text:
        return frame[columns]
    for column in ("text", "expected", "answer"):
        frame[column] = [excerpt(text, max_chars) for text in frame[column]]
    return frame[[*columns, "text", "expected", "answer"]]


def _joined(
    predictions: pd.DataFrame, records: pd.DataFrame, *, kind: Literal["classification", "generation"]
) -> pd.DataFrame:
    values = compare.score(predictions, records, kind=kind)
    rows = predictions.set_index("record_id").loc[list(records["record_id"])]
    answers = rows["label" if kind == "classification" else "text"].tolist()
    expected = (
        [labels[0] for labels in records["labels"]]
        if kind == "classification"
        else [" | ".join(references) for references in records["references"]]
    )
    stated = [
        dict(pairs or {}).get(answer, np.nan) for pairs, answer in zip(rows["probabilities"], answers, strict=True)
    ]
    return pd.DataFrame(
        {
            "record_id": records["record_id"].to_numpy(),
            "text": records["text"].to_numpy(),
            "expected": expected,
            "answer": answers,
            "score": values["score"].to_numpy(),
            "probability": stated,
        }
    )
