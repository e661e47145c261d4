"""The ledger as a table: one row a link, with place, extent, code, authority in words and what the link rests on."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from typing import Any

import pytest

import redact
from redact.reports import RenderOptions, html, ledger, summary

LETTER = """RELEASED IN PART
B6

DEPARTMENT OF STATE
Page 1 of 3

MEMORANDUM FOR THE FILE
SUBJECT: Harbor dues

1. The harbor master called on 3 May 2012.

2. He said that [REDACTED] (b)(6) had signed.

Page 2 of 3

3. [2 lines redacted] (b)(5)

4. The dues are paid.
(b)(7)(C)

Page 3 of 3

5. Nothing else was said. [REDACTED]

NON-RESPONSIVE
"""


@pytest.fixture(scope="module")
def audited() -> Any:
    return redact.audit_documents({"memo": LETTER}, as_of=date(2026, 1, 1))


def rows(result: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ledger.render(result, RenderOptions(raw_csv=True)))))


def test_a_row_says_where_how_much_under_what_authority_and_on_what_ground(audited: Any) -> None:
    found = {(row["page"], row["paragraph"], row["line"]): row for row in rows(audited) if row["redaction"]}
    first, second = found["1", "2", "12"], found["2", "3", "16"]
    assert (first["code"], first["basis"]) == ("FOIA:b6", "the code stands on the same line")
    assert "5 U.S.C. 552(b)(6)" in first["meaning"]
    assert (second["code"], second["extent"], second["unit"]) == ("FOIA:b5", "2.0", "line")
    assert "5 U.S.C. 552(b)(5)" in second["meaning"]


def test_no_redaction_and_no_code_is_left_out_or_stands_without_a_reason(audited: Any) -> None:
    told = rows(audited)
    assert all(bool(row["basis"]) != bool(row["note"]) for row in told)
    assert {int(row["redaction"]) for row in told if row["redaction"]} == set(audited.redactions["redaction"])
    printed = Counter(
        value for kind, value in audited.spans.select("kind", "value").iter_rows() if str(kind) == "exemption"
    )
    assert set(printed) == {row["code"] for row in told if row["code"]}
    placed = audited.links.drop_nulls("start").select("start").n_unique()
    assert placed == sum(printed.values())
    alone = [row for row in told if row["code"] and not row["redaction"]]
    assert [(row["code"], row["page"]) for row in alone if "white space" in row["note"]] == [("FOIA:b7C", "2")]


def test_the_report_and_the_summary_tell_the_share(audited: Any) -> None:
    page = html.render(audited, RenderOptions())
    # Two lines declared; the lines of paragraphs 1, 2, 4 and 5 are printed.
    assert "2 lines declared withheld, 4 printed; 2 redactions without a declared extent, not counted" in page
    assert "at least 33 %" in page
    assert "page 2, par. 3, line 16" in page
    assert "Share withheld known of 1 of 1 document with redactions." in summary.render(audited)
