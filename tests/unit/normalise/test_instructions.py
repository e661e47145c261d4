"""Declassification instructions: values and arithmetic."""

from __future__ import annotations

from datetime import date

import pytest

from redact.normalise.instructions import (
    Instruction,
    automatic_date,
    declass,
    gds_date,
    latest_lawful,
    rds_limit,
    split,
    treated_as,
    xgds_date,
)
from redact.normalise.lookup import rows


@pytest.mark.parametrize(
    "row", [row for row in rows("declass_instructions") if row["value"]], ids=lambda row: str(row["token_id"])
)
def test_every_example_of_the_table(row: dict[str, str]) -> None:
    found = declass(row["example"])
    assert found is not None
    assert found.value == row["value"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("11/08/2015", "2015-11-08"), ("9 NOV 2018", "2018-11-09"), ("20170503", "2017-05-03"),
        ("l2/3l/09", "2009-12-31"),
        ("DECEMBER 31, 1983", "1983-12-31"), ("November 1992", "1992-11-30"), ("12/31/85 OR-M", "1985-12-31"),
        ("25 years from 12 June 1990", "2015-06-12"), ("11/08/2015 REASON: 1.4", "2015-11-08"),
        ("OADR", "OADR"), ("CADR", "OADR"), ("0ADR", "OADR"), ("OAOR", "OADR"), ("OADR (SMITH)", "OADR"),
        ("N/A", "N/A"), ("NrA", "N/A"), ("NA", "N/A"), ("N/R", "N/A"), ("N/A to RD/FRD portions.", "N/A TO RD"),
        ("GDS", "GDS"), ("GDS 3/5/85", "GDS,1985-03-05"), ("GDS, 10/31/85", "GDS,1985-10-31"), ("XGDS 1", "XGDS-1"),
        ("X GDS-2", "XGDS-2"), ("5B(2)", "XGDS-2"), ("E2 IMPDET", "XGDS-2"), ("XGDS-1,3", "XGDS-1,3"),
        ("RDS-3 3/4/99 (SMITH, J) OR-P", "RDS-3,1999-03-04"), ("R DS-1 3/4/99", "RDS-1,1999-03-04"),
        ("XDS-4 5/12/00 (JONES, A)", "XDS-4,2000-05-12"), ("ADS - DECLAS 12/31/75", "ADS,1975-12-31"),
        ("GP-1", "GROUP 1"), ("G6P-1", "GROUP 1"), ("@P-1", "GROUP 1"), ("GP-j", "GROUP 1"), ("GROUP 3", "GROUP 3"),
        ("DOWNGRADED AT 12 YEAR INTERVALS; NOT AUTOMATICALLY DECLASSIFIED", "GROUP 3"),
        ("25X1, 20401231", "25X1,2040-12-31"), ("25X6", "25X6"), ("2SX1", "25X1"), ("25X", "25X"),
        ("25X1-human", "25X1-HUMAN"),
        ("50X1-HUM, 20601231", "50X1-HUM,2060-12-31"), ("50X3, 20691231", "50X3,2069-12-31"), ("X-5", "X5"),
        ('"X1"', "X1"), ("1.6X1", "X1"), ("1.6 (X5)", "X5"), ("1.6, X-3", "X3"), ("XDS 6/12/99", "XDS,1999-06-12"),
        ("DOWNGRADED AT 3 YEAR INTERVALS\nDECLASSIFIED AFTER 12 YEARS", "GROUP 4"),
        ("Source Marked “X1”, date of source 12 June 1993", "SOURCE MARKED X1"), ("Manual Review", "MR"),
        ("DNI Only", "DCI ONLY"),
        ("Upon completion of the review", "EVENT"), ("completion of the negotiation", "EVENT"),
        ("Review on 15 Apr 2001; Extended by DCI", "REVIEW,2001-04-15"),
        ("treaty or international agreement", "TREATY"),
        ("E.O. 12958: DECL: X5", "X5"), ("DECLASSIFY ON: 9 NOV 2018", "2018-11-09"),
    ],
)  # fmt: skip
def test_values(text: str, value: str) -> None:
    found = declass(text)
    assert found is not None
    assert found.value == value
    assert found.date == split(value)[1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "INDEFINITE",
        "TAGS: PREL",
        "LATER",
        "02/30/2015",
        "DATE IMPOSSIBLE TO DETERMINE",
        "SUBJECT",
        "declension",
        "ROAD",
    ],
)
def test_no_instruction(text: str) -> None:
    assert declass(text) is None


