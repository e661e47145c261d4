"""The ledger as CSV: one row a pair of withheld matter and exemption code, in the manner of a Vaughn index."""

from __future__ import annotations

import polars as pl

from redact.normalise.codes import describe
from redact.reports import AuditResult, RenderOptions
from redact.reports.csv_ import guard, write

_DEFAULT = RenderOptions()
_BASES = {
    "in-place": "the code stands in the text's own place",
    "same-line": "the code stands on the same line",
    "following-line": "the code stands on a line of its own below",
    "preceding-line": "the code stands on a line of its own above",
    "page-stamp": "a stamp or margin code of the page",
    "document-stamp": "the release stamp of the document",
}


def table(result: AuditResult) -> pl.DataFrame:
    """Columns document, redaction, page, paragraph, portion, line, role, style, extent, unit, code, meaning, code_line,
    basis, note; one row a link: redactions in reading order, then codes that stand alone, by document.

    `paragraph` is the number as printed, `portion` the ordinal in the document; `meaning` names the authority; `basis`
    says what the pairing rests on, `note` why a redaction or a code stands alone.
    """
    numbers = result.portions.select("doc", "portion", pl.col("number").alias("paragraph"))
    redactions = result.redactions.select(
        "doc", "redaction", "line", pl.col("role").cast(pl.String), "style", "portion", "extent", "extent_unit"
    ).join(numbers, on=["doc", "portion"], how="left", maintain_order="left")
    links = result.links.select(
        "doc", "redaction", "code", pl.col("line").alias("code_line"), pl.col("basis").cast(pl.String), "why_alone",
        "page",
    )  # fmt: skip
    codes = links.get_column("code").drop_nulls().unique().sort().to_list()
    meanings = {code: describe(code) or "" for code in codes}
    joined = links.join(redactions, on=["doc", "redaction"], how="left", nulls_equal=False, maintain_order="left")
    return joined.select(
        pl.col("doc").alias("document"), "redaction", "page", "paragraph", "portion", "line", "role", "style",
        "extent", pl.col("extent_unit").alias("unit"), "code",
        pl.col("code").replace_strict(meanings, default=None, return_dtype=pl.String).alias("meaning"), "code_line",
        pl.col("basis").replace_strict(_BASES, default=None, return_dtype=pl.String),
        pl.col("why_alone").alias("note"),
    )  # fmt: skip


def render(result: AuditResult, options: RenderOptions = _DEFAULT) -> str:
    """The ledger as spreadsheet-safe CSV."""
    frame = table(result)
    return write(frame if options.raw_csv else guard(frame).drop("guarded"))
