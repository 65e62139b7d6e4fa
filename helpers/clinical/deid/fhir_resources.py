"""De-identify FHIR R4 resources and Bundles as JSON: structured elements by type, free text by the engine, ids by code.

Types come from the R4B models of fhir.resources; where they know a resource or element not, its shape decides. Codes and
surrogates are keyed (HMAC-SHA256): under Safe Harbor the key is the means of re-identification of 45 CFR 164.514(c), which
the recipient of the records may not have; destroy it where nobody has to add records of the same patients later.
"""

import base64
import binascii
import copy
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from helpers.clinical.deid import engine, fhir_elements, surrogates
from helpers.clinical.deid.fhir_links import Links, label_of
from helpers.clinical.deid.fhir_text import EMPTY_DIV, TextCleaner, is_title, names_in
from helpers.core.errors import RecordError

ABSENT = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}
_SUBJECTS = ("subject", "patient", "beneficiary", "individual", "for", "policyHolder")
_TEXTS = ("text/plain", "text/markdown", "text/html", "text/csv", "")
_NOMENCLATURE = re.compile(r"(?:rs\d+|[NX][CGMPRT]_[\d.]+.*|ENS[TGP]\d+.*|LRG_\w+|HP:\d+|[cgmnpr]\.\S+|[\d.,<>=+-]+)")
_TEXT_KINDS = ("string", "markdown", "id", "date", "dateTime", "instant", "uri", "url", "canonical", "oid", "uuid")
_YEAR_UNITS = ("a", "year", "years", "yr", "yrs", "years old")


def deidentify(
    resource: Mapping[str, Any],
    *,
    method: surrogates.Method,
    output: surrogates.Output,
    key: bytes,
    patient_key: str | None = None,
    mode: engine.Mode = "balanced",
    identifiers: Iterable[Mapping[str, str]] = (),
    counts: Counter[str] | None = None,
) -> dict[str, Any]:
    """A new resource without identifiers; the one given stays as it is.

    Codes, units, quantities, coded values and their systems stay. Ids and references become keyed codes that still
    resolve, here and in other resources treated with the same key. Under safe_harbor dates are years; an `instant`
    cannot be partial and becomes the first second of its year; a date that tells an age over 89 goes, with a
    data-absent-reason in its place. Binary data, photographs, hashes, signatures and coordinates are removed.

    Args:
        resource: One R4 resource or Bundle. Elements that R4 does not know are treated by shape, strings as free text.
        method: See `surrogates.replace`.
        output: What replaces names, numbers and words; ids, URLs and dates stay valid FHIR in every output.
        key: Secret of at least 16 bytes.
        patient_key: Whose records these are; by default the id of the patient each resource belongs to, so pass the same
            key for the notes of that patient.
        mode: See `engine.find`.
        identifiers: Further known demographics, {"label", "value"}, to be looked for in free text.
        counts: Where given, told how many values of each label were replaced; ids and references are not counted.

    Raises:
        RecordError: If `resource` is no FHIR resource.
        PhiError: If the key is missing or short.
    """
    if not isinstance(resource, Mapping) or not isinstance(resource.get("resourceType"), str):
        raise RecordError("This is no FHIR resource", expected='a JSON object with "resourceType"')
    try:
        treated = _Deidentifier(resource, method, output, key, patient_key, mode, list(identifiers))
        new = treated.run()
    except RecursionError:
        raise RecordError("A FHIR resource is nested too deeply", expected="fewer than some hundred levels") from None
    if counts is not None:
        counts.update(treated.counts)
    return new