def test_two_digit_years_follow_the_document() -> None:
    assert declass("11/08/15", date(2005, 11, 14)) == Instruction("2015-11-08", date(2015, 11, 8), True)
    assert declass("RDS-3 3/4/09", date(1979, 1, 5)) == Instruction("RDS-3,2009-03-04", date(2009, 3, 4), True)
    assert declass("12/31/45", date(2015, 1, 5)) == Instruction("2045-12-31", date(2045, 12, 31), True)


@pytest.mark.parametrize(
    ("value", "classified", "level", "limit"),
    [
        ("GROUP 4", date(1965, 3, 1), "SECRET", date(1977, 3, 1)),
        ("GROUP 1", date(1965, 3, 1), "SECRET", None),
        ("GDS", date(1974, 3, 1), "CONFIDENTIAL", date(1980, 12, 31)),
        ("GDS", date(1974, 3, 1), "SECRET", date(1982, 12, 31)),
        ("GDS", date(1974, 3, 1), None, date(1984, 12, 31)),
        ("XGDS-2", date(1974, 3, 1), "SECRET", date(2004, 12, 31)),
        ("GDS,1985-03-05", date(1979, 3, 5), "CONFIDENTIAL", date(1985, 3, 5)),
        ("RDS-1,1999-03-04", date(1979, 3, 4), "SECRET", date(1999, 3, 4)),
        ("1998-01-01", date(1979, 3, 4), "TOP SECRET", date(1999, 3, 4)),
        ("OADR", date(1990, 1, 1), "SECRET", None),
        ("2009-12-31", date(2000, 1, 1), "SECRET", date(2010, 1, 1)),
        ("X5", date(2000, 1, 1), "SECRET", date(2025, 1, 1)),
        ("2015-11-08", date(2005, 11, 8), "CONFIDENTIAL", date(2030, 11, 8)),
        ("25X4,2050-12-31", date(2012, 1, 1), "SECRET", date(2062, 12, 31)),
        ("50X1-HUM", date(2012, 1, 1), "SECRET", date(2087, 12, 31)),
        ("75X1,2099-12-31", date(2012, 1, 1), "SECRET", None),
        ("N/A", date(2012, 1, 1), None, None),
        ("DOWNGRADE,1990-12-31", date(1988, 1, 1), "SECRET", None),
        ("2015-01-01", date(1935, 1, 1), "SECRET", None),
    ],
)
def test_latest_lawful(value: str, classified: date, level: str | None, limit: date | None) -> None:
    assert latest_lawful(value, classified, level) == limit


def test_schedules() -> None:
    assert [gds_date(level, 1974) for level in ("CONFIDENTIAL", "SECRET", "TOP SECRET", "RESTRICTED", None)] == [
        date(1980, 12, 31), date(1982, 12, 31), date(1984, 12, 31), None, None,
    ]  # fmt: skip
    assert xgds_date(1974) == date(2004, 12, 31)
    assert rds_limit(date(1980, 2, 29)) == date(2000, 2, 29)
    assert rds_limit(date(1980, 3, 1), foreign=True) == date(2010, 3, 1)


@pytest.mark.parametrize(
    ("value", "year"),
    [(None, 2017), ("OADR", 2017), ("25X6,2018-11-09", 2042), ("25X1", 2042), ("50X1-HUM", 2067), ("75X1", 2067)],
)
def test_automatic_date(value: str | None, year: int) -> None:
    assert automatic_date(date(1992, 11, 9), value) == date(year, 12, 31)


def test_automatic_date_of_a_dated_75x() -> None:
    assert automatic_date(date(1960, 5, 1), "75X1,2050-06-30") == date(2050, 6, 30)
    assert automatic_date(date(9990, 5, 1), None) == date(9999, 12, 31)


@pytest.mark.parametrize(
    ("value", "due"),
    [
        ("OADR", date(2017, 11, 9)), ("SOURCE MARKED OADR", date(2017, 11, 9)), ("MR", date(2017, 11, 9)),
        ("X5", date(2017, 11, 9)), ("SOURCE MARKED X1", date(2017, 11, 9)), ("DCI ONLY", date(2017, 11, 9)),
        ("TREATY", date(2017, 11, 9)), ("25X6", date(2042, 11, 9)),
    ],
)  # fmt: skip
def test_later_treatment(value: str, due: date) -> None:
    assert treated_as(value, date(1992, 11, 9)) == Instruction(due.isoformat(), due)
    assert treated_as(value, None) is None


def test_what_stands_as_it_is() -> None:
    assert treated_as("25X1-HUMAN", None) == Instruction("50X1-HUM")
    for value in ("25X6,2030-01-01", "2015-11-08", "GDS", "50X1-HUM", "N/A"):
        assert treated_as(value, date(1992, 11, 9)) is None
