"""Paragraph numbers: which of the numbers at line starts count the paragraphs of a text.

A telegram numbers its paragraphs consecutively (5 FAH-1 H-246.2). Lists inside paragraphs, numbers that a wrapped line
happens to start with, and damage by a scanner are told apart by the run they do or do not continue.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from redact.document import Document

_NUMBER = r"[ \t\u00b6*>]{0,24}+(?:(\d{1,3}) ?([.)])|\((\d{1,2})\))(?=[ \t\r\n(\[\"\u201c*]|[A-Z][A-Za-z ])"
_NUMBERED = re.compile(r"\n(?=[ \t\u00b6*>(\d])" + _NUMBER)
_NUMBERED_FIRST = re.compile(_NUMBER)
_LONGEST_GAP = 5
"""Paragraph numbers that may be missing in a row before a number is read as part of the text."""


_LOOKALIKES = {"0": "[0Oo]", "1": "[1Il|]", "2": "[2Zz]", "5": "[5Ss]", "6": "[6b]", "8": "[8B]", "9": "[9g]"}
"""What scanners make of the digits of a paragraph number."""


@lru_cache(maxsize=256)
def _damaged_number(number: int) -> re.Pattern[str]:
    digits = "".join(_LOOKALIKES.get(digit, digit) for digit in str(number))
    lead = r"\n[ \t'\"\u2018\u201c:;.,~\u00b0\u2022*-]{0,8}"
    return re.compile(lead + digits + r"(?:[.,:;s)]{1,2}[ \t]{1,4}(?=[A-Za-z(\"\u201c])|[ \t]{1,4}(?=[A-Z(\"\u201c]))")


class Candidate(NamedTuple):
    """A number at the start of a line: its offset, value, style (`.`, `)`, `(`), characters, whether a portion mark
    stands on its line."""

    start: int
    number: int
    style: str
    printed: str
    marked: bool


def candidates(document: Document, end: int, body: int, marked_lines: Collection[int]) -> list[Candidate]:
    """Numbers at line starts from `body` to `end`, in order."""
    text, starts = document.text, document.starts
    found: list[Candidate] = []
    first = None if body else _NUMBERED_FIRST.match(text)
    matches = _NUMBERED.finditer(text, body, end)
    for match in matches if first is None else chain((first,), matches):
        printed, style, enclosed = match.groups()
        number = int(printed or enclosed)
        if number:
            start = 0 if match is first else match.start() + 1
            marked = bool(marked_lines) and bisect_right(starts, start) - 1 in marked_lines
            found.append(Candidate(start, number, style or "(", printed or enclosed, marked))
    return found


def main_run(text: str, at_lines: list[Candidate]) -> list[Candidate]:
    """The run of numbers that counts the paragraphs of the text; lists inside paragraphs and numbers that a
    wrapped line happens to start with are left out."""
    if len(at_lines) < 2:
        return at_lines if at_lines and at_lines[0].number == 1 else []
    style = next((c.style for c in at_lines if c.marked), None)
    if style is None:
        style = next((c.style for c in at_lines if c.style == "."), at_lines[0].style)
    run: list[Candidate] = []
    runs: list[list[Candidate]] = []
    listed = 0
    same = [c for c in at_lines if c.style == style]
    marking = sum(c.marked for c in same) > 1
    numbers = [c.number for c in same]
    last_at = {number: index for index, number in enumerate(numbers)}
    searched: dict[int, int] = {}
    for index, candidate in enumerate(same):
        number = candidate.number
        if not run:
            run.append(candidate)
            listed = 0
            continue
        last = run[-1].number
        if number == last + 1 and not (listed and number == listed + 1 and marking and not candidate.marked):
            run.append(candidate)
            listed = 0
        elif listed and number == listed + 1:
            listed = number
        elif number == 1:
            if last_at.get(last + 1, -1) > index:
                listed = 1
            else:
                runs.append(run)
                run, listed = [candidate], 0
        elif last + 1 < number <= last + 1 + _LONGEST_GAP and last_at.get(last + 1, -1) < index:
            following = numbers[index + 1 : index + 4]
            if (
                candidate.marked
                or (number + 1 in following and _after_blank(text, candidate.start))
                or all(
                    _is_damaged(text, lost, run[-1].start, candidate.start, searched)
                    for lost in range(last + 1, number)
                )
            ):
                run.append(candidate)
                listed = 0
    runs.append(run)
    longest = max(runs, key=len)
    # One number that is not the first is a list item or a wrapped line, not a numbered paragraph.
    first = longest[0].number
    return longest if len(longest) > 2 or first == 1 or (first == 2 and len(longest) == 2) else []


def _after_blank(text: str, start: int) -> bool:
    """Whether the line that starts at an offset is the first or stands below a blank one."""
    return start == 0 or not text[text.rfind("\n", 0, start - 1) + 1 : start].strip()


def _is_damaged(text: str, number: int, start: int, end: int, searched: dict[int, int]) -> bool:
    """Whether a damaged number stands between two offsets; nothing is searched twice."""
    start = max(start, searched.get(number, 0))
    if _damaged_number(number).search(text, start, end):
        return True
    searched[number] = max(start, end - 12)
    return False


def mend(text: str, run: list[Candidate], body: int) -> list[Candidate]:
    """Fill gaps of a run with numbers that a scanner damaged, looked for only where the missing number must stand."""
    if not run:
        return run
    mended: list[Candidate] = []
    at, expected = body, 1 if run[0].number <= 3 else run[0].number
    for candidate in run:
        for number in range(expected, candidate.number):
            match = _damaged_number(number).search(text, at, candidate.start)
            if match is not None:
                mended.append(Candidate(match.start() + 1, number, candidate.style, str(number), False))
                at = match.end()
        mended.append(candidate)
        at, expected = candidate.start, candidate.number + 1
    return mended
