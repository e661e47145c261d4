"""Codes under which text is withheld: FOIA, Privacy Act, Presidential Records Act, executive orders, CIA margins.

Canonical codes, written forms, meanings and sources are rows of `rules/tables/exemption_codes.csv`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType

import regex

from redact.normalise.lookup import rows
from redact.normalise.reasons import reason, reasons
from redact.normalise.text import fold_space

__all__ = ["CodeSpan", "describe", "exemption", "exemptions", "reason", "reasons"]

CodeSpan = tuple[int, int, str]
"""Offsets in the text that was given, end exclusive, and the canonical code."""

_FAMILIES: Mapping[str, tuple[str, ...]] = {
    "FOIA": ("FOIA", "FOIA-b3"),
    "FOIA-b3": ("FOIA-b3",),
    "EO": ("EO-25X", "EO-50X", "EO-75X", "EO-3.3b", "EO-3.4b", "EO-other", "EO-X"),
    "PRA": ("PRA",),
    "NARA": ("DEED",),
    "NIXON": ("PRMPA-NIXON",),
    "PA": ("PA",),
    "JFK": ("JFK",),
    "CIA": ("CIA-CREST",),
    "UK": ("UK-FOI",),
}
_ALIASES = {family: name for name, families in _FAMILIES.items() for family in families} | {"DEED": "NARA"}
# Letters and numbers alone, which mean something only where the form of the sheet is known.
_NEEDS_FAMILY = frozenset({"NARA", "NIXON", "FOIA-b3"})


class _Book:
    """What the table says, in the shapes that reading needs."""

    def __init__(self) -> None:
        self.meaning: dict[str, str] = {}
        self.withholds: set[str] = set()
        self.exact: dict[str, str] = {}
        self.family: dict[str, dict[str, str]] = {name: {} for name in _FAMILIES}
        for row in rows("exemption_codes"):
            canonical, name = row["canonical"], _ALIASES.get(row["family"], row["family"])
            self.meaning.setdefault(canonical, f"{row['meaning']} ({row['authority']})")
            if row["withholds"] != "yes":
                continue
            self.withholds.add(canonical)
            for form in row["written_forms"].split("|"):
                key = _key(form)
                self.family.setdefault(name, {}).setdefault(key, canonical)
                statute_alone = row["family"] == "FOIA-b3" and not key.startswith("(B)(3)")
                if not statute_alone and name not in _NEEDS_FAMILY and not key.startswith(("(A)(", "A(")):
                    self.exact.setdefault(key, canonical)
                if row["family"] == "FOIA-b3":
                    self.family["FOIA-b3"].setdefault(key, canonical)


@cache
def _book() -> _Book:
    return _Book()


def _key(text: str) -> str:
    return "".join(text.upper().split())


def describe(canonical: str) -> str:
    """Meaning of a canonical code in words, with its authority; the code itself where the table has no such row."""
    return _book().meaning.get(canonical, canonical)


# --- statutes of exemption 3 ---------------------------------------------------------------------------------------

_USC: Mapping[tuple[str, str], str] = MappingProxyType({
    ("18", "798"): "18USC798", ("50", "3605"): "PL86-36", ("50", "402"): "PL86-36", ("50", "3024"): "50USC3024i",
    ("50", "3024i"): "50USC3024i", ("50", "403-1"): "50USC3024i", ("50", "3507"): "CIAAct", ("50", "403g"): "CIAAct",
    ("8", "1202"): "INA222f", ("22", "2778"): "ARMSEXP", ("50", "2411"): "EXPORT", ("22", "4004"): "FSACT",
    ("26", "6103"): "26USC6103", ("10", "130c"): "10USC130c", ("10", "424"): "10USC424", ("42", "2161"): "AEA",
    ("42", "2162"): "AEA", ("42", "2163"): "AEA", ("42", "2164"): "AEA", ("42", "2165"): "AEA", ("42", "2166"): "AEA",
})  # fmt: skip
_STATUTE = r"""(?:
    P\.?\s?L\.?\s?(?P<pl>86\s?[-–]\s?36|99\s?[-–]\s?99)(?:,?\s+(?:sec(?:tion|\.)?|§)\s*\d{1,4})?
  | (?P<title>\d{1,2})\s?U\.?\s?S\.?\s?C\.?\s*(?:App\.?\s*)?(?:§+|sec(?:tion|\.)?)?\s*
    (?P<sec>\d{1,5}(?:[a-z](?![a-z]))?(?:-\d{1,2}(?!\d))?)(?P<para>(?:\s?\([a-z0-9]{1,4}\))*)(?:\s?note\b)?
  | (?P<word>NAT(?:IONAL|L|'L)?\.?\s?SEC(?:URITY)?\.?\s?ACT(?:\s?(?:OF\s?)?1947)?
      | CIA\s?ACT(?:\s?(?:OF\s?)?1949)? | CIA\s?PERS/ORG | ARMSEXP | EXPORT(?:\s?CONTROL)? | FS\s?ACT(?![A-Z])
      | INA(?:\s?(?:sec(?:tion|\.)?\s?)?222\s?\(?f\)?)?(?![A-Z]) | (?:INA\s?)?sec(?:tion|\.)?\s?222\(f\) | IRAN(?![A-Z])
      | (?:Rule|Fed\.?\s?R\.?\s?Crim\.?\s?P\.?)\s?6\s?\(e\) | AEA(?![A-Z]) | F?RD(?![A-Z]))
)"""
_WORDS = (
    ("NAT", "NatSecAct"), ("CIA", "CIAAct"), ("ARMS", "ARMSEXP"), ("EXPORT", "EXPORT"), ("FSACT", "FSACT"),
    ("INA", "INA222f"), ("SEC", "INA222f"), ("IRAN", "IRAN"), ("RULE", "Rule6e"), ("FED", "Rule6e"), ("AEA", "AEA"),
    ("RD", "AEA"), ("FRD", "AEA"),
)  # fmt: skip


def _statute(match: regex.Match[str]) -> str | None:
    if match["pl"]:
        return "PL86-36" if match["pl"].startswith("86") else "IRAN"
    if match["title"]:
        title, section, para = match["title"], match["sec"].lower(), (match["para"] or "").replace(" ", "").lower()
        if (title, section) == ("50", "403"):
            return "CIAAct" if para.startswith("(g)") else None
        return _USC.get((title, section))
    word = _key(match["word"] or "")
    return next((name for start, name in _WORDS if word.startswith(start)), None)


# --- the scanner of a run of codes ---------------------------------------------------------------------------------

# A stop between the numbers of a section, or what a scanner prints for it ("3-3", "3_5", "3-_3", "3 5").
_DOT = r"[\s.,_\-–·]{1,3}"
_OPEN, _CLOSE = r"[(<\[{]", r"[)>\]}]"
_ORDER = r"(?:(?:E\.?\s?O\.?|Executive\s+Order)\s?\d{5}\s*[,:;]?\s*(?:sec(?:tion|\.)?s?\s*)?)?"
_RUN = regex.compile(
    rf"""
    (?<![\w.$§]) (?:
      {_ORDER} (?:
          3{_DOT}[34]\s?{_OPEN}?b{_CLOSE}?\s?{_OPEN}(?P<b25>[1-9]){_CLOSE}?
        | [38]{_DOT}[38]\s?{_OPEN}?h{_CLOSE}?\s?{_OPEN}(?P<h>[1-3]){_CLOSE}?
        | (?P<c35>[3S8](?:{_DOT})?[5S]\s?{_OPEN}\s?(?:[c¢©0oe]\s?{_CLOSE}?|(?<=<\s?)>))
        | 6\s?\.\s?(?P<six>2\s?\([cd]\)|1\s?\(c\))
        | 1\s?\.\s?6\s?\(d\)\s?\((?P<x16>[1-8])\)
      )
    | (?:2~?5|2S|Z5)\s?-?\s?[X×]\s?-?\s?(?:
          (?P<hum25>1\s?-\s?HUM(?:AN)?) | (?P<imagery>1\s?,?\s+E\.?\s?O\.?\s?12951)
        | (?P<suffix>[1Il](?P<letter>[A-HJ-Z])\d?(?-i:[a-z])?\d?) | (?P<x25>[1-9IL|])
      )? (?![0-9A-Za-z])
    | 50\s?[X×]\s?-?\s?(?:(?P<hum50>1)\s?-\s?HUM|(?P<wmd50>2)\s?-\s?WMD|(?P<x50>[1-9])) (?![0-9A-Za-z])
    | 75\s?[X×]\s?-?\s?(?P<x75>[1-9]) (?![0-9A-Za-z])
    | (?:JFK\s+Act,?\s*)?(?:sec(?:tion|\.)?\s*)?(?P<jfk>6\s?\((?:1\)\s?\([A-C]|[2-5])\)|5\s?\(g\)\s?\(2\)\s?\(D\))
    | JFK\s+Act,?\s*(?:sec(?:tion|\.)?\s*)?(?P<jfk2>11\s?\(a\)|10\s?\(a\)\s?\(1\))
    | (?P<reason>[1Il][.,]\s?[3-6]\s?(?:\(?[A-Ha-h]\)?)(?:\s?\(\d{{1,2}}\))?)
    | (?:FOIA\s+)?(?:
          (?:exemptions?|ex\.)\s*(?:\(?b\)?\s?)?\(?(?P<f1>[1-9])\)?
        | [(\[]\s?b\s?[)\]]\s*-?[({{]?\s?(?P<f2>[1-9lIG])\s?[)}}\]]?
        | b\s?[({{]\s?(?P<f3>[1-9lIG])\s?[)}}\]]
        | b\s?-?(?P<f4>[1-9])(?![0-9G-Zg-z])
        | (?P<h7>h7)(?=[A-F])
        | (?<=P\s?-?[1-6]\s?/\s?)F\s?-?(?P<f5>[1-9])(?![0-9G-Zg-z])
      ) (?<b7>(?<=7\s?[)}}\]]?)\s?[({{\[]?\s?(?P<sub>[A-F])(?![A-Za-z])\s?[)}}\]]?)?
      (?:(?<=3\s?[)}}\]]?)\s*+[-–—,:;]?\s*+(?P<statute>{_STATUTE}))?
    | [(](?P<pa1>[jkd])[)]\s?[(]?(?P<pa2>[1-7])[)]? | (?P<pa3>[jkd])[(](?P<pa4>[1-7])[)] | (?P<pa5>[jk][1-7]|d5)(?!\w)
    | P\s?-?(?P<pra>[1-6])(?![\w+])
    | (?P<stat>[S5][TI]AT(?:\s?I\s?N?\s?T[LI]|\s?I\s?NT[LI]|\s?SPEC)?)(?!\w)
    | X\s?-?(?P<x>[1-8])(?!\w)
    | 5\s?U\.?\s?S\.?\s?C\.?\s*(?:§+|sec(?:tion|\.)?)?\s*(?P<foia>552a?)(?:[\s,;&]*(?:and|or)?\s*(?:\([a-z0-9]\))+)*
    | {_STATUTE.replace("?P<", "?P<s_")}
    )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
