"""Banners, orders, reasons and declassification instructions of one document, with what stands around them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from redact.check_reading import Reading, at_review, is_quoted, line_start
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
    r"(?:(1\.[45])\s?\(([a-z])\)|(1\.3\(a\))\s?\((\d{1,2})\))", re.IGNORECASE
)
"""A labelled reason whose letter no section has: the scanner passes it over."""
_REASON_LETTERS = {"1.4": "abcdefgh", "1.5": "abcdefg", "1-301": "abcdefg"}


def _letters(text: str) -> str:
    """What is left of a level without case, spaces and frame: `Secret` is written so, not damaged."""
    return "".join(char for char in text.upper() if char.isalnum())


def banners_of(reading: Reading) -> list[Banner]:
    text, furniture = reading.text, reading.record.layout.furniture
    found: dict[tuple[str, str, bool], list[Any]] = {}
    struck = bool(reading.by_kind.get("cancelled"))
    cancelled = {span.start for span in reading.by_kind.get("cancelled", ())}
    for span in reading.by_kind.get("banner", ()):
        if span.start in cancelled:
            continue
        line = reading.line(span.start)
        if "RESTRICTED" in span.value and _RESTRICTED_DATA.match(text, span.start, span.end + 6):
            continue  # Restricted Data (Atomic Energy Act) is a category, not that level
        standing = _standing(text, span, furniture.get(line - 1))
        written = text[span.start : span.end]
        damaged = "damaged" in span.rule and _letters(written) != _letters(span.value)
        key = (span.value, standing, damaged)
        if key in found:
            found[key][0] += 1
        else:
            found[key] = [1, span, line, written]
    return [
        Banner(
            span.start, span.end, line, written, value, banner_level(value), standing, count, damaged, struck,
            _letterhead(text) if value.startswith(("RESTRICTED", "LIMITED OFFICIAL USE")) else None,
        )
        for (value, standing, damaged), (count, span, line, written) in found.items()
    ]


_FOREIGN_INFORMATION = re.compile(
    r"(?:FOREIGN|[Ff]oreign)\s+(?:GOVERNMENT|[Gg]overnment)\s+(?:INFORMATION|[Ii]nformation)|1-301 ?\([bB]\)"
)
_RESTRICTED_DATA = re.compile(r"(?:FORMERLY[ ]+)?RESTRICTED[ ]+DATA\b", re.IGNORECASE)
_BARE, _SCHEDULE = "DATE", "GDS"
"""Tokens of a date without one, and of the general schedule of E.O. 11652."""
_LETTERHEADS = (
    ("treasury", re.compile(r"(?i)\b(?:department|secretary) of the treasury\b")),
    ("foreign", re.compile(
        r"(?m)\bFOREIGN (?:AND COMMONWEALTH )?OFFICE\b|\bHIGH COMMISSION\b|\bCABINET OFFICE\b|\bMINISTRY OF DEFENCE\b|"
        r"\bNORTH ATLANTIC\b|\bNATO\b|\bUNITED NATIONS\b|^[ \t]*(?:FO|FCO|PREM|CAB|DEFE|DO|WO) ?\d{1,4}/\d"
    )),
)  # fmt: skip


def _letterhead(text: str) -> str | None:
    """`foreign` or `treasury`: letterheads and file references of papers that levels of the orders do not bind."""
    head = text[:1500]
    return next((name for name, pattern in _LETTERHEADS if pattern.search(head)), None)


def _standing(text: str, span: Span, furniture: str | None) -> str:
    if furniture == "footer":
        return "copy"
    before = text[max(0, span.start - 40) : span.start].rpartition("\n")[2]
    if "urrent" in before:
        return "copy"
    if "lass:" in before or ("CLASSIFICATION:" in before and "REASON" in text[span.end : span.end + 40]):
        return "review"
    if span.value == "UNCLASSIFIED" and "Department of S" in text[span.end : span.end + 190]:
        return "copy"
    return "own"


def orders_of(reading: Reading) -> list[Order]:
    text = reading.text
    windows = order_windows()
    by_number: dict[str, tuple[date, date | None]] = {}
    for window in windows.values():
        since, until = by_number.get(window.number, (window.since, window.until))
        last = max(until, window.until) if until and window.until else None
        by_number[window.number] = (min(since, window.since), last)
    rows: list[Order] = []
    seen: set[tuple[str, bool]] = set()
    taken: set[int] = set()
    for span in reading.by_kind.get("eo", ()):
        line = reading.line(span.start)
        begin = line_start(text, span.start)
        on_line = not text[begin : span.start].strip(" \t>*") and text[span.end : span.end + 2].strip()[:1] in (
            ":",
            ";",
        )
        window_of: tuple[date | None, date | None] = by_number.get(span.value, (None, None))
        review = at_review(text, span.start) or "REVIEW" in text[begin : span.start].upper()
        quoted = is_quoted(text, begin, span.start)
        taken.add(line)
        if (span.value, on_line) not in seen:
            seen.add((span.value, on_line))
            written = text[span.start : span.end]
            rows.append(
                Order(
                    span.start,
                    span.end,
                    line,
                    written,
                    span.value,
                    span.value in by_number,
                    on_line,
                    review,
                    quoted,
                    *window_of,
                )
            )
    for at in _places(text, ("E.O", "EO 1", "EO1")):
        match = _ORDER_LINE.match(text, at)
        if match and not text[line_start(text, at) : at].strip(" \t>*"):
            start, end = match.span(1)
            line = reading.line(start)
            if match[1] not in by_number and line not in taken and (match[1], True) not in seen:
                seen.add((match[1], True))
                rows.append(
                    Order(start, end, line, match[1], match[1], False, True, at_review(text, start), False, None, None)
                )
    return rows


def reasons_of(reading: Reading) -> list[Reason]:
    text = reading.text
    codes_at = [span.start for span in reading.by_kind.get("exemption", ())]
    rows: list[Reason] = []
    for span in reading.by_kind.get("reason", ()):
        written = text[span.start : span.end]
        line = reading.line(span.start)
        labelled = _REASON_LABEL.search(text, max(0, span.start - 60), span.start) is not None
        review = at_review(text, span.start)
        if not review and not labelled:
            index = bisect_left(codes_at, span.start - 59)
            near = index < len(codes_at) and codes_at[index] < span.start + 60
            review = near or not reading.by_kind.get("classified_by")
        for code in span.value.split(","):
            section, letter = _split_reason(code)
            rows.append(Reason(
                span.start, span.end, line, written, code, section, letter, _in_range(section, letter), review,
                "\n" in written,
            ))  # fmt: skip
    taken = {span.start for span in reading.by_kind.get("reason", ())}
    for at in _places(text, ("eason", "EASON")):
        match = _ODD_REASON.match(text, at - 1)
        if match is None:
            continue
        section, letter = (match[1] or match[3]).lower(), (match[2] or match[4]).lower()
        start, end = match.start(1) if match[1] else match.start(3), match.end()
        if start not in taken and not _in_range(section, letter):
            rows.append(Reason(
                start, end, reading.line(start), text[start:end], f"{section}({letter})", section, letter, False,
                at_review(text, start), False,
            ))  # fmt: skip
    return rows


def _places(text: str, words: tuple[str, ...]) -> Iterator[int]:
    """Offsets of the words, word by word."""
    for word in words:
        at = text.find(word)
        while at >= 0:
            yield at
            at = text.find(word, at + len(word))


def _split_reason(code: str) -> tuple[str, str]:
    """`1.4(b)` → 1.4, b; `1.3(a)(4)` → 1.3(a), 4."""
    head, _, tail = code.rpartition("(")
    return (head, tail.rstrip(")").lower()) if head else (code, "")


def _in_range(section: str, letter: str) -> bool:
    """Whether a section has that category (E.O. 12356 sec. 1.3, 12958 sec. 1.5, 13526 sec. 1.4)."""
    if not letter:
        return True
    if section == "1.3(a)":
        return letter.isdecimal() and 1 <= int(letter) <= 10
    letters = _REASON_LETTERS.get(section)
    return letters is None or letter in letters


def instructions_of(reading: Reading) -> list[Instruction]:
    text, written, level = reading.text, reading.written, reading.facts["level"]
    orders = reading.by_kind.get("eo", ())
    foreign = False
    if written is not None and ORDER_12065 <= written < ORDER_12356 and reading.by_kind.get("declass"):
        foreign = _FOREIGN_INFORMATION.search(text) is not None
    rows: list[Instruction] = []
    for span in reading.by_kind.get("declass", ()):
        token, _, tail = span.value.rpartition(",")
        day = _iso(tail)
        token = token if day is not None else span.value
        token = token or _BARE
        source_marked = token.startswith("SOURCE MARKED")
        review = at_review(text, span.start)
        begin = line_start(text, span.start)
        if token[:3] in ("25X", "50X", "75X") and written is not None and written < date(1995, 10, 14):
            review = True
        order = _last_before(orders, span.start)
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
            is_quoted(text, begin, span.start), cited, two is not None,
            two is None or is_year_certain(int(two[1] or two[2]), written),
            latest, basis, schedule_date(written, level) if token.startswith("GDS") else None,
            "12951" in text[span.start : span.end + 20], foreign, _level_above(reading, span),
        ))  # fmt: skip
    return rows


def _is_scheduled(text: str, at: int) -> bool:
    """Whether a date stands in the stamp of the general schedule (E.O. 11652 sec. 5)."""
    before = text[max(0, at - 240) : at].upper()
    return "DOWNGRADED" in before and "GENERAL DECLASSIFICATION SCHEDULE" in " ".join(before.split())


def _start_of(span: Span) -> int:
    return span.start


def _last_before(spans: Sequence[Span], at: int) -> Span | None:
    """Last span, of some sorted by start, that starts before an offset."""
    index = bisect_left(spans, at, key=_start_of)
    return spans[index - 1] if index else None


def _level_above(reading: Reading, span: Span) -> str | None:
    """Level of the banner that stands last before an instruction: a file may hold several telegrams."""
    banner = _last_before(reading.by_kind.get("banner", ()), span.start)
    if banner is not None and reading.text.find("UNCLAS", max(banner.end, span.start - 1500), span.start) >= 0:
        return "UNCLASSIFIED"
    return banner_level(banner.value) if banner else None


def _iso(text: str) -> date | None:
    if len(text) != 10 or text[4] != "-":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
