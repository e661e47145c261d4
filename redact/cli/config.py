"""`redact config show`."""

from __future__ import annotations

import os
from pathlib import Path

import click

_CONTEXT = {"max_content_width": 80}


@click.group("config", context_settings=_CONTEXT)
def config_command() -> None:
    """Show the settings in force and where each comes from.

    A flag goes before the environment (REDACT_...), this before the file (redact.toml, or [tool.redact] in
    pyproject.toml, searched for upwards), this before the default.

    \b
    Example:  redact config show
    Exit status:  0, or 2 for a broken file or value.
    """


@config_command.command("show", context_settings=_CONTEXT)
@click.option("--config", "path", type=click.Path(path_type=Path), metavar="FILE", help="Settings file.")
@click.option("--isolated", is_flag=True, help="Read no settings file.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
def show_config(path: Path | None, isolated: bool, format_: str) -> int:
    """Print every setting with its value and origin.

    \b
    Example:  redact config show
    Exit status:  0, or 2 for a broken file or value.
    """
    from redact.config import as_json, load, show

    config = load(Path.cwd(), os.environ, path=path, isolated=isolated)
    click.echo(as_json(config) if format_ == "json" else show(config), nl=False)
    return 0
