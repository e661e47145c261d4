"""One document to the rows that conditions speak about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from redact.check_authority import banners_of, instructions_of, orders_of, reasons_of
from redact.check_document import extra_of
from redact.check_gather import gathered
from redact.check_marks import marking_faults, rollups
from redact.check_reading import Reading
from redact.check_stamps import cases_of, exemptions_of, releases_of
from redact.check_structure import structure
from redact.check_withheld import withheld
from redact.document import Document
from redact.facts import DocumentRecord
from redact.span import Span

Rows = dict[str, list[Any]]
"""Table → rows of `check_rows`, of one document."""


def examine(document: Document, spans: Sequence[Span], record: DocumentRecord) -> Rows:
    """Rows that conditions are asked of, from one document.

    Args:
        document: the document.
        spans: its spans, sorted by start.
        record: what `facts.derive` made of them.

    Returns:
        Rows by table; a document that is no record gives none but its extra facts.
    """
    by_kind: dict[str, list[Span]] = {}
    is_record = record.facts["document_type"] != "not-a-record"
    for span in spans if is_record else ():
        by_kind.setdefault(span.kind, []).append(span)
    reading = Reading(
        document,
        document.text,
        spans if is_record else (),
        by_kind,
        record,
        record.facts,
        record.facts["document_date"],
    )
    rows: Rows = {}
    if not is_record:
        rows["extra"] = [extra_of(reading, [], [], [], [])]
        return rows
    rows["banners"] = banners = banners_of(reading)
    rows["orders"] = orders = orders_of(reading)
    rows["reasons"] = reasons = reasons_of(reading)
    rows["instructions"] = instructions = instructions_of(reading)
    rows["releases"] = releases_of(reading)
    rows["cases"] = cases_of(reading)
    rows["exemptions"] = exemptions_of(reading, reasons)
    rows["extra"] = [extra := extra_of(reading, banners, orders, reasons, instructions)]
    rows["marking_faults"] = marking_faults(reading, extra.marking_date)
    rows["rollups"] = rollups(reading, extra.marking_date)
    rows.update(structure(reading, extra))
    rows["gathered"] = gathered(reading)
    for table, some in withheld(reading).items():
        rows.setdefault(table, []).extend(some)
    return rows
