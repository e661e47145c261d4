"""Home: where am I, what is left, where did I stop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from redact.review.ledger_view import plural
from redact.review.query import Query, parse_query
from redact.review.states import DECIDED
from redact.review.worklists import WorkList, title_of, work_lists

from .. import safe
from ..acts import bindings
from ..widgets.lines import Line, TitleLine
from ..widgets.rows import RowList
from .base import ActScreen
from .dialogs import FilterDialog


class HomeScreen(ActScreen):
    """Work lists with their counts."""

    HELP = (
        "Home shows how far the review is. Each line is a work list: Enter opens it. Decisions are stored the moment "
        "they are made; you can leave at any time."
    )
    BINDINGS = bindings("filter", "export")
    FOOTER: ClassVar[tuple[str, ...]] = ("choose", "documents", "charts", "decisions", "leave", "filter", "help")

    def __init__(self) -> None:
        super().__init__()
        self.lists: list[WorkList] = []
        self._extra: list[tuple[str, str]] = []
        self._begun = False

    def body(self) -> Iterable[Widget]:
        """Counts, bar, lists."""
        yield Line(id="counts")
        yield Line(id="progress")
        yield Line()
        yield Line(id="head")
        yield RowList(selectable=lambda index: index != len(self.lists) or not self.lists, id="lists")

    def show_all(self) -> None:
        """Count everything anew."""
        review = self.review
        folder = review.folder
        judged = f" · judged as of {folder.as_of}" if folder.as_of else ""
        self.query_one("#title", TitleLine).set(f"redact · {folder.name}{judged}", f"reviewer: {review.reviewer}")
        states = review.states()
        decided = sum(count for state, count in states.items() if state in DECIDED)
        documents = self.reviewing.document_count
        if not review.height:
            self._show_empty(documents)
            return
        percent = decided * 100 // review.height
        self.query_one("#counts", Line).show((
            f" {plural(documents, 'document')} · {plural(review.height, 'finding')} · {decided:,} decided · "
            f"{review.height - decided:,} to do", "",
        ))  # fmt: skip
        width = max(10, min(70, self.app.size.width - 12))
        full = decided * width // review.height if decided < review.height else width
        full = max(1, full) if decided else 0
        glyphs = self.reviewing.glyphs
        bar = glyphs.full * full + glyphs.empty * (width - full)
        self.query_one("#progress", Line).show((f" [{bar}] {percent:>3}%", ""))
        name, number = self._widths()
        head = f"   {'Work list':<{name}}{'open':>{number}}{'yours':>{number}}   oldest"
        self.query_one("#head", Line).show((head, "dim"))
        self.lists = work_lists(review)
        self._extra = self._more()
        rows = self.query_one("#lists", RowList)
        first = next((index for index, work in enumerate(self.lists) if work.count), 0)
        cursor = max(0, rows.cursor) if self._begun else first
        self._begun = True
        rows.set_rows(self._row, len(self.lists) + len(self._extra), cursor)
        self.show_footer()

    def _show_empty(self, documents: int) -> None:
        told = f" Nothing to review: {plural(documents, 'document')}, no findings"
        self.query_one("#counts", Line).show((told, "bold"))
        self.lists = []
        self._extra = self._more()[1:]
        self.query_one("#lists", RowList).set_rows(self._row, len(self._extra))
        self.show_footer()

    def _more(self) -> list[tuple[str, str]]:
        made: list[tuple[str, str]] = [("", "")]
        place = self.review.place()
        row = self.review.row_of(place.fingerprint) if place else None
        if place is not None and row is not None:
            finding = self.review.finding(row)
            title = title_of(parse_query(place.query))
            where = f"{self.review.short(finding['doc'])}, line {finding['line']}"
            made.append(("resume", f"Go on where you stopped: {where} ({title.lower()})"))
        if self.reviewing.unreadable_count:
            made.append(("unreadable", f"Documents that could not be read: {self.reviewing.unreadable_count:,}"))
        made += [("notice", f"Notice: {notice}") for notice in self.review.log.notices[:3]]
        gone = self.review.gone()
        if gone:
            made.append(("gone", f"Decisions on findings that no longer occur: {len(gone):,}"))
        return made if len(made) > 1 else []

    def _row(self, index: int, width: int) -> list[safe.Cell]:
        if index >= len(self.lists):
            return [(f" {self._extra[index - len(self.lists)][1]}", "bold")]
        work = self.lists[index]
        name, number = self._widths()
        return [
            (f" {safe.fit(work.title, name)} ", ""),
            (f"{work.count:>{number - 1},}", "bold" if work.count else "dim"),
            (f"{work.yours:>{number},}", "dim"),
            (f"   {work.oldest or '-'}", "dim"),
        ]

    def _widths(self) -> tuple[int, int]:
        """Cells of a list's title and of a count."""
        return (34, 10) if self.app.size.width >= 72 else (29, 9)

    def on_resize(self) -> None:
        """The head depends on the width."""
        self.call_after_refresh(self.show_all)

    def action_filter(self) -> None:
        """Choose among all findings, and list them."""

        def chosen(query: Query | None) -> None:
            if query is not None:
                self.reviewing.open_list(query)

        self.app.push_screen(FilterDialog(Query(())), chosen)

    def action_export(self) -> None:
        """Write all findings."""
        self.reviewing.export(self.review.select(Query(())), self)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open the list, or go on."""
        if event.index < len(self.lists):
            self.reviewing.open_list(self.lists[event.index].query)
            return
        kind, _ = self._extra[event.index - len(self.lists)]
        if kind == "resume":
            place = self.review.place()
            if place is not None:
                self.reviewing.open_list(parse_query(place.query), self.review.row_of(place.fingerprint))
        elif kind == "unreadable":
            self.reviewing.go("documents")
        elif kind == "gone":
            self.reviewing.go("decisions")
        else:
            self.say(self.review.log.notices[-1])
