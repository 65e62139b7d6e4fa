# ruff: noqa: E501 (tables of patterns, words and sentences read best unbroken)
"""What the elements of FHIR R4 are: their types, which of them identify, and how dates and ids are written."""

import datetime
import hmac
import re
import uuid
from functools import lru_cache
from hashlib import sha256
from typing import Any

from fhir.resources.R4B import get_fhir_model_class

from helpers.clinical.deid import lexicon, surrogates

# (owner, element) of type string or the like -> label of the identifier it always holds
IDENTIFYING = {
    ("Annotation", "authorString"): "NAME",
    ("ContactDetail", "name"): "NAME",
    ("Device", "distinctIdentifier"): "DEVICE",
    ("Device", "lotNumber"): "DEVICE",
    ("Device", "serialNumber"): "DEVICE",
    ("DeviceUdiCarrier", "carrierHRF"): "DEVICE",
    ("DeviceUdiCarrier", "deviceIdentifier"): "DEVICE",
    ("FamilyMemberHistory", "name"): "NAME",
    ("HumanName", "family"): "NAME",
    ("HumanName", "given"): "NAME",
    ("HumanName", "text"): "NAME",
    ("Immunization", "lotNumber"): "DEVICE",
    ("MedicationBatch", "lotNumber"): "DEVICE",
    ("Address", "text"): "ADDRESS",
    ("Address", "line"): "ADDRESS",
    ("Address", "city"): "LOCATION",
    ("Address", "district"): "LOCATION",
    ("Address", "postalCode"): "LOCATION",
    ("Claim", "preAuthRef"): "HEALTH_PLAN",
    ("ClaimInsurance", "businessArrangement"): "HEALTH_PLAN",
    ("ClaimInsurance", "preAuthRef"): "HEALTH_PLAN",
    ("ClaimResponse", "preAuthRef"): "HEALTH_PLAN",
    ("ClaimResponseInsurance", "businessArrangement"): "HEALTH_PLAN",
    ("Coverage", "dependent"): "HEALTH_PLAN",
    ("Coverage", "subscriberId"): "HEALTH_PLAN",
    ("CoverageClass", "value"): "HEALTH_PLAN",
    ("CoverageEligibilityResponse", "preAuthRef"): "HEALTH_PLAN",
    ("CoverageEligibilityRequestInsurance", "businessArrangement"): "HEALTH_PLAN",
    ("ExplanationOfBenefit", "preAuthRef"): "HEALTH_PLAN",
    ("ExplanationOfBenefitInsurance", "preAuthRef"): "HEALTH_PLAN",
    ("InsurancePlan", "name"): "ORGANIZATION",
    ("InsurancePlan", "alias"): "ORGANIZATION",
    ("Location", "alias"): "ORGANIZATION",
    ("Location", "name"): "ORGANIZATION",
    ("Organization", "alias"): "ORGANIZATION",
    ("Organization", "name"): "ORGANIZATION",
    ("AuditEventAgent", "altId"): "ID",
    ("AuditEventAgent", "name"): "NAME",
    ("AuditEventAgentNetwork", "address"): "ID",
}
# (owner, element) that goes without replacement
REMOVED = {
    ("Attachment", "hash"),
    ("Attachment", "size"),
    ("Location", "position"),
    ("Meta", "source"),
    ("Signature", "data"),
}
# strings that are part of a code, a unit or the form of a resource
KEPT = {
    ("Coding", "version"),
    ("Quantity", "unit"),
    ("Age", "unit"),
    ("Duration", "unit"),
    ("Money", "currency"),
    ("MolecularSequence", "observedSeq"),
    ("SampledData", "data"),
    ("Expression", "expression"),
    ("ParametersParameter", "name"),
    ("BundleEntryRequest", "ifNoneMatch"),
    ("BundleEntryRequest", "ifMatch"),
    ("BundleEntryResponse", "etag"),
    ("BundleEntryResponse", "status"),
    ("BundleLink", "relation"),
    ("Address", "country"),
}
IDENTIFIER_LABELS = {
    "MR": "MRN", "MRN": "MRN", "PI": "MRN", "SS": "SSN", "SB": "SSN", "MB": "HEALTH_PLAN", "SN": "HEALTH_PLAN", "MC": "HEALTH_PLAN",
    "AN": "ACCOUNT", "DL": "LICENSE", "PPN": "LICENSE", "NPI": "LICENSE", "MD": "LICENSE", "DEA": "LICENSE", "SNO": "DEVICE",
    "UDI": "DEVICE",
}  # fmt: skip
"""Codes of HL7 v2-0203 and the labels of the identifiers they type."""
SYSTEM_LABELS = {
    "http://hl7.org/fhir/sid/us-ssn": "SSN", "http://hl7.org/fhir/sid/us-npi": "LICENSE", "http://hl7.org/fhir/sid/us-mbi": "HEALTH_PLAN",
    "urn:oid:2.16.840.1.113883.4.1": "SSN", "urn:oid:2.16.840.1.113883.4.3.25": "LICENSE", "urn:oid:2.16.840.1.113883.4.6": "LICENSE",
}  # fmt: skip
TELECOM_LABELS = {"phone": "PHONE", "sms": "PHONE", "pager": "PHONE", "fax": "FAX", "email": "EMAIL", "url": "URL"}
PERSONS = ("Patient", "Practitioner", "RelatedPerson", "Person", "PractitionerRole")

