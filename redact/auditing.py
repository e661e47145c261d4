"""The library's front door: audit a batch of documents, get frames back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from importlib.metadata import PackageNotFoundError, version

import polars as pl

from redact.document import SURROGATE
from redact.pipeline import Engine, Tables
from redact.rulebook import Rulebook, packaged
from redact.tables import SCHEMAS

TABLES = ("documents", "spans", "portions", "redactions", "links", "document_facts", "findings")


@dataclass(frozen=True, slots=True)
class AuditResult:
    """Everything an audit gives; the frames have the schemas of redact.tables.

    Attributes:
        as_of: the day against which overdue was judged.
        mode: `archive` or `publication`.
        rules_digest: SHA-256 of the rule files and tables in force.
        version: of redact.
        skipped: path and reason of files that were not read.
        suppressed: what a rule considered and kept silent about (doc, rule, start, suppressed_by).
    """

    documents: pl.DataFrame
    spans: pl.DataFrame
    portions: pl.DataFrame
    redactions: pl.DataFrame
    links: pl.DataFrame
    document_facts: pl.DataFrame
    findings: pl.DataFrame
    as_of: date
    mode: str
    rules_digest: str
    version: str
    skipped: tuple[tuple[str, str], ...] = ()
    suppressed: pl.DataFrame | None = field(default=None)

    def tables(self) -> dict[str, pl.DataFrame]:
        """The tables by name."""
        return {name: getattr(self, name) for name in TABLES}


def installed_version() -> str:
    """Version of the installed distribution."""
    try:
        return version("redact-audit")
    except PackageNotFoundError:
        return "0"


def documents_frame(documents: Mapping[str, str] | Iterable[tuple[str, str]]) -> pl.DataFrame:
    """Table `documents` of texts by name; half of a surrogate pair, which no file holds, becomes U+FFFD."""
    items = documents.items() if isinstance(documents, Mapping) else documents
    rows = [
        (doc, hashlib.sha256(text.encode()).hexdigest(), "text/plain", "utf-8", text, len(text), None, None)
        for doc, text in ((doc, SURROGATE.sub("\ufffd", text)) for doc, text in items)
    ]
    return pl.DataFrame(rows, schema=SCHEMAS["documents"], orient="row")


def merge(batches: Sequence[Tables]) -> dict[str, pl.DataFrame]:
    """Tables of several batches, one under the other."""
    merged: dict[str, pl.DataFrame] = {}
    for item in fields(Tables):
        frames = [frame for batch in batches if (frame := getattr(batch, item.name)).width]
        merged[item.name] = pl.concat(frames, rechunk=False) if frames else pl.DataFrame(schema=SCHEMAS.get(item.name))
    return merged


def audit_documents(
    documents: pl.DataFrame | Mapping[str, str], *, as_of: date, rulebook: Rulebook | None = None,
    mode: str = "archive", profile: Mapping[str, str] | None = None,
) -> AuditResult:  # fmt: skip
    """Audit documents that are already in memory.

    Args:
        documents: table `documents`, or texts by name.
        as_of: the day against which overdue is judged.
        rulebook: the packaged one where none is given.
        mode: `archive` (leak checks warn) or `publication` (they are errors).
        profile: rule → severity or `off`.
    """
    book = rulebook or packaged()
    engine = Engine(book)
    frame = documents if isinstance(documents, pl.DataFrame) else documents_frame(documents)
    batch = engine.audit(frame, as_of=as_of, mode=mode, profile=profile)
    return finish(engine, [batch], as_of=as_of, mode=mode, profile=profile)


def finish(
    engine: Engine, batches: Sequence[Tables], *, as_of: date, mode: str, profile: Mapping[str, str] | None = None,
    only: frozenset[str] | None = None, skipped: Sequence[tuple[str, str]] = (),
) -> AuditResult:  # fmt: skip
    """Join batches and run the checks that compare documents with each other."""
    merged = merge(batches)
    documents = merged.pop("documents")
    findings, suppressed = merged.pop("findings"), merged.pop("suppressed")
    more, silent = engine.corpus_findings(documents, merged, as_of=as_of, mode=mode, profile=profile, only=only)
    del merged["gathered"]
    findings = pl.concat([findings, more]).sort("doc", "start", "rule", "end", "message", maintain_order=True)
    suppressed = pl.concat([suppressed, silent]).sort("doc", "start", "rule", maintain_order=True)
    return AuditResult(
        documents=documents, findings=findings, suppressed=suppressed, as_of=as_of, mode=mode,
        rules_digest=engine.rulebook.digest, version=installed_version(), skipped=tuple(skipped), **merged,
    )  # fmt: skip
