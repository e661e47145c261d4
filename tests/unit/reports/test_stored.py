"""A report from an audit folder is the report of the audit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from redact import audit_folder, reports
from redact.cli.report import load_result
from redact.gate import gate
from redact.reports import FORMATS, RenderOptions, html, worklist
from redact.tables import SCHEMAS


def written(result: Any, folder: Path, *, text: bool = True) -> Any:
    """The result, stored and read back."""
    run = {
        "redact": result.version,
        "rules_digest": result.rules_digest,
        "as_of": result.as_of.isoformat(),
        "mode": result.mode,
        "skipped": [list(item) for item in result.skipped],
    }
    tables = {name: getattr(result, name) for name in SCHEMAS}
    audit_folder.write(tables, folder, run, text=text)
    return load_result(folder)


@pytest.mark.parametrize("name", [*FORMATS, "html"])
def test_same_bytes_as_from_memory(name: str, result: Any, tmp_path: Path) -> None:
    stored = written(result, tmp_path / "audit")
    options = RenderOptions(gate=gate(result.findings))
    render = html.render if name == "html" else reports.renderer(name).render
    assert render(stored, options) == render(result, options)


@pytest.mark.parametrize("name", [*FORMATS, "html"])
def test_a_folder_without_texts_is_reported_without_context(name: str, result: Any, tmp_path: Path) -> None:
    stored = written(result, tmp_path / "audit", text=False)
    render = html.render if name == "html" else reports.renderer(name).render
    assert "b7-without-letter" in render(stored, RenderOptions())
    assert worklist.table(stored)["before"].to_list() == [""] * result.findings.height
