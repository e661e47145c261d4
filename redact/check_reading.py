"""A document as the examiners of conditions read it, and the small judgements they share."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from redact.document import Document
from redact.facts import DocumentRecord
from redact.span import Span
from redact.vocabulary import LEVELS

RANK: Mapping[str, int] = {level: rank for rank, level in enumerate(LEVELS)}
_BLOCK_SPACE = 220
"""Code points above an offset in which the heading of a review stamp may stand."""


_LINE_REACH = 2_000
"""Code points to which a look for the ends of a line is limited: a file may be one huge line."""


def line_start(text: str, at: int) -> int:
    """Offset at which the line of an offset starts, within reach."""
    low = max(0, at - _LINE_REACH)
    return max(text.rfind("\n", low, at) + 1, low)


def line_end(text: str, at: int) -> int:
    """Offset of the line feed that ends the line of an offset, within reach."""
    high = min(len(text), at + _LINE_REACH)
    stop = text.find("\n", at, high)
    return high if stop < 0 else stop


class Reading(NamedTuple):
    """A document as the examiners read it."""

    document: Document
    text: str
    spans: Sequence[Span]
    by_kind: Mapping[str, Sequence[Span]]
    record: DocumentRecord
    facts: Mapping[str, Any]
    written: date | None

    def line(self, offset: int) -> int:
        """1-based line of an offset."""
        return bisect_right(self.document.starts, offset)

    def between(self, start: int, end: int) -> tuple[int | None, int | None, int | None]:
        """Start, end and line of a stretch; nulls where the start is negative, as `str.find` says it."""
        return (start, end, self.line(start)) if start >= 0 else (None, None, None)

    def place(self, span: Span | None) -> tuple[int | None, int | None, int | None]:
        """Start, end and line of a span; nulls for none."""
        return (None, None, None) if span is None else (span.start, span.end, self.line(span.start))


def at_review(text: str, start: int) -> bool:
    """Whether an offset stands in the block of a later review instead of the record's own classification block."""
    before = text[max(0, start - _BLOCK_SPACE) : start]
    if "REVIEW AUTHORITY" in before or "Review Authority" in before or "CASE ID" in before or "Case ID" in before:
        return True
    if "lass:" in before and " on " in before:
        return True
    line = before.rpartition("\n")[2].upper()
    return "EXTEND" in line or "RELEASE" in line


def is_quoted(text: str, begin: int, start: int) -> bool:
    """Whether a line cites or quotes another document."""
    before = text[begin:start].lstrip()
    if in_quotation(text, start):
        return True
    return before[:3].upper() == "REF" or before[:1] in ('"', "“", ">") or before.count('"') % 2 == 1


_QUOTATION = 6_000
"""Code points above an offset in which the quotation that holds it may begin."""


def in_quotation(text: str, at: int) -> bool:
    """Whether an offset stands between `QUOTE` or `BEGIN TEXT` and its end, in which telegrams repeat another one."""
    low = max(0, at - _QUOTATION)
    begun = max(text.rfind("QUOTE", low, at), text.rfind("BEGIN TEXT", low, at))
    if begun < 0 or text[max(0, begun - 4) : begun].endswith(("END ", "UN")):
        return False
    return any(text.find(word, at, at + _QUOTATION) >= 0 for word in ("END QUOTE", "UNQUOTE", "END TEXT"))


_NOISE = "•■□¢£¥§®©°~^{}¬«»"
"""Characters that typed and published records hardly hold and that scanning puts for specks and torn letters."""
_NOISE_BYTES = tuple(char.encode() for char in _NOISE)
_PLAIN = bytes(code for code in range(0x80) if chr(code) not in _NOISE)
_NOISE_REACH = 20_000
_NOISE_SHARE = 0.25
"""Such characters a thousand, from which a text counts as an uncorrected scan (measured on the public collections:
clean texts have none or one, scans 0.3 to 44)."""


def is_scan(text: str) -> bool:
    """Whether a text is an uncorrected scan, in which a single odd letter or digit proves nothing."""
    text = text[:_NOISE_REACH]
    rest = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN)
    noise = sum(map(rest.count, _NOISE_BYTES)) if len(rest) >= 3 else 0
    if noise >= 3 and "~" in text:
        # Struck levels (`~~SECRET~~`) and the tilde between the fields of a stamp or sheet are no noise.
        noise -= 2 * text.count("~~") + text.count(" ~ ")
    return noise >= 3 and 1000 * noise >= _NOISE_SHARE * len(text)


@lru_cache(maxsize=8192)
def edit_distance(left: str, right: str, limit: int = 9) -> int:
    """Levenshtein distance, at most `limit`."""
    if left == right:
        return 0
    if abs(len(left) - len(right)) >= limit:
        return limit
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return min(row[-1], limit)
