"""Scanner: documents and a rulebook in, the markings of the documents out.

What a rule reads in a line, or in the few lines around one, depends on nothing but these lines; and stamps, banner
lines, page heads, labels and blank lines recur on every page of a collection. So every different line is read once:
one pass of an Aho-Corasick automaton over the case-folded lines not met before finds the literals of all rules, and
each rule's pattern then runs only around its own. Damaged markings hold no literal, so a rule may instead be anchored
on short lines, the only places where a damaged marking can be told from prose.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from redact.document import Document
from redact.lines import LONG_LINE, Fresh, Line, Lines, Plan, Wide
from redact.overlaps import Found, settle
from redact.rulebook import Rulebook
from redact.search import Compiled, Item, Items, compile_rule, read_texts, read_within
from redact.span import Span
from redact.values import probable_date
from redact.words import WordFinder

NEAR = (240, 720)
"""Code points before and after an anchor that a pattern may see in a long line."""

_REMEMBERED = 12_000_000
"""Code points around lines whose reading is kept."""
_TAKES_LINE = frozenset({"banner", "portion", "redaction", "control"})


@dataclass(frozen=True, slots=True)
class Scan:
    """What one document holds.

    Attributes:
        spans: its markings, sorted by start.
        timed_out: the rules that ran out of time.
        words: offsets of the words that were looked for beside (see `Scanner.look_for`); None where none were.
    """

    spans: list[Span]
    timed_out: tuple[str, ...] = ()
    words: Mapping[str, Sequence[int]] | None = field(default=None, compare=False)


class _Reading:
    """One document while it is scanned.

    Attributes:
        lines: number and what is known of each line that calls for something.
        long: numbers of the lines that are long.
        short: number and text of the short lines not met before.
        windows: by rule, start and end of what it has to read in the document itself.
    """

    __slots__ = ("dated", "document", "found", "late", "lines", "long", "probable", "short", "windows", "words")

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: list[Found] = []
        self.late: list[str] = []
        self.lines: list[tuple[int, Line]] = []
        self.long: Sequence[int] = ()
        self.short: Sequence[tuple[int, str]] = ()
        self.windows: dict[int, list[tuple[int, int]]] = {}
        self.words: Mapping[str, Sequence[int]] | None = None
        self.dated = False
        self.probable: date | None = None

    def date(self) -> date | None:
        """The document's likely date, worked out once."""
        if not self.dated:
            self.dated, self.probable = True, probable_date(self.document.text)
        return self.probable


class _Cluster(NamedTuple):
    """Lines that rules have to look at together: first, last, and number and plan of each that calls for it."""

    first: int
    last: int
    plans: list[tuple[int, Plan]]


class _Around(NamedTuple):
    """A cluster of lines not met before: its document, the offset at which it starts, its text, its plans."""

    reading: _Reading
    start: int
    text: str
    plans: list[tuple[int, Plan]]


