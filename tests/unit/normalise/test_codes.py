"""Exemption codes: every written form of the table, runs of codes, damage, families."""

from __future__ import annotations

import pytest

from redact.normalise.codes import describe, exemption, exemptions
from redact.normalise.lookup import rows

ROWS = [row for row in rows("exemption_codes") if row["withholds"] == "yes"]
FORMS = [(row["family"], form, row["canonical"]) for row in ROWS for form in row["written_forms"].split("|")]


def test_every_written_form_of_the_table() -> None:
    wrong = [
        (form, exemption(form, family)) for family, form, canonical in FORMS if exemption(form, family) != canonical
    ]
    assert wrong == []


def test_forms_that_need_no_family() -> None:
    plain = [
        (form, canonical)
        for family, form, canonical in FORMS
        if family in ("FOIA", "EO-25X", "EO-3.3b", "CIA-CREST", "PA")
    ]
    assert [form for form, canonical in plain if exemption(form) != canonical] == []


def test_statuses_are_no_exemptions() -> None:
    assert {row["canonical"] for row in rows("exemption_codes")} - {row["canonical"] for row in ROWS} == {
        "KL:DOE", "CIA:ILLEGIB", "CIA:NOFORN-CREST",
    }  # fmt: skip
    assert exemption("ILLEGIB") is None


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("B1,1.4(B),B6", [("B1", "FOIA:b1"), ("B6", "FOIA:b6")]),
        ("(b)(6); (b)(7)(C)", [("(b)(6)", "FOIA:b6"), ("(b)(7)(C)", "FOIA:b7C")]),
        ("(b)(6)(b)(7)(C)", [("(b)(6)", "FOIA:b6"), ("(b)(7)(C)", "FOIA:b7C")]),
        ("b6 -1, b7C -2", [("b6", "FOIA:b6"), ("b7C", "FOIA:b7C")]),
        ("(b)(3) 50 USC 3024(i), (b)(6)", [("(b)(3) 50 USC 3024(i)", "FOIA:b3-50USC3024i"), ("(b)(6)", "FOIA:b6")]),
        ("B3\n          NATSECACT1947", [("B3\n          NATSECACT1947", "FOIA:b3-NatSecAct")]),
        ("P1/(b)(1)", [("P1", "PRA:a1"), ("(b)(1)", "FOIA:b1")]),
        ("EO 13526 3.3(b)(1)", [("EO 13526 3.3(b)(1)", "EO:25X1")]),
        ("3.4(b)(6) E.O. 12958", [("3.4(b)(6)", "EO:25X6")]),
        ("25X1, 25X6; 50X1-HUM", [("25X1", "EO:25X1"), ("25X6", "EO:25X6"), ("50X1-HUM", "EO:50X1-HUM")]),
        ("5 U.S.C. 552(b)(1) and (b)(7)(C)", []),
        ("section 501(b)(1)", []),
        ("(b)(3) 7 USC 999", [("(b)(3) 7 USC 999", "FOIA:b3")]),
        ("vitamins", []),
    ],
)  # fmt: skip
def test_runs(text: str, codes: list[tuple[str, str]]) -> None:
    assert [(text[start:end], canonical) for start, end, canonical in exemptions(text)] == codes


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("25XI", "EO:25X1"), ("2SX1", "EO:25X1"), ("Z5X1", "EO:25X1"), ("25 X1", "EO:25X1"), ("25X", "EO:25X1"),
        ("25X1A9a", "CIA:25X1A"), ("25X1D", "EO:25X1"), ("3-3(h)(2)", "EO:3.3(h)(2)"), ("3-_3(h)(2)", "EO:3.3(h)(2)"),
        ("8_8<h><2>", "EO:3.3(h)(2)"), ("3_5(C)", "EO:3.5(c)"), ("3 5(C", "EO:3.5(c)"), ("35(0)", "EO:3.5(c)"),
        ("s.5(¢)", "EO:3.5(c)"), ("3-5<C>", "EO:3.5(c)"), ("h7C", "FOIA:b7C"), ("(b)(G)", "FOIA:b6"),
        ("(b) (l)", "FOIA:b1"), ("STATI NTL", "CIA:STATINTL"), ("5TAT", "CIA:STAT"), ("STATSPEC", "CIA:STATSPEC"),
        ("1.6(d)(5)", "EO:X5"), ("X5", "EO:X5"), ("25X1, EO 12951", "EO:25X1-12951"), ("Exemption 7(C)", "FOIA:b7C"),
        ("b7C -2, -3", "FOIA:b7C"), ("(k)(2)", "PA:k2"), ("JFK Act 6(1)(B)", "JFK:6(1)(B)"),
        ("b10", None), ("B1 bomber", None), ("B", None), ("4", None), ("", None), ("(b)(1), (b)(6)", None),
        ("x" * 1000, None),
    ],
)  # fmt: skip
def test_single_codes(text: str, canonical: str | None) -> None:
    assert exemption(text) == canonical


@pytest.mark.parametrize(
    ("text", "family", "canonical"),
    [
        ("1B", "JFK", "JFK:6(1)(B)"), ("IC", "JFK", "JFK:6(1)(C)"), ("4", "JFK", "JFK:6(4)"),
        ("10(a)1", "JFK", "JFK:10(a)(1)"),
        ("6(1)(A)", "JFK", "JFK:6(1)(A)"), ("B", "NIXON", "NIXON:B"), ("C.", "NARA", "NARA:C"),
        ("C", "NIXON", "NIXON:C"),
        ("40(2)", "UK", "UK:s40"), ("s.3(4)", "UK", "UK:s3(4)"), ("29", "UK", None), ("(a)(5)", "PRA", "PRA:a5"),
        ("26 USC 6103", "FOIA-b3", "FOIA:b3-26USC6103"), ("Z", "NIXON", None), ("1B", "NOSUCH", None),
    ],
)  # fmt: skip
def test_families(text: str, family: str, canonical: str | None) -> None:
    assert exemption(text, family) == canonical


def test_runs_of_a_family() -> None:
    assert [code for *_, code in exemptions("1B; 1C;4", family="JFK")] == ["JFK:6(1)(B)", "JFK:6(1)(C)", "JFK:6(4)"]


def test_stamp_damage_is_read_on_stamps_only() -> None:
    assert [code for *_, code in exemptions("BS, Be BG", stamp=True)] == ["FOIA:b5", "FOIA:b6", "FOIA:b6"]
    assert exemptions("BS, Be BG") == []
    assert exemption("BS", stamp=True) == "FOIA:b5"


def test_describe() -> None:
    assert "5 U.S.C. 552(b)(6)" in describe("FOIA:b6")
    assert describe("EO:25X6").startswith("would seriously harm relations")
    assert describe("no such code") == "no such code"
