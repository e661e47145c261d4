"""The review as plain lines: one question at a time, for screen readers, simple terminals, scripts and logs.

Nothing is drawn: no box, no colour, no cursor movement. The decisions are the same events that the client writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TextIO

from redact.display import safe_line
from redact.document import Document
from redact.errors import UsageError
from redact.review.events import last_day
from redact.review.ledger_view import plural
from redact.review.listing import Listing
from redact.review.query import Query, parse_query
from redact.review.session import Outcome, Review
from redact.review.states import REASONS, WORDS

if TYPE_CHECKING:
    from redact.rulebook import RuleCard

COMMANDS: Final = (
    ("c", "confirm: this is a problem"),
    ("d", "dismiss: this is not a problem; asks for the reason (or in one line: d 4 with a note until 2027-01-31)"),
    ("s", "second: somebody else must look; asks for a note (or in one line: s the note)"),
    ("o", "open again"),
    ("n", "next, without deciding"),
    ("b", "back to the one before"),
    ("u", "undo the last act"),
    ("U", "redo what was undone"),
    ("r", "what the rule says"),
    ("l", "what redactions and codes on this line rest on"),
    ("e", "evidence that may disclose, for this finding"),
    ("?", "these words"),
    ("q", "leave; nothing has to be saved"),
)
_LINE: Final = 300
_UNTIL: Final = re.compile(r"(?:^|\s)until (\d{4}-\d\d-\d\d)\s*$")


class Conversation:
    """One review in questions and answers."""

    def __init__(
        self,
        review: Review,
        read: Callable[[], str],
        write: Callable[[str], object],
        rules: Callable[[], Mapping[str, RuleCard]] | None = None,
        query: Query | None = None,
    ) -> None:
        """Begin.

        Args:
            review: what is reviewed.
            read: gives the next line with its line feed; an empty string at the end.
            write: takes text.
            rules: gives the rule cards.
            query: which findings; None: all that wait for a verdict.
        """
        self.review, self._read, self._write, self._rules = review, read, write, rules
        self.listing = Listing(review, query if query is not None else parse_query("state:open,second"))
        self.place = -1
        self._document: Document | None = None

    def say(self, *lines: str) -> None:
        """Write lines, each made safe."""
        for line in lines:
            self._write(safe_line(line.replace(" · ", "; ").replace("\n", " ")) + "\n")

    def ask(self, question: str) -> str | None:
        """Write a question and read the answer; None at the end of input."""
        self._write(question + ": ")
        line = self._read()
        if not line:
            self._write("\n")
            return None
        return line.strip()

    def run(self) -> None:
        """Talk until the reviewer leaves."""
        review = self.review
        self.say(*review.log.notices)
        if not review.height:
            self.say("Nothing to review: no findings.")
            return
        count = plural(len(self.listing.rows), "finding")
        self.say(f"{count} to review of {review.height:,}. Reviewer: {review.reviewer}.")
        self._go(self.listing.next_waiting(-1))
        while self.place >= 0:
            answer = self.ask("Decide: c confirm, d dismiss, s second review, n skip, b back, r rule, ? more, q leave")
            if answer is None or answer == "q":
                break
            try:
                self._answer(answer)
            except UsageError as err:
                self.say(str(err))
        done = self.listing.done()
        self.say(f"{done:,} of {len(self.listing.rows):,} done. Everything is stored.")

    def _row(self) -> int:
        return int(self.listing.rows[self.place])

    def _go(self, place: int | None) -> None:
        if place is None:
            self.say("No further finding waits for a decision.")
            self.place = -1
            return
        self.place = place
        self._describe()

    def _describe(self) -> None:
        row = self._row()
        finding = self.review.finding(row)
        self.review.keep_place(str(self.listing.query), finding["fingerprint"])
        total = len(self.listing.rows)
        self.say(
            f"Finding {self.place + 1} of {total}. {str(finding['severity']).capitalize()}. {finding['rule']}. "
            f"Document {self.review.short(finding['doc'])}, line {finding['line']}.",
            finding["message"],
        )
        judgement = self.review.visible(row)
        if judgement.latest or judgement.state != "open":
            self.say(f"So far: {WORDS[judgement.state]}.")
            for event in judgement.latest:
                self.say(f"{event.reviewer}, {event.at[:10]}: {event.verdict}{f', {event.why}' if event.why else ''}.")
        if finding["count"] > 1:
            self.say(f"It stands for {plural(finding['count'], 'occurrence')}.")
        self._context(row, masked=bool(finding["sensitive"]))

    def _context(self, row: int, *, masked: bool) -> None:
        finding = self.review.finding(row)
        if masked:
            self.say("Text:   masked, because it may disclose; e reads it.")
            return
        if self._document is None or self._document.doc != finding["doc"]:
            self._document = self.review.folder.document(finding["doc"])
        document = self._document
        if document is None or finding["end"] > len(document.text):
            self.say(f"Text:   {finding['evidence']}")
            return
        start, end = finding["start"], finding["end"]
        line_start, line_end = document.line_bounds(document.line_index(start))
        before = document.text[max(line_start, start - _LINE) : start].strip()
        after = document.text[end : min(line_end, end + _LINE)].strip() if end <= line_end else ""
        if not before:
            before = document.text[max(0, line_start - _LINE) : line_start].strip().rsplit("\n", 1)[-1]
        if not after:
            after = document.text[max(end, line_end) : max(end, line_end) + _LINE].strip().split("\n", 1)[0]
        text = document.text[start : min(end, start + _LINE)].strip()
        self.say(f"Before: {before}", f"Text:   {text}", f"After:  {after}")

    def _answer(self, answer: str) -> None:
        word, _, rest = answer.partition(" ")
        rest = rest.strip()
        row = self._row()
        if word == "c":
            self._decided(self.review.decide([row], "confirmed"))
        elif word == "d":
            self._dismiss(row, rest)
        elif word == "s":
            note = rest or self.ask("What should the second reviewer look at (empty: not now)")
            if note:
                self._decided(self.review.decide([row], "second", note=note))
            else:
                self.say("Nothing was changed.")
        elif word == "o":
            self.say(self.review.decide([row], "open").message)
        elif word == "n":
            self._go(self.listing.next_waiting(self.place))
        elif word == "b":
            if self.place == 0:
                self.say("This is the first one.")
            else:
                self._go(self.place - 1)
        elif word in ("u", "U"):
            self._taken_back(self.review.undo() if word == "u" else self.review.redo())
        elif word == "r":
            self._rule(row)
        elif word == "l":
            finding = self.review.finding(row)
            self.say(self.review.ledger(finding["doc"]).words(finding["line"]) or "No redaction or code on this line.")
        elif word == "e":
            self._context(row, masked=False)
        elif word in ("?", "h", "help"):
            self.say(*(f"{key}: {told}" for key, told in COMMANDS))
        else:
            self.say(f"'{word}' is no answer; ? lists them." if word else "One letter, please; ? lists them.")

    def _dismiss(self, row: int, rest: str) -> None:
        why = self.review.why_not(row, "dismissed")
        if why is not None:
            self.say(why)
            return
        if not rest:
            self.say("Why is it not a problem?")
            self.say(*(f"{number} {reason.text}" for number, reason in enumerate(REASONS, 1)))
            rest = self.ask("Number, then a note if you like (empty: not now)") or ""
        number, _, note = rest.partition(" ")
        if not number:
            self.say("Not dismissed.")
            return
        if not (number.isdecimal() and 1 <= int(number) <= len(REASONS)):
            self.say(f"Not dismissed: the reason is a number from 1 to {len(REASONS)}.")
            return
        reason = REASONS[int(number) - 1]
        if reason.needs_note and not note.strip():
            note = self.ask("This reason needs a note (empty: not now)") or ""
            if not note.strip():
                self.say("Not dismissed.")
                return
        ending = _UNTIL.search(note)
        until = last_day(ending[1], self.review.as_of) if ending else None
        words = note[: ending.start()] if ending else note
        if reason.needs_note and not words.strip():
            self.say("Not dismissed: this reason needs a note.")
            return
        self._decided(self.review.decide([row], "dismissed", reason.id, words.strip() or None, until))

    def _decided(self, outcome: Outcome) -> None:
        self.say(outcome.message)
        if outcome.done:
            self._go(self.listing.next_waiting(self.place))

    def _taken_back(self, outcome: Outcome) -> None:
        self.say(outcome.message)
        places = [self.listing.index_of(row) for row in outcome.rows]
        shown = [place for place in places if place is not None]
        if shown:
            self._go(min(shown))

    def _rule(self, row: int) -> None:
        finding = self.review.detail(row)
        try:
            card = self._rules().get(finding["rule"]) if self._rules is not None else None
        except Exception:  # a rule book that cannot be read leaves findings, text and decisions as they are
            card = None
        self.say(f"Rule {finding['rule']}." + (f" {card.title}." if card else ""))
        if card and card.rationale:
            self.say(f"Why it matters: {card.rationale}")
        self.say(f"Authority: {'; '.join(card.authority) if card else finding['authority']}")
        self.say(f"What to do: {card.advice if card and card.advice else finding['advice']}")


def converse(
    review: Review,
    source: TextIO,
    sink: TextIO,
    rules: Callable[[], Mapping[str, RuleCard]] | None = None,
    query: Query | None = None,
) -> int:
    """Review over two text streams; returns the exit status."""
    reconfigure = getattr(sink, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")

    def write(text: str) -> None:
        sink.write(text)
        sink.flush()

    def read() -> str:
        try:
            return source.readline()
        except (KeyboardInterrupt, UnicodeDecodeError):
            return ""

    try:
        Conversation(review, read, write, rules, query).run()
    except (BrokenPipeError, KeyboardInterrupt):
        return 0
    return 0
