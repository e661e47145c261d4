"""Pattern rules run over texts: many texts in one call, or one by one where a pattern is not made for that.

Calling a pattern costs more than matching a line with it, so texts are laid end to end and searched in one call. A
pattern sees its text, a line feed before and after it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate, compress
from time import perf_counter
from typing import NamedTuple

import regex

from redact.prefilter import LEAST, MOST_PASSED, coarse, may_match
from redact.rulebook import PatternRule
from redact.shortlines import SIEVES
from redact.values import NARROWERS, NORMALISERS, SPLITTERS

TIME_LIMIT = 2.0
"""Seconds a rule may spend on one document."""

_AT_ONCE = 2_000_000
"""Code points of texts that are searched in one call; it bounds memory and the time lost on a rule that runs away."""
_VALUES = 4096
"""Captured texts of a rule whose values are kept."""
_APART = "\n\0\n"
"""Between two texts: no pattern of a marking matches it, so a match over it is a match that left its text."""
_MOST_CROSSINGS = 64
"""Matches that leave their text after which a rule's texts are searched one by one."""

_WHOLE_LINE = r"(?<span>[^\s](?:[^\n]{2,46}[^\s])?)[ \t\f\r]*$"
"""End of a pattern whose span is its line without what frames it; such lines are sieved before they are searched."""
_TWO_DIGIT_YEAR = regex.compile(r"\d\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2}(?!\d)|[A-Za-z]{3,9}\.?,?\s+\d{2}(?!\d)")
_TEXT_END = regex.compile(r"\\[AZzG]")
_OWN_FLAGS = regex.compile(r"\(\?[a-zA-Z]+\)")
_LINE_END = regex.compile(r"(?:\\.|\[\^?\]?(?:\\.|[^\]\\])*+\])(*SKIP)(*FAIL)|[\^$]", regex.DOTALL)
"""Start or end of a line, not the signs in a character class."""


class Item(NamedTuple):
    """What a rule read in a text.

    Attributes:
        order: negative priority of the rule.
        start: offset in the text.
        end: offset behind it.
        turn: number of the rule among its like.
        kind: kind of the marking.
        value: canonical value; None where it depends on the date of the document.
        rule: id of the rule.
        raw: captured text, where the value depends on the date of the document.
    """

    order: int
    start: int
    end: int
    turn: int
    kind: str
    value: str | None
    rule: str
    raw: str | None


Items = tuple[Item, ...]


@dataclass(slots=True)
class Compiled:
    """A pattern rule as the scanner wants it.

    Attributes:
        rule: the rule.
        turn: its number among its like.
        joins: it gives the same in texts laid end to end as in each alone.
        near: it looks at the line of its literal alone, and gives the same wherever that stands.
    """

    rule: PatternRule
    turn: int
    joins: bool
    near: bool
    to_value: Callable[[str, date | None], str | None] | None
    split: Callable[[str], list[tuple[int, int, str]]] | None
    group: str | int = 0
    each: bool = False
    value_group: str | None = None
    sieve: Callable[[Sequence[str]], list[bool]] | None = None
    narrow: Callable[[str], tuple[int, int]] | None = None
    pattern: regex.Pattern[str] | None = None
    known: dict[str, str | None] = field(default_factory=dict)
    coarse: str | None = ""

    def ready(self) -> regex.Pattern[str]:
        """The pattern, compiled when it is first needed, with what its groups say."""
        if self.pattern is None:
            rule = self.rule
            self.pattern = rule.pattern
            groups = self.pattern.groupindex
            self.each = "each" in groups
            self.group = "each" if self.each else "span" if "span" in groups else 0
            self.value_group = "value" if "value" in groups and not self.each else None
            if "value" not in groups and not self.each and self.split is None:
                self.sieve = SIEVES.get(rule.normalise or "")
        return self.pattern

    def items_of(self, match: regex.Match[str], shift: int) -> Iterator[Item]:
        """What one match says; `shift` leads from its offsets to those wanted."""
        rule, text = self.rule, match.string
        # An alternative that has no group of its own gives the whole match.
        places = match.spans("each") if self.each else (match.span(self.group),)
        for place in places:
            start, end = place if place[0] >= 0 or self.each else match.span()
            if start < 0 or start == end:
                continue
            raw = text[start:end]
            if raw[-1] == " ":  # a marking does not end with what pads its line
                raw = raw.rstrip(" ")
                end = start + len(raw)
            start, end = start + shift, end + shift
            if self.split is not None:
                for a, b, value in self.split(raw):
                    yield Item(-rule.priority, start + a, start + b, self.turn, rule.kind, value, rule.id, None)
                continue
            value_: str | None = rule.value
            if value_ is None:
                named = match[self.value_group] if self.value_group else raw
                if self.to_value is None or not named:
                    value_ = named
                elif rule.kind == "declass" and _TWO_DIGIT_YEAR.search(named):
                    yield Item(-rule.priority, start, end, self.turn, rule.kind, None, rule.id, named)
                    continue
                else:
                    value_ = self._read(named)
                    if value_ and self.narrow is not None:
                        a, b = self.narrow(raw)
                        start, end = start + a, start + b
            if value_:
                yield Item(-rule.priority, start, end, self.turn, rule.kind, value_, rule.id, None)

    def _read(self, raw: str) -> str | None:
        """Canonical value of captured text; the same words recur on every page of a collection."""
        if raw in self.known:
            return self.known[raw]
        if len(self.known) >= _VALUES:
            self.known.clear()
        value = self.known[raw] = self.to_value(raw, None) if self.to_value is not None else raw
        return value

    def dated(self, raw: str, written: date | None) -> str | None:
        """Value of captured text that depends on the date of its document."""
        return self.to_value(raw, written) if self.to_value is not None else raw


