"""What checks over a whole batch need of one document's text: its first line, telegrams it cites, stand-in dates."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from redact.check_rows import Gathered
from redact.evidence import EVIDENCE_LENGTH, line_around, stable_name

if TYPE_CHECKING:
    from redact.check_reading import Reading

_REF_SPACE = 8_000
"""Code points from the start within which a reference line is looked for."""
_REF_LINE = re.compile(r"\nREFS?\b[^\n]{0,200}(?:\n+ ?\(?[A-Z][.)] ?[^\n]{0,80}){0,6}")
_REFERENCE = re.compile(r"\b(?:(?:19|20)?\d\d )?([A-Z]{3,}(?: [A-Z]{3,})?) (\d{3,6})\b(?!\s*\(NOTAL\)| NOTAL)")
_SENTINEL = re.compile(
    r"\n[ \t]*+([A-Za-z][A-Za-z -]{2,40}+):[ \t]*+\n?[ \t]*+\"?(0?1[ -](?:JAN|Jan|jan)[a-z]{0,4}[ -](?:19[067]0)|"
    r"0?1/0?1/19[067]0|19[067]0-01-01)(?!\d)"
)
_SENTINEL_YEARS = ("1960", "1970", "1900")
_REFERENCE_LINE, _ATTRIBUTES = "\nREF", "\nMessage Attributes"
WORDS = (_REFERENCE_LINE, _ATTRIBUTES, *_SENTINEL_YEARS)
"""Words looked for in `Reading.places` here."""
_MOST_SENTINELS = 40
_FRONT = 4_000
"""Code points within which the front matter of a converted text ends."""


def gathered(reading: Reading) -> list[Gathered]:
    """Rows of `gathered`; a document that is no record gives none."""
    text, facts = reading.text, reading.facts
    start = len(text) - len(text.lstrip())
    stop = text.find("\n", start)
    first = text[start : min(len(text) if stop < 0 else stop, start + EVIDENCE_LENGTH)].rstrip()
    named = facts["identifier"] or facts["title"]
    rows = [_row(reading, start, start + len(first), "head", name=None if named else stable_name(None, text))]
    at = reading.first(_REFERENCE_LINE, _REF_SPACE) if facts["document_type"] == "telegram" else -1
    block = _REF_LINE.match(text, at) if at >= 0 else None
    for match in _REFERENCE.finditer(text, at, block.end()) if block else ():
        post, number = match[1].replace(" ", ""), match[2].lstrip("0")
        rows.append(_row(reading, match.start(1), match.end(), "reference", post=post, number=number))
    if reading.holds_any(_SENTINEL_YEARS):
        for match in islice(_sentinels(reading), _MOST_SENTINELS):
            rows.append(_row(reading, *match.span(2), "sentinel", name=match[1].strip()))
    return rows


def _sentinels(reading: Reading) -> Iterator[re.Match[str]]:
    """Stand-in dates in the front matter or the attributes of a text, looked for around their years."""
    text, places = reading.text, reading.places
    front = text.startswith("---\n")
    since = 0 if front else places.get(_ATTRIBUTES, (-1,))[-1]
    if since < 0:
        return
    stop = _FRONT if front else len(text)
    starts = reading.document.starts
    dated = {bisect_right(starts, at) - 1 for year in _SENTINEL_YEARS for at in places.get(year, ()) if at >= since}
    # The label stands in the line of its date or in the one above.
    for line in sorted({*dated, *[line - 1 for line in dated]}):
        before = starts[line] - 1 if line > 0 else -1
        if before >= since and (match := _SENTINEL.match(text, before, stop)):
            since = match.end()
            yield match


def _row(
    reading: Reading, start: int, end: int, what: str, *, name: str | None = None, post: str | None = None,
    number: str | None = None,
) -> Gathered:  # fmt: skip
    head, line_text = line_around(reading.text, start)
    return Gathered(
        start, end, reading.line(start), what, start - head + 1, reading.text[start:end], line_text, name, post, number
    )
