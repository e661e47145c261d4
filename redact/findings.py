"""Violations to findings: position, evidence, message, severity, fingerprint, order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import repeat
from operator import itemgetter
from typing import Any, Literal, NamedTuple

import polars as pl

from redact.checktables import end_column
from redact.conditions import Violations
from redact.evidence import EVIDENCE_LENGTH, fold, line_around, shorten, stable_name
from redact.rulebook import ConditionRule, Rule, message_parts
from redact.tables import SCHEMAS

__all__ = ["EVIDENCE_LENGTH", "Mode", "build_findings", "fold", "severity_of", "shorten", "shown", "stable_name"]

Mode = Literal["archive", "publication"]
OFF = "off"
"""In a profile: the rule does not speak."""
UNKNOWN = "unknown"


def severity_of(rule: Rule, mode: Mode, profile: Mapping[str, str]) -> str | None:
    """Severity of a rule's findings, or None where the profile switches it off.

    A profile's word wins over the rule's `modes`, and these over its `severity`.
    """
    modes = rule.modes if isinstance(rule, ConditionRule) else {}
    chosen = profile.get(rule.id) or modes.get(mode) or rule.severity
    return None if chosen is None or chosen == OFF else chosen


def shown(value: Any) -> str:
    """A value as a message shows it: dates ISO, lists comma-separated, null `unknown`."""
    if value is None:
        return UNKNOWN
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (list, tuple, pl.Series)):
        return ", ".join(shown(item) for item in value) or "none"
    return " ".join(str(value).split())


@cache
def _version(rule_id: str, where: str, require: str, message: str) -> str:
    return hashlib.sha256("\0".join((rule_id, where, require, message)).encode()).hexdigest()[:16]


def _digest(evidence: str, version: str) -> str:
    return hashlib.sha256(f"{evidence}\0{version}".encode()).hexdigest()[:32]


def _place(text: str, start: int | None, end: int | None) -> tuple[int, int]:
    """Start and end inside the text; without a start, the first line that is not blank."""
    size = len(text)
    if start is None:
        start = size - len(text.lstrip())
        if start >= size:
            return 0, 0
        end = text.find("\n", start)
        end = size if end < 0 else end
        return start, start + len(text[start : min(end, start + EVIDENCE_LENGTH)].rstrip())
    start = min(start, size)
    return start, min(max(end if end is not None else start, start), size)


class _Found(NamedTuple):
    """A finding before it has its fingerprint; the first five are its order."""

    doc: str
    start: int
    rule: str
    end: int
    message: str
    line: int
    column: int
    evidence: str
    line_text: str
    times: int
    of_rule: tuple[str, str, str, str, bool]
    """Severity, authority, advice, version, whether it is sensitive."""


def _reported(violations: Violations) -> tuple[dict[str, list[Any]], list[int]]:
    """Columns of the rows to report, with the number of occurrences that each row stands for."""
    rule, rows = violations.rule, violations.rows
    if rule.merge and rule.scope == "corpus":
        first = rows.sort("doc", rule.points_at, nulls_last=True, maintain_order=True).head(1)
        return first.to_dict(as_series=False), [rows.height]
    columns = rows.to_dict(as_series=False)
    if not rule.merge:
        return columns, [1] * rows.height
    docs, starts = columns["doc"], columns[rule.points_at]
    counts: dict[int, int] = {}
    kept = -1
    for number in sorted(range(rows.height), key=lambda at: (docs[at], starts[at] is None, starts[at] or 0)):
        if kept < 0 or docs[number] != docs[kept]:
            kept = number
        counts[kept] = counts.get(kept, 0) + 1
    return {name: [values[at] for at in counts] for name, values in columns.items()}, list(counts.values())


def build_findings(
    documents: pl.DataFrame, document_facts: pl.DataFrame, violations: Sequence[Violations],
    *, mode: Mode = "archive", profile: Mapping[str, str] | None = None, texts: Mapping[str, str] | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Table `findings` of what conditions reported.

    Args:
        documents: table `documents`; a document without text is reported at line 1.
        document_facts: table `document_facts`, for the identifier that a fingerprint rests on.
        violations: rows that fail, as `conditions.check` gives them.
        mode: `archive` (description work) or `publication` (before a release).
        profile: rule → severity or `off`; wins over the rule.
        texts: texts of the documents by name, where the table holds none.

    Returns:
        Findings by doc, start, rule; the same input gives the same table.
    """
    profile = profile or {}
    wanted: list[tuple[ConditionRule, str, dict[str, list[Any]], list[int]]] = []
    for some in violations:
        severity = severity_of(some.rule, mode, profile)
        if severity is not None:
            wanted.append((some.rule, severity, *_reported(some)))
    docs = {doc for _, _, rows, _ in wanted for doc in rows["doc"]}
    if not docs:
        return pl.DataFrame(schema=SCHEMAS["findings"])
    if texts is None:
        some_docs = documents.filter(pl.col("doc").is_in(list(docs)))
        texts = {doc: text or "" for doc, text in some_docs.select("doc", "text").iter_rows()}
    named = {doc: own for doc, *own in document_facts.select("doc", "identifier", "title").iter_rows()}
    names = {}
    for doc in docs:
        identifier, title = named.get(doc, (None, None))
        names[doc] = stable_name(identifier, texts.get(doc, ""), title)
    found: list[_Found] = []
    for rule, severity, rows, counts in wanted:
        own_names = zip(rows["doc"], rows.get("own_name", ()), strict=False)
        names |= {doc: own_name for doc, own_name in own_names if own_name}
        found.extend(_findings(rule, severity, rows, counts, texts))
    found.sort(key=itemgetter(0, 1, 2, 3, 4))
    return _table(found, names)


