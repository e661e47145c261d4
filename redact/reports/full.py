"""Findings for a person at a terminal: place, the line with the span underlined, what to do, where to read more."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from rich.cells import cell_len, set_cell_size

from redact.display import safe_line
from redact.document import Document
from redact.reports import AuditResult, RenderOptions
from redact.reports.masking import Masker
from redact.reports.rows import SLICE, document_index, number, shown, state_note, with_states

_DEFAULT = RenderOptions()
_SGR = {"error": "31;1", "warning": "33;1", "note": "36;1", "place": "1", "faint": "2"}
_LEFT_CONTEXT = 0.4
_MIN_WIDTH = 40


def stream(result: AuditResult, options: RenderOptions = _DEFAULT) -> Iterator[str]:
    """Yield one finding at a time; one document's lines are indexed at a time."""
    masker = Masker(result, options, "full")
    texts, rows = result.documents["text"], document_index(result.documents)
    current: Document | None = None
    for part in with_states(result, options).iter_slices(SLICE):
        for row in masker.findings(shown(part, options)).iter_rows(named=True):
            hidden = masker.hides(row["sensitive"])
            document: Document | None = None
            if not hidden and row["doc"] in rows:
                if current is None or current.doc != row["doc"]:
                    text = texts[rows[row["doc"]]]
                    current = Document.of(row["doc"], masker.text(row["doc"], text)) if text is not None else None
                document = current
            yield _finding(row, document, hidden, options)


def render(result: AuditResult, options: RenderOptions = _DEFAULT) -> str:
    """Findings with their context."""
    return "".join(stream(result, options))


def _finding(row: dict[str, Any], document: Document | None, hidden: bool, options: RenderOptions) -> str:
    width = max(options.width, _MIN_WIDTH)
    severity, rule = str(row["severity"]), safe_line(row["rule"])
    place = f"{safe_line(row['doc'])}:{row['line']}:{row['column']}"
    head = f"{_paint(place, 'place', options)} {_paint(severity, severity, options)} {rule}{safe_line(state_note(row))}"
    message = safe_line(row["message"]) or rule
    if row["count"] > 1 and str(row["count"]) not in message:
        message += f" ({number(row['count'], 'occurrence')})"
    lines = [head]
    digits = max(5, len(str(row["line"])))
    if document is None or row["start"] > len(document.text) or row["line"] > len(document.starts):
        lines += _wrapped("", message, width)
        if hidden and row["sensitive"]:
            lines.append("   evidence: masked, since it may disclose what was withheld; --evidence full shows it")
    else:
        lines += _context(document, row, message, digits, width, options)
    if row["advice"]:
        lines += _wrapped("advice: ", safe_line(row["advice"]), width)
    if row["authority"]:
        lines += _wrapped("authority: ", safe_line(row["authority"]), width)
    lines.append(_paint(f"   why: redact explain {rule}", "faint", options))
    return "\n".join(lines) + "\n\n"


def _context(
    document: Document, row: dict[str, Any], message: str, digits: int, width: int, options: RenderOptions
) -> list[str]:
    at = document.line_index(row["start"])
    room = width - digits - 3
    lines = []
    before = next((index for index in range(at - 1, max(at - 4, -1), -1) if document.line_text(index).strip()), None)
    if before is not None:
        text = document.line_text(before)
        lines.append(f"{before + 1:>{digits}} | {_fit(safe_line(text[: room + 1].rstrip()), room)}")
    start, end = document.line_bounds(at)
    first = row["start"] - start
    last = max(first, min(row["end"], end) - start)
    line = document.text[start:end].rstrip("\r")
    left, marked, right = _window(line, first, last, room)
    lines.append(f"{at + 1:>{digits}} | {_fit(left + marked + right, room)}".rstrip())
    indent = cell_len(left)
    carets = "^" * max(1, min(cell_len(marked), room - indent))
    pad = " " * digits
    severity = str(row["severity"])
    if indent + len(carets) + 1 + cell_len(message) <= room:
        lines.append(f"{pad} | {' ' * indent}{_paint(f'{carets} {message}', severity, options)}")
    else:
        lines.append(f"{pad} | {' ' * indent}{_paint(carets, severity, options)}")
        lines += _wrapped("", message, width)
    return lines


def _window(line: str, first: int, last: int, room: int) -> tuple[str, str, str]:
    """The part of a line around a span that fits: what is before it, the span, what is after, all safe to show."""
    # A span is cut to the room, a long line to a window around it: the cost does not grow with the line.
    last = min(last, first + room)
    left, right = line[max(0, first - room) : first], line[last : last + room]
    shown_left, shown_right = safe_line(left), safe_line(right)
    marked = safe_line(line[first:last])
    if cell_len(shown_left) + cell_len(marked) + cell_len(shown_right) <= room and first <= room:
        return shown_left, marked, shown_right
    budget = max(8, min(int(room * _LEFT_CONTEXT), room - cell_len(marked)))
    if cell_len(shown_left) > budget or first > room:
        kept = left
        while kept and cell_len(safe_line(kept)) > budget - 2:
            kept = kept[max(1, len(kept) // 8) :] if len(kept) > budget * 2 else kept[1:]
        shown_left = ".." + safe_line(kept)
    return shown_left, marked, shown_right


def _fit(text: str, room: int) -> str:
    """Cut a line to its cells, with two dots where something is missing."""
    text = text.rstrip()
    return text if cell_len(text) <= room else set_cell_size(text, max(0, room - 2)).rstrip() + ".."


def _wrapped(label: str, text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=f"   {label}",
        subsequent_indent="   ",
        break_long_words=False,
        break_on_hyphens=False,
    ) or [f"   {label}".rstrip()]


def _paint(text: str, style: str, options: RenderOptions) -> str:
    return f"\x1b[{_SGR[style]}m{text}\x1b[0m" if options.color else text
