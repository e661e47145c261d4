"""A document as the examiners of conditions read it, and the small judgements they share."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from rapidfuzz.distance import Levenshtein

from redact.document import Document
from redact.facts import DocumentRecord
from redact.layout import mark_level
from redact.span import Kinds, Span
from redact.vocabulary import LEVELS

RANK: Mapping[str, int] = {level: rank for rank, level in enumerate(LEVELS)}
_BLOCK_SPACE = 220
"""Code points above an offset in which the heading of a review stamp may stand."""
portion_level = lru_cache(maxsize=4096)(mark_level)
"""Level of a portion mark, kept: a document holds few distinct ones."""


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


class Reading:
    """A document as the examiners read it.

    Attributes:
        document: the document.
        text: its text.
        spans: its spans, sorted by start; none of a document that is no record.
        by_kind: these by kind.
        record: portions, redactions, links, facts.
        facts: the row of facts.
        written: date of the document.
        is_record: whether it is a record at all.
        places: offsets of the words that the examiners ask for, ascending; absent words have no entry.
    """

    __slots__ = (
        "_has_quotation", "_has_review", "by_kind", "document", "facts", "is_record", "places", "record", "spans",
        "text", "written",
    )  # fmt: skip

    def __init__(
        self, document: Document, spans: Sequence[Span], record: DocumentRecord, places: Mapping[str, Sequence[int]]
    ) -> None:
        facts = record.facts
        self.document = document
        self.text = document.text
        self.record = record
        self.facts: Mapping[str, Any] = facts
        self.written: date | None = facts["document_date"]
        self.is_record: bool = facts["document_type"] != "not-a-record"
        self.spans: Sequence[Span] = spans if self.is_record else ()
        self.by_kind: Kinds = record.kinds
        self.places = places
        self._has_review = self.holds_any(_REVIEW_WORDS)
        self._has_quotation = self.holds_any(_QUOTATION_BEGINS) and self.holds_any(_QUOTATION_ENDS)

    def line(self, offset: int) -> int:
        """1-based line of an offset."""
        return bisect_right(self.document.starts, offset)

    def between(self, start: int, end: int) -> tuple[int | None, int | None, int | None]:
        """Start, end and line of a stretch; nulls where the start is negative, as `str.find` says it."""
        return (start, end, self.line(start)) if start >= 0 else (None, None, None)

    def place(self, span: Span | None) -> tuple[int | None, int | None, int | None]:
        """Start, end and line of a span; nulls for none."""
        return (None, None, None) if span is None else (span.start, span.end, self.line(span.start))

    def line_start(self, at: int) -> int:
        """Offset at which the line of an offset starts, within reach."""
        starts = self.document.starts
        return max(starts[bisect_right(starts, at) - 1], at - _LINE_REACH)

    def first(self, word: str, stop: int) -> int:
        """Offset at which a word that is looked for first stands before an offset, as `str.find` says it."""
        places = self.places.get(word)
        return places[0] if places is not None and places[0] + len(word) <= stop else -1

    def holds(self, words: Sequence[str], stop: int) -> bool:
        """Whether one of some words that are looked for stands before an offset."""
        places = self.places
        if places.keys().isdisjoint(words):
            return False
        return any(word in places and places[word][0] + len(word) <= stop for word in words)

    def holds_any(self, words: Iterable[str]) -> bool:
        """Whether one of some words that are looked for stands in the text."""
        return not self.places.keys().isdisjoint(words)

    def at_review(self, start: int) -> bool:
        """Whether an offset stands in the block of a later review, not in the record's own classification block."""
        before = self.text[max(0, start - _BLOCK_SPACE) : start]
        if self._has_review:
            for words in _REVIEW_HEADS:
                if words in before:
                    return True
            if "lass:" in before and " on " in before:
                return True
        line = before.rpartition("\n")[2].upper()
        return "EXTEND" in line or "RELEASE" in line

    def is_quoted(self, begin: int, start: int) -> bool:
        """Whether a line that begins there cites or quotes another document."""
        if self._in_quotation(start):
            return True
        before = self.text[begin:start].lstrip()
        return before[:3].upper() == "REF" or before[:1] in ('"', "“", ">") or before.count('"') % 2 == 1

    def _in_quotation(self, at: int) -> bool:
        """Whether an offset stands between `QUOTE` or `BEGIN TEXT` and its end, in which telegrams repeat another."""
        if not self._has_quotation:
            return False
        text, low = self.text, max(0, at - _QUOTATION)
        begun = max(text.rfind(word, low, at) for word in _QUOTATION_BEGINS)
        if begun < 0 or text[max(0, begun - 4) : begun].endswith(("END ", "UN")):
            return False
        return any(text.find(word, at, at + _QUOTATION) >= 0 for word in _QUOTATION_ENDS)


_REVIEW_HEADS = ("REVIEW AUTHORITY", "Review Authority", "CASE ID", "Case ID")
_REVIEW_WORDS = (*_REVIEW_HEADS, "lass:")
_QUOTATION = 6_000
"""Code points above an offset in which the quotation that holds it may begin."""
_QUOTATION_BEGINS = ("QUOTE", "BEGIN TEXT")
_QUOTATION_ENDS = ("END QUOTE", "UNQUOTE", "END TEXT")
WORDS = (*_REVIEW_WORDS, *_QUOTATION_BEGINS, *_QUOTATION_ENDS)
"""Words looked for in `Reading.places` here."""


_NOISE = "•■□¢£¥§®©°~^{}¬«»"
"""Characters that typed and published records hardly hold and that scanning puts for specks and torn letters."""
_NOISE_BYTES = tuple(char.encode() for char in _NOISE)
_PLAIN = bytes(code for code in range(0x80) if chr(code) not in _NOISE)
_ASCII_NOISE = tuple(filter(str.isascii, _NOISE))
_NOISE_REACH = 20_000
_NOISE_SHARE = 0.25
"""Such characters a thousand, from which a text counts as an uncorrected scan (measured on the public collections:
clean texts have none or one, scans 0.3 to 44)."""


def is_scan(text: str) -> bool:
    """Whether a text is an uncorrected scan, in which a single odd letter or digit proves nothing."""
    text = text[:_NOISE_REACH]
    if text.isascii() and not any(char in text for char in _ASCII_NOISE):
        return False
    enough = max(3.0, _NOISE_SHARE * len(text) / 1000)
    rest = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN)
    if len(rest) < enough:
        return False
    noise = sum(map(rest.count, _NOISE_BYTES))
    tildes = rest.count(b"~")
    if noise >= enough > noise - tildes:
        # Struck levels (`~~SECRET~~`) and the tilde between the fields of a stamp or sheet are no noise.
        noise -= 2 * text.count("~~") + text.count(" ~ ")
    return noise >= enough


def edit_distance(left: str, right: str, limit: int = 9) -> int:
    """Levenshtein distance, at most `limit`."""
    return Levenshtein.distance(left, right, score_cutoff=limit - 1)
