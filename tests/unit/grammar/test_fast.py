"""The scanner's entrance: canonical values of whole lines."""

from __future__ import annotations

import pytest

from redact.grammar import banner_value, damaged_level, parse_banner, portion_value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SECRET", ("SECRET", 0)),
        ("S E CAR E T", ("SECRET", 1)),
        ("CO 71 F1DENTI AL", ("CONFIDENTIAL", 2)),
        ('CONFI"ENTIAL', ("CONFIDENTIAL", 1)),
        ("BEQRET", ("SECRET", 1)),
        ("TOP SECRFT", ("TOP SECRET", 1)),
        ("SECRET/SEWS ITIVE", ("SECRET//SENSITIVE", 1)),
        ("CONFDENTIA", ("CONFIDENTIAL", 2)),
        ("UNCLASSI", ("UNCLASSIFIED", 2)),
        ("SE E T - NO FOREIGN DISSEMINATION", ("SECRET//NOFORN", 2)),
        ("L1MITED OFFICIAL USE", ("LIMITED OFFICIAL USE", 1)),
    ],
)
def test_damaged_level(text: str, expected: tuple[str, int]) -> None:
    found = damaged_level(text)
    assert found is not None
    assert found[0] == expected[0]
    assert abs(found[1] - expected[1]) <= 1


@pytest.mark.parametrize(
    "text",
    [
        "SECTOR",
        "SECTION",
        "SECURE",
        "SECRETARY",
        "RESTRICT",
        "CONFIDENT",
        "CONFIDENCE",
        "UNCLAIMED",
        "DESERT",
        "SECRETE",
        "COMMERCIAL",
        "CREDENTIAL",
        "PRESIDENTIAL",
        "RESIDENTIAL",
        "CLASSIFIED",
        "DECLASSIFIED",
        "UNCLASSIFIED WASTE",
        "REGRET",
        "STREET",
        "score.",
        "US OFFICIALS ONLY",
        "",
        "a",
        "THE SECRETARY",
        "SUBJECT: PERU",
    ],
)
def test_ordinary_words_are_no_damaged_level(text: str) -> None:
    assert damaged_level(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "SECRET",
        "TOP SECRET",
        "SECRET//NOFORN",
        "C O N F I D E N T I A L",
        "UNCLAS",
        "SECRET - NODIS",
        "SECRET, ORCON, NOFORN",
        "//NATO SECRET",
        "CUI//PRVCY",
        "TOP SECRET UMBRA",
        "5ECRET",
        "SECRET/SENSITIVE",
    ],
)
def test_banner_value_agrees_with_parse(text: str) -> None:
    assert banner_value(text) == parse_banner(text).canonical


@pytest.mark.parametrize(
    "text", ["UNCLAS LA PAZ 4507", "Secretary McNamara", "S/S:JFCOLLINS", "confines of the city", "", "  "]
)
def test_banner_value_leaves_other_lines(text: str) -> None:
    assert banner_value(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(C)", "C"),
        ("(S//NF)", "S//NF"),
        ("( u\\", "U"),
        ("(S", "S"),
        ("S)", "S"),
        ("(uy", "U"),
        ("CONNOENTIAL", "C"),
        ("(NC)", None),
        ("S.....", None),
        ("COMMENTS :", None),
    ],
)
def test_portion_value(text: str, expected: str | None) -> None:
    assert portion_value(text) == expected