def _findings(
    rule: ConditionRule, severity: str, rows: Mapping[str, list[Any]], counts: Sequence[int], texts: Mapping[str, str]
) -> Iterator[_Found]:
    """Findings of one rule, from the columns of its rows."""
    version = _version(rule.id, rule.where, rule.require, rule.message)
    of_rule = (severity, "; ".join(rule.authority), rule.advice, version, rule.sensitive)
    unknown: list[Any] = [None] * len(counts)
    starts, ends = rows.get(rule.points_at, unknown), rows.get(end_column(rule.points_at), unknown)
    line_texts = rows.get("line_text", unknown)
    gathered = ("start", "end", "line", "column", "evidence") if "line_text" in rows else ()
    places = list(zip(*(rows[name] for name in gathered), strict=True))
    for number, (doc, message) in enumerate(zip(rows["doc"], _messages(rule, rows, counts), strict=True)):
        if line_texts[number] is not None:  # gathered from a text that is not at hand any more
            start, end, line, column, evidence = places[number]
            line_text = line_texts[number]
        else:
            text = texts.get(doc, "")
            start, end = _place(text, starts[number], ends[number])
            head, line_text = line_around(text, start)
            line, column, evidence = text.count("\n", 0, start) + 1, start - head + 1, text[start:end]
        yield _Found(doc, start, rule.id, end, message, line, column, evidence, line_text, counts[number], of_rule)


def _messages(rule: ConditionRule, rows: Mapping[str, list[Any]], counts: Sequence[int]) -> Iterator[str]:
    """The message of each row."""
    pieces: list[Iterable[str]] = []
    for words, name in message_parts(rule.message):
        pieces.append(repeat(words, len(counts)))
        if name is not None:
            values = counts if name == "count" and name not in rows else rows.get(name, [None] * len(counts))
            pieces.append(map(shown, values))
    return map("".join, zip(*pieces, strict=True)) if pieces else repeat("", len(counts))


def _table(found: Sequence[_Found], names: Mapping[str, str]) -> pl.DataFrame:
    """Table `findings` of what was found, in order."""
    severities, authorities, advice, versions, sensitive = zip(*(some.of_rule for some in found), strict=True)
    columns: dict[str, Sequence[Any]] = dict(zip(_Found._fields, zip(*found, strict=True), strict=True))
    columns |= {
        "severity": severities, "authority": authorities, "advice": advice, "sensitive": sensitive,
        "digest": [_digest(some.evidence, version) for some, version in zip(found, versions, strict=True)],
        "fingerprint": _fingerprints(found, names), "evidence": [shorten(some.evidence) for some in found],
        "count": columns["times"],
    }  # fmt: skip
    return pl.DataFrame([
        pl.Series(name, columns[name], dtype=dtype) for name, dtype in SCHEMAS["findings"].items()
    ])  # fmt: skip


def _fingerprints(found: Iterable[_Found], names: Mapping[str, str]) -> list[str]:
    """Of each finding: rule, the document's own name, folded evidence and line, and which of equal ones it is.

    Equal ones are counted within a document: copies of one document share their fingerprints, and what else is in
    the batch changes nothing.
    """
    seen: dict[tuple[str, str], int] = {}
    fingerprints: list[str] = []
    for some in found:
        name = names.get(some.doc) or fold(some.doc.replace("\\", "/").rpartition("/")[2])
        key = "\0".join((some.rule, name, fold(some.evidence), fold(some.line_text)))
        ordinal = seen.get((some.doc, key), 0)
        seen[some.doc, key] = ordinal + 1
        digest = hashlib.sha256(f"{key}\0{ordinal}".encode("utf-8", "surrogatepass"))
        fingerprints.append(digest.hexdigest()[:32])
    return fingerprints
