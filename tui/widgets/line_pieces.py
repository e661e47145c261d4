"""Lines of a document as styled pieces, cut at spans: the current finding, others, markings, matches."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

import regex

from redact.document import Document

from .. import safe
from ..style import Glyphs

_WINDOW = 4_096  # characters of a long line that are laid out at once


class LinePieces:
    """What the document view shows of a line; the view sets the attributes."""

    document: Document | None
    current: tuple[int, int] | None
    matches: list[tuple[int, int]]
    invisibles: bool
    _spans: dict[int, list[tuple[int, int, str]]]
    _widths: dict[int, list[int]]

    if TYPE_CHECKING:

        @property
        def glyphs(self) -> Glyphs:
            """Signs that the terminal can show."""

    def search(self, text: str) -> int:
        """Mark every occurrence of a text, without regard to case; returns how many there are."""
        self.matches = []
        if text and self.document is not None:
            pattern = regex.compile(regex.escape(text), regex.IGNORECASE)
            self.matches = [match.span() for match in pattern.finditer(self.document.text)]
        return len(self.matches)

    def _holds_current(self, line: int) -> bool:
        if self.current is None or self.document is None:
            return False
        return self.document.line_index(self.current[0]) == line

    def pieces(self, line: int, left: int, room: int) -> list[safe.Cell]:
        """Cells of the part of a line that starts `left` cells from its beginning, at least `room` cells of it."""
        document = self.document
        assert document is not None
        start, end = document.line_bounds(line)
        first, column = start, 0
        if end - start > 2 * _WINDOW:
            first, column = self._chunk_before(line, start, end, left)
        cells: list[safe.Cell] = []
        for text, style in self._styled(line, first, min(end, first + left - column + room + _WINDOW)):
            shown = text
            if self.invisibles:
                shown = shown.replace(" ", self.glyphs.dot)
                if "\t" in shown:
                    mark = self.glyphs.to
                    shown = mark.join(safe.expand_tabs(piece + "\t", column)[:-1] for piece in shown.split("\t")[:-1])
                    shown += mark + text.rsplit("\t", 1)[1]
            else:
                shown = safe.expand_tabs(shown, column)
            width = safe.width_of(shown)
            if column + width > left:
                cells.append((shown, style) if column >= left else self._cut(shown, style, left - column))
            column += width
            if column >= left + room:
                break
        return cells

    @staticmethod
    def _cut(text: str, style: str, cells: int) -> safe.Cell:
        """A piece without its first cells; half of a wide character becomes a space."""
        shown = safe.line(text)
        low, used = 0, 0
        while low < len(shown) and used < cells:
            used += safe.width_of(shown[low])
            low += 1
        return (" " * (used - cells) + shown[low:], style)

    def _chunk_before(self, line: int, start: int, end: int, left: int) -> tuple[int, int]:
        """Offset and column of the last chunk of a long line that starts at or before a column."""
        widths = self._widths.setdefault(line, [0])
        document = self.document
        assert document is not None
        while widths[-1] <= left and start + len(widths) * _WINDOW < end:
            at = start + (len(widths) - 1) * _WINDOW
            widths.append(widths[-1] + safe.width_of(document.text[at : at + _WINDOW]))
        index = max(0, bisect_right(widths, left) - 1)
        return start + index * _WINDOW, widths[index]

    def _styled(self, line: int, start: int, end: int) -> list[tuple[str, str]]:
        """Raw pieces of a stretch of a line, with styles, cut where spans begin and end; the current finding wins."""
        document = self.document
        assert document is not None
        spans = list(self._spans.get(line, ()))
        low = bisect_right(self.matches, (start, 0))
        for match in self.matches[max(0, low - 1) : low + 200]:
            if match[0] < end and match[1] > start:
                spans.append((*match, "match"))
        current = self.current or (-1, -1)
        empty = current[0] == current[1]
        both = self.glyphs.open + self.glyphs.close
        spans.append((*current, "current"))
        cuts = sorted({start, end, *(min(max(at, start), end) for span in spans for at in span[:2])})
        order = {"": 0, "marking": 1, "finding": 2, "match": 3, "current": 4}
        made: list[tuple[str, str]] = []
        opened = start <= current[0] <= end and self._holds_current(line)
        for low, high in pairwise(cuts):
            style = max((name for a, b, name in spans if a <= low and b >= high), key=order.__getitem__, default="")
            if opened and low == current[0]:
                made.append((both if empty else self.glyphs.open, "bold"))
            made.append((document.text[low:high], style))
            if not empty and high == current[1]:
                made.append((self.glyphs.close, "bold"))
        if opened and current[0] == end and empty:
            made.append((both, "bold"))
        return made
