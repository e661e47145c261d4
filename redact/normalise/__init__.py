"""Captured text to canonical values: dates, orders, codes, declassification instructions, numbers, captions.

Rule files name these functions: `normalise` one of `NORMALISERS`, `split` one of `SPLITTERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

import regex

from redact.normalise import captions, codes, instructions, numbers, orders, placeholders
from redact.normalise.dates import parse_date
from redact.normalise.probable import probable_date
from redact.normalise.text import fold_space

__all__ = ["NORMALISERS", "SPLITTERS", "Normaliser", "Splitter", "probable_date"]

Normaliser = Callable[[str, date | None], str | None]
"""Captured text and the document's date where known, to the canonical value; None where the text is none."""
Splitter = Callable[[str], list[tuple[int, int, str]]]
"""Captured text to the markings in it: offsets in that text and canonical values."""


def _plain(function: Callable[[str], str | None]) -> Normaliser:
    return lambda text, on: function(text)


def _family(name: str) -> Normaliser:
    return lambda text, on: codes.exemption(text, name)


def _date(text: str, on: date | None) -> str | None:
    found = parse_date(text, after=on)
    return found.iso if found else None


def _declass(text: str, on: date | None) -> str | None:
    found = instructions.declass(text, on)
    return found.value if found else None


_FIRST_YEAR = 1940
"""Year of E.O. 8381, the first on classification."""


def _dated(token: str) -> Normaliser:
    """Value of a date that stands after the words of an instruction which the capture left out."""

    def read(text: str, on: date | None) -> str | None:
        found = instructions.declass(text, on)
        # No stamp names a day before there was an order to review under: scanning changed a figure.
        if found is None or found.date is None or found.date.year < _FIRST_YEAR:
            return None
        return f"{token},{found.date.isoformat()}"

    return read


_POINTED = regex.compile(r"(1\.[345])\.?\s*\(")
_CATEGORIES = regex.compile(r"(?<!\d)[1-4](?!\d)")
_CATEGORY_WORDS = regex.compile(r"(?i)(?!\band\b)(?<![a-z])[a-z]{2}|\d{2}|[056789]")


def _xgds(text: str, on: date | None) -> str | None:
    digits = _CATEGORIES.findall(text)
    if digits and not _CATEGORY_WORDS.search(text):
        return f"XGDS-{','.join(digits)}"
    found = instructions.declass(text, on)
    return found.value if found and found.value.startswith("XGDS") else None


def _known_order(text: str, on: date | None) -> str | None:
    number = orders.executive_order(text, on)
    return number if number in orders.KNOWN else None


_CODEWORD = regex.compile(r"(?<=SECRET)(?:\s|/+)")
_CAPITALS = regex.compile(r"(?:[A-Z_]+[ ])+[A-Z_]+")
_NO_STAMP = regex.compile(r"[A-Za-z]{2}_[A-Za-z]|[A-Za-z]_[A-Za-z]{2}|[\"'][:,;]|[{}]$|^[\"'][^\"']*[\"']$")


def _banner(text: str, on: date | None) -> str | None:
    from redact.grammar import banner_value  # the grammar is loaded only where a banner is read

    return banner_value(text)


def _damaged_banner(text: str, on: date | None) -> str | None:
    from redact.grammar import damaged_level

    # An identifier, a quoted key or a word in lower case is no stamp, however near its letters come to one.
    if text.islower() or (_NO_STAMP.search(text) and not _CAPITALS.fullmatch(text.strip())):
        return None

    found = damaged_level(text)
    return found[0] if found else None


def _portion(text: str, on: date | None) -> str | None:
    from redact.grammar import portion_value

    return portion_value(text)


def _damaged_portion(text: str, on: date | None) -> str | None:
    from redact.grammar import portion_value

    if (value := portion_value(text)) is not None:
        return value
    level = _damaged_banner(text, on)
    return portion_value(f"({level})") if level else None


def _joined_portion(text: str, on: date | None) -> str | None:
    """`(SRD)`, `(CFRD)`: level and class of nuclear data; `(TSC)`: level and C for the codeword of communications."""
    match = _JOINED.fullmatch(text.strip())
    return f"{match[1]}//{_JOINED_TAILS[match[2]]}" if match else None


