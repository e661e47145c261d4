"""Segmentation of a marking into listed items: the cheapest way to read the whole text, damage included.

The text is reduced to its letters and digits with the separator before each kept beside them, so that lost, doubled
and garbled delimiters cost little and the vocabulary decides. Every character must be accounted for: text with words
left over is no marking.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from operator import and_

from rapidfuzz.distance import OSA

from redact.grammar.fold import edit_cost
from redact.grammar.lexicon import (
    ALL_LETTERS,
    AT_EDGE,
    AT_START,
    CONTROLS,
    DECLASS,
    FARTHEST,
    INSIDE,
    LETTERS,
    LEVELS,
    Form,
    control_forms,
    damaged_forms,
    indexed,
    ldc_forms,
    level_forms,
    limits,
    words,
)
from redact.grammar.lists import Line, ListReader, Option
from redact.grammar.model import Token
from redact.grammar.tables import countries, cui_categories, prose_words

MAX_CHARACTERS = 170
_SEPARATOR_COST = {"//": 0.0, "/": 0.05, ",": 0.1, "-": 0.12, " ": 0.12, "": 0.6}
_COMMON = frozenset(
    {"NOFORN", "SI", "TK", "ORCON", "FOUO", "REL TO", "SENSITIVE", "HCS", "RELIDO", "PROPIN", "FGI", "RD", "FRD"}
)
_BARE_TAIL = frozenset({"NOFORN", "FOUO", "SI", "TK", "REL TO", "RD", "FRD"})

_REMNANTS = {"N": "NOFORN", "F": "NOFORN", "I": "SI", "S": "SI", "T": "TK", "K": "TK", "O": "ORCON"}
_UNLISTED = re.compile(r"[A-Z][A-Z0-9]*(?:[ -][A-Z0-9]+){0,4}")
_RARE = frozenset({"WNINTEL", "NOCONTRACT", "MHA", "PERSONAL", "CHEROKEE", "SPECAT", "STADIS", "KDK", "KLM"})


Best = tuple[float, tuple[Token, ...]]


class Segmenter(ListReader):
    """Finds the cheapest reading of one line; ``fuzzy`` allows damaged words, ``unknown`` unlisted items."""

    def __init__(self, line: Line, portion: bool, fuzzy: bool, unknown: bool) -> None:
        super().__init__(line, portion, fuzzy)
        self.unknown = unknown
        self.memo: dict[tuple[int, int], Best | None] = {}
        self.slashed = any("/" in gap for gap in line.gaps)
        self.doubled = "//" in line.gaps
        # for each character the letters that it is not
        self.others = [ALL_LETTERS ^ LETTERS.get(char, 0) for char in line.chars] + [ALL_LETTERS] * FARTHEST

    def run(self) -> Best | None:
        """The cheapest reading as (cost, tokens), or None."""
        if not 0 < self.size <= MAX_CHARACTERS:
            return None
        return self._best(0, 0)

    def _best(self, start: int, state: int) -> Best | None:
        if start >= self.size:
            return (0.0, ()) if state else None
        key = (start, state)
        if key in self.memo:
            return self.memo[key]
        self.memo[key] = None
        best: Best | None = None
        entry = _SEPARATOR_COST[self.line.gaps[start]] if start else 0.0
        for end, token, cost in self._options(start, state):
            total = entry + cost
            if best is not None and total >= best[0]:
                continue
            after = state
            if token.kind in ("level", "nation", "joint"):
                after = 2 if token.ident == "CUI" else 1
            rest = self._best(end, after)
            if rest is not None and (best is None or total + rest[0] < best[0]):
                best = (total + rest[0], (token, *rest[1]))
        self.memo[key] = best
        return best

    # options at one position

    def _options(self, start: int, state: int) -> Iterator[Option]:
        if state == 0:
            yield from self._heads(start)
        if state == 2:
            yield from self._cui(start)
        else:
            yield from self._body(start, state)
        # a stroke or a misread slash between two items
        stroke = start and start + 1 < self.size and self.line.chars[start] in "I1L|!J7T"
        stroke = stroke and not ("/" in self.line.gaps[start] and "/" in self.line.gaps[start + 1])
        if stroke and state and self.fuzzy and not self.portion:
            yield start + 1, Token("noise", "", text=self.line.slice(start, start + 1), damage=0.5), 0.25
        if (
            self.unknown
            and state
            and (self.line.gaps[start] == "//" or (self.line.gaps[start] == "/" and self.doubled))
        ):
            end = self.line.run_end(start)
            while end < self.size and "/" not in self.line.gaps[end]:
                end = self.line.run_end(end)
            if end - start <= 24 and _UNLISTED.fullmatch(self.line.slice(start, end)):
                yield end, Token("unknown", "", text=self.line.slice(start, end)), 5.0

    def _candidates(self, which: int, start: int) -> Sequence[Form]:
        """Forms that may begin here."""
        if not self.fuzzy:
            return indexed(which, self.portion)[1].get(self.line.chars[start], ())
        lost = list(accumulate(self.others[start : start + FARTHEST], and_, initial=ALL_LETTERS))
        place = AT_START if start == 0 else AT_EDGE if self.line.gaps[start] else INSIDE
        forms = damaged_forms(which, self.portion, place)
        return [form for form, letters, reach, most in forms if (letters & lost[reach]).bit_count() <= most]

    def _match(self, form: Form, start: int) -> Iterator[tuple[int, float]]:
        """Ends and costs of reading a form here."""
        line, compact = self.line, form.compact
        size = len(compact)
        if line.chars.startswith(compact, start):
            end = start + size
            inner = 0.0
            for k in range(1, size):
                gap, wanted = line.gaps[start + k], k in form.breaks
                if gap and not wanted:
                    inner += 0.9 if "/" in gap else 0.35 if size <= 3 else 0.2
                elif wanted and not gap:
                    inner += 0.1
                elif wanted and "/" in gap:
                    inner += 0.3
            if form.short and inner >= 0.35 and not self.fuzzy:
                return
            yield end, inner
            if self._edge(end):
                return
        if not self.fuzzy:
            return
        rest = self.size - start
        if (
            form.ident in ("TS", "S", "C", "U")
            and start == 0
            and rest < size
            and line.chars not in prose_words()
            and compact.startswith(line.chars)
            and rest >= max(4, size // 2 + 1)
        ):
            yield self.size, 1.5
            return
        raw, weighted = limits(form)
        spread = raw if size > 3 else 1
        for end in range(max(start + 1, start + size - spread), min(self.size, start + size + spread) + 1):
            window = line.chars[start:end]
            if size <= 4 and not (self._edge(start) and self._edge(end)):
                continue
            if OSA.distance(compact, window, score_cutoff=raw) > raw:
                continue
            cost = edit_cost(compact, window, weighted)
            if cost > weighted or not self._credible(form, start, end, window, cost):
                continue
            for k in range(start + 1, end):
                if line.gaps[k] and "/" in line.gaps[k]:
                    cost += 0.9 if size > 3 else 2.0
            surplus = sum(1 for k in range(start + 1, end) if line.gaps[k]) - len(form.breaks)
            yield end, cost + 0.2 * max(0, surplus) + 0.05

    def _credible(self, form: Form, start: int, end: int, window: str, cost: float) -> bool:
        size = len(form.compact)
        if size >= 5:
            written = self.line.slice(start, end).split()
            odd = any(word in prose_words() and word not in form.compact for word in (window, *written))
            return not odd and not (form.kind == "sci" and form.compact.isalpha() and size == 5 and cost > 1.0)
        after = end == self.size or "/" in self.line.gaps[end] or (form.kind != "control" and self._edge(end))
        slash = "/" in self.line.gaps[start] and after
        if form.kind in ("level", "nation") and size <= 4:
            return self._credible_head(form, start, end, window, cost)
        if size == 1:
            return False
        if size == 2 and len(window) == 1:
            # one letter left of a frequent short form
            return slash and self.doubled and _REMNANTS.get(window) == form.ident
        if window in words() or window in countries():
            return False
        return slash or (cost <= 0.5 and len(window) == size and self.portion and self.slashed)

    def _credible_head(self, form: Form, start: int, end: int, window: str, cost: float) -> bool:
        """Whether a damaged short level (S, TS, NS, CUI) may be one: only where slashes show a marking."""
        size = len(form.compact)
        followed = end < self.size and "/" in self.line.gaps[end]
        if window in words() and window != form.compact:
            return False  # (//NF), (//TK//NF): the level is lost; a control is no damaged level
        if form.ident == "CUI":
            return start == 0 and (followed or (end == self.size and cost <= 0.6 and window in ("CU1", "CUII", "CCUI")))
        if not self.portion or not self.slashed:
            return False
        if form.kind == "nation":
            return self.line.gaps[start] == "//" and start == 0 and (cost <= 0.7 or (size > 2 and cost <= 1.0))
        if size == 1:
            doubled = window == form.compact * 2
            stray = len(window) == 2 and window.count(form.compact) == 1 and not set(window) <= set("CSTU")
            if stray and form.ident in ("C", "U") and self.doubled and start == 0:
                return True  # (HC//NF): a letter too many; XS may be S or TS, so only C and U
            return cost <= 0.6 and (doubled or (len(window) == 1 and (not window.isalpha() or window == "V")))
        return cost <= 0.7 or (cost <= 1.0 and form.ident == "TS")

    def _token(self, form: Form, start: int, end: int, cost: float) -> Token:
        exact = self.line.chars[start:end] == form.compact
        return Token(
            form.kind, form.ident, text=self.line.slice(start, end), damage=0.0 if exact else cost, note=form.note
        )

    def _heads(self, start: int) -> Iterator[Option]:
        for form in self._candidates(LEVELS, start):
            for end, cost in self._match(form, start):
                if form.note == "abbreviated" and not ("/" in self.line.gaps[end] and start == 0):
                    continue
                if self.portion and form.short and end < self.size and not self.line.gaps[end] and not self._glued(end):
                    continue
                extra = 0.3 if form.note == "superseded" else 0.0
                if form.kind == "level" and form.ident != "CUI" and start == 0 and self.line.gaps[0] == "//":
                    extra += 0.5
                yield end, self._token(form, start, end, cost), cost + extra
        chars = self.line.chars
        end = self.line.run_end(start)
        owner = chars[start:end]
        if owner in countries() and owner != "NATO":
            yield from self._foreign(start, end, owner, 0.0)
        elif owner == "FGI" and (self.portion or "/" in self.line.gaps[start]):
            yield from self._foreign(start, end, "FGI", 0.0)
        elif self.fuzzy and self.line.gaps[start] == "//" and 3 <= len(owner) <= 4:
            code, stop, more = self._code(start, end, owner, False)
            if code:
                yield from self._foreign(start, stop, code, more + 0.4)
        if owner != "JOINT" and chars.startswith("JOINT", start):
            yield from self._joint(start, start + 5, 0.2)
        elif OSA.distance(owner, "JOINT", score_cutoff=1) <= (1 if self.fuzzy else 0):
            yield from self._joint(start, end, 0.0 if owner == "JOINT" else 1.0)

    def _glued(self, end: int) -> bool:
        """Whether what follows a portion's level without a separator is one listed control."""
        run = self.line.chars[end : self.line.run_end(end)]
        for form in control_forms(True).values():
            if form.breaks and form.kind not in ("rel", "sci"):
                continue
            plain = form.compact == run or (
                form.ident in ("HCS-P", "SI-G", "REL TO") and self.line.chars.startswith(form.compact, end)
            )
            if plain and (self.slashed or (form.ident in _BARE_TAIL and run not in ("SI", "TK", "RD"))):
                return True
        if self.slashed or len(run) < 4:
            return False
        return run[:2] in ("SI", "TK") and run[2:] in ("NF", "OC", "TK", "SI", "TKNF")

    def _foreign(self, start: int, after: int, owner: str, cost: float) -> Iterator[Option]:
        for form in level_forms(self.portion).values():
            if form.kind == "level" and form.ident in ("TS", "S", "C", "R", "U"):
                for end, more in self._match(form, after):
                    if form.short and not self._edge(end):
                        continue
                    token = Token(
                        "nation",
                        form.ident,
                        text=self.line.slice(start, end),
                        damage=cost + more,
                        owner=owner,
                        note=form.note,
                    )
                    yield end, token, cost + more

    def _joint(self, start: int, after: int, cost: float) -> Iterator[Option]:
        for form in level_forms(self.portion).values():
            if form.kind != "level" or form.ident not in ("TS", "S", "C", "R", "U"):
                continue
            for middle, more in self._match(form, after):
                for end, codes, extra in self._codes(middle, False):
                    token = Token("joint", form.ident, codes, self.line.slice(start, end), cost + more + extra)
                    yield end, token, cost + more + extra

    def _body(self, start: int, state: int) -> Iterator[Option]:
        forms = self._candidates(CONTROLS, start)
        if state == 0 and self.portion and not self.slashed and (forms or self.fuzzy):
            return
        for form in forms:
            if state == 0 and form.short and not self._edge(start + len(form.compact)):
                continue
            prior = 0.0 if form.ident in _COMMON else 0.02
            if form.short and start and not self.line.gaps[start] and self.line.chars.endswith("UNCLAS", 0, start):
                continue
            if form.note == "abbreviated" and not self.portion:
                prior += 0.1
            for end, damage in self._match(form, start):
                token = self._token(form, start, end, damage)
                rare = token.damage and (form.ident in _RARE or form.note == "superseded")
                cost = damage + (0.5 if rare else 0.0)
                if form.kind == "control":
                    if form.short and not self._edge(start) and not self._run_on(form, end):
                        continue
                    if form.short and not self._edge(end):
                        continue
                    yield end, token, cost + prior
                else:
                    yield from self._complex(form, token, start, end, cost + prior)
        yield from self._eyes(start)
        if state and "/" in self.line.gaps[start]:
            yield from self._second(start)
        if start:
            hit = DECLASS.match(self.line.text, self.line.places[start])
            if hit:
                end = start
                while end < self.size and self.line.places[end] < hit.end():
                    end += 1
                if self._edge(end):
                    yield end, Token("declass", hit.group(), text=hit.group()), 0.0
        if self.portion and start and self.line.chars.startswith("ENTIRETEXT", start) and start + 10 == self.size:
            yield self.size, Token("noise", "ENTIRE TEXT", text="ENTIRE TEXT"), 0.0

    def _second(self, start: int) -> Iterator[Option]:
        """A second level, which no marking may have."""
        end = self.line.run_end(start)
        if self.line.chars.startswith("TOPSECRET", start):
            end = start + 9
        form = level_forms(self.portion).get(self.line.slice(start, end))
        if form and form.kind == "level" and form.ident in ("TS", "S", "C", "U") and (self.portion or not form.short):
            yield end, Token("second", form.ident, text=self.line.slice(start, end)), 0.5

    def _run_on(self, form: Form, end: int) -> bool:
        """Whether a short form without a separator before it may still be an item."""
        return len(form.compact) == 3 or (
            form.ident in _BARE_TAIL and (self.portion or end == self.size or self.slashed)
        )

    def _complex(self, form: Form, token: Token, start: int, end: int, cost: float) -> Iterator[Option]:
        if form.kind == "sci":
            if (
                self._edge(end)
                or (self.fuzzy and not form.short)
                or (form.ident in ("SI", "TK", "HCS") and not self.portion)
            ):
                for stop, comps, more in self._compartments(end):
                    yield stop, replace(token, args=comps, text=self.line.slice(start, stop)), cost + more
            elif self.portion and form.ident in _BARE_TAIL:
                yield end, token, cost
        elif form.kind == "aea":
            yield from self._aea(token, start, end, cost)
        elif form.kind in ("rel", "display"):
            if form.compact == "REL" and not self._edge(end):
                return
            for stop, codes, more in self._codes(end, True):
                yield stop, replace(token, args=codes, text=self.line.slice(start, stop)), cost + more
            if form.kind == "rel" and form.compact == "REL" and (end == self.size or "/" in self.line.gaps[end]):
                yield end, token, cost + 0.05
        elif form.kind == "fgi":
            if self._edge(end):
                yield end, token, cost
                for stop, codes, more in self._codes(end, False):
                    yield stop, replace(token, args=codes, text=self.line.slice(start, stop)), cost + more
        elif form.kind in ("sap", "accm"):
            yield from self._programs(token, start, end, cost)
        elif form.kind == "eyes" and self._edge(end):
            if form.compact == "EYES" and not self.portion:
                return
            yield end, token, cost

    def _aea(self, token: Token, start: int, end: int, cost: float) -> Iterator[Option]:
        line = self.line
        if token.ident in ("CNWDI", "SIGMA"):
            if token.ident == "CNWDI" and self._edge(end) and (self.line.gaps[start] == "-" or end - start > 1):
                yield end, token, cost
            elif token.ident == "SIGMA":
                for stop, numbers in self._numbers(end):
                    yield stop, replace(token, args=numbers, text=line.slice(start, stop)), cost
            return
        if not self._edge(end) and not (self.portion and end == self.size) and len(line.chars[start:end]) < 4:
            return
        yield end, token, cost

    def _cui(self, start: int) -> Iterator[Option]:
        line = self.line
        for form in ldc_forms().values():
            for end, cost in self._match(form, start):
                token = self._token(form, start, end, cost)
                if form.kind in ("rel", "display"):
                    yield from self._complex(form, token, start, end, cost)
                elif self._edge(end) or not form.short:
                    yield end, token, cost + (0.01 if form.short else 0.0)
        end = line.run_end(start)
        name = line.chars[start:end]
        if name == "SP" and end < self.size:
            stop = line.run_end(end)
            category = line.chars[end:stop]
            known = self._category(category)
            if known:
                yield stop, Token("cui", f"SP-{known[0]}", text=line.slice(start, stop), damage=known[1]), known[1]
            elif category.isalpha():
                yield stop, Token("cui", f"SP-{category}", text=line.slice(start, stop), note="unlisted"), 2.5
            return
        known = self._category(name)
        if self.fuzzy and end < self.size and "/" not in line.gaps[end]:
            stop = line.run_end(end)
            if line.chars[start:stop] in cui_categories():
                yield stop, Token("cui", line.chars[start:stop], text=line.slice(start, stop), damage=0.3), 0.3
        if known:
            yield end, Token("cui", known[0], text=line.slice(start, end), damage=known[1]), known[1]
        if name.startswith("SP") and (inner := self._category(name[2:])):
            yield (
                end,
                Token("cui", f"SP-{inner[0]}", text=line.slice(start, end), damage=0.5 + inner[1]),
                0.5 + inner[1],
            )
