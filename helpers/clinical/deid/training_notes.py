# ruff: noqa: E501 (tables of patterns, words and sentences read best unbroken)
"""Training notes for the tagger: several grammars of clinical and administrative prose about persons who do not exist.

A template is plain text with slots; a slot that names an identifier yields text and its label, any other slot yields text
only.
"""

import random
import re
from collections.abc import Callable

from helpers.clinical.deid.training_words import SENTENCES, Cast
from helpers.clinical.deid.training_words import prose as _prose

Marks = list[tuple[int, int, str]]


def recased(style: str, text: str, rng: random.Random) -> str:
    """The note in capitals or lower case where its style is written so, and now and then where it is not."""
    if rng.random() >= {"nursing": 0.75, "caps": 1.0, "dictated": 0.9, "sms": 0.5}.get(style, 0.06):
        return text
    if style == "caps" or (style not in ("nursing", "dictated", "sms") and rng.random() < 0.5):
        return "".join(char.upper() if len(char.upper()) == 1 else char for char in text)
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


# --- styles: each its own grammar ---------------------------------------------------------------------------------


def _letter(c: Cast) -> str:
    r = c.rng
    head = r.choice(
        (
            "{org}\n{street}\n{town}, {state} {zip}\nTel {phone}\n\n",
            "{org}\n{date}\n\n",
            "{date}\n\n",
            "{title}{doc}{cred}\n{org}\n{street}\n{town} {state} {zip}\n\n",
            "",
        )
    )
    about = r.choice(
        (
            "Re: {name}, DOB {date}\n",
            "RE: {name} (MRN {mrn})\n",
            "Patient: {name}  born {date}, {street}, {town}\n",
            "Regarding {name}\n",
            "",
        )
    )
    opening = r.choice(
        (
            "Dear {title}{doclast},\n\n",
            "Dear {docfirst},\n\n",
            "Dear Colleague,\n\n",
            "Dear {title}{doclast} and {title}{doclast},\n",
        )
    )
    intro = r.choice(
        (
            "Thank you for referring {first}, a {years}-year-old {sex} from {town}. ",
            "I saw {title}{last} in clinic on {date}. ",
            "It was a pleasure to see {name} with {relation} {kin} on {date}. ",
            "Many thanks for asking me to see this {years} year old {sex} who works at {org}. ",
            "{title}{last} attended {org} today. ",
            "We reviewed {first} again at {org} on {date}. ",
        )
    )
    middle = r.choice(
        (
            "{first} has {term}. ",
            "{title}{last} reports {term}. ",
            "{relation} says that {first} had {term} in {date}. ",
            "She was seen by {title}{doc} at {org}. ",
            "",
            "",
        )
    )
    end = r.choice(
        (
            "\n\nYours sincerely,\n\n{title}{doc}{cred}\n",
            "\n\nKind regards,\n{doc}\n{degree}, {org}\n",
            "\n\nSincerely,\n{doc}{cred}\ncc: {title}{doc}, {org}\n",
            "\nWith best wishes\n{docfirst}\n",
            "\n\nElectronically signed by {doc}{cred} on {date}\n",
        )
    )
    return head + about + opening + intro + _prose(c, 1, 4) + " " + middle + _prose(c, 1, 3) + end


def _progress(c: Cast) -> str:
    r = c.rng
    head = r.choice(
        (
            "PROGRESS NOTE\nPatient: {name}    MRN: {mrn}    Date: {date}\n",
            "Name{sep}{name}\nDate of visit{sep}{date}\nProvider{sep}{doc}{cred}\n",
            "{date} - {org} - {doc}\n",
            "{last}, {first} | {mrn} | {date}\n",
        )
    )
    body = (
        f"S: {_prose(c, 1, 2)} "
        + r.choice(
            (
                "{title}{last} called {title}{doclast} about this. ",
                "{first} lives in {town} with {relation} {kin}. ",
                "Works for {org}. ",
                "",
            )
        )
        + f"\nO: {_prose(c, 1, 3)}\nA: {_prose(c, 1, 2)}\nP: {_prose(c, 1, 2)} "
    )
    return (
        head
        + body
        + r.choice(
            (
                "Discussed with {title}{doclast}.",
                "Refer to {org}.",
                "Call {first} at {phone}.",
                "Follow up on {date} with {doc}{cred}.",
                "",
            )
        )
        + r.choice(
            ("\n{doc}{cred}", "\nSigned: {doc}", "\n{initials}", "", "\nSeen and examined by {doc}{cred} {date}")
        )
    )


