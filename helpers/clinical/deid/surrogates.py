"""Put something harmless in the place of each identifier: a tag, a mask, or a keyed surrogate of the same form."""

import hmac
import itertools
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Literal

from helpers.clinical.deid import dates, lexicon
from helpers.clinical.deid.spans import Span
from helpers.core.errors import PhiError

Output = Literal["tag", "mask", "surrogate"]
Method = Literal["safe_harbor", "expert_determination", "limited_data_set"]

RESTRICTED_ZIP3 = frozenset(
    "036 059 063 102 203 205 369 556 692 753 772 790 821 823 830 831 878 879 884 890 893".split()
)
"""Three-digit zips with at most 20,000 inhabitants in the census of 2000 or 2010; they become 000 (45 CFR 164.514(b)(2))."""

_TOWN_HEADS = (
    "Amber Bright Calder Dove Ember Farrow Gilder Hazel Ivor Juniper Kestrel "
    "Larkin Merrow Nettle Opal Plover Quarry Rowan Sorrel Teal Umber Vesper Willow Yarrow"
).split()
_TOWN_TAILS = "bourne cliffe combe croft ditch fold garth hithe holt lea marsh pool rill shaw thorpe weir".split()
_ORG_WORDS = (
    "Hospital",
    "Medical Center",
    "Clinic",
    "Health",
    "Center",
    "Institute",
    "University",
    "College",
    "School",
    "Pharmacy",
    "Insurance",
    "Plan",
    "Laboratories",
    "Group",
    "Hospice",
    "Practice",
)
_AREA_CODES = ("201", "303", "404", "505", "606", "707", "808", "909")


def replace(text: str, spans: Sequence[Span], *, output: Output, method: Method, key: bytes, patient_key: str) -> str:
    """`text` with every span replaced.

    Args:
        text: The text the spans refer to.
        spans: Disjoint and sorted, as `engine.find` returns them.
        output: `tag` writes [NAME]; `mask` writes * for every letter and digit; `surrogate` writes an invented value, the
            same for the same patient, label and value, in the form of the original (initials, capitals, punctuation).
        method: `safe_harbor` leaves of a date its year only, and not even that where it would tell an age over 89; the
            other two move all dates of a patient by one secret offset, so that intervals stay.
        key: Secret of at least 16 bytes. Whoever holds it can repeat the surrogates: keep it out of the outputs.
        patient_key: Whose record it is.

    Raises:
        PhiError: If the key is missing or short, or the spans overlap.
    """
    if len(key) < 16:
        raise PhiError(
            "The surrogate key is missing or too short",
            found=f"{len(key)} bytes",
            expected="16 bytes or more",
            remedy="let the run create its key, or set one",
        )
    if any(first.end > second.start for first, second in itertools.pairwise(spans)):
        raise PhiError("Spans overlap", expected="disjoint sorted spans", remedy="pass them through spans.resolve")
    real = {
        lexicon.fold(word)
        for span in spans
        if span.label == "NAME"
        for word in re.findall(r"[^\W\d_]+", text[span.start : span.end])
    }
    writer = _Writer(key, patient_key, method, real, _latest_year(text, spans), _day_first(text, spans))
    pieces, last = [], 0
    for span in spans:
        value = text[span.start : span.end]
        if output == "tag":
            new = f"[{span.label}]"
        elif output == "mask":
            new = "".join("*" if char.isalnum() else char for char in value)
        else:
            new = writer.write(span.label, value)
        pieces += [text[last : span.start], new]
        last = span.end
    return "".join([*pieces, text[last:]])


def code(value: str, *, key: bytes, prefix: str) -> str:
    """A keyed code for a record or patient id: the prefix and 16 hexadecimal digits of HMAC-SHA256."""
    return prefix + hmac.new(key, f"code\0{prefix}\0{value}".encode(), sha256).hexdigest()[:16]


