"""The configuration file: found upwards, read, checked; every fault told at once.

One file holds: `redact.toml`, or `pyproject.toml` with a table `[tool.redact]`. Nothing is merged from two files.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from redact.display import safe_line
from redact.errors import UsageError
from redact.ignores import Ignore
from redact.settings import SETTINGS, check
from redact.suggest import did_you_mean
from redact.vocabulary import SEVERITIES

PROFILE_VALUES = (*SEVERITIES, "off")
FILE_NAMES = ("redact.toml", "pyproject.toml")
_IGNORE_KEYS = ("path", "rules", "reason", "until")
_TABLES = ("profile", "ignore", "tui")


@dataclass(frozen=True)
class FileSettings:
    """What one file says, checked. `lines` gives the line of a key where it could be found."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    profile: Mapping[str, str] = field(default_factory=dict)
    ignores: tuple[Ignore, ...] = ()
    keymap: Mapping[str, str] = field(default_factory=dict)
    theme: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)

    def origin(self, key: str) -> str:
        """`redact.toml:3`, or the name alone."""
        return f"{self.name}:{self.lines[key]}" if key in self.lines else self.name


def find(start: Path) -> Path | None:
    """The configuration file that holds for a folder: the nearest upwards, `redact.toml` before `pyproject.toml`.

    Raises:
        UsageError: A file that has the table cannot be read.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        for name in FILE_NAMES:
            path = folder / name
            if not path.is_file():
                continue
            if name == "redact.toml" or "tool" in _load(path, lenient=True):
                return path
    return None


def _load(path: Path, *, lenient: bool = False) -> dict[str, Any]:
    """A file's TOML; leniently, `{}` for a project file that does not speak of redact."""
    text = read_text(path, lenient)
    if lenient and not re.search(r"\[\[?\s*tool\s*\.\s*[\"']?redact\b|redact\s*[.=]", text):
        return {}
    table = _toml(text, str(path))
    if lenient and not isinstance(_inner(table), dict):
        return {}
    return table


def read_text(path: Path, lenient: bool = False) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        if lenient:
            return ""
        reason = "not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror or "cannot be read"
        raise UsageError(f"{safe_line(str(path))}: {reason}") from error


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{safe_line(name)}: not valid TOML: {safe_line(str(error))}") from error


def _inner(table: Mapping[str, Any]) -> Any:
    tool = table.get("tool")
    return tool.get("redact") if isinstance(tool, dict) else None


def parse(text: str, name: str, *, folder: Path | None = None) -> FileSettings:
    """Read a configuration file's text.

    Args:
        text: TOML.
        name: the file's name for messages; where it ends in `pyproject.toml` the table `[tool.redact]` is read.
        folder: folder that relative paths start from; None leaves them as written.

    Raises:
        UsageError: The text is not TOML, or keys or values are wrong; the message names all of them, one a line.
    """
    table = _toml(text, name)
    if Path(name).name == "pyproject.toml":
        inner = _inner(table)
        table = inner if isinstance(inner, dict) else {}
    return _Reader(text, name, folder).read(table)


