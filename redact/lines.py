"""What is known of lines, wherever they stand: each different one is taken up once and remembered."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, repeat
from operator import itemgetter
from typing import Literal, NamedTuple

from redact.document import Document
from redact.literals import Literals
from redact.search import Compiled, Item, Items, compile_rule, read_texts
from redact.shortlines import LONGEST, SHORTEST, is_short
from redact.words import WordFinder

LONG_LINE = 2_000
"""Code points above which a line is read only near its anchors, so that one huge line costs no more than many."""

_REMEMBERED = 6_000_000
"""Code points of lines that call for something, whose reading is kept."""
_MOST_LINES = 60_000
"""Lines from which those that call for nothing are forgotten: a look-up among more costs as much as it saves."""
_RECURRING = 0.5
"""Share of new text below which lines count as recurring."""
_ASKED = 16
"""Calls after which it is tried again whether lines recur."""
_BLANKS = frozenset(" \t\f\v\u00a0")
"""White space that leads an indented line; what is not listed is no short line."""


class Wide(NamedTuple):
    """A rule that looks at more than one line: number, lines before and after that of its literal."""

    number: int
    before: int
    after: int


class Plan(NamedTuple):
    """What the literals of a line call for.

    Attributes:
        near: numbers of the rules that look at the line alone.
        wide: rules that look at the lines around it, too.
        own: rules that have to see the document itself.
        before: most lines before it that one of `wide` looks at.
        after: the same for lines after it.
    """

    near: tuple[int, ...]
    wide: tuple[Wide, ...]
    own: tuple[Wide, ...]
    before: int
    after: int


class Line:
    """What is known of a line, wherever it stands.

    Attributes:
        items: what the rules that look at one line read in it.
        plan: what else its literals call for; None for nothing.
        short: what the rules for short lines read in it.
        words: words that other stages ask for, each with its offset in the line; -1 where the word begins with the
            line feed before it.
    """

    __slots__ = ("items", "plan", "short", "words")

    def __init__(self, plan: Plan | None = None) -> None:
        self.items: Items = ()
        self.plan = plan
        self.short: Items = ()
        self.words: Sequence[tuple[str, int]] = ()

    def says_nothing(self) -> bool:
        """Whether it calls for nothing, as nearly all lines do; such are remembered as `False`."""
        return not (self.items or self.plan or self.short or self.words)


class Looked(NamedTuple):
    """The lines of a document that matter.

    Attributes:
        lines: number and what is known of each that calls for something, in order.
        long: numbers of those that are long.
        short: number and text of the short ones not met before.
    """

    lines: list[tuple[int, Line]]
    long: Sequence[int] = ()
    short: Sequence[tuple[int, str]] = ()


class Fresh:
    """Lines not met before.

    Attributes:
        texts: all of them, document by document.
        lines: what is known of those that call for something.
        by_rule: those that each rule has to read.
        short: those that the rules for short lines have to read.
        late: lines on which rules ran out of time, with the numbers of these.
        is_short_late: a rule for short lines ran out of time.
    """

    __slots__ = ("by_rule", "is_short_late", "late", "lines", "short", "texts")

    def __init__(self) -> None:
        self.texts: list[list[str]] = []
        self.lines: dict[str, Line] = {}
        self.by_rule: dict[int, list[str]] = {}
        self.short: dict[str, None] = {}
        self.late: dict[str, list[int]] = {}
        self.is_short_late = False

    def line(self, text: str) -> Line:
        """What is known of a line, made where nothing is."""
        line = self.lines.get(text)
        if line is None:
            line = self.lines[text] = Line()
        return line


class Lines:
    """Lines as the rules read them.

    Attributes:
        short_rules: the rules for short lines.
    """

    def __init__(self, rules: Sequence[Compiled]) -> None:
        self._rules = rules
        words: dict[str, list[int]] = {}
        for index, compiled in enumerate(rules):
            for word in compiled.rule.keywords if compiled.rule.anchor == "keyword" else ():
                words.setdefault(word, []).append(index)
        self._rules_of = [tuple(some) for some in words.values()]
        self._literals = Literals(list(words))
        self.short_rules = [
            compile_rule(compiled.rule, compiled.turn + len(rules))
            for compiled in rules
            if compiled.rule.anchor == "short-line"
        ]
        self._finder: WordFinder | None = None
        self._plans: dict[frozenset[int], Plan] = {}
        self._known: dict[str, Line | Literal[False]] = {}
        self._size = self._turn = 0
        self._keeps_all = False

    def anchors(self, text: str) -> Iterator[tuple[int, int]]:
        """Rule and offset of each literal in a line."""
        # The line feed is part of it, for a literal may say that it stands at the end of its line.
        for word, at, _ in self._literals.find(text + "\n"):
            for index in self._rules_of[word]:
                yield index, at

    def look_for(self, finder: WordFinder) -> None:
        """Find words in the lines, too (see `words`); none of them holds a line feed but at its begin."""
        if finder is not self._finder:
            self._finder = finder
            self._known.clear()
            self._size = 0

    def words(self, looked: Looked, document: Document) -> dict[str, array[int]] | None:
        """Offsets of the words in a document whose lines were looked at, ascending; None where none were looked for."""
        if self._finder is None:
            return None
        found: dict[str, array[int]] = {}
        starts = document.starts
        for n, line in looked.lines:
            for word, at in line.words:
                place = starts[n] + at
                if word in found:
                    found[word].append(place)
                elif place >= 0:  # no line feed stands before the first line
                    found[word] = array("I", (place,))
        for n in looked.long:
            for word, places in self._finder.find("\n" + document.lines[n]).items():
                more = array("I", (starts[n] + at - 1 for at in places if starts[n] + at > 0))
                found[word] = array("I", sorted((*found[word], *more))) if word in found else more
        return found

    def look(self, lines: Sequence[str], fresh: Fresh) -> Looked:
        """Find the lines of a text that matter; those not met before are added to `fresh` and have to be read yet."""
        # Written for speed: documents have more lines than anything else, and most call for nothing.
        held = list(map(self._known.get, lines))
        telling = [(n, line) for n, line in enumerate(held) if line]
        unknown = [n for n, line in enumerate(held) if line is None]
        if not unknown:
            return Looked(telling)
        texts = [lines[n] for n in unknown]
        long: list[int] = []
        if max(map(len, texts)) > LONG_LINE:
            long = [n for n in unknown if len(lines[n]) > LONG_LINE]
            unknown = [n for n in unknown if len(lines[n]) <= LONG_LINE]
            texts = [lines[n] for n in unknown]
        fresh.texts.append(texts)
        # Every line ends with a line feed, for a literal may say that it stands at the end of its line.
        joined, ends = "\n".join(texts) + "\n", list(accumulate(len(content) + 1 for content in texts))
        met: dict[int, Line] = {}
        for number, literals in self._literals_of(joined, ends):
            content = texts[number]
            line = fresh.lines.get(content)
            if line is None:
                plan = self._plan(literals)
                line = fresh.lines[content] = Line(plan if plan.wide or plan.own else None)
                for index in plan.near:
                    fresh.by_rule.setdefault(index, []).append(content)
            met[number] = line
        for number, words in self._words_of(joined, ends).items():
            content = texts[number]
            line = met[number] = fresh.line(content)
            line.words = words
        if met:
            telling.extend((unknown[number], line) for number, line in met.items())
            telling.sort(key=itemgetter(0))
        short = [(unknown[number], texts[number]) for number in self._short_of(texts)]
        fresh.short.update((content, None) for _, content in short)
        return Looked(telling, long, short)

    def read(self, fresh: Fresh, n_chars: int) -> None:
        """Have every rule read its own among the lines not met before, and remember these.

        A line is remembered only when all its rules have read it: what fails half-way must not leave it as empty.

        Args:
            fresh: the lines; what the rules read in them is put there, and where they ran out of time.
            n_chars: code points of all the texts in which they stand.
        """
        items: dict[str, list[Item]] = {}
        for index in sorted(fresh.by_rule):
            found = read_texts(self._rules[index], fresh.by_rule[index])
            if found is None:
                for text in fresh.by_rule[index]:
                    fresh.late.setdefault(text, []).append(index)
                continue
            for text, some in found.items():
                items.setdefault(text, []).extend(some)
        for text, some in items.items():
            fresh.lines[text].items = tuple(some)
        self._read_short(fresh)
        self._forget()
        self._observe(fresh, n_chars)
        if self._keeps_all:
            for texts in fresh.texts:
                self._known.update(zip(texts, repeat(False)))
        self._known.update(zip(fresh.short, repeat(False)))
        self._known.update((text, False if line.says_nothing() else line) for text, line in fresh.lines.items())
        self._size += sum(map(len, fresh.lines))
        for text in (*fresh.late, *(fresh.short if fresh.is_short_late else ())):
            self._known.pop(text, None)

    def _read_short(self, fresh: Fresh) -> None:
        """Have the rules for short lines read those not met before."""
        items: dict[str, list[Item]] = {}
        texts = list(fresh.short)
        for compiled in self.short_rules:
            found = read_texts(compiled, texts) if compiled.joins else None
            if found is None:
                fresh.is_short_late = True
                return
            for text, some in found.items():
                items.setdefault(text, []).extend(some)
        for text, some in items.items():
            fresh.line(text).short = tuple(some)

    def _forget(self) -> None:
        """Keep what is remembered within its limits."""
        if self._size > _REMEMBERED:
            self._known.clear()
            self._plans.clear()
            self._size = 0
        elif len(self._known) > _MOST_LINES:
            self._known = {text: line for text, line in self._known.items() if line}
        if len(self._plans) > _MOST_LINES:
            self._plans.clear()

    def _observe(self, fresh: Fresh, n_chars: int) -> None:
        """Note whether lines of the texts at hand recur: only then it pays to remember those that call for nothing."""
        n_fresh = sum(len(text) for texts in fresh.texts for text in texts)
        if self._keeps_all:
            self._keeps_all = n_fresh < _RECURRING * n_chars
        else:
            self._keeps_all = self._turn % _ASKED == 0
        self._turn += 1

    def _short_of(self, texts: Sequence[str]) -> list[int]:
        """Numbers of the lines that the rules for short lines read."""
        if not self.short_rules:
            return []
        return [
            number
            for number, text in enumerate(texts)
            if (SHORTEST <= len(text) <= LONGEST or text[:1] in _BLANKS) and is_short(text)
        ]

    def _words_of(self, joined: str, ends: Sequence[int]) -> Mapping[int, Sequence[tuple[str, int]]]:
        """Numbers of the lines that hold words which other stages ask for, with these."""
        by_line: dict[int, list[tuple[str, int]]] = {}
        if self._finder is None:
            return by_line
        # The first line has a line feed before it like any other.
        for word, places in self._finder.find("\n" + joined).items():
            before = 0 if word[0] == "\n" else 1
            for at in places:
                number = bisect_right(ends, at - before)
                begin = ends[number - 1] if number else 0
                by_line.setdefault(number, []).append((word, at - 1 - begin))
        return by_line

    def _literals_of(self, joined: str, ends: Sequence[int]) -> Iterable[tuple[int, frozenset[int]]]:
        """Numbers of the lines that hold literals, in order, with the numbers of these."""
        line, end = -1, 0
        words: set[int] = set()
        for word, at, _ in self._literals.find(joined):
            if at >= end:  # a literal stands in one line, and they come in the order of their lines
                if words:
                    yield line, frozenset(words)
                line = bisect_right(ends, at, line + 1)
                end = ends[line]
                words = {word}
            else:
                words.add(word)
        if words:
            yield line, frozenset(words)

    def _plan(self, words: frozenset[int]) -> Plan:
        """What literals of a line call for; kept, for the same ones stand together in many lines."""
        plan = self._plans.get(words)
        if plan is None:
            rules = self._rules
            indices = sorted({index for word in words for index in self._rules_of[word]})
            wide = [Wide(index, *rules[index].rule.lines) for index in indices if not rules[index].near]
            joined = tuple(rule for rule in wide if rules[rule.number].joins)
            plan = self._plans[words] = Plan(
                tuple(index for index in indices if rules[index].near),
                joined,
                tuple(rule for rule in wide if not rules[rule.number].joins),
                max((rule.before for rule in joined), default=0),
                max((rule.after for rule in joined), default=0),
            )
        return plan
