"""Dates as records write them: stamps, telegrams, memoranda, indexes, and what a scanner makes of them.

The forms are the rows of `rules/tables/date_forms.csv`. U.S. records write the month first with slashes; with dots the
day comes first. Two-digit years are resolved by the document's date where it is known, else by the pivot of stamps.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import regex

from redact.normalise.text import LOOSE_DIGIT, nearest, to_digits, to_letters, trim

STAMP_PIVOT = 40
"""Two-digit years below are 20xx, from it on 19xx, where no document date helps (stamps, date-time groups)."""
INSTRUCTION_SPAN = 30
"""Years after the document in which the date of an instruction is looked for."""

MONTHS = (
    "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER",
    "DECEMBER",
)  # fmt: skip
_ROMAN = {name: n for n, name in enumerate(
    ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"), 1
)}  # fmt: skip
_MONTH = {name: n for n, name in enumerate(MONTHS, 1)} | {name[:3]: n for n, name in enumerate(MONTHS, 1)} | {"SEPT": 9}
_NUMBER = {word: n for n, word in enumerate(
    ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN"), 1
)}  # fmt: skip
_NUMBER |= {"TWELVE": 12, "TWENTY": 20, "TWENTY-FIVE": 25, "THIRTY": 30, "FIFTY": 50, "SEVENTY-FIVE": 75}

_SENTINELS = frozenset({
    date(1, 1, 1), date(1601, 1, 1), date(1753, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1),
    date(1904, 1, 1), date(1960, 1, 1), date(1970, 1, 1), date(9999, 12, 31),
})  # fmt: skip


class ParsedDate(NamedTuple):
    """A date as it was read.

    Attributes:
        value: the day; of a month or a year its last day, which is what deadlines run to.
        precision: `day`, `month` or `year`.
        two_digit: whether the century was worked out, not printed.
        form: `form_id` of date_forms.csv.
        iso: ISO 8601, no finer than the precision: `2018-11-09`, `1992-11`, `1964`.
    """

    value: date
    precision: str
    two_digit: bool
    form: str
    iso: str


class DateTimeGroup(NamedTuple):
    """A date-time group in Zulu time; the month and the year are None where they are not printed.

    Attributes:
        day, hour, minute: as printed.
        month, year: as printed, the year in full.
        value: the day, where month and year are printed or follow from a neighbouring date.
    """

    day: int
    hour: int
    minute: int
    month: int | None
    year: int | None
    value: date | None


def is_sentinel(day: date) -> bool:
    """Whether a date is one that systems store for "none".

    1 January 1960 in the attributes of NARA's Access to Archival Databases; zero days of spreadsheets (1899, 1900,
    1904), of Unix (1970), of Windows (1601), the first and last day that databases hold (1, 1753, 9999).
    """
    return day in _SENTINELS


@lru_cache(maxsize=2048)
def month_number(word: str, *, near: bool = True) -> int | None:
    """Month of a name or abbreviation in any case; with `near` also one slip away, where only one month is."""
    word = word.upper().rstrip(".")
    month = _MONTH.get(word)
    if month is not None or not near or not 3 <= len(word) <= 10:
        return month
    word = to_letters(word)
    if word in _MONTH:
        return _MONTH[word]
    full = nearest(word, MONTHS) if len(word) > 3 else None
    if full is not None:
        return _MONTH[full]
    if len(word) != 3:
        return None
    hits = {n for name, n in _MONTH.items() if len(name) == 3 and sum(map(str.__ne__, name, word)) == 1}
    return hits.pop() if len(hits) == 1 else None


def full_year(two: int, *, after: date | None, instruction: bool) -> int:
    """Century of a two-digit year.

    An instruction does not precede its document: the year is the one from the document's to 30 years on, else the
    nearer one. A stamp is read by the pivot 40, and not before the document.
    """
    if after is not None and instruction:
        first, last = after.year, after.year + INSTRUCTION_SPAN
        candidates = [century + two for century in range((first // 100 - 1) * 100, (last // 100 + 2) * 100, 100)]
        return min(candidates, key=lambda year: (max(first - year, year - last, 0), year))
    year = two + (2000 if two < STAMP_PIVOT else 1900)
    return year + 100 if after is not None and year < after.year else year


def _day(year: int, month: int, day: int) -> date | None:
    if not (1 <= month <= 12 and 1700 <= year <= 2299 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def _of_day(day: date | None, form: str, two_digit: bool = False) -> ParsedDate | None:
    return None if day is None else ParsedDate(day, "day", two_digit, form, day.isoformat())


def _of_month(year: int, month: int, form: str, two_digit: bool = False) -> ParsedDate | None:
    if not (1 <= month <= 12 and 1700 <= year <= 2299):
        return None
    last = date(year, month, monthrange(year, month)[1])
    return ParsedDate(last, "month", two_digit, form, f"{year:04d}-{month:02d}")


def years_after(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


_TIME = r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
_YMD = regex.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}})({_TIME})")
_NUMERIC = regex.compile(
    rf"({LOOSE_DIGIT}{{1,2}})\s?([-/.])\s?({LOOSE_DIGIT}{{1,2}})\s?[-/.]\s?({LOOSE_DIGIT}{{4}}|{LOOSE_DIGIT}{{2}})"
)
_PLAIN = regex.compile(rf"{LOOSE_DIGIT}{{8}}")
_DMY = regex.compile(
    r"((?-i:[0-9lIOo]){1,2})(?:st|nd|rd|th)?[ .,/-]*(?:of )?"
    r"([A-Za-z][A-Za-z0-9]{1,7}[A-Za-z]|[A-Za-z0-9]{2}[A-Za-z])\.?"
    r"[ ,./-]*('?)(\d{4}|(?-i:[0-9lIOo]){2})",
    regex.IGNORECASE,
)
_MDY = regex.compile(
    r"([A-Za-z][A-Za-z0-9]{2,8})(\.?) ?((?-i:[0-9lIOo]){1,2})(?:st|nd|rd|th)?(?=[ ,.'])([ ,.]*)"
    r"'?(\d{4}|\d{2})",
    regex.IGNORECASE,
)
# A two-digit number below 32 after a month is its day (`July 14`), unless an apostrophe says that it is a year.
_MY = regex.compile(r"([A-Za-z][A-Za-z0-9]{2,8})\.?[ ,./-]*(?:[ ,./-](\d{4}|3[2-9]|[4-9]\d)|'(\d{2}))")
_ROMAN_MONTH = regex.compile(r"(\d{1,2})[ .,/-]+([IVX]{1,4})[ .,/-]+(\d{4}|\d{2})", regex.IGNORECASE)
_MONTH_YEAR = regex.compile(r"(\d{1,2})/(\d{4}|\d{2})")
_YEAR = regex.compile(r"1[789]\d\d|2[01]\d\d")
_CIRCA = regex.compile(r"(?:circa|ca|c|about|approximately|approx)\.? ?(?=[\dA-Za-z])", regex.IGNORECASE)
_FISCAL = regex.compile(r"(?:FY|fiscal year)[ -]?'?(\d{4}|\d{2})", regex.IGNORECASE)
_FROM = regex.compile(
    r"([A-Za-z-]{3,12}|\d{1,2})(?: \(\d{1,2}\))? ?(?:years?|yrs?\.?) (?:from|after)(?: the)?(?: date of)?:? ",
    regex.IGNORECASE,
)
_DTG = regex.compile(
    r"(?:[ZOPRWYzoprwy]{1,2} )?((?-i:[0-9lIOo]){2})((?-i:[0-9lIOo]){2})((?-i:[0-9lIOo]){2}) ?Z(?: ?/\d{2,3})?"
    r"(?: ?([A-Z][A-Z0-9]{2,3})\.?(?: ?'?(\d{4}|\d{2}))?)?",
    regex.IGNORECASE,
)


def parse_dtg(text: str, near: date | None = None) -> DateTimeGroup | None:
    """Read a date-time group such as `092105Z NOV 92`, `R 021647Z FEB 00`, `092105Z` or `030855Z /21`.

    Args:
        text: the group; precedence letters may come before it, a routing count after it.
        near: a day not far off (the full group of the message), from which month and year are taken if not printed.
    """
    match = _DTG.fullmatch(trim(text))
    if match is None:
        return None
    day, hour, minute = (int(to_digits(part)) for part in match.group(1, 2, 3))
    if not 1 <= day <= 31 or hour > 23 or minute > 59:
        return None
    month = month_number(match[4]) if match[4] else None
    if match[4] and month is None:
        return None
    year = int(match[5]) if match[5] else None
    if year is not None and year < 100:
        year = full_year(year, after=None, instruction=False)
    value = _day(year, month, day) if year and month else None
    if year and month and value is None:
        return None
    if value is None and near is not None and year is None:
        value = _nearest_day(near, day, month)
    return DateTimeGroup(day, hour, minute, month, year, value)


def _nearest_day(near: date, day: int, month: int | None) -> date | None:
    """The day of that number (and month) which lies nearest to a date."""
    index = near.year * 12 + near.month - 1
    tries = [divmod(index + step, 12) for step in ((-1, 0, 1) if month is None else range(-12, 13))]
    days = [d for year, zero in tries if (month is None or zero + 1 == month) and (d := _day(year, zero + 1, day))]
    return min(days, key=lambda d: abs((d - near).days), default=None)


def parse_date(
    text: str, *, after: date | None = None, day_first: bool | None = None, instruction: bool = True
) -> ParsedDate | None:
    """Read one date; the text holds nothing else but stops, quotes and white space around it.

    Args:
        text: the date as written.
        after: date of the document, for two-digit years and for day groups without month and year.
        day_first: order of `1/2/1990`; None is the U.S. order, turned round where only that gives a date.
        instruction: whether the text follows the label of an instruction. Only there are look-alike letters read as
            digits, eight digits as a day and `11/92` as a month.

    Returns:
        The date, or None where the text is none (`Undated`, `N/A`, an impossible day, a telegram number).
    """
    return _parse(text, after, day_first, instruction) if len(text) <= 80 else None


@lru_cache(maxsize=8192)
def _parse(text: str, after: date | None, day_first: bool | None, instruction: bool) -> ParsedDate | None:
    text = trim(text).strip("()[]<> ")
    if len(text) < 4:
        return None
    return (
        _numeric(text, after, day_first, instruction)
        or _worded(text, after, instruction)
        or _relative(text, after, day_first, instruction)
        or _telegraphic(text, after)
    )


def _numeric(text: str, after: date | None, day_first: bool | None, instruction: bool) -> ParsedDate | None:
    if match := _YMD.fullmatch(text):
        form = "slash-ymd" if match[2] == "/" else "iso-time" if match[5] else "iso"
        try:
            return _of_day(date(int(match[1]), int(match[3]), int(match[4])), form)
        except ValueError:
            return None
    if match := _NUMERIC.fullmatch(text):
        parts = match.group(1, 3, 4)
        plain = all(part.isdecimal() for part in parts)
        if not plain and (not instruction or sum(map(str.isdecimal, "".join(parts))) < 2):
            return None
        first, second, year = (int(to_digits(part)) for part in parts)
        two_digit = len(parts[2]) == 2
        if two_digit:
            year = full_year(year, after=after, instruction=instruction)
        dotted = match[2] == "."
        turned = dotted if day_first is None else day_first
        day = _day(year, second, first) if turned else _day(year, first, second)
        if day is None:
            day = _day(year, first, second) if turned else _day(year, second, first)
        form = (
            "ocr-date" if not plain else "eu-dmy" if dotted else "us-slash-4" if not two_digit
            else "us-slash-2" if len(parts[0]) == 2 else "us-slash-short"
        )  # fmt: skip
        return _of_day(day, form, two_digit)
    if instruction and _PLAIN.fullmatch(text) and sum(map(str.isdecimal, text)) >= 6:
        digits = to_digits(text)
        return _of_day(_day(int(digits[:4]), int(digits[4:6]), int(digits[6:])), "yyyymmdd")
    if _YEAR.fullmatch(text):
        return ParsedDate(date(int(text), 12, 31), "year", False, "year-only", text)
    if match := _MONTH_YEAR.fullmatch(text):
        two_digit = len(match[2]) == 2
        if two_digit and not instruction:
            return None
        year = full_year(int(match[2]), after=after, instruction=instruction) if two_digit else int(match[2])
        return _of_month(year, int(match[1]), "two-digit-my" if two_digit else "month-year", two_digit)
    return None


def _year(digits: str, after: date | None, instruction: bool) -> tuple[int, bool]:
    digits = to_digits(digits)
    if len(digits) == 4:
        return int(digits), False
    return full_year(int(digits), after=after, instruction=instruction), True


def _worded(text: str, after: date | None, instruction: bool) -> ParsedDate | None:
    if match := _ROMAN_MONTH.fullmatch(text):
        year, two_digit = _year(match[3], after, instruction)
        return _of_day(_day(year, _ROMAN.get(match[2].upper(), 0), int(match[1])), "roman-month", two_digit)
    if match := _DMY.fullmatch(text):
        month = month_number(match[2])
        if month is not None:
            year, two_digit = _year(match[4], after, instruction)
            form = "dmy-abbr-2" if two_digit else "dmy-abbr" if len(match[2]) <= 4 else "dmy-long"
            return _of_day(_day(year, month, int(to_digits(match[1]))), form, two_digit)
    if match := _MDY.fullmatch(text):
        month = month_number(match[1])
        if month is not None:
            year, two_digit = _year(match[5], after, instruction)
            abbreviated = len(match[1]) <= 3 or match[1].upper() == "SEPT"
            form = "mdy-long" if not abbreviated else "mdy-abbr" if match[2] or "," in match[4] else "box-stamp"
            return _of_day(_day(year, month, int(to_digits(match[3]))), form, two_digit)
    if match := _MY.fullmatch(text):
        month = month_number(match[1])
        if month is not None:
            year, two_digit = _year(match[2] or match[3], after, instruction)
            return _of_month(year, month, "month-year", two_digit)
    return None


def _relative(text: str, after: date | None, day_first: bool | None, instruction: bool) -> ParsedDate | None:
    if match := _CIRCA.match(text):
        inner = _parse(text[match.end() :], after, day_first, instruction)
        return inner._replace(form="circa") if inner else None
    if match := _FISCAL.fullmatch(text):
        year, two_digit = _year(match[1], None, False)
        # The fiscal year ended on 30 June before 1977, on 30 September since (P.L. 93-344).
        end = date(year, 6, 30) if year < 1977 else date(year, 9, 30)
        return ParsedDate(end, "year", two_digit, "fiscal", f"{year:04d}")
    if match := _FROM.match(text):
        years = int(match[1]) if match[1].isdecimal() else _NUMBER.get(match[1].upper())
        start = _parse(text[match.end() :], after, day_first, instruction)
        if years is not None and start is not None:
            end = years_after(start.value, years)
            return start._replace(value=end, form="decl-years", iso=end.isoformat()[: len(start.iso)])
    return None


def _telegraphic(text: str, after: date | None) -> ParsedDate | None:
    group = parse_dtg(text, after)
    if group is None or group.value is None:
        return None
    if group.year is None:
        form = "prosign-tail" if "/" in text else "dtg-noyear"
    else:
        form = "dtg-full" if text[0].isalpha() else "dtg"
    return _of_day(group.value, form, group.year is not None and not regex.search(r"\d{4}$", text))


_NAMES = "|".join(sorted({*MONTHS, *(name[:3] for name in MONTHS), "SEPT"}, key=len, reverse=True))
# A word of the length of a full month name may be one slip away; short ones must be exact, or `12 Act 1947` is a date.
_WORD = rf"(?:(?:{_NAMES})\b\.?|[A-Z][A-Z0-9]{{4,8}})"
_FIND = regex.compile(
    rf"(?<![\w/.-])(?:\d{{6}}\s?Z\s{{1,2}}[A-Z]{{3}}\s{{1,2}}\d{{2,4}}|(?:19|20)\d\d([-/])\d{{1,2}}\1\d{{1,2}}{_TIME}"
    rf"|\d{{1,2}}/\d{{1,2}}/(?:\d{{4}}|\d\d)|\d{{1,2}}\.\d{{1,2}}\.(?:19|20)\d\d"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[\s-]{{1,2}}{_WORD},?[\s-]{{1,2}}(?:\d{{4}}|\d\d)"
    rf"|{_WORD}\s{{1,2}}\d{{1,2}}(?:st|nd|rd|th)?(?:,\s{{0,2}}|\s{{1,2}})(?:19|20)\d\d"
    rf"|(?:{_NAMES})\b\.?,?\s(?:19|20)\d\d)(?![\w/-])",
    regex.IGNORECASE,
)


# Where a date that `_FIND` reads may have its first digit that stands by itself, for an engine which finds such places
# quickly: trying `_FIND` at every character of a head would cost more than all else that is read there. More places
# than dates: here a month is any word.
_FIRST_DIGIT = re.compile(
    r"\d(?<![0-9A-Za-z_/.-]\d)(?="
    r"\d?(?:[A-Za-z\u017f]{2})?(?:[\s-]{1,2}\w{3,9}\.?,?[\s-]{1,2}\d\d(?:\d\d)?(?![0-9A-Za-z_/-])"
    r"|(?:,\s{0,2}|\s{1,2})(?:19|20)\d\d(?![0-9A-Za-z_/-]))"
    r"|\d?/\d{1,2}/\d\d(?:\d\d)?(?![0-9A-Za-z_/-])|\d?\.\d{1,2}\.\d{4}(?![0-9A-Za-z_/-])"
    r"|\d{3}[-/]\d{1,2}[-/]\d|\d{5}\s?[Zz]\s{1,2}\w{3}\s|(?<=[A-Za-z.,]\s\d)[90]\d\d(?![0-9A-Za-z_/-]))"
)
_MONTH_BEFORE = re.compile(r"[0-9A-Za-z\u017f\u212a]{3,9}[.,]{0,2}\s{1,2}\Z")
_LONGEST_BEFORE = 13
"""Code points of a month, its stop and the white space before the first digit."""


def places_of_dates(text: str, start: int, stop: int) -> Iterator[int]:
    """Offsets in a part of a text, ascending; in or at every date that `find_dates` would find there is one of them."""
    return map(re.Match.start, _FIRST_DIGIT.finditer(text, start, stop))


def find_dates(text: str) -> list[tuple[int, int, ParsedDate]]:
    """Dates of a text such as a header, with their offsets, in order; two-digit years as in stamps.

    Only forms that are dates without a label: no bare years, no eight digits, no look-alike letters for digits.
    """
    found: list[tuple[int, int, ParsedDate]] = []
    end = 0
    for digit in _FIRST_DIGIT.finditer(text):
        at = digit.start()
        if at < end:
            continue
        month = _MONTH_BEFORE.search(text, max(end, at - _LONGEST_BEFORE), at)
        match = _FIND.match(text, month.start()) if month is not None else None
        if match is None and (match := _FIND.match(text, at)) is None:
            continue
        end = match.end()
        parsed = parse_date(match[0], instruction=False)
        if parsed is not None:
            found.append((match.start(), end, parsed))
    return found


_IDENTIFIER = regex.compile(r"(?:(\d{2})|((?:19|20)\d{2}))([A-Z]{3,})(\d{1,6})(?:_[a-z])?")


def identifier_year(text: str) -> int | None:
    """Year in a telegram's identifier: `05LIMA4821`, `1978STATE296107` (two digits: 66-99 are 19xx, 00-10 are 20xx)."""
    match = _IDENTIFIER.fullmatch(trim(text))
    if match is None:
        return None
    if match[2]:
        return int(match[2])
    two = int(match[1])
    return 1900 + two if two >= 66 else 2000 + two if two <= 10 else None