def _discharge(c: Cast) -> str:
    r = c.rng
    lines = [
        "DISCHARGE SUMMARY",
        "Patient Name{sep}{name}",
        "Medical Record Number{sep}{mrn}",
        "Date of Birth{sep}{date}",
        "Admitted{sep}{date}",
        "Discharged{sep}{date}",
        "Attending{sep}{title}{doc}{cred}",
        "Service{sep}Neurology",
        "Hospital{sep}{org}",
        "Address{sep}{street}, {town}, {state} {zip}",
        "Phone{sep}{phone}",
        "PCP{sep}{doc}",
        "Account{sep}{code}",
        "Next of kin{sep}{kin} ({relation}), {phone}",
        "Insurance{sep}{org} {code}",
        "Age{sep}{old}",
    ]
    kept = [line for line in lines if r.random() < 0.6]
    story = r.choice(
        (
            "{title}{last} is a {years}-year-old {sex} transferred from {org} on {date}. ",
            "{name} was brought in by {kin} from {town}. ",
            "This {old}-year-old {sex} was admitted through {ward}. ",
            "The patient was admitted. ",
        )
    )
    return (
        "\n".join(kept)
        + "\n\nHospital Course:\n"
        + story
        + _prose(c, 2, 4)
        + r.choice((" {title}{doclast} of {org} was consulted. ", " ", " Family ({kin}) was updated. "))
        + "\n\nDisposition: "
        + r.choice(("home", "transferred to {org}", "{org} in {town}", "follow up with {title}{doclast} on {date}"))
        + "\n"
        + r.choice(("", "Dictated by {doc}{cred}\n", "{doc}{cred} / {initials}\nD: {date} T: {date}\n"))
    )


def _report(c: Cast) -> str:
    r = c.rng
    kind = r.choice(("RADIOLOGY REPORT", "SURGICAL PATHOLOGY", "EEG REPORT", "Echocardiogram", "CYTOGENETICS"))
    return (
        f"{kind}\n"
        + r.choice(
            (
                "Accession {code}   {name}   {mrn}\nOrdering: {doc}{cred}   Collected {date}\n",
                "Patient {name} ({sex}, {date}) Exam date {date}\nReferring physician: {title}{doc}\n",
                "SPECIMEN {code} RECEIVED {date}\n",
                "",
            )
        )
        + f"CLINICAL HISTORY: {_prose(c, 1, 1)}\nFINDINGS: {_prose(c, 1, 4)}\nIMPRESSION: {_prose(c, 1, 2)}\n"
        + r.choice(
            (
                "Read by {doc}{cred}, {org}",
                "Interpreted by: {title}{doc}\nFinal {date}",
                "Results phoned to {title}{doclast} by {initials} at {phone} on {date}",
                "",
                "Comparison: {date}, {org}.",
            )
        )
    )


def _nursing(c: Cast) -> str:
    r = c.rng
    options = (
        "pt {first} resting",
        "{title}{last} up to chair",
        "{relation} {kin} at bedside",
        "dr {doclast} paged, aware",
        "dr {doc} at bedside",
        "{measure}",
        "{term} noted",
        "c/o {term}",
        "denies {term}",
        "called {kin} at {phone}",
        "from {org}",
        "lives {town}",
        "rn {docfirst} to follow",
        "report given to {docfirst} rn",
        "{score}",
        "will monitor",
        "{date} vs stable",
        "xfer to {ward}",
        "pt is {old} yo",
        "mrn {mrn}",
        "{first} tolerated po",
        "home w/ {kin}",
        "{plain}",
        "seen by {docfirst} {doclast}",
        "{eponym} hx",
    )
    return r.choice((". ", "; ", ", ", "\n")).join(r.choice(options) for _ in range(r.randint(4, 12)))


def _dictated(c: Cast) -> str:
    r = c.rng
    start = r.choice(
        (
            "this is doctor {doc} dictating on {name} ",
            "patient name {name} date of birth {date} ",
            "dictating for dr {doclast} the patient is {first} {last} medical record {spokencode} ",
            "{doc} here with a note on {title}{last} ",
        )
    )
    parts = (
        _prose(c, 1, 1),
        "she is followed by doctor {doclast} at {org} ",
        "{relation} {kin} reports {term} ",
        "lives in {town} ",
        "seen {date} ",
        "call back number {spokencode} ",
        "{term} period {term} comma {term} ",
        "new paragraph ",
        "findings colon {term} ",
        "{title}{last} was told ",
        "the patient is {old} years old ",
    )
    return re.sub(r"[.,;]", "", start + " ".join(r.choice(parts) for _ in range(r.randint(3, 8)))) + r.choice(
        ("", " end of dictation", " signed {doc}", " thank you this is {doclast}")
    )