# What scanners make of B1, B5, B6 on a State release stamp ("BS", "Be", "BG"); anywhere else these are words.
_STAMP = regex.compile(r"(?<![\w.])B\s?([SsGeIl!|oO])(?![\w])")
_STAMP_DIGIT = {"S": "5", "s": "5", "G": "6", "e": "6", "o": "6", "O": "6", "I": "1", "l": "1", "!": "1", "|": "1"}
_ONE = {"I": "1", "i": "1", "L": "1", "l": "1", "|": "1", "G": "6", "g": "6"}


def _digit(text: str) -> str:
    return _ONE.get(text, text)


_SIMPLE: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("x25", lambda g: f"EO:25X{_digit(g)}"),
    ("b25", lambda g: f"EO:25X{g}"),
    ("h", lambda g: f"EO:3.3(h)({g})"),
    ("c35", lambda g: "EO:3.5(c)"),
    ("six", lambda g: f"EO:6.{_key(g).lower()}"),
    ("x16", lambda g: f"EO:X{g}"),
    ("hum25", lambda g: "EO:25X1-human"),
    ("imagery", lambda g: "EO:25X1-12951"),
    ("hum50", lambda g: "EO:50X1-HUM"),
    ("wmd50", lambda g: "EO:50X2-WMD"),
    ("x50", lambda g: f"EO:50X{g}"),
    ("x75", lambda g: f"EO:75X{g}"),
    ("pra", lambda g: f"PRA:a{g}"),
    ("x", lambda g: f"EO:X{g}"),
    ("pa5", lambda g: f"PA:{g.lower()}"),
)


