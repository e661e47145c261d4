"""Reading and auditing in batches, in this process or in several: the edge between files and the pure engine.

This process audits too, so one worker fewer has its libraries to import. A document on which the engine fails, or over
which a worker dies, becomes a finding; the others of its batch are audited without it.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from redact.sources import Input, Loaded, read

if TYPE_CHECKING:
    import polars as pl

    from redact.pipeline import Engine, Tables

_Result = TypeVar("_Result")

BATCH_BYTES = 20_000_000
"""Most bytes of input that a batch holds: conditions cost the same for a small batch as for a large one, and memory
grows with it."""
LEAST_BATCH_BYTES = 2_000_000
"""Bytes that a batch holds where there are few, so that every process has work to the end."""
PARALLEL_FROM = 12_000_000
"""Bytes of input below which more processes cost more than they gain (each has its libraries to import)."""
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
        keep_text: keep the text of every document (for the audit folder).
        show_text: keep the text of documents with findings (for reports that show the lines around them).
    """

    rules: tuple[str, ...]
    as_of: date
    mode: str
    profile: dict[str, str]
    only: frozenset[str] | None
    keep_text: bool
    show_text: bool = True


def size_of(item: Input) -> int:
    """Bytes of an input; 0 where that cannot be told."""
    if item.size is not None:
        return item.size
    try:
        return os.stat(item.path).st_size if item.path is not None else 0
    except OSError:
        return 0


