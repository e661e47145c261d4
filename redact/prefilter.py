"""Patterns made coarser for a linear engine, which tells at a fraction of the cost where a pattern cannot match.

The engine of polars has no look-around, no atomic group and no capture by name twice, and never backtracks. What it
lacks is left out and what would make it slow is loosened, so a coarse pattern matches wherever the exact one does, and
elsewhere too. A pattern for which that cannot be promised has no coarse form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import regex

LEAST = 400
"""Texts from which asking the coarse pattern first pays for compiling it."""
MOST_PASSED = 0.6
"""Share of texts let through above which asking first does not pay."""

_SHORTHAND = {
    "d": r"[^\x00-/:-\x7f]", "s": r"[^\x00-\x08\x0e-\x1f!-\x7f]", "w": r"[^\x00-/:-@\x5b-\x5e\x60\x7b-\x7f]",
}  # fmt: skip
"""Classes that hold all beyond ASCII, on which the two engines may differ; written as what they leave out, since the
other engine takes long to fold the case of a large class."""
_IN_NEGATED = {"d": "0-9", "s": r"\t-\r ", "w": "0-9A-Za-z_"}
_PLAIN_ESCAPES = frozenset("tnrfv")
_SET_SIGNS = frozenset("[]^&~\\")
_NO_WIDTH = frozenset("bBAZzG")
_COUNT = re.compile(r"\{(\d*)(,?)(\d*)\}")
_NAMED = re.compile(r"\(\?P?<[A-Za-z_]\w*>")
_FLAGGED = re.compile(r"\(\?(?:[is]+|-[is]+):")
_ONLY = frozenset({regex.IGNORECASE, regex.MULTILINE, regex.DOTALL, regex.UNICODE, regex.VERSION0})
_LONGEST_COUNT = 12


class _Coarse:
    """Reads a pattern once, from left to right, and writes its coarse form."""

    def __init__(self, body: str) -> None:
        self.body, self.at, self.depth = body, 0, 0
        self.pieces: list[str] = []

    def read(self) -> str:
        while self.at < len(self.body):
            self._piece()
        return "".join(self.pieces)

    def _next(self, width: int) -> str:
        taken = self.body[self.at : self.at + width]
        self.at += width
        return taken

    def _piece(self) -> None:
        body, at = self.body, self.at
        char = body[at]
        if char == "\\":
            self._escape(body[at + 1 : at + 2])
        elif char == "[":
            self.pieces.append(self._class())
            self._count()
        elif char == "(":
            self._group()
        elif char == ")":
            self.depth -= 1
            self.pieces.append(self._next(1))
            self._count()
        elif char in "|^$":
            self.pieces.append(self._next(1))
        elif char in "*+?{":
            raise ValueError("a count of nothing")
        else:
            self.pieces.append(self._next(1) if char in ". " or char.isalnum() else re.escape(self._next(1)))
            self._count()

    def _escape(self, letter: str) -> None:
        self.at += 2
        if letter in _NO_WIDTH:
            if self.body[self.at : self.at + 1] in ("*", "+", "?", "{"):
                raise ValueError("a count of nothing")
            return
        if letter in _SHORTHAND:
            self.pieces.append(_SHORTHAND[letter])
        elif letter.lower() in _SHORTHAND:
            self.pieces.append(f"[^{_IN_NEGATED[letter.lower()]}]")
        elif letter in "pP" and letter:
            self.pieces.append(self._property(letter))
        elif letter in _PLAIN_ESCAPES:
            self.pieces.append("\\" + letter)
        elif letter.isalnum() or not letter:
            raise ValueError(f"\\{letter}")
        else:
            self.pieces.append(re.escape(letter))
        self._count()

    def _property(self, letter: str) -> str:
        end = self.body.index("}", self.at)
        self.at = end + 1
        return r"[^\x00-\x{1f}]" if letter == "p" else r"[\x00-\x{10FFFF}]"

    def _class(self) -> str:
        body = self.body
        self.at += 1
        negated = body[self.at] == "^"
        self.at += negated
        pieces: list[str] = []
        first = True
        while first or body[self.at] != "]":
            first = False
            char = body[self.at]
            if char == "[" and body[self.at + 1] in ":=.":
                raise ValueError("a named class")
            if char != "\\":
                pieces.append("\\" + char if char in _SET_SIGNS else char)
                self.at += 1
                continue
            letter = body[self.at + 1]
            self.at += 2
            if letter in _SHORTHAND:
                pieces.append(_IN_NEGATED[letter] if negated else _SHORTHAND[letter])
            elif letter in _PLAIN_ESCAPES:
                pieces.append("\\" + letter)
            elif letter.lower() in _SHORTHAND and not negated:
                pieces.append(f"[^{_IN_NEGATED[letter.lower()]}]")
            elif letter.isalnum():
                raise ValueError(f"\\{letter} in a class")
            else:
                pieces.append("\\" + letter if letter in _SET_SIGNS or letter == "-" else letter)
        self.at += 1
        return f"[{'^' if negated else ''}{''.join(pieces)}]"

    def _group(self) -> None:
        body, at = self.body, self.at
        if body.startswith(("(?!", "(?<=", "(?<!"), at):
            self.at = group_end(body, at)
        elif body.startswith("(?=", at):
            end = group_end(body, at)
            if self.depth == 0 and body[end : end + 1] in ("", "|"):
                # Nothing follows, so what is looked for ahead may as well be matched.
                self.pieces.append(f"(?:{_Coarse(body[at + 3 : end - 1]).read()})")
            self.at = end
        else:
            named = _NAMED.match(body, at)
            flagged = _FLAGGED.match(body, at)
            if body.startswith(("(?:", "(?>"), at):
                self.at += 3
            elif named is not None:
                self.at = named.end()
            elif flagged is not None:
                self.at = flagged.end()
            elif body.startswith("(?", at):
                raise ValueError("a group of another kind")
            else:
                self.at += 1
            # A flag taken away stays, which lets more through.
            self.pieces.append(flagged[0] if flagged is not None and "-" not in flagged[0] else "(?:")
            self.depth += 1
            return
        if self.body[self.at : self.at + 1] in ("*", "+", "?", "{"):
            raise ValueError("a count of nothing")

    def _count(self) -> None:
        """A count, made possessive or lazy or not; long ones are opened, they would make the automaton large."""
        char = self.body[self.at : self.at + 1]
        if char in ("*", "+", "?"):
            self.pieces.append(self._next(1))
        elif char == "{":
            count = _COUNT.match(self.body, self.at)
            if count is None:
                raise ValueError("fuzzy matching")
            least = int(count[1] or 0)
            most = (int(count[3]) if count[3] else None) if count[2] else least
            if most is None or most > _LONGEST_COUNT:
                self.pieces.append(f"{{{min(least, _LONGEST_COUNT)},}}" if least > 1 else "+" if least else "*")
            else:
                self.pieces.append(f"{{{least},{most}}}")
            self.at = count.end()
        else:
            return
        if self.body[self.at : self.at + 1] in ("+", "?"):
            self.at += 1
        if self.body[self.at : self.at + 1] in ("*", "+", "?", "{"):
            raise ValueError("fuzzy matching")


def class_end(body: str, at: int) -> int:
    """Offset behind the character class that begins at an offset; IndexError where it has no end."""
    at += 2 if body[at + 1 : at + 2] == "^" else 1
    at += body[at : at + 1] == "]"
    while body[at] != "]":
        at += 2 if body[at] == "\\" else 1
    return at + 1


def group_end(body: str, at: int) -> int:
    """Offset behind the group that begins at an offset; ValueError where it has no end."""
    depth = 0
    while at < len(body):
        char = body[at]
        if char == "\\":
            at += 2
        elif char == "[":
            at = class_end(body, at)
        else:
            depth += (char == "(") - (char == ")")
            at += 1
            if depth == 0:
                return at
    raise ValueError("a group without an end")


def coarse(pattern: regex.Pattern[str]) -> str | None:
    """The coarse form of a pattern, or None where there is none."""
    flags = pattern.flags
    if flags & ~sum(_ONLY):
        return None
    try:
        body = _Coarse(pattern.pattern).read()
    except (ValueError, IndexError):
        return None
    letters = "m" + ("i" if flags & regex.IGNORECASE else "") + ("s" if flags & regex.DOTALL else "")
    # The exact engine takes both letters of Turkish for an i where case does not count.
    return f"(?{letters}){body}" + ("|[\u0130\u0131]" if flags & regex.IGNORECASE else "")


def may_match(expression: str, texts: Sequence[str]) -> list[bool] | None:
    """For each text whether the exact pattern might match in it; false is certain. None where that cannot be told."""
    import polars as pl

    try:
        return pl.Series(texts, dtype=pl.String).str.contains(expression).to_list()
    except (pl.exceptions.PolarsError, UnicodeEncodeError):
        return None
