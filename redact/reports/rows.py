"""The findings as a report prints them: threshold, state and masking applied, slice by slice."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from redact.reports import AuditResult, RenderOptions, RuleCard
from redact.reports.masking import Masker
from redact.vocabulary import SEVERITIES

STATE_COLUMNS: dict[str, type[pl.DataType]] = {
    "state": pl.String,
    "verdict": pl.String,
    "reason": pl.String,
    "note": pl.String,
    "reviewer": pl.String,
    "at": pl.String,
}
"""Columns after those of the table `findings`: what became of a finding, null where nobody has judged it."""

SLICE = 8192
_DISPLAY_ORDER = ("error", "warning", "note")


def with_states(result: AuditResult, options: RenderOptions) -> pl.DataFrame:
    """Table `findings` with the state columns, in the order of the result."""
    if options.gate is not None:
        return options.gate.findings
    return result.findings.with_columns(
        pl.lit("open").alias("state"),
        *(pl.lit(None, dtype=kind).alias(name) for name, kind in list(STATE_COLUMNS.items())[1:]),
    )


def shown(frame: pl.DataFrame, options: RenderOptions, *, ignored: bool = False) -> pl.DataFrame:
    """Rows at or above the display threshold; ignored findings only where asked for."""
    keep = pl.col("severity").cast(pl.String).is_in(SEVERITIES[SEVERITIES.index(options.show) :])
    if not ignored:
        keep &= pl.col("state") != "ignored"
    return frame.filter(keep)


def slices(
    result: AuditResult, options: RenderOptions, format_name: str, *, ignored: bool = False
) -> Iterator[pl.DataFrame]:
    """Findings ready to print, in slices of bounded size; none for no findings."""
    masker = Masker(result, options, format_name)
    for part in with_states(result, options).iter_slices(SLICE):
        kept = shown(part, options, ignored=ignored)
        if kept.height:
            yield masker.findings(kept)


def severity_counts(frame: pl.DataFrame) -> dict[str, int]:
    """Findings by severity, gravest first, zeros included."""
    counts = dict.fromkeys(_DISPLAY_ORDER, 0)
    for severity, count in frame.group_by("severity").len().iter_rows():
        counts[str(severity)] = int(count)
    return counts


def number(count: int, singular: str, plural: str | None = None) -> str:
    """`1 finding`, `2 findings`, `1,204 findings`."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


def list_counts(counts: dict[str, int]) -> str:
    """`2 errors, 5 warnings, 2 notes`."""
    return ", ".join(number(count, severity) for severity, count in counts.items() if count)


def authorities(card: RuleCard | None, fallback: str = "") -> str:
    """A rule's authorities as one string."""
    if card is None:
        return fallback
    return card.authority if isinstance(card.authority, str) else "; ".join(card.authority)


def state_note(row: dict[str, object]) -> str:
    """` (dismissed: reason)` and the like, for formats that print a line a finding; empty for an open finding."""
    words = {
        "baseline": "known: in the baseline",
        "dismissed": "dismissed",
        "confirmed": "confirmed",
        "second": "waits for a second reviewer",
        "disagreement": "reviewers disagree",
        "changed": "changed since it was decided",
        "expired": "dismissal expired",
        "ignored": "ignored",
    }
    state = str(row["state"])
    if state not in words:
        return ""
    reason = row["reason"]
    return f" ({words[state]}{f': {reason}' if reason and state in ('dismissed', 'ignored') else ''})"


def document_index(documents: pl.DataFrame) -> dict[str, int]:
    """Row of each document, by name."""
    return {name: row for row, name in enumerate(documents["doc"])}


def escape_invisible(text: str) -> str:
    """JSON text with characters that a terminal or an editor would act on as `\\uXXXX`; the same value."""
    if text.isascii():
        return text.replace("\x7f", "\\u007f")
    # Most lines are plain, and telling so takes a hundredth of a search.
    lines = text.splitlines(keepends=True) if len(text) > _LONG else [text]
    return "".join(
        line if line.isascii() and "\x7f" not in line else _UNSEEN.sub(lambda match: _escape(match[0]), line)
        for line in lines
    )


_LONG = 10_000
"""Code points from which a text is looked at line by line."""


def _escape(char: str) -> str:
    code = ord(char)
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


_UNSEEN = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
