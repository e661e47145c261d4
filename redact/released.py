"""The days on which a copy was released or reviewed: of its stamps, its footer, its labelled head, its review block."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from redact.fields import words_of
from redact.normalise.dates import find_dates, is_sentinel, parse_date
from redact.span import Kinds, Span

_FOOTER_DATE = re.compile(r"[ \t\n]{0,8}(?:Doc No\.?[^\n]{0,24}\n?)?[ \t]{0,8}Date:[ \t]*(\d{1,2}/\d{1,2}/\d{4})")
_DAY = (
    r"((?:19|20)\d\d[/-]\d{1,2}[/-]\d{1,2}|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{4}|\d{1,2}-\d{1,2}-(?:19|20)\d\d|"
    r"\d{1,2}/\d{1,2}/\d{2,4}|[A-Z][a-z]{2,8} \d{1,2}, \d{4})"
)
_STAMP_DATE = re.compile(rf"[\s:;,*\u00b7-]{{0,12}}+(?:by [A-Z][A-Za-z.]{{1,20}} )?(?:on |dated )?{_DAY}")
_STAMP_SPACE = 240
"""Code points below the words of a stamp in which its labelled date may stand, in the same block of lines."""
_LABELLED_DATE = re.compile(
    r"(?m:^[ \t]*(?:Date )?Release(?:d|[ ][Dd]ate)?|\bRELEASED?(?: DATE)?|(?P<plain>\b(?:Date|DATE|dated)))"
    rf"[ \t]*:?[ \t]*{_DAY}"
)
_LABEL_OF_DATE = re.compile(r"Date|DATE|dated|Release|RELEASE")
_STAMPED_BY = re.compile(r"(?:NAR[AS]|N[NL][A-Z]|Auth|AUTH|By|BY)\b")
_HEAD_DATE = re.compile(rf"\n[ \t]*(?:Date [Rr]eleased|Released?(?: [Dd]ate)?|RELEASED?(?: DATE)?)[ \t]*:[ \t]*{_DAY}")
_SHEET_DATE = re.compile(rf"\b(?:Date|DATE)[ \t]*:[ \t]*{_DAY}")
_YEAR_STAMP = re.compile(r"((?:19|20)\d\d)[ \t]+RELEASE\b")
_LAST_REVIEW = re.compile(rf"DATE OF LAST REVIEW[^\w\n]{{0,8}}{_DAY}")
_REVIEW_DATE = re.compile(
    r"(?:DATE/CASE ID|DATE / CASE ID|Date/Case ID)[:;]?[ \t]*(\d{1,2} [A-Z]{3} \d{4})|"
    r"Classified by [^\n~]{3,60}? on (\d{1,2}[/-]\d{1,2}[/-]\d{4})"
)


@lru_cache(maxsize=8192)
def _stamp_day(written: str) -> date | None:
    found = parse_date(written, instruction=False)
    if found is None:
        hits = find_dates(written)
        found = hits[0][2] if hits else None
    if found is None or found.precision != "day" or is_sentinel(found.value):
        return None
    return found.value


def stamp_date(text: str, span: Span) -> date | None:
    """Day printed with a release stamp: straight after its words, else labelled in the same block of lines below.

    Stamps of NARA (`By JRS NARA Date 6/14/01`) and of agencies (`Release date: March 12, 2018`).
    """
    if match := _STAMP_DATE.match(text, span.end, span.end + 80):
        return _stamp_day(match[1])
    block = text[span.end : span.end + _STAMP_SPACE]
    if not _LABEL_OF_DATE.search(block):
        return None
    for blank in ("\n\n", "\n\r\n", "\n \n"):
        block = block.partition(blank)[0]
    match = _LABELLED_DATE.search(block)
    if match is None or (match["plain"] and not _STAMPED_BY.search(block, 0, match.start())):
        return None
    return _stamp_day(match[2])


def release_days(text: str, kinds: Kinds, kind: str) -> dict[date, int]:
    """Days on which a copy was released or reviewed, each with an offset at which it is printed."""
    days: dict[date | None, int] = {}
    seen: set[str] = set()
    releases = kinds.get("release", ())
    for span in releases:
        end = span.end
        if (near := text[end : end + _STAMP_SPACE]) not in seen:
            seen.add(near)
            days.setdefault(stamp_date(text, span), end)
    for span in kinds.get("case", ()):
        end = span.end
        if match := _FOOTER_DATE.match(text, end, end + 60):
            days.setdefault(_stamp_day(match.group(1)), match.start(1))
    words = words_of(text)
    for label in ("CASE ID", "Classified by "):
        at = words.first(label)
        if at >= 0 and (match := _REVIEW_DATE.search(text, max(0, at - 10), at + 120)):
            days.setdefault(_stamp_day(match.group(1) or match.group(2)), match.start())
    if kind != "frus" and (match := _labelled_release(text[:1500])):
        days.setdefault(_stamp_day(match[1]), match.start(1))
    if kind == "withdrawal-sheet" and (match := _SHEET_DATE.search(text, 0, 1500)):
        days.setdefault(_stamp_day(match[1]), match.start(1))
    if releases:
        days.setdefault(_year_of_release(text, releases), releases[0].start)
    return {day: at for day, at in days.items() if day is not None}


def _labelled_release(head: str) -> re.Match[str] | None:
    """The first line of a head that is labelled as the day of a release."""
    found: list[re.Match[str]] = []
    for word in ("elease", "ELEASE"):
        at = head.find(word)
        while at >= 0:
            line = head.rfind("\n", 0, at)
            if line >= 0 and (match := _HEAD_DATE.match(head, line)):
                found.append(match)
                break
            at = head.find(word, at + len(word))
    return min(found, key=re.Match.start) if found else None


def _year_of_release(text: str, spans: Sequence[Span]) -> date | None:
    """First day of the year that a stamp of the JFK collection names; the day of its last review where that falls in
    the same year."""
    for span in spans[:4]:
        start = max(0, span.start - 6)
        if "RELEASE" in text[start : span.end] and (match := _YEAR_STAMP.search(text, start, span.end)):
            year = int(match[1])
            review = _LAST_REVIEW.search(text, 0, 4000)
            day = _stamp_day(review[1]) if review else None
            return day if day is not None and day.year == year else date(year, 1, 1)
    return None
