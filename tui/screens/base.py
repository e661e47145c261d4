"""What every screen has: title, rule with the latest message, footer, and the acts that work everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widget import Widget

from redact.errors import UsageError
from redact.review.session import Outcome, Review
from redact.review.states import REASON_BY_ID

from ..acts import ACTS, COMMON, bindings, shown_keys
from ..widgets.lines import ActFooter, FooterLabel, RuleLine, TitleLine

if TYPE_CHECKING:
    from ..app import ReviewApp


class ActScreen(Screen[None]):
    """A screen of the review.

    Class attributes:
        FOOTER: ids of the acts in the footer, most used first; the last is always shown.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(*COMMON, "next_pane")
    FOOTER: ClassVar[tuple[str, ...]] = ("choose", "documents", "charts", "decisions", "leave", "help")
    AUTO_FOCUS = "RowList"
    TITLE_TEXT: ClassVar[str] = ""

    def compose(self) -> ComposeResult:
        """Title, body, rule, footer."""
        yield TitleLine(id="title")
        yield RuleLine(id="top-rule")
        yield from self.body()
        yield RuleLine(id="message")
        yield ActFooter(id="footer")

    def body(self) -> Iterable[Widget]:
        """Widgets between the rules."""
        return ()

    @property
    def review(self) -> Review:
        """The review."""
        return self.reviewing.review

    @property
    def reviewing(self) -> ReviewApp:
        """The app, by its type."""
        return cast("ReviewApp", self.app)

    def on_mount(self) -> None:
        """Show everything."""
        self.set_class(self.reviewing.is_ascii, "ascii")
        self.show_all()

    def on_screen_resume(self) -> None:
        """Show what changed meanwhile."""
        if self.is_mounted:
            self.show_all()

    def show_all(self) -> None:
        """Draw title, body and footer anew."""
        self.show_footer()

    def show_footer(self) -> None:
        """Draw the footer anew: what cannot be done now is grey."""
        keymap = self.reviewing.keymap
        self.query_one("#footer", ActFooter).set([
            FooterLabel(name, shown_keys(name, keymap)[0], self.label_of(name), self.why_not(name) is not None)
            for name in self.FOOTER
        ])  # fmt: skip

    def label_of(self, act: str) -> str:
        """FooterLabel of an act on this screen."""
        return ACTS[act].label

    def why_not(self, act: str) -> str | None:
        """Why an act cannot be done now; None where it can."""
        if act == "undo" and self.review.fold.undoable(self.review.who) is None:
            return "Nothing to undo."
        if act == "redo" and self.review.fold.redoable(self.review.who) is None:
            return "Nothing to redo."
        return None

    def say(self, message: str) -> None:
        """Show a message until the next one."""
        self.query_one("#message", RuleLine).say(message)

    def on_act_footer_pressed(self, event: ActFooter.Pressed) -> None:
        """A label of the footer was clicked."""
        event.stop()
        self.call_later(self.reviewing.do, event.act)

    def on_touched(self, rows: tuple[int, ...], *, by_others: bool) -> None:
        """Judgements of findings changed."""
        self.show_all()

    # -- acts of every screen --------------------------------------------------------------------------------------

    def action_back(self) -> None:
        """One step back; never leaves."""
        if len(self.app.screen_stack) > 2:
            self.app.pop_screen()
        else:
            self.say("This is the first screen; q leaves.")

    def action_leave(self) -> None:
        """One step back; from the first screen, leave."""
        if len(self.app.screen_stack) > 2:
            self.app.pop_screen()
        else:
            self.app.exit(0)

    def action_home(self) -> None:
        """Go to Home."""
        self.reviewing.go("home")

    def action_list(self) -> None:
        """Go to the last list."""
        self.reviewing.go("list")

    def action_document(self) -> None:
        """Go to the document of the current finding."""
        self.reviewing.go("document")

    def action_documents(self) -> None:
        """Go to the documents."""
        self.reviewing.go("documents")

    def action_charts(self) -> None:
        """Go to the charts."""
        self.reviewing.go("charts")

    def action_decisions(self) -> None:
        """Go to the decisions."""
        self.reviewing.go("decisions")

    def action_next_pane(self) -> None:
        """Focus the next pane."""
        self.focus_next()

    def action_help(self) -> None:
        """Show the keys that work here."""
        from .overlays import HelpScreen

        self.app.push_screen(HelpScreen(self))

    def action_palette(self) -> None:
        """Show every act by name."""
        self.reviewing.show_palette()

    def action_suspend(self) -> None:
        """Go to the shell."""
        self.app.action_suspend_process()

    def action_quit_now(self) -> None:
        """Leave at once."""
        self.app.exit(0)

    def action_undo(self) -> None:
        """Take back the last act."""
        outcome = self.carry_out(self.review.undo)
        if outcome is not None and outcome.done:
            self.after_undo(outcome.rows)

    def after_undo(self, rows: tuple[int, ...]) -> None:
        """Go where the undone decision was: the next key is meant for it."""

    def on_key(self, event: events.Key) -> None:
        """A key that does nothing here says so."""
        known = event.key in self.active_bindings
        if not known and event.is_printable and event.character and not event.character.isspace():
            helps = shown_keys("help", self.reviewing.keymap)[0]
            self.say(f"{event.character} does nothing here. {helps} shows the keys that work.")

    def action_redo(self) -> None:
        """Bring back what was undone."""
        self.carry_out(self.review.redo)

    def carry_out(self, act: Callable[[], Outcome]) -> Outcome | None:
        """Do something that writes a log; tells what came of it, or why not."""
        try:
            outcome = act()
        except UsageError as err:
            self.say(str(err))
            return None
        self.say(outcome.message)
        if outcome.rows or outcome.done:
            self.reviewing.touched(outcome.rows, by_others=False)
        return outcome

    def rule_card(self, row: int | None) -> None:
        """Show the rule of a finding."""
        from .overlays import CardScreen

        if row is None:
            self.say("No finding here: the rule card belongs to one.")
            return
        self.app.push_screen(CardScreen(row))


