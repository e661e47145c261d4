"""The only maker of displayable text in the review client: everything shown passes the display gate here.

No other module of the client makes a `Content`, `Segment` or `Strip`; a test holds them to it. Text is never read as
markup: brackets are this program's subject.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip

from redact.display import ELLIPSIS, safe, safe_line

Cell: TypeAlias = tuple[str, str]
"""A piece of a line and the name of its style in `style.STYLES`."""

_PLAIN = str.maketrans({"\u00b7": "-", "\u2192": ">"})
_ascii_only = False


def ascii_only(wanted: bool) -> None:
    """Write ASCII substitutes for what is not safe, where the locale cannot show control pictures."""
    global _ascii_only  # noqa: PLW0603
    _ascii_only = wanted


def line(text: str) -> str:
    """One line of text, safe to show; under an ASCII locale the client's own typographic signs become ASCII."""
    shown = safe_line(text, ascii_only=_ascii_only)
    return shown.translate(_PLAIN) if _ascii_only and not shown.isascii() else shown


def content(text: str) -> Content:
    """Text of one or more lines for a widget that takes content."""
    return Content(safe(text, ascii_only=_ascii_only))


def fit(text: str, width: int, *, right: bool = False) -> str:
    """A safe line, exactly `width` cells wide: filled with spaces, or cut with an ellipsis."""
    shown = line(text)
    length = cell_len(shown)
    if length > width:
        if width <= len(ELLIPSIS):
            return set_cell_size(shown, width)
        return set_cell_size(set_cell_size(shown, width - len(ELLIPSIS)).rstrip() + ELLIPSIS, width)
    return " " * (width - length) + shown if right else shown + " " * (width - length)


def fit_end(text: str, width: int) -> str:
    """As `fit`, but what is cut is the beginning: names of files differ at the end."""
    shown = line(text)
    if cell_len(shown) > width:
        room = width - len(ELLIPSIS)
        if room <= 0:
            return set_cell_size(shown, max(0, width))
        while cell_len(shown) > room:
            shown = shown[max(1, (cell_len(shown) - room) // 2) :]
        shown = ELLIPSIS + shown
    return shown + " " * (width - cell_len(shown))


def wrapped(text: str, width: int, most: int = 1_000) -> list[str]:
    """A text as safe lines of at most `width` cells, broken at spaces where possible; the last one tells of a cut."""
    made: list[str] = []
    for paragraph in safe(text, ascii_only=_ascii_only).replace("\t", " ").split("\n"):
        current = ""
        for word in paragraph.split(" "):
            joined = f"{current} {word}" if current else word
            if cell_len(joined) <= width:
                current = joined
                continue
            if current:
                made.append(current)
            pieces = chop_cells(word, width) or [""]
            made.extend(pieces[:-1])
            current = pieces[-1]
        made.append(current)
    if len(made) > most:
        last = made[most - 1]
        if cell_len(last) > width - len(ELLIPSIS):
            last = set_cell_size(last, max(0, width - len(ELLIPSIS)))
        made = [*made[: most - 1], last.rstrip(" .") + ELLIPSIS]
    return made


def strip(cells: Iterable[Cell], width: int, styles: dict[str, Style], base: Style) -> Strip:
    """One line of a widget: cells made safe and styled, cut or filled to `width` cells."""
    segments: list[Segment] = []
    used = 0
    for text, name in cells:
        shown = line(text)
        length = cell_len(shown)
        if used + length > width:
            shown = fit(shown, width - used)
            length = width - used
        segments.append(Segment(shown, base + styles[name] if name else base))
        used += length
        if used >= width:
            break
    if used < width:
        segments.append(Segment(" " * (width - used), base))
    return Strip(segments, width)


def window(cells: Sequence[Cell], width: int, styles: dict[str, Style], base: Style, cut: str = "") -> Strip:
    """As `strip`, of a part of a long line; where it goes on beyond `width`, the sign `cut` takes the last cell."""
    segments = [Segment(line(text), base + styles[name] if name else base) for text, name in cells]
    whole = Strip(segments)
    if cut and width > 1 and whole.cell_length > width:
        return Strip.join([whole.crop_extend(0, width - 1, base), Strip([Segment(cut, base + styles["dim"])], 1)])
    return whole.crop_extend(0, width, base)


def expand_tabs(text: str, column: int, size: int = 8) -> str:
    """Tabs of a line as spaces up to the next tab stop, counted in display cells from `column`."""
    if "\t" not in text:
        return text
    made: list[str] = []
    for index, part in enumerate(text.split("\t")):
        if index:
            gap = size - column % size
            made.append(" " * gap)
            column += gap
        made.append(part)
        column += width_of(part)
    return "".join(made)


def width_of(text: str) -> int:
    """Cells that a line takes on the screen."""
    return cell_len(line(text))


def joined(*strips: Strip) -> Strip:
    """Strips side by side."""
    return Strip.join(strips)
