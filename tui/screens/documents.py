"""Documents: one row a document, most to do first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import polars as pl
from textual.widget import Widget

from redact.review.ledger_view import plural
from redact.review.query import parse_query, quote
from redact.review.worklists import documents

from .. import safe
from ..acts import bindings
from ..widgets.lines import Line, TitleLine
from ..widgets.rows import RowList
from .base import Deciding
from .dialogs import Prompt

_NARROW = 74  # columns under which the release status is left out


class DocumentsScreen(Deciding):
    """All documents, or some."""

    HELP = "One row a document. Enter opens it. c, d and s decide all its findings that are still open, at once."
    BINDINGS = bindings(*Deciding.DECIDING, "search", "next_match", "previous_match", "document")
    FOOTER: ClassVar[tuple[str, ...]] = ("choose", "list", "confirm", "dismiss", "search", "back", "help")

    def __init__(self, docs: tuple[str, ...] | None = None, title: str = "Documents") -> None:
        super().__init__()
        self._docs, self._name = docs, title
        self.frame = pl.DataFrame()
        self.searched = ""

    def body(self) -> Iterable[Widget]:
        """Head and rows."""
        yield Line(id="head")
        yield RowList(id="rows")

    @property
    def rows(self) -> RowList:
        """The rows."""
        return self.query_one("#rows", RowList)

    def show_all(self) -> None:
        """Count anew; the order stays while the screen is open."""
        frame = documents(self.review)
        if self._docs is not None:
            frame = frame.filter(pl.col("doc").is_in(list(self._docs)))
        if self.frame.height == frame.height and frame.height:
            frame = self.frame.select("doc").join(frame, on="doc", how="left", maintain_order="left")
        first = not self.frame.height
        self.frame = frame
        total = plural(self.reviewing.document_count, "document")
        count = f"{frame.height:,} of {total}" if self._docs is not None else total
        self.query_one("#title", TitleLine).set(f"{self._name} · {count}", f"reviewer: {self.review.reviewer}")
        released = f"{'released':>14}" if self.app.size.width >= _NARROW else ""
        head = f"  {'document':<26}{released}{'redactions':>12}{'with code':>11}{'open':>7}"
        self.query_one("#head", Line).show((head, "dim"))
        if first:
            self.rows.set_rows(self._row, frame.height)
        self.rows.refresh()
        self.show_footer()

    def _row(self, index: int, width: int) -> list[safe.Cell]:
        row = self.frame.row(index, named=True)
        if row["unreadable"]:
            name = safe.fit_end(self.review.short(row["doc"]), 26)
            return [(f" {name}", ""), (f" could not be read: {row['unreadable']}", "warning")]
        status = "not a record" if row["document_type"] == "not-a-record" else row["release_status"] or "-"
        cells: list[safe.Cell] = [
            (f" {safe.fit_end(self.review.short(row['doc']), 26)}", ""),
            (safe.fit(str(status), 14, right=True) if self.app.size.width >= _NARROW else "", "dim"),
            (f"{row['redactions'] or 0:>12,}{row['justified'] or 0:>11,}", ""),
            (f"{row['to_do']:>7,}", "bold" if row["to_do"] else "dim"),
        ]
        if width > 96:
            cells.append((f"  {safe.fit(row['document_type'] or '', 16)} {row['title'] or ''}", "dim"))
        return cells

    def _doc(self) -> str | None:
        return str(self.frame["doc"][self.rows.cursor]) if 0 <= self.rows.cursor < self.frame.height else None

    def targets(self) -> list[int]:
        """Findings of the document that wait for a verdict."""
        doc = self._doc()
        if doc is None:
            return []
        open_rows = self.review.selector().rows(parse_query("state:open"))
        docs = self.review.findings["doc"].gather(open_rows)
        return [int(row) for row in open_rows.filter(docs == doc)]

    def why_not(self, act: str) -> str | None:
        """A verdict on all findings of a document needs open ones; the costly count is not made for the footer."""
        doc = self._doc()
        if act in self.DECIDING and (doc is None or not self.frame["to_do"][self.rows.cursor]):
            return self.why_no_targets()
        return super().why_not(act) if act not in self.DECIDING else self._no_last(act)

    def _no_last(self, act: str) -> str | None:
        if act == "repeat" and self.review.last is None:
            return "Nothing to repeat: no verdict was given yet in this session."
        return None

    def why_no_targets(self) -> str:
        """Nothing open."""
        return "Nothing is open in this document."

    def after_verdict(self, count: int) -> str:
        """On to the next document."""
        self.rows.action_cursor_down()
        self.show_all()
        return ""

    def on_resize(self) -> None:
        """The head depends on the width."""
        self.call_after_refresh(self.show_all)

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Another document."""
        self.show_footer()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open it."""
        self.action_document()

    def action_document(self) -> None:
        """The text."""
        doc = self._doc()
        if doc is not None:
            self.reviewing.open_document(doc)

    def action_list(self) -> None:
        """Its findings."""
        doc = self._doc()
        if doc is not None:
            self.reviewing.open_list(parse_query(f"doc:{quote(doc)}"))

    def action_search(self) -> None:
        """Ask for words."""

        def typed(text: str | None) -> None:
            if text is not None:
                self.searched = text
                self._go_match(0)

        self.app.push_screen(Prompt("Find a document", value=self.searched, replace=True), typed)

    def _go_match(self, step: int) -> None:
        wanted = self.searched.casefold()
        names = [f"{doc} {ident or ''} {title or ''}".casefold() for doc, ident, title in
                 self.frame.select("doc", "identifier", "title").iter_rows()]  # fmt: skip
        places = [index for index, name in enumerate(names) if wanted and wanted in name]
        if not places:
            self.say(f"'{self.searched}' is in no document's name." if wanted else "Nothing is searched for: / first.")
            return
        here = self.rows.cursor
        if step < 0:
            before = [index for index, place in enumerate(places) if place < here]
            found, again = (before[-1], "") if before else (len(places) - 1, ", from the end again")
        else:
            after = [index for index, place in enumerate(places) if place >= here + step]
            found, again = (after[0], "") if after else (0, ", from the beginning again")
        self.rows.move_to(places[found])
        self.say(f"'{self.searched}': {found + 1} of {len(places)}{again}")

    def action_next_match(self) -> None:
        """Next match."""
        self._go_match(1)

    def action_previous_match(self) -> None:
        """Previous match."""
        self._go_match(-1)