_PUBLIC = re.compile(
    r"https?://(?:[\w-]+\.)*(?:hl7\.org|loinc\.org|snomed\.info|unitsofmeasure\.org|nih\.gov|cms\.gov|cdc\.gov|fda\.gov|nucc\.org|nubc\.org|"
    r"who\.int|ama-assn\.org|dicom\.nema\.org|ihe\.net|human-phenotype-ontology\.org|ietf\.org|iso\.org|w3\.org|genenames\.org)(?:[/#]|$)"
    r"|urn:ietf:|urn:iso:|urn:oid:2\.16\.840\.1\.113883\.(?:4\.|5\.|6\.|12\.|18\.)|https://bluebutton\.cms\.gov|urn:x-clintune",
    re.IGNORECASE,
)
_EXTENSIONS = {
    "mothersMaidenName": "NAME", "patient-mothersMaidenName": "NAME", "own-name": "NAME", "own-prefix": "NAME", "fathers-family": "NAME",
    "humanname-own-name": "NAME", "humanname-own-prefix": "NAME", "humanname-fathers-family": "NAME", "mothers-family": "NAME",
    "humanname-mothers-family": "NAME", "humanname-partner-name": "NAME", "humanname-partner-prefix": "NAME", "partner-name": "NAME",
    "us-core-race": "keep", "us-core-ethnicity": "keep", "us-core-birthsex": "keep", "us-core-sex": "keep", "us-core-genderIdentity": "keep",
    "data-absent-reason": "keep", "geolocation": "remove", "rendered-value": "remove", "rendered": "remove", "originalText": "remove",
    "iso21090-EN-use": "keep", "iso21090-EN-qualifier": "keep",
}  # fmt: skip
_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:[T ](\d\d:\d\d.*))?")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TYPE = re.compile(r"abc\.(\w+?)Type\b")
_PRIMITIVE = re.compile(
    r"\b(Id|Uri|Url|Canonical|Code|String|Markdown|DateTime|Date|Instant|Time|Base64Binary|Oid|Uuid|Xhtml)\("
)


@lru_cache(maxsize=1024)
def types(owner: str) -> dict[str, str]:
    """JSON element -> type (string, dateTime, HumanName …) of a resource or datatype; {} where R4B does not know it."""
    try:
        fields = get_fhir_model_class(owner).model_fields
    except ValueError:
        return {}
    return {field.alias or name: _type(str(field.annotation)) for name, field in fields.items()}


