"""Passages that many records of a source share, such as disclaimers and templates, and what is copied from note to note.

A passage is a sentence of a line, compared by its words: case, digits and signs do not count, so that "Page 1 of 3" is
"Page 2 of 3".
"""

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal, NamedTuple

import pandas as pd

from helpers.core.tasks import Form
from helpers.preprocess.deidentify import PERSONAL_KINDS

SAMPLE = 10_000
"""Records of a source that are looked at; of more, whole patients by the hash of their key, the same in any order."""
MIN_WORDS = 6
"""Shorter passages say too little to be told from findings, such as "lungs clear to auscultation"."""
MIN_RECORDS = 5
"""A passage of fewer records is no boilerplate, however few the records are."""
COLUMNS = ["source", "kind", "patient_key", "record_id", "text"]
How = Literal["report", "remove"]
_SENTENCE = re.compile(r"\S[^\n]*?(?:[.!?](?=\s)|(?=\n|\Z))")
_WORD = re.compile(r"[^\W\d_]+")
_FOUND = ["source", "passage", "words", "records", "sampled", "frac", "example"]


class _Seen(NamedTuple):
    key: bytes  # hash of the patient, then of the record
    record_id: str
    is_personal: bool
    passages: dict[bytes, int]  # hash of the words -> their number


@dataclass(frozen=True)
class Sample:
    """Passages of at most `SAMPLE` records of each source, by the hash of their patient."""

    seen: dict[str, list[_Seen]]


def sample(batches: Iterable[pd.DataFrame], *, form: Form = "prose") -> Sample:
    """Note the passages of some records; neither the order nor the size of the batches changes which.

    Args:
        batches: Frames with at least `COLUMNS`.
        form: Of the texts; notation has no passages.
    """
    seen: dict[str, list[_Seen]] = defaultdict(list)
    for batch in batches if form == "prose" else ():
        new: dict[str, list[_Seen]] = defaultdict(list)
        for source, kind, patient, record_id, text in batch[COLUMNS].itertuples(index=False):
            key = _hash(patient) + _hash(record_id)
            if len(seen[source]) < SAMPLE or key < seen[source][-1].key:  # else the sample is full of smaller ones
                said = {_hash(" ".join(words)): len(words) for _, _, words in _passages(text)}
                new[source].append(_Seen(key, record_id, kind in PERSONAL_KINDS, said))
        for source, rows in new.items():
            seen[source] = heapq.nsmallest(SAMPLE, [*seen[source], *rows], key=lambda row: row.key)
    return Sample(dict(seen))


def shared(sampled: Sample, *, min_frac: float) -> pd.DataFrame:
    """Passages that at least this share of a source's records have, five records at the least.

    Args:
        sampled: From `sample`.
        min_frac: Share of the records, in (0, 1].

    Returns:
        source, passage (a hash of its words, as hexadecimal digits), words, records (with it), sampled (records looked at),
        frac, example (id of a record to read it in); no text.
    """
    rows = []
    for source, seen in sorted(sampled.seen.items()):
        counts = Counter(passage for row in seen for passage in row.passages)
        least = max(MIN_RECORDS, math.ceil(min_frac * len(seen) - 1e-9))
        often = {passage: count for passage, count in counts.items() if count >= least}
        first = {passage: row for row in sorted(seen, key=lambda row: row.record_id, reverse=True) for passage in
                 often.keys() & row.passages.keys()}  # fmt: skip
        for passage, count in sorted(often.items(), key=lambda item: (-item[1], item[0])):
            row = first[passage]
            words = row.passages[passage]
            rows.append((source, passage.hex(), words, count, len(seen), count / len(seen), row.record_id))
    return pd.DataFrame(rows, columns=_FOUND)


def copied_forward(sampled: Sample, found: pd.DataFrame) -> pd.DataFrame:
    """What records of a patient repeat of each other, beside what the whole source shares.

    Returns:
        source, patients (with several records), passages (of their records), repeated (that another record of the same
        patient has too), frac.
    """
    rows = []
    for source, seen in sorted(sampled.seen.items()):
        common = {bytes.fromhex(passage) for passage in found.loc[found["source"] == source, "passage"]}
        of_patient: dict[bytes, list[set[bytes]]] = defaultdict(list)
        for row in seen:
            if row.is_personal:
                of_patient[row.key[:8]].append(row.passages.keys() - common)
        several = [records for records in of_patient.values() if len(records) > 1]
        counts = [Counter(passage for record in records for passage in record) for records in several]
        passages = sum(sum(count.values()) for count in counts)
        repeated = sum(n for count in counts for n in count.values() if n > 1)
        if several:
            rows.append((source, len(several), passages, repeated, repeated / max(passages, 1)))
    return pd.DataFrame(rows, columns=["source", "patients", "passages", "repeated", "frac"])


def settle(
    records: pd.DataFrame, found: pd.DataFrame, *, how: How, form: Form = "prose"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take the shared passages out of the texts, if the profile says so; notation is never touched.

    Args:
        records: A record frame.
        found: From `shared`.
        how: `report` leaves every text as it is: what many notes say may still be a finding.
        form: Of the texts.

    Returns:
        Records, and a quarantine frame: record_id, kind, source, reason `nothing but boilerplate`.
    """
    aside = records.iloc[:0][["record_id", "kind", "source"]].assign(reason="")
    if how == "report" or form == "notation" or found.empty:
        return records, aside
    known = set(zip(found["source"], found["passage"], strict=True))
    texts = [_without(text, source, known) for source, text in zip(records["source"], records["text"], strict=True)]
    clean = records.assign(text=pd.Series(texts, index=records.index, dtype=object))
    good = clean["text"] != ""
    aside = records.loc[~good, ["record_id", "kind", "source"]].assign(reason="nothing but boilerplate")
    return clean[good], aside.reset_index(drop=True)


def _without(text: str, source: str, known: set[tuple[str, str]]) -> str:
    pieces, last, touched = [], 0, False
    for start, end, words in _passages(text):
        if (source, _hash(" ".join(words)).hex()) in known:
            pieces.append(text[last:start])
            last, touched = end, True
    if not touched:
        return text
    left = re.sub(r"[ \t]+(?=\n|\Z)", "", "".join([*pieces, text[last:]]))
    return re.sub(r"\n{3,}", "\n\n", left).strip()


def _passages(text: str) -> Iterator[tuple[int, int, list[str]]]:
    for match in _SENTENCE.finditer(text):
        words = _WORD.findall(match[0].casefold())
        if len(words) >= MIN_WORDS:
            yield match.start(), match.end(), words


def _hash(value: str) -> bytes:
    return blake2b(value.encode("utf-8", "surrogatepass"), digest_size=8).digest()
