"""Audit results made in memory: what every report must cope with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from redact.tables import SCHEMAS, empty

HOSTILE = (
    '\x1b]52;c;aGk=\x07\x1b[2J\x9b31m\x00\u202e<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    "</style>[/x][REDACTED]]]>&amp;%0A::error::"
)
TEXT_1 = "MEMORANDUM FOR THE FILE\n\nTO: RECORD FILE\n\nFROM: ZXQ-SEVEN\nThe visit of AGENT ORANGEBLOSSOM to Lima.\n"
TEXT_2 = f"CONFIDENTIAL\n{HOSTILE}\nSECOND MARK KWYJIBO\n"


@dataclass(frozen=True)
class Result:
    """The shape of an audit result."""

    documents: pl.DataFrame
    spans: pl.DataFrame
    portions: pl.DataFrame
    redactions: pl.DataFrame
    links: pl.DataFrame
    document_facts: pl.DataFrame
    findings: pl.DataFrame
    as_of: date = date(2026, 1, 1)
    mode: str = "archive"
    rules_digest: str = "d" * 64
    version: str = "0.1.0"
    skipped: tuple[tuple[str, str], ...] = ()
    suppressed: pl.DataFrame | None = None


@dataclass(frozen=True)
class Card:
    """A rule's texts."""

    id: str
    title: str
    severity: str = "error"
    authority: tuple[str, ...] = ("5 U.S.C. 552(b)(7)",)
    rationale: str = "Without its letter nobody can appeal."
    advice: str = "Look at the margin of the page image."
    extra: dict[str, Any] = field(default_factory=dict)


CARDS = {
    "b7-without-letter": Card("b7-without-letter", "Exemption 7 without its letter"),
    "name-printed-elsewhere": Card("name-printed-elsewhere", "Withheld name printed elsewhere"),
    "steering-characters": Card("steering-characters", "Control characters in a record", "warning"),
    "banner-missing": Card("banner-missing", "No banner line", "note"),
}


def digest(*parts: object) -> str:
    """32 hexadecimal digits."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def finding(text: str, doc: str, evidence: str, rule: str, severity: str = "error", **more: Any) -> dict[str, Any]:
    """One row of the table of findings, placed where the evidence stands in the text."""
    start = text.index(evidence)
    line = text.count("\n", 0, start) + 1
    row = {
        "rule": rule,
        "severity": severity,
        "doc": doc,
        "line": line,
        "column": start - (text.rfind("\n", 0, start) + 1) + 1,
        "start": start,
        "end": start + len(evidence),
        "message": "exemption 7 without its letter, A to F",
        "evidence": evidence,
        "authority": "5 U.S.C. 552(b)(7)",
        "advice": "look in the margin of the page image; else ask the reviewing office",
        "fingerprint": digest(rule, doc, evidence),
        "digest": digest("digest", rule, evidence),
        "count": 1,
        "sensitive": False,
    }
    return row | more


def make_result(
    texts: dict[str, str | None], rows: list[dict[str, Any]], kinds: dict[str, str] | None = None, **more: Any
) -> Result:
    """A result over the given texts and findings; documents are memoranda unless `kinds` says otherwise."""
    documents = pl.DataFrame(
        [
            {
                "doc": doc,
                "sha256": hashlib.sha256((text or "").encode()).hexdigest(),
                "media_type": "text/plain",
                "encoding": "utf-8" if text is not None else None,
                "text": text,
                "n_chars": len(text or ""),
                "parent": None,
                "unreadable": None if text is not None else "not a text",
            }
            for doc, text in texts.items()
        ],
        schema=SCHEMAS["documents"],
    )
    facts = pl.DataFrame(
        [
            {name: [] if isinstance(kind, pl.List) else None for name, kind in SCHEMAS["document_facts"].items()}
            | {
                "doc": doc,
                "document_type": (kinds or {}).get(doc, "memorandum"),
                "redactions": 0,
                "redactions_justified": 0,
                "markings_struck": 0,
            }
            for doc, text in texts.items()
            if text is not None
        ],
        schema=SCHEMAS["document_facts"],
    )
    tables: dict[str, Any] = {
        name: empty(name) for name in SCHEMAS if name not in ("documents", "document_facts", "findings")
    }
    tables |= {"documents": documents, "document_facts": facts}
    tables["findings"] = pl.DataFrame(rows, schema=SCHEMAS["findings"]) if rows else empty("findings")
    return replace(Result(**tables), **more)


@pytest.fixture
def result() -> Result:
    """Five documents, five findings: a plain one, a sensitive one, hostile evidence, a note, an unreadable document."""
    texts = {
        "lima/F201604417.txt": TEXT_1,
        "lima/hostile.txt": TEXT_2,
        "news.txt": "Nothing here.\n",
        "clean.txt": "UNCLASSIFIED\n",
        "broken.bin": None,
    }
    rows = [
        finding(TEXT_1, "lima/F201604417.txt", "ZXQ-SEVEN", "b7-without-letter"),
        finding(
            TEXT_1,
            "lima/F201604417.txt",
            "AGENT ORANGEBLOSSOM",
            "name-printed-elsewhere",
            message="the name withheld on line 1, AGENT ORANGEBLOSSOM, is printed on line 6",
            sensitive=True,
        ),
        finding(TEXT_2, "lima/hostile.txt", HOSTILE, "steering-characters", "warning", message=f"found {HOSTILE}"),
        finding(TEXT_2, "lima/hostile.txt", "KWYJIBO", "banner-missing", "note", count=3),
        finding("", "broken.bin", "", "document-unreadable", message="not a text"),
    ]
    return make_result(texts, rows, {"news.txt": "not-a-record"}, skipped=(("lima/scan.pdf", "format not read"),))


@pytest.fixture
def clean_result() -> Result:
    """One document, no finding."""
    return make_result({"clean.txt": "UNCLASSIFIED\n"}, [])


class Make:
    """The builders of this file, for tests that need results of their own."""

    result = staticmethod(make_result)
    finding = staticmethod(finding)
    hostile = HOSTILE


@pytest.fixture
def make() -> Make:
    """Builders."""
    return Make()


@pytest.fixture
def cards() -> dict[str, Card]:
    """Rule texts."""
    return CARDS