def _keys(c: Cast) -> str:
    r = c.rng
    fields = [
        "Name{sep}{name}",
        "Patient{sep}{last}, {first}",
        "DOB{sep}{date}",
        "MRN{sep}{mrn}",
        "Sex{sep}{sex}",
        "Street{sep}{street}",
        "City{sep}{town}",
        "ZIP{sep}{zip}",
        "Home phone{sep}{phone}",
        "Employer{sep}{org}",
        "Insurer{sep}{org}",
        "Policy{sep}{code}",
        "GP{sep}{title}{doc}",
        "Emergency contact{sep}{kin}, {phone}",
        "County{sep}{county}",
        "Clinician{sep}{doc}{cred}",
        "Facility{sep}{org}",
        "Language{sep}English",
        "Diagnosis{sep}{eponym}",
        "Problem{sep}{term}",
        "Findings{sep}{term}; {term}",
        "Medication{sep}{measure}",
        "Allergies{sep}none",
        "Guardian{sep}{kin}",
        "Age{sep}{years}",
        "Age{sep}{old}",
        "Referring{sep}{doc}",
        "Ward{sep}{ward}",
        "Score{sep}{score}",
        "Race{sep}Asian",
        "Occupation{sep}teacher",
        "Visit{sep}{date}",
        "Serial no{sep}{code}",
        "Signed{sep}{doc}, {date}",
    ]
    r.shuffle(fields)
    joint = r.choice(("\n", "\n", "\n", "   ", "; ", " | "))
    return joint.join(fields[: r.randint(5, 16)]) + "\n" + (_prose(c, 0, 3) if joint == "\n" else "")


def _mail(c: Cast) -> str:
    r = c.rng
    return (
        r.choice(
            (
                "From: {doc}\nTo: {kin}\nSubject: your visit\n\n",
                "Hi {title}{doclast},\n",
                "Hello,\n",
                "To: {org}\nDate: {date}\n\n",
                "Hi {docfirst}, ",
                "Good morning {title}{doclast} ",
            )
        )
        + r.choice(
            (
                "my {relation} {kin} has had {term} since {date}. ",
                "This is {name}, I was seen at {org} last week. ",
                "I moved to {street}, {town} and my new number is {phone}. ",
                "Can {title}{doclast} refill this? ",
                "{first} is doing better but still has {term}. ",
                "My date of birth is {date} and my chart is {mrn}. ",
                "I work at {org} with {anyone} and cannot come on {date}. ",
            )
        )
        + _prose(c, 0, 2)
        + r.choice(
            (
                "\n\nThanks,\n{first}",
                "\nThank you\n{name}\n{phone}",
                "\n- {first}",
                "\n\nBest,\n{kin}",
                " Thanks! {initials}",
                "\nRegards,\n{doc}{cred}\n{org}",
            )
        )
    )


def _dialogue(c: Cast) -> str:
    r = c.rng
    me, you = r.choice(
        (
            ("Doctor", "Patient"),
            ("Dr. {doclast}", "{first}"),
            ("DR", "PT"),
            ("Clinician", "Guest_family"),
            ("{docfirst}", "{kin}"),
        )
    )
    turns = (
        "Good morning, I'm {title}{doclast}.",
        "Hi {first}, how are you?",
        "You can call me {first}.",
        "I'm from {town}.",
        "My {relation} {kin} came along.",
        "Any {term}?",
        "Yes, {term} since {date}.",
        "Who is your {degree}?",
        "{title}{doc} over at {org}.",
        "Is your number still {phone}?",
        "And you live on {street}?",
        "No {term}.",
        "I am {years}.",
        "I will be {old} soon.",
        "Okay.",
        "I work at {org}.",
        "They said it might be {eponym}.",
        "{plain}.",
    )
    return "\n".join(f"{(me, you)[i % 2]}: {r.choice(turns)}" for i in range(r.randint(4, 10)))


def _tables(c: Cast) -> str:
    r = c.rng
    bar = r.choice((" | ", "\t", "|", " ; ", ", "))
    columns = r.sample(
        (
            ("Patient", "{anyone}"),
            ("MRN", "{mrn}"),
            ("DOB", "{date}"),
            ("Attending", "{doc}"),
            ("Site", "{org}"),
            ("City", "{town}"),
            ("Finding", "{term}"),
            ("Score", "{score}"),
            ("Phone", "{phone}"),
            ("Value", "{measure}"),
            ("Unit", "{ward}"),
        ),
        r.randint(3, 5),
    )
    return (
        bar.join(name for name, _ in columns)
        + "\n"
        + "\n".join(bar.join(slot for _, slot in columns) for _ in range(r.randint(1, 5)))
        + "\n"
    )


