"""Router: record or none, and which record."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from redact.document import Document
from redact.router import document_type, is_record, record_type
from redact.span import Span
from redact.vocabulary import DOCUMENT_TYPES

ROOT = Path(__file__).resolve().parents[2]
PROSE = "The committee met in the old hall and talked for an hour about the harbour, the mill and the new road.\n"
LICENCE = "Permission is hereby granted, free of charge, to any person obtaining a copy of this software.\n"


def document(text: str, *marks: tuple[str, str, str]) -> tuple[Document, list[Span]]:
    """A document and spans over every occurrence of each literal (kind, literal, value)."""
    spans = [
        Span(m.start(), m.end(), kind, value, "test")
        for kind, literal, value in marks
        for m in re.finditer(re.escape(literal), text)
    ]
    return Document.of("test", text), sorted(spans)


@pytest.mark.parametrize(
    ("text", "kind", "literal", "value"),
    [
        ("CONFIDENTIAL\n", "banner", "CONFIDENTIAL", "CONFIDENTIAL"),
        ("E.O. 12356\n", "eo", "E.O. 12356", "12356"),
        ("(b)(6)\n", "exemption", "(b)(6)", "FOIA:b6"),
        ("Reason: 1.4(d)\n", "reason", "1.4(d)", "1.4(d)"),
        ("2. (C) He left.\n", "portion", "(C)", "C"),
        ("the source, [REDACTED], said\n", "redaction", "[REDACTED]", "REDACTED"),
    ],
)
def test_snippet_that_holds_a_marking_is_a_record(text: str, kind: str, literal: str, value: str) -> None:
    assert is_record(*document(text, (kind, literal, value)))


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        # A book: an editor's [sic], one heading, a page count.
        (
            PROSE * 400 + "CONFIDENTIAL\n" + PROSE * 400 + "He wrote [sic] so.\nPage 3 of 7\n" + PROSE * 200,
            [("banner", "CONFIDENTIAL", "CONFIDENTIAL"), ("lacuna", "[sic]", "sic"), ("page", "Page 3 of 7", "3/7")],
        ),
        ("A note [sic] in a letter.\n", [("lacuna", "[sic]", "sic")]),
        # A licence, a statute: list letters, citations.
        (LICENCE * 40 + "(C) The notice.\n(S) The schedule.\n", [("portion", "(C)", "C"), ("portion", "(S)", "S")]),
        (PROSE * 60 + "(b)(1) of this section\n" * 9, [("exemption", "(b)(1)", "FOIA:b1")]),
        # A manual that names an order once, and a program that masks passwords.
        (PROSE * 60 + "as amended by E.O. 13526.\n", [("eo", "E.O. 13526", "13526")]),
        (LICENCE * 60 + "password=[REDACTED]\n", [("redaction", "[REDACTED]", "REDACTED")]),
        (
            LICENCE * 60 + "call XXXXXXXX to set ██\n",
            [("redaction", "XXXXXXXX", "X-OUT"), ("redaction", "██", "BLOCK")],
        ),
        (PROSE * 20, []),
        ("", []),
    ],
)
def test_weak_evidence_in_long_prose_is_no_record(text: str, marks: list[tuple[str, str, str]]) -> None:
    assert document_type(*document(text, *marks)) == "not-a-record"


@pytest.mark.parametrize("name", ["001_78555f6cffb14129.txt", "002_e484ff4d5fb90b32.txt"])
def test_press_and_country_report_are_no_records(name: str) -> None:
    text = (ROOT / "seeds" / name).read_text(encoding="utf-8")
    assert document_type(Document.of(name, text), []) == "not-a-record"


def test_long_record_with_one_level_line_stays_a_record() -> None:
    text = (
        "R 171458Z JUN 09\nFM USMISSION VIENNA\nTO SECSTATE WASHDC\nUNCLAS VIENNA 000279\n\nTAGS: AORC\nSUBJECT: COST\n"
        + PROSE * 700
    )
    assert document_type(*document(text, ("banner", "UNCLAS", "UNCLASSIFIED"))) == "telegram"


@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        (
            "Identifier\nCreated\nClassification\nOrigin\n05LIMA1\n2005-01-01 00:00:00\nSECRET\nEmbassy Lima\n",
            [],
            "telegram",
        ),
        ("Message Text\nX\nMessage Attributes\nOriginal Classification: n/a\n", [], "telegram"),
        (
            "RELEASE IN PART B6\n\nFrom: A\nSent: Monday, May 3, 2010 1:00 PM\nTo: B\nSubject: Hi\n",
            [("release", "RELEASE IN PART", "PART"), ("exemption", "B6", "FOIA:b6")],
            "email",
        ),
        (
            "115. Memorandum From A to B1\n\n Washington, May 10, 1990\n\nText.\n\n1 Source: Library. Secret.\n",
            [],
            "frus",
        ),
        (
            "SECRET\nMEMORANDUM FOR: The Director\nSUBJECT: Ports\n1. Text\n",
            [("banner", "SECRET", "SECRET")],
            "memorandum",
        ),
        (
            "TOP SECRET\nCENTRAL INTELLIGENCE BULLETIN\n2 January 1960\n",
            [("banner", "TOP SECRET", "TOP SECRET")],
            "report",
        ),
        (
            "WITHDRAWAL NOTICE\nRG 59\nFolder: Peru\nACCESS RESTRICTED\n",
            [("redaction", "WITHDRAWAL NOTICE", "WITHHELD"), ("redaction", "ACCESS RESTRICTED", "WITHHELD")],
            "withdrawal-sheet",
        ),
        (
            "JFK ASSASSINATION SYSTEM\nIDENTIFICATION FORM\nAGENCY : CIA\nRECORD NUMBER : 176-10036-10131\nTITLE : X\n",
            [("case", "176-10036-10131", "176-10036-10131")],
            "release-cover",
        ),
        ("Approved For Release 2003/12/09\n", [("release", "Approved For Release", "APPROVED")], "release-cover"),
        ("SECRET\nDear Mr. Chairman,\n" + PROSE * 4, [("banner", "SECRET", "SECRET")], "other-record"),
    ],
)
def test_type_of_record(text: str, marks: list[tuple[str, str, str]], expected: str) -> None:
    assert document_type(*document(text, *marks)) == expected


def test_long_release_that_holds_nothing_but_excisions_is_a_record() -> None:
    text = (PROSE * 5 + "He told [REDACTED] so. (b)(6)\n") * 200
    marks = [("redaction", "[REDACTED]", "REDACTED"), ("exemption", "(b)(6)", "FOIA:b6")]
    assert document_type(*document(text, *marks)) == "other-record"


def test_known_record_is_never_none() -> None:
    read = document(PROSE * 100)
    assert document_type(*read) == "not-a-record"
    assert record_type(*read) in set(DOCUMENT_TYPES) - {"not-a-record"}
