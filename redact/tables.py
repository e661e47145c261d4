"""The tables of an audit, one pandera model each; a model is the only definition of its table.

Offsets are code points of the document's text, start inclusive, end exclusive; lines and columns start at 1.
Unknown is null, never an empty string, zero or a guess.
"""

from __future__ import annotations

from typing import Any

import pandera.polars as pa
import polars as pl

from redact.vocabulary import (
    DOCUMENT_TYPES,
    KINDS,
    LEVELS,
    LINK_BASES,
    REDACTION_ROLES,
    RELEASE_STATUSES,
    SEVERITIES,
)

KIND = pl.Enum(KINDS)
SEVERITY = pl.Enum(SEVERITIES)
LEVEL = pl.Enum(LEVELS)
DOCUMENT_TYPE = pl.Enum(DOCUMENT_TYPES)
RELEASE_STATUS = pl.Enum(RELEASE_STATUSES)
ROLE = pl.Enum(REDACTION_ROLES)
BASIS = pl.Enum(LINK_BASES)
STRINGS = pl.List(pl.String)
INSTRUCTIONS = pl.List(pl.Struct({"value": pl.String, "date": pl.Date, "source": pl.String}))


class _Model(pa.DataFrameModel):
    class Config:
        strict = True
        ordered = True


class Documents(_Model):
    """Documents of a batch; one row a document, readable or not."""

    doc: str = pa.Field(unique=True, str_length={"min_value": 1}, description="name, unique in the audit")
    sha256: str = pa.Field(nullable=True, description="digest of the bytes")
    media_type: str = pa.Field(description="text/plain, ...")
    encoding: str = pa.Field(nullable=True, description="encoding the bytes were read with")
    text: str = pa.Field(nullable=True, description="what offsets refer to")
    n_chars: pl.UInt32 = pa.Field(metadata={"unit": "code points"})
    parent: str = pa.Field(nullable=True, description="document this one was taken out of")
    unreadable: str = pa.Field(nullable=True, description="why it could not be read")


class Spans(_Model):
    """Markings found; one row an occurrence, sorted by doc and start."""

    doc: str
    kind: KIND
    start: pl.UInt32
    end: pl.UInt32
    line: pl.UInt32 = pa.Field(ge=1)
    text: str
    value: str
    rule: str


class Portions(_Model):
    """Paragraphs and titled portions; one row each, in reading order."""

    doc: str
    portion: pl.UInt32 = pa.Field(ge=1, description="ordinal in the document")
    start: pl.UInt32
    end: pl.UInt32
    line: pl.UInt32 = pa.Field(ge=1)
    number: str = pa.Field(nullable=True, description="paragraph number as printed")
    mark: str = pa.Field(nullable=True, description="canonical portion mark")
    level: LEVEL = pa.Field(nullable=True)


class Redactions(_Model):
    """Placeholders; one row each, in reading order."""

    doc: str
    redaction: pl.UInt32 = pa.Field(ge=1, description="ordinal in the document")
    start: pl.UInt32
    end: pl.UInt32
    line: pl.UInt32 = pa.Field(ge=1)
    style: str = pa.Field(description="value of the redaction span")
    role: ROLE
    portion: pl.UInt32 = pa.Field(nullable=True, description="portion it stands in")
    extent: pl.Float64 = pa.Field(nullable=True, description="declared amount of withheld matter")
    extent_unit: str = pa.Field(nullable=True, description="line, paragraph, page, document")
    justified: bool = pa.Field(nullable=True, description="a code covers it; null where none is needed")
    page: str = pa.Field(nullable=True, description="number on its page line, else its place among form feeds")


class Links(_Model):
    """The ledger: one row a pair of redaction and exemption code; either side is null where it stands alone."""

    doc: str
    redaction: pl.UInt32 = pa.Field(nullable=True)
    code: str = pa.Field(nullable=True, description="canonical exemption code")
    start: pl.UInt32 = pa.Field(nullable=True, description="offset of the code")
    end: pl.UInt32 = pa.Field(nullable=True)
    line: pl.UInt32 = pa.Field(nullable=True)
    basis: BASIS = pa.Field(nullable=True, description="what the pairing rests on; null: no pair")
    why_alone: str = pa.Field(nullable=True, description="why a code or a redaction has no partner")
    page: str = pa.Field(nullable=True, description="page of the redaction; of the code where it stands alone")


