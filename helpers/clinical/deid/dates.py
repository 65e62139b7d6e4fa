# ruff: noqa: E501 (tables of patterns, words and sentences read best unbroken)
"""The grammar of dates: numeric, named, dictated; reading one and writing it back in the same form."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_NAMED = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)\.?"
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth "
    "twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
).split()
_UNITS = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINAL = "(?:" + "|".join(sorted((word.replace("-", "[ -]") for word in _ORDINALS), key=len, reverse=True)) + ")"
_BELOW_100 = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_UNITS)}))?|{'|'.join(_TEENS)}|(?:oh |o )?(?:{'|'.join(_UNITS)}))"
)
_SPOKEN_YEAR = rf"(?:two thousand(?: and)?(?: {_BELOW_100})?|(?:nineteen|twenty) (?:hundred|{_BELOW_100}))"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:19|20)\d\d"
_CLOCK = r"(?:(?:T|,? at |,? )\d{1,2}:\d\d(?::\d\d(?:\.\d{1,6})?)?(?: ?[ap]\.?m\b\.?)?(?:Z|[+-]\d\d:?\d\d)?)?"

# name -> pattern; searched together, case-insensitive, the first alternative that fits wins
_FORMS = {
    "ymd": rf"(?<![\d/.-])(?P<ymd_y>{_YEAR})(?P<ymd_s>[-/.])(?P<ymd_m>\d{{1,2}})(?P=ymd_s)(?P<ymd_d>\d{{1,2}})(?!\d){_CLOCK}",
    "compact": r"(?<![\w.-])(?P<compact_y>(?:19|20)\d\d)(?P<compact_m>0[1-9]|1[0-2])(?P<compact_d>0[1-9]|[12]\d|3[01])"
    r"(?:[0-2]\d[0-5]\d(?:[0-5]\d)?(?:\.\d{1,4})?(?:[+-]\d{4})?)?(?![\w-])",
    "numeric": rf"(?<![\d/.-])(?P<numeric_a>\d{{1,2}})(?P<numeric_s> ?[/-] ?|\. ?)(?P<numeric_b>\d{{1,2}})(?P=numeric_s)"
    rf"(?P<numeric_y>{_YEAR}|'?\d\d)(?![\d/]|-\d|\.\d){_CLOCK}",
    "dmy": rf"(?:{_WEEKDAY},? )?(?:the )?\b(?P<dmy_d>{_DAY})(?P<dmy_o>st|nd|rd|th)?(?P<dmy_s>(?:[ ./-]|\. )?(?:day )?(?:of )?)"
    rf"(?P<dmy_m>{_NAMED})(?:(?P<dmy_t>(?:,? ?|[./-])(?:of )?)(?P<dmy_y>{_YEAR}|'\d\d|(?<=-)\d\d\b))?(?!\w){_CLOCK}",
    "mdy": rf"(?:{_WEEKDAY},? )?\b(?P<mdy_m>{_NAMED})(?P<mdy_s>[ ./-]{{1,2}}(?:the )?)(?P<mdy_d>{_DAY})(?P<mdy_o>st|nd|rd|th)?(?![\d%]|[./:]\d|[ ]?(?:mg|years?|kg)\b)"
    rf"(?:(?P<mdy_t>(?:,? ?|[ /-])(?:of )?)(?P<mdy_y>{_YEAR}|'\d\d|(?<=-)\d\d\b)(?!\w))?{_CLOCK}",
    "my": rf"\b(?P<my_m>{_NAMED})(?P<my_s>,? |-|/|,? of )(?P<my_y>{_YEAR}|'\d\d)(?!\w)",
    "slash_my": rf"(?<![\d/.-])(?P<slash_my_m>0?[1-9]|1[0-2])(?P<slash_my_s>[/-])(?P<slash_my_y>{_YEAR})(?![\d/-])",
    "ym": rf"(?<![\d/.-])(?P<ym_y>{_YEAR})(?P<ym_s>-)(?P<ym_m>0[1-9]|1[0-2])(?![\d/-])",
    "spoken_mdy": rf"(?:{_WEEKDAY},? )?\b(?P<spoken_mdy_m>{_NAMED})(?: the)? (?P<spoken_mdy_d>{_ORDINAL})\b(?:,? (?P<spoken_mdy_y>{_YEAR}|{_SPOKEN_YEAR})\b)?",
    "spoken_dmy": rf"(?:{_WEEKDAY},? )?(?:the )?\b(?P<spoken_dmy_d>{_ORDINAL}) (?:day )?(?:of )?(?P<spoken_dmy_m>{_NAMED})(?:,? (?P<spoken_dmy_y>{_YEAR}|{_SPOKEN_YEAR})\b)?",
    "spoken_my": rf"\b(?P<spoken_my_m>{_NAMED}) (?:of )?(?P<spoken_my_y>{_SPOKEN_YEAR})\b",
    "spoken_mdcy": rf"\b(?P<spoken_mdcy_m>{_NAMED}) (?P<spoken_mdcy_d>{_BELOW_100}),? (?P<spoken_mdcy_y>{_SPOKEN_YEAR})\b",
    "cued_md": r"\b(?:on|dated?|seen|visit|dos|admitted|discharged|since|by|until|until|from|of|dob|d/c|adm)[ :]{1,2}(?P<cued_md>(?P<cued_md_a>0?[1-9]|1[0-2])/(?P<cued_md_b>0?[1-9]|[12]\d|3[01]))(?![\d/%])",
    "cued_month": rf"\b(?:in|since|last|this|next|until|early|late|mid|of|by|during)[ -](?P<cued_month>(?P<cued_month_m>{_NAMED}))(?![ ](?:have|be|not|also)|,? ?(?:of )?(?:the )?'?\d| (?:two|nineteen|twenty|{_ORDINAL}))",
}
_DIGITS_FIRST = ("ymd", "compact", "numeric", "slash_my", "ym")
_MONTH_FIRST = ("mdy", "my", "spoken_mdy", "spoken_my", "spoken_mdcy")  # or a weekday before it
_NAME_AHEAD = "(?=j(?:an|un|ul)|f(?:eb|ri)|ma[ry]|a(?:pr|ug)|s(?:ep|at|un)|oct|nov|dec|mon|t(?:ue|hu)|wed)"


def _any_of(names: Iterable[str]) -> str:
    return "(?:" + "|".join(f"(?P<{name}_all>{_FORMS[name]})" for name in names) + ")"


# A look at what a word begins with spares most of the grammar at most words.
_DATE = re.compile(
    rf"\b(?=\w)(?:(?=\d){_any_of(_DIGITS_FIRST)}|(?=[\dmtwfs]){_any_of(['dmy'])}|{_NAME_AHEAD}{_any_of(_MONTH_FIRST)}"
    rf"|(?=[mtwfsen]){_any_of(['spoken_dmy'])}|(?=[odsvabuf]){_any_of(['cued_md'])}|(?=[isltnuembod]){_any_of(['cued_month'])})",
    re.IGNORECASE,
)
_SUFFIX = {1: "st", 21: "st", 31: "st", 2: "nd", 22: "nd", 3: "rd", 23: "rd"}
_WORD_VALUES = (
    {word: i + 1 for i, word in enumerate(_UNITS)}
    | {word: i + 10 for i, word in enumerate(_TEENS)}
    | {word: 10 * (i + 2) for i, word in enumerate(_TENS)}
)


@dataclass(frozen=True)
class DateMention:
    """A date in a text; year, month and day as far as they are written; `first`, `second` for the ambiguous 03/04/2020."""

    start: int
    end: int
    form: str
    year: int | None
    month: int | None
    day: int | None
    parts: tuple[tuple[str, int, int], ...]


def find_dates(text: str, *, day_first: bool = False) -> list[DateMention]:
    """Every mention of a date finer than a year; implausible numbers (month 13, day 32) are left alone."""
    day_first = day_first or _writes_day_first(text)
    mentions = []
    for match in _DATE.finditer(text):
        mention = _read(match, day_first)
        if mention:
            mentions.append(mention)
    return mentions


def shift(text: str, days: int, *, day_first: bool = False) -> str | None:
    """`text`, which is one date, moved by `days` in the form it was written in; None where it cannot be read whole.

    Dates without a day move as their 15th, dates without a year as in 2001.
    """
    mention = next(iter(find_dates(text, day_first=day_first)), None)
    if mention is None or mention.month is None:
        return None
    try:
        moved = datetime.date(mention.year or 2001, mention.month, mention.day or 15) + datetime.timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    pieces, last = [], 0
    for part, start, end in sorted(mention.parts, key=lambda item: item[1]):
        pieces += [text[last:start], _write(part, text[start:end], moved)]
        last = end
        if part == "d" and text[end : end + 2].lower() in ("st", "nd", "rd", "th"):
            pieces.append(_SUFFIX.get(moved.day, "th"))
            last = end + 2
    pieces.append(text[last:])
    return (
        re.sub(_WEEKDAY + r",? (?=\S)", "", "".join(pieces), flags=re.IGNORECASE)
        if _weekday_in(text)
        else "".join(pieces)
    )


def renderings(value: str) -> list[str]:
    """Other ways to write a date given as YYYY-MM-DD (or any form `find_dates` reads); [] where it is no full date."""
    mention = next(iter(find_dates(value)), None)
    if mention is None or not (mention.year and mention.month and mention.day):
        return []
    y, m, d = mention.year, mention.month, mention.day
    name = MONTHS[m - 1].capitalize()
    short, forms = name[:3], []
    for a, b in ((f"{m:02d}", f"{d:02d}"), (str(m), str(d))):
        for sep in "/-. ":
            forms += [sep.join((a, b, str(y))), sep.join((b, a, str(y))), sep.join((a, b, f"{y % 100:02d}"))]
            forms += [sep.join((b, a, f"{y % 100:02d}")), sep.join((str(y), a, b))]
    forms += [f"{y}{m:02d}{d:02d}", f"{m:02d}{d:02d}{y}", f"{d:02d}{m:02d}{y}", f"{m:02d}{d:02d}{y % 100:02d}"]
    for word in (name, short):
        for day in (str(d), f"{d:02d}"):
            forms += [
                f"{word} {day}, {y}",
                f"{word} {day} {y}",
                f"{day} {word} {y}",
                f"{day}-{word}-{y}",
                f"{day}{word}{y}",
            ]
    return sorted(set(forms))


def _writes_day_first(text: str) -> bool:
    return any(
        int(match["a"]) > 12
        for match in re.finditer(r"(?<![\d/.-])(?P<a>\d{1,2})([/.-])(?P<b>\d{1,2})\2(?:19|20)?\d\d(?!\d)", text)
        if int(match["b"]) <= 12
    )


def _read(match: re.Match[str], day_first: bool) -> DateMention | None:
    form = next(name for name in _FORMS if match[f"{name}_all"] is not None)
    groups = {key[len(form) + 1 :]: key for key in match.re.groupindex if key.startswith(f"{form}_")}
    outer = form if form.startswith("cued") else f"{form}_all"
    start, end = match.span(outer)

    def where(part: str) -> tuple[int, int]:
        return match.span(groups[part]) if part in groups and match[groups[part]] is not None else (-1, -1)

    parts = {part: where(part) for part in ("y", "m", "d", "a", "b")}
    if form in ("numeric", "cued_md"):
        first, second = int(match[groups["a"]]), int(match[groups["b"]])
        flip = first > 12 or (day_first and second <= 12)
        if not (1 <= (second if flip else first) <= 12 and 1 <= (first if flip else second) <= 31):
            return None
        if (
            form == "numeric"
            and "." in match[groups["s"]]
            and min(map(len, (match[groups["a"]], match[groups["y"]]))) < 2
        ):
            return None
        parts["m"], parts["d"] = (parts["b"], parts["a"]) if flip else (parts["a"], parts["b"])
    values = {part: match.string[slice(*parts[part])] if parts[part][0] >= 0 else "" for part in "ymd"}
    month = _month(values["m"])
    day = _number(values["d"])
    if (month is not None and not 1 <= month <= 12) or (day is not None and not 1 <= day <= 31):
        return None
    if (
        form == "mdy"
        and values["m"].lower().rstrip(".") in ("may", "mar", "sun", "sat")
        and values["m"][0].islower()
        and not values["y"]
    ):
        return (
            None
            if values["m"].lower() != "may" or match.string[match.end() : match.end() + 1] not in ("", ",", ".", "\n")
            else DateMention(start, end, form, None, month, day, tuple((p, *parts[p]) for p in "md"))
        )
    if form == "cued_month":
        word = values["m"].rstrip(".")
        if word.lower() in ("may", "mar", "march") and not word[0].isupper():
            return None
        if len(word) < 4 and word.lower() != "may" and not word[0].isupper():
            return None
    year = _year(values["y"])
    return DateMention(start, end, form, year, month, day, tuple((p, *parts[p]) for p in "ymd" if parts[p][0] >= 0))


def _month(word: str) -> int | None:
    if not word:
        return None
    if word.isdigit():
        return int(word)
    return next(i + 1 for i, name in enumerate(MONTHS) if name.startswith(word.lower().rstrip(".")[:3]))


def _number(word: str) -> int | None:
    if not word:
        return None
    if word.isdigit():
        return int(word)
    plain = word.lower().replace(" ", "-")
    if plain in _ORDINALS:
        return _ORDINALS.index(plain) + 1
    return sum(_WORD_VALUES.get(part, 0) for part in plain.split("-"))


def _year(word: str) -> int | None:
    if not word:
        return None
    digits = word.lstrip("'")
    if digits.isdigit():
        return int(digits) if len(digits) == 4 else 2000 + int(digits) if int(digits) < 40 else 1900 + int(digits)
    words = word.lower().replace("-", " ").replace(" and", "").split()
    if words[:2] == ["two", "thousand"]:
        return 2000 + sum(_WORD_VALUES.get(part, 0) for part in words[2:])
    return (1900 if words[0] == "nineteen" else 2000) + sum(_WORD_VALUES.get(part, 0) for part in words[1:])


def _write(part: str, old: str, moved: datetime.date) -> str:
    if part == "y":
        if old.lstrip("'").isdigit():
            return str(moved.year) if len(old.lstrip("'")) == 4 else old[: len(old) - 2] + f"{moved.year % 100:02d}"
        return str(moved.year)
    value = moved.month if part == "m" else moved.day
    if old.isdigit():
        return f"{value:02d}" if len(old) == 2 else str(value)
    if part == "d":
        return _ORDINALS[value - 1].replace("-", " " if " " in old else "-")
    name = MONTHS[value - 1] if old.lower() in MONTHS else MONTHS[value - 1][:3]
    name = name + ("." if old.endswith(".") and len(name) == 3 else "")
    return name.upper() if old.isupper() else name.capitalize() if old[0].isupper() else name


def _weekday_in(text: str) -> bool:
    return re.match(rf"{_WEEKDAY},? ", text, re.IGNORECASE) is not None
