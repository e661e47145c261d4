"""The text of a document with its margin: any size, only the lines on the screen are looked at."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import accumulate

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from redact.document import Document
from redact.review.ledger_view import LedgerView, Mark

from .. import safe
from ..acts import bindings
from ..look import LookMixin
from .line_pieces import LinePieces

_SEVERITY_LETTERS = {"error": "E", "warning": "W", "note": "N"}
_RANK = {"error": 3, "warning": 2, "note": 1}
_NEAR = 2  # lines shown around a marked one when the others are folded
_MARGIN = 14  # cells of the margin


class DocumentView(LinePieces, LookMixin, ScrollView, can_focus=True):
    """A document's text.

    Attributes:
        cursor: line the cursor is on, from 0.
        looked_at: lines laid out so far, for tests of how little is looked at.
    """

    HELP = (
        "The text of the document. The margin shows: line number, > the cursor, E W N the worst finding of the line, "
        "=a an exemption code named a, →a a redaction with its own code, ^a covered by a stamp, ? no code found, "
        "m a struck marking. Signs around the words: »this finding«."
    )
    BINDINGS = bindings(
        "cursor_down", "cursor_up", "page_down", "page_up", "top", "bottom", "left", "right", "wrap", "margins",
        "fold", "invisibles",
    )  # fmt: skip
    DEFAULT_CSS = """
    DocumentView { height: 1fr; width: 1fr; scrollbar-size-horizontal: 0; scrollbar-size-vertical: 1; }
    """

    cursor: reactive[int] = reactive(0, repaint=False)

    class Moved(Message):
        """The cursor is on another line."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.looked_at = 0
        self.wrapping = self.folding = self.invisibles = False
        self.margins = True
        self.show_document(None, (), (), LedgerView())

    def show_document(
        self,
        document: Document | None,
        findings: Sequence[tuple[int, int, int, str]],
        markings: Sequence[tuple[int, int]],
        ledger: LedgerView,
        why_empty: str = "",
    ) -> None:
        """Show a document.

        Args:
            document: the document; None shows `why_empty`.
            findings: row, start, end and severity of each finding.
            markings: start and end of each marking.
            ledger: its redactions and codes.
        """
        self.document, self.ledger, self.why_empty = document, ledger, why_empty
        self.findings = sorted(findings, key=lambda finding: finding[1])
        self.current: tuple[int, int] | None = None
        self.matches: list[tuple[int, int]] = []
        self._spans: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
        self._worst: dict[int, str] = {}
        self._widths: dict[int, list[int]] = {}
        self._lines: list[int] | None = None
        self._prefix: list[int] | None = None
        if document is not None:
            for start, end in markings:
                self._add_span(start, end, "marking")
            for _, start, end, severity in self.findings:
                line = self._add_span(start, end, "finding")
                if _RANK[severity] > _RANK.get(self._worst.get(line, ""), 0):
                    self._worst[line] = severity
        self.cursor = 0
        self._unseen = not self.size.height  # there is no size yet to bring the cursor into view with
        self._lay_out()
        self.scroll_to(0, 0, animate=False, force=True, immediate=True)

    def _add_span(self, start: int, end: int, style: str) -> int:
        document = self.document
        assert document is not None
        start = min(start, len(document.text))
        end = min(max(end, start), len(document.text))
        first, last = document.line_index(start), document.line_index(max(start, end - 1))
        for line in range(first, min(last, first + 2_000) + 1):
            self._spans[line].append((start, end, style))
        return first

    @property
    def line_count(self) -> int:
        """Lines of the document."""
        return len(self.document.starts) if self.document else 0

    @property
    def _gutter(self) -> int:
        return _MARGIN if self.margins else 0

    def _room(self) -> int:
        bar = self.scrollbar_size_vertical * self.show_vertical_scrollbar
        return max(1, self.size.width - self._gutter - bar)

    def _lay_out(self) -> None:
        """Decide which rows there are: all lines, those near marks, wrapped or not."""
        self._lines = self._near_marks() if self.folding and self.document else None
        self._prefix = None
        count = self.line_count if self._lines is None else len(self._lines)
        if self.wrapping and self.document:
            heights = (self._height(self._line_at(index)) for index in range(count))
            self._prefix = list(accumulate(heights, initial=0))
            count = self._prefix[-1]
        width = 1
        if self.document and not self.wrapping:
            starts = [*self.document.starts, len(self.document.text) + 1]
            longest = max(map(int.__sub__, starts[1:], starts)) - 1
            width = self._gutter + longest + 2
        self.virtual_size = Size(width, max(1, count))
        self.refresh()

    def _near_marks(self) -> list[int]:
        """Lines near a finding or a redaction; -n stands for n folded lines."""
        near: set[int] = {self.cursor}
        for line in {*self._worst, *(line - 1 for line in self.ledger.marks)}:
            near.update(range(max(0, line - _NEAR), min(self.line_count, line + _NEAR + 1)))
        made: list[int] = []
        last = -1
        for line in sorted(near):
            if line - last > 1:
                made.append(-(line - last - 1))
            made.append(line)
            last = line
        if self.line_count - last > 1:
            made.append(-(self.line_count - last - 1))
        return made

    def _line_at(self, index: int) -> int:
        return index if self._lines is None else self._lines[index]

    def _height(self, line: int) -> int:
        if line < 0 or self.document is None:
            return 1
        start, end = self.document.line_bounds(line)
        return max(1, -(-(end - start + 2 * (self._holds_current(line))) // self._room()))

    def row_of_line(self, line: int) -> int:
        """Row of the screenful on which a line begins."""
        index = line
        if self._lines is not None:
            places = [place for place, known in enumerate(self._lines) if known <= line and known >= 0]
            index = places[-1] if places else 0
        return self._prefix[index] if self._prefix is not None else index

    def line_of_row(self, row: int) -> tuple[int, int]:
        """Line (negative: that many folded) and part of it at a row."""
        index, part = row, 0
        if self._prefix is not None:
            index = min(bisect_right(self._prefix, row) - 1, len(self._prefix) - 2)
            part = row - self._prefix[index]
        last = (self.line_count if self._lines is None else len(self._lines)) - 1
        return self._line_at(max(0, min(index, last))), part

    def render_line(self, y: int) -> Strip:
        """A row of text with its margin."""
        width = self.size.width - self.scrollbar_size_vertical * self.show_vertical_scrollbar
        row = int(self.scroll_offset.y) + y
        if self.document is None:
            lines = safe.wrapped(self.why_empty, max(10, width - 2))
            return safe.strip(((f" {lines[y]}" if y < len(lines) else "", ""),), width, self.looks, self.rich_style)
        if row >= self.virtual_size.height:
            return safe.strip((), width, self.looks, self.rich_style)
        line, part = self.line_of_row(row)
        if line < 0:
            told = f" ~~ {-line:,} line{'s' if line < -1 else ''} without marks folded (z) ~~"
            return safe.strip(((told, "dim"),), width, self.looks, self.rich_style)
        self.looked_at += 1
        room = self._room()
        left = part * room if self.wrapping else int(self.scroll_offset.x)
        cut = "" if self.wrapping else self.glyphs.cut
        text = safe.window(self.pieces(line, left, room + 1), room, self.looks, self.rich_style, cut)
        if not self.margins:
            return text
        margin = safe.strip(self._margin(line, part), self._gutter, self.looks, self.rich_style)
        return safe.joined(margin, text)

    def _margin(self, line: int, part: int) -> list[safe.Cell]:
        bar = self.glyphs.bar if self.wrapping or not self.scroll_offset.x else self.glyphs.cut
        if part:
            return [(f"{self.glyphs.more:>12} ", "dim"), (bar, "dim")]
        worst = self._worst.get(line)
        marks = self.ledger.marks.get(line + 1, [])
        link = self.sign(marks)
        return [
            (f"{line + 1:>6}", "dim"),
            (">" if line == self.cursor else " ", "bold"),
            (_SEVERITY_LETTERS.get(worst or "", " "), worst or ""),
            (f"{link:<5}"[:5], "bold"),
            (bar, "dim"),
        ]

    def sign(self, marks: Sequence[Mark]) -> str:
        """What the margin shows for the marks of a line."""
        signs = {"anchor": "=", "linked": self.glyphs.to, "stamped": "^", "none": "?", "marking": "m", "other": "o"}
        order = {"none": 0, "linked": 1, "stamped": 2, "anchor": 3, "marking": 4, "other": 5}
        shown = sorted({(order[mark.kind], signs[mark.kind] + mark.letter) for mark in marks})
        return " " + "".join(text for _, text in shown)[:4]

    def validate_cursor(self, value: int) -> int:
        """Keep the cursor on a line."""
        return max(0, min(value, self.line_count - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Redraw and tell."""
        self.refresh()
        if self.is_mounted:
            self.post_message(self.Moved())

    def go_to(self, line: int, *, centre: bool = False) -> None:
        """Put the cursor on a line (from 0) and bring it into view."""
        self.cursor = line
        if self.folding and self._lines is not None and self.cursor not in self._lines:
            self._lay_out()
        row = self.row_of_line(self.cursor)
        height = self.size.height
        top = int(self.scroll_target_y)
        if height and (centre or not top <= row < top + height):
            wanted = row - height // 3 if centre else row if row < top else row - height + 1
            self.scroll_to(y=max(0, wanted), animate=False, force=True, immediate=True)

    def point_at(self, start: int, end: int) -> None:
        """Make a stretch of text the current finding and bring it into view."""
        if self.document is None:
            return
        self.current = (min(start, len(self.document.text)), min(max(start, end), len(self.document.text)))
        line = self.document.line_index(self.current[0])
        self.go_to(line, centre=not self._shown(line))
        if not self.wrapping and self.size.width:
            column = safe.width_of(self.document.text[self.document.starts[line] : self.current[0]][:100_000])
            room = self._room()
            left = int(self.scroll_target_x)
            if column < room - 8:
                self.scroll_to(x=0, animate=False, force=True, immediate=True)
            elif not left <= column < left + room - 8:
                self.scroll_to(x=column - room // 4, animate=False, force=True, immediate=True)
        self.refresh()

    def _shown(self, line: int) -> bool:
        row, top = self.row_of_line(line), int(self.scroll_target_y)
        return top <= row < top + self.size.height

    def unpoint(self) -> None:
        """No finding is the current one."""
        if self.current is not None:
            self.current = None
            self.refresh()

    def on_resize(self) -> None:
        """Wrap anew and keep the cursor in view."""
        if self.wrapping:
            self._lay_out()
        self.go_to(self.cursor, centre=self._unseen)
        if self._unseen and self.current is not None:
            self.point_at(*self.current)
        self._unseen = False

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the line that was clicked."""
        if self.document is None:
            return
        row = int(self.scroll_offset.y) + event.y
        if row < self.virtual_size.height:
            line, _ = self.line_of_row(row)
            event.stop()
            self.focus()
            if line < 0:
                self.action_fold()
            else:
                self.go_to(line)

    def _step(self, step: int) -> None:
        if self._lines is None:
            self.go_to(self.cursor + step)
            return
        shown = [line for line in self._lines if line >= 0]
        place = bisect_right(shown, self.cursor) - 1 + step
        self.go_to(shown[max(0, min(place, len(shown) - 1))])

    def action_cursor_down(self) -> None:
        """One line down."""
        self._step(1)

    def action_cursor_up(self) -> None:
        """One line up."""
        self._step(-1)

    def action_page_down(self) -> None:
        """One page down."""
        self._step(max(1, self.size.height - 1))

    def action_page_up(self) -> None:
        """One page up."""
        self._step(-max(1, self.size.height - 1))

    def action_top(self) -> None:
        """First line."""
        self.go_to(0)

    def action_bottom(self) -> None:
        """Last line."""
        self.go_to(self.line_count - 1)

    def action_left(self) -> None:
        """Scroll to the left."""
        self.scroll_to(x=max(0, self.scroll_target_x - self._room() // 2), animate=False, force=True, immediate=True)

    def action_right(self) -> None:
        """Scroll to the right."""
        self.scroll_to(x=self.scroll_target_x + self._room() // 2, animate=False, force=True, immediate=True)

    def _toggle(self, change: Callable[[], None]) -> None:
        change()
        self._lay_out()
        self.go_to(self.cursor, centre=True)

    def action_wrap(self) -> None:
        """Wrap long lines, or not."""
        self._toggle(lambda: setattr(self, "wrapping", not self.wrapping))
        self.scroll_to(x=0, animate=False, force=True, immediate=True)

    def action_margins(self) -> None:
        """Margins or none."""
        self._toggle(lambda: setattr(self, "margins", not self.margins))

    def action_fold(self) -> None:
        """Fold lines far from marks, or show them."""
        self._toggle(lambda: setattr(self, "folding", not self.folding))

    def action_invisibles(self) -> None:
        """Show spaces and tabs, or not."""
        self._toggle(lambda: setattr(self, "invisibles", not self.invisibles))
