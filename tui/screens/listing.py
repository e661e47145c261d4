"""List: the findings of a work list or filter, and every act on it."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.worker import Worker, WorkerState

from redact.review.ledger_view import plural
from redact.review.query import Query
from redact.review.session import SORTS

from ..acts import bindings
from .base import Deciding
from .dialogs import FilterDialog, Prompt
from .finding_list import FindingList

_BIG = 200_000  # rows above which sorting and filtering leave the event loop


class ListScreen(FindingList):
    """A frozen list of findings, with all acts."""

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
            self.keep_place()
            super().action_back()

    def action_leave(self) -> None:
        """Remember the place, and go back."""
        self.keep_place()
        super().action_leave()

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

        self.app.push_screen(Prompt("Find in this list", value=self.searched, replace=True), typed)

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

