"""Ignores of the configuration: by path and rule, with a reason and a last day; and the selection of rules.

An ignored finding does not count and is not printed, but is counted in the summary. An ignore that matches nothing, or
whose day has passed, is named.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from redact.errors import UsageError
from redact.suggest import nearest

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Ignore:
    """Findings not to be reported.

    Attributes:
        path: glob over a document's name (`lima/*`, `**/draft-*.txt`); `*` crosses folders. A name matches too where
            its tail does, so that an ignore holds whatever folder the audit starts from.
        rules: rule ids or globs of them; empty means every rule.
        reason: why, in words; never empty.
        until: last day on which it holds; None: no end.
        source: where it stands, for messages.
    """

    path: str
    rules: tuple[str, ...]
    reason: str
    until: date | None = None
    source: str = ""

    def __str__(self) -> str:
        rules = ", ".join(self.rules) or "all rules"
        return f"ignore of {rules} in {self.path!r}"


@cache
def _path_pattern(glob: str) -> re.Pattern[str]:
    return re.compile(r"(?:.*/)?" + fnmatch.translate(glob.removeprefix("./")), re.DOTALL)


def matches_path(glob: str, doc: str) -> bool:
    """Whether a document's name, or its tail after a slash, matches a glob; a folder's name matches all below it."""
    name = doc.removeprefix("./")
    if _path_pattern(glob).match(name):
        return True
    return any(_path_pattern(glob.rstrip("/")).match(str(parent)) for parent in PurePosixPath(name).parents)


def match(
    findings: pl.DataFrame, ignores: Sequence[Ignore], as_of: date | None
) -> tuple[pl.Series, tuple[tuple[Ignore, str], ...]]:
    """Which findings are ignored, and which ignores are of no use.

    Args:
        findings: table `findings`; `doc` and `rule` are read.
        ignores: the first that matches a finding gives the reason.
        as_of: day on which `until` is judged; None: nothing expires.

    Returns:
        Series `_ignored`, a row a finding: the reason, or null; and each ignore that had expired or matched nothing,
        with the fact in words.
    """
    import polars as pl  # the configuration reads this module without the data library

    live = [(at, ignore) for at, ignore in enumerate(ignores) if not _expired(ignore, as_of)]
    used: set[int] = set()
    pairs = findings.select("doc", "rule").unique(maintain_order=True)
    reasons: list[str | None] = []
    for doc, rule in pairs.iter_rows():
        hits = [
            at
            for at, ignore in live
            if (not ignore.rules or any(fnmatch.fnmatchcase(rule, glob) for glob in ignore.rules))
            and matches_path(ignore.path, doc)
        ]
        used.update(hits)
        reasons.append(ignores[hits[0]].reason if hits else None)
    keyed = pairs.with_columns(pl.Series("_ignored", reasons, dtype=pl.String))
    series = findings.select("doc", "rule").join(keyed, on=["doc", "rule"], how="left", maintain_order="left")[
        "_ignored"
    ]
    unused = []
    for at, ignore in enumerate(ignores):
        if _expired(ignore, as_of):
            unused.append((ignore, f"{_where(ignore)}{ignore} expired on {ignore.until}; its findings count again"))
        elif at not in used:
            unused.append((ignore, f"{_where(ignore)}{ignore} matches no finding; remove it"))
    return series, tuple(unused)


def _expired(ignore: Ignore, as_of: date | None) -> bool:
    return as_of is not None and ignore.until is not None and ignore.until < as_of


def _where(ignore: Ignore) -> str:
    return f"{ignore.source}: " if ignore.source else ""


def select_rules(known: Iterable[str], select: Sequence[str] = (), ignore: Sequence[str] = ()) -> frozenset[str]:
    """Rule ids that `--select` and `--ignore` leave.

    Args:
        known: every rule id there is.
        select: ids or globs; none means all.
        ignore: ids or globs taken away from those.

    Raises:
        UsageError: A pattern matches no rule; the message names every such pattern and its nearest rules.
    """
    ids = list(dict.fromkeys(known))
    faults = []
    for flag, patterns in (("--select", select), ("--ignore", ignore)):
        for pattern in patterns:
            if not fnmatch.filter(ids, pattern):
                close = nearest(pattern, ids)
                hint = f": did you mean {', '.join(close)}?" if close else "; list them with: redact rules list"
                faults.append(f"{flag} {pattern}: no such rule{hint}")
    if faults:
        raise UsageError("\n".join(faults))
    chosen = {rule for pattern in select for rule in fnmatch.filter(ids, pattern)} if select else set(ids)
    return frozenset(chosen - {rule for pattern in ignore for rule in fnmatch.filter(ids, pattern)})
