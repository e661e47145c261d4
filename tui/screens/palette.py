"""Palette: every act by name, with its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from .. import safe
from ..acts import ACTS, shown_keys
from ..widgets.lines import Line
from ..widgets.rows import RowList
from .dialogs import Dialog, SafeInput

if TYPE_CHECKING:
    from ..app import ReviewApp

THEME = "theme:"
"""Beginning of an entry that chooses a theme."""


class PaletteDialog(Dialog[str]):
    """The answer is the id of an act, or `theme:` and a theme's name, or None."""

    AUTO_FOCUS = "SafeInput"

    def __init__(self, acts: list[str]) -> None:
        super().__init__()
        self._acts = acts
        self._shown: list[tuple[str, str, str]] = []

    def compose(self) -> ComposeResult:
        """Box and entries."""
        with Vertical(classes="box tall"):
            yield Line(("What do you want to do? Type a part of its name", "bold"))
            yield SafeInput()
            yield Line(("Up and Down choose, Enter does it, Esc: nothing", "dim"))
            yield RowList(id="entries")

    def on_mount(self) -> None:
        """All entries."""
        super().on_mount()
        self._find("")

    def entries(self) -> list[tuple[str, str, str]]:
        """Answer, key and words of every entry."""
        keymap = cast("ReviewApp", self.app).keymap
        made = [(name, shown_keys(name, keymap)[0], f"{ACTS[name].label}: {ACTS[name].help}") for name in self._acts]
        themes = sorted(self.app.available_themes, key=lambda name: (not name.startswith("redact"), name))
        return [*made, *((f"{THEME}{name}", "", f"Colours: {name}") for name in themes)]

    def _find(self, text: str) -> None:
        words = text.casefold().split()
        found = [entry for entry in self.entries() if all(word in entry[2].casefold() for word in words)]
        found.sort(key=lambda entry: not entry[2].casefold().startswith(text.casefold().strip()))
        self._shown = found
        self.query_one("#entries", RowList).set_rows(self._row, len(found))

    def _row(self, index: int, width: int) -> list[safe.Cell]:
        _, key, words = self._shown[index]
        return [(f" {safe.fit(key, 7)} ", "key"), (words, "")]

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow down."""
        self._find(event.value)

    def on_key(self, event: events.Key) -> None:
        """The arrow keys move in the entries while the box has the cursor."""
        if event.key in ("up", "down") and self.query_one(SafeInput).has_focus:
            event.stop()
            rows = self.query_one("#entries", RowList)
            rows.move_to(rows.cursor + (1 if event.key == "down" else -1))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do the chosen one."""
        self._answer(self.query_one("#entries", RowList).cursor)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Do the one that was clicked."""
        self._answer(event.index)

    def _answer(self, index: int) -> None:
        if 0 <= index < len(self._shown):
            self.dismiss(self._shown[index][0])
