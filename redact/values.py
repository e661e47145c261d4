"""The readers that rule files name: captured text in, canonical value out (`normalise`), or many values (`split`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache

import regex

from redact import normalise
from redact.grammar import damaged_level
from redact.normalise import instructions
from redact.normalise.dates import find_dates, is_sentinel, parse_dtg
from redact.normalise.orders import executive_order

Reader = Callable[[str, date | None], str | None]
Splitter = Callable[[str], list[tuple[int, int, str]]]

_KNOWN_ORDERS = frozenset({"8381", "10104", "10290", "10501", "10964", "11652", "12065", "12356", "12958", "13142",
                           "13292", "13526", "12951"})  # fmt: skip
_STOP = " \t\r\n.,;:~(\"'"


def _damaged_banner(text: str, on: date | None) -> str | None:
    read = damaged_level(text)
    return read[0] if read else None


def _classification_order(text: str, on: date | None) -> str | None:
    number = executive_order(text)
    return number if number in _KNOWN_ORDERS else None


def _fold_stop(text: str, on: date | None) -> str | None:
    return " ".join(text.split()).strip(_STOP) or None


def _instruction(prefix: str) -> Reader:
    def reader(text: str, on: date | None) -> str | None:
        read = instructions.declass(text, on)
        return f"{prefix},{read.date.isoformat()}" if read and read.date else None

    return reader


def _xgds(text: str, on: date | None) -> str | None:
    return f"XGDS-{text}" if text in ("1", "2", "3", "4") else None


def _foreign_dissem(text: str, on: date | None) -> str | None:
    """Level before a damaged NO FOREIGN DISSEM; the control is certain, the level is read by itself."""
    head = regex.split(r"[ \t]*[-=–—~,/.][ \t]*(?=\S{2,3}[ ,]+\S*F)", text, maxsplit=1)[0]
    read = damaged_level(head.strip()) or damaged_level("".join(head.split()))
    return f"{read[0]}//NOFORN" if read and "//" not in read[0] else read[0] if read else None


NORMALISERS: Mapping[str, Reader] = {
    **normalise.NORMALISERS,
    "damaged_banner": _damaged_banner,
    "classification_order": _classification_order,
    "fold_stop": _fold_stop,
    "foreign_dissem": _foreign_dissem,
    "downgrade": _instruction("DOWNGRADE"),
    "review": _instruction("REVIEW"),
    "xgds": _xgds,
}

SPLITTERS: Mapping[str, Splitter] = normalise.SPLITTERS


@lru_cache(maxsize=4)
def probable_date(text: str) -> date | None:
    """A first guess at a document's date, from its head: enough to choose the century of a two-digit year."""
    head = text[:6000]
    for match in regex.finditer(r"\b\d{6}Z\s+[A-Z]{3}\s+\d{2,4}\b", head):
        read = parse_dtg(match[0])
        if read is not None:
            return read.value
    for _, _, read in find_dates(head):
        if not is_sentinel(read.value) and read.value.year < 2100:
            return read.value
    return None



