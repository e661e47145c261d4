"""Tables of conditions, from whole documents through the packaged rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from redact.auditing import audit_documents, documents_frame, finish
from redact.check_reading import edit_distance, is_scan
from redact.check_rows import SCHEMA_OF
from redact.check_terms import is_year_certain, latest_lawful, president_on, schedule_date
from redact.checktables import CHECK_SCHEMAS, build, end_column
from redact.pipeline import Engine
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


def test_what_is_no_record_is_said_under_suppressed() -> None:
    suppressed = audit_documents({"news": "The mayor spoke.", "a": TELEGRAM}, as_of=DAY).suppressed
    assert suppressed is not None
    assert suppressed.filter(suppressed["rule"] == "non-cable-document").rows() == [
        ("news", "non-cable-document", 0, "not recognised as a record")
    ]


def test_letters_of_a_list_are_no_portions() -> None:
    items = "(A) MR VALE, AGRONOMIST;\n\n(B) MR HOLT, ECONOMIST;\n\n(C) MRS ORTEGA, CHEMIST.\n\n"
    text = TELEGRAM.replace("2. (U) The press", f"{items}2. (U) The press")
    spans = audit_documents({"a": text}, as_of=DAY).spans
    marks = spans.filter(spans["kind"] == "portion")["text"].to_list()
    assert marks == ["(C)", "(U)"]


def _batch() -> dict[str, str]:
    numbers = {str(n): TELEGRAM.replace("004821", f"{n:06d}") for n in range(5000, 5009)}
    return numbers | {"a": TELEGRAM.replace("\n\nClassified By", "\n\nREF: LIMA 4654\n\nClassified By")}


def test_references_are_compared_whether_or_not_texts_were_kept() -> None:
    engine = Engine(packaged())
    batch = engine.audit(documents_frame(_batch()), as_of=DAY)
    bare = replace(batch, documents=batch.documents.with_columns(pl.lit(None, pl.String).alias("text")))
    kept, lost = (finish(engine, [some], as_of=DAY, mode="archive").findings for some in (batch, bare))
    assert kept.filter(kept["rule"] == "ref-unresolved").select("doc", "line", "evidence").rows() == [
        ("a", 12, "LIMA 4654")
    ]
    assert kept.equals(lost)


def test_stand_in_dates_are_one_note_with_a_count() -> None:
    attributes = "\nMessage Attributes\nDraft Date: 4 NOV 2005\nReview Date: 01 JAN 1960\nDecaption Date: 01 JAN 1960\n"
    texts = {name: TELEGRAM.replace("004821", name) + attributes for name in ("004821", "004822")}
    findings = audit_documents(texts, as_of=DAY).findings
    some = findings.filter(findings["rule"] == "sentinel-date")
    assert some.select("doc", "evidence", "count").rows() == [("004821", "01 JAN 1960", 4)]


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("RELEASED IN PART\nFOIA Case No. 16-00417\nRelease date: March 12, 2018\n", date(2018, 3, 12)),
        ("DECLASSIFIED\nAuthority NND 959417\nBy JRS NARA Date 6/14/01\n", date(2001, 6, 14)),
        ("Approved for Release by NSA on 11-19-2013\n", date(2013, 11, 19)),
        ("RELEASED IN FULL\nFrom: Holt, J.\nDate: 3/4/2010\n", None),
    ],
)
def test_release_date_of_labelled_stamps(stamp: str, day: date | None) -> None:
    text = f"{stamp}\nSECRET\n\nMEMORANDUM FOR: The Deputy Director\nDATE: May 3, 1958\nSUBJECT: Harbour\n\nText.\n"
    facts = audit_documents({"a": text}, as_of=DAY).document_facts
    assert facts["release_date"].to_list() == [day]


def test_struck_levels_and_tildes_between_fields_are_no_scanning_noise() -> None:
    assert not is_scan("~~SECRET~~\n\nText of the memorandum.\n\n~~SECRET~~\n")
    assert not is_scan("Classified by DAS ~ Class: SECRET ~ Reason: 1.4(D) ~ Declassify on: 2030\n")
