"""Properties of the normalisers: total on any text, canonical values, stable under rewriting."""

from __future__ import annotations

import re
import string
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redact.normalise import NORMALISERS, SPLITTERS, probable_date
from redact.normalise.codes import exemption, exemptions
from redact.normalise.dates import _FIND, find_dates, parse_date, parse_dtg, places_of_dates
from redact.normalise.instructions import automatic_date, declass, latest_lawful, split, treated_as
from redact.normalise.lookup import rows
from redact.normalise.numbers import page, section
from redact.normalise.placeholders import extent
from redact.normalise.reasons import reason, reasons
from redact.normalise.text import one_edit

CANONICAL = {row["canonical"] for row in rows("exemption_codes")}
PIECES = (
    "(b)", "(7)", "(C)", "b6", " -1", "B3 ", "50 USC ", "3024(i)", "25X1", "3.3(h)", "(2)", "1.4", "(b/d)", "1.5 ",
    " and ", ",", "/",
    " ", "\n", "OADR", "GDS ", "XGDS-", "RDS-3 ", "12/31/", "85", "l2/3l/", "NOV", " 1992", "E.O. ", "123", "PAGE ",
    "TWO", " OF ",
    "SECTION ", "[2 lines", " not declassified]", "092105Z ", "DECL: ", "N/A", "P1", "STAT", "25 years from ", "½",
    "¥", "ı", "İ", "٣", "²",
)  # fmt: skip
DAMAGED = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=12).map("".join)
ANY = st.one_of(st.text(max_size=120), DAMAGED, st.text(alphabet=string.digits + "lIOoSsBLb/-. ", max_size=14))
DATED = st.lists(
    st.sampled_from((
        "19", "20", "1961", "63", "5", "12", " ", "  ", "\n", "-", "/", ".", ",", "st", "TH", "May", "JUNE", "Sept.",
        "Mareh", "0ctober", "Augu\u017ft", "122105Z", " NOV 92", "1961-05-03", "T12:30", ":00 Z", "3/4/77", "x", "_",
        "½", "٣", "\xa0",
    )),
    max_size=12,
).map("".join)  # fmt: skip
DAYS = st.dates(min_value=date(1940, 1, 1), max_value=date(2060, 12, 31))
OWN = sorted(set(NORMALISERS) - {"banner", "damaged_banner", "portion"})


@settings(max_examples=150, deadline=None)
@given(text=ANY, on=st.none() | DAYS)
def test_normalisers_are_total(text: str, on: date | None) -> None:
    for name in OWN:
        value = NORMALISERS[name](text, on)
        assert value is None or (isinstance(value, str) and value)


@settings(max_examples=150, deadline=None)
@given(text=ANY)
def test_splitters_give_ordered_places_inside_the_text(text: str) -> None:
    for splitter in SPLITTERS.values():
        end_before = 0
        for start, end, value in splitter(text):
            assert end_before <= start < end <= len(text)
            assert value
            end_before = end


@settings(max_examples=150, deadline=None)
@given(text=ANY)
def test_codes_and_reasons_are_canonical(text: str) -> None:
    assert {code for *_, code in exemptions(text, stamp=True)} <= CANONICAL
    for family in ("JFK", "NIXON", "NARA", "UK", "PRA"):
        assert {code for *_, code in exemptions(text, family=family)} <= CANONICAL
    for *_, value in reasons(text):
        assert re.fullmatch(
            r"(?:1\.3\(a\)\(\d{1,2}\)|1\.[45]\([a-h]\)|5\(B\)\([1-4]\)|1-301\([a-g]\))(?:,[^,]+)*", value
        )


@settings(max_examples=150, deadline=None)
@given(text=ANY, on=st.none() | DAYS)
def test_instructions_hold_their_date(text: str, on: date | None) -> None:
    found = declass(text, on)
    if found is not None:
        assert split(found.value)[1] == found.date
        again = declass(found.value.replace(",", " ") if found.date else found.value, on)
        if found.value[:6] not in ("REVIEW", "DOWNGR"):
            assert again is not None
            assert again.value == found.value


@settings(max_examples=100, deadline=None)
@given(text=ANY)
def test_the_rest_is_total(text: str) -> None:
    probable_date(text)
    for start, end, parsed in find_dates(text):
        assert 0 <= start < end <= len(text)
        assert parsed.value.isoformat().startswith(parsed.iso)
    amount, unit = extent(text)
    assert (amount is None) == (unit is None)
    assert amount is None or amount > 0


@settings(max_examples=400, deadline=None)
@given(text=ANY | DATED)
def test_looking_at_digits_first_loses_no_date(text: str) -> None:
    found = find_dates(text)
    every = [(m.start(), m.end(), parse_date(m[0], instruction=False)) for m in _FIND.finditer(text)]
    assert found == [date for date in every if date[2] is not None]
    places = list(places_of_dates(text, 0, len(text)))
    assert all(any(start <= place < end for place in places) for start, end, _ in found)


