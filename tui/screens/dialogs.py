"""Questions: reason of a dismissal, number of a bulk decision, a line of text, the filter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from redact.display import safe_line
from redact.errors import UsageError
from redact.review.events import last_day
from redact.review.ledger_view import plural
from redact.review.query import Query, parse_query
from redact.review.session import Review
from redact.review.states import REASONS

from .. import safe
from ..acts import bindings
from ..widgets.lines import Line
from ..widgets.rows import RowList

if TYPE_CHECKING:
    from ..app import ReviewApp

AnswerT = TypeVar("AnswerT")
_VERBS = {"confirmed": "Confirm", "dismissed": "Dismiss", "second": "Send to a second reviewer", "open": "Reopen"}


class SafeInput(Input):
    """A box for one line of text; what is typed or pasted into it is made safe at once."""

    def __init__(self, value: str = "", id: str | None = None, *, replace: bool = False) -> None:  # noqa: A002
        super().__init__(value=safe_line(value), id=id, select_on_focus=replace, compact=True)
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """No control character gets in."""
        return safe_line(value)

    def on_paste(self, event: events.Paste) -> None:
        """Paste of nothing but line ends pastes nothing."""
        if not event.text.strip():
            event.prevent_default()


class Dialog(ModalScreen[AnswerT]):
    """A box over the screen; Escape closes it without an answer."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("back")

    @property
    def review(self) -> Review:
        """The review."""
        return cast("ReviewApp", self.app).review

    def on_mount(self) -> None:
        """ASCII frames where the locale wants them."""
        self.set_class(cast("ReviewApp", self.app).is_ascii, "ascii")

    def action_back(self) -> None:
        """No answer."""
        self.dismiss(None)


class Prompt(Dialog[str]):
    """One line of text. The answer is the text, or None."""

    def __init__(
        self,
        question: str,
        value: str = "",
        hint: str = "",
        needed: bool = False,
        check: Callable[[str], str | None] | None = None,
        *,
        replace: bool = False,
    ) -> None:
        """Make the question.

        Args:
            question: what is asked.
            value: text that stands in the box.
            hint: told below the box.
            needed: an empty answer is none.
            check: gives the sentence that refuses an answer, or None.
            replace: typing replaces `value`, as after a search.
        """
        super().__init__()
        self._replace = replace
        self._question, self._value, self._hint, self._needed, self._check = question, value, hint, needed, check

    def compose(self) -> ComposeResult:
        """Question, box, hint."""
        with Vertical(classes="box low"):
            yield Line((self._question, "bold"))
            yield SafeInput(self._value, replace=self._replace)
            yield Line((self._below(), "dim"), id="hint")

    def _below(self) -> str:
        return " · ".join(filter(None, (self._hint, "Enter: done", "Esc: not now")))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer."""
        text = event.value.strip()
        why = "Please type something, or press Esc." if self._needed and not text else None
        if why is None and self._check is not None:
            why = self._check(text)
        if why is not None:
            self.query_one("#hint", Line).show((why, "message"))
            return
        self.dismiss(text)


class CountDialog(Dialog[bool]):
    """A bulk decision: the number must be typed. The answer is True, or None."""

    def __init__(self, verdict: str, count: int, docs: int, changed: int = 0) -> None:
        """Ask.

        Args:
            verdict: one of `redact.review.states.VERDICTS`.
            count: findings.
            docs: documents.
            changed: findings among them on which the reviewer's own standing verdict is another one.
        """
        super().__init__()
        self._verdict, self._count, self._docs, self._changed = verdict, count, docs, changed

    def compose(self) -> ComposeResult:
        """The question with the number, and the box for it."""
        many = f"{plural(self._count, 'finding')} in {plural(self._docs, 'document')}"
        with Vertical(classes="box"):
            yield Line((f"{_VERBS[self._verdict]} {many}? Type {self._count}", "bold"))
            if self._changed:
                yield Line((f"Your earlier verdict on {self._changed:,} of them is another one; this replaces it.", ""))
            yield SafeInput()
            yield Line(("Enter: do it · Esc: not now", "dim"), id="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Only the right number decides."""
        if event.value.strip().replace(",", "") == str(self._count):
            self.dismiss(True)
        else:
            self.query_one("#hint", Line).show((f"Not {self._count}: nothing was decided. Esc: not now", "message"))


