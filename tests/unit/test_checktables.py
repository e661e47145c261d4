"""Tables of conditions, from whole documents through the packaged rules."""

from __future__ import annotations

from datetime import date

import pytest

from redact.auditing import audit_documents
from redact.check_reading import edit_distance, is_scan
from redact.check_rows import SCHEMA_OF
from redact.check_terms import is_year_certain, latest_lawful, president_on, schedule_date
from redact.checktables import CHECK_SCHEMAS, build, end_column
from redact.rulebook import packaged

DAY = date(2026, 1, 1)
TELEGRAM = """R 141238Z NOV 05
FM AMEMBASSY LIMA
TO SECSTATE WASHDC PRIORITY 3296
C O N F I D E N T I A L LIMA 004821

SIPDIS

E.O. 12958: DECL: 11/08/2015
TAGS: PREL PHUM PE
SUBJECT: HARBOUR SURVEY

Classified By: Political Counselor Alex Reyes. Reason: 1.4(b).

1. (C) The survey went ahead.

2. (U) The press reported it.
ORTEGA
"""


def test_every_table_can_be_built_and_has_its_schema() -> None:
    result = audit_documents({"a": TELEGRAM, "news": "The mayor spoke of seven confidential cables."}, as_of=DAY)
    tables = build(result.documents, result.spans, result.portions, result.redactions, result.links,
                   result.document_facts, timed_out=[("a", "some-rule")])  # fmt: skip
    for name, schema in CHECK_SCHEMAS.items():
        assert dict(tables[name].schema) == dict(schema), name
    assert tables["timeouts"].rows() == [("a", None, "some-rule")]
    assert tables["document_facts"]["doc"].to_list() == ["a"]
    with pytest.raises(KeyError):
        tables["nothing"]


def test_every_table_can_be_built_of_nothing() -> None:
    result = audit_documents({}, as_of=DAY)
    tables = build(result.documents, result.spans, result.portions, result.redactions, result.links,
                   result.document_facts)  # fmt: skip
    assert all(tables[name].height == 0 for name in tables)


def test_a_sound_telegram_gives_notes_only() -> None:
    findings = audit_documents({"a": TELEGRAM}, as_of=DAY).findings
    assert findings.filter(findings["severity"] != "note").rows() == []


def test_what_is_no_record_gives_nothing() -> None:
    text = "The mayor said that seven confidential cables were secret. (SL) (CIA) [1] 25 May 2009.\n" * 20
    assert audit_documents({"a": text}, as_of=DAY).findings.rows() == []


def test_copies_are_seen_across_documents() -> None:
    result = audit_documents({"a": TELEGRAM, "b": TELEGRAM}, as_of=DAY)
    assert "duplicate-document" in result.findings["rule"].to_list()


@pytest.mark.parametrize(
    ("day", "level", "token", "foreign", "expected"),
    [
        (date(1958, 1, 1), "SECRET", "DATE", False, None),
        (date(1965, 5, 5), "SECRET", "GROUP 4", False, date(1977, 5, 5)),
        (date(1974, 2, 2), "CONFIDENTIAL", "GDS", False, date(1980, 12, 31)),
        (date(1974, 2, 2), "TOP SECRET", "GDS", False, date(1984, 12, 31)),
        (date(1974, 2, 2), "SECRET", "XGDS-3", False, date(2004, 12, 31)),
        (date(1980, 3, 3), "CONFIDENTIAL", "GDS", False, date(1986, 3, 3)),
        (date(1980, 3, 3), "CONFIDENTIAL", "DATE", True, date(2010, 3, 3)),
        (date(1990, 1, 1), "SECRET", "DATE", False, None),
        (date(2001, 2, 2), "SECRET", "DATE", False, date(2011, 2, 2)),
        (date(2001, 2, 2), "SECRET", "X5", False, date(2026, 2, 2)),
        (date(2004, 2, 29), "SECRET", "DATE", False, date(2029, 2, 28)),
    ],
)
def test_latest_lawful_date(day: date, level: str, token: str, foreign: bool, expected: date | None) -> None:
    assert latest_lawful(day, level, token, foreign)[0] == expected


def test_small_judgements() -> None:
    assert schedule_date(date(1973, 6, 1), "SECRET") == date(1981, 12, 31)
    assert schedule_date(date(1990, 6, 1), "SECRET") is None
    assert president_on(date(1984, 5, 3)) == ("Reagan", date(1989, 1, 20))
    assert president_on(date(1975, 5, 3)) == (None, None)
    assert is_year_certain(15, date(2005, 1, 1))
    assert not is_year_certain(30, date(1985, 1, 1))
    assert edit_distance("C01111111", "CO1111111") == 1
    assert is_scan("SECR^T ~~ • ■ \u00b0\n" * 5)
    assert not is_scan(TELEGRAM)
    assert end_column("reason_start") == "reason_end"
    assert set(SCHEMA_OF) - set(CHECK_SCHEMAS) == {"extra", "gathered", "withheld"}


def test_one_rule_for_each_check_of_the_guide() -> None:
    ids = {rule.id for rule in packaged().conditions}
    assert len(ids) >= 121
    assert "leak-monospace-width" not in ids
    assert "non-cable-document" not in ids
