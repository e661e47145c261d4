"""The edge towards files: what a PATH argument names, and bytes turned into text."""

from __future__ import annotations

import glob
import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from redact.errors import UsageError

TEXT_SUFFIXES = frozenset({"", ".txt", ".text", ".asc", ".md", ".log", ".cable", ".ocr"})
"""Suffixes read as text when they are met in a folder; a file that is named directly is always tried."""
OTHER_FORMATS = frozenset({
    ".pdf", ".doc", ".docx", ".odt", ".rtf", ".eml", ".msg", ".mbox", ".xls", ".xlsx", ".ods", ".csv", ".tsv", ".zip",
    ".tar", ".gz", ".7z", ".tif", ".tiff", ".jpg", ".jpeg", ".png", ".htm", ".html", ".xml", ".json", ".jsonl",
    ".parquet", ".ppt", ".pptx",
})  # fmt: skip
"""Formats of records that are not read yet: counted as skipped in a folder, a finding when named directly."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read.

    Attributes:
        doc: its name in the audit.
        path: where it lies; None for standard input.
        named: it was named directly, not met in a folder.
        size: its bytes when it was met in a folder.
    """

    doc: str
    path: Path | str | None
    named: bool = False
    size: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Selection:
    """What the PATH arguments name.

    Attributes:
        inputs: files to read, in order, each once.
        skipped: path and reason of files in folders that are not read.
        faults: arguments that could not be honoured, as sentences.
    """

    inputs: tuple[Input, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """One document's bytes as text, or why there is none."""

    doc: str
    text: str | None
    sha256: str | None
    encoding: str | None
    unreadable: str | None = None
    path: str | None = field(default=None, compare=False)


def select(paths: Sequence[str]) -> Selection:
    """Resolve files, folders (searched recursively), globs and `-`; each file once, in a stable order."""
    inputs: dict[str, Input] = {}
    skipped: dict[str, tuple[str, str]] = {}
    faults: list[str] = []
    for given in paths:
        if given == "-":
            inputs.setdefault("-", Input("-", None, named=True))
            continue
        path = Path(given)
        if path.is_dir():
            is_empty, n_faults = True, len(faults)
            for item, key, size in _walk(str(path), faults):
                is_empty = False
                if key in inputs:
                    continue
                suffix, doc = _suffix(item), item.replace(os.sep, "/")
                if suffix in TEXT_SUFFIXES:
                    inputs[key] = Input(doc, item, size=size)
                else:
                    reason = f"{suffix} files are not read yet" if suffix in OTHER_FORMATS else "not a document format"
                    skipped.setdefault(key, (doc, reason))
            if is_empty and len(faults) == n_faults:
                faults.append(f"{given}: the folder holds no document")
        elif os.path.lexists(path):
            key = os.path.realpath(path)
            inputs[key] = Input(path.as_posix(), path, named=True)
        elif glob.has_magic(given):
            matches = sorted(glob.glob(given, recursive=True))
            if not matches:
                faults.append(f"{given}: no file matches")
            for file in map(Path, matches):
                if file.is_file():
                    inputs.setdefault(os.path.realpath(file), Input(file.as_posix(), file, named=True))
        else:
            faults.append(f"{given}: no such file or folder")
    return Selection(tuple(inputs.values()), tuple(skipped.values()), tuple(faults))


def _suffix(path: str | os.PathLike[str]) -> str:
    """Suffix of a file's name in lower case, with its dot; empty where it has none."""
    name = os.path.basename(path)
    dot = name.rfind(".")
    return name[dot:].lower() if 0 < dot < len(name) - 1 else ""


def _walk(folder: str, faults: list[str]) -> Iterator[tuple[str, str, int | None]]:
    """Files of a folder and of those in it, each with its real path and its size; links to folders are not followed."""
    # Paths are strings here, for there may be a hundred thousand of them.
    try:
        with os.scandir(folder) as entries:
            some = sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name)
    except OSError as err:
        faults.append(f"{err.filename}: cannot list the folder: {err.strerror}")
        return
    real = os.path.realpath(folder)  # once a folder: it asks for every part of a path
    before, real_before = "" if folder == "." else os.path.join(folder, ""), os.path.join(real, "")
    folders: list[str] = []
    for entry in some:
        item = before + entry.name
        try:
            if entry.is_dir():
                if not entry.is_symlink():
                    folders.append(item)
                continue
            size = entry.stat().st_size
        except OSError:  # a link to nothing, a file that has gone: reading it will say so
            size = None
        yield item, os.path.realpath(item) if entry.is_symlink() else real_before + entry.name, size
    for item in folders:
        yield from _walk(item, faults)


