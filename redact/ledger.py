"""The ledger: what each placeholder stands for, and which exemption code covers which withheld text.

Position decides what a placeholder is; `redact.pairing` decides which codes belong to it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple

from redact.document import Document
from redact.layout import Layout
from redact.normalise.placeholders import extent
from redact.pairing import Code, pair, place_codes
from redact.span import Kinds, Span

_PADDING = " \t\r\f\u00a0-\u2013\u2014~*|_.,:;()[]{}<>"
_NEAR = 60
"""Lines in which the neighbour of a placeholder is looked for."""
_EDGE = frozenset({"page", "note", "end", "case"})
"""Furniture beside which a placeholder alone on its line stands for a marking. A page that still shows its level
needs no placeholder for it, so lines with a level are not among them."""

STRUCK = "placeholder stands for a struck marking"
SCOPE = "matter outside the scope of the request"
PUBLISHER = "blanked by a publisher, not by an agency"
BRACKET = "published bracket states nature and extent, no code"
NO_CODE = "no code within six lines, page or document stamp"
IN_STAMP = "in a release stamp"
IN_REVIEW = "names the reason of a review stamp"
ON_FORM = "stands in a field of a form"
NO_PLACEHOLDER = "no placeholder beside it: the excision left white space or was lost"


class Redaction(NamedTuple):
    """A row of table `redactions`, without its document."""

    redaction: int
    start: int
    end: int
    line: int
    style: str
    role: str
    portion: int | None
    extent: float | None
    extent_unit: str | None
    justified: bool | None
    page: str | None


class Link(NamedTuple):
    """A row of table `links`, without its document."""

    redaction: int | None
    code: str | None
    start: int | None
    end: int | None
    line: int | None
    basis: str | None
    why_alone: str | None
    page: str | None


def keep_ledger(document: Document, kinds: Kinds, layout: Layout) -> tuple[list[Redaction], list[Link]]:
    """Redactions of a document with their roles, and every pair of redaction and code or the reason there is none.

    Args:
        document: the document.
        kinds: its spans by kind.
        layout: its layout.
    """
    placeholders, codes = kinds.get("redaction", ()), kinds.get("exemption", ())
    if not placeholders and not codes:
        return [], []
    text, starts = document.text, document.starts
    lines = [bisect_right(starts, span.start) - 1 for span in placeholders]
    placed = place_codes(document, kinds.get("release", ()), codes, layout)
    roles = _roles(document, kinds, lines, layout, placed) if placeholders else []
    partners, taken = pair(document, placeholders, lines, roles, placed, layout)
    page_of = _pages(document, kinds.get("page", ()), layout)
    redactions: list[Redaction] = []
    links: list[Link] = []
    for index, span in enumerate(placeholders):
        role = roles[index]
        pairs = partners.get(index, ())
        needs = role in ("content", "page") and span.value != "NOT DECLASSIFIED"
        paragraph = layout.paragraph_of(span.start)
        amount, unit = extent(text[span.start : span.end]) if span.end - span.start > 10 else (None, None)
        redactions.append(
            Redaction(
                index + 1,
                span.start,
                span.end,
                lines[index] + 1,
                span.value,
                role,
                paragraph.ordinal if paragraph else None,
                amount,
                unit,
                bool(pairs) if needs or pairs else None,
                page := page_of(span.start),
            )
        )
        for (code, line, _), basis in pairs:
            links.append(Link(index + 1, code.value, code.start, code.end, line + 1, basis, None, page))
        if not pairs:
            links.append(Link(index + 1, None, None, None, None, None, _why_no_code(role, span.value), page))
    for position, (code, line, place) in enumerate(placed):
        if position not in taken:
            why = _WHY_NO_PLACEHOLDER.get(place, NO_PLACEHOLDER)
            page = page_of(code.start)
            links.append(Link(None, code.value, code.start, code.end, line + 1, None, why, page))
    return redactions, links


def _pages(document: Document, lines: Sequence[Span], layout: Layout) -> Callable[[int], str | None]:
    """The page that holds an offset: the number on its page line, else its place among form feeds; None where neither
    divides the text."""
    furniture, line_index = layout.furniture, document.line_index
    marked = [span for span in lines if furniture.get(line_index(span.start)) == "page"]
    if not marked:
        breaks = layout.pages if len(layout.pages) > 1 and "\f" in document.text else []
        return lambda offset: str(bisect_right(breaks, offset)) if breaks else None
    numbers = [span.value.partition("/")[0] for span in marked]
    begun = [part.start for part in layout.paragraphs]
    if numbers[0] == "1" and begun and begun[0] < marked[0].start and begun[-1] < marked[-1].start:
        # Page lines at the foot: text stands above the first and none below the last.
        feet = [span.end for span in marked]
        return lambda offset: numbers[at] if (at := bisect_left(feet, offset)) < len(numbers) else None
    heads = [document.starts[line_index(span.start)] for span in marked]
    return lambda offset: numbers[at - 1] if (at := bisect_right(heads, offset)) else None


_WHY_NO_PLACEHOLDER = {"stamp": IN_STAMP, "review": IN_REVIEW, "form": ON_FORM}


def _why_no_code(role: str, style: str) -> str:
    if role == "marking":
        return STRUCK
    if role == "scope":
        return SCOPE
    if role == "publisher":
        return PUBLISHER
    return BRACKET if style == "NOT DECLASSIFIED" else NO_CODE


def _roles(document: Document, kinds: Kinds, lines: Sequence[int], layout: Layout, placed: Sequence[Code]) -> list[str]:
    agency = "release" in kinds or "case" in kinds or "exemption" in kinds
    code_lines = {code.line for code in placed if code.place == "line"}
    alone = {line for line in lines if layout.furniture.get(line) == "placeholder"}
    headed = "banner" in layout.furniture.values()
    coded = {code.line for code in placed if layout.furniture.get(code.line) not in ("release", "case", "page")}
    roles: list[str] = []
    for span, line in zip(kinds["redaction"], lines, strict=True):
        style = span.value
        if style == "NON-RESPONSIVE":
            roles.append("scope")
        elif style == "X-OUT":
            roles.append("content" if agency else "publisher")
        elif style in ("WITHHELD", "NOT DECLASSIFIED"):
            roles.append("page" if _whole_pages(document.text[span.start : span.end]) else "content")
        elif style == "CODE":
            roles.append("content")
        elif line in alone:
            marking = not _withholds_text(document, span, line, layout, coded)
            marking = marking and _stands_for_marking(document, line, layout, alone, code_lines, headed)
            roles.append("marking" if marking else "content")
        elif line in coded:
            roles.append("content")
        else:
            roles.append("marking" if _beside_marking(document, span, line, layout) else "content")
    return roles


def _whole_pages(words: str) -> bool:
    """Whether a placeholder's words say that pages or the document are withheld."""
    words = words.upper()
    return any(
        word in words
        for word in ("PAGE", "DOCUMENT", "SHEET", "WITHDRAW", "ACCESS RESTRICTED", "NOTICE", "RETAINED", "CLOSED")
    )


