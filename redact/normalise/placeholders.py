"""Placeholders: the style of one, how much it says was withheld, and what its text stands for otherwise.

Styles and ids are those of `rules/tables/placeholders.csv`.
"""

from __future__ import annotations

from functools import lru_cache

import regex

from redact.normalise.text import fold_space

_FRACTION = {"½": 0.5, "¼": 0.25, "¾": 0.75, "1/2": 0.5, "1/4": 0.25, "3/4": 0.75}
_ONES = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORD = {"a": 1.0, "an": 1.0, "half": 0.5, "quarter": 0.25} | {word: float(n) for n, word in enumerate(_ONES, 1)}
_WORD |= {word: 10.0 * n for n, word in enumerate(_TENS, 2)}
_NUMBER = (
    rf"(?:{'|'.join(_TENS)})(?:[\s-]+(?:{'|'.join(_ONES[:9])})(?!\w))?|(?:{'|'.join(reversed(_ONES))})"
    r"(?:[\s-](?:half|quarter))?|half|an?"
)
_UNITS = ("line", "paragraph", "page", "document", "word")
_RANK = {unit: rank for rank, unit in enumerate(("line", "word", "paragraph", "page", "document"))}
_NAMES = {"1ine": "line", "para": "paragraph", "pp": "page"}
_HALF = r"(?P<half>\s?(?:and\s+)?(?:a|one)[\s-]half\s+)"
_AMOUNT = regex.compile(
    rf"""
    (?P<less>less\s+than\s+)?
    (?: (?P<decimal>\d{{1,3}}\.\d) | (?P<whole>\d{{1,4}}|[Il](?=\s)) (?:\s?-?\s?(?P<part>[½¼¾]|[13]/[24]))?
      | (?P<part>[½¼¾]|[13]/[24]) | \b(?P<word>{_NUMBER})\b )
    (?:(?<=\bhalf)\s+an?\b)?[\s_-]*{_HALF}?(?:full\s+|typed\s+|whole\s+)?
    (?P<unit>{"|".join((*_UNITS, *_NAMES))})(?:s|\(s\)|\(5\))?(?![A-Za-z])(?P<after>\s+and\s+a\s+half\b)?
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_NUMBERED = regex.compile(
    r"\b(?P<unit>pages?|pp?\.|paragraphs?|paras?\b\.?|lines?)(?:\([s5]\))?\s+#?"
    r"(?P<list>\d{1,4}(?:\s?(?:-|–|,|&|to|thru|through|and)\s?(?:and\s)?\d{1,4}){0,12})"
    r"(?:\s+of\s+\d{1,4})?\b(?!\s*lines?)",
    regex.IGNORECASE,
)
_RANGE = regex.compile(r"(\d+)(?:\s?(?:-|–|to|thru|through)\s?(\d+))?", regex.IGNORECASE)
_ONE_PAGE = regex.compile(
    r"(?:\b(?:this|entire|whole|full|next|following)\s+|^\W{0,3})page\s+(?:is\s+|was\s+|has\s+been\s+)?"
    r"(?:not\s+(?:declassified|released)|withheld|denied|deleted|removed|exempt(?:ed)?)\b",
    regex.IGNORECASE,
)
_DOCUMENT = regex.compile(
    r"\b(?<!in )document\s+(?:is\s+|was\s+|has\s+been\s+)?"
    r"(?:not\s+(?:declassified|released)|withheld|denied|exempt(?:ed)?)\b(?!\s+in\s+part)",
    regex.IGNORECASE,
)


def _words(text: str) -> float:
    """Number that number words say: `twenty-two` is 22, `one-half` 0.5, `half` 0.5."""
    parts = [_WORD[part] for part in regex.split(r"[\s-]+", fold_space(text).lower())]
    return parts[0] * parts[1] if len(parts) == 2 and parts[1] < 1 else sum(parts)


def _listed(text: str) -> float:
    """How many numbers a list of numbers and ranges names: `3-5, 7` is 4."""
    ranges = ((int(first), int(last or first)) for first, last in _RANGE.findall(text))
    return float(sum(max(last - first + 1, 1) for first, last in ranges))


@lru_cache(maxsize=4096)
def extent(text: str) -> tuple[float | None, str | None]:
    """Amount and unit that a placeholder declares: `line`, `paragraph`, `page`, `document` or `word`.

    `[less than 1 line ...]` is half a line. Where it says two amounts (`2 paragraphs (19 lines)`), the finer one
    counts. (None, None) where it declares none.
    """
    if len(text) > 400:
        return None, None
    best: tuple[float, str] | None = None
    for match in _AMOUNT.finditer(text):
        unit = match["unit"].lower()
        unit = _NAMES.get(unit, unit)
        if match["decimal"]:
            amount = float(match["decimal"])
        elif match["word"]:
            amount = _words(match["word"])
        else:
            whole = match["whole"]
            amount = (float(whole) if whole.isdecimal() else 1.0) if whole else 0.0
            amount += _FRACTION.get(match["part"] or "", 0.0)
        if match["half"] or match["after"]:
            amount += 0.5
        if match["less"]:
            amount /= 2
        if amount and (best is None or _RANK[unit] < _RANK[best[1]]):
            best = amount, unit
    if best is not None:
        return best
    if (numbered := _NUMBERED.search(text)) is not None:
        name = numbered["unit"].lower()
        unit = "line" if name[0] == "l" else "paragraph" if name.startswith("para") else "page"
        return _listed(numbered["list"]), unit
    if _DOCUMENT.search(text):
        return 1.0, "document"
    return (1.0, "page") if _ONE_PAGE.search(text) else (None, None)


_STYLES: tuple[tuple[str, regex.Pattern[str]], ...] = tuple(
    (name, regex.compile(pattern, regex.IGNORECASE))
    for name, pattern in (
        ("NOT DECLASSIFIED", r"\bn[ou]t\s+declassified\b"),
        ("NON-RESPONSIVE", r"\bnon[-\s]?respons[i1]ve\b|\boutside\s+(?:the\s+)?scope\b|^\W*NR\W*$"),
        ("WITHHELD", r"\bwithheld\b|\bwithdrawal\b|\bwithdrawn\b|deleted\s+page|no\s+duplication\s+fee"
                     r"|\bdenied\b|\bnot\s+released\b|\bexempt(?:ed)?\b|\bremoved\b|\bblacked\s+out\b"
                     r"|access\s+restricted|^\W*restricted\W*$|\bretained\b"
                     r"|\bclosed\s+(?:under|until|extract)\b|redacted\s+under"
                     r"|pages?(?:\(s\))?\s+in\s+document\s+(?:exempt|denied)"),
        ("REDACTED", r"re\s?dac\s?ted|\btext\s+omitted\b"),
        ("EXCISED", r"\bexc[i1]se[d]?\b|\bexcision\b"),
        ("DELETED", r"\bdelet(?:ed|ion)\b"),
        ("SANITIZED", r"\bsan[i1]ti[sz]ed?\b"),
        ("CODE", r"^[\s(\[]*(?:(?:\(b\)|b)\s?\(?\d\)?(?:\s?\(?[A-F]\)?)?[\s;,/]*)+\W*$"),
        ("X-OUT", r"^[\s\[(]*x(?:[\s.]*x){3,}[\s\])]*$"),
        ("BLOCK", r"[█▇▆■▓▒]"),
        ("BLANK", r"^[\s\[|({LIJ]*_[\s_]*[\s\])|}LIJ.]*$|^\[\s{2,}\]$|^[\[|LI]\s{3,}[\]|JI]$"),
    )
)  # fmt: skip
_FREQUENT = {f"[{word}]": word for word in ("REDACTED", "EXCISED", "DELETED", "WITHHELD")}


@lru_cache(maxsize=4096)
def style(text: str) -> str | None:
    """Style of a placeholder from its text (`[1 line not declassified]` is NOT DECLASSIFIED); None where it is none."""
    if text in _FREQUENT:
        return _FREQUENT[text]
    if len(text) > 600:
        return None
    return next((name for name, pattern in _STYLES if pattern.search(text)), None)


_LACUNAE: tuple[tuple[str, regex.Pattern[str]], ...] = tuple(
    (name, regex.compile(pattern, regex.IGNORECASE))
    for name, pattern in (
        ("illegible", r"\billegib|\bi[l1]legible|\bunreadable|\bindistinct|best\s+copy\s+available"),
        ("garble", r"\bgarb[l1]e|#{3,}"),
        ("sic", r"^\W*sic\W*$"),
        ("frus-omitted", r"^\W*omitted\s+here\b"),
        ("unrelated-matter", r"^\W*here\s+follows?\b"),
        ("duplicate", r"\bduplicate\b"),
        (
            "lacuna-text-missing",
            r"\btext\s+(?:is\s+)?(?:missing|not\s+available)|\bpage\s+missing|\bmissing\s+page"
            r"|\bomission\b|^\W*gap\W*$",
        ),
    )
)


@lru_cache(maxsize=1024)
def lacuna(text: str) -> str | None:
    """`placeholder_id` of text that is missing for another reason than withholding; None where it is none."""
    return next((name for name, pattern in _LACUNAE if pattern.search(text)), None) if len(text) <= 2000 else None


_RELEASES: tuple[tuple[str, regex.Pattern[str]], ...] = tuple(
    (name, regex.compile(pattern, regex.IGNORECASE))
    for name, pattern in (
        ("DENIED", r"\bdenied\s+in\s+(?:full|part)"),
        ("FULL", r"\breleased?\s+in\s+full|declassified\s+in\s+full|^full$"),
        (
            "PART",
            r"\breleased?\s+in\s+part|^part$|declassified\s+in\s+part|^partially\s+declassified"
            r"|sanitized\s+copy|^\W*excised?\W*$",
        ),
        ("DECLASSIFIED", r"\bdeclass[i1]f[i1]ed\b"),
        (
            "APPROVED",
            r"\bapproved?\s+for\s+release|\breleased?\s+under\s+the\s+(?:president\s+)?john"
            r"|^(?:Appr[o0]ved[ ]?for[ ]?release){e<=5}$",
        ),
    )
)


@lru_cache(maxsize=1024)
def release(text: str) -> str | None:
    """Status that the words of a release stamp give a document: FULL, PART, DENIED, APPROVED or DECLASSIFIED."""
    folded = fold_space(text[:200])
    return next((name for name, pattern in _RELEASES if pattern.search(folded)), None)
