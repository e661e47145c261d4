"""An input audited in this process or in several: pieces handed out, results put in order.

The input is cut into pieces that the processes take one after the other, this one too; what a process has taken it
checks together. A document over which a worker dies becomes a finding; the others are audited without it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, fields
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING

from redact.batches import Job, audit_batch, audit_together, engine_for
from redact.sources import Input, Loaded
from redact.team import MEMBERSHIP, PREPARED, Plan, Turn, be_interruptible, make_team, submit, team_for

if TYPE_CHECKING:
    from redact.pipeline import Tables

BATCH_BYTES = 20_000_000
"""Bytes of input after which a process checks what it has read: conditions cost the same for little as for much, and
memory grows with it."""
PIECE_BYTES = 10_000_000
"""Most bytes that a process takes at once."""
LEAST_PIECE_BYTES = 400_000
"""Bytes that it takes where little is left, so that all have work to the end."""
PIECES_LEFT = 4
"""Pieces into which each process would cut what is left."""
PARALLEL_FROM = 12_000_000
"""Bytes of input below which more processes cost more than they gain (each has its libraries to import)."""
AWAKE = 0.001
"""Seconds after which this process lets the thread that receives results have its turn, while it audits itself; with
the usual 5 ms a worker waits longer to be rid of a batch than the batch takes to send."""


def size_of(item: Input) -> int:
    """Bytes of an input; 0 where that cannot be told."""
    if item.size is not None:
        return item.size
    try:
        return os.stat(item.path).st_size if item.path is not None else 0
    except OSError:
        return 0


def pieces(inputs: Sequence[Input], n_workers: int = 1) -> list[list[Input]]:
    """Inputs in order, in runs that processes take one after the other: ever smaller ones, so that all end together."""
    left = sum(map(size_of, inputs))
    cut: list[list[Input]] = []
    piece: list[Input] = []
    size = 0
    for item in inputs:
        n_bytes = size_of(item)
        if piece and size + n_bytes > min(PIECE_BYTES, max(LEAST_PIECE_BYTES, left // (PIECES_LEFT * n_workers))):
            cut.append(piece)
            left -= size
            piece, size = [], 0
        piece.append(item)
        size += n_bytes
    return [*cut, piece] if piece else cut


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
        done: called with the number of documents that were read since it was called last.
    """
    n_workers = workers_for(inputs, jobs)
    plan = pieces(inputs, n_workers)
    n_children = min(n_workers, len(plan)) - 1
    report = _Progress(plan, done)
    if n_children > 0:
        results = _run_shared(job, plan, n_children, report)
    else:
        be_interruptible()
        results, turn = [], Turn()
        while (batch := _audit_taken(job, plan, turn, report)) is not None:
            results.append(batch.tables)
    report.all_done()
    return results


class _Progress:
    """Tells how many documents were read: those of the pieces before the one that was taken last."""

    def __init__(self, plan: Plan, done: Callable[[int], None] | None) -> None:
        self._counts = [len(piece) for piece in plan]
        self._done = done
        self._told = 0

    def tell(self, number: int) -> None:
        """Piece `number` was taken."""
        if self._done is not None and (more := sum(self._counts[self._told : number])):
            self._told = number
            self._done(more)

    def all_done(self) -> None:
        """Every piece was read."""
        self.tell(len(self._counts))


@dataclass(frozen=True, slots=True)
class _Audited:
    """What one batch gave, and the numbers of the pieces in it."""

    numbers: tuple[int, ...]
    tables: Tables


@dataclass(frozen=True, slots=True)
class _Packed:
    """The same on its way from another process: tables as compressed Arrow files, a tenth of their size."""

    numbers: tuple[int, ...]
    files: Mapping[str, bytes]


def _packed(audited: _Audited) -> _Packed:
    files: dict[str, bytes] = {}
    for item in fields(audited.tables):
        getattr(audited.tables, item.name).write_ipc(file := BytesIO(), compression="zstd")
        files[item.name] = file.getvalue()
    return _Packed(audited.numbers, files)


def _unpacked(packed: _Packed) -> _Audited:
    import polars as pl

    from redact.pipeline import Tables

    return _Audited(packed.numbers, Tables(**{name: pl.read_ipc(file) for name, file in packed.files.items()}))