class _Deidentifier:
    def __init__(
        self,
        resource: Mapping[str, Any],
        method: surrogates.Method,
        output: surrogates.Output,
        key: bytes,
        patient_key: str | None,
        mode: engine.Mode,
        identifiers: list[Mapping[str, str]],
    ) -> None:
        self.resource, self.method, self.output, self.key, self.patient_key = resource, method, output, key, patient_key
        self.counts: Counter[str] = Counter()
        found = list(_nodes(resource))
        self.known = [*identifiers, *(item for node in found for item in _demographics(node))]
        self.displays = {
            node["display"]
            for node in found
            if isinstance(node.get("display"), str) and fhir_elements.is_public(str(node.get("system") or ""))
        }
        self.links = Links(resource, found, key=key, write=self._write)
        for node in found:
            if isinstance(node.get("reference"), str) and self.links.kind(node["reference"]) in fhir_elements.PERSONS:
                self.known += _known("NAME", node.get("display"))
        self.names = names_in(self.known)
        self.text = TextCleaner(
            identifiers=self.known,
            mode=mode,
            ids=self.links.long_ids(),
            codes={node["code"] for node in found if isinstance(node.get("code"), str)},
            terms=[
                *self.displays,
                *(element for node in found for element in node),
                "Generated Narrative with Details",
            ],
        )
        self.writers: dict[str, surrogates.Surrogates] = {}
        patients = sorted({str(node.get("id") or "") for node in found if node.get("resourceType") == "Patient"})
        self.only = patient_key if patient_key is not None else patients[0] if len(patients) == 1 else None
        self._use(resource)

    def run(self) -> dict[str, Any]:
        return self._resource(self.resource, contained=False)

    def _use(self, resource: Mapping[str, Any]) -> None:
        """Write for the patient whom `resource` belongs to from here on."""
        patient = self.only if self.only is not None else self.links.subject(resource, _SUBJECTS)
        if patient not in self.writers:
            self.writers[patient] = surrogates.Surrogates(
                key=self.key,
                patient_key=patient,
                method=self.method,
                names=self.names,
                organizations=[item["value"] for item in self.known if item["label"] == "ORGANIZATION"],
            )
        self.writer = self.writers[patient]
        self.days = surrogates.offset_days(key=self.key, patient_key=patient)

    def _write(self, value: str, label: str) -> str:
        self.counts[label] += 1
        return surrogates.instead(value, label, output=self.output, writer=self.writer)

    def _date(self, value: str, kind: str) -> str | None:
        self.counts["DATE"] += 1
        return fhir_elements.write_date(value, kind, self.writer, days=self.days)

    def _resource(self, node: Mapping[str, Any], *, contained: bool) -> dict[str, Any]:
        kind = str(node["resourceType"])
        new = self._object(node, kind)
        if isinstance(node.get("id"), str):
            new["id"] = self.links.code(node["id"], kind, contained=contained)
        return new

    def _object(self, node: Mapping[str, Any], owner: str) -> dict[str, Any]:
        types, new = fhir_elements.types(owner), {}
        for element, value in node.items():
            if element == "fhir_comments" or (owner, element) in fhir_elements.REMOVED:
                continue
            if element == "resourceType":
                new[element] = value
                continue
            kind = types.get(element) or (
                "Element"
                if element.startswith("_")
                else ""
                if element in types
                else fhir_elements.guess(element, value)
            )
            if owner == "Narrative" and element == "div":
                kind = "xhtml"
            cleaned = self._value(value, owner, element, kind, node)
            if cleaned is None and kind in ("date", "dateTime", "instant"):
                new["_" + element] = {"extension": [copy.deepcopy(ABSENT)]}
            elif cleaned is not None and cleaned != [] and cleaned != {}:
                merged = new.get(element) if element.startswith("_") else None
                new[element] = {**cleaned, **merged} if isinstance(merged, dict) else cleaned
        return new

    def _value(self, value: Any, owner: str, element: str, kind: str, parent: Mapping[str, Any]) -> Any:
        if isinstance(value, list):
            inner = (
                self._value(item, owner, element, kind or fhir_elements.guess(element, item), parent) for item in value
            )
            return [item for item in inner if item is not None] if not element.startswith("_") else list(inner)
        if isinstance(value, Mapping):
            return self._structure(value, kind or fhir_elements.guess(element, value), element)
        if isinstance(value, str):
            return self._string(value, owner, element, kind or fhir_elements.guess(element, value), parent)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self._number(value, kind, owner, element, parent)
        return value

    def _number(self, value: float, kind: str, owner: str, element: str, parent: Mapping[str, Any]) -> Any:
        """A number as it is, unless it stands where FHIR has a text, or is long and in no element of FHIR."""
        text = str(value)
        if kind in _TEXT_KINDS:
            return self._string(text, owner, element, kind, parent)
        unknown = not fhir_elements.types(owner) or element not in fhir_elements.types(owner)
        long = isinstance(value, int) and len(text) > 6
        return self._write(text, "ID") if long and (unknown or kind) else value

    def _structure(self, value: Mapping[str, Any], kind: str, element: str) -> Any:
        if "resourceType" in value:
            if element != "contained":
                self._use(value)
            return self._resource(value, contained=element == "contained")
        if kind == "Extension":
            return self._extension(value)
        new = self._object(value, kind)
        if kind in ("Attachment",) and "data" in value:
            new.pop("data", None)
            self._put_text(new, value, value.get("contentType"))
        if kind == "Quantity" or kind == "Age":
            self._cap_age(new)
        return new

    def _extension(self, value: Mapping[str, Any]) -> Any:
        rule = fhir_elements.extension_rule(str(value.get("url") or ""))
        if rule == "keep":
            return copy.deepcopy(dict(value))
        if rule == "remove":
            return None
        new = self._object(value, "Extension")
        for element, old in value.items():
            if rule and element.startswith("value") and isinstance(old, str):
                new[element] = self._write(old, rule)
        return new if len(new) > 1 else None

    def _string(self, value: str, owner: str, element: str, kind: str, parent: Mapping[str, Any]) -> str | None:
        if kind[:1].isupper():
            return None  # a text where FHIR has a structure: of no use, and of unknown content
        label = fhir_elements.IDENTIFYING.get((owner, element))
        if label:
            return self._write(value, label) if any(char.isalnum() for char in value) else value
        if kind in ("date", "dateTime", "instant"):
            return self._date(value, kind)
        if kind == "xhtml":
            return self.text.clean_xhtml(value, self._write) if "<" in value else EMPTY_DIV
        if kind == "base64Binary":
            return self._binary_text(value, parent.get("contentType")) if owner == "Binary" else None
        if kind == "id" or element == "id":
            return (
                (value if re.fullmatch(r"\d{1,4}", value) else None)
                if element == "versionId"
                else self.links.code(value)
            )
        if kind in ("uri", "url", "canonical", "oid", "uuid"):
            return self._uri(value, owner, element, kind)
        if kind == "code" and owner != "Coding" and re.search(r"\s", value):
            return self._free(value, owner, element, parent)
        if kind in ("code", "time") or (owner, element) in fhir_elements.KEPT:
            return value
        if owner == "Identifier" and element == "value":
            return self.links.identifier(value, label_of(parent))
        if owner == "Reference" and element == "reference":
            return self.links.rewrite(value)
        if owner == "Reference" and element == "display":
            return self._display(value, parent)
        if owner == "ContactPoint" and element == "value":
            guessed = "EMAIL" if "@" in value else "URL" if "://" in value else "PHONE"
            return self._write(value, fhir_elements.TELECOM_LABELS.get(str(parent.get("system")), guessed))
        if owner == "HumanName" and element in ("prefix", "suffix"):
            return value if is_title(value) else None
        if owner == "Address" and element == "state":
            return value if len(value) < 4 or fhir_elements.is_state(value) else self._write(value, "LOCATION")
        if element == "ifNoneExist":
            return self.links.rewrite("x?" + value.rpartition("?")[2])[len(self.links.rewrite("x")) + 1 :]
        if owner in ("BundleEntryRequest", "BundleEntryResponse"):
            return self.links.rewrite(value)
        return self._free(value, owner, element, parent)

    def _uri(self, value: str, owner: str, element: str, kind: str) -> str:
        absolute = "://" in value or value.startswith("urn:")
        if (owner == "Extension" and element == "url") or (owner != "Identifier" and element == "system"):
            return value
        if owner == "Identifier":
            return fhir_elements.code_system(value, key=self.key)
        if owner.startswith("Bundle") or kind in ("oid", "uuid", "url"):
            return self.links.rewrite(value)
        if absolute and (
            fhir_elements.is_public(value) or kind == "canonical" or "publisher" in fhir_elements.types(owner)
        ):
            return value
        return self.links.rewrite(value)

    def _display(self, value: str, reference: Mapping[str, Any]) -> str:
        kind = str(reference.get("type") or self.links.kind(str(reference.get("reference") or "")))
        if kind in fhir_elements.PERSONS:
            return self._write(value, "NAME")
        if kind in ("Organization", "Location"):
            return self._write(value, "ORGANIZATION")
        return self._free(value, "Reference", "display", reference)

    def _free(self, value: str, owner: str, element: str, parent: Mapping[str, Any]) -> str:
        standard = owner == "Coding" and fhir_elements.is_public(str(parent.get("system") or ""))
        if value in self.displays or standard or not any(char.isalnum() for char in value):
            return value
        if fhir_elements.is_iso(value) and len(value) > 4:
            return self._date(value, "dateTime") or "[DATE]"
        if (
            not re.search(r"\s", value)
            and sum(char.isdigit() for char in value) > 4
            and not _NOMENCLATURE.fullmatch(value)
        ):
            return self.links.identifier(value, "ID")
        return self.text.clean(value, self._write)

    def _put_text(self, new: dict[str, Any], old: Mapping[str, Any], content_type: Any) -> None:
        data = self._binary_text(old["data"], content_type) if isinstance(old["data"], str) else None
        if data is not None:
            new["data"] = data

    def _binary_text(self, data: str, content_type: Any) -> str | None:
        """Base64 text cleaned; None for anything that is no text."""
        kind = str(content_type or "").split(";")[0].strip().lower()
        if kind not in _TEXTS:
            return None
        try:
            text = base64.b64decode(re.sub(r"\s", "", data), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return None  # no text after all: what cannot be read goes
        if kind == "text/html":
            text = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.DOTALL | re.IGNORECASE)
            text = re.sub(r"<[^>]+>", lambda tag: re.sub(r"\s[^>]*", "", tag[0]).rstrip(">") + ">", text)
        return base64.b64encode(self.text.clean(text, self._write).encode()).decode()

    def _cap_age(self, quantity: dict[str, Any]) -> None:
        """Ages of 90 and more become "90 or more" whatever the method."""
        years = str(quantity.get("code") or quantity.get("unit") or "").lower() in _YEAR_UNITS
        if years and isinstance(quantity.get("value"), (int, float)) and quantity["value"] >= 90:
            quantity.update(value=90, comparator=">=")


