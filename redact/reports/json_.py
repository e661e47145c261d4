"""JSON Lines: one finding a line, the keys of the contract first."""

from __future__ import annotations

from collections.abc import Iterator

from redact.reports import AuditResult, RenderOptions
from redact.reports.rows import escape_invisible, slices

_DEFAULT = RenderOptions()


def stream(result: AuditResult, options: RenderOptions = _DEFAULT) -> Iterator[str]:
    """Yield whole lines; nothing for no findings, which is valid JSON Lines.

    Control and formatting characters of a document appear as escapes, so that the value is exact and a terminal that
    prints the line is safe.
    """
    for part in slices(result, options, "json"):
        yield escape_invisible(part.write_ndjson())


def render(result: AuditResult, options: RenderOptions = _DEFAULT) -> str:
    """Findings as JSON Lines."""
    return "".join(stream(result, options))
