"""Every act of the client: its id, keys, label and explanation. Bindings, footer, help, palette and the key card are
made from this one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from textual.binding import Binding, BindingType
from textual.keys import _character_to_key, format_key

from redact.errors import UsageError
from redact.suggest import did_you_mean


@dataclass(frozen=True)
class Act:
    """Something the reviewer can do.

    Attributes:
        id: name for the configuration's keymap; the screen's method is `action_<id>`.
        keys: keys, joined by commas, as Textual names them.
        label: short name in the footer and the palette.
        help: what it does, one sentence.
        group: heading in help and key card.
    """

    id: str
    keys: str
    label: str
    help: str
    group: str


_TABLE: Final = (
    ("Moving", (
        ("cursor_down", "down,j", "Down", "one row down"),
        ("cursor_up", "up,k", "Up", "one row up"),
        ("page_down", "pagedown", "Page down", "one page down"),
        ("page_up", "pageup", "Page up", "one page up"),
        ("top", "home,g", "First", "the first row"),
        ("bottom", "end,G", "Last", "the last row"),
        ("left", "left", "Left", "scroll to the left"),
        ("right", "right", "Right", "scroll to the right"),
        ("choose", "enter", "Open", "go deeper: open what the cursor is on"),
        ("back", "escape", "Back", "one step back"),
        ("next_pane", "tab", "Next pane", "move to the next pane"),
        ("next_finding", "right_square_bracket", "Next", "next finding in this document"),
        ("previous_finding", "left_square_bracket", "Previous", "previous finding in this document"),
        ("next_match", "n", "Next match", "next match of the search; without a search, next open finding"),
        ("previous_match", "N", "Previous match", "previous match; without a search, previous open finding"),
        ("next_document", "J", "Next document", "first finding of the next document"),
        ("previous_document", "K", "Previous document", "first finding of the previous document"),
        ("go_line", "colon", "Go to line", "go to a line by its number"),
    )),
    ("Deciding", (
        ("confirm", "c", "Confirm", "this is a problem; then go to the next open finding"),
        ("dismiss", "d", "Dismiss", "this is not a problem: asks for the reason, one digit"),
        ("second", "s", "Second", "somebody else must look: asks for a note"),
        ("reopen", "o", "Reopen", "make it open again"),
        ("repeat", "full_stop", "Repeat", "the last verdict, with its reason, on this finding"),
        ("note", "e", "Note", "change the note of your verdict"),
        ("undo", "u", "Undo", "take back your last act, all of it"),
        ("redo", "U", "Redo", "bring back what was undone"),
        ("mark", "space", "Mark", "mark the row for a common decision, and move on"),
        ("mark_range", "v", "Mark range", "mark everything from here to where v is pressed again"),
        ("mark_all", "asterisk", "Mark all", "mark all rows shown, or none"),
    )),
    ("Looking", (
        ("search", "slash", "Find", "find words in what is shown"),
        ("filter", "f", "Filter", "choose which findings are listed"),
        ("clear_filter", "F", "Clear filter", "list everything again"),
        ("group", "t", "Group", "group by rule, document, evidence, or not at all"),
        ("sort", "S", "Sort", "sort by severity, document or rule"),
        ("refresh", "R", "Refresh", "make the list anew, with what was decided since"),
        ("rule_card", "r", "Rule", "what the rule says, why, and on what authority"),
        ("links", "x", "Links", "all redactions and codes of the document as a table"),
        ("reveal", "E", "Evidence", "show or mask evidence that may disclose"),
        ("pane", "p", "Pane", "document beside the list, or not"),
        ("pane_wider", "plus", "Wider", "document pane wider"),
        ("pane_narrower", "minus", "Narrower", "document pane narrower"),
        ("wrap", "w", "Wrap", "wrap long lines, or not"),
        ("margins", "m", "Margins", "show or hide the margins"),
        ("fold", "z", "Fold", "hide lines far from any finding or redaction, or show them"),
        ("invisibles", "i", "Invisibles", "show spaces and tabs as signs"),
        ("copy", "y", "Copy", "copy the finding to the terminal's clipboard"),
        ("reference", "Y", "Reference", "show document, digest, line and offsets, to be copied"),
        ("export", "X", "Export", "write what is listed as CSV"),
    )),
    ("Going", (
        ("home", "1", "Home", "work lists and where you stopped"),
        ("list", "2", "List", "findings of the last list"),
        ("document", "3", "Document", "text of the document"),
        ("documents", "4", "Documents", "all documents"),
        ("charts", "5", "Charts", "counts, each leading to its list"),
        ("decisions", "6", "Decisions", "what was decided, by whom and why"),
        ("help", "question_mark,f1", "Help", "the keys that work here"),
        ("palette", "P,ctrl+p", "Commands", "every act by name"),
        ("suspend", "ctrl+z", "Suspend", "go to the shell; fg comes back"),
        ("leave", "q", "Leave", "one step back; from Home, leave. Nothing has to be saved"),
        ("quit_now", "ctrl+q", "Quit", "leave at once; nothing has to be saved"),
    )),
)  # fmt: skip

ACTS: Final[dict[str, Act]] = {
    name: Act(name, keys, label, explained, group)
    for group, rows in _TABLE
    for name, keys, label, explained in rows
}
"""All acts by id."""

COMMON: Final = (
    "back", "leave", "home", "list", "documents", "charts", "decisions", "help", "palette", "undo", "redo", "suspend",
    "quit_now",
)  # fmt: skip
"""Acts of every screen."""
MOVES: Final = ("cursor_down", "cursor_up", "page_down", "page_up", "top", "bottom", "choose")
"""Acts of every list."""


def method(name: str) -> str:
    """Name of the method (`action_...`) that does an act; Textual's screens have a `dismiss` of their own."""
    return "dismiss_finding" if name == "dismiss" else name


