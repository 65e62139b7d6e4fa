import json

import omop_writer
import postgres
import pytest
import sqlalchemy as sql
import synthea

from helpers.collect.health_records import omop, omop_database
from helpers.collect.health_records.labels import Labels
from helpers.core.errors import RecordError, StageError

SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"


def coded(display, code, system=SNOMED):
    return {"coding": [{"system": system, "code": code, "display": display}]}


NOTE = {"note_date": omop_writer.day("2020-01-02"), "note_title": "Letter", "note_text": "Findings: gout."}
PATIENT = {"resourceType": "Patient", "id": "p1", "birthDate": "1961-02-03", "gender": "female", "_notes": [NOTE]}
GOUT = {"resourceType": "Condition", "code": coded("Gout", "90560007"), "onsetDateTime": "2019-05-06",
        "abatementDateTime": "2019-07-01"}  # fmt: skip
WEIGHT = {"resourceType": "Observation", "code": coded("Body Weight", "29463-7", LOINC), "effectiveDateTime": "2018-01-01",
          "valueQuantity": {"value": 70.5, "unit": "kg", "code": "kg"}}  # fmt: skip


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "cdm.sqlite"
    engine = sql.create_engine(f"sqlite:///{file}")
    omop_writer.write(engine, [[PATIENT, GOUT, WEIGHT]])
    engine.dispose()
    return file


def change(path, *statements):
    engine = sql.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sql.text(statement))
    engine.dispose()


def read(name):
    """All events of person 1 as (kind, when, until, text), and the database's optional tables."""
    with omop_database.connected(str(name)) as connection:
        charted = omop_database.present(connection)
        found = omop_database.events(connection, charted, None, None)[1]
        return [(one.kind, one.when, one.until, one.text) for one in found], {one.table for one in charted}


def test_events_are_named_by_their_concepts_with_dates_values_and_units(path):
    events, tables = read(path)
    assert events == [
        ("condition", "2019-05-06", "2019-07-01", "Gout"), ("observation", "2018-01-01", "", "Body Weight: 70.5 kg"),
    ]  # fmt: skip
    assert "procedure_occurrence" in tables and "observation" not in tables


def test_codes_are_those_of_the_concept_and_of_the_source(path):
    with omop_database.connected(str(path)) as connection:
        (gout, _) = omop_database.events(connection, omop_database.present(connection), None, None)[1]
    assert gout.codes == {("SNOMED", "90560007"), ("", "90560007")}


def test_where_there_is_no_concept_the_source_value_stands_in(path):
    change(
        path,
        "update condition_occurrence set condition_concept_id = 0, condition_source_value = 'M10.9'",
        "update measurement set measurement_concept_id = 999999, unit_concept_id = null, unit_source_value = 'Kg'",
    )
    assert [one[3] for one in read(path)[0]] == ["M10.9", "29463-7: 70.5 Kg"]
    change(path, "update condition_occurrence set condition_source_value = null")
    assert read(path)[0][0][3] == "concept 0"


def test_operators_and_values_in_words_are_told(path):
    change(
        path,
        "insert into concept values (4171754, '<=', 'Meas Value Operator', '<='), (9191, 'Positive', 'SNOMED', '1')",
        "update measurement set operator_concept_id = 4171754",
    )
    assert read(path)[0][1][3] == "Body Weight: <=70.5 kg"
    change(path, "update measurement set value_as_number = null, value_as_concept_id = 9191")
    assert read(path)[0][1][3] == "Body Weight: Positive"
    change(path, "update measurement set value_as_concept_id = 0, value_source_value = 'trace'")
    assert read(path)[0][1][3] == "Body Weight: trace"


@pytest.mark.parametrize("table", ["note", "concept", "person", "measurement"])
def test_a_database_without_a_table_is_refused_with_what_it_has(path, table):
    change(path, f"drop table {table}")
    with pytest.raises(
        RecordError, match=rf"lacks tables of the OMOP CDM: {table}\. Found: 7 tables: .*Expected.*Remedy"
    ):
        read(path)


def test_a_database_without_a_column_is_refused_by_name(path):
    change(path, "alter table note rename column note_text to body")
    with pytest.raises(RecordError, match=r"not those of the OMOP CDM 5\.4\. Found: no note\.note_text"):
        read(path)


def test_an_empty_database_and_a_file_that_is_none_are_refused(tmp_path):
    (tmp_path / "empty.sqlite").write_bytes(b"")
    with pytest.raises(RecordError, match="Found: no table"):
        read(tmp_path / "empty.sqlite")
    (tmp_path / "other.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(StageError, match="could not be read"):
        read(tmp_path / "other.sqlite")


def test_a_place_with_odd_characters_is_found_and_nothing_can_be_written(path, tmp_path):
    odd = tmp_path / "a %3F?&#.sqlite"
    path.rename(odd)
    with omop_database.connected(str(odd)) as connection, pytest.raises(sql.exc.OperationalError, match="readonly"):
        connection.execute(sql.text("delete from note"))
    assert len(read(odd)[0]) == 2


def test_an_address_from_the_environment_is_never_quoted(monkeypatch):
    for address in ("postgresql+psycopg://reader:secret@127.0.0.1:9/none", "nosuch://reader:secret@host/x", "secret"):
        monkeypatch.setenv("MY_CDM", address)
        with pytest.raises(StageError) as caught:
            read("MY_CDM")
        assert "secret" not in str(caught.value) and "Remedy" in str(caught.value)
    with pytest.raises(StageError, match=r"no such OMOP database.*environment"):
        read("OTHER_CDM")


@pytest.fixture(scope="module")
def server():
    """Address of a running PostgreSQL."""
    pytest.importorskip("psycopg", reason="psycopg of requirements-labs.txt is not installed")
    folder = postgres.programs()
    if folder is None:
        pytest.skip("PostgreSQL's initdb and pg_ctl are not installed")
    if postgres.refuses_this_user():
        pytest.skip("PostgreSQL refuses to run as root, and there is no other user")
    with postgres.running(folder) as address:
        yield address


def test_postgresql_gives_the_same_records_as_sqlite_from_any_schema_on_its_search_path(
    server, shared, tmp_path, monkeypatch
):
    files = sorted((shared / "data/synthea_fhir_r4/bundles").glob("*.json"))
    patients = [synthea.resources(json.loads(file.read_bytes())) for file in files]
    omop_writer.write(sql.create_engine(f"sqlite:///{tmp_path / 'cdm.sqlite'}"), patients)
    engine = sql.create_engine(server)
    with engine.begin() as connection:
        connection.execute(sql.text("create schema cdm"))
        connection.execute(sql.text("create schema vocabulary"))
    omop_writer.write(sql.create_engine(f"{server}&options=-csearch_path%3Dcdm"), patients)
    with engine.begin() as connection:
        connection.execute(sql.text("alter table cdm.concept set schema vocabulary"))
    engine.dispose()
    monkeypatch.setenv("MY_CDM", f"{server}&options=-csearch_path%3Dcdm,vocabulary")
    monkeypatch.setattr(omop, "PERSONS_AT_ONCE", 5)
    table = Labels("patient_id", {str(number): ("x", "") for number in range(1, 17)})
    here, there = (
        {row.fields["record_id"]: row.fields for row in omop.rows(f"omop:{name}", table)}
        for name in (tmp_path / "cdm.sqlite", "MY_CDM")
    )
    assert here == there and len(here) == 16
    with omop_database.connected("MY_CDM") as connection, pytest.raises(sql.exc.InternalError, match="read-only"):
        connection.execute(sql.text("delete from note"))
