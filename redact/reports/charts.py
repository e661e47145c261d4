"""Counts behind the charts: findings by severity, rule and order in force, codes, density, dates that have passed."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from redact.reports import AuditResult, RenderOptions
from redact.reports.rows import number, severity_counts, with_states

_TOP = 12
UNKNOWN = "not known"


@dataclass(frozen=True)
class Chart:
    """Labels and counts of one chart.

    Attributes:
        id: anchor.
        title: what is counted, by what.
        unit: what one is, in the singular.
        head: name of the label column.
        rows: label and count, in the order of display.
        note: how to read it.
        styles: style of each bar; empty: the plain one.
    """

    id: str
    title: str
    unit: str
    head: str
    rows: tuple[tuple[str, int], ...]
    note: str = ""
    styles: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Sum of the counts."""
        return sum(count for _, count in self.rows)

    @property
    def most(self) -> int:
        """Greatest count, at least 1."""
        return max([1, *(count for _, count in self.rows)])

    @property
    def summary(self) -> str:
        """The chart in one sentence, for readers who do not see it."""
        if not self.total:
            return f"{self.title}: none."
        label, count = max(self.rows, key=lambda row: row[1])
        return f"{self.title}: {number(self.total, self.unit)}; most: {label}, {count:,}."


def withholds() -> pl.Expr:
    """Whether a placeholder (table `redactions`) withholds text or pages, so that it needs a code."""
    return pl.col("role").cast(pl.String).is_in(["content", "page"])


def charts(result: AuditResult, options: RenderOptions) -> list[Chart]:
    """The six charts of the report, over the findings that are reported (ignored ones left out)."""
    findings = with_states(result, options).filter(pl.col("state") != "ignored")
    return [
        _severity(findings),
        _rules(findings, options),
        _eras(result, findings),
        _codes(result),
        _density(result),
        _past(result),
    ]


def _severity(findings: pl.DataFrame) -> Chart:
    counts = severity_counts(findings)
    return Chart("severity", "Findings by severity", "finding", "Severity", tuple(counts.items()), styles=tuple(counts))


def _rules(findings: pl.DataFrame, options: RenderOptions) -> Chart:
    counts = findings.group_by("rule").len("n").sort("n", "rule", descending=[True, False])
    rows = [(str(rule), int(count)) for rule, count in counts.head(_TOP).iter_rows()]
    rest = int(counts["n"].slice(_TOP).sum())
    if rest:
        rows.append((f"{counts.height - _TOP:,} other rules", rest))
    return Chart("rules", "Rules that fire most", "finding", "Rule", tuple(rows))


def _eras(result: AuditResult, findings: pl.DataFrame) -> Chart:
    eras = findings.join(result.document_facts.select("doc", "era"), on="doc", how="left")
    counts = eras.group_by("era").len("n").sort("era", nulls_last=True)
    rows = tuple((UNKNOWN if era is None else f"E.O. {era}", int(count)) for era, count in counts.iter_rows())
    note = "The executive order on classification in force on the document's date."
    return Chart("eras", "Findings by order in force", "finding", "Order", rows, note)


def _codes(result: AuditResult) -> Chart:
    held = result.links.join(result.redactions.filter(withholds()).select("doc", "redaction"), on=["doc", "redaction"])
    counts = held.group_by("code").len("n").sort("n", "code", descending=[True, False], nulls_last=True)
    rows = [
        ("no code found" if code is None else str(code), int(count)) for code, count in counts.head(_TOP).iter_rows()
    ]
    rest = int(counts["n"].slice(_TOP).sum())
    if rest:
        rows.append((f"{counts.height - _TOP:,} other codes", rest))
    note = "One for each pair of a redaction and a code; a redaction with two codes counts twice."
    return Chart("codes", "Exemption codes given, by redaction", "pair", "Code", tuple(rows), note)


def _density(result: AuditResult) -> Chart:
    """Share of a document's lines that hold a placeholder for withheld text."""
    lines = (
        result.redactions.filter(pl.col("role").cast(pl.String) == "content")
        .group_by("doc")
        .agg(pl.col("line").n_unique().alias("held"))
    )
    share = (
        result.document_facts.select("doc")
        .join(result.documents.select("doc", "text"), on="doc", how="left")
        .join(lines, on="doc", how="left")
        .with_columns(pl.col("held").fill_null(0), pl.col("text").str.count_matches("\n", literal=True).alias("of") + 1)
        .select(
            pl.when(pl.col("held") == 0)
            .then(pl.lit("none"))
            .when(pl.col("of").is_null())
            .then(pl.lit(UNKNOWN))
            .when(pl.col("held") * 20 <= pl.col("of"))
            .then(pl.lit("up to 5 %"))
            .when(pl.col("held") * 4 <= pl.col("of"))
            .then(pl.lit("over 5 to 25 %"))
            .otherwise(pl.lit("over 25 %"))
            .alias("share")
        )
    )
    counts = dict(share.group_by("share").len().iter_rows())
    order = ("none", "up to 5 %", "over 5 to 25 %", "over 25 %", UNKNOWN)
    rows = tuple((label, int(counts.get(label, 0))) for label in order if label != UNKNOWN or counts.get(label))
    note = "Share of lines that hold a placeholder for withheld text; struck markings are not counted."
    return Chart("density", "Redaction density", "document", "Lines with a redaction", rows, note)


def _past(result: AuditResult) -> Chart:
    dates = (
        result.document_facts.select("doc", "declass")
        .explode("declass", empty_as_null=True)
        .select(pl.col("declass").struct.field("date"))
        .drop_nulls()
        .filter(pl.col("date") < pl.lit(result.as_of))
        .group_by((pl.col("date").dt.year() // 10 * 10).alias("decade"))
        .len("n")
        .sort("decade")
    )
    rows = tuple((f"{decade} to {decade + 9}", int(count)) for decade, count in dates.iter_rows())
    note = (
        f"Before {result.as_of.isoformat()}. A date that has passed makes a review due; it declassifies nothing here."
    )
    return Chart("past", "Declassification dates now past", "instruction", "Date", rows, note)
