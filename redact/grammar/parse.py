"""``parse_banner`` and ``parse_portion``: strict reading first, then repair, which the strict reading must confirm."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from redact.grammar.build import GRAMMAR_FROM, build, writing_errors
from redact.grammar.fold import fold, unspace
from redact.grammar.lists import prepare
from redact.grammar.model import Marking, MarkingError, Parse, Token, render, to_parse
from redact.grammar.relations import relation_errors
from redact.grammar.segment import Best, Segmenter
from redact.grammar.tables import levels

MAX_LENGTH = 300
_FRAME = "-~*_=<>. \u2022"
_MISREAD = re.compile(r"(?:TS|[SCU])[yY7J!|>]|SS|CC|UU")
_KEPT = 4096
"""Texts whose readings are kept: repairing a damaged one takes milliseconds, and a stamp stands on every page."""
Reading = tuple[float, list[Token], str]


def parse_banner(text: str, on: dt.date | None = None) -> Parse:
    """Parse one banner line.

    Args:
        text: the marking, one line; at most 300 characters are considered a marking.
        on: date of the document; None judges by the current register.

    Returns:
        The parse; ``canonical`` is None where the text is no marking.
    """
    return _parse(text, on, False)


def parse_portion(text: str, on: dt.date | None = None) -> Parse:
    """Parse one portion mark, with or without its parentheses; arguments and result as ``parse_banner``."""
    return _parse(text, on, True)


def strip_portion(text: str) -> str:
    """A portion mark without its parentheses, tolerating one that is lost or misread."""
    inner = text.strip().replace(")(", "-").replace(") (", "-")
    if inner[:1] in "([{":
        inner = inner[1:].strip().rstrip(")]}\\ ")
        # a closing parenthesis misread as a letter: (uy, (Ss)
        if _MISREAD.fullmatch(inner):
            inner = inner[:-1]
    elif inner[-1:] in ")]}":
        inner = inner[:-1]
    return inner.strip()


def _parse(text: str, on: dt.date | None, portion: bool) -> Parse:
    if not text or len(text) > MAX_LENGTH or "\n" in text.strip():
        return _nothing(text)
    reading = read(text, portion)
    if reading is None:
        return _nothing(text)
    _, tokens, clean = reading
    mark, errors = build(tokens)
    errors += _surface(text, clean, portion, on)
    errors += writing_errors(clean, tokens, mark, portion, on)
    errors += relation_errors(mark, portion, on)
    unique = tuple({(e.id, e.message): e for e in errors}.values())
    return to_parse(text, mark, portion, unique)


def _nothing(text: str) -> Parse:
    return Parse(text, errors=(MarkingError("not-a-marking", "no marking can be read here", "CAPCO sec. D.1"),))


def _surface(text: str, clean: str, portion: bool, on: dt.date | None) -> list[MarkingError]:
    found = []
    stripped = text.strip()
    upper = stripped.upper()
    if stripped.replace(" and ", " AND ") != upper:
        found.append(MarkingError("marking-case", "a marking stands in capitals", "CAPCO sec. D.1"))
    if fold(upper) != upper:
        found.append(MarkingError("control-damage", "characters of another script or font", "CAPCO sec. D.1"))
    bare = upper
    if portion:
        inner = strip_portion(upper)
        wrapped = upper in (f"({inner})", inner)
        if not wrapped:
            found.append(
                MarkingError("portion-parentheses", "a portion mark stands in one pair of parentheses", "CAPCO sec. C")
            )
        bare = inner
    if bare != clean and fold(bare) != clean and (on is None or on >= GRAMMAR_FROM):
        found.append(MarkingError("marking-spacing", "letter-spacing or framing characters", "CAPCO sec. D.1"))
    return found


@lru_cache(maxsize=_KEPT)
def read(text: str, portion: bool) -> Reading | None:
    """The cheapest reading: cost, items, the folded text they were read from. None for prose.

    The reading is kept: what it holds is not to be changed.
    """
    folded = fold(text)
    if portion:
        folded = strip_portion(folded)
    clean = folded.strip(_FRAME) if not portion else folded
    if not clean or not any(c.isalnum() for c in clean):
        return None
    exact = _attempt(clean, portion, False, False)
    if exact and exact[0] < 0.9:
        return exact
    spaced = unspace(clean)
    if spaced != clean:
        other = _attempt(spaced, portion, False, False)
        if other and other[0] < 0.9:
            return other
    best = _repair(clean if spaced == clean else spaced, portion)
    found = [r for r in (exact, best) if r]
    if not found:
        return _loose(clean, portion)
    return min(found, key=lambda r: r[0])


def _loose(clean: str, portion: bool) -> Reading | None:
    """Listed items among unlisted ones, where the slashes show that all of it is a marking."""
    if "//" not in clean:
        return None
    for fuzzy in (False, True):
        found = _attempt(clean, portion, fuzzy, True)
        if found and found[0] < 16 and _head_sure(found[1]):
            return found
    return None


def _head_sure(tokens: list[Token]) -> bool:
    return tokens[0].kind in ("level", "nation", "joint") and tokens[0].damage <= 1.0


def _attempt(clean: str, portion: bool, fuzzy: bool, unknown: bool) -> Reading | None:
    best: tuple[float, list[Token]] | None = None
    bars = (True, False) if any(c in clean for c in "|!") else (True,)
    for flag in bars:
        line = prepare(clean, flag)
        found: Best | None = Segmenter(line, portion, fuzzy, unknown).run()
        if found and (best is None or found[0] < best[0]):
            best = (found[0], list(found[1]))
    return (best[0], best[1], clean) if best else None


def _repair(clean: str, portion: bool) -> Reading | None:
    found = _attempt(clean, portion, True, False)
    if not found:
        return None
    _cost, tokens, _ = found
    if tokens[0].note == "abbreviated" and "//" not in clean:
        # office symbols: S/S-O
        return None
    if "//" not in clean and any(t.damage and "-" in t.text and len(t.text) <= 4 for t in tokens):
        return None
    letters = sum(c.isalnum() for c in clean)
    damage = sum(t.damage for t in tokens)
    if damage > max(2.2, letters * 0.24) + 0.3 * (len(tokens) - 1):
        return None
    mark, _ = build(tokens)
    return found if _confirmed(mark, portion) else None


def _confirmed(mark: Marking, portion: bool) -> bool:
    """Whether the strict reading of the repaired text gives the same text again."""
    text = render(mark, portion)
    again = _attempt(text, portion, False, False)
    if not again:
        return False
    second, _ = build(again[1])
    return render(second, portion) == text and mark.level in levels()