def _review_box(text: str, on: date | None) -> str | None:
    """Status that a ticked box of a review form gives: `(X) EXCISE`."""
    return next((status for word, status in _BOXES.items() if text.upper().endswith(word)), None)


def _outcome(text: str, on: date | None) -> str | None:
    """Status that a review form names as its outcome: `Declassify in Part`, `Released in Full`."""
    folded = fold_space(text).upper()
    if folded.startswith("DEN"):
        return "DENIED"
    return "PART" if folded.endswith("PART") else "FULL" if folded.endswith("FULL") else "DECLASSIFIED"


_BOXES = {
    "IN PART": "PART",
    "DECLASSIFY": "DECLASSIFIED",
    "EXCISE": "PART",
    "EXC1SE": "PART",
    "RELEASE": "FULL",
    "DENY": "DENIED",
}
_JOINED_TAILS = {"RD": "RD", "FRD": "FRD", "C": "SI"}
_JOINED = regex.compile(r"\((TS|S|C)(F?RD|C)\)")


NORMALISERS: Mapping[str, Normaliser] = MappingProxyType({
    "upper": lambda text, on: fold_space(text).upper() or None,
    "fold": lambda text, on: fold_space(text) or None,
    "fold_stop": lambda text, on: fold_space(text).rstrip(" .,;:") or None,
    "strip": lambda text, on: text.strip() or None,
    "date": _date,
    "declass": _declass,
    "review": _dated("REVIEW"),
    "downgrade": _dated("DOWNGRADE"),
    "xgds": _xgds,
    "eo": orders.executive_order,
    "classification_order": _known_order,
    "reason": _plain(codes.reason),
    "reason_pointed": lambda text, on: codes.reason(_POINTED.sub(r"\1(", text)),
    "reason_figure": lambda text, on: codes.reason(f"1.{text}"),
    "exemption": _plain(codes.exemption),
    "order_number": lambda text, on: codes.exemption(f"3.3(b){text}"),
    "library_letter": lambda text, on: codes.exemption(f"b{text[-1:]}"),
    "nsa_margin": lambda text, on: "FOIA:b3-PL86-36" if "86" in text else codes.exemption(text),
    "stamp_exemption": lambda text, on: codes.exemption(text, stamp=True),
    "donor_restriction": _family("NARA"),
    "nixon_restriction": _family("NIXON"),
    "presidential_restriction": _family("PRA"),
    "jfk": _family("JFK"),
    "uk_exemption": _family("UK"),
    "section": _plain(numbers.section),
    "page": _plain(numbers.page),
    "redaction_style": _plain(placeholders.style),
    "lacuna": _plain(placeholders.lacuna),
    "release": _plain(placeholders.release),
    "control": _plain(captions.control),
    "banner": _banner,
    "damaged_banner": _damaged_banner,
    "codeword": lambda text, on: _CODEWORD.sub("//", text.strip()) or None,
    "portion": _portion,
    "damaged_portion": _damaged_portion,
    "scanned_portion": lambda text, on: _portion(text.upper().replace("0", "O"), on),
    "joined_portion": _joined_portion,
    "review_box": _review_box,
    "review_outcome": _outcome,
})  # fmt: skip
"""Normalisers by the name that rule files use."""

SPLITTERS: Mapping[str, Splitter] = MappingProxyType({
    "exemptions": codes.exemptions,
    "stamp_exemptions": lambda text: codes.exemptions(text, stamp=True),
    "jfk_exemptions": lambda text: codes.exemptions(text, family="JFK"),
    "nixon_restrictions": lambda text: codes.exemptions(text, family="NIXON"),
    "donor_restrictions": lambda text: codes.exemptions(text, family="NARA"),
    "uk_exemptions": lambda text: codes.exemptions(text, family="UK"),
    "reasons": codes.reasons,
    "controls": captions.controls,
})  # fmt: skip
"""Splitters by the name that rule files use."""
