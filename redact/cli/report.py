"""`redact report` (HTML, work list) and `redact verdicts import`."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from redact.cli.common import baseline_of, decisions_of, write_text
from redact.errors import UsageError
from redact.reports import EVIDENCE

if TYPE_CHECKING:
    from redact.auditing import AuditResult

_CONTEXT = {"max_content_width": 80}


@click.command("report", context_settings=_CONTEXT)
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--html", "html_path", type=click.Path(path_type=Path), metavar="FILE", help="Write the HTML report.")
@click.option("--worklist", type=click.Path(path_type=Path), metavar="FILE", help="Write a work list (CSV).")
@click.option("--ledger", type=click.Path(path_type=Path), metavar="FILE", help="Write the ledger of redactions (CSV).")
@click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Findings accepted before.")
@click.option("--query", metavar="QUERY", help="Only these findings in the work list, e.g. 'sev:error state:open'.")
@click.option("--evidence", type=click.Choice(EVIDENCE), help="How much text leaves the tool.")
def report_command(
    directory: Path, html_path: Path | None, worklist: Path | None, ledger: Path | None, baseline: Path | None,
    query: str | None, evidence: str | None,
) -> int:  # fmt: skip
    """Write an HTML report, a work list or the ledger of an audit folder.

    The work list goes out to a spreadsheet and comes back with `redact verdicts import`.

    \b
    Examples:  redact report out --html report.html
               redact report out --worklist work.csv --query 'sev:error'
    Exit status:  0, or 2 where DIR is no audit folder or a file cannot be written.
    """
    if html_path is None and worklist is None and ledger is None:
        raise click.UsageError("Nothing to write: name --html FILE, --worklist FILE or --ledger FILE.")
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


@click.group("verdicts", context_settings=_CONTEXT)
def verdicts_command() -> None:
    """Read a filled-in work list back as decisions.

    \b
    Example:  redact verdicts import work.csv --into out --reviewer ana
    Exit status:  0, or 2 where a row is wrong (nothing is written then).
    """


@verdicts_command.command("import", context_settings=_CONTEXT)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--into", "into", metavar="DIR", type=click.Path(path_type=Path), help="Audit folder; default FILE's own."
)
@click.option("--reviewer", metavar="NAME", help="Name that signs the decisions; default the login name.")
@click.option("--dry-run", is_flag=True, help="Check the file, write nothing.")
def import_verdicts(file: Path, into: Path | None, reviewer: str | None, dry_run: bool) -> int:
    """Check a work list that came back, and append its verdicts as decisions.

    Nothing is written while a single row is wrong; importing twice adds nothing.

    \b
    Example:  redact verdicts import work.csv --into out --reviewer ana
    Exit status:  0, or 2 where a row is wrong.
    """
    from redact.audit_folder import read as read_folder
    from redact.cli.review import _login
    from redact.config import load
    from redact.display import safe
    from redact.reports.worklist import events, read
    from redact.review.events import identity
    from redact.review.folding import Fold
    from redact.review.log import ReviewLog

    config = load(Path.cwd(), os.environ, {"reviewer": reviewer})
    name = config["reviewer"] or _login()
    folder = read_folder(into or file.parent)
    try:
        data = file.read_bytes()
    except OSError as err:
        raise UsageError(f"{file}: cannot be read: {err.strerror or err}") from err
    log = ReviewLog(folder.reviews, name)
    fold = Fold()
    if folder.reviews.is_dir():
        fold.add(log.poll()[0])
    own = {
        fingerprint: event
        for fingerprint in fold.by_fingerprint
        for event in fold.latest(fingerprint)
        if event.who == identity(name)
    }
    checked = read(data, folder.read("findings"), own)
    for fault in checked.faults:
        click.echo(safe(fault), err=True)
    if checked.faults:
        click.echo(f"{len(checked.faults)} rows are wrong; nothing was written.", err=True)
        return 2
    if checked.verdicts and not dry_run:
        now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        batch = f"worklist-{secrets.token_hex(6)}"
        log.append(
            events(checked.verdicts, reviewer=name, at=now, batch=batch, audit=date.fromisoformat(str(folder.as_of)))
        )
    word = "would be stored" if dry_run else "stored"
    click.echo(
        f"{len(checked.verdicts)} verdicts {word}, {checked.unchanged} already known, {checked.blank} rows left open."
    )
    return 0