def guess(element: str, value: Any) -> str:
    """The type of an element that R4B does not know, from its name and shape."""
    if isinstance(value, dict):
        keys = set(value)
        for wanted, kind in (
            ({"resourceType"}, "Resource"),
            ({"family", "given"}, "HumanName"),
            ({"line", "city", "postalCode"}, "Address"),
            ({"reference"}, "Reference"),
            ({"div"}, "Narrative"),
            ({"coding"}, "CodeableConcept"),
            ({"contentType", "data"}, "Attachment"),
            ({"start", "end"}, "Period"),
            ({"unit"}, "Quantity"),
        ):
            if keys & wanted:
                return kind
        if "value" in keys and isinstance(value["value"], str):
            return "ContactPoint" if value.get("system") in TELECOM_LABELS else "Identifier"
        if "url" in keys and any(key.startswith("value") for key in keys):
            return "Extension"
        return "Coding" if keys & {"system", "code"} else ""
    if not isinstance(value, str):
        return ""
    if is_iso(value) and len(value) > 4:
        return "dateTime"
    if element == "id":
        return "id"
    if element in ("code", "status", "use", "type", "mode", "language", "resourceType"):
        return "code" if re.fullmatch(r"[A-Za-z][A-Za-z-]{0,40}", value) else "string"
    return "uri" if re.match(r"(?:https?|urn|ftp|mailto):", value) else "string"


def extension_rule(url: str) -> str:
    """What to do with the value of an extension: a label, "keep", "remove" or "" (by its type)."""
    last = re.split(r"[/#]", url)[-1]
    return "ADDRESS" if last.startswith("iso21090-ADXP") else _EXTENSIONS.get(last, "")


def is_public(uri: str) -> bool:
    """Whether a system or profile belongs to a public standard and names no hospital."""
    return _PUBLIC.match(uri) is not None


def is_state(name: str) -> bool:
    """Whether a name is that of a US state or a country, which may stay."""
    return lexicon.fold(name) in lexicon.countries()


def is_iso(value: str) -> bool:
    """Whether a string is a whole FHIR date, dateTime or instant."""
    return _ISO.fullmatch(value) is not None


def write_date(value: str, kind: str, writer: surrogates.Surrogates, *, days: int) -> str | None:
    """A FHIR date, dateTime or instant by the writer's method; None where even the year has to go.

    Under safe_harbor the year alone is left. An `instant` cannot be partial: it becomes the first second of its year
    (YYYY-01-01T00:00:00Z), which tells the year and nothing else. Other methods move the day and keep the time of day.
    """
    match = _ISO.fullmatch(value)
    if match is None:
        return None
    year, month, day, clock = match.groups()
    if writer.method == "safe_harbor":
        if int(year) < writer.oldest_year:
            return None
        return f"{year}-01-01T00:00:00Z" if kind == "instant" else year
    try:
        moved = datetime.date(int(year), int(month or 7), int(day or 15)) + datetime.timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    whole = moved.isoformat() if day else moved.isoformat()[:7] if month else moved.isoformat()[:4]
    return f"{whole}T{clock}" if clock else whole


def code_id(value: str, *, key: bytes, prefix: str = "r-") -> str:
    """The keyed code of a logical id, the same for every resource and reference; a UUID becomes a UUID."""
    if _UUID.fullmatch(value):
        return str(uuid.UUID(bytes=hmac.new(key, f"uuid\0{value.lower()}".encode(), sha256).digest()[:16], version=4))
    return surrogates.code(value, key=key, prefix=prefix)


def code_system(uri: str, *, key: bytes) -> str:
    """A public system as it is; any other as a keyed one, since it names its hospital."""
    if is_public(uri):
        return uri
    number = int(surrogates.code(uri, key=key, prefix="")[:12], 16)
    return f"urn:oid:2.999.{number}" if uri.startswith("urn:") else f"https://example.org/system/{number}"


def _type(annotation: str) -> str:
    found = _TYPE.search(annotation)
    if found:
        return "" if found[1] == "FHIRPrimitiveExtension" else found[1]
    found = _PRIMITIVE.findall(annotation)
    if found:
        return found[-1][0].lower() + found[-1][1:]
    return ""
