"""`redact report`: HTML report, work list, ledger of redactions of an audit folder."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from redact.cli.common import baseline_of, decisions_of, write_text
from redact.reports import EVIDENCE

if TYPE_CHECKING:
    from redact.auditing import AuditResult

_CONTEXT = {"max_content_width": 80}


@click.command("report", context_settings=_CONTEXT)
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--html", "html_path", type=click.Path(path_type=Path), metavar="FILE", help="Write the HTML report.")
@click.option("--worklist", type=click.Path(path_type=Path), metavar="FILE", help="Write a work list (CSV).")
@click.option("--csv", "csv_path", type=click.Path(path_type=Path), metavar="FILE", help="Write findings and verdicts.")
@click.option("--ledger", type=click.Path(path_type=Path), metavar="FILE", help="Write the ledger of redactions (CSV).")
@click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Findings accepted before.")
@click.option("--query", metavar="QUERY", help="Only these findings in the work list, e.g. 'sev:error state:open'.")
@click.option("--evidence", type=click.Choice(EVIDENCE), help="How much text leaves the tool.")
def report_command(
    directory: Path, html_path: Path | None, worklist: Path | None, csv_path: Path | None, ledger: Path | None,
    baseline: Path | None, query: str | None, evidence: str | None,
) -> int:  # fmt: skip
    """Write an HTML report, a work list, the findings or the ledger of an audit folder.

    The work list goes out to a spreadsheet and comes back with `redact verdicts import`.

    \b
    Examples:  redact report out --html report.html
               redact report out --worklist work.csv --query 'sev:error'
    Exit status:  0, or 2 where DIR is no audit folder or a file
                  cannot be written.
    """
    if html_path is None and worklist is None and csv_path is None and ledger is None:
        raise click.UsageError("Nothing to write: name --html, --worklist, --csv or --ledger with a FILE.")
    from dataclasses import replace

    from redact.config import load
    from redact.gate import gate
    from redact.reports import RenderOptions
    from redact.rulebook import cards

    config = load(Path.cwd(), os.environ, {"evidence": evidence, "baseline": str(baseline) if baseline else None})
    result = load_result(directory)
    reviews = directory / "reviews"
    decided = decisions_of(reviews, result.findings, tuple(config["second_review"])) if reviews.is_dir() else None
    accepted = baseline_of(config["baseline"])
    judged = gate(result.findings, config["fail_on"], decided, accepted, ignores=config.ignores, as_of=result.as_of)
    options = RenderOptions(evidence=config["evidence"], rules=cards(), gate=judged, title=directory.resolve().name)
    if html_path is not None:
        from redact.reports.html import render

        write_text(html_path, render(result, options))
    if worklist is not None:
        from redact.reports.worklist import how_to
        from redact.reports.worklist import render as render_list

        wanted = None if query is None else _matching(directory, query)
        write_text(worklist, render_list(result, replace(options, show="note"), wanted))
        click.echo(how_to(), err=True)
    if csv_path is not None:
        from redact.reports.csv_ import render as render_csv

        write_text(csv_path, render_csv(result, replace(options, excel=config["excel"], raw_csv=config["raw_csv"])))
    if ledger is not None:
        from redact.reports.ledger import render as render_ledger

        write_text(ledger, render_ledger(result, options))
    return 0


def _matching(directory: Path, query: str) -> list[str]:
    from redact.audit_folder import read
    from redact.review.query import parse_query
    from redact.review.session import Review

    review = Review(read(directory), "report")
    rows = review.select(parse_query(query))
    fingerprints: list[str] = review.findings["fingerprint"].gather(rows).to_list()
    return fingerprints


def load_result(directory: Path) -> AuditResult:
    """An audit as its folder keeps it.

    Raises:
        UsageError: it is no audit folder.
    """
    from redact.audit_folder import read
    from redact.auditing import AuditResult
    from redact.tables import SCHEMAS

    folder = read(directory)
    tables: dict[str, Any] = {name: folder.read(name) for name in SCHEMAS}
    run = folder.run
    return AuditResult(
        **tables, as_of=date.fromisoformat(str(run["as_of"])), mode=str(run.get("mode", "archive")),
        rules_digest=str(run.get("rules_digest", "")), version=str(run.get("redact", "")),
        skipped=tuple((str(path), str(reason)) for path, reason in run.get("skipped", [])),
    )  # fmt: skip
