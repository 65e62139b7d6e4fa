"""Whom a FHIR resource is about, and what its references point to."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

Find = Callable[[str], Mapping[str, Any] | None]
"""Key of a resource (see `key`) -> the resource, None where there is none."""

_TAIL = re.compile(r"(?:^|/)([A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64})(?:/_history/[^/]+)?$")


def key(reference: str) -> str:
    """`Type/id` of a relative reference, an absolute one or `urn:…` as it is, "" for what names no resource; no version.

    >>> key("Patient/1/_history/2"), key("https://example.org/fhir/Patient/1"), key("Practitioner?identifier=7")
    ('Patient/1', 'https://example.org/fhir/Patient/1', '')
    """
    if reference.startswith("urn:"):
        return reference
    tail = _TAIL.search(reference)
    if not tail:
        return ""
    return reference[: tail.end(1)] if "://" in reference else tail[1]


def local(name: str) -> str:
    """`Type/id` of a key that may be absolute: right within one export or server, whose own address it then names."""
    return name if name.startswith("urn:") else "/".join(name.split("/")[-2:])


def key_of(resource: Mapping[str, Any]) -> str:
    """`Type/id` of a resource itself, "" without an id."""
    return f"{resource['resourceType']}/{resource['id']}" if resource.get("id") else ""


def subject(resource: Mapping[str, Any]) -> str:
    """Local key of what the resource is about (its `subject`, `patient` or `beneficiary`), "" where it names nobody."""
    if resource["resourceType"] == "Patient":
        return key_of(resource)
    for name in ("subject", "patient", "beneficiary"):
        one = resource.get(name)
        if isinstance(one, Mapping) and isinstance(one.get("reference"), str):
            return local(key(one["reference"]))
    return ""


class References:
    """Follows references and counts those that lead nowhere, by the type they name.

    Args:
        find: Looks a resource up by its key.
    """

    def __init__(self, find: Find) -> None:
        self.missing: Counter[str] = Counter()
        self._find = find

    def follow(self, reference: Mapping[str, Any] | None, owner: Mapping[str, Any]) -> Mapping[str, Any]:
        """The resource that `reference` (an element of `owner`) points to, empty where it cannot be found."""
        address = (reference or {}).get("reference")
        if not isinstance(address, str):
            return {}
        if address.startswith("#"):
            found = next((one for one in owner.get("contained") or [] if one.get("id") == address[1:]), None)
        else:
            found = self._find(key(address)) if key(address) else None
        if found is None:
            kind = re.match(r"(?:.*/)?([A-Z][A-Za-z]+)[/?]", address)
            self.missing[kind[1] if kind else "unknown"] += 1
        return found or {}
