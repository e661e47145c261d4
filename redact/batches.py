"""Reading and auditing a batch: the edge between files and the pure engine.

A document on which the engine fails becomes a finding; the others of its batch are audited without it.
"""

from __future__ import annotations

import gc
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from redact.sources import Input, Loaded, read

if TYPE_CHECKING:
    import polars as pl

    from redact.pipeline import Batch, Engine, Tables

MOST_FAILURES = 16
"""Documents of a batch that may fail one by one; beyond, the fault lies in the engine or its rules."""


@dataclass(frozen=True, slots=True)
class Job:
    """What every batch of a run needs.

    Attributes:
        rules: an institution's own rule files.
        as_of: the day against which overdue is judged.
        mode: `archive` or `publication`.
        profile: rule → severity or `off`.
        only: ids of the conditions to run; None for all.
        keep_all: keep every table and the text of every document (for the audit folder and the library).
        show_text: keep the text of documents with findings (for reports that show the lines around them).
    """

    rules: tuple[str, ...]
    as_of: date
    mode: str
    profile: dict[str, str]
    only: frozenset[str] | None
    keep_all: bool
    show_text: bool = True


def documents_of(loaded: Sequence[Loaded]) -> pl.DataFrame:
    """Table `documents` of what was read, without the texts."""
    import polars as pl

    from redact.tables import SCHEMAS

    return pl.DataFrame(
        {
            "doc": [item.doc for item in loaded],
            "sha256": [item.sha256 for item in loaded],
            "media_type": ["text/plain"] * len(loaded),
            "encoding": [item.encoding for item in loaded],
            "text": [None] * len(loaded),
            "n_chars": [len(item.text) if item.text is not None else 0 for item in loaded],
            "parent": [None] * len(loaded),
            "unreadable": [item.unreadable for item in loaded],
        },
        schema=SCHEMAS["documents"],
    )


_ROWS = ("spans", "portions", "redactions", "links")
"""Tables that nothing asks for any more once a batch was checked, unless they are kept."""
_ENDS = (KeyboardInterrupt, SystemExit, GeneratorExit)
"""What ends a run and is no failure of the engine."""
_ENGINES: dict[tuple[str, ...], Engine] = {}


def engine_for(rules: tuple[str, ...]) -> Engine:
    """The engine of a set of rule files, built once a process."""
    if rules not in _ENGINES:
        from redact.api import load_rulebook
        from redact.pipeline import Engine

        with _uninterrupted():
            _ENGINES[rules] = Engine(load_rulebook(rules))
    return _ENGINES[rules]


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold an interrupt back for a moment: one that falls into the clean-up of an object is lost, not raised."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def audit_batch(job: Job, parts: Iterable[Sequence[Input]]) -> Tables:
    """Read inputs part by part and audit them together; a document on which the engine fails is reported."""
    from redact.pipeline import Batch

    loaded: list[Loaded] = []
    with without_collector():
        batch: Batch | None = Batch(engine_for(job.rules))
        for part in parts:
            some = [read(item) for item in part]
            loaded += some
            try:
                if batch is not None:
                    batch.add(documents_of(some), [item.text for item in some])
            except _ENDS:
                raise
            except BaseException:  # a panic of polars is no Exception
                batch = None
        if batch is not None:
            try:
                return _checked(job, batch)
            except _ENDS:
                raise
            except BaseException:
                batch = None
        return _audit_loaded(job, loaded)


def _audit_loaded(job: Job, loaded: Sequence[Loaded]) -> Tables:
    """Audit what was read. Where the engine fails, halves are tried until the failing documents stand alone.

    Raises:
        Exception: the engine's own, where so many documents fail that the fault is not theirs.
    """
    from redact.auditing import merge
    from redact.pipeline import Tables

    failures = 0
    results: list[Tables] = []
    parts = deque([list(loaded)])
    while parts:
        part = parts.popleft()
        try:
            results.append(audit_together(job, part))
        except _ENDS:
            raise
        except BaseException as err:
            if len(part) > 1:
                middle = len(part) // 2
                parts.extendleft((part[middle:], part[:middle]))
                continue
            failures += 1
            if failures > MOST_FAILURES or part[0].text is None:
                raise
            reason = f"the engine failed on it ({type(err).__name__}); please report it"
            results.append(audit_together(job, [replace(part[0], text=None, unreadable=reason)]))
    return results[0] if len(results) == 1 else Tables(**merge(results))


def audit_together(job: Job, loaded: Sequence[Loaded]) -> Tables:
    from redact.pipeline import Batch

    batch = Batch(engine_for(job.rules))
    batch.add(documents_of(loaded), [item.text for item in loaded])
    return _checked(job, batch)


def _checked(job: Job, batch: Batch) -> Tables:
    """The tables of what a batch has read, and its texts, where they are asked for again."""
    import polars as pl

    tables = batch.tables(as_of=job.as_of, mode=job.mode, profile=job.profile, only=job.only)
    if not job.keep_all:
        tables = replace(tables, **{name: getattr(tables, name).clear() for name in _ROWS})
    if not (job.keep_all or job.show_text):
        return tables
    docs = tables.documents.get_column("doc").to_list()
    # A report shows the lines around a finding.
    shown = set(docs if job.keep_all else tables.findings.get_column("doc"))
    texts = pl.Series("text", [batch.texts.get(doc) if doc in shown else None for doc in docs], dtype=pl.String)
    return replace(tables, documents=tables.documents.with_columns(texts))


@contextmanager
def without_collector() -> Iterator[None]:
    """Without the cycle collector: imports and batches make millions of objects and next to no cycles, and looking
    through those that stay takes as long as a tenth of a batch."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