@given(day=DAYS)
def test_a_date_is_read_back_from_every_form(day: date) -> None:
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[day.month - 1]
    for text in (
        f"{day.month}/{day.day}/{day.year}", f"{day.month:02d}/{day.day:02d}/{day.year}", day.isoformat(),
        f"{day:%Y%m%d}", f"{day:%Y/%m/%d}",
        f"{day.day}.{day.month}.{day.year}", f"{day.day} {month.upper()} {day.year}",
        f"{month}. {day.day}, {day.year}", f"{month.upper()} {day.day} {day.year}",
    ):  # fmt: skip
        parsed = parse_date(text)
        assert parsed is not None
        assert (parsed.value, parsed.precision, parsed.iso) == (day, "day", day.isoformat())


@given(document=DAYS, years=st.integers(0, 30), month=st.integers(1, 12))
def test_two_digit_years_come_back_within_thirty_years(document: date, years: int, month: int) -> None:
    year = document.year + years
    parsed = parse_date(f"{month}/15/{year % 100:02d}", after=document)
    assert parsed is not None
    assert parsed.value == date(year, month, 15)
    assert parsed.two_digit


@given(day=st.dates(min_value=date(1940, 1, 1), max_value=date(2039, 12, 31)), minutes=st.integers(0, 1439))
def test_groups_come_back(day: date, minutes: int) -> None:
    month = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")[day.month - 1]
    clock = f"{day.day:02d}{minutes // 60:02d}{minutes % 60:02d}Z"
    group = parse_dtg(f"{clock} {month} {day.year % 100:02d}")
    assert group is not None
    assert (group.value, group.hour * 60 + group.minute) == (day, minutes)
    near = parse_dtg(clock, day)
    assert near is not None
    assert near.value == day


@given(number=st.integers(1, 99), count=st.integers(1, 99))
def test_numbers_come_back(number: int, count: int) -> None:
    value = f"{number}/{count}" if number <= count else None
    assert section(f"SECTION {number:02d} OF {count:02d}") == value
    assert page(f"Page {number} of {count}") == value


@given(
    codes=st.lists(
        st.sampled_from([f"b{n}" for n in (1, 2, 4, 5, 6)] + [f"b7{c}" for c in "ABCDEF"]), min_size=1, max_size=5
    )
)
def test_codes_come_back_in_every_style(codes: list[str]) -> None:
    canonical = [f"FOIA:{code}" for code in codes]
    long = ["(b)(" + code[1] + ")" + (f"({code[2]})" if len(code) > 2 else "") for code in codes]
    for run in (
        ", ".join(codes),
        "; ".join(long),
        "".join(long),
        " ".join(long),
        ",".join(code.upper() for code in codes),
    ):
        assert [code for *_, code in exemptions(run)] == canonical
    assert [exemption(text) for text in long] == canonical


@given(
    letters=st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=4, unique=True), section_=st.sampled_from("4")
)
def test_reasons_come_back_in_every_style(letters: list[str], section_: str) -> None:
    value = ",".join(f"1.{section_}({letter})" for letter in letters)
    for text in (
        value, value.replace(",", ", ").upper(), f"1.{section_} (" + "/".join(letters) + ")",
        f"1.{section_}(" + ") and (".join(letters) + ")", f"1.{section_} (" + ", ".join(letters).upper() + ")",
    ):  # fmt: skip
        assert reason(text) == value


@given(day=DAYS, level=st.sampled_from([None, "CONFIDENTIAL", "SECRET", "TOP SECRET"]))
def test_limits_lie_after_the_decision(day: date, level: str | None) -> None:
    for value in ("OADR", "GDS", "XGDS-1", "X5", "GROUP 4", "25X1", "50X1-HUM", "RDS-1,1999-01-01", "2000-01-01"):
        limit = latest_lawful(value, day, level)
        assert limit is None or limit > day
        assert automatic_date(day, value) > day
        later = treated_as(value, day)
        assert later is None or later.date is None or later.date > day


@pytest.mark.parametrize("swap", [True, False])
@given(left=st.text("ABC", max_size=5), right=st.text("ABC", max_size=5))
def test_one_edit_is_the_edit_distance(left: str, right: str, swap: bool) -> None:
    if swap:
        left, right = right, left
    edits = {left} | {left[:i] + left[i + 1 :] for i in range(len(left))}
    edits |= {left[:i] + char + left[i:] for i in range(len(left) + 1) for char in "ABC"}
    edits |= {left[:i] + char + left[i + 1 :] for i in range(len(left)) for char in "ABC"}
    edits |= {left[:i] + left[i + 1] + left[i] + left[i + 2 :] for i in range(len(left) - 1)}
    assert one_edit(left, right) == (right in edits)
