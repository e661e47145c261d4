"""Document: the text with margin, highlights and links; findings are decided here too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from redact.review.ledger_view import LinkRow
from redact.review.states import SECOND, TODO

from ..acts import bindings
from ..widgets.document_view import DocumentView
from ..widgets.lines import TitleLine
from .base import Deciding
from .dialogs import Prompt
from .listing import ListScreen
from .pane import DocumentPane


class DocumentScreen(Deciding):
    """One document."""

    HELP = "A document. ] and [ go from finding to finding; c, d and s decide the one that is marked."
    BINDINGS = bindings(
        *Deciding.DECIDING, "next_finding", "previous_finding", "next_match", "previous_match", "next_document",
        "previous_document", "search", "go_line", "rule_card", "links", "reveal", "copy", "reference",
    )  # fmt: skip
    FOOTER: ClassVar[tuple[str, ...]] = (
        "next_finding", "links", "confirm", "dismiss", "second", "back", "search", "rule_card", "wrap", "fold", "help",
    )  # fmt: skip
    AUTO_FOCUS = "DocumentView"

    def __init__(self, doc: str, row: int | None = None, origin: ListScreen | None = None) -> None:
        super().__init__()
        self.doc, self._row, self.origin = doc, row, origin
        self.searched = ""

    def body(self) -> Iterable[Widget]:
        """The document."""
        yield DocumentPane(id="document")

    @property
    def pane(self) -> DocumentPane:
        """The document."""
        return self.query_one("#document", DocumentPane)

    @property
    def view(self) -> DocumentView:
        """Its text."""
        return self.pane.text

    def on_mount(self) -> None:
        """Open it when sizes are known."""
        super().on_mount()
        self.call_after_refresh(self._open)

    def _open(self) -> None:
        self.pane.open(self.doc)
        if self._row is not None:
            self.pane.show_finding(self._row)
        elif self.pane.rows:
            self.pane.show_finding(self.pane.rows[0])
        else:
            self.pane.strip()
        self.show_all()

    def show_all(self) -> None:
        """Title and footer."""
        row = self.pane.row
        state = "" if row is None else self.review.visible(row).state
        left, right = self.pane.heading()
        self.query_one("#title", TitleLine).set(left or self.doc, " · ".join(filter(None, (state, right))))
        self.show_footer()

    def on_document_view_moved(self, event: DocumentView.Moved) -> None:
        """The cursor may be on another finding."""
        self.call_later(self.show_all)

    def targets(self) -> list[int]:
        """The finding that is marked."""
        return [] if self.pane.row is None else [self.pane.row]

    def why_no_targets(self) -> str:
        """No finding on this line."""
        if not self.pane.rows:
            return "No findings in this document."
        return "No finding on this line: ] goes to the next one."

    def after_verdict(self, count: int) -> str:
        """On to the next finding of this document that waits; else stay."""
        rows = self.pane.rows
        here = rows.index(self.pane.row) if self.pane.row in rows else -1
        waiting = [row for row in rows[here + 1 :] if self._waits(row)]
        if waiting:
            self.go_to(waiting[0])
        self.pane.strip()
        self.show_all()
        if waiting:
            return ""
        return " · the last one here, J: next document" if self.origin is not None else " · the last one here"

    def _waits(self, row: int) -> bool:
        judgement = self.review.visible(row)
        return judgement.state in TODO or (judgement.state in SECOND and judgement.by(self.review.who) is None)

    def after_undo(self, rows: tuple[int, ...]) -> None:
        """To the first of the findings that are open again, where it is of this document."""
        here = [row for row in rows if row in self.pane.rows]
        if here:
            self.go_to(min(here))

    def go_to(self, row: int) -> None:
        """Show a finding; the list's cursor follows."""
        self.pane.show_finding(row)
        if self.origin is not None:
            self.origin.place_cursor(row)
        self.show_all()

    def _go_finding(self, step: int) -> None:
        rows, lines = self.pane.rows, self.review.findings["line"]
        if not rows:
            self.say("No findings in this document.")
            return
        if self.pane.row in rows:
            place = rows.index(self.pane.row) + step
        elif step > 0:
            after = [index for index, row in enumerate(rows) if lines[row] > self.view.cursor]
            place = after[0] if after else len(rows)
        else:
            before = [index for index, row in enumerate(rows) if lines[row] <= self.view.cursor]
            place = before[-1] if before else -1
        if 0 <= place < len(rows):
            self.go_to(rows[place])
        else:
            self.say("No finding " + ("after" if step > 0 else "before") + " this one; J and K change the document.")

    def action_next_finding(self) -> None:
        """Next finding."""
        self._go_finding(1)

    def action_previous_finding(self) -> None:
        """Previous finding."""
        self._go_finding(-1)

    def _go_document(self, step: int) -> None:
        if self.origin is None:
            self.say("This document was not opened from a list.")
            return
        self.origin._go_finding(step, other_document=True)
        row = self.origin.current()
        if row is None or self.review.finding(row)["doc"] == self.doc:
            self.say("No other document in this direction.")
            return
        self.doc, self._row = self.review.finding(row)["doc"], row
        self._open()

    def action_next_document(self) -> None:
        """Next document of the list."""
        self._go_document(1)

    def action_previous_document(self) -> None:
        """Previous document of the list."""
        self._go_document(-1)

    def action_search(self) -> None:
        """Ask for words."""

        def typed(text: str | None) -> None:
            if text is not None:
                self.searched = text
                count = self.view.search(text)
                self.view.refresh()
                if count:
                    self._go_match(0)
                else:
                    self.say(f"'{text}' is not in this document." if text else "Search cleared.")

        self.app.push_screen(Prompt("Find in this document", value=self.searched, replace=True), typed)

    def _go_match(self, step: int) -> None:
        document, matches = self.view.document, self.view.matches
        if not matches or document is None:
            self._go_open(step or 1)
            return
        lines = [document.line_index(start) for start, _ in matches]
        here = getattr(self, "_match", -1)
        if step == 0:
            here = next((index for index, line in enumerate(lines) if line >= self.view.cursor), len(lines)) - 1
            step = 1
        place = here + step
        again = ""
        if not 0 <= place < len(matches):
            again = ", from the " + ("beginning" if step > 0 else "end") + " again"
            place %= len(matches)
        self._match = place
        self.view.go_to(lines[place])
        self.say(f"'{self.searched}': {place + 1} of {len(matches)}{again}")

    def _go_open(self, step: int) -> None:
        rows = self.pane.rows
        here = rows.index(self.pane.row) if self.pane.row in rows else -1
        places = range(here + 1, len(rows)) if step > 0 else range(here - 1, -1, -1)
        for place in places:
            if self._waits(rows[place]):
                self.go_to(rows[place])
                return
        self.say("No open finding " + ("after" if step > 0 else "before") + " this one.")

    def action_next_match(self) -> None:
        """Next match, or next open finding."""
        self._go_match(1)

    def action_previous_match(self) -> None:
        """Previous match, or previous open finding."""
        self._go_match(-1)

    def action_go_line(self) -> None:
        """Ask for a line."""
        count = self.view.line_count

        def check(text: str) -> str | None:
            if text.isdigit() and 1 <= int(text) <= count:
                return None
            return f"A number from 1 to {count:,}."

        def typed(text: str | None) -> None:
            if text:
                self.view.go_to(int(text) - 1, centre=True)

        self.app.push_screen(Prompt(f"Go to line, 1 to {count:,}", check=check), typed)

    def action_rule_card(self) -> None:
        """The rule."""
        self.rule_card(self.pane.row)

    def action_links(self) -> None:
        """All links; Enter there goes to the line."""

        def chosen(row: LinkRow | None) -> None:
            if row is not None:
                self.view.go_to(row.line - 1, centre=True)

        self.reviewing.show_links(self.doc, chosen)

    def action_reveal(self) -> None:
        """Show or mask evidence in lists; the text here is the document's own."""
        self.reviewing.toggle_reveal()

    def action_copy(self) -> None:
        """Copy the finding."""
        row = self.pane.row
        if row is None:
            self.say(self.why_no_targets())
            return
        finding = self.review.finding(row)
        told = f"{finding['doc']}:{finding['line']} {finding['severity']} {finding['rule']} {finding['message']}"
        self.reviewing.copy(told, self)

    def action_reference(self) -> None:
        """Show where it is."""
        self.reviewing.show_reference(self.pane.row, self)
