"""What stands over a screen: help, rule card, table of links, first-start card, and the sentence on a small window."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from redact.review.ledger_view import LinkRow
from redact.review.states import LETTERS, WORDS

from .. import safe
from ..acts import ACTS, bindings, shown_keys
from ..widgets.lines import Line
from ..widgets.rows import RowList
from .dialogs import Dialog

if TYPE_CHECKING:
    from ..app import ReviewApp
    from .base import ActScreen

SMALLEST = (60, 15)
"""Columns and rows that the client needs."""


class Reader(Dialog[LinkRow]):
    """Lines of text to read; the arrow keys scroll, Enter and Escape close."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("leave")
    AUTO_FOCUS = "RowList"

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._lines: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        """Title, text, how to close."""
        with Vertical(classes="box reader"):
            yield Line((self._title, "bold"))
            yield RowList(id="reader", reading=not self.chooses)
            yield Line(id="how")

    @property
    def chooses(self) -> bool:
        """Whether Enter opens a line; else it closes."""
        return False

    def on_resize(self) -> None:
        """Wrap to the width there is."""
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        if not self.is_mounted:
            return
        rows = self.query_one("#reader", RowList)
        width = max(20, rows.size.width - 3)
        self._lines = self.lines(width)
        rows.styles.height = max(1, min(len(self._lines), self.app.size.height - 6))
        rows.set_rows(lambda index, _: [self._lines[index]], len(self._lines), max(0, rows.cursor))
        more = len(self._lines) > self.app.size.height - 6
        how = "Enter: go there · Esc: close" if self.chooses else "Enter or Esc: close"
        self.query_one("#how", Line).show((f"{how} · Down and PgDn: more" if more else how, "dim"))

    def lines(self, width: int) -> list[tuple[str, str]]:
        """Lines of at most a width, with their styles."""
        return []

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Enter or a double click."""
        self.dismiss(self.chosen(event.index))

    def chosen(self, index: int) -> LinkRow | None:
        """What the line under the cursor answers; a text answers nothing and closes."""
        return None

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)


def _paragraph(text: str, width: int, style: str = "") -> list[tuple[str, str]]:
    return [(line, style) for line in safe.wrapped(text, width)]


class HelpScreen(Reader):
    """The keys that work on a screen, generated from its bindings."""

    def __init__(self, below: ActScreen) -> None:
        super().__init__("Help: what the keys do here")
        self.below = below

    def acts(self) -> list[str]:
        """Acts that work on the screen below, in the order of the table."""
        focused = self.below.focused
        nodes = [focused, self.below] if focused is not None else [self.below]
        known = {binding.id for node in nodes for found in node._bindings.key_to_bindings.values() for binding in found}
        return [name for name in ACTS if name in known]

    def lines(self, width: int) -> list[tuple[str, str]]:
        """Help of the focused widget, its keys, the letters."""
        keymap = cast("ReviewApp", self.app).keymap
        made: list[tuple[str, str]] = []
        focused = self.below.focused
        for told in (getattr(self.below, "HELP", None), getattr(focused, "HELP", None)):
            if told:
                made += [*_paragraph(told, width), ("", "")]
        group = ""
        for name in self.acts():
            act = ACTS[name]
            if act.group != group:
                made += [("", "")] * bool(group) + [(act.group, "bold")]
                group = act.group
            keys = safe.fit(" ".join(shown_keys(name, keymap)), 11)
            first, *rest = safe.wrapped(f"{act.label}: {act.help}", width - 13) or [""]
            made.append((f" {keys} {first}", ""))
            made += [(" " * 13 + line, "") for line in rest]
        made += [("", ""), ("Letters in lists", "bold")]
        made += [(f" {letter}  {WORDS[state]}", "") for state, letter in LETTERS.items() if letter.strip()]
        made += [(" E W N  error, warning, note", ""), (" *  marked for a common decision", "")]
        made += [("", ""), *_paragraph("Select text with the mouse: hold Shift while dragging.", width)]
        return made


class CardScreen(Reader):
    """What the rule of a finding says, and what became of the finding."""

    def __init__(self, row: int) -> None:
        super().__init__("Rule")
        self.row = row

    def lines(self, width: int) -> list[tuple[str, str]]:
        """Question, rule, authority, advice, examples, decisions."""
        app = cast("ReviewApp", self.app)
        finding = app.review.detail(self.row)
        card = app.rule_card(finding["rule"])
        parts: list[tuple[str, str]] = [
            (f"{finding['rule']} ({finding['severity']})", card.title if card else ""),
            ("This finding", finding["message"]),
            ("The question", "Is this a problem of the release? Confirm: yes. Dismiss: no, with the reason."),
            ("Why it matters", card.rationale if card else ""),
            ("Authority", "; ".join(card.authority) if card else finding["authority"]),
            ("What to do", card.advice if card and card.advice else finding["advice"]),
            ("When it applies", getattr(card, "validity", "") if card else ""),
            ("It fires on", "\n".join(getattr(card, "hits", ())[:3]) if card else ""),
            ("It is silent on", "\n".join(getattr(card, "misses", ())[:3]) if card else ""),
            ("Known false alarms", "\n".join(getattr(card, "known", ())) if card else ""),
        ]
        made: list[tuple[str, str]] = []
        for heading, text in parts:
            if text:
                made += [*_paragraph(heading, width, "bold"), *_paragraph(text, width), ("", "")]
        judgement = app.review.visible(self.row)
        made += [("What was decided", "bold"), *_paragraph(WORDS[judgement.state], width)]
        for event in judgement.latest:
            told = " · ".join(filter(None, (event.at[:16], event.reviewer, event.verdict, event.why)))
            made += _paragraph(told, width)
        return made


class LinksScreen(Reader):
    """All redactions and codes of a document as a table; Enter goes to the line."""

    def __init__(self, rows: list[LinkRow]) -> None:
        super().__init__("Redactions and codes of this document")
        self.rows = rows

    @property
    def chooses(self) -> bool:
        """Enter goes to the line, where there is one."""
        return bool(self.rows)

    def lines(self, width: int) -> list[tuple[str, str]]:
        """One line a redaction or lone code."""
        if not self.rows:
            return [("No redaction and no exemption code was found.", "")]
        return [
            (f"{row.line:>6} {safe.fit(row.what, 16)} {safe.fit(row.code, 16)} {safe.line(row.basis)}", "")
            for row in self.rows
        ]

    def chosen(self, index: int) -> LinkRow | None:
        """Go to the line."""
        return self.rows[index] if self.rows else None


class TextScreen(Reader):
    """A text, for reading or for selecting with the mouse."""

    def __init__(self, title: str, text: str) -> None:
        super().__init__(title)
        self.text = text

    def lines(self, width: int) -> list[tuple[str, str]]:
        """The text."""
        return _paragraph(self.text, width)


class TooSmall(ModalScreen[None]):
    """One sentence while the window is too small; goes by itself when it is larger."""

    def compose(self) -> ComposeResult:
        """The sentence."""
        with Vertical(id="small"):
            yield Line(id="small-1")
            yield Line(("Make it larger or use:", ""))
            yield Line(("redact review DIR --plain", ""))

    def on_mount(self) -> None:
        """Say it."""
        self._tell(self.app.size.width, self.app.size.height)

    def on_resize(self, event: events.Resize) -> None:
        """Say it anew."""
        self._tell(event.size.width, event.size.height)

    def _tell(self, width: int, height: int) -> None:
        needed = f"{SMALLEST[0]}x{SMALLEST[1]}"
        self.query_one("#small-1", Line).show((f"Window is {width}x{height}; review needs {needed}.", "bold"))
