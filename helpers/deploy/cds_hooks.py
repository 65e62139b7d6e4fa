"""One CDS Hooks 2.0 service on `patient-view`: the patient's conditions go in, one card comes out."""

import json
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from helpers.clinical import fhir, mentions
from helpers.core.errors import RecordError
from helpers.deploy.bundle import Bundle
from helpers.deploy.responder import Answer

HOOK = "patient-view"
NOT_FOR_USE = "Not intended for clinical use."
PREFETCH = {"patient": "Patient/{{context.patientId}}", "conditions": "Condition?patient={{context.patientId}}"}

_SUMMARY_CHARACTERS = 139  # the specification says under 140
_SHOWN_LABELS = 5
_NOT_A_FINDING = {"refuted", "entered-in-error"}


class _Lenient(BaseModel):
    """Unknown fields are allowed: the specification lets every object carry extensions."""

    model_config = ConfigDict(extra="allow", hide_input_in_errors=True)


class HookRequest(_Lenient):
    """Body of a service call, section "HTTP Request"."""

    hook: str
    hook_instance: uuid.UUID = Field(alias="hookInstance")
    context: dict[str, Any]
    prefetch: dict[str, Any] = {}
    fhir_server: str | None = Field(None, alias="fhirServer")
    fhir_authorization: dict[str, Any] | None = Field(None, alias="fhirAuthorization")

    @model_validator(mode="after")
    def _server_is_named(self) -> "HookRequest":
        if self.fhir_authorization is not None and not self.fhir_server:
            raise ValueError("fhirAuthorization needs fhirServer")
        return self


class OverrideReason(_Lenient):
    """Why a card was not followed."""

    reason: dict[str, Any] | None = None
    user_comment: str | None = Field(None, alias="userComment")

    @model_validator(mode="after")
    def _says_something(self) -> "OverrideReason":
        if self.reason is None and not self.user_comment:
            raise ValueError("an overrideReason needs a reason or a userComment")
        return self


class Feedback(_Lenient):
    """One entry of a feedback call, section "Feedback"."""

    card: uuid.UUID
    outcome: Literal["accepted", "overridden"]
    outcome_timestamp: datetime = Field(alias="outcomeTimestamp")
    accepted_suggestions: list[dict[str, Any]] | None = Field(None, alias="acceptedSuggestions")
    override_reason: OverrideReason | None = Field(None, alias="overrideReason")

    @model_validator(mode="after")
    def _names_suggestions(self) -> "Feedback":
        if self.outcome == "accepted" and not self.accepted_suggestions:
            raise ValueError("an accepted card names its acceptedSuggestions")
        return self


class FeedbackBody(_Lenient):
    """Body of a feedback call."""

    feedback: list[Feedback] = Field(min_length=1)


def service_id(bundle: Bundle) -> str:
    """The `{id}` in the service's address."""
    return f"clintune-{bundle.task.replace('_', '-')}"


def discovery(bundle: Bundle) -> dict[str, Any]:
    """Answer to `GET /cds-services`."""
    return {
        "services": [
            {
                "hook": HOOK,
                "id": service_id(bundle),
                "title": bundle.title,
                "description": f"{bundle.title}, from the patient's recorded conditions. {NOT_FOR_USE} {bundle.caution}",
                "prefetch": dict(PREFETCH),
            }
        ]
    }


def findings(prefetch: dict[str, Any], *, patient_id: str) -> fhir.Chart:
    """Read the prefetch as 01_collect reads a record: the conditions of one patient, without refuted and mistaken ones.

    Args:
        prefetch: FHIR R4 resources under the keys of `PREFETCH`.
        patient_id: From the hook's context.

    Raises:
        RecordError: If a resource is missing, is of another kind or does not hold to R4, is about another patient, or is
            one page of several.
    """
    patient, conditions = prefetch.get("patient"), prefetch.get("conditions")
    _expect(patient, "Patient", "patient")
    _expect(conditions, "Bundle", "conditions")
    if patient.get("id") != patient_id:
        raise RecordError("The prefetch `patient` is not the patient of the context")
    if any(link.get("relation") == "next" for link in conditions.get("link") or []):
        raise RecordError("The prefetch `conditions` is one page of several", expected="all conditions in one Bundle")
    kept = [patient]
    for entry in conditions.get("entry") or []:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and resource.get("resourceType") == "OperationOutcome":
            continue  # a searchset may carry a note of the server beside its matches
        _expect(resource, "Condition", "conditions")
        if not _reference(resource).endswith((f"Patient/{patient_id}", f"urn:uuid:{patient_id}")):
            raise RecordError("A Condition in the prefetch is about another patient")
        if not _statuses(resource) & _NOT_A_FINDING:
            kept.append(resource)
    entries = [{"resource": resource} for resource in kept]
    return fhir.read_bundle(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))


