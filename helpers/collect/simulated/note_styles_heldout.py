"""Two note styles kept apart: whoever works on the de-identification engine must not read or tune against them.

They share no template, header or sentence with `note_styles`, so that figures on them say something about notes the
engine has not seen. The prefix `heldout_` in a record's `style` marks them. Should an author of the engine have seen
one, it no longer serves and gives way to a fresh one.
"""

import random
from collections.abc import Sequence
from datetime import date

from helpers.collect.simulated.note_styles import Style
from helpers.collect.simulated.note_text import (
    NoteText,
    Piece,
    age,
    day,
    listed,
    name,
    noun,
    place,
    pronouns,
    shared_out,
    surname,
    title,
    wording,
)
from helpers.collect.simulated.patients import Patient
from helpers.collect.simulated.people import Name


def heldout_triage_log(patient: Patient, rng: random.Random) -> NoteText:
    """A nurse advice desk's log of one telephone call, minute by minute."""
    note, dates = NoteText(), rng.choice(("%-d %b %Y", "%b %-d, %Y", "%-m/%-d/%Y"))
    _, possessive = pronouns(patient)
    given = (patient.name.given, "NAME")
    first, second = shared_out(patient.findings, 2, rng)
    proxy = patient.age_years < 18 or rng.random() < 0.5
    note.line("Nurse advice desk / ", (patient.hospital, "ORGANIZATION"), " / ",
              day(patient.visit_date, rng.choice(("%A %-d %B %Y", "%a %b %-d, %Y"))))  # fmt: skip
    note.line("On shift ", name(patient.nurse), " (", _initials(patient.nurse), "), physician on call ",
              name(patient.attending))  # fmt: skip
    opening: Sequence[Piece] = (
        (f"Phone picked up at seat {rng.randrange(1, 7)}. ", name(patient.relative),
         f" calling, {patient.relation} of ", name(patient.name), ".")
        if proxy
        else (f"Phone picked up at seat {rng.randrange(1, 7)}. It is ", name(patient.name),
              f" {rng.choice(('calling from work', 'calling from home'))}, {patient.relation} ", name(patient.relative),
              " listens in on speaker.")
    )  # fmt: skip
    identity: list[Sequence[Piece]] = [
        ("Caller checked against chart ", (patient.mrn, "MRN"), ", gives the birth date as ",
         day(patient.birth_date, rng.choice(("%B %-d %Y", "%-d %b %y", "%m-%d-%Y"))), ", matches."),
        (rng.choice(("Mail still goes to ", "Address read back as ")), (patient.street, "ADDRESS"), ", ",
         *place(patient), "."),
        ("If cut off dial ", (patient.phone, "PHONE"), ", daytime ", (patient.work_phone, "PHONE"),
         rng.choice((" at ", " and ask the desk at ")), (patient.workplace, "ORGANIZATION"), "."),
    ]  # fmt: skip
    rng.shuffle(identity)
    chart: list[Sequence[Piece]] = [
        (rng.choice(("Chart open in front of me: ", "Pulled the chart: ")), *age(patient),
         f" {noun(patient)}, known for {listed(first)}."),
    ]  # fmt: skip
    if second:
        chart.append(
            ("Dr. ", surname(patient.attending), rng.choice((" examined ", " last saw ")), given, " on ",
             day(patient.earlier_date, dates), f" and put down {listed(second)}.")
        )  # fmt: skip
    rest: list[Sequence[Piece]] = [
        (rng.choice(("Question today is about the loaned monitor ", "Wants to know what to do with the pump ")),
         (patient.device, "DEVICE"), rng.choice((", which beeps since breakfast.", "; its battery light is on."))),
        ("Caller on hold. Dr. ", surname(patient.attending), " paged through ", (patient.department_phone, "PHONE"),
         f", back after {rng.randrange(2, 9)} minutes: bring ", given, " in on ",
         day(patient.next_date, rng.choice(("%A %B %-d", "%-d %b"))), ", sooner if worse."),
        (f"{rng.choice(('Told caller, who repeats it correctly', 'Advice passed on, understood'))}. "
         f"{possessive.capitalize()} plan is ", (patient.insurer, "ORGANIZATION"), ", card says ",
         (patient.member_id, "HEALTH_PLAN"), "."),
        ("Directions mailed to ", (patient.email, "EMAIL"), "; the questionnaire sits at ", (patient.url, "URL"),
         ", last login there from ", (patient.ip, "IP"), "."),
    ]  # fmt: skip
    if rng.random() < 0.5:
        rest.append(("Asks for a parking permit for that day, car is ", (patient.plate, "VEHICLE"), "."))
    rest.append(
        ("Hung up. Copy of this log to Dr. ", surname(patient.referring), " by fax ", (patient.fax, "FAX"),
         ", filed as ", (patient.accession, "ID"), " by ", _initials(patient.nurse), "."),
    )  # fmt: skip
    stamp, minute = rng.choice(("[{}] ", "{}  ", "{} h - ")), rng.randrange(7 * 60, 19 * 60)
    for entry in (opening, *identity, *chart, *rest):
        note.line(stamp.format(f"{minute // 60:02d}:{minute % 60:02d}"), *entry)
        minute += rng.randrange(1, 5)
    return note


