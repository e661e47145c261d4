"""The share withheld of a document: from what it declares, never from a guess."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import redact
from redact.document import Document
from redact.pipeline import Engine
from redact.rulebook import packaged
from redact.shares import in_words
from redact.tables import DocumentFacts

ENGINE = Engine(packaged())

CABLE = """CONFIDENTIAL

PAGE 01 QUELVARA 02214 101530Z
R 101530Z MAR 88
FM AMEMBASSY QUELVARA
TO SECSTATE WASHDC 4410
C O N F I D E N T I A L QUELVARA 02214

E.O. 12356: DECL: OADR
TAGS: PREL
SUBJECT: HARBOR DUES

"""
FRUS = """88. Telegram From the Embassy in Costaguana to the Department of State

Quelvara, May 9, 1968, 1815Z.

"""
NOTE = "\n1 Source: National Archives, RG 59, Central Files 1967-69, POL 1 COST. Secret; Exdis.\n"
SHEET = """FEDERAL BUREAU OF INVESTIGATION
FOIPA
DELETED PAGE INFORMATION SHEET

8 Page(s) withheld entirely at this location in the file. One or more of
the following statements, where indicated, explain this deletion.

Section 552   (b)(6)   (b)(7)(C)
"""
LONG = "The Minister said that the dues would be reviewed once the survey of the harbor had been completed by June. "


def share(text: str) -> dict[str, object]:
    """Facts of a text."""
    return ENGINE.understand(Document.of("x", text)).record.facts


DECLARED = [
    # FRUS: 4 lines declared; "The talks went on.", "They ended at noon." and "Hollis" printed.
    ("frus-lines", FRUS + "1. The talks went on.\n[4 lines not declassified]\nThey ended at noon.\n\nHollis\n" + NOTE,
     4 / 7, "line", 4, 3, False),
    # 1½ and less than 1 (half of one), against two lines.
    ("frus-fractions", FRUS + "1. He came late. [1½ lines not declassified] He left.\n\n"
     "2. [less than 1 line not declassified] was not asked again.\n" + NOTE, 2 / 4, "line", 2, 2, False),
    # The finer amount of a bracket that gives two.
    ("frus-paragraphs-in-lines", FRUS + "1. The talks went on.\n\n[3 paragraphs (19 lines) not declassified]\n" + NOTE,
     19 / 20, "line", 19, 1, False),
    # Paragraphs 1, 2 and 4 printed, one withheld.
    ("frus-paragraph", FRUS + "1. The talks went on.\n\n2. They ended.\n\n3. [1 paragraph not declassified]\n\n"
     "4. End of the story.\n" + NOTE, 1 / 4, "paragraph", 1, 3, False),
    # 8 x 108 characters in one line of an edition: 863 / 65 = 13.3, so 14 lines of typescript.
    ("frus-unbroken", FRUS + "1. " + (LONG * 8).strip() + "\n\n2. [2 lines not declassified]\n" + NOTE,
     2 / 16, "line", 2, 14, False),
    # A name says what it is, not how much.
    ("frus-lines-and-name", FRUS + "1. The talks with [name not declassified] went on.\n\n"
     "2. [3 lines not declassified]\n" + NOTE, 3 / 4, "line", 3, 1, True),
    ("frus-document", FRUS + "[Document not declassified. 5 pages.]\n" + NOTE, 1.0, "document", 1, 0, False),
    ("frus-pages-and-no-text", FRUS + "[3 pages not declassified]\n" + NOTE, 1.0, "page", 3, 0, False),
    # Three form feed pages, the second a notice only.
    ("one-page-of-three", "SECRET\nThe first page of it.\n\f[1 page withheld in full]\n\fThe third page.\nSECRET\n",
     1 / 3, "page", 1, 2, False),
    ("page-of-total", "SECRET\n\nMEMORANDUM FOR THE FILE\nSUBJECT: DUES\n\nThe text of the file.\n"
     "[Page 3 of 5 withheld in full under (b)(5)]\n", 1 / 5, "page", 1, 4, False),
    # Pages 1 and 4 of 4 printed, 1½ withheld: half a page is not accounted for.
    ("numbered-pages", "SECRET\nPage 1 of 4\nThe text begins.\n[1½ pages not declassified]\nPage 4 of 4\nIt ends.\n",
     1.5 / 4, "page", 1.5, 2, True),
    ("sheet-alone", SHEET, 1.0, "page", 8, 0, False),
    ("sheet-and-two-pages", SHEET + "\fFirst page of the report.\n\fSecond page of the report.\n",
     0.8, "page", 8, 2, False),
    ("notice-of-withdrawal", "WITHDRAWAL NOTICE\n\nRG: 59\nBox: 14\n\nThe item identified below has been withdrawn "
     "from this file:\n\nDate: 7/11/1969\nFrom: Quelvara\n\nNND: 989999\n\nACCESS RESTRICTED\n",
     1.0, "document", 1, 0, False),
    ("denied-in-full", "DENIED IN FULL\nB1, 1.4(D)\nCase Number: S200300147\n", 1.0, "document", 1, 0, False),
    # "TEXT GOES ON AND ON." and "LAST ONE." against 3 lines; the [REDACTED] in the last one states no amount.
    ("cable-lines", CABLE + "1. (C) TEXT GOES ON AND ON.\n2. (C) [3 lines redacted]\n3. (C) LAST [REDACTED] ONE.\n",
     3 / 5, "line", 3, 2, True),
    # Two lines black from end to end; the bar within a line is not measured.
    ("blacked-out", "SECRET\n\nMEMORANDUM FOR THE RECORD\nSUBJECT: DUES\n\n1. (S) Text of the paragraph.\n"
     "████████████████████\n████████████████████\n   (b)(1)\n2. (U) More of the ███ text here.\nSECRET\n",
     2 / 4, "line", 2, 2, True),
    # Nine words: He met in the old town hall that day.
    ("words", "SECRET\n\n(S) He met [2 words not declassified] in the old town hall that day.\n\nSECRET\n",
     2 / 11, "word", 2, 9, False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "unit", "held", "printed", "more"), [row[1:] for row in DECLARED],
                         ids=[row[0] for row in DECLARED])  # fmt: skip
def test_a_declared_extent_gives_a_share(
    text: str, value: float, unit: str, held: float, printed: float, more: bool
) -> None:
    facts = share(text)
    assert facts["share_withheld"] == pytest.approx(value), facts["share_basis"]
    assert (facts["share_unit"], facts["extent_withheld"], facts["extent_printed"]) == (unit, held, printed)
    assert facts["share_at_least"] is more
    assert facts["share_basis"]


UNKNOWN = [
    ("no-extent", CABLE + "1. (C) TEXT [REDACTED] GOES ON.\nB1\n2. (C) MORE [REDACTED].\nB1\n", 2,
     "extent not declared: 2 redactions"),
    ("names", FRUS + "1. He met [name not declassified].\n" + NOTE, 1, "extent not declared: 1 redaction"),
    ("pages-uncounted", "SECRET\n\nThe text begins and goes on.\n\nNext 3 Page(s) In Document Denied\n\nIt ends.\n", 0,
     "3 pages declared withheld; how many are printed is not marked"),
    ("code-alone", CABLE + "1. (C) TEXT GOES ON.\nB1\n2. (C) MORE.\n", 0, "codes stand without a placeholder"),
    ("part-without-excision", "RELEASED IN PART\nB1\n" + CABLE + "1. (C) TEXT GOES ON.\n", 0, "no excision is shown"),
    ("denied-with-text", "DENIED IN FULL\nB1\n" + CABLE + "1. (C) TEXT GOES ON.\n2. (C) MORE.\n", 0,
     "denied in full, yet 2 paragraphs printed"),
    ("enclosure-withheld", "SECRET\n\nMEMORANDUM FOR THE PRESIDENT\nSUBJECT: DUES\n\n" + LONG
     + "\n\nAttachment\n[Document not declassified. 2 pages.]\n", 0, "withheld (2 pages), yet 1 paragraph printed"),
    ("sheet-of-a-library", "WITHDRAWAL SHEET\nRonald Reagan Library\n\n1. memo  Ault to Birk (2 pp.)  9/12/84  P1/F1\n"
     "2. cable  Quelvara 4418 (3 pp.)  9/10/84  P1\n", 1, "a withdrawal sheet lists"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "undeclared", "why"), [row[1:] for row in UNKNOWN], ids=[row[0] for row in UNKNOWN])
def test_without_a_stated_amount_there_is_no_share_but_a_reason(text: str, undeclared: int, why: str) -> None:
    facts = share(text)
    assert facts["share_withheld"] is None
    assert facts["extent_undeclared"] == undeclared
    assert why in str(facts["share_basis"])


def test_what_is_no_redaction_is_no_share() -> None:
    none = share(CABLE + "1. (C) TEXT GOES ON.\n")
    struck = share(CABLE + "1. (C) TEXT GOES ON.\n\n[REDACTED]\n\nNNNN\n")
    scope = share("UNCLASSIFIED\nFrom: Ault\nTo: Birk\nSubject: dues\n\nThe text.\n\nNON-RESPONSIVE\n\nMore text.\n")
    assert [facts["share_withheld"] for facts in (none, struck, scope)] == [0.0, 0.0, 0.0]
    assert none["share_basis"] == "nothing is marked as withheld"
    assert "out of scope" in str(scope["share_basis"])
    assert share("The harbor dues were paid in May.\n")["share_withheld"] is None


def test_the_length_of_a_bar_within_a_line_changes_nothing() -> None:
    texts = [f"SECRET\n\n1. (S) He met {bar} in town. (b)(1)\n\nSECRET\n" for bar in ("██", "████████", "[REDACTED]")]
    assert len({(share(text)["share_withheld"], share(text)["share_basis"]) for text in texts}) == 1


def test_the_table_holds_it() -> None:
    result = redact.audit_documents({text[0]: text[1] for text in DECLARED}, as_of=date(2026, 1, 1))
    DocumentFacts.validate(result.document_facts)
    assert result.document_facts["share_withheld"].null_count() == 0


PIECES = st.sampled_from([
    "[2 lines not declassified]", "[Document not declassified. 5 pages.]", "8 Page(s) withheld entirely\n",
    "[REDACTED]", "[1 page withheld in full]",
    "[Page 2 of 3 withheld in full]", "[0 lines not declassified]", "[9999 pages not declassified]", "Page 1 of 2\n",
    "██████\n", "DENIED IN FULL\n", "DELETED PAGE INFORMATION SHEET\nTotal Deleted Page(s) = 4\n", "(b)(1)\n", "\f",
    "1. (S) Text of it.\n", "Source: Files. Secret.\n", "1 Source: Files.\n", "\n\n", "SECRET\n", "WITHDRAWAL SHEET\n",
    "[1 paragraph not declassified]", "NON-RESPONSIVE\n", "[Omitted here is a list.]", "x" * 300 + "\n", "\r\n",
    "[less than 1 line not declassified]", "PAGE 02 LIMA 14540\n", "[½ page not declassified]", "\u2028", "\x0b",
])  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=14).map("".join))
def test_any_text_gives_a_share_between_none_and_all_or_none_at_all(text: str) -> None:
    facts = share(text)
    value = facts["share_withheld"]
    assert value is None or (isinstance(value, float) and math.isfinite(value) and 0 <= value <= 1)
    assert facts["share_basis"]
    if value not in (None, 0.0):
        assert facts["share_unit"] is not None
        assert facts["extent_withheld"]


@pytest.mark.parametrize(
    ("value", "more", "words"),
    [(None, False, "not known"), (0.0, False, "none"), (1.0, True, "all"), (0.375, False, "38 %"),
     (0.25, True, "at least 25 %"), (0.0001, True, "under 1 %"), (0.9999, False, "over 99 %")],
)  # fmt: skip
def test_a_share_in_words_is_never_rounded_to_none_or_all(value: float | None, more: bool, words: str) -> None:
    assert in_words(value, more) == words
