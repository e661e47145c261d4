"""The review client: a thin layer over `redact.review`. `run` is its only entry."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from textual import events
from textual.app import App

from redact.audit_folder import AuditFolder
from redact.errors import EngineError, UsageError
from redact.review.ledger_view import LinkRow
from redact.review.listing import Listing
from redact.review.query import Query, parse_query
from redact.review.session import Review

from . import safe
from .acts import checked_keymap, method
from .screens.base import ActScreen
from .screens.charts import ChartsScreen
from .screens.decisions import DecisionsScreen
from .screens.document import DocumentScreen
from .screens.documents import DocumentsScreen
from .screens.export import write_csv
from .screens.home import HomeScreen
from .screens.listing import ListScreen
from .screens.overlays import SMALLEST, HelpScreen, LinksScreen, TextScreen, TooSmall
from .screens.palette import THEME, PaletteDialog
from .style import ASCII, DARK, LIGHT, Glyphs, glyphs_for_locale

if TYPE_CHECKING:
    from redact.rulebook import RuleCard

_POLL = 2.0  # seconds between looks at other reviewers' files

FIRST_START = """Move with the arrow keys. Enter opens, Esc goes back.
c    confirms: this is a problem of the release.
d    dismisses: this is not a problem; then a digit says why.
?    shows every key that works where you are.
u    takes back what you did last. Nothing has to be saved.

