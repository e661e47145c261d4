"""Section and page numbers of telegrams and other paged records."""

from __future__ import annotations

from functools import lru_cache

import regex

from redact.normalise.text import LOOSE_DIGIT, fold_space, nearest, to_digits, to_letters

_WORDS = (
    "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN", "ELEVEN", "TWELVE", "THIRTEEN",
    "FOURTEEN", "FIFTEEN", "SIXTEEN", "SEVENTEEN", "EIGHTEEN", "NINETEEN", "TWENTY",
)  # fmt: skip
_NUMBER = {word: n for n, word in enumerate(_WORDS, 1)}
_SECTION = regex.compile(
    rf"(?<!\d)({LOOSE_DIGIT}{{1,3}})\s*(?:[O0QDU]F['’]?|/)\s*({LOOSE_DIGIT}{{1,3}})[\s.,;:)*]*$", regex.IGNORECASE
)
_PAGE = regex.compile(
    rf"(?:(?P<word>P\W?[A4]\W?[GC]?\W?E)\.?\s*(?:N[O0D][.,:]?|NUMBER|#)?[\s:.\-–'‘’]*)?"
    rf"(?:(?P<digits>{LOOSE_DIGIT}{{1,4}})|(?P<name>[A-Z0-9¥€£$|]{{2,9}}))"
    rf"(?:\s*(?:[O0]F|/)\s*(?:(?P<count>{LOOSE_DIGIT}{{1,4}})|(?P<total>[A-Z]{{2,9}})|(?P<lost>\S{{1,3}})))?[\s.\-–—_)]*",
    regex.IGNORECASE,
)


def _whole(digits: str) -> int | None:
    """Number of a run of digits and look-alikes; None where not one is a digit."""
    return int(to_digits(digits)) if any(char.isdecimal() for char in digits) else None


@lru_cache(maxsize=4096)
def section(text: str) -> str | None:
    """`1/4` of `SECTION 01 OF 04` or `01 OF 04`; None where a number cannot be read or exceeds the count."""
    match = _SECTION.search(fold_space(text[-64:]))
    if match is None:
        return None
    number, count = _whole(match[1]), _whole(match[2])
    return f"{number}/{count}" if number and count and number <= count else None


def _worded(word: str) -> int | None:
    word = to_letters(word).replace("¥", "N").replace("€", "E").replace("£", "E").strip("$")
    found = nearest(word, _WORDS)
    return _NUMBER[found] if found else None


@lru_cache(maxsize=4096)
def page(text: str) -> str | None:
    """`2` of `PAGE 02`, `PAGE TWO`, `PAGE NO. 2`; `3/7` of `Page 3 of 7`; None where a number cannot be read."""
    if len(text) > 64:
        return None
    match = _PAGE.fullmatch(fold_space(text))
    if match is None or match["lost"]:
        return None
    number = _whole(digits) if (digits := match["digits"]) else None
    if number is None:
        number = 1 if match["word"] and digits in ("I", "l", "|") else _worded(digits or match["name"])
    if not number:
        return None
    if not match["count"] and not match["total"]:
        return str(number)
    count = (_whole(match["count"]) if match["count"] else None) or _worded(match["count"] or match["total"])
    return f"{number}/{count}" if count and number <= count else None
