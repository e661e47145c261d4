"""Scanner: a document and a rulebook in, the markings of the document out.

One pass of an Aho-Corasick automaton over the case-folded text finds the literals of all rules; each rule's pattern
then runs only on the few lines around its own literals. Damaged markings hold no literal, so a rule may instead be
anchored on short lines, the only places where a damaged marking can be told from prose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import ahocorasick_rs
import regex

from redact.document import Document
from redact.values import NORMALISERS, SPLITTERS, probable_date
from redact.rulebook import PatternRule, Rulebook
from redact.span import Span

TIME_LIMIT = 2.0
"""Seconds a rule may spend on one document."""
LONG_LINE = 2_000
"""Code points above which a line is read only near its anchors, so that one huge line costs no more than many."""
NEAR = (240, 720)
"""Code points before and after an anchor that a pattern may see in a long line."""

_SHORT_LINE = regex.compile(
    r"^[^\S\n]*+(?=[^\n]{3,48}$)(?=(?:[^\nA-Za-z]*+[A-Za-z]){4})[^a-z\n]*+(?:[a-z]++[^a-z\n]*+){0,3}$", regex.MULTILINE
)
_TWO_DIGIT_YEAR = regex.compile(r"\d\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2}(?!\d)|[A-Za-z]{3,9}\.?,?\s+\d{2}(?!\d)")


@dataclass(frozen=True, slots=True)
class Scan:
    """What one document holds: its spans, sorted by start, and the rules that ran out of time."""

    spans: list[Span]
    timed_out: tuple[str, ...] = ()


@dataclass(slots=True)
class _Compiled:
    """A pattern rule as the scan loop wants it."""

    rule: PatternRule
    group: str | int
    each: bool
    value_group: str | None
    to_value: Callable[[str, date | None], str | None] | None
    split: Callable[[str], list[tuple[int, int, str]]] | None
    dated: bool


def _compile(rule: PatternRule) -> _Compiled:
    groups = rule.pattern.groupindex
    each = "each" in groups
    return _Compiled(
        rule=rule,
        group="each" if each else "span" if "span" in groups else 0,
        each=each,
        value_group="value" if "value" in groups else None,
        to_value=NORMALISERS[rule.normalise] if rule.normalise else None,
        split=SPLITTERS[rule.split] if rule.split else None,
        dated=rule.kind == "declass",
    )


class Scanner:
    """A rulebook made ready to scan documents; build it once, use it for many documents."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rules = [_compile(rule) for rule in rulebook.patterns]
        self._by_id = {rule.id: rule for rule in rulebook.patterns}
        words: dict[str, list[int]] = {}
        for index, compiled in enumerate(self._rules):
            for word in compiled.rule.keywords if compiled.rule.anchor == "keyword" else ():
                words.setdefault(word, []).append(index)
        self._words = list(words)
        self._rules_of = [tuple(words[word]) for word in self._words]
        self._automaton = ahocorasick_rs.AhoCorasick(self._words, store_patterns=False) if words else None
        self._short = [index for index, compiled in enumerate(self._rules) if compiled.rule.anchor == "short-line"]
        self._gated = {
            rule.id for rule in rulebook.patterns if rule.needs or rule.unless
        }

    def scan(self, document: Document) -> Scan:
        """Find every marking of one document.

        Returns:
            Spans sorted by start; spans of one kind do not overlap. A rule that spends more than `TIME_LIMIT` is
            named in `timed_out` and the others go on.
        """
        if not document.text:
            return Scan([])
        found: list[tuple[int, int, int, Span]] = []
        late: list[str] = []
        for index, windows in self._candidates(document).items():
            self._run(document, self._rules[index], windows, found, late)
        if self._short:
            taken = {document.line_index(item[3].start) for item in found if item[3].kind in ("banner", "portion", "redaction", "control")}
            windows = [w for w in _short_lines(document) if document.line_index(w[0]) not in taken]
            for index in self._short:
                self._run(document, self._rules[index], windows, found, late)
        return Scan(self._settle(document, found), tuple(late))

    def _candidates(self, document: Document) -> dict[int, list[tuple[int, int]]]:
        """Windows of text, by index of the rule that is to read them; in order, not overlapping."""
        if self._automaton is None:
            return {}
        text, starts, n_chars = document.text, document.starts, len(document.text)
        n_lines = len(starts)
        windows: dict[int, list[tuple[int, int]]] = {}
        rules, rules_of = self._rules, self._rules_of
        line, line_end = 0, (starts[1] if n_lines > 1 else n_chars + 1)
        for word, at, _ in self._automaton.find_matches_as_indexes(_lower(text), overlapping=True):
            if at >= line_end or at < starts[line]:
                line = document.line_index(at)
                line_end = starts[line + 1] if line + 1 < n_lines else n_chars + 1
            for index in rules_of[word]:
                before, after = rules[index].rule.lines
                first, last = line - before if line > before else 0, line + after
                start = starts[first]
                end = starts[last + 1] - 1 if last + 1 < n_lines else n_chars
                if end - start > LONG_LINE:
                    start, end = max(start, at - NEAR[0]), min(end, at + NEAR[1])
                some = windows.get(index)
                if some is None:
                    windows[index] = [(start, end)]
                elif start >= some[-1][1]:
                    some.append((start, end))
                elif end > some[-1][1]:
                    some[-1] = (some[-1][0], end)
        return windows

    def _run(
        self, document: Document, compiled: _Compiled, windows: Iterable[tuple[int, int]],
        found: list[tuple[int, int, int, Span]], late: list[str],
    ) -> None:  # fmt: skip
        finditer, text = compiled.rule.pattern.finditer, document.text
        try:
            for start, end in windows:
                for match in finditer(text, start, end, timeout=TIME_LIMIT):
                    for span in self._spans_of(document, compiled, match):
                        found.append((-compiled.rule.priority, span.start - span.end, span.start, span))
        except TimeoutError:
            late.append(compiled.rule.id)

    @staticmethod
    def _spans_of(document: Document, compiled: _Compiled, match: regex.Match[str]) -> Iterator[Span]:
        rule, text = compiled.rule, document.text
        places = match.spans("each") if compiled.each else (match.span(compiled.group),)
        for start, end in places:
            if start < 0 and not compiled.each:
                start, end = match.span()  # the alternative that matched has no group of its own
            if start < 0 or start == end:
                continue
            if compiled.split is not None:
                for a, b, value in compiled.split(text[start:end]):
                    yield Span(start + a, start + b, rule.kind, value, rule.id)
                continue
            value: str | None = rule.value
            if value is None:
                raw = match[compiled.value_group] if compiled.value_group and not compiled.each else text[start:end]
                value = raw
                if compiled.to_value is not None and raw is not None:
                    on = probable_date(text) if compiled.dated and _TWO_DIGIT_YEAR.search(raw) else None
                    value = compiled.to_value(raw, on)
            if value:
                yield Span(start, end, rule.kind, value, rule.id)

    def _settle(self, document: Document, found: list[tuple[int, int, int, Span]]) -> list[Span]:
        """Choose among overlapping spans of one kind (priority, then length, then position) and apply the gates."""
        if not found:
            return []
        found.sort(key=lambda item: item[:3])
        kept: dict[str, list[Span]] = {}
        for item in found:
            span = item[3]
            same = kept.setdefault(span.kind, [])
            if not any(other.start < span.end and span.start < other.end for other in same):
                same.append(span)
        banners = kept.get("banner", ())
        for kind in ("control", "portion"):
            if kind in kept and banners:
                kept[kind] = [s for s in kept[kind] if not any(b.start <= s.start and s.end <= b.end for b in banners)]
        spans = sorted(span for same in kept.values() for span in same)
        gated = [span for span in spans if span.rule in self._gated]
        if gated:
            spans = self._gate(spans)
        return _drop_legends(document, spans)

    def _gate(self, spans: list[Span]) -> list[Span]:
        """Drop spans whose rule needs other markings in the document that are not there."""
        features = {f"kind:{s.kind}" for s in spans if s.rule not in self._gated}
        features |= {f"rule:{s.rule}" for s in spans if s.rule not in self._gated}
        features |= {f"value:{s.value}" for s in spans if s.rule not in self._gated}

        def holds(span: Span) -> bool:
            rule = self._by_id[span.rule]
            if rule.needs and not any(need in features for need in rule.needs):
                return False
            return not any(item in features for item in rule.unless)

        return [span for span in spans if span.rule not in self._gated or holds(span)]


