"""Reasons of classification."""

from __future__ import annotations

import pytest

from redact.normalise.lookup import rows
from redact.normalise.reasons import reason, reasons


def test_every_written_form_of_the_table() -> None:
    forms = [(form, row["value"]) for row in rows("reason_codes") for form in row["written_forms"].split("|")]
    assert [(form, reason(form)) for form, value in forms if reason(form) != value] == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.4(b/d)", "1.4(b),1.4(d)"), ("1.4(b\n/d)", "1.4(b),1.4(d)"), ("1.4 (b \n/d)", "1.4(b),1.4(d)"),
        ("1.4 (B) AND (D)", "1.4(b),1.4(d)"), ("1.4 B, D", "1.4(b),1.4(d)"), ("1.5b", "1.5(b)"),
        ("1.5 (B, D)", "1.5(b),1.5(d)"), ("1.3(a)(4)", "1.3(a)(4)"), ("1.3(a)(4) and (5)", "1.3(a)(4),1.3(a)(5)"),
        ("1.4(B),1.4(D)", "1.4(b),1.4(d)"), ("1.4(B) 1.4(D)", "1.4(b),1.4(d)"), ("1.4(b)(d)", "1.4(b),1.4(d)"),
        ("1.4(a), (b), (c), and (d)", "1.4(a),1.4(b),1.4(c),1.4(d)"), ("1.4(b-d)", "1.4(b),1.4(c),1.4(d)"),
        ("l.4(d)", "1.4(d)"), ("Section 1.4 (c)", "1.4(c)"), ("1.4(b) and 1.4(b)", "1.4(b)"), ("1.4(d).", "1.4(d)"),
        ("1-301(c)", "1-301(c)"), ("5B(2)", "5(B)(2)"),
        ("1.5(h)", None), ("1.4 percent", None), ("1.4 a contract", None), ("1.4(b) The contractor", None),
        ("1.3(a)", None),
        ("", None), ("11.4(b)", None), ("B1, 1.4(D)", None),
    ],
)  # fmt: skip
def test_citations(text: str, value: str | None) -> None:
    assert reason(text) == value


def test_runs() -> None:
    text = "B1,1.4(B),1.4(D),B6, 1.4(D)"
    assert [(text[start:end], value) for start, end, value in reasons(text)] == [
        ("1.4(B),1.4(D)", "1.4(b),1.4(d)"),
        ("1.4(D)", "1.4(d)"),
    ]
