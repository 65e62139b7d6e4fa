"""De-identify one batch of records, in whatever process it lands; the same batch gives the same bytes."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Any

from helpers.clinical.deid import engine, fhir_resources, reidentification, surrogates
from helpers.clinical.deid.spans import Span
from helpers.core.errors import RecordError
from helpers.preprocess import deid_outputs
from helpers.preprocess.deid_inputs import Unit
from helpers.preprocess.deid_plan import Plan

WINDOW = 20_000
"""Characters the engine sees at once; a longer text is cut at a blank, and its pieces are found together."""
TOGETHER = 50
"""Most neighbouring records of one patient that are found together."""
_DROPPED = ("spans", "gold", "identifiers")  # gold and demographics would give away what was removed


@dataclass
class Done:
    """A finished batch: output bytes, span lines, quarantine lines and counts."""

    output: bytes
    spans: bytes
    quarantine: bytes
    records: int
    found: dict[str, int]
    reasons: dict[str, int]


def treat(units: Sequence[Unit], plan: Plan) -> Done:
    """De-identify a batch. Unreadable records are left out and named by place and reason only."""
    rows: list[Any] = []
    lines: list[str] = []
    found: Counter[str] = Counter()
    refused: list[Unit] = []
    readable = []
    for unit in units:
        reason = unit.reason or _reason(unit, plan)
        if reason:
            refused.append(replace(unit, reason=reason))
        else:
            readable.append(unit)
    if plan.kind.startswith("fhir"):
        for unit in readable:
            try:
                resource, counts = _fhir(unit, plan)
            except json.JSONDecodeError:
                refused.append(replace(unit, reason="not JSON"))
            except RecordError:
                refused.append(replace(unit, reason="not a FHIR resource, or one nested too deeply"))
            except Exception as error:  # whatever a malformed resource does, its content must not reach a message
                refused.append(
                    replace(unit, reason=f"a FHIR resource with malformed elements ({type(error).__name__})")
                )
            else:
                rows.append((_coded(unit.name, "f-", plan), resource))
                found.update({f"{label}\tfhir": count for label, count in counts.items()})
    else:
        for group in _groups(readable, plan):
            for unit, spans, row in _patient(group, plan):
                rows.append((_coded(unit.name, "f-", plan), row))
                found.update(f"{span.label}\t{span.layer}" for span in spans)
                lines.append(deid_outputs.line({"id": _id(unit, plan), "spans": [vars(span) for span in spans]}))
    refused.sort(key=lambda unit: unit.place)
    return Done(
        output=deid_outputs.part(rows, plan),
        spans="".join(lines).encode(),
        quarantine="".join(deid_outputs.line(_refusal(unit, plan)) for unit in refused).encode(),
        records=len(rows),
        found=dict(found),
        reasons=dict(Counter(unit.reason for unit in refused)),
    )


def codes(units: Iterable[Unit], plan: Plan) -> Iterator[reidentification.Entry]:
    """What `treat` writes in place of the file name, record id and patient id of each readable record."""
    for unit in units:
        if unit.reason or _reason(unit, plan):
            continue
        row = {} if plan.kind.startswith("fhir") else unit.row
        patient = _coded(row.get(plan.patient), "p-", plan)
        if patient:
            yield reidentification.Entry(patient, "code", patient, str(row[plan.patient]))
        for value, prefix in ((unit.name, "f-"), (row.get(plan.record), "r-")):
            if written := _coded(value, prefix, plan):
                yield reidentification.Entry(patient, "code", written, str(value))


def find_long(texts: Sequence[str], *, identifiers: Sequence[dict[str, str]], mode: engine.Mode) -> list[list[Span]]:
    """`engine.find_together` for texts of any length."""
    pieces = [(number, start, end) for number, text in enumerate(texts) for start, end in _windows(text)]
    parts = engine.find_together([texts[n][start:end] for n, start, end in pieces], identifiers=identifiers, mode=mode)
    found: list[list[Span]] = [[] for _ in texts]
    for (number, start, _), spans in zip(pieces, parts, strict=True):
        found[number] += [replace(span, start=span.start + start, end=span.end + start) for span in spans]
    return found


def _windows(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while len(text) - start > WINDOW:
        least = start + WINDOW // 2
        end = max(text.rfind(blank, least, start + WINDOW) for blank in ("\n", ". ", " ")) + 1
        line = text.rfind("\n", least, start + WINDOW) + 1
        end = line or end or start + WINDOW
        yield start, end
        start = end
    yield start, len(text)


def _reason(unit: Unit, plan: Plan) -> str:
    if plan.kind.startswith("fhir"):
        return ""
    text = unit.row.get(plan.text)
    if plan.text not in unit.row:
        return "no text column"
    if text is None or text == "":
        return "empty"
    if not isinstance(text, str):
        return "text is no string"
    if "\0" in text:
        return "binary"
    if any("\ud800" <= char <= "\udfff" for char in text):
        return "not UTF-8"
    return "" if text.strip() else "empty"


def _id(unit: Unit, plan: Plan) -> str:
    value = unit.name or unit.row.get(plan.record)
    return str(unit.place if value in (None, "") else value)


def _patient_of(unit: Unit, plan: Plan) -> str:
    value = unit.row.get(plan.patient)
    return f"record {_id(unit, plan)}" if value in (None, "") else str(value)


def _groups(units: Sequence[Unit], plan: Plan) -> Iterator[list[Unit]]:
    for _, group in groupby(units, key=lambda unit: _patient_of(unit, plan)):
        members = list(group)
        yield from (members[i : i + TOGETHER] for i in range(0, len(members), TOGETHER))


def _known(unit: Unit, plan: Plan) -> list[dict[str, str]]:
    given = unit.row.get("identifiers")
    known = [
        {"label": str(item["label"]), "value": str(item["value"])}
        for item in (given if isinstance(given, list) else [])
        if isinstance(item, dict) and item.get("value") and "label" in item
    ]
    return known + [
        {"label": label, "value": str(unit.row[name])}
        for name, label in plan.labels.items()
        if label != "AGE" and unit.row.get(name) not in (None, "")
    ]


def _patient(group: Sequence[Unit], plan: Plan) -> Iterator[tuple[Unit, list[Span], dict[str, Any]]]:
    texts = [unit.row[plan.text] for unit in group]
    known = {(item["label"], item["value"]): item for unit in group for item in _known(unit, plan)}
    found = find_long(texts, identifiers=list(known.values()), mode=plan.mode)
    patient = _patient_of(group[0], plan)
    in_texts = {
        text[span.start : span.end]
        for text, spans in zip(texts, found, strict=True)
        for span in spans
        if span.label == "NAME"
    }
    names = sorted(in_texts | {item["value"] for item in known.values() if item["label"] == "NAME"})
    writer = surrogates.Surrogates(key=plan.key, patient_key=patient, method=plan.method, names=names)
    for unit, text, spans in zip(group, texts, found, strict=True):
        note = surrogates.replace(
            text,
            spans,
            output=plan.output,
            method=plan.method,
            key=plan.key,
            patient_key=patient,
            names=names,
        )
        row = {
            name: note if name == plan.text else _cell(name, value, plan, patient, writer)
            for name, value in unit.row.items()
            if plan.kind in ("csv", "tsv", "parquet") or name not in _DROPPED
        }
        yield unit, spans, row


def _cell(name: str, value: Any, plan: Plan, patient: str, writer: surrogates.Surrogates) -> Any:
    if value is None or value == "":
        return value
    if name == plan.record:
        return _coded(value, "r-", plan)
    if name == plan.patient:
        return _coded(value, "p-", plan)
    if plan.kind in ("csv", "tsv", "parquet") and name in _DROPPED:
        return None if plan.kind == "parquet" else ""
    if name in plan.labels and not isinstance(value, (dict, list)):
        return surrogates.instead(str(value), plan.labels[name], output=plan.output, writer=writer)
    if isinstance(value, dict):
        return {key: _cell(key, item, plan, patient, writer) for key, item in value.items()}
    if isinstance(value, list):
        return [_cell(name, item, plan, patient, writer) for item in value]
    if isinstance(value, str):
        return surrogates.replace(
            value,
            _short(value, plan.mode) if len(value) <= 200 else find_long([value], identifiers=[], mode=plan.mode)[0],
            output=plan.output,
            method=plan.method,
            key=plan.key,
            patient_key=patient,
        )
    return value


@lru_cache(maxsize=10_000)
def _short(value: str, mode: engine.Mode) -> tuple[Span, ...]:
    return tuple(engine.find(value, mode=mode))


def _fhir(unit: Unit, plan: Plan) -> tuple[str, Counter[str]]:
    counts: Counter[str] = Counter()
    treated = fhir_resources.deidentify(
        json.loads(unit.row), method=plan.method, output=plan.output, key=plan.key, mode=plan.mode, counts=counts
    )
    return deid_outputs.line(treated), counts


def _refusal(unit: Unit, plan: Plan) -> dict[str, Any]:
    if unit.name:
        return {"file": _coded(unit.name, "f-", plan), "reason": unit.reason}
    return {"line": unit.place, "reason": unit.reason}


def _coded(value: Any, prefix: str, plan: Plan) -> str:
    return "" if value in (None, "") else surrogates.code(str(value), key=plan.key, prefix=prefix)
