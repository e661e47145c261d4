"""A document as the list's pane and the document screen show it: head, text, and a line on what its links rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl
from textual.app import ComposeResult
from textual.containers import Vertical

from redact.errors import UsageError
from redact.review.ledger_view import LedgerView, plural
from redact.review.session import Review

from .. import safe
from ..widgets.document_view import DocumentView
from ..widgets.lines import Line, RuleLine, TitleLine

if TYPE_CHECKING:
    from ..app import ReviewApp


class DocumentPane(Vertical):
    """Head, text and strip of one document."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.doc: str | None = None
        self.rows: list[int] = []
        self.row: int | None = None
        self._following = False

    def compose(self) -> ComposeResult:
        """Head, text, strip."""
        yield TitleLine(id="pane-title")
        yield DocumentView(id="text")
        yield RuleLine(id="strip-rule")
        yield Line(id="strip-1")
        yield Line(id="strip-2")
        yield Line(id="strip-3")

    @property
    def review(self) -> Review:
        """The review."""
        return cast("ReviewApp", self.app).review

    @property
    def text(self) -> DocumentView:
        """The text."""
        return self.query_one("#text", DocumentView)

    def open(self, doc: str) -> None:
        """Show a document; nothing is read where it is shown already."""
        if doc == self.doc:
            return
        review = self.review
        why = f"{doc}: its text was not kept in the audit folder."
        ledger = LedgerView()
        markings: list[tuple[int, int]] = []
        try:
            document = review.folder.document(doc)
            if document is None:
                status = review.folder.scan("documents").filter(pl.col("doc") == doc).select("unreadable").collect()
                reason = status["unreadable"][0] if status.height else None
                why = f"{doc}: could not be read: {reason}" if reason else why
            else:
                ledger = review.ledger(doc)
                spans = review.folder.scan("spans").filter(pl.col("doc") == doc).select("start", "end").collect()
                markings = list(spans.iter_rows())
        except UsageError as err:
            document, why = None, str(err)
        rows = review.of_document(doc)
        self.doc, self.rows = doc, [int(row) for row in rows]
        chosen = review.findings.select("start", "end", "severity")[rows]
        findings = [(row, *values) for row, values in zip(self.rows, chosen.iter_rows(), strict=True)]
        self.text.show_document(document, findings, markings, ledger, why)
        self.row = None
        self.head()

    def heading(self) -> tuple[str, str]:
        """What the document is, and which of its findings is shown."""
        if self.doc is None:
            return "", ""
        facts = self.review.facts.row(by_predicate=pl.col("doc") == self.doc, named=True) if self._known() else {}
        era = f"E.O. {facts['era']} era" if facts.get("era") else ""
        status = f"released: {facts['release_status']}" if facts.get("release_status") else ""
        kind = str(facts["document_type"]) if facts.get("document_type") else ""
        place = self.rows.index(self.row) + 1 if self.row in self.rows else 0
        right = f"finding {place} of {len(self.rows)}" if place else plural(len(self.rows), "finding")
        return " · ".join(filter(None, (self.review.short(self.doc), kind, era, status))), right

    def head(self) -> None:
        """Draw the head anew."""
        self.query_one("#pane-title", TitleLine).set(*self.heading())

    def _known(self) -> bool:
        return bool((self.review.facts["doc"] == self.doc).sum() == 1)

    def show_finding(self, row: int) -> None:
        """Show the document of a finding, at it."""
        finding = self.review.finding(row)
        self.open(finding["doc"])
        if row != self.row:
            self.row = row
            self._following = True
            self.text.point_at(finding["start"], finding["end"])
            self.head()
        self.strip()

    def on_document_view_moved(self, event: DocumentView.Moved) -> None:
        """The finding follows the cursor: the one on its line, or none."""
        if self._following:
            self._following = False
            self.strip()
            return
        self.follow()
        self.strip()

    def follow(self) -> None:
        """Take the finding on the cursor's line, where there is one, as the current one."""
        line = self.text.cursor + 1
        lines = self.review.findings["line"]
        here = [row for row in self.rows if lines[row] == line]
        if self.row in here:
            return
        self.row = here[0] if here else None
        if self.row is None:
            self.text.unpoint()
        else:
            finding = self.review.finding(self.row)
            self.text.current = (finding["start"], finding["end"])
            self.text.refresh()
        self.head()

    def strip(self) -> None:
        """In words: what the ledger says of the line, and the finding."""
        line = self.text.cursor + 1
        ledger = self.text.ledger.words(line)
        finding = ""
        if self.row is not None:
            known = self.review.finding(self.row)
            finding = f"{known['rule']}: {known['message']}"
        width = max(20, self.size.width - 2)
        texts = [text for text in (ledger, finding) if text]
        told = texts or ["No finding, redaction or code on this line. ] goes to the next finding."]
        shown = safe.wrapped(told[0], width, 4 - len(told))
        if len(told) > 1:
            shown += safe.wrapped(told[1], width, 3 - len(shown))
        for number in (1, 2, 3):
            text = shown[number - 1] if number <= len(shown) else ""
            self.query_one(f"#strip-{number}", Line).show((f" {text}", ""))
