"""Settings: flag before environment (`REDACT_...`) before file before default, each value with its origin.

The command's help reads this module, so it imports no data library.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from redact.config_file import FileSettings, find, parse, read_text
from redact.display import safe_line
from redact.errors import UsageError
from redact.ignores import Ignore
from redact.settings import SETTINGS, check, from_text
from redact.suggest import nearest

PREFIX = "REDACT_"
_CONFIG_VARIABLES = frozenset({"REDACT_CONFIG", "REDACT_ISOLATED"})


@dataclass(frozen=True)
class Value:
    """A value and where it comes from: `flag --fail-on`, `environment REDACT_FAIL_ON`, `redact.toml:3`, `default`."""

    value: Any
    origin: str


@dataclass(frozen=True)
class Config:
    """The settings of a run.

    Attributes:
        values: every key of `SETTINGS`, with its origin.
        profile: severity by rule, or `off`; from the file only.
        ignores: per-path ignores; from the file only.
        keymap: key by binding id of the review client; from the file only.
        theme: theme of the review client.
        file: the file that was read, or None.
        warnings: what does no harm but is likely a slip, a sentence each.
    """

    values: Mapping[str, Value]
    profile: Mapping[str, str] = field(default_factory=dict)
    ignores: tuple[Ignore, ...] = ()
    keymap: Mapping[str, str] = field(default_factory=dict)
    theme: str | None = None
    file: FileSettings | None = None
    warnings: tuple[str, ...] = ()

    def __getitem__(self, key: str) -> Any:
        return self.values[key].value

    def origin(self, key: str) -> str:
        """Where a value comes from."""
        return self.values[key].origin

    @property
    def second_review(self) -> frozenset[str]:
        """Severities whose dismissal needs a second reviewer."""
        return frozenset(self["second_review"])


def from_environment(environ: Mapping[str, str]) -> tuple[dict[str, Value], list[str]]:
    """Settings of the environment, and a warning for each variable that looks like one and is none.

    Lists are separated by commas; true and false may be written 1, 0, yes, no, true, false.

    Raises:
        UsageError: A value is wrong; all are named.
    """
    values: dict[str, Value] = {}
    faults, warnings = [], []
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name in _CONFIG_VARIABLES:
            continue
        key = name.removeprefix(PREFIX).lower()
        if key not in SETTINGS:
            close = [f"{PREFIX}{other.upper()}" for other in nearest(key, SETTINGS, 1)]
            if close:
                warnings.append(f"environment: {safe_line(name)} is no setting: did you mean {close[0]}?")
            continue
        if not environ[name]:
            continue
        try:
            values[key] = Value(check(key, from_text(key, environ[name])), f"environment {name}")
        except ValueError as error:
            faults.append(f"environment {name}: {safe_line(str(error))}")
    if faults:
        raise UsageError("\n".join(faults))
    return values, warnings


def resolve(
    file: FileSettings | None = None,
    environ: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Config:
    """The settings of a run; pure.

    Args:
        file: what the configuration file says.
        environ: environment variables.
        flags: values given on the command line by setting; None, or an empty list, means not given.

    Raises:
        UsageError: A value of the environment or of a flag is wrong.
    """
    values = {key: Value(setting.default, "default") for key, setting in SETTINGS.items()}
    for key, value in (file.values if file is not None else {}).items():
        values[key] = Value(value, file.origin(key) if file is not None else "")
    from_env, warnings = from_environment(environ or {})
    values |= from_env
    faults = []
    for key, value in (flags or {}).items():
        if value is None or (isinstance(value, list | tuple) and not value):
            continue
        try:
            values[key] = Value(check(key, value), f"flag --{key.replace('_', '-')}")
        except ValueError as error:
            faults.append(f"--{key.replace('_', '-')}: {safe_line(str(error))}")
    if faults:
        raise UsageError("\n".join(faults))
    if file is None:
        return Config(values, warnings=tuple(warnings))
    return Config(values, file.profile, file.ignores, file.keymap, file.theme, file, tuple(warnings))


def load(
    start: Path,
    environ: Mapping[str, str],
    flags: Mapping[str, Any] | None = None,
    *,
    path: Path | None = None,
    isolated: bool = False,
) -> Config:
    """Find, read and resolve the settings of a run; the one function here that reads files.

    Args:
        start: working directory.
        environ: environment; `REDACT_CONFIG` stands in for `path`, `REDACT_ISOLATED` for `isolated`.
        flags: values given on the command line.
        path: the file of `--config`.
        isolated: read no file.

    Raises:
        UsageError: The file cannot be read or is wrong, or a value is.
    """
    if path is None and environ.get("REDACT_CONFIG"):
        path = Path(environ["REDACT_CONFIG"])
    if isolated or from_text("strict", environ.get("REDACT_ISOLATED", "")) is True:
        return resolve(None, environ, flags)
    found = path if path is not None else find(start)
    if found is None:
        return resolve(None, environ, flags)
    name = str(found)
    with suppress(ValueError):
        name = str(found.resolve().relative_to(start.resolve()))
    return resolve(parse(read_text(found), name, folder=found.parent), environ, flags)


def check_rules(config: Config, known: Iterable[str]) -> None:
    """Compare the rules that the settings name with those there are.

    Raises:
        UsageError: Rules are unknown; all are named with their origin and the nearest rules.
    """
    from fnmatch import filter as matching

    ids = list(dict.fromkeys(known))
    named = [(rule, f"{config.file.name}: profile" if config.file else "profile") for rule in config.profile]
    named += [(rule, config.origin(key)) for key in ("select", "ignore") for rule in config[key]]
    named += [(rule, ignore.source) for ignore in config.ignores for rule in ignore.rules]
    faults = []
    for rule, origin in named:
        if rule not in ids and not matching(ids, rule):
            close = nearest(rule, ids)
            hint = f": did you mean {', '.join(close)}?" if close else "; list them with: redact rules list"
            faults.append(safe_line(f"{origin}: no such rule: {rule}{hint}"))
    if faults:
        raise UsageError("\n".join(faults))


def severity_of(profile: Mapping[str, str], rule: str, severity: str) -> str | None:
    """Severity of a rule's finding under a profile; None where the rule is off. An exact id goes before a glob."""
    from fnmatch import fnmatchcase

    chosen = profile.get(rule)
    if chosen is None:
        chosen = next((value for glob, value in profile.items() if fnmatchcase(rule, glob)), severity)
    return None if chosen == "off" else chosen


