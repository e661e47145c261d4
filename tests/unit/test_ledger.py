"""Roles of placeholders and their pairing with exemption codes."""

from __future__ import annotations

import re

import pytest

from redact.document import Document
from redact.layout import lay_out
from redact.ledger import IN_REVIEW, IN_STAMP, NO_CODE, NO_PLACEHOLDER, STRUCK, Link, Redaction, keep_ledger
from redact.span import Span, by_kind
from redact.tables import SCHEMAS

KINDS = (
    ("banner", r"(?m)^(?:CONFIDENTIAL|SECRET)$", None),
    ("banner", r"UNCLASSIFIED(?= U\.S\. Department)", None),
    ("page", r"(?m)^PAGE \d\d", None),
    ("section", r"SECTION \d\d OF \d\d", None),
    ("redaction", r"\[REDACTED\]", "REDACTED"),
    ("redaction", r"\[[^\]\n]*not declassified[^\]\n]*\]", "NOT DECLASSIFIED"),
    ("redaction", r"X{6,}", "X-OUT"),
    ("redaction", r"NON-RESPONSIVE", "NON-RESPONSIVE"),
    ("redaction", r"\d+ Page\(s\) withheld entirely", "WITHHELD"),
    ("case", r"(?<=Case No\. )\S+", None),
    ("release", r"RELEASED? IN (?:PART|FULL)", "PART"),
    ("exemption", r"\(b\)\(\d\)", None),
    ("exemption", r"\bB\d\b", None),
    ("exemption", r"25X6", "EO:25X6"),
    ("exemption", r"(?m)^STAT$", "CIA:STAT"),
)


def ledger(text: str, *extra: Span) -> tuple[list[Redaction], list[Link]]:
    spans = [
        Span(m.start(), m.end(), kind, value or "FOIA:" + m.group().replace("(", "").replace(")", "").lower(), "test")
        if kind == "exemption"
        else Span(m.start(), m.end(), kind, value or m.group(), "test")
        for kind, pattern, value in KINDS
        for m in re.finditer(pattern, text)
    ]
    document = Document.of("test", text)
    spans = sorted([*spans, *extra])
    return keep_ledger(document, by_kind(spans), lay_out(document, spans))


def pairs(text: str) -> list[tuple[int | None, str | None, str | None]]:
    return [(link.redaction, link.code, link.basis) for link in ledger(text)[1]]


BODY = "SUBJECT: X\n\n1. TEXT BEFORE\nGOES ON\n"


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("[REDACTED] SECTION 01 OF 04 LIMA 14540\n", "marking"),
        ("1. [REDACTED] -- ENTIRE TEXT\n2. TEXT\n", "marking"),
        ("TEXT\n\n[REDACTED]\n\nPAGE 02 LIMA 14540\n", "marking"),
        ("TEXT\n\n[REDACTED]\n\nNNNN\n", "marking"),
        ("n/a\n[REDACTED]\nTEXT\n", "marking"),
        ("TEXT\n[REDACTED]\nn/a\n\nMORE\n", "marking"),
        ("CLASSIFICATION: [REDACTED]\nTEXT\n", "marking"),
        ("HE SAID [REDACTED] WOULD RESIGN\n", "content"),
        ("HE REFUSED\n\n[REDACTED] SAID SO\n", "content"),
        ("SUBJECT: [REDACTED]\n", "content"),
        ("3. TEXT\n\n[REDACTED]\n\n4. TEXT\n", "content"),
        # The page still shows its level: nothing was struck there, so the words above it were.
        ("TEXT\n\n[REDACTED]\n\nCONFIDENTIAL\n", "content"),
        ("TEXT\n[REDACTED]\nB1\nMORE\n", "content"),
        ("[REDACTED]", "content"),
        ("from [name not declassified] of the Station\n", "content"),
        ("[Document not declassified. 5 pages.]\n", "page"),
        ("8 Page(s) withheld entirely\n", "page"),
        ("NON-RESPONSIVE\n", "scope"),
        ("the source, XXXXXXXXXXXX, said\n", "publisher"),
        ("RELEASE IN PART\nthe source, XXXXXXXXXXXX, said\n", "content"),
    ],
)
def test_role_by_position(text: str, role: str) -> None:
    redactions, _ = ledger(text)
    assert [row.role for row in redactions] == [role]


def test_code_in_the_place_of_the_text() -> None:
    text = BODY + "HE (b)(6) CALLED\n"
    start = text.index("(b)(6)")
    redactions, links = ledger(text, Span(start, start + 6, "redaction", "CODE", "test"))
    assert redactions[0].justified is True
    assert redactions[0].portion == 1
    assert [(link.redaction, link.code, link.basis) for link in links] == [(1, "FOIA:b6", "in-place")]


