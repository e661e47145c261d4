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
    rf"(?<!\d)({LOOSE_DIGIT}{{1,3}})\s*(?:[O0Q]F|/)\s*({LOOSE_DIGIT}{{1,3}})[\s.,;:)*]*$", regex.IGNORECASE
)
_PAGE = regex.compile(
    rf"(?:P\W?[A4]\W?[GC]\W?E\.?\s*(?:N[O0D][.,:]?|NUMBER|#)?[\s:.\-–]*)?(?:({LOOSE_DIGIT}{{1,4}})|([A-Z0-9¥€£$|]{{2,9}}))"
    rf"(?:\s*(?:[O0]F|/)\s*(?:({LOOSE_DIGIT}{{1,4}})|([A-Z]{{2,9}})|(\S{{1,3}})))?[\s.\-–—_)]*",
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
    if match is None or match[5]:
        return None
    number = _whole(match[1]) if match[1] else None
    if number is None:
        number = _worded(match[1] or match[2])
    if not number:
        return None
    if not match[3] and not match[4]:
        return str(number)
    count = (_whole(match[3]) if match[3] else None) or _worded(match[3] or match[4])
    return f"{number}/{count}" if count and number <= count else None
