"""One line a finding: `path:line:column: severity rule message`."""

from __future__ import annotations

from collections.abc import Iterator

from redact.display import safe_line
from redact.reports import AuditResult, RenderOptions
from redact.reports.rows import slices, state_note

_DEFAULT = RenderOptions()
_STYLE = {"error": "\x1b[31m", "warning": "\x1b[33m", "note": "\x1b[36m"}


def stream(result: AuditResult, options: RenderOptions = _DEFAULT) -> Iterator[str]:
    """Yield lines, a slice of the findings at a time.

    A colon in a document's name is written as `%3A`, so that the line can be split at its first three colons.
    """
    for part in slices(result, options, "concise"):
        lines = []
        for row in part.iter_rows(named=True):
            severity = str(row["severity"])
            if options.color:
                severity = f"{_STYLE[severity]}{severity}\x1b[0m"
            name = safe_line(row["doc"]).replace(":", "%3A")
            message = safe_line((row["message"] or row["rule"]) + state_note(row))
            lines.append(f"{name}:{row['line']}:{row['column']}: {severity} {row['rule']} {message}\n")
        yield "".join(lines)


def render(result: AuditResult, options: RenderOptions = _DEFAULT) -> str:
    """Findings, one line each."""
    return "".join(stream(result, options))
