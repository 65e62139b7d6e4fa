"""Simulated patients: one disease's curated findings, drawn by frequency, on a person who does not exist.

Everything about the person is random by construction and says nothing about real groups of people. Telephone numbers
are 555-01xx, domains example.org, .com and .net, social security numbers of a block never issued, addresses invented.
A draw depends on the seed, the disease's id and the draw's number alone, never on the order of rows.
"""

import hashlib
import random
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from helpers.clinical import hpo
from helpers.collect.simulated import people
from helpers.collect.simulated.diseases import Disease, Finding

MISSING_FREQUENCY = 0.6  # prior for the quarter of findings nobody counted: the median of those that were counted
MIN_FINDINGS, MAX_FINDINGS = 3, 30

_MALE_ROOTS = ("HP:0010461", "HP:0012874", "HP:0033019")  # abnormalities of the male reproductive system
_FEMALE_ROOTS = ("HP:0010460", "HP:0030012", "HP:0033020")  # and terms that name the sex in words
_X_LINKED_RECESSIVE, _X_LINKED, _Y_LINKED = "HP:0001419", "HP:0001417", "HP:0001450"
_INFERTILITY = ("HP:0003251", "HP:0008222")

# HPO onset class -> earliest and latest age in years at which the disease begins.
_ONSET_YEARS = {
    "HP:0030674": (0, 0), "HP:0011460": (0, 0), "HP:0011461": (0, 0), "HP:0034197": (0, 0), "HP:0034198": (0, 0),
    "HP:0034199": (0, 0), "HP:0003577": (0, 0), "HP:0003623": (0, 0.08), "HP:0003593": (0.08, 1),
    "HP:0011463": (1, 5), "HP:0003621": (5, 15), "HP:0410280": (0, 15), "HP:0025708": (16, 19),
    "HP:0025709": (19, 25), "HP:0025710": (25, 40), "HP:0011462": (16, 40), "HP:0003581": (16, 60),
    "HP:0003596": (40, 60), "HP:0003584": (60, 80),
}  # fmt: skip
_LATEST_YEARS = {"HP:0003811": 0.05, "HP:0001522": 0.9, "HP:0003819": 12, "HP:0011421": 17}  # neonatal death and later
_HOSPITALS = ("Memorial Hospital", "General Hospital", "University Hospital", "Community Clinic")
_INSURERS = (
    ("Bluewater", "Northfield", "Summit Ridge", "Harborline", "Evergate", "Clearbrook"),
    ("Health Plan", "Mutual", "Care Alliance", "Assurance"),
)
_RELATIONS = (("mother", "father"), ("spouse", "sister", "brother", "cousin"))  # of a child, of an adult
_RELATION_SEX = {"mother": "female", "father": "male", "sister": "female", "brother": "male"}
_OVER_89_SHARE = 0.2  # of patients whose disease begins at 40 or later


@dataclass(frozen=True, slots=True)
class Patient:
    """A simulated person with the findings drawn for them. Whatever is not a finding, a sex or an age identifies."""

    id: str
    sex: str  # "male" or "female"
    age_years: float
    findings: tuple[Finding, ...]
    origin: str
    name: people.Name
    birth_date: date
    visit_date: date
    earlier_date: date
    next_date: date
    street: str
    city: str
    county: str
    state: str
    zip: str
    phone: str
    work_phone: str
    email: str
    ssn: str
    mrn: str
    account: str
    accession: str
    insurer: str
    member_id: str
    workplace: str  # employer, or school for a child
    hospital: str
    hospital_short: str
    department_phone: str
    fax: str
    url: str
    ip: str
    device: str
    plate: str
    attending: people.Name
    attending_license: str
    referring: people.Name
    nurse: people.Name
    relative: people.Name
    relation: str

    @property
    def age_band(self) -> str:
        """One of 0-17, 18-39, 40-64, 65-89, 90+."""
        return next(band for limit, band in _AGE_BANDS if self.age_years < limit)