def show(config: Config) -> str:
    """Every value with its origin, as `redact config show` prints it."""
    rows = [(key, _toml_value(value.value), value.origin) for key, value in config.values.items()]
    if config.file is not None:
        name = config.file.name
        rows += [(f"profile.{rule}", _toml_value(severity), name) for rule, severity in config.profile.items()]
        for ignore in config.ignores:
            until = f" until {ignore.until}" if ignore.until else ""
            rows.append(("ignore", f"{ignore}{until}: {ignore.reason}", ignore.source))
        rows += [(f"tui.keymap.{binding}", _toml_value(key), name) for binding, key in config.keymap.items()]
        if config.theme is not None:
            rows.append(("tui.theme", _toml_value(config.theme), name))
    wide = max(len(key) for key, _, _ in rows)
    values = max(min(len(value), 40) for _, value, _ in rows)
    lines = [safe_line(f"{key:<{wide}} = {value:<{values}}  # {origin}") for key, value, origin in rows]
    head = config.file.name if config.file is not None else "none found"
    return f"# configuration file: {safe_line(head)}\n" + "\n".join(lines) + "\n"


def as_json(config: Config) -> str:
    """Every value with its origin as one JSON object."""
    values = {key: {"value": value.value, "origin": value.origin} for key, value in config.values.items()}
    more = {
        "file": config.file.name if config.file is not None else None,
        "settings": values,
        "profile": dict(config.profile),
        "ignores": [asdict(ignore) for ignore in config.ignores],
        "tui": {"keymap": dict(config.keymap), "theme": config.theme},
        "warnings": config.warnings,
    }
    return json.dumps(more, default=str, indent=2) + "\n"


def _toml_value(value: Any) -> str:
    if value is None:
        return "(not set)"
    if isinstance(value, tuple):
        return "[" + ", ".join(json.dumps(item, ensure_ascii=False) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
