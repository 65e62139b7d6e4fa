"""Seven ways to write the same simulated patient down, each with a gold span for every identifier it lets in.

Each style takes a patient and a random generator and returns a finished note. Findings keep HPO's wording and stand
under clinical headings; administrative matter stands in headers and footers, and some identifiers inside the prose.
Neither the disease, its family nor any publication is known to a style.
"""

import random
from collections.abc import Callable

from helpers.collect.simulated.note_text import (
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
    title,
    wording,
)  # fmt: skip
from helpers.collect.simulated.patients import Patient

Style = Callable[[Patient, random.Random], NoteText]


def referral_letter(patient: Patient, rng: random.Random) -> NoteText:
    """A letter from one physician to another, in full sentences."""
    note, dates = NoteText(), rng.choice(("%d %B %Y", "%B %d, %Y"))
    subject, possessive = pronouns(patient)
    note.line((patient.hospital, "ORGANIZATION"))
    note.line("Tel ", (patient.department_phone, "PHONE"), "   Fax ", (patient.fax, "FAX"))
    note.line(day(patient.visit_date, dates), "\n")
    note.line(
        "Re: ", name(patient.name), ", born ", day(patient.birth_date, dates), ", record no. ", (patient.mrn, "MRN")
    )
    note.line((patient.street, "ADDRESS"), ", ", *place(patient), "\n")
    note.line("Dear Dr. ", surname(patient.referring), ",\n")
    note.line(
        "Thank you for referring this ", *age(patient), f" {noun(patient)}, whom I saw on ",
        day(patient.visit_date, dates), f" with {possessive} {patient.relation}, ", name(patient.relative), ".",
    )  # fmt: skip
    first, second = shared_out(patient.findings, 2, rng)
    note.line("\nHistory")
    note.line(title(patient), surname(patient.name) if title(patient) else (patient.name.given, "NAME"),
              f" has {listed(first)}. These were first recorded at a visit on ", day(patient.earlier_date, dates),
              ".")  # fmt: skip
    if second:
        note.line("\nExamination")
        note.line(f"On examination {subject} has {listed(second)}.")
    note.line("\nPlan")
    note.line("I shall see ", (patient.name.given, "NAME"), " again on ", day(patient.next_date, dates),
              ". The family can be reached on ", (patient.phone, "PHONE"), ".\n")  # fmt: skip
    note.line("With kind regards,")
    note.line("Dr. ", name(patient.attending))
    note.line("cc: ", (patient.insurer, "ORGANIZATION"), ", member ", (patient.member_id, "HEALTH_PLAN"))
    return note


def progress_note(patient: Patient, rng: random.Random) -> NoteText:
    """A typed clinic note with a header block and bulleted findings."""
    note, dates = NoteText(), rng.choice(("%m/%d/%Y", "%m/%d/%y"))
    note.line((patient.hospital, "ORGANIZATION"), " - Progress Note")
    note.line("Patient: ", (f"{patient.name.surname}, {patient.name.given}", "NAME"), "    MRN: ",
              (patient.mrn, "MRN"),
              "    DOB: ", day(patient.birth_date, dates))  # fmt: skip
    note.line("Date of service: ", day(patient.visit_date, dates), "    Provider: ", name(patient.attending), ", MD")
    note.line("Insurance: ", (patient.insurer, "ORGANIZATION"), " ID# ", (patient.member_id, "HEALTH_PLAN"))
    note.line("\nSubjective:")
    note.line(title(patient), surname(patient.name), " is a ", *age(patient),
              f" {noun(patient)} here for follow-up. Last seen ",
              day(patient.earlier_date, rng.choice(("%m/%d", "%m/%d/%Y"))), f". {patient.relation.capitalize()} ",
              (patient.relative.given, "NAME"), " reports no new medication.")  # fmt: skip
    note.line("\nClinical findings:")
    bullet = rng.choice(("- ", "* ", "• "))
    for finding in patient.findings:
        note.line(bullet, finding.name)
    note.line("\nPlan:")
    note.line("Return ", day(patient.next_date, dates), ". Call ", (patient.phone, "PHONE"), " or write to ",
              (patient.email, "EMAIL"), " with questions about the appointment.")  # fmt: skip
    note.line("\nElectronically signed by ", name(patient.attending), " NPI ",
              (patient.attending_license, "LICENSE"), " ",
              day(patient.visit_date, dates), f" {rng.randrange(8, 18)}:{rng.randrange(60):02d}")  # fmt: skip
    return note