class _Reader:
    """Checks one table, gathering every fault."""

    def __init__(self, text: str, name: str, folder: Path | None) -> None:
        self.name, self.folder, self.faults = name, folder, list[str]()
        self.lines = {
            match[2].replace("-", "_"): text.count("\n", 0, match.start(2)) + 1
            for match in reversed(list(re.finditer(r"(?m)^\s*(\[\[?[ \t]*(?:tool\.redact\.)?)?([A-Za-z_-]+)", text)))
        }

    def read(self, table: Mapping[str, Any]) -> FileSettings:
        values: dict[str, Any] = {}
        profile: dict[str, str] = {}
        ignores: list[Ignore] = []
        keymap: dict[str, str] = {}
        theme: str | None = None
        for written, value in table.items():
            key = written.replace("-", "_")
            if key == "ignore" and isinstance(value, list):
                values["ignore"], ignores = self.ignore_list(value)
            elif key in SETTINGS:
                values[key] = self.checked(key, value)
            elif key == "profile":
                profile = self.profile(value)
            elif key == "tui":
                keymap, theme = self.tui(value)
            else:
                self.fault(key, f"unknown key {written!r}{did_you_mean(key, [*SETTINGS, *_TABLES])}")
        if self.faults:
            raise UsageError("\n".join(self.faults))
        values = {key: value for key, value in values.items() if value is not None}
        if values.get("ignore") == ():
            del values["ignore"]
        return FileSettings(self.name, values, profile, tuple(ignores), keymap, theme, self.lines)

    def fault(self, key: str, sentence: str) -> None:
        line = self.lines.get(key)
        where = f"{self.name}:{line}" if line else self.name
        self.faults.append(safe_line(f"{where}: {sentence}"))

    def checked(self, key: str, value: Any) -> Any:
        try:
            return check(key, value, self.folder)
        except ValueError as error:
            self.fault(key, f"{key}: {error}")
            return None

    def profile(self, table: Any) -> dict[str, str]:
        if not isinstance(table, dict):
            self.fault("profile", "profile: a table of rule = severity is needed")
            return {}
        for rule, severity in table.items():
            if severity not in PROFILE_VALUES:
                hint = did_you_mean(str(severity), PROFILE_VALUES)
                self.fault(rule, f"profile: {rule} = {severity!r}: one of {', '.join(PROFILE_VALUES)}{hint}")
        return dict(table)

    def tui(self, table: Any) -> tuple[dict[str, str], str | None]:
        if not isinstance(table, dict):
            self.fault("tui", "tui: a table is needed")
            return {}, None
        for key in table:
            if key not in ("keymap", "theme"):
                self.fault(key, f"unknown key 'tui.{key}'{did_you_mean(key, ('keymap', 'theme'))}")
        keymap, theme = table.get("keymap", {}), table.get("theme")
        if not isinstance(keymap, dict) or not all(isinstance(value, str) for value in keymap.values()):
            self.fault("keymap", "tui.keymap: a table of binding = key is needed, keys as text")
            keymap = {}
        if theme is not None and not isinstance(theme, str):
            self.fault("theme", "tui.theme: text is needed")
        return dict(keymap), theme

    def ignore_list(self, entries: list[Any]) -> tuple[tuple[str, ...], list[Ignore]]:
        rules: list[str] = []
        ignores: list[Ignore] = []
        for ordinal, entry in enumerate(entries, 1):
            if isinstance(entry, str):
                rules.append(entry)
            elif isinstance(entry, dict):
                found = self.ignore_entry(ordinal, entry)
                if found is not None:
                    ignores.append(found)
            else:
                self.fault("ignore", f"ignore {ordinal}: a rule's id or a table with path, rules, reason is needed")
        return tuple(rules), ignores

    def ignore_entry(self, ordinal: int, entry: dict[str, Any]) -> Ignore | None:
        before = len(self.faults)
        for key in entry:
            if key not in _IGNORE_KEYS:
                self.fault("ignore", f"ignore {ordinal}: unknown key {key!r}{did_you_mean(key, _IGNORE_KEYS)}")
        path, rules = entry.get("path", "*"), entry.get("rules", [])
        reason, until = entry.get("reason"), entry.get("until")
        if not {"path", "rules"} & set(entry):
            self.fault("ignore", f"ignore {ordinal}: a path or rules are needed")
        if not isinstance(path, str) or not path:
            self.fault("ignore", f"ignore {ordinal}: path: a glob is needed")
        if not isinstance(rules, list) or not all(isinstance(rule, str) and rule for rule in rules):
            self.fault("ignore", f"ignore {ordinal}: rules: a list of rule ids is needed")
        if not isinstance(reason, str) or not reason.strip():
            self.fault("ignore", f"ignore {ordinal}: reason: say in words why these findings do not count")
        day = None
        if until is not None:
            try:
                day = _day(until)
            except ValueError:
                self.fault("ignore", f"ignore {ordinal}: until: a day is needed, such as 2027-12-31")
        if len(self.faults) > before:
            return None
        return Ignore(path, tuple(rules), str(reason).strip(), day, f"{self.name}: ignore {ordinal}")


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        raise ValueError("a day, not a time")
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value))
