"""Executive orders: damaged citations and windows."""

from __future__ import annotations

from datetime import date

import pytest

from redact.normalise.orders import KNOWN, executive_order, order_in_force, order_variant, order_windows


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("E.O. 12356", "12356"), ("EO13526", "13526"), ("Executive Order 12958", "12958"), ("12065", "12065"),
        ("E. O 11652", "11652"), ("E,O. 12356", "12356"), ("E.O. 1235e", "12356"), ("Ei0. 12356", "12356"),
        ("E.O. 12555:6", "12356"), ("E.O. l2;:;", "12356"), ("E.O. 123", "12356"), ("E.O. 1 2356", "12356"),
        ("E.O. 129S8", "12958"), ("E.D. 12346", "12356"), ("E.O. 12356: DECL", "12356"), ("E.O. 8381", "8381"),
        ("E.O. 12333", "12333"), ("E.O. 12598", "12598"), ("E.O. 9066", "9066"),
        ("E.O. 12", None), ("PO 12345", None), ("", None), ("E.O.", None), ("E.O. TAGS", None),
    ],
)  # fmt: skip
def test_citations(text: str, number: str | None) -> None:
    assert executive_order(text) == number


def test_the_date_decides_between_orders() -> None:
    assert executive_order("E.O. 1295") == "1295"  # 12951 or 12958
    assert executive_order("E.O. 1295", date(1999, 1, 1)) == "12958"


@pytest.mark.parametrize(
    ("on", "number", "variant"),
    [
        (date(1939, 1, 1), None, None), (date(1945, 1, 1), "8381", "8381"), (date(1953, 12, 14), "10290", "10290"),
        (date(1953, 12, 15), "10501", "10501"), (date(1965, 1, 1), "10501", "10964"),
        (date(1972, 5, 31), "10501", "10964"), (date(1972, 6, 1), "11652", "11652"),
        (date(1978, 12, 1), "12065", "12065"), (date(1982, 8, 1), "12356", "12356"),
        (date(1995, 10, 13), "12356", "12356"), (date(1995, 10, 14), "12958", "12958"),
        (date(2000, 1, 1), "12958", "12958-am-13142"), (date(2003, 3, 25), "12958", "12958-am-13292"),
        (date(2010, 6, 27), "13526", "13526"), (date(2030, 1, 1), "13526", "13526"),
    ],
)  # fmt: skip
def test_order_in_force(on: date, number: str | None, variant: str | None) -> None:
    assert order_in_force(on) == number
    assert order_variant(on) == variant


def test_windows_leave_no_gap() -> None:
    windows = order_windows()
    assert {window.number for window in windows.values()} <= set(KNOWN)
    days = sorted({w.since for w in windows.values()})
    assert all(order_variant(day) is not None for day in days)
