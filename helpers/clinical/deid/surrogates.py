"""Put something harmless in the place of each identifier: a tag, a mask, or a keyed surrogate of the same form."""

import datetime
import hmac
import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Literal

from helpers.clinical.deid import dates, lexicon, name_pools
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
TITLES = frozenset("dr mr mrs ms miss mx prof professor sir jr sr ii iii iv md do phd rn np pa esq".split())
"""Folded titles and suffixes that stay in a name."""
_PARTICLES = frozenset("de da do dos das del la le van von der den ter bin ibn al el y".split())
_NAME_WORD = re.compile(r"[^\W\d_]+")
_SHORT = re.compile(r"[A-Z]{2,5}")
_AREA_CODES = ("201", "303", "404", "505", "606", "707", "808", "909")


def replace(
    text: str,
    spans: Sequence[Span],
    *,
    output: Output,
    method: Method,
    key: bytes,
    patient_key: str,
    names: Iterable[str] = (),
) -> str:
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
        names: Further real names of the patient's records, see `Surrogates`.

    Raises:
        PhiError: If the key is missing or short, or the spans overlap.
    """
    if any(first.end > second.start for first, second in itertools.pairwise(spans)):
        raise PhiError("Spans overlap", expected="disjoint sorted spans", remedy="pass them through spans.resolve")
    values = [(span.label, text[span.start : span.end]) for span in spans]
    writer = Surrogates(
        key=key,
        patient_key=patient_key,
        method=method,
        names=[*names, *(value for label, value in values if label == "NAME")],
        organizations=[value for label, value in values if label == "ORGANIZATION"],
        latest_year=_latest_year(text, spans),
        day_first=_day_first(text, spans),
    )
    pieces, last = [], 0
    for span, (label, value) in zip(spans, values, strict=True):
        pieces += [text[last : span.start], instead(value, label, output=output, writer=writer)]
        last = span.end
    return "".join([*pieces, text[last:]])


def instead(value: str, label: str, *, output: Output, writer: "Surrogates") -> str:
    """What stands for one identifier: its tag, its mask or its surrogate."""
    if output == "tag":
        return f"[{label}]"
    if output == "mask":
        return "".join("*" if char.isalnum() else char for char in value)
    return writer.write(label, value)


def code(value: str, *, key: bytes, prefix: str) -> str:
    """A keyed code for a record or patient id: the prefix and 16 hexadecimal digits of HMAC-SHA256."""
    return prefix + hmac.new(key, f"code\0{prefix}\0{value}".encode(), sha256).hexdigest()[:16]


def offset_days(*, key: bytes, patient_key: str) -> int:
    """The secret date offset of a patient: between 30 and 729 days, backwards or forwards, never 0."""
    number = int.from_bytes(hmac.new(key, f"offset\0{patient_key}".encode(), sha256).digest()[:8], "big")
    return (30 + number // 2 % 700) * (1 if number % 2 else -1)


class Surrogates:
    """Writes the surrogates of one patient: the same value gives the same surrogate in every record and resource.

    Names go word by word, whatever their case, accents and order, so "Smith, Anna" and "ANNA SMITH" agree. Two different
    name words never get one surrogate from the same writer, and no surrogate is one of `names`. Both promises hold over
    several records where their writers are given the same `names`; otherwise a word whose first choice was taken
    (rare: about the number of names over the size of the pool) may be written differently in two records.

    Args:
        key: Secret of at least 16 bytes.
        patient_key: Whose records these are.
        method: See `replace`. A limited data set may by law keep towns, zips and dates (45 CFR 164.514(e)); here it keeps
            dates only as moved ones and gives towns surrogates, like `expert_determination`: less than the law allows.
        names: Real names in the patient's records.
        organizations: Real organizations there: an all-capitals short form of one of them becomes that of its surrogate.
        latest_year: Latest year of the records, 0 where unknown. Years 90 or more before the later of it and today tell
            an age over 89.
        day_first: Whether 03/04/2020 is the third of April.

    Raises:
        PhiError: If the key is missing or short.
    """

    def __init__(
        self,
        *,
        key: bytes,
        patient_key: str,
        method: Method,
        names: Iterable[str] = (),
        organizations: Iterable[str] = (),
        latest_year: int = 0,
        day_first: bool = False,
    ) -> None:
        if len(key or b"") < 16:
            raise PhiError(
                "The surrogate key is missing or too short",
                found=f"{len(key or b'')} bytes",
                expected="16 bytes or more",
                remedy="let the run create its key, or set one",
            )
        self.key, self.patient_key, self.method = key, patient_key, method
        self.oldest_year = max(latest_year, datetime.date.today().year) - 89
        self.day_first = day_first
        self.real = {lexicon.fold(word) for name in names for word in _NAME_WORD.findall(name)}
        self._names: dict[str, str] = {}
        self._taken: set[str] = set()
        for low in sorted(self.real):  # sorted: the order of the records changes nothing
            self._new_name(low)
        self._short = {short: value for value in sorted(set(organizations)) if (short := _initials(value))}

    def write(self, label: str, value: str) -> str:
        """The surrogate of `value`, an identifier of class `label` (one of `spans.LABELS`)."""
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
        return _NAME_WORD.sub(lambda match: self._name_word(match[0]), re.sub(r"\d", "", value))

    def _name_word(self, word: str) -> str:
        low = lexicon.fold(word)
        if len(word) == 1:
            choices = [c for c in "ABCDEFGHIJKLMNOPRSTVW" if c.lower() != low]
            return _cased(choices[self._number("initial", low) % len(choices)], word)
        if low in TITLES or (low in _PARTICLES and word.islower()):
            return word
        new = self._names.get(low) or self._new_name(low)
        return _cased(_plain(new) if word.isascii() else new, word)

    def _new_name(self, low: str) -> str:
        self.real.add(low)
        for pool in name_pools.candidates(low):
            start = self._number("name", low)
            for step in range(len(pool)):
                new = pool[(start + step) % len(pool)]
                folded = lexicon.fold(new)
                if folded not in self.real and folded not in self._taken:
                    self._taken.add(folded)
                    self._names[low] = new
                    return new
        raise PhiError("No surrogate name is left", remedy="split the record")

    def _date(self, value: str, label: str) -> str:
        if self.method != "safe_harbor":
            moved = dates.shift(
                value, offset_days(key=self.key, patient_key=self.patient_key), day_first=self.day_first
            )
            return moved if moved is not None and moved != value else "[DATE]"
        mention = next(iter(dates.find_dates(value)), None)
        year = mention.year if mention else int(value) if re.fullmatch(r"(?:19|20)\d\d", value) else None
        return "[DATE]" if year is None or year < self.oldest_year else str(year)

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
        if _SHORT.fullmatch(value):
            if value in self._short:
                return _initials(self._organization(self._short[value], label))
            return "".join(chr(65 + byte % 26) for byte in _stream(self._number("short", value), len(value)))
        kind = next((word for word in _ORG_WORDS if re.search(rf"\b{word}\W*$", value, re.IGNORECASE)), "Center")
        low = lexicon.fold(value)
        core = re.sub(rf"\b(?:the|{'|'.join(_ORG_WORDS).lower()})\b", " ", low)
        number = self._number("organization", " ".join(re.findall(r"\w+", core)) or low)
        head = _TOWN_HEADS[number % len(_TOWN_HEADS)] + _TOWN_TAILS[number // 64 % len(_TOWN_TAILS)]
        return _cased(f"{head} {kind}", value)

    def _code(self, value: str, label: str) -> str:
        if label in ("BIOMETRIC", "PHOTO") or not any(char.isdigit() for char in value):
            return f"[{label}]"
        stem = re.sub(r"[\W_]", "", value).lower()
        for attempt in range(8):
            stream = iter(_stream(self._number(f"code{attempt}", stem), len(value)))
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


def _plain(word: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))


def _initials(organization: str) -> str:
    """The capitals of its words (MGH of Massachusetts General Hospital); empty where there are fewer than two words."""
    words = [word for word in re.findall(r"[^\W\d_]+", organization) if word.lower() not in ("of", "the", "and", "for")]
    return "".join(word[0] for word in words).upper() if len(words) > 1 else ""


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
