"""A marking found in a document, as the stages between scanner and tables pass it on."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """One occurrence of a marking; sorts by position.

    Offsets are code points of the document's text, start inclusive, end exclusive. `value` is canonical
    (see the contract's table of kinds); `rule` is the id of the rule that read it.
    """

    start: int
    end: int
    kind: str
    value: str
    rule: str
