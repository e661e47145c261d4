"""The review logs of an audit folder: one file a reviewer, only ever appended to, read again as it grows."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from redact.errors import UsageError
from redact.review.events import Event, file_name, parse


@dataclass
class _Tail:
    """How far one file was read."""

    stamp: tuple[int, int] = (-1, -1)  # mtime in ns, size
    offset: int = 0
    lines: int = 0
    latest: str = ""


@dataclass
class ReviewLog:
    """The decisions of every reviewer of one audit folder.

    Attributes:
        directory: folder `reviews/`; made when the first decision is written.
        reviewer: whose decisions `append` writes.
        notices: sentences about lines that could not be read; they are kept and skipped.
    """

    directory: Path
    reviewer: str
    notices: list[str] = field(default_factory=list)
    _tails: dict[str, _Tail] = field(default_factory=dict, repr=False)
    _count: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        self.path = self.directory / file_name(self.reviewer)

    def append(self, events: Sequence[Event]) -> None:
        """Write events at the end of the reviewer's file and wait until they are on disk.

        The whole batch is one write to a file opened for appending, so that lines of two sessions never mix. Should
        the last line be torn, it is ended first: what follows must not be glued to it.

        Raises:
            UsageError: the file cannot be written; nothing was decided.
        """
        content = "".join(event.line() for event in events).encode("ascii")
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
            try:
                # Another session may be half way through a write; without a lock its line would look torn. Where the
                # file system has no locks, the worst is an empty line, which reading skips.
                with contextlib.suppress(OSError):
                    fcntl.flock(descriptor, fcntl.LOCK_EX)
                size = os.fstat(descriptor).st_size
                if size and os.pread(descriptor, 1, size - 1) != b"\n":
                    content = b"\n" + content
                view = memoryview(content)
                while view:
                    view = view[os.write(descriptor, view) :]
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as err:
            raise UsageError(
                f"Not stored: {self.path.name} cannot be written ({err.strerror}). Nothing was decided."
            ) from err

    def poll(self) -> tuple[list[Event], bool]:
        """Events that were added to any file since the last call, oldest first.

        Returns:
            The events, and whether a file shrank or vanished, so that everything must be read anew: then the events
            are all events of all files.
        """
        stamps: dict[str, tuple[int, int]] = {}
        for path in self._files():
            try:
                status = path.stat()
            except OSError:
                continue
            stamps[path.name] = (status.st_mtime_ns, status.st_size)
        shrunk = any(name not in stamps or stamps[name][1] < tail.offset for name, tail in self._tails.items())
        if shrunk:
            self._tails.clear()
        added: list[Event] = []
        for name, stamp in stamps.items():
            tail = self._tails.setdefault(name, _Tail())
            if tail.stamp != stamp:
                added.extend(self._read(name, tail))
                tail.stamp = stamp
        added.sort(key=lambda event: event.order)
        return added, shrunk

    def _files(self) -> list[Path]:
        try:
            return sorted(path for path in self.directory.iterdir() if path.suffix == ".jsonl")
        except OSError:
            return []

    def _read(self, name: str, tail: _Tail) -> list[Event]:
        try:
            with (self.directory / name).open("rb") as stream:
                stream.seek(tail.offset)
                content = stream.read()
        except OSError as err:
            self.notices.append(f"{name}: cannot be read ({err.strerror}); its decisions are not shown")
            return []
        first = tail.offset == 0
        end = content.rfind(b"\n") + 1
        if first and end < len(content):
            self.notices.append(f"{name}: its last line is cut off; it is kept and skipped")
        events: list[Event] = []
        for raw in content[:end].split(b"\n")[:-1]:
            tail.lines += 1
            if not raw.strip():
                continue
            try:
                event = parse(raw.decode("utf-8"))
            except ValueError:
                self.notices.append(f"{name}: line {tail.lines} cannot be read; it is kept and skipped")
                continue
            tail.latest = max(tail.latest, event.at)
            self._count += 1
            events.append(replace(event, order=(tail.latest, self._count)))
        tail.offset += end
        return events
