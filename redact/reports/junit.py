"""JUnit XML: one test case a document; it fails where a finding counts at the threshold of the gate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import polars as pl

from redact.display import safe, safe_line
from redact.gate import NOT_COUNTED
from redact.reports import AuditResult, RenderOptions
from redact.reports.masking import Masker
from redact.reports.rows import shown, state_note, with_states
from redact.vocabulary import SEVERITIES

_DEFAULT = RenderOptions()
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold (section 2.2)."""


def stream(result: AuditResult, options: RenderOptions = _DEFAULT) -> Iterator[str]:
    """Yield the head, then one test case a document, documents in the order of the audit, skipped files last."""
    frame = shown(with_states(result, options), options)
    fail_on = options.gate.fail_on if options.gate is not None else "error"
    reach = [] if fail_on == "never" else list(SEVERITIES[SEVERITIES.index(fail_on) :])
    frame = frame.with_columns(
        (pl.col("severity").cast(pl.String).is_in(reach) & ~pl.col("state").is_in(list(NOT_COUNTED))).alias("fails")
    )
    unreadable = set(result.documents.filter(pl.col("unreadable").is_not_null())["doc"])
    failing = set(frame.filter("fails")["doc"])
    counts = {
        "tests": result.documents.height + len(result.skipped),
        "failures": len(failing - unreadable),
        "errors": len(failing & unreadable),
        "skipped": len(result.skipped),
    }
    attributes = " ".join(f'{name}="{count}"' for name, count in counts.items())
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<testsuites name={_attribute(options.title)} {attributes}>\n"
    yield f'<testsuite name={_attribute(options.title)} {attributes} time="0">\n'
    yield f"<properties>{''.join(_properties(result))}</properties>\n"
    masker = Masker(result, options, "junit")
    by_document = frame.partition_by("doc", as_dict=True, maintain_order=True)
    for doc in result.documents["doc"]:
        rows = by_document.get((doc,))
        if rows is None:
            yield f"{_case(doc)}/>\n"
            continue
        element = "error" if doc in unreadable else "failure"
        yield _document(doc, list(masker.findings(rows).iter_rows(named=True)), element)
    for path, reason in result.skipped:
        yield f"{_case(path)}><skipped message={_attribute(reason)}/></testcase>\n"
    yield "</testsuite>\n</testsuites>\n"


def render(result: AuditResult, options: RenderOptions = _DEFAULT) -> str:
    """Documents as test cases."""
    return "".join(stream(result, options))


def _document(doc: str, rows: list[dict[str, Any]], element: str) -> str:
    failing = [row for row in rows if row["fails"]]
    others = [row for row in rows if not row["fails"]]
    parts = [f"{_case(doc)}>"]
    if failing:
        rules = list(dict.fromkeys(row["rule"] for row in failing))
        told = f"{len(failing)} finding{'s' * (len(failing) != 1)}: {', '.join(rules)}"
        head = f"type={_attribute(rules[0])} message={_attribute(told)}"
        parts.append(f"<{element} {head}>{_text(map(_line, failing))}</{element}>")
    if others:
        parts.append(f"<system-out>{_text(map(_line, others))}</system-out>")
    return "".join([*parts, "</testcase>\n"])


def _properties(result: AuditResult) -> Iterator[str]:
    for name, value in (
        ("redact.version", result.version),
        ("redact.rules_digest", result.rules_digest),
        ("redact.as_of", result.as_of.isoformat()),
        ("redact.mode", result.mode),
    ):
        yield f"<property name={_attribute(name)} value={_attribute(value)}/>"


def _case(name: str) -> str:
    return f'<testcase classname="redact" name={_attribute(name)} time="0"'


def _line(row: dict[str, Any]) -> str:
    place = f"{row['doc']}:{row['line']}:{row['column']}"
    text = f"{place}: {row['severity']} {row['rule']} {row['message']}{state_note(row)}"
    return safe_line(text + (f" | advice: {row['advice']}" if row["advice"] else ""))


def _text(lines: Iterator[str]) -> str:
    return escape(_ILLEGAL.sub("\ufffd", "\n".join(lines)))


def _attribute(text: str) -> str:
    return quoteattr(_ILLEGAL.sub("\ufffd", safe_line(safe(text))))
