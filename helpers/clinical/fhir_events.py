"""FHIR R4 resources of one patient as events of a timeline.

Read are the types of `READ`. Whoever wrote, asked for or did something is left out, as is the patient's own name. Not done
and refuted are said in the event's text; what was entered in error is left out and counted.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from helpers.clinical import fhir_values as values
from helpers.clinical.fhir_references import Find, References
from helpers.clinical.timeline import Event
from helpers.core.errors import RecordError

Json = Mapping[str, Any]

_CLASSES = {
    "AMB": "ambulatory", "EMER": "emergency", "IMP": "inpatient", "ACUTE": "inpatient", "NONAC": "inpatient",
    "OBSENC": "observation", "SS": "short stay", "HH": "home health", "VR": "virtual", "PRENC": "pre-admission",
}  # fmt: skip
_CERTAIN = ("", "confirmed")
_RETRACTED = {"entered-in-error", "superseded"}
_UNDONE = {
    "not-done": "not done", "not-taken": "not taken", "cancelled": "cancelled", "declined": "declined",
    "draft": "draft", "planned": "planned", "preparation": "planned",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class History:
    """What the resources of one patient say, and what of them could not be said."""

    events: tuple[Event, ...]
    retracted: int  # entered in error, or superseded by another document
    unresolved: Mapping[str, int]  # type a reference names -> references that lead nowhere
    unread: Mapping[str, int]  # resource type, kind of attachment, or what has no name -> how many


def history(resources: Iterable[Json], find: Find) -> History:
    """Read the valid resources of one patient; none of them stops the others.

    Args:
        resources: As `fhir.check` has passed them; types outside `READ` are counted.
        find: Looks up what references point to (Medication, Observation, Condition, Binary).
    """
    references, unread = References(find), Counter()
    events: list[Event] = []
    retracted = 0
    for resource in resources:
        kind = resource["resourceType"]
        if kind in ("Patient", "Medication", "Binary"):
            continue  # read where they are pointed to
        if kind not in READ:
            unread[kind] += 1
        elif _RETRACTED & {resource.get("status"), values.code(resource.get("verificationStatus"))}:
            retracted += 1
        else:
            said = READ[kind](resource, references)
            said += _texts(resource, references, unread) if kind in ("DocumentReference", "DiagnosticReport") else []
            wordless = [event for event in said if not event.text]
            unread.update([f"{kind} without a name"] * len(wordless))
            events += [event for event in said if event.text]
    return History(tuple(events), retracted, dict(references.missing), dict(unread))


def _encounter(one: Json, _: References) -> list[Event]:
    kind = one.get("class") or {}
    name = values.concepts(one.get("type")) or _CLASSES.get(kind.get("code", "")) or kind.get("display") or "encounter"
    why = values.concepts(one.get("reasonCode"))
    to = values.concept((one.get("hospitalization") or {}).get("dischargeDisposition"))
    period = one.get("period") or {}
    start, end = values.moment(period, "start", "end"), values.moment(period, "end")
    parts = [name, f"for {why}" if why else "", f"discharge: {to}" if to else ""]
    codes = values.codes(*(one.get("type") or []), *(one.get("reasonCode") or []))
    return [Event("encounter", start, _joined(one, parts), end, codes=codes)]


def _condition(one: Json, _: References) -> list[Event]:
    certainty = values.code(one.get("verificationStatus"))
    parts = [
        values.concept(one.get("code")),
        values.concept(one.get("severity")),
        values.concepts(one.get("bodySite")),
        certainty if certainty not in _CERTAIN else "",
        *values.remarks(one),
    ]
    start, _end = values.times(one, "onset")
    recorded = values.moment(one, "recordedDate")
    until = values.times(one, "abatement")[0]
    state = values.code(one.get("clinicalStatus"))
    return [Event("condition", start or recorded, _said(parts), until, state, recorded, values.codes(one.get("code")))]


def _allergy(one: Json, _: References) -> list[Event]:
    reactions = one.get("reaction") or []
    shown = values.concepts(what for reaction in reactions for what in reaction.get("manifestation") or [])
    certainty = values.code(one.get("verificationStatus"))
    parts = [
        values.concept(one.get("code")),
        f"reaction {shown}" if shown else "",
        f"criticality {one['criticality']}" if one.get("criticality") else "",
        certainty if certainty not in _CERTAIN else "",
        *values.remarks(one),
    ]
    recorded = values.moment(one, "recordedDate")
    start = values.times(one, "onset")[0] or recorded
    state = values.code(one.get("clinicalStatus"))
    return [Event("allergy", start, _said(parts), "", state, recorded, values.codes(one.get("code")))]


def _medication(one: Json, references: References) -> list[Event]:
    _, given = values.chosen(one, "medication")
    given = given or {}
    drug = references.follow(given, one).get("code") or given
    dosages = one.get("dosageInstruction") or one.get("dosage") or []
    dosages = [dosages] if isinstance(dosages, Mapping) else dosages
    parts = [
        values.concept(drug) or given.get("display") or "medication without a name",
        "do not give" if one.get("doNotPerform") else "",
        "proposed" if one.get("intent") in ("proposal", "plan", "option") else "",
        *(word for dosage in dosages if (word := _dosage(dosage))),
        _reason(one, references),
        *values.remarks(one),
    ]
    start, end = values.times(one, "effective")
    written = values.moment(one, "authoredOn", "whenHandedOver", "whenPrepared", "dateAsserted")
    state = one.get("status", "") if one.get("status") in ("active", "completed", "stopped", "on-hold") else ""
    codes = values.codes(drug, *(one.get("reasonCode") or []))
    return [Event("medication", start or written, _joined(one, parts), end, state, codes=codes)]


def _dosage(dosage: Json) -> str:
    if dosage.get("text"):
        return " ".join(dosage["text"].split())
    amounts = [values.chosen(rate, "dose")[1] for rate in dosage.get("doseAndRate") or []] + [dosage.get("dose")]
    told = [values.quantity(amount) for amount in amounts if isinstance(amount, Mapping) and "value" in amount]
    often = values.concept((dosage.get("timing") or {}).get("code"))
    return " ".join(word for word in (*told, values.concept(dosage.get("route")), often) if word)


def _procedure(one: Json, references: References) -> list[Event]:
    site, outcome = values.concepts(one.get("bodySite")), values.concept(one.get("outcome"))
    parts = [
        values.concept(one.get("code")),
        site,
        _reason(one, references),
        f"outcome {outcome}" if outcome else "",
        *values.remarks(one),
    ]
    start, end = values.times(one, "performed")
    codes = values.codes(one.get("code"), *(one.get("reasonCode") or []))
    return [Event("procedure", start, _joined(one, parts), end, codes=codes)]


def _immunization(one: Json, _: References) -> list[Event]:
    start = values.times(one, "occurrence")[0]
    parts = [values.concept(one.get("vaccineCode")), values.concept(one.get("statusReason")), *values.remarks(one)]
    recorded = values.moment(one, "recorded")
    codes = values.codes(one.get("vaccineCode"))
    return [Event("immunization", start, _joined(one, parts), recorded=recorded, codes=codes)]


def _observation(one: Json, _: References) -> list[Event]:
    components = [
        f"{values.concept(part.get('code'))} {_measured(part)}".strip() for part in one.get("component") or []
    ]
    told = ", ".join(word for word in (_measured(one), *components) if word)
    name = values.concept(one.get("code"))
    parts = [f"{name}: {told}" if told else name, *values.remarks(one)]
    start, end = values.times(one, "effective")
    codes = values.codes(one.get("code"), one.get("valueCodeableConcept"))
    issued = values.moment(one, "issued")
    return [Event("observation", start or issued, _joined(one, parts), end, recorded=issued, codes=codes)]


def _measured(part: Json) -> str:
    absent = values.concept(part.get("dataAbsentReason"))
    judged = values.concepts(part.get("interpretation"))
    told = values.value(part) or (f"not available, {absent}" if absent else "")
    return f"{told} [{judged}]".strip() if judged else told


def _report(one: Json, references: References) -> list[Event]:
    for result in one.get("result") or []:
        references.follow(result, one)  # the results are Observations of their own; lost ones are counted
    codings = values.concepts(one.get("conclusionCode"))
    parts = [values.concept(one.get("code")), " ".join((one.get("conclusion") or "").split()), codings]
    start, end = values.times(one, "effective")
    issued = values.moment(one, "issued")
    codes = values.codes(one.get("code"), *(one.get("conclusionCode") or []))
    return [Event("report", start or issued, _joined(one, parts), end, recorded=issued, codes=codes)]


def _texts(one: Json, references: References, unread: Counter[str]) -> list[Event]:
    """The notes in a DocumentReference, and those presented with a report."""
    attachments = [part["attachment"] for part in one.get("content") or [] if part.get("attachment")]
    attachments += one.get("presentedForm") or []
    title = values.concept(one.get("type") or one.get("code"))
    written = values.moment(one, "date") or values.times(one, "effective")[0] or values.moment(one, "issued")
    period = (one.get("context") or {}).get("period") or {}
    events = []
    for attachment in attachments:
        data, kind = attachment.get("data"), attachment.get("contentType") or ""
        if not data and attachment.get("url"):
            binary = references.follow({"reference": attachment["url"]}, one)
            data, kind = binary.get("data"), binary.get("contentType") or kind
        if not data:
            continue
        try:
            text = values.attachment_text(kind, data)
        except RecordError:
            unread[f"attachment {kind.split(';')[0][:40] or 'text/plain'}"] += 1
            continue
        headed = f"{title}\n{text}" if title else text
        events.append(Event("note", values.moment(period, "start") or written, headed, recorded=written))
    return events


def _reason(one: Json, references: References) -> str:
    pointed = [references.follow(reason, one).get("code") for reason in one.get("reasonReference") or []]
    why = values.concepts([*(one.get("reasonCode") or []), *pointed])
    return f"for {why}" if why else ""


def _joined(one: Json, parts: Iterable[str]) -> str:
    return _said([*parts, _UNDONE.get(one.get("status", ""), "")])


def _said(parts: Iterable[str]) -> str:
    return ", ".join(part for part in parts if part)


READ: dict[str, Callable[[Json, References], list[Event]]] = {
    "Encounter": _encounter, "Condition": _condition, "AllergyIntolerance": _allergy, "Procedure": _procedure,
    "Immunization": _immunization, "Observation": _observation, "DiagnosticReport": _report,
    "DocumentReference": lambda *_: [],  # its notes are read by `_texts`
    **dict.fromkeys(
        ("MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense"), _medication
    ),
}  # fmt: skip
