"""Findings: position, message, severity, fingerprint, order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from redact.conditions import Violations
from redact.findings import build_findings, severity_of, shorten, shown, stable_name
from redact.rulebook import ConditionRule, Validity
from redact.tables import SCHEMAS

RULE = ConditionRule(
    id="test-rule",
    kind="condition",
    title="t",
    severity="error",
    confidence="high",
    status="stable",
    since="0.1.0",
    authority=("E.O. 1", "32 CFR 2"),
    rationale="r",
    advice="look",
    validity=Validity(),
    silent_when=(),
    examples=(),
    known=(),
    source="x.toml",
    message="{value} on {day}, {count} times",
    table="banners",
    where="TRUE",
    require="FALSE",
    points_at="start",
    sensitive=False,
    merge=False,
    scope="document",
    modes={"archive": "warning"},
    silence={},
)
TEXT = "one\ntwo SECRET two\nthree SECRET\n"


def documents(**texts: str | None) -> pl.DataFrame:
    return pl.DataFrame(
        [(doc, None, "text/plain", "utf-8", text, len(text or ""), None, None) for doc, text in texts.items()],
        schema=SCHEMAS["documents"], orient="row",
    )  # fmt: skip


def facts(**identifiers: str | None) -> pl.DataFrame:
    columns = {"doc": list(identifiers), "identifier": list(identifiers.values()), "title": [None] * len(identifiers)}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def violation(rule: ConditionRule, *rows: dict[str, Any]) -> Violations:
    schema = {"doc": pl.String, "start": pl.UInt32, "end": pl.UInt32, "value": pl.String, "day": pl.Date}
    return Violations(rule, pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema))


def one(text: str = TEXT, doc: str = "a.txt", identifier: str | None = None, rule: ConditionRule = RULE,
        **row: Any) -> dict[str, Any]:  # fmt: skip
    where = {"doc": doc, "start": text.index("SECRET"), "end": text.index("SECRET") + 6, "value": "X", **row}
    frame = build_findings(documents(**{doc: text}), facts(**{doc: identifier}), [violation(rule, where)])
    return frame.row(0, named=True)


def test_position_evidence_and_message() -> None:
    finding = one(day=date(2001, 2, 3))
    assert (finding["line"], finding["column"], finding["evidence"]) == (2, 5, "SECRET")
    assert finding["message"] == "X on 2001-02-03, 1 times"
    assert finding["authority"] == "E.O. 1; 32 CFR 2"
    assert finding["severity"] == "warning"


def test_what_is_not_known_says_so() -> None:
    assert one()["message"] == "X on unknown, 1 times"
    assert [shown(v) for v in (None, True, 2.0, 2.5, [1, 2], [])] == ["unknown", "yes", "2", "2.5", "1, 2", "none"]


def test_a_finding_on_the_whole_document_stands_on_its_first_line() -> None:
    text = "\n\n  Title of it\nmore SECRET"
    frame = build_findings(documents(a=text), facts(a=None), [violation(RULE, {"doc": "a", "value": "X"})])
    assert frame.select("line", "column", "evidence").row(0) == (3, 3, "Title of it")


def test_an_unreadable_document_is_reported_at_line_one() -> None:
    frame = build_findings(documents(a=None), facts(), [violation(RULE, {"doc": "a", "value": "X"})])
    assert frame.select("line", "column", "start", "end").row(0) == (1, 1, 0, 0)


def test_fingerprint_survives_path_rename_and_edits_elsewhere() -> None:
    first = one(identifier="05LIMA4821")["fingerprint"]
    assert first == one(doc="other/name.txt", identifier="05LIMA4821")["fingerprint"]
    assert first == one("inserted\n" + TEXT, identifier="05LIMA4821")["fingerprint"]
    assert first != one(TEXT.replace("two SECRET two", "two SECRET other"), identifier="05LIMA4821")["fingerprint"]
    assert len(first) == 32


def test_fingerprint_without_identifier_rests_on_the_text() -> None:
    text = TEXT + "this is by far the longest line of the document\n"
    first = one(text)["fingerprint"]
    assert first == one("inserted\n" + text, doc="elsewhere/b.txt")["fingerprint"]
    assert stable_name(None, text) == "this is by far the longest line of the document"


def test_equal_findings_are_told_apart() -> None:
    text = "SECRET\nSECRET\n"
    rows = [{"doc": "a", "start": 0, "end": 6, "value": "X"}, {"doc": "a", "start": 7, "end": 13, "value": "X"}]
    frame = build_findings(documents(a=text), facts(a=None), [violation(RULE, *rows)])
    assert frame["fingerprint"].n_unique() == 2


def test_merged_rows_are_one_finding_with_a_count() -> None:
    rows = [{"doc": doc, "start": at, "end": at + 1, "value": "X"} for doc in "ab" for at in (4, 0)]
    merged = replace(RULE, merge=True)
    frame = build_findings(documents(a="xyxyxy", b="xyxyxy"), facts(a=None, b=None), [violation(merged, *rows)])
    assert frame.select("doc", "start", "count").rows() == [("a", 0, 2), ("b", 0, 2)]
    assert frame["message"][0] == "X on unknown, 2 times"
    corpus = replace(merged, scope="corpus")
    frame = build_findings(documents(a="xyxyxy", b="xyxyxy"), facts(a=None, b=None), [violation(corpus, *rows)])
    assert frame["count"].to_list() == [4]


@pytest.mark.parametrize(
    ("mode", "profile", "expected"),
    [("archive", {}, "warning"), ("publication", {}, "error"), ("archive", {"test-rule": "note"}, "note"),
     ("archive", {"test-rule": "off"}, None)],
)  # fmt: skip
def test_severity_by_mode_and_profile(mode: Any, profile: dict[str, str], expected: str | None) -> None:
    assert severity_of(RULE, mode, profile) == expected


def test_order_and_repetition() -> None:
    later = replace(RULE, id="a-rule")
    first = {"doc": "b", "start": 4, "end": 5, "value": "X"}
    second = {"doc": "a", "start": 9, "end": 10, "value": "X"}
    some = [violation(RULE, first, second), violation(later, first)]
    args = (documents(a=TEXT, b=TEXT), facts(a=None, b=None))
    frame = build_findings(*args, some)
    assert frame.select("doc", "rule").rows() == [("a", "test-rule"), ("b", "a-rule"), ("b", "test-rule")]
    assert frame.equals(build_findings(*args, some[::-1]))


def test_long_evidence_is_shortened_but_not_its_span() -> None:
    text = "SECRET" * 100
    finding = one(text, start=0, end=600)
    assert len(finding["evidence"]) == 200
    assert finding["end"] == 600
    assert shorten("abc", 2) == "a…"


def test_nothing_gives_an_empty_table_of_the_same_form() -> None:
    assert build_findings(documents(), facts(), []).schema == SCHEMAS["findings"]
