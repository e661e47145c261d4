"""Files of other systems end their lines with CR LF: they say the same, and offsets refer to them as they are."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from redact.auditing import AuditResult, audit_documents
from tests.conftest import ROOT

AS_OF = date(2026, 1, 1)
TEXTS = {
    path.relative_to(ROOT).as_posix(): path.read_bytes().decode().replace("\r\n", "\n")
    for folder in ("seeds", "tests/golden/documents", "tests/gold/dev/documents", "tests/gold/invented/documents")
    for path in sorted((ROOT / folder).glob("*.txt"))
}


@pytest.fixture(scope="module")
def plain() -> AuditResult:
    return audit_documents(TEXTS, as_of=AS_OF)


@pytest.fixture(scope="module")
def returned() -> AuditResult:
    return audit_documents({name: text.replace("\n", "\r\n") for name, text in TEXTS.items()}, as_of=AS_OF)


def test_every_marking_stands_where_it_stood(plain: AuditResult, returned: AuditResult) -> None:
    def spans(result: AuditResult, returns: int) -> list[tuple[Any, ...]]:
        columns = ("doc", "kind", "start", "line", "text", "value", "rule")
        return sorted(
            (doc, kind, start - returns * (line - 1), line, text.replace("\r\n", "\n"), value, rule)
            for doc, kind, start, line, text, value, rule in result.spans.select(columns).iter_rows()
        )

    assert len(TEXTS) > 200
    assert spans(returned, 1) == spans(plain, 0)


def test_text_of_a_span_is_cut_out_of_the_file_as_it_is(returned: AuditResult) -> None:
    for doc, start, end, text in returned.spans.select("doc", "start", "end", "text").iter_rows():
        assert TEXTS[doc].replace("\n", "\r\n")[start:end] == text


def test_findings_are_the_same(plain: AuditResult, returned: AuditResult) -> None:
    columns = ("doc", "rule", "severity", "line")
    assert returned.findings.select(columns).rows() == plain.findings.select(columns).rows()


def test_a_file_on_disk(tmp_path: Path) -> None:
    from redact.api import audit

    (tmp_path / "a.txt").write_bytes(b"SECRET\r\n\r\nMEMORANDUM FOR: the Director\r\n\r\n1. (S) Crops failed.\r\n\r\nSECRET\r\n")
    found = audit(str(tmp_path), as_of=AS_OF).spans.select("kind", "line", "text").rows()
    assert found == [("banner", 1, "SECRET"), ("portion", 5, "(S)"), ("banner", 7, "SECRET")]
