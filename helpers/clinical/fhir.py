"""Check FHIR R4 resources, and read a bundle of one patient as text: the notes in it, then its Conditions.

Resources are checked through fhir.resources (R4B models, which accept R4 for the types of `CHECKED`). Of a bundle only
Patient, Encounter, Condition and DocumentReference are looked at; other entries are ignored. A label, where a bundle
carries one for training, stands in `Bundle.meta.tag` and never in the text.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.documentreference import DocumentReference
from fhir.resources.R4B.patient import Patient
from pydantic import ValidationError

from helpers.core.errors import RecordError

LABEL_SYSTEM = "https://clintune.example.org/fhir/label"
GROUP_SYSTEM = "https://clintune.example.org/fhir/group"
CONDITIONS_HEADING = "Active problems:"

CHECKED = frozenset(
    "Patient Encounter Condition AllergyIntolerance Procedure Immunization Observation DiagnosticReport DocumentReference "
    "MedicationRequest MedicationStatement MedicationAdministration MedicationDispense Medication Binary".split()
)

_IN_A_CHART = ("Patient", "Encounter", "Condition", "DocumentReference")
# HL7 v2-0203 identifier types -> identifier labels
_IDENTIFIER_TYPES = {
    "MR": "MRN", "SS": "SSN", "SB": "SSN", "MB": "HEALTH_PLAN", "AN": "ACCOUNT", "DL": "LICENSE", "PPN": "LICENSE",
}  # fmt: skip
_TELECOM = {"phone": "PHONE", "sms": "PHONE", "pager": "PHONE", "fax": "FAX", "email": "EMAIL", "url": "URL"}


@dataclass(frozen=True, slots=True)
class Chart:
    """What one bundle says about its patient. `text` begins with the first note, so that spans in it stay valid."""

    id: str
    patient_id: str
    text: str
    notes: tuple[str, ...]
    conditions: tuple[str, ...]
    identifiers: tuple[dict[str, str], ...]  # {"label", "value"} from Patient alone
    sex: str
    birth_date: str  # ISO, possibly without day or month, as FHIR allows; "" where there is none
    seen: str  # day of the latest Encounter's start, else of the latest note
    tags: dict[str, str]  # system -> code of Bundle.meta.tag


def read_bundle(content: str | bytes) -> Chart:
    """Read one bundle.

    Raises:
        RecordError: If it is not JSON, not a Bundle, has no or several Patients, a resource that does not hold to R4,
            or an attachment that is not base64 text. The message names the resource type and quotes nothing.
    """
    bundle = _parse(content)
    found: dict[str, list[Any]] = {name: [] for name in _IN_A_CHART}
    for entry in bundle.get("entry") or []:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and resource.get("resourceType") in _IN_A_CHART:
            found[resource["resourceType"]].append(check(resource))
    if len(found["Patient"]) != 1:
        raise RecordError(
            "A bundle must hold one patient", found=f"{len(found['Patient'])} Patient resources", expected=1
        )
    patient = found["Patient"][0]
    notes = tuple(note for document in found["DocumentReference"] for note in _attachments(document))
    conditions = tuple(dict.fromkeys(name for one in found["Condition"] for name in _concept(one.code)))
    starts = [_day(one.period.start) for one in found["Encounter"] if one.period and one.period.start]
    written = [_day(one.date) for one in found["DocumentReference"] if one.date]
    return Chart(
        id=str(bundle.get("id") or ""),
        patient_id=str(patient.id or ""),
        text=_text(notes, conditions),
        notes=notes,
        conditions=conditions,
        identifiers=tuple(identifiers(patient)),
        sex=patient.gender or "",
        birth_date=_day(patient.birthDate),
        seen=max(starts or written, default=""),
        tags=tags(bundle),
    )


def check(resource: dict[str, Any]) -> Any:
    """Return a resource of one of the types `CHECKED` as its model.

    Raises:
        RecordError: If it does not hold to FHIR R4; the message names its type and elements and quotes nothing.
    """
    name = resource["resourceType"]
    try:
        return get_fhir_model_class(name).model_validate(resource)
    except ValidationError as error:
        fields = ", ".join(sorted({_element(item) for item in error.errors(include_input=False)})[:5])
    except (
        RecursionError,
        OverflowError,
        TypeError,
        KeyError,
        AttributeError,
    ):  # the models stumble over some nonsense
        fields = "an element of a wrong type, too large or nested too deeply"
    article = "An" if name[0] in "AEIO" else "A"
    raise RecordError(f"{article} {name} does not hold to FHIR R4", found=fields)


def tags(resource: Mapping[str, Any]) -> dict[str, str]:
    """System -> code of `meta.tag`, in a bundle or a resource."""
    meta = resource.get("meta") if isinstance(resource.get("meta"), dict) else {}
    found = meta.get("tag") if isinstance(meta.get("tag"), list) else []
    return {str(tag.get("system", "")): str(tag.get("code", "")) for tag in found if isinstance(tag, dict)}


def _element(item: Mapping[str, Any]) -> str:
    """Path of a wrong element; the name of an element that FHIR does not know is text of the record and left out."""
    known = item["loc"][:-1] if item["type"] == "extra_forbidden" else item["loc"]
    path = ".".join(str(part) for part in known[:2] if part != "root")
    return f"unknown element in {path or 'the resource'}" if known != item["loc"] else f"element {path or 'unknown'}"


def _parse(content: str | bytes) -> dict[str, Any]:
    try:
        bundle = json.loads(content)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise RecordError("A bundle is not JSON", expected="a FHIR R4 Bundle as JSON") from None
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise RecordError("A file is not a Bundle", expected='"resourceType": "Bundle"')
    if not isinstance(bundle.get("entry") or [], list):
        raise RecordError("A bundle's entries are not a list", expected="Bundle.entry as a JSON array")
    return bundle


def _attachments(document: DocumentReference) -> Iterator[str]:
    for content in document.content or []:
        attachment = content.attachment
        kind = (attachment.contentType or "text/plain").split(";")[0].strip()
        if attachment.data is None or kind not in ("text/plain", "text/markdown"):
            continue
        try:
            yield attachment.data.decode("utf-8")  # the model has decoded base64
        except UnicodeDecodeError:
            raise RecordError("A DocumentReference holds no UTF-8 text", expected="base64 of UTF-8 text") from None


def _concept(concept: Any) -> list[str]:
    if concept is None:
        return []
    shown = concept.text or next((coding.display for coding in concept.coding or [] if coding.display), None)
    return [shown] if shown else []


def _text(notes: Iterable[str], conditions: Iterable[str]) -> str:
    parts = list(notes)
    listed = [f"- {name}" for name in conditions]
    if listed:
        parts.append("\n".join([CONDITIONS_HEADING, *listed]))
    return "\n\n".join(part.rstrip("\n") for part in parts)


def identifiers(patient: Patient) -> Iterator[dict[str, str]]:
    """The demographics that a hospital holds in fields, as identifiers to be looked for in its notes."""

    def known(label: str, value: Any) -> Iterator[dict[str, str]]:
        if value:
            yield {"label": label, "value": str(value)}

    contacts = patient.contact or []
    for person in [*(patient.name or []), *(contact.name for contact in contacts if contact.name)]:
        given = [part for part in person.given or [] if part]
        yield from known("NAME", person.text or " ".join([*given, *([person.family] if person.family else [])]))
        for part in [*given, person.family]:
            yield from known("NAME", part)
    yield from known("DATE", patient.birthDate)
    for identifier in patient.identifier or []:
        codes = [coding.code for coding in (identifier.type.coding or [] if identifier.type else [])]
        label = next((_IDENTIFIER_TYPES[code] for code in codes if code in _IDENTIFIER_TYPES), "ID")
        yield from known(label, identifier.value)
    for address in patient.address or []:
        for line in address.line or []:
            yield from known("ADDRESS", line)
        for value in (address.city, address.district, address.postalCode):
            yield from known("LOCATION", value)
    for telecom in [*(patient.telecom or []), *(one for contact in contacts for one in contact.telecom or [])]:
        yield from known(_TELECOM.get(telecom.system or "", "ID"), telecom.value)


def _day(value: date | str | None) -> str:
    return "" if value is None else str(value)[:10]
