"""List: the findings of a work list or filter, the card of the one under the cursor, and its document beside it."""

# ruff: noqa: TID251, TID252 (mypy sees this folder as `tui`, the interpreter as `redact.tui`: relative is right in both)
from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

import polars as pl
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.worker import Worker, WorkerState

from redact.review.ledger_view import plural
from redact.review.listing import Listing
from redact.review.query import Query
from redact.review.session import SORTS
from redact.review.states import LETTERS, WORDS

from .. import safe
from ..acts import bindings
from ..widgets.lines import Line, RuleLine, TitleLine
from ..widgets.rows import RowList
from .base import Deciding
from .dialogs import FilterDialog, Prompt
from .pane import DocumentPane

_BIG = 200_000  # rows above which sorting and filtering leave the event loop


class ListScreen(Deciding):
    """A frozen list of findings."""

    HELP = (
        "The findings of one list. c: it is a problem. d and a digit: it is not, and why. Decided rows stay where they "
        "are until R. Enter opens the document at the finding."
    )
    BINDINGS = bindings(
        *Deciding.DECIDING, "mark", "mark_range", "mark_all", "search", "next_match", "previous_match", "filter",
        "clear_filter", "group", "sort", "refresh", "rule_card", "reveal", "pane", "pane_wider", "pane_narrower",
        "next_finding", "previous_finding", "next_document", "previous_document", "document", "copy", "reference",
        "export", "links",
    )  # fmt: skip
    FOOTER: ClassVar[tuple[str, ...]] = (
        "confirm", "dismiss", "second", "choose", "undo", "search", "filter", "group", "rule_card", "refresh", "pane",
        "help",
    )  # fmt: skip

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
            rule, doc = (20, 12) if width > 56 else (width - 26, 13)
        cells = [
            ("*" if row in self.listing.marks else " ", "bold"),
            (LETTERS[state] if not (state == "open" and severity == "note") else "n", state),
            (f" {severity[0].upper()} ", severity),
            (safe.fit(finding["rule"], rule) + " ", ""),
            (safe.fit(finding["doc"], doc) + " ", ""),
            (f"{finding['line']:>6} ", "dim"),
        ]
        room = width - sum(safe.width_of(text) for text, _ in cells)
        count = f" x{finding['count']}" if finding["count"] > 1 else ""
        if room > 70:
            cells.append((safe.fit(finding["message"], room - 30 - len(count)) + count + " ", ""))
            cells.append((safe.fit(self.reviewing.evidence(finding), 20) + " ", "dim"))
            latest = self.review.visible(row).latest
            cells.append((safe.fit(latest[-1].reviewer if latest else "", 8), "dim"))
        elif room > 8:
            cells.append((safe.fit(finding["message"], room - len(count)) + count, ""))
        return cells

    def _group_row(self, index: int, width: int) -> list[safe.Cell]:
        assert self.listing.groups is not None
        label, rule, severity, docs, rows = self.listing.groups.row(index)
        waiting = sum(self.listing.waits_for_me(row) for row in rows) if len(rows) < 5_000 else len(rows)
        name = f"{rule}: {label or self.reviewing.glyphs.mask}" if self.listing.grouping == "evidence" else label
        told = f"x {len(rows):,} in {plural(docs, 'document')}, {waiting:,} to decide"
        return [
            (f"   {severity[0].upper()} ", severity),
            (safe.fit(name, max(10, width - 6 - len(told) - 2)), ""),
            (f" {told}", "dim"),
        ]

    def show_card(self) -> None:
        """The card below the list, and the document beside it."""
        lines = [self.query_one(f"#card-{number}", Line) for number in (1, 2, 3)]
        row = self.current()
        if row is None:
            for line in lines:
                line.show()
            self._show_no_finding(lines)
            return
        finding = self.review.finding(row)
        card = self.reviewing.rule_card(finding["rule"])
        judgement = self.review.visible(row)
        told = WORDS[judgement.state] if judgement.state != "open" else (card.title if card else finding["message"])
        lines[0].show((f" {finding['rule']}", "bold"), (f"  {told}", judgement.state if judgement.latest else ""))
        if judgement.latest:
            event = judgement.latest[-1]
            parts = (event.reviewer, event.reason, event.note)
            lines[0].show(
                (f" {finding['rule']}", "bold"), (f"  {WORDS[judgement.state]} ", judgement.state),
                (f" {' · '.join(filter(None, parts))}", "dim"),
            )  # fmt: skip
        lines[1].show((f" line {finding['line']}: ", "dim"), (self.reviewing.evidence(finding), ""),
                      ("" if not finding["sensitive"] or self.reviewing.reveal else "  E shows it", "dim"))  # fmt: skip
        authority = "; ".join(card.authority) if card else self.review.detail(row)["authority"]
        place = f"{self.rows.cursor + 1:,} of {len(self.listing):,} "
        room = max(10, self.query_one("#card-3", Line).size.width - len(place) - 2)
        lines[2].show((f" {safe.fit(f'Authority: {authority} (r: rule card)', room)}", "dim"), (f" {place}", "dim"))
        pane = self.query_one("#pane", DocumentPane)
        if pane.display and self.pane_on:
            pane.show_finding(row)

    def _show_no_finding(self, lines: list[Line]) -> None:
        if self.listing.groups is not None and len(self.listing):
            rows = self.listing.group_rows(self.rows.cursor)
            lines[0].show((f" {plural(len(rows), 'finding')}: c, d or s decides all that are still to decide", "bold"))
            lines[1].show((" Enter lists them", "dim"))
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
            self.app.push_screen(ListScreen(self.listing.subset(event.index)))
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
        if self.listing.groups is None:
            place = self.listing.next_waiting(self.rows.cursor)
            if place is None and count == 1 and "disagreement" not in self.listing.query.values("state"):
                place = self.rows.cursor
            self.rows.move_to(self.rows.cursor + 1 if place is None else place)
        self.keep_place()
        self.show_all()
        left = self.listing.groups is None and self.listing.done() == len(self.listing.rows)
        return " · nothing is left to decide in this list" if left else ""

    def keep_place(self) -> None:
        """Remember where the reviewer is."""
        row = self.current()
        fingerprint = None if row is None else self.review.finding(row)["fingerprint"]
        self.review.keep_place(str(self.listing.query), fingerprint)

    def on_screen_suspend(self) -> None:
        """Remember where the reviewer was."""
        if self.is_mounted:
            self.keep_place()

    def on_touched(self, rows: tuple[int, ...], *, by_others: bool) -> None:
        """Marks change; rows stay."""
        if by_others:
            self.listing.changed_by_others(rows)
        self.show_all()

    # -- marking -----------------------------------------------------------------------------------------------------

    def action_mark(self) -> None:
        """Mark or unmark the row, and move on."""
        row = self.current()
        if row is None:
            self.say("Groups cannot be marked: c, d and s decide the whole group.")
            return
        self.listing.marks ^= {row}
        self.rows.action_cursor_down()
        self.show_all()

    def action_mark_range(self) -> None:
        """First press: remember; second: mark everything between."""
        if self.current() is None:
            self.say("Groups cannot be marked: c, d and s decide the whole group.")
        elif self._range_from is None:
            self._range_from = self.rows.cursor
            self.say("Range begun: move, then v again marks everything between. Esc: not now")
        else:
            low, high = sorted((self._range_from, self.rows.cursor))
            self.listing.marks.update(int(row) for row in self.listing.rows[low : high + 1])
            self._range_from = None
            self.say(f"{plural(len(self.listing.marks), 'row')} marked")
            self.show_all()

    def action_mark_all(self) -> None:
        """Mark all rows, or none where all are marked."""
        if self.listing.groups is not None:
            self.say("Groups cannot be marked: c, d and s decide the whole group.")
            return
        every = set(self.listing.rows.to_list())
        self.listing.marks = set() if self.listing.marks == every else every
        self.say(f"{plural(len(self.listing.marks), 'row')} marked")
        self.show_all()

    def action_back(self) -> None:
        """First forget a range, marks or work under way, then go back."""
        if self._frozen is not None:
            self._stop_work()
        elif self._range_from is not None:
            self._range_from = None
            self.say("Range forgotten.")
        elif self.listing.marks:
            self.listing.marks.clear()
            self.say("Nothing is marked any more.")
            self.show_all()
        else:
            super().action_back()

    # -- which rows --------------------------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Ask which findings."""

        def chosen(query: Query | None) -> None:
            if query is not None:
                self.renew(query)

        self.app.push_screen(FilterDialog(self.listing.query), chosen)

    def action_clear_filter(self) -> None:
        """All findings."""
        if not self.listing.query:
            self.say("No filter is set.")
            return
        self.renew(Query(()))

    def action_sort(self) -> None:
        """The next order."""
        self.renew(sort=SORTS[(SORTS.index(self.listing.sort) + 1) % len(SORTS)])

    def action_refresh(self) -> None:
        """The same question, asked again."""
        self.reviewing.poll()
        self.renew()

    def renew(self, query: Query | None = None, sort: str | None = None) -> None:
        """Make the list anew; above `_BIG` findings in a thread, so that keys are answered meanwhile."""
        if self.review.height <= _BIG:
            place, same = self.listing.renew(query, sort, self.rows.cursor)
            self._renewed(place, same)
            return
        listing = self.listing
        self._wanted = (listing.query if query is None else query, sort or listing.sort)
        self._frozen = (self.listing.rows, self.current(), self.rows.cursor)
        self.show_all()
        find = partial(listing.find, *self._wanted)
        self.run_worker(find, thread=True, exclusive=True, group="renew", exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """The list is ready, or was given up."""
        if event.worker.group != "renew" or self._frozen is None or not event.worker.is_finished:
            return
        before, row, at = self._frozen
        self._frozen = None
        if event.state == WorkerState.SUCCESS and event.worker.result is not None:
            query, sort = self._wanted
            self.listing.rename(query, sort)
            self._renewed(*self.listing.take(event.worker.result, before, row, at))
        else:
            self.say("Stopped: the list is as it was.")
            self.show_all()

    def _stop_work(self) -> None:
        self._frozen = None
        self.workers.cancel_group(self, "renew")
        self.say("Stopped: the list is as it was.")
        self.show_all()

    def _renewed(self, place: int, same: bool) -> None:
        self.rows.set_rows(self._row, len(self.listing), place)
        if not same and len(self.listing):
            self.say("The finding you were on is not in this list; here is the nearest that is.")
        self.show_all()

    def action_group(self) -> None:
        """Group by the next thing."""
        self.listing.group(self.listing.next_grouping())
        self.rows.set_rows(self._row, len(self.listing), 0)
        self.say(f"Grouped by {self.listing.grouping}" if self.listing.grouping else "Not grouped")
        self.show_all()

    # -- where in them -----------------------------------------------------------------------------------------------

    def action_search(self) -> None:
        """Ask for words."""

        def typed(text: str | None) -> None:
            if text is not None:
                self.searched = text
                self._go_match(0)

        self.app.push_screen(Prompt("Find in this list", value=self.searched), typed)

    def _go_match(self, step: int) -> None:
        if not self.searched:
            place = self.listing.next_waiting(self.rows.cursor, step or 1)
            if place is None:
                self.say("No open finding " + ("before" if step < 0 else "after") + " this one.")
            else:
                self.rows.move_to(place)
            return
        places = self.listing.matches(self.searched)
        if not places:
            self.say(f"'{self.searched}' is not in this list.")
            return
        here = self.rows.cursor
        if step < 0:
            found = next((index for index in range(len(places) - 1, -1, -1) if places[index] < here), None)
            wrapped, found = found is None, len(places) - 1 if found is None else found
        else:
            found = next((index for index, place in enumerate(places) if place >= here + step), None)
            wrapped, found = found is None, found or 0
        self.rows.move_to(places[found])
        again = ", from the " + ("end" if step < 0 else "beginning") + " again" if wrapped else ""
        self.say(f"'{self.searched}': {found + 1} of {len(places)}{again}")

    def action_next_match(self) -> None:
        """Next match, or next open finding."""
        self._go_match(1)

    def action_previous_match(self) -> None:
        """Previous match, or previous open finding."""
        self._go_match(-1)

    def _go_finding(self, step: int, *, other_document: bool) -> None:
        row = self.current()
        if row is None:
            self.say("Findings are grouped: t lists them one by one.")
            return
        docs = self.review.findings["doc"]
        place = self.rows.cursor + step
        while (other := self.listing.row(place)) is not None:
            if (docs[other] == docs[row]) != other_document:
                self.rows.move_to(place)
                return
            place += step
        self.say("No other document in this direction." if other_document else "No other finding of this document.")

    def action_next_finding(self) -> None:
        """Next of the same document."""
        self._go_finding(1, other_document=False)

    def action_previous_finding(self) -> None:
        """Previous of the same document."""
        self._go_finding(-1, other_document=False)

    def action_next_document(self) -> None:
        """First of the next document."""
        self._go_finding(1, other_document=True)

    def action_previous_document(self) -> None:
        """Last of the document before."""
        self._go_finding(-1, other_document=True)

    # -- looking -----------------------------------------------------------------------------------------------------

    def action_document(self) -> None:
        """The document at the finding."""
        row = self.current()
        if row is None:
            self.say("No finding here: Enter lists the group first." if len(self.listing) else "No finding is listed.")
            return
        self.reviewing.open_document(self.review.finding(row)["doc"], row, self)

    def action_rule_card(self) -> None:
        """The rule."""
        self.rule_card(self.current())

    def action_reveal(self) -> None:
        """Show or mask."""
        self.reviewing.toggle_reveal()

    def action_links(self) -> None:
        """Links of the document."""
        row = self.current()
        if row is None:
            self.say("No finding here.")
            return
        self.reviewing.show_links(self.review.finding(row)["doc"])

    def action_pane(self) -> None:
        """Pane or none."""
        if self.app.size.width < 100:
            self.say("The window is too narrow for the document beside the list: Enter opens it.")
            return
        self.pane_on = not self.pane_on
        self.query_one("#pane").set_class(not self.pane_on, "hidden")
        self.call_after_refresh(self.show_all)

    def _widen(self, step: int) -> None:
        self.pane_share = max(25, min(75, self.pane_share + step))
        self.query_one("#pane").styles.width = f"{self.pane_share}%"
        self.call_after_refresh(self.show_all)

    def action_pane_wider(self) -> None:
        """Wider."""
        self._widen(5)

    def action_pane_narrower(self) -> None:
        """Narrower."""
        self._widen(-5)

    def action_copy(self) -> None:
        """Copy the finding."""
        row = self.current()
        if row is None:
            self.say("No finding here.")
            return
        finding = self.review.finding(row)
        told = f"{finding['doc']}:{finding['line']} {finding['severity']} {finding['rule']} {finding['message']}"
        self.reviewing.copy(told, self)

    def action_reference(self) -> None:
        """Show where it is."""
        self.reviewing.show_reference(self.current(), self)

    def action_export(self) -> None:
        """Write what is listed."""
        self.reviewing.export(self.listing.rows, self)

    def place_cursor(self, row: int) -> None:
        """Follow the document view: the cursor on the finding it shows."""
        place = self.listing.index_of(row)
        if place is not None and self.listing.groups is None:
            self.rows.move_to(place)

