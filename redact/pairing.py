"""Pairing of placeholders and exemption codes, strongest ground first.

A code in the text's own place; a code on the same line; lines of nothing but codes that follow within six lines, before
the next numbered paragraph or page furniture, matched in order; such lines just above; else the stamp of the page
or of the document covers what is withheld there.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from redact.document import Document
from redact.layout import Layout
from redact.span import Span

_LINES_BELOW = 6
"""Lines below a placeholder in which a line of nothing but codes belongs to it."""
_LINES_ABOVE = 2
_LINES_OF_STAMP = 3
"""Lines that a release stamp's codes may run on behind its words."""
_STAMP_WORDS = ("PART", "FULL", "DEN", "EXCISE")
"""Words of the stamps that name codes; `Approved For Release` names none, codes below it are margin codes."""
_DIVIDING = frozenset({"page", "case", "footer", "release", "end", "note"})


class Code(NamedTuple):
    """An exemption code and where it stands: `inline`, `line` (nothing but codes), `stamp`, `review`, `form`."""

    span: Span
    line: int
    place: str


class Partner(NamedTuple):
    """A code that covers a placeholder, and what that rests on (one of `LINK_BASES`)."""

    code: Code
    basis: str


def place_codes(document: Document, releases: Sequence[Span], codes: Sequence[Span], layout: Layout) -> list[Code]:
    """Where each exemption code of a document stands, beside its release stamps or not; line is 0-based."""
    if not codes:
        return []
    text, starts, furniture = document.text, document.starts, layout.furniture
    stamps = [
        (bisect_right(starts, span.start) - 1, bisect_right(starts, max(span.end - 1, span.start)) - 1)
        for span in releases
    ]
    stamped = {line for first, last in stamps for line in range(first, last + 1)}
    ends = {last for _, last in stamps}
    placed: list[Code] = []
    reach = -1
    for span in codes:
        line = bisect_right(starts, span.start) - 1
        before = text[max(starts[line], span.start - 60) : span.start]
        place = "line" if furniture.get(line) == "code" else "inline"
        continued = place == "line" and (line == reach + 1 or _continues(document, line, ends, furniture))
        if continued or line in stamped:
            place, reach = "stamp", line
        elif "REASON" in before or "Reason" in before or "CLASSIFICATION" in before:
            place = "review"
        elif "RESTRICTION" in before or "Restriction" in before:
            place = "form"
        elif "Exemption" in before or "EXEMPTION" in before:
            place = "stamp"
        placed.append(Code(span, line, place))
    return placed


def _continues(document: Document, line: int, ends: set[int], furniture: dict[int, str]) -> bool:
    """Whether a line of codes carries on a release stamp above it; `ends` holds the last line of each stamp."""
    for last in range(line - 1, line - 1 - _LINES_OF_STAMP, -1):
        if last in ends:
            words = document.line_text(last).upper()
            return any(word in words for word in _STAMP_WORDS)
        if furniture.get(last) != "code" and (last < 0 or document.line_text(last).strip()):
            return False
    return False


def pair(
    document: Document,
    placeholders: Sequence[Span],
    lines: Sequence[int],
    roles: Sequence[str],
    codes: Sequence[Code],
    layout: Layout,
) -> tuple[dict[int, list[Partner]], set[int]]:
    """Partners of each placeholder, by its position in `placeholders`, and the positions of the codes that have one."""
    wanting = [index for index, role in enumerate(roles) if role in ("content", "page")]
    if not wanting or not codes:
        return {}, set()
    pairing = _Pairing(document, placeholders, lines, wanting, codes, layout)
    pairing.in_place()
    pairing.same_line()
    pairing.code_lines()
    pairing.stamps()
    return pairing.partners, pairing.taken


