"""What is read of an OMOP CDM 5.4 database, through SQLAlchemy; nothing is written to it.

Read are person, visit_occurrence, condition_occurrence, drug_exposure, measurement and note, and where they exist
procedure_occurrence and observation. Names come from concept; where a concept is 0 or missing, the source value stands in.
Tables must be found without naming their schema: on PostgreSQL put `?options=-csearch_path%3Dcdm,vocabulary` behind the
address. Every query takes a range of persons, (last, until], and reads it through a cursor on the server's side.
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sql
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from helpers.clinical import timeline
from helpers.clinical.timeline import Event
from helpers.core import paths
from helpers.core.errors import RecordError, StageError

ROWS_AT_ONCE = 1000


class Charted(NamedTuple):
    """Where a kind of event stands: its table, the stem of its concept's columns, its dates and its values."""

    kind: str
    table: str
    stem: str
    start: str
    end: str = ""
    values: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()


_CHARTED = (
    Charted("encounter", "visit_occurrence", "visit", "visit_start_date", "visit_end_date"),
    Charted("condition", "condition_occurrence", "condition", "condition_start_date", "condition_end_date"),
    Charted("medication", "drug_exposure", "drug", "drug_exposure_start_date", "drug_exposure_end_date", ("sig",)),
    Charted(
        "observation", "measurement", "measurement", "measurement_date",
        values=("value_as_number", "value_source_value", "unit_source_value"), concepts=("operator", "value_as", "unit"),
    ),
)  # fmt: skip
_OPTIONAL = (
    Charted("procedure", "procedure_occurrence", "procedure", "procedure_date"),
    Charted(
        "observation", "observation", "observation", "observation_date",
        values=("value_as_number", "value_as_string", "unit_source_value"), concepts=("value_as", "unit"),
    ),
)  # fmt: skip
_PERSON = ("person_id", "gender_concept_id", "year_of_birth", "month_of_birth", "day_of_birth", "person_source_value")
_NOTE = ("note_id", "person_id", "note_date", "note_title", "note_text")
_CONCEPT = ("concept_id", "concept_name", "vocabulary_id", "concept_code")


