"""What several commands share: options and the resolving of PATH arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from redact.errors import UsageError
from redact.sources import Selection, select

rule_option: Callable[[Any], Any] = click.option(
    "--rules", multiple=True, metavar="PATH", help="Rule file or folder of an institution, beside redact's own."
)


def selected(paths: Sequence[str]) -> Selection:
    """Resolve PATH arguments; say each fault on standard error.

    Raises:
        UsageError: nothing at all is left to read.
    """
    from redact.display import safe

    selection = select(paths)
    if not selection.inputs:
        reasons = [*selection.faults, *(f"{path}: {reason}" for path, reason in selection.skipped)]
        raise UsageError("no document to read\n" + "\n".join(reasons) if reasons else "no document to read")
    for fault in selection.faults:
        click.echo(safe(f"redact: {fault}"), err=True)
    return selection
