"""`redact audit`: the main job."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from redact.cli.common import interruptible, selected
from redact.errors import UsageError
from redact.reports import EVIDENCE, FAIL_ON, FORMATS, SHOW_TEXT, default_format
from redact.settings import MODES

if TYPE_CHECKING:
    from redact.auditing import AuditResult
    from redact.config import Config
    from redact.reports import RenderOptions
    from redact.rulebook import Rule

_EPILOG = """\b
Examples:
  redact audit release/
  redact audit cable.txt --format json --as-of 2026-01-01
  redact audit release/ --output out && redact review out
  redact audit release/ --mode publication --fail-on warning
\b
Exit status:
  0    no finding at or above --fail-on
  1    at least one
  2    the audit could not be done as asked
  130  interrupted
\b
Settings: flag before REDACT_... in the environment before redact.toml (or
[tool.redact] in pyproject.toml) before default; REDACT_CONFIG names a file,
REDACT_ISOLATED=1 reads none. See: redact config show
"""


class Day(click.ParamType[date]):
    """An ISO date."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date: write it as 2026-01-31", param, ctx)


@click.command("audit", context_settings={"max_content_width": 80}, epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--as-of", type=Day(), help="Day against which overdue is judged; default today.")
@click.option(
    "--format", "format_", type=click.Choice(list(FORMATS)), help="Default: full on a terminal, else concise."
)
@click.option("--output", "-o", type=click.Path(path_type=Path), metavar="DIR", help="Write the audit folder.")
@click.option("--no-text", is_flag=True, help="Leave document texts out of the audit folder.")
@click.option("--mode", type=click.Choice(MODES), help="Description work (archive) or check before publication.")
@click.option("--fail-on", type=click.Choice(FAIL_ON), help="Mildest severity that fails; default error.")
@click.option("--show", type=click.Choice(["error", "warning", "note"]), help="Mildest severity that is printed.")
@click.option("--select", multiple=True, metavar="RULE", help="Run only these rules (ids or globs).")
@click.option("--ignore", multiple=True, metavar="RULE", help="Do not run these rules.")
@click.option("--rules", multiple=True, metavar="PATH", help="An institution's own rule file or folder.")
@click.option("--evidence", type=click.Choice(EVIDENCE), help="How much text leaves the tool.")
@click.option("--explain-silence", is_flag=True, help="Print what rules considered and kept silent about.")
@click.option("--statistics", is_flag=True, default=None, help="Print counts by rule instead of findings.")
@click.option("--exit-zero", is_flag=True, default=None, help="Exit with 0 whatever is found.")
@click.option("--strict", is_flag=True, default=None, help="Exit with 2 on a stale ignore, decision or baseline entry.")
@click.option("--list-files", is_flag=True, help="Print what would be read, and stop.")
@click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Findings accepted before.")
@click.option("--reviews", type=click.Path(path_type=Path), metavar="DIR", help="Decisions that count.")
@click.option("--certificate", type=click.Path(path_type=Path), metavar="FILE", help="Write a release certificate.")
@click.option("--premis", type=click.Path(path_type=Path), metavar="FILE", help="Write a PREMIS event (XML).")
@click.option("--excel", is_flag=True, default=None, help="Begin CSV with a byte order mark.")
@click.option("--raw-csv", is_flag=True, default=None, help="Write CSV cells bare, for programs only.")
@click.option("--jobs", type=click.IntRange(1), help="Worker processes; default by size of the input.")
@click.option("--config", "config_path", type=click.Path(path_type=Path), metavar="FILE", help="Settings file.")
@click.option("--isolated", is_flag=True, help="Read no settings file.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), help="Terminal colours.")
@click.option("--progress", type=click.Choice(["auto", "bar", "text", "none"]), help="Sign of life on stderr.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings and errors, nothing else.")
@click.option("-v", "--verbose", is_flag=True, help="Say what is read and by what rules.")
@click.pass_context
def audit_command(ctx: click.Context, /, **given: Any) -> int:
    """Audit documents: find markings, check that they agree, print findings and a summary.

    PATH is a file, a folder (searched recursively), a glob, or - for standard input.
    """
    from redact.config import load as load_config

    config = load_config(Path.cwd(), os.environ, _flags(given), path=given["config_path"], isolated=given["isolated"])
    quiet = given["quiet"]
    for warning in config.warnings:
        _say(warning, quiet)
    selection = selected(given["paths"] or _no_paths(ctx))
    if given["list_files"]:
        from redact.display import safe

        for item in selection.inputs:
            click.echo(safe(item.doc))
        for path, reason in selection.skipped:
            click.echo(safe(f"skipped: {path}: {reason}"), err=True)
        return 2 if selection.faults else 0
    if given["no_text"] and not given["output"]:
        raise UsageError("--no-text goes with --output: it is about the audit folder")
    from redact.batches import without_collector

    with without_collector():
        result = _audit(config, selection.inputs, selection.skipped, given)
        status = _report(config, result, given)
    if selection.faults:
        return 2
    return 0 if config["exit_zero"] and status == 1 else status


def _no_paths(ctx: click.Context) -> tuple[str, ...]:
    raise click.UsageError("Missing argument 'PATH...': name a file, a folder, a glob, or - for standard input.", ctx)


def _flags(given: dict[str, Any]) -> dict[str, Any]:
    names = ("mode", "fail_on", "show", "evidence", "statistics", "exit_zero", "excel", "raw_csv", "jobs", "color",
             "progress", "strict")  # fmt: skip
    flags = {name: given[name] for name in names}
    flags |= {"format": given["format_"], "select": list(given["select"]), "ignore": list(given["ignore"])}
    flags["rules"] = list(given["rules"])
    for name in ("baseline", "reviews"):
        flags[name] = str(given[name]) if given[name] is not None else None
    return flags


def _audit(config: Config, inputs: Any, skipped: Any, given: dict[str, Any]) -> AuditResult:
    from redact.batches import Job, engine_for
    from redact.workers import prepare, run

    rules = tuple(str(path) for path in config["rules"])
    prepare(rules, inputs, config["jobs"])  # first of all: the other processes import while this one does

    from redact.auditing import finish
    from redact.config import check_rules
    from redact.ignores import select_rules

    interruptible()
    engine = engine_for(rules)
    known = list(engine.rulebook.by_id)
    check_rules(config, known)
    only = None
    if config["select"] or config["ignore"]:
        only = select_rules(known, config["select"], config["ignore"])
    as_of = given["as_of"] or datetime.now().astimezone().date()
    profile = _severities(config, engine.rulebook.by_id)
    shows_text = (config["format"] or default_format(sys.stdout.isatty())) in SHOW_TEXT
    # No format shows more than findings, facts and documents; the audit folder holds every table.
    keeps_all = given["output"] is not None
    job = Job(rules, as_of, config["mode"], profile, only, keep_all=keeps_all, show_text=shows_text)
    if given["verbose"]:
        _say(f"{len(inputs)} documents to read, {len(known)} rules, judged as of {as_of}", quiet=False)
    with _progress(config, len(inputs), given["quiet"]) as done:
        batches = run(job, inputs, config["jobs"], done)
    return finish(engine, batches, as_of=as_of, mode=config["mode"], profile=job.profile, only=only, skipped=skipped)


def _severities(config: Config, rules: Mapping[str, Rule]) -> dict[str, str]:
    """Severity or `off` of every rule that the profile names, by id or glob."""
    from redact.config import severity_of

    chosen: dict[str, str] = {}
    for rule in rules if config.profile else ():
        severity = severity_of(config.profile, rule, "")
        if severity != "":
            chosen[rule] = severity or "off"
    return chosen


def _report(config: Config, result: AuditResult, given: dict[str, Any]) -> int:
    from dataclasses import replace

    from redact.batches import engine_for
    from redact.cli.common import baseline_of
    from redact.gate import gate
    from redact.reports import RenderOptions, render_to_stream
    from redact.reports.summary import render as summary
    from redact.reports.summary import warnings
    from redact.rulebook import cards

    format_ = config["format"] or default_format(sys.stdout.isatty())
    judged = gate(
        result.findings, config["fail_on"], _decisions(config, result), baseline_of(config["baseline"]),
        ignores=config.ignores, as_of=result.as_of,
    )  # fmt: skip
    rulebook = engine_for(tuple(str(path) for path in config["rules"])).rulebook
    options = RenderOptions(
        color=_color(config, sys.stdout), width=_width(), evidence=config["evidence"], show=config["show"],
        excel=config["excel"], raw_csv=config["raw_csv"], rules=cards(rulebook), gate=judged,
        ascii=_ascii(),
    )  # fmt: skip
    if given["output"] is not None:
        _write_folder(result, options, given)
    if given["certificate"] is not None or given["premis"] is not None:
        _certify(config, result, options, given)
    if config["statistics"]:
        from redact.reports.statistics import render as statistics

        sys.stdout.write(statistics(result, options, format_))
    else:
        for piece in render_to_stream(format_, result, options):
            sys.stdout.write(piece)
    sys.stdout.flush()
    if given["explain_silence"] and result.suppressed is not None:
        _print_silence(result)
    if not given["quiet"]:
        sys.stderr.write(summary(result, replace(options, color=_color(config, sys.stderr))))
    if config["strict"] and (stale := warnings(judged)):
        for line in stale if given["quiet"] else ():
            _say(line, quiet=False)
        _say("--strict: settings, decisions and baseline must be brought up to date", quiet=False)
        return 2
    return judged.exit_status


def _print_silence(result: AuditResult) -> None:
    from redact.display import safe

    assert result.suppressed is not None
    for doc, rule, start, reason in result.suppressed.iter_rows():
        click.echo(safe(f"{doc}:{start if start is not None else '-'}: {rule} kept silent: {reason}"), err=True)


def _decisions(config: Config, result: AuditResult) -> Any:
    if config["reviews"] is None:
        return None
    from redact.cli.common import decisions_of

    return decisions_of(Path(config["reviews"]), result.findings, tuple(config["second_review"]))


def _write_folder(result: AuditResult, options: RenderOptions, given: dict[str, Any]) -> None:
    from dataclasses import replace

    from redact.audit_folder import write
    from redact.reports import render

    run = {
        "redact": result.version, "rules_digest": result.rules_digest, "as_of": result.as_of.isoformat(),
        "mode": result.mode,
        "inputs": [
            {"doc": doc, "sha256": digest, "path": None if doc == "-" else os.path.abspath(doc)}
            for doc, digest in result.documents.select("doc", "sha256").iter_rows()
        ],
        "counts": {name: frame.height for name, frame in result.tables().items()},
        "skipped": [list(item) for item in result.skipped],
    }  # fmt: skip
    all_rows = replace(options, show="note", color=False)
    extra = {
        "findings.csv": render("csv", result, all_rows).encode(),
        "findings.jsonl": render("json", result, all_rows).encode(),
    }
    write(result.tables(), given["output"], run, text=not given["no_text"], extra_files=extra)


def _certify(config: Config, result: AuditResult, options: RenderOptions, given: dict[str, Any]) -> None:
    from redact.cli.common import write_text
    from redact.reports import certificate, premis

    off = [rule for rule, severity in config.profile.items() if severity == "off"]
    off += [*config["ignore"]] + (["(every rule not selected)"] if config["select"] else [])
    if given["certificate"] is not None:
        write_text(given["certificate"], certificate.render(result, options, off))
        sys.stderr.write(certificate.explain(result, options, off))
    if given["premis"] is not None:
        write_text(given["premis"], premis.render(result, options))


def _progress(config: Config, total: int, quiet: bool) -> Any:
    from redact.cli.progress import progress

    return progress("none" if quiet else config["progress"], total)


def _color(config: Config, stream: Any) -> bool:
    if config["color"] != "auto":
        return bool(config["color"] == "always")
    return bool(stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb")


def _width() -> int:
    import shutil

    return shutil.get_terminal_size((80, 24)).columns


def _ascii() -> bool:
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    return encoding not in ("utf8", "utf16", "utf32")


def _say(message: str, quiet: bool) -> None:
    from redact.display import safe

    if not quiet:
        click.echo(safe(f"redact: {message}"), err=True)