def _canonical(match: regex.Match[str]) -> str | None:
    """Canonical code of one match; None where the match is something else (a reason, a bare statute)."""
    groups = match.groupdict()
    if number := groups["f1"] or groups["f2"] or groups["f3"] or groups["f4"] or groups["f5"] or groups["h7"]:
        digit = "7" if number in ("h7", "H7") else _digit(number)
        if digit == "7":
            return f"FOIA:b7{groups['sub'].upper()}" if groups["sub"] else "FOIA:b7"
        if digit == "3" and groups["statute"]:
            name = _statute(match)
            return f"FOIA:b3-{name}" if name else "FOIA:b3"
        return f"FOIA:b{digit}"
    for name, make in _SIMPLE:
        if groups[name]:
            return make(groups[name])
    if groups["suffix"]:
        code = f"CIA:25X1{groups['letter'].upper()}"
        return code if code in _book().withholds else "EO:25X1"
    if jfk := groups["jfk"] or groups["jfk2"]:
        jfk = _key(jfk).lower()
        return "JFK:5(g)(2)(D)" if jfk.startswith("5") else "JFK:" + (jfk.upper() if jfk.startswith("6") else jfk)
    if groups["pa1"] or groups["pa3"]:
        return f"PA:{(groups['pa1'] or groups['pa3']).lower()}{groups['pa2'] or groups['pa4']}"
    if stat := groups["stat"]:
        tail = _key(stat)[4:]
        return "CIA:STATSPEC" if tail == "SPEC" else "CIA:STATINTL" if tail else "CIA:STAT"
    if groups["reason"] or groups["foia"] or groups["s_title"] or groups["s_pl"] or groups["s_word"]:
        return None
    return "EO:25X1"  # the number after 25X is lost: CIA margins print 25X1 and hardly any other