class _Pairing:
    """Pairs found so far."""

    def __init__(
        self,
        document: Document,
        placeholders: Sequence[Span],
        lines: Sequence[int],
        wanting: list[int],
        codes: Sequence[Code],
        layout: Layout,
    ) -> None:
        self.document = document
        self.placeholders = placeholders
        self.lines = lines
        self.wanting = wanting
        self.codes = codes
        self.layout = layout
        self.partners: dict[int, list[Partner]] = {}
        self.taken: set[int] = set()
        self.paragraph_lines = [part.line - 1 for part in layout.paragraphs if part.number is not None]
        self.dividing = sorted(line for line, kind in layout.furniture.items() if kind in _DIVIDING)

    def join(self, index: int, position: int, basis: str) -> None:
        self.partners.setdefault(index, []).append(Partner(self.codes[position], basis))
        self.taken.add(position)

    def free(self) -> list[int]:
        """Placeholders that still want a code; FRUS brackets are published without codes."""
        return [
            index
            for index in self.wanting
            if index not in self.partners and self.placeholders[index].value != "NOT DECLASSIFIED"
        ]

    def _free_within(self, first: int, last: int) -> list[int]:
        """Those of them on the lines from first to last."""
        start = bisect_left(self.wanting, first, key=self.lines.__getitem__)
        stop = bisect_right(self.wanting, last, lo=start, key=self.lines.__getitem__)
        return [
            index
            for index in self.wanting[start:stop]
            if index not in self.partners and self.placeholders[index].value != "NOT DECLASSIFIED"
        ]

    def _end(self, index: int) -> int:
        return self.placeholders[index].end

    def in_place(self) -> None:
        """Codes inside the placeholder itself."""
        at = 0
        for index in self.wanting:
            span = self.placeholders[index]
            while at < len(self.codes) and self.codes[at].span.start < span.start:
                at += 1
            position = at
            while position < len(self.codes) and self.codes[position].span.end <= span.end:
                self.join(index, position, "in-place")
                position += 1

    def same_line(self) -> None:
        """Each code of a line goes to the placeholder before it there, the codes in front to the first one."""
        by_line: dict[int, list[int]] = {}
        for index in self.free():
            by_line.setdefault(self.lines[index], []).append(index)
        if not by_line:
            return
        for position, code in enumerate(self.codes):
            if position in self.taken or code.place in ("stamp", "review", "form"):
                continue
            if indices := by_line.get(code.line):
                before = bisect_right(indices, code.span.start, key=self._end)
                self.join(indices[max(before - 1, 0)], position, "same-line")

    def code_lines(self) -> None:
        """Runs of code lines: placeholders shortly above are matched in order, else those just below."""
        runs: list[list[int]] = []
        for position, code in enumerate(self.codes):
            if position in self.taken or code.place != "line":
                continue
            if runs and self._one_run(runs[-1][-1], position):
                runs[-1].append(position)
            else:
                runs.append([position])
        for run in runs:
            first = self.codes[run[0]].line
            above = [i for i in self._free_within(first - _LINES_BELOW, first - 1) if self._open(i, first)]
            if above:
                self._match(above, run, "following-line")
                continue
            last = self.codes[run[-1]].line
            below = self._free_within(last + 1, last + _LINES_ABOVE)
            if below:
                self._match(below, run, "preceding-line")

    def _one_run(self, earlier: int, later: int) -> bool:
        """Whether no words, only blank lines and codes, stand between two codes."""
        first, last = self.codes[earlier].line, self.codes[later].line
        return last - first <= _LINES_BELOW and all(
            self.layout.furniture.get(line) == "code" or not self.document.line_text(line).strip()
            for line in range(first + 1, last)
        )

    def _open(self, index: int, line: int) -> bool:
        """Whether neither a numbered paragraph nor page furniture stands between a placeholder and a line below."""
        first = self.lines[index]
        for stops in (self.paragraph_lines, self.dividing):
            place = bisect_right(stops, first)
            if place < len(stops) and stops[place] < line:
                return False
        return True

    def _match(self, indices: list[int], run: list[int], basis: str) -> None:
        """In order, one to one; what is over on either side shares the last of the other."""
        if len(run) == 1:
            for index in indices:
                self.join(index, run[0], basis)
            return
        for order in range(max(len(indices), len(run))):
            self.join(indices[min(order, len(indices) - 1)], run[min(order, len(run) - 1)], basis)

    def stamps(self) -> None:
        """What no code stands beside is covered by the codes of its page, else of the document's stamp."""
        free = self.free()
        if not free:
            return
        by_page: dict[int, list[int]] = {}
        for position, code in enumerate(self.codes):
            if code.place in ("stamp", "line", "inline"):
                by_page.setdefault(self.layout.page_of(code.span.start), []).append(position)
        stamped = self._distinct([p for p, code in enumerate(self.codes) if code.place in ("stamp", "form")])
        on_page = {page: self._distinct(positions) for page, positions in by_page.items()}
        paged = len(self.layout.pages) > 1
        for index in free:
            found = on_page.get(self.layout.page_of(self.placeholders[index].start))
            if found and (paged or not stamped):
                for position in found:
                    self.join(index, position, "page-stamp")
            else:
                for position in stamped:
                    self.join(index, position, "document-stamp")

    def _distinct(self, positions: list[int]) -> list[int]:
        """The first position of each code."""
        seen: set[str] = set()
        kept: list[int] = []
        for position in positions:
            value = self.codes[position].span.value
            if value not in seen:
                seen.add(value)
                kept.append(position)
        return kept
