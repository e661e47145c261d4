"""Scanner: documents and a rulebook in, the markings of the documents out.

One pass of an Aho-Corasick automaton over the case-folded text finds the literals of all rules; each rule's pattern
then runs only on the few lines around its own literals. Damaged markings hold no literal, so a rule may instead be
anchored on short lines, the only places where a damaged marking can be told from prose.

Calling a pattern costs more than matching a line with it, so the windows of many documents are laid end to end and
searched in one call. A pattern sees its window, a line feed after it, and nothing of what follows.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate, compress
from operator import itemgetter
from time import perf_counter

import ahocorasick_rs
import regex

from redact.document import Document
from redact.prefilter import LEAST, MOST_PASSED, coarse, may_match
from redact.rulebook import PatternRule, Rulebook
from redact.shortlines import LONGEST, SHORTEST, SIEVES, is_short
from redact.span import Span
from redact.values import NORMALISERS, SPLITTERS, probable_date

TIME_LIMIT = 2.0
"""Seconds a rule may spend on one document."""
LONG_LINE = 2_000
"""Code points above which a line is read only near its anchors, so that one huge line costs no more than many."""
NEAR = (240, 720)
"""Code points before and after an anchor that a pattern may see in a long line."""

_AT_ONCE = 2_000_000
"""Code points of windows that are searched in one call; it bounds memory and the time lost on a rule that runs away."""
_CHUNK = 4_000_000
"""Code points of a text that the automaton reads in one call."""
_REMEMBERED = 100_000
"""Short lines whose reading is kept; labels and letterheads recur on every page of a collection."""
_VALUES = 4096
"""Captured texts of a rule whose values are kept."""
_APART = "\n\0\n"
"""Between two windows: no pattern of a marking matches it, so a match over it is a match that left its window."""
_MOST_CROSSINGS = 64
"""Matches that leave their window after which a rule's windows are searched one by one."""

