"""Words found in one pass over a text, however many they are."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import ahocorasick_rs

_CHUNK = 200_000
"""Code points that are searched at once, so that the memory for matches stays small."""


class WordFinder:
    """Words that are looked for together."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(dict.fromkeys(words))
        self._overlap = max(map(len, self._words)) - 1
        self._automaton = ahocorasick_rs.AhoCorasick(
            self._words, store_patterns=False, implementation=ahocorasick_rs.Implementation.DFA
        )

    def find(self, text: str) -> dict[str, array[int]]:
        """Offsets of each word that stands in a text, ascending; words that do not stand there are absent.

        Time is linear in the text; an offset takes four bytes, so that a huge file of nothing but one word fits.
        """
        try:
            return self._search(text)
        except UnicodeEncodeError:  # lone surrogates
            return {word: places for word in self._words if (places := _places(text, word))}

    def _search(self, text: str) -> dict[str, array[int]]:
        words = self._words
        found: dict[str, array[int]] = {}
        for begin in range(0, len(text), _CHUNK):
            chunk = text if len(text) <= _CHUNK else text[begin : begin + _CHUNK + self._overlap]
            for index, start, _ in self._automaton.find_matches_as_indexes(chunk, overlapping=True):
                word = words[index]
                if start >= _CHUNK:
                    continue  # the next piece holds it whole
                if word in found:
                    found[word].append(begin + start)
                else:
                    found[word] = array("I", (begin + start,))
        return found


def _places(text: str, word: str) -> array[int]:
    """Offsets of a word, overlapping ones too."""
    found = array("I")
    at = text.find(word)
    while at >= 0:
        found.append(at)
        at = text.find(word, at + 1)
    return found