def offset_days(*, key: bytes, patient_key: str) -> int:
    """The secret date offset of a patient: between 30 and 729 days, backwards or forwards, never 0."""
    number = int.from_bytes(hmac.new(key, f"offset\0{patient_key}".encode(), sha256).digest()[:8], "big")
    return (30 + number // 2 % 700) * (1 if number % 2 else -1)


class _Writer:
    def __init__(
        self, key: bytes, patient_key: str, method: str, real: set[str], latest_year: int, day_first: bool
    ) -> None:
        self.key, self.patient_key, self.method, self.real = key, patient_key, method, real
        self.latest_year, self.day_first = latest_year, day_first

    def write(self, label: str, value: str) -> str:
        plain = {"FAX": "PHONE"}.get(label, label)
        writer = {
            "NAME": self._name,
            "DATE": self._date,
            "AGE": self._age,
            "PHONE": self._phone,
            "EMAIL": self._email,
            "URL": self._url,
            "IP": self._ip,
            "SSN": self._ssn,
            "ADDRESS": self._address,
            "LOCATION": self._location,
            "ORGANIZATION": self._organization,
        }.get(plain, self._code)
        return writer(value, label)

    def _number(self, purpose: str, value: str) -> int:
        message = f"{purpose}\0{self.patient_key}\0{value}".encode()
        return int.from_bytes(hmac.new(self.key, message, sha256).digest()[:8], "big")

    def _name(self, value: str, label: str) -> str:
        return re.sub(r"[^\W\d_]+", lambda match: self._name_word(match[0]), re.sub(r"\d", "", value))

    def _name_word(self, word: str) -> str:
        low = lexicon.fold(word)
        if len(word) == 1:
            choices = [c for c in "ABCDEFGHIJKLMNOPRSTVW" if c.lower() != low]
            return _cased(choices[self._number("initial", low) % len(choices)], word)
        which = 0 if lexicon.name_words().get(low, 0) == 1 else 1
        pool = _pool()[which]
        start = self._number("name", low)
        for step in range(len(pool)):
            new = pool[(start + step) % len(pool)]
            if lexicon.fold(new) not in self.real:
                return _cased(new, word)
        raise PhiError("No surrogate name is left", remedy="split the record")

    def _date(self, value: str, label: str) -> str:
        mention = next(iter(dates.find_dates(value)), None)
        if self.method != "safe_harbor":
            moved = dates.shift(
                value, offset_days(key=self.key, patient_key=self.patient_key), day_first=self.day_first
            )
            return moved if moved is not None and moved != value else "[DATE]"
        if mention is None or mention.year is None or mention.year < self.latest_year - 89:
            return "[DATE]"
        return str(mention.year)

    def _age(self, value: str, label: str) -> str:
        return "90 or over"

    def _phone(self, value: str, label: str) -> str:
        digits = [i for i, char in enumerate(value) if char.isdigit()]
        if len(digits) < 7:
            return f"555-01{self._number('phone', value) % 100:02d}"
        main = re.match(r"[^A-Za-z]*", value)[0]  # an extension is dropped
        count = sum(char.isdigit() for char in main)
        number = self._number("phone", re.sub(r"\D", "", main))
        if count < 7:
            return f"555-01{number % 100:02d}"
        area = _AREA_CODES[number // 100 % len(_AREA_CODES)]
        new = ("1" * max(0, count - 10) + area[: max(0, min(3, count - 7))] + f"55501{number % 100:02d}")[-count:]
        if new == re.sub(r"\D", "", main):
            new = new[:-2] + f"{(int(new[-2:]) + 1) % 100:02d}"
        fill = iter(new)
        return "".join(next(fill) if char.isdigit() else char for char in main).rstrip(" ,")

    def _email(self, value: str, label: str) -> str:
        return f"user{self._number('email', value.lower()) % 10**8:08d}@example.org"

    def _url(self, value: str, label: str) -> str:
        return f"https://example.org/{self._number('url', value.lower()) % 10**8:08d}"

    def _ip(self, value: str, label: str) -> str:
        number = self._number("ip", value)
        return f"2001:db8::{number % 65535:x}" if ":" in value else f"192.0.2.{number % 254 + 1}"

    def _ssn(self, value: str, label: str) -> str:
        digits = sum(char.isdigit() for char in value)
        number = f"{self._number('ssn', re.sub(r'[^0-9]', '', value)) % 10**6:06d}"
        fill = iter(("000" + number)[-digits:] if digits >= 4 else number)  # area 000 is never issued
        return "".join(next(fill, "0") if char.isdigit() else char for char in value) if digits else "[SSN]"

    def _address(self, value: str, label: str) -> str:
        number = self._number("address", " ".join(re.findall(r"\w+", value.lower())))
        town = _TOWN_HEADS[number // 997 % len(_TOWN_HEADS)]
        if re.search(r"\bbox\b", value, re.IGNORECASE):
            return f"PO Box {number % 8999 + 1000}"
        return _cased(f"{number % 899 + 100} {town} Street", value)

    def _location(self, value: str, label: str) -> str:
        if re.fullmatch(r"\d{5}(?:-\d{4})?", value):
            return "000" if value[:3] in RESTRICTED_ZIP3 else value[:3] + "00"
        if any(char.isdigit() for char in value):
            return "000"
        number = self._number("location", lexicon.fold(value))
        new = _TOWN_HEADS[number % len(_TOWN_HEADS)] + _TOWN_TAILS[number // 64 % len(_TOWN_TAILS)]
        return _cased(new + (" County" if value.lower().endswith(" county") else ""), value)

    def _organization(self, value: str, label: str) -> str:
        number = self._number("organization", lexicon.fold(value))
        kind = next((word for word in _ORG_WORDS if value.lower().endswith(word.lower())), "Center")
        head = _TOWN_HEADS[number % len(_TOWN_HEADS)] + _TOWN_TAILS[number // 64 % len(_TOWN_TAILS)]
        return _cased(f"{head} {kind}", value)

    def _code(self, value: str, label: str) -> str:
        if label in ("BIOMETRIC", "PHOTO") or not any(char.isdigit() for char in value):
            return f"[{label}]"
        stem = re.sub(r"[\W_]", "", value).lower()
        for attempt in range(8):
            stream = iter(_stream(self._number(f"{label}{attempt}", stem), len(value)))
            new = "".join(
                str(next(stream) % 10)
                if char.isdigit()
                else _cased(chr(97 + next(stream) % 26), char)
                if char.isalpha()
                else char
                for char in value
            )
            if re.sub(r"[\W_]", "", new).lower() != stem:
                return new
        return f"[{label}]"


@lru_cache(maxsize=1)
def _pool() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Given and family names that are one plain word and no word of clinical prose."""
    banned = lexicon.COMMON | lexicon.AMBIGUOUS | lexicon.EPONYMS | lexicon.clinical_words()
    return tuple(
        tuple(
            name
            for name in pool
            if name.isascii() and name.isalpha() and 3 < len(name) < 11 and name.lower() not in banned
        )
        for pool in lexicon.names()
    )  # type: ignore[return-value]


def _stream(number: int, count: int) -> Iterable[int]:
    digest = b""
    while len(digest) < count:
        digest += sha256(f"{number}\0{len(digest)}".encode()).digest()
    return digest[:count]


def _cased(new: str, like: str) -> str:
    letters = [char for char in like if char.isalpha()]
    if letters and all(char.isupper() for char in letters) and (len(letters) > 1 or len(new) == 1):
        return new.upper()
    return new.lower() if letters and all(char.islower() for char in letters) else new


def _latest_year(text: str, spans: Iterable[Span]) -> int:
    years = [
        mention.year
        for span in spans
        if span.label == "DATE"
        for mention in dates.find_dates(text[span.start : span.end])
        if mention.year
    ]
    return max(years, default=0)


def _day_first(text: str, spans: Iterable[Span]) -> bool:
    return any(
        int(match[1]) > 12
        for span in spans
        if span.label == "DATE"
        for match in re.finditer(r"^(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}", text[span.start : span.end])
    )