To practise on a sample: redact demo"""


class ReviewApp(App[int]):
    """The review client."""

    TITLE = "redact review"
    CSS_PATH = "review.tcss"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (160, "-huge")]  # noqa: RUF012

    def __init__(
        self,
        review: Review,
        keymap: Mapping[str, str] | None = None,
        rules: Callable[[], Mapping[str, RuleCard]] | None = None,
        glyphs: Glyphs | None = None,
        theme: str | None = None,
    ) -> None:
        """Make the client.

        Args:
            review: what is reviewed, and by whom.
            keymap: keys by act id, of the configuration.
            rules: gives the rule cards, when the first one is asked for.
            glyphs: signs to use; None: what the locale can show.
            theme: name of a theme; None: `redact-dark`, or no colour at all under NO_COLOR.
        Raises:
            UsageError: the keymap is wrong.
        """
        self.keymap = checked_keymap(keymap or {})
        self.glyphs = glyphs or glyphs_for_locale()
        safe.ascii_only(self.is_ascii)
        super().__init__()
        self.animation_level = "none"
        self.review = review
        self.reveal = False
        self._rules = rules
        self._cards: Mapping[str, RuleCard] | None = None
        self._last_list: ListScreen | None = None
        documents = review.folder.scan("documents")
        counted = documents.select(pl.len(), pl.col("unreadable").is_not_null().sum().alias("bad")).collect()
        self.document_count, self.unreadable_count = int(counted["len"][0]), int(counted["bad"][0])
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = theme or ("ansi-dark" if self.no_color else "redact-dark")
        if self.no_color:
            self._drop_colours()
        self.set_keymap(self.keymap)

    def _drop_colours(self) -> None:
        """Under NO_COLOR send no colour at all: Textual's own filter would send greys."""
        from textual.filter import Monochrome, NoColor

        self._filters = [NoColor() if isinstance(known, Monochrome) else known for known in self._filters]

    @property
    def is_ascii(self) -> bool:
        """Whether frames and bars are ASCII only."""
        return self.glyphs is ASCII

    def on_mount(self) -> None:
        """Home, and the look at other reviewers' files."""
        self.push_screen(HomeScreen())
        self.set_interval(_POLL, self.poll)
        if not self.review.log.path.exists() and self.review.height:
            self.push_screen(TextScreen("Your first review", FIRST_START))
        loop_signals(self)

    def on_resize(self, event: events.Resize) -> None:
        """One sentence while the window is too small."""
        small = event.size.width < SMALLEST[0] or event.size.height < SMALLEST[1]
        shown = isinstance(self.screen, TooSmall)
        if small and not shown:
            self.push_screen(TooSmall())
        elif shown and not small:
            self.pop_screen()

    # -- going -------------------------------------------------------------------------------------------------------

    def go(self, name: str) -> None:
        """Go to a screen by its name."""
        here = self.screen
        if name == "home":
            self._unwind()
        elif name == "list":
            self._go_list()
        elif name == "document":
            if isinstance(here, ActScreen):
                here.say("Open a finding or a document with Enter.")
        else:
            made: dict[str, type[ActScreen]] = {
                "documents": DocumentsScreen, "charts": ChartsScreen, "decisions": DecisionsScreen,
            }  # fmt: skip
            if type(here) is not made[name]:
                self._unwind()
                self.push_screen(made[name]())

    def _unwind(self) -> None:
        while len(self.screen_stack) > 2:
            self.pop_screen()

    def _go_list(self) -> None:
        if isinstance(self.screen, ListScreen):
            return
        last = self._last_list
        self._unwind()
        if last is None:
            self.open_list(parse_query("sev:error state:open"))
            return
        screen = ListScreen(last.listing, last.listing.row(last.place))
        self._last_list = screen
        self.push_screen(screen)

    def open_list(self, query: Query, row: int | None = None) -> None:
        """List what a query finds, the cursor on a finding; one decided meanwhile is kept in a list gone on with."""
        listing = Listing(self.review, query)
        screen = ListScreen(listing, row)
        self._last_list = screen
        self.push_screen(screen)

    def open_document(self, doc: str, row: int | None = None, origin: ListScreen | None = None) -> None:
        """Show a document, at a finding."""
        self.push_screen(DocumentScreen(doc, row, origin))

    def open_documents(self, docs: tuple[str, ...], title: str) -> None:
        """Show some documents."""
        self.push_screen(DocumentsScreen(docs, title))

    # -- what screens share ------------------------------------------------------------------------------------------

    def rule_card(self, rule: str) -> RuleCard | None:
        """The card of a rule; None where the rule books of this installation do not know it."""
        if self._cards is None:
            try:
                self._cards = self._rules() if self._rules is not None else {}
            except Exception:  # a rule book that cannot be read leaves findings, text and decisions as they are
                self._cards = {}
        return self._cards.get(rule)

    def evidence(self, finding: Mapping[str, Any]) -> str:
        """Evidence of a finding, masked where it may disclose and the reviewer has not asked for it."""
        if finding["sensitive"] and not self.reveal:
            return self.glyphs.mask
        return str(finding["evidence"])

    def toggle_reveal(self) -> None:
        """Show evidence that may disclose, or mask it again."""
        self.reveal = not self.reveal
        screen = self.screen
        if isinstance(screen, ActScreen):
            screen.show_all()
            screen.say("Evidence that may disclose is shown. E masks it." if self.reveal else "Evidence is masked.")

    def show_links(self, doc: str, done: Callable[[LinkRow | None], None] | None = None) -> None:
        """Show the links of a document."""
        self.push_screen(LinksScreen(self.review.ledger(doc).rows), done)

    def copy(self, text: str, screen: ActScreen) -> None:
        """Send text to the terminal's clipboard; nobody can tell whether it arrived."""
        self.copy_to_clipboard("\n".join(safe.line(line) for line in text.split("\n")))
        screen.say("Sent to the terminal's clipboard. If it did not arrive: Y shows it for selecting.")

    def show_reference(self, row: int | None, screen: ActScreen) -> None:
        """Show where a finding is, for selecting with the mouse."""
        if row is None:
            screen.say("No finding here.")
            return
        finding = self.review.finding(row)
        digest = self.review.folder.scan("documents").filter(pl.col("doc") == finding["doc"]).select("sha256").collect()
        text = (
            f"{finding['doc']}\nsha256 {digest['sha256'][0] if digest.height else 'unknown'}\n"
            f"line {finding['line']}, characters {finding['start']} to {finding['end']}\n"
            f"{finding['rule']} ({finding['severity']}): {finding['message']}\nfinding {finding['fingerprint']}"
        )
        self.push_screen(TextScreen("Reference (hold Shift to select with the mouse)", text))

    def export(self, rows: pl.Series, screen: ActScreen) -> None:
        """Ask for a file and write findings to it as CSV."""
        from .screens.dialogs import Prompt

        def typed(name: str | None) -> None:
            if not name:
                screen.say("Nothing was written.")
                return
            try:
                count = write_csv(self.review, rows, Path(name).expanduser())
            except UsageError as err:
                screen.say(str(err))
            else:
                screen.say(f"{count:,} findings written to {name}")

        self.push_screen(Prompt("Write these findings as CSV to", value="findings-review.csv", needed=True), typed)

    def poll(self) -> None:
        """Take in what other reviewers decided."""
        rows = self.review.poll()
        if rows:
            self.touched(rows, by_others=True)

    def touched(self, rows: tuple[int, ...], *, by_others: bool) -> None:
        """Judgements changed: tell every screen of the stack."""
        for screen in self.screen_stack:
            if isinstance(screen, ActScreen) and screen.is_mounted:
                screen.on_touched(rows, by_others=by_others)

    async def do(self, act: str) -> None:
        """Do an act as its key would."""
        screen = self.screen
        name = method(act)
        for node in (screen.focused, screen):
            if node is not None and hasattr(node, f"action_{name}"):
                await self.run_action(name, node)
                return

    # -- palette, exits ----------------------------------------------------------------------------------------------

    def show_palette(self) -> None:
        """Every act that works on the screen, by name, and the themes."""
        screen = self.screen
        if not isinstance(screen, ActScreen):
            return

        def chosen(answer: str | None) -> None:
            if answer is None:
                return
            if answer.startswith(THEME):
                self.theme = answer.removeprefix(THEME)
            else:
                self.call_later(self.do, answer)

        self.push_screen(PaletteDialog(HelpScreen(screen).acts()), chosen)

    def action_help_quit(self) -> None:
        """Ctrl+C: say how to leave."""
        if isinstance(self.screen, ActScreen):
            self.screen.say("Ctrl+Q leaves at once, q goes one step back. Nothing has to be saved.")

    def _fatal_error(self) -> None:
        """No traceback: it would show texts of documents. `run` tells in one sentence."""
        self._close_messages_no_wait()


