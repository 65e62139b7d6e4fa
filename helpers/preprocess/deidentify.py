"""De-identify a record frame: find identifiers, replace them, and replace the ids of records and patients by codes."""

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from time import perf_counter

import pandas as pd
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

from helpers.clinical.deid import dates, engine, surrogates
from helpers.clinical.deid.spans import Span
from helpers.core.errors import PhiError, RecordError
from helpers.core.tasks import Form

PERSONAL_KINDS = ("clinical_note", "ehr")


@dataclass(frozen=True)
class DeidReport:
    """What was replaced.

    Args:
        spans: For each record, in order, the spans that were replaced (offsets into the text before).
        counts: Frame label, layer, spans.
        seconds: Wall time of finding and replacing.
        spoiled: Found spans left in on purpose (tests of the gate only).
        scanned: Records in which identifiers were looked for.
    """

    spans: tuple[tuple[Span, ...], ...]
    counts: pd.DataFrame
    seconds: float
    spoiled: int
    scanned: int


def apply(
    records: pd.DataFrame,
    *,
    method: surrogates.Method,
    output: surrogates.Output,
    key: bytes,
    seed: int,
    mode: engine.Mode = "balanced",
    workers: int = 1,
    spoil_frac: float = 0.0,
    form: Form = "prose",
    as_published: Collection[str] = (),
    scan: bool = True,
) -> tuple[pd.DataFrame, DeidReport]:
    """Replace identifiers in every record; the engine sees text and known demographics, never gold spans.

    The records of one patient are looked at together: a name that one of them confirms is found in the others, and
    what is known of the patient from one record is looked for in all. The order of the rows changes nothing.

    Args:
        records: A repaired record frame. Kinds without a person (journal, table) are scanned too.
        method: HIPAA road, see `surrogates.replace`.
        output: What replaces an identifier.
        key: Secret of at least 16 bytes; it also makes the codes of record and patient ids.
        seed: Chooses what `spoil_frac` leaves in.
        mode: See `engine.find`.
        workers: Processes; the result is the same for any number.
        spoil_frac: Share of found spans left in on purpose, so that a test can see the gate refuse.
        as_published: Sources, by card, that are not scanned either: their cards say that nobody is named in them.
        form: Notation is not scanned: its letters and digits would be taken for codes, and one replaced changes the meaning.
        scan: Whether texts are looked through; ids are replaced by codes anyhow. See `check_scan`.

    Returns:
        Records without identifiers: new text; record_id and patient_key as keyed codes (and
        group, where it was the patient's or record's own id: assign splits before); identifiers and spans empty; the
        date a year under safe_harbor, shifted otherwise; provenance only for kinds without a person. And the report.

    Raises:
        PhiError: If the key is too short, or records of a patient are to go unscanned.
        RecordError: If a record carries no text.
    """
    if len(key) < 16:
        raise PhiError(
            "The de-identification key is missing or too short",
            found=f"{len(key)} bytes",
            expected="16 bytes or more",
            remedy="let the run create its key",
        )
    if records["text"].isna().any():
        raise RecordError(
            "A record has no text",
            found=f"{int(records['text'].isna().sum())} records",
            remedy="run cleaning.repair first",
        )
    personal = records["kind"].isin(PERSONAL_KINDS)
    scanned = ~records["source"].isin(list(as_published)) & (form == "prose")
    unscanned = personal & ~scanned
    if unscanned.any():
        raise PhiError(
            "Records of patients cannot go unscanned, as notation or as published",
            found=f"{int(unscanned.sum())} records of kind {' and '.join(sorted(set(records.loc[unscanned, 'kind'])))}",
            expected="records without a person",
            remedy="set the task's form to prose, and take `as_published` from the source",
        )
    began = perf_counter()
    scanned &= scan
    of_scanned = iter(_find_all(records[scanned], mode, workers) if scanned.any() else [])
    found = [next(of_scanned) if is_scanned else [] for is_scanned in scanned]
    texts, kept_spans, spoiled = _replaced(
        records, found, method=method, output=output, key=key, seed=seed, spoil_frac=spoil_frac
    )
    own_group = personal & ((records["group"] == records["patient_key"]) | (records["group"] == records["record_id"]))
    clean = records.assign(
        text=pd.Series(texts, index=records.index, dtype=object),
        record_id=[surrogates.code(value, key=key, prefix="r-") for value in records["record_id"]],
        patient_key=[surrogates.code(value, key=key, prefix="p-") for value in records["patient_key"]],
        group=records["group"].where(
            ~own_group, [surrogates.code(value, key=key, prefix="g-") for value in records["group"]]
        ),
        spans=pd.Series([[] for _ in texts], index=records.index, dtype=object),
        identifiers=pd.Series([[] for _ in texts], index=records.index, dtype=object),
        date=[
            _date(value, method, key, patient)
            for value, patient in zip(records["date"], records["patient_key"], strict=True)
        ],
        provenance=records["provenance"].where(~personal, ""),
    )
    frame = pd.DataFrame(
        [(span.label, span.layer) for spans in kept_spans for span in spans], columns=["label", "layer"]
    )
    counts = frame.groupby(["label", "layer"]).size().rename("spans").reset_index()
    return clean, DeidReport(tuple(kept_spans), counts, perf_counter() - began, spoiled, int(scanned.sum()))