class DocumentFacts(_Model):
    """What was understood of each document; one row a document that could be read."""

    doc: str
    document_type: DOCUMENT_TYPE
    identifier: str = pa.Field(nullable=True)
    title: str = pa.Field(nullable=True)
    document_date: pl.Date = pa.Field(nullable=True)
    origin: str = pa.Field(nullable=True)
    era: str = pa.Field(nullable=True, description="executive order in force on the document's date")
    classification: str = pa.Field(nullable=True, description="canonical banner of the whole document")
    level: LEVEL = pa.Field(nullable=True, description="level of that banner")
    highest_portion: LEVEL = pa.Field(nullable=True)
    controls: STRINGS
    reasons: STRINGS
    declass: INSTRUCTIONS
    release_status: RELEASE_STATUS = pa.Field(nullable=True)
    release_date: pl.Date = pa.Field(nullable=True, description="latest date of a release or review stamp")
    cases: STRINGS
    redactions: pl.UInt32 = pa.Field(description="placeholders that withhold content")
    redactions_justified: pl.UInt32
    markings_struck: pl.UInt32 = pa.Field(description="placeholders that stand for a marking")
    share_withheld: pl.Float64 = pa.Field(
        nullable=True, ge=0, le=1, description="part of the document that is withheld; null where it does not tell"
    )
    share_unit: str = pa.Field(
        nullable=True, isin=["document", "page", "paragraph", "line", "word"], description="unit of the comparison"
    )
    extent_withheld: pl.Float64 = pa.Field(nullable=True, ge=0, description="amount withheld, in share_unit")
    extent_printed: pl.Float64 = pa.Field(nullable=True, ge=0, description="amount printed, in share_unit")
    extent_undeclared: pl.UInt32 = pa.Field(description="placeholders for withheld content that state no amount")
    share_at_least: bool = pa.Field(description="more is withheld than share_withheld counts")
    share_basis: str = pa.Field(description="what the share rests on, or why there is none")
    exemptions: STRINGS
    sections_seen: pl.List(pl.UInt32)
    sections_of: pl.UInt32 = pa.Field(nullable=True)
    paragraph_first: pl.UInt32 = pa.Field(nullable=True)
    paragraph_last: pl.UInt32 = pa.Field(nullable=True)
    paragraphs_missing: pl.List(pl.UInt32)


class Findings(_Model):
    """What the audit reports; one row a finding, in the order of the contract."""

    rule: str
    severity: SEVERITY
    doc: str
    line: pl.UInt32 = pa.Field(ge=1)
    column: pl.UInt32 = pa.Field(ge=1)
    start: pl.UInt32
    end: pl.UInt32
    message: str
    evidence: str = pa.Field(description="the characters from start to end, shortened")
    authority: str
    advice: str
    fingerprint: str = pa.Field(str_length={"min_value": 32, "max_value": 32})
    digest: str = pa.Field(description="digest of evidence and rule version: a decision on another digest is void")
    count: pl.UInt32 = pa.Field(ge=1, description="occurrences that this finding stands for")
    sensitive: bool = pa.Field(description="evidence may disclose; masked unless asked for in full")


MODELS: dict[str, type[_Model]] = {
    "documents": Documents,
    "spans": Spans,
    "portions": Portions,
    "redactions": Redactions,
    "links": Links,
    "document_facts": DocumentFacts,
    "findings": Findings,
}


def _schema(model: type[_Model]) -> pl.Schema:
    columns: dict[str, Any] = {}
    for name, column in model.to_schema().columns.items():
        columns[name] = getattr(column.dtype, "type", column.dtype)
    return pl.Schema(columns)


SCHEMAS: dict[str, pl.Schema] = {name: _schema(model) for name, model in MODELS.items()}
"""Polars schema of every table, by name."""


def empty(table: str) -> pl.DataFrame:
    """The named table without rows."""
    return pl.DataFrame(schema=SCHEMAS[table])
