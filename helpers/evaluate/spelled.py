"""The label that an answer's text spells, beside the one its probabilities name."""

import re
import unicodedata
from collections.abc import Sequence

import pandas as pd

from helpers.core.errors import RecordError


def labels_of(predictions: pd.DataFrame, *, labels: Sequence[str]) -> pd.Series:
    """The label that the greedy text spells, "" where it spells none.

    Text and label are compared as wholes after case, accents and punctuation are taken off: a sentence that merely
    mentions a label is no answer.

    Raises:
        RecordError: If two labels become the same text.
    """
    by_key = {_plain(label): label for label in labels}
    if len(by_key) < len(set(labels)):
        raise RecordError(
            "Some labels differ only in case, accents or punctuation",
            found=f"{len(set(labels)) - len(by_key)} such label(s)",
            remedy="rename them in the task",
        )
    return pd.Series(
        [by_key.get(_plain(text), "") for text in predictions["text"]],
        index=pd.Index(predictions["record_id"], name="record_id"),
        name="spelled",
    )


def _plain(text: str) -> str:
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return re.sub(r"\W+|_+", " ", bare.casefold()).strip()