def check_scan(scan: bool, cards: Iterable[Mapping[str, object]]) -> bool:
    """Return `scan`, unless it would leave the identifiers of real persons in.

    Args:
        scan: Whether texts are to be looked through.
        cards: `cards` of the permission that 01 wrote.

    Raises:
        PhiError: Naming the cards.
    """
    identified = [
        str(card["name"]) for card in cards if card["persons"] == "real" and card.get("contains_identifiers", True)
    ]
    if not scan and identified:
        raise PhiError(
            "De-identification cannot be switched off for identified records of real persons",
            found=", ".join(identified),
            expected="cards of simulated or no persons, or of records without identifiers",
            remedy="leave preprocess.deid_scan at true",
        )
    return scan


def _find_all(records: pd.DataFrame, mode: engine.Mode, workers: int) -> list[list[Span]]:
    """Spans of each record, in order; the records of one patient are looked at together."""
    patients = list(records.groupby("patient_key", sort=False).indices.values())
    texts, known = records["text"].tolist(), records["identifiers"].tolist()
    work = [([texts[i] for i in rows], _known(known[i] for i in rows), mode) for rows in patients]
    bar = partial(tqdm, total=len(work), desc="de-identify", unit="patient")
    if workers <= 1:
        found = list(bar(map(_find, work)))
    else:
        with ProcessPoolExecutor(workers, initializer=partial(threadpool_limits, 1)) as pool:  # one core each
            found = list(bar(pool.map(_find, work, chunksize=16)))
    by_row = dict(zip(chain(*patients), chain(*found), strict=True))
    return [by_row[i] for i in range(len(records))]


def _known(identifiers: Iterable[Iterable[Mapping[str, str]]]) -> list[dict[str, str]]:
    """The known demographics of all records of a patient, each once, in an order of their own."""
    return [
        {"label": label, "value": value}
        for label, value in sorted({(item["label"], item["value"]) for items in identifiers for item in items})
    ]


def _find(item: tuple[list[str], list[dict[str, str]], engine.Mode]) -> list[list[Span]]:
    texts, identifiers, mode = item
    return engine.find_together(texts, identifiers=identifiers, mode=mode)


def _replaced(
    records: pd.DataFrame,
    found: Sequence[Sequence[Span]],
    *,
    method: surrogates.Method,
    output: surrogates.Output,
    key: bytes,
    seed: int,
    spoil_frac: float,
) -> tuple[list[str], list[tuple[Span, ...]], int]:
    """Texts without what was found, the spans that were replaced, and how many were left in on purpose."""
    patients = records["patient_key"].tolist()
    names: dict[str, set[str]] = {}
    for patient, text, spans in zip(patients, records["text"], found, strict=True):
        names.setdefault(patient, set()).update(text[s.start : s.end] for s in spans if s.label == "NAME")
    ordered = {patient: sorted(values) for patient, values in names.items()}
    texts, kept_spans = [], []
    for record, patient, text, spans in zip(records["record_id"], patients, records["text"], found, strict=True):
        chooser = random.Random(f"{seed} {record}")
        kept = tuple(span for span in spans if not (spoil_frac and chooser.random() < spoil_frac))
        texts.append(
            surrogates.replace(
                text, kept, output=output, method=method, key=key, patient_key=patient, names=ordered[patient]
            )
        )
        kept_spans.append(kept)
    return texts, kept_spans, sum(map(len, found)) - sum(map(len, kept_spans))


def _date(value: str, method: str, key: bytes, patient_key: str) -> str:
    if not value:
        return ""
    if len(value) == 4 and value.isdigit():
        return value
    mention = next(iter(dates.find_dates(value)), None)
    if mention is None:
        return ""
    if method == "safe_harbor":
        return str(mention.year or "")
    return dates.shift(value, surrogates.offset_days(key=key, patient_key=patient_key)) or ""
