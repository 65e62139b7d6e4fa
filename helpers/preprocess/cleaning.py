"""Repair, length checks and quarantine before de-identification; sections and consistent wording after it."""

from collections.abc import Sequence

import pandas as pd

from helpers.clinical import mentions
from helpers.clinical import text as clinical
from helpers.core.errors import RecordError
from helpers.core.records import problems
from helpers.core.tasks import Form, Kind

LOST = "a mention is not in the text"


def repair(
    records: pd.DataFrame, *, min_chars: int = 20, max_chars: int = 200_000
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Mend encodings and white space, moving gold spans with their text; set aside what cannot be used.

    A span is kept only where the repaired characters it covers equal its own repaired text, so no offset is ever guessed.

    Args:
        records: A record frame; raw text.
        min_chars: Shorter texts (after repair) are set aside.
        max_chars: Longer texts are set aside.

    Returns:
        Clean records, and a quarantine frame: record_id, kind, source, reason; no text.
    """
    reasons = problems(records)
    texts, spans = [], []
    for position, (text, gold) in enumerate(zip(records["text"], records["spans"], strict=True)):
        if reasons.iloc[position]:
            texts.append(text)
            spans.append([])
            continue
        mended, offsets = clinical.repair_with_offsets(text)
        moved = _move(text, mended, offsets, gold)
        if moved is None:
            reasons.iloc[position] = "span lost in repair"
        elif len(mended) < min_chars:
            reasons.iloc[position] = "too short" if mended.strip() else "no text"
        elif len(mended) > max_chars:
            reasons.iloc[position] = "too long"
        texts.append(mended)
        spans.append(moved or [])
    clean = records.assign(
        text=pd.Series(texts, index=records.index, dtype=object),
        spans=pd.Series(spans, index=records.index, dtype=object),
    )
    good = reasons == ""
    quarantine = records.loc[~good, ["record_id", "kind", "source"]].assign(reason=reasons[~good])
    return clean[good].reset_index(drop=True), quarantine.reset_index(drop=True)


def standardise(
    records: pd.DataFrame,
    *,
    sections: Sequence[str],
    min_chars: int = 1,
    form: Form = "prose",
    kind: Kind = "classification",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep the wanted clinical sections and write units and abbreviations one way; for de-identified records.

    Journal and table records have no administrative part: theirs is kept whole unless it has wanted sections. Notation has
    neither sections nor units and is kept as it is: `c2cc(` is a ring of carbons and no volume. A text in which mentions
    are to be found is kept as well, and a record of which one is no longer in the text is set aside.

    Returns:
        Records with new text, and a quarantine frame as `repair` gives it, reason `no clinical section` or `a mention is not
        in the text`.

    Raises:
        RecordError: If a record still carries gold spans, whose offsets would go wrong: de-identify first.
    """
    marked = int(sum(len(spans) > 0 for spans in records["spans"]))
    if marked:
        raise RecordError(
            "Records still carry gold spans",
            found=f"{marked} records",
            expected="none after de-identification",
            remedy="run deidentify.apply first",
        )
    texts = records["text"].tolist()
    if form == "prose" and kind != "extraction":
        texts = [_standard(kind, text, sections) for kind, text in zip(records["kind"], texts, strict=True)]
    clean = records.assign(text=pd.Series(texts, index=records.index, dtype=object))
    reasons = pd.Series("", index=records.index).mask(clean["text"].str.len() < min_chars, "no clinical section")
    if kind == "extraction":
        clean["references"] = [[_repaired(answer) for answer in answers] for answers in records["references"]]
        held = [_holds(text, answers) for text, answers in zip(clean["text"], clean["references"], strict=True)]
        reasons = reasons.mask((reasons == "") & ~pd.Series(held, index=records.index, dtype=bool), LOST)
    good = reasons == ""
    quarantine = records.loc[~good, ["record_id", "kind", "source"]].assign(reason=reasons[~good])
    return clean[good].reset_index(drop=True), quarantine.reset_index(drop=True)


def counts(*quarantines: pd.DataFrame) -> pd.DataFrame:
    """Records set aside by source and reason: source, reason, records."""
    joined = pd.concat([frame[["source", "reason"]] for frame in quarantines], ignore_index=True)
    return joined.groupby(["source", "reason"]).size().rename("records").reset_index()


def _standard(kind: str, text: str, sections: Sequence[str]) -> str:
    chosen = clinical.clinical_text(text, sections=sections)
    return clinical.normalise(chosen if chosen or kind in ("clinical_note", "ehr") else text)


def _repaired(answer: str) -> str:
    return mentions.write(clinical.repair(name) for name in mentions.read(answer))


def _holds(text: str, answers: Sequence[str]) -> bool:
    return all(mentions.is_in(name, text) for answer in answers for name in mentions.read(answer))


def _move(text: str, mended: str, offsets: list[int], gold: Sequence[dict]) -> list[dict] | None:
    moved = []
    for span in gold:
        if not 0 <= span["start"] < span["end"] <= len(text):
            return None
        start, end = offsets[span["start"]], offsets[span["end"]]
        if mended[start:end].split() != clinical.repair(text[span["start"] : span["end"]]).split():
            return None
        moved.append({**span, "start": start, "end": end})
    return moved
