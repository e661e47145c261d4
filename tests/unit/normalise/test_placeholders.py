"""Placeholders: style, extent, lacunae, release stamps."""

from __future__ import annotations

import pytest

from redact.normalise.lookup import rows
from redact.normalise.placeholders import extent, lacuna, release, style

ROWS = rows("placeholders")


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["span_kind"] == "redaction"], ids=lambda row: str(row["placeholder_id"])
)
def test_style_of_every_example(row: dict[str, str]) -> None:
    assert style(row["example"]) == row["span_value"]


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["span_kind"] == "lacuna"], ids=lambda row: str(row["placeholder_id"])
)
def test_id_of_every_lacuna(row: dict[str, str]) -> None:
    assert lacuna(row["example"]) == row["placeholder_id"]


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["span_kind"] == "release"], ids=lambda row: str(row["placeholder_id"])
)
def test_status_of_every_stamp(row: dict[str, str]) -> None:
    assert release(row["example"]) == row["span_value"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("L__]", "BLANK"), ("[___", "BLANK"), ("|___", "BLANK"), ("[        ]", "BLANK"), ("■■", "BLOCK"),
        ("xxxxxxxxxxxx", "X-OUT"),
        ("[RE DACTED]", "REDACTED"), ("[Restricted]", "WITHHELD"), ("Next 1 Page(s) In Document Exempt", "WITHHELD"),
        ("(b)(6); (b)(7)(C)", "CODE"), ("[1 line nut declassified]", "NOT DECLASSIFIED"), ("[garble]", None),
        ("", None),
        ("a" * 1000, None),
    ],
)  # fmt: skip
def test_styles(text: str, name: str | None) -> None:
    assert style(text) == name


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("[2 paragraphs (19 lines) not declassified]", (19.0, "line")),
        ("[1½ lines not declassified]", (1.5, "line")),
        ("[1-1/2 lines not declassified]", (1.5, "line")),
        ("[1 paragraph (2.5 lines) not declassified]", (2.5, "line")),
        ("[less than 1 line not declassified]", (0.5, "line")),
        ("[less than 1 line of source text not declassified]", (0.5, "line")),
        ("[I line not declassified]", (1.0, "line")),
        ("[half a line not declassified]", (0.5, "line")),
        ("[one paragraph not declassified]", (1.0, "paragraph")),
        ("[6 words not declassified]", (6.0, "word")),
        ("8 Page(s) withheld entirely", (8.0, "page")),
        ("_8_ PAGES WITHHELD ENTIRELY", (8.0, "page")),
        ("Next 1 Page(s) In Document Exempt", (1.0, "page")),
        ("[Page 3 of 5 withheld in full]", (1.0, "page")),
        ("Pages 3-7 withheld in full", (5.0, "page")),
        ("[3½ pages not declassified]", (3.5, "page")),
        ("[Document not declassified. 5 pages.]", (5.0, "page")),
        ("[Document not declassified.]", (1.0, "document")),
        ("[name not declassified]", (None, None)),
        ("[REDACTED]", (None, None)),
        ("XXXXXXXXXXXX", (None, None)),
    ],
)
def test_extent(text: str, amount: tuple[float | None, str | None]) -> None:
    assert extent(text) == amount


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("RELEASE IN\n          PART", "PART"), ("Appr0ved for Release", "APPROVED"),
        ("Approved For ReIease", "APPROVED"),
        ("Declassified/Released\n\tUS Department of State", "DECLASSIFIED"), ("DECLASS1FIED", "DECLASSIFIED"),
        ("RELEASE UNDER THE PRESIDENT JOHN F. KENNEDY ASSASSINATION RECORDS ACT OF 1992", "APPROVED"),
        ("sentence", None),
    ],
)  # fmt: skip
def test_release(text: str, status: str | None) -> None:
    assert release(text) == status
