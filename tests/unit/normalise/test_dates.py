"""Dates: every form of the table, two-digit years, groups, sentinels, dates in running text."""

from __future__ import annotations

from datetime import date

import pytest

from redact.normalise.dates import (
    find_dates,
    full_year,
    identifier_year,
    is_sentinel,
    month_number,
    parse_date,
    parse_dtg,
    years_after,
)
from redact.normalise.lookup import rows
from redact.normalise.probable import probable_date

FORMS = {row["form_id"]: row for row in rows("date_forms")}
# Forms that are read as part of an instruction, or only beside a full date-time group.
WITH_TOKEN = {"rds-name", "gds-name"}


@pytest.mark.parametrize("form", [f for f, row in FORMS.items() if row["is_date"] == "yes" and f not in WITH_TOKEN])
def test_every_form_of_the_table(form: str) -> None:
    row = FORMS[form]
    after = date(1992, 11, 9) if row["pivot"] == "group" else None
    parsed = parse_date(row["example"], after=after)
    assert parsed is not None
    assert parsed.form == form
    assert parsed.precision == row["precision"]
    assert parsed.iso == (row["value"] or parsed.value.isoformat())


@pytest.mark.parametrize("form", [form for form, row in FORMS.items() if row["is_date"] == "no"])
def test_what_is_no_date(form: str) -> None:
    assert parse_date(FORMS[form]["example"]) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("9NOV2018", date(2018, 11, 9)),
        ("9 N0V 2018", date(2018, 11, 9)),
        ("Septembcr 3, 1964", date(1964, 9, 3)),
        ("3 Jume 1970", date(1970, 6, 3)),
        ("4th of July 1976", date(1976, 7, 4)),
        ("13/11/2015", date(2015, 11, 13)),
        ("31.12.1992", date(1992, 12, 31)),
        ("1O/3l/85", date(1985, 10, 31)),
        ("February 1992", date(1992, 2, 29)),
        ("1992", date(1992, 12, 31)),
        ("FY 1977", date(1977, 9, 30)),
        ("twenty-five years from 29 Feb 1988", date(2013, 2, 28)),
        ("(11/08/2015).", date(2015, 11, 8)),
    ],
)
def test_spellings(text: str, day: date) -> None:
    parsed = parse_date(text)
    assert parsed is not None
    assert parsed.value == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "02/30/99",
        "00/00/00",
        "13/13/2013",
        "S200200010",
        "LIMA 004821",
        "JUL 4",
        "July 14",
        "3 Jux 1970",
        "x" * 500,
    ],
)
def test_no_date_at_all(text: str) -> None:
    assert parse_date(text) is None


def test_look_alikes_and_bare_numbers_need_a_label() -> None:
    for text in ("l2/3l/83", "20291231", "11/92"):
        assert parse_date(text) is not None
        assert parse_date(text, instruction=False) is None


def test_order_of_day_and_month() -> None:
    assert parse_date("1/2/1990") == parse_date("January 2, 1990")._replace(form="us-slash-4")  # type: ignore[union-attr]
    turned = parse_date("1/2/1990", day_first=True)
    assert turned is not None
    assert turned.value == date(1990, 2, 1)


@pytest.mark.parametrize(
    ("two", "after", "instruction", "year"),
    [
        (9, date(2005, 1, 1), True, 2009),
        (85, date(1979, 5, 1), True, 1985),
        (5, date(1979, 5, 1), True, 2005),
        (92, date(1992, 11, 9), True, 1992),
        (30, date(1985, 1, 1), True, 2030),  # neither century fits: the nearer one
        (2, date(1965, 1, 1), False, 2002),
        (30, date(1945, 1, 1), False, 2030),
        (39, None, True, 2039),
        (40, None, False, 1940),
    ],
)
def test_two_digit_years(two: int, after: date | None, instruction: bool, year: int) -> None:
    assert full_year(two, after=after, instruction=instruction) == year


def test_two_digit_years_are_flagged() -> None:
    assert [parse_date(text).two_digit for text in ("12/31/09", "12/31/2009", "19 JUL 02")] == [True, False, True]  # type: ignore[union-attr]


def test_months() -> None:
    assert [month_number(word) for word in ("sept", "NOV.", "N0V", "Februarv", "DEG")] == [9, 11, 11, 2, 12]
    assert month_number("MAP") is None  # March or May
    assert month_number("Novembar", near=False) is None


def test_date_time_groups() -> None:
    full = parse_dtg("P 092105Z NOV 92")
    assert full is not None
    assert (full.day, full.hour, full.minute, full.month, full.year, full.value) == (
        9,
        21,
        5,
        11,
        1992,
        date(1992, 11, 9),
    )
    bare = parse_dtg("030855Z /21")
    assert bare is not None
    assert bare.value is None
    for text, near, day in (
        ("010005Z", date(1992, 11, 30), date(1992, 12, 1)),
        ("310855Z", date(1992, 11, 2), date(1992, 10, 31)),
        ("021400Z JAN", date(1992, 12, 31), date(1993, 1, 2)),
    ):
        group = parse_dtg(text, near)
        assert group is not None
        assert group.value == day
    assert parse_dtg("O92105Z N0V 92") is not None
    assert [
        parse_dtg(text) for text in ("322105Z NOV 92", "092505Z", "092105Z XYZ 92", "310000Z FEB 90", "LIMA 14540")
    ] == [None] * 5


def test_sentinels() -> None:
    assert is_sentinel(date(1960, 1, 1))
    assert is_sentinel(date(1899, 12, 30))
    assert not is_sentinel(date(1960, 1, 2))


def test_identifier_years() -> None:
    got = [identifier_year(text) for text in ("05LIMA4821", "74LAPAZ225", "1978STATE296107", "LIMA 4821", "35LIMA4821")]
    assert got == [2005, 1974, 1978, None, None]


def test_anniversaries() -> None:
    assert years_after(date(2000, 2, 29), 25) == date(2025, 2, 28)


def test_dates_in_text() -> None:
    text = "FM LIMA 092105Z NOV 92\nDated October 3, 1992 and 2 Octbber 1952;\n12 Act 1947, 11.2.3, 5 U.S.C. 552, 3/4."
    found = find_dates(text)
    assert [text[a:b] for a, b, _ in found] == ["092105Z NOV 92", "October 3, 1992", "2 Octbber 1952"]
    assert [parsed.value for *_, parsed in found] == [date(1992, 11, 9), date(1992, 10, 3), date(1952, 10, 2)]


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("Declassified/Released 30 JUN 2005\nR 131828Z FEB 74\nFM AMEMBASSY", date(1974, 2, 13)),
        ("Case No. F-2014 Doc No. C057 Date: 12/31/2015\nSent: Saturday, January 22, 2011 9:51 AM", date(2011, 1, 22)),
        ("Approved For Release 2003/08/20 : CIA\n23 August 1961\n", date(1961, 8, 23)),
        ("Draft Date: 01 JAN 1960\nDate: 8 MAR 1979", date(1979, 3, 8)),
        ("No date stands here.", None),
    ],
)
def test_probable_date(head: str, day: date | None) -> None:
    assert probable_date(head) == day
