"""How a list of findings looks: rows, the card of the one under the cursor, its document beside it."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from redact.review.ledger_view import plural
from redact.review.listing import Listing
from redact.review.states import LETTERS, WORDS

from .. import safe
from ..widgets.lines import Line, RuleLine, TitleLine
from ..widgets.rows import RowList
from .base import Deciding
from .pane import DocumentPane

_BIG = 200_000  # rows above which sorting and filtering leave the event loop


class FindingList(Deciding):
    """A frozen list of findings: how it looks, what is decided on it, where the cursor goes then."""

    HELP = (
        "The findings of one list. c: it is a problem. d and a digit: it is not, and why. Decided rows stay where they "
        "are until R. Enter opens the document at the finding."
    )
    def __init__(self, listing: Listing, row: int | None = None) -> None:
        super().__init__()
        self.listing = listing
        self.searched = ""
        self.pane_on = True
        self.pane_share = 50
        self._range_from: int | None = None
        self.place = self.listing.index_of(row) or 0
        self._frozen: tuple[pl.Series, int | None, int] | None = None
        self._wanted = (listing.query, listing.sort)

    def body(self) -> Iterable[Widget]:
        """List, card, pane."""
        with Horizontal(id="columns"):
            with Vertical(id="left"):
                yield RowList(self._row, len(self.listing), id="findings")
                yield RuleLine(id="card-rule")
                yield Line(id="card-1")
                yield Line(id="card-2")
                yield Line(id="card-3")
                yield Line(id="card-4")
                yield Line(id="card-5")
            yield DocumentPane(id="pane")

    @property
    def rows(self) -> RowList:
        """The list on the screen."""
        return self.query_one("#findings", RowList)

    def current(self) -> int | None:
        """Row of the finding under the cursor."""
        return self.listing.row(self.rows.cursor)

    def on_mount(self) -> None:
        """Put the cursor where it belongs."""
        super().on_mount()
        self.rows.set_rows(self._row, len(self.listing), self.place)
        self.call_after_refresh(self.rows.show_cursor)

    def show_all(self) -> None:
        """Title, rows, card."""
        listing, review = self.listing, self.review
        total, here = review.height, len(listing.rows)
        title = listing.title
        filtered = f" · {listing.query}" if listing.query and title == "Findings" else ""
        if filtered:
            count = f"{here:,} of {total:,} · F clears"
        else:
            count = f"{here:,} of {total:,}" if here != total else f"{total:,}"
        order = f"by {listing.sort}" if not listing.grouping else f"grouped by {listing.grouping}"
        left = f"{title}{filtered} · {count} · {order}"
        right = f"{listing.done():,} of {here:,} done"
        if listing.marks:
            right = f"{len(listing.marks):,} marked · {right}"
        if listing.news:
            right = f"{len(listing.news)} new: R · {right}"
        if self._frozen is not None:
            right = "working.. Esc stops"
        self.query_one("#title", TitleLine).set(left, right)
        self.rows.refresh()
        self.show_card()
        self.show_footer()

    def _row(self, index: int, width: int) -> list[safe.Cell]:
        if self.listing.groups is not None:
            return self._group_row(index, width)
        row = self.listing.row(index)
        if row is None:
            return []
        finding = self.review.finding(row)
        state = self.review.visible(row).state
        severity = str(finding["severity"])
        rule, doc = (24, 18) if width < 100 else (30, 26)
        if width < 72:
            rule = 24 if width > 60 else 20
            doc = max(4, width - rule - 19)
        cells = [
            ("*" if row in self.listing.marks else " ", "bold"),
            (LETTERS[state] if not (state == "open" and severity == "note") else "n", state),
            (f" {severity[0].upper()} ", severity),
            (safe.fit(finding["rule"], rule) + " ", ""),
            (safe.fit_end(self.review.short(finding["doc"]), doc) + " ", ""),
            (f"{finding['line']:>6} ", "dim"),
        ]
        room = width - sum(safe.width_of(text) for text, _ in cells)
        count = f" x{finding['count']}" if finding["count"] > 1 else ""
        if room > 70:
            cells.append((safe.fit(finding["message"], room - 30 - len(count)) + count + " ", ""))
            cells.append((safe.fit(self.reviewing.evidence(finding), 20) + " ", "dim"))
            latest = self.review.visible(row).latest
            cells.append((safe.fit(latest[-1].reviewer if latest else "", 8), "dim"))
        elif width < 72:
            cells.append((count, "dim"))
        else:
            cells.append((safe.fit(finding["message"], max(4, room - len(count))) + count, ""))
        return cells

    def _group_row(self, index: int, width: int) -> list[safe.Cell]:
        assert self.listing.groups is not None
        label, rule, severity, docs, rows = self.listing.groups.row(index)
        waiting = sum(self.listing.waits_for_me(row) for row in rows) if len(rows) < 5_000 else len(rows)
        name = f"{rule}: {label or self.reviewing.glyphs.mask}" if self.listing.grouping == "evidence" else label
        among = "" if self.listing.grouping == "document" else f" in {plural(docs, 'document')}"
        told = f"x {len(rows):,}{among}, {waiting:,} to decide"
        room = max(10, width - 6 - len(told) - 2)
        if self.listing.grouping == "document":
            shown = safe.fit_end(self.review.short(label), room)
        else:
            shown = safe.fit(name, room)
        return [
            (f"   {severity[0].upper()} ", severity),
            (shown, ""),
            (f" {told}", "dim"),
        ]

    def show_card(self) -> None:
        """The card below the list, and the document beside it."""
        lines = [self.query_one(f"#card-{number}", Line) for number in (1, 2, 3, 4, 5)]
        row = self.current()
        if row is None:
            for line in lines:
                line.show()
            self._show_no_finding(lines)
            return
        finding = self.review.finding(row)
        card = self.reviewing.rule_card(finding["rule"])
        judgement = self.review.visible(row)
        if judgement.latest:
            event = judgement.latest[-1]
            told = " · ".join(filter(None, (WORDS[judgement.state], event.reviewer, event.why)))
        else:
            told = WORDS[judgement.state] if judgement.state != "open" else (card.title if card else "")
        lines[0].show((f" {finding['rule']}", "bold"), (f"  {told}", judgement.state))
        width = max(20, lines[4].size.width - 2)
        message = safe.wrapped(finding["message"], width, 2)
        for line, text in zip(lines[1:3], [*message, ""], strict=False):
            line.show((f" {text}", ""))
        lines[len(message) + 1].show(
            (f" line {finding['line']}: ", "dim"), (self.reviewing.evidence(finding), ""),
            ("" if not finding["sensitive"] or self.reviewing.reveal else "  E shows it", "dim"),
        )  # fmt: skip
        if len(message) < 2:
            lines[3].show()
        authority = "; ".join(card.authority) if card else self.review.detail(row)["authority"]
        place = f"{self.rows.cursor + 1:,} of {len(self.listing):,} "
        room = max(10, width - len(place))
        lines[4].show((f" {safe.fit(f'Authority (r: more): {authority}', room)}", "dim"), (f" {place}", "dim"))
        pane = self.query_one("#pane", DocumentPane)
        if pane.display and self.pane_on:
            pane.show_finding(row)

    def _show_no_finding(self, lines: list[Line]) -> None:
        if self.listing.groups is not None and len(self.listing):
            rows = self.listing.group_rows(self.rows.cursor)
            lines[0].show((f" {plural(len(rows), 'finding')}: c, d or s decides all that are still to decide", "bold"))
            lines[1].show((" Enter lists them", "dim"))
        elif self.listing.query and self.listing.title != "Findings":
            lines[0].show((" Nothing is left in this list.", "bold"))
            lines[1].show((" Esc goes back to the other lists; 6 shows what was decided", "dim"))
        elif self.listing.query:
            closest = self.review.selector().closest(self.listing.query)
            lines[0].show((" Nothing matches.", "bold"))
            if closest is not None:
                told = f"without this: {closest[0] or 'no filter at all'} finds {closest[1]:,}"
                lines[1].show((f" Closest: {told}", ""))
            lines[2].show((" f changes the filter, F clears it, Esc goes back", "dim"))
        else:
            lines[0].show((" Nothing to review: no findings.", "bold"))

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Another finding."""
        self.place = event.index
        self.show_card()
        self.show_footer()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open the document, or the group."""
        if self.listing.groups is not None:
            self.app.push_screen(type(self)(self.listing.subset(event.index)))
            return
        self.action_document()

    def on_resize(self) -> None:
        """The card depends on the width."""
        self.call_after_refresh(self.show_all)

    # -- deciding ----------------------------------------------------------------------------------------------------

    def targets(self) -> list[int]:
        """Marked rows, else the group's rows that wait, else the row under the cursor."""
        if self.listing.marks:
            return sorted(self.listing.marks)
        if self.listing.groups is not None:
            rows = self.listing.group_rows(self.rows.cursor)
            return [row for row in rows if self.listing.waits_for_me(row)]
        row = self.current()
        return [] if row is None else [row]

    def why_no_targets(self) -> str:
        """An empty list, or a group that is done."""
        return "Nothing to decide here: R makes the list anew." if len(self.listing) else "No finding is listed."

    def after_verdict(self, count: int) -> str:
        """On to the next finding that waits."""
        self.listing.marks.clear()
        if self.listing.groups is not None:
            self.rows.move_to(self._next_group())
        else:
            place = self.listing.next_waiting(self.rows.cursor)
            if place is None and count == 1 and "disagreement" not in self.listing.query.values("state"):
                place = self.rows.cursor
            self.rows.move_to(self.rows.cursor + 1 if place is None else place)
        self.keep_place()
        self.show_all()
        left = self.listing.groups is None and self.listing.done() == len(self.listing.rows)
        return " · nothing is left to decide in this list" if left else ""

    def _next_group(self) -> int:
        here = self.rows.cursor
        for place in range(here + 1, min(len(self.listing), here + 2_000)):
            if any(self.listing.waits_for_me(row) for row in self.listing.group_rows(place)):
                return place
        return here

    def after_undo(self, rows: tuple[int, ...]) -> None:
        """To the first of the findings that are open again, where this list has it."""
        if self.listing.groups is not None:
            return
        places = [place for row in rows if (place := self.listing.index_of(row)) is not None]
        if places:
            self.rows.move_to(min(places))
            self.show_all()

    def keep_place(self) -> None:
        """Remember where the reviewer is."""
        row = self.current()
        if row is not None:
            self.review.keep_place(str(self.listing.query), self.review.finding(row)["fingerprint"])

    def on_screen_suspend(self) -> None:
        """Remember where the reviewer was."""
        if self.is_mounted:
            self.keep_place()

    def on_touched(self, rows: tuple[int, ...], *, by_others: bool) -> None:
        """Marks change; rows stay."""
        if by_others:
            self.listing.changed_by_others(rows)
        self.show_all()