def _pipes(c: Cast) -> str:
    lines = [
        "MSH|^~\\&|LAB|{org}|EHR|{org}|{date}||ORU^R01|{code}|P|2.5",
        "PID|1||{mrn}^^^HOSP^MR||{last}^{first}^A||{date}|F|||{street}^^{town}^{state}^{zip}||{phone}",
        "PV1|1|I|{ward}|||{code}^{doclast}^{docfirst}^^^DR",
        "OBR|1||{code}|EEG|||{date}",
        "OBX|1|TX|FIND^Findings||{term}; {term}||||||F",
        "OBX|2|NM|NA^Sodium||138|mmol/L|135-145||||F|||{date}||{doclast}^{docfirst}",
        "NK1|1|{kin}|MTH|{street}|{phone}",
        "NTE|1||{Term}. {measure}",
        "IN1|1|{code}|99|{org}",
    ]
    return "\n".join(line for line in lines if c.rng.random() < 0.75)


def _story(c: Cast) -> str:
    options = (
        "{anyone} lives in {town}.",
        "I met {anyone} at {org} on {date}.",
        "{title}{last} grew up in {town} and moved to {town}, {statename}.",
        "Please send the records to {anyone}, {street}, {town}.",
        "{org} called about {name}.",
        "The address of {org} is {street}, {town} {zip}.",
        "{anyone}, {anyone} and {anyone} came to the meeting.",
        "{anyone} works for {org} as a nurse.",
        "My name is {anyone}.",
        "Can {anyone} come to {town} on {date}?",
        "{relation} is called {anyone}.",
        "{anyone}'s {relation} has {eponym}.",
        "We drove from {town} to {town}.",
        "{org} and {org} merged in {year}.",
        "Born in {town}, {country}.",
        "Bill to: {anyone}, {street}, {town}",
        "{anyone} said: {plain}.",
        "{initials} is a {years}-year-old {sex}.",
        "Baby {last} was delivered by {title}{doclast} at {org}.",
        "{first} ({relation}: {kin}) plays football for {town}.",
        "{plain}.",
        "{definition}",
        "Patient of {title}{doc}, {org}; {term}.",
        "Ask {anyone} in billing, ext. {code}.",
        "The {last} family has {eponym}.",
        "Sent to {org} by {doclast}.",
        "{anyone} - {phone}",
    )
    return " ".join(c.rng.choice(options) for _ in range(c.rng.randint(1, 6)))


def _nobody(c: Cast) -> str:
    r = c.rng
    keys = (
        "Findings",
        "History",
        "Assessment",
        "Impression",
        "Plan",
        "Exam",
        "Labs",
        "Medications",
        "Clinical Summary",
        "Reported features",
    )
    if r.random() < 0.4:
        return " ".join(
            "{definition}" if r.random() < 0.4 else "{filler}" if r.random() < 0.3 else r.choice(SENTENCES)
            for _ in range(r.randint(2, 7))
        )
    return "\n".join(
        r.choice(
            (
                f"{r.choice(keys)}: {_prose(c, 1, 3)}",
                f"{r.choice(keys).upper()}\n{_prose(c, 1, 2)}",
                "- {Term}\n- {term}\n- {Term}",
                f"## {r.choice(keys)}\n{_prose(c, 1, 3)}",
                "{Term}, {Term}, {Term}; {eponym}",
            )
        )
        for _ in range(r.randint(1, 5))
    )


STYLES: dict[str, tuple[Callable[[Cast], str], float]] = {
    "letter": (_letter, 10), "progress": (_progress, 10), "discharge": (_discharge, 9), "report": (_report, 7), "nursing": (_nursing, 10), "caps": (lambda c: c.rng.choice((_letter, _progress, _discharge, _report, _keys, _story))(c), 10),
    "dictated": (_dictated, 8), "keys": (_keys, 9), "mail": (_mail, 7), "dialogue": (_dialogue, 5), "tables": (_tables, 5), "pipes": (_pipes, 3), "story": (_story, 20), "sms": (lambda c: _story(c) if c.rng.random() < 0.5 else _mail(c), 4), "nobody": (_nobody, 18),
}  # fmt: skip

_SLOT = re.compile(r"\{(\w+)\}")


def render(
    template: str,
    cast: Cast,
    identifiers: dict[str, tuple[str, Callable[[Cast], str]]],
    plain: dict[str, Callable[[Cast], str]],
) -> tuple[str, Marks]:
    """Fill the slots of a template; slots that name an identifier are marked."""
    pieces: list[str] = []
    marks: Marks = []
    last = position = 0
    while slots := _SLOT.search(template, last):
        before = template[last : slots.start()]
        pieces.append(before)
        position += len(before)
        if slots[1] in identifiers:
            label, fill = identifiers[slots[1]]
            value = fill(cast)
            if label == "NAME" and cast.rng.random() < 0.03 and len(value) > 4:  # a typing error
                at = cast.rng.randrange(1, len(value) - 1)
                value = value[:at] + value[at + 1 :]
            marks.append((position, position + len(value), label))
        else:
            value = plain[slots[1]](cast)
        pieces.append(value)
        position += len(value)
        last = slots.end()
    pieces.append(template[last:])
    return "".join(pieces), marks
