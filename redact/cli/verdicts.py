"""`redact verdicts import|log|check`: decisions in from a spreadsheet, their history, and what is wrong with them."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redact.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from redact.review.folding import Fold

_CONTEXT = {"max_content_width": 80}


@click.group("verdicts", context_settings=_CONTEXT)
def verdicts_command() -> None:
    """Read a filled-in work list back as decisions; list the decisions there are.

    \b
    Examples:  redact verdicts import work.csv --into out --reviewer ana
               redact verdicts check out
    Exit status:  0; check: 1 where a decision needs attention;
                  2 where a row is wrong (nothing is written then) or
                  DIR is no audit folder.
    """


@verdicts_command.command("import", context_settings=_CONTEXT, short_help="Store a filled-in work list as decisions.")
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
    try:
        folder = read_folder(into or file.parent)
    except UsageError as err:
        raise UsageError(f"{err}" if into else f"{err}\nor name the one the list is of: --into DIR") from err
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


@verdicts_command.command("log", context_settings=_CONTEXT, short_help="List every decision, oldest first.")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
def log_verdicts(directory: Path, format_: str) -> int:
    """List every decision of an audit folder, oldest first, those that were taken back too.

    \b
    Example:  redact verdicts log out
    Exit status:  0, or 2 where DIR is no audit folder.
    """
    from redact.audit_folder import read as read_folder
    from redact.display import safe, safe_line

    fold, notices = _fold(read_folder(directory).reviews)
    for notice in notices:
        click.echo(safe(f"redact: {notice}"), err=True)
    for event in fold.events:
        if format_ == "json":
            stands = event.undoes is None and fold.live(event.batch)
            click.echo(json.dumps(json.loads(event.line()) | {"stands": stands}, ensure_ascii=False))
            continue
        head = f"{event.at} {event.reviewer}"
        if event.undoes is not None:
            count = len(fold.batches.get(event.undoes, ()))
            click.echo(safe_line(f"{head} took back {event.undoes} ({count} event{'' if count == 1 else 's'})"))
            continue
        why = f" ({event.why})" if event.why else ""
        gone = "" if fold.live(event.batch) else " [taken back]"
        click.echo(safe_line(f"{head} {event.verdict} {event.rule} {event.fingerprint}{why}{gone}"))
    return 0


@verdicts_command.command("check", context_settings=_CONTEXT, short_help="Name the decisions that need attention.")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
def check_verdicts(directory: Path) -> int:
    """Name the decisions of an audit folder that need attention.

    Those whose finding is gone or has changed, that have run out, that contradict each other, that wait for a second
    reviewer, and lines of the logs that cannot be read.

    \b
    Example:  redact verdicts check out
    Exit status:  0 nothing to do, 1 something is, 2 where DIR is no audit folder.
    """
    from redact.audit_folder import read as read_folder
    from redact.config import load
    from redact.display import safe_line

    config = load(Path.cwd(), os.environ)
    folder = read_folder(directory)
    fold, notices = _fold(folder.reviews)
    lines = [*(f"unreadable: {notice}" for notice in notices)]
    day = date.fromisoformat(folder.as_of) if folder.as_of else None
    lines += _attention(fold, folder.read("findings"), tuple(config["second_review"]), day)
    for line in lines:
        click.echo(safe_line(line))
    judged = sum(1 for fingerprint in fold.by_fingerprint if fold.latest(fingerprint))
    click.echo(f"{judged} findings judged, {len(lines)} to attend to.", err=True)
    return 1 if lines else 0


def _fold(reviews: Path) -> tuple[Fold, list[str]]:
    """Every event of a folder `reviews/`, which need not exist, and sentences about lines that cannot be read."""
    from redact.review.folding import Fold
    from redact.review.log import ReviewLog

    log, fold = ReviewLog(reviews, "check"), Fold()
    fold.add(log.poll()[0])
    return fold, log.notices


def _attention(fold: Fold, findings: pl.DataFrame, second_review: tuple[str, ...], day: date | None) -> Iterator[str]:
    """A line a decision that needs attention, by state, then in the order of the findings; those gone come last."""
    from redact.review.folding import judge
    from redact.review.states import Policies

    policies, told = Policies(second_review=second_review), dict[str, list[str]]()
    columns = ("fingerprint", "digest", "severity", "doc", "line", "rule")
    for fingerprint, digest, severity, doc, line, rule in findings.select(columns).iter_rows():
        judgement = judge(fold.latest(fingerprint), digest, severity, policies, day)
        who = ", ".join(event.reviewer for event in judgement.latest)
        told.setdefault(judgement.state, []).append(f"{doc}:{line}: {rule} {fingerprint} ({who})")
    for state in ("changed", "expired", "disagreement", "second", "awaiting"):
        yield from (f"{state}: {place}" for place in told.get(state, ()))
    present = set(findings["fingerprint"])
    for fingerprint in sorted(set(fold.by_fingerprint) - present):
        standing = [event for event in fold.latest(fingerprint) if event.verdict != "open"]
        if standing:
            who = ", ".join(event.reviewer for event in standing)
            yield f"orphan: {standing[-1].rule} {fingerprint} no longer occurs ({who})"