@contextmanager
def connected(name: str) -> Iterator[sql.Connection]:
    """A connection that reads one state of the data; no error tells the address or a parameter.

    Args:
        name: Of the environment's variable that holds the address, or an SQLite file.

    Raises:
        StageError: If there is no such database, its driver is missing, or it cannot be read.
    """
    try:
        engine = sql.create_engine(_url(name), hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise StageError(
            "The address of an OMOP database cannot be used", found=type(error).__name__,
            expected="an SQLAlchemy address such as postgresql+psycopg://user:password@host/name",
            remedy="mend it, or install its driver: pip install -r requirements-labs.txt",
        ) from None  # fmt: skip
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection
    except SQLAlchemyError as error:
        raise StageError(
            "The OMOP database could not be read", found=type(error).__name__,
            remedy="check that it runs, its address and the rights of its user",
        ) from None  # fmt: skip
    finally:
        engine.dispose()


def _url(name: str) -> str | sql.URL:
    if name in os.environ:
        return os.environ[name]
    for file in (Path(name), paths.ROOT / name):
        if file.is_file():
            query = {"mode": "ro", "uri": "true"}
            return sql.URL.create("sqlite", database=file.resolve().as_uri(), query=query)
    raise StageError(
        "There is no such OMOP database", expected="omop: and a name in the environment, or the path of an SQLite file",
        remedy="set the environment's name to the address of the database",
    )  # fmt: skip


def present(connection: sql.Connection) -> list[Charted]:
    """What can be read, after a check of all tables and columns.

    Raises:
        RecordError: If a table or a column is missing.
    """
    inspector = sql.inspect(connection)
    needed = {one.table: _columns(one) for one in _CHARTED} | {"person": _PERSON, "note": _NOTE, "concept": _CONCEPT}
    missing = [name for name in needed if not inspector.has_table(name)]
    if missing:
        found = sorted({*inspector.get_table_names(), *inspector.get_view_names()})
        raise RecordError(
            f"The database lacks tables of the OMOP CDM: {', '.join(missing)}",
            found=f"{len(found)} tables: {', '.join(found[:20])}" if found else "no table",
            expected=", ".join(needed), remedy="mend the address, or put the schemas on the search path",
        )  # fmt: skip
    optional = [one for one in _OPTIONAL if inspector.has_table(one.table)]
    needed |= {one.table: _columns(one) for one in optional}
    absent = [
        f"{name}.{column}"
        for name, columns in needed.items()
        for column in sorted(set(columns) - {one["name"].lower() for one in inspector.get_columns(name)})
    ]
    if absent:
        raise RecordError(
            "The database's tables are not those of the OMOP CDM 5.4", found=f"no {', '.join(absent[:8])}"
        )
    return [*_CHARTED, *optional]


def _columns(one: Charted) -> tuple[str, ...]:
    stems = [f"{one.stem}_concept_id", f"{one.stem}_source_value", *(f"{name}_concept_id" for name in one.concepts)]
    return (f"{one.table}_id", "person_id", *stems, one.start, *([one.end] if one.end else []), *one.values)


def persons(connection: sql.Connection, last: Any, count: int) -> list[dict[str, Any]]:
    """The next `count` persons after `last` (None for the first) by id: their columns of person, and `sex` in words."""
    person, sex = _table("person", _PERSON), _table("concept", _CONCEPT)
    query = sql.select(*person.c, sex.c.concept_name.label("sex")).select_from(
        person.outerjoin(sex, person.c.gender_concept_id == sex.c.concept_id)
    )
    query = query.where(person.c.person_id > last) if last is not None else query
    return [dict(row) for row in connection.execute(query.order_by(person.c.person_id).limit(count)).mappings()]


def events(connection: sql.Connection, charted: list[Charted], last: Any, until: Any) -> dict[Any, list[Event]]:
    """What was charted of the persons after `last` up to `until`, by person; None leaves that end open."""
    found: dict[Any, list[Event]] = defaultdict(list)
    for one in charted:
        own = _table(one.table, _columns(one))
        named = {stem: _table("concept", _CONCEPT).alias(f"c{n}") for n, stem in enumerate((one.stem, *one.concepts))}
        joined: Any = own
        for stem, concept in named.items():
            joined = joined.outerjoin(concept, own.c[f"{stem}_concept_id"] == concept.c.concept_id)
        shown = [concept.c[part].label(f"{stem}__{part}") for stem, concept in named.items() for part in _CONCEPT[1:]]
        query = _within(sql.select(*own.c, *shown).select_from(joined), own, last, until).order_by(
            own.c[f"{one.table}_id"]
        )
        for row in _streamed(connection, query):
            found[row["person_id"]].append(_event(one, row))
    return found


def notes(connection: sql.Connection, last: Any, until: Any) -> dict[Any, list[tuple[str, Event]]]:
    """(note_id, note) of the persons after `last` up to `until`, by person."""
    found: dict[Any, list[tuple[str, Event]]] = defaultdict(list)
    note = _table("note", _NOTE)
    for row in _streamed(connection, _within(sql.select(*note.c), note, last, until).order_by(note.c.note_id)):
        text = "\n".join(part.strip() for part in (row["note_title"], row["note_text"]) if part and part.strip())
        found[row["person_id"]].append((str(row["note_id"]), Event("note", _day(row["note_date"]), text)))
    return found


def _event(one: Charted, row: Any) -> Event:
    name = _name(row, one.stem) or row[f"{one.stem}_source_value"] or f"concept {row[f'{one.stem}_concept_id']}"
    value = _value(one, row) if one.values else ""
    codes = {
        (row[f"{one.stem}__vocabulary_id"] or "", row[f"{one.stem}__concept_code"] or ""),
        ("", str(row[f"{one.stem}_source_value"] or "")),
    }
    joint = ": " if one.kind == "observation" else ", "
    return Event(
        one.kind, _day(row[one.start]), f"{name}{joint if value else ''}{value}",
        until=_day(row[one.end]) if one.end else "", codes=frozenset(pair for pair in codes if pair[1]),
    )  # fmt: skip


def _value(one: Charted, row: Any) -> str:
    if "value_as_number" not in one.values or row["value_as_number"] is None:
        named = _name(row, "value_as") if "value_as" in one.concepts else ""
        return named or next((str(row[name]) for name in one.values if row[name] and name != "unit_source_value"), "")
    operator = _name(row, "operator") if "operator" in one.concepts else ""
    unit = row["unit__concept_code"] if row["unit__vocabulary_id"] == "UCUM" else _name(row, "unit")
    told = timeline.measured(row["value_as_number"], unit or row["unit_source_value"] or "")
    return f"{operator if operator != '=' else ''}{told}"


def _name(row: Any, stem: str) -> str:
    return (row[f"{stem}__concept_name"] or "") if row[f"{stem}_concept_id"] else ""


def _within(query: sql.Select, own: sql.TableClause, last: Any, until: Any) -> sql.Select:
    query = query.where(own.c.person_id > last) if last is not None else query
    return query.where(own.c.person_id <= until) if until is not None else query


def _streamed(connection: sql.Connection, query: sql.Select) -> Iterator[Any]:
    """Rows through a cursor on the server's side."""
    yield from connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}).mappings()


def _table(name: str, columns: tuple[str, ...]) -> sql.TableClause:
    return sql.table(name, *(sql.column(column) for column in columns))


def _day(value: Any) -> str:
    return "" if value is None else str(value)[:10]
