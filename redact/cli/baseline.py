"""`redact baseline write|diff`."""

from __future__ import annotations

from pathlib import Path

import click

from redact.cli.common import baseline_of, write_text
from redact.cli.report import load_result

_CONTEXT = {"max_content_width": 80}


@click.group("baseline", context_settings=_CONTEXT)
def baseline_command() -> None:
    """Accept today's findings; see what is new later.

    \b
    Examples:  redact baseline write out baseline.jsonl
               redact audit release/ --baseline baseline.jsonl
    Exit status:  0; diff: 1 where something is new or changed;
                  2 for an unusable file.
    """


@baseline_command.command("write", context_settings=_CONTEXT)
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def write_baseline(directory: Path, file: Path) -> int:
    """Write the findings of an audit folder as accepted.

    \b
    Example:  redact baseline write out baseline.jsonl
    Exit status:  0, or 2 where DIR is no audit folder or FILE cannot be written.
    """
    from redact.baseline import take, write

    result = load_result(directory)
    baseline = take(result.findings, as_of=result.as_of, rules_digest=result.rules_digest)
    write_text(file, write(baseline))
    click.echo(f"{len(baseline)} findings accepted as of {result.as_of}.", err=True)
    return 0


@baseline_command.command("diff", context_settings=_CONTEXT, short_help="Say what is new, changed or gone.")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def diff_baseline(directory: Path, file: Path) -> int:
    """Say what an audit folder has that the baseline has not, and the reverse.

    \b
    Example:  redact baseline diff out baseline.jsonl
    Exit status:  0 nothing new or changed; 1 something is;
                  2 for an unusable file.
    """
    from redact.baseline import describe, diff

    accepted = baseline_of(file)
    assert accepted is not None
    difference = diff(load_result(directory).findings, accepted)
    click.echo(describe(difference), nl=False)
    return 1 if difference.new.height or difference.changed.height else 0
