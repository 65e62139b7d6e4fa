"""The other side of CDS Hooks: what a health record system sends, for notebooks and tests."""

import uuid
from collections.abc import Sequence
from typing import Any

import httpx

from helpers.core.errors import StageError
from helpers.deploy.cds_hooks import HOOK
from helpers.deploy.child import REQUEST_TIMEOUT_S


def example_request(findings: Sequence[str]) -> dict[str, Any]:
    """A `patient-view` request about a made-up patient, with FHIR R4 prefetch.

    Args:
        findings: One Condition each; blank ones are left out.
    """
    patient = {"resourceType": "Patient", "id": "example", "gender": "unknown"}
    conditions = [
        {
            "resource": {
                "resourceType": "Condition",
                "id": f"example-{number}",
                "subject": {"reference": "Patient/example"},
                "code": {"text": finding.strip()},
            }
        }
        for number, finding in enumerate(findings)
        if finding.strip()
    ]
    return {
        "hook": HOOK,
        "hookInstance": str(uuid.uuid4()),
        "context": {"userId": "Practitioner/example", "patientId": "example"},
        "prefetch": {
            "patient": patient,
            "conditions": {"resourceType": "Bundle", "type": "searchset", "entry": conditions},
        },
    }


def call(
    request: dict[str, Any], *, address: str, key: str, timeout_s: float = REQUEST_TIMEOUT_S
) -> list[dict[str, Any]]:
    """Ask the service's discovery which service answers the request's hook, call it, and return its cards.

    Raises:
        StageError: If no service answers this hook, or the call is refused.
    """
    with httpx.Client(base_url=address, headers={"X-API-Key": key}, timeout=timeout_s, trust_env=False) as client:
        services = client.get("/cds-services").raise_for_status().json()["services"]
        fitting = [service["id"] for service in services if service["hook"] == request["hook"]]
        if not fitting:
            raise StageError("No service answers this hook", found=[item["hook"] for item in services])
        answer = client.post(f"/cds-services/{fitting[0]}", json=request)
    if answer.status_code != 200:
        raise StageError("The CDS Hooks call was refused", found=f"HTTP {answer.status_code}", expected="200")
    return answer.json()["cards"]
