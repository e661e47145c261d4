"""A marking as letters and separators, and the readers of its free lists: countries, compartments, programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from redact.grammar.fold import LOOKALIKE, edit_cost
from redact.grammar.lexicon import words
from redact.grammar.model import Token
from redact.grammar.tables import controls, countries, country_names, cui_categories

_COMMON_CODES = (
    *("USA", "GBR", "CAN", "AUS", "NZL", "FVEY", "ACGU", "TEYE", "NATO", "DEU", "FRA", "ITA", "ESP", "NLD", "NOR"),
    *("DNK", "BEL", "POL", "TUR", "JPN", "KOR", "ISR"),
)


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


_GAP = {
    " ": " ",
    "-": "-",
    "=": "-",
    "_": "-",
    "~": "-",
    "*": "-",
    "+": "-",
    "•": "-",
    ",": ",",
    ";": ",",
    ":": ",",
    ".": ",",
    "/": "/",
    "\\": "/",
    "'": " ",
    '"': " ",
    "(": " ",
    ")": " ",
    "^": " ",
    "#": " ",
    "<": " ",
    ">": " ",
    "&": ",",
    "{": " ",
    "}": " ",
}
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


Option = tuple[int, Token, float]


class ListReader:
    """Readers of the parts of a marking that no list of forms can hold; each yields every possible end."""

    def __init__(self, line: Line, portion: bool, fuzzy: bool) -> None:
        self.line, self.portion, self.fuzzy = line, portion, fuzzy
        self.size = len(line.chars)

    def _edge(self, place: int) -> bool:
        return place <= 0 or place >= self.size or bool(self.line.gaps[place])

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
        line, table, cost = self.line, countries(), 0.0
        fresh: tuple[str, ...] = ()
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
            if self.fuzzy and names and not fresh and run not in table and edit_cost("USA", run, 1.0) <= 1.0:
                # every release list begins with USA
                code, end, more = "USA", stop, 0.8
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
        if (
            run[:3] in table
            and len(run) > 5
            and any(run[3:].startswith(w) for w in ("NOFORN", "REL", "DISPLAY", "FISA", "LES", "ORCON"))
        ):
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
            for limit in (0.4, 0.7, 1.0):
                near = [c for c in table if len(c) == len(run) == 3 and edit_cost(c, run, limit) <= limit]
                if len(near) == 1:
                    return near[0], stop, limit + 0.6
                if near:
                    break
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

    def _category(self, name: str) -> tuple[str, float] | None:
        if name in cui_categories():
            return name, 0.0
        if not self.fuzzy or len(name) < 3 or name in controls():
            return None
        scored = [(edit_cost(c, name, 1.0), c) for c in cui_categories() if abs(len(c) - len(name)) <= 1 and len(c) > 2]
        cost, best = min(scored, default=(9.0, ""))
        return (best, cost) if cost <= 1.0 else None