class Deciding(ActScreen):
    """A screen on which findings are decided; subclasses say which and where to go next."""

    DECIDING: ClassVar[tuple[str, ...]] = ("confirm", "dismiss", "second", "reopen", "repeat", "note")

    def targets(self) -> list[int]:
        """Rows that a verdict is for."""
        return []

    def why_no_targets(self) -> str:
        """Why there is nothing to decide here."""
        return "No finding here."

    def after_verdict(self, count: int) -> str:
        """Move on after findings were decided; returns what the message should add."""
        return ""

    def why_not(self, act: str) -> str | None:
        """No verdict without findings; no repetition without a verdict."""
        if act in self.DECIDING and not self.targets():
            return self.why_no_targets()
        if act == "repeat" and self.review.last is None:
            return "Nothing to repeat: no verdict was given yet in this session."
        return super().why_not(act)

    def _ready(self, act: str) -> list[int]:
        why = self.why_not(act)
        if why is not None:
            self.say(why)
            return []
        return self.targets()

    def give(
        self,
        rows: list[int],
        verdict: str,
        reason: str | None = None,
        note: str | None = None,
        until: date | None = None,
    ) -> None:
        """Decide findings, after asking where they are many."""

        def decided(sure: bool | None) -> None:
            if not sure:
                self.say("Nothing was decided.")
                return
            outcome = self.carry_out(lambda: self.review.decide(rows, verdict, reason, note, until))
            if outcome is not None and outcome.done:
                added = self.after_verdict(len(rows))
                self.say(outcome.message + added)

        if len(rows) > self.review.policies.ask_above:
            from .dialogs import CountDialog

            docs = self.review.findings["doc"][rows].n_unique()
            changed = self.review.standing_otherwise(rows, verdict)
            self.app.push_screen(CountDialog(verdict, len(rows), docs, changed), decided)
            return
        decided(True)

    def action_confirm(self) -> None:
        """This is a problem."""
        rows = self._ready("confirm")
        if rows:
            self.give(rows, "confirmed")

    def action_dismiss_finding(self) -> None:
        """This is not a problem: ask why."""
        from .dialogs import DismissDialog

        rows = self._ready("dismiss")
        if not rows:
            return
        why = self.review.why_not(rows[0], "dismissed") if len(rows) == 1 else None
        if why is not None:
            self.say(why)
            return

        def chosen(answer: tuple[str, str | None, date | None] | None) -> None:
            if answer is None:
                self.say("Not dismissed.")
            else:
                self.give(rows, "dismissed", *answer)

        self.app.push_screen(DismissDialog(len(rows), self.review.as_of), chosen)

    def action_second(self) -> None:
        """Somebody else must look: ask for a note."""
        from .dialogs import Prompt

        rows = self._ready("second")
        if not rows:
            return

        def noted(note: str | None) -> None:
            if note is None:
                self.say("Nothing was changed.")
            else:
                self.give(rows, "second", None, note)

        question = "A second reviewer must look. What should they look at?"
        self.app.push_screen(Prompt(question, hint="stored as typed", needed=True), noted)

    def action_reopen(self) -> None:
        """Open again."""
        rows = self._ready("reopen")
        if rows:
            outcome = self.carry_out(lambda: self.review.decide(rows, "open"))
            if outcome is not None and outcome.done:
                self.say(outcome.message)

    def action_repeat(self) -> None:
        """The last verdict again."""
        rows = self._ready("repeat")
        last = self.review.last
        if rows and last is not None:
            self.give(rows, last.verdict, last.reason, last.note, last.until)

    def action_note(self) -> None:
        """Change the note of one's verdict."""
        from .dialogs import Prompt

        rows = self._ready("note")
        if not rows:
            return
        own = self.review.judgement(rows[0]).by(self.review.who)
        if own is None or own.verdict is None or len(rows) > 1:
            self.say("A note belongs to one verdict of yours: decide this finding first.")
            return
        event = own

        def noted(note: str | None) -> None:
            if note is None or note == (event.note or ""):
                self.say("The note is as it was.")
                return
            self.carry_out(lambda: self.review.renote(rows[0], note))

        needed = bool(event.reason and REASON_BY_ID[event.reason].needs_note)
        self.app.push_screen(Prompt("Note", value=event.note or "", hint="stored as typed", needed=needed), noted)


