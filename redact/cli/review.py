"""`redact review` and `redact demo`."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

import click

from redact.errors import UsageError

_CONTEXT = {"max_content_width": 80}


@click.command("review", context_settings=_CONTEXT)
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--plain", is_flag=True, help="One question at a time in plain lines, for screen readers.")
@click.option("--reviewer", metavar="NAME", help="Name that signs decisions; default the login name.")
@click.option("--query", metavar="QUERY", help="Open this list at once, e.g. 'sev:error state:open'.")
@click.option("--theme", metavar="NAME", help="Colour theme.")
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal.")
def review_command(
    directory: Path, plain: bool, reviewer: str | None, query: str | None, theme: str | None, no_mouse: bool
) -> int:
    """Review the findings of an audit folder.

    Decisions are stored in DIR/reviews as they are made; nothing has to be saved.

    \b
    Example:  redact audit release/ --output out && redact review out
    Exit status:  0, or 2 where there is no audit folder or no terminal.
    """
    from redact.config import load

    config = load(Path.cwd(), os.environ, {"reviewer": reviewer})
    return _review(directory, config, plain, query, theme, not no_mouse)


@click.command("demo", context_settings=_CONTEXT)
@click.argument("directory", metavar="DIR", required=False, type=click.Path(path_type=Path))
@click.option("--plain", is_flag=True, help="One question at a time in plain lines, for screen readers.")
def demo_command(directory: Path | None, plain: bool) -> int:
    """Practise a review on sample documents.

    Audits five documents that come with redact into DIR (default: redact-demo) and opens the review.

    \b
    Example:  redact demo
    Exit status:  0, or 2 where DIR cannot be written or there is no terminal.
    """
    from redact.cli import cli
    from redact.config import load

    target = directory or Path("redact-demo")
    config = load(Path.cwd(), os.environ)
    arguments = ["audit", str(_samples()), "-o", str(target), "-q", "--exit-zero", "--isolated", "--statistics"]
    status = cli.main(arguments, standalone_mode=False)
    if status == 2:
        return 2
    return _review(target, config, plain, None, None, mouse=True)


def _review(directory: Path, config: object, plain: bool, query: str | None, theme: str | None, mouse: bool) -> int:
    from redact.config import Config
    from redact.rulebook import cards

    assert isinstance(config, Config)
    try:
        from redact.tui.app import run
    except ImportError as err:
        raise UsageError(f"the review client cannot be loaded: {err}") from err

    def rule_cards() -> object:
        from redact.api import load_rulebook

        return cards(load_rulebook(tuple(str(path) for path in config["rules"])))

    status: int = run(
        directory, config["reviewer"] or _login(), plain=plain, keymap=dict(config.keymap), rules=rule_cards,
        second_review=tuple(config["second_review"]), query=query, mouse=mouse, theme=theme or config.theme,
    )  # fmt: skip
    return status


def _samples() -> Path:
    """Folder of the sample documents: a folder without code, so that only its path can be asked for."""
    import redact.seeds

    for place in redact.seeds.__path__:
        if Path(place).is_dir():
            return Path(place)
    raise UsageError("the sample documents are not installed")


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "reviewer"
