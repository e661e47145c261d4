"""How a document is laid out: page furniture, pages, sections, paragraphs, where the message ends.

Furniture is what a page carries beside its text: level lines, page lines, case numbers, release stamps, the
transcriber's `n/a`. It interrupts paragraphs but does not end them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from redact.document import Document
from redact.fields import words_of
from redact.numbering import candidates, main_run, mend
from redact.span import Kinds, Span, by_kind
from redact.vocabulary import LEVELS

_CODE_KINDS = frozenset({"exemption", "reason"})
_WHOLE_LINE = {
    "banner": "banner",
    "control": "banner",
    "cancelled": "banner",
    "section": "banner",
    "case": "case",
    "page": "page",
    "release": "release",
    "redaction": "placeholder",
    "exemption": "code",
    "reason": "code",
}
"""What a line is that holds one span of such a kind and nothing else; spans of other kinds make no furniture."""
_PADDING = " \t\r\f\u00a0-\u2013\u2014~*|_.,:;()[]{}<>#\u2022'\"\u2018\u2019/\\"
_LONGEST_FURNITURE = 1000
"""Characters, margins included, up to which a line may be furniture."""
_SHORT_REMAINDER = 60
"""Longest remainder of a stamp or page line beside its spans: reviewer, date, post and number."""

_LEVEL_REMAINDER = 30
"""Longest remainder of a level line: post and number."""
_ALONE = frozenset({"control", "cancelled", "section", "redaction", "exemption", "reason"})
"""Kinds of span that make a line furniture only where nothing else stands on it."""

_WRAPPED = ("release", "redaction")
"""Kinds of span whose further lines are what their first line is."""

_BLOCK_BREAK = re.compile(r"\n[ \t\r\f]*+\n")
_ATTRIBUTES = ("\nMessage Attributes", "\n#### Message Attributes")
_TITLES = ("SUBJECT", "SUBJ", "Subject", "TITLE", "Title")
_MAIL_HEAD = re.compile(r"(?:From|To|Sent|Subject|Cc|FROM|TO|DATE|SUBJECT|INFO|MEMORANDUM)\b")
_SHORTEST_BLOCK = 80

_NOTE = "n/a"
_END = "\nNNNN"

_MARK_LEVELS = {
    "TS": "TOP SECRET",
    "CTS": "TOP SECRET",
    "S": "SECRET",
    "NS": "SECRET",
    "C": "CONFIDENTIAL",
    "NC": "CONFIDENTIAL",
    "R": "RESTRICTED",
    "NR": "RESTRICTED",
    "U": "UNCLASSIFIED",
    "NU": "UNCLASSIFIED",
    "SBU": "UNCLASSIFIED",
    "LOU": "UNCLASSIFIED",
    "OUO": "UNCLASSIFIED",
    "FOUO": "UNCLASSIFIED",
    "CUI": "UNCLASSIFIED",
}
_FOREIGN_MARK = re.compile(r"(?:[A-Z]{3,4} ?)+?(TS|S|C|R|U)$")


@lru_cache(maxsize=1024)
def mark_level(value: str) -> str | None:
    """Level of a canonical portion mark; sensitive but unclassified marks count as UNCLASSIFIED (CAPCO sec. D.2)."""
    foreign = value.startswith("//")
    head = value.lstrip("/").split("/", 1)[0].split("-", 1)[0].strip()
    if level := _MARK_LEVELS.get(head):
        return level
    if head in LEVELS:
        return head
    if foreign and (found := _FOREIGN_MARK.match(head)):
        return _MARK_LEVELS[found.group(1)]
    return None


class Paragraph(NamedTuple):
    """One paragraph or titled portion.

    Attributes:
        ordinal: 1 for the first of the document.
        start, end: offsets of its text.
        line: 1-based.
        number: paragraph number as printed, without its full stop or parentheses.
        mark: canonical portion mark.
        level: level of that mark.
    """

    ordinal: int
    start: int
    end: int
    line: int
    number: str | None
    mark: str | None
    level: str | None


class Layout(NamedTuple):
    """Where the parts of a document stand.

    Attributes:
        furniture: 0-based line → what the line is (`banner`, `footer`, `page`, `case`, `release`, `code`,
            `placeholder`, `note`, `end`); lines of running text are absent.
        pages: offsets at which pages start, the first 0.
        paragraphs: in reading order.
        numbers: numbers of the main run of paragraphs, in reading order.
        end: offset at which the record's text ends and attributes or nothing follow.
    """

    furniture: dict[int, str]
    pages: list[int]
    paragraphs: list[Paragraph]
    numbers: list[int]
    end: int

    def page_of(self, offset: int) -> int:
        """0-based index of the page that holds an offset."""
        return bisect_right(self.pages, offset) - 1

    def paragraph_of(self, offset: int) -> Paragraph | None:
        """The paragraph that holds an offset."""
        paragraphs = self.paragraphs
        low, high = 0, len(paragraphs)
        while low < high:
            middle = (low + high) // 2
            if paragraphs[middle].start <= offset:
                low = middle + 1
            else:
                high = middle
        if low and offset < paragraphs[low - 1].end:
            return paragraphs[low - 1]
        return None


def text_end(text: str) -> int:
    """Offset at which the record's own text ends: NARA's attribute block is not part of the message."""
    if "Message Attributes" in words_of(text).present:
        for label in _ATTRIBUTES:
            at = text.rfind(label)
            if at >= 0:
                return at
    return len(text)


def lay_out(document: Document, spans: Sequence[Span], kinds: Kinds | None = None) -> Layout:
    """Layout of a document from its text and its spans (sorted by start).

    Args:
        document: the document.
        spans: its spans, sorted by start.
        kinds: the same by kind, where they were sorted out before.
    """
    if kinds is None:
        kinds = by_kind(spans)
    end = text_end(document.text)
    furniture = _furniture(document, spans, kinds, end)
    pages = _pages(document, kinds, furniture)
    paragraphs, numbers = _paragraphs(document, kinds, furniture, end)
    return Layout(furniture, pages, paragraphs, numbers, end)


def _furniture(document: Document, spans: Sequence[Span], kinds: Kinds, end: int) -> dict[int, str]:
    text, starts = document.text, document.starts
    last = len(starts) - 1
    found: dict[int, str] = {}
    marks = [span for span in spans if span[2] in _WHOLE_LINE]
    lines = [bisect_right(starts, span[0]) - 1 for span in marks]
    lines.append(-1)
    index, count = 0, len(marks)
    while index < count:
        line = lines[index]
        start = starts[line]
        stop = starts[line + 1] - 1 if line < last else len(text)
        first, index = index, index + 1
        if lines[index] != line:
            what = _lone_kind(text, start, stop, marks[first])
        else:
            while lines[index] == line:
                index += 1
            what = _line_kind(text, start, stop, marks[first:index])
        if what is not None:
            found[line] = what
    wrapped = [s for kind in _WRAPPED for s in kinds.get(kind, ()) if text.find("\n", s[0], s[1] - 1) >= 0]
    for span in sorted(wrapped):
        line = bisect_right(starts, span.start) - 1
        if line in found:
            for further in range(line + 1, bisect_right(starts, span.end - 1, line)):
                found.setdefault(further, found[line])
    words = words_of(text)
    stop = -1
    for at in words.places(_NOTE):
        if at + len(_NOTE) > end:
            break
        if at > stop:
            line = bisect_right(starts, at) - 1
            stop = starts[line + 1] - 1 if line < last else len(text)
            if text[starts[line] : stop].strip() == _NOTE:
                found[line] = "note"
    for at in words.places(_END):
        if text[at + 5 : at + 6] in ("", "\n", "\r", " "):
            found[bisect_right(starts, at + 1) - 1] = "end"
    return found


def _lone_kind(text: str, start: int, stop: int, span: Span) -> str | None:
    """What a line is that holds one span; None where it is running text."""
    at, end, kind, _, _ = span
    left = stop - start - end + at
    if left <= 1:
        # The span is the line.
        return _WHOLE_LINE[kind]
    if stop - start > _LONGEST_FURNITURE:
        return None
    if kind in _ALONE:
        if start < at and text[start].isalnum():
            return None
        beside = text[end:stop].strip(_PADDING) or text[start:at].strip(_PADDING)
        return None if beside else _WHOLE_LINE[kind]
    if kind == "release" and left <= _SHORT_REMAINDER:
        return "release"
    rest = (text[start:at] + text[end:stop]).strip(_PADDING)
    if kind == "release":
        return "release" if len(rest) <= _SHORT_REMAINDER else None
    if not rest:
        return _WHOLE_LINE[kind]
    if kind == "case":
        return "case" if "Case" in rest or "Doc" in rest or "CASE" in rest else None
    if kind == "banner":
        if "Department of" in rest:
            return "footer"
        # The level line of a telegram: level, post, number.
        return "banner" if len(rest) <= _LEVEL_REMAINDER and rest[-1].isdigit() and rest.upper() == rest else None
    return "page" if _is_page_line(text, start, span, rest) else None


def _is_page_line(text: str, start: int, first: Span, rest: str) -> bool:
    """Whether a line that begins at an offset is a page line: it leads with its page span, post and number follow."""
    leads = first.kind == "page" and not text[start : first.start].strip(_PADDING)
    return leads and len(rest) <= _SHORT_REMAINDER and rest.upper() == rest


def _line_kind(text: str, start: int, stop: int, group: list[Span]) -> str | None:
    """What a line is that holds these spans, two or more; None where it is running text."""
    if stop - start > _LONGEST_FURNITURE:
        return None
    kinds = [span[2] for span in group]
    if "case" in kinds and "release" in kinds:
        return "footer" if "banner" in kinds else "case"
    at, rest = start, ""
    for span in group:
        if span.start > at:
            rest += text[at : span.start]
        at = max(at, span.end)
    if at < stop:
        rest += text[at:stop]
    rest = rest.strip(_PADDING)
    if "case" in kinds and (not rest or "Case" in rest or "Doc" in rest or "CASE" in rest):
        return "footer" if "banner" in kinds else "case"
    if "banner" in kinds and "Department of" in rest:
        return "footer"
    if "release" in kinds:
        return "release" if len(rest) <= _SHORT_REMAINDER else None
    if "page" in kinds:
        if not rest:
            return "page"
        return "page" if _is_page_line(text, start, group[0], rest) else None
    if not rest:
        if _CODE_KINDS.issuperset(kinds):
            return "code"
        if "redaction" in kinds:
            return "placeholder" if kinds.count("redaction") == len(kinds) else "banner"
        return "banner"
    if len(rest) > _SHORT_REMAINDER:
        return None
    if "section" in kinds and ("banner" in kinds or "redaction" in kinds):
        return "banner"
    if "banner" in kinds and len(rest) <= _LEVEL_REMAINDER and rest[-1].isdigit() and rest.upper() == rest:
        # The level line of a telegram: level, post, number.
        return "banner"
    return None


def _pages(document: Document, kinds: Kinds, furniture: dict[int, str]) -> list[int]:
    text = document.text
    pages = [0]
    at = text.find("\f")
    if at >= 0:
        while at >= 0:
            pages.append(at + 1)
            at = text.find("\f", at + 1)
        return pages
    for span in kinds.get("page", ()):
        line = document.line_index(span.start)
        start = document.starts[line]
        if furniture.get(line) == "page" and start > pages[-1]:
            pages.append(start)
    if len(pages) == 1:
        # Scans without page lines: every second stamp of a page (head, foot) opens the next page.
        stamps = [line for line, kind in furniture.items() if kind == "footer"]
        pages.extend(document.starts[line] for line in sorted(stamps)[2::2])
    return pages


def _paragraphs(
    document: Document, kinds: Kinds, furniture: dict[int, str], end: int
) -> tuple[list[Paragraph], list[int]]:
    text, starts = document.text, document.starts
    marks: dict[int, Span] = {}
    loose: list[tuple[int, Span]] = []
    for span in kinds.get("portion", ()):
        if span.start < end:
            line = bisect_right(starts, span.start) - 1
            if line in marks:
                loose.append((line, span))
            else:
                marks[line] = span
    body = _body(text, end)
    run = main_run(text, candidates(document, end, body, marks))
    if run:
        run = mend(text, run, body)
    elif not marks:
        return _blocks(document, furniture, body, end), []
    begun: list[tuple[int, int, str | None, Span | None]] = []
    for candidate in run:
        line = bisect_right(starts, candidate.start) - 1
        begun.append((candidate.start, line, candidate.printed, marks.pop(line, None)))
    for line, span in marks.items():
        lead = text[starts[line] : span.start].strip()
        begun.append((starts[line] if len(lead) < 40 else span.start, line, None, span))
    for line, span in loose:
        begun.append((span.start, line, None, span))
    begun.sort(key=itemgetter(0))
    if "end" in furniture.values():
        final = starts[max(line for line, kind in furniture.items() if kind == "end")]
        if begun[-1][0] < final <= end:
            end = final
    paragraphs: list[Paragraph] = []
    stops = [entry[0] for entry in begun]
    stops.append(end)
    for index, (start, line, number, mark) in enumerate(begun):
        stop = stops[index + 1]
        if mark is None:
            paragraphs.append(Paragraph(index + 1, start, stop, line + 1, number, None, None))
            continue
        if number is None and text[start : mark.start].lstrip().startswith(_TITLES):
            blank = text.find("\n\n", start, stop)
            stop = blank if blank >= 0 else stop
        paragraphs.append(Paragraph(index + 1, start, stop, line + 1, number, mark.value, mark_level(mark.value)))
    return paragraphs, [candidate.number for candidate in run]


def _body(text: str, end: int) -> int:
    """Offset from which paragraphs are looked for: behind the subject line, where there is one near the head."""
    limit = min(end, 6000)
    words = words_of(text)
    for label in ("\nSUBJ", "\nTAGS:"):
        if 0 <= (at := words.first(label)) <= limit - len(label):
            return at + 1
    return 0


def _blocks(document: Document, furniture: dict[int, str], body: int, end: int) -> list[Paragraph]:
    """Paragraphs of a text that numbers none: blocks between blank lines, furniture and fragments left out."""
    text, starts = document.text, document.starts
    breaks = [match.span() for match in _BLOCK_BREAK.finditer(text, body, end)]
    paragraphs: list[Paragraph] = []
    at = body
    breaks.append((end, end))
    for stop, following in breaks:
        if stop - at >= _SHORTEST_BLOCK:
            block = text[at:stop].strip()
            if len(block) >= _SHORTEST_BLOCK and not _MAIL_HEAD.match(block):
                start = text.index(block[0], at)
                line = bisect_right(starts, start) - 1
                if line not in furniture:
                    paragraphs.append(Paragraph(len(paragraphs) + 1, start, stop, line + 1, None, None, None))
        at = following
    return paragraphs
