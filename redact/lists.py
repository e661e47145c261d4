"""What looks like a portion mark and is none: letters of a lettered list, marks repeated among attributes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from redact.span import Span

_LETTER = re.compile(r"(?:^|\n)[ \t]*\(([A-Z])\)")
_LIST_SPACE = 4_000
"""Code points within which the letter before stands."""


_ATTRIBUTES = "Message Attributes"


def without_attributes(text: str, spans: Sequence[Span]) -> Sequence[Span]:
    """Spans without portion marks among the attributes that an archive set below a telegram: its subject stands there
    once more, with its mark."""
    if not any(span.kind == "portion" for span in spans) or (at := text.rfind(_ATTRIBUTES)) < 0:
        return spans
    return [span for span in spans if span.kind != "portion" or span.start < at]


def _counts_on(text: str, span: Span) -> bool:
    """Whether a portion mark is a later letter of a list in running text, `(A) ..., (B) ..., (C) ...`, that happens to
    begin a wrapped line."""
    if span.kind != "portion" or len(span.value) != 1 or text[span.start : span.start + 1] != "(":
        return False
    begin = text.rfind("\n", 0, span.start) + 1
    above = text[text.rfind("\n", 0, max(0, begin - 1)) + 1 : begin]
    if text[begin : span.start].strip() or not above.strip():
        return False  # behind a paragraph's number, or below a blank line: a paragraph's own mark
    before = text[max(0, span.start - _SENTENCE) : span.start]
    letter = ord(span.value)
    second = before.rfind(f"({chr(letter - 1)})")
    return second >= 0 and before.rfind(f"({chr(letter - 2)})", 0, second) >= 0


_SENTENCE = 600
"""Code points that a sentence with a list takes up before its last letter."""


def without_list_letters(text: str, spans: Sequence[Span]) -> Sequence[Span]:
    """Spans without portion marks of one letter that open a line and follow the letter before in the alphabet, which
    opened a line above: `(C)` after `(B)` is the third item of a list."""
    for span in spans:
        if span.kind == "portion" and len(span.value) == 1:
            break
    else:
        return spans
    if "(A)" not in text:
        return spans
    spans = [span for span in spans if not _counts_on(text, span)]
    letters = [(match.start(1) - 1, match[1]) for match in _LETTER.finditer(text)]
    items = {
        at for (before, first), (at, letter) in pairwise(letters)
        if ord(letter) == ord(first) + 1 and at - before < _LIST_SPACE
    }  # fmt: skip
    return [span for span in spans if span.kind != "portion" or span.start not in items] if items else spans