def bindings(*names: str) -> list[BindingType]:
    """Bindings for acts, by id."""
    return [
        Binding(
            act.keys, method(name), act.label, show=False, id=name, tooltip=act.help,
            priority=name in ("quit_now", "next_pane"),
        )
        for name in names
        if (act := ACTS[name])
    ]  # fmt: skip


def checked_keymap(keymap: Mapping[str, str]) -> dict[str, str]:
    """A keymap of the configuration, by act id.

    Raises:
        UsageError: an id is unknown, a key is none, or two acts would share a key.
    """
    for name in keymap:
        if name not in ACTS:
            raise UsageError(f"[tui.keymap] {name}: no such act{did_you_mean(name, ACTS)}")
    taken: dict[str, str] = {}
    made: dict[str, str] = {}
    for name, act in ACTS.items():
        keys = [_named(key) for key in keymap.get(name, act.keys).split(",")]
        if not all(keys):
            raise UsageError(f"[tui.keymap] {name}: a key is missing")
        for key in keys:
            if key in taken:
                raise UsageError(f"[tui.keymap] key {key!r} is given to both {taken[key]} and {name}")
            taken[key] = name
        if name in keymap:
            made[name] = ",".join(keys)
    return made


def _named(key: str) -> str:
    bare = key.strip()
    return _character_to_key(bare) if len(bare) == 1 else bare


def shown_keys(name: str, keymap: Mapping[str, str]) -> list[str]:
    """Keys of an act as they are written on the keyboard."""
    return [_shown(key) for key in keymap.get(name, ACTS[name].keys).split(",")]


def _shown(key: str) -> str:
    special = {
        "escape": "Esc", "enter": "Enter", "space": "Space", "tab": "Tab", "pagedown": "PgDn", "pageup": "PgUp",
        "home": "Home", "end": "End", "up": "Up", "down": "Down", "left": "Left", "right": "Right", "f1": "F1",
    }  # fmt: skip
    if key in special:
        return special[key]
    if key.startswith("ctrl+"):
        return f"Ctrl+{key[5:]}"
    return format_key(key)


def key_card(keymap: Mapping[str, str] | None = None, names: Iterable[str] | None = None) -> str:
    """The keys as plain text, one page, grouped."""
    wanted = set(ACTS if names is None else names)
    lines: list[str] = []
    group = ""
    for name, act in ACTS.items():
        if name not in wanted:
            continue
        if act.group != group:
            lines += ["", act.group] if lines else [act.group]
            group = act.group
        lines.append(f"  {' '.join(shown_keys(name, keymap or {})):<12} {act.label:<18} {act.help}")
    return "\n".join(lines) + "\n"
