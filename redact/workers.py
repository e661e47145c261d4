"""Reading and auditing in batches, in this process or in several: the edge between files and the pure engine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from typing import TYPE_CHECKING

from redact.sources import Input, Loaded, read

if TYPE_CHECKING:
    import polars as pl

    from redact.pipeline import Engine, Tables

BATCH_BYTES = 6_000_000
"""Bytes of input a batch holds: large enough that a frame operation costs little a document, small enough for memory."""
PARALLEL_FROM = 16_000_000
"""Bytes of input below which more processes cost more than they gain (each has its libraries to import)."""


@dataclass(frozen=True, slots=True)
class Job:
    """What every batch of a run needs."""

    rules: tuple[str, ...]
    as_of: date
    mode: str
    profile: dict[str, str]
    only: frozenset[str] | None
    keep_text: bool


def size_of(item: Input) -> int:
    """Bytes of an input; 0 where that cannot be told."""
    try:
        return item.path.stat().st_size if item.path is not None else 0
    except OSError:
        return 0


def batches(inputs: Sequence[Input], limit: int = BATCH_BYTES) -> Iterator[list[Input]]:
    """Inputs in order, in runs of about `limit` bytes."""
    batch: list[Input] = []
    size = 0
    for item in inputs:
        n_bytes = size_of(item)
        if batch and size + n_bytes > limit:
            yield batch
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

        _ENGINES[rules] = Engine(load_rulebook(rules))
    return _ENGINES[rules]


def audit_batch(job: Job, inputs: Sequence[Input]) -> Tables:
    """Read and audit one batch."""
    from dataclasses import replace

    import polars as pl

    documents = documents_of([read(item) for item in inputs])
    tables = engine_for(job.rules).audit(
        documents, as_of=job.as_of, mode=job.mode, profile=job.profile, only=job.only
    )
    if job.keep_text:
        return tables
    # Text is needed again only where a report shows the lines around a finding.
    shown = tables.findings.get_column("doc").unique().implode()
    kept = pl.when(pl.col("doc").is_in(shown)).then(pl.col("text"))
    return replace(tables, documents=documents.with_columns(kept.alias("text")))


def workers_for(inputs: Sequence[Input], jobs: int | None) -> int:
    """Processes that pay for an input: as asked, else one a core from `PARALLEL_FROM` bytes on."""
    if jobs is not None:
        return jobs
    if sum(size_of(item) for item in inputs) < PARALLEL_FROM:
        return 1
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def run(job: Job, inputs: Sequence[Input], jobs: int | None = None, done: Callable[[int], None] | None = None) -> list[Tables]:
    """Audit all inputs; results in the order of the inputs whatever the number of processes.

    Args:
        job: what every batch needs.
        inputs: what to read.
        jobs: processes; None chooses by size.
        done: called with the number of documents of each batch that is finished.
    """
    n_workers = workers_for(inputs, jobs)
    plan = list(batches(inputs))
    if n_workers <= 1 or len(plan) <= 1:
        results = []
        for batch in plan:
            results.append(audit_batch(job, batch))
            if done is not None:
                done(len(batch))
        return results
    # Threads of polars do not survive a fork, so each worker starts fresh; each gets one thread of polars, since the
    # processes already use every core.
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    finished: dict[int, Tables] = {}
    with ProcessPoolExecutor(n_workers, mp_context=get_context("spawn")) as pool:
        waiting: dict[Future[Tables], int] = {}
        ahead = iter(enumerate(plan))
        try:
            while True:
                while len(waiting) < n_workers + 2 and (item := next(ahead, None)) is not None:
                    waiting[pool.submit(audit_batch, job, item[1])] = item[0]
                if not waiting:
                    break
                ready, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in ready:
                    number = waiting.pop(future)
                    finished[number] = future.result()
                    if done is not None:
                        done(len(plan[number]))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [finished[number] for number in range(len(plan))]
