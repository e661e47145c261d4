"""Widgets of one line: title, message, footer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from .. import safe
from ..look import LookMixin


class Line(LookMixin, Widget, can_focus=False):
    """One line made of cells."""

    DEFAULT_CSS = "Line { height: 1; width: 1fr; }"

    def __init__(self, *cells: safe.Cell, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._cells: Sequence[safe.Cell] = cells

    def show(self, *cells: safe.Cell) -> None:
        """Show other cells."""
        if tuple(cells) != tuple(self._cells):
            self._cells = cells
            self.refresh()

    @property
    def plain(self) -> str:
        """What is shown, without styles."""
        return "".join(text for text, _ in self._cells)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Always one line."""
        return 1

    def line_cells(self, width: int) -> Sequence[safe.Cell]:
        """Cells for a width."""
        return self._cells

    def render_line(self, y: int) -> Strip:
        """The line."""
        width = self.size.width
        return safe.strip(self.line_cells(width), width, self.looks, self.rich_style)


class TitleLine(Line):
    """Title: what on the left, where on the right; the right side stays, the left is cut."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.left, self.right = "", ""

    def set(self, left: str, right: str = "") -> None:
        """Set both sides."""
        if (left, right) != (self.left, self.right):
            self.left, self.right = left, right
            self.refresh()

    @property
    def plain(self) -> str:
        """Both sides."""
        return f"{self.left}  {self.right}"

    def line_cells(self, width: int) -> Sequence[safe.Cell]:
        """Left side, space, right side."""
        right = safe.line(self.right)
        room = width - safe.width_of(right) - 2
        if room < 12:
            return ((" ", ""), (self.left, "bold"))
        return ((" ", ""), (safe.fit(self.left, room - 1), "bold"), (" ", ""), (right, "dim"), (" ", ""))


class RuleLine(Line):
    """A rule across the screen that shows the latest message, until the next one."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.message = ""

    def say(self, message: str) -> None:
        """Show a message; an empty one shows the bare rule."""
        self.message = message
        self.refresh()

    @property
    def plain(self) -> str:
        """The message."""
        return self.message

    def line_cells(self, width: int) -> Sequence[safe.Cell]:
        """The message within the rule."""
        rule = self.glyphs.rule
        if not self.message:
            return ((rule * width, "dim"),)
        text = safe.line(self.message)
        if safe.width_of(text) > width - 4:
            text = safe.fit(text, width - 4)
        rest = max(0, width - safe.width_of(text) - 3)
        return ((rule, "dim"), (f" {text} ", "message"), (rule * rest, "dim"))


@dataclass(frozen=True)
class FooterLabel:
    """A label of the footer."""

    act: str
    key: str
    label: str
    off: bool


class ActFooter(Line):
    """The acts of the screen that matter most: key and label each; a click does the act."""

    class Pressed(Message):
        """A label was clicked."""

        def __init__(self, act: str) -> None:
            super().__init__()
            self.act = act

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.labels: list[FooterLabel] = []

    def set(self, labels: Sequence[FooterLabel]) -> None:
        """Show other labels."""
        if list(labels) != self.labels:
            self.labels = list(labels)
            self.refresh()

    @property
    def plain(self) -> str:
        """The labels."""
        return "  ".join(f"{label.key} {label.label}" for label in self._fitting(self.size.width or 80))

    def _fitting(self, width: int) -> list[FooterLabel]:
        """Labels that fit whole; the last one (help) always stays."""
        if not self.labels:
            return []
        *most, last = self.labels
        room = width - self._width(last)
        kept: list[FooterLabel] = []
        for label in most:
            room -= self._width(label)
            if room < 0:
                break
            kept.append(label)
        return [*kept, last]

    @staticmethod
    def _width(label: FooterLabel) -> int:
        return safe.width_of(f" {label.key} {label.label} ")

    def line_cells(self, width: int) -> Sequence[safe.Cell]:
        """Keys and labels."""
        cells: list[safe.Cell] = []
        for label in self._fitting(width):
            cells.append((f" {label.key}", "off" if label.off else "key"))
            cells.append((f" {label.label} ", "off" if label.off else ""))
        return cells

    def act_at(self, x: int) -> str | None:
        """Act whose label is at a column."""
        start = 0
        for label in self._fitting(self.size.width):
            end = start + self._width(label)
            if start <= x < end:
                return label.act
            start = end
        return None

    def on_click(self, event: events.Click) -> None:
        """Do the act that was clicked."""
        act = self.act_at(event.x)
        if act is not None:
            event.stop()
            self.post_message(self.Pressed(act))
