"""What extraction gets wrong: kinds of error, the mentions it misses and invents, single records at both ends."""

from collections import Counter

import pandas as pd

from helpers.clinical import mentions
from helpers.core.records import excerpt
from helpers.evaluate import compare
from helpers.metrics import entity_scores


def tables(predictions: pd.DataFrame, records: pd.DataFrame, *, show_text: bool) -> dict[str, tuple[pd.DataFrame, str]]:
    """The tables of examples of an extraction, each with how to read it.

    Args:
        predictions: Answers of one model.
        records: The test records.
        show_text: Whether every card of the run says public or simulated; else no mention is named.
    """
    shown = {
        "Best and worst records": (
            of_records(predictions, records, show_text=show_text),
            "F1 of the single record; of equal ones those with more mentions. Mentions are counted as often as they come.",
        )
    }
    if show_text:
        shown["Missed and named wrongly"] = (
            commonest(predictions, records),
            "The mentions that were most often missed, and those most often named where they are no mention; one cut too "
            "long or too short stands in both.",
        )
    return shown


def commonest(predictions: pd.DataFrame, records: pd.DataFrame, *, top: int = 8) -> pd.DataFrame:
    """The mentions that are missed and named wrongly most often.

    Args:
        predictions: Answers of one model, with the columns of `PREDICTION_SCHEMA`.
        records: The test records.
        top: Mentions of each side.

    Returns:
        side (missed | named wrongly), mention (as `mentions.key` writes it), n.

    Raises:
        RecordError: If predictions and records are not about the same items.
    """
    missed, wrong = Counter[str](), Counter[str]()
    for gold, found in compare.mention_keys(predictions, records).itertuples(index=False):
        missed += Counter(gold) - Counter(found)
        wrong += Counter(found) - Counter(gold)
    rows = [
        (side, name, count)
        for side, counted in (("missed", missed), ("named wrongly", wrong))
        for name, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:top]
    ]
    return pd.DataFrame(rows, columns=["side", "mention", "n"])


def of_records(
    predictions: pd.DataFrame, records: pd.DataFrame, *, show_text: bool, top: int = 5, max_chars: int = 280
) -> pd.DataFrame:
    """The records with the best and the worst F1 among those in which something is to be found, or was found.

    Args:
        predictions: Answers of one model, with the columns of `PREDICTION_SCHEMA`.
        records: The test records.
        show_text: Whether every card of the run says public or simulated; else counts only.
        top: Records of each side; fewer where there are not twice as many.
        max_chars: Longest excerpt of a text.

    Returns:
        side (best | worst), record_id, f1, right, boundary, invented, missed and, where `show_text`, text, expected and
        answer.

    Raises:
        RecordError: If predictions and records are not about the same items.
    """
    keys = compare.mention_keys(predictions, records)
    scored = compare.score(predictions, records, kind="extraction")
    each = [entity_scores.outcomes(*pair) for pair in zip(keys["gold"], keys["found"], strict=True)]
    rows = pd.DataFrame(each, columns=entity_scores.Outcomes._fields)
    rows = rows.assign(record_id=scored.index, f1=scored["score"].to_numpy(), weight=scored["weight"].to_numpy())
    if show_text:
        texts = predictions.set_index("record_id").loc[list(records["record_id"]), "text"]
        rows["text"] = [excerpt(text, max_chars) for text in records["text"]]
        rows["expected"] = ["; ".join(names for answer in some for names in mentions.read(answer)) or mentions.NONE
                            for some in records["references"]]  # fmt: skip
        rows["answer"] = [excerpt("; ".join(mentions.read(text)) or mentions.NONE, max_chars) for text in texts]
    ranked = rows[rows["weight"] > 0].sort_values(
        ["f1", "weight", "record_id"], ascending=[False, False, True], ignore_index=True
    )
    take = min(top, len(ranked) // 2)
    worst = ranked.sort_values(["f1", "weight", "record_id"], ascending=[True, False, True]).head(take)
    both = pd.concat([ranked.head(take).assign(side="best"), worst.assign(side="worst")], ignore_index=True)
    columns = ["side", "record_id", "f1", *entity_scores.Outcomes._fields]
    return both[columns + (["text", "expected", "answer"] if show_text else [])]
