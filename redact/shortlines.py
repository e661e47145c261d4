"""Short lines: the only places where a marking that scanning damaged can be told from prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from redact.document import Document

LONGEST = 48
"""Code points, white space before them apart."""
SHORTEST = 4

_SHAPE = re.compile(r"[^\S\n]*+(?=[^\n]{3,48}\Z)(?=(?:[^A-Za-z]*+[A-Za-z]){4})[^a-z]*+(?:[a-z]++[^a-z]*+){0,3}\Z")
"""At least four letters, and at most three runs of lower-case letters."""


def short_lines(document: Document) -> Iterator[tuple[int, str]]:
    """0-based index and text of each line of at most 48 code points without running lower-case text."""
    is_short = _SHAPE.match
    for line, text in enumerate(document.text.split("\n")):
        if len(text) >= SHORTEST and (len(text) <= LONGEST or text[0].isspace()) and is_short(text):
            yield line, text
