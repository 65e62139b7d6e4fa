# ruff: noqa: E501 (tables of patterns, words and sentences read best unbroken)
"""What fills the slots of training notes: invented persons, places, numbers and clinical words.

Names come from lists of many origins or are made of syllables, so that no list is needed to know a name.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from faker.providers.address.en_US import Provider as Addresses

from helpers.clinical import hpo
from helpers.clinical.deid import lexicon


@dataclass
class Cast:
    """The persons and places of one note, so that a name recurs in it."""

    rng: random.Random
    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)


# --- persons, places, numbers -------------------------------------------------------------------------------------

_SYLLABLES = "ba be bra chi da del dra el fa fen gra ha hu ik ja ka kel ko la lin lo ma mi mon na ne no o pa pe qui ra ri ro sa sha si ta te tor u va vi wen xi ya yo za ze".split()
_PARTICLES = (
    "van ",
    "de ",
    "von ",
    "van der ",
    "de la ",
    "al-",
    "El ",
    "Mc",
    "Mac",
    "O'",
    "St. ",
    "bin ",
    "Di ",
    "Le ",
    "D'",
)
_TOWN_A = "Ash Bel Birch Brook Cedar Clear Cold Copper Crest East Elder Fair Fern Glen Gold Green Hart Haver Iron Kings Lake Lin Long Maple Mill New North Oak Old Pine Port Red River Rock Sand Silver South Spring Stan Stone Sun Thorn Wal West White Wild Win Wood York".split()
_TOWN_B = "bridge brook burg bury by creek dale field ford gate grove ham haven hill hurst land ley mere mont mouth port ridge side stead stone ton town vale view ville water wick wood worth".split()
_ORG_TYPES = (
    "Hospital",
    "Medical Center",
    "General Hospital",
    "Clinic",
    "Children's Hospital",
    "Health System",
    "Regional Medical Center",
    "Community Hospital",
    "University Hospital",
    "Memorial Hospital",
    "Family Practice",
    "Cancer Institute",
    "Nursing Home",
    "Hospice",
    "Pharmacy",
    "Laboratories",
    "Rehabilitation Center",
    "Health Plan",
    "Insurance",
    "Mutual",
    "Medical Group",
    "Healthcare",
    "Elementary School",
    "High School",
    "Genomics",
    "Surgery Center",
    "Pediatrics",
    "Infirmary",
    "Imaging",
    "Logistics",
    "Foods",
    "Industries",
    "Motors",
    "Bank",
    "Construction",
    "College",
    "University",
    "Bakery",
    "Assurance",
    "Health",
)
_FIRM_ENDS = (
    "Inc.",
    "Ltd",
    "LLC",
    "Group",
    "PLC",
    "Systems",
    "Partners",
    "Software",
    "Labs",
    "Foundry",
    "Transport",
    "Airlines",
    "Holdings",
    "Network",
    "Energy",
    "Studios",
    "Solutions",
    "and Sons",
    "Orchestra",
    "Council",
    "Farms",
)
_SHORT_ORGS = (
    "MGH",
    "UCMC",
    "BMH",
    "SJRH",
    "NKU Hospital",
    "KCH",
    "RVH",
    "St. Mary's",
    "St. Luke's",
    "the General",
    "Mercy",
    "Good Shepherd",
    "Holy Cross",
    "County General",
)
_STREETS = (
    "Street",
    "St",
    "St.",
    "Avenue",
    "Ave",
    "Ave.",
    "Road",
    "Rd",
    "Lane",
    "Ln",
    "Drive",
    "Dr",
    "Boulevard",
    "Blvd",
    "Court",
    "Ct",
    "Way",
    "Place",
    "Terrace",
    "Circle",
    "Highway",
    "Parkway",
)
_MONTHS = "January February March April May June July August September October November December".split()
_WARDS = ("4 West", "Ward 7B", "ICU bed 12", "NICU", "the emergency department", "room 12", "5 North")


def _draw(rng: random.Random, which: int) -> str:
    dice = rng.random()
    if dice < 0.14:
        return "".join(rng.choice(_SYLLABLES) for _ in range(rng.choice((2, 2, 3)))).capitalize()
    if dice < 0.24:
        return rng.choice(
            sorted(
                lexicon.AMBIGUOUS
                - {"an", "do", "so", "in", "on", "to", "la", "le", "da", "de", "di", "el", "al", "ill"}
            )
        ).capitalize()
    if dice < 0.30 and which:
        return rng.choice(sorted(lexicon.EPONYMS)).capitalize()
    if dice < 0.45:
        pools = (_US_GIVEN, _US_FAMILY)
        return rng.choice(pools[which])
    return rng.choice(lexicon.names()[which])


def _family(rng: random.Random) -> str:
    name = _draw(rng, 1)
    dice = rng.random()
    if dice < 0.07:
        return f"{name}-{_draw(rng, 1)}"
    if dice < 0.13:
        return rng.choice(_PARTICLES) + name
    return f"{name} {_draw(rng, 1)}" if dice < 0.16 else name


def _person(cast: Cast, role: str) -> tuple[str, str]:
    if role not in cast.names:
        rng = cast.rng
        family = (
            cast.names["patient"][1]
            if role == "kin" and "patient" in cast.names and rng.random() < 0.5
            else _family(rng)
        )
        cast.names[role] = (_draw(rng, 0), family)
    return cast.names[role]


def _full(cast: Cast, role: str) -> str:
    rng = cast.rng
    given, family = _person(cast, role)
    middle = rng.choice("ABCDEFGHJKLMNPRSTVW")
    return rng.choices(
        (f"{given} {family}", f"{family}, {given}", f"{given} {middle}. {family}", f"{family}, {given} {middle}", f"{given[0]}. {family}", f"{given} {middle} {family}",
         f"{given} {_draw(rng, 0)} {family}", f"{family} {given}", f"{family.upper()}, {given}", f"{given} {family.upper()}"),
        weights=(40, 14, 10, 6, 8, 4, 4, 2, 3, 3),
    )[0]  # fmt: skip


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _fill(rng: random.Random, pattern: str) -> str:
    return re.sub(
        "[#@]", lambda m: rng.choice("0123456789") if m[0] == "#" else rng.choice("ABCDEFGHJKLMNPRSTVWXYZ"), pattern
    )


def _date(rng: random.Random) -> str:
    y, m, d = rng.randint(1925, 2029), rng.randint(1, 12), rng.randint(1, 28)
    name = _MONTHS[m - 1]
    short = name[:3]
    return rng.choice((
        f"{m}/{d}/{y}", f"{m:02d}/{d:02d}/{y}", f"{m}/{d}/{y % 100:02d}", f"{y}-{m:02d}-{d:02d}", f"{name} {d}, {y}", f"{d} {name} {y}", f"{short} {d}, {y}",
        f"{d}-{short}-{y}", f"{d:02d}.{m:02d}.{y}", f"{name} {d}", f"{m}/{d}", f"{name} {y}", f"{short} {d}", f"{d}{short.upper()}{y}", f"the {d}th of {name}", f"{m}-{d}-{y % 100:02d}",
        f"{y}{m:02d}{d:02d}", f"{m}/{y}",
    ))  # fmt: skip


_SPOKEN_DIGITS = "zero one two three four five six seven eight nine".split()


def _town(cast: Cast) -> str:
    rng = cast.rng
    if "town" not in cast.places or rng.random() < 0.4:
        cast.places["town"] = (
            rng.choice(_TOWN_A) + rng.choice(_TOWN_B) if rng.random() < 0.4 else rng.choice(lexicon.cities())
        )
    return cast.places["town"]


def _org(cast: Cast) -> str:
    rng = cast.rng
    if "org" not in cast.places or rng.random() < 0.5:
        head = rng.choice((_town(cast), _draw(rng, 1), f"St. {_draw(rng, 0)}'s", f"{_draw(rng, 1)} {_draw(rng, 1)}", f"{rng.choice(_TOWN_A)} {rng.choice(_TOWN_B).capitalize()}", f"{_draw(rng, 1)} & {_draw(rng, 1)}",
                           rng.choice(("Mercy", "Sacred Heart", "Unity", "Evergreen", "Harbor", "Lakeside", "Summit", "Pioneer", "Beacon", "Horizon", "Northern Lights", "Blue Ridge"))))  # fmt: skip
        cast.places["org"] = rng.choice(_SHORT_ORGS) if rng.random() < 0.12 else f"{head} {rng.choice(_ORG_TYPES)}"
        if rng.random() < 0.08:
            cast.places["org"] = f"University of {_town(cast)}" + rng.choice(("", " Medical Center", " Hospital"))
    return cast.places["org"]


def _street(rng: random.Random) -> str:
    name = rng.choice(
        (
            _draw(rng, 1),
            rng.choice(_TOWN_A),
            _draw(rng, 0),
            rng.choice(_TOWN_A) + rng.choice(_TOWN_B),
            f"{rng.choice('NSEW')}. {_draw(rng, 1)}",
            f"{rng.randint(2, 90)}th",
        )
    )
    base = f"{rng.randint(1, 19999)} {name} {rng.choice(_STREETS)}"
    if rng.random() < 0.12:
        base = rng.choice(
            (
                f"{name}straße {rng.randint(1, 99)}",
                f"Calle {name} {rng.randint(1, 99)}",
                f"{rng.randint(1, 99)} rue {name}",
                f"Via {name} {rng.randint(1, 99)}",
                f"ul. {name} {rng.randint(1, 99)}",
            )
        )
    return base + rng.choice(
        (
            "",
            "",
            "",
            f", Apt {rng.randint(1, 99)}",
            f" Apt. {rng.randint(1, 400)}",
            f", Suite {rng.randint(1, 900)}",
            f" #{rng.randint(1, 40)}",
            f" Unit {rng.choice('ABCD')}",
        )
    )


_US_GIVEN = "James Mary John Patricia Robert Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas Karen Daniel Nancy Maria Sandra Ashley Kevin Brian Emily Laura Jason Rebecca Ryan Amy Eric Anna Jacob Nicole Ethan Olivia Noah Emma Liam Sophia Mia".split()
_US_FAMILY = "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Patel Kim Chen Khan Okafor".split()

IDENTIFIERS: dict[str, tuple[str, Callable[[Cast], str]]] = {
    "name": ("NAME", lambda c: _full(c, "patient")),
    "first": ("NAME", lambda c: _person(c, "patient")[0]),
    "last": ("NAME", lambda c: _person(c, "patient")[1]),
    "doc": ("NAME", lambda c: _full(c, c.rng.choice(("doc", "doc2")))),
    "doclast": ("NAME", lambda c: _person(c, c.rng.choice(("doc", "doc2")))[1]),
    "docfirst": ("NAME", lambda c: _person(c, "doc")[0]),
    "initials": ("NAME", lambda c: c.rng.choice("ABCDEJKLMNRST") + c.rng.choice((".", "")) + c.rng.choice("ABCDEGHKLMPRSTW") + c.rng.choice((".", ""))),
    "kin": ("NAME", lambda c: c.rng.choice((_full(c, "kin"), _person(c, "kin")[0]))),
    "anyone": ("NAME", lambda c: c.rng.choice((f"{_draw(c.rng, 0)} {_family(c.rng)}", _draw(c.rng, 0), f"{_draw(c.rng, 0)} {_family(c.rng)}"))),
    "date": ("DATE", lambda c: _date(c.rng)),
    "town": ("LOCATION", _town),
    "county": ("LOCATION", lambda c: _town(c) + " County"),
    "firm": ("ORGANIZATION", lambda c: c.rng.choice((_draw(c.rng, 1), f"{_draw(c.rng, 1)} {c.rng.choice(_FIRM_ENDS)}", f"{_draw(c.rng, 1)}, {_draw(c.rng, 1)} and {_draw(c.rng, 1)}", f"{_draw(c.rng, 1)}-{_draw(c.rng, 1)}", f"{c.rng.choice(_TOWN_A)} {c.rng.choice(_FIRM_ENDS)}", "".join(c.rng.choice(_SYLLABLES) for _ in range(3)).capitalize() + c.rng.choice(("", " Inc", ".", " Ltd"))))),
    "zip": ("LOCATION", lambda c: _digits(c.rng, 5) + c.rng.choice(("", "", "-" + _digits(c.rng, 4)))),
    "street": ("ADDRESS", lambda c: _street(c.rng)),
    "org": ("ORGANIZATION", _org),
    "phone": ("PHONE", lambda c: _fill(c.rng, c.rng.choice(("###-###-####", "(###) ###-####", "###.###.####", "##########", "###-####", "+1 ### ### ####", "+44 20 #### ####", "0## ### ####", "#### ######", "## ## ## ## ##", "### ### ###")))),
    "mrn": ("MRN", lambda c: _fill(c.rng, c.rng.choice(("#######", "########", "@######", "###-##-##", "####-###", "@@#####", "##-####", "######", "MR-#####", "@##-####")))),
    "code": ("ID", lambda c: _fill(c.rng, c.rng.choice(("@@@#########", "##########", "@-######", "##-######", "@@##-####", "##@@####", "#########", "@@@-##-####", "S##-#####", "@#@#@#", "####-####-##")))),
    "old": ("AGE", lambda c: str(c.rng.randint(90, 107))),
    "spokencode": ("ID", lambda c: " ".join(c.rng.choice(_SPOKEN_DIGITS) for _ in range(c.rng.randint(5, 10)))),
}  # fmt: skip


# --- clinical words -----------------------------------------------------------------------------------------------

_SCORES = (
    "Apgar 8/9", "GCS 15", "Hoehn and Yahr stage 2", "Glasgow Coma Scale 14", "MMSE 27/30", "Beck inventory 12", "Mallampati II", "Child-Pugh B", "Ballard score 36 weeks",
    "Tanner stage 3", "Gleason 3+4", "NYHA class II", "Braden 18", "Rankin 2", "visual acuity 20/40", "tone 4/5", "reflexes 2+", "OFC 52.5 cm (-2.3 SD)", "BMI 22.4", "PHQ-9 7",
)  # fmt: skip
_MEASURES = (
    "BP 128/76, HR 72, RR 16, SpO2 98% on RA", "sodium 138 mmol/L", "hemoglobin 11.2 g/dL", "CK 1450 U/L", "TSH 2.1 mIU/L", "WBC 7.8 K/uL", "temp 37.2 C", "weight 14.2 kg (25th percentile)",
    "levodopa 25/100 three times daily", "aspirin 81 mg daily", "carbamazepine 200 mg BID", "L4-L5 disc bulge", "T2 hyperintensity", "1.5 x 2.3 cm lesion", "EF 55-60%", "38 weeks' gestation",
    "born at 36+4 weeks", "COL4A5 c.2605G>A", "BRCA1 variant of uncertain significance", "FBN1 p.Cys1265Arg", "trisomy 21", "HP:0001250", "ICD-10 G40.909", "46,XY", "22q11.2 deletion", "creatinine 0.9",
    "metformin 500 mg", "lactate 3.4", "pH 7.31", "3 of 5 siblings", "NPO after midnight", "O2 2 L via NC", "A1c 6.8", "C3-C4 level", "MRI brain without contrast",
)  # fmt: skip
_EPONYM_PHRASES = (
    "Parkinson disease", "Crohn's disease", "Hashimoto thyroiditis", "Lewy body dementia", "Alzheimer disease", "Marfan syndrome", "Ehlers-Danlos syndrome", "Babinski sign", "Romberg test",
    "Foley catheter", "Holter monitor", "Down syndrome", "Huntington disease", "Charcot-Marie-Tooth disease", "Wilson disease", "Bell's palsy", "Murphy sign", "Hodgkin lymphoma", "Kaposi sarcoma",
    "Turner syndrome", "Noonan syndrome", "Prader-Willi syndrome", "Guillain-Barre syndrome", "Tourette syndrome", "Cushing syndrome", "Addison disease", "Graves disease", "Sjogren syndrome",
    "Wernicke encephalopathy", "Brushfield spots", "Kayser-Fleischer rings", "Chiari I malformation", "Duchenne muscular dystrophy", "Heinz bodies", "Gram stain", "Lisch nodules", "Lachman test",
    "Raynaud phenomenon", "Barrett esophagus", "Fontan procedure", "Trendelenburg gait", "Gowers sign", "Still's murmur", "Heberden nodes", "Dandy-Walker malformation", "Hirschsprung disease",
)  # fmt: skip
_DRUG_ENDS = "mab nib pril olol statin azole mycin cillin pine pam zepam oxetine tidine prazole sartan gliptin floxacin vir setron triptan dronate caine profen toin barbital zine lukast fibrate parin platin rubicin taxel thasone solone terol tropium mide".split()
_AMINO = "Ala Arg Asn Asp Cys Gln Glu Gly His Ile Leu Lys Met Phe Pro Ser Thr Trp Tyr Val".split()
_WORDS_NOT_NAMES = (
    "May be repeated in 6 months", "Rice cereal was introduced", "Brown discoloration of the teeth", "Will follow", "Grace period noted", "Young for the grade", "Long QT was excluded", "Mark the site before surgery",
    "White matter changes are stable", "Green sputum", "Black stools denied", "Joy and interest are preserved", "Hope to wean", "English is the first language", "Tylenol as needed", "Keppra was increased", "Medicare wellness visit",
    "Risks and benefits were discussed", "Review of Systems: negative", "Past Medical History", "Social Worker to see", "Physical Therapy twice weekly", "Vital Signs stable", "Follow Up", "Genetic Counseling offered",
    "Whole Exome Sequencing sent", "Sunday school is enjoyed", "Penicillin allergy", "Alert and Oriented", "Chief Complaint", "Lactated Ringer solution", "Spanish interpreter used", "Caucasian", "African American",
)  # fmt: skip
SENTENCES = (
    "There is {term} and {term}.", "Findings include {term}, {term} and {term}.", "No {term}.", "{Term} was noted at {age}.", "The examination shows {term}; {measure}.", "{measure}.", "{score}.",
    "He has had {term} since the age of {years}.", "She was found to have {term} by age {years}.", "We discussed {eponym} as a possibility.", "{eponym} was considered unlikely.", "Labs: {measure}, {measure}.",
    "Denies {term}.", "{plain}.", "{filler}", "On {drug} {years} mg daily.", "{drug} {years} mg, {drug} and {drug}.", "Started {drug}.", "{acr} negative, {acr} {measure}.", "{gene} was found.", "{vital}, {vital}, {vital}.", "Pain {frac}.", "Score {frac}, {acr} {frac}.", "At {clock} {term}.", "{clock} {term}; {vital}.", "{acr}: {term}.", "{eponym} {frac}.", "Power {frac} on the left.", "Imaging was consistent with {term}.", "The differential includes {eponym} and {eponym}.", "Development: walked at {months} months.", "{Term}, {term}, {term}.", "{definition}",
    "Family history is notable for {eponym}.", "Review in {months} months.", "Continue {measure}.", "A {years}-year-old with {term}.", "Onset at {years} years of {term}.", "Seen on {ward}; plan unchanged.", "{Term} improved after {weeks} weeks.",
    "{Term} ({score}).", "Head circumference and {measure}.", "Parents are healthy and unrelated.", "The family is from {country}.", "Diagnosis remains open; {term} progressed.", "{eponym} vs {eponym}.",
)  # fmt: skip


def _term(cast: Cast) -> str:
    terms = hpo.load_terms()
    term = cast.rng.choice(terms)
    name = cast.rng.choice((term.name, *term.layperson, *term.exact[:2]))
    return (
        name
        if re.search(r"[A-Z]{2}|[a-z][A-Z]", name) or name.split()[0].lower().rstrip("'s") in lexicon.EPONYMS
        else name[0].lower() + name[1:]
    )


def _definition(cast: Cast) -> str:
    for _ in range(5):
        text = cast.rng.choice(hpo.load_terms()).definition
        if 20 < len(text) < 300 and "@" not in text:
            return text.replace("{", "(").replace("}", ")")
    return "The course was uneventful."


def _filler(cast: Cast, low: int = 3, high: int = 12) -> str:
    rng = cast.rng
    words = rng.choices(lexicon.general_words(), k=rng.randint(low, high))
    if rng.random() < 0.25:
        words[rng.randrange(len(words))] = str(
            rng.choice((rng.randint(0, 99), rng.randint(100, 999), rng.randint(1950, 2029)))
        )
    text = " ".join(words)
    dice = rng.random()
    if dice < 0.08:
        return text.title() + rng.choice((":", "", "\n"))
    return text[0].upper() + text[1:] + rng.choice((".", ".", ".", "?", "!", ":", ";"))


PLAIN: dict[str, Callable[[Cast], str]] = {
    "term": _term,
    "Term": lambda c: (lambda t: t[0].upper() + t[1:])(_term(c)),
    "definition": _definition,
    "filler": _filler,
    "drug": lambda c: (lambda d: c.rng.choice((d, d, d.capitalize())))(
        "".join(c.rng.choice(_SYLLABLES) for _ in range(c.rng.randint(1, 3))) + c.rng.choice(_DRUG_ENDS)
    ),
    "acr": lambda c: "".join(c.rng.choice("ABCDEFGHIKLMNOPRSTUVW") for _ in range(c.rng.randint(2, 5))),
    "frac": lambda c: f"{c.rng.randint(0, 30)}/{c.rng.choice((5, 6, 8, 10, 12, 15, 20, 28, 30, 40, 60, 70))}",
    "clock": lambda c: (
        f"{c.rng.randint(0, 23):02d}"
        + c.rng.choice((":", "", "."))
        + f"{c.rng.randint(0, 59):02d}"
        + c.rng.choice(("", " hrs", "h", ""))
    ),
    "gene": lambda c: (
        _fill(c.rng, "@@@#")
        + c.rng.choice(
            (
                f" c.{c.rng.randint(10, 9999)}{c.rng.choice('ACGT')}>{c.rng.choice('ACGT')}",
                f" p.{c.rng.choice(_AMINO)}{c.rng.randint(10, 2000)}{c.rng.choice(_AMINO)}",
                "",
                f"-{c.rng.randint(1, 90)}",
            )
        )
    ),
    "vital": lambda c: (
        f"{c.rng.choice(('T', 'Temp', 'HR', 'P', 'BP', 'RR', 'SpO2', 'Wt', 'Ht', 'OFC', 'BMI', 'EF', 'Z'))} {c.rng.choice((str(c.rng.randint(10, 200)), f'{c.rng.randint(1, 40)}.{c.rng.randint(0, 9)}', f'{c.rng.randint(80, 180)}/{c.rng.randint(40, 110)}'))}"
    ),
    "words": lambda c: _filler(c, 1, 5).lower().rstrip(".?!:;\n"),
    "verb": lambda c: c.rng.choice(
        (
            "said",
            "says",
            "called",
            "asked",
            "told",
            "met",
            "prefers",
            "presented",
            "accepted",
            "rang",
            "thinks",
            "wants",
            "left",
            "has",
            "was",
            "is",
            "and",
            "with",
            "then",
            "will",
        )
    ),
    "bar": lambda c: c.rng.choice((" // ", " / ", " -- ", "  ", " | ", ", ", "; ", " - ", ": ", "\n", " > ", "? ")),
    "measure": lambda c: c.rng.choice(_MEASURES),
    "score": lambda c: c.rng.choice(_SCORES),
    "eponym": lambda c: c.rng.choice(_EPONYM_PHRASES),
    "plain": lambda c: c.rng.choice(_WORDS_NOT_NAMES),
    "ward": lambda c: c.rng.choice(_WARDS),
    "age": lambda c: c.rng.choice(("birth", "two years", f"{c.rng.randint(2, 80)} years", "infancy")),
    "years": lambda c: str(c.rng.randint(1, 89)),
    "months": lambda c: str(c.rng.randint(2, 24)),
    "weeks": lambda c: str(c.rng.randint(2, 12)),
    "country": lambda c: c.rng.choice(
        (
            "Mexico",
            "India",
            "Nigeria",
            "Brazil",
            "Germany",
            "Vietnam",
            "Texas",
            "California",
            "New York State",
            "Poland",
        )
    ),
    "state": lambda c: c.rng.choice(Addresses.states_abbr),
    "statename": lambda c: c.rng.choice(Addresses.states),
    "num": lambda c: str(c.rng.randint(1, 20)),
    "year": lambda c: str(c.rng.randint(1950, 2029)),
    "title": lambda c: c.rng.choice(("Dr. ", "Dr ", "Mr. ", "Mrs. ", "Ms. ", "Prof. ", "Miss ", "Doctor ")),
    "cred": lambda c: c.rng.choice(
        (", MD", " MD", ", RN", ", DO", ", PhD", ", NP", ", PA-C", ", MD, PhD", ", CGC", "")
    ),
    "sex": lambda c: c.rng.choice(("male", "female", "M", "F", "man", "woman", "boy", "girl")),
    "relation": lambda c: c.rng.choice(
        ("mother", "father", "sister", "brother", "wife", "husband", "daughter", "son", "aunt", "grandmother")
    ),
    "degree": lambda c: c.rng.choice(
        (
            "neurologist",
            "geneticist",
            "pediatrician",
            "cardiologist",
            "GP",
            "PCP",
            "nurse",
            "social worker",
            "therapist",
            "surgeon",
        )
    ),
    "sep": lambda c: c.rng.choice((": ", ":", " : ", " - ", "\t", ": ", ": ")),
}


def prose(cast: Cast, low: int, high: int, joint: str = " ") -> str:
    """Between `low` and `high` clinical sentences, with their slots still open."""
    return joint.join(cast.rng.choice(SENTENCES) for _ in range(cast.rng.randint(low, high)))