def read(item: Input) -> Loaded:
    """Read one input; a fault is told in `unreadable`, never raised."""
    try:
        data = sys.stdin.buffer.read() if item.path is None else _bytes_of(item.path)
    except PermissionError:
        return Loaded(item.doc, None, None, None, "no permission to read it")
    except IsADirectoryError:
        return Loaded(item.doc, None, None, None, "it is a folder")
    except OSError as err:
        return Loaded(item.doc, None, None, None, f"cannot be read: {err.strerror or err}")
    except MemoryError:
        return Loaded(item.doc, None, None, None, "it is larger than the memory of this machine can hold")
    return decode(item.doc, data, _suffix(item.path) if item.path is not None else "")


def _bytes_of(path: str | os.PathLike[str]) -> bytes:
    with open(path, "rb", buffering=0) as file:
        return file.read()


def decode(doc: str, data: bytes, suffix: str = "") -> Loaded:
    """Turn bytes into text: UTF-8 (a byte order mark is dropped), UTF-16/32 by their marks, else Windows-1252.

    No character is translated. Bytes that hold no text (empty, NUL bytes, a known binary format) give a reason.
    """
    digest = hashlib.sha256(data).hexdigest()

    def fault(reason: str) -> Loaded:
        return Loaded(doc, None, digest, None, reason)

    if not data:
        return fault("the file is empty")
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"),
                           (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):  # fmt: skip
        if data.startswith(mark):
            try:
                text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
            except UnicodeDecodeError as err:
                return fault(f"marked as {encoding} but byte {err.start} is not valid in it")
            return Loaded(doc, text, digest, encoding) if text.strip() else fault("the file holds no text")
    if data.startswith(b"%PDF-"):
        return fault("PDF files are not read yet")
    if b"\0" in data:
        return fault("the file holds NUL bytes: it is binary, not text")
    if suffix in OTHER_FORMATS and suffix not in TEXT_SUFFIXES:
        return fault(f"{suffix} files are not read yet")
    try:
        text, encoding = data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        controls = sum(byte < 32 and byte not in b"\t\n\r\f\v\x1b\x1a" for byte in data[:65536])
        if controls * 50 > len(data[:65536]):
            return fault("the file is binary, not text")
        text, encoding = data.decode("cp1252", errors="replace"), "windows-1252"
    if not text.strip():
        return fault("the file holds no text")
    return Loaded(doc, text, digest, encoding)


def read_rule_files(paths: Sequence[str]) -> list[tuple[str, str]]:
    """Name and text of an institution's own rule files: files, or folders searched for `*.toml`.

    Raises:
        UsageError: a path is missing or cannot be read.
    """
    files: list[tuple[str, str]] = []
    for given in paths:
        path = Path(given)
        if path.is_dir():
            items = sorted(path.rglob("*.toml"))
            if not items:
                raise UsageError(f"{given}: the folder holds no rule file (*.toml)")
        elif path.exists():
            items = [path]
        else:
            raise UsageError(f"{given}: no such rule file or folder")
        for item in items:
            try:
                files.append((item.as_posix(), item.read_text("utf-8")))
            except (OSError, UnicodeDecodeError) as err:
                raise UsageError(f"{item}: the rule file cannot be read: {err}") from err
    return files
