"""The baseline: findings present on a day, accepted without judgement, so that only new ones fail.

A file of JSON Lines: a head (`redact_baseline`, `as_of`, `rules_digest`), then one entry a finding, sorted. It holds
fingerprints and digests, no line number, time or evidence, so that it may be published and survives moved lines,
renamed files and moved folders.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import polars as pl

from redact.errors import UsageError

VERSION = 1
NEVER_BASELINED: frozenset[str] = frozenset({"document-unreadable", "rule-timed-out"})
"""Rules that say a document was not checked; accepting that would hide whatever it holds."""

_FIELDS: dict[str, type] = {"rule": str, "doc": str, "fingerprint": str, "digest": str, "count": int}


@dataclass(frozen=True, order=True)
class BaselineEntry:
    """One accepted finding; `doc` is the name it had then, for people to read: identity is the fingerprint."""

    rule: str
    doc: str
    fingerprint: str
    digest: str
    count: int


@dataclass(frozen=True)
class Baseline:
    """Findings accepted as present on a day."""

    as_of: date
    rules_digest: str
    entries: tuple[BaselineEntry, ...]

    def __len__(self) -> int:
        return len(self.entries)


@dataclass(frozen=True)
class BaselineDiff:
    """What differs between a baseline and an audit.

    Attributes:
        new: findings that the baseline does not hold (table `findings`).
        changed: findings that it holds with another digest or fewer occurrences.
        known: findings that it holds.
        gone: entries whose finding no longer occurs.
    """

    new: pl.DataFrame
    changed: pl.DataFrame
    known: pl.DataFrame
    gone: tuple[BaselineEntry, ...]


def take(findings: pl.DataFrame, *, as_of: date, rules_digest: str) -> Baseline:
    """The baseline of an audit's findings, without those that can never be accepted."""
    kept = findings.filter(~pl.col("rule").is_in(list(NEVER_BASELINED)))
    entries = {BaselineEntry(*row) for row in kept.select(list(_FIELDS)).iter_rows()}
    return Baseline(as_of, rules_digest, tuple(sorted(entries)))


def write(baseline: Baseline) -> str:
    """The baseline as a file's text: sorted, one entry a line."""
    head: dict[str, Any] = {
        "redact_baseline": VERSION,
        "as_of": baseline.as_of.isoformat(),
        "rules_digest": baseline.rules_digest,
    }
    lines = [head, *(asdict(entry) for entry in sorted(baseline.entries))]
    return "".join(json.dumps(line, ensure_ascii=True) + "\n" for line in lines)


def read(text: str, name: str = "baseline") -> Baseline:
    """Read a baseline file's text.

    Raises:
        UsageError: It is no baseline, or a line of it is damaged; the message names file and line.
    """
    lines = [(at, line) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise UsageError(f"{name}: empty; write a baseline with: redact baseline write")
    head = _object(name, *lines[0])
    if head.get("redact_baseline") != VERSION:
        raise UsageError(f"{name}: line {lines[0][0]}: not a baseline of version {VERSION} (key redact_baseline)")
    try:
        as_of, digest = date.fromisoformat(str(head["as_of"])), str(head["rules_digest"])
    except (KeyError, ValueError) as error:
        raise UsageError(f"{name}: line {lines[0][0]}: the head needs as_of (a date) and rules_digest") from error
    entries = []
    for at, line in lines[1:]:
        found = _object(name, at, line)
        for key, kind in _FIELDS.items():
            if type(found.get(key)) is not kind:
                raise UsageError(f"{name}: line {at}: key {key} is missing or not of type {kind.__name__}")
        entries.append(BaselineEntry(*(found[key] for key in _FIELDS)))
    return Baseline(as_of, digest, tuple(sorted(set(entries))))


def _object(name: str, at: int, line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name}: line {at}: not JSON") from error
    if not isinstance(found, dict):
        raise UsageError(f"{name}: line {at}: not an object")
    return found


def compare(findings: pl.DataFrame, baseline: Baseline) -> tuple[pl.Series, tuple[BaselineEntry, ...]]:
    """State of each finding by the baseline, and the entries that are gone.

    Returns:
        Series `_known`, a row a finding: `baseline` (digest accepted, no more occurrences than then), `changed`
        (fingerprint known, digest or occurrences not), or null (new); and the entries that no finding matches.
    """
    accepted: dict[str, dict[str, int]] = {}
    for entry in baseline.entries:
        digests = accepted.setdefault(entry.fingerprint, {})
        digests[entry.digest] = max(entry.count, digests.get(entry.digest, 0))
    states: list[str | None] = []
    for rule, fingerprint, digest, count in findings.select("rule", "fingerprint", "digest", "count").iter_rows():
        digests_then = accepted.get(fingerprint)
        if digests_then is None or rule in NEVER_BASELINED:
            states.append(None)
        else:
            states.append("baseline" if count <= digests_then.get(digest, 0) else "changed")
    present = set(findings["fingerprint"])
    gone = tuple(entry for entry in baseline.entries if entry.fingerprint not in present)
    return pl.Series("_known", states, dtype=pl.String), gone


def diff(findings: pl.DataFrame, baseline: Baseline) -> BaselineDiff:
    """What an audit's findings and a baseline do not share."""
    states, gone = compare(findings, baseline)
    return BaselineDiff(
        new=findings.filter(states.is_null()),
        changed=findings.filter(states == "changed"),
        known=findings.filter(states == "baseline"),
        gone=gone,
    )


def describe(difference: BaselineDiff) -> str:
    """The difference in words and one line an item, for a terminal; document names pass the display gate."""
    from redact.display import safe_line

    known, changed, new, gone = (
        difference.known.height,
        difference.changed.height,
        difference.new.height,
        len(difference.gone),
    )
    lines = [f"{known:,} known, {new:,} new, {changed:,} changed, {gone:,} gone."]
    for word, frame in (("new", difference.new), ("changed", difference.changed)):
        lines += [
            f"{word}: {safe_line(doc)}:{line}: {severity} {rule} {fingerprint}"
            for doc, line, severity, rule, fingerprint in frame.select(
                "doc", "line", "severity", "rule", "fingerprint"
            ).iter_rows()
        ]
    lines += [safe_line(f"gone: {entry.doc}: {entry.rule} {entry.fingerprint}") for entry in difference.gone]
    if gone:
        noun = "entry no longer occurs" if gone == 1 else "entries no longer occur"
        lines.append(f"{gone:,} baseline {noun}: run redact baseline write")
    return "\n".join(lines) + "\n"
