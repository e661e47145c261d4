"""Scanner: documents and a rulebook in, the markings of the documents out.

One pass of an Aho-Corasick automaton over the case-folded text finds the literals of all rules; each rule's pattern
then runs only on the few lines around its own literals. Damaged markings hold no literal, so a rule may instead be
anchored on short lines, the only places where a damaged marking can be told from prose.

Stamps, banner lines, page heads and labels recur on every page of a collection, and what a rule reads in a line
depends on nothing but the line. So every different line is read once and what it holds is remembered.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import ahocorasick_rs

from redact.document import Document
from redact.overlaps import Found, settle
from redact.rulebook import Rulebook
from redact.search import Compiled, Item, Items, compile_rule, read_texts, read_within
from redact.shortlines import LONGEST, SHORTEST, is_short
from redact.span import Span
from redact.values import probable_date

LONG_LINE = 2_000
"""Code points above which a line is read only near its anchors, so that one huge line costs no more than many."""
NEAR = (240, 720)
"""Code points before and after an anchor that a pattern may see in a long line."""

_CHUNK = 4_000_000
"""Code points of a text that the automaton reads in one call."""
_REMEMBERED = 100_000
"""Lines of each sort, and windows of all rules together, whose reading is kept."""
_BLANKS = frozenset(" \t\f\v\u00a0")
"""White space that leads an indented line; what is not listed is no short line."""
_TAKES_LINE = frozenset({"banner", "portion", "redaction", "control"})
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Scan:
    """What one document holds: its spans, sorted by start, and the rules that ran out of time."""

    spans: list[Span]
    timed_out: tuple[str, ...] = ()


class _Wide(NamedTuple):
    """A rule that looks at more than one line: number, lines before and after that of its literal."""

    number: int
    before: int
    after: int


class _Line:
    """A line with literals: what the rules that look at one line read in it, and the rules that look further."""

    __slots__ = ("items", "wide")

    def __init__(self, wide: tuple[_Wide, ...]) -> None:
        self.items: Items = ()
        self.wide = wide


class _Reading:
    """One document while it is scanned.

    Attributes:
        lines: start of each line that holds a literal and is not long, and what is known of the line.
        windows: by rule, start and end of what it has to read.
        cuts: the same, cut out of long lines.
    """

    __slots__ = ("cuts", "dated", "document", "found", "late", "lines", "probable", "windows")

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: list[Found] = []
        self.late: list[str] = []
        self.lines: list[tuple[int, str, _Line]] = []
        self.windows: dict[int, list[tuple[int, int]]] = {}
        self.cuts: dict[int, list[tuple[int, int]]] = {}
        self.dated = False
        self.probable: date | None = None

    def date(self) -> date | None:
        """The document's likely date, worked out once."""
        if not self.dated:
            self.dated, self.probable = True, probable_date(self.document.text)
        return self.probable


