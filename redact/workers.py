"""Reading and auditing in batches, in this process or in several: the edge between files and the pure engine.

The input is cut into pieces that the processes take one after the other, this one too; what a process has taken it
checks together. A document on which the engine fails, or over which a worker dies, becomes a finding; the others of its
batch are audited without it.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from redact.sources import Input, Loaded, read

if TYPE_CHECKING:
    import polars as pl

    from redact.pipeline import Batch, Engine, Tables

_Result = TypeVar("_Result")

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
PATIENCE = 10.0
"""Seconds after which a process gives up asking for more work: one that was killed while it asked cannot be waited
for. What is left then is audited by this process."""
AWAKE = 0.001
"""Seconds after which this process lets the thread that receives results have its turn, while it audits itself; with
the usual 5 ms a worker waits longer to be rid of a batch than the batch takes to send."""
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
        keep_rows: keep the tables of spans, portions, redactions and links.
    """

    rules: tuple[str, ...]
    as_of: date
    mode: str
    profile: dict[str, str]
    only: frozenset[str] | None
    keep_text: bool
    show_text: bool = True
    keep_rows: bool = True


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
            results.append(_audit_together(job, part))
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
            results.append(_audit_together(job, [replace(part[0], text=None, unreadable=reason)]))
    return results[0] if len(results) == 1 else Tables(**merge(results))


def _audit_together(job: Job, loaded: Sequence[Loaded]) -> Tables:
    from redact.pipeline import Batch

    batch = Batch(engine_for(job.rules))
    batch.add(documents_of(loaded), [item.text for item in loaded])
    return _checked(job, batch)


def _checked(job: Job, batch: Batch) -> Tables:
    """The tables of what a batch has read; texts only where they are needed again."""
    import polars as pl

    tables = batch.tables(as_of=job.as_of, mode=job.mode, profile=job.profile, only=job.only)
    if not job.keep_rows:
        tables = replace(tables, **{name: getattr(tables, name).clear() for name in _ROWS})
    if not (job.keep_text or job.show_text):
        return tables
    docs = tables.documents.get_column("doc").to_list()
    # A report shows the lines around a finding.
    shown = set(docs if job.keep_text else tables.findings.get_column("doc"))
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
        _be_interruptible()
        results, turn = [], _Turn()
        while (batch := _audit_taken(job, plan, turn, report)) is not None:
            results.append(batch.tables)
    report.all_done()
    return results


class _Turn:
    """Numbers from 0 on, each given once."""

    def __init__(self) -> None:
        self._next = 0

    def take(self) -> int | None:
        """The next number; None where it cannot be told."""
        self._next += 1
        return self._next - 1


class _SharedTurn(_Turn):
    """The same among processes; handed on to a process when it starts."""

    def __init__(self) -> None:
        self._value = multiprocessing.get_context("spawn").Value("q", 0)

    def take(self) -> int | None:
        """The next number; None where another process was killed while it took one."""
        lock = self._value.get_lock()
        if not lock.acquire(timeout=PATIENCE):
            return None
        try:
            number: int = self._value.value
            self._value.value = number + 1
            return number
        finally:
            lock.release()


class _Progress:
    """Tells how many documents were read: those of the pieces before the one that was taken last."""

    def __init__(self, plan: Sequence[Sequence[Input]], done: Callable[[int], None] | None) -> None:
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


def _audit_taken(
    job: Job, plan: Sequence[Sequence[Input]], turn: _Turn, report: _Progress | None = None
) -> _Audited | None:
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
    if n_workers > 1 and not _PREPARED:
        plan = pieces(inputs, n_workers)
        n_children = min(n_workers, len(plan)) - 1
        if n_children > 0:
            team = _team(n_children, plan)
            for _ in range(n_children):
                _submit(team.pool, _be_ready, rules)
            _PREPARED.append(team)


def _be_ready(rules: tuple[str, ...]) -> None:
    engine_for(rules)


def _run_shared(job: Job, plan: Sequence[list[Input]], n_children: int, report: _Progress) -> list[Tables]:
    """Work off a plan in this process and `n_children` others; one result, in the order of the plan."""
    results: list[_Audited] = []
    packed: list[_Packed] = []
    with _pool(n_children, plan) as team:
        waiting: list[Future[_Packed | None]] = []
        is_dead = False

        def ask() -> None:
            """Have two batches asked for a process: it begins the second while this one has no time for it."""
            nonlocal is_dead
            try:
                while not is_dead and len(waiting) < 2 * n_children:
                    waiting.append(_submit(team.pool, _audit_share, job))
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
        _be_interruptible()
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


def _in_order(results: Sequence[_Audited], plan: Sequence[Sequence[Input]]) -> Tables:
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


_MEMBERSHIP: list[tuple[Sequence[Sequence[Input]], _Turn]] = []
"""In a worker: the plan of its team and whose turn it is."""


def _audit_share(job: Job) -> _Packed | None:
    """In a worker: audit what it can take of the plan."""
    batch = _audit_taken(job, *_MEMBERSHIP[0])
    return _packed(batch) if batch is not None else None


def _audit_isolated(job: Job, inputs: Sequence[Input]) -> list[Tables]:
    """Audit a batch over which a worker died, in a worker of its own; halves where that dies too."""
    with _pool(1) as team:
        try:
            return [_submit(team.pool, audit_batch, job, [inputs]).result()]
        except BrokenProcessPool:
            pass
    if len(inputs) > 1:
        middle = len(inputs) // 2
        return [*_audit_isolated(job, inputs[:middle]), *_audit_isolated(job, inputs[middle:])]
    reason = "the process that read it was ended by the system; it may need more memory than there is"
    return [_audit_together(job, [Loaded(inputs[0].doc, None, None, None, reason)])]


@dataclass(frozen=True, slots=True)
class _Team:
    """Worker processes, the plan they work off with this one, and the children that this process had before them."""

    pool: ProcessPoolExecutor
    plan: Sequence[Sequence[Input]]
    turn: _Turn
    before: frozenset[int | None]


_PREPARED: list[_Team] = []


def _team(size: int, plan: Sequence[Sequence[Input]] = ()) -> _Team:
    before = frozenset(child.pid for child in multiprocessing.active_children())
    # Threads of polars do not survive a fork, so each worker starts fresh.
    context = multiprocessing.get_context("spawn")
    turn = _SharedTurn()
    return _Team(
        ProcessPoolExecutor(size, mp_context=context, initializer=_join, initargs=(plan, turn)), plan, turn, before
    )


def _join(plan: Sequence[Sequence[Input]], turn: _Turn) -> None:
    """Make this process a worker. It never collects: batches leave a few dozen objects in cycles, among millions."""
    gc.disable()
    _end_with_parent()
    _MEMBERSHIP[:] = [(plan, turn)]


def _end_with_parent() -> None:
    """Let a worker end when its parent is gone: one that is killed cannot tell it."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _pool(size: int, plan: Sequence[Sequence[Input]] = ()) -> Iterator[_Team]:
    """Worker processes that leave interrupts to this one and do not outlive it; those that are ready for the plan."""
    team = _PREPARED.pop() if _PREPARED and plan else _team(size, plan)
    try:
        if plan and team.plan != plan:
            _end(team)
            team = _team(size, plan)
        yield team
    finally:
        _end(team)


def _end(team: _Team) -> None:
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
