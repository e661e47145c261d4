"""Sign of life on standard error: a bar on a terminal, lines of text elsewhere, nothing for a short run."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_QUIET_SECONDS = 2.0
_TEXT_EVERY = 10.0


@contextmanager
def progress(choice: str, total: int) -> Iterator[Callable[[int], None] | None]:
    """A function to call with the number of documents done.

    Args:
        choice: `auto`, `bar`, `text` or `none`; `auto` is a bar on a terminal outside CI, else text.
        total: documents to read.
    """
    if choice == "auto":
        terminal = sys.stderr.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"
        choice = "bar" if terminal else "text"
    if choice == "none":
        yield None
    elif choice == "bar":
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        console = Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR")))
        columns = ("reading", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("reading", total=total)
            yield lambda count: bar.advance(task, count)
    else:
        yield _text(total)


def _text(total: int) -> Callable[[int], None]:
    started = time.monotonic()
    state = {"done": 0, "said": started + _QUIET_SECONDS - _TEXT_EVERY}

    def advance(count: int) -> None:
        state["done"] += count
        now = time.monotonic()
        if state["done"] < total and now - state["said"] >= _TEXT_EVERY:
            state["said"] = now
            sys.stderr.write(f"redact: {int(state['done']):,} of {total:,} documents read\n")

    return advance
