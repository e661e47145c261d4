"""What the margin of a document says of its redactions and codes, and the same in words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

BASIS_WORDS: Final[dict[str, str]] = {
    "in-place": "the code itself stands in the place of the text",
    "same-line": "from the code on the same line",
    "following-line": "from the code line {line} below it",
    "preceding-line": "from the code line {line} above it",
    "page-stamp": "page stamp, line {line}",
    "document-stamp": "document stamp, line {line}",
}
"""What a link rests on, in words; the keys are `redact.vocabulary.LINK_BASES`."""

ROLE_WORDS: Final[dict[str, str]] = {
    "marking": "a struck marking: it needs no code",
    "page": "a withheld page or document",
    "scope": "outside the scope of the request",
    "publisher": "left out by the publisher, not by an agency",
}
_STAMPS = frozenset({"page-stamp", "document-stamp"})


@dataclass(frozen=True)
class Mark:
    """A sign in the margin: `kind` is one of anchor, linked, stamped, none, marking, other; `letter` names the code."""

    kind: str
    letter: str = ""


@dataclass(frozen=True)
class LinkRow:
    """One redaction or one code that stands alone, as a row of the table of links."""

    line: int
    what: str
    code: str
    basis: str
    start: int


@dataclass
class LedgerView:
    """The ledger of one document, ready to be shown.

    Attributes:
        marks: signs by line (from 1).
        rows: redactions and lone codes in reading order.
    """

    marks: dict[int, list[Mark]] = field(default_factory=lambda: defaultdict(list))
    rows: list[LinkRow] = field(default_factory=list)
    _words: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, redactions: pl.DataFrame, links: pl.DataFrame) -> LedgerView:
        """Build it from the rows of one document of the tables `redactions` and `links`."""
        view = cls()
        pairs: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
        lone: list[Mapping[str, Any]] = []
        letters: dict[int, str] = {}
        for link in links.sort("start", nulls_last=True).iter_rows(named=True):
            if link["line"] is not None and link["line"] not in letters:
                letters[link["line"]] = letter(len(letters))
            if link["redaction"] is not None:
                pairs[link["redaction"]].append(link)
            elif link["code"] is not None:
                lone.append(link)
        for line, name in letters.items():
            view.marks[line].append(Mark("anchor", name))
        total = redactions.height
        for number, mark in enumerate(redactions.sort("start").iter_rows(named=True), 1):
            view._add_redaction(mark, number, total, pairs.get(mark["redaction"], []), letters, lone)
        for alone in lone:
            why = alone["why_alone"] or "no redaction found for it"
            view.rows.append(LinkRow(alone["line"] or 0, "code", code_words(alone["code"]), why, alone["start"] or 0))
            if alone["line"] is not None:
                view._words[alone["line"]].append(f"Code {code_words(alone['code'])} without a redaction: {why}.")
        view.rows.sort(key=lambda row: (row.line, row.start))
        view._add_anchor_words(links, letters)
        return view

    def words(self, line: int) -> str:
        """What the ledger says of a line (from 1); empty where it says nothing."""
        return " ".join(dict.fromkeys(self._words.get(line, [])))

    def _add_redaction(
        self,
        row: Mapping[str, Any],
        number: int,
        total: int,
        pairs: list[Mapping[str, Any]],
        letters: Mapping[int, str],
        lone: list[Mapping[str, Any]],
    ) -> None:
        line, here = row["line"], f"Redaction {number} of {total}, line {row['line']}"
        linked = [pair for pair in pairs if pair["code"] is not None]
        if row["role"] != "content" and not linked:
            words = ROLE_WORDS.get(row["role"], row["role"])
            self.marks[line].append(Mark("marking" if row["role"] == "marking" else "other"))
            self._words[line].append(f"{here}: {words}.")
            self.rows.append(LinkRow(line, row["style"], "-", words, row["start"]))
            return
        if not linked:
            why = next((pair["why_alone"] for pair in pairs if pair["why_alone"]), None) or "no code found"
            near = min(lone, key=lambda link: abs((link["start"] or 0) - row["start"]), default=None)
            told = f"{here}: no code. {_sentence(why)}"
            if near is not None and near["line"] is not None:
                not_counted = near["why_alone"] or "it was not counted"
                told += f" Nearest code not counted: {code_words(near['code'])}, line {near['line']} ({not_counted})."
            self.marks[line].append(Mark("none"))
            self._words[line].append(told)
            self.rows.append(LinkRow(line, row["style"], "none", why, row["start"]))
            return
        stamped = all(pair["basis"] in _STAMPS for pair in linked)
        self.marks[line].append(Mark("stamped" if stamped else "linked", letters.get(linked[0]["line"], "")))
        by_basis: dict[str, list[str]] = defaultdict(list)
        for pair in linked:
            by_basis[_basis(pair)].append(code_words(pair["code"]))
        told = "; ".join(f"{', '.join(codes)}, {basis}" for basis, codes in by_basis.items())
        self._words[line].append(f"{here}: {told}.")
        codes = ", ".join(code_words(pair["code"]) for pair in linked)
        self.rows.append(LinkRow(line, row["style"], codes, "; ".join(by_basis), row["start"]))

    def _add_anchor_words(self, links: pl.DataFrame, letters: Mapping[int, str]) -> None:
        given = links.filter(pl.col("code").is_not_null() & pl.col("redaction").is_not_null())
        for line, name in letters.items():
            here = given.filter(pl.col("line") == line)
            if here.height:
                codes = ", ".join(code_words(code) for code in here["code"].unique(maintain_order=True))
                count = here["redaction"].n_unique()
                self._words[line].append(f"{name} = {codes}, line {line}: covers {plural(count, 'redaction')}.")


def letter(index: int) -> str:
    """Name of the n-th code line: a, b, ..., z, aa, ab, ..."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("a") + rest) + name
    return name


def code_words(code: str) -> str:
    """A canonical exemption code as people write it: `FOIA:b7C` is (b)(7)(C), `EO:25X6` is 25X6."""
    bare = code.split(":", 1)[-1]
    if match := re.fullmatch(r"b(\d)([A-F]?)", bare):
        return f"(b)({match[1]})" + (f"({match[2]})" if match[2] else "")
    return bare if code.startswith(("FOIA:", "EO:")) else code.replace(":", " ")


def plural(count: int, word: str) -> str:
    """A number with its word: `1 finding`, `2,000 findings`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _basis(pair: Mapping[str, Any]) -> str:
    words = BASIS_WORDS.get(pair["basis"] or "", str(pair["basis"]))
    return words.replace("{line}", str(pair["line"] or "?"))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."
