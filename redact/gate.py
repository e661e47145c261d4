"""The gate: which findings count, and whether the audit passes.

Pure: decisions, baseline and ignores come in as tables and values, the day comes in as a date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from redact.errors import UsageError
from redact.reports import FAIL_ON
from redact.suggest import did_you_mean
from redact.vocabulary import SEVERITIES

if TYPE_CHECKING:
    from redact.baseline import Baseline, BaselineEntry
    from redact.ignores import Ignore

STATES: tuple[str, ...] = (
    "open",
    "confirmed",
    "dismissed",
    "second",
    "disagreement",
    "changed",
    "expired",
    "baseline",
    "ignored",
)
"""What became of a finding; only `dismissed`, `baseline` and `ignored` do not count for the gate."""

NOT_COUNTED: frozenset[str] = frozenset({"dismissed", "baseline", "ignored"})

DECISIONS = pl.Schema(
    {
        "fingerprint": pl.String,
        "verdict": pl.String,
        "settled": pl.Boolean,
        "reason": pl.String,
        "note": pl.String,
        "reviewer": pl.String,
        "at": pl.String,
        "digest": pl.String,
        "until": pl.Date,
    }
)
"""One row a finding that was judged: the folded verdict (`confirmed`, `dismissed`, `second`, `disagreement`), whether
it is settled (a dismissal that needs no further reviewer), who (`ana, ben`) and when, the digest that was judged, and
the last day on which a dismissal holds (null: no end)."""

_STATE_TYPE = pl.String


@dataclass(frozen=True)
class GateResult:
    """What the gate says.

    Attributes:
        findings: table `findings` in its order, followed by `state`, `verdict`, `reason`, `note`, `reviewer`, `at`.
        fail_on: threshold it was judged by.
        counting: findings that count, by severity, zeros included.
        gone: baseline entries whose finding no longer occurs.
        orphans: fingerprints of decisions whose finding no longer occurs, sorted.
        unused_ignores: ignores that match nothing or have expired, with the reason in words.
    """

    findings: pl.DataFrame
    fail_on: str
    counting: dict[str, int]
    gone: tuple[BaselineEntry, ...] = ()
    orphans: tuple[str, ...] = ()
    unused_ignores: tuple[tuple[Ignore, str], ...] = field(default=())

    @property
    def failing(self) -> int:
        """Findings that count and reach the threshold."""
        if self.fail_on == "never":
            return 0
        reach = SEVERITIES[SEVERITIES.index(self.fail_on) :]
        return sum(count for severity, count in self.counting.items() if severity in reach)

    @property
    def failed(self) -> bool:
        """Whether the audit fails."""
        return self.failing > 0

    @property
    def exit_status(self) -> int:
        """0 or 1; that an audit could not be done (2) is not the gate's to say."""
        return int(self.failed)

    @property
    def states(self) -> dict[str, int]:
        """Findings by state, in the order of `STATES`, without zeros."""
        counts = {str(state): int(count) for state, count in self.findings.group_by("state").len().iter_rows()}
        return {state: counts[state] for state in STATES if state in counts}


def gate(
    findings: pl.DataFrame,
    fail_on: str = "error",
    decisions: pl.DataFrame | None = None,
    baseline: Baseline | None = None,
    *,
    ignores: Sequence[Ignore] = (),
    as_of: date | None = None,
) -> GateResult:
    """Judge the findings of an audit.

    A finding is, first match: ignored by the configuration; judged (a decision on another digest is void, the finding
    `changed`; a dismissal past its day is `expired`; an unsettled dismissal waits for a `second` reviewer); known from
    the baseline with the same digest and no more occurrences; or open. A baselined finding whose digest or number of
    occurrences is not the accepted one is `changed`.

    Args:
        findings: table `findings`.
        fail_on: one of `FAIL_ON`.
        decisions: table of schema `DECISIONS`, one row a fingerprint.
        baseline: findings accepted as present on a day.
        ignores: per-path ignores of the configuration.
        as_of: day on which dismissals and ignores are judged; None: nothing expires.
    Raises:
        UsageError: `fail_on` is none of `FAIL_ON`.
    """
    if fail_on not in FAIL_ON:
        raise UsageError(f"--fail-on {fail_on}: one of {', '.join(FAIL_ON)}{did_you_mean(fail_on, FAIL_ON)}")
    judged = DECISIONS.to_frame(eager=True)
    if decisions is not None:
        judged = decisions.select(list(DECISIONS)).cast(DECISIONS)
    frame = findings.join(
        judged.unique("fingerprint", keep="last", maintain_order=True).rename({"digest": "_judged"}),
        on="fingerprint",
        how="left",
        maintain_order="left",
    )
    expired = pl.lit(False) if as_of is None else pl.col("until") < pl.lit(as_of)
    verdict_state = (
        pl.when(pl.col("verdict").is_null() | (pl.col("verdict") == "open"))
        .then(None)
        .when(pl.col("_judged") != pl.col("digest"))
        .then(pl.lit("changed"))
        .when((pl.col("verdict") == "dismissed") & expired.fill_null(False))
        .then(pl.lit("expired"))
        .when((pl.col("verdict") == "dismissed") & ~pl.col("settled").fill_null(False))
        .then(pl.lit("second"))
        .otherwise(pl.col("verdict"))
    )
    ignored, unused = _ignored(findings, ignores, as_of)
    known, gone = _known(findings, baseline)
    states = (
        frame.with_columns(known, ignored)
        .with_columns(_verdict_state=verdict_state)
        .with_columns(
            state=pl.when(pl.col("_ignored").is_not_null())
            .then(pl.lit("ignored"))
            .otherwise(pl.coalesce("_verdict_state", "_known", pl.lit("open"))),
        )
        .with_columns(reason=pl.when(pl.col("state") == "ignored").then(pl.col("_ignored")).otherwise(pl.col("reason")))
        .select(*findings.columns, "state", "verdict", "reason", "note", "reviewer", "at")
    )
    counts = dict.fromkeys(reversed(SEVERITIES), 0)
    counted = states.filter(~pl.col("state").is_in(list(NOT_COUNTED))).group_by("severity").len()
    for severity, count in counted.iter_rows():
        counts[str(severity)] = int(count)
    present = set(findings["fingerprint"])
    orphans = sorted(set(judged.filter(pl.col("verdict") != "open")["fingerprint"]) - present)
    return GateResult(states, fail_on, counts, gone, tuple(orphans), unused)


def _ignored(
    findings: pl.DataFrame, ignores: Sequence[Ignore], as_of: date | None
) -> tuple[pl.Series, tuple[tuple[Ignore, str], ...]]:
    if not ignores:
        return pl.Series("_ignored", [None] * findings.height, dtype=pl.String), ()
    from redact.ignores import match

    return match(findings, ignores, as_of)


def _known(findings: pl.DataFrame, baseline: Baseline | None) -> tuple[pl.Series, tuple[BaselineEntry, ...]]:
    if baseline is None:
        return pl.Series("_known", [None] * findings.height, dtype=pl.String), ()
    from redact.baseline import compare

    return compare(findings, baseline)