def exemptions(text: str, *, family: str | None = None, stamp: bool = False) -> list[CodeSpan]:
    """The codes of a run of codes, in order, each with its offsets.

    A statute belongs to the (b)(3) before it. Reasons of classification and statute citations in the run are passed
    over; the numbers of FBI justifications (`b6 -1`) are no part of the code.

    Args:
        text: a margin, a stamp, a restrictions field, such as `B1,1.4(B),B6` or `(b)(6); (b)(7)(C)`.
        family: `JFK`, `NIXON`, `NARA`, `UK`, `PRA` where the form tells what bare letters and numbers mean.
        stamp: whether the text is of a release stamp, where `BS` is a damaged `B5` and `Be` a `B6`.
    """
    if family is not None and _ALIASES.get(family, family) not in ("FOIA", "EO", "CIA", "PA"):
        return _by_family(text, _ALIASES.get(family, family))
    known = _book().withholds
    found = []
    for match in _RUN.finditer(text):
        canonical = _canonical(match)
        if canonical is not None and canonical in known:
            found.append((match.start(), match.end() - _ragged(match), canonical))
    if stamp:
        for match in _STAMP.finditer(text):
            if not any(start < match.end() and match.start() < end for start, end, _ in found):
                found.append((match.start(), match.end(), f"FOIA:b{_STAMP_DIGIT[match[1]]}"))
        found.sort()
    return found


def _ragged(match: regex.Match[str]) -> int:
    """White space at the end of a match, which is no part of the code."""
    whole: str = match[0]
    return len(whole) - len(whole.rstrip())


