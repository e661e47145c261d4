"""What a rule is: pattern rules, condition rules, and the card a person is shown."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

import regex

from redact.plain_flags import compile_pattern

Scope = Literal["document", "corpus"]


@dataclass(frozen=True, slots=True)
class Validity:
    """Days on which a rule speaks, judged on a date of the document; either end may be open."""

    start: date | None = None
    end: date | None = None
    judged_on: str = "document_date"


@dataclass(frozen=True, slots=True)
class Rule:
    """What pattern and condition rules have in common; see the rule file for the text of each field."""

    id: str
    kind: str
    title: str
    severity: str | None
    confidence: str
    status: str
    since: str
    authority: tuple[str, ...]
    rationale: str
    advice: str
    validity: Validity
    silent_when: tuple[str, ...]
    examples: tuple[Mapping[str, Any], ...]
    known: tuple[str, ...]
    source: str
    message: str


@dataclass(frozen=True, slots=True)
class PatternRule(Rule):
    """A rule that reads one kind of marking.

    `pattern` (`body` compiled with `flags`, when it is first asked for) runs on the lines around an anchor: a literal
    of `keywords` found in the case-folded text, or every line of the class named by `anchor` (`short-line`). `lines`
    are the numbers of lines before and after the anchor's own that the pattern may see. The span is the group `span`,
    or each capture of the group `each`, or the match.

    Where `of_another` is set, what it reads speaks of another paper (the mark behind a reference or an enclosure): a
    marking like any other, but no portion and no level of the document itself.
    """

    body: str
    flags: int
    keywords: tuple[str, ...]
    anchor: str
    lines: tuple[int, int]
    normalise: str | None
    split: str | None
    value: str | None
    needs: tuple[str, ...]
    unless: tuple[str, ...]
    priority: int
    of_another: bool

    @property
    def pattern(self) -> regex.Pattern[str]:
        """Raises regex.error where the body is no regular expression."""
        return compile_pattern(self.body, self.flags)


@dataclass(frozen=True, slots=True)
class ConditionRule(Rule):
    """A rule that states what every row of a table meets: `require` (true is good, null does not apply)."""

    table: str
    where: str
    require: str
    points_at: str
    sensitive: bool
    merge: bool
    scope: Scope
    modes: Mapping[str, str]
    silence: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RuleCard:
    """What a person is shown of a rule."""

    id: str
    kind: str
    title: str
    severity: str
    confidence: str
    status: str
    since: str
    authority: tuple[str, ...]
    rationale: str
    advice: str
    validity: str
    silent_when: tuple[str, ...]
    hits: tuple[str, ...]
    misses: tuple[str, ...]
    known: tuple[str, ...]


@cache
def message_parts(message: str) -> tuple[tuple[str, str | None], ...]:
    """Pieces of a message: a text and the name of the column that follows it, or None at the end.

    Raises:
        ValueError: something else than a plain name stands in braces.
    """
    parts: list[tuple[str, str | None]] = []
    for text, name, spec, conversion in string.Formatter().parse(message):
        if name is not None and (not name.isidentifier() or spec or conversion):
            raise ValueError(f"`{{{name}}}`: only names of columns may stand in a message")
        parts.append((text, name))
    return tuple(parts)


def message_fields(message: str) -> tuple[str, ...]:
    """Names that a message refers to. Raises ValueError on anything but plain names."""
    return tuple(name for _, name in message_parts(message) if name is not None)
