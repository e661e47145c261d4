"""Small audit folders without texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from redact import audit_folder
from redact.review.session import Review
from redact.review.states import Policies
from redact.tables import SCHEMAS, empty

FACTS: dict[str, Any] = {
    "document_type": "telegram", "identifier": None, "title": None, "document_date": None, "origin": None, "era": None,
    "classification": None, "level": None, "highest_portion": None, "controls": [], "reasons": [], "declass": [],
    "release_status": None, "release_date": None, "cases": [], "redactions": 0, "redactions_justified": 0,
    "markings_struck": 0, "exemptions": [], "sections_seen": [], "sections_of": None, "paragraph_first": None,
    "paragraph_last": None, "paragraphs_missing": [],
}  # fmt: skip


def finding(number: int, **values: Any) -> dict[str, Any]:
    return {
        "rule": "code-missing", "severity": "warning", "doc": "a.txt", "line": number + 1, "column": 1,
        "start": number * 10, "end": number * 10 + 4, "message": f"message {number}", "evidence": f"words {number}",
        "authority": "E.O. 13526", "advice": "Look.", "fingerprint": f"{number:032}", "digest": f"digest {number}",
        "count": 1, "sensitive": False, **values,
    }  # fmt: skip


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    """Writes an audit folder of findings and facts by document."""

    def made(findings: list[dict[str, Any]], facts: dict[str, dict[str, Any]] | None = None) -> Path:
        tables = {name: empty(name) for name in SCHEMAS}
        rows = [finding(number, **values) for number, values in enumerate(findings)]
        tables["findings"] = pl.DataFrame(rows, schema=SCHEMAS["findings"])
        known = [{"doc": doc, **FACTS, **values} for doc, values in (facts or {"a.txt": {}}).items()]
        tables["document_facts"] = pl.DataFrame(known, schema=SCHEMAS["document_facts"])
        audit_folder.write(tables, tmp_path / "audit", {"as_of": "2026-11-22"})
        return tmp_path / "audit"

    return made


@pytest.fixture
def opened() -> Callable[..., Review]:
    """Opens an audit folder."""

    def open_(directory: Path, reviewer: str = "ana", **policies: Any) -> Review:
        return Review(audit_folder.read(directory), reviewer, Policies(**policies))

    return open_
