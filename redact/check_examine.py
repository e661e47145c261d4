"""One document to the rows that conditions speak about."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from redact import (
    check_authority,
    check_document,
    check_gather,
    check_header,
    check_marks,
    check_reading,
    check_stamps,
    check_structure,
    check_withheld,
)
from redact.document import Document
from redact.facts import DocumentRecord
from redact.fields import finder_of, words_of
from redact.span import Span
from redact.words import WordFinder

Rows = dict[str, list[Any]]
"""Table → rows of `check_rows`, of one document."""
_EXAMINERS = (
    check_authority, check_document, check_gather, check_header, check_marks, check_reading, check_stamps,
    check_structure, check_withheld,
)  # fmt: skip


@cache
def examined_words() -> WordFinder:
    """What finds the words that the examiners and all stages before them ask for, in one pass over a text."""
    return finder_of(word for module in _EXAMINERS for word in module.WORDS)


def examine(document: Document, spans: Sequence[Span], record: DocumentRecord) -> Rows:
    """Rows that conditions are asked of, from one document.

    Args:
        document: the document.
        spans: its spans, sorted by start.
        record: what `facts.derive` made of them.

    Returns:
        Rows by table, tables without rows left out; a document that is no record gives none but its extra facts.
    """
    reading = check_reading.Reading(document, spans, record, words_of(document.text, examined_words()).all_places)
    unread = check_marks.unread_banners(reading)
    if not reading.is_record:
        return {"extra": [check_document.extra_of(reading, [], [], [], [], unread)]}
    banners = check_authority.banners_of(reading)
    orders = check_authority.orders_of(reading)
    reasons = check_authority.reasons_of(reading)
    instructions = check_authority.instructions_of(reading)
    extra = check_document.extra_of(reading, banners, orders, reasons, instructions, unread)
    marked = extra.marking_date
    structure, withheld = check_structure.structure(reading, extra), check_withheld.withheld(reading)
    rows: Rows = {
        "banners": banners,
        "orders": orders,
        "reasons": reasons,
        "instructions": instructions,
        "releases": check_stamps.releases_of(reading),
        "cases": check_stamps.cases_of(reading),
        "exemptions": check_stamps.exemptions_of(reading, reasons),
        "extra": [extra],
        "marking_faults": check_marks.marking_faults(reading, marked, unread),
        "rollups": check_marks.rollups(reading, marked),
        **structure,
        **withheld,
        "observations": [*structure["observations"], *withheld["observations"]],
        "gathered": check_gather.gathered(reading),
    }
    return {table: some for table, some in rows.items() if some}
