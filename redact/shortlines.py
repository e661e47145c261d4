"""Short lines: the only places where a marking that scanning damaged can be told from prose.

Nearly all of them are something else. Reading each one letter by letter would cost more than all other rules together,
so lines that no reading can accept are told apart first, all at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from redact.grammar import fast

LONGEST = 48
"""Code points, white space before them apart."""
SHORTEST = 4

_SHAPE = re.compile(r"[^\S\n]*+(?=[^\n]{3,48}\Z)(?=(?:[^A-Za-z]*+[A-Za-z]){4})[^a-z]*+(?:[a-z]++[^a-z]*+){0,3}\Z")
"""At least four letters, and at most three runs of lower-case letters."""

_KEPT = b'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"&?![|@$ \n'
_NOT_KEPT = bytes(byte for byte in range(256) if byte not in _KEPT)
_NOT_LOWER = bytes(byte for byte in range(256) if not (97 <= byte <= 122 or byte == 10))
_NOT_CAPITAL = bytes(byte for byte in range(256) if not (65 <= byte <= 90 or byte == 10))
_AMBIGUOUS = frozenset('"![|')
"""Characters that are noise at the ends of a line and damaged letters within it."""
_PREFIXES = (("SECRET", 4), ("UNCLASSIFIED", 8), ("CONFIDENTIAL", 8))
"""Levels that are read from their beginning alone, and from how many letters on."""
_LEAST, _MOST = 4, 42
"""Letters of a level, damaged or with a control behind it."""
_LOST = 4
"""Characters of specks beside a stamp that are passed over."""


def is_short(line: str) -> bool:
    """Whether a line of `SHORTEST` code points or more has at most `LONGEST` and no running lower-case text."""
    return _SHAPE.match(line) is not None


def may_be_level(texts: Sequence[str]) -> list[bool]:
    """For each text whether `damaged_level` might read a level in it; false is certain, true is not.

    Args:
        texts: lines, or what is left of them without their frame; no line feeds.
    """
    if not texts:
        return []
    joined = "\n".join(texts).encode("ascii", "replace")
    folded = joined.upper().translate(None, _NOT_KEPT).decode()
    lower = joined.translate(None, _NOT_LOWER).split(b"\n")
    capitals = joined.translate(None, _NOT_CAPITAL).split(b"\n")
    exact, firsts, lasts = _exact(), *_ends()
    answers = [False] * len(texts)
    by_compact: dict[str, list[int]] = {}
    for number, (text, spaced, compact, n_lower, n_capitals) in enumerate(
        zip(
            texts, folded.split("\n"), folded.replace(" ", "").split("\n"), map(len, lower), map(len, capitals),
            strict=True,
        )
    ):  # fmt: skip
        size = len(compact)
        if not text.isascii() or (size >= _LEAST and (compact[0] in _AMBIGUOUS or compact[-1] in _AMBIGUOUS)):
            answers[number] = True
            continue
        if "'" in text and fast.may_be_struck(text):
            answers[number] = True
            continue
        if not _LEAST <= size <= _MOST:
            continue
        if n_capitals * 2 < n_lower:
            answers[number] = compact in exact
            continue
        variants = [compact]
        words = spaced.strip()
        first = words.find(" ")
        if first >= 0:
            last = len(words) - 1 - words.rfind(" ")
            if first <= _LOST:
                variants.append(compact[first:])
                if first + last <= _LOST:
                    variants.append(compact[first:-last])
            if last <= _LOST:
                variants.append(compact[:-last])
        for variant in variants:
            if variant and (variant[0] in firsts[len(variant)] or variant[-1] in lasts[len(variant)]):
                by_compact.setdefault(variant, []).append(number)
    for compact in _near_levels(by_compact):
        for number in by_compact[compact]:
            answers[number] = True
    return answers


def _near_levels(compacts: Mapping[str, object]) -> Iterator[str]:
    """Those of some texts without spaces that are within reach of a level by number of edits and by their ends."""
    by_size: dict[int, list[str]] = {}
    for compact in compacts:
        by_size.setdefault(len(compact), []).append(compact)
    for size, some in by_size.items():
        by_first: dict[str, list[str]] = {}
        by_last: dict[str, list[str]] = {}
        for text in some:
            by_first.setdefault(text[0], []).append(text)
            by_last.setdefault(text[-1], []).append(text)
        for key, reach in _reach().get(size, ()):
            near = [*by_first.get(key[0], ()), *(text for text in by_last.get(key[-1], ()) if text[0] != key[0])]
            if near:
                for text, _, _ in process.extract(key, near, scorer=OSA.distance, score_cutoff=reach, limit=None):
                    yield text
        for key, least in _PREFIXES:
            if least <= size < len(key):
                yield from (text for text in some if key.startswith(text))


@cache
def _reach() -> dict[int, tuple[tuple[str, int], ...]]:
    """Keys of damaged levels, and the edits they may be away, by the length of the text."""
    keys = fast._keys()
    return {size: tuple((key, int(base + 0.6 + 1.6)) for key, _, base in some) for size, some in keys.items()}


@cache
def _ends() -> tuple[list[frozenset[str]], list[frozenset[str]]]:
    """First letters of what a text of each length may be a damaged form of, and last ones: one of them is right."""
    keys = [[key for key, _ in _reach().get(size, ())] for size in range(_MOST + 1)]
    prefixes = [[key for key, least in _PREFIXES if least <= size < len(key)] for size in range(_MOST + 1)]
    return (
        [frozenset(key[0] for key in (*some, *more)) for some, more in zip(keys, prefixes, strict=True)],
        [frozenset(key[-1] for key in some) for some in keys],
    )


@cache
def _exact() -> frozenset[str]:
    return frozenset(key for some in _reach().values() for key, _ in some)


SIEVES: Mapping[str, Callable[[Sequence[str]], list[bool]]] = {"damaged_banner": may_be_level}
"""By name of a normaliser: which of many texts it might read."""
