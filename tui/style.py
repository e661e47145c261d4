"""Styles and signs: every meaning has a letter, sign or attribute; colour only repeats it."""

from __future__ import annotations

import codecs
import locale
import os
from dataclasses import dataclass
from typing import Final

from rich.style import Style
from textual.theme import Theme


@dataclass(frozen=True)
class Look:
    """How one thing looks: attributes for every terminal, colours on a dark, a light and a 16-colour background.

    `sign` says what tells it apart where there is neither colour nor attribute.
    """

    attributes: str
    dark: str
    light: str
    ansi: str
    sign: str


STYLES: Final[dict[str, Look]] = {
    "dim": Look("", "#a8a8a8", "#505050", "default", "none: it means nothing"),
    "bold": Look("bold", "", "", "", "none: it means nothing"),
    "cursor": Look("reverse", "", "", "", "> in the first column"),
    "error": Look("bold", "#ff8a80", "#a80000", "red", "E"),
    "warning": Look("", "#ffd180", "#7a4a00", "yellow", "W"),
    "note": Look("", "#90caf9", "#0b4f8a", "cyan", "N"),
    "confirmed": Look("bold", "#ff8a80", "#a80000", "red", "C"),
    "dismissed": Look("", "#a5d6a7", "#1b5e20", "green", "D"),
    "awaiting": Look("", "#a5d6a7", "#1b5e20", "green", "d"),
    "second": Look("bold", "#ce93d8", "#6a1b9a", "magenta", "2"),
    "disagreement": Look("bold", "#ffd180", "#7a4a00", "yellow", "!"),
    "changed": Look("bold", "#ffd180", "#7a4a00", "yellow", "~"),
    "expired": Look("bold", "#ffd180", "#7a4a00", "yellow", "e"),
    "open": Look("", "", "", "", "blank"),
    "current": Look("reverse bold", "", "", "", "»...« around the words"),
    "finding": Look("underline", "#ffd180", "#7a4a00", "", "letter E, W or N in the margin"),
    "marking": Look("bold", "", "", "", "none: it means nothing"),
    "match": Look("underline bold", "", "", "", "the count in the title"),
    "key": Look("bold", "#90caf9", "#0b4f8a", "", "stands before its label"),
    "off": Look("dim", "", "", "", "says why when pressed"),
    "message": Look("bold", "", "", "", "the words themselves"),
}
"""Style table of the client."""


def styles_for(theme: Theme) -> dict[str, Style]:
    """The style table for a theme."""
    made: dict[str, Style] = {"": Style.null()}
    for name, look in STYLES.items():
        colour = look.ansi if theme.ansi else look.dark if theme.dark else look.light
        made[name] = Style.parse(f"{look.attributes} {colour}".strip() or "none")
    return made


DARK: Final = Theme(
    name="redact-dark", primary="#90caf9", secondary="#a5d6a7", warning="#ffd180", error="#ff8a80",
    success="#a5d6a7", accent="#ce93d8", foreground="#f0f0f0", background="#101418", surface="#101418",
    panel="#1c242c", dark=True,
)  # fmt: skip
LIGHT: Final = Theme(
    name="redact-light", primary="#0b4f8a", secondary="#1b5e20", warning="#7a4a00", error="#a80000",
    success="#1b5e20", accent="#6a1b9a", foreground="#101010", background="#fafafa", surface="#fafafa",
    panel="#eaeaea", dark=False,
)  # fmt: skip


@dataclass(frozen=True)
class Glyphs:
    """Signs that differ by what the locale can show."""

    rule: str
    bar: str
    full: str
    empty: str
    open: str
    close: str
    to: str
    mask: str
    dot: str
    more: str
    cut: str


UNICODE: Final = Glyphs("─", "│", "█", "·", "»", "«", "→", "•••", "·", "↳", "…")
ASCII: Final = Glyphs("-", "|", "#", "-", ">>", "<<", ">", "***", "-", "\\", "$")


def glyphs_for_locale() -> Glyphs:
    """Unicode signs where the locale's encoding is UTF-8, else ASCII."""
    wanted = os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG") or ""
    if wanted in ("C", "POSIX"):
        return ASCII  # Python's UTF-8 mode (PEP 538, 540) hides this locale from `getencoding`
    try:
        utf8 = codecs.lookup(locale.getencoding()).name == "utf-8"
    except LookupError:
        utf8 = False
    return UNICODE if utf8 else ASCII
