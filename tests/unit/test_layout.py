"""Layout: furniture, pages, paragraphs, numbering."""

from __future__ import annotations

import re

import pytest

from redact.document import Document
from redact.layout import Layout, lay_out, mark_level
from redact.span import Span, by_kind

KINDS = {
    "banner": r"(?m)^(?:CONFIDENTIAL|SECRET)\b",
    "portion": r"\((?:TS|S|C|U|SBU)\)",
    "page": r"(?m)^PAGE \d\d",
    "redaction": r"\[REDACTED\]",
    "case": r"(?<=Case Number: )\S+",
    "exemption": r"(?m)^B\d$",
    "release": r"Declassified/Released US Department of State EO Systematic Review",
    "control": r"(?m)^SIPDIS$",
}


def laid_out(text: str) -> Layout:
    spans = [
        Span(m.start(), m.end(), kind, m.group().strip("()"), "test")
        for kind, pattern in KINDS.items()
        for m in re.finditer(pattern, text)
    ]
    return lay_out(Document.of("test", text), sorted(spans))


def numbers(text: str) -> list[str | None]:
    return [paragraph.number for paragraph in laid_out(text).paragraphs]


def test_page_footer_inside_a_paragraph_does_not_end_it() -> None:
    text = (
        "SUBJECT: PORTS\n\n1. (C) THE MINISTER ARRIVED ON\n\nCONFIDENTIAL\n\nCONFIDENTIAL\n"
        "PAGE 02 LIMA 14540 092105Z\nMONDAY.\n\n2. (U) HE LEFT.\n"
    )
    layout = laid_out(text)
    first, second = layout.paragraphs
    assert "MONDAY" in text[first.start : first.end]
    assert (first.number, first.mark, first.level, first.line) == ("1", "C", "CONFIDENTIAL", 3)
    assert (second.number, second.mark, second.level) == ("2", "U", "UNCLASSIFIED")
    assert layout.furniture == {4: "banner", 6: "banner", 7: "page"}
    assert layout.pages == [0, text.index("PAGE 02")]


def test_leaked_caption_and_notes_are_furniture() -> None:
    text = "1. (U) TEXT GOES\n\nSIPDIS\nON.\n\nn/a\n[REDACTED]\nCase Number: S200200010\nB1\nNNNN\n"
    assert list(laid_out(text).furniture.values()) == ["banner", "placeholder", "case", "code", "note", "end"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. One.\n2. Two.\n3. Three.\n", ["1", "2", "3"]),
        ("1) One.\n2) Two.\n", ["1", "2"]),
        ("\u00b61. (C) One.\n\u00b62. (C) Two.\n", ["1", "2"]),
        # A list inside a paragraph, then the next paragraph.
        ("1. One:\n(1) first\n(2) second\n2. Two.\n", ["1", "2"]),
        ("1. One.\n2. Two:\n1. first\n2. second\n3. Three.\n4. Four.\n", ["1", "2", "3", "4"]),
        # A sentence that a wrapped line continues with a number.
        ("1. He came on June\n30. He left.\n2. Two.\n", ["1", "2"]),
        ("1. One.\n2. It cost\n3.5 million.\n3. Three.\n", ["1", "2", "3"]),
        ("1. One.\n\n2. Two.\n\n4. Four.\n\n5. Five.\n", ["1", "2", "4", "5"]),
        # The scanner read 3 and 5 badly.
        ("1. One.\n2. Two.\n: 3. Three.\n4. Four.\n5s On Monday.\n6. Six.\n", ["1", "2", "3", "4", "5", "6"]),
        ("11. lone list item\n", []),
    ],
)
def test_numbering(text: str, expected: list[str]) -> None:
    assert numbers(text) == expected


def test_missing_number_shows_in_the_run() -> None:
    layout = laid_out("1. One.\n\n2. Two.\n\n4. Four.\n\n5. Five.\n")
    assert layout.numbers == [1, 2, 4, 5]


def test_numbers_of_addressees_references_and_attributes_are_not_paragraphs() -> None:
    text = (
        "TO 1. POST\nSUBJ: PORTS\nREF: LIMA 1\n1. (U) ONE.\n2. (U) TWO.\n"
        "\nMessage Attributes\nCopy: 3\n3. Original Classification: n/a\n"
    )
    layout = laid_out(text)
    assert layout.numbers == [1, 2]
    assert layout.end == text.index("\nMessage Attributes")
    assert layout.paragraphs[-1].end == layout.end


def test_unnumbered_portions_and_titled_portions() -> None:
    text = "SUBJECT: (S) TROOPS\n\n(U) Memorandum text that goes on.\n\n- (C) An item.\n"
    rows = laid_out(text).paragraphs
    assert [(row.number, row.mark) for row in rows] == [(None, "S"), (None, "U"), (None, "C")]
    assert text[rows[0].start : rows[0].end] == "SUBJECT: (S) TROOPS"


def test_text_without_numbers_is_cut_at_blank_lines() -> None:
    block = "A paragraph of ordinary words that runs on for more than eighty characters before it stops here."
    rows = laid_out(f"Dear Sir,\n\n{block}\n\n{block}\n\nYours\n").paragraphs
    assert [row.line for row in rows] == [3, 5]


def test_paragraph_of_an_offset() -> None:
    text = "SUBJ: X\n1. ONE\n2. TWO\n"
    layout = laid_out(text)
    found = layout.paragraph_of(text.index("TWO"))
    assert found is not None
    assert found.number == "2"
    assert layout.paragraph_of(0) is None


def test_form_feeds_part_pages() -> None:
    layout = laid_out("one\n\fPAGE 02 X\ntwo\n\fthree")
    assert layout.pages == [0, 5, 20]
    assert [layout.page_of(offset) for offset in (0, 4, 5, 21)] == [0, 0, 1, 2]


@pytest.mark.parametrize(
    ("mark", "level"),
    [
        ("C", "CONFIDENTIAL"),
        ("S//NF", "SECRET"),
        ("TS//SI//NF", "TOP SECRET"),
        ("SBU", "UNCLASSIFIED"),
        ("U//FOUO", "UNCLASSIFIED"),
        ("S-RD", "SECRET"),
        ("//GBRS", "SECRET"),
        ("//NS", "SECRET"),
        ("CONFIDENTIAL", "CONFIDENTIAL"),
        ("SL", None),
    ],
)
def test_level_of_a_portion_mark(mark: str, level: str | None) -> None:
    assert mark_level(mark) == level


@pytest.mark.parametrize("text", ["", "\n", "\n\n\n", "1.", "(", "\f", "\r\n1. x\r\n", "1. \ud7ff\n" * 3, "9" * 5000])
def test_odd_texts_are_laid_out(text: str) -> None:
    layout = laid_out(text)
    assert layout.pages[0] == 0
    assert all(0 <= p.start <= p.end <= len(text) for p in layout.paragraphs)


def test_spans_by_kind_keep_their_order() -> None:
    spans = [Span(0, 1, "page", "1", "r"), Span(2, 3, "banner", "SECRET", "r"), Span(4, 5, "page", "2", "r")]
    assert by_kind(spans) == {"page": [spans[0], spans[2]], "banner": [spans[1]]}
    assert lay_out(Document.of("t", "a\nb\nc\n"), spans) == lay_out(
        Document.of("t", "a\nb\nc\n"), spans, by_kind(spans)
    )
