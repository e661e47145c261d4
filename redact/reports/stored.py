"""The result of an earlier audit, as a report needs it, from its audit folder: `redact report` runs nothing again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from redact.audit_folder import AuditFolder
from redact.errors import UsageError
from redact.tables import SCHEMAS


@dataclass(frozen=True)
class StoredResult:
    """The tables and terms of an audit; `suppressed` is not stored, so it is None."""

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
    skipped: tuple[tuple[str, str], ...]
    suppressed: pl.DataFrame | None = None


def stored_result(folder: AuditFolder) -> StoredResult:
    """Read an audit folder's tables and run.

    Raises:
        UsageError: A table is missing or damaged, or the run does not tell its terms.
    """
    tables: dict[str, Any] = {name: folder.read(name) for name in SCHEMAS}
    run: Mapping[str, Any] = folder.run
    try:
        return StoredResult(
            **tables,
            as_of=date.fromisoformat(folder.as_of),
            mode=str(run["mode"]),
            rules_digest=str(run["rules_digest"]),
            version=str(run["redact"]),
            skipped=tuple((str(path), str(reason)) for path, reason in run.get("skipped", ())),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"{folder.name}: run.json does not tell the terms of the audit; run the audit again"
        ) from error
