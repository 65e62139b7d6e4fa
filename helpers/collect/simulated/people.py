"""Names and numbers of people who do not exist, from seeded generators of many locales and reserved ranges."""

import random
import unicodedata
from dataclasses import dataclass
from functools import cache

from faker import Faker

# Locale group of the name -> Faker locales. Names are written in Latin letters, as in an American chart.
ORIGINS = {
    "anglo_american": ("en_US", "en_GB"),
    "hispanic": ("es_MX", "es_CO"),
    "european": ("fr_FR", "de_DE", "pl_PL", "ga_IE", "no_NO"),
    "african": ("en_NG", "zu_ZA", "tw_GH", "en_KE"),
    "south_asian": ("en_IN",),
    "east_asian": ("vi_VN", "ja_JP"),
    "middle_eastern": ("tr_TR",),
}


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name, without titles."""

    given: str
    surname: str
    middle: str = ""

    @property
    def full(self) -> str:
        """Given name, middle initial where there is one, surname."""
        return " ".join(part for part in (self.given, self.middle, self.surname) if part)


@cache
def faker(locale: str = "en_US") -> Faker:
    """The generator of one locale; seed it before use with `seed_instance`."""
    return Faker(locale)


def draw_name(origin: str, sex: str, rng: random.Random) -> Name:
    """A name of a locale group; some surnames are double, with a hyphen or, in Spanish, without."""
    locale = rng.choice(ORIGINS[origin])
    fake = faker(locale)
    fake.seed_instance(rng.getrandbits(48))
    if locale == "ja_JP":
        given, surname = getattr(fake, f"first_romanized_name_{sex}")(), fake.last_romanized_name()
    else:
        given, surname = getattr(fake, f"first_name_{sex}")(), fake.last_name()
        is_double = rng.random() < (0.6 if origin == "hispanic" else 0.08)
        if is_double:
            surname += (" " if origin == "hispanic" and rng.random() < 0.6 else "-") + fake.last_name()
    middle = f"{rng.choice('ABCDEFGHJKLMNPRSTVW')}." if rng.random() < 0.3 else ""
    return Name(given, surname, middle)


def digits(rng: random.Random, count: int) -> str:
    """`count` random digits."""
    return "".join(rng.choice("0123456789") for _ in range(count))


def letters(rng: random.Random, count: int) -> str:
    """`count` random capitals, without I and O."""
    return "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(count))


def phone(rng: random.Random) -> str:
    """A North American number of the range kept for fiction, 555-0100 to 555-0199."""
    return f"{rng.choice('23456789')}{digits(rng, 2)}-555-01{digits(rng, 2)}"


def email(name: Name, host: str, rng: random.Random) -> str:
    """An address made of a name, in ASCII."""
    user = _ascii(name.given) + rng.choice(("", ".", "_")) + _ascii(name.surname) + digits(rng, rng.choice((0, 2)))
    return f"{user}@{rng.choice(('', 'mail.'))}{host}"


def ssn(rng: random.Random) -> str:
    """A number in the form of a social security number from a block that is issued for nothing: 9xx with 01 to 49."""
    return f"9{digits(rng, 2)}-{rng.randrange(1, 50):02d}-{digits(rng, 4)}"


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower().translate(str.maketrans("ıøłđ", "iold")))
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())
