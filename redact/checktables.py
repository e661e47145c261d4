"""The tables that conditions speak about, and how they are built from those of an audit.

A condition's table holds its own columns, `doc`, and the facts of the document that most conditions need
(`CONTEXT`). Documents that are no records have a row in `documents` only, so that no condition speaks of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

import polars as pl

from redact.check_corpus import CORPUS_SCHEMAS, corpus_table
from redact.check_examine import Rows, examine
from redact.check_rows import SCHEMA_OF
from redact.document import Document
from redact.facts import DocumentRecord
from redact.layout import Paragraph, lay_out
from redact.ledger import Link, Redaction
from redact.span import Span
from redact.tables import DOCUMENT_TYPE, LEVEL, RELEASE_STATUS, SCHEMAS

CONTEXT: Mapping[str, Any] = MappingProxyType({
    "document_type": DOCUMENT_TYPE,
    "identifier": pl.String(),
    "document_date": pl.Date(),
    "era": pl.String(),
    "level": LEVEL,
    "release_status": RELEASE_STATUS,
    "release_date": pl.Date(),
    "markings_struck": pl.UInt32(),
    "redactions_withheld": pl.UInt32(),
    "collection": pl.String(),
    "is_extract": pl.Boolean(),
    "is_classified_at_review": pl.Boolean(),
    "has_exemption": pl.Boolean(),
    "derived_from": pl.String(),
    "is_scan": pl.Boolean(),
    "marking_date": pl.Date(),
})  # fmt: skip
"""Facts of the document that every table carries."""

_EXTRA = SCHEMA_OF["extra"]
_FACTS = pl.Schema({
    "doc": pl.String(), **{name: dtype for name, dtype in SCHEMAS["document_facts"].items() if name != "doc"},
    "redactions_withheld": pl.UInt32(),
    "start": pl.UInt32(), "end": pl.UInt32(), "line": pl.UInt32(), **_EXTRA,
    "automatic_date": pl.Date(), "n_missing": pl.UInt32(),
})  # fmt: skip


AUTOMATIC_FROM = date(2006, 12, 31)
"""Day on which records that were 25 years old by then were due (E.O. 12958 sec. 3.3 as amended in 2003)."""


def _with_context(own: Mapping[str, Any]) -> pl.Schema:
    return pl.Schema({"doc": pl.String(), **own, **{name: dtype for name, dtype in CONTEXT.items() if name not in own}})


_REDACTIONS = {name: dtype for name, dtype in SCHEMAS["redactions"].items() if name != "doc"}
_WITHHELD = {name: dtype for name, dtype in SCHEMA_OF["withheld"].items() if name != "redaction"}
_PORTIONS = {name: dtype for name, dtype in SCHEMAS["portions"].items() if name != "doc"}
_PORTION_FACTS = {
    "document_level": LEVEL, "n_numbered": pl.Int64(), "n_marked": pl.Int64(), "entire_text": pl.Boolean(),
    "has_waiver": pl.Boolean(), "has_restricted_data": pl.Boolean(), "withheld_in": pl.UInt32(),
    "has_odd_mark": pl.Boolean(),
}  # fmt: skip

CHECK_SCHEMAS: dict[str, pl.Schema] = {
    "documents": pl.Schema({name: dtype for name, dtype in SCHEMAS["documents"].items() if name != "text"}
                           | {"start": pl.UInt32()}),
    "timeouts": pl.Schema({"doc": pl.String(), "start": pl.UInt32(), "timed_out_rule": pl.String()}),
    "document_facts": _FACTS,
    "spans": _with_context({name: dtype for name, dtype in SCHEMAS["spans"].items() if name != "doc"}),
    "portions": _with_context(_PORTIONS | _PORTION_FACTS),
    "redactions": _with_context(_REDACTIONS | _WITHHELD),
    "links": _with_context({name: dtype for name, dtype in SCHEMAS["links"].items() if name != "doc"}),
    **{name: _with_context(SCHEMA_OF[name]) for name in (
        "banners", "marking_faults", "rollups", "orders", "reasons", "instructions", "exemptions", "releases", "cases",
        "sections", "pages", "observations")},
    **CORPUS_SCHEMAS,
}  # fmt: skip
"""Schema of every table that a condition may name; the day of the audit, `as_of`, is added to each."""


def end_column(points_at: str) -> str:
    """Column with the end of what `points_at` is the start of."""
    if points_at == "start":
        return "end"
    return points_at[:-6] + "_end" if points_at.endswith("_start") else points_at + "_end"


def line_column(points_at: str) -> str:
    """Column with the line of what `points_at` is the start of."""
    if points_at == "start":
        return "line"
    return points_at[:-6] + "_line" if points_at.endswith("_start") else points_at + "_line"


def _frame(rows: Sequence[tuple[Any, ...]], docs: Sequence[str], schema: Mapping[str, Any]) -> pl.DataFrame:
    """Rows as a frame, column by column: several times faster than row by row."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pl.DataFrame({
        "doc": pl.Series("doc", docs, dtype=pl.String),
        **{name: pl.Series(name, column, dtype=dtype, strict=False)
           for (name, dtype), column in zip(schema.items(), columns, strict=True)},
    })  # fmt: skip


