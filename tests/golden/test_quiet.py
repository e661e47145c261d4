"""Texts that are no records: not a span, not a finding, not a fact."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from redact.auditing import audit_documents
from redact.document import Document
from redact.pipeline import Engine
from redact.rulebook import packaged

GOLD = Path(__file__).parents[1] / "gold"
QUIET = sorted((GOLD / "null").glob("*.txt"))
TRAPS = [line for line in (GOLD / "prose_traps.txt").read_text(encoding="utf-8").split("\n") if line.strip()]


@cache
def engine() -> Engine:
    return Engine(packaged(), as_record=True)


@pytest.mark.parametrize("path", QUIET, ids=[path.stem for path in QUIET])
def test_a_text_that_is_no_record(path: Path) -> None:
    result = audit_documents({path.name: path.read_text(encoding="utf-8")}, as_of=date(2026, 1, 1))
    assert result.document_facts.get_column("document_type").to_list() == ["not-a-record"]
    assert result.spans.rows() == []
    assert result.findings.rows() == []


@pytest.mark.parametrize("line", TRAPS)
def test_prose_that_looks_like_a_marking(line: str) -> None:
    """Read as part of a record, so that the rule itself and not the router has to know better."""
    spans = engine().understand(Document.of("trap", line)).spans
    assert [(span.kind, line[span.start : span.end], span.rule) for span in spans] == []