def heldout_board_minutes(patient: Patient, rng: random.Random) -> NoteText:
    """Minutes of a genetics board that discussed one patient, by numbered items with the actions agreed."""
    note = NoteText()
    subject, possessive = pronouns(patient)
    first, second = shared_out(patient.findings, 2, rng)
    called = (title(patient), surname(patient.name)) if title(patient) else ((patient.name.given, "NAME"),)
    board = rng.choice(("Genomics Board", "Joint Genetics Meeting", "Unsolved Cases Panel"))
    note.line(f"{board}: minutes of the session held at ", (patient.hospital_short, "ORGANIZATION"), " on the ",
              _ordinal(patient.visit_date),
              f", starting at {rng.randrange(7, 17)}.{rng.choice(('00', '15', '30'))}")  # fmt: skip
    note.line("In the chair was ", name(patient.attending), ". Around the table were ", name(patient.nurse),
              " for nursing and, by video, ", name(patient.referring), " from ", (patient.county, "LOCATION"),
              ".\n")  # fmt: skip
    note.line("1. Matters arising")
    note.line("1.1 The minutes of the ", _ordinal(patient.earlier_date), " were ",
              rng.choice(("accepted as circulated.", "adopted with one correction of spelling.")))  # fmt: skip
    note.line("1.2 Sample ", (patient.accession, "ID"), " has reached the laboratory; ", _initials(patient.nurse),
              " rang them on ", (patient.department_phone, "PHONE"), ".\n")  # fmt: skip
    note.line("2. ", rng.choice(("New presentation", "Patient under discussion")))
    note.line("2.1 Dr ", surname(patient.referring), " introduced ", name(patient.name), ", hospital file ",
              (patient.mrn, "MRN"), ", born ", day(patient.birth_date, rng.choice(("%-d %B %Y", "%-d.%-m.%Y"))),
              rng.choice((" and followed at ", ", under the care of ")), (patient.hospital, "ORGANIZATION"),
              ".")  # fmt: skip
    note.line("2.2 ", *called, rng.choice((" shares a household with ", " was brought to the clinic by ")),
              name(patient.relative), f" ({patient.relation}, employed by ",
              (patient.workplace, "ORGANIZATION"), "); letters go to ", (patient.street, "ADDRESS"), " in ",
              *place(patient), ".")  # fmt: skip
    note.line(rng.choice(("2.3 The board saw photographs of this ", "2.3 The board reviewed the record of this ")),
              *age(patient), f" {noun(patient)} with {listed(first)}.")  # fmt: skip
    if second:
        note.line("2.4 ", rng.choice(("Dr ", "Speaking next, Dr ")), surname(patient.attending),
                  f" added from {possessive} file:")  # fmt: skip
        for position, finding in enumerate(second):
            letter = chr(ord("a") + position % 26) * (1 + position // 26)
            note.line(f"    ({letter}) {wording(finding)}{'.' if finding is second[-1] else ';'}")
    note.line("\n3. Agreed actions")
    actions: list[Sequence[Piece]] = [
        ("Cover to be sought from ", (patient.insurer, "ORGANIZATION"), " under policy ",
         (patient.member_id, "HEALTH_PLAN"), rng.choice((", hospital account ", ", invoice to account ")),
         (patient.account, "ACCOUNT"), " (action: ", _initials(patient.attending), ")."),
        ("The ", surname(patient.name), rng.choice((" household", " family")), " to hear the outcome by telephone, ",
         (patient.phone, "PHONE"), ", and in writing to ", (patient.email, "EMAIL"), " (action: ",
         _initials(patient.nurse), ")."),
        ((patient.nurse.given, "NAME"), " to offer ", (patient.name.given, "NAME"), " a slot on ",
         day(patient.next_date, rng.choice(("%a %-d %b %Y", "%-d/%-m/%y", "%B %-d"))),
         f" and to ask whether {subject} can bring earlier films."),
    ]  # fmt: skip
    rng.shuffle(actions)
    for number, action in enumerate(actions, start=1):
        note.line(f"3.{number} ", *action)
    note.line("\n4. Any other business")
    note.line("4.1 Reports are from now on also faxed; the practice of Dr ", surname(patient.referring),
              " can be had on ", (patient.fax, "FAX"), ".")  # fmt: skip
    note.line("\nThe chair closed the session and asked the board back for the ", _ordinal(patient.next_date), ".")
    note.line("Minutes kept by ", name(patient.nurse), ", approved by ", name(patient.attending),
              rng.choice((" (licence ", " (registration ")), (patient.attending_license, "LICENSE"), ")")  # fmt: skip
    return note


def _initials(person: Name) -> Piece:
    """First letters of given name and surname, marked."""
    return f"{person.given[0]}{person.surname[0]}", "NAME"


def _ordinal(value: date) -> Piece:
    """A date as it is spoken, such as the 3rd of May 2019, marked."""
    last = 0 if 10 < value.day < 20 else value.day % 10
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(last, "th")
    return f"{value.day}{suffix} of {value:%B %Y}", "DATE"


HELD_OUT_STYLES: dict[str, Style] = {style.__name__: style for style in (heldout_triage_log, heldout_board_minutes)}
