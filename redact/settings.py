"""The settings there are: key, type, default and allowed words, the only list of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redact.reports import EVIDENCE, FAIL_ON, FORMATS
from redact.suggest import did_you_mean
from redact.vocabulary import SEVERITIES

MODES = ("archive", "publication")
_GRAVEST_FIRST = tuple(reversed(SEVERITIES))


@dataclass(frozen=True)
class Setting:
    """One setting: its type (`str`, `int`, `bool`, `list`, `path`, `paths`), its default, and the words it may take."""

    kind: str
    default: Any
    help: str
    choices: tuple[str, ...] = ()


SETTINGS: dict[str, Setting] = {
    "mode": Setting("str", "archive", "description work, or the check before publication", MODES),
    "fail_on": Setting("str", "error", "mildest severity that fails the audit", FAIL_ON),
    "show": Setting("str", "note", "mildest severity that is printed", _GRAVEST_FIRST),
    "select": Setting("list", (), "rules to run, ids or globs; none: all"),
    "ignore": Setting("list", (), "rules not to run, ids or globs"),
    "evidence": Setting("str", None, "how much text leaves the tool; default by format", EVIDENCE),
    "format": Setting("str", None, "output format; default full on a terminal, concise elsewhere", tuple(FORMATS)),
    "rules": Setting("paths", (), "an institution's own rule files or folders"),
    "baseline": Setting("path", None, "findings accepted as present on a day"),
    "reviews": Setting("path", None, "folder of decisions that count"),
    "second_review": Setting("list", ("error",), "severities whose dismissal needs a second reviewer", _GRAVEST_FIRST),
    "reviewer": Setting("str", None, "name decisions are signed with; default the login name"),
    "jobs": Setting("int", None, "worker processes; default by size of the input"),
    "color": Setting("str", "auto", "terminal colours", ("auto", "always", "never")),
    "progress": Setting("str", "auto", "sign of life on standard error", ("auto", "bar", "text", "none")),
    "statistics": Setting("bool", False, "print counts by rule"),
    "exit_zero": Setting("bool", False, "findings do not fail; errors of the run still do"),
    "excel": Setting("bool", False, "begin CSV with a byte order mark"),
    "raw_csv": Setting("bool", False, "write CSV cells bare"),
    "strict": Setting("bool", False, "an ignore, decision or baseline entry that matches nothing is an error"),
}
"""Every setting by its key in the file; as a flag `--fail-on`, in the environment `REDACT_FAIL_ON`."""


def check(key: str, value: Any, folder: Path | None = None) -> Any:
    """A value of a setting in its own type.

    Raises:
        ValueError: It is of another type or none of the allowed words; the message says what is needed.
    """
    setting = SETTINGS[key]
    kind = setting.kind
    if kind == "bool":
        if not isinstance(value, bool):
            raise ValueError(f"{value!r}: true or false is needed")
        return value
    if kind == "int":
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ValueError(f"{value!r}: a whole number from 1 is needed")
        return value
    if kind in ("list", "paths"):
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item for item in value):
            raise ValueError(f"{value!r}: a list of texts is needed")
        for item in value if setting.choices else ():
            _choice(setting, item)
        return tuple(_path(item, folder) for item in value) if kind == "paths" else tuple(value)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{value!r}: text is needed")
    if setting.choices:
        _choice(setting, value)
    return _path(value, folder) if kind == "path" else value


def _choice(setting: Setting, value: str) -> None:
    if value not in setting.choices:
        raise ValueError(f"{value!r}: one of {', '.join(setting.choices)}{did_you_mean(value, setting.choices)}")


def _path(value: str, folder: Path | None) -> str:
    return value if folder is None or Path(value).is_absolute() else str(folder / value)


def from_text(key: str, text: str) -> Any:
    kind = SETTINGS[key].kind
    if kind == "bool":
        return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(text.lower(), text)
    if kind == "int":
        return int(text) if text.isascii() and text.isdigit() else text
    if kind in ("list", "paths"):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text
