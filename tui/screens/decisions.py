"""Decisions: newest first, who, what and why; any of one's own can be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from redact.review.events import Event
from redact.review.ledger_view import plural

from .. import safe
from ..acts import bindings
from ..widgets.lines import Line, RuleLine, TitleLine
from ..widgets.rows import RowList
from .base import ActScreen

_WORDS = {"confirmed": "confirmed", "dismissed": "dismissed", "second": "second", "open": "reopened"}


class DecisionsScreen(ActScreen):
    """Acts of all reviewers; those on findings that are gone are named."""

    HELP = "What was decided. Enter goes to the finding. o takes back the act under the cursor, if it is yours."
    BINDINGS = bindings("reopen", "rule_card")
    FOOTER: ClassVar[tuple[str, ...]] = ("choose", "reopen", "undo", "redo", "back", "help")

    def __init__(self) -> None:
        super().__init__()
        self.acts: list[tuple[Event, int]] = []
        self._gone: set[str] = set()

    def body(self) -> Iterable[Widget]:
        """Head, rows, card."""
        yield Line(id="head")
        yield RowList(id="rows")
        yield RuleLine(id="card-rule")
        yield Line(id="card-1")
        yield Line(id="card-2")
        yield Line(id="card-3")

    @property
    def rows(self) -> RowList:
        """The rows."""
        return self.query_one("#rows", RowList)

    def show_all(self) -> None:
        """Read the acts anew: one row a batch."""
        fold = self.review.fold
        review = self.review
        self._gone = {event.fingerprint or "" for event in review.gone()}
        acts: list[tuple[Event, int]] = []
        for events in fold.batches.values():
            if events[0].undoes is not None or self._hidden(events[0]):
                continue
            acts.append((events[0], len(events)))
        acts.sort(key=lambda act: act[0].order, reverse=True)
        self.acts = acts
        standing = sum(fold.live(event.batch) for event, _ in acts)
        title = f"Decisions · {plural(len(acts), 'act')}, {standing:,} standing"
        self.query_one("#title", TitleLine).set(title, f"reviewer: {review.reviewer}")
        self.query_one("#head", Line).show((f"  {'when':<17}{'who':<12}{'what':<13}{'rule':<26}why", "dim"))
        rows = self.rows
        rows.set_rows(self._row, len(acts), max(0, rows.cursor))
        self.show_card()
        self.show_footer()

    def _hidden(self, event: Event) -> bool:
        """A first verdict that the second reviewer must not see yet."""
        row = self.review.row_of(event.fingerprint)
        if row is None or event.who == self.review.who:
            return False
        return event not in self.review.visible(row).latest and event in self.review.judgement(row).latest

    def _row(self, index: int, width: int) -> list[safe.Cell]:
        event, count = self.acts[index]
        live = self.review.fold.live(event.batch)
        what = _WORDS.get(event.verdict or "", "?") + (f" x{count:,}" if count > 1 else "")
        flag = "" if live else "(undone) "
        if (event.fingerprint or "") in self._gone:
            flag += "(gone) "
        why = event.why
        return [
            (f" {event.at[:16].replace('T', ' ')} ", "dim" if not live else ""),
            (safe.fit(event.reviewer, 11) + " ", ""),
            (safe.fit(what, 12) + " ", (event.verdict or "") if live else "dim"),
            (safe.fit(event.rule or "", 25) + " ", ""),
            (flag + why, "dim"),
        ]

    def _event(self) -> Event | None:
        return self.acts[self.rows.cursor][0] if 0 <= self.rows.cursor < len(self.acts) else None

    def show_card(self) -> None:
        """The finding of the act under the cursor."""
        one, two = self.query_one("#card-1", Line), self.query_one("#card-2", Line)
        event = self._event()
        why = "" if event is None else event.why
        self.query_one("#card-3", Line).show((f" why: {why}" if why else "", ""))
        if event is None:
            one.show((" Nothing was decided yet.", ""))
            two.show()
            return
        review = self.review
        row = review.row_of(event.fingerprint)
        if row is not None:
            finding = self.review.finding(row)
            one.show((f" {review.short(finding['doc'])}, line {finding['line']}: ", "dim"), (finding["message"], ""))
            state = self.review.visible(row).state
            stale = event.digest != finding["digest"]
            two.show((" evidence or rule changed since: open again" if stale else f" now: {state}", "dim"))
            return
        one.show((" Gone: fixed, or the document changed. The decision is kept.", ""))
        moved = self.review.moved(event)
        if moved is None:
            two.show()
        else:
            finding = self.review.finding(moved)
            where = f"{review.short(finding['doc'])}, line {finding['line']}"
            two.show((f" Moved? Same rule and evidence, open: {where} (Enter)", "dim"))

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Another act."""
        self.show_card()
        self.show_footer()

    def on_row_list_chosen(self, chosen: RowList.Chosen) -> None:
        """Go to the finding, or to the one that it may have become."""
        event = self._event()
        row = None if event is None else self.review.row_of(event.fingerprint)
        if row is None and event is not None:
            row = self.review.moved(event)
        if row is None:
            self.say("The finding no longer occurs.")
            return
        self.reviewing.open_document(self.review.finding(row)["doc"], row)

    def why_not(self, act: str) -> str | None:
        """Only one's own standing acts can be taken back."""
        if act == "reopen":
            event = self._event()
            if event is None:
                return "Nothing was decided yet."
            if event.who != self.review.who:
                return f"That is {event.reviewer}'s decision; give your own verdict instead."
            if not self.review.fold.live(event.batch):
                return "That was taken back already; U brings back what was undone last."
        return super().why_not(act)

    def label_of(self, act: str) -> str:
        """Here o takes back one act."""
        return "Take back" if act == "reopen" else super().label_of(act)

    def action_reopen(self) -> None:
        """Take back the act under the cursor."""
        why, event = self.why_not("reopen"), self._event()
        if why is not None or event is None:
            self.say(why or "Nothing was decided yet.")
            return
        self.carry_out(lambda: self.review.undo(event.batch))

    def action_rule_card(self) -> None:
        """The rule of the finding."""
        event = self._event()
        self.rule_card(None if event is None else self.review.row_of(event.fingerprint))
