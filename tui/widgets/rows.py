"""A list of any length that draws only the rows on the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from .. import safe
from ..acts import MOVES, bindings
from ..look import LookMixin

RowMaker = Callable[[int, int], Sequence[safe.Cell]]
"""Makes the cells of a row: its index, the width there is."""


class RowList(LookMixin, ScrollView, can_focus=True):
    """Rows with a cursor. The first column shows the cursor; the cells of a row follow it.

    Attributes:
        cursor: index of the row the cursor is on.
        drawn: rows drawn so far, for tests of how little is drawn.
    """

    HELP = "A list. Arrow keys or j and k move, Enter opens, a click chooses a row, a double click opens it."
    BINDINGS = bindings(*MOVES)
    DEFAULT_CSS = """
    RowList { height: 1fr; width: 1fr; scrollbar-size-horizontal: 0; scrollbar-size-vertical: 1; overflow-x: hidden; }
    """

    cursor: reactive[int] = reactive(0, repaint=False)

    class Moved(Message):
        """The cursor is on another row."""

        def __init__(self, rows: RowList, index: int) -> None:
            super().__init__()
            self.rows, self.index = rows, index

        @property
        def control(self) -> RowList:
            """The list."""
            return self.rows

    class Chosen(Message):
        """A row was opened."""

        def __init__(self, rows: RowList, index: int) -> None:
            super().__init__()
            self.rows, self.index = rows, index

        @property
        def control(self) -> RowList:
            """The list."""
            return self.rows

    def __init__(
        self,
        make: RowMaker | None = None,
        count: int = 0,
        *,
        selectable: Callable[[int], bool] | None = None,
        quiet: bool = False,
        reading: bool = False,
        one_click: bool = False,
        id: str | None = None,  # noqa: A002
    ) -> None:
        """Make a list.

        Args:
            make: makes the cells of a row.
            count: number of rows.
            selectable: whether the cursor may be on a row; None: on any.
            quiet: show no cursor while another widget has the focus.
            reading: the rows are a text: no cursor is shown, and the keys that would move it scroll.
            one_click: a single click opens a row.
        """
        super().__init__(id=id)
        self.reading, self._one_click = reading, one_click
        self._quiet = quiet
        self._make: RowMaker = make or (lambda index, width: ())
        self._selectable = selectable
        self.count = count
        self.drawn = 0
        self.virtual_size = Size(1, count)

    def set_rows(self, make: RowMaker, count: int, cursor: int = 0) -> None:
        """Show other rows, the cursor on one of them."""
        self._make, self.count = make, count
        self.virtual_size = Size(1, count)
        self.cursor = -1
        self.move_to(cursor)
        self.refresh()

    def validate_cursor(self, value: int) -> int:
        """Keep the cursor on a row."""
        return max(-1, min(value, self.count - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Redraw the two rows and tell."""
        self.refresh_line(old)
        self.refresh_line(new)
        if 0 <= new < self.count:
            self.post_message(self.Moved(self, new))

    def move_to(self, index: int, step: int = 0) -> None:
        """Put the cursor on a row, or the nearest selectable one in a direction, and bring it into view."""
        index = max(0, min(index, self.count - 1))
        if self._selectable is not None and self.count:
            way = step or 1
            place = index
            while 0 <= place < self.count and not self._selectable(place):
                place += way
            if not 0 <= place < self.count:
                place = index
                while 0 <= place < self.count and not self._selectable(place):
                    place -= way
            index = max(0, min(place, self.count - 1))
        if self.reading:
            index = min(index, max(0, self.count - max(1, self.size.height)))
            self.cursor = index
            self.scroll_to(y=index, animate=False, force=True, immediate=True)
            return
        self.cursor = index
        self.show_cursor()

    def show_cursor(self, *, centre: bool = False) -> None:
        """Scroll so that the cursor's row is in view."""
        height = self.scrollable_content_region.height or self.size.height
        if not height or self.cursor < 0 or self.reading:
            return
        top = int(self.scroll_target_y)
        if centre or not top <= self.cursor < top + height:
            if centre:
                wanted = self.cursor - height // 2
            else:
                wanted = self.cursor if self.cursor < top else self.cursor - height + 1
            self.scroll_to(y=max(0, wanted), animate=False, force=True, immediate=True)

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self.show_cursor()

    def render_line(self, y: int) -> Strip:
        """A row."""
        width = self.size.width - self.scrollbar_size_vertical * self.show_vertical_scrollbar
        index = int(self.scroll_offset.y) + y
        if not 0 <= index < self.count:
            return safe.strip((), width, self.looks, self.rich_style)
        self.drawn += 1
        here = index == self.cursor and not self.reading
        pointed = here and (self.has_focus or not self._quiet)
        cells = [(">" if pointed else " ", "bold" if here else ""), *self._make(index, width - 1)]
        base = self.rich_style
        if here and self.has_focus:
            base += self.looks["cursor"]
        return safe.strip(cells, width, self.looks, base)

    def on_focus(self) -> None:
        """Redraw the cursor's row."""
        self.refresh_line(self.cursor)

    def on_blur(self) -> None:
        """Redraw the cursor's row."""
        self.refresh_line(self.cursor)

    def redraw(self, index: int) -> None:
        """Draw a row again."""
        self.refresh(Region(0, index - int(self.scroll_offset.y), self.size.width, 1))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the click was; a double click opens."""
        index = int(self.scroll_offset.y) + event.y
        if 0 <= index < self.count and (self._selectable is None or self._selectable(index)):
            event.stop()
            self.focus()
            self.move_to(index)
            if event.chain == 2 or self._one_click:
                self.post_message(self.Chosen(self, index))

    def action_cursor_down(self) -> None:
        """One down."""
        self.move_to(self.cursor + 1, 1)

    def action_cursor_up(self) -> None:
        """One up."""
        self.move_to(self.cursor - 1, -1)

    def action_page_down(self) -> None:
        """One page down."""
        self.move_to(self.cursor + max(1, self.size.height - 1), 1)

    def action_page_up(self) -> None:
        """One page up."""
        self.move_to(self.cursor - max(1, self.size.height - 1), -1)

    def action_top(self) -> None:
        """First row."""
        self.move_to(0, 1)

    def action_bottom(self) -> None:
        """Last row."""
        self.move_to(self.count - 1, -1)

    def action_choose(self) -> None:
        """Open the row."""
        if 0 <= self.cursor < self.count:
            self.post_message(self.Chosen(self, self.cursor))
