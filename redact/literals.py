"""The literals of rules, found in one pass over case-folded text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import ahocorasick_rs

from redact.document import SURROGATE

_CHUNK = 4_000_000
"""Code points that the automaton reads in one call."""

Hit = tuple[int, int, int]
"""Number of the literal, start, end."""


class Literals:
    """Literals that are looked for together, whatever their case."""

    def __init__(self, words: Sequence[str]) -> None:
        self._longest = max(map(len, words), default=0)
        self._automaton = (
            ahocorasick_rs.AhoCorasick(words, store_patterns=False, implementation=ahocorasick_rs.Implementation.DFA)
            if words
            else None
        )

    def find(self, text: str) -> Iterable[Hit]:
        """Every occurrence, overlapping ones too, in the order of their ends; piece by piece for a huge text."""
        return self._find(lower(text)) if len(text) <= _CHUNK else self._in_pieces(text)

    def _in_pieces(self, text: str) -> Iterator[Hit]:
        for begin in range(0, len(text), _CHUNK):
            for word, at, end in self._find(lower(text[begin : begin + _CHUNK + self._longest])):
                if at < _CHUNK:
                    yield word, begin + at, begin + end

    def _find(self, text: str) -> list[Hit]:
        if self._automaton is None:
            return []
        try:
            return self._automaton.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:  # lone surrogates
            return self._automaton.find_matches_as_indexes(SURROGATE.sub("?", text), overlapping=True)


def lower(text: str) -> str:
    """Case-folded text of the same length (a few characters grow when folded: they stay as they are)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)
