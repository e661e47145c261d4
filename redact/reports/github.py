"""GitHub Actions workflow commands: one annotation a finding, errors first, a notice with all totals last.

GitHub shows ten annotations a level and step, so the gravest come first and the totals stand in the last line.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from redact.display import safe, safe_line
from redact.reports import AuditResult, RenderOptions
from redact.reports.masking import Masker
from redact.reports.rows import SLICE, list_counts, number, severity_counts, shown, state_note, with_states
from redact.reports.summary import verdict

_DEFAULT = RenderOptions()
_COMMAND = {"error": "error", "warning": "warning", "note": "notice"}
_SETTLED = ("dismissed", "baseline")


def stream(result: AuditResult, options: RenderOptions = _DEFAULT) -> Iterator[str]:
    """Yield lines; findings that do not count are notices, whatever their severity."""
    frame = with_states(result, options)
    kept = shown(frame, options)
    settled = pl.col("state").is_in(list(_SETTLED))
    order = kept.select(settled.alias("settled"), "severity").with_row_index()
    order = order.sort("settled", "severity", descending=[False, True], maintain_order=True)
    masker = Masker(result, options, "github")
    for part in order.iter_slices(SLICE):
        rows = masker.findings(kept[part["index"]])
        yield "".join(_annotation(row) for row in rows.iter_rows(named=True))
    yield _totals(result, frame, options)


def render(result: AuditResult, options: RenderOptions = _DEFAULT) -> str:
    """Findings as workflow commands."""
    return "".join(stream(result, options))


def _annotation(row: dict[str, object]) -> str:
    state = str(row["state"])
    command = "notice" if state in _SETTLED else _COMMAND[str(row["severity"])]
    column = int(str(row["column"]))
    properties = {
        "file": safe_line(str(row["doc"])),
        "line": str(row["line"]),
        "col": str(column),
        "title": safe_line(f"{row['severity']}: {row['rule']}"),
    }
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    text = f"{row['message'] or row['rule']}{state_note(row)}"
    if row["advice"]:
        text += f"\nAdvice: {row['advice']}"
    return f"::{command} {listed}::{_data(safe(text))}\n"


def _totals(result: AuditResult, frame: pl.DataFrame, options: RenderOptions) -> str:
    reported = frame.filter(pl.col("state") != "ignored")
    text = f"{number(result.documents.height, 'document')}, {number(reported.height, 'finding')}"
    if reported.height:
        text += f": {list_counts(severity_counts(reported))}"
    text += "."
    if options.gate is not None:
        quiet = {state: count for state, count in options.gate.states.items() if state in (*_SETTLED, "ignored")}
        if quiet:
            text += f" Not counted: {', '.join(f'{count:,} {state}' for state, count in quiet.items())}."
        text += f" {verdict(options.gate)}"
    return f"::notice title=redact audit::{_data(text)}\n"


def _data(text: str) -> str:
    """Escape the message of a workflow command (GitHub's toolkit, command.ts, escapeData)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape a property of a workflow command (command.ts, escapeProperty)."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