def caps_legacy(patient: Patient, rng: random.Random) -> NoteText:
    """An ALL-CAPS print-out of an old system."""
    note, dates = NoteText(str.upper), rng.choice(("%d-%b-%Y", "%m-%d-%Y"))
    note.line("*** ", (patient.hospital, "ORGANIZATION"), " ***")
    note.line("PT NAME: ", (f"{patient.name.surname}, {patient.name.given} {patient.name.middle}".strip(), "NAME"))
    note.line(
        "MED REC: ", (patient.mrn, "MRN"), "  ACCT: ", (patient.account, "ACCOUNT"), "  SSN: ", (patient.ssn, "SSN")
    )
    note.line(
        "DOB: ", day(patient.birth_date, dates), "  SEX: ", patient.sex[0], "  ADMIT: ", day(patient.visit_date, dates)
    )
    note.line("ADDR: ", (patient.street, "ADDRESS"), " ", *place(patient))
    note.line("ATTENDING: ", (f"{patient.attending.surname}, {patient.attending.given[0]}", "NAME"))
    note.line("\nHISTORY:")
    note.line("THIS ", *age(patient), f" {noun(patient)} WAS TRANSFERRED FROM ",
              (patient.hospital_short, "ORGANIZATION"), " ON ",
              day(patient.earlier_date, dates), ". NEXT OF KIN ", name(patient.relative), f" ({patient.relation}) ",
              (patient.phone, "PHONE"), ".")  # fmt: skip
    note.line("\nFINDINGS:")
    for number, finding in enumerate(patient.findings, start=1):
        note.line(f"{number:2d}. ", finding.name)
    note.line("\nIMPRESSION:")
    note.line(surname(patient.name), " STABLE. CASE DISCUSSED WITH DR ", surname(patient.referring), ".")
    note.line("\nDICTATED BY: ", name(patient.attending), "  TRANSCRIBED: ", day(patient.visit_date, dates))
    note.line("SPECIMEN NO: ", (patient.accession, "ID"))
    return note


def terse_lower(patient: Patient, rng: random.Random) -> NoteText:
    """A few hurried lines, everything small."""
    note, dates = NoteText(str.lower), rng.choice(("%m/%d/%y", "%d.%m.%y"))
    years = patient.age_years
    shown = (
        (str(int(years)), "AGE") if years >= 90 else (f"{int(years)}" if years >= 2 else f"{max(1, int(years * 12))}mo")
    )
    note.line(day(patient.visit_date, dates), " ", name(patient.name), " ", shown, " ", patient.sex[0], " mrn ",
              (patient.mrn, "MRN"), " dob ", day(patient.birth_date, dates))  # fmt: skip
    note.line("pcp dr ", surname(patient.referring), ", ", (patient.hospital_short, "ORGANIZATION"))
    note.line(
        "hx: seen ",
        day(patient.earlier_date, "%m/%d"),
        f", {patient.relation} ",
        (patient.relative.given, "NAME"),
        " present",
    )
    separator = rng.choice((", ", "; ", " / "))
    note.line("findings: ", separator.join(wording(finding) for finding in patient.findings))
    note.line("a: as above, ", (patient.name.given, "NAME"), " doing ok at home in ", (patient.city, "LOCATION"))
    note.line("plan: f/u ", day(patient.next_date, dates), ", ", rng.choice(("cell ", "ph ")), (patient.phone, "PHONE"))
    note.line("signed ", (f"{patient.attending.given[0]}. {patient.attending.surname}", "NAME"))
    return note


def hl7_pipe(patient: Patient, rng: random.Random) -> NoteText:
    """A pipe-delimited message in the manner of HL7 version 2, one segment a line."""
    note, compact = NoteText(), "%Y%m%d"
    note.line("MSH|^~\\&|CLINDOC|", (patient.hospital, "ORGANIZATION"), "|||", day(patient.visit_date, "%Y%m%d%H%M"),
              "||ORU^R01|",
              (patient.accession, "ID"), "|P|2.5")  # fmt: skip
    note.line("PID|1||", (patient.mrn, "MRN"), "^^^MR||", (f"{patient.name.surname}^{patient.name.given}", "NAME"),
              "||",
              day(patient.birth_date, compact), f"|{patient.sex[0].upper()}|||", (patient.street, "ADDRESS"), "^^",
              (patient.city, "LOCATION"), f"^{patient.state}^", (patient.zip, "LOCATION"), "||",
              (patient.phone, "PHONE"), "|||||",
              (patient.account, "ACCOUNT"), "|", (patient.ssn, "SSN"))  # fmt: skip
    note.line("NK1|1|", (f"{patient.relative.surname}^{patient.relative.given}", "NAME"),
              f"|{patient.relation.upper()}||",
              (patient.work_phone, "PHONE"))  # fmt: skip
    note.line("PV1|1|O|||||", (patient.attending_license, "LICENSE"), "^",
              (f"{patient.attending.surname}^{patient.attending.given}", "NAME"))  # fmt: skip
    note.line("IN1|1|", (patient.member_id, "HEALTH_PLAN"), "||", (patient.insurer, "ORGANIZATION"))
    note.line("OBR|1||", (patient.accession, "ID"), "|CLINICAL FINDINGS|||", day(patient.visit_date, compact))
    for number, finding in enumerate(patient.findings, start=1):
        note.line(f"OBX|{number}|TX|FINDING||", finding.name, "||||||F")
    note.line("NTE|1||", *age(patient), f" {noun(patient)}, accompanied by {patient.relation} ",
              (patient.relative.given, "NAME"),
              rng.choice((". Reviewed with Dr. ", ". Copied to Dr. ")), surname(patient.referring), ".")  # fmt: skip
    return note