_FAMILY_ITEM: Mapping[str, regex.Pattern[str]] = {
    "JFK": regex.compile(
        r"(?:JFK\s+Act,?\s*)?(?:sec(?:tion|\.)?\s*)?(?<![\w(])(?:6\s?)?"
        r"(?P<code>\(?[1Il]\)?\s?\(?[ABC]\)?(?!\w)|5\s?\(g\)\s?\(?2\)?\s?\(?D\)?"
        r"|11\s?\(?a\)?(?!\w)|10\s?\(?a\)?\s?\(?1\)?(?!\w)|\(?[2-5]\)?(?![\w(]))",
        regex.IGNORECASE,
    ),
    "NIXON": regex.compile(r"(?<!\w)(?P<code>[A-H])(?!\w)"),
    "NARA": regex.compile(r"(?<!\w)(?P<code>C|PRM|RR)(?!\w)\.?"),
    "UK": regex.compile(
        r"(?<![\w(])(?:s(?:ection|\.)?\s?)?(?P<code>3\s?\(4\)|5\s?\(1\)|[234]\d)(?:\s?\(\d\))?(?!\w)", regex.IGNORECASE
    ),
    "PRA": regex.compile(r"(?<!\w)(?:P\s?-?(?P<code>[1-6])|\(?a\)?\s?\(?(?P<code>[1-6])\)?)(?!\w)", regex.IGNORECASE),
}  # fmt: skip


def _by_family(text: str, family: str) -> list[CodeSpan]:
    pattern = _FAMILY_ITEM.get(family)
    if pattern is None:
        return []
    known, found = _book().withholds, []
    for match in pattern.finditer(text):
        code = _key(match["code"])
        if family == "JFK":
            bare = code.replace("(", "").replace(")", "")
            canonical = {"5G2D": "JFK:5(g)(2)(D)", "11A": "JFK:11(a)", "10A1": "JFK:10(a)(1)"}.get(bare)
            canonical = canonical or f"JFK:6({_digit(bare[0])})" + (f"({bare[1]})" if len(bare) == 2 else "")
        elif family == "UK":
            canonical = f"UK:s{code}"
        else:
            canonical = f"{family}:{'a' if family == 'PRA' else ''}{code}"
        if canonical in known:
            found.append((match.start(), match.end(), canonical))
    return found


# What may stand beside a single code without being part of it: justification numbers, ">25Yrs", a date, a sub-section.
_BESIDE = regex.compile(
    r"\s*(?:-\s?\d{1,2}(?:\s?,\s?-?\d{1,2})*|>?\s?25\s?YRS?|,?\s*(?:19|20)\d{6}|\(\d{1,2}\))?[\s.,;:|)\]}>*]*",
    regex.IGNORECASE,
)
_BEFORE = regex.compile(r"[\s.,;:|(\[{<*]*(?:(?:closed under )?FOI\s+exemption\s*)?", regex.IGNORECASE)


@lru_cache(maxsize=8192)
def exemption(text: str, family: str | None = None, *, stamp: bool = False) -> str | None:
    """Canonical code of a text that holds one code and nothing else; None where it holds none or several.

    Args:
        text: the code as written (`(b) (7) (C)`, `25XI`, `3_5(C)`, `P5`, `STATI NTL`, `(b)(3)-P.L. 86-36`).
        family: as for `exemptions`; `FOIA-b3` where the text is the statute alone.
        stamp: as for `exemptions`.
    """
    if len(text) > 300:
        return None
    name = _ALIASES.get(family, family) if family is not None else None
    book = _book()
    exact = book.exact.get(_key(text)) if name is None else book.family.get(name, {}).get(_key(text))
    if exact is not None:
        return exact
    if name == "FOIA-b3":
        return exemption(f"(b)(3) {fold_space(text)}") if text[:1] != "(" else None
    found = exemptions(text, family=family, stamp=stamp)
    if len(found) != 1:
        return None
    start, end, canonical = found[0]
    return canonical if _BEFORE.fullmatch(text, 0, start) and _BESIDE.fullmatch(text, end) else None
