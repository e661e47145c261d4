"""A marking found in a document, as the stages between scanner and tables pass it on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


Kinds = Mapping[str, Sequence[Span]]
"""Spans of each kind that occurs, those of a kind sorted by start."""


def by_kind(spans: Iterable[Span]) -> dict[str, list[Span]]:
    """Spans of each kind, in the order given; kinds that do not occur are absent."""
    kinds: dict[str, list[Span]] = {}
    for span in spans:
        same = kinds.get(span[2])
        if same is None:
            kinds[span[2]] = [span]
        else:
            same.append(span)
    return kinds
