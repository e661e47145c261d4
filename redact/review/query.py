"""The filter language: `state:open sev:error rule:redaction-* -doc:05LIMA* era:12356 "human rights" /B\\d+/`.

Terms are joined by AND; a comma inside a value means OR; a minus in front negates. `*` in a value stands for any
characters. Quoted words and words without a key are looked for in rule, document, message and evidence, without regard
to case; `/…/` is a regular expression on message and evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from redact.errors import UsageError
from redact.suggest import did_you_mean
from redact.vocabulary import DOCUMENT_TYPES, RELEASE_STATUSES, SEVERITIES

KEYS: Final[dict[str, str]] = {
    "state": "open, confirmed, dismissed, second, disagreement, changed, expired, todo, decided",
    "sev": "error, warning, note",
    "rule": "id of a rule, * for any characters",
    "doc": "name or identifier of a document, * for any characters",
    "type": "kind of record: telegram, memorandum, ...",
    "era": "number of the executive order in force, or none",
    "code": "exemption code given in the document: (b)(1), 25X1, FOIA:b6, or none",
    "status": "release status: FULL, PART, DENIED, ...",
    "by": "reviewer who decided",
    "reason": "reason of a dismissal",
    "since": "decided on or after this day: 2026-11-01",
    "is": "yours (you decided), masked (evidence may disclose), repeated (stands for several)",
}
"""Keys of the language with what their values may be."""

STATE_WORDS: Final = (
    "open", "confirmed", "dismissed", "second", "disagreement", "changed", "expired", "todo", "decided",
)  # fmt: skip
IS_WORDS: Final = ("yours", "masked", "repeated")
_CLOSED: Final[dict[str, tuple[str, ...]]] = {
    "state": STATE_WORDS,
    "sev": SEVERITIES,
    "type": DOCUMENT_TYPES,
    "status": RELEASE_STATUSES,
    "is": IS_WORDS,
}
_TOKEN = re.compile(
    r"""(?P<minus>-?)(?:
        (?P<key>[A-Za-z]+):(?P<value>"(?:[^"\\]|\\.)*"?|[^\s"]+|)
      | "(?P<quoted>(?:[^"\\]|\\.)*)"?
      | /(?P<regex>(?:[^/\\]|\\.)+)/(?=\s|$)
      | (?P<word>\S+)
    )""",
    re.VERBOSE,
)
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Term:
    """One condition of a query.

    Attributes:
        key: one of `KEYS`, `text` or `regex`.
        values: alternatives; never empty.
        negated: findings that do not meet it are wanted.
        source: the term as it was typed.
    """

    key: str
    values: tuple[str, ...]
    negated: bool
    source: str


@dataclass(frozen=True, slots=True)
class Query:
    """A checked query; `str()` gives its text."""

    terms: tuple[Term, ...]

    def __str__(self) -> str:
        return " ".join(term.source for term in self.terms)

    def __bool__(self) -> bool:
        return bool(self.terms)

    def without(self, index: int) -> Query:
        """The query without one of its terms."""
        return Query(self.terms[:index] + self.terms[index + 1 :])

    def values(self, key: str) -> tuple[str, ...]:
        """Values that the query wants for a key, negated terms left out."""
        return tuple(value for term in self.terms if term.key == key and not term.negated for value in term.values)

    def replacing(self, key: str, values: Iterable[str]) -> Query:
        """The query with the terms of one key, unless negated, replaced by one term; without values, removed."""
        wanted = tuple(values)
        kept = tuple(term for term in self.terms if term.key != key or term.negated)
        if not wanted:
            return Query(kept)
        return Query((*kept, Term(key, wanted, False, f"{key}:{','.join(map(quote, wanted))}")))


def parse_query(text: str) -> Query:
    """Read a query.

    Raises:
        UsageError: a term has an unknown key, a value that is none of its key's, or a broken regular expression; the
            message names the term.
    """
    terms: list[Term] = []
    for match in _TOKEN.finditer(text):
        source, negated = match.group(), match["minus"] == "-"
        if match["key"] is not None:
            terms.append(_keyed(match["key"], match["value"], negated, source))
        elif match["regex"] is not None:
            terms.append(Term("regex", (_checked_regex(match["regex"], source),), negated, source))
        else:
            word = match["word"] if match["quoted"] is None else _ESCAPED.sub(r"\1", match["quoted"])
            if word:
                terms.append(Term("text", (word,), negated, source))
    return Query(tuple(terms))


def quote(value: str) -> str:
    """A value as it must be written in a query."""
    if re.search(r'[\s",]', value) or not value:
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return value


def _keyed(key: str, raw: str, negated: bool, source: str) -> Term:
    name = key.lower()
    if name not in KEYS:
        hint = did_you_mean(name, KEYS)
        raise UsageError(f"unknown key {key}:{hint or ' known: ' + ', '.join(KEYS)}")
    values = (_ESCAPED.sub(r"\1", raw.strip('"')),) if raw.startswith('"') else tuple(filter(None, raw.split(",")))
    if not values or not values[0]:
        raise UsageError(f"{key}: needs a value ({KEYS[name]})")
    allowed = _CLOSED.get(name)
    if allowed:
        folded = {word.casefold(): word for word in allowed}
        for value in values:
            if value.casefold() not in folded:
                raise UsageError(f"{source}: {value} is no {name}{did_you_mean(value, allowed) or ': ' + KEYS[name]}")
        values = tuple(folded[value.casefold()] for value in values)
    if name == "since" and not re.fullmatch(r"\d{4}(-\d\d){0,2}", values[0]):
        raise UsageError(f"{source}: a day is written 2026-11-01")
    return Term(name, values, negated, source)


def _checked_regex(pattern: str, source: str) -> str:
    import polars as pl

    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.PolarsError:
        raise UsageError(f"{source}: not a regular expression (to look for it as text, put it in quotes)") from None
    return pattern


def glob_pattern(value: str) -> str:
    """An anchored regular expression for a value in which `*` stands for any characters; case does not matter."""
    return "(?is)^" + ".*".join(re.escape(part) for part in value.split("*")) + "$"