def _lower(text: str) -> str:
    """Case-folded text of the same length (a few characters grow when folded: they stay as they are)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _short_lines(document: Document) -> list[tuple[int, int]]:
    """Lines of at most 48 code points without running lower-case text: where a damaged marking may stand."""
    return [match.span() for match in _SHORT_LINE.finditer(document.text)]


_PROSE_AFTER = regex.compile(r"[\s.\-–:]+(?:\p{L}[\p{L}'’-]*[\s,]+){2}")


def _drop_legends(document: Document, spans: Sequence[Span]) -> list[Span]:
    """Leave out codes of a legend: three or more codes within five lines, each at its line's start before prose."""
    at_head: list[tuple[int, Span]] = []
    for span in spans:
        if span.kind in ("exemption", "reason"):
            line = document.line_index(span.start)
            start, end = document.line_bounds(line)
            if not document.text[start : span.start].strip(" \t([•*-") and _PROSE_AFTER.match(
                document.text, span.end, min(end, span.end + 80)
            ):
                at_head.append((line, span))
    if len(at_head) < 3:
        return list(spans)
    legend: set[Span] = set()
    for (first, _), (_, _), (last, _) in zip(at_head, at_head[1:], at_head[2:], strict=False):
        if last - first <= 5:
            legend.update(span for line, span in at_head if first <= line <= last)
    lines = {document.line_index(span.start) for span in legend}
    return [
        s for s in spans if not (s.kind in ("exemption", "reason", "redaction") and document.line_index(s.start) in lines)
    ]  # fmt: skip