_AGE_BANDS = ((18, "0-17"), (40, "18-39"), (65, "40-64"), (90, "65-89"), (200, "90+"))


def draw(disease: Disease, number: int, *, seed: int, missing_frequency: float = MISSING_FREQUENCY) -> Patient:
    """Draw patient `number` of a disease.

    Each finding is kept with its annotated frequency, or `missing_frequency` where nobody counted; the likeliest fill
    up to three, thirty at most are kept, and the rest is shuffled. Findings of the other sex are left out.
    """
    key = hashlib.sha256(f"{seed}|{disease.id}|{number}".encode()).hexdigest()
    rng = random.Random(key)
    sex = _sex(disease, rng)
    findings = _draw_findings(disease, sex, missing_frequency, rng)
    age = _age(disease, findings, rng)
    return _person(f"P{key[:12].upper()}", sex, age, findings, rng)


def sex_of(finding: Finding) -> str:
    """The only sex that can have a finding: "male", "female", or "" for both."""
    male, female = _sex_specific()
    return finding.sex or ("male" if finding.id in male else "female" if finding.id in female else "")


@lru_cache(maxsize=1)
def _sex_specific() -> tuple[frozenset[str], frozenset[str]]:
    children: dict[str, list[str]] = {}
    for term in hpo.load_terms():
        for parent in term.parents:
            children.setdefault(parent, []).append(term.id)

    def below(roots: Collection[str]) -> frozenset[str]:
        found, waiting = set(roots), list(roots)
        while waiting:
            for child in children.get(waiting.pop(), ()):
                if child not in found:
                    found.add(child)
                    waiting.append(child)
        return frozenset(found)

    def named(pattern: str) -> frozenset[str]:
        return frozenset(term.id for term in hpo.load_terms() if re.search(pattern, term.name.lower()))

    male = below(_MALE_ROOTS) | named(r"\bmales?\b|sperm|acrosom")
    female = below(_FEMALE_ROOTS) | named(r"\bfemales?\b")
    return male - female, female - male


def _sex(disease: Disease, rng: random.Random) -> str:
    coin = rng.random()
    able = {sex: sum(sex_of(finding) in ("", sex) for finding in disease.findings) for sex in ("male", "female")}
    if {_X_LINKED_RECESSIVE, _Y_LINKED} & set(disease.inheritance):
        return "male"
    if able["male"] != able["female"] and min(able.values()) < max(MIN_FINDINGS, len(disease.findings) / 2):
        return max(able, key=able.__getitem__)
    male_share = 0.8 if _X_LINKED in disease.inheritance else 0.5
    sex = "male" if coin < male_share else "female"
    other = "female" if sex == "male" else "male"
    return sex if able[sex] >= min(MIN_FINDINGS, able[other]) else other


def _draw_findings(disease: Disease, sex: str, missing_frequency: float, rng: random.Random) -> tuple[Finding, ...]:
    possible = [finding for finding in disease.findings if sex_of(finding) in ("", sex)]
    chances = [missing_frequency if one.frequency is None else one.frequency for one in possible]
    drawn = [rng.random() < chance for chance in chances]
    ranked = sorted(range(len(possible)), key=lambda i: (not drawn[i], -chances[i], possible[i].id))
    count = min(MAX_FINDINGS, max(MIN_FINDINGS, sum(drawn)))
    kept = [possible[i] for i in ranked[:count]]
    rng.shuffle(kept)
    return tuple(kept)


