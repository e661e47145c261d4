"""Violations to findings: position, evidence, message, severity, fingerprint, order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Literal

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


def _rows(violations: Violations) -> Iterator[tuple[dict[str, Any], int]]:
    """Rows to report with the number of occurrences that each stands for."""
    rule, rows = violations.rule, violations.rows
    if not rule.merge:
        for row in rows.iter_rows(named=True):
            yield row, 1
        return
    rows = rows.sort("doc", rule.points_at, nulls_last=True, maintain_order=True)
    if rule.scope == "corpus":
        yield rows.row(0, named=True), rows.height
        return
    merged = rows.group_by("doc", maintain_order=True).agg(pl.len().alias("count__"), pl.exclude("doc").first())
    for row in merged.iter_rows(named=True):
        count = row.pop("count__")
        yield row, count


def build_findings(
    documents: pl.DataFrame, document_facts: pl.DataFrame, violations: Sequence[Violations],
    *, mode: Mode = "archive", profile: Mapping[str, str] | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Table `findings` of what conditions reported.

    Args:
        documents: table `documents`; a document without text is reported at line 1.
        document_facts: table `document_facts`, for the identifier that a fingerprint rests on.
        violations: rows that fail, as `conditions.check` gives them.
        mode: `archive` (description work) or `publication` (before a release).
        profile: rule → severity or `off`; wins over the rule.

    Returns:
        Findings by doc, start, rule; the same input gives the same table.
    """
    profile = profile or {}
    wanted: list[tuple[ConditionRule, str, dict[str, Any], int]] = []
    for some in violations:
        severity = severity_of(some.rule, mode, profile)
        if severity is not None:
            wanted.extend((some.rule, severity, row, count) for row, count in _rows(some))
    schema = SCHEMAS["findings"]
    if not wanted:
        return pl.DataFrame(schema=schema)
    docs = {row["doc"] for _, _, row, _ in wanted}
    some_docs = documents.filter(pl.col("doc").is_in(list(docs)))
    texts = {doc: text or "" for doc, text in some_docs.select("doc", "text").iter_rows()}
    named = {doc: own for doc, *own in document_facts.select("doc", "identifier", "title").iter_rows()}
    names = {}
    for doc, text in texts.items():
        identifier, title = named.get(doc, (None, None))
        names[doc] = stable_name(identifier, text, title)
    names |= {row["doc"]: row["own_name"] for _, _, row, _ in wanted if row.get("own_name")}
    findings = [
        _finding(rule, severity, row, count, texts.get(row["doc"], "")) for rule, severity, row, count in wanted
    ]
    findings.sort(key=lambda f: (f["doc"], f["start"], f["rule"], f["end"], f["message"]))
    _fingerprint(findings, names)
    for finding in findings:
        finding["evidence"] = shorten(finding["evidence"])
        del finding["line_text"]
    return pl.DataFrame({name: [finding[name] for finding in findings] for name in schema}, schema=schema)


def _finding(rule: ConditionRule, severity: str, row: Mapping[str, Any], count: int, text: str) -> dict[str, Any]:
    if row.get("line_text") is not None:  # gathered from a text that is not at hand any more
        start, end, line, column = row["start"], row["end"], row["line"], row["column"]
        evidence, line_text = row["evidence"], row["line_text"]
    else:
        start, end = _place(text, row.get(rule.points_at), row.get(end_column(rule.points_at)))
        head, line_text = line_around(text, start)
        line, column, evidence = text.count("\n", 0, start) + 1, start - head + 1, text[start:end]
    pieces: list[str] = []
    for words, name in message_parts(rule.message):
        pieces.append(words)
        if name is not None:
            pieces.append(str(count) if name == "count" and name not in row else shown(row.get(name)))
    return {
        "rule": rule.id,
        "severity": severity,
        "doc": row["doc"],
        "line": line,
        "column": column,
        "start": start,
        "end": end,
        "message": "".join(pieces),
        "evidence": evidence,
        "authority": "; ".join(rule.authority),
        "advice": rule.advice,
        "fingerprint": "",
        "digest": hashlib.sha256(
            f"{evidence}\0{_version(rule.id, rule.where, rule.require, rule.message)}".encode()
        ).hexdigest()[:32],
        "count": count,
        "sensitive": rule.sensitive,
        "line_text": line_text,
    }


def _fingerprint(findings: Iterable[dict[str, Any]], names: Mapping[str, str]) -> None:
    """Fill `fingerprint`: rule, the document's own name, folded evidence and line, and which of equal ones it is.

    Equal ones are counted within a document: copies of one document share their fingerprints, and what else is in
    the batch changes nothing.
    """
    seen: dict[tuple[str, str], int] = {}
    for finding in findings:
        name = names.get(finding["doc"]) or fold(finding["doc"].replace("\\", "/").rpartition("/")[2])
        key = "\0".join((finding["rule"], name, fold(finding["evidence"]), fold(finding["line_text"])))
        ordinal = seen.get((finding["doc"], key), 0)
        seen[finding["doc"], key] = ordinal + 1
        finding["fingerprint"] = hashlib.sha256(f"{key}\0{ordinal}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
