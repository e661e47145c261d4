"""The readers that rule files name: captured text in, canonical value out (`normalise`), or many values (`split`).

Most live in redact.normalise; here stand those that judge a damaged stamp or level by likeness.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

import regex
from rapidfuzz.fuzz import ratio

from redact import normalise
from redact.grammar import damaged_level
from redact.normalise import probable_date

Reader = Callable[[str, date | None], str | None]
Splitter = Callable[[str], list[tuple[int, int, str]]]

_STAMP_LIKENESS = 55.0
"""Percent of likeness from which a damaged stamp is read; unrelated lines of released documents stay below 45."""
_BEFORE_FOREIGN = regex.compile(r"[ \t]*[-=–—~,/.][ \t]*(?=\S{2,3}[ ,]+\S*F)")


def _foreign_dissem(text: str, on: date | None) -> str | None:
    """Level before a damaged NO FOREIGN DISSEM; the control is certain, the level is read by itself."""
    head = _BEFORE_FOREIGN.split(text, maxsplit=1)[0]
    read = damaged_level(head.strip()) or damaged_level("".join(head.split()))
    if read is None:
        return None
    return read[0] if "//" in read[0] else f"{read[0]}//NOFORN"


def _damaged_approved(text: str, on: date | None) -> str | None:
    """`APPROVED` for a stamp of which more than half of APPROVED FOR RELEASE survived scanning."""
    return "APPROVED" if ratio(" ".join(text.casefold().split()), "approved for release") >= _STAMP_LIKENESS else None


def _without_specks(text: str) -> tuple[int, int]:
    """Start and end of a damaged level in the text it was read in: without what stands far from it on its line, and
    without specks beside it that only make it harder to read."""
    start, end = 0, len(text)
    read = damaged_level(text)
    while read is not None:
        for a, b, gap in _shorter(text, start, end):
            rest = damaged_level(text[a:b])
            if rest is None or rest[0] != read[0]:
                continue
            lost = text[start:a].strip() or text[b:end].strip()
            is_spaced = max(map(len, text[a:b].split())) < 2  # then the last character is one of the level's
            is_speck = len(lost) < 3 and not lost.isupper() and not is_spaced and rest[1] <= read[1]
            if gap > 2 or rest[1] < read[1] or is_speck:
                start, end, read = a, b, rest
                break
        else:
            break
    stripped = text[start:end].rstrip(" .\u2022:;,*")
    return start, start + len(stripped)


def _shorter(text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The text without its last word and without its first, with the blanks between."""
    words = [match.span() for match in _WORD.finditer(text, start, end)]
    if len(words) > 1:
        yield words[0][0], words[-2][1], words[-1][0] - words[-2][1]
        yield words[1][0], words[-1][1], words[1][0] - words[0][1]


_WORD = regex.compile(r"\S+")

NORMALISERS: Mapping[str, Reader] = {
    **normalise.NORMALISERS,
    "foreign_dissem": _foreign_dissem,
    "damaged_approved": _damaged_approved,
}

SPLITTERS: Mapping[str, Splitter] = normalise.SPLITTERS

NARROWERS: Mapping[str, Callable[[str], tuple[int, int]]] = {"damaged_banner": _without_specks}
"""By name of a normaliser: which part of a captured text its value was read in."""

__all__ = ["NARROWERS", "NORMALISERS", "SPLITTERS", "Reader", "Splitter", "probable_date"]
