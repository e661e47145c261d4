"""Near misses of names: "did you mean"."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Known names that resemble a word, best first; at most `count`."""
    names = list(dict.fromkeys(known))
    folded = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(word.casefold(), folded, n=count, cutoff=0.6)
    begun = [name for name in names if word and name.casefold().startswith(word.casefold())]
    return list(dict.fromkeys([*(folded[name] for name in close), *begun]))[:count]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`: did you mean 'x'?`, or nothing where no known name resembles the word."""
    close = nearest(word, known)
    return f": did you mean {' or '.join(repr(name) for name in close)}?" if close else ""
