"""One module an output format: an audit result in, text out.

Every format module offers `render(result, options) -> str` and `stream(result, options) -> Iterator[str]`; joined, the
pieces of `stream` are what `render` returns. Nothing here reads a file, a clock or the environment, and importing this
package imports no data library, so that a command's help may read `FORMATS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from redact.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from redact.gate import GateResult

FORMATS: dict[str, str] = {
    "full": "redact.reports.full",
    "concise": "redact.reports.concise",
    "json": "redact.reports.json_",
    "csv": "redact.reports.csv_",
    "sarif": "redact.reports.sarif",
    "junit": "redact.reports.junit",
    "github": "redact.reports.github",
}
"""Formats of `--format`, by name, with the module that renders each."""

SHOW_TEXT: frozenset[str] = frozenset({"full", "sarif"})
"""Formats that show or measure the lines around a finding, and so need the text of its document."""

EVIDENCE: tuple[str, ...] = ("full", "masked", "none")
"""How much of a document's text leaves the tool."""

FAIL_ON: tuple[str, ...] = ("error", "warning", "note", "never")
"""Values of `--fail-on`: mildest severity that fails the audit."""

MASKED_BY_DEFAULT: frozenset[str] = frozenset({"sarif", "junit", "github"})
"""Formats that end up in logs other people read: their evidence is masked unless asked for."""

MASK = "(masked)"
"""What stands for evidence that is not shown; its length says nothing about the evidence."""


class RuleCard(Protocol):
    """What a report says about a rule."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def authority(self) -> str | Sequence[str]: ...
    @property
    def rationale(self) -> str: ...
    @property
    def advice(self) -> str: ...


class AuditResult(Protocol):
    """What a report is made of: the tables of `redact.tables` and the terms of the audit.

    `skipped` holds (path, reason) of files that were not read; `suppressed` findings that were considered and stay
    silent, or None.
    """

    @property
    def documents(self) -> pl.DataFrame: ...
    @property
    def spans(self) -> pl.DataFrame: ...
    @property
    def portions(self) -> pl.DataFrame: ...
    @property
    def redactions(self) -> pl.DataFrame: ...
    @property
    def links(self) -> pl.DataFrame: ...
    @property
    def document_facts(self) -> pl.DataFrame: ...
    @property
    def findings(self) -> pl.DataFrame: ...
    @property
    def as_of(self) -> date: ...
    @property
    def mode(self) -> str: ...
    @property
    def rules_digest(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def skipped(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def suppressed(self) -> pl.DataFrame | None: ...


@dataclass(frozen=True, kw_only=True)
class RenderOptions:
    """How a report is to look; the defaults suit a pipe.

    Attributes:
        color: send terminal colours (`full`, `concise`, the summary).
        width: columns of the terminal.
        evidence: `full`, `masked` or `none`; None is the format's default. Evidence of a finding that may disclose
            (column `sensitive`) is shown only where `full` is asked for by name.
        show: mildest severity that is printed; the gate does not depend on it.
        excel: begin CSV with a byte order mark.
        raw_csv: write CSV cells bare, for machines only.
        ascii: use ASCII characters only in frames and bars.
        title: name of the audit in the report's head.
        rules: rule texts by id; a finding's own authority and advice stand in where a rule is absent.
        codes: meaning of exemption codes that the packaged table does not hold, for the HTML report's glossary.
        gate: verdict and state of every finding, from `redact.gate.gate`.
        embed_csv: put the findings as CSV into the HTML report, up to 5 MB.
        cap: most findings that the HTML report (2,000) or SARIF (25,000) shows; None is the format's own number.
    """

    color: bool = False
    width: int = 80
    evidence: str | None = None
    show: str = "note"
    excel: bool = False
    raw_csv: bool = False
    ascii: bool = False
    title: str = "redact audit"
    rules: Mapping[str, RuleCard] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    gate: GateResult | None = None
    embed_csv: bool = True
    cap: int | None = None


class Renderer(Protocol):
    """A format module."""

    def render(self, result: AuditResult, options: RenderOptions = ..., /) -> str:
        """The whole report."""
        ...

    def stream(self, result: AuditResult, options: RenderOptions = ..., /) -> Iterator[str]:
        """The report in pieces, so that memory does not grow with the number of findings."""
        ...


def default_format(stdout_is_tty: bool) -> str:
    """`full` for a person at a terminal, `concise` elsewhere."""
    return "full" if stdout_is_tty else "concise"


def renderer(name: str) -> Renderer:
    """The module of a format.

    Raises:
        UsageError: There is no such format.
    """
    if name not in FORMATS:
        from redact.suggest import did_you_mean

        raise UsageError(f"unknown format {name!r}{did_you_mean(name, FORMATS)}; formats: {', '.join(FORMATS)}")
    return cast(Renderer, import_module(FORMATS[name]))


def render(name: str, result: AuditResult, options: RenderOptions | None = None) -> str:
    """Render a result in the named format."""
    return renderer(name).render(result, options or RenderOptions())


def render_to_stream(name: str, result: AuditResult, options: RenderOptions | None = None) -> Iterator[str]:
    """Render a result in the named format, piece by piece."""
    return renderer(name).stream(result, options or RenderOptions())
