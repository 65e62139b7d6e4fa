"""Write the raw source files of the built-in tasks, as a hospital or a journal club would hand them over.

`diagnosis` becomes notes (JSON lines), electronic records (FHIR R4 bundles) and literature statements (JSON lines);
`patient_communication` and `drug_discovery` become one table each. The loaders then read these files as they read
anybody's. A disease comes as one kind only, by a hash of its id: about 60 % notes, 25 % records, 15 % statements.
Statements hold no person, so several patients a disease are drawn for notes and records alone.
"""

import base64
import csv
import dataclasses
import hashlib
import json
import random
from collections.abc import Collection
from pathlib import Path
from typing import Any

from helpers.clinical import chemistry, fhir, hpo
from helpers.collect import tables
from helpers.collect.simulated import (
    diseases,
    molecules,
    note_styles,
    note_styles_heldout,
    note_text,
    patients,
    plain_words,
)
from helpers.collect.simulated.diseases import Disease
from helpers.collect.simulated.patients import MAX_FINDINGS, Patient
from helpers.core.errors import RecordError

NAMES = ("diagnosis", "drug_discovery", "patient_communication")

_HELD_OUT_SHARE = 0.2  # of notes and records are written in the two held-out styles
_NOT_IN_CHARTS = ("hl7_pipe", "dictation")  # messages and raw dictation are not filed beside a coded problem list
_FILES = {"clinical_note": "notes", "ehr": "ehr", "journal": "journal", "table": "table"}


def write(name: str, folder: Path, *, seed: int, patients_per_disease: int = 1) -> dict[str, Path]:
    """Write the source files of a built-in task under `folder/name`, and name the folder of each kind.

    The same seed gives the same bytes.

    Raises:
        RecordError: If there is no such task.
    """
    if name not in NAMES:
        raise RecordError(f"There are no embedded data `{name}`", expected=f"one of {', '.join(NAMES)}")
    tabular = {"drug_discovery": _write_molecules, "patient_communication": _write_terms}
    if name in tabular:
        where = _fresh(folder / name / _FILES["table"])
        tabular[name](where / "table.csv")
        return {"table": where}
    places = {kind: _fresh(folder / name / _FILES[kind]) for kind in ("clinical_note", "ehr", "journal")}
    lines: dict[str, list[dict[str, Any]]] = {"notes": [], "notes.gold": [], "bundles.gold": [], "journal": []}
    for disease in diseases.load():
        kind = kind_of(disease)
        if kind == "journal":
            lines["journal"].append(_statement(disease))
            continue
        for number in range(patients_per_disease):
            patient = patients.draw(disease, number, seed=seed)
            if kind == "ehr":
                bundle, gold = _bundle(disease, patient)
                (places["ehr"] / f"{bundle['id']}.json").write_text(json.dumps(bundle, indent=1), encoding="utf-8")
                lines["bundles.gold"].append(gold)
            else:
                note, gold = _note(disease, patient)
                lines["notes"].append(note)
                lines["notes.gold"].append(gold)
    for stem, kind in (
        ("notes", "clinical_note"),
        ("notes.gold", "clinical_note"),
        ("bundles.gold", "ehr"),
        ("journal", "journal"),
    ):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines[stem])
        (places[kind] / f"{stem}.jsonl").write_text(text, encoding="utf-8")
    return places


def kind_of(disease: Disease) -> str:
    """The one kind of record in which a disease appears."""
    share = int(hashlib.sha256(f"kind|{disease.id}".encode()).hexdigest(), 16) % 100
    return "clinical_note" if share < 60 else "ehr" if share < 85 else "journal"


