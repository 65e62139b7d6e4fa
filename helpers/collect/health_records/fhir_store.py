"""FHIR resources by patient, on disk: any number of them goes in, one patient at a time comes out.

A SQLite file holds them meanwhile. A resource that comes twice (a page read again, two exports) is kept once, in its last
form.
"""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.resource import Resource

from helpers.clinical import fhir, fhir_events, fhir_references
from helpers.collect.intake import Row
from helpers.core.errors import RecordError

_SCHEMA = """
pragma journal_mode = off;
pragma synchronous = off;
create table resource (key text primary key, alias text, subject text, kind text, file text, place text, body blob);
create table unread (subject text, kind text, count integer, primary key (subject, kind));
"""
_NO_BUNDLE_URLS = """
create index by_alias on resource (alias);
update resource set subject = coalesce((select key from resource as other where other.alias = resource.subject), subject)
where subject like 'urn:%';
update unread set subject = coalesce((select key from resource where alias = unread.subject), subject)
where subject like 'urn:%';
create index by_subject on resource (subject);
"""
_WITHOUT_PATIENT = """
select file, place, kind, count(*), min(rowid) from resource
where subject != '' and subject not in (select key from resource where kind = 'Patient') group by file, kind
"""


class Item(NamedTuple):
    """One resource of a source as JSON, or the reason why it cannot be read."""

    file: str
    place: str  # line or entry
    body: bytes = b""
    alias: str = ""  # the `fullUrl` by which a bundle refers to it
    reason: str = ""


@dataclass(frozen=True)
class Compartment:
    """One patient and every resource that is about them."""

    file: str
    place: str
    patient: dict[str, Any]
    resources: Iterable[dict[str, Any]]
    unread: dict[str, int]  # types that are not looked at


@contextmanager
def opened(place: Path | str = ":memory:") -> Iterator[sqlite3.Connection]:
    """An empty store in a new file, or in memory; closed on leaving."""
    store = sqlite3.connect(place)
    try:
        store.executescript(_SCHEMA)
        yield store
    finally:
        store.close()


def fill(store: sqlite3.Connection, items: Iterable[Item]) -> Iterator[Row]:
    """Put valid resources into the store; yield a quarantine row for each that is set aside, and for types not read."""
    nobodys: Counter[tuple[str, str]] = Counter()
    for item in items:
        reason = item.reason
        if not reason:
            try:
                _put(store, item, nobodys)
            except RecordError as error:
                reason = str(error).rstrip(".")
        if reason:
            yield Row(item.file, item.place, {}, reason)
    for (file, kind), count in nobodys.items():
        yield Row(file, "", {}, f"{count} {kind} about no Patient, of a type that is not read")
    store.commit()


def compartments(store: sqlite3.Connection) -> Iterator[Compartment | Row]:
    """Each patient by id, read from the disk as asked for; and quarantine rows for resources of patients not there."""
    store.executescript(_NO_BUNDLE_URLS)
    for file, place, kind, count, _ in store.execute(_WITHOUT_PATIENT):
        yield Row(file, place, {}, f"{count} {kind} from here on about Patients who are not in the source")
    patients = "select key, file, place, body from resource where kind = 'Patient' order by key"
    for key, file, place, body in store.execute(patients):
        unread = dict(store.execute("select kind, count from unread where subject = ?", (key,)))
        yield Compartment(file, place, parse(body), _about(store, key), unread)


def find(store: sqlite3.Connection, key: str) -> dict[str, Any] | None:
    """The resource with this `fullUrl` or key; of an absolute key its own part is tried too."""
    for column, value in (("alias", key), ("key", key), ("key", fhir_references.local(key))):
        found = store.execute(f"select body from resource where {column} = ?", (value,)).fetchone()
        if found:
            return parse(found[0])
    return None


def parse(body: bytes | str) -> dict[str, Any]:
    """The JSON object of one resource.

    Raises:
        RecordError: If it is none.
    """
    try:
        value = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise RecordError("A resource is no JSON object")
    return value


def outcome(resource: dict[str, Any]) -> str:
    """Severities and codes of an OperationOutcome, which FHIR defines; its free text may name a patient and is left out."""
    issues = resource.get("issue") if isinstance(resource.get("issue"), list) else []
    told = {f"{one.get('severity')}/{one.get('code')}" for one in issues if isinstance(one, dict)}
    return ", ".join(sorted(word for word in told if re.fullmatch(r"[a-z]{1,15}/[a-z-]{1,20}", word))) or "no code"


def _put(store: sqlite3.Connection, item: Item, nobodys: Counter[tuple[str, str]]) -> None:
    resource = parse(item.body)
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or not _is_known(kind):
        raise RecordError("A resource of no type that FHIR R4B knows")
    if kind == "OperationOutcome":
        raise RecordError("An OperationOutcome instead of a resource", found=outcome(resource))
    if kind in fhir.CHECKED:
        fhir.check(resource)
    key = fhir_references.key_of(resource) or item.alias or f"{item.file}#{item.place}"
    subject = key if kind == "Patient" else fhir_references.subject(resource)
    is_patients = subject.startswith(("Patient/", "urn:"))
    if kind not in fhir.CHECKED and is_patients:
        store.execute(
            "insert into unread values (?, ?, 1) on conflict do update set count = count + 1", (subject, kind)
        )
    elif kind not in fhir.CHECKED:
        nobodys[item.file, kind] += 1
    elif kind == "Patient" and not is_patients:
        raise RecordError("A Patient has no id")
    elif kind in fhir_events.READ and not is_patients:
        raise RecordError(
            f"{kind} names no Patient", found=subject.partition("/")[0] or "no reference, or one inside the resource"
        )
    else:
        row = (key, item.alias, subject if is_patients else "", kind, item.file, item.place, item.body)
        store.execute("insert or replace into resource values (?, ?, ?, ?, ?, ?, ?)", row)


def _about(store: sqlite3.Connection, key: str) -> Iterator[dict[str, Any]]:
    for (body,) in store.execute("select body from resource where subject = ? order by rowid", (key,)):
        yield parse(body)


def _is_known(kind: str) -> bool:
    try:
        return issubclass(get_fhir_model_class(kind), Resource)
    except ValueError:
        return False


def _refuse(constant: str) -> None:
    raise ValueError(constant)
