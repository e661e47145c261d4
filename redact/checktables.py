"""The tables that conditions speak about, and how they are built from those of an audit.

A condition's table holds its own columns, `doc`, and the facts of the document that most conditions need
(`CONTEXT`). Documents that are no records have a row in `documents` only, so that no condition speaks of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import Any

import polars as pl

from redact.check_corpus import CORPUS_SCHEMAS, corpus_table
from redact.check_examine import Rows, examine
from redact.check_rows import SCHEMA_OF
from redact.columns import column
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
_ODD_MARKS = ("double-level", "foreign-without-slashes", "unknown-mark")
"""Observations of marks at the head of a paragraph that are no portion mark in form."""


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
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    return pl.DataFrame([
        pl.Series("doc", docs, dtype=pl.String),
        *(column(name, some, dtype, strict=False) for (name, dtype), some in zip(schema.items(), columns, strict=True)),
    ])  # fmt: skip


class CheckTables(Mapping[str, pl.DataFrame]):
    """The tables of `CHECK_SCHEMAS` for a batch; each column is built when it is first asked for."""

    def __init__(self, base: Mapping[str, pl.DataFrame], timed_out: Sequence[tuple[str, str]],
                 examined: Iterable[tuple[str, Rows]] | None) -> None:  # fmt: skip
        self._base, self._timed_out, self._given = base, timed_out, examined
        self._facts: dict[str, pl.Series] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(CHECK_SCHEMAS)

    def __len__(self) -> int:
        return len(CHECK_SCHEMAS)

    def __getitem__(self, table: str) -> pl.DataFrame:
        return self.part(table, CHECK_SCHEMAS[table].names())

    def part(self, table: str, columns: Collection[str]) -> pl.DataFrame:
        """`doc` and some columns of a table, in the order of its schema.

        Raises:
            KeyError: there is no such table.
        """
        names = [name for name in CHECK_SCHEMAS[table] if name == "doc" or name in columns]
        base = self._base
        if table == "documents":
            return base["documents"].select(
                pl.lit(None, pl.UInt32).alias(name) if name == "start" else name for name in names
            )
        if table == "timeouts":
            rows = [(doc, None, rule) for doc, rule in self._timed_out]
            return pl.DataFrame(rows, schema=CHECK_SCHEMAS[table], orient="row").select(names)
        if table in CORPUS_SCHEMAS:
            return corpus_table(table, base).select(names)
        if table == "document_facts":
            return self._of_records(names)
        if table in ("spans", "links"):
            return self._joined(base[table], names)
        if table == "portions":
            return self._joined(self._portions(names), names)
        if table == "redactions":
            return self._joined(self._redactions(names), names)
        return self._own(table, names)

    @cached_property
    def _records(self) -> tuple[pl.DataFrame, Mapping[str, list[tuple[int, list[Any]]]]]:
        """Facts of the records of the batch; and by table the number of a record with its rows, where it has any."""
        given = self._given if self._given is not None else _examined(self._base)
        examined = {doc: tables for doc, tables in given if tables.get("extra")}
        facts = self._base["document_facts"]
        is_examined = pl.Series([doc in examined for doc in facts["doc"].to_list()], dtype=pl.Boolean)
        facts = facts.filter(is_examined & (facts["document_type"] != "not-a-record"))
        by_table: dict[str, list[tuple[int, list[Any]]]] = defaultdict(list)
        for number, doc in enumerate(facts["doc"].to_list()):
            for table, rows in examined[doc].items():
                if rows:
                    by_table[table].append((number, rows))
        return facts, by_table

    def _rows(self, table: str) -> tuple[dict[str, Sequence[Any]], list[int]]:
        """Columns of a table as the examiners gave it, and for each row the number of its record."""
        given, names = self._records[1].get(table, ()), SCHEMA_OF[table].names()
        columns = list(zip(*chain.from_iterable(rows for _, rows in given), strict=True)) or [()] * len(names)
        return dict(zip(names, columns, strict=True)), [number for number, rows in given for _ in rows]

    @cached_property
    def _extra(self) -> dict[str, Sequence[Any]]:
        return self._rows("extra")[0]

    def _fact(self, name: str) -> pl.Series:
        """A column of table `document_facts`, a row a record."""
        if name not in self._facts:
            self._facts[name] = self._fact_of(name).alias(name)
        return self._facts[name]

    def _fact_of(self, name: str) -> pl.Series:
        records = self._records[0]
        if name == "redactions_withheld":
            return records["redactions"]
        if name == "document_level":
            return records["level"]
        if name == "n_missing":
            return records["paragraphs_missing"].list.len()
        if name == "automatic_date":
            day = pl.col("document_date")
            due = pl.max_horizontal(pl.date(day.dt.year() + 25, 12, 31), pl.lit(AUTOMATIC_FROM))
            return records.select(pl.when(day.is_not_null()).then(due)).to_series()
        if name in records.columns:
            return records[name]
        if name in self._extra:
            return column(name, self._extra[name], _EXTRA[name], strict=False)
        return pl.Series(name, [None] * records.height, dtype=_FACTS[name])

    def _of_records(self, names: Iterable[str]) -> pl.DataFrame:
        return pl.DataFrame([self._fact(name) for name in names])

    def _own(self, table: str, names: Collection[str]) -> pl.DataFrame:
        """Columns of a table as the examiners gave it, with facts of the document where it has none of that name."""
        columns, numbers = self._rows(table)
        schema, record = SCHEMA_OF[table], pl.Series(numbers, dtype=pl.UInt32)
        facts = self._of_records(name for name in names if name not in columns)[record]
        return pl.DataFrame([
            column(name, columns[name], schema[name], strict=False) if name in columns else facts.get_column(name)
            for name in names
        ])  # fmt: skip

    def _joined(self, frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
        """A table with the facts of the document that it has not itself; documents that are no records are left out."""
        facts = self._of_records(["doc", *(name for name in names if name not in frame.columns)])
        own = frame.select([name for name in names if name in frame.columns])
        return own.join(facts, on="doc", how="inner", maintain_order="left").select(names)

    def _redactions(self, names: Sequence[str]) -> pl.DataFrame:
        around = [name for name in names if name in _WITHHELD]
        if not around:
            return self._base["redactions"]
        given = self._own("withheld", ["doc", "redaction", *around]).with_columns(pl.col("redaction").cast(pl.UInt32))
        return self._base["redactions"].join(given, on=["doc", "redaction"], how="left", maintain_order="left")

    def _portions(self, names: Sequence[str]) -> pl.DataFrame:
        frame = self._base["portions"]
        if "withheld_in" in names:
            held = self._base["redactions"].filter(
                pl.col("portion").is_not_null() & pl.col("role").is_in(["content", "page"])
            )
            counts = held.group_by("doc", "portion").agg(pl.len().cast(pl.UInt32).alias("withheld_in"))
            frame = frame.join(counts, on=["doc", "portion"], how="left", maintain_order="left").with_columns(
                pl.col("withheld_in").fill_null(0)
            )
        if "has_odd_mark" in names:
            seen = self._own("observations", ["doc", "line", "what"])
            odd = seen.filter(pl.col("what").is_in(_ODD_MARKS)).select("doc", "line", has_odd_mark=True).unique()
            frame = frame.join(odd, on=["doc", "line"], how="left", maintain_order="left").with_columns(
                pl.col("has_odd_mark").fill_null(value=False)
            )
        return frame


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
