"""From a query to the findings that meet it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_

import polars as pl

from redact.review.events import identity
from redact.review.folding import Judgement
from redact.review.query import Query, Term, glob_pattern
from redact.review.states import DECIDED, TODO

FACTS = ("doc", "document_type", "identifier", "era", "release_status", "exemptions")
"""Columns of `document_facts` that a query may ask about."""

_STATE_SETS: Mapping[str, frozenset[str]] = {
    "todo": TODO,
    "decided": DECIDED,
    "open": TODO,
    "dismissed": frozenset({"dismissed", "awaiting"}),
    "second": frozenset({"second", "awaiting"}),
}


@dataclass(frozen=True)
class Selector:
    """What a query is answered from.

    Attributes:
        findings: table `findings` (any columns of it that a query reads), in the order of the audit.
        facts: columns `FACTS` of `document_facts`.
        judged: judgements, as the reviewer may see them, of the rows on which there is any.
        who: identity of the reviewer who asks.
    """

    findings: pl.DataFrame
    facts: pl.DataFrame
    judged: Mapping[int, Judgement]
    who: str

    def rows(self, query: Query) -> pl.Series:
        """Rows of the findings that meet a query: UInt32, in the order of the audit."""
        frame = self.findings.lazy().with_row_index("row")
        if query:
            frame = frame.filter(reduce(and_, (self._term(term) for term in query.terms)))
        return frame.select("row").collect()["row"]

    def count(self, query: Query) -> int:
        """Number of findings that meet a query."""
        return len(self.rows(query)) if query else self.findings.height

    def closest(self, query: Query) -> tuple[Query, int] | None:
        """For a query that nothing meets: the query without the one term whose loss finds most, and what it finds."""
        found = [(self.count(query.without(index)), index) for index in range(len(query.terms))]
        best = max(found, default=(0, 0), key=lambda pair: pair[0])
        return (query.without(best[1]), best[0]) if best[0] else None

    def _term(self, term: Term) -> pl.Expr:
        made = getattr(self, f"_{term.key}")(term.values)
        assert isinstance(made, pl.Expr)
        return ~made if term.negated else made

    def _text(self, values: Iterable[str]) -> pl.Expr:
        pattern = "(?i)" + "|".join(re.escape(value) for value in values)
        return pl.any_horizontal(pl.col("message", "evidence", "rule", "doc").str.contains(pattern))

    def _regex(self, values: Iterable[str]) -> pl.Expr:
        return pl.any_horizontal(pl.col("message", "evidence").str.contains(value) for value in values)

    def _sev(self, values: Iterable[str]) -> pl.Expr:
        return pl.col("severity").is_in(list(values))

    def _rule(self, values: Iterable[str]) -> pl.Expr:
        return self._among("rule", _matching(self.findings["rule"].unique(), values))

    def _doc(self, values: Iterable[str]) -> pl.Expr:
        wanted = list(values)
        names = self.findings["doc"].unique()
        docs = set(_matching(names, wanted))
        base = names.str.replace(r"^.*/", "").str.replace(r"\.[A-Za-z0-9]{1,5}$", "")
        for pattern in map(glob_pattern, wanted):
            docs.update(names.filter(base.str.contains(pattern)))
        known = self.facts.filter(pl.col("identifier").is_not_null())
        for pattern in map(glob_pattern, wanted):
            docs.update(known.filter(pl.col("identifier").str.contains(pattern))["doc"])
        return self._among("doc", docs)

    def _type(self, values: Iterable[str]) -> pl.Expr:
        return self._documents(pl.col("document_type").is_in(list(values)))

    def _status(self, values: Iterable[str]) -> pl.Expr:
        return self._documents(pl.col("release_status").is_in(list(values)))

    def _era(self, values: Iterable[str]) -> pl.Expr:
        wanted = [value.upper().removeprefix("EO").strip(". ") for value in values]
        meets = pl.col("era").is_in(wanted)
        if "NONE" in wanted:
            known = self.facts.filter(pl.col("era").is_not_null())["doc"]
            return ~self._among("doc", known) | self._documents(meets)
        return self._documents(meets)

    def _code(self, values: Iterable[str]) -> pl.Expr:
        wanted = [folded_code(value) for value in values]
        bare = pl.element().str.to_lowercase().str.replace_all(r"[() .-]", "")
        codes = pl.col("exemptions").list.eval(bare.is_in(wanted) | bare.str.replace(r"^.*:", "").is_in(wanted))
        meets = codes.list.any()
        if "none" in wanted:
            given = self.facts.filter(pl.col("exemptions").list.len() > 0)["doc"]
            return ~self._among("doc", given) | self._documents(meets)
        return self._documents(meets)

    def _state(self, values: Iterable[str]) -> pl.Expr:
        wanted = frozenset().union(*(_STATE_SETS.get(value, frozenset({value})) for value in values))
        hit = self._judged(lambda judgement: judgement.state in wanted)
        if "open" not in wanted:
            return hit
        return hit | ~pl.col("row").is_in(list(self.judged))

    def _by(self, values: Iterable[str]) -> pl.Expr:
        wanted = {identity(value) for value in values}
        return self._judged(lambda judgement: any(event.who in wanted for event in judgement.latest))

    def _reason(self, values: Iterable[str]) -> pl.Expr:
        patterns = [re.compile(glob_pattern(value)) for value in values]
        return self._judged(
            lambda judgement: any(p.search(e.reason or "") for e in judgement.latest if e.reason for p in patterns)
        )

    def _since(self, values: Iterable[str]) -> pl.Expr:
        first = min(values)
        return self._judged(lambda judgement: any(event.at >= first for event in judgement.latest))

    def _is(self, values: Iterable[str]) -> pl.Expr:
        ways = {
            "yours": lambda: self._judged(lambda judgement: judgement.by(self.who) is not None),
            "masked": lambda: pl.col("sensitive"),
            "repeated": lambda: pl.col("count") > 1,
        }
        return pl.any_horizontal(ways[value]() for value in values)

    def _judged(self, wanted: Callable[[Judgement], bool]) -> pl.Expr:
        return pl.col("row").is_in([row for row, judgement in self.judged.items() if wanted(judgement)])

    def _documents(self, meets: pl.Expr) -> pl.Expr:
        return self._among("doc", self.facts.filter(meets.fill_null(False))["doc"])

    def _among(self, column: str, values: Iterable[str]) -> pl.Expr:
        return pl.col(column).is_in(list(values))


def _matching(names: pl.Series, values: Iterable[str]) -> list[str]:
    pattern = "|".join(f"(?:{glob_pattern(value)})" for value in values)
    return names.filter(names.str.contains(pattern)).to_list()


def folded_code(code: str) -> str:
    """An exemption code as it is compared: `(b)(1)`, `B1` and `b1` are one."""
    return re.sub(r"[() .-]", "", code).lower()