class Scanner:
    """A rulebook made ready to scan documents; build it once, use it for many documents."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rules = [compile_rule(rule, turn) for turn, rule in enumerate(rulebook.patterns)]
        words: dict[str, list[int]] = {}
        for index, compiled in enumerate(self._rules):
            for word in compiled.rule.keywords if compiled.rule.anchor == "keyword" else ():
                words.setdefault(word, []).append(index)
        self._words = list(words)
        self._rules_of = [tuple(words[word]) for word in self._words]
        self._longest = max(map(len, self._words), default=0)
        self._automaton = (
            ahocorasick_rs.AhoCorasick(
                self._words, store_patterns=False, implementation=ahocorasick_rs.Implementation.DFA
            )
            if words
            else None
        )
        self._short = [
            compile_rule(compiled.rule, compiled.turn + len(self._rules))
            for compiled in self._rules
            if compiled.rule.anchor == "short-line"
        ]
        self._gated = {rule.id: rule for rule in rulebook.patterns if rule.needs or rule.unless}
        self._lines: dict[str, _Line] = {}
        self._read: dict[tuple[int, str], Items] = {}
        self._short_lines: dict[str, Items] = {}

    def scan(self, document: Document) -> Scan:
        """Find every marking of one document; see `scan_all`."""
        return self.scan_all([document])[0]

    def scan_all(self, documents: Sequence[Document]) -> list[Scan]:
        """Find every marking of some documents; many at once cost less than one by one and give the same.

        Returns:
            For each document its spans sorted by start; spans of one kind do not overlap. A rule that spends more
            than `TIME_LIMIT` on a document is named in `timed_out` and the others go on.
        """
        for memory in (self._lines, self._read, self._short_lines):
            if len(memory) > _REMEMBERED:
                memory.clear()
        readings = [_Reading(document) for document in documents]
        fresh: dict[int, list[str]] = {}
        met: dict[str, _Line] = {}
        for reading in readings:
            self._look(reading, met, fresh)
        self._read_lines(readings, met, fresh)
        wide: dict[int, list[_Reading]] = {}
        for reading in readings:
            for index in reading.windows:
                wide.setdefault(index, []).append(reading)
        for index in sorted(wide):
            self._read_windows(self._rules[index], wide[index])
        for reading in readings:
            for index in sorted(reading.cuts):
                self._read_each(self._rules[index], reading, reading.cuts[index])
        if self._short:
            self._read_short(readings)
        return [
            Scan(settle(reading.document, reading.found, self._gated), tuple(dict.fromkeys(reading.late)))
            for reading in readings
        ]

    def _look(self, reading: _Reading, met: dict[str, _Line], fresh: dict[int, list[str]]) -> None:
        """Find the lines of a document that hold literals, and what is to be read there.

        Args:
            reading: the document; its lines, windows and cuts are set.
            met: the lines not met before; added to.
            fresh: these by rule that looks at one line; added to.
        """
        document, known = reading.document, self._lines
        text, starts, n_chars = document.text, document.starts, len(document.text)
        n_lines = len(starts)
        line, line_start, line_end = 0, 0, -1
        words: set[int] | None = None
        long: list[tuple[int, int, int]] = []
        with_wide: list[tuple[int, _Line]] = []
        content, is_long = "", False
        for word, at, _ in self._hits(text):
            if at < line_end:  # a literal stands in one line, and they come in the order of their lines
                if is_long:
                    long.append((word, at, line))
                elif words is not None:
                    words.add(word)
                continue
            if words is not None:
                met[content] = held = self._meet(content, words, fresh)
                reading.lines.append((line_start, content, held))
                if held.wide:
                    with_wide.append((line, held))
                words = None
            line = bisect_right(starts, at, line) - 1
            line_start = starts[line]
            line_end = starts[line + 1] if line + 1 < n_lines else n_chars + 1
            is_long = line_end - line_start > LONG_LINE
            if is_long:
                long.append((word, at, line))
                continue
            content = text[line_start : line_end - 1]
            seen = known.get(content) or met.get(content)
            if seen is None:
                words = {word}
                continue
            reading.lines.append((line_start, content, seen))
            if seen.wide:
                with_wide.append((line, seen))
        if words is not None:
            met[content] = held = self._meet(content, words, fresh)
            reading.lines.append((line_start, content, held))
            if held.wide:
                with_wide.append((line, held))
        for line, held in with_wide:
            for index, before, after in held.wide:
                start = starts[line - before if line > before else 0]
                last = line + after + 1
                end = starts[last] - 1 if last < n_lines else n_chars
                if end - start > LONG_LINE:  # a long line lies beside this one
                    at = starts[line]
                    _add(reading.cuts, index, max(start, at - NEAR[0]), min(end, at + NEAR[1]))
                else:
                    _add(reading.windows, index, start, end)
        for word, at, line in long:
            for index in self._rules_of[word]:
                before, after = self._rules[index].rule.lines
                start = starts[line - before if line > before else 0]
                last = line + after + 1
                end = starts[last] - 1 if last < n_lines else n_chars
                _add(reading.cuts, index, max(start, at - NEAR[0]), min(end, at + NEAR[1]))

    def _meet(self, content: str, words: set[int], fresh: dict[int, list[str]]) -> _Line:
        """Take up a line that was not met before, with the numbers of its literals."""
        rules = self._rules
        indices = sorted({index for word in words for index in self._rules_of[word]})
        for index in indices:
            if rules[index].near:
                fresh.setdefault(index, []).append(content)
        return _Line(tuple(_Wide(index, *rules[index].rule.lines) for index in indices if not rules[index].near))

    def _hits(self, text: str) -> Iterable[tuple[int, int, int]]:
        """Literal, start and end of every occurrence, in the order of their ends; piece by piece for a huge text.

        What a line holds depends on the line alone, so the last one ends like any other.
        """
        if text[-1:] != "\n":
            text += "\n"
        return self._find(_lower(text)) if len(text) <= _CHUNK else self._hits_of_pieces(text)

    def _hits_of_pieces(self, text: str) -> Iterator[tuple[int, int, int]]:
        for begin in range(0, len(text), _CHUNK):
            for word, at, end in self._find(_lower(text[begin : begin + _CHUNK + self._longest])):
                if at < _CHUNK:
                    yield word, begin + at, begin + end

    def _find(self, text: str) -> list[tuple[int, int, int]]:
        if self._automaton is None:
            return []
        try:
            return self._automaton.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:  # lone surrogates
            return self._automaton.find_matches_as_indexes(_SURROGATE.sub("?", text), overlapping=True)

    def _read_lines(
        self, readings: Sequence[_Reading], met: dict[str, _Line], fresh: Mapping[int, Sequence[str]]
    ) -> None:
        """Read the lines not met before, each rule all of them at once, and take what every line holds.

        A line is remembered only when all its rules have read it: what fails half-way must not leave it as empty.
        """
        items: dict[str, list[Item]] = {}
        late: set[str] = set()
        for index in sorted(fresh):
            compiled, texts = self._rules[index], fresh[index]
            found = read_texts(compiled, texts)
            if found is None:
                # Not remembered: every document has its own time.
                wanted = set(texts)
                for reading in readings:
                    windows = [(start, start + len(text)) for start, text, _ in reading.lines if text in wanted]
                    if windows:
                        self._read_each(compiled, reading, windows)
                late |= wanted
                continue
            for text, some in found.items():
                items.setdefault(text, []).extend(some)
        for text, some in items.items():
            met[text].items = tuple(some)
        self._lines.update((text, held) for text, held in met.items() if text not in late)
        for reading in readings:
            for start, _, held in reading.lines:
                if held.items:
                    self._take(reading, start, held.items)

    def _read_windows(self, compiled: Compiled, readings: Sequence[_Reading]) -> None:
        """Read the windows of a rule that looks at more than one line."""
        index, memory = compiled.turn, self._read
        if not compiled.joins:
            for reading in readings:
                self._read_each(compiled, reading, reading.windows[index])
            return
        places = [
            (reading, start, reading.document.text[start:end])
            for reading in readings
            for start, end in reading.windows[index]
        ]
        fresh = [text for text in dict.fromkeys(text for _, _, text in places) if (index, text) not in memory]
        found = read_texts(compiled, fresh)
        if found is None:
            for reading in readings:
                self._read_each(compiled, reading, reading.windows[index])
            return
        for text in fresh:
            some = found.get(text)
            memory[index, text] = tuple(some) if some else ()
        for reading, start, text in places:
            if held := memory[index, text]:
                self._take(reading, start, held)

    def _read_each(self, compiled: Compiled, reading: _Reading, windows: Sequence[tuple[int, int]]) -> None:
        items, is_late = read_within(compiled, reading.document.text, windows)
        self._take(reading, 0, items)
        if is_late:
            reading.late.append(compiled.rule.id)

    def _read_short(self, readings: Sequence[_Reading]) -> None:
        """Read the short lines that hold no marking yet; what a line holds depends on nothing but its text."""
        known = self._short_lines
        lines: list[tuple[_Reading, int, str]] = []
        get = known.get
        for reading in readings:
            starts = reading.document.starts
            taken = {bisect_right(starts, item[2]) - 1 for item in reading.found if item[4][2] in _TAKES_LINE}
            # Written for speed: most lines of a collection are long, and most short ones were met before.
            some = [
                (line, text)
                for line, text in enumerate(reading.document.text.split("\n"))
                if (SHORTEST <= len(text) <= LONGEST or text[:1] in _BLANKS) and get(text) != ()
            ]
            for line, text in some:
                if text not in known and not is_short(text):
                    known[text] = ()
                elif line not in taken:
                    lines.append((reading, starts[line], text))
        if not self._read_short_texts([text for _, _, text in lines]):
            places: dict[int, list[tuple[int, int]]] = {}
            for reading, start, text in lines:
                places.setdefault(id(reading), []).append((start, start + len(text)))
            for reading in readings:
                windows = places.get(id(reading), [])
                for compiled in self._short:
                    self._read_each(compiled, reading, windows)
            return
        for reading, start, text in lines:
            if held := known[text]:
                self._take(reading, start, held)

    def _read_short_texts(self, texts: Sequence[str]) -> bool:
        """Read the lines that were not met before and remember what they hold; False where that takes too long."""
        known = self._short_lines
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        items: dict[str, list[Item]] = {}
        for compiled in self._short:
            found = read_texts(compiled, fresh) if compiled.joins else None
            if found is None:
                return False
            for text, some in found.items():
                items.setdefault(text, []).extend(some)
        for text in fresh:
            some_ = items.get(text)
            known[text] = tuple(some_) if some_ else ()
        return True

    def _take(self, reading: _Reading, start: int, items: Sequence[Item]) -> None:
        """Put what was read in a text that starts at an offset among what its document holds."""
        found = reading.found
        for order, a, b, turn, kind, fixed, rule, raw in items:
            value = fixed if raw is None else self._rules[turn % len(self._rules)].dated(raw, reading.date())
            if value:
                found.append((order, a - b, start + a, turn, Span(start + a, start + b, kind, value, rule)))


def _add(windows: dict[int, list[tuple[int, int]]], index: int, start: int, end: int) -> None:
    """Add a window to those of a rule, which are in order; windows that overlap become one."""
    some = windows.get(index)
    if some is None:
        windows[index] = [(start, end)]
        return
    last_start, last_end = some[-1]
    if start >= last_end:
        some.append((start, end))
    elif end > last_end:
        some[-1] = (last_start, end)


def _lower(text: str) -> str:
    """Case-folded text of the same length (a few characters grow when folded: they stay as they are)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)
