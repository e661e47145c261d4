"""The audit folder: what an audit leaves behind, and what a review opens.

Written completely or not at all: everything is staged in a hidden sibling folder and swapped in at once. Decisions
(`reviews/`) and files that no audit wrote are carried over unchanged, as the same files, so that a reviewer who is
appending meanwhile loses nothing. What a killed audit left staged is taken away by the next one into the same folder.
"""

from __future__ import annotations

import ctypes
import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from glob import escape as glob_escape
from pathlib import Path
from typing import Any

import polars as pl

from redact.display import safe_line
from redact.document import Document
from redact.errors import UsageError
from redact.tables import SCHEMAS

RUN_FILE = "run.json"
REVIEWS = "reviews"
_OURS = (RUN_FILE, "findings.csv", "findings.jsonl")
_DOCUMENT_GROUP = 64  # documents a Parquet row group: reading one document's text reads no more than these
_FINDINGS_GROUP = 65_536
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h


@dataclass(frozen=True)
class AuditFolder:
    """An audit folder that was checked to be one; tables are read when asked for."""

    path: Path
    run: Mapping[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        """Name of the folder, as the audit's title."""
        return self.path.name or str(self.path)

    @property
    def as_of(self) -> str:
        """Day the audit was judged by, ISO 8601; empty where the run does not tell."""
        return str(self.run.get("as_of") or "")

    @property
    def reviews(self) -> Path:
        """Folder of the decisions; need not exist."""
        return self.path / REVIEWS

    def scan(self, table: str) -> pl.LazyFrame:
        """A table of `redact.tables`, not yet read.

        Raises:
            UsageError: the file is missing or has other columns.
        """
        path = self.path / f"{table}.parquet"
        wanted = SCHEMAS[table]
        try:
            frame = pl.scan_parquet(path)
            found = frame.collect_schema()
        except (OSError, pl.exceptions.PolarsError) as err:
            raise UsageError(f"{_shown(path)}: cannot be read as the table {table}; run the audit again") from err
        lacking = [name for name, dtype in wanted.items() if found.get(name) != dtype]
        if lacking:
            raise UsageError(
                f"{_shown(path)}: not the table {table} of this version (differs in {', '.join(lacking[:3])}); "
                "run the audit again"
            )
        return frame.select(wanted.names())

    def read(self, table: str) -> pl.DataFrame:
        """A table of `redact.tables`, whole.

        Raises:
            UsageError: as `scan`.
        """
        try:
            return self.scan(table).collect()
        except pl.exceptions.PolarsError as err:
            raise UsageError(f"{_shown(self.path / table)}.parquet: damaged; run the audit again") from err

    def document(self, doc: str) -> Document | None:
        """A document with its text, read on demand; None where it could not be read or its text was not kept."""
        lazy = self.scan("documents").filter(pl.col("doc") == doc).select("text")
        try:
            texts = lazy.collect()["text"]
        except pl.exceptions.PolarsError as err:
            raise UsageError(f"{_shown(self.path)}: documents.parquet is damaged; run the audit again") from err
        if texts.is_empty():
            return None
        if texts[0] is None:
            return self._original(doc)
        return Document.of(doc, str(texts[0]))

    def _original(self, doc: str) -> Document | None:
        """The file that was audited, where it still has the digest it had then; for folders without texts."""
        from redact.sources import Input, read

        for item in self.run.get("inputs", ()):
            if isinstance(item, dict) and item.get("doc") == doc and item.get("path") and item.get("sha256"):
                loaded = read(Input(doc, Path(str(item["path"]))))
                if loaded.text is not None and loaded.sha256 == item["sha256"]:
                    return Document.of(doc, loaded.text)
        return None


def read(directory: Path) -> AuditFolder:
    """Open an audit folder.

    Raises:
        UsageError: there is no such folder, or it is none that an audit wrote.
    """
    directory = Path(directory)
    shown = _shown(directory)
    how = "write one with: redact audit PATH --output DIR"
    if not directory.is_dir():
        raise UsageError(f"{shown}: no such folder; {how}")
    try:
        run = json.loads((directory / RUN_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{shown}: not an audit folder (it has no {RUN_FILE}); {how}") from None
    except (OSError, ValueError) as err:
        raise UsageError(f"{shown}: not an audit folder ({RUN_FILE} cannot be read); {how}") from err
    if not isinstance(run, dict):
        raise UsageError(f"{shown}: not an audit folder ({RUN_FILE} holds no run); {how}")
    folder = AuditFolder(directory.resolve(), run)
    for table in SCHEMAS:
        folder.scan(table)
    return folder


def write(
    result_tables: Mapping[str, pl.DataFrame],
    directory: Path,
    run: Mapping[str, object],
    *,
    text: bool = True,
    extra_files: Mapping[str, bytes] | None = None,
) -> None:
    """Write an audit folder, completely or not at all.

    Args:
        result_tables: the tables of `redact.tables.SCHEMAS`, by name.
        directory: folder to write; it may exist if it is empty or an audit folder. Its `reviews/` and any file that
            the earlier audit did not write stay as they are.
        run: what is stored as `run.json`; the names of the files written are added under `files`.
        text: keep the documents' text; without it the review can show no document.
        extra_files: further files by name (`findings.csv`).
    Raises:
        UsageError: the folder holds something else, or cannot be written.
    """
    target = Path(directory)
    if target.is_symlink():
        target = target.resolve()
    carried = _carried(target)
    files: dict[str, bytes] = dict(extra_files or {})
    for name in files:
        if Path(name).name != name or name in (RUN_FILE, REVIEWS):
            raise UsageError(f"{safe_line(name)}: not a name for a file of an audit folder")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        with _staged(target) as stage:
            stage.chmod(target.stat().st_mode & 0o7777 if target.exists() else 0o777 & ~_umask())
            for name, schema in SCHEMAS.items():
                _write_table(stage, name, result_tables[name].select(schema.names()).cast(schema), text=text)
            for name, content in files.items():
                (stage / name).write_bytes(content)
            written = sorted([*(f"{name}.parquet" for name in SCHEMAS), *files, RUN_FILE])
            record = json.dumps({**run, "files": written}, ensure_ascii=False, indent=1, sort_keys=True, default=str)
            (stage / RUN_FILE).write_text(record + "\n", encoding="utf-8")
            for path in stage.iterdir():
                _sync(path)
            _swap(stage, target, carried)
    except OSError as err:
        reason = err.strerror or str(err)
        raise UsageError(f"{_shown(target)}: cannot be written ({safe_line(reason)})") from err


def _prefix(target: Path) -> str:
    return f".{target.name}.redact-"


@contextmanager
def _staged(target: Path) -> Iterator[Path]:
    """A hidden sibling of the target, locked as long as this process writes to it, gone afterwards."""
    lock = None
    # Named before it is made: a signal that comes between the two must not leave it there.
    stage = target.parent / f"{_prefix(target)}{secrets.token_hex(8)}"
    try:
        for _ in range(3):  # another audit may take a folder away between its making and its lock
            stage.mkdir(mode=0o700)
            lock = _lock(stage, wait=True)
            if stage.exists():
                break
        yield stage
    finally:
        if stage.exists():
            shutil.rmtree(stage, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _lock(folder: Path, *, wait: bool = False) -> int | None:
    """Lock a folder; the system unlocks it however this process ends. None where another holds it, or none can."""
    descriptor = None
    try:
        import fcntl

        descriptor = os.open(folder, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except (ImportError, OSError):
        if descriptor is not None:
            os.close(descriptor)
        return None
    return descriptor


def _sweep(target: Path) -> None:
    """Take away what a killed audit into the same folder left: it holds the documents' text where nobody looks."""
    for path in target.parent.glob(f"{glob_escape(_prefix(target))}*"):
        lock = None if path.is_symlink() or not path.is_dir() else _lock(path)
        if lock is None:
            continue
        with suppress(OSError):
            if all(item.stat().st_nlink > 1 for item in _foreign(path)):
                shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def _foreign(folder: Path) -> Iterator[Path]:
    """Files of a staged folder that no audit wrote; with a second link they stand in the audit folder as well."""
    for path in folder.rglob("*"):
        ours = path.parent == folder and (path.suffix == ".parquet" or path.name in _OURS)
        if not ours and (path.is_symlink() or not path.is_dir()):
            yield path


def _write_table(stage: Path, name: str, frame: pl.DataFrame, *, text: bool) -> None:
    if name == "documents" and not text:
        frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias("text"))
    group = _DOCUMENT_GROUP if name == "documents" else _FINDINGS_GROUP
    frame.write_parquet(stage / f"{name}.parquet", compression="zstd", row_group_size=group, statistics=True)


def _carried(target: Path) -> list[str]:
    """Names in an existing folder that stay: decisions, and files that no audit wrote."""
    if not target.exists():
        return []
    if not target.is_dir():
        raise UsageError(f"{_shown(target)}: is a file; name a folder to write the audit to")
    try:
        names = sorted(path.name for path in target.iterdir())
    except OSError as err:
        raise UsageError(f"{_shown(target)}: cannot be read ({err.strerror})") from err
    if not names or names == [REVIEWS]:
        return names
    try:
        run = json.loads((target / RUN_FILE).read_text(encoding="utf-8"))
        ours = {str(name) for name in run["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(
            f"{_shown(target)}: not empty and not an audit folder; name a new folder, nothing was written"
        ) from None
    return [name for name in names if name not in ours]


def _swap(stage: Path, target: Path, carried: list[str]) -> None:
    """Put the staged folder in the place of the target; hard links keep carried files the same files throughout."""
    if not target.exists():
        stage.rename(target)
        return
    unlinked = [name for name in carried if not _link_tree(target / name, stage / name)]
    if _exchange(stage, target):
        old = stage
    else:
        old = Path(tempfile.mkdtemp(prefix=_prefix(target), dir=target.parent))
        target.rename(old)
        try:
            stage.rename(target)
        except OSError:
            old.rename(target)
            raise
    for name in unlinked:
        (old / name).rename(target / name)
    _link_late(old / REVIEWS, target / REVIEWS)
    shutil.rmtree(old, ignore_errors=True)


def _link_tree(source: Path, copy: Path) -> bool:
    """Hard-link a file or folder; False, and nothing left behind, where the file system has no hard links."""
    try:
        if source.is_dir() and not source.is_symlink():
            copy.mkdir()
            shutil.copystat(source, copy)
            return all(_link_tree(path, copy / path.name) for path in source.iterdir()) or _discard(copy)
        os.link(source, copy, follow_symlinks=False)
    except OSError:
        return _discard(copy)
    return True


def _discard(path: Path) -> bool:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
    return False


def _link_late(old: Path, new: Path) -> None:
    """Carry over decision files that a reviewer created while the audit was being swapped in."""
    if not old.is_dir():
        return
    new.mkdir(exist_ok=True)
    for path in old.iterdir():
        if not (new / path.name).exists():
            path.rename(new / path.name)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step where the system can (renameat2 of Linux); False where it cannot."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    status = renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return int(status) == 0


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _shown(path: Path) -> str:
    return safe_line(str(path))