def loop_signals(app: ReviewApp) -> None:
    """Leave in order when the system asks, so that the terminal is restored."""
    import asyncio

    if app.is_headless:
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
            loop.add_signal_handler(number, partial(app.exit, 128 + number))


def run(
    directory: Path,
    reviewer: str,
    plain: bool = False,
    keymap: Mapping[str, str] | None = None,
    *,
    rules: Callable[[], Mapping[str, RuleCard]] | None = None,
    second_review: tuple[str, ...] = ("error",),
    query: str | None = None,
    mouse: bool = True,
    theme: str | None = None,
) -> int:
    """Review an audit folder.

    Args:
        directory: the audit folder.
        reviewer: name under which decisions are stored.
        plain: ask one question at a time in plain lines, for screen readers and simple terminals.
        keymap: keys by act id.
        rules: gives the rule cards; None: those of the packaged rules.
        second_review: severities whose dismissal a second reviewer must agree with.
        query: list to open at once.
        mouse: let the mouse work (it then no longer selects text without Shift).
        theme: name of a theme.
    Returns:
        Exit status: 0, or 2 where the review cannot be done as asked.
    """
    from redact import audit_folder
    from redact.review.states import Policies

    try:
        if not plain:
            _need_terminal()
        if theme is not None:
            _need_theme(theme)
        wanted = parse_query(query) if query is not None else None
        checked_keymap(keymap or {})
        folder: AuditFolder = audit_folder.read(directory)
        review = Review(folder, reviewer, Policies(second_review=second_review))
        cards = rules or _packaged_cards
        if plain:
            from redact.review.plain import converse

            return converse(review, sys.stdin, sys.stdout, cards, wanted)
        app = ReviewApp(review, keymap, cards, theme=theme)
        if wanted is not None:
            app.call_later(app.open_list, wanted)
        status = app.run(mouse=mouse)
    except UsageError as err:
        sys.stderr.write(f"{safe.line(str(err))}\n")
        return 2
    if app._exception is not None:
        error = EngineError(f"{type(app._exception).__name__}: {app._exception}")
        sys.stderr.write(
            f"The review stopped because of an error in redact ({safe.fit(str(error), 200).rstrip()}). "
            "Every decision was stored when it was made. Please report this.\n"
        )
        return 2
    return status or 0


def _packaged_cards() -> Mapping[str, RuleCard]:
    from redact.rulebook import cards

    return cards()


def _need_theme(theme: str) -> None:
    from textual.theme import BUILTIN_THEMES

    from redact.suggest import did_you_mean

    known = [*BUILTIN_THEMES, DARK.name, LIGHT.name]
    if theme not in known:
        raise UsageError(f"theme {theme}: there is none of that name{did_you_mean(theme, known)}")


def _need_terminal() -> None:
    streams = {"standard input": sys.__stdin__, "standard error": sys.__stderr__}
    for name, stream in streams.items():
        if stream is None or not stream.isatty():
            raise UsageError(f"The review needs a terminal, and {name} is none; use: redact review DIR --plain")
    if os.environ.get("TERM", "") in ("", "dumb"):
        raise UsageError("The review needs a terminal that can draw (TERM is dumb); use: redact review DIR --plain")