_WHOLE_LINE = r"(?<span>[^\s](?:[^\n]{2,46}[^\s])?)[ \t\f\r]*$"
"""End of a pattern whose span is its line without what frames it; such lines are sieved before they are searched."""
_TWO_DIGIT_YEAR = regex.compile(r"\d\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2}(?!\d)|[A-Za-z]{3,9}\.?,?\s+\d{2}(?!\d)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TEXT_END = regex.compile(r"\\[AZzG]")
_LINE_END = regex.compile(r"(?<!\\)(?:\\\\)*(?:(?<!\[)\^|\$)")
_ORDER = itemgetter(0, 1, 2, 3)

_Found = tuple[int, int, int, int, Span]
"""Negative priority, negative length, start, turn of the rule in its document, span: sorts as spans are chosen."""


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
    sieve: Callable[[Sequence[str]], list[bool]] | None
    joins: bool
    before: int
    after: int
    known: dict[str, str | None] = field(default_factory=dict)
    coarse: str | None = ""

    def read(self, raw: str, reading: _Reading) -> str | None:
        """Canonical value of captured text; the same words recur on every page of a collection."""
        if self.to_value is None:
            return raw
        if self.dated and _TWO_DIGIT_YEAR.search(raw):
            return self.to_value(raw, reading.date())
        if raw in self.known:
            return self.known[raw]
        if len(self.known) >= _VALUES:
            self.known.clear()
        value = self.known[raw] = self.to_value(raw, None)
        return value


def _compile(rule: PatternRule) -> _Compiled:
    groups = rule.pattern.groupindex
    each = "each" in groups
    body = rule.pattern.pattern
    return _Compiled(
        rule=rule,
        group="each" if each else "span" if "span" in groups else 0,
        each=each,
        value_group="value" if "value" in groups and not each else None,
        to_value=NORMALISERS[rule.normalise] if rule.normalise else None,
        split=SPLITTERS[rule.split] if rule.split else None,
        dated=rule.kind == "declass",
        sieve=SIEVES.get(rule.normalise or "") if "value" not in groups and not each and not rule.split else None,
        # Laid end to end, windows have no text start and end of their own, and fuzzy matching looks for the best one.
        joins=not _TEXT_END.search(body)
        and not rule.pattern.flags & (regex.BESTMATCH | regex.ENHANCEMATCH)
        and bool(rule.pattern.flags & regex.MULTILINE or not _LINE_END.search(body)),
        before=rule.lines[0],
        after=rule.lines[1],
    )


class _Reading:
    """One document while it is scanned."""

    __slots__ = ("dated", "document", "found", "late", "probable", "turns")

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: list[_Found] = []
        self.late: list[str] = []
        self.turns: dict[int, int] = {}
        self.dated = False
        self.probable: date | None = None

    def date(self) -> date | None:
        """The document's likely date, worked out once."""
        if not self.dated:
            self.dated, self.probable = True, probable_date(self.document.text)
        return self.probable


_Place = tuple[_Reading, int, int, bool]
"""Where a rule is to look: document, start and end of the window, whether it is cut out of a long line."""


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
        self._rules_of = [
            tuple((index, self._rules[index].before, self._rules[index].after) for index in words[word])
            for word in self._words
        ]
        self._longest = max(map(len, self._words), default=0)
        self._automaton = (
            ahocorasick_rs.AhoCorasick(
                self._words, store_patterns=False, implementation=ahocorasick_rs.Implementation.DFA
            )
            if words
            else None
        )
        self._short = [index for index, compiled in enumerate(self._rules) if compiled.rule.anchor == "short-line"]
        self._gated = {rule.id for rule in rulebook.patterns if rule.needs or rule.unless}
        self._known: dict[str, tuple[tuple[int, int, Span], ...]] = {}

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
        places: dict[int, list[_Place]] = {}
        for reading in readings:
            for index, windows in self._candidates(reading.document).items():
                reading.turns[index] = len(reading.turns)
                some = places.setdefault(index, [])
                for start, end, cut in windows:
                    some.append((reading, start, end, cut))
        for index in sorted(places):
            self._run(index, places[index])
        if self._short:
            self._run_short(readings)
        return [
            Scan(self._settle(reading.document, reading.found), tuple(dict.fromkeys(reading.late)))
            for reading in readings
        ]

    def _candidates(self, document: Document) -> dict[int, list[tuple[int, int, bool]]]:
        """Windows of text, by index of the rule that is to read them; in order, not overlapping.

        A window is start, end and whether it is cut out of a long line.
        """
        text, starts, n_chars = document.text, document.starts, len(document.text)
        n_lines = len(starts)
        windows: dict[int, list[tuple[int, int, bool]]] = {}
        rules_of = self._rules_of
        line, line_start, line_end = 0, 0, (starts[1] if n_lines > 1 else n_chars + 1)
        for word, at in self._hits(text):
            if at >= line_end or at < line_start:
                line = bisect_right(starts, at) - 1
                line_start = starts[line]
                line_end = starts[line + 1] if line + 1 < n_lines else n_chars + 1
            for index, before, after in rules_of[word]:
                start = line_start if not before else starts[line - before if line > before else 0]
                if not after:
                    end = line_end - 1
                else:
                    last = line + after
                    end = starts[last + 1] - 1 if last + 1 < n_lines else n_chars
                cut = end - start > LONG_LINE
                if cut:
                    start, end = max(start, at - NEAR[0]), min(end, at + NEAR[1])
                some = windows.get(index)
                if some is None:
                    windows[index] = [(start, end, cut)]
                    continue
                last_start, last_end, last_cut = some[-1]
                if start >= last_end:
                    some.append((start, end, cut))
                elif end > last_end:
                    some[-1] = (last_start, end, cut or last_cut)
        return windows

    def _hits(self, text: str) -> Iterator[tuple[int, int]]:
        """Literal and offset of every occurrence, in the order of their ends; piece by piece for a huge text."""
        if len(text) <= _CHUNK:
            for word, at, _ in self._find(_lower(text)):
                yield word, at
            return
        for begin in range(0, len(text), _CHUNK):
            for word, at, _ in self._find(_lower(text[begin : begin + _CHUNK + self._longest])):
                if at < _CHUNK:
                    yield word, begin + at

    def _find(self, text: str) -> list[tuple[int, int, int]]:
        if self._automaton is None:
            return []
        try:
            return self._automaton.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:  # lone surrogates
            return self._automaton.find_matches_as_indexes(_SURROGATE.sub("?", text), overlapping=True)

    def _run(self, index: int, places: Sequence[_Place]) -> None:
        """Search the windows of one rule in many documents."""
        compiled = self._rules[index]
        places = _narrow(compiled, places)
        whole = [place for place in places if not place[3]] if compiled.joins else []
        at = 0
        while at < len(whole):
            begin, size = at, 0
            while at < len(whole) and (size <= _AT_ONCE or at == begin):
                size += whole[at][2] - whole[at][1]
                at += 1
            part = whole[begin:at]
            found: list[tuple[_Reading, _Found]] = []
            if _search_joined(compiled, index, part, found):
                for reading, item in found:
                    reading.found.append(item)
            else:
                _search_each(compiled, index, part)
        rest = [place for place in places if place[3]] if compiled.joins else places
        if rest:
            _search_each(compiled, index, rest)

    def _run_short(self, readings: Sequence[_Reading]) -> None:
        """Read the short lines that hold no marking yet; what a line holds depends on nothing but its text."""
        known = self._known
        if len(known) > _REMEMBERED:
            known.clear()
        lines: list[tuple[_Reading, int, str]] = []
        for reading in readings:
            starts = reading.document.starts
            taken = {bisect_right(starts, item[2]) - 1 for item in reading.found if item[4].kind in _TAKES_LINE}
            for line, text in enumerate(reading.document.text.split("\n")):
                if len(text) >= SHORTEST and (len(text) <= LONGEST or text[0].isspace()):
                    held = known.get(text)
                    if held is None:
                        if not is_short(text):
                            known[text] = ()
                            continue
                    elif not held:
                        continue
                    if line not in taken:
                        lines.append((reading, starts[line], text))
        if not self._read_lines([text for _, _, text in lines]):
            for index in self._short:
                places = [(reading, start, start + len(text), True) for reading, start, text in lines]
                _search_each(self._rules[index], index + len(self._rules), places)
            return
        for reading, start, text in lines:
            for priority, turn, (a, b, kind, value, rule) in known[text]:
                reading.found.append((priority, a - b, start + a, turn, Span(start + a, start + b, kind, value, rule)))

    def _read_lines(self, texts: Sequence[str]) -> bool:
        """Read the lines that were not met before and remember what they hold; False where that takes too long."""
        known = self._known
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        held: dict[str, _Reading] = {}
        for index in self._short:
            compiled, some = self._rules[index], fresh
            if not compiled.joins:
                return False
            if compiled.sieve is not None and compiled.rule.pattern.pattern.endswith(_WHOLE_LINE):
                some = list(compress(some, compiled.sieve(some)))
            elif len(some) >= LEAST and (may := _may_match(compiled, some)) is not None:
                some = list(compress(some, may))
            places = [(_Reading(Document(text, text, [0])), 0, len(text), False) for text in some]
            found: list[tuple[_Reading, _Found]] = []
            if not _search_joined(compiled, index + len(self._rules), places, found):
                return False
            for reading, item in found:
                held.setdefault(reading.document.text, reading).found.append(item)
        known.update(dict.fromkeys(fresh, ()))
        for text, reading in held.items():
            known[text] = tuple((item[0], item[3], item[4]) for item in reading.found)
        return True

    def _settle(self, document: Document, found: list[_Found]) -> list[Span]:
        """Choose among overlapping spans of one kind (priority, then length, then position) and apply the gates."""
        if not found:
            return []
        kinds: dict[str, list[_Found]] = {}
        for item in found:
            kinds.setdefault(item[4].kind, []).append(item)
        kept = {kind: _choose(items) for kind, items in kinds.items()}
        if banners := kept.get("banner"):
            starts = [banner.start for banner in banners]
            for kind in ("control", "portion"):
                if kind in kept:
                    kept[kind] = [span for span in kept[kind] if not _within(span, banners, starts)]
        spans = sorted(span for same in kept.values() for span in same)
        if any(span.rule in self._gated for span in spans):
            spans = self._gate(spans)
        return _drop_legends(document, spans)

    def _gate(self, spans: list[Span]) -> list[Span]:
        """Drop spans whose rule needs other markings in the document that are not there."""
        features: set[str] = set()
        for span in spans:
            if span.rule not in self._gated:
                features.update((f"kind:{span.kind}", f"rule:{span.rule}", f"value:{span.value}"))

        def holds(span: Span) -> bool:
            rule = self._by_id[span.rule]
            if rule.needs and not any(need in features for need in rule.needs):
                return False
            return not any(item in features for item in rule.unless)

        return [span for span in spans if span.rule not in self._gated or holds(span)]


_TAKES_LINE = frozenset({"banner", "portion", "redaction", "control"})


def _narrow(compiled: _Compiled, places: Sequence[_Place]) -> Sequence[_Place]:
    """The windows in which a rule might match; those cut out of a long line are not asked."""
    if len(places) < LEAST or compiled.coarse is None:
        return places
    texts = ["" if cut else reading.document.text[start:end] for reading, start, end, cut in places]
    may = _may_match(compiled, texts)
    return places if may is None else [place for place, wanted in zip(places, may, strict=True) if wanted or place[3]]


def _may_match(compiled: _Compiled, texts: Sequence[str]) -> list[bool] | None:
    """For each text whether a rule might match in it; None where asking does not pay."""
    if compiled.coarse == "":
        compiled.coarse = coarse(compiled.rule.pattern)
    if compiled.coarse is None:
        return None
    may = may_match(compiled.coarse, [text + "\n" for text in texts])
    if may is None or sum(may) > MOST_PASSED * len(may):
        compiled.coarse = None
        return None
    return may


def _search_joined(
    compiled: _Compiled, index: int, places: Sequence[_Place], found: list[tuple[_Reading, _Found]]
) -> bool:
    """Search windows laid end to end; False where the rule ran out of time or is not made for it."""
    matches: list[tuple[_Reading, int, regex.Match[str]]] = []
    if not places:
        return True
    try:
        if not _matches_joined(compiled, places, matches):
            return False
    except TimeoutError:
        return False
    if compiled.sieve is not None and len(matches) > 1:
        raws = [match[compiled.group] or match[0] for _, _, match in matches]
        matches = [match for match, may in zip(matches, compiled.sieve(raws), strict=True) if may]
    for reading, shift, match in matches:
        found.extend((reading, item) for item in _spans_of(compiled, index, reading, match, shift))
    return True


def _matches_joined(
    compiled: _Compiled, places: Sequence[_Place], found: list[tuple[_Reading, int, regex.Match[str]]]
) -> bool:
    """Matches in windows laid end to end, each with what leads from its offsets to those of its document.

    Raises:
        TimeoutError: the rule ran out of time.
    """
    texts = [reading.document.text[start:end] for reading, start, end, _ in places]
    joined = _APART + _APART.join(texts) + _APART
    width = len(_APART)
    begins = list(accumulate((len(text) + width for text in texts[:-1]), initial=width))
    ends = [begin + len(text) for begin, text in zip(begins, texts, strict=True)]
    finditer = compiled.rule.pattern.finditer
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
                found.append((places[at][0], places[at][1] - begins[at], match))
                continue
            if (start >= ends[at] and (at == last or end <= begins[at + 1])) or end <= begins[0]:
                continue  # between two windows: nobody's text
            # The match leaves its window: what stands in this window is looked for in it alone.
            crossings += 1
            if crossings > _MOST_CROSSINGS:
                return False
            if start < ends[at]:
                reading, shift = places[at][0], places[at][1] - begins[at]
                own = finditer(joined, max(start, begins[at]), ends[at], timeout=limit)
                found.extend((reading, shift, match) for match in own)
            if at == last:
                return True
            matches = finditer(joined, begins[at + 1], timeout=limit)
            break
        else:
            return True


def _search_each(compiled: _Compiled, index: int, places: Sequence[_Place]) -> None:
    """Search windows one by one, every document with its own time."""
    finditer = compiled.rule.pattern.finditer
    spent: dict[int, float] = {}
    for reading, start, end, _ in places:
        left = TIME_LIMIT - spent.get(id(reading), 0.0)
        if left <= 0:
            continue
        began = perf_counter()
        try:
            for match in finditer(reading.document.text, start, end, timeout=left):
                reading.found.extend(_spans_of(compiled, index, reading, match, 0))
        except TimeoutError:
            reading.late.append(compiled.rule.id)
            spent[id(reading)] = TIME_LIMIT
            continue
        spent[id(reading)] = spent.get(id(reading), 0.0) + perf_counter() - began
        if spent[id(reading)] >= TIME_LIMIT:
            reading.late.append(compiled.rule.id)


def _spans_of(compiled: _Compiled, index: int, reading: _Reading, match: regex.Match[str], shift: int) -> list[_Found]:
    """Spans of one match; `shift` leads from its offsets to those of the document."""
    rule, text = compiled.rule, match.string
    turn = reading.turns.get(index, index)
    places = match.spans("each") if compiled.each else (match.span(compiled.group),)
    found: list[_Found] = []
    for place in places:
        # An alternative that has no group of its own gives the whole match.
        start, end = place if place[0] >= 0 or compiled.each else match.span()
        if start < 0 or start == end:
            continue
        raw = text[start:end]
        start, end = start + shift, end + shift
        if compiled.split is not None:
            for a, b, value in compiled.split(raw):
                span = Span(start + a, start + b, rule.kind, value, rule.id)
                found.append((-rule.priority, a - b, start + a, turn, span))
            continue
        read: str | None = rule.value
        if read is None:
            named = match[compiled.value_group] if compiled.value_group else raw
            read = compiled.read(named, reading) if named else named
        if read:
            found.append((-rule.priority, start - end, start, turn, Span(start, end, rule.kind, read, rule.id)))
    return found


def _choose(items: list[_Found]) -> list[Span]:
    """Spans of one kind that do not overlap, the best of each that do; sorted by start."""
    if len(items) == 1:
        return [items[0][4]]
    items.sort(key=itemgetter(2))
    kept: list[Span] = []
    group: list[_Found] = []
    reach = -1
    for item in items:
        if item[2] >= reach and group:
            _choose_among(group, kept)
            group = []
        group.append(item)
        reach = max(reach, item[4].end)
    _choose_among(group, kept)
    return kept


def _choose_among(group: list[_Found], kept: list[Span]) -> None:
    """Add the best spans of a group in which each overlaps with another."""
    if len(group) == 1:
        kept.append(group[0][4])
        return
    group.sort(key=_ORDER)
    best: list[Span] = []
    for item in group:
        span = item[4]
        at = bisect_right(best, span.start, key=itemgetter(0))
        if (at == 0 or best[at - 1].end <= span.start) and (at == len(best) or span.end <= best[at].start):
            best.insert(at, span)
    kept.extend(best)


def _within(span: Span, others: Sequence[Span], starts: Sequence[int]) -> bool:
    """Whether a span lies inside one of others that do not overlap."""
    at = bisect_right(starts, span.start) - 1
    return at >= 0 and span.end <= others[at].end


def _lower(text: str) -> str:
    """Case-folded text of the same length (a few characters grow when folded: they stay as they are)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


_PROSE_AFTER = regex.compile(r"[\s.\-–:]+(?:\p{L}[\p{L}'’-]*[\s,]+){2}")


def _drop_legends(document: Document, spans: list[Span]) -> list[Span]:
    """Leave out codes of a legend: three or more codes within five lines, each at its line's start before prose."""
    codes = [span for span in spans if span.kind in ("exemption", "reason")]
    if len(codes) < 3:
        return spans
    at_head: list[tuple[int, Span]] = []
    for span in codes:
        line = document.line_index(span.start)
        start, end = document.line_bounds(line)
        if (
            span.start - start <= LONG_LINE
            and not document.text[start : span.start].strip(" \t([•*-")
            and _PROSE_AFTER.match(document.text, span.end, min(end, span.end + 80))
        ):
            at_head.append((line, span))
    if len(at_head) < 3:
        return spans
    lines: set[int] = set()
    for (first, _), (middle, _), (last, _) in zip(at_head, at_head[1:], at_head[2:], strict=False):
        if last - first <= 5:
            lines.update((first, middle, last))
    return [
        span
        for span in spans
        if span.kind not in ("exemption", "reason", "redaction") or document.line_index(span.start) not in lines
    ]