class DismissDialog(Dialog[tuple[str, str | None, date | None]]):
    """Why is it not a problem? The answer is the reason's id, a note and the last day it holds, or None."""

    AUTO_FOCUS = "RowList"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("next_pane"),
        *(Binding(str(number), f"reason({number})", show=False) for number in range(1, len(REASONS) + 1)),
    ]

    def __init__(self, count: int, today: date | None = None) -> None:
        """Ask.

        Args:
            count: findings.
            today: day by which the audit was judged; a dismissal cannot have run out before it.
        """
        super().__init__()
        self._count, self._today = count, today
        self._chosen: int | None = None

    def compose(self) -> ComposeResult:
        """Reasons, note."""
        what = plural(self._count, "finding")
        with Vertical(classes="box"):
            why = "why is it not a problem?" if self._count == 1 else "why are they not problems?"
            yield Line((f"Dismiss {what}: {why}", "bold"))
            yield RowList(self._row, len(REASONS))
            with Horizontal(classes="field"):
                yield Line(("Note (Tab, as typed): ", ""))
                yield SafeInput(id="note")
            with Horizontal(classes="field"):
                yield Line(("Until (Tab, YYYY-MM-DD): ", ""))
                yield SafeInput(id="until")
            yield Line(("A digit dismisses · * needs a note · Esc: not now", "dim"), id="hint")

    def _row(self, index: int, width: int) -> list[safe.Cell]:
        reason = REASONS[index]
        return [(f" {index + 1}  ", "key"), (reason.text, ""), (" *" if reason.needs_note else "", "dim")]

    def action_next_pane(self) -> None:
        """To the note and back."""
        self.focus_next()

    def action_reason(self, number: int) -> None:
        """Dismiss with a reason, or ask for the note that it needs."""
        reason = REASONS[number - 1]
        note = self.query_one("#note", SafeInput)
        if reason.needs_note and not note.value.strip():
            self._chosen = number
            self.query_one("#hint", Line).show(("This reason needs a note: type it, then Enter", "message"))
            self.query_one(RowList).move_to(number - 1)
            note.focus()
            return
        box = self.query_one("#until", SafeInput)
        try:
            until = last_day(box.value, self._today)
        except UsageError as err:
            self._chosen = number
            self.query_one("#hint", Line).show((str(err), "message"))
            box.focus()
            return
        self.dismiss((reason.id, note.value.strip() or None, until))

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Enter or a double click on a reason."""
        self.action_reason(event.index + 1)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The note is typed: dismiss where the reason is chosen already, else ask for it."""
        if self._chosen is not None:
            self.action_reason(self._chosen)
        else:
            self.query_one("#hint", Line).show(("Now the reason: a digit, or Enter on it", "message"))
            self.query_one(RowList).focus()


