"""Text of a marking made comparable: case, look-alike characters, slashes, spacing."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

SLASHES = "∕／⁄⧸╱⟋"
_MAP: dict[int, str | None] = {ord(c): "/" for c in SLASHES}
_MAP |= {ord(c): "-" for c in "‐‑‒–—―−﹘－¬"}
_MAP |= {
    ord(c): " "
    for c in "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\t\r\n\v\f"
}
_MAP |= {ord(c): None for c in "\u200b\u200c\u200d\u2060\ufeff\u00ad"}
_MAP |= {ord(c): "'" for c in "‘’`´"} | {ord(c): '"' for c in "“”„"} | {ord(c): "," for c in "，、"}
# Cyrillic and Greek capitals that look like Latin ones
_MAP |= {ord(a): b for a, b in zip("АВЕКМНОРСТХУІЅЈаеорсухіѕј", "ABEKMHOPCTXYISJAEOPCYXISJ", strict=True)}
_MAP |= {ord(a): b for a, b in zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)}
_MAP |= {ord("€"): "C", ord("£"): "E", ord("$"): "S", ord("¢"): "C", ord("§"): "S", ord("ſ"): "S", ord("ß"): "B"}

LOOKALIKE = str.maketrans(
    {
        "0": "O",
        "1": "I",
        "5": "S",
        "8": "B",
        "6": "G",
        "3": "E",
        "4": "A",
        "7": "T",
        "2": "Z",
        "!": "I",
        "[": "E",
        "|": "I",
        "@": "A",
        "?": "F",
    }
)
"""Scanned characters and the letter that they most often stand for."""

_NEAR = (
    "OQDCG0",
    "CGEO(€<",
    "EFBR£3",
    "IJLT1!|7]",
    "UVYW0",
    "NMHW",
    "PRBFK",
    "SB58Z$",
    "AR4",
    "KXH",
    "KR",
    "FT",
    "FP",
    "DO0",
    "LI1T",
    "IE",
    "EC",
    "OUC",
    "O9",
    "C6",
)
_NEAR_TO = {
    char: "".join({other for group in _NEAR if char in group for other in group} - {char}) for char in {*"".join(_NEAR)}
}
"""Characters that typists and scanners mistake each character for."""

_RUN = re.compile(r"(?<![A-Z0-9])(?:[A-Z0-9!\[|] ){3,}[A-Z0-9!\[|](?![A-Z0-9])")


def fold(text: str) -> str:
    """Upper-case text of one line with unified dashes, slashes, spaces and look-alike letters of other scripts."""
    if text.isascii():
        if "\t" in text or "\n" in text or "\r" in text or "\v" in text or "\f" in text:
            text = text.translate(_MAP)
    else:
        text = text.translate(_MAP)
        if not text.isascii():
            text = unicodedata.normalize("NFKC", text).translate(_MAP)
    return text.upper().strip()


def unspace(text: str) -> str:
    """Letter-spaced words closed up: ``T O P  S E C R E T`` gives ``TOP SECRET``; two spaces are a word break."""
    if "  " in text and re.fullmatch(r"(?:[A-Z0-9](?: |  +))+[A-Z0-9]", text):
        return " ".join(part.replace(" ", "") for part in re.split(r"  +", text))
    return _RUN.sub(lambda hit: hit.group().replace(" ", ""), text)


def edit_cost(target: str, seen: str, limit: float) -> float:
    """Weighted edit distance (optimal string alignment); above ``limit`` any larger number may be returned.

    A look-alike substitution costs 0.4, a doubled or halved letter 0.6, a transposition 0.7, any other edit 1.
    """
    if target == seen:
        return 0.0
    inserts = [1.0, *[0.6 if here == last else 1.0 for last, here in pairwise(seen)]]
    before: list[float] = []
    row = [float(j) for j in range(len(seen) + 1)]
    last = ""
    for want in target:
        near = _NEAR_TO.get(want, "")
        drop = 0.6 if last == want else 1.0
        cost = row[0] + 1.0
        new = [cost]
        for got, insert, here, above in zip(seen, inserts, row, row[1:], strict=False):
            cost += insert
            if got == want:
                cost = here if here < cost else cost
            else:
                swap = here + (0.4 if got in near else 1.0)
                cost = swap if swap < cost else cost
                lost = above + drop
                cost = lost if lost < cost else cost
                if got == last and (j := len(new)) > 1 and want == seen[j - 2]:
                    cost = min(cost, before[j - 2] + 0.7)
            new.append(cost)
        if min(new) > limit:
            return limit + 1.0
        before, row, last = row, new, want
    return row[-1]