def _fresh(folder: Path) -> Path:
    """An empty folder: what an earlier run wrote is removed, so that no record of it is read again."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in [*folder.glob("*.json"), *folder.glob("*.jsonl"), *folder.glob("*.csv")]:
        file.unlink()
    return folder


def _id(prefix: str, key: str) -> str:
    """An id that gives no disease away."""
    return f"{prefix}-{hashlib.sha256(f'{prefix}|{key}'.encode()).hexdigest()[:12]}"


def _write_note(patient: Patient, *, without: Collection[str] = ()) -> tuple[note_text.NoteText, str]:
    rng = random.Random(f"style|{patient.id}")
    styles = note_styles_heldout.HELD_OUT_STYLES if rng.random() < _HELD_OUT_SHARE else note_styles.STYLES
    style = rng.choice(sorted(styles.keys() - set(without)))
    return styles[style](patient, rng), style


def _provenance(disease: Disease) -> dict[str, Any]:
    return {"database": "OMIM", "entry": disease.id, "pmids": list(disease.pmids), "hpo_release": hpo.release(),
            "simulated": True}  # fmt: skip


def _note(disease: Disease, patient: Patient) -> tuple[dict[str, Any], dict[str, Any]]:
    note, style = _write_note(patient)
    key = _id("note", patient.id)
    registered = {
        "given": patient.name.given, "middle": patient.name.middle, "surname": patient.name.surname,
        "sex": patient.sex,
        "birth_date": patient.birth_date.isoformat(), "contact_name": patient.relative.full, "mrn": patient.mrn,
        "account": patient.account, "ssn": patient.ssn, "member_id": patient.member_id, "phone": patient.phone,
        "work_phone": patient.work_phone, "email": patient.email, "street": patient.street, "city": patient.city,
        "county": patient.county, "zip": patient.zip,
    }  # fmt: skip
    line = {
        "id": key, "patient_id": patient.id, "group": disease.group, "label": disease.family,
        "date": patient.visit_date.isoformat(), "style": style, "origin": patient.origin, "patient": registered,
        "text": note.text, "provenance": _provenance(disease),
    }  # fmt: skip
    return line, {"id": key, "spans": note.spans}


def _bundle(disease: Disease, patient: Patient) -> tuple[dict[str, Any], dict[str, Any]]:
    """The note holds some of the findings and the Conditions the others, as charts do."""
    told, coded = note_text.shared_out(patient.findings, 2, random.Random(f"chart|{patient.id}"))
    note, style = _write_note(dataclasses.replace(patient, findings=tuple(told)), without=_NOT_IN_CHARTS)
    key, subject = _id("ehr", patient.id), {"reference": f"Patient/{patient.id}"}
    seen = patient.visit_date.isoformat()

    def identifier(code: str, value: str) -> dict[str, Any]:
        kind = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": code}]}
        return {"type": kind, "system": f"https://hospital.example.org/{code.lower()}", "value": value}

    given = [patient.name.given, *([patient.name.middle] if patient.name.middle else [])]
    person = {
        "resourceType": "Patient", "id": patient.id, "gender": patient.sex,
        "birthDate": patient.birth_date.isoformat(),
        "name": [{"use": "official", "family": patient.name.surname, "given": given}],
        "identifier": [identifier("MR", patient.mrn), identifier("SS", patient.ssn),
        identifier("MB", patient.member_id),
                       identifier("AN", patient.account)],
        "telecom": [{"system": "phone", "value": patient.phone},
        {"system": "phone", "use": "work", "value": patient.work_phone},
                    {"system": "email", "value": patient.email}],
        "address": [{"line": [patient.street], "city": patient.city, "district": patient.county,
        "state": patient.state,
                     "postalCode": patient.zip}],
        "contact": [{"name": {"family": patient.relative.surname, "given": [patient.relative.given]}}],
    }  # fmt: skip
    encounter = {
        "resourceType": "Encounter", "id": f"{key}-e", "status": "finished", "subject": subject,
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "period": {"start": seen, "end": seen},
    }  # fmt: skip
    active = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]}
    conditions = [
        {"resourceType": "Condition", "id": f"{key}-c{number}", "subject": subject, "clinicalStatus": active,
         "encounter": {"reference": f"Encounter/{key}-e"},
         "code": {"coding": [{"system": "http://human-phenotype-ontology.org", "code": one.id, "display": one.name}],
         "text": one.name}}
        for number, one in enumerate(coded, start=1)
    ]  # fmt: skip
    document = {
        "resourceType": "DocumentReference", "id": f"{key}-d", "status": "current", "subject": subject,
        "date": f"{seen}T12:00:00Z", "content": [{"attachment": {
            "contentType": "text/plain; charset=utf-8", "data": base64.b64encode(note.text.encode()).decode()}}],
    }  # fmt: skip
    tags = [{"system": fhir.LABEL_SYSTEM, "code": disease.family}, {"system": fhir.GROUP_SYSTEM, "code": disease.group}]
    bundle = {
        "resourceType": "Bundle", "id": key, "type": "collection", "meta": {"tag": tags},
        "entry": [{"fullUrl": f"https://hospital.example.org/fhir/{one['resourceType']}/{one['id']}", "resource": one}
                  for one in (person, encounter, *conditions, document)],
    }  # fmt: skip
    gold = {
        "id": key,
        "style": style,
        "origin": patient.origin,
        "spans": note.spans,
        "provenance": _provenance(disease),
    }
    return bundle, gold


def _statement(disease: Disease) -> dict[str, Any]:
    """What curators took from the literature on one disease: its thirty most frequent findings, shuffled."""
    ranked = sorted(
        disease.findings,
        key=lambda one: (-(patients.MISSING_FREQUENCY if one.frequency is None else one.frequency), one.id),
    )
    kept = ranked[:MAX_FINDINGS]
    random.Random(f"statement|{disease.id}").shuffle(kept)
    return {
        "id": _id("journal", disease.id), "group": disease.group, "label": disease.family,
        "text": f"Statement: Published reports of one condition describe {note_text.listed(kept)}.\n",
        "provenance": {**_provenance(disease), "simulated": False},
    }  # fmt: skip


def _write_terms(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "references", "group", "provenance"])
        for term in plain_words.load():
            writer.writerow(
                [term.id, term.name, tables.REFERENCE_SEPARATOR.join(term.plain), term.group, f"HPO {hpo.release()}"]
            )


def _write_molecules(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "label", "group", "style", "provenance"])
        for one in molecules.load():
            writer.writerow([one.id, chemistry.describe(one.smiles), one.label, one.group, "molecule", "B3DB"])
