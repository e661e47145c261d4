"""The command line: arguments in, exit status out. Commands are imported only when they are called."""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
import sys
from collections.abc import Callable
from typing import Any

import click

from redact.errors import EngineError, RedactError

EXIT_CLEAN, EXIT_FOUND, EXIT_USAGE, EXIT_INTERRUPTED = 0, 1, 2, 130

COMMANDS: dict[str, tuple[str, str]] = {
    "audit": ("redact.cli.audit", "Audit documents: read, find markings, check, report (the main job)."),
    "spans": ("redact.cli.inspect", "Print every marking found, as JSON Lines."),
    "facts": ("redact.cli.inspect", "Print what was understood of each document, as JSON Lines."),
    "text": ("redact.cli.inspect", "Print the text that offsets refer to."),
    "parse": ("redact.cli.inspect", "Parse banner lines or portion marks from standard input."),
    "rules": ("redact.cli.rules", "List and test the rules; tell what they cover."),
    "explain": ("redact.cli.rules", "Explain one rule."),
    "review": ("redact.cli.review", "Review the findings of an audit folder."),
    "demo": ("redact.cli.review", "Practise a review on sample documents."),
    "report": ("redact.cli.report", "Write an HTML report or a work list of an audit folder."),
    "verdicts": ("redact.cli.verdicts", "Read a filled-in work list back as decisions; check them."),
    "baseline": ("redact.cli.baseline", "Accept today's findings; see what is new later."),
    "config": ("redact.cli.config", "Show the settings in force and where each comes from."),
}

EPILOG = """\b
Examples:
  redact audit release/                 audit a folder
  redact audit cable.txt --format json  one document, findings for a program
  redact audit release/ --output out && redact review out
\b
Exit status:
  0    nothing found at or above --fail-on (default: error)
  1    at least one such finding
  2    it could not be done as asked
  130  interrupted
"""


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, (module, _) in COMMANDS.items() if importlib.util.find_spec(module) is not None]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise click.UsageError(f"No such command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    epilog=EPILOG,
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
)
@click.version_option(package_name="redact-audit", prog_name="redact")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Audit declassified and released records.

    redact reads documents, finds classification markings, redactions, exemption codes, declassification instructions
    and release stamps, and checks that they agree with each other and with the orders and statutes of their time.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(args: list[str] | None = None) -> None:
    """Run the command line and leave with its exit status; every error is a sentence, never a traceback."""
    status = run(lambda: cli.main(args=args, prog_name="redact", standalone_mode=False))
    gc.freeze()  # what is about to be given back as a whole need not be searched for cycles: half a second for 100 MB
    sys.exit(status)


def run(call: Callable[[], Any]) -> int:
    """Call a command and turn what it returns or raises into an exit status."""
    try:
        status = call()
        sys.stdout.flush()
        return status if isinstance(status, int) else EXIT_CLEAN
    except BrokenPipeError:
        # The reader has gone (as in `| head`): nothing is wrong, and nothing may be said on a closed stream.
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, sys.stdout.fileno())
        return EXIT_CLEAN
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except (KeyboardInterrupt, click.Abort):
        return EXIT_INTERRUPTED
    except click.ClickException as err:
        err.show()
        return EXIT_USAGE
    except EngineError as err:
        _say(f"redact: internal error, please report it: {err}")
        return EXIT_USAGE
    except RedactError as err:
        _say(f"redact: {err}")
        return EXIT_USAGE
    except Exception as err:  # the last line of defence: a fault of ours must not look like findings
        if os.environ.get("REDACT_TRACEBACK"):
            raise
        _say(f"redact: internal error, please report it: {type(err).__name__}: {str(err)[:400]}")
        return EXIT_USAGE


def _say(message: str) -> None:
    from redact.display import safe

    for line in message.splitlines():
        click.echo(safe(line), err=True)
