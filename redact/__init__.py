"""Audit declassified, released or about-to-be-released records.

import redact
result = redact.audit(["release/"])
result.findings          # polars frame, see redact.tables
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redact.api import audit, load_rulebook
    from redact.auditing import AuditResult, audit_documents
    from redact.document import Document
    from redact.grammar import parse_banner, parse_portion

__all__ = [
    "AuditResult", "Document", "audit", "audit_documents", "load_rulebook", "parse_banner", "parse_portion",
]  # fmt: skip

_HOMES = {
    "AuditResult": "redact.auditing",
    "Document": "redact.document",
    "audit": "redact.api",
    "audit_documents": "redact.auditing",
    "load_rulebook": "redact.api",
    "parse_banner": "redact.grammar",
    "parse_portion": "redact.grammar",
}


def __getattr__(name: str) -> Any:
    """Public names, imported when they are first asked for: `import redact` costs nothing."""
    import importlib

    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
