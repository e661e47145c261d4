"""Commands that show what redact reads: spans, facts, text, parse."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import click

from redact.cli.common import interruptible, rule_option, selected
from redact.errors import UsageError

_CONTEXT = {"max_content_width": 80}


@click.command("spans", context_settings=_CONTEXT)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@rule_option
@click.option("--as-record", is_flag=True, help="Read every document as a record, also news, books and statutes.")
def spans_command(paths: tuple[str, ...], rules: tuple[str, ...], as_record: bool) -> int:
    """Print every marking found, one JSON object a line.

    \b
    Example:  redact spans cable.txt
    Exit status:  0, or 2 where a path or rule file cannot be used.
    """
    from redact.api import load_rulebook, read_documents
    from redact.pipeline import Engine

    engine = Engine(load_rulebook(rules), as_record=as_record)
    interruptible()
    selection = selected(paths)
    write = sys.stdout.write
    for document in read_documents(selection):
        understood = engine.understand(document)
        for span in understood.spans:
            row = {
                "doc": document.doc, "kind": span.kind, "start": span.start, "end": span.end,
                "line": document.line_index(span.start) + 1, "text": document.text[span.start : span.end],
                "value": span.value, "rule": span.rule,
            }  # fmt: skip
            write(json.dumps(row, ensure_ascii=False) + "\n")
    return 2 if selection.faults else 0


@click.command("facts", context_settings=_CONTEXT)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@rule_option
def facts_command(paths: tuple[str, ...], rules: tuple[str, ...]) -> int:
    """Print what was understood of each document, one JSON object a line.

    \b
    Example:  redact facts cable.txt
    Exit status:  0, or 2 where a path or rule file cannot be used.
    """
    from redact.api import load_rulebook, read_documents
    from redact.facts import to_contract
    from redact.pipeline import Engine

    engine = Engine(load_rulebook(rules))
    interruptible()
    selection = selected(paths)
    for document in read_documents(selection):
        facts = engine.understand(document).record.facts
        sys.stdout.write(json.dumps(to_contract(document.doc, facts), ensure_ascii=False) + "\n")
    return 2 if selection.faults else 0


@click.command("text", context_settings=_CONTEXT)
@click.argument("path", metavar="PATH")
def text_command(path: str) -> int:
    """Print the text that offsets refer to, every character as it is.

    \b
    Example:  redact text cable.txt
    Exit status:  0, or 2 where the document cannot be read.
    """
    from redact.sources import read

    selection = selected((path,))
    if selection.faults or len(selection.inputs) != 1:
        raise UsageError(selection.faults[0] if selection.faults else f"{path}: one document is needed")
    loaded = read(selection.inputs[0])
    if loaded.text is None:
        raise UsageError(f"{path}: {loaded.unreadable}")
    sys.stdout.buffer.write(loaded.text.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()
    return 0


@click.command("parse", context_settings=_CONTEXT)
@click.argument("what", type=click.Choice(["banner", "portion"]))
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Judge by the register of this day.")
def parse_command(what: str, day: object) -> int:
    """Parse one banner line or portion mark a line from standard input.

    Prints as many JSON objects as lines were read, in order.

    \b
    Example:  echo 'SECRET//NOFORN//SI' | redact parse banner
    Exit status:  0, or 2 for an unusable argument.
    """
    import datetime

    from redact.grammar import parse_banner, parse_portion

    on = day.date() if isinstance(day, datetime.datetime) else None
    parse = parse_banner if what == "banner" else parse_portion
    for line in _lines():
        sys.stdout.write(json.dumps(parse(line, on).to_dict(), ensure_ascii=False) + "\n")
    return 0


def _lines() -> Iterator[str]:
    """Lines of standard input as text; undecodable bytes become replacement characters."""
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")
