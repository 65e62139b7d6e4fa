"""Loaders, whole and in memory: the records, and what is none with its reason."""

from helpers.collect import intake
from helpers.collect import notes as clinical_notes
from helpers.collect import tables as fixed_tables
from helpers.collect.health_records import ehr as health_records
from helpers.collect.literature import journals as literature
from helpers.collect.own_tables import own_files as own


def notes(path, *, source):
    return intake.sort_out(clinical_notes.rows(path), source=source)


def tables(path, *, source):
    return intake.sort_out(fixed_tables.rows(path), source=source)


def ehr(path, *, source, **options):
    return intake.sort_out(health_records.rows(path, source=source, **options), source=source)


def journals(path, *, source, needs_answer=True, **options):
    found = literature.rows(path, source=source, needs_answer=needs_answer, **options)
    return intake.sort_out(found, source=source, needs_answer=needs_answer)


def own_files(source, **options):
    return intake.sort_out(own.rows(source, **options), source=source.card)
