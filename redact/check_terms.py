"""Declassification arithmetic: latest lawful dates, schedules, presidencies."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from types import MappingProxyType

from redact.normalise.dates import years_after

GROUPS_BEGIN = date(1961, 9, 20)
"""E.O. 10964, amending 10501."""
ORDER_11652 = date(1972, 6, 1)
ORDER_12065 = date(1978, 12, 1)
ORDER_12356 = date(1982, 8, 1)
ORDER_12958 = date(1995, 10, 14)
ORDER_13292 = date(2003, 3, 25)
"""12958 as amended."""

SCHEDULE_YEARS = MappingProxyType({"CONFIDENTIAL": 6, "SECRET": 8, "TOP SECRET": 10})
"""Full calendar years of the general schedule (E.O. 11652 sec. 5(A))."""

PRESIDENTS: tuple[tuple[date, date, str], ...] = (
    (date(1981, 1, 20), date(1989, 1, 20), "Reagan"),
    (date(1989, 1, 20), date(1993, 1, 20), "George H. W. Bush"),
    (date(1993, 1, 20), date(2001, 1, 20), "Clinton"),
    (date(2001, 1, 20), date(2009, 1, 20), "George W. Bush"),
    (date(2009, 1, 20), date(2017, 1, 20), "Obama"),
    (date(2017, 1, 20), date(2021, 1, 20), "Trump"),
)
"""Terms to which the Presidential Records Act applies (44 U.S.C. 2201 and following: from 20 January 1981)."""


def _year_end(day: date, years: int) -> date:
    return date(day.year + years, 12, 31)


def schedule_date(day: date | None, level: str | None) -> date | None:
    """31 December on which the general schedule of E.O. 11652 declassifies a document of that day and level."""
    years = SCHEDULE_YEARS.get(level or "")
    if day is None or years is None or not ORDER_11652 <= day < ORDER_12065:
        return None
    return _year_end(day, years)


@lru_cache(maxsize=8192)
def latest_lawful(day: date, level: str | None, token: str, foreign: bool) -> tuple[date | None, str | None]:
    """Latest date an instruction may set under the order in force on the document's day, and the rule that says so.

    Args:
        day: date of the document (a stand-in for the day of classification).
        level: level of its banner.
        token: first part of the instruction's canonical value (`GDS`, `X1`), `DATE` for a bare date.
        foreign: whether it holds foreign government information.

    Returns:
        (None, None) where the order set no maximum.
    """
    if day < GROUPS_BEGIN:
        return None, None
    if day < ORDER_11652:
        return (years_after(day, 12), "12 years, group 4 (E.O. 10964)") if token.startswith("GROUP 4") else (None, None)
    if day < ORDER_12065:
        if token in ("GDS", "ADS") and (on := schedule_date(day, level)) is not None:
            return on, "general schedule (E.O. 11652 sec. 5(A))"
        return _year_end(day, 30), "30 years (E.O. 11652 sec. 5(E))"
    if day < ORDER_12356:
        if foreign:
            return years_after(day, 30), "30 years, foreign government information (E.O. 12065 sec. 1-402)"
        if token in ("GDS",) and level != "TOP SECRET":
            return years_after(day, 6), "6 years (E.O. 12065 sec. 1-401)"
        return years_after(day, 20), "20 years (E.O. 12065 sec. 1-402)"
    if day < ORDER_12958:
        return None, None
    if day < ORDER_13292:
        if token[:1] == "X" and token[1:2].isdigit():
            return years_after(day, 25), "25 years, exempt category (E.O. 12958 sec. 1.6(d))"
        return years_after(day, 10), "10 years (E.O. 12958 sec. 1.6(b))"
    return years_after(day, 25), "25 years (E.O. 13526 sec. 1.5(b))"


def president_on(day: date | None) -> tuple[str | None, date | None]:
    """President in office on a day under the Presidential Records Act, and the day that President left."""
    if day is None:
        return None, None
    for since, until, name in PRESIDENTS:
        if since <= day < until:
            return name, until
    return None, None


_LIBRARIES = MappingProxyType({
    "Reagan": "Reagan", "George Bush": "George H. W. Bush", "George H.W. Bush": "George H. W. Bush",
    "George H. W. Bush": "George H. W. Bush", "Clinton": "Clinton", "George W. Bush": "George W. Bush",
    "Barack Obama": "Obama",
})  # fmt: skip
"""Words before `Library` in the name of a Presidential library whose holdings are under the Act."""


def president_of_library(head: str) -> tuple[str | None, date | None]:
    """President whose library issued a sheet, by the library's name in its head, and the day that President left."""
    low = head.lower()
    for words, name in _LIBRARIES.items():
        if f"{words.lower()} library" in low or f"{words.lower()} presidential library" in low:
            return name, next(until for _, until, president in PRESIDENTS if president == name)
    return None, None


def is_year_certain(two: int, day: date | None) -> bool:
    """Whether a two-digit year of an instruction falls in one century only: within 30 years of the document."""
    if day is None:
        return False
    return any(day.year <= century + two <= day.year + 30 for century in (1900, 2000))