def _nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every JSON object in a resource, itself included."""
    if isinstance(value, Mapping):
        yield value
        for item in value.values():
            yield from _nodes(item)
    elif isinstance(value, list):
        for item in value:
            yield from _nodes(item)


def _demographics(node: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """What the persons, organizations and places of a bundle hold in fields, to be looked for in its texts."""
    kind = node.get("resourceType")
    if kind in ("Organization", "Location", "InsurancePlan"):
        yield from _known("ORGANIZATION", [node.get("name")])
    for part in _nodes([value for name, value in node.items() if name not in ("contained", "entry")]) if kind else ():
        yield from _known("NAME", [part.get("family"), part.get("text") if "family" in part else None])
        yield from _known("NAME", part.get("given"))
        yield from _known("ADDRESS", part.get("line"))
        yield from _known("LOCATION", [part.get("city"), part.get("district"), part.get("postalCode")])
        if isinstance(part.get("value"), str) and "url" not in part:
            label = fhir_elements.TELECOM_LABELS.get(str(part.get("system")))
            yield from _known(label or label_of(part), [part["value"]])
    if kind in fhir_elements.PERSONS:
        named = node.get("name") if isinstance(node.get("name"), list) else [node.get("name")]
        yield from _known("NAME", [one.get("text") for one in named if isinstance(one, Mapping)])
        yield from _known("DATE", [node.get("birthDate")])


def _known(label: str, values: Any) -> Iterator[dict[str, str]]:
    for value in values if isinstance(values, list) else [values]:
        if isinstance(value, str) and value.strip():
            yield {"label": label, "value": value}
