"""Ids, references and identifiers of FHIR resources as keyed codes that still resolve."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote

from helpers.clinical.deid import fhir_elements, surrogates

_TYPE = re.compile(r"[A-Z][A-Za-z]+")
_CONTROLS = frozenset(
    "_count _elements _format _include _pretty _revinclude _sort _summary _total _type category code status type".split()
)


class Links:
    """Codes for everything that points: the same id gets the same code wherever it stands.

    Args:
        resource: The resource or Bundle.
        nodes: Every JSON object in it.
        key: Secret of the codes.
        write: (value, label) -> what stands for an identifier.
    """

    def __init__(
        self,
        resource: Mapping[str, Any],
        nodes: Iterable[Mapping[str, Any]],
        *,
        key: bytes,
        write: Callable[[str, str], str],
    ) -> None:
        self.key, self.write = key, write
        self._kinds: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._own: dict[str, str] = {}  # fullUrl -> id
        self._labels: dict[str, str] = {}
        for node in nodes:
            inner = node.get("resource") if isinstance(node.get("resource"), Mapping) else None
            if inner is not None and isinstance(node.get("fullUrl"), str):
                self._kinds[node["fullUrl"]] = str(inner.get("resourceType"))
                self._own[node["fullUrl"]] = str(inner.get("id") or node["fullUrl"])
                self._ids[node["fullUrl"].split(":")[-1]] = ""
            if isinstance(node.get("resourceType"), str) and isinstance(node.get("id"), str):
                self._kinds["#" + node["id"]] = node["resourceType"]
                self._ids[node["id"]] = node["resourceType"]
            if isinstance(node.get("value"), str) and (label := label_of(node)) != "ID":
                self._labels[node["value"]] = label

    def long_ids(self) -> dict[str, str]:
        """Ids that no ordinary word or number equals -> their codes, for text that repeats them."""
        return {
            value: self.code(value, kind)
            for value, kind in self._ids.items()
            if len(value) > 3 and any(char.isdigit() for char in value) and any(char.isalpha() for char in value)
        }

    def code(self, value: str, kind: str = "", *, contained: bool = False) -> str:
        """The code of a logical id; that of a patient begins with p- and equals the code of the same patient key."""
        prefix = "c-" if contained else "p-" if kind == "Patient" else "r-"
        return fhir_elements.code_id(value, key=self.key, prefix=prefix)

    def kind(self, reference: str) -> str:
        """The resource type that a reference points to, "" where it does not tell."""
        if reference in self._kinds:
            return self._kinds[reference]
        parts = [part for part in re.split(r"[/?]", reference) if _TYPE.fullmatch(part) and fhir_elements.types(part)]
        return parts[-1] if parts and not reference.startswith("#") else ""

    def subject(self, resource: Mapping[str, Any], elements: Iterable[str]) -> str:
        """The id of the patient a resource belongs to, "" where it names none."""
        if resource.get("resourceType") == "Patient":
            return str(resource.get("id") or "")
        for element in elements:
            target = resource.get(element)
            reference = target.get("reference") if isinstance(target, Mapping) else None
            if isinstance(reference, str) and self.kind(reference) in ("Patient", ""):
                return self._own.get(reference, re.split(r"[/:]", reference)[-1])
        return ""

    def identifier(self, value: str, label: str) -> str:
        """The surrogate of an identifier's value; UUIDs, OIDs and URLs keep their form."""
        if value in self._ids or re.fullmatch(
            r"(?:urn:uuid:)?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", value
        ):
            start = "urn:uuid:" if value.startswith("urn:uuid:") else ""
            return start + self.code(value.removeprefix("urn:uuid:"), self._ids.get(value, ""))
        if "://" in value or value.startswith("urn:"):
            return self.rewrite(value)
        label = self._labels.get(value, label)
        new = self.write(value, label)
        return surrogates.code(value, key=self.key, prefix="id-") if new.startswith("[") and "[" not in value else new

    def rewrite(self, reference: str) -> str:
        """A reference, fullUrl, request URL or other address with every id, base and query value in code."""
        if reference.startswith("#"):
            return "#" + self.code(reference[1:], contained=True) if len(reference) > 1 else reference
        if reference.startswith("urn:uuid:"):
            return "urn:uuid:" + self.code(reference[9:])
        if reference.startswith("urn:"):
            return f"urn:oid:2.999.{self._number(reference)}"
        path, _, query = reference.partition("?")
        path, _, version = path.partition("|")
        path, _, fragment = path.partition("#")
        new = self._path(path)
        if version:
            new += "|" + (version if re.fullmatch(r"[\d.]{1,12}", version) else self.code(version))
        if fragment:
            new += "#" + self.code(fragment, contained=True)
        return new + ("?" + self._query(query, path) if query else "")

    def _path(self, path: str) -> str:
        segments = path.split("/")
        at = next(
            (i for i, part in enumerate(segments) if self._is_type(part, segments[i + 1 : i + 2], "://" in path)), None
        )
        if at is None:
            plain = re.fullmatch(r"/?(?:metadata|\$[a-z-]+)?", path)
            return path if plain else f"https://example.org/{self._number(path)}" if "://" in path else self.code(path)
        base = "/".join(segments[:at])
        start = f"https://example.org/{self._number(base)}/" if "://" in base else "/" if path.startswith("/") else ""
        kind, new = "", []
        for part in segments[at:]:
            follows_type = bool(kind)
            if part in ("", "_history") or part.startswith("$"):
                new.append(part)
            elif follows_type or (new and new[-1] == "_history"):
                is_version = new[-1] == "_history" and re.fullmatch(r"\d{1,4}", part)
                new.append(part if is_version else self.code(part, kind))
            else:
                new.append(part if _TYPE.fullmatch(part) else self.code(part))
            kind = part if not follows_type and _TYPE.fullmatch(part) else ""
        return start + "/".join(new)

    def _is_type(self, part: str, rest: list[str], absolute: bool) -> bool:
        if not _TYPE.fullmatch(part):
            return False
        return bool(fhir_elements.types(part)) or (bool(rest) and not absolute)

    def _query(self, query: str, path: str) -> str:
        kind = path.split("/")[-1]
        pairs = []
        for name, value in parse_qsl(query, keep_blank_values=True):
            if name in _CONTROLS or not value:
                new = value
            elif name == "_id":
                new = self.code(value, kind)
            elif name.split(":")[0] in ("identifier", "patient.identifier", "subject.identifier"):
                system, bar, number = value.rpartition("|")
                label = fhir_elements.SYSTEM_LABELS.get(system, "ID")
                shown = fhir_elements.code_system(system, key=self.key) if system else ""
                new = shown + bar + self.identifier(number, label)
            elif "/" in value and _TYPE.fullmatch(value.split("/")[0]):
                new = self.rewrite(value)
            elif name in ("patient", "subject"):
                new = self.code(value, "Patient")
            else:
                new = self.code(value)
            pairs.append(f"{name}={quote(new, safe=':/|,.@')}")
        return "&".join(pairs)

    def _number(self, value: str) -> int:
        return int(surrogates.code(value, key=self.key, prefix="url")[3:15], 16)


def label_of(identifier: Mapping[str, Any]) -> str:
    """The class of an Identifier by its type, else by its system."""
    kind = identifier.get("type")
    codings = kind.get("coding") if isinstance(kind, Mapping) else None
    codes = [str(coding.get("code")) for coding in codings or [] if isinstance(coding, Mapping)]
    labels = fhir_elements.IDENTIFIER_LABELS
    found = next((labels[code] for code in codes if code in labels), None)
    return found or fhir_elements.SYSTEM_LABELS.get(str(identifier.get("system")), "ID")