def card(answer: Answer, bundle: Bundle) -> dict[str, Any]:
    """Show an answer: always `info`, with the caution in its detail, without suggestions."""
    lead = "Model output, not for clinical use: "
    detail = [f"**{NOT_FOR_USE}** {bundle.caution}", ""]
    if answer.label:
        summary = f"{lead}{answer.label} ({answer.confidence:.0%})"
        ranked = sorted(answer.probabilities.items(), key=lambda item: -item[1])[:_SHOWN_LABELS]
        detail += ["| Answer | Probability |", "|---|---|"]
        detail += [f"| {_markdown(label)} | {probability:.1%} |" for label, probability in ranked]
    elif bundle.kind == "extraction":
        named = list(dict.fromkeys(mentions.read(answer.text))) or [mentions.NONE]
        summary = lead + "; ".join(named)
        detail += [f"- {_markdown(name)}" for name in named]
    else:
        summary = lead + answer.text
        detail.append(_markdown(answer.text))
    detail += [
        "",
        f"Model {bundle.model_name}; verdict of its evaluation: {bundle.verdict}; standing: {bundle.standing}.",
    ]
    return {
        "uuid": str(uuid.uuid4()),
        "summary": _shorten(summary),
        "indicator": "info",
        "detail": "\n".join(detail),
        "source": {"label": f"ClinTune, {bundle.title}"},
    }


def router(
    bundle: Bundle,
    *,
    ask: Callable[[str], Answer],
    authorise: Callable[..., None],
    log: Callable[[dict[str, Any]], None],
) -> APIRouter:
    """Routes of the service.

    Args:
        bundle: What is served.
        ask: From a text to an answer.
        authorise: FastAPI dependency that refuses callers without a key.
        log: Takes the event of a feedback: card, outcome and time; comments are not kept.
    """
    routes = APIRouter()
    known = service_id(bundle)

    def _check(identifier: str) -> None:
        if identifier != known:
            raise HTTPException(404, f"There is no such service; there is {known}.")

    @routes.get("/cds-services")
    def discover() -> dict[str, Any]:
        return discovery(bundle)

    @routes.post("/cds-services/{identifier}", dependencies=[Depends(authorise)])
    def call(identifier: str, request: HookRequest) -> dict[str, Any]:
        _check(identifier)
        patient_id = request.context.get("patientId")
        if (
            request.hook != HOOK
            or not isinstance(patient_id, str)
            or not isinstance(request.context.get("userId"), str)
        ):
            raise HTTPException(400, f"This service answers {HOOK}, with userId and patientId in its context.")
        try:
            chart = findings(request.prefetch, patient_id=patient_id)
        except RecordError as error:
            raise HTTPException(412, str(error)) from None
        if not chart.conditions:
            return {"cards": []}
        return {"cards": [card(ask(_question(chart, bundle)), bundle)]}

    @routes.post("/cds-services/{identifier}/feedback", dependencies=[Depends(authorise)])
    def feedback(identifier: str, body: Annotated[FeedbackBody, ...]) -> Response:
        _check(identifier)
        for entry in body.feedback:
            log({"event": "feedback", "card": str(entry.card), "outcome": entry.outcome})
        return Response(status_code=200)

    return routes


def _question(chart: fhir.Chart, bundle: Bundle) -> str:
    """A chart as 01 would collect it; terms to be worded one after the other, notation line by line and unchanged."""
    if bundle.kind == "extraction":
        return chart.text
    if "sections" not in bundle.steps:
        return "\n".join(chart.conditions)
    return chart.text if bundle.kind == "classification" else "; ".join(chart.conditions)


def _expect(resource: Any, kind: str, key: str) -> None:
    found = resource.get("resourceType") if isinstance(resource, dict) else None
    if found != kind:
        raise RecordError(f"The prefetch `{key}` is insufficient", found=_kind(found), expected=f"a FHIR R4 {kind}")


def _kind(found: Any) -> str:
    return found if isinstance(found, str) and found.isalpha() else "nothing"


def _reference(condition: dict[str, Any]) -> str:
    subject = condition.get("subject")
    reference = subject.get("reference") if isinstance(subject, dict) else None
    return reference if isinstance(reference, str) else ""


def _statuses(condition: dict[str, Any]) -> set[str]:
    status = condition.get("verificationStatus")
    codings = status.get("coding") if isinstance(status, dict) else None
    return {str(coding.get("code")) for coding in codings or [] if isinstance(coding, dict)}


def _shorten(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SUMMARY_CHARACTERS else text[: _SUMMARY_CHARACTERS - 1].rstrip() + "…"


def _markdown(text: str) -> str:
    """Take a model's answer for text, whatever marks of Markdown or HTML it holds."""
    for mark in "\\`*_[]<>|#":
        text = text.replace(mark, f"\\{mark}" if mark not in "<>" else {"<": "&lt;", ">": "&gt;"}[mark])
    return " ".join(text.split())
