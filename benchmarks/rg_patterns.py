"""Patterns of the rulebook as ripgrep's own engine can take them: a superset of what each rule reads.

That engine has no look-around, no atomic group, no fuzzy matching and no named group twice. What it lacks is left out,
so a translated pattern matches wherever the rule's pattern does, and elsewhere too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from redact.prefilter import class_end, group_end
from redact.rule import PatternRule

_NAMED = re.compile(r"\(\?P?<[A-Za-z]\w*>")
_FUZZY = re.compile(r"\{[eids](?:<=?\d+)?(?:,[eids]<=?\d+)*(?::[^}]*)?\}")
_COUNT = re.compile(r"[*+?]|\{\d*,?\d*\}")


def _class(text: str) -> str:
    """A character class with what the other engine would read as a set operation escaped."""
    inner = text[1:-1]
    negated = inner.startswith("^")
    inner = inner.removeprefix("^")
    inner = re.sub(r"\\.|[\[\]&~]", lambda hit: _escape(hit[0]) if len(hit[0]) == 2 else "\\" + hit[0], inner)
    if not inner.isascii():
        inner = re.sub(r"[^\x00-\x7f]+", "", inner) + r"\x80-\xff"
    return f"[{'^' if negated else ''}{inner}]"


def _escape(escape: str) -> str:
    """An escape as the other engine knows it; there, only its own signs may be escaped."""
    return escape[1] if escape[1] in "'\",;:/=<>!%@` " else escape


def translate(body: str) -> str:
    """One pattern; raises ValueError where it has no counterpart."""
    pieces: list[str] = []
    at = 0
    while at < len(body):
        char = body[at]
        if char == "\\":
            escape = body[at : at + 2]
            if escape[1:].isdigit():
                raise ValueError("a back-reference")
            pieces.append({"\\n": " ", "\\Z": "$", "\\A": "^"}.get(escape, _escape(escape)))
            at += 2
        elif char == "[":
            end = class_end(body, at)
            pieces.append(_class(body[at:end]))
            at = end
        elif body.startswith(("(?=", "(?!", "(?<=", "(?<!"), at):
            at = group_end(body, at)
            if body[at : at + 1] in ("?", "*", "+"):
                at += 1
        elif body.startswith("(?>", at):
            pieces.append("(?:")
            at += 3
        elif (named := _NAMED.match(body, at)) is not None:
            pieces.append("(?:")
            at = named.end()
        elif (fuzzy := _FUZZY.match(body, at)) is not None:
            at = fuzzy.end()
        elif (counted := _COUNT.match(body, at)) is not None:
            count, end = counted[0], counted.end()
            pieces.append("{0," + count[2:] if count.startswith("{,") else count)
            at = end
            if body[at : at + 1] == "+":  # possessive
                at += 1
        else:
            pieces.append(char if char.isascii() else "(?:" + "".join(f"\\x{b:02x}" for b in char.encode()) + ")")
            at += 1
    return "".join(pieces)


def patterns(rules: Iterable[PatternRule]) -> Iterator[tuple[str, str]]:
    """Id and translated pattern of each rule that has one."""
    import regex

    for rule in rules:
        flags = rule.pattern.flags
        letters = "".join(
            letter
            for letter, flag in (("i", regex.IGNORECASE), ("s", regex.DOTALL), ("x", regex.VERBOSE))
            if flags & flag
        )
        try:
            body = translate(rule.pattern.pattern)
        except ValueError:
            continue
        yield rule.id, f"(?{letters}:{body})" if letters else f"(?:{body})"
