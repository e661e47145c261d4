"""What several commands share: options and the resolving of PATH arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from redact.errors import UsageError
from redact.sources import Selection, select

if TYPE_CHECKING:
    import polars as pl

    from redact.baseline import Baseline

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


def interruptible() -> None:
    """Let Ctrl-C end a read that waits, and a request to end (SIGTERM) leave no staged folder and no worker behind.

    Importing polars installs a handler of interrupts that restarts a read.
    """
    import signal
    from contextlib import suppress

    def leave(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    with suppress(ValueError, AttributeError, OSError):
        signal.signal(signal.SIGTERM, leave)
        signal.siginterrupt(signal.SIGINT, True)


def decisions_of(folder: Path, findings: pl.DataFrame, second_review: tuple[str, ...]) -> pl.DataFrame:
    """Standing verdicts of a folder `reviews/`, as the gate wants them; lines that cannot be read are named.

    Raises:
        UsageError: there is no such folder.
    """
    from redact.review.folding import Fold, decisions
    from redact.review.log import ReviewLog
    from redact.review.states import Policies

    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder of decisions")
    from redact.display import safe

    log, fold = ReviewLog(folder, "gate"), Fold()
    fold.add(log.poll()[0])
    for notice in log.notices:
        click.echo(safe(f"redact: {folder}: {notice}"), err=True)
    return decisions(findings, fold, Policies(second_review=second_review))


def baseline_of(path: str | Path | None) -> Baseline | None:
    """The baseline of a file; None where no file is named.

    Raises:
        UsageError: it cannot be read, or is none.
    """
    if path is None:
        return None
    from redact.baseline import read

    try:
        return read(Path(path).read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as err:
        raise UsageError(f"{path}: the baseline cannot be read: {err}") from err


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all.

    Raises:
        UsageError: it cannot be written.
    """
    import os
    import tempfile

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as err:
        raise UsageError(f"{path}: cannot be written: {err.strerror or err}") from err