def compile_rule(rule: PatternRule, turn: int) -> Compiled:
    """A rule made ready; `turn` is its number among its like."""
    body, flags = rule.body, rule.flags
    if _OWN_FLAGS.search(body):
        flags = rule.pattern.flags
    # Laid end to end, texts have no text start and end of their own, and fuzzy matching looks for the best one.
    by_line = not _TEXT_END.search(body) and bool(flags & regex.MULTILINE or not _LINE_END.search(body))
    joins = by_line and not flags & (regex.BESTMATCH | regex.ENHANCEMATCH)
    return Compiled(
        rule=rule,
        turn=turn,
        joins=joins,
        near=by_line and rule.lines == (0, 0),
        to_value=NORMALISERS[rule.normalise] if rule.normalise else None,
        split=SPLITTERS[rule.split] if rule.split else None,
        narrow=NARROWERS.get(rule.normalise or "") if rule.value is None else None,
    )


def read_texts(compiled: Compiled, texts: Sequence[str]) -> dict[str, list[Item]] | None:
    """What a rule reads in each of some different texts, by text; texts in which it reads nothing are left out.

    Returns:
        None where the rule ran out of time, or does not give in texts laid end to end what it gives in each.
    """
    if not texts:
        return {}
    compiled.ready()
    if not compiled.joins:
        return _read_alone(compiled, texts)
    some: Sequence[str] = texts
    if compiled.sieve is not None and compiled.rule.body.endswith(_WHOLE_LINE):
        some = list(compress(texts, compiled.sieve(texts)))
    elif len(texts) >= LEAST and (may := _may_match(compiled, texts)) is not None:
        some = list(compress(texts, may))
    found: dict[str, list[Item]] = {}
    at = 0
    while at < len(some):
        begin, size = at, 0
        while at < len(some) and (size <= _AT_ONCE or at == begin):
            size += len(some[at])
            at += 1
        matches: list[tuple[str, int, regex.Match[str]]] = []
        try:
            if not _matches_joined(compiled, some[begin:at], matches):
                return None
        except TimeoutError:
            return None
        if compiled.sieve is not None and len(matches) > 1:
            raws = [match[compiled.group] or match[0] for _, _, match in matches]
            matches = list(compress(matches, compiled.sieve(raws)))
        for text, shift, match in matches:
            for item in compiled.items_of(match, shift):
                found.setdefault(text, []).append(item)
    return found


def _read_alone(compiled: Compiled, texts: Sequence[str]) -> dict[str, list[Item]] | None:
    """What a rule reads in each text, searched by itself; None where it ran out of time."""
    found: dict[str, list[Item]] = {}
    stop = perf_counter() + TIME_LIMIT + sum(map(len, texts)) / 1e6
    for text in texts:
        items, is_late = read_within(compiled, text, [(0, len(text))])
        if is_late or perf_counter() > stop:
            return None
        if items:
            found[text] = items
    return found


def _may_match(compiled: Compiled, texts: Sequence[str]) -> list[bool] | None:
    """For each text whether a rule might match in it; None where asking does not pay."""
    if compiled.coarse == "":
        compiled.coarse = coarse(compiled.ready())
    if compiled.coarse is None:
        return None
    may = may_match(compiled.coarse, [text + "\n" for text in texts])
    if may is None or sum(may) > MOST_PASSED * len(may):
        compiled.coarse = None
        return None
    return may


def _matches_joined(compiled: Compiled, texts: Sequence[str], found: list[tuple[str, int, regex.Match[str]]]) -> bool:
    """Matches in texts laid end to end, each with its text and what leads from its offsets to those of the text.

    Raises:
        TimeoutError: the rule ran out of time.
    """
    joined = _APART + _APART.join(texts) + _APART
    width = len(_APART)
    begins = list(accumulate((len(text) + width for text in texts[:-1]), initial=width))
    ends = [begin + len(text) for begin, text in zip(begins, texts, strict=True)]
    finditer = compiled.ready().finditer
    limit = TIME_LIMIT + len(joined) / 1e6
    crossings = at = 0
    last = len(begins) - 1
    matches = finditer(joined, timeout=limit)
    while True:
        for match in matches:
            start, end = match.span()
            while at < last and start >= begins[at + 1]:
                at += 1
            if begins[at] <= start and end <= ends[at]:
                found.append((texts[at], -begins[at], match))
                continue
            if (start >= ends[at] and (at == last or end <= begins[at + 1])) or end <= begins[0]:
                continue  # between two texts: nobody's
            # The match leaves its text: what stands in this text is looked for in it alone.
            crossings += 1
            if crossings > _MOST_CROSSINGS:
                return False
            if start < ends[at]:
                own = finditer(joined, max(start, begins[at]), ends[at], timeout=limit)
                found.extend((texts[at], -begins[at], match) for match in own)
            if at == last:
                return True
            matches = finditer(joined, begins[at + 1], timeout=limit)
            break
        else:
            return True


def read_within(compiled: Compiled, text: str, windows: Sequence[tuple[int, int]]) -> tuple[list[Item], bool]:
    """What a rule reads in windows of one document, each searched by itself, and whether it ran out of time.

    Args:
        compiled: the rule.
        text: the text of the document; offsets of the items refer to it.
        windows: start and end of each window.
    """
    finditer = compiled.ready().finditer
    left = TIME_LIMIT
    items: list[Item] = []
    for start, end in windows:
        began = perf_counter()
        try:
            for match in finditer(text, start, end, timeout=left):
                items.extend(compiled.items_of(match, 0))
        except TimeoutError:
            return items, True
        left -= perf_counter() - began
        if left <= 0:
            return items, True
    return items, False