def _beside_marking(document: Document, span: Span, line: int, layout: Layout) -> bool:
    """A placeholder with other words on its line stands for a marking before SECTION, ENTIRE TEXT, or as a label's
    value; between words it stands for text."""
    if layout.furniture.get(line) == "banner":
        return True
    text = document.text
    start, stop = document.line_bounds(line)
    after = text[span.end : min(stop, span.end + 40)].lstrip(" \t-\u2013\u2014)")
    if after.startswith("ENTIRE TEXT"):
        return True
    before = text[max(start, span.start - 60) : span.start].rstrip(" \t([*")
    if before.endswith(("LASSIFICATION:", "lassification:")):
        return True
    leads = span.start - start <= 60 and not before.strip(_PADDING)
    return leads and after.startswith("SECTION ") and after[8:9].isdigit()


def _withholds_text(document: Document, span: Span, line: int, layout: Layout, coded: set[int]) -> bool:
    """Whether a placeholder alone on its line is part of the text: with its code beside it, with an amount, or right
    under a line of the numbered paragraph that holds it. A level has neither code nor amount."""
    if line in coded or (span.end - span.start > 12 and extent(document.text[span.start : span.end])[0] is not None):
        return True
    if not line or layout.furniture.get(line - 1) is not None:
        return False
    start, stop = document.line_bounds(line - 1)
    if document.text[start : min(stop, start + 200)].isspace() or start == stop:
        return False
    paragraph = layout.paragraph_of(span.start)
    return paragraph is not None and paragraph.number is not None


def _stands_for_marking(
    document: Document, line: int, layout: Layout, alone: set[int], code_lines: set[int], headed: bool
) -> bool:
    above, first = _neighbour(document, line, -1, layout, alone)
    below, last = _neighbour(document, line, 1, layout, alone)
    if below in code_lines or (above in code_lines and below is not None and layout.furniture.get(below) is None):
        return False
    beside = {layout.furniture.get(place) for place in (above, below, first, last) if place is not None}
    if beside & _EDGE:
        return True
    if above is None and below is None:
        return False
    if above is None:
        return not headed
    if below is None:
        return len(alone) > 1 and not headed
    start, stop = document.line_bounds(below)
    text = document.text[start : min(stop, start + 80)].lstrip()
    # The caption line of a telegram: between the level line and the order line.
    return layout.furniture.get(above) == "banner" and text.startswith(("E.O.", "EO ", "TAGS", "SUBJ"))


def _neighbour(
    document: Document, line: int, step: int, layout: Layout, alone: set[int]
) -> tuple[int | None, int | None]:
    """Nearest line with words in a direction, other lone placeholders passed over; and the nearest furniture that is
    no placeholder on the way."""
    count = len(document.starts)
    note: int | None = None
    place = line + step
    for _ in range(_NEAR):
        if not 0 <= place < count:
            break
        if place not in alone:
            if layout.furniture.get(place) == "note":
                note = place
                break
            start, stop = document.line_bounds(place)
            if stop - start > 200 or (stop > start and not document.text[start:stop].isspace()):
                break
        place += step
    return (place if 0 <= place < count else None), note
