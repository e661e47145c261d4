"""The exceptions a caller of redact may meet; every message names the file, the reason and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class RedactError(Exception):
    """Base of all errors that redact raises on purpose."""


class UsageError(RedactError):
    """An argument or option cannot be honoured (exit status 2)."""


class RuleFileError(RedactError):
    """A rule file is broken (exit status 2).

    Attributes:
        path: the rule file, as given or as the name of a file of the package.
        rule: id of the rule, or None where the file itself is at fault.
        key: the key of the rule that is wrong, or None.
        reason: what is wrong with it.
    """

    def __init__(self, path: str | Path, rule: str | None, key: str | None, reason: str) -> None:
        self.path, self.rule, self.key, self.reason = str(path), rule, key, reason
        where = ": ".join(part for part in (self.path, rule, key) if part)
        super().__init__(f"{where}: {reason}")


class RuleFilesError(RedactError):
    """Every fault of every rule file, raised together after all were read."""

    def __init__(self, faults: Sequence[RuleFileError]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults))


class SourceError(RedactError):
    """One document cannot be read; it becomes a finding and the others go on."""


class EngineError(RedactError):
    """An invariant of redact itself is broken (exit status 2); please report it."""


class ConditionError(EngineError):
    """A condition raised instead of answering true, false or null."""
