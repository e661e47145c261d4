"""A document: its text, and the line index that offsets are turned into lines and columns with."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair: no file holds one, a text in memory may."""
_LINE_ENDS = re.compile(r"[\r\\]+(?=\n)")


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a batch.

    Attributes:
        doc: name, unique in the audit.
        text: the characters that offsets refer to.
        starts: offset at which each line starts; a line ends at a line feed only.
        lines: the lines without their line feeds.
    """

    doc: str
    text: str
    starts: list[int] = field(repr=False)
    lines: list[str] = field(repr=False, compare=False)

    @classmethod
    def of(cls, doc: str, text: str) -> Document:
        """Index a text; lines end at a line feed only."""
        lines = text.split("\n")
        starts = list(accumulate([len(line) + 1 for line in lines], initial=0))
        starts.pop()
        return cls(doc, text, starts, lines)

    def evened(self) -> Document:
        """The same document with a space for every carriage return or backslash before a line feed; no offset changes.

        Rules see line ends of one kind, also where an export wrote a backslash at the end of every line; what is
        reported is cut out of the text as it is.
        """
        if "\r" not in self.text and ("\\" not in self.text or "\\\n" not in self.text):
            return self
        text = _LINE_ENDS.sub(lambda match: " " * len(match[0]), self.text)
        return Document(self.doc, text, self.starts, text.split("\n"))

    def line_index(self, offset: int) -> int:
        """0-based index of the line that holds an offset."""
        return bisect_right(self.starts, offset) - 1

    def line_bounds(self, index: int) -> tuple[int, int]:
        """Start and end offset of a line, 0-based, without its line feed."""
        start = self.starts[index]
        end = self.starts[index + 1] - 1 if index + 1 < len(self.starts) else len(self.text)
        return start, end

    def line_text(self, index: int) -> str:
        """Text of a line, 0-based, without its line feed."""
        return self.lines[index]

    def column(self, offset: int) -> int:
        """1-based column of an offset in its line, in code points."""
        return offset - self.starts[self.line_index(offset)] + 1
