"""The first date of a record's head that stands by itself: its own, where no label and no date-time group tells it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

from redact.document import Document
from redact.normalise.dates import find_dates, is_sentinel, places_of_dates
from redact.span import Span

DATE_HINT = re.compile(r"\d\d?(?:(?:st|nd|rd|th)?[ -]{1,2}[A-Za-z]{3}|/\d{1,2}/\d\d|(?:st|nd|rd|th)?(?:, ?| )\d{4})")
"""Where a date may be; begins with a digit, so that a text is passed over quickly."""
_DATED_HEAD = 2000
"""Characters in which a record's own date is looked for where nothing labels it."""
_BEFORE_HINT, _AFTER_HINT = 76, 24
"""Characters of a line before and behind such a place."""


_NOT_ITS_OWN = re.compile(r"(?i)cut-?[ ]?off|\b(?:information|data|valid)[ ]as[ ]of\b")
"""Words before a day that is not that of the paper: until when its information reaches."""


def first_date(document: Document, spans: Sequence[Span]) -> date | None:
    """First date of the head on a line of its own or at a line's end, stamps left out."""
    text, starts = document.text, document.starts
    stamped: set[int] | None = None
    stop = -1
    # A line that ends further on holds no hint near enough to its end.
    for place in places_of_dates(text, 0, _DATED_HEAD + _AFTER_HINT):
        if place < stop:
            continue
        line = bisect_right(starts, place) - 1
        start = starts[line]
        stop = starts[line + 1] - 1 if line + 1 < len(starts) else len(text)
        for hint in DATE_HINT.finditer(text, start, min(stop, _DATED_HEAD)):
            if hint.start() - start <= _BEFORE_HINT and stop - hint.end() <= _AFTER_HINT:
                break
        else:
            continue
        if stamped is None:
            stamped = _stamped_lines(document, spans)
        if line in stamped or line - 1 in stamped:
            continue
        for at, end, found in find_dates(text[start:stop]):
            if found.precision == "day" and not is_sentinel(found.value):
                before, after = text[start : start + at].strip(), text[start + end : stop].strip()
                if _NOT_ITS_OWN.search(before):
                    continue
                if len(before) <= 40 and len(after) <= 12:
                    return found.value
    return None


def _stamped_lines(document: Document, spans: Sequence[Span]) -> set[int]:
    """Lines of the head that belong to stamps and instructions."""
    text = document.text
    stamped: set[int] = set()
    for span in spans:
        if span.start >= 2500:
            break
        if span.kind in ("release", "case", "declass"):
            stamped.add(document.line_index(span.start))
        if span.kind == "release":
            # Authority, name and date of a stamp stand below its words, down to a blank line, unless its own line
            # holds the date.
            last = document.line_index(max(span.end - 1, span.start))
            if find_dates(text[span.end : document.line_bounds(last)[1]]):
                continue
            line = last + 1
            for below in range(line, min(line + 4, len(document.starts))):
                if not text[slice(*document.line_bounds(below))].strip():
                    break
                stamped.add(below)
    return stamped
