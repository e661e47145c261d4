"""The readers that rule files name: captured text in, canonical value out (`normalise`), or many values (`split`).

Most live in redact.normalise; here stand those that judge a damaged stamp or level by likeness.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


NORMALISERS: Mapping[str, Reader] = {
    **normalise.NORMALISERS,
    "foreign_dissem": _foreign_dissem,
    "damaged_approved": _damaged_approved,
}

SPLITTERS: Mapping[str, Splitter] = normalise.SPLITTERS

__all__ = ["NORMALISERS", "SPLITTERS", "Reader", "Splitter", "probable_date"]