class FilterDialog(Dialog[Query]):
    """The filter as a line of text and as a form that writes the line. The answer is a query, or None."""

    AUTO_FOCUS = "SafeInput"
    BINDINGS: ClassVar[list[BindingType]] = bindings("next_pane")

    def __init__(self, query: Query) -> None:
        super().__init__()
        self._given = query
        self._parsed: Query | None = query
        self._choices: list[tuple[str, str, int]] = []

    def compose(self) -> ComposeResult:
        """The line, what it finds, the form."""
        with Vertical(classes="box tall"):
            yield Line(("Filter: words, or state:open sev:error rule:... doc:... era:... code:...", "bold"))
            yield SafeInput(f"{self._given} " if self._given else "")
            yield Line(id="hint")
            yield Line(("Enter: list them · Tab: form, Space or click chooses · Esc: not now", "dim"))
            yield RowList(id="form", selectable=self._selectable, one_click=True, quiet=True)

    def on_mount(self) -> None:
        """Fill the form with what there is to choose."""
        super().on_mount()
        self._choices = list(choices(self.review))
        self.query_one("#form", RowList).set_rows(self._row, len(self._choices))
        self._tell()

    def _row(self, index: int, width: int) -> list[safe.Cell]:
        key, value, count = self._choices[index]
        if not value:
            return [(key, "bold")]
        chosen = self._parsed is not None and value in self._parsed.values(key)
        name = safe.fit(f"{key}:{value}", min(40, width - 15))
        return [(" [x] " if chosen else " [ ] ", "key"), (name, ""), (f"{count:>10,}", "dim")]

    def _selectable(self, index: int) -> bool:
        return index < len(self._choices) and bool(self._choices[index][1])

    def _tell(self) -> None:
        hint = self.query_one("#hint", Line)
        text = self.query_one(SafeInput).value
        try:
            self._parsed = parse_query(text)
        except UsageError as err:
            self._parsed = None
            hint.show((str(err), "message"))
            return
        selector = self.review.selector()
        count = selector.count(self._parsed)
        told = f"{count:,} of {self.review.height:,}"
        if not count and self._parsed:
            closest = selector.closest(self._parsed)
            told = "Nothing matches."
            if closest is not None:
                told += f" Closest: {closest[0] or 'no filter'} → {closest[1]:,}"
        hint.show((told, ""))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell what the line finds, when typing pauses."""
        self.set_timer(0.15, self._settle)

    def _settle(self) -> None:
        if self.is_current:
            self._tell()
            self.query_one("#form", RowList).refresh()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Choose or unchoose: the form writes the line."""
        key, value, _ = self._choices[event.index]
        if not value:
            return
        query = self._parsed or Query(())
        chosen = list(query.values(key))
        chosen = [known for known in chosen if known != value] if value in chosen else [*chosen, value]
        box = self.query_one(SafeInput)
        box.value = str(query.replacing(key, chosen))
        box.cursor_position = len(box.value)
        self._tell()
        self.query_one("#form", RowList).refresh()

    def on_key(self, event: events.Key) -> None:
        """Space chooses in the form, as in forms everywhere."""
        form = self.query_one("#form", RowList)
        if event.key == "space" and form.has_focus:
            event.stop()
            form.action_choose()
        elif event.key == "enter" and form.has_focus:
            event.stop()
            self._answer()

    def action_next_pane(self) -> None:
        """From line to form and back."""
        self.focus_next()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """List them."""
        self._answer()

    def _answer(self) -> None:
        self._tell()
        if self._parsed is not None:
            self.dismiss(self._parsed)


def choices(review: Review) -> list[tuple[str, str, int]]:
    """What the filter form offers: key, value, number of findings; an empty value is a heading."""
    made: list[tuple[str, str, int]] = [("State", "", 0)]
    states = review.states()
    counted = {
        "open": states["open"] + states["changed"] + states["expired"],
        "confirmed": states["confirmed"],
        "dismissed": states["dismissed"] + states["awaiting"],
        "second": states["second"] + states["awaiting"],
        "disagreement": states["disagreement"],
    }
    made += [("state", name, count) for name, count in counted.items()]
    for heading, key, column in (("Severity", "sev", "severity"), ("Rule", "rule", "rule")):
        made.append((heading, "", 0))
        counts = review.findings[column].value_counts().sort(["count", column], descending=[True, False])
        made += [(key, str(value), count) for value, count in counts.head(40).iter_rows()]
    made.append(("Order in force", "", 0))
    eras = review.findings.select("doc").join(review.facts.select("doc", "era"), on="doc", how="left")["era"]
    known = eras.drop_nulls().value_counts().sort("era")
    made += [("era", str(value), count) for value, count in known.iter_rows()]
    if eras.null_count():
        made.append(("era", "none", eras.null_count()))
    return made
