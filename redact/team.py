"""Worker processes: how they begin and end, and whose turn it is."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from redact.sources import Input

_Result = TypeVar("_Result")
Plan = Sequence[Sequence[Input]]
"""Pieces of an input, in order."""

PATIENCE = 10.0
"""Seconds after which a process gives up asking for more work: one that was killed while it asked cannot be waited
for. What is left then is audited by this process."""


class Turn:
    """Numbers from 0 on, each given once."""

    def __init__(self) -> None:
        self._next = 0

    def take(self) -> int | None:
        """The next number; None where it cannot be told."""
        self._next += 1
        return self._next - 1


class SharedTurn(Turn):
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


@dataclass(frozen=True, slots=True)
class Team:
    """Worker processes, the plan they work off with this one, and the children that this process had before them."""

    pool: ProcessPoolExecutor
    plan: Plan
    turn: Turn
    before: frozenset[int | None]


PREPARED: list[Team] = []
"""Workers that make themselves ready for a run."""
MEMBERSHIP: list[tuple[Plan, Turn]] = []
"""In a worker: the plan of its team and whose turn it is."""


def make_team(size: int, plan: Plan = ()) -> Team:
    before = frozenset(child.pid for child in multiprocessing.active_children())
    # Threads of polars do not survive a fork, so each worker starts fresh.
    context = multiprocessing.get_context("spawn")
    turn = SharedTurn()
    return Team(
        ProcessPoolExecutor(size, mp_context=context, initializer=_join, initargs=(plan, turn)), plan, turn, before
    )


def _join(plan: Plan, turn: Turn) -> None:
    """Make this process a worker. It never collects: batches leave a few dozen objects in cycles, among millions."""
    gc.disable()
    _end_with_parent()
    MEMBERSHIP[:] = [(plan, turn)]


def _end_with_parent() -> None:
    """Let a worker end when its parent is gone: one that is killed cannot tell it."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def team_for(size: int, plan: Plan = ()) -> Iterator[Team]:
    """Worker processes that leave interrupts to this one and do not outlive it; those that are ready for the plan."""
    team = PREPARED.pop() if PREPARED and plan else make_team(size, plan)
    try:
        if plan and team.plan != plan:
            _end(team)
            team = make_team(size, plan)
        yield team
    finally:
        _end(team)


def _end(team: Team) -> None:
    # Whatever was wanted of them is here by now; giving back their memory piece by piece would take a second.
    team.pool.shutdown(wait=False, cancel_futures=True)
    for child in multiprocessing.active_children():
        if child.pid not in team.before:
            child.terminate()


def submit(pool: ProcessPoolExecutor, function: Callable[..., _Result], /, *given: object) -> Future[_Result]:
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


def be_interruptible() -> None:
    """Let an interrupt end a read that waits: polars, when imported, has reads begin again instead."""
    if threading.current_thread() is threading.main_thread():
        import polars  # noqa: F401  (its handler is there only once it is imported)

        signal.siginterrupt(signal.SIGINT, True)
