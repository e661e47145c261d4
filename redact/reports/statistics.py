"""Counts by rule (`--statistics`): count, severity, rule, title; most frequent first."""

from __future__ import annotations

import polars as pl

from redact.display import safe_line
from redact.reports import AuditResult, RenderOptions
from redact.reports.csv_ import BOM, guard, write
from redact.reports.rows import escape_invisible, shown, with_states

_DEFAULT = RenderOptions()


def table(result: AuditResult, options: RenderOptions = _DEFAULT) -> pl.DataFrame:
    """One row a rule and severity: `count` findings, `severity`, `rule`, `title`, `documents`."""
    titles = {rule: card.title for rule, card in options.rules.items()}
    return (
        shown(with_states(result, options), options)
        .group_by("rule", "severity")
        .agg(pl.len().alias("count"), pl.col("doc").n_unique().alias("documents"))
        .with_columns(pl.col("rule").replace_strict(titles, default="", return_dtype=pl.String).alias("title"))
        .sort("count", "severity", "rule", descending=[True, True, False])
        .select("count", pl.col("severity").cast(pl.String), "rule", "title", "documents")
    )


def render(result: AuditResult, options: RenderOptions = _DEFAULT, format_name: str = "full") -> str:
    """The counts as text columns, or as JSON Lines or CSV where that is the format."""
    counts = table(result, options)
    if format_name == "json":
        return escape_invisible(counts.write_ndjson())
    if format_name == "csv":
        return (BOM if options.excel else "") + write(counts if options.raw_csv else guard(counts))
    if counts.is_empty():
        return "0 findings\n"
    wide = max(len(f"{count:,}") for count in counts["count"])
    rule_width = max(len(rule) for rule in counts["rule"])
    return "".join(
        f"{count:>{wide},}  {severity:<7}  {safe_line(rule):<{rule_width}}  {safe_line(title)}".rstrip() + "\n"
        for count, severity, rule, title, _ in counts.iter_rows()
    )
