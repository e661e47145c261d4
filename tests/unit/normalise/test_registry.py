"""What rule files may name, and the tables behind it."""

from __future__ import annotations

from datetime import date

import pytest

from redact.normalise import NORMALISERS, SPLITTERS
from redact.normalise.lookup import rows
from redact.normalise.text import fold_case_confusables, fold_space, nearest, one_edit


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("upper", " a  b ", "A B"), ("fold", " a \n b ", "a b"), ("strip", " a  b ", "a  b"),
        ("fold_stop", "Amb. Reyes.", "Amb. Reyes"),
        ("date", "November 1992", "1992-11"), ("declass", "CADR", "OADR"),
        ("review", "15 Apr 2001", "REVIEW,2001-04-15"),
        ("downgrade", "12/31/1990", "DOWNGRADE,1990-12-31"), ("downgrade", "OADR", None), ("xgds", "2", "XGDS-2"),
        ("xgds", "5B(3)", "XGDS-3"), ("xgds", "9", None), ("eo", "E.O. 12333", "12333"),
        ("classification_order", "E.O. 12333", None),
        ("classification_order", "EO 13526", "13526"), ("reason", "1.4(b/d)", "1.4(b),1.4(d)"),
        ("exemption", "b7C", "FOIA:b7C"),
        ("stamp_exemption", "BS", "FOIA:b5"), ("donor_restriction", "C", "NARA:C"),
        ("nixon_restriction", "C", "NIXON:C"),
        ("presidential_restriction", "P5", "PRA:a5"), ("jfk", "1B", "JFK:6(1)(B)"), ("uk_exemption", "40(2)", "UK:s40"),
        ("section", "01 OF 02", "1/2"), ("page", "PAGE TWO", "2"), ("redaction_style", "[deleted]", "DELETED"),
        ("lacuna", "[sic]", "sic"), ("release", "DENIED IN FULL", "DENIED"), ("control", "EXOIS", "EXDIS"),
        ("fold", " ", None),
    ],
)  # fmt: skip
def test_normalisers(name: str, text: str, value: str | None) -> None:
    assert NORMALISERS[name](text, None) == value


def test_the_document_date_reaches_instructions() -> None:
    assert NORMALISERS["declass"]("12/31/39", date(2014, 1, 1)) == "2039-12-31"
    assert NORMALISERS["review"]("12/31/45", date(2014, 1, 1)) == "REVIEW,2045-12-31"


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("exemptions", "B1, B6", ["FOIA:b1", "FOIA:b6"]), ("stamp_exemptions", "BS,Be", ["FOIA:b5", "FOIA:b6"]),
        ("jfk_exemptions", "1B; 4", ["JFK:6(1)(B)", "JFK:6(4)"]),
        ("nixon_restrictions", "B, C", ["NIXON:B", "NIXON:C"]),
        ("donor_restrictions", "C.", ["NARA:C"]), ("uk_exemptions", "23, 40(2)", ["UK:s23", "UK:s40"]),
        ("reasons", "1.4(B), B1", ["1.4(b)"]), ("controls", "NODIS, SIPDIS", ["NODIS", "SIPDIS"]),
    ],
)  # fmt: skip
def test_splitters(name: str, text: str, values: list[str]) -> None:
    assert [value for *_, value in SPLITTERS[name](text)] == values


def test_banners_are_read_by_the_grammar() -> None:
    assert NORMALISERS["banner"]("C O N F I D E N T I A L", None) == "CONFIDENTIAL"
    assert NORMALISERS["portion"]("(S/NF)", None) == "S//NF"


@pytest.mark.parametrize(
    "table",
    ["exemption_codes", "reason_codes", "executive_orders", "declass_instructions", "date_forms", "placeholders"],
)
def test_tables_name_their_sources(table: str) -> None:
    found = rows(table)
    key = next(iter(found[0]))
    assert all(row["source"] and row["verification"] in ("verified", "cited", "unverified") for row in found)
    if table not in ("exemption_codes", "reason_codes"):
        assert len({row[key] for row in found}) == len(found)
    for row in found:
        for start, end in (("valid_from", "valid_to"), ("effective_from", "effective_to")):
            if row.get(start) and row.get(end):
                assert row[start] <= row[end]


def test_folding() -> None:
    assert fold_space(" a\u00a0\n\tb ") == "a b"
    assert fold_case_confusables("c0nf1dential") == fold_case_confusables("CONFIDENTIAL")


@pytest.mark.parametrize(
    ("left", "right", "near"),
    [("TWO", "TWO", True), ("TWO", "TO", True), ("TWO", "TWOO", True), ("TWO", "OWT", False), ("ABCD", "ACBD", True),
     ("ABCD", "ABXD", True), ("", "A", True), ("AB", "BA", True), ("ABC", "A", False)],
)  # fmt: skip
def test_one_edit(left: str, right: str, near: bool) -> None:
    assert one_edit(left, right) is near
    assert one_edit(right, left) is near


def test_nearest_wants_one_candidate() -> None:
    assert nearest("TO", ("ONE", "TWO")) == "TWO"
    assert nearest("MAP", ("MAR", "MAY")) is None
