"""Segmentation of a marking into listed items: the cheapest way to read the whole text, damage included.

The text is reduced to its letters and digits with the separator before each kept beside them, so that lost, doubled
and garbled delimiters cost little and the vocabulary decides. Every character must be accounted for: text with words
left over is no marking.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from redact.grammar.fold import LOOKALIKE, edit_cost
from redact.grammar.lexicon import CONTROLS, DECLASS, LEVELS, Form, control_forms, indexed, ldc_forms, level_forms, words
from redact.grammar.model import Token
from redact.grammar.tables import controls, countries, country_names, cui_categories, prose_words

MAX_CHARACTERS = 170
_SEPARATOR_COST = {"//": 0.0, "/": 0.05, ",": 0.1, "-": 0.12, " ": 0.12, "": 0.6}
_COMMON_CODES = tuple("USA GBR CAN AUS NZL FVEY ACGU TEYE NATO DEU FRA ITA ESP NLD NOR DNK BEL POL TUR JPN KOR ISR".split())
_COMMON = frozenset("NOFORN SI TK ORCON FOUO REL TO SENSITIVE HCS RELIDO PROPIN FGI RD FRD S C U TS".split()) | {"REL TO"}
_BARE_TAIL = frozenset({"NOFORN", "FOUO", "SI", "TK", "REL TO", "RD", "FRD"})

_UNLISTED = re.compile(r"[A-Z][A-Z0-9]*(?:[ -][A-Z0-9]+){0,4}(?:/[A-Z][A-Z0-9 -]*)*")
_RARE = frozenset({"WNINTEL", "NOCONTRACT", "MHA", "PERSONAL", "CHEROKEE", "SPECAT", "STADIS", "KDK", "KLM"})


@dataclass(slots=True)
class Line:
    """Letters and digits of a marking, the separator before each, and where each stood."""

    chars: str
    gaps: list[str]
    places: list[int]
    text: str

    def slice(self, start: int, end: int) -> str:
        """The text from one character to another, inner separators included."""
        return self.text[self.places[start] : self.places[end - 1] + 1] if end > start else ""

    def run_end(self, start: int) -> int:
        """End of the unseparated run that begins here."""
        end = start + 1
        while end < len(self.chars) and not self.gaps[end]:
            end += 1
        return end


_GAP = {" ": " ", "-": "-", "=": "-", "_": "-", "~": "-", "*": "-", "+": "-", "•": "-", ",": ",", ";": ",", ":": ",", ".": ",",
        "/": "/", "\\": "/", "'": " ", '"': " ", "(": " ", ")": " ", "^": " ", "#": " ", "<": " ", ">": " ", "&": ",", "{": " ", "}": " "}
_RANK = {"": 0, " ": 1, "-": 2, ",": 3, "/": 4, "//": 5}


def prepare(text: str, bars: bool) -> Line:
    """Reduce folded text; with ``bars``, ``|`` and ``!`` are separators, else letters that a scanner misread."""
    chars, gaps, places = [], [], []
    gap, slashes = "", 0
    for place, char in enumerate(text):
        if char.isalnum() or char in "[?@€%" or (char in "|!" and not bars):
            chars.append(char)
            gaps.append("//" if slashes > 1 else gap)
            places.append(place)
            gap, slashes = "", 0
            continue
        new = "/" if char in "|!" else _GAP.get(char, " ")
        if new == "/":
            slashes += 1
        if _RANK[new] > _RANK[gap]:
            gap = new
    gaps.append("//" if slashes > 1 else gap)
    return Line("".join(chars), gaps, places, text)


def _limits(form: Form) -> tuple[int, float]:
    size = len(form.compact)
    if form.kind in ("level", "nation") and size >= 5:
        return (4, 3.4) if size >= 10 else (2, 2.0)
    if size <= 4:
        return 1, 1.0
    if size <= 6:
        return 2, 1.7
    return (2, 2.0) if size <= 9 else (3, 3.0) if size <= 13 else (size // 5 + 1, size / 5 + 1)


Option = tuple[int, Token, float]
Best = tuple[float, tuple[Token, ...]]


class Segmenter:
    """Finds the cheapest reading of one line; ``fuzzy`` allows damaged words, ``unknown`` unlisted items."""

    def __init__(self, line: Line, portion: bool, fuzzy: bool, unknown: bool) -> None:
        self.line, self.portion, self.fuzzy, self.unknown = line, portion, fuzzy, unknown
        self.size = len(line.chars)
        self.memo: dict[tuple[int, int], Best | None] = {}
        self.slashed = any("/" in gap for gap in line.gaps)

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
        if start and state and self.fuzzy and not self.portion:
            # a stroke or a misread slash between two items
            if self.line.chars[start] in "I1L|!J7T" and start + 1 < self.size:
                yield start + 1, Token("noise", "", text=self.line.slice(start, start + 1), damage=0.5), 0.25
        if self.unknown and state and self.line.gaps[start] == "//":
            end = self.line.run_end(start)
            while end < self.size and "/" not in self.line.gaps[end]:
                end = self.line.run_end(end)
            if end - start <= 24 and _UNLISTED.fullmatch(self.line.slice(start, end)):
                yield end, Token("unknown", "", text=self.line.slice(start, end)), 5.0

    def _candidates(self, which: int, start: int) -> tuple[Form, ...]:
        forms, by_letter = indexed(which, self.portion)
        return forms if self.fuzzy else by_letter.get(self.line.chars[start], ())

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
        if form.ident in ("TS", "S", "C", "U") and start == 0 and rest < size and line.chars not in prose_words() and compact.startswith(line.chars) and rest >= max(4, size // 2 + 1):
            yield self.size, 1.5
            return
        raw, weighted = _limits(form)
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
                    cost += 0.9
            surplus = sum(1 for k in range(start + 1, end) if line.gaps[k]) - len(form.breaks)
            yield end, cost + 0.2 * max(0, surplus) + 0.05

    def _edge(self, place: int) -> bool:
        return place <= 0 or place >= self.size or bool(self.line.gaps[place])

    def _credible(self, form: Form, start: int, end: int, window: str, cost: float) -> bool:
        size = len(form.compact)
        if size >= 5:
            written = self.line.slice(start, end).split()
            return not any(word in prose_words() for word in (window, *written)) and not (form.kind == "sci" and form.compact.isalpha() and size == 5 and cost > 1.0)
        after = end == self.size or "/" in self.line.gaps[end] or (form.kind != "control" and self._edge(end))
        slash = "/" in self.line.gaps[start] and after
        if size == 1:
            return cost <= 0.5 and self.portion and len(window) == 1 and not window.isalpha()
        if size <= 3 and form.kind in ("level", "nation"):
            if form.ident == "CUI" and start == 0:
                return cost <= 0.5 and (("/" in self.line.gaps[end]) or (end == self.size and window in ("CU1", "CUL")))
            if form.kind == "nation":
                return self.portion and cost <= 0.5 and size == 3 and self.line.gaps[start] == "//"
            return self.portion and self.slashed and (cost <= 0.7 or (cost <= 1.0 and size == 2 and form.ident == "TS"))
        if window in words() or window in countries():
            return False
        return slash or (cost <= 0.5 and len(window) == size and self.portion and self.slashed)

    def _token(self, form: Form, start: int, end: int, cost: float) -> Token:
        exact = self.line.chars[start:end] == form.compact
        return Token(form.kind, form.ident, text=self.line.slice(start, end), damage=0.0 if exact else cost, note=form.note)

    def _heads(self, start: int) -> Iterator[Option]:
        for form in self._candidates(LEVELS, start):
            for end, cost in self._match(form, start):
                if form.note == "abbreviated" and not ("/" in self.line.gaps[end] and start == 0):
                    continue
                if self.portion and form.short and end < self.size and not self.line.gaps[end] and not self._glued(end):
                    continue
                yield end, self._token(form, start, end, cost), cost + (0.3 if form.note == "superseded" else 0.0)
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
                yield from self._foreign(start, stop, code, more)
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
            plain = form.compact == run or (form.ident in ("HCS-P", "SI-G", "REL TO") and self.line.chars.startswith(form.compact, end))
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
                    token = Token("nation", form.ident, text=self.line.slice(start, end), damage=cost + more, owner=owner,
                                  note=form.note)
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
        for form in self._candidates(CONTROLS, start):
            if state == 0 and self.portion and not self.slashed:
                return
            if state == 0 and form.short and not self._edge(start + len(form.compact)):
                continue
            prior = 0.0 if form.ident in _COMMON else 0.02
            if form.short and start and not self.line.gaps[start] and self.line.chars.endswith("UNCLAS", 0, start):
                continue
            if form.note == "abbreviated" and not self.portion:
                prior += 0.1
            for end, cost in self._match(form, start):
                token = self._token(form, start, end, cost)
                if token.damage and (form.ident in _RARE or form.note == "superseded"):
                    cost += 0.5
                if form.kind == "control":
                    if form.short and not self._edge(start) and not self._run_on(form, end):
                        continue
                    if form.short and not self._edge(end):
                        continue
                    yield end, token, cost + prior
                else:
                    yield from self._complex(form, token, start, end, cost + prior)
        yield from self._eyes(start)
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

    def _run_on(self, form: Form, end: int) -> bool:
        """Whether a short form without a separator before it may still be an item."""
        return len(form.compact) == 3 or (form.ident in _BARE_TAIL and (self.portion or end == self.size or self.slashed))

    def _complex(self, form: Form, token: Token, start: int, end: int, cost: float) -> Iterator[Option]:
        if form.kind == "sci":
            if self._edge(end) or (self.fuzzy and not form.short) or (form.ident in ("SI", "TK", "HCS") and not self.portion):
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

    def _compartments(self, end: int) -> Iterator[tuple[int, tuple[str, ...], float]]:
        """Compartments as ``("G", " ABCD", " EFGH")``: a sub-compartment keeps its leading space."""
        line = self.line
        yield end, (), 0.0
        place, found, cost = end, (), 0.0
        fresh: tuple[str, ...] = found
        while place < self.size and (line.gaps[place] == "-" or (fresh and line.gaps[place] == " ")):
            stop = line.run_end(place)
            name = line.chars[place:stop]
            sub = line.gaps[place] == " "
            if len(name) > (6 if sub else 8) or not name.isalnum():
                return
            if (name in words() and name not in ("GAMMA", "ECI")) or (len(name) == 1 and name.isdigit()):
                return
            if len(name) >= 5 and self._near_word(name):
                return
            fresh = (*fresh, f" {name}" if sub else name)
            cost += 0.16 if sub else 0.01
            yield stop, fresh, cost
            place = stop

    def _near_word(self, name: str) -> bool:
        return any(len(w) >= 5 and OSA.distance(name, w, score_cutoff=1) <= 1 for w in words())

    def _programs(self, token: Token, start: int, end: int, cost: float) -> Iterator[Option]:
        line = self.line
        if end >= self.size or line.gaps[end] not in ("-", " "):
            return
        programs: list[str] = []
        place = end
        cost += 0.0 if line.gaps[end] == "-" else 0.3
        while place < self.size:
            stop = line.run_end(place)
            while stop < self.size and line.gaps[stop] in (" ", "-"):
                after = line.run_end(stop)
                if line.chars[stop:after] in words() and line.chars[stop:after] != "SBU":
                    break
                stop = after
            name = line.slice(place, stop)
            name = name[4:] if name.startswith("SAR-") else name
            # a listed word among single-slashed names ends the list
            if programs and (name.replace(" ", "") in words() or self._near_word(name)):
                return
            if len(name) > 40:
                return
            programs.append(name)
            yield stop, replace(token, args=tuple(programs), text=line.slice(start, stop)), cost + 0.05 * len(programs)
            if stop < self.size and line.gaps[stop] != "/":
                after = line.run_end(stop)
                brief = line.chars[stop:after]
                if line.gaps[stop] != "//" or len(brief) > 3 or brief in words() or brief in countries():
                    return
                cost += 0.4
            place = stop

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

    def _numbers(self, end: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        found: list[str] = []
        place = end
        while place < self.size and (hit := re.compile(r"\d{1,2}").match(self.line.chars, place)):
            if found and "/" in self.line.gaps[place]:
                return
            stop = min(hit.end(), self.line.run_end(place))
            found.append(self.line.chars[place:stop])
            place = stop
            yield place, tuple(found)

    def _codes(self, place: int, names: bool) -> Iterator[tuple[int, tuple[str, ...], float]]:
        """Every beginning of a list of country codes that starts here."""
        line, codes, cost = self.line, (), 0.0
        fresh: tuple[str, ...] = codes
        while place < self.size:
            gap = line.gaps[place]
            if gap == "//" or (gap == "/" and not fresh):
                return
            cost += {"/": 0.5, "": 0.3, "-": 0.1}.get(gap, 0.0)
            stop = line.run_end(place)
            run = line.chars[place:stop]
            if run == "AND" and fresh:
                place = stop
                continue
            code, end, more = self._code(place, stop, run, names)
            if not code:
                return
            cost += more
            fresh = (*fresh, code)
            place = end
            yield place, fresh, cost

    def _code(self, place: int, stop: int, run: str, names: bool) -> tuple[str, int, float]:
        table, chars = countries(), self.line.chars
        if run in table:
            return run, stop, 0.0
        if names and run in country_names():
            return (country_names()[run] if len(run) < 4 else run), stop, 0.3
        if len(run) > 4 and all(run[k : k + 3] in table for k in range(0, len(run) - 2, 3)):
            return run[:3], place + 3, 0.3
        if run[:3] in table and len(run) > 5 and any(run[3:].startswith(w) for w in ("NOFORN", "REL", "DISPLAY", "FISA", "LES", "ORCON")):
            return run[:3], place + 3, 0.3
        if not self.fuzzy:
            return "", place, 0.0
        folded = run.translate(LOOKALIKE)
        if folded in table and len(folded) in (3, 4):
            return folded, stop, 0.4
        for size in (3, 4):
            window = chars[place : place + size]
            if window in _COMMON_CODES and len(run) < size and self._edge(place + size):
                return window, place + size, 0.5
        if 2 <= len(run) <= 5 and run not in words():
            scored = [(edit_cost(code, run, 1.0), rank, code) for rank, code in enumerate(_COMMON_CODES)]
            cost, _, code = min(scored)
            if cost <= 1.0:
                return code, stop, cost + 0.2
        return "", place, 0.0

    def _eyes(self, start: int) -> Iterator[Option]:
        if self.line.chars[start : start + 3] != "USA":
            return
        place, codes = start, []
        while place < self.size and self.line.chars[place : self.line.run_end(place)] in countries():
            codes.append(self.line.chars[place : self.line.run_end(place)])
            place = self.line.run_end(place)
        for tail in ("EYESONLY", "EYES"):
            if codes and self.line.chars.startswith(tail, place):
                end = place + len(tail)
                yield end, Token("eyes", "EYES", tuple(codes), self.line.slice(start, end)), 0.0
                return

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
            yield end, Token("cui", f"SP-{inner[0]}", text=line.slice(start, end), damage=0.5 + inner[1]), 0.5 + inner[1]

    def _category(self, name: str) -> tuple[str, float] | None:
        if name in cui_categories():
            return name, 0.0
        if not self.fuzzy or len(name) < 3 or name in controls():
            return None
        scored = [(edit_cost(c, name, 1.0), c) for c in cui_categories() if abs(len(c) - len(name)) <= 1 and len(c) > 2]
        cost, best = min(scored, default=(9.0, ""))
        return (best, cost) if cost <= 1.0 else None