class CheckTables(Mapping[str, pl.DataFrame]):
    """The tables of `CHECK_SCHEMAS` for a batch, each built when it is first asked for."""

    def __init__(self, base: Mapping[str, pl.DataFrame], timed_out: Sequence[tuple[str, str]],
                 examined: Iterable[tuple[str, Rows]] | None) -> None:  # fmt: skip
        self._base, self._timed_out, self._given = base, timed_out, examined
        self._built: dict[str, pl.DataFrame] = {}
        self._own: dict[str, pl.DataFrame] | None = None

    def __iter__(self) -> Iterator[str]:
        return iter(CHECK_SCHEMAS)

    def __len__(self) -> int:
        return len(CHECK_SCHEMAS)

    def __getitem__(self, table: str) -> pl.DataFrame:
        if table not in CHECK_SCHEMAS:
            raise KeyError(table)
        if table not in self._built:
            self._built[table] = self._build(table)
        return self._built[table]

    def own(self, table: str) -> pl.DataFrame:
        """A table as the examiners gave it, without the facts of the document."""
        if self._own is None:
            given = self._given if self._given is not None else _examined(self._base)
            rows: dict[str, list[Any]] = defaultdict(list)
            docs: dict[str, list[str]] = defaultdict(list)
            for doc, tables in given:
                for name, some in tables.items():
                    rows[name].extend(some)
                    docs[name].extend([doc] * len(some))
            self._own = {name: _frame(rows[name], docs[name], schema) for name, schema in SCHEMA_OF.items()}
        return self._own[table]

    @cached_property
    def context(self) -> pl.DataFrame:
        """The columns of `CONTEXT`, one row a record."""
        return self["document_facts"].select("doc", *CONTEXT)

    def _build(self, table: str) -> pl.DataFrame:
        base = self._base
        if table == "documents":
            return base["documents"].drop("text", strict=False).with_columns(
                pl.lit(None, pl.UInt32).alias("start")).select(CHECK_SCHEMAS[table].names())  # fmt: skip
        if table == "timeouts":
            rows = [(doc, None, rule) for doc, rule in self._timed_out]
            return pl.DataFrame(rows, schema=CHECK_SCHEMAS[table], orient="row")
        if table == "document_facts":
            return _document_facts(base["document_facts"], self.own("extra"))
        if table in CORPUS_SCHEMAS:
            return corpus_table(table, base)
        if table in ("spans", "links"):
            return _joined(base[table], self.context, table)
        if table == "portions":
            return _portions(
                base["portions"], base["redactions"], self["document_facts"], self.context, self.own("observations")
            )
        if table == "redactions":
            around = self.own("withheld").with_columns(pl.col("redaction").cast(pl.UInt32))
            return _joined(base[table].join(around, on=["doc", "redaction"], how="left"), self.context, table)
        return _joined(self.own(table), self.context, table)


def gather(examined: Iterable[tuple[str, Rows]]) -> pl.DataFrame:
    """Rows of `check_rows.Gathered` of examined documents, with the column `doc`."""
    rows: list[Any] = []
    docs: list[str] = []
    for doc, tables in examined:
        some = tables.get("gathered", ())
        rows.extend(some)
        docs.extend([doc] * len(some))
    return _frame(rows, docs, SCHEMA_OF["gathered"])


