"""Executive orders on classification: which one a citation means, and which one was in force on a day.

Windows, sections and sources are rows of `rules/tables/executive_orders.csv`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType
from typing import NamedTuple

import regex

from redact.normalise.lookup import rows
from redact.normalise.text import DIGIT_OF, fold_space


class OrderWindow(NamedTuple):
    """Days on which one text of an order was in force; `until` is None while it is, both ends inclusive."""

    variant: str
    number: str
    since: date
    until: date | None


KNOWN = (
    "8381", "10104", "10290", "10501", "10964", "11652", "12065", "12356", "12951", "12958", "13142", "13292", "13526",
)  # fmt: skip
"""Orders that documents cite for their classification, oldest first."""


@cache
def order_windows() -> Mapping[str, OrderWindow]:
    """Windows by id of the text (`12958`, `12958-am-13292`), in order of their first day."""
    found = []
    for row in rows("executive_orders"):
        number = row["eo"].partition("-")[0]
        if number in KNOWN:
            until = date.fromisoformat(row["effective_to"]) if row["effective_to"] else None
            found.append(OrderWindow(row["eo"], number, date.fromisoformat(row["effective_from"]), until))
    return MappingProxyType({window.variant: window for window in sorted(found, key=lambda w: w.since)})


@lru_cache(maxsize=4096)
def order_variant(on: date) -> str | None:
    """Id of the text in force on a day, amendments told apart: `10964` in 1965, `12958-am-13292` in 2005."""
    inside = [w for w in order_windows().values() if w.since <= on <= (w.until or on) and w.number != "12951"]
    return max(inside, key=lambda window: window.since).variant if inside else None


def order_in_force(on: date) -> str | None:
    """Number of the order in force on a day, amended or not (`10501` in 1965, `12958` in 2005); None before 1940."""
    variant = order_variant(on)
    if variant is None:
        return None
    return "10501" if variant == "10964" else variant.partition("-")[0]


# "E.O." and what scanners make of it; "Executive Order", "Ex. Ord."
_PREFIX = regex.compile(
    r"(?:EXECUTIVE\s+ORDER|EX(?:EC)?\.?\s*ORD(?:ER)?\.?|[EFC£][\s.,:;i1l'’]{0,3}(?:[O0QC]|(?P<slip>D))[\s.,:;'’]{0,3})"
    r"[\s.:;,]*(?:NO\.?|NUMBER)?[\s:;]*",
    regex.IGNORECASE,
)
_CLEAN = regex.compile(r"(\d{4,5})(?!\d)")
_TAIL = regex.compile(r"[:;]\d(?![\d/])")
_SPLIT = regex.compile(r"(?<=^\d{1,3}) (?=\d)")
# Characters that scanners print for a digit, and the digits that they may be.
_MAY_BE: Mapping[str, str] = {
    **DIGIT_OF,
    ";": "356", ":": "356", "e": "6", "b": "6", "G": "6", "g": "9", "q": "9", "a": "38", "E": "6", "D": "0", "C": "0",
    "A": "4", "T": "7", "?": "2", "J": "1", "L": "1", "3": "58", "5": "36", "6": "58", "8": "36",
}  # fmt: skip


@lru_cache(maxsize=1024)
def executive_order(text: str, on: date | None = None) -> str | None:
    """Number of the order that a citation names, damage repaired where only one known order fits.

    Args:
        text: the citation (`E.O. 12356`, `E. O 11652`, `EO13526`, `E.O. 1235e`) or its number.
        on: date of the document; it decides between orders that a damaged number fits equally well.

    Returns:
        The digits; an undamaged number stays as it is even if it is not of a known order. None where it is none.
    """
    folded = fold_space(text[:64])
    prefix = _PREFIX.match(folded)
    number = folded[prefix.end() :] if prefix else folded
    number = number.strip(" .,()[]")
    if not number:
        return None
    clean = _CLEAN.match(number)
    if clean and not (len(clean[1]) < 5 and number[clean.end() : clean.end() + 1] in _MAY_BE):
        digits = str(clean[1])
        # A colon and one more digit is damage (`12555:6`) unless the number is a known order already.
        if prefix and prefix["slip"] and digits not in KNOWN:
            return _repair(digits, on, limit=1.0)
        if digits in KNOWN or (len(digits) == 5 and not _TAIL.match(number, 5)):
            return digits
        if len(digits) == 4:  # an older order, or one that lost its last digit
            return _repair(digits, on, limit=0.5) or (digits if prefix else None)
    return _repair(_SPLIT.sub("", number).partition(" ")[0][:9], on)


def _repair(damaged: str, on: date | None, limit: float = 2.0) -> str | None:
    if sum(char.isdecimal() for char in damaged) < 1 or len(damaged) < 3:
        return None
    costs = {known: _cost(damaged, known) for known in KNOWN}
    best = min(costs.values())
    if best > limit:
        return None
    fits = [known for known, cost in costs.items() if cost - best < 0.5]
    if len(fits) > 1:
        if on is not None:
            fits = [known for known in fits if known == order_in_force(on)] or fits
        fits = fits if len(fits) == 1 else [known for known in fits if costs[known] == best]
    return fits[0] if len(fits) == 1 else None


def _cost(damaged: str, known: str) -> float:
    """Edits from what is printed to a number; a look-alike costs little, a lost tail less than a wrong digit."""
    row = [0.5 * n for n in range(len(known) + 1)]
    for char in damaged:
        above = row
        row = [above[0] + 1.0]
        for n, digit in enumerate(known):
            change = 0.0 if char == digit else 0.25 if digit in _MAY_BE.get(char, "") else 1.0
            row.append(min(above[n] + change, above[n + 1] + (0.5 if not char.isalnum() else 1.0), row[n] + 0.5))
    return row[-1]
