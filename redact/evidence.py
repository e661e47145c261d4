"""What a finding shows of a text, and what its fingerprint rests on."""

from __future__ import annotations

EVIDENCE_LENGTH = 200
"""Code points of evidence that a finding carries."""
LINE_LENGTH = 400
"""Code points of its line that a fingerprint covers; a file that is one line would change with every edit."""


def fold(text: str) -> str:
    """Text without case and with white space folded: what a fingerprint sees."""
    return " ".join(text.split()).casefold()


def stable_name(identifier: str | None, text: str, title: str | None = None) -> str:
    """Name of a document that no path, copy or edit elsewhere changes: its own identifier, else its title, else its
    longest line."""
    if identifier or title:
        return fold(identifier or title or "")
    return fold(max(text[:200_000].split("\n"), key=len, default="")[:LINE_LENGTH])


def shorten(text: str, limit: int = EVIDENCE_LENGTH) -> str:
    """At most `limit` code points; what was left out shows as an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def line_around(text: str, start: int) -> tuple[int, str]:
    """Offset at which a line starts, and as much of the line as a fingerprint covers."""
    head = text.rfind("\n", 0, start) + 1
    tail = text.find("\n", start, start + LINE_LENGTH)
    return head, text[max(head, start - LINE_LENGTH) : start + LINE_LENGTH if tail < 0 else tail]
