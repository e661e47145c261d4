"""Folding of captured text: white space, look-alike characters of scans, and near misses of known words."""

from __future__ import annotations

from collections.abc import Iterable

_EDGE = " \t\r\n\f\v\u00a0.,;:'\"`“”‘’~_*"

DIGIT_OF = {
    "l": "1", "I": "1", "|": "1", "!": "1", "i": "1", "O": "0", "o": "0", "Q": "0", "S": "5", "s": "5", "$": "5",
    "B": "8", "Z": "2", "z": "2",
}  # fmt: skip
"""What scanners print for a digit (field practice: `l2/3l/83` for 12/31/83)."""
LETTER_OF = {"0": "O", "1": "I", "!": "I", "|": "I", "5": "S", "$": "S", "8": "B", "4": "A", "3": "E", "6": "G"}
"""What scanners print for a letter, the other way round."""
LOOSE_DIGIT = "(?-i:[0-9" + "".join(DIGIT_OF) + "])"
"""Pattern of one digit or what scanners print for it, in its own case whatever the flags."""

_TO_DIGITS = str.maketrans(DIGIT_OF)
_TO_LETTERS = str.maketrans(LETTER_OF)
_CONFUSABLE = str.maketrans({"L": "I", "1": "I", "|": "I", "!": "I", "0": "O", "Q": "O", "5": "S", "$": "S", "8": "B"})


def fold_space(text: str) -> str:
    """Every run of white space as one space, none at the ends."""
    return " ".join(text.replace("\u200b", " ").replace("\ufeff", " ").split())


def trim(text: str) -> str:
    """White space folded, and quotes, stops and strokes at the ends removed."""
    return fold_space(text).strip(_EDGE)


def fold_case_confusables(text: str) -> str:
    """Capitals in which look-alikes are one character (O for 0 and Q, I for 1, l and |, S for 5, B for 8).

    The result is a key to compare damaged text by, not text to show.
    """
    return text.upper().translate(_CONFUSABLE)


def to_digits(text: str) -> str:
    """Look-alike letters as the digits that they stand for."""
    return text.translate(_TO_DIGITS)


def to_letters(text: str) -> str:
    """Look-alike digits as the capital letters that they stand for."""
    return text.upper().translate(_TO_LETTERS)


def one_edit(left: str, right: str) -> bool:
    """Whether two texts are equal or one insertion, deletion, change or swap of neighbours apart."""
    if left == right:
        return True
    short, long = (left, right) if len(left) <= len(right) else (right, left)
    if len(long) - len(short) > 1:
        return False
    at = 0
    while at < len(short) and short[at] == long[at]:
        at += 1
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    if short[at + 1 :] == long[at + 1 :]:
        return True
    return short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]


def nearest(word: str, among: Iterable[str]) -> str | None:
    """The one candidate within one edit of a word; None where there is none or more than one."""
    hits = [candidate for candidate in among if one_edit(word, candidate)]
    if word in hits:
        return word
    return hits[0] if len(hits) == 1 else None