def _audit_taken(job: Job, plan: Plan, turn: Turn, report: _Progress | None = None) -> _Audited | None:
    """Take pieces of a plan until they make a batch, and audit them; None where none is left."""
    numbers: list[int] = []
    first = turn.take()
    if first is None or first >= len(plan):
        return None

    def parts() -> Iterator[Sequence[Input]]:
        size = 0
        number: int | None = first
        while number is not None and number < len(plan):
            if report is not None:
                report.tell(number)
            numbers.append(number)
            size += sum(map(size_of, plan[number]))
            yield plan[number]
            number = turn.take() if size < BATCH_BYTES else None

    tables = audit_batch(job, parts())
    return _Audited(tuple(numbers), tables)


def prepare(rules: tuple[str, ...], inputs: Sequence[Input], jobs: int | None = None) -> None:
    """Start the processes that `run` will use, so that they make themselves ready while this one does.

    Does nothing for an input that one process reads. May be left out; `run` then starts them.
    """
    n_workers = workers_for(inputs, jobs)
    if n_workers > 1 and not PREPARED:
        plan = pieces(inputs, n_workers)
        n_children = min(n_workers, len(plan)) - 1
        if n_children > 0:
            team = make_team(n_children, plan)
            for _ in range(n_children):
                submit(team.pool, _be_ready, rules)
            PREPARED.append(team)


def _be_ready(rules: tuple[str, ...]) -> None:
    engine_for(rules)


def _run_shared(job: Job, plan: Sequence[list[Input]], n_children: int, report: _Progress) -> list[Tables]:
    """Work off a plan in this process and `n_children` others; one result, in the order of the plan."""
    results: list[_Audited] = []
    packed: list[_Packed] = []
    with team_for(n_children, plan) as team:
        waiting: list[Future[_Packed | None]] = []
        is_dead = False

        def ask() -> None:
            """Have two batches asked for a process: it begins the second while this one has no time for it."""
            nonlocal is_dead
            try:
                while not is_dead and len(waiting) < 2 * n_children:
                    waiting.append(submit(team.pool, _audit_share, job))
            except BrokenProcessPool:
                is_dead = True

        def receive(future: Future[_Packed | None]) -> bool:
            """Take what a process gave; whether there may be more."""
            nonlocal is_dead
            waiting.remove(future)
            try:
                batch = future.result()
            except BrokenProcessPool:
                is_dead = True
                return False
            if batch is not None:
                packed.append(batch)
            return batch is not None

        ask()
        be_interruptible()
        with _awake():
            while (own := _audit_taken(job, plan, team.turn, report)) is not None:
                results.append(own)
                came = [receive(future) for future in tuple(waiting) if future.done()]
                if all(came):
                    ask()
        while waiting:
            receive(waiting[0])
    results += map(_unpacked, packed)
    # A worker that died took its pieces with it.
    lost = sorted(set(range(len(plan))) - {number for batch in results for number in batch.numbers})
    for number in lost:
        results += (_Audited((number,), tables) for tables in _audit_isolated(job, plan[number]))
    return [_in_order(results, plan)]


@contextmanager
def _awake() -> Iterator[None]:
    """While results are received besides other work."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(AWAKE)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _in_order(results: Sequence[_Audited], plan: Plan) -> Tables:
    """Batches as one, with the documents in the order of the plan."""
    import polars as pl

    from redact.auditing import merge
    from redact.pipeline import Tables

    ordered = sorted(results, key=lambda batch: batch.numbers)
    merged = merge([batch.tables for batch in ordered])
    numbers = [number for batch in ordered for number in batch.numbers]
    if numbers == sorted(numbers):
        return Tables(**merged)
    places = pl.DataFrame({"doc": [item.doc for item in chain.from_iterable(plan)]}).with_row_index("place")
    for name, frame in merged.items():
        placed = frame.join(places, on="doc", how="left", maintain_order="left")
        merged[name] = placed.sort("place", maintain_order=True).drop("place")
    return Tables(**merged)


def _audit_share(job: Job) -> _Packed | None:
    """In a worker: audit what it can take of the plan."""
    batch = _audit_taken(job, *MEMBERSHIP[0])
    return _packed(batch) if batch is not None else None


def _audit_isolated(job: Job, inputs: Sequence[Input]) -> list[Tables]:
    """Audit a batch over which a worker died, in a worker of its own; halves where that dies too."""
    with team_for(1) as team:
        try:
            return [submit(team.pool, audit_batch, job, [inputs]).result()]
        except BrokenProcessPool:
            pass
    if len(inputs) > 1:
        middle = len(inputs) // 2
        return [*_audit_isolated(job, inputs[:middle]), *_audit_isolated(job, inputs[middle:])]
    reason = "the process that read it was ended by the system; it may need more memory than there is"
    return [audit_together(job, [Loaded(inputs[0].doc, None, None, None, reason)])]