def test_codes_of_a_line_go_to_the_placeholder_before_them() -> None:
    text = BODY + "[REDACTED] (b)(6) AND [REDACTED] (b)(1)\n"
    assert pairs(text) == [(1, "FOIA:b6", "same-line"), (2, "FOIA:b1", "same-line")]


def test_code_lines_below_are_matched_in_order() -> None:
    text = BODY + "[REDACTED] SAID SO [REDACTED] AND LEFT.\n\nB1\n\nB6\n\nNEXT HEADING\n"
    assert pairs(text) == [(1, "FOIA:b1", "following-line"), (2, "FOIA:b6", "following-line")]


def test_one_code_line_covers_all_placeholders_above_it() -> None:
    text = BODY + "[REDACTED] SAID SO [REDACTED] AND LEFT.\nB1\n"
    assert pairs(text) == [(1, "FOIA:b1", "following-line"), (2, "FOIA:b1", "following-line")]


def test_several_codes_of_one_placeholder() -> None:
    text = BODY + "[REDACTED] SAID SO.\nB1\nB6\n"
    assert pairs(text) == [(1, "FOIA:b1", "following-line"), (1, "FOIA:b6", "following-line")]


def test_next_paragraph_and_distance_part_codes_from_placeholders() -> None:
    beyond = BODY + "[REDACTED] SAID SO.\n2. NEXT PARAGRAPH\nB1\n"
    assert all(basis != "following-line" for _, _, basis in pairs(beyond))
    far = BODY + "[REDACTED] SAID SO.\n" + "TEXT\n" * 6 + "B1\n"
    assert all(basis != "following-line" for _, _, basis in pairs(far))


def test_code_line_just_above() -> None:
    assert pairs(BODY + "B6\nMR. [REDACTED] CALLED\n") == [(1, "FOIA:b6", "preceding-line")]


def test_stamp_covers_what_no_code_stands_beside() -> None:
    text = "RELEASED IN PART B1\n\n" + BODY + "HE SAID [REDACTED] TODAY\n"
    redactions, links = ledger(text)
    assert redactions[0].justified is True
    assert [(link.redaction, link.code, link.basis) for link in links] == [(1, "FOIA:b1", "document-stamp")]


def test_margin_code_of_the_same_page() -> None:
    text = "STAT\n\nSome words of a page that goes on\nand on\nand on\nto Mr. [REDACTED] of the\nfirm.\n\fSecond page\n"
    assert pairs(text) == [(1, "CIA:STAT", "page-stamp")]


def test_what_stands_alone_says_why() -> None:
    text = (
        "[REDACTED]\nn/a\nRELEASED IN PART\nB1\n\nDATE/CASE ID: 19 JUL 2002 S200200010\n"
        "CLASSIFICATION: CONFIDENTIAL REASON: 25X6\n\n1. TEXT\n"
    )
    _, links = ledger(text)
    assert [link.why_alone for link in links] == [STRUCK, IN_STAMP, IN_REVIEW]
    assert [link.why_alone for link in ledger(BODY + "HE SAID [REDACTED] TODAY\n")[1]] == [NO_CODE]
    assert [link.why_alone for link in ledger(BODY + "THE NAME IS GONE\nB6\n")[1]] == [NO_PLACEHOLDER]


def test_published_brackets_need_no_code_and_state_their_extent() -> None:
    redactions, links = ledger("He met [1½ lines not declassified] and left.\n")
    assert redactions[0].justified is None
    assert (redactions[0].extent, redactions[0].extent_unit) == (1.5, "line")
    assert links[0].why_alone is not None


def test_codes_of_a_released_copys_margin_do_not_pair_with_markings() -> None:
    text = "UNCLASSIFIED U.S. Department of State Case No. F-2014-1\nRELEASE IN PART B6\n[REDACTED]\nn/a\nFrom:\n"
    redactions, links = ledger(text)
    assert [row.role for row in redactions] == ["marking"]
    assert redactions[0].justified is None
    assert [(link.redaction, link.code) for link in links] == [(1, None), (None, "FOIA:b6")]


def test_every_code_and_every_placeholder_is_accounted_for() -> None:
    text = "RELEASED IN PART B1 B6\n" + BODY + "[REDACTED] A [REDACTED]\nB5\n\n[REDACTED]\nn/a\n\nB6\nLAST [REDACTED]\n"
    redactions, links = ledger(text)
    assert {link.redaction for link in links if link.redaction} == {row.redaction for row in redactions}
    assert {link.start for link in links if link.start is not None} == {
        m.start() for m in re.finditer(r"\bB\d\b", text)
    }
    assert all((link.basis is None) != (link.why_alone is None) for link in links)


def test_rows_have_the_columns_of_their_tables() -> None:
    assert ["doc", *Redaction._fields] == list(SCHEMAS["redactions"])
    assert ["doc", *Link._fields] == list(SCHEMAS["links"])
