"""Section and page numbers."""

from __future__ import annotations

import pytest

from redact.normalise.numbers import page, section


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("SECTION 01 OF 04", "1/4"), ("01 OF 04", "1/4"), ("002 OF 003", "2/3"), ("SCT4N 02 OF 03", "2/3"),
        ("Stt111574 01 OF 03", "1/3"), ("03 OF O3", "3/3"), ("SECTION 1 0F 2", "1/2"),
        ("03 OF Oa", None), ("SECTION 3 OF 2", None), ("SECTION 00 OF 02", None), ("SECTION", None), ("", None),
    ],
)  # fmt: skip
def test_section(text: str, value: str | None) -> None:
    assert section(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("PAGE 02", "2"), ("Page 3 of 7", "3/7"), ("PAGE TWO", "2"), ("PAGE NO, 2", "2"), ("PA/GE NO. 2", "2"),
        ("PAGEND. 6", "6"),
        ("PAGE O¥E", "1"), ("PAGE TO", "2"), ("PAE ‘TWO", "2"), ("PAGE NO. I", "1"), ("Page4", "4"),
        ("Page four of seven", "4/7"),
        ("PAGE 1 OF £", None), ("PAGE 2 OF 1", None), ("PAGE", None), ("PAGE SIDE", None), ("", None),
        ("PAGE " + "9" * 80, None),
    ],
)  # fmt: skip
def test_page(text: str, value: str | None) -> None:
    assert page(text) == value
