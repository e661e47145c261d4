"""Citations of the reasons of classification: `1.4(b/d)`, `1.5 (B, D)`, `1.3(a)(4)`.

The sections are those of rules/tables/reason_codes.csv: 5(B) of E.O. 11652, 1-301 of 12065, 1.3(a) of 12356, 1.5 of
12958, 1.4 from 2003 on.
"""

from __future__ import annotations

from functools import lru_cache

import regex

from redact.normalise.text import fold_space

# A section number, with the slips of scanners (`l.4`, `1,4`, `1. 4`).
_SECTION = r"(?:sec(?:tion|s|\.)?\s*)?[1Il]\s?[.,·]\s?(?P<section>[45])"
_AND = r"\s*(?:[/,;&+]\s*(?:\b(?:and|or)\b\s*|/\s*)?|\b(?:and|or)\b\s*)"
_ITEM = r"(?:\(\s?[a-h]\s?\)|\(\s?[a-h](?![a-z])|[a-h]\s?\)|(?!(?-i:a)\s+(?!and\b)\p{L}{2})[a-h](?![a-z0-9.'’]))"
_TAIL = (
    rf"(?:{_AND}(?:[1Il]\s?[.,·]\s?[45]\s?)?{_ITEM}|\s?-\s?[a-h]\s?\)|\s?\(\s?[a-h]\s?\)"
    r"|\s[A-H](?=\s*(?:$|[,/&);]|\s[A-H]\b)))"
)
_LETTERS = regex.compile(rf"(?<![\w.(]){_SECTION}\s*{_ITEM}{_TAIL}*", regex.IGNORECASE)
_NUMBERS = regex.compile(
    r"(?<![\w.(])(?:sec(?:tion|\.)?\s*)?(?:[1Il]\s?\.\s?3\s?(?:\(\s?a\s?\)\s?)?\(\s?(?P<n>10|[1-9])\s?\)"
    r"(?:\s*(?:[,;/&]|\band\b)\s*\((?P<n>10|[1-9])\))*"
    r"|5\s?\(?B\)?\s?\((?P<five>[1-4])\)(?:\s*(?:[,;/&]|\band\b)\s*\((?P<five>[1-4])\))*"
    r"|1-301\s?\(?(?P<old>[a-g])\)?(?!\w))",
    regex.IGNORECASE,
)
_ONE = regex.compile(
    r"(?:(?<![\w.])[1Il]\s?[.,·]\s?(?P<section>[45])\s?)?(?P<dash>-\s?)?\(?\s?(?P<letter>(?<![a-z])[a-h])(?![a-z])",
    regex.IGNORECASE,
)
_LAST = {"4": "h", "5": "g"}
_JOIN = regex.compile(rf"{_AND}|[ \t]*", regex.IGNORECASE)
_EDGE = regex.compile(r"[\s.,;:()\[\]'\"]*")


def _letters(match: regex.Match[str]) -> list[str]:
    section: str = match["section"]
    values: list[str] = []
    body = match[0]
    at = match.start("section") - match.start() + 1
    for item in _ONE.finditer(body, at):
        if item["section"]:
            section = item["section"]
        letter = item["letter"].lower()
        if item["dash"] and values and values[-1][:3] == f"1.{section}":
            values += [f"1.{section}({chr(code)})" for code in range(ord(values[-1][4]) + 1, ord(letter))]
        if letter <= _LAST[section]:
            values.append(f"1.{section}({letter})")
    return values


def _numbers(match: regex.Match[str]) -> list[str]:
    return [
        *(f"1.3(a)({n})" for n in match.captures("n")),
        *(f"5(B)({n})" for n in match.captures("five")),
        *(f"1-301({letter.lower()})" for letter in match.captures("old")),
    ]


def reasons(text: str) -> list[tuple[int, int, str]]:
    """Citations of reasons in a text, in order: offsets and value; codes joined by `,`, `/` or "and" are one citation.

    The value holds section and letter or number, each once, joined by `,`: `1.4(b),1.4(d)`, `1.3(a)(4)`. A letter that
    the section does not have (1.5(h)) is left out.
    """
    parts = sorted(
        [(m.start(), m.end(), _numbers(m)) for m in _NUMBERS.finditer(text)]
        + [(m.start(), m.end(), values) for m in _LETTERS.finditer(text) if (values := _letters(m))],
        key=lambda part: part[:2],
    )
    merged: list[tuple[int, int, list[str]]] = []
    for start, end, values in parts:
        if merged and start < merged[-1][1]:
            continue
        if merged and _JOIN.fullmatch(text, merged[-1][1], start):
            first, _, before = merged.pop()
            merged.append((first, end, before + values))
        else:
            merged.append((start, end, values))
    return [(start, end, ",".join(dict.fromkeys(values))) for start, end, values in merged]


@lru_cache(maxsize=8192)
def reason(text: str) -> str | None:
    """Value of a text that is one citation of reasons and nothing else, else None."""
    text = fold_space(text)
    found = reasons(text) if len(text) <= 300 else []
    if len(found) != 1:
        return None
    start, end, value = found[0]
    return value if _EDGE.fullmatch(text, 0, start) and _EDGE.fullmatch(text, end) else None
