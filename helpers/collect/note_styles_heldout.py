"""Two note styles kept apart: whoever works on the de-identification engine must not read or tune against them.

They share no template, header or sentence with `note_styles`, so that figures on them say something about notes the
engine has not seen. The prefix `heldout_` in a record's `style` marks them.
"""

import random
from datetime import timedelta

from helpers.collect.note_styles import Style
from helpers.collect.note_text import (
    NoteText,
    age,
    day,
    listed,
    name,
    noun,
    place,
    pronouns,
    shared_out,
    surname,
    wording,
)
from helpers.collect.patients import Patient


def heldout_portal_thread(patient: Patient, rng: random.Random) -> NoteText:
    """An exchange of portal messages between the family and the clinic, newest last."""
    note = NoteText()
    minor = patient.age_years < 18
    writer = patient.relative if minor else patient.name
    subject, possessive = pronouns(patient)
    who = f"my {'son' if patient.sex == 'male' else 'daughter'} " if minor else "me, "
    first, second = shared_out(patient.findings, 2, rng)
    opened = patient.visit_date - timedelta(days=2)
    note.line("-----Original message-----")
    note.line("From: ", name(writer), " <", (patient.email, "EMAIL"), ">")
    note.line(
        "Sent: ",
        day(opened, "%a %b %d, %Y"),
        f" {rng.randrange(1, 12)}:{rng.randrange(60):02d} PM from ",
        (patient.ip, "IP"),
    )
    note.line("Subject: Question before our visit\n")
    note.line("Hello ", (patient.nurse.given, "NAME"), ",")
    note.line(f"I am writing about {who}", (patient.name.given, "NAME"), ". We are coming to ",
              (patient.hospital_short, "ORGANIZATION"),
              " on ", day(patient.visit_date, rng.choice(("%A the %d", "%b %d"))),
              ". You asked for the birthday again, it is ",
              day(patient.birth_date, "%b %d %Y"), ", and the chart number on the wristband reads ",
              (patient.mrn, "MRN"), ".")  # fmt: skip
    note.line("Symptoms: ", "the last doctor wrote down " if second else "what we were told is ", listed(first), ".")
    note.line(
        "You can text me at ",
        (patient.phone.replace("-", "."), "PHONE"),
        " or at work, ",
        (patient.work_phone, "PHONE"),
        ".",
    )
    note.line("Thanks, ", (writer.given, "NAME"))
    note.line(
        "\n> Reply from ", (patient.nurse.full, "NAME"), ", RN, ", day(opened + timedelta(days=1), "%a %b %d, %Y")
    )
    note.line("> Hi ", (writer.given, "NAME"), ", I have added this to the chart.")
    note.line(
        "> Summary: ",
        *age(patient),
        f" {noun(patient)}",
        f"; {possessive} chart also lists {listed(second)}." if second else ".",
    )
    note.line("> Dr. ", surname(patient.attending), " will call from ", (patient.department_phone, "PHONE"),
              ". Please fill in ",
              (patient.url, "URL"), " first.")  # fmt: skip
    note.line("> Our billing office needs the card of ", (patient.insurer, "ORGANIZATION"),
              f", it shows that {subject} is member ",
              (patient.member_id, "HEALTH_PLAN"), ".")  # fmt: skip
    return note


def heldout_discharge_table(patient: Patient, rng: random.Random) -> NoteText:
    """A discharge summary made of Markdown tables with a narrative course between them."""
    note, dates = NoteText(), rng.choice(("%b %-d, %Y", "%d %b %Y"))
    note.line("# Discharge Summary\n")
    note.line("| Field | Value | Field | Value |")
    note.line("|---|---|---|---|")
    note.line("| Name | ", name(patient.name), " | Hospital no. | ", (patient.mrn, "MRN"), " |")
    note.line("| Born | ", day(patient.birth_date, dates), " | Sex | ", patient.sex, " |")
    note.line(
        "| Admitted | ",
        day(patient.visit_date - timedelta(days=3), dates),
        " | Discharged | ",
        day(patient.visit_date, dates),
        " |",
    )
    note.line("| Ward consultant | ", name(patient.attending), " | GP | ", name(patient.referring), " |")
    note.line(
        "| Residence | ",
        (patient.street, "ADDRESS"),
        ", ",
        *place(patient),
        " | Payer no. | ",
        (patient.member_id, "HEALTH_PLAN"),
        " |",
    )
    note.line("\n## Hospital course")
    note.line("This ", *age(patient), f" {noun(patient)} came to ", (patient.hospital, "ORGANIZATION"),
              f" with {patient.relation} ",
              (patient.relative.given, "NAME"), ", who works at ", (patient.workplace, "ORGANIZATION"), " in ",
              (patient.city, "LOCATION"),
              ". An infusion pump, serial ", (patient.device, "DEVICE"), ", was returned on ",
              day(patient.visit_date, "%B %d"), ".")  # fmt: skip
    note.line("\n## Clinical features")
    note.line("| No. | Feature | Noted by |")
    note.line("|---|---|---|")
    for number, finding in enumerate(patient.findings, start=1):
        initials = "".join(part[0] for part in (patient.attending.given, patient.attending.surname))
        note.line(
            f"| {number} | ", wording(finding) if rng.random() < 0.3 else finding.name, " | ", (initials, "NAME"), " |"
        )
    note.line("\n## Follow-up")
    note.line(surname(patient.name), " returns ", day(patient.next_date, "%A %d %B %Y"), ". Results under ",
              (patient.accession, "ID"),
              " by fax to ", (patient.fax, "FAX"), ". Licence ", (patient.attending_license, "LICENSE"),
              ".")  # fmt: skip
    return note


HELD_OUT_STYLES: dict[str, Style] = {
    style.__name__: style for style in (heldout_portal_thread, heldout_discharge_table)
}