class Scanner:
    """A rulebook made ready to scan documents; build it once, use it for many documents."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rules = [compile_rule(rule, turn) for turn, rule in enumerate(rulebook.patterns)]
        self._lines = Lines(self._rules)
        self._gated = {rule.id: rule for rule in rulebook.patterns if rule.needs or rule.unless}
        self._around: dict[str, Items] = {}
        self._windows: list[dict[str, Items]] = [{} for _ in self._rules]
        self._size = 0

    def look_for(self, finder: WordFinder) -> None:
        """Find words in the lines on the way, for stages that ask for them."""
        self._lines.look_for(finder)

    def scan(self, document: Document) -> Scan:
        """Find every marking of one document; see `scan_all`."""
        return self.scan_all([document])[0]

    def scan_all(self, documents: Sequence[Document]) -> list[Scan]:
        """Find every marking of some documents; many at once cost less than one by one and give the same.

        Returns:
            For each document its spans sorted by start; spans of one kind do not overlap. A rule that spends more
            than `TIME_LIMIT` on a document is named in `timed_out` and the others go on.
        """
        readings = [_Reading(document) for document in documents]
        fresh = self._read_lines(readings)
        self._read_around(readings)
        for reading in readings:
            if reading.long:
                self._cut(reading)
            for index in sorted(reading.windows):
                self._read_each(self._rules[index], reading, _merged(reading.windows[index]))
            self._read_short(reading, fresh)
        return [
            Scan(
                settle(reading.document, reading.found, self._gated), tuple(dict.fromkeys(reading.late)), reading.words
            )
            for reading in readings
        ]

    def _read_lines(self, readings: Sequence[_Reading]) -> Fresh:
        """Take what the rules read in each line alone; gives the lines that were not met before."""
        fresh = Fresh()
        for reading in readings:
            looked = self._lines.look(reading.document.lines, fresh)
            reading.words = self._lines.words(looked, reading.document)
            reading.lines, reading.long, reading.short = looked
        self._lines.read(fresh, sum(len(reading.document.text) for reading in readings))
        for reading in readings:
            if fresh.late:
                self._read_late(reading, fresh.late)
            starts = reading.document.starts
            for n, line in reading.lines:
                if line.items:
                    self._take(reading, starts[n], line.items)
        return fresh

    def _read_late(self, reading: _Reading, late: Mapping[str, Sequence[int]]) -> None:
        """Have rules that ran out of time on lines read them in this document, which has its own time."""
        windows: dict[int, list[tuple[int, int]]] = {}
        for n, _ in reading.lines:
            for index in late.get(reading.document.line_text(n), ()):
                windows.setdefault(index, []).append(reading.document.line_bounds(n))
        for index in sorted(windows):
            self._read_each(self._rules[index], reading, windows[index])

    def _read_around(self, readings: Sequence[_Reading]) -> None:
        """Have the rules that look at more than one line read what stands around theirs."""
        memory = self._around
        if self._size > _REMEMBERED:
            for some in (memory, *self._windows):
                some.clear()
            self._size = 0
        fresh: list[_Around] = []
        for reading in readings:
            text = reading.document.text
            starts = reading.document.starts
            for first, last, plans in self._clusters(reading):
                start = starts[first]
                content = text[start : starts[last + 1] - 1 if last + 1 < len(starts) else len(text)]
                items = memory.get(content)
                if items is None:
                    fresh.append(_Around(reading, start, content, plans))
                elif items:
                    self._take(reading, start, items)
        if fresh:
            self._meet_around(fresh)

    def _clusters(self, reading: _Reading) -> Iterable[_Cluster]:
        """Stretches of lines that rules have to look at together; no two share a line."""
        last_line = len(reading.document.starts) - 1
        clusters: list[_Cluster] = []
        for n, line in reading.lines:
            plan = line.plan
            if plan is None:
                continue
            for rule in plan.own:
                self._add_window(reading, rule, n)
            if not plan.wide:
                continue
            first, last = max(0, n - plan.before), min(last_line, n + plan.after)
            plans = [(n, plan)]
            while clusters and clusters[-1].last >= first:
                before = clusters.pop()
                before.plans.extend(plans)
                first, last, plans = min(first, before.first), max(last, before.last), before.plans
            clusters.append(_Cluster(first, last, plans))
        return clusters

    def _meet_around(self, fresh: Sequence[_Around]) -> None:
        """Have each rule read all of its windows that were not met before, then take what every stretch holds."""
        places: dict[str, list[tuple[int, int, str]]] = {}
        by_rule: dict[int, dict[str, None]] = {}
        for around in fresh:
            if around.text in places:
                continue
            places[around.text] = some = list(self._windows_in(around))
            for index, _, text in some:
                if text not in self._windows[index]:
                    by_rule.setdefault(index, {})[text] = None
        late: set[int] = set()
        read: dict[tuple[int, str], Items] = {}
        for index in sorted(by_rule):
            texts = list(by_rule[index])
            found = read_texts(self._rules[index], texts)
            if found is None:
                late.add(index)
                continue
            for text in texts:
                items = tuple(found.get(text, ()))
                if len(text) <= LONG_LINE:
                    self._windows[index][text] = items
                    self._size += len(text)
                else:  # hardly met again, and a whole document may be one
                    read[index, text] = items
        held: dict[str, Items] = {}
        for content, some in places.items():
            held[content] = tuple(
                item if at == 0 else item._replace(start=item.start + at, end=item.end + at)
                for index, at, text in some
                if index not in late
                for item in (self._windows[index][text] if len(text) <= LONG_LINE else read[index, text])
            )
            if len(content) <= LONG_LINE and late.isdisjoint(index for index, _, _ in some):
                self._around[content] = held[content]
                self._size += len(content)
        for around in fresh:
            self._take(around.reading, around.start, held[around.text])
            if len(around.text) > LONG_LINE:
                self._cut_around(around)
            for index, at, text in places[around.text]:
                if index in late:
                    start = around.start + at
                    around.reading.windows.setdefault(index, []).append((start, start + len(text)))

    def _windows_in(self, around: _Around) -> Iterable[tuple[int, int, str]]:
        """Rule, offset and text of what the rules of a stretch have to read in it, those with long lines left out."""
        document = around.reading.document
        windows: dict[int, list[tuple[int, int]]] = {}
        for n, plan in around.plans:
            for rule in plan.wide:
                start, end = _bounds(document, rule, n)
                if end - start <= LONG_LINE:
                    windows.setdefault(rule.number, []).append((start, end))
        for index, some in windows.items():
            for start, end in _merged(some):
                yield index, start - around.start, document.text[start:end]

    def _cut_around(self, around: _Around) -> None:
        """Have the rules whose windows hold a long line read near their own line only."""
        for n, plan in around.plans:
            for rule in plan.wide:
                start, end = _bounds(around.reading.document, rule, n)
                if end - start > LONG_LINE:
                    self._add_window(around.reading, rule, n)

    def _add_window(self, reading: _Reading, rule: Wide, n: int) -> None:
        """Have a rule read around a line of the document itself."""
        start, end = _bounds(reading.document, rule, n)
        if end - start > LONG_LINE:
            at = reading.document.starts[n]
            start, end = max(start, at - NEAR[0]), min(end, at + NEAR[1])
        reading.windows.setdefault(rule.number, []).append((start, end))

    def _cut(self, reading: _Reading) -> None:
        """Have every rule read around its literals in long lines."""
        document = reading.document
        for n in reading.long:
            begin = document.starts[n]
            bounds: dict[int, tuple[int, int]] = {}
            cuts: dict[int, list[tuple[int, int]]] = {}
            for index, offset in self._lines.anchors(document.lines[n]):
                if index not in bounds:
                    bounds[index] = _bounds(document, Wide(index, *self._rules[index].rule.lines), n)
                first, last = bounds[index]
                start, end = max(first, begin + offset - NEAR[0]), min(last, begin + offset + NEAR[1])
                some = cuts.setdefault(index, [])
                # A huge line may hold millions of literals: their windows become one as they come.
                if some and start < some[-1][1]:
                    some[-1] = (min(start, some[-1][0]), max(end, some[-1][1]))
                else:
                    some.append((start, end))
            for index, some in cuts.items():
                reading.windows.setdefault(index, []).extend(some)

    def _read_each(self, compiled: Compiled, reading: _Reading, windows: Sequence[tuple[int, int]]) -> None:
        items, is_late = read_within(compiled, reading.document.text, windows)
        self._take(reading, 0, items)
        if is_late:
            reading.late.append(compiled.rule.id)

    def _read_short(self, reading: _Reading, fresh: Fresh) -> None:
        """Take what the rules for short lines read in those that hold no marking."""
        some = {n: line for n, line in reading.lines if line.short}
        some.update((n, line) for n, text in reading.short if (line := fresh.lines.get(text)) is not None)
        if not some and not fresh.is_short_late:
            return
        starts = reading.document.starts
        taken = {bisect_right(starts, item[2]) - 1 for item in reading.found if item[4][2] in _TAKES_LINE}
        for n, line in some.items():
            if n not in taken:
                self._take(reading, starts[n], line.short)
        if fresh.is_short_late:
            windows = [reading.document.line_bounds(n) for n, _ in reading.short if n not in taken]
            for compiled in self._lines.short_rules:
                self._read_each(compiled, reading, windows)

    def _take(self, reading: _Reading, start: int, items: Sequence[Item]) -> None:
        """Put what was read in a text that starts at an offset among what its document holds."""
        found = reading.found
        for order, a, b, turn, kind, fixed, rule, raw in items:
            value = fixed if raw is None else self._rules[turn % len(self._rules)].dated(raw, reading.date())
            if value:
                found.append((order, a - b, start + a, turn, Span(start + a, start + b, kind, value, rule)))


def _bounds(document: Document, rule: Wide, n: int) -> tuple[int, int]:
    """Start and end of the lines that a rule looks at around a line."""
    starts = document.starts
    last = n + rule.after + 1
    return (
        starts[n - rule.before if n > rule.before else 0],
        starts[last] - 1 if last < len(starts) else len(document.text),
    )


def _merged(windows: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Windows in order; those that overlap become one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(windows):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