def dictation(patient: Patient, rng: random.Random) -> NoteText:
    """Speech as the recogniser wrote it, with hardly any punctuation."""
    note, spoken = NoteText(str.lower), "%B %d %Y"
    note.add("this is doctor ", name(patient.attending), " dictating on ", day(patient.visit_date, spoken),
             " for patient ",
             name(patient.name), " record number ", (patient.mrn, "MRN"), " date of birth ",
             day(patient.birth_date, spoken),
             " seen at ", (patient.hospital, "ORGANIZATION"))  # fmt: skip
    subject, possessive = pronouns(patient)
    note.add("\n\nhistory colon ", (patient.name.given, "NAME"), " is a ", *age(patient),
             f" {noun(patient)} who lives in ",
             (patient.city, "LOCATION"), f" and came with {possessive} {patient.relation} ", name(patient.relative),
                 rng.choice(
             (" we last met on ", " the last visit was on ")), day(patient.earlier_date, "%B %d"))  # fmt: skip
    joints = (" and ", " also ", " there is ", " as well as ", " then ")
    note.add(f"\n\nfindings colon {subject} has ")
    for number, finding in enumerate(patient.findings):
        note.add(rng.choice(joints) if number else "", wording(finding))
    note.add("\n\nplan colon next appointment ", day(patient.next_date, spoken), " please call ",
             (patient.phone, "PHONE"),
             " to confirm and send a copy to doctor ", surname(patient.referring), " end of dictation\n")  # fmt: skip
    return note


def intake_form(patient: Patient, rng: random.Random) -> NoteText:
    """A filled-in registration and assessment form, label and value in two columns."""
    note, dates = NoteText(), rng.choice(("%Y-%m-%d", "%d/%m/%Y"))
    note.line("OUTPATIENT ASSESSMENT FORM\n")
    for label, *value in (
        ("Patient name", name(patient.name)), ("Date of birth", day(patient.birth_date, dates)), ("Sex", patient.sex),
        ("Medical record number", (patient.mrn, "MRN")),
        ("Home address", (patient.street, "ADDRESS"), ", ", *place(patient)),
        ("County", (patient.county, "LOCATION")), ("Phone", (patient.phone, "PHONE")),
        ("Work phone", (patient.work_phone, "PHONE")),
        ("Email", (patient.email, "EMAIL")), ("Employer" if patient.age_years >= 18 else "School",
        (patient.workplace, "ORGANIZATION")),
        ("Insurer", (patient.insurer, "ORGANIZATION")), ("Member ID", (patient.member_id, "HEALTH_PLAN")),
        ("Emergency contact", name(patient.relative), f" ({patient.relation})"),
        ("Visit date", day(patient.visit_date, dates)),
        ("Facility", (patient.hospital, "ORGANIZATION")), ("Vehicle plate", (patient.plate, "VEHICLE")),
    ):  # fmt: skip
        note.line(f"{label + ':':<24}", *value)
    note.line("\nReason for visit:")
    note.line("A ", *age(patient), f" {noun(patient)} sent by Dr. ", name(patient.referring), " after a call on ",
              day(patient.earlier_date, dates), ".")  # fmt: skip
    box = rng.choice(("[x] ", "(+) ", "[X] "))
    note.line("\nClinical findings:")
    for finding in patient.findings:
        note.line(box, finding.name)
    note.line("\nAssessment:")
    note.line("Reviewed by ", name(patient.attending), " with ", title(patient), surname(patient.name), " and nurse ",
              name(patient.nurse), ". Monitor ", (patient.device, "DEVICE"), " lent until ",
              day(patient.next_date, dates), ".")  # fmt: skip
    return note


STYLES: dict[str, Style] = {
    style.__name__: style
    for style in (referral_letter, progress_note, caps_legacy, terse_lower, hl7_pipe, dictation, intake_form)
}