def _age(disease: Disease, findings: Collection[Finding], rng: random.Random) -> float:
    ranges = [_ONSET_YEARS[onset] for onset in disease.onsets if onset in _ONSET_YEARS]
    if any(finding.id in _INFERTILITY for finding in findings):
        low, high = 22, 42
        return rng.uniform(low, high)
    low, high = rng.choice(ranges) if ranges else (0, 40)
    onset = rng.uniform(low, high)
    over_89 = rng.random() < _OVER_89_SHARE
    latest = min((_LATEST_YEARS[term] for term in disease.onsets if term in _LATEST_YEARS), default=88.0)
    if low >= 40 and over_89 and latest > 80:
        return rng.uniform(90, 98)
    return max(0.02, min(latest, onset + rng.expovariate(1 / (0.6 if onset < 0.1 and latest < 2 else 7))))


def _person(key: str, sex: str, age: float, findings: tuple[Finding, ...], rng: random.Random) -> Patient:
    origin = rng.choice(tuple(people.ORIGINS))
    name = people.draw_name(origin, sex, rng)
    fake = people.faker()
    fake.seed_instance(rng.getrandbits(48))
    visit = date(2015, 1, 1) + timedelta(days=rng.randrange(3560))
    host = rng.choice(("example.org", "example.com", "example.net"))
    relation = rng.choice(_RELATIONS[age >= 18])
    relative = people.draw_name(origin, _RELATION_SEX.get(relation) or rng.choice(("male", "female")), rng)
    base = rng.choice((fake.last_name(), fake.city()))
    kind = rng.choice((*_HOSPITALS, "Children's Hospital" if age < 16 else "Regional Medical Center"))
    school = f"{fake.last_name()} {rng.choice(('Elementary School', 'Middle School', 'Academy'))}"
    digits, letters = people.digits, people.letters

    def colleague(sex: str = "") -> people.Name:
        group = rng.choice(tuple(people.ORIGINS))
        return people.draw_name(group, sex or rng.choice(("male", "female")), rng)

    return Patient(
        id=key, sex=sex, age_years=age, findings=findings, origin=origin, name=name,
        birth_date=visit - timedelta(days=int(age * 365.25) + 1), visit_date=visit,
        earlier_date=visit - timedelta(days=min(rng.randrange(3, 400), max(1, int(age * 300)))),
        next_date=visit + timedelta(days=rng.randrange(14, 360)),
        street=fake.street_address() if rng.random() < 0.9 else f"P.O. Box {digits(rng, 4)}",
        city=fake.city(), county=f"{fake.last_name()} County", state=fake.state_abbr(include_territories=False),
        zip=fake.zipcode(), phone=people.phone(rng),
        work_phone=people.phone(rng) + (f" ext. {digits(rng, 3)}" if rng.random() < 0.4 else ""),
        email=people.email(name, host, rng), ssn=people.ssn(rng),
        mrn=rng.choice((digits(rng, 7), "-".join(digits(rng, n) for n in (3, 2, 3)), letters(rng, 1) + digits(rng, 6))),
        account=rng.choice((f"AC{digits(rng, 8)}", digits(rng, 10))),
        accession=f"{rng.choice(('S', 'G', 'LAB'))}{visit:%y}-{digits(rng, 5)}",
        insurer=f"{rng.choice(_INSURERS[0])} {rng.choice(_INSURERS[1])}", member_id=letters(rng, 3) + digits(rng, 9),
        workplace=school if age < 18 else fake.company(),
        hospital=f"{base} {kind}", hospital_short=f"{base} {kind.split()[0]}",
        department_phone=people.phone(rng), fax=people.phone(rng), url=f"https://portal.{host}/r/{digits(rng, 6)}",
        ip=f"{rng.choice(('192.0.2', '198.51.100', '203.0.113'))}.{rng.randrange(1, 255)}",
        device=f"SN-{letters(rng, 1)}{digits(rng, 3)}-{digits(rng, 5)}", plate=f"{letters(rng, 3)}-{digits(rng, 4)}",
        attending=colleague(), attending_license=digits(rng, 10), referring=colleague(), nurse=colleague("female"),
        relative=people.Name(relative.given, name.surname if rng.random() < 0.7 else relative.surname),
        relation=relation,
    )  # fmt: skip
