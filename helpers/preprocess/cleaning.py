"""Repair, length checks and quarantine before de-identification; sections and consistent wording after it."""

from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd

from helpers.clinical import mentions, note_sections
from helpers.clinical import text as clinical
from helpers.core.errors import RecordError
from helpers.core.records import problems
from helpers.core.tasks import Form, Kind

LOST = "a mention is not in the text"

BROKEN, SPACES = "record with broken characters", "record with stray white space"


def repair(
    records: pd.DataFrame,
    *,
    min_chars: int = 20,
    max_chars: int = 200_000,
    changed: Counter[tuple[str, str]] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Mend encodings and white space, moving gold spans with their text; set aside what cannot be used.

    A span is kept only where the repaired characters it covers equal its own repaired text, so no offset is ever guessed.

    Args:
        records: A record frame; raw text.
        min_chars: Shorter texts (after repair) are set aside.
        max_chars: Longer texts are set aside.
        changed: What was mended is added here, by source: records with broken characters, or stray white space only.

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
    if changed is not None:
        changed.update(_mended(records[good], clean.loc[good, "text"]))
    return clean[good].reset_index(drop=True), quarantine.reset_index(drop=True)


def standardise(
    records: pd.DataFrame,
    *,
    sections: Sequence[str],
    min_chars: int = 1,
    form: Form = "prose",
    kind: Kind = "classification",
    changed: Counter[tuple[str, str]] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep the wanted clinical sections and write units and abbreviations one way; for de-identified records.

    Journal and table records have no administrative part: theirs is kept whole unless it has wanted sections, and all
    texts are where no section is wanted (a conversation's "Doctor:" would be taken for a header). Notation has neither
    sections nor units and is kept as it is: `c2cc(` is a ring of carbons and no volume. A text in which mentions are to be
    found is kept too, see `with_mentions`. Dates are left as they are written: nobody can tell whether 03/04 is in March or
    in April.

    Args:
        records: A record frame without gold spans.
        sections: Those wanted.
        min_chars: Shorter texts are set aside.
        form: See `core.tasks.Task`.
        kind: See `core.tasks.Task`.
        changed: How often each unit or abbreviation was rewritten is added here, by source.

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
        forms: dict[str, Counter[str]] = {source: Counter() for source in records["source"].unique()}
        rows = zip(records["kind"], texts, records["source"], strict=True)
        texts = [_standard(origin, text, sections, forms[source]) for origin, text, source in rows]
        if changed is not None:
            changed.update({(source, name): n for source, found in forms.items() for name, n in found.items()})
    clean = records.assign(text=pd.Series(texts, index=records.index, dtype=object))
    good = clean["text"].str.len() >= min_chars
    quarantine = records.loc[~good, ["record_id", "kind", "source"]].assign(reason="no clinical section")
    clean, quarantine = clean[good].reset_index(drop=True), quarantine.reset_index(drop=True)
    if kind != "extraction":
        return clean, quarantine
    held, lost = with_mentions(clean)
    return held, pd.concat([quarantine, lost], ignore_index=True)


def with_mentions(records: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Records whose text still holds every mention that is to be found in it; mentions are repaired as their text was.

    Returns:
        Those records, and a quarantine frame of the others as `repair` gives it: an identifier was replaced where the
        mention stood, or it never was in the text.
    """
    answers = [[_repaired(answer) for answer in some] for some in records["references"]]
    held = [_holds(*pair) for pair in zip(records["text"], answers, strict=True)]
    clean = records.assign(references=pd.Series(answers, index=records.index, dtype=object))
    good = pd.Series(held, index=records.index, dtype=bool)
    quarantine = records.loc[~good, ["record_id", "kind", "source"]].assign(reason=LOST)
    return clean[good].reset_index(drop=True), quarantine.reset_index(drop=True)


def counts(*quarantines: pd.DataFrame) -> pd.DataFrame:
    """Records set aside by source and reason: source, reason, records."""
    joined = pd.concat([frame[["source", "reason"]].assign(records=1) for frame in quarantines])
    return added([joined])


def added(counted: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The `counts` of parts laid together."""
    none = pd.DataFrame({"source": [], "reason": [], "records": []}).astype({"records": int})
    return pd.concat([none, *counted]).groupby(["source", "reason"])["records"].sum().reset_index()


def _mended(records: pd.DataFrame, texts: pd.Series) -> Counter[tuple[str, str]]:
    rows = [row for row in zip(records["source"], records["text"], texts, strict=True) if row[1] != row[2]]
    return Counter((source, SPACES if old.split() == new.split() else BROKEN) for source, old, new in rows)


def _standard(kind: str, text: str, sections: Sequence[str], changed: Counter[str]) -> str:
    chosen = note_sections.clinical_text(text, sections=sections) if sections else text
    return clinical.normalise(chosen if chosen or kind in ("clinical_note", "ehr") else text, changed=changed)


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