def batches(inputs: Sequence[Input], limit: int = BATCH_BYTES, n_workers: int = 1) -> Iterator[list[Input]]:
    """Inputs in order, in runs of about `limit` bytes.

    For several workers the last ones are smaller, so that all have work to the end.
    """
    most, left = limit, sum(map(size_of, inputs)) if n_workers > 1 else 0
    batch: list[Input] = []
    size = 0
    for item in inputs:
        n_bytes = size_of(item)
        if batch and size + n_bytes > most:
            yield batch
            left -= size
            if n_workers > 1:
                most = min(limit, max(LEAST_BATCH_BYTES, left // (2 * n_workers)))
            batch, size = [], 0
        batch.append(item)
        size += n_bytes
    if batch:
        yield batch


def documents_of(loaded: Sequence[Loaded]) -> pl.DataFrame:
    """Table `documents` of what was read."""
    import polars as pl

    from redact.tables import SCHEMAS

    return pl.DataFrame(
        {
            "doc": [item.doc for item in loaded],
            "sha256": [item.sha256 for item in loaded],
            "media_type": ["text/plain"] * len(loaded),
            "encoding": [item.encoding for item in loaded],
            "text": [item.text for item in loaded],
            "n_chars": [len(item.text) if item.text is not None else 0 for item in loaded],
            "parent": [None] * len(loaded),
            "unreadable": [item.unreadable for item in loaded],
        },
        schema=SCHEMAS["documents"],
    )


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


def audit_batch(job: Job, inputs: Sequence[Input]) -> Tables:
    """Read and audit one batch; a document on which the engine fails is reported as unreadable."""
    with without_collector():
        return _audit_loaded(job, [read(item) for item in inputs])


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
            results.append(_audit_together(job, part))
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as err:  # a panic of polars is no Exception
            if len(part) > 1:
                middle = len(part) // 2
                parts.extendleft((part[middle:], part[:middle]))
                continue
            failures += 1
            if failures > MOST_FAILURES or part[0].text is None:
                raise
            reason = f"the engine failed on it ({type(err).__name__}); please report it"
            results.append(_audit_together(job, [replace(part[0], text=None, unreadable=reason)]))
    return results[0] if len(results) == 1 else Tables(**merge(results))


def _audit_together(job: Job, loaded: Sequence[Loaded]) -> Tables:
    import polars as pl

    documents = documents_of(loaded)
    tables = engine_for(job.rules).audit(documents, as_of=job.as_of, mode=job.mode, profile=job.profile, only=job.only)
    if job.keep_text:
        return tables
    # Text is needed again only where a report shows the lines around a finding.
    shown = (
        tables.findings.get_column("doc").unique().implode() if job.show_text else pl.Series([[]], dtype=pl.List(str))
    )
    kept = pl.when(pl.col("doc").is_in(shown)).then(pl.col("text"))
    return replace(tables, documents=documents.with_columns(kept.alias("text")))


@contextmanager
def without_collector() -> Iterator[None]:
    """Without the cycle collector: imports and batches make millions of objects and next to no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def workers_for(inputs: Sequence[Input], jobs: int | None) -> int:
    """Processes that pay for an input, this one included: as asked, else one a core from `PARALLEL_FROM` bytes on."""
    if jobs is not None:
        return jobs
    if sum(size_of(item) for item in inputs) < PARALLEL_FROM:
        return 1
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def run(
    job: Job, inputs: Sequence[Input], jobs: int | None = None, done: Callable[[int], None] | None = None
) -> list[Tables]:
    """Audit all inputs; results in the order of the inputs whatever the number of processes.

    Args:
        job: what every batch needs.
        inputs: what to read.
        jobs: processes, this one included; None chooses by size.
        done: called with the number of documents of each batch that is finished.
    """
    n_workers = workers_for(inputs, jobs)
    total = sum(map(size_of, inputs))
    share = max(LEAST_BATCH_BYTES, total // (2 * n_workers)) if n_workers > 1 else BATCH_BYTES
    plan = list(batches(inputs, min(BATCH_BYTES, share), n_workers))
    finished: dict[int, list[Tables]] = {}

    def finish(number: int, tables: list[Tables]) -> None:
        finished[number] = tables
        if done is not None:
            done(len(plan[number]))

    queue = deque(range(len(plan)))
    if n_workers > 1 and len(plan) > 1:
        _run_shared(job, plan, queue, min(n_workers, len(plan)) - 1, finish)
    else:
        _be_interruptible()
        while queue:
            number = queue.popleft()
            finish(number, [audit_batch(job, plan[number])])
    return [tables for number in range(len(plan)) for tables in finished[number]]


def prepare(rules: tuple[str, ...], inputs: Sequence[Input], jobs: int | None = None) -> None:
    """Start the processes that `run` will use, so that they make themselves ready while this one does.

    Does nothing for an input that one process reads. May be left out; `run` then starts them.
    """
    n_children = workers_for(inputs, jobs) - 1
    if n_children > 0 and len(inputs) > 1 and not _PREPARED:
        team = _team(n_children)
        for _ in range(n_children):
            _submit(team.pool, _be_ready, rules)
        _PREPARED.append(team)


def _be_ready(rules: tuple[str, ...]) -> None:
    with without_collector():
        engine_for(rules)
    gc.freeze()  # what is there now stays until the end


def _run_shared(
    job: Job, plan: Sequence[Sequence[Input]], queue: deque[int], n_children: int,
    finish: Callable[[int, list[Tables]], None],
) -> None:  # fmt: skip
    """Work off a plan in this process and `n_children` others."""
    broken: list[int] = []
    with _pool(n_children) as pool:
        waiting: dict[Future[Tables], int] = {}
        is_dead = begun = False
        while queue or waiting:
            while queue and not is_dead and len(waiting) < n_children + begun:
                try:
                    waiting[_submit(pool, audit_batch, job, plan[queue[0]])] = queue[0]
                    queue.popleft()
                except BrokenProcessPool:
                    is_dead = True
            if not begun:
                _be_interruptible()
                begun = True
            if queue:
                number = queue.popleft()
                finish(number, [audit_batch(job, plan[number])])
            ready, _ = wait(waiting, timeout=0 if queue else None, return_when=FIRST_COMPLETED)
            for future in ready:
                number = waiting.pop(future)
                try:
                    finish(number, [future.result()])
                except BrokenProcessPool:
                    is_dead = True
                    broken.append(number)
    for number in sorted(broken):
        finish(number, _audit_isolated(job, plan[number]))


def _audit_isolated(job: Job, inputs: Sequence[Input]) -> list[Tables]:
    """Audit a batch over which a worker died, in a worker of its own; halves where that dies too."""
    with _pool(1, fresh=True) as pool:
        try:
            return [_submit(pool, audit_batch, job, inputs).result()]
        except BrokenProcessPool:
            pass
    if len(inputs) > 1:
        middle = len(inputs) // 2
        return [*_audit_isolated(job, inputs[:middle]), *_audit_isolated(job, inputs[middle:])]
    reason = "the process that read it was ended by the system; it may need more memory than there is"
    return [_audit_together(job, [Loaded(inputs[0].doc, None, None, None, reason)])]


@dataclass(frozen=True, slots=True)
class _Team:
    """Worker processes, and the children that this process had before them."""

    pool: ProcessPoolExecutor
    before: frozenset[int | None]


_PREPARED: list[_Team] = []


def _team(size: int) -> _Team:
    before = frozenset(child.pid for child in multiprocessing.active_children())
    # Threads of polars do not survive a fork, so each worker starts fresh.
    context = multiprocessing.get_context("spawn")
    return _Team(ProcessPoolExecutor(size, mp_context=context, initializer=_end_with_parent), before)


def _end_with_parent() -> None:
    """Let a worker end when its parent is gone: one that is killed cannot tell it."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _pool(size: int, *, fresh: bool = False) -> Iterator[ProcessPoolExecutor]:
    """Worker processes that leave interrupts to this one and do not outlive it."""
    team = _PREPARED.pop() if _PREPARED and not fresh else _team(size)
    try:
        yield team.pool
    finally:
        # Whatever was wanted of them is here by now; giving back their memory piece by piece would take a second.
        team.pool.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            if child.pid not in team.before:
                child.terminate()


def _submit(pool: ProcessPoolExecutor, function: Callable[..., _Result], /, *given: object) -> Future[_Result]:
    """Hand work to a pool. Workers are born here: they ignore interrupts and have one thread of polars each."""
    threads = os.environ.get("POLARS_MAX_THREADS")
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    main = threading.current_thread() is threading.main_thread()
    interrupts = signal.signal(signal.SIGINT, signal.SIG_IGN) if main else None
    try:
        return pool.submit(function, *given)
    finally:
        if main:
            signal.signal(signal.SIGINT, signal.default_int_handler if interrupts is None else interrupts)
        if threads is None:
            del os.environ["POLARS_MAX_THREADS"]


def _be_interruptible() -> None:
    """Let an interrupt end a read that waits: polars, when imported, has reads begin again instead."""
    if threading.current_thread() is threading.main_thread():
        import polars  # noqa: F401  (its handler is there only once it is imported)

        signal.siginterrupt(signal.SIGINT, True)
