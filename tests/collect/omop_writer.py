"""An OMOP CDM database made of FHIR resources, with the tables and columns that the kit reads."""

from datetime import date

import sqlalchemy as sql

METADATA = sql.MetaData()


def _table(name, *columns):
    return sql.Table(name, METADATA, *(sql.Column(column, kind) for column, kind in columns))


_ID, _TEXT, _DAY, _NUMBER = sql.BigInteger(), sql.Text(), sql.Date(), sql.Double()


def _charted(table, stem, *columns):
    own = [(f"{table}_id", _ID), ("person_id", _ID), (f"{stem}_concept_id", _ID), (f"{stem}_source_value", _TEXT)]
    _table(table, *own, *columns)


_table("concept", ("concept_id", _ID), ("concept_name", _TEXT), ("vocabulary_id", _TEXT), ("concept_code", _TEXT))
_table("person", ("person_id", _ID), ("gender_concept_id", _ID), ("year_of_birth", sql.Integer()),
       ("month_of_birth", sql.Integer()), ("day_of_birth", sql.Integer()), ("person_source_value", _TEXT))  # fmt: skip
_table("note", ("note_id", _ID), ("person_id", _ID), ("note_date", _DAY), ("note_title", _TEXT), ("note_text", _TEXT))
_charted("visit_occurrence", "visit", ("visit_start_date", _DAY), ("visit_end_date", _DAY))
_charted("condition_occurrence", "condition", ("condition_start_date", _DAY), ("condition_end_date", _DAY))
_charted("drug_exposure", "drug", ("drug_exposure_start_date", _DAY), ("drug_exposure_end_date", _DAY), ("sig", _TEXT))
_charted("procedure_occurrence", "procedure", ("procedure_date", _DAY))
_charted("measurement", "measurement", ("measurement_date", _DAY), ("value_as_number", _NUMBER),
         ("value_source_value", _TEXT), ("operator_concept_id", _ID), ("value_as_concept_id", _ID),
         ("unit_concept_id", _ID), ("unit_source_value", _TEXT))  # fmt: skip

_VOCABULARIES = {"http://snomed.info/sct": "SNOMED", "http://loinc.org": "LOINC",
                 "http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm"}  # fmt: skip
_SEXES = {"male": (8507, "MALE"), "female": (8532, "FEMALE")}


def write(engine, patients):
    """Create the tables and fill them.

    Args:
        engine: An SQLAlchemy engine.
        patients: For each patient the list of their resources, with the Patient among them.
    """
    concepts, rows = {}, {name: [] for name in METADATA.tables}
    for code, name in _SEXES.values():
        concepts["Gender", name] = (code, name)

    def concept(codeable):
        coding = codeable["coding"][0]
        key = (_VOCABULARIES.get(coding["system"], coding["system"]), coding["code"])
        concepts.setdefault(key, (1000 + len(concepts), codeable.get("text") or coding["display"]))
        return concepts[key][0]

    for person_id, resources in enumerate(patients, start=1):
        for one in resources:
            _row(rows, one, person_id, concept, concepts)
    rows["concept"] = [
        {"concept_id": number, "concept_name": name, "vocabulary_id": vocabulary, "concept_code": code}
        for (vocabulary, code), (number, name) in concepts.items()
    ]
    for name in ("visit_occurrence", "condition_occurrence", "drug_exposure", "measurement", "procedure_occurrence"):
        rows[name] = [{f"{name}_id": number, **row} for number, row in enumerate(rows[name], start=1)]
    METADATA.create_all(engine)
    with engine.begin() as connection:
        for name, found in rows.items():
            if found:
                connection.execute(METADATA.tables[name].insert(), found)


def _row(rows, one, person_id, concept, concepts):
    kind = one["resourceType"]
    if kind == "Patient":
        born = date.fromisoformat(one["birthDate"])
        rows["person"].append({
            "person_id": person_id, "gender_concept_id": _SEXES[one["gender"]][0], "year_of_birth": born.year,
            "month_of_birth": born.month, "day_of_birth": born.day, "person_source_value": one["id"],
        })  # fmt: skip
        for number, note in enumerate(one.get("_notes", []), start=1):
            rows["note"].append({"note_id": person_id * 100 + number, "person_id": person_id, **note})
    elif kind == "Encounter":
        rows["visit_occurrence"].append(_coded_row("visit", one["type"][0], person_id, concept) | {
            "visit_start_date": day(one["period"]["start"]), "visit_end_date": day(one["period"]["end"])})  # fmt: skip
    elif kind == "Condition":
        rows["condition_occurrence"].append(_coded_row("condition", one["code"], person_id, concept) | {
            "condition_start_date": day(one["onsetDateTime"]),
            "condition_end_date": day(one.get("abatementDateTime"))})  # fmt: skip
    elif kind == "MedicationRequest" and "medicationCodeableConcept" in one:
        start = day(one["authoredOn"])
        rows["drug_exposure"].append(_coded_row("drug", one["medicationCodeableConcept"], person_id, concept) | {
            "drug_exposure_start_date": start, "drug_exposure_end_date": start, "sig": None})  # fmt: skip
    elif kind == "Procedure":
        rows["procedure_occurrence"].append(_coded_row("procedure", one["code"], person_id, concept) | {
            "procedure_date": day(one["performedPeriod"]["start"])})  # fmt: skip
    elif kind == "Observation" and "valueQuantity" in one:
        value = one["valueQuantity"]
        concepts.setdefault(("UCUM", value["code"]), (1000 + len(concepts), value["unit"]))
        rows["measurement"].append(_coded_row("measurement", one["code"], person_id, concept) | {
            "measurement_date": day(one["effectiveDateTime"]), "value_as_number": value["value"],
            "value_source_value": None, "operator_concept_id": 0, "value_as_concept_id": 0,
            "unit_concept_id": concepts["UCUM", value["code"]][0], "unit_source_value": value["unit"]})  # fmt: skip


def _coded_row(stem, codeable, person_id, concept):
    code = codeable["coding"][0]["code"]
    return {"person_id": person_id, f"{stem}_concept_id": concept(codeable), f"{stem}_source_value": code}


def day(text):
    return date.fromisoformat(text[:10]) if text else None
