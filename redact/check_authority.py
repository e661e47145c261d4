"""Banners, orders, reasons and declassification instructions of one document, with what stands around them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date
from functools import cache, lru_cache

from redact.check_reading import Reading
from redact.check_rows import Banner, Instruction, Order, Reason
from redact.check_terms import ORDER_12065, ORDER_12356, is_year_certain, latest_lawful, schedule_date
from redact.facts import banner_level
from redact.normalise.orders import order_windows
from redact.span import Span

_ORDER_LINE = re.compile(r"E\.? ?O\.? ?(\d{5})[ \t]*[:;.-]")
_TWO_DIGITS = re.compile(
    r"(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-](\d\d)(?!\d)|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?[ ,]{1,2}"
    r"(\d\d)(?!\d|,|/|[ ]?\d{4}|st|nd|rd|th)",
    re.IGNORECASE,
)
_REASON_LABEL = re.compile(
    r"reasons?\W{0,4}(?:for classification\W{0,3})?(?:E\.?O\.?\s?\d{5}\W{0,6})?(?:sec(?:tion|s|\.)?\W{0,3})?$",
    re.IGNORECASE,
)
_ODD_REASON = re.compile(
    r"[Rr](?:eason|EASON)s?:?\s{0,3}(?:E\.?O\.?\s?\d{5},?\s)?"
    r"(?:(1\.[45])\s?\(([a-z])\)|(1\.3\(a\))\s?\((\d{1,2})\))",
    re.IGNORECASE,
)
"""A labelled reason whose letter no section has: the scanner passes it over."""
_ORDER_WORDS = ("E.O", "EO 1", "EO1")
_REASON_WORDS = ("eason", "EASON")
_FOREIGN_WORDS = ("FOREIGN", "Foreign", "foreign", "1-301")
WORDS = (*_ORDER_WORDS, *_REASON_WORDS, *_FOREIGN_WORDS)
"""Words looked for in `Reading.places` here."""
_REASON_LETTERS = {"1.4": "abcdefgh", "1.5": "abcdefg", "1-301": "abcdefg"}


def _letters(text: str) -> str:
    """What is left of a level without case, spaces and frame: `Secret` is written so, not damaged."""
    return "".join(filter(str.isalnum, text.upper()))


def banners_of(reading: Reading) -> list[Banner]:
    """Rows of `banners`: one a value, standing and state of its letters."""
    spans = reading.by_kind.get("banner")
    if not spans:
        return []
    text, furniture, starts = reading.text, reading.record.layout.furniture, reading.document.starts
    cancelled = {span.start for span in reading.by_kind["cancelled"]} if "cancelled" in reading.by_kind else ()
    times: dict[tuple[str, str, bool], int] = {}
    first: dict[tuple[str, str, bool], tuple[int, int, int, str]] = {}
    for start, end, _, value, rule in spans:
        if cancelled and start in cancelled:
            continue
        if "RESTRICTED" in value and _RESTRICTED_DATA.match(text, start, end + 6):
            continue  # Restricted Data (Atomic Energy Act) is a category, not that level
        line = bisect_right(starts, start)
        if furniture.get(line - 1) == "footer":
            standing = "copy"
        elif starts[line - 1] == start and value != "UNCLASSIFIED":
            standing = "own"
        else:
            standing = _standing(text, starts[line - 1], start, end, value)
        damaged = "damaged" in rule and _letters(text[start:end]) != _letters(value)
        key = (value, standing, damaged)
        if key in times:
            times[key] += 1
        else:
            times[key], first[key] = 1, (start, end, line, text[start:end])
    return [
        Banner(
            *place, value, banner_level(value), standing, times[value, standing, damaged], damaged, bool(cancelled),
            _letterhead(text) if value.startswith(("RESTRICTED", "LIMITED OFFICIAL USE")) else None,
        )
        for (value, standing, damaged), place in first.items()
    ]  # fmt: skip


_FOREIGN_INFORMATION = re.compile(
    r"(?:FOREIGN|[Ff]oreign)\s+(?:GOVERNMENT|[Gg]overnment)\s+(?:INFORMATION|[Ii]nformation)|1-301 ?\([bB]\)"
)
_RESTRICTED_DATA = re.compile(r"(?:FORMERLY[ ]+)?RESTRICTED[ ]+DATA\b", re.IGNORECASE)
_BARE, _SCHEDULE = "DATE", "GDS"
"""Tokens of a date without one, and of the general schedule of E.O. 11652."""
_TREASURY = re.compile(r"\b(?:department|secretary) of the treasury\b", re.IGNORECASE)
_OFFICES = re.compile(
    r"\b(?:FOREIGN (?:AND COMMONWEALTH )?OFFICE|HIGH COMMISSION|CABINET OFFICE|MINISTRY OF DEFENCE|NORTH ATLANTIC|NATO|"
    r"UNITED NATIONS)\b"
)
_OFFICE_WORDS = (
    "FOREIGN OFFICE", "COMMONWEALTH OFFICE", "HIGH COMMISSION", "CABINET OFFICE", "MINISTRY OF DEFENCE",
    "NORTH ATLANTIC", "NATO", "UNITED NATIONS",
)  # fmt: skip
_FILE_REFERENCE = re.compile(r"\n[ \t]*(?:FO|FCO|PREM|CAB|DEFE|DO|WO) ?\d{1,4}/\d")


def _letterhead(text: str) -> str | None:
    """`foreign` or `treasury`: letterheads and file references of papers that levels of the orders do not bind."""
    head = text[:1500]
    if "of the trea" in head.lower() and _TREASURY.search(head):
        return "treasury"
    if _FILE_REFERENCE.search("\n" + head):
        return "foreign"
    return "foreign" if any(word in head for word in _OFFICE_WORDS) and _OFFICES.search(head) else None


_TRANSCRIBED = "\ncable-declass-date:"
"""In the front matter of a transcription: the level that it prints is the one after declassification."""
_FRONT = 2000


def _standing(text: str, begin: int, start: int, end: int, value: str) -> str:
    """Standing of a banner outside of footers, in a line that begins there."""
    if value == "UNCLASSIFIED" and text.find(_TRANSCRIBED, 0, _FRONT) >= 0:
        return "copy"
    if begin < start:
        before = text[max(begin, start - 40) : start]
        if "urrent" in before:
            return "copy"
        if "lass:" in before or ("CLASSIFICATION:" in before and "REASON" in text[end : end + 40]):
            return "review"
    if value == "UNCLASSIFIED" and "Department of S" in text[end : end + 190]:
        return "copy"
    return "own"


@cache
def _windows_by_number() -> dict[str, tuple[date, date | None]]:
    """First and last day of each order, amended or not."""
    by_number: dict[str, tuple[date, date | None]] = {}
    for window in order_windows().values():
        since, until = by_number.get(window.number, (window.since, window.until))
        last = max(until, window.until) if until and window.until else None
        by_number[window.number] = (min(since, window.since), last)
    return by_number


def orders_of(reading: Reading) -> list[Order]:
    """Rows of `orders`: one a number on an order line and one elsewhere, unknown numbers on order lines too."""
    text, starts, by_number = reading.text, reading.document.starts, _windows_by_number()
    rows: list[Order] = []
    seen: set[tuple[str, bool]] = set()
    taken: set[int] = set()
    for start, end, _, number, _ in reading.by_kind.get("eo", ()):
        line = bisect_right(starts, start)
        taken.add(line)
        begin = reading.line_start(start)
        lead = text[begin:start]
        on_line = not lead.strip(" \t>*") and text[end : end + 2].strip()[:1] in _AFTER_ORDER
        if (number, on_line) in seen:
            continue
        seen.add((number, on_line))
        rows.append(Order(
            start, end, line, text[start:end], number, number in by_number, on_line,
            reading.at_review(start) or "REVIEW" in lead.upper(), reading.is_quoted(begin, start),
            *by_number.get(number, (None, None)),
        ))  # fmt: skip
    for at in _places(reading, _ORDER_WORDS):
        match = _ORDER_LINE.match(text, at)
        if match and not text[reading.line_start(at) : at].strip(" \t>*"):
            start, end = match.span(1)
            line = bisect_right(starts, start)
            if match[1] not in by_number and line not in taken and (match[1], True) not in seen:
                seen.add((match[1], True))
                rows.append(Order(
                    start, end, line, match[1], match[1], False, True, reading.at_review(start), False, None, None
                ))  # fmt: skip
    return rows


_AFTER_ORDER = (":", ";")


def reasons_of(reading: Reading) -> list[Reason]:
    text = reading.text
    spans = reading.by_kind.get("reason", ())
    if not spans and not reading.holds_any(_REASON_WORDS):
        return []
    codes_at = [span.start for span in reading.by_kind.get("exemption", ())] if spans else []
    rows: list[Reason] = []
    for span in spans:
        written = text[span.start : span.end]
        line = reading.line(span.start)
        review = reading.at_review(span.start)
        if not review and not _is_labelled(text[max(0, span.start - 60) : span.start]):
            index = bisect_left(codes_at, span.start - 59)
            near = index < len(codes_at) and codes_at[index] < span.start + 60
            review = near or not reading.by_kind.get("classified_by")
        for code in span.value.split(","):
            rows.append(Reason(
                span.start, span.end, line, written, code, *_split_reason(code), review, "\n" in written
            ))  # fmt: skip
    taken = {span.start for span in spans}
    for at in _places(reading, _REASON_WORDS):
        match = _ODD_REASON.match(text, at - 1)
        if match is None:
            continue
        section, letter = (match[1] or match[3]).lower(), (match[2] or match[4]).lower()
        start, end = match.start(1) if match[1] else match.start(3), match.end()
        if start not in taken and not _in_range(section, letter):
            rows.append(Reason(
                start, end, reading.line(start), text[start:end], f"{section}({letter})", section, letter, False,
                reading.at_review(start), False,
            ))  # fmt: skip
    return rows


def _places(reading: Reading, words: tuple[str, ...]) -> Iterator[int]:
    """Offsets of the words, word by word."""
    places = reading.places
    for word in words:
        if word in places:
            yield from places[word]


def _is_labelled(before: str) -> bool:
    """Whether what stands before a reason is its label; most of it does not hold the word."""
    return "rea" in before.lower() and _REASON_LABEL.search(before) is not None


@lru_cache(maxsize=1024)
def _split_reason(code: str) -> tuple[str, str, bool]:
    """`1.4(b)` → 1.4, b; `1.3(a)(4)` → 1.3(a), 4; and whether the section has that category."""
    head, _, tail = code.rpartition("(")
    section, letter = (head, tail.rstrip(")").lower()) if head else (code, "")
    return section, letter, _in_range(section, letter)


def _in_range(section: str, letter: str) -> bool:
    """Whether a section has that category (E.O. 12356 sec. 1.3, 12958 sec. 1.5, 13526 sec. 1.4)."""
    if not letter:
        return True
    if section == "1.3(a)":
        return letter.isdecimal() and 1 <= int(letter) <= 10
    letters = _REASON_LETTERS.get(section)
    return letters is None or letter in letters


def instructions_of(reading: Reading) -> list[Instruction]:
    spans = reading.by_kind.get("declass")
    if not spans:
        return []
    text, written, level = reading.text, reading.written, reading.facts["level"]
    orders, banners = reading.by_kind.get("eo", ()), reading.by_kind.get("banner", ())
    orders_at, banners_at = [span.start for span in orders], [span.start for span in banners]
    foreign = False
    if written is not None and ORDER_12065 <= written < ORDER_12356:
        foreign = any(_FOREIGN_INFORMATION.match(text, at) for at in _places(reading, _FOREIGN_WORDS))
    rows: list[Instruction] = []
    for span in spans:
        token, _, tail = span.value.rpartition(",")
        day = _iso(tail)
        token = token if day is not None else span.value
        token = token or _BARE
        source_marked = token.startswith("SOURCE MARKED")
        review = reading.at_review(span.start)
        begin = reading.line_start(span.start)
        if token[:3] in ("25X", "50X", "75X") and written is not None and written < date(1995, 10, 14):
            review = True
        order = orders[index - 1] if (index := bisect_left(orders_at, span.start)) else None
        banner = banners[index - 1] if (index := bisect_left(banners_at, span.start)) else None
        cited = order.value if order is not None and order.start >= begin else None
        raw = text[span.start : span.end]
        two = _TWO_DIGITS.search(raw) if day is not None else None
        latest, basis = (None, None)
        if token == _BARE and _is_scheduled(text, span.start):
            token = _SCHEDULE
        if written is not None and day is not None and not review and token[:3] not in ("25X", "50X", "75X"):
            latest, basis = latest_lawful(written, level, token, foreign)
        rows.append(Instruction(
            span.start, span.end, reading.line(span.start), raw, span.value, token, day, review, source_marked,
            reading.is_quoted(begin, span.start), cited, two is not None,
            two is None or is_year_certain(int(two[1] or two[2]), written),
            latest, basis, schedule_date(written, level) if token.startswith("GDS") else None,
            "12951" in text[span.start : span.end + 20], foreign, _level_above(text, banner, span.start),
        ))  # fmt: skip
    return rows


def _is_scheduled(text: str, at: int) -> bool:
    """Whether a date stands in the stamp of the general schedule (E.O. 11652 sec. 5)."""
    before = text[max(0, at - 240) : at].upper()
    return "DOWNGRADED" in before and "GENERAL DECLASSIFICATION SCHEDULE" in " ".join(before.split())


def _level_above(text: str, banner: Span | None, at: int) -> str | None:
    """Level that stands over an instruction, of which this is the last banner before it: a file may hold several
    telegrams."""
    if banner is None:
        return None
    if text.find("UNCLAS", max(banner.end, at - 1500), at) >= 0:
        return "UNCLASSIFIED"
    return banner_level(banner.value)


def _iso(text: str) -> date | None:
    if len(text) != 10 or text[4] != "-":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