def build(
    documents: pl.DataFrame, spans: pl.DataFrame, portions: pl.DataFrame, redactions: pl.DataFrame, links: pl.DataFrame,
    document_facts: pl.DataFrame, *, gathered: pl.DataFrame | None = None,
    timed_out: Sequence[tuple[str, str]] = (),
    examined: Iterable[tuple[str, Rows]] | None = None,
) -> CheckTables:  # fmt: skip
    """Tables of `CHECK_SCHEMAS` for a batch, built as they are asked for.

    Args:
        documents, spans, portions, redactions, links, document_facts: tables of the audit.
        gathered: what `gather` gave of each batch, for the tables over a whole audit.
        timed_out: document and id of pattern rules that ran out of their time.
        examined: name of each document with what `check_examine.examine` gave of it, where a caller has that already;
            otherwise documents are examined here when a table needs it.
    """
    base = {"documents": documents, "spans": spans, "portions": portions, "redactions": redactions, "links": links,
            "document_facts": document_facts}  # fmt: skip
    if gathered is not None:
        base["gathered"] = gathered
    return CheckTables(base, timed_out, examined)


def _examined(base: Mapping[str, pl.DataFrame]) -> Iterator[tuple[str, Rows]]:
    """Examine every document of a batch from its tables."""
    by_doc: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    spans = base["spans"].select("doc", "start", "end", "kind", "value", "rule")
    for doc, *span in spans.iter_rows():
        by_doc[doc]["spans"].append(Span(*span))
    for name, row_type in (("portions", Paragraph), ("redactions", Redaction), ("links", Link)):
        for doc, *row in base[name].iter_rows():
            by_doc[doc][name].append(row_type(*row))
    facts = {row.pop("doc"): row for row in base["document_facts"].iter_rows(named=True)}
    for doc, text in base["documents"].select("doc", "text").iter_rows():
        if text is None or doc not in facts:
            continue
        document, rows = Document.of(doc, text), by_doc[doc]
        layout = lay_out(document, rows["spans"])
        record = DocumentRecord(rows["portions"], rows["redactions"], rows["links"], facts[doc], layout)
        yield doc, examine(document, rows["spans"], record)


def _joined(frame: pl.DataFrame, context: pl.DataFrame, table: str) -> pl.DataFrame:
    schema = CHECK_SCHEMAS[table]
    if not frame.height:
        return schema.to_frame(eager=True)
    extra = [name for name in context.columns if name == "doc" or name not in frame.columns]
    return frame.join(context.select(extra), on="doc", how="inner", maintain_order="left").select(schema.names())


def _document_facts(records: pl.DataFrame, extra: pl.DataFrame) -> pl.DataFrame:
    """Table `document_facts` with everything that conditions ask of a document as a whole."""
    automatic = pl.max_horizontal(pl.date(pl.col("document_date").dt.year() + 25, 12, 31), pl.lit(AUTOMATIC_FROM))
    no_place = pl.lit(None, pl.UInt32)
    records = records.filter(pl.col("document_type") != "not-a-record")
    return records.join(extra, on="doc", how="inner", maintain_order="left").with_columns(
        pl.col("redactions").alias("redactions_withheld"),
        no_place.alias("start"), no_place.alias("end"), no_place.alias("line"),
        pl.when(pl.col("document_date").is_not_null()).then(automatic).alias("automatic_date"),
        pl.col("paragraphs_missing").list.len().alias("n_missing"),
    ).select(pl.col(name).cast(dtype) for name, dtype in _FACTS.items())  # fmt: skip


_ODD_MARKS = ("double-level", "foreign-without-slashes", "unknown-mark")
"""Observations of marks at the head of a paragraph that are no portion mark in form."""


def _portions(
    portions: pl.DataFrame, redactions: pl.DataFrame, facts: pl.DataFrame, context: pl.DataFrame,
    observations: pl.DataFrame,
) -> pl.DataFrame:
    held = redactions.filter(pl.col("portion").is_not_null() & pl.col("role").is_in(["content", "page"]))
    counts = held.group_by("doc", "portion").agg(pl.len().cast(pl.UInt32).alias("withheld_in"))
    odd = observations.filter(pl.col("what").is_in(_ODD_MARKS)).select("doc", "line", has_odd_mark=True).unique()
    frame = (
        portions.join(counts, on=["doc", "portion"], how="left", maintain_order="left")
        .join(odd, on=["doc", "line"], how="left", maintain_order="left")
        .with_columns(pl.col("withheld_in").fill_null(0), pl.col("has_odd_mark").fill_null(value=False))
    )
    own = facts.with_columns(pl.col("level").alias("document_level")).select(
        "doc", *(name for name in _PORTION_FACTS if name not in ("withheld_in", "has_odd_mark"))
    )
    return _joined(frame.join(own, on="doc", how="inner", maintain_order="left"), context, "portions")
