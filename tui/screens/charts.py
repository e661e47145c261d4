"""Charts: counts as rows of text; Enter lists what is behind a bar."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual.containers import Horizontal
from textual.widget import Widget

from redact.review.ledger_view import plural
from redact.review.query import parse_query
from redact.review.worklists import Bar, Chart, charts

from .. import safe
from ..acts import bindings
from ..widgets.lines import TitleLine
from ..widgets.rows import RowList
from .base import ActScreen
from .overlays import TextScreen


class ChartsScreen(ActScreen):
    """Six charts in two columns."""

    HELP = "Counts. The number is always there; the bar repeats it, each chart on its own scale. Enter lists them."
    BINDINGS = bindings("copy")
    FOOTER: ClassVar[tuple[str, ...]] = ("choose", "next_pane", "copy", "home", "back", "help")

    def __init__(self) -> None:
        super().__init__()
        self.columns: list[list[tuple[Chart, Bar | None]]] = [[], []]

    def body(self) -> Iterable[Widget]:
        """Two columns."""
        with Horizontal(id="charts"):
            yield RowList(selectable=lambda index: self._is_bar(0, index), quiet=True, id="charts-0")
            yield RowList(selectable=lambda index: self._is_bar(1, index), quiet=True, id="charts-1")

    def _is_bar(self, column: int, index: int) -> bool:
        rows = self.columns[column]
        return index < len(rows) and rows[index][1] is not None

    def show_all(self) -> None:
        """Count anew."""
        review = self.review
        judged = f"judged as of {review.folder.as_of}" if review.folder.as_of else ""
        many = f"{plural(review.height, 'finding')}, {plural(self.reviewing.document_count, 'document')}"
        self.query_one("#title", TitleLine).set(f"Charts · {many}", judged)
        made = charts(review)
        half = (len(made) + 1) // 2
        for column, some in enumerate((made[:half], made[half:])):
            rows: list[tuple[Chart, Bar | None]] = []
            for chart in some:
                rows.append((chart, None))
                rows += [(chart, bar) for bar in chart.bars] or [(chart, Bar("nothing to count", 0))]
                rows.append((Chart(""), None))
            self.columns[column] = rows[:-1]
            widget = self.query_one(f"#charts-{column}", RowList)
            widget.set_rows(partial(self._row, column), len(rows) - 1, max(1, widget.cursor))
        self.show_footer()

    def _row(self, column: int, index: int, width: int) -> list[safe.Cell]:
        chart, bar = self.columns[column][index]
        if bar is None:
            return [(chart.title, "bold")]
        most = max((other.count for other in chart.bars), default=1) or 1
        label = min(22, max(12, width - 18))
        room = max(1, width - label - 12)
        length = max(1, bar.count * room // most) if bar.count else 0
        return [
            (f" {safe.fit(bar.label, label)}", ""),
            (f"{bar.count:>8,} ", "bold" if bar.count else "dim"),
            (self.reviewing.glyphs.full * length, "note"),
        ]

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """List what is behind the bar."""
        column = 0 if event.rows.id == "charts-0" else 1
        chart, bar = self.columns[column][event.index]
        if bar is None or not bar.count:
            self.say("Nothing is behind this bar.")
        elif bar.query is not None:
            self.reviewing.open_list(parse_query(bar.query))
        elif bar.docs is not None:
            self.reviewing.open_documents(bar.docs, f"{chart.title}: {bar.label}")

    def action_copy(self) -> None:
        """All numbers as text."""
        lines: list[str] = []
        for rows in self.columns:
            for chart, bar in rows:
                lines.append(chart.title if bar is None else f"{bar.label}\t{bar.count}")
        text = "\n".join(lines)
        self.reviewing.copy(text, self)
        self.app.push_screen(TextScreen("Charts as text", text))
